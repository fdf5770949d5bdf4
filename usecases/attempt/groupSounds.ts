// Sounds with one audio, found when one of them is heard.

import { alarmGroup, joinGroup, type SameAudio } from '../../store/sounds/groups.ts';
import type { SoundId } from '../../domain/naming.ts';
import { framesPerSecond } from '../../matching/audio/reference.ts';
import type { Needs } from '../needs.ts';

/** Far above what two different pieces reach, and most of the shorter one: a shared loop or a few shared bars are not one audio. */
const sameBits = 40;
const sameCoverage = 0.6;
const mostCompared = 8;

/** Puts a sound that was just heard into the group of those that have its audio, by file or by what is heard, at any speed. */
export async function groupSound(
  deps: Needs<'database' | 'waiting' | 'groupAlarm' | 'warn'>,
  sound: { readonly id: SoundId; readonly audioHash: string; readonly landmarks: Uint8Array },
  signal: AbortSignal,
): Promise<void> {
  const except = new Set([sound.audioHash]);
  const alike = await deps.waiting.search(sound.landmarks, { minBits: sameBits, except, signal });
  const same = alike
    .filter(({ coverage }) => coverage >= sameCoverage)
    .slice(0, mostCompared)
    .map(({ id, hypothesis, offset }): SameAudio => ({
      audioHash: id,
      place: {
        speed: hypothesis.time,
        semitones: 12 * Math.log2(hypothesis.frequency),
        offsetMs: (1000 * offset) / framesPerSecond,
      },
    }));
  const group = await joinGroup(deps.database, sound.id, sound.audioHash, same);
  if (group === null) return;
  const grown = await alarmGroup(deps.database, group, deps.groupAlarm);
  if (grown !== null) {
    deps.warn('many sounds have the same unknown audio', {
      group,
      sounds: grown.sounds,
      lastDay: grown.lastDay,
      since: grown.since.toISOString(),
      look: `fermata group show ${group}`,
    });
  }
}

// Sounds with one audio: found when a sound is heard, told when one of them is decided.

import { activityInfo, heartbeat, log } from '@temporalio/activity';
import { alarmGroup, joinGroup, openMembers, type SameAudio } from '../../store/sounds/groups.ts';
import type { SoundId } from '../../domain/naming.ts';
import { framesPerSecond } from '../../matching/audio/reference.ts';
import type { Deps } from '../../activities/index.ts';
import { inTurns } from '../../search/inTurns.ts';

/** Far above what two different pieces reach, and most of the shorter one: a shared loop or a few shared bars are not one audio. */
const sameBits = 40;
const sameCoverage = 0.6;
const mostCompared = 8;

/** Puts a sound that was just heard into the group of those that have its audio, by file or by what is heard, at any speed. */
export async function groupSound(
  deps: Deps,
  sound: { readonly id: SoundId; readonly audioHash: string; readonly landmarks: Uint8Array },
): Promise<void> {
  const index = await deps.waitingAudio.current();
  const alike = await inTurns(index.search(sound.landmarks, { minBits: sameBits, except: new Set([sound.audioHash]) }));
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
    log.warn('many sounds have the same unknown audio', {
      group,
      sounds: grown.sounds,
      lastDay: grown.lastDay,
      since: grown.since.toISOString(),
      look: `fermata group show ${group}`,
    });
  }
}

const page = 500;
const signalsAtOnce = 16;

/** Wakes the open sounds of a decided sound's group: each looks for itself at what was decided. Goes on where an earlier try ended. */
export async function tellGroup(
  deps: Deps,
  input: { readonly soundId: SoundId; readonly why: string },
  signal: AbortSignal,
): Promise<void> {
  const details: unknown = activityInfo().heartbeatDetails;
  let afterId = typeof details === 'string' ? details : '';
  for (;;) {
    const members = await openMembers(deps.database, input.soundId, afterId, page);
    const queue = members.values();
    await Promise.all(
      Array.from({ length: signalsAtOnce }, async () => {
        for (const member of queue) {
          signal.throwIfAborted();
          await deps.wake(member, `${input.soundId}, which has the same audio: ${input.why}`);
        }
      }),
    );
    if (members.length < page) return;
    afterId = members.at(-1)!;
    heartbeat(afterId);
  }
}

// Previews: half a minute of a recording, cut from nobody says where. Which ones are worth listening to, and what being heard in one means.

import type { ScoredCandidate } from '../domain/decision.ts';
import type { AudioCandidate } from '../domain/evidence.ts';
import type { RecordingId } from '../domain/naming.ts';
import { relationOf } from './audio/judge.ts';

/** Fewer bits than this are a common word in common: of the titles that are compared one in two hundred agrees by chance. */
const leastBits = 8;
/** What a recording is named by, as opposed to what is said about it. */
const naming: ReadonlySet<string> = new Set(['title', 'platform-id', 'recogniser']);

/**
 * The recordings that the words or a service name, the likeliest first: it would help to know what they sound like, whatever else
 * speaks against them.
 */
export function worthHearing(ranked: readonly ScoredCandidate[]): readonly RecordingId[] {
  return ranked
    .filter(({ reasons }) => {
      const speaking = reasons.filter(({ bits, root }) => bits > 0 && root !== 'prior' && root !== 'offset');
      const bits = speaking.reduce((sum, reason) => sum + reason.bits, 0);
      return bits >= leastBits && speaking.some(({ feature }) => naming.has(feature));
    })
    .map(({ link }) => link.recordingId);
}

/**
 * A candidate that was found in a preview. A sound that goes on beyond it is explained in part only, which says nothing about the rest: it
 * "contains" the recording only if it does not sound like it where it could.
 */
export function heardInPreview(
  candidate: AudioCandidate,
  { previewMs, soundMs }: { readonly previewMs: number; readonly soundMs: number },
): AudioCandidate {
  const fromMs = Math.max(0, -candidate.offsetMs / candidate.speedRatio);
  const toMs = Math.min(soundMs, (previewMs - candidate.offsetMs) / candidate.speedRatio);
  const comparable = soundMs <= 0 ? 1 : Math.max(0, toMs - fromMs) / soundMs;
  const untouched = { talkedOver: false, smeared: false, missing: 0 };
  const inAll = (coverage: number) => relationOf(candidate.speedRatio, candidate.pitchSemitones, coverage, untouched);
  const isWhole =
    candidate.relation === 'contains' &&
    inAll(candidate.coverage) === 'contains' &&
    comparable > 0 &&
    inAll(candidate.coverage / comparable) === 'same';
  return { ...candidate, inPreview: true, ...(isWhole ? { relation: 'same' } : {}) };
}

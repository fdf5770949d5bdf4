// Scoring recordings against one sound's words, in bits: title, artist, version, context, duration, identifiers (score/).
// Every reading of the sound is tried and the best one counts; each feature is one root, so nothing is counted twice.
// A block is a fact that no amount of agreement outweighs: "the sound says live, the recording does not".

import type { MetadataEvidence, Reason, TextCandidate } from '../../domain/evidence.ts';
import type { Known } from '../../domain/relations.ts';
import type { Rarity } from './rarity.ts';
import { type RecordingSide, type RecordingText, sideOf } from './recordingText.ts';
import { scoreIdentifiers } from './score/identifiers.ts';
import { type ReadingScore, scoreReading } from './score/reading.ts';
import { reason } from './score/reason.ts';
import type { Reading, SoundWords } from './soundText.ts';
import { twinsAmong } from './twins.ts';
import { weights } from './weights.ts';

/** True when the words can say something; false for "original sound", emoji and empty titles without hints. */
export function hasUsableText(sound: SoundWords): boolean {
  return sound.readings.length > 0 || sound.hints.some((hint) => hint.kind !== 'named');
}

/** Scores every candidate and wraps the result as evidence; the order of the candidates does not matter. `known`: by the catalogue's edges. */
export function textEvidence(
  sound: SoundWords,
  candidates: readonly RecordingText[],
  rarity: Rarity,
  known?: Known,
): MetadataEvidence {
  if (!hasUsableText(sound))
    return {
      kind: 'unusable',
      code: 'no_text',
      reason: sound.parsed.placeholder
        ? 'The title is a placeholder, no text evidence.'
        : 'The title has no words, no text evidence.',
    };
  if (candidates.length === 0)
    return { kind: 'none', reason: 'No recording in the catalogue is named like this sound.' };
  const readings = candidates.map((candidate) => bestReading(sound, sideOf(candidate), rarity));
  const scored = candidates.map((candidate, index) =>
    candidateOf(sound, candidate, readings[index]!, fitsWorse(readings, index)),
  );
  const twins = twinsAmong(
    candidates.filter((_, index) => scored[index]!.artistAgrees),
    known,
  );
  if (twins.size === 0) return { kind: 'match', candidates: scored };
  return {
    kind: 'match',
    candidates: scored.map((each) => {
      const same = twins.get(each.recordingId);
      return same === undefined ? each : { ...each, twins: same };
    }),
  };
}

/** Bits within which two candidates bear the title and the artist alike. */
const alike = 6;

/**
 * Of several recordings of one song the one that says what the sound says, and no more, is meant: the whole title, equal, beats every part
 * of it, the recording without the guest the one with her, and the one on the album that is named the others.
 */
function fitsWorse(readings: readonly (ReadingScore | null)[], index: number): Reason | null {
  const one = readings[index];
  if (one === null || one === undefined || one.apart === 0 || !one.titleAgrees) return null;
  const better = readings.some(
    (other) =>
      other !== null &&
      other.titleAgrees &&
      other.artistAgrees &&
      other.blockedBy === null &&
      other.apart < one.apart &&
      other.total >= one.total - alike,
  );
  return better
    ? reason('fits-worse', 'fits-worse', weights.fitsWorse, 'Another recording of the catalogue fits the words better.')
    : null;
}

/** One recording alone. Total: never throws, whatever the strings hold. */
export function scoreText(sound: SoundWords, candidate: RecordingText, rarity: Rarity): TextCandidate {
  return candidateOf(sound, candidate, bestReading(sound, sideOf(candidate), rarity), null);
}

function candidateOf(
  sound: SoundWords,
  candidate: RecordingText,
  best: ReadingScore | null,
  beside: Reason | null,
): TextCandidate {
  const named = scoreIdentifiers(sound, candidate, best);
  if (named !== null) return named;
  if (best === null)
    return { recordingId: candidate.id, reasons: [], relation: 'same', blockedBy: null, artistAgrees: false };
  const { reasons, relation, blockedBy, artistAgrees } = best;
  return {
    recordingId: candidate.id,
    reasons: beside === null ? reasons : [...reasons, beside],
    relation,
    blockedBy,
    artistAgrees,
  };
}

/** The reading of the sound's words that speaks most for this recording; null when the words say nothing. */
export function readingFor(sound: SoundWords, candidate: RecordingText, rarity: Rarity): Reading | null {
  return bestReading(sound, sideOf(candidate), rarity)?.reading ?? null;
}

function bestReading(sound: SoundWords, side: RecordingSide, rarity: Rarity): ReadingScore | null {
  let best: ReadingScore | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const reading of sound.readings) {
    const scored = scoreReading(sound, reading, side, rarity);
    const worth = scored.total - leftOpen(scored.reasons);
    if (worth <= most) continue;
    best = scored;
    most = worth;
  }
  return best;
}

/** A reading that leaves words unread explains less: bits for the odds that it leaves open. */
function leftOpen(reasons: readonly Reason[]): number {
  let odds = 1;
  for (const { elsewhere } of reasons) if (elsewhere !== undefined) odds += elsewhere;
  return odds === 1 ? 0 : 5 * Math.log2(odds);
}

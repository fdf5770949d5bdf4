// Scoring recordings against one sound's words, in bits: title, artist, version, context, duration, identifiers (score/).
// Every reading of the sound is tried and the best one counts; each feature is one root, so nothing is counted twice.
// A block is a fact that no amount of agreement outweighs: "the sound says live, the recording does not".

import type { MetadataEvidence, TextCandidate } from '../../domain/evidence.ts';
import type { Rarity } from './rarity.ts';
import { type RecordingSide, type RecordingText, sideOf } from './recordingText.ts';
import { scoreIdentifiers } from './score/identifiers.ts';
import { type ReadingScore, scoreReading } from './score/reading.ts';
import type { Reading, SoundWords } from './soundText.ts';

/** True when the words can say something; false for "original sound", emoji and empty titles without hints. */
export function hasUsableText(sound: SoundWords): boolean {
  return sound.readings.length > 0 || sound.hints.some((hint) => hint.kind !== 'named');
}

/** Scores every candidate and wraps the result as evidence; the order of the candidates does not matter. */
export function textEvidence(
  sound: SoundWords,
  candidates: readonly RecordingText[],
  rarity: Rarity,
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
  return { kind: 'match', candidates: candidates.map((candidate) => scoreText(sound, candidate, rarity)) };
}

/** Total: never throws, whatever the strings hold. */
export function scoreText(sound: SoundWords, candidate: RecordingText, rarity: Rarity): TextCandidate {
  const best = bestReading(sound, sideOf(candidate), rarity);
  const named = scoreIdentifiers(sound, candidate, best);
  if (named !== null) return named;
  if (best === null)
    return { recordingId: candidate.id, reasons: [], relation: 'same', blockedBy: null, artistAgrees: false };
  const { reasons, relation, blockedBy, artistAgrees } = best;
  return { recordingId: candidate.id, reasons, relation, blockedBy, artistAgrees };
}

/** The reading of the sound's words that speaks most for this recording; null when the words say nothing. */
export function readingFor(sound: SoundWords, candidate: RecordingText, rarity: Rarity): Reading | null {
  return bestReading(sound, sideOf(candidate), rarity)?.reading ?? null;
}

function bestReading(sound: SoundWords, side: RecordingSide, rarity: Rarity): ReadingScore | null {
  let best: ReadingScore | null = null;
  for (const reading of sound.readings) {
    const scored = scoreReading(sound, reading, side, rarity);
    if (best === null || scored.total > best.total) best = scored;
  }
  return best;
}

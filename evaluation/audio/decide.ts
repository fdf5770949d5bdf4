// From the search's candidates to an answer: the probability of the best one and whether it is named.

import type { AudioCandidate } from '../../domain/evidence.ts';
import { thresholds } from '../../matching/thresholds.ts';
import { audioCapBits } from '../../matching/witnesses/audio.ts';
import { otherSpeedBits } from '../../matching/witnesses/otherSpeed.ts';

/**
 * Probability that the first candidate is right: prior 1 in the index's size, then the audio's bits, capped as the audio's witness has them, against the
 * other candidates and "none of these". The cap takes the same from all, so that a rival 100 bits behind stays behind.
 */
export function probabilityOfFirst(candidates: readonly AudioCandidate[], indexSize: number): number {
  const [first] = candidates;
  if (!first) return 0;
  const prior = -Math.log2(Math.min(Math.max(thresholds.smallestIndex, indexSize), thresholds.world));
  const bits = Math.min(audioCapBits, first.logLikelihoodRatio);
  let mass = 1 + 2 ** (prior + bits);
  for (const other of candidates.slice(1)) {
    // A sibling at another speed may have more bits and still comes second: then it is as likely at most.
    const behind = Math.max(0, first.logLikelihoodRatio - other.logLikelihoodRatio);
    const explained = Math.abs(first.speedRatio / other.speedRatio - 1) > 0.02 ? -otherSpeedBits : 0;
    mass += 2 ** (prior + bits - behind - explained);
  }
  return 2 ** (prior + bits) / mass;
}

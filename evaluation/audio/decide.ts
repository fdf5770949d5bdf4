// From the search's candidates to an answer: the probability of the best one and whether it is named.

import type { AudioCandidate } from '../../domain/evidence.ts';
import { lieBeside } from '../../matching/parts.ts';
import { thresholds } from '../../matching/thresholds.ts';
import { audioCapBits } from '../../matching/witnesses/audio.ts';
import { otherSpeedBits } from '../../matching/witnesses/otherSpeed.ts';

/**
 * How probable each candidate is, best first: prior 1 in the index's size, then the audio's bits, capped as the audio's witness has them, against "none of these" and the other
 * candidates, but for those that are heard in seconds of their own. The cap takes the same from all, so that a rival 100 bits behind stays behind.
 */
export function probabilitiesOf(candidates: readonly AudioCandidate[], indexSize: number): number[] {
  const prior = -Math.log2(Math.min(Math.max(thresholds.smallestIndex, indexSize), thresholds.world));
  return candidates.map((one, rank) => {
    const bits = prior + Math.min(audioCapBits, one.logLikelihoodRatio);
    let mass = 1 + 2 ** bits;
    for (const [place, other] of candidates.entries()) {
      if (place === rank || lieBeside(heardIn(one), heardIn(other))) continue;
      // A sibling at another speed may have more bits and still comes second: then it is as likely at most.
      const ahead = other.logLikelihoodRatio - one.logLikelihoodRatio;
      const explained = place > rank && Math.abs(one.speedRatio / other.speedRatio - 1) > 0.02 ? -otherSpeedBits : 0;
      mass += 2 ** (bits + (place > rank ? Math.min(0, ahead) : Math.max(0, ahead)) - explained);
    }
    return 2 ** bits / mass;
  });
}

const heardIn = ({ logLikelihoodRatio: bits, parts = [] }: AudioCandidate) => ({ bits, parts });

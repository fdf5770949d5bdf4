// What speaks for a place against the recording's relatives: other music with its kit, groove, loop or instruments.
//
// "This recording is in the sound" has two alternatives: chance, against which the peaks' and vectors' bits are counted, and music that
// resembles the recording, which no chance explains. A place is as certain as both allow:
//   certainty = −log2 (2^−bits against chance + 2^−bits against look-alikes)
//
// Against look-alikes speak a handful of figures (standing.ts, and the vectors'), each through a ramp that never falls, added up as a logistic
// model. Its steps were fitted on the tuning half of evaluation/lookalikes and on free music altered as people alter it (evaluation/lookalikes/fit.ts,
// which writes lookalikeWeights.ts and says there how well it fits).

import type { Standing } from './standing.ts';
import { withoutVectors, withVectors } from './lookalikeWeights.ts';

/** How a sound's vectors lie on the recording's, in the seconds that it explains. */
export interface VectorStanding {
  /** Mean similarity at the place. */
  readonly alike: number;
  /** By how much more alike they are than at the recording's eleventh-best other place. */
  readonly margin: number;
}

export interface PeakTraits extends Standing {
  /** Against chance, by the peaks. */
  readonly peakBits: number;
}

export type Trait = keyof PeakTraits | keyof VectorStanding;

/** Rises by `steps[k]` from `knots[k]` to `knots[k + 1]`. */
export interface Ramp {
  readonly trait: Trait;
  readonly knots: readonly number[];
  readonly steps: readonly number[];
}

/** In natural logarithms of odds. */
export interface LookalikeModel {
  readonly intercept: number;
  readonly ramps: readonly Ramp[];
}

/**
 * The model gives odds where as much is asked of indexed music as of its relatives; the decision will take the prior of one among at least ten
 * thousand recordings off, which is given back here.
 */
const priorBits = Math.log2(1e4);

export function lookalikeBits(peaks: PeakTraits, vectors: VectorStanding | null = null): number {
  const traits: Partial<Record<Trait, number>> = { ...peaks, ...vectors };
  const model = vectors === null ? withoutVectors : withVectors;
  let logit = model.intercept;
  for (const ramp of model.ramps) logit += climbed(ramp, traits[ramp.trait]!);
  return logit / Math.LN2 + priorBits;
}

export function climbed({ knots, steps }: Pick<Ramp, 'knots' | 'steps'>, value: number): number {
  let sum = 0;
  for (let k = 0; k < steps.length; k++)
    sum += steps[k]! * Math.max(0, Math.min(1, (value - knots[k]!) / (knots[k + 1]! - knots[k]!)));
  return sum;
}

export function certaintyOf(chance: number, lookalikes: number): number {
  const [less, more] = chance < lookalikes ? [chance, lookalikes] : [lookalikes, chance];
  return less - Math.log2(1 + 2 ** (less - more));
}

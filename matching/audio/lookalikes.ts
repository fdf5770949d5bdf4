// What speaks for a place against the recording's relatives: other music with its kit, groove, loop or instruments.
//
// "This recording is in the sound" has two alternatives: chance, against which the peaks' and vectors' bits are counted, and music that
// resembles the recording, which no chance explains. A place is as certain as both allow:
//   certainty = −log2 (2^−bits against chance + 2^−bits against look-alikes)
//
// Against look-alikes speak a handful of figures (standing.ts, and the vectors'), each through a ramp that never falls, added up as a logistic
// model. Its steps were fitted on the tuning half of evaluation/lookalikes and on free music altered as people alter it (evaluation/lookalikes/fit.ts,
// which writes lookalikeWeights.ts and says there how well it fits).

import type { PlacedCandidate } from './port.ts';
import type { Standing } from './standing.ts';
import { thresholds } from '../thresholds.ts';
import { withoutVectors, withVectors } from './lookalikeWeights.ts';

/** How a sound's windows lie on the recording's, in the seconds that it explains. */
export interface VectorStanding {
  /** Similarity to the recording's windows at the place: its mean, and the least. */
  readonly alike: number;
  readonly least: number;
  /** Share of the windows that are more alike there than anywhere else in the recording. */
  readonly own: number;
  /** By how much more, summed over those. */
  readonly lead: number;
}

export interface PeakTraits extends Omit<Standing, 'missing'> {
  /** Against chance, by the peaks. */
  readonly peakBits: number;
  /** How usual what was done to the recording is: 3 nothing, 2 speed, 1 tempo or pitch, 0 both by different amounts. */
  readonly usual: number;
  /** What is not missing. */
  readonly there: number;
}

export type Trait = keyof PeakTraits | keyof VectorStanding;

type Placed = Pick<PlacedCandidate, 'peakBits' | 'standing' | 'speedRatio' | 'pitchSemitones'>;

export function peakTraitsOf({ peakBits, standing, speedRatio, pitchSemitones }: Placed): PeakTraits {
  const time = Math.log(speedRatio);
  const frequency = (pitchSemitones * Math.LN2) / 12;
  const isSpeed = Math.abs(time - frequency) < sameLine;
  const isOneOnly = Math.min(Math.abs(time), Math.abs(frequency)) < sameLine;
  const usual = Math.max(Math.abs(time), Math.abs(frequency)) < sameLine ? 3 : isSpeed ? 2 : isOneOnly ? 1 : 0;
  const { missing, ...stands } = standing;
  return { peakBits, ...stands, there: 1 - missing, usual };
}

/** Fitted ratios of right answers are this near to the lines on which people alter music. */
const sameLine = 0.004;

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
 * The model's odds hold in sets where relatives of everything that is asked are indexed, as in a large catalogue. The decision takes off the prior of one
 * among so many, which is not the question here and is given back.
 */
export const priorBits = (references: number): number =>
  Math.log2(Math.min(Math.max(thresholds.smallestIndex, references), thresholds.world));

/**
 * Every other sound of those sets is a look-alike; people ask about them less often. As much is given back as leaves 1 of 1,002 absent sounds of the
 * tuning half named by models that had not seen its group; every sixth that was missed of free music is then named.
 */
const rarity = 0.5;

export function lookalikeBits(peaks: PeakTraits, references: number, vectors: VectorStanding | null = null): number {
  const traits: Partial<Record<Trait, number>> = { ...peaks, ...vectors };
  const model = vectors === null ? withoutVectors : withVectors;
  let logit = model.intercept;
  for (const ramp of model.ramps) logit += climbed(ramp, traits[ramp.trait]!);
  return (logit + rarity) / Math.LN2 + priorBits(references);
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

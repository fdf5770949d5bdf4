// The weights in force. The hand weights (metadata/weights.ts, witnesses/) give each reason its bits; fitted weights stretch or shrink
// them by feature and sign, shift all by one offset, and correct the probability that comes out. They are data: a JSON file that
// `fermata fit` writes, named by its content, and every decision is stored with the name of the weights that made it.
// Why a factor for each feature and not every single weight: people decide some hundreds of sounds before anybody asks for a fit;
// about twenty factors can be told from those, the sixty weights behind them cannot.

import type { Reason } from '../domain/evidence.ts';
import { handWeightsName } from '../domain/decision.ts';

export interface Weights {
  /** Stored with each decision. */
  readonly set: string;
  /** The hand weights that the factors were fitted on; with others they mean nothing. */
  readonly basedOn: string;
  /** Added to the log-odds of every candidate, in bits. */
  readonly offsetBits: number;
  /** By feature and sign ("title+", "artist-"); 1 where none is given. */
  readonly scales: Readonly<Record<string, number>>;
  /** Log-odds as summed → log-odds as observed, in bits, both rising. Empty: as summed. */
  readonly calibration: readonly (readonly [summed: number, observed: number])[];
}

export const handWeights: Weights = {
  set: handWeightsName,
  basedOn: handWeightsName,
  offsetBits: 0,
  scales: {},
  calibration: [],
};

/** The features that a fit leaves alone: what is counted, not weighed. */
const fixed: ReadonlySet<string> = new Set(['prior', 'offset']);

/** The factor's name for a reason; null when none applies. */
export function scaleName({ feature, bits }: Pick<Reason, 'feature' | 'bits'>): string | null {
  return fixed.has(feature) || bits === 0 ? null : `${feature}${bits > 0 ? '+' : '-'}`;
}

export function scaled(weights: Weights, reason: Reason): Reason {
  const name = scaleName(reason);
  const scale = name === null ? 1 : (weights.scales[name] ?? 1);
  return scale === 1 ? reason : { ...reason, bits: Math.round(reason.bits * scale * 100) / 100 };
}

/** No probability that words and audio give is worth more than this. */
const mostBits = 60;

export function logOdds(probability: number): number {
  if (probability <= 0) return -mostBits;
  if (probability >= 1) return mostBits;
  return Math.max(-mostBits, Math.min(mostBits, Math.log2(probability / (1 - probability))));
}

const fromLogOdds = (bits: number): number => 1 / (1 + 2 ** -bits);

/** Where a calibration has faded out: log-odds this far from even are left as they are, in bits. */
export const calibrationAnchor = 30;

/** The probability as it has proved itself; rises with its input. Outside its points the correction fades out towards the anchors. */
export function calibrated(weights: Weights, probability: number): number {
  if (weights.calibration.length === 0) return probability;
  const x = logOdds(probability);
  if (Math.abs(x) >= calibrationAnchor) return probability;
  let a: readonly [number, number] = [-calibrationAnchor, -calibrationAnchor];
  let b: readonly [number, number] = [calibrationAnchor, calibrationAnchor];
  for (const point of weights.calibration) {
    if (point[0] <= x) a = point;
    else {
      b = point;
      break;
    }
  }
  return fromLogOdds(a[1] + ((x - a[0]) / (b[0] - a[0])) * (b[1] - a[1]));
}

/** Reads weights from their file's JSON. Throws with a sentence for people when it holds none, or some that were fitted on other hand weights. */
export function readWeights(json: unknown): Weights {
  if (typeof json !== 'object' || json === null) throw new Error('the weights are no JSON object');
  const { set, basedOn, offsetBits, scales, calibration } = json as Record<string, unknown>;
  if (typeof set !== 'string' || set === '') throw new Error('the weights have no name ("set")');
  if (basedOn !== handWeightsName)
    throw new Error(
      `the weights ${set} were fitted on ${String(basedOn)}, the rules are ${handWeightsName} now: fit them again`,
    );
  if (typeof offsetBits !== 'number' || !(Math.abs(offsetBits) <= 20))
    throw new Error(`the weights ${set} have no sensible offsetBits (−20 to 20)`);
  const factors = Object.entries((scales ?? {}) as Record<string, unknown>);
  // A factor of 0 or less would make what speaks for a recording speak against it.
  for (const [name, factor] of factors)
    if (typeof factor !== 'number' || !(factor > 0 && factor <= 5))
      throw new Error(`the weights ${set}: the factor of ${name} must lie between 0 and 5`);
  const points = Array.isArray(calibration) ? (calibration as unknown[]) : [];
  const known: (readonly [number, number])[] = [];
  for (const point of points) {
    const [x, y] = Array.isArray(point) ? (point as unknown[]) : [];
    const before = known.at(-1) ?? [-calibrationAnchor, -calibrationAnchor];
    if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y))
      throw new Error(`the weights ${set}: calibration takes pairs of numbers`);
    if (x <= before[0] || y < before[1] || x >= calibrationAnchor || y > calibrationAnchor)
      throw new Error(`the weights ${set}: the calibration does not rise`);
    known.push([x, y]);
  }
  return {
    set,
    basedOn,
    offsetBits,
    scales: Object.fromEntries(factors) as Record<string, number>,
    calibration: known,
  };
}

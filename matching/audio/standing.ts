// How a place stands out among what resembles it, beyond what chance would do.
//
// Bits against chance say that the sound and the recording agree here as unrelated music does not. Music that shares a kit, a groove, a loop
// or a preset agrees as well: the same hits recur at every bar, and at other pitches. What it shares recurs at the recording's other places, so
// those are what the place is measured against, with what recurs there counted for nothing and hits in one column counted once:
//
//   q_i          share of the recording's best other places at which the sound's peak i has a partner too
//   U(d)         Σ over columns of the partners at d of the greatest −log2 q_i in each
//   overPlaces   (U(here) − mean U) / deviation of U over those other places, each without its own share in q
//   overPitches  score here less the mean score with the sound's peaks moved by 3 to 14 half semitones, in deviations: a drum's noise fits at any pitch
//   near         share of the partners that lie within a quarter of a frame: of a copy nearly all
//
// All of the seconds that the recording explains: a medley's other parts do not count against one.

import type { Peaks } from '../../audio/peaks.ts';
import { bandCount } from '../../audio/spectrum.ts';
import {
  bandTolerance,
  firstFrom,
  frameTolerance,
  histogramOf,
  partnerChance,
  partners,
  peakWeights,
} from './constellation.ts';
import { framesPerSecond, type PeaksByBand } from './reference.ts';
import type { Unmet } from './unmet.ts';

export interface PeakStanding {
  readonly overPlaces: number;
  readonly overPitches: number;
  readonly near: number;
}

export type Standing = PeakStanding & Unmet;

/** Of a place that chance explains. */
export const standsNowhere: Standing = { overPlaces: 0, overPitches: 0, near: 0, hidden: 0, missing: 1 };

/** As many other places as there are, at most. */
const mostPlaces = 20;
/** Nearer than this a place is the same place: 0.4 s. */
const samePlaceFrames = 12;
/** In half semitones. One less than three is still the same partial. */
const pitchSteps = [3, 4, 5, 6, 7, 8, 9, 10, 12, 14].flatMap((step) => [-step, step]);
/** Peaks that begin within a frame of a column's first are one event. */
const columnFrames = 1;
/** So many imagined places at which peaks agree by chance: nothing recurs for certain, and nothing never. */
const priorPlaces = 2;
const mostRecurrent = 0.95;
/** Deviations are not below these: few places, or none that vary, are no proof. */
const leastDeviation = 5;

/**
 * @param at.explained seconds of the sound that the recording explains, one flag each; none: all count.
 * @param at.time turns frames of the recording into the sound's time.
 */
export function standingOf(
  reference: PeaksByBand,
  peaks: Peaks,
  { offset, explained, time }: { readonly offset: number; readonly explained: Uint8Array; readonly time: number },
): PeakStanding {
  const heard = within(peaks, explained, time);
  const weights = peakWeights(reference, heard);
  const found = partners(reference, heard, offset, 1, frameTolerance);
  const near = found.reduce((sum, { frameError }) => sum + Number(Math.abs(frameError) < 0.25), 0);
  return {
    overPlaces: overPlaces(reference, heard, weights, offset),
    overPitches: overPitches(reference, heard, weights, offset),
    near: found.length === 0 ? 0 : near / found.length,
  };
}

function within(peaks: Peaks, explained: Uint8Array, time: number): Peaks {
  if (!explained.includes(1)) return peaks;
  const kept: number[] = [];
  for (let i = 0; i < peaks.count; i++)
    if (explained[Math.max(0, Math.floor(peaks.frame[i]! / time / framesPerSecond))] === 1) kept.push(i);
  const pick = (from: Float32Array): Float32Array => Float32Array.from(kept, (i) => from[i]!);
  return { count: kept.length, frame: pick(peaks.frame), band: pick(peaks.band), rise: pick(peaks.rise) };
}

function overPlaces(reference: PeaksByBand, peaks: Peaks, weights: Float32Array, offset: number): number {
  const others = bestOtherPlaces(reference, peaks, weights, offset, mostPlaces).map(({ offset: at }) =>
    metAt(reference, peaks, at),
  );
  if (others.length === 0) return 0;
  const times = new Float32Array(peaks.count);
  for (const met of others) for (let i = 0; i < peaks.count; i++) times[i]! += met[i]!;
  const order = Array.from({ length: peaks.count }, (_, i) => i).sort((a, b) => peaks.frame[a]! - peaks.frame[b]!);
  const chances = Float32Array.from({ length: peaks.count }, (_, i) => partnerChance(reference, peaks.band[i]!));
  const unusual = (met: Uint8Array, isOther: boolean): number => {
    let sum = 0;
    let columnFrom = -Infinity;
    let most = 0;
    for (const i of order) {
      if (met[i] === 0) continue;
      const chance = chances[i]!;
      const recurs = (times[i]! - (isOther ? 1 : 0) + priorPlaces * chance) / (others.length + priorPlaces);
      const bits = -Math.log2(Math.min(mostRecurrent, Math.max(chance, recurs)));
      if (peaks.frame[i]! - columnFrom > columnFrames) {
        sum += most;
        most = 0;
        columnFrom = peaks.frame[i]!;
      }
      most = Math.max(most, bits);
    }
    return sum + most;
  };
  return deviations(
    unusual(metAt(reference, peaks, offset), false),
    others.map((met) => unusual(met, true)),
  );
}

function metAt(reference: PeaksByBand, peaks: Peaks, offset: number): Uint8Array {
  const met = new Uint8Array(peaks.count);
  for (const { peak } of partners(reference, peaks, offset, 1, frameTolerance)) met[peak] = 1;
  return met;
}

export interface OtherPlace {
  readonly offset: number;
  readonly score: number;
}

/** The recording's best other places for these peaks, each 0.4 s from the next, at which at least half of the sound lies inside it. */
export function bestOtherPlaces(
  reference: PeaksByBand,
  peaks: Peaks,
  weights: Float32Array,
  offset: number,
  most: number,
): OtherPlace[] {
  const { scores, shift, low, high } = histogramOf(reference, peaks, weights, 1);
  const taken = new Uint8Array(scores.length);
  const take = (place: number): void => {
    taken.fill(1, Math.max(0, place - samePlaceFrames + 1), place + samePlaceFrames);
  };
  take(Math.round(offset) + shift);
  const found: OtherPlace[] = [];
  while (found.length < most) {
    let best = -1;
    for (let d = low; d < high; d++) if (taken[d] === 0 && (best < 0 || scores[d]! > scores[best]!)) best = d;
    if (best < 0) break;
    take(best);
    found.push({ offset: best - shift, score: scores[best]! });
  }
  return found;
}

function overPitches(reference: PeaksByBand, peaks: Peaks, weights: Float32Array, offset: number): number {
  const scoreAt = (step: number): number => {
    const slots = new Float32Array(7);
    for (let i = 0; i < peaks.count; i++) {
      const own = peaks.band[i]! + step;
      if (own < 0 || own > bandCount - 1) continue;
      const expected = Math.round(offset) + peaks.frame[i]!;
      for (
        let b = Math.max(0, Math.round(own - bandTolerance));
        b <= Math.min(bandCount - 1, Math.round(own + bandTolerance));
        b++
      ) {
        const end = reference.bandFrom[b + 1]!;
        for (let k = firstFrom(reference.frame, reference.bandFrom[b]!, end, expected - 3.5); k < end; k++) {
          const slot = Math.floor(reference.frame[k]! - expected + 3.5);
          if (slot > 6) break;
          if (Math.abs(reference.band[k]! - own) <= bandTolerance) slots[slot]! += weights[i]!;
        }
      }
    }
    return Math.max(...[2, 3, 4].map((slot) => slots[slot - 1]! + slots[slot]! + slots[slot + 1]!));
  };
  return deviations(scoreAt(0), pitchSteps.map(scoreAt));
}

function deviations(here: number, elsewhere: readonly number[]): number {
  const mean = elsewhere.reduce((sum, value) => sum + value, 0) / elsewhere.length;
  const variance = elsewhere.reduce((sum, value) => sum + (value - mean) ** 2, 0) / elsewhere.length;
  return (here - mean) / Math.max(leastDeviation, Math.sqrt(variance));
}

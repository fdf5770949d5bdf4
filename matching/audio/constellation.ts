// Comparing the peaks of a sound, seen under one hypothesis, with the peaks of one reference.
//
// For an offset d the score is S(d) = Σ w_i over the sound's peaks i that meet a reference peak at frame d + t_i within a frame
// and about a band; w_i = −log2 of the chance that any offset would give peak i a partner, so peaks in bands that a drone fills
// count for little. S over all offsets of the same reference is its own null: with mean μ and variance-to-mean ratio φ the
// count S/φ is close to Poisson(μ/φ), whose tail is −log2 P ≈ [K ln(K/λ) − (K − λ)] / ln 2, K = S/φ, λ = μ/φ. Sustained notes and
// repeated bars, whose hits come in bunches, raise φ and thereby lower their own score.

import type { Peaks } from '../../audio/peaks.ts';
import { bandCount } from '../../audio/spectrum.ts';
import type { PeaksByBand } from './reference.ts';

/** Largest distance between partners. Frames are 32 ms; bands are half a semitone. */
export const frameTolerance = 1.25;
export const bandTolerance = 0.8;

export interface Correlation {
  /** Offset of the sound's first sample in the reference, in frames. */
  readonly offset: number;
  readonly score: number;
  /** Tail of the null at `score`, in bits, for one offset looked at. */
  readonly tailBits: number;
  /** Mean and variance-to-mean ratio of the score over all offsets. */
  readonly mean: number;
  readonly dispersion: number;
}

/** Chance that a peak in this (fractional) band finds a partner at a random offset. */
export function partnerChance(reference: PeaksByBand, band: number): number {
  const low = Math.max(0, Math.round(band) - 1);
  const high = Math.min(bandCount - 1, Math.round(band) + 1);
  // The tolerance spans 2 × 0.8 of the three bands counted.
  const peaks = (reference.bandFrom[high + 1]! - reference.bandFrom[low]!) * ((2 * bandTolerance) / 3);
  return Math.min(0.5, Math.max(2e-4, (peaks * 2 * frameTolerance) / Math.max(200, reference.frames)));
}

export function peakWeights(reference: PeaksByBand, peaks: Peaks): Float32Array {
  const weights = new Float32Array(peaks.count);
  for (let i = 0; i < peaks.count; i++) weights[i] = -Math.log2(partnerChance(reference, peaks.band[i]!));
  return weights;
}

/** Best offset within `reach` frames of `near`, over time scales around 1; no null. Cheap: for choosing among many pairs. */
export function alignNear(
  reference: PeaksByBand,
  peaks: Peaks,
  weights: Float32Array,
  near: number,
  reach: number,
  scales: readonly number[],
): { readonly offset: number; readonly scale: number; readonly score: number } {
  // Partners at any of the scales are looked up once; the scales then only shift them.
  const drift = scales.reduce((most, scale) => Math.max(most, Math.abs(scale - 1)), 0);
  const soundFrame: number[] = [];
  const distance: number[] = [];
  const weight: number[] = [];
  const { bandFrom, frame, band } = reference;
  for (let i = 0; i < peaks.count; i++) {
    const at = peaks.frame[i]!;
    const own = peaks.band[i]!;
    const expected = near + at;
    const room = reach + 1 + drift * Math.abs(at);
    if (expected - room > reference.frames || expected + room < 0) continue;
    const low = Math.max(0, Math.round(own - bandTolerance));
    const high = Math.min(bandCount - 1, Math.round(own + bandTolerance));
    for (let b = low; b <= high; b++) {
      const end = bandFrom[b + 1]!;
      for (let k = firstFrom(frame, bandFrom[b]!, end, expected - room); k < end; k++) {
        if (frame[k]! > expected + room) break;
        if (Math.abs(band[k]! - own) > bandTolerance) continue;
        soundFrame.push(at);
        distance.push(frame[k]! - expected);
        weight.push(weights[i]!);
      }
    }
  }
  const width = 2 * reach + 1;
  const histogram = new Float32Array(width);
  let best = { offset: near, scale: 1, score: -1 };
  for (const scale of scales) {
    histogram.fill(0);
    for (let k = 0; k < distance.length; k++) {
      const slot = Math.round(distance[k]! - (scale - 1) * soundFrame[k]!) + reach;
      if (slot >= 0 && slot < width) histogram[slot]! += weight[k]!;
    }
    for (let slot = 1; slot < width - 1; slot++) {
      const score = histogram[slot - 1]! + histogram[slot]! + histogram[slot + 1]!;
      if (score > best.score) best = { offset: near + slot - reach, scale, score };
    }
  }
  return best;
}

/** Index of the first frame not before `wanted`, in an ascending stretch. */
export function firstFrom(frame: Float32Array, from: number, to: number, wanted: number): number {
  let left = from;
  let right = to;
  while (left < right) {
    const middle = (left + right) >> 1;
    if (frame[middle]! < wanted) left = middle + 1;
    else right = middle;
  }
  return left;
}

/** Scores at every offset: `scores[d]` is that of offset d − shift, three frames wide. */
export interface Scores {
  readonly scores: Float32Array;
  readonly shift: number;
  /** From `low` to below `high` at least half of the sound lies inside the reference; others could not score. */
  readonly low: number;
  readonly high: number;
}

export function histogramOf(reference: PeaksByBand, peaks: Peaks, weights: Float32Array, scale: number): Scores {
  let longest = 0;
  for (let i = 0; i < peaks.count; i++) longest = Math.max(longest, peaks.frame[i]! * scale);
  const shift = Math.ceil(longest) + 2;
  const size = shift + reference.frames + 3;
  const histogram = new Float32Array(size);
  const { bandFrom, frame, band } = reference;
  for (let i = 0; i < peaks.count; i++) {
    const own = peaks.band[i]!;
    const at = shift - peaks.frame[i]! * scale + 0.5;
    const weight = weights[i]!;
    const from = bandFrom[Math.max(0, Math.round(own - bandTolerance))]!;
    const to = bandFrom[Math.min(bandCount - 1, Math.round(own + bandTolerance)) + 1]!;
    for (let k = from; k < to; k++) {
      const distance = band[k]! - own;
      if (distance > bandTolerance || distance < -bandTolerance) continue;
      histogram[Math.floor(frame[k]! + at)]! += weight;
    }
  }
  const scores = new Float32Array(size);
  for (let d = 1; d < size - 1; d++) scores[d] = histogram[d - 1]! + histogram[d]! + histogram[d + 1]!;
  const inside = Math.min(longest, reference.frames) / 2;
  const low = Math.max(1, Math.floor(shift - longest + inside));
  const high = Math.max(low + 1, Math.min(size - 2, Math.ceil(shift + reference.frames - inside)));
  return { scores, shift, low, high };
}

/** The score at every offset, and the best one at or near `near` (anywhere when null). */
export function correlate(
  reference: PeaksByBand,
  peaks: Peaks,
  weights: Float32Array,
  scale: number,
  near: number | null,
): Correlation {
  const { scores: smooth, shift, low, high } = histogramOf(reference, peaks, weights, scale);
  const size = smooth.length;
  let best = -1;
  let bestAt = 1;
  const from = near === null ? 1 : Math.max(1, Math.round(near) + shift - 6);
  const to = near === null ? size - 2 : Math.min(size - 2, Math.round(near) + shift + 6);
  for (let d = from; d <= to; d++) {
    if (smooth[d]! > best) {
      best = smooth[d]!;
      bestAt = d;
    }
  }
  // The null: all such offsets, less those beyond three deviations, where the answer itself and its repetitions lie.
  let ceiling = Infinity;
  let mean = 0;
  let variance = 0;
  for (let round = 0; round < 3; round++) {
    let kept = 0;
    let sum = 0;
    let squares = 0;
    for (let d = low; d < high; d++) {
      const score = smooth[d]!;
      if (score > ceiling) continue;
      kept++;
      sum += score;
      squares += score * score;
    }
    if (kept === 0) break;
    mean = sum / kept;
    variance = Math.max(0, squares / kept - mean * mean);
    ceiling = mean + 3 * Math.sqrt(variance);
  }
  const dispersion = Math.max(4, variance / Math.max(1e-6, mean));
  return {
    offset: bestAt - shift,
    score: best,
    mean,
    dispersion,
    tailBits: tailBits(best, Math.max(mean, 1), dispersion),
  };
}

export function tailBits(score: number, mean: number, dispersion: number): number {
  if (score <= mean) return 0;
  return (score * Math.log(score / mean) - (score - mean)) / (dispersion * Math.LN2);
}

/** One peak of the sound and its nearest partner in the reference, at a known alignment. */
export interface Partner {
  readonly peak: number;
  /** Reference minus expectation. */
  readonly frameError: number;
  readonly bandError: number;
}

export function partners(
  reference: PeaksByBand,
  peaks: Peaks,
  offset: number,
  scale: number,
  frames: number,
): Partner[] {
  const found: Partner[] = [];
  for (let i = 0; i < peaks.count; i++) {
    const expected = offset + peaks.frame[i]! * scale;
    const own = peaks.band[i]!;
    let best = Infinity;
    let frameError = 0;
    let bandError = 0;
    const low = Math.max(0, Math.round(own - bandTolerance));
    const high = Math.min(bandCount - 1, Math.round(own + bandTolerance));
    for (let b = low; b <= high; b++) {
      const end = reference.bandFrom[b + 1]!;
      for (let k = firstFrom(reference.frame, reference.bandFrom[b]!, end, expected - frames); k < end; k++) {
        const byFrame = reference.frame[k]! - expected;
        if (byFrame > frames) break;
        const byBand = reference.band[k]! - own;
        if (Math.abs(byBand) > bandTolerance) continue;
        const distance = (byFrame / frames) ** 2 + (byBand / bandTolerance) ** 2;
        if (distance < best) {
          best = distance;
          frameError = byFrame;
          bandError = byBand;
        }
      }
    }
    if (best < Infinity) found.push({ peak: i, frameError, bandError });
  }
  return found;
}

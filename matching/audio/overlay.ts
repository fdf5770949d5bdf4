// A recording's peaks laid upon the sound's spectrogram, instead of upon the sound's own peaks.
//
// A reverb or a loud voice moves and hides the sound's peaks, but where the recording has a peak the sound still has more energy than
// around it (level), and that energy still begins there (onset). With L = ln power, frames of 32 ms, bands of half a semitone:
//   level(t, b) = L(t, b) − mean of L over ±12 frames and ±8 bands, within −2 … 3
//   onset(t, b) = L(t + 1, b) − L(t − 3, b), within ±2: a window is four frames long
// The score of a place is the mean over the recording's peaks that fall into the sound, and counts in standard deviations against two nulls:
// the same peaks at other places of the recording (a drone or a loop fits everywhere), and the peaks of other recordings (music in
// the same key fits somewhat). The lesser of the two counts.
//
// On 430 excerpts (7, 15 and 30 s; half of the music not indexed) the places that the peaks alone had found had levels of 2.2 ± 1.1, at most 5.2, and onsets
// of 0.7 ± 1.0, at most 3.8, where they were wrong; right ones under reverb, crowds and voices 3 to 20 and 0.7 to 10. A slowed excerpt with
// reverb that the peaks gave −4 bits had a level of 13.

import { bandCount, type Spectrogram } from '../../audio/spectrum.ts';
import type { SampledReference } from './port.ts';
import type { PeaksByBand } from './reference.ts';

/** A stretch of the sound's spectrogram; row 0 lies at frame `from` of the sound, in frames of the recording. */
export interface Picture {
  readonly from: number;
  readonly spectrogram: Spectrogram;
}

export interface Overlay {
  readonly level: number;
  readonly onset: number;
}

interface Relief {
  readonly from: number;
  readonly frames: number;
  readonly level: Float32Array;
  readonly onset: Float32Array;
}

const levelFrames = 12;
const levelBands = 8;
/** Places that a null is taken from, at most; and the fewest that make one. */
const mostPlaces = 150;
const fewestPlaces = 12;
/** Nearer than this a place is the same place: 0.4 s. */
const samePlaceFrames = 12;
/** Not a whole number of beats of anything. */
const placeStep = 17.3;

/**
 * The recordings that all are compared with, repetitions included: of `count` references the ones that `at` gives. Two sequences that never
 * fall into step walk through the recordings here, and through their places in `overlay`. None of one alone.
 */
export function drawSample(count: number, at: (n: number) => SampledReference): SampledReference[] {
  if (count <= 1) return [];
  return Array.from({ length: mostPlaces }, (_, k) => at(Math.floor(((k * 0.7548776662) % 1) * count)));
}

/** @param sample as `drawSample` drew it. @returns zero for both where there is nothing to compare with. */
export function overlay(
  pictures: readonly Picture[],
  reference: SampledReference,
  offset: number,
  sample: readonly SampledReference[],
): Overlay {
  const reliefs = pictures.map(relief);
  const first = reliefs[0]!.from;
  const last = reliefs.at(-1)!;
  const length = last.from + last.frames - first;
  const here = sumUp(reliefs, reference, offset);
  if (here.count === 0) return { level: 0, onset: 0 };

  const elsewhere: Sum[] = [];
  const from = -first - length / 3;
  const to = reference.frames - first - (2 * length) / 3;
  const step = Math.max(placeStep, (to - from) / mostPlaces);
  for (let at = from; at < to; at += step) {
    if (Math.abs(at - offset) >= samePlaceFrames) elsewhere.push(sumUp(reliefs, reference, at));
  }
  const others: Sum[] = [];
  sample.forEach((other, k) => {
    if (other.recordingId === reference.recordingId) return;
    const room = Math.max(1, other.frames - length);
    others.push(sumUp(reliefs, other, ((k * 0.5698402909) % 1) * room - first));
  });
  const score = (pick: (sum: Sum) => number): number =>
    Math.min(...[elsewhere, others].map((places) => deviations(here, places, pick)));
  const level = score((sum) => sum.level);
  const onset = score((sum) => sum.onset);
  return { level: Number.isFinite(level) ? level : 0, onset: Number.isFinite(onset) ? onset : 0 };
}

interface Sum {
  readonly level: number;
  readonly onset: number;
  readonly count: number;
}

/** How many standard deviations `here` lies above the places; infinite when there are too few of them. */
function deviations(here: Sum, places: readonly Sum[], pick: (sum: Sum) => number): number {
  // Places with few peaks vary too much.
  const means = places.filter((sum) => sum.count > here.count / 2).map((sum) => pick(sum) / sum.count);
  if (means.length < fewestPlaces) return Infinity;
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / means.length;
  return (pick(here) / here.count - mean) / Math.sqrt(variance + 1e-6);
}

/** Level and onset under the recording's peaks when frame 0 of the sound lies at `offset` of the recording. */
function sumUp(reliefs: readonly Relief[], reference: PeaksByBand, offset: number): Sum {
  let level = 0;
  let onset = 0;
  let count = 0;
  const { bandFrom, frame } = reference;
  for (const { from, frames, level: levels, onset: onsets } of reliefs) {
    const start = offset + from;
    for (let band = 0; band < bandCount; band++) {
      const end = bandFrom[band + 1]!;
      for (let k = firstFrom(frame, bandFrom[band]!, end, start - 0.5); k < end; k++) {
        const row = Math.round(frame[k]! - start);
        if (row >= frames) break;
        level += levels[row * bandCount + band]!;
        onset += onsets[row * bandCount + band]!;
        count++;
      }
    }
  }
  return { level, onset, count };
}

/** Index of the first frame above `wanted`, in an ascending stretch. */
function firstFrom(frame: Float32Array, from: number, to: number, wanted: number): number {
  let left = from;
  let right = to;
  while (left < right) {
    const middle = (left + right) >> 1;
    if (frame[middle]! <= wanted) left = middle + 1;
    else right = middle;
  }
  return left;
}

export function relief({ from, spectrogram: { frames, power } }: Picture): Relief {
  let loudest = 0;
  for (const value of power) if (value > loudest) loudest = value;
  // 130 dB below the loudest: digital silence stays finite.
  const logs = power.map((value) => Math.log(value + loudest * 1e-13 + 1e-30));
  const level = lessSurroundings(logs, frames);
  const onset = new Float32Array(logs.length);
  for (let t = 0; t < frames; t++) {
    const after = Math.min(frames - 1, t + 1) * bandCount;
    const before = Math.max(0, t - 3) * bandCount;
    for (let b = 0; b < bandCount; b++) {
      onset[t * bandCount + b] = Math.max(-2, Math.min(2, logs[after + b]! - logs[before + b]!));
    }
  }
  return { from, frames, level, onset };
}

/** Each value less the mean of the box around it, from a table of sums. */
function lessSurroundings(logs: Float32Array, frames: number): Float32Array {
  const width = bandCount + 1;
  const sums = new Float64Array((frames + 1) * width);
  for (let t = 0; t < frames; t++) {
    let row = 0;
    for (let b = 0; b < bandCount; b++) {
      row += logs[t * bandCount + b]!;
      sums[(t + 1) * width + b + 1] = sums[t * width + b + 1]! + row;
    }
  }
  const level = new Float32Array(logs.length);
  for (let t = 0; t < frames; t++) {
    const top = Math.max(0, t - levelFrames) * width;
    const bottom = Math.min(frames, t + levelFrames + 1) * width;
    for (let b = 0; b < bandCount; b++) {
      const left = Math.max(0, b - levelBands);
      const right = Math.min(bandCount, b + levelBands + 1);
      const sum = sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!;
      const mean = sum / (((bottom - top) / width) * (right - left));
      level[t * bandCount + b] = Math.max(-2, Math.min(3, logs[t * bandCount + b]! - mean));
    }
  }
  return level;
}

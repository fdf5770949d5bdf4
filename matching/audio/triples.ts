// Triples of peaks, described by what no change of speed, tempo or pitch touches: the two intervals in bands, and where the middle peak lies
// between the outer two (the idea of invariant hashes is that of Six & Leman's Panako and Sonnleitner & Widmer's quads; triples survive noise
// better than quads, and a voice over is our usual noise). A sound that waits keeps a few triples of each peak; a recording asks for all of
// its own that a sound played 0.62 to 1.64 times as fast could have kept.

import type { Peaks } from '../../audio/peaks.ts';
import { bandCount, bandsPerOctave } from '../../audio/spectrum.ts';

// A triple: the outer two at most this many frames apart, all within this many bands of the first. Short and tall: the number of triples
// that a recording has to ask for grows with the square of both, but tall ones are also told apart better.
const longestSpan = 14;
const shortestSpan = 5;
const shortestStep = 1.5;
const farthestBand = 36;
const triplesPerPeak = 2;
/** Where the middle peak lies, in tenths of the span. */
const middles = 10;
const intervals = 2 * farthestBand + 3;
/** Lists are kept apart by the first peak's band, a dozen together: an alteration moves it by 17 at most, so that a third of a list is read. */
export const registers = Math.ceil(bandCount / 12);
const keyCount = intervals * intervals * middles;
export const listCount = keyCount * registers;
export const registerOf = (band: number): number => Math.max(0, Math.min(registers - 1, Math.floor(band / 12)));
/** A value this near to the edge of its step is asked for on both sides. */
const edge = 0.25;

export const slowest = 0.62;
export const fastest = 1.64;

export const octaveBands = (ratio: number): number => bandsPerOctave * Math.log2(ratio);
/** Steps of a kept triple's span in a frame. */
export const spanSteps = 8;
/** Frames in a step of a kept triple's time. */
export const timeStep = 4;

/** Triples that a recording asks for: every reading of each, in the order of their keys, so that the lists are read from front to back. */
export interface Asked {
  readonly count: number;
  readonly key: Uint32Array;
  readonly frame: Float32Array;
  readonly band: Float32Array;
  readonly logSpan: Float32Array;
  readonly tolerance: Float32Array;
}

/** Calls `visit` with the peaks of each triple: first, middle, last. */
function visitTriples(
  peaks: Peaks,
  zone: { readonly longest: number; readonly shortest: number; readonly step: number; readonly perPeak: number },
  visit: (first: number, middle: number, last: number) => void,
): void {
  const { count, frame, band } = peaks;
  const near = new Int32Array(512);
  for (let i = 0; i < count; i++) {
    let found = 0;
    for (let j = i + 1; j < count && found < near.length; j++) {
      const step = frame[j]! - frame[i]!;
      if (step > zone.longest) break;
      if (step >= zone.step && Math.abs(band[j]! - band[i]!) <= farthestBand) near[found++] = j;
    }
    let taken = 0;
    for (let last = 1; last < found && taken < zone.perPeak; last++) {
      const end = frame[near[last]!]!;
      if (end - frame[i]! < zone.shortest) continue;
      for (let middle = 0; middle < last && taken < zone.perPeak; middle++) {
        if (end - frame[near[middle]!]! < zone.step) continue;
        visit(i, near[middle]!, near[last]!);
        taken++;
      }
    }
  }
}

const kept = { longest: longestSpan, shortest: shortestSpan, step: shortestStep, perPeak: triplesPerPeak };
const wanted = {
  longest: longestSpan * fastest,
  shortest: shortestSpan * slowest,
  step: shortestStep * slowest,
  perPeak: Infinity,
};

const keyOf = (one: number, other: number, middle: number): number => (one * intervals + other) * middles + middle;
const middleOf = (peaks: Peaks, first: number, middle: number, last: number): number =>
  ((peaks.frame[middle]! - peaks.frame[first]!) / (peaks.frame[last]! - peaks.frame[first]!)) * middles;
const intervalOf = (peaks: Peaks, first: number, other: number): number =>
  peaks.band[other]! - peaks.band[first]! + farthestBand + 1;

/** Calls `visit` with what a waiting sound keeps: the list, the time and the band of the first peak, and the span in eighths of a frame. */
export function visitKept(
  peaks: Peaks,
  visit: (list: number, frame: number, band: number, span: number) => void,
): void {
  visitTriples(peaks, kept, (first, middle, last) => {
    const key = keyOf(
      Math.round(intervalOf(peaks, first, middle)),
      Math.round(intervalOf(peaks, first, last)),
      Math.min(middles - 1, Math.floor(middleOf(peaks, first, middle, last))),
    );
    const band = peaks.band[first]!;
    const span = Math.round((peaks.frame[last]! - peaks.frame[first]!) * spanSteps);
    visit(key * registers + registerOf(band), peaks.frame[first]!, band, span);
  });
}

export function askFor(peaks: Peaks): Asked {
  let size = 1 << 16;
  let key = new Uint32Array(size);
  let first = new Uint32Array(size);
  let span = new Float32Array(size);
  let count = 0;
  const readings = (value: number, whole: number): readonly number[] => {
    const rest = value - whole;
    return rest > 0.5 - edge ? [whole, whole + 1] : rest < edge - 0.5 ? [whole, whole - 1] : [whole];
  };
  visitTriples(peaks, wanted, (i, j, k) => {
    const one = intervalOf(peaks, i, j);
    const other = intervalOf(peaks, i, k);
    const middle = middleOf(peaks, i, j, k);
    for (const a of readings(one, Math.round(one))) {
      for (const b of readings(other, Math.round(other))) {
        for (const m of readings(middle - 0.5, Math.floor(middle))) {
          if (a < 0 || b < 0 || m < 0 || a >= intervals || b >= intervals || m >= middles) continue;
          if (count === size) {
            size *= 2;
            key = grown(key, Uint32Array);
            first = grown(first, Uint32Array);
            const longer = new Float32Array(size);
            longer.set(span);
            span = longer;
          }
          key[count] = keyOf(a, b, m);
          first[count] = i;
          span[count++] = peaks.frame[k]! - peaks.frame[i]!;
        }
      }
    }
  });
  const order = sortedBy(key, count);
  const asked: Asked = {
    count,
    key: new Uint32Array(count),
    frame: new Float32Array(count),
    band: new Float32Array(count),
    logSpan: new Float32Array(count),
    tolerance: new Float32Array(count),
  };
  for (let i = 0; i < count; i++) {
    const from = order[i]!;
    asked.key[i] = key[from]!;
    asked.frame[i] = peaks.frame[first[from]!]!;
    asked.band[i] = peaks.band[first[from]!]!;
    asked.logSpan[i] = octaveBands(span[from]!);
    // Two peaks' times are each off by about a fifth of a frame, the span by 0.3: at twice that few right ones are refused.
    asked.tolerance[i] = octaveBands(1 + 0.45 / Math.min(span[from]!, longestSpan));
  }
  return asked;
}

/** Indices in ascending order of key: counting sort. */
function sortedBy(key: Uint32Array, count: number): Uint32Array {
  const from = new Uint32Array(keyCount + 1);
  for (let i = 0; i < count; i++) from[key[i]! + 1]!++;
  for (let k = 0; k < keyCount; k++) from[k + 1]! += from[k]!;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[from[key[i]!]!++] = i;
  return order;
}

export function grown<T extends Uint32Array | Uint8Array>(list: T, make: new (length: number) => T): T {
  const larger = new make(2 * list.length);
  larger.set(list);
  return larger;
}

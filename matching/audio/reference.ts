// A reference's fingerprint: its spectral peaks, three bytes each. Everything else (hashes, lists per band) is derived from
// them, so that the hashing may change without touching what is stored.
//
// Layout: byte 0 version (1); bytes 1–4 duration in milliseconds, little endian; then one 24-bit word a peak:
//   bits 0–5   frames since the previous peak; 63 with band code 1023 is an empty step of 63 frames
//   bits 6–15  band in quarter bands
//   bits 16–17 fraction of a frame in quarters, from −½
//   bits 18–23 rise above the surroundings, in steps of 0.15 nepers
// About 20 peaks a second make 3.6 KB a minute.

import { findPeaks, type Peaks } from '../../audio/peaks.ts';
import { resample } from '../../audio/resample.ts';
import { analysisRateHz, bandCount, spectrogram } from '../../audio/spectrum.ts';

/** Packed peaks; see the layout above. Stored as `bytea`. */
export type ReferencePrint = Uint8Array;

export const printVersion = 1;
/** 32 ms: a quarter of the window. */
export const hopSamples = 256;
export const framesPerSecond = analysisRateHz / hopSamples;
export const referencePeaksPerSecond = 20;

const headerBytes = 5;
const skipFrames = 63;
const skipBand = 1023;

/** Fingerprints a whole recording from mono samples at any rate. */
export function fingerprintReference(pcm: Float32Array, sampleRateHz: number): ReferencePrint {
  const samples = resample(pcm, sampleRateHz, analysisRateHz);
  const peaks = findPeaks(spectrogram(samples, hopSamples), {
    framesPerSecond,
    peaksPerSecond: referencePeaksPerSecond,
  });
  return packPeaks(peaks, Math.round((samples.length * 1000) / analysisRateHz));
}

export function packPeaks(peaks: Peaks, durationMs: number): ReferencePrint {
  const words: number[] = [];
  let last = 0;
  for (let i = 0; i < peaks.count; i++) {
    const whole = Math.max(last, Math.round(peaks.frame[i]!));
    let step = whole - last;
    for (; step >= skipFrames; step -= skipFrames) words.push(skipFrames | (skipBand << 6));
    const quarterBand = Math.max(0, Math.min(skipBand - 1, Math.round(peaks.band[i]! * 4)));
    const fraction = Math.max(0, Math.min(3, Math.floor((peaks.frame[i]! - whole + 0.5) * 4)));
    const rise = Math.max(0, Math.min(63, Math.round(peaks.rise[i]! / 0.15)));
    words.push(step | (quarterBand << 6) | (fraction << 16) | (rise << 18));
    last = whole;
  }
  const print = new Uint8Array(headerBytes + 3 * words.length);
  print[0] = printVersion;
  new DataView(print.buffer).setUint32(1, durationMs, true);
  words.forEach((word, i) => {
    print[headerBytes + 3 * i] = word & 255;
    print[headerBytes + 3 * i + 1] = (word >> 8) & 255;
    print[headerBytes + 3 * i + 2] = (word >> 16) & 255;
  });
  return print;
}

export const isReferencePrint = (print: Uint8Array): boolean =>
  print.length >= headerBytes && print[0] === printVersion && (print.length - headerBytes) % 3 === 0;

/** The inverse of `packPeaks`, up to its rounding. Throws a `RangeError` on bytes of another version or a broken length. */
export function unpackPeaks(print: ReferencePrint): { readonly peaks: Peaks; readonly durationMs: number } {
  if (!isReferencePrint(print))
    throw new RangeError(`not a reference print of version ${printVersion}: ${print.length} bytes`);
  const words = (print.length - headerBytes) / 3;
  const frame = new Float32Array(words);
  const band = new Float32Array(words);
  const rise = new Float32Array(words);
  let count = 0;
  let at = 0;
  for (let i = 0; i < words; i++) {
    const byte = headerBytes + 3 * i;
    const word = print[byte]! | (print[byte + 1]! << 8) | (print[byte + 2]! << 16);
    at += word & 63;
    const quarterBand = (word >> 6) & 1023;
    if (quarterBand === skipBand) continue;
    frame[count] = at + (((word >> 16) & 3) + 0.5) / 4 - 0.5;
    band[count] = quarterBand / 4;
    rise[count] = (word >> 18) * 0.15;
    count++;
  }
  const durationMs = new DataView(print.buffer, print.byteOffset).getUint32(1, true);
  return {
    durationMs,
    peaks: {
      count,
      frame: frame.subarray(0, count),
      band: band.subarray(0, count),
      rise: rise.subarray(0, count),
    },
  };
}

/** Peaks sorted by band, the form in which constellations are compared. */
export interface PeaksByBand {
  /** How long they last. */
  readonly frames: number;
  /** Peaks of band b are bandFrom[b] to bandFrom[b + 1] in the two lists, ascending in time. */
  readonly bandFrom: Int32Array;
  readonly frame: Float32Array;
  readonly band: Float32Array;
}

/** A reference that is searched in. */
export interface IndexedReference extends PeaksByBand {
  readonly referenceId: number;
  readonly recordingId: string;
}

export function byBand(peaks: Peaks): PeaksByBand {
  const bandFrom = new Int32Array(bandCount + 1);
  const frame = new Float32Array(peaks.count);
  const band = new Float32Array(peaks.count);
  sortByBand(peaks, bandFrom, frame, band);
  return { frames: framesIn(peaks), bandFrom, frame, band };
}

/** How long the peaks last. */
export const framesIn = ({ count, frame }: Peaks): number => (count === 0 ? 1 : Math.ceil(frame[count - 1]!) + 1);

/** Writes the peaks by band, and by time within each, into lists that have their lengths and are empty. */
export function sortByBand(peaks: Peaks, bandFrom: Int32Array, frame: Float32Array, band: Float32Array): void {
  const bandOf = (i: number): number => Math.min(bandCount - 1, Math.round(peaks.band[i]!));
  for (let i = 0; i < peaks.count; i++) bandFrom[bandOf(i) + 1]!++;
  for (let b = 0; b < bandCount; b++) bandFrom[b + 1]! += bandFrom[b]!;
  const fill = bandFrom.slice();
  for (let i = 0; i < peaks.count; i++) {
    const place = fill[bandOf(i)]!++;
    frame[place] = peaks.frame[i]!;
    band[place] = peaks.band[i]!;
  }
}

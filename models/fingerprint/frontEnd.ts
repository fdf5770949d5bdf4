// From audio to what the network sees; the same arithmetic as training/fingerprint/frontend.py, held to it by golden vectors.
//
//   x[t, j] = (L − mean L) / std L,   L = ln max(P[t, j], 10⁻⁶ · max P),   over one window of 32 frames by 120 bands
//
// P is the spectrogram of audio/spectrum.ts with a hop of 512 samples (64 ms), so a window is 2.05 s. Level is divided out and
// what lies more than 60 dB under the window's loudest point is cut off.

import { warp } from '../../audio/resample.ts';
import { analysisRateHz, bandCount, spectrogram, type Spectrogram } from '../../audio/spectrum.ts';

export const embeddingHopSamples = 512;
export const windowFrames = 32;
/** Numbers in one window. */
export const windowSize: number = windowFrames * bandCount;
/** Frames between two windows: 512 ms in references, 256 ms in sounds; training covers the misalignment that this leaves. */
export const referenceEveryFrames = 8;
export const soundEveryFrames = 4;
export const frameMs: number = (embeddingHopSamples * 1000) / analysisRateHz;

const depth = 1e-6;
/** 88 dB under a full-scale sine. */
const silentPower = 1e-4;
const leastDeviation = 0.05;
/** Power to which damaged samples are limited, so that sums stay finite: a full-scale square wave has 2.6e5. */
const mostPower = 1e12;

export interface Windows {
  readonly count: number;
  /** count × windowFrames × bandCount. */
  readonly input: Float32Array;
  /** Middle of each window in the signal it was made from, in milliseconds of that signal. */
  readonly middleMs: Float64Array;
  /** 1 where the window is silent: its input is zeros and its vector says nothing. */
  readonly silent: Uint8Array;
}

/**
 * Windows of a spectrogram whose hop is 512 samples of the recording's time. `firstMs` and `msPerFrame` say where its frames lie in
 * the signal. A spectrogram shorter than a window has none.
 */
export function windowsOf(
  { frames, power }: Spectrogram,
  everyFrames: number,
  firstMs = 0,
  msPerFrame: number = frameMs,
): Windows {
  const count = frames < windowFrames ? 0 : Math.floor((frames - windowFrames) / everyFrames) + 1;
  const input = new Float32Array(count * windowSize);
  const middleMs = new Float64Array(count);
  const silent = new Uint8Array(count);
  // The logarithm of each cell once: windows overlap four to eight times.
  const logs = new Float32Array(power.length);
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(clean(power[i]!));
  for (let window = 0; window < count; window++) {
    const from = window * everyFrames * bandCount;
    middleMs[window] = firstMs + (window * everyFrames + (windowFrames - 1) / 2) * msPerFrame;
    silent[window] = normalise(logs, from, input, window * windowSize) ? 0 : 1;
  }
  return { count, input, middleMs, silent };
}

const clean = (value: number): number => (value > 1e-12 ? Math.min(value, mostPower) : 1e-12);
const logSilent = Math.log(silentPower);
const logDepth = Math.log(depth);

/** @returns false when the window is silent, which leaves its input at zero. */
function normalise(logs: Float32Array, from: number, input: Float32Array, to: number): boolean {
  let top = -Infinity;
  for (let i = 0; i < windowSize; i++) if (logs[from + i]! > top) top = logs[from + i]!;
  if (top < logSilent) return false;
  const floor = top + logDepth;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < windowSize; i++) {
    const value = Math.max(logs[from + i]!, floor);
    // Relative to the top: keeps the sum of squares well conditioned.
    const relative = value - top;
    input[to + i] = relative;
    sum += relative;
    squares += relative * relative;
  }
  const mean = sum / windowSize;
  const scale = 1 / Math.max(leastDeviation, Math.sqrt(Math.max(0, squares / windowSize - mean * mean)));
  for (let i = 0; i < windowSize; i++) input[to + i] = (input[to + i]! - mean) * scale;
  return true;
}

/** Windows of a whole recording: mono samples at 8 kHz. Samples that are no numbers count as silence. */
export function referenceWindows(pcm: Float32Array): Windows {
  return windowsOf(spectrogram(finite(pcm), embeddingHopSamples), referenceEveryFrames);
}

/**
 * Windows of a sound read as if it were the recording with its time run `time` times as fast and its frequencies multiplied by
 * `frequency`: the same windows as the recording's, if that is what was done to it.
 */
export function soundWindows(
  pcm: Float32Array,
  hypothesis: { readonly time: number; readonly frequency: number } = { time: 1, frequency: 1 },
  everyFrames: number = soundEveryFrames,
): Windows {
  const { time, frequency } = hypothesis;
  // Played `frequency` times slower the sound has the recording's pitch; what is left of the tempo is in the hop.
  const read = warp(finite(pcm), 1 / frequency);
  const hop = (embeddingHopSamples * frequency) / time;
  return windowsOf(spectrogram(read, hop), everyFrames, 0, frameMs / time);
}

/** The signal itself when it is clean, a cleaned copy else. */
export function finite(pcm: Float32Array): Float32Array {
  for (let i = 0; i < pcm.length; i++) {
    if (!(Math.abs(pcm[i]!) <= 8))
      return pcm.map((sample) => (sample !== sample ? 0 : Math.max(-8, Math.min(8, sample))));
  }
  return pcm;
}

// From any number of channels at any rate to one channel at the analysis rate, piece by piece.
//
// The mid signal (L + R) / 2 cancels where the channels are in antiphase (a cheap "wide" effect, or a karaoke trick); the left
// channel alone then still holds the music. Both are carried along and the louder decides, second by second, with a
// crossfade being unnecessary: spectral peaks do not mind a step every few seconds.

import { createStreamResampler } from './resample.ts';

export interface MonoMixer {
  push(channels: readonly Float32Array[]): Float32Array;
  finish(): Float32Array;
}

export function createMonoMixer(fromHz: number, toHz: number): MonoMixer {
  const resampler = createStreamResampler(fromHz, toHz);
  return {
    push: (channels) => resampler.push(mixToMono(channels, Math.max(1, Math.round(fromHz)))),
    finish: () => resampler.finish(),
  };
}

/** Left is chosen for a block when its mean square is over four times the mid's (half as loud in amplitude). */
const louder = 4;

export function mixToMono(channels: readonly Float32Array[], blockSamples: number): Float32Array {
  const left = channels[0] ?? new Float32Array(0);
  const length = left.length;
  const mono = new Float32Array(length);
  for (let from = 0; from < length; from += blockSamples) {
    const to = Math.min(length, from + blockSamples);
    let midPower = 0;
    let leftPower = 0;
    for (let i = from; i < to; i++) {
      let sum = 0;
      for (let c = 0; c < channels.length; c++) sum += clean(channels[c]![i]!);
      const mid = sum / channels.length;
      mono[i] = mid;
      midPower += mid * mid;
      const own = clean(left[i]!);
      leftPower += own * own;
    }
    if (channels.length > 1 && leftPower > louder * midPower) {
      for (let i = from; i < to; i++) mono[i] = clean(left[i]!);
    }
  }
  return mono;
}

/** Not-a-number, infinities and absurd levels (a float file read with the wrong byte order) become silence or full scale. */
function clean(sample: number): number {
  if (sample !== sample) return 0;
  return sample > 8 ? 8 : sample < -8 ? -8 : sample;
}

// From any number of channels at any rate to one or two at the rate that is asked for, piece by piece.
//
// The mid signal (L + R) / 2 cancels where the channels are in antiphase (a cheap "wide" effect, or a karaoke trick); the left
// channel alone then still holds the music. Both are carried along and the louder decides, second by second, with a
// crossfade being unnecessary: spectral peaks do not mind a step every few seconds.

import { createStreamResampler } from './resample.ts';

export interface Mixer {
  /** One array a channel that was asked for, all equally long. They need not have anything in common with the size of the piece. */
  push(channels: readonly Float32Array[]): Float32Array[];
  finish(): Float32Array[];
}

export function createMixer(fromHz: number, toHz: number, asked: 'mono' | 'stereo'): Mixer {
  return asked === 'mono' ? createMonoMixer(fromHz, toHz) : createStereoMixer(fromHz, toHz);
}

/** Left is chosen for a block when its mean square is over four times the mid's (half as loud in amplitude). */
const louder = 4;

function createMonoMixer(fromHz: number, toHz: number): Mixer {
  const resampler = createStreamResampler(fromHz, toHz);
  // Blocks are counted from the beginning of the audio, so that the choice does not depend on the sizes of the pieces.
  const blockSamples = Math.max(1, Math.round(fromHz));
  const mid = new Float32Array(blockSamples);
  const left = new Float32Array(blockSamples);
  let filled = 0;
  let midPower = 0;
  let leftPower = 0;

  const endBlock = (): Float32Array => {
    const chosen = leftPower > louder * midPower ? left : mid;
    const block = chosen.slice(0, filled);
    filled = 0;
    midPower = 0;
    leftPower = 0;
    return resampler.push(block);
  };
  const fill = (channels: readonly Float32Array[], from: number, to: number): void => {
    const own = channels[0]!;
    const other = channels[1] ?? own;
    const count = channels.length;
    // In variables of its own, the loop is twice as fast.
    let at = filled;
    let midSum = 0;
    let leftSum = 0;
    for (let i = from; i < to; i++) {
      const sample = own[i]!;
      let sum = count === 1 ? sample : sample + other[i]!;
      for (let c = 2; c < count; c++) sum += channels[c]![i]!;
      const middle = sum / count;
      mid[at] = middle;
      left[at++] = sample;
      midSum += middle * middle;
      leftSum += sample * sample;
    }
    filled = at;
    midPower += midSum;
    leftPower += leftSum;
  };
  return {
    push(channels) {
      if (channels.length === 1 && filled === 0) return [resampler.push(cleaned(channels[0]!))];
      const length = channels[0]?.length ?? 0;
      const usable = channels.map(cleaned);
      const parts: Float32Array[] = [];
      for (let at = 0; at < length;) {
        const to = Math.min(length, at + blockSamples - filled);
        fill(usable, at, to);
        at = to;
        if (filled === blockSamples) parts.push(endBlock());
      }
      return [joined(parts)];
    },
    finish: () => [joined([endBlock(), resampler.finish()])],
  };
}

/** −3 dB: how a centre or a surround channel enters both sides (ITU-R BS.775). */
const half = Math.SQRT1_2;

function createStereoMixer(fromHz: number, toHz: number): Mixer {
  const resamplers = [createStreamResampler(fromHz, toHz), createStreamResampler(fromHz, toHz)];
  return {
    push(channels) {
      const sides = channels.length <= 2 ? channels.map(cleaned) : downmix(channels);
      return resamplers.map((resampler, side) => resampler.push(sides[Math.min(side, sides.length - 1)]!));
    },
    finish: () => resamplers.map((resampler) => resampler.finish()),
  };
}

/** Channels as in a WAV file: left, right, centre, bass effects (from six channels on), then pairs of surrounds. */
function downmix(channels: readonly Float32Array[]): [Float32Array, Float32Array] {
  const length = channels[0]!.length;
  const left = cleaned(channels[0]!).slice();
  const right = cleaned(channels[1]!).slice();
  // Four are a quadrophonic pair of pairs, not a centre.
  const centre = channels.length === 4 ? undefined : channels[2];
  const surrounds = channels.length === 4 ? 2 : channels.length >= 6 ? 4 : 3;
  for (let i = 0; i < length; i++) {
    const middle = centre === undefined ? 0 : half * clean(centre[i]!);
    left[i]! += middle;
    right[i]! += middle;
    for (let c = surrounds; c < channels.length; c += 2) {
      left[i]! += half * clean(channels[c]![i]!);
      right[i]! += half * clean(channels[Math.min(c + 1, channels.length - 1)]![i]!);
    }
  }
  return [left, right];
}

/** Not-a-number, infinities and absurd levels (a float file read with the wrong byte order) become silence or full scale. */
function clean(sample: number): number {
  if (sample !== sample) return 0;
  return sample > 8 ? 8 : sample < -8 ? -8 : sample;
}

/** The samples themselves when they are clean, a cleaned copy else. */
function cleaned(samples: Float32Array): Float32Array {
  for (let i = 0; i < samples.length; i++) {
    if (!(Math.abs(samples[i]!) <= 8)) return samples.map(clean);
  }
  return samples;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

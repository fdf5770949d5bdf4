// Short-time Fourier transform.
//
//   X[t, k] = Σ_n w[n] · x[c_t − N/2 + n] · e^(−2πi·kn/N),   c_t = firstCentre + t · hop,   k = 0 … N/2
//
// Frames are centred, and outside the signal is silence: librosa's `stft(center=True, pad_mode='constant')`, PyTorch's with `pad_mode='constant'`,
// but for the order [frame, bin] and for a last frame whose centre would lie on the sample after the last.

import FFT from 'fft.js';

export interface StftSettings {
  /** N: a power of two. */
  readonly fftSamples: number;
  /** w: at most N long; a shorter one stands in the middle. Default: `hann(fftSamples)`. */
  readonly window?: Float64Array;
}

/** The periodic Hann window, as librosa, SciPy and PyTorch make it for spectra: w[n] = 0.5 − 0.5·cos(2πn/N). */
export function hann(samples: number): Float64Array {
  return Float64Array.from({ length: samples }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / samples));
}

/** Hann with its middle between the two middle samples: w[n] = 0.5 − 0.5·cos(2π(n + ½)/N). */
export function midpointHann(samples: number): Float64Array {
  return Float64Array.from({ length: samples }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / samples));
}

/**
 * Transforms the frame centred on sample `centre` and returns its bins as re, im, re, im, … from zero to half the sample rate. The array is
 * the same every time.
 */
export type FrameTransform = (pcm: Float32Array, centre: number) => Float64Array;

export function createFrameTransform({ fftSamples, window = hann(fftSamples) }: StftSettings): FrameTransform {
  if (window.length > fftSamples)
    throw new RangeError(`a window of ${window.length} samples, a transform of ${fftSamples}`);
  const transform = new FFT(fftSamples);
  const padded = new Float64Array(fftSamples);
  padded.set(window, (fftSamples - window.length) >> 1);
  const input = new Float64Array(fftSamples);
  const output = new Float64Array(fftSamples * 2);
  return (pcm, centre) => {
    const start = centre - fftSamples / 2;
    if (start >= 0 && start + fftSamples <= pcm.length) {
      for (let n = 0; n < fftSamples; n++) input[n] = pcm[start + n]! * padded[n]!;
    } else {
      for (let n = 0; n < fftSamples; n++) {
        const place = start + n;
        input[n] = place >= 0 && place < pcm.length ? pcm[place]! * padded[n]! : 0;
      }
    }
    transform.realTransform(output as unknown as number[], input as unknown as number[]);
    return output;
  };
}

/** Frames whose centre lies inside the signal; `hopSamples` need not be whole. */
export const frameCount = (samples: number, hopSamples: number, firstCentre = 0): number =>
  Math.max(0, Math.floor((samples - 1 - firstCentre) / hopSamples) + 1);

export interface ComplexSpectrogram {
  readonly frames: number;
  /** N/2 + 1. */
  readonly bins: number;
  /** frames × bins each. */
  readonly re: Float32Array;
  readonly im: Float32Array;
}

export function stft(pcm: Float32Array, hopSamples: number, settings: StftSettings): ComplexSpectrogram {
  const transform = createFrameTransform(settings);
  const frames = frameCount(pcm.length, hopSamples);
  const bins = settings.fftSamples / 2 + 1;
  const re = new Float32Array(frames * bins);
  const im = new Float32Array(frames * bins);
  for (let frame = 0; frame < frames; frame++) {
    const output = transform(pcm, Math.round(frame * hopSamples));
    const row = frame * bins;
    for (let k = 0; k < bins; k++) {
      re[row + k] = output[2 * k]!;
      im[row + k] = output[2 * k + 1]!;
    }
  }
  return { frames, bins, re, im };
}

/** |X|, frames × bins. */
export function stftMagnitude(
  pcm: Float32Array,
  hopSamples: number,
  settings: StftSettings,
): { readonly frames: number; readonly bins: number; readonly magnitude: Float32Array } {
  const { frames, bins, re, im } = stft(pcm, hopSamples, settings);
  return { frames, bins, magnitude: re.map((value, i) => Math.hypot(value, im[i]!)) };
}

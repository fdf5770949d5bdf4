// Short-time power spectrum on a logarithmic frequency axis.
//
//   X[t, k] = Σ w[n] · x[t·hop + n − N/2] · e^(−2πi·kn/N),  N = 1024, w = Hann;   P[t, j] = Σ_k W[j, k] · |X[t, k]|²
//
// At 8 kHz a window is 128 ms. W holds triangles centred on f_j = 110 Hz · 2^(j/24), never narrower than two FFT bins, so
// that below 500 Hz neighbouring bands share FFT bins. A change of speed moves the picture along both axes and changes
// nothing else, which is what the search relies on.

import FFT from 'fft.js';

export const analysisRateHz = 8000;
export const windowSamples = 1024;
export const bandsPerOctave = 24;
export const lowestBandHz = 110;
/** Five octaves: 110 to 3520 Hz. Above, codecs and phones have cut; below, phones have, and the window cannot resolve it. */
export const bandCount = 120;

export interface Spectrogram {
  readonly frames: number;
  /** frames × bandCount, power. */
  readonly power: Float32Array;
}

const transform = new FFT(windowSamples);
const hann = new Float64Array(windowSamples);
for (let n = 0; n < windowSamples; n++) hann[n] = 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / windowSamples);

interface Bands {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weightAt: Int32Array;
  readonly weights: Float64Array;
}

function makeBands(): Bands {
  const from = new Int32Array(bandCount);
  const to = new Int32Array(bandCount);
  const weightAt = new Int32Array(bandCount);
  const weights: number[] = [];
  for (let band = 0; band < bandCount; band++) {
    const centre = (lowestBandHz * 2 ** (band / bandsPerOctave) * windowSamples) / analysisRateHz;
    const width = Math.max(1, centre * (2 ** (1 / bandsPerOctave) - 1));
    const first = Math.max(1, Math.ceil(centre - width + 1e-9));
    const last = Math.min(windowSamples / 2 - 1, Math.floor(centre + width - 1e-9));
    from[band] = first;
    to[band] = last;
    weightAt[band] = weights.length;
    for (let k = first; k <= last; k++) weights.push(Math.max(0, 1 - Math.abs(k - centre) / width));
  }
  return { from, to, weightAt, weights: Float64Array.from(weights) };
}

const bands = makeBands();

/**
 * Spectrogram of mono samples at 8 kHz. `hopSamples` need not be whole; frame t is centred on sample
 * `firstCentre + t · hopSamples`, and samples outside the signal count as zero.
 */
export function spectrogram(pcm: Float32Array, hopSamples: number, firstCentre = 0): Spectrogram {
  const frames = Math.max(0, Math.floor((pcm.length - 1 - firstCentre) / hopSamples) + 1);
  const power = new Float32Array(frames * bandCount);
  const input = new Float64Array(windowSamples);
  const output = new Float64Array(windowSamples * 2);
  const half = windowSamples / 2;
  const bins = new Float64Array(half);
  const { from, to, weightAt, weights } = bands;
  for (let frame = 0; frame < frames; frame++) {
    const start = Math.round(firstCentre + frame * hopSamples) - half;
    if (start >= 0 && start + windowSamples <= pcm.length) {
      for (let n = 0; n < windowSamples; n++) input[n] = pcm[start + n]! * hann[n]!;
    } else {
      for (let n = 0; n < windowSamples; n++) {
        const at = start + n;
        input[n] = at >= 0 && at < pcm.length ? pcm[at]! * hann[n]! : 0;
      }
    }
    transform.realTransform(output as unknown as number[], input as unknown as number[]);
    for (let k = 0; k < half; k++) {
      const re = output[2 * k]!;
      const im = output[2 * k + 1]!;
      bins[k] = re * re + im * im;
    }
    const row = frame * bandCount;
    for (let band = 0; band < bandCount; band++) {
      let sum = 0;
      const last = to[band]!;
      let weight = weightAt[band]!;
      for (let k = from[band]!; k <= last; k++) sum += bins[k]! * weights[weight++]!;
      power[row + band] = sum;
    }
  }
  return { frames, power };
}

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

/** Power of the FFT's bins, frame after frame; the first half of what a spectrogram takes. */
export interface BinPower {
  readonly frames: number;
  /** frames × windowSamples / 2. */
  readonly power: Float32Array;
}

const binCount = windowSamples / 2;

/**
 * Frame t is centred on sample `firstCentre + t · hopSamples`; `hopSamples` need not be whole, and samples outside the
 * signal count as zero.
 */
export function binPower(pcm: Float32Array, hopSamples: number, firstCentre = 0): BinPower {
  const frames = Math.max(0, Math.floor((pcm.length - 1 - firstCentre) / hopSamples) + 1);
  const power = new Float32Array(frames * binCount);
  for (let frame = 0; frame < frames; frame++) {
    transformFrame(pcm, Math.round(firstCentre + frame * hopSamples), power, frame * binCount);
  }
  return { frames, power };
}

const input = new Float64Array(windowSamples);
const output = new Float64Array(windowSamples * 2);

function transformFrame(pcm: Float32Array, centre: number, power: Float32Array, at: number): void {
  const start = centre - windowSamples / 2;
  if (start >= 0 && start + windowSamples <= pcm.length) {
    for (let n = 0; n < windowSamples; n++) input[n] = pcm[start + n]! * hann[n]!;
  } else {
    for (let n = 0; n < windowSamples; n++) {
      const place = start + n;
      input[n] = place >= 0 && place < pcm.length ? pcm[place]! * hann[n]! : 0;
    }
  }
  transform.realTransform(output as unknown as number[], input as unknown as number[]);
  for (let k = 0; k < binCount; k++) {
    const re = output[2 * k]!;
    const im = output[2 * k + 1]!;
    power[at + k] = re * re + im * im;
  }
}

interface Bands {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weightAt: Int32Array;
  readonly weights: Float32Array;
}

/** `frequencyRatio` moves every band's centre: 1.25 looks where the recording's partials lie after a speed-up by a quarter. */
function makeBands(frequencyRatio: number): Bands {
  const from = new Int32Array(bandCount);
  const to = new Int32Array(bandCount);
  const weightAt = new Int32Array(bandCount);
  const weights: number[] = [];
  for (let band = 0; band < bandCount; band++) {
    const centre = (frequencyRatio * lowestBandHz * 2 ** (band / bandsPerOctave) * windowSamples) / analysisRateHz;
    const width = Math.max(1, centre * (2 ** (1 / bandsPerOctave) - 1));
    const first = Math.max(1, Math.ceil(centre - width + 1e-9));
    const last = Math.min(binCount - 1, Math.floor(centre + width - 1e-9));
    from[band] = first;
    to[band] = last;
    weightAt[band] = weights.length;
    for (let k = first; k <= last; k++) weights.push(Math.max(0, 1 - Math.abs(k - centre) / width));
  }
  return { from, to, weightAt, weights: Float32Array.from(weights) };
}

const bandsOf = new Map<number, Bands>();

function bandsFor(frequencyRatio: number): Bands {
  const key = Math.round(frequencyRatio * 2000) / 2000;
  let bands = bandsOf.get(key);
  if (!bands) {
    bands = makeBands(key);
    bandsOf.set(key, bands);
  }
  return bands;
}

/** Sums bins into bands for the frames `frameAt(0)`, `frameAt(1)`, …, `frameAt(frames − 1)` of `bins`. */
export function bandPower(
  bins: BinPower,
  frames: number,
  frameAt: (frame: number) => number,
  frequencyRatio = 1,
): Spectrogram {
  const power = new Float32Array(frames * bandCount);
  const bands = bandsFor(frequencyRatio);
  for (let frame = 0; frame < frames; frame++) {
    sumBands(bins.power, frameAt(frame) * binCount, bands, power, frame * bandCount);
  }
  return { frames, power };
}

function sumBands(source: Float32Array, base: number, bands: Bands, power: Float32Array, row: number): void {
  const { from, to, weightAt, weights } = bands;
  for (let band = 0; band < bandCount; band++) {
    let sum = 0;
    const last = base + to[band]!;
    let weight = weightAt[band]!;
    for (let k = base + from[band]!; k <= last; k++) sum += source[k]! * weights[weight++]!;
    power[row + band] = sum;
  }
}

const unshifted = bandsFor(1);

/** Spectrogram of mono samples at 8 kHz; see `binPower` for the frames' places. */
export function spectrogram(pcm: Float32Array, hopSamples: number, firstCentre = 0): Spectrogram {
  const frames = Math.max(0, Math.floor((pcm.length - 1 - firstCentre) / hopSamples) + 1);
  const power = new Float32Array(frames * bandCount);
  // One frame of bins at a time: a whole recording's would take 60 MB for each quarter of an hour.
  const one = { frames: 1, power: new Float32Array(binCount) };
  for (let frame = 0; frame < frames; frame++) {
    transformFrame(pcm, Math.round(firstCentre + frame * hopSamples), one.power, 0);
    sumBands(one.power, 0, unshifted, power, frame * bandCount);
  }
  return { frames, power };
}

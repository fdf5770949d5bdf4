// Short-time power spectrum on a logarithmic frequency axis.
//
//   P[t, j] = Σ_k W[j, k] · |X[t, k]|²,   W: triangles centred on f_j = f_min · 2^(j/B), B bands an octave
//
// A triangle is never narrower than two bins of the transform, so that low bands share bins. A change of speed moves the picture along both axes
// and changes nothing else.

import { createFrameTransform, frameCount, hann } from './stft.ts';

export interface LogFrequencySettings {
  readonly sampleRateHz: number;
  /** Of the window and the transform: a power of two. */
  readonly windowSamples: number;
  readonly minimumHz: number;
  readonly bandsPerOctave: number;
  readonly bandCount: number;
  /** Default: `hann(windowSamples)`. */
  readonly window?: Float64Array;
}

export interface Spectrogram {
  readonly frames: number;
  /** frames × bands, power. */
  readonly power: Float32Array;
}

/** Power of the transform's bins, frame after frame; the first half of what a spectrogram takes. */
export interface BinPower {
  readonly frames: number;
  /** frames × windowSamples / 2. */
  readonly power: Float32Array;
}

export interface LogFrequencySpectrum {
  readonly settings: LogFrequencySettings;
  /** Frame t is centred on sample `firstCentre + t · hopSamples`; `hopSamples` need not be whole, and samples outside the signal count as zero. */
  readonly spectrogram: (pcm: Float32Array, hopSamples: number, firstCentre?: number) => Spectrogram;
  readonly binPower: (pcm: Float32Array, hopSamples: number, firstCentre?: number) => BinPower;
  /**
   * Sums bins into bands for the frames `frameAt(0)`, `frameAt(1)`, …, `frameAt(frames − 1)` of `bins`. `frequencyRatio` moves every band's centre:
   * 1.25 looks where a recording's partials lie after a speed-up by a quarter.
   */
  readonly bandPower: (
    bins: BinPower,
    frames: number,
    frameAt: (frame: number) => number,
    frequencyRatio?: number,
  ) => Spectrogram;
}

interface Bands {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weightAt: Int32Array;
  readonly weights: Float32Array;
}

/** Throws RangeError when the bands reach beyond half the sample rate. */
export function createLogFrequencySpectrum(settings: LogFrequencySettings): LogFrequencySpectrum {
  const { sampleRateHz, windowSamples, minimumHz, bandsPerOctave, bandCount } = settings;
  const highestHz = minimumHz * 2 ** ((bandCount - 1) / bandsPerOctave);
  if (highestHz >= sampleRateHz / 2)
    throw new RangeError(`a band at ${highestHz.toFixed(0)} Hz, beyond half of ${sampleRateHz} Hz`);
  const binCount = windowSamples / 2;
  const transform = createFrameTransform({ fftSamples: windowSamples, window: settings.window ?? hann(windowSamples) });

  const transformFrame = (pcm: Float32Array, centre: number, power: Float32Array, at: number): void => {
    const output = transform(pcm, centre);
    for (let k = 0; k < binCount; k++) {
      const re = output[2 * k]!;
      const im = output[2 * k + 1]!;
      power[at + k] = re * re + im * im;
    }
  };

  const makeBands = (frequencyRatio: number): Bands => {
    const from = new Int32Array(bandCount);
    const to = new Int32Array(bandCount);
    const weightAt = new Int32Array(bandCount);
    const weights: number[] = [];
    for (let band = 0; band < bandCount; band++) {
      const centre = (frequencyRatio * minimumHz * 2 ** (band / bandsPerOctave) * windowSamples) / sampleRateHz;
      const width = Math.max(1, centre * (2 ** (1 / bandsPerOctave) - 1));
      const first = Math.max(1, Math.ceil(centre - width + 1e-9));
      const last = Math.min(binCount - 1, Math.floor(centre + width - 1e-9));
      from[band] = first;
      to[band] = last;
      weightAt[band] = weights.length;
      for (let k = first; k <= last; k++) weights.push(Math.max(0, 1 - Math.abs(k - centre) / width));
    }
    return { from, to, weightAt, weights: Float32Array.from(weights) };
  };
  const bandsOf = new Map<number, Bands>();
  const bandsFor = (frequencyRatio: number): Bands => {
    const key = Math.round(frequencyRatio * 2000) / 2000;
    let bands = bandsOf.get(key);
    if (!bands) {
      bands = makeBands(key);
      bandsOf.set(key, bands);
    }
    return bands;
  };
  const unshifted = bandsFor(1);

  return {
    settings,
    spectrogram(pcm, hopSamples, firstCentre = 0) {
      const frames = frameCount(pcm.length, hopSamples, firstCentre);
      const power = new Float32Array(frames * bandCount);
      // One frame of bins at a time: a whole recording's would take 60 MB for each quarter of an hour.
      const one = new Float32Array(binCount);
      for (let frame = 0; frame < frames; frame++) {
        transformFrame(pcm, Math.round(firstCentre + frame * hopSamples), one, 0);
        sumBands(one, 0, unshifted, power, frame * bandCount);
      }
      return { frames, power };
    },
    binPower(pcm, hopSamples, firstCentre = 0) {
      const frames = frameCount(pcm.length, hopSamples, firstCentre);
      const power = new Float32Array(frames * binCount);
      for (let frame = 0; frame < frames; frame++) {
        transformFrame(pcm, Math.round(firstCentre + frame * hopSamples), power, frame * binCount);
      }
      return { frames, power };
    },
    bandPower(bins, frames, frameAt, frequencyRatio = 1) {
      const power = new Float32Array(frames * bandCount);
      const bands = bandsFor(frequencyRatio);
      for (let frame = 0; frame < frames; frame++) {
        sumBands(bins.power, frameAt(frame) * binCount, bands, power, frame * bandCount);
      }
      return { frames, power };
    },
  };
}

function sumBands(source: Float32Array, base: number, bands: Bands, power: Float32Array, row: number): void {
  const { from, to, weightAt, weights } = bands;
  for (let band = 0; band < from.length; band++) {
    let sum = 0;
    const last = base + to[band]!;
    let weight = weightAt[band]!;
    for (let k = base + from[band]!; k <= last; k++) sum += source[k]! * weights[weight++]!;
    power[row + band] = sum;
  }
}

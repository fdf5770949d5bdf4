// Power spectrum on the mel scale, as librosa's `melspectrogram(power=2, center=True, pad_mode='constant')` makes it.
//
//   M[t, m] = Σ_k F[m, k] · |X[t, k]|²,   F: triangles between neighbouring centres that are evenly spaced in mel
//
// Two scales are in use: Slaney's (linear up to 1 kHz, librosa's default) and HTK's (2595 · log10(1 + f/700), torchaudio's default). Slaney's
// normalisation divides each triangle by half its width in Hz, so that noise is flat.

import type { Spectrogram } from './logFrequency.ts';
import { createFrameTransform, frameCount, hann } from './stft.ts';

export interface MelSettings {
  readonly sampleRateHz: number;
  /** Of the transform: a power of two. */
  readonly fftSamples: number;
  readonly bandCount: number;
  readonly minimumHz: number;
  readonly maximumHz: number;
  readonly scale: 'slaney' | 'htk';
  readonly normalisation: 'slaney' | 'none';
  /** At most `fftSamples` long. Default: `hann(fftSamples)`. */
  readonly window?: Float64Array;
}

export interface MelSpectrum {
  readonly settings: MelSettings;
  /** Frame t is centred on sample t · hopSamples; samples outside the signal count as zero. */
  spectrogram(pcm: Float32Array, hopSamples: number): Spectrogram;
}

const slaneyStepHz = 200 / 3;
const slaneyBreakHz = 1000;
const slaneyLogStep = Math.log(6.4) / 27;

export function melOf(hz: number, scale: MelSettings['scale']): number {
  if (scale === 'htk') return 2595 * Math.log10(1 + hz / 700);
  if (hz < slaneyBreakHz) return hz / slaneyStepHz;
  return slaneyBreakHz / slaneyStepHz + Math.log(hz / slaneyBreakHz) / slaneyLogStep;
}

export function hzOf(mel: number, scale: MelSettings['scale']): number {
  if (scale === 'htk') return 700 * (10 ** (mel / 2595) - 1);
  const breakMel = slaneyBreakHz / slaneyStepHz;
  return mel < breakMel ? mel * slaneyStepHz : slaneyBreakHz * Math.exp(slaneyLogStep * (mel - breakMel));
}

/** Bands × bins. */
export function melFilters(settings: MelSettings): Float32Array {
  const { sampleRateHz, fftSamples, bandCount, minimumHz, maximumHz, scale, normalisation } = settings;
  if (!(minimumHz >= 0 && minimumHz < maximumHz && maximumHz <= sampleRateHz / 2))
    throw new RangeError(`bands from ${minimumHz} to ${maximumHz} Hz, of a signal of ${sampleRateHz} Hz`);
  const bins = fftSamples / 2 + 1;
  const from = melOf(minimumHz, scale);
  const step = (melOf(maximumHz, scale) - from) / (bandCount + 1);
  const edges = Float64Array.from({ length: bandCount + 2 }, (_, i) => hzOf(from + i * step, scale));
  const filters = new Float32Array(bandCount * bins);
  for (let band = 0; band < bandCount; band++) {
    const [low, centre, high] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
    const gain = normalisation === 'slaney' ? 2 / (high - low) : 1;
    for (let k = 0; k < bins; k++) {
      const hz = (k * sampleRateHz) / fftSamples;
      const weight = Math.min((hz - low) / (centre - low), (high - hz) / (high - centre));
      filters[band * bins + k] = gain * Math.max(0, weight);
    }
  }
  return filters;
}

export function createMelSpectrum(settings: MelSettings): MelSpectrum {
  const { fftSamples, bandCount } = settings;
  const bins = fftSamples / 2 + 1;
  const filters = melFilters(settings);
  const transform = createFrameTransform({ fftSamples, window: settings.window ?? hann(fftSamples) });
  /** Bins in which a band has any weight. */
  const firsts = new Int32Array(bandCount);
  const ends = new Int32Array(bandCount);
  for (let band = 0; band < bandCount; band++) {
    const row = filters.subarray(band * bins, (band + 1) * bins);
    const first = row.findIndex((weight) => weight > 0);
    firsts[band] = Math.max(0, first);
    ends[band] = first < 0 ? 0 : row.findLastIndex((weight) => weight > 0) + 1;
  }
  return {
    settings,
    spectrogram(pcm, hopSamples) {
      const frames = frameCount(pcm.length, hopSamples);
      const power = new Float32Array(frames * bandCount);
      const one = new Float64Array(bins);
      for (let frame = 0; frame < frames; frame++) {
        const output = transform(pcm, Math.round(frame * hopSamples));
        for (let k = 0; k < bins; k++) one[k] = output[2 * k]! ** 2 + output[2 * k + 1]! ** 2;
        for (let band = 0; band < bandCount; band++) {
          let sum = 0;
          const row = band * bins;
          for (let k = firsts[band]!; k < ends[band]!; k++) sum += one[k]! * filters[row + k]!;
          power[frame * bandCount + band] = sum;
        }
      }
      return { frames, power };
    },
  };
}

// The spectrum in which recordings and sounds are compared: what peaks are picked from and what the fingerprint network sees.
//
// At 8 kHz a window of 1024 samples is 128 ms. Five octaves from 110 to 3520 Hz: above, codecs and phones have cut; below, phones have, and the
// window cannot resolve it. Below 500 Hz neighbouring bands share bins. Stored prints and trained weights hold to these numbers.

import { createLogFrequencySpectrum } from './logFrequency.ts';
import { midpointHann } from './stft.ts';

export type { BinPower, Spectrogram } from './logFrequency.ts';

export const analysisRateHz = 8000;
export const windowSamples = 1024;
export const bandsPerOctave = 24;
export const lowestBandHz = 110;
export const bandCount = 120;

const spectrum = createLogFrequencySpectrum({
  sampleRateHz: analysisRateHz,
  windowSamples,
  minimumHz: lowestBandHz,
  bandsPerOctave,
  bandCount,
  window: midpointHann(windowSamples),
});
export const { binPower, bandPower, spectrogram } = spectrum;

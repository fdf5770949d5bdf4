// Spectra against librosa's and numpy's values (test/golden/spectra.py), and what they must do whatever the rate.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createLogFrequencySpectrum } from '../../audio/logFrequency.ts';
import { createMelSpectrum, hzOf, melFilters, melOf } from '../../audio/mel.ts';
import { bandCount, lowestBandHz, spectrogram } from '../../audio/spectrum.ts';
import { createFrameTransform, frameCount, hann, midpointHann, stft, stftMagnitude } from '../../audio/stft.ts';
import { readSafetensors } from '../../models/runtime/safetensors.ts';
import { largestDifference } from '../models/golden.ts';

const golden = readSafetensors(await readFile(new URL('../golden/spectra.safetensors', import.meta.url)));
const expected = (name: string): Float32Array => golden.get(name)!.data;
const pcm = expected('pcm');
/** Powers span decades: they are compared by what they are of the largest. */
const relativeDifference = (found: Float32Array, reference: Float32Array): number =>
  largestDifference(found, reference) / reference.reduce((top, x) => Math.max(top, x), 0);

const tone = (hz: number, seconds: number, rateHz: number): Float32Array =>
  Float32Array.from({ length: seconds * rateHz }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / rateHz));
const loudest = (row: Float32Array): number => row.indexOf(row.reduce((top, x) => Math.max(top, x), 0));

describe('stft', () => {
  it("is librosa's", () => {
    const { frames, bins, re, im } = stft(pcm, 256, { fftSamples: 512 });
    expect([frames, bins]).toEqual(golden.get('stftRe')!.shape);
    expect(largestDifference(re, expected('stftRe'))).toBeLessThan(1e-5);
    expect(largestDifference(im, expected('stftIm'))).toBeLessThan(1e-5);
  });

  it("is librosa's with a window shorter than the transform", () => {
    const { bins, magnitude } = stftMagnitude(pcm, 160, { fftSamples: 512, window: hann(400) });
    const found = Float32Array.from(
      expected('narrowMagnitude'),
      (_, i) => magnitude[Math.floor(i / bins) * 4 * bins + (i % bins)]!,
    );
    expect(largestDifference(found, expected('narrowMagnitude'))).toBeLessThan(1e-5);
  });

  it('has the energy of what it is made of (Parseval)', () => {
    const window = hann(1024);
    const output = createFrameTransform({ fftSamples: 1024, window })(pcm, 4000);
    let spectrum = 0;
    for (let k = 0; k <= 512; k++)
      spectrum += (k % 512 === 0 ? 1 : 2) * (output[2 * k]! ** 2 + output[2 * k + 1]! ** 2);
    const samples = window.reduce((sum, w, n) => sum + (w * pcm[4000 - 512 + n]!) ** 2, 0);
    expect(spectrum / 1024).toBeCloseTo(samples, 6);
  });

  it('has the frames whose centre lies inside the signal', () => {
    expect([0, 1, 256, 257, 512].map((samples) => frameCount(samples, 256))).toEqual([0, 1, 1, 2, 2]);
    expect(frameCount(1000, 100.5)).toBe(10);
    expect(stft(new Float32Array(0), 256, { fftSamples: 512 }).frames).toBe(0);
  });

  it('takes no window that is longer than the transform', () => {
    expect(() => createFrameTransform({ fftSamples: 256, window: hann(257) })).toThrow(RangeError);
  });

  it('knows the two Hann windows', () => {
    expect([...hann(4)]).toEqual([0, 0.5, 1, 0.5].map((w) => expect.closeTo(w, 12) as number));
    const symmetric = midpointHann(8);
    for (let n = 0; n < 8; n++) expect(symmetric[n]).toBeCloseTo(symmetric[7 - n]!, 12);
  });
});

describe('mel bands', () => {
  it("are librosa's, on Slaney's scale and on HTK's", () => {
    const shared = { sampleRateHz: 16_000, fftSamples: 1024, bandCount: 80 } as const;
    const slaney = createMelSpectrum({
      ...shared,
      minimumHz: 30,
      maximumHz: 7600,
      scale: 'slaney',
      normalisation: 'slaney',
    });
    const htk = createMelSpectrum({ ...shared, minimumHz: 0, maximumHz: 8000, scale: 'htk', normalisation: 'none' });
    expect(relativeDifference(slaney.spectrogram(pcm, 256).power, expected('melSlaney'))).toBeLessThan(1e-5);
    expect(relativeDifference(htk.spectrogram(pcm, 256).power, expected('melHtk'))).toBeLessThan(1e-5);
  });

  it("weigh as librosa's at another rate", () => {
    const filters = melFilters({
      sampleRateHz: 22_050,
      fftSamples: 512,
      bandCount: 20,
      minimumHz: 0,
      maximumHz: 11_025,
      scale: 'slaney',
      normalisation: 'slaney',
    });
    expect(largestDifference(filters, expected('melFilters'))).toBeLessThan(1e-7);
  });

  it.each(['slaney', 'htk'] as const)('go there and back on the scale of %s', (scale) => {
    for (const hz of [0, 50, 440, 999, 1000, 1001, 4000, 11_025])
      expect(hzOf(melOf(hz, scale), scale)).toBeCloseTo(hz, 6);
  });

  it('do not reach beyond half of the sample rate', () => {
    const settings = {
      sampleRateHz: 8000,
      fftSamples: 512,
      bandCount: 40,
      scale: 'htk',
      normalisation: 'none',
    } as const;
    expect(() => melFilters({ ...settings, minimumHz: 0, maximumHz: 4001 })).toThrow(RangeError);
    expect(() => melFilters({ ...settings, minimumHz: 500, maximumHz: 400 })).toThrow(RangeError);
  });
});

describe('bands on a logarithmic axis', () => {
  const settings = { sampleRateHz: 16_000, windowSamples: 2048, minimumHz: 55, bandsPerOctave: 20, bandCount: 140 };

  it("are numpy's", () => {
    const { power, frames } = createLogFrequencySpectrum(settings).spectrogram(pcm, 320);
    expect([frames, 140]).toEqual(golden.get('logFrequency')!.shape);
    expect(relativeDifference(power, expected('logFrequency'))).toBeLessThan(1e-5);
  });

  it('move up by a band for each step of the scale, at any rate', () => {
    for (const sampleRateHz of [8000, 16_000, 44_100]) {
      const spectrum = createLogFrequencySpectrum({
        sampleRateHz,
        windowSamples: 4096,
        minimumHz: 110,
        bandsPerOctave: 12,
        bandCount: 48,
      });
      for (const band of [12, 20, 31]) {
        const { power } = spectrum.spectrogram(tone(110 * 2 ** (band / 12), 1, sampleRateHz), sampleRateHz / 4);
        expect(loudest(power.subarray(2 * 48, 3 * 48))).toBe(band);
      }
    }
  });

  it('are those of the recording when a sped-up sound is read at its ratio', () => {
    const spectrum = createLogFrequencySpectrum(settings);
    const faster = spectrum.binPower(tone(440 * 1.25, 1, 16_000), 320);
    const read = spectrum.bandPower(faster, faster.frames, (frame) => frame, 1.25);
    const recording = spectrum.spectrogram(tone(440, 1, 16_000), 320);
    expect(loudest(read.power.subarray(10 * 140, 11 * 140))).toBe(
      loudest(recording.power.subarray(10 * 140, 11 * 140)),
    );
  });

  it('do not reach beyond half of the sample rate', () => {
    expect(() => createLogFrequencySpectrum({ ...settings, bandCount: 145 })).toThrow(RangeError);
  });
});

it("the matcher's own spectrum is one of these", () => {
  const sound = tone(440, 2, 8000);
  const { power, frames } = spectrogram(sound, 256);
  const same = createLogFrequencySpectrum({
    sampleRateHz: 8000,
    windowSamples: 1024,
    minimumHz: lowestBandHz,
    bandsPerOctave: 24,
    bandCount,
    window: midpointHann(1024),
  }).spectrogram(sound, 256);
  expect(same.frames).toBe(frames);
  expect(same.power).toEqual(power);
  expect(loudest(power.subarray(20 * bandCount, 21 * bandCount))).toBe(48);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintReference, packPeaks, unpackPeaks } from '../../../matching/audio/reference.ts';
import { soundPrint, unpackSoundPrint } from '../../../matching/audio/soundPrint.ts';
import { tune } from '../../audio/signals.ts';

describe('reference print', () => {
  it('packs and unpacks to within its steps, and packing again changes nothing', () => {
    const peak = fc.record({
      gap: fc.double({ min: 0, max: 400, noNaN: true }),
      band: fc.double({ min: 0, max: 119, noNaN: true }),
      rise: fc.double({ min: 0, max: 9, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(peak, { maxLength: 60 }), fc.integer({ min: 0, max: 7_200_000 }), (list, durationMs) => {
        let at = 0;
        const frame = Float32Array.from(list, ({ gap }) => (at += gap));
        const peaks = {
          count: list.length,
          frame,
          band: Float32Array.from(list, (p) => p.band),
          rise: Float32Array.from(list, (p) => p.rise),
        };
        const print = packPeaks(peaks, durationMs);
        const back = unpackPeaks(print);
        expect(back.durationMs).toBe(durationMs);
        expect(back.peaks.count).toBe(list.length);
        for (let i = 0; i < list.length; i++) {
          expect(Math.abs(back.peaks.frame[i]! - frame[i]!)).toBeLessThanOrEqual(0.1251);
          expect(Math.abs(back.peaks.band[i]! - peaks.band[i]!)).toBeLessThanOrEqual(0.1251);
          expect(Math.abs(back.peaks.rise[i]! - peaks.rise[i]!)).toBeLessThanOrEqual(0.0751);
        }
        expect(packPeaks(back.peaks, durationMs)).toEqual(print);
      }),
    );
  });

  it('takes under 4 KB a minute', () => {
    expect(fingerprintReference(tune(1, 60), 8000).length).toBeLessThan(4000);
  });

  it('refuses other versions and broken lengths', () => {
    const print = fingerprintReference(tune(1, 5), 8000);
    expect(() => unpackPeaks(print.subarray(0, print.length - 1))).toThrow(RangeError);
    expect(() => unpackPeaks(Uint8Array.from([9, ...print.subarray(1)]))).toThrow(RangeError);
    expect(() => unpackPeaks(new Uint8Array(0))).toThrow(RangeError);
  });
});

describe('sound print', () => {
  it('keeps 15 s in 60 KB, 17 dB above its own noise, whatever the level', () => {
    for (const gain of [1, 0.001]) {
      const pcm = tune(2, 15).map((x) => x * gain);
      const print = soundPrint(pcm);
      expect(print.length).toBeLessThan(61_000);
      const [passage] = unpackSoundPrint(print).passages;
      let signal = 0;
      let error = 0;
      for (let i = 0; i < pcm.length; i++) {
        signal += pcm[i]! ** 2;
        error += (pcm[i]! - passage!.pcm[i]!) ** 2;
      }
      expect(10 * Math.log10(signal / error)).toBeGreaterThan(17);
    }
  });

  it('keeps one minute of a long sound, in windows at their places', () => {
    const print = soundPrint(tune(3, 200));
    expect(print.length).toBeLessThan(241_000);
    const { passages, durationMs } = unpackSoundPrint(print);
    expect(durationMs).toBe(200_000);
    expect(passages).toHaveLength(4);
    for (const { fromSample, pcm } of passages) expect(fromSample + pcm.length).toBeLessThanOrEqual(200 * 8000);
  });

  it('refuses bytes that are not one', () => {
    const print = soundPrint(tune(4, 2));
    expect(() => unpackSoundPrint(print.subarray(0, 500))).toThrow(RangeError);
    expect(() => unpackSoundPrint(Uint8Array.from([7, 7, 7]))).toThrow(RangeError);
  });
});

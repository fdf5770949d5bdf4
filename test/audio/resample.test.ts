import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStreamResampler, resample, warp } from '../../audio/resample.ts';
import { tune } from './signals.ts';

const sine = (hz: number, rateHz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));
const rms = (pcm: Float32Array): number => Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length);
const inner = (pcm: Float32Array, margin: number): Float32Array => pcm.subarray(margin, pcm.length - margin);

describe('resample', () => {
  it('at the same rate is the identity', () => {
    const pcm = tune(1, 1);
    expect(resample(pcm, 8000, 8000)).toBe(pcm);
  });

  it('keeps a tone in the passband: 44.1 to 8 kHz, error below −50 dB', () => {
    const got = resample(sine(1000, 44_100, 1), 44_100, 8000);
    const want = sine(1000, 8000, 1);
    const error = inner(got, 300).map((x, i) => x - want[i + 300]!);
    expect(rms(error)).toBeLessThan(0.003 * rms(want));
  });

  it('removes what would fold over: 6 kHz is gone at 8 kHz', () => {
    expect(rms(inner(resample(sine(6000, 44_100, 1), 44_100, 8000), 300))).toBeLessThan(0.001);
  });

  it('gives the same in pieces as in one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const pcm = tune(2, 1, 22_050);
        const whole = resample(pcm, 22_050, 8000);
        const stream = createStreamResampler(22_050, 8000);
        const pieces: number[] = [];
        let at = 0;
        for (const size of [...sizes, pcm.length]) {
          pieces.push(...stream.push(pcm.subarray(at, at + size)));
          at += size;
        }
        pieces.push(...stream.finish());
        expect(pieces.length).toBe(whole.length);
        for (let i = 0; i < whole.length; i += 97) expect(pieces[i]).toBeCloseTo(whole[i]!, 5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('warp', () => {
  it('there and back again is the identity', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.7, max: 1, noNaN: true }), (step) => {
        // Slower first: nothing is lost, so going back must restore it.
        const pcm = tune(3, 1);
        const back = warp(warp(pcm, step), 1 / step);
        const error = inner(pcm.subarray(0, back.length), 100).map((x, i) => x - back[i + 100]!);
        expect(rms(error)).toBeLessThan(0.03 * rms(pcm));
      }),
      { numRuns: 20 },
    );
  });
});

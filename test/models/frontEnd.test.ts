import { describe, expect, test } from 'vitest';
import { bandCount, spectrogram } from '../../audio/spectrum.ts';
import {
  embeddingHopSamples,
  referenceWindows,
  soundWindows,
  windowFrames,
  windowSize,
  windowsOf,
} from '../../models/fingerprint/frontEnd.ts';
import { largestDifference, readGolden } from './golden.ts';

const logOf = (power: Float32Array): Float32Array => power.map((value) => Math.log(Math.max(value, 1e-6)));
const golden = await readGolden();

const tone = (hz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: seconds * 8000 }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / 8000));

describe('the front end equals the one that the network was trained on', () => {
  test('spectrogram', () => {
    const { power } = spectrogram(golden.sound, embeddingHopSamples);
    expect(largestDifference(logOf(power), golden.logPower)).toBeLessThan(1e-4);
  });

  test('windows', () => {
    const { input, count } = referenceWindows(golden.sound);
    expect(count * windowSize).toBe(golden.windows.length);
    expect(largestDifference(input, golden.windows)).toBeLessThan(1e-4);
  });
});

describe('windows', () => {
  test('lie where they say', () => {
    const { count, middleMs } = referenceWindows(golden.sound);
    // Six seconds are 94 frames; windows of 32 begin every 8.
    expect(count).toBe(8);
    expect(middleMs[0]).toBeCloseTo(15.5 * 64, 6);
    expect(middleMs[7]).toBeCloseTo(15.5 * 64 + 7 * 512, 6);
  });

  test('of a sound that is too short are none', () => {
    expect(referenceWindows(new Float32Array(0)).count).toBe(0);
    expect(referenceWindows(golden.sound.subarray(0, 15_000)).count).toBe(0);
  });

  test('do not depend on the level', () => {
    const quiet = golden.sound.map((sample) => sample * 0.05);
    expect(
      largestDifference(referenceWindows(quiet).input.subarray(0, windowSize), golden.windows.subarray(0, windowSize)),
    ).toBeLessThan(1e-3);
  });

  test('of silence are zeros and marked', () => {
    const { count, input, silent } = referenceWindows(new Float32Array(32_000));
    expect(count).toBeGreaterThan(0);
    expect([...silent].every((mark) => mark === 1)).toBe(true);
    expect(input.every((value) => value === 0)).toBe(true);
  });

  test('of damaged samples are finite', () => {
    const damaged = golden.sound.slice();
    for (let i = 0; i < damaged.length; i += 37) damaged[i] = [NaN, Infinity, -Infinity, 1e30][i % 4]!;
    const { input } = referenceWindows(damaged);
    expect(input.every(Number.isFinite)).toBe(true);
    const power = new Float32Array(windowFrames * bandCount).map((_, i) => [NaN, Infinity, -1, 0, 1e38][i % 5]!);
    expect(windowsOf({ frames: windowFrames, power }, 8).input.every(Number.isFinite)).toBe(true);
  });

  test('under the right hypothesis a sped-up sound looks like the recording', () => {
    // A tone of 440 Hz played 1.25 times as fast is one of 550 Hz.
    const recording = referenceWindows(tone(440, 5));
    const sound = tone(550, 4);
    const right = soundWindows(sound, { time: 1.25, frequency: 1.25 });
    const wrong = soundWindows(sound);
    const brightest = (input: Float32Array): number => {
      const middle = input.subarray(16 * bandCount, 17 * bandCount);
      return middle.indexOf(Math.max(...middle));
    };
    expect(brightest(right.input)).toBe(brightest(recording.input));
    expect(brightest(wrong.input)).toBeGreaterThan(brightest(recording.input) + 6);
    // 4 s of sound are 5 s of recording, and each window says where in the sound it lies.
    expect(right.middleMs.at(-1)).toBeLessThan(4000);
    expect(right.middleMs[1]! - right.middleMs[0]!).toBeCloseTo(256 / 1.25, 6);
  });
});

// Files that are damaged or cut: read as far as they go, with their gaps known, and never shortened in time. A sound that has lost a twentieth of its
// frames would be heard as the recording sped up.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDecoder, type DecodedAudio, type Decoder } from '../../audio/decode.ts';
import { seeded, tune, wav } from './signals.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(path.join(tmpdir(), 'fermata-test-damage-'));
const fixture = (name: string): Buffer => readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'audio', name));
const rate = 8000;

let decoder: Decoder;
beforeAll(() => {
  decoder = createDecoder({ ffmpeg: null });
});
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true, force: true });
});

async function decode(bytes: Uint8Array): Promise<DecodedAudio> {
  const file = path.join(folder, 'damaged');
  writeFileSync(file, bytes);
  const result = await decoder.decode(file, { sampleRateHz: rate });
  if (result.kind !== 'audio') throw new Error(`${result.kind}, ${result.code}: ${result.reason}`);
  return result;
}

/** How many samples later than in `whole` the half second of `pcm` from `at` on lies, by the best match within 150 ms. */
function lateness(pcm: Float32Array, whole: Float32Array, at: number): number {
  const length = 4000;
  const reach = 1200;
  let best = -Infinity;
  let found = 0;
  for (let lag = -reach; lag <= reach; lag++) {
    let sum = 0;
    let power = 1e-9;
    for (let i = 0; i < length; i++) {
      const other = whole[at + i - lag] ?? 0;
      sum += (pcm[at + i] ?? 0) * other;
      power += other * other;
    }
    if (sum / Math.sqrt(power) > best) {
      best = sum / Math.sqrt(power);
      found = lag;
    }
  }
  return found;
}

/** The same of what lies before the damage and behind it: both begin and end where nothing was changed. */
const latenessAround = (damaged: DecodedAudio, whole: DecodedAudio): { before: number; behind: number } => ({
  before: lateness(damaged.pcm, whole.pcm, 2000),
  behind: lateness(damaged.pcm, whole.pcm, Math.floor(whole.pcm.length - 4200)),
});

const missingMs = ({ missing }: DecodedAudio): number =>
  missing.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);

/** Bytes changed in the middle of the file. */
function flipped(bytes: Buffer, count: number, seed: number): Buffer {
  const random = seeded(seed);
  const damaged = Buffer.from(bytes);
  for (let n = 0; n < count; n++) {
    const at = Math.floor(bytes.length * (0.35 + 0.4 * random()));
    damaged[at]! ^= 1 + Math.floor(random() * 255);
  }
  return damaged;
}

// Bare AAC and mp3 without a note of its frames: they are counted by their mean length, and one of them is 64 or 36 ms long at these rates.
// (Apple Lossless is not among them: it decodes anything, so nothing is ever missing.)
const formats = [
  ['tune.mp3', 0],
  ['tune-variable.mp3', 0],
  ['tune.m4a', 0],
  ['tune-index-first.m4a', 0],
  ['tune-fragments.mp4', 0],
  ['tune-opus.mp4', 0],
  ['tune.aac', 512],
  // What libvorbis' pages say is off by up to 448 samples of 16 kHz.
  ['tune.ogg', 224],
  ['tune.opus', 0],
  ['tune.flac', 0],
  ['tune-flac.ogg', 0],
] as const;

describe.each(formats)('%s', (name, tolerance) => {
  it.each([1, 2, 3])('with bytes changed here and there stays in time (seed %i)', async (seed) => {
    const bytes = fixture(name);
    const whole = await decode(bytes);
    const damaged = await decode(flipped(bytes, 12, seed));
    const { before, behind } = latenessAround(damaged, whole);
    expect(before).toBe(0);
    expect(Math.abs(behind)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(damaged.pcm.length - whole.pcm.length)).toBeLessThanOrEqual(tolerance + 600);
    expect(missingMs(damaged)).toBeLessThan(2200);
  });

  it('with a hole in it has silence there and says so', async () => {
    const bytes = fixture(name);
    const whole = await decode(bytes);
    const hole = Buffer.from(bytes);
    hole.fill(0, Math.floor(bytes.length * 0.45), Math.floor(bytes.length * 0.6));
    const damaged = await decode(hole);
    const { before, behind } = latenessAround(damaged, whole);
    expect(before).toBe(0);
    expect(Math.abs(behind)).toBeLessThanOrEqual(tolerance);
    const [gap] = damaged.missing.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
    // Fifteen hundredths of four seconds, more where whole pages and blocks go.
    expect(gap!.toMs - gap!.fromMs).toBeGreaterThan(300);
    expect(gap!.toMs - gap!.fromMs).toBeLessThan(1600);
    const inside = damaged.pcm.subarray((gap!.fromMs + 40) * 8, (gap!.toMs - 40) * 8);
    expect(inside.length).toBeGreaterThan(0);
    expect(Math.max(...inside.map(Math.abs))).toBeLessThan(0.001);
  });
});

describe('a file that was cut', () => {
  it.each([
    ['tune.mp3', true],
    ['tune-index-first.m4a', true],
    ['tune.flac', true],
    ['tune-fragments.mp4', false],
    ['tune.aac', false],
    ['tune.ogg', false],
    ['tune.opus', false],
  ] as const)('is read up to there: %s', async (name, saysHowLong) => {
    const bytes = fixture(name);
    const whole = await decode(bytes);
    const damaged = await decode(bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    expect(damaged.durationMs).toBeGreaterThan(0.5 * whole.durationMs);
    expect(damaged.durationMs).toBeLessThan(0.9 * whole.durationMs);
    expect(damaged.cut).toBe(false);
    expect(lateness(damaged.pcm, whole.pcm, damaged.pcm.length - 4200)).toBe(0);
    // What the file promised is told, and not filled with silence.
    const tail = saysHowLong ? [{ fromMs: damaged.durationMs, toMs: Math.round(whole.durationMs) }] : [];
    expect(damaged.missing.map(({ fromMs, toMs }) => [Math.round(fromMs / 50), Math.round(toMs / 50)])).toEqual(
      tail.map(({ fromMs, toMs }) => [Math.round(fromMs / 50), Math.round(toMs / 50)]),
    );
  });

  it('is read up to there: wav', async () => {
    const bytes = wav([tune(4, 10)], rate);
    const damaged = await decode(bytes.subarray(0, 44 + 80_000));
    expect(damaged).toMatchObject({ durationMs: 5000, missing: [{ fromMs: 5000, toMs: 10_000 }] });
  });
});

describe('an index that is damaged', () => {
  it('in one length leaves what lies behind it where it is', async () => {
    const bytes = fixture('tune-index-first.m4a');
    const whole = await decode(bytes);
    const damaged = Buffer.from(bytes);
    // The twentieth of sixty-odd lengths.
    damaged[damaged.indexOf('stsz') + 16 + 4 * 20 + 3]! ^= 0x11;
    const decoded = await decode(damaged);
    expect(missingMs(decoded)).toBeLessThan(200);
    expect(latenessAround(decoded, whole)).toEqual({ before: 0, behind: 0 });
    expect(decoded.durationMs).toBe(whole.durationMs);
  });

  it('of a fragment costs that fragment', async () => {
    const bytes = fixture('tune-fragments.mp4');
    const whole = await decode(bytes);
    const damaged = Buffer.from(bytes);
    const third = damaged.indexOf('moof', damaged.indexOf('moof', damaged.indexOf('moof') + 4) + 4);
    damaged.fill(0xff, third - 4, third + 60);
    const decoded = await decode(damaged);
    expect(missingMs(decoded)).toBeGreaterThan(300);
    expect(missingMs(decoded)).toBeLessThan(700);
    expect(latenessAround(decoded, whole)).toEqual({ before: 0, behind: 0 });
  });
});

describe('files that were put one behind the other', () => {
  it.each(['tune.mp3', 'tune.aac', 'tune.ogg', 'tune.opus'])('are one after the other: %s', async (name) => {
    const bytes = fixture(name);
    const whole = await decode(bytes);
    const both = await decode(Buffer.concat([bytes, bytes]));
    expect(Math.abs(both.pcm.length - 2 * whole.pcm.length)).toBeLessThan(1500);
    expect(lateness(both.pcm, whole.pcm, 4000)).toBe(0);
    expect(missingMs(both)).toBe(0);
  });
});

// What is read of files that are whole: rates, channels, lengths, and no more than is wanted.

import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import decodeWhole from 'audio-decode';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDecoder, type DecodedAudio, type Decoder, type DecodeResult } from '../../audio/decode.ts';
import { createMixer } from '../../audio/mix.ts';
import { childrenOf, peakOf } from './children.ts';
import { silentM4a } from './containers.ts';
import { noise, tune, wav } from './signals.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(path.join(tmpdir(), 'fermata-test-decode-'));
const fixtures = path.join(import.meta.dirname, '..', 'fixtures', 'audio');
const file = (name: string, bytes: Uint8Array | string): string => {
  const at = path.join(folder, name);
  writeFileSync(at, bytes);
  return at;
};
const rms = (pcm: Float32Array): number => Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length);
function audio<Pcm>(result: DecodeResult<Pcm>): DecodedAudio<Pcm> {
  if (result.kind !== 'audio') throw new Error(`${result.kind}, ${result.code}: ${result.reason}`);
  return result;
}
const hasFfmpeg = (process.env['PATH'] ?? '').split(path.delimiter).some((f) => existsSync(path.join(f, 'ffmpeg')));

let decoder: Decoder;
beforeAll(() => {
  decoder = createDecoder({ ffmpeg: null });
});
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('decode', () => {
  it('gives mono samples at the asked rate, and says what the file is', async () => {
    const pcm = tune(1, 3, 44_100);
    const result = await decoder.decode(file('a.wav', wav([pcm, pcm], 44_100)), { sampleRateHz: 8000 });
    expect(result).toMatchObject({ kind: 'audio', sampleRateHz: 8000, durationMs: 3000, cut: false, stoppedBy: null });
    expect(audio(result).source).toEqual({ format: 'wav', sampleRateHz: 44_100, channels: 2, durationMs: 3000 });
    expect(audio(result).missing).toEqual([]);
  });

  it.each([8000, 11_025, 16_000, 22_050, 44_100, 48_000])('at %i Hz', async (sampleRateHz) => {
    const pcm = tune(2, 2, 32_000);
    const source = file('rates.wav', wav([pcm], 32_000));
    const decoded = audio(await decoder.decode(source, { sampleRateHz }));
    // The last one may lie between the last two samples of the file or behind them.
    expect(Math.abs(decoded.pcm.length - 2 * sampleRateHz)).toBeLessThanOrEqual(1);
    expect(rms(decoded.pcm)).toBeCloseTo(rms(pcm), 2);
  });

  it('refuses a rate that makes no sense', async () => {
    const source = file('rate.wav', wav([tune(2, 1)], 8000));
    await expect(decoder.decode(source, { sampleRateHz: 0 })).rejects.toThrow(RangeError);
    await expect(decoder.decode(source, { sampleRateHz: NaN })).rejects.toThrow(RangeError);
  });

  it('gives both sides of a stereo file, each with its own samples', async () => {
    const left = tune(3, 2, 16_000);
    const right = tune(4, 2, 16_000);
    const source = file('stereo.wav', wav([left, right], 16_000));
    const { pcm } = audio(await decoder.decode(source, { sampleRateHz: 16_000, channels: 'stereo' }));
    for (const [side, expected] of [left, right].entries()) {
      expect(pcm[side]!.length).toBe(expected.length);
      expect(Math.max(...pcm[side]!.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(1e-4);
    }
  });

  it('gives the same samples on both sides of a mono file, also at another rate', async () => {
    const source = file('mono.wav', wav([tune(5, 2, 44_100)], 44_100));
    const { pcm, source: facts } = audio(await decoder.decode(source, { sampleRateHz: 22_050, channels: 'stereo' }));
    expect(facts.channels).toBe(1);
    expect(pcm[0].length).toBe(44_100);
    expect(pcm[1]).toEqual(pcm[0]);
  });

  it('mixes surround down: the centre and each surround on its side, 3 dB lower, the bass effects left out', async () => {
    const silent = new Float32Array(16_000);
    const [left, centre, effects, surround] = [
      tune(6, 1, 16_000),
      tune(7, 1, 16_000),
      noise(8, 1, 16_000),
      tune(9, 1, 16_000),
    ];
    const source = file('surround.wav', wav([left, silent, centre, effects, silent, surround], 16_000));
    const { pcm } = audio(await decoder.decode(source, { sampleRateHz: 16_000, channels: 'stereo' }));
    const differs = (side: Float32Array, expected: (i: number) => number): number =>
      Math.max(...side.map((x, i) => Math.abs(x - expected(i))));
    expect(differs(pcm[0], (i) => left[i]! + Math.SQRT1_2 * centre[i]!)).toBeLessThan(1e-3);
    expect(differs(pcm[1], (i) => Math.SQRT1_2 * (centre[i]! + surround[i]!))).toBeLessThan(1e-3);
  });

  it('hears the left channel when the two cancel each other', async () => {
    const pcm = tune(2, 2, 16_000);
    const opposite = wav([pcm, pcm.map((x) => -x)], 16_000);
    const result = await decoder.decode(file('opposite.wav', opposite), { sampleRateHz: 16_000 });
    expect(rms(audio(result).pcm)).toBeGreaterThan(0.8 * rms(pcm));
  });

  it('cleans not-a-number and infinite samples', async () => {
    const bytes = wav([tune(3, 2)], 8000);
    const samples = Float32Array.from(tune(3, 2), (x, i) => (i % 100 === 0 ? NaN : i % 100 === 1 ? Infinity : x));
    const float = Buffer.concat([bytes.subarray(0, 44), Buffer.from(samples.buffer)]);
    float.writeUInt16LE(3, 20);
    float.writeUInt32LE(32_000, 28);
    float.writeUInt16LE(4, 32);
    float.writeUInt16LE(32, 34);
    float.writeUInt32LE(samples.byteLength, 40);
    const source = file('nan.wav', float);
    const mono = audio(await decoder.decode(source, { sampleRateHz: 8000 }));
    expect(mono.pcm.every((x) => Number.isFinite(x))).toBe(true);
    const stereo = audio(await decoder.decode(source, { sampleRateHz: 8000, channels: 'stereo' }));
    expect(stereo.pcm[1].every((x) => Number.isFinite(x))).toBe(true);
  });

  // The package decodes a whole file at once; ours reads it frame by frame, and must come to the same samples.
  it.each([
    ['tune.mp3', 'mp3', 16_000, 4000],
    ['tune-variable.mp3', 'mp3', 16_000, 4000],
    ['tune.m4a', 'm4a', 16_000, 4000],
    ['tune-index-first.m4a', 'm4a', 16_000, 4000],
    ['tune-fragments.mp4', 'm4a', 16_000, null],
    ['tune-opus.mp4', 'm4a', 48_000, 4000],
    ['tune-alac.m4a', 'm4a', 4000, 3000],
    // FAAD2 gives twice the rate of a bare stream: it cannot know that there is no spectral band replication to come.
    ['tune.aac', 'aac', 32_000, null],
    ['tune.ogg', 'oga', 16_000, 4000],
    ['tune.opus', 'opus', 48_000, 4000],
    ['tune.flac', 'flac', 8000, 3000],
    ['tune-flac.ogg', 'flac', 4000, 3000],
    ['tune.webm', 'webm', 48_000, null],
  ] as const)('reads %s to the sample', async (name, format, sampleRateHz, durationMs) => {
    const source = path.join(fixtures, name);
    const whole = await decodeWhole(await readFile(source));
    const mixer = createMixer(whole.sampleRate, whole.sampleRate, 'mono');
    const expected = [...mixer.push(whole.channelData)[0]!, ...mixer.finish()[0]!];
    const decoded = audio(await decoder.decode(source, { sampleRateHz }));
    expect(decoded.source).toMatchObject({ format, sampleRateHz, channels: 1 });
    if (durationMs === null) expect(decoded.source.durationMs).toBeNull();
    else expect(decoded.source.durationMs).toBeCloseTo(durationMs, -1.5);
    expect(decoded.missing).toEqual([]);
    expect(Buffer.compare(Buffer.from(decoded.pcm.buffer), Buffer.from(Float32Array.from(expected).buffer))).toBe(0);
  });

  it('asks ffmpeg for what it cannot read', async ({ skip }) => {
    if (!hasFfmpeg) return skip('there is no ffmpeg');
    const made = path.join(folder, 'made.au');
    const source = file('source.wav', wav([tune(12, 4, 44_100), tune(13, 4, 44_100)], 44_100));
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-i', source, made]);
    const helped = createDecoder();
    const decoded = audio(await helped.decode(made, { sampleRateHz: 8000, channels: 'stereo' }));
    expect(decoded.source).toEqual({ format: 'ffmpeg', sampleRateHz: 44_100, channels: 2, durationMs: null });
    expect(decoded.durationMs).toBe(4000);
    const short = audio(await helped.decode(made, { sampleRateHz: 8000, maxDurationMs: 1500 }));
    expect(short).toMatchObject({ durationMs: 1500, cut: true });
    helped.close();
  });
});

describe('a file that is longer than wanted', () => {
  it('is decoded as far as is wanted, by the decoder or by the caller', async () => {
    const pcm = tune(14, 5);
    const source = file('five.wav', wav([pcm], 8000));
    const own = createDecoder({ ffmpeg: null, maxDurationMs: 2000 });
    const first = audio(await own.decode(source, { sampleRateHz: 8000 }));
    expect(first).toMatchObject({ durationMs: 2000, cut: true });
    expect(first.source.durationMs).toBe(5000);
    expect(first.pcm.length).toBe(16_000);
    expect(audio(await own.decode(source, { sampleRateHz: 8000, maxDurationMs: 1000 })).durationMs).toBe(1000);
    expect(audio(await own.decode(source, { sampleRateHz: 8000, maxDurationMs: 9000 })).durationMs).toBe(2000);
    own.close();
  });

  it('is not called cut when it ends just there', async () => {
    const source = file('two.wav', wav([tune(15, 2)], 8000));
    const decoded = audio(await decoder.decode(source, { sampleRateHz: 8000, maxDurationMs: 2000 }));
    expect(decoded).toMatchObject({ durationMs: 2000, cut: false });
  });

  it.each([
    'tune.mp3',
    'tune.m4a',
    'tune-fragments.mp4',
    'tune.aac',
    'tune.ogg',
    'tune.opus',
    'tune.flac',
    'tune.webm',
  ])('%s', async (name) => {
    const source = path.join(fixtures, name);
    const whole = audio(await decoder.decode(source, { sampleRateHz: 8000 }));
    const decoded = audio(await decoder.decode(source, { sampleRateHz: 8000, maxDurationMs: 1500 }));
    expect(decoded).toMatchObject({ durationMs: 1500, cut: true });
    expect(decoded.pcm).toEqual(whole.pcm.subarray(0, 12_000));
  });

  // With whole pieces of the file at a time these took 317 and 760 MB, and the first never came to an end.
  it.each([
    ['ten hours of silence in 6 MB of AAC', () => file('ten-hours.m4a', silentM4a(36_000)), 36_000_000],
    ['an hour of CD quality, of which no byte is on the disk', () => sparseWav(3600), 3_600_000],
  ])('takes little memory: %s', async (_, make, durationMs) => {
    const own = createDecoder({ ffmpeg: null, memoryMb: 200 });
    const before = childrenOf(process.pid);
    let peakMb = 0;
    const watch = setInterval(() => {
      for (const child of childrenOf(process.pid))
        if (!before.includes(child)) peakMb = Math.max(peakMb, peakOf(child));
    }, 50);
    const decoded = audio(await own.decode(make(), { sampleRateHz: 8000, maxDurationMs: 120_000 }));
    clearInterval(watch);
    own.close();
    expect(decoded).toMatchObject({ durationMs: 120_000, cut: true });
    expect(decoded.source.durationMs).toBeCloseTo(durationMs, -3);
    expect(peakMb).toBeGreaterThan(0);
    expect(peakMb).toBeLessThan(200);
  });
});

/** Silence of CD quality; the samples are a hole in the file. */
function sparseWav(seconds: number): string {
  const at = path.join(folder, 'sparse.wav');
  const head = wav([new Float32Array(0), new Float32Array(0)], 44_100);
  const bytes = seconds * 176_400;
  head.writeUInt32LE(36 + bytes, 4);
  head.writeUInt32LE(bytes, 40);
  const handle = openSync(at, 'w');
  writeSync(handle, head);
  ftruncateSync(handle, 44 + bytes);
  closeSync(handle);
  return at;
}

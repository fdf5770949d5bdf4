import { beforeAll, describe, expect, it, vi } from 'vitest';
import { warp } from '../../../audio/resample.ts';
import { soundLandmarks } from '../../../matching/audio/landmarks.ts';
import { fingerprintReference } from '../../../matching/audio/reference.ts';
import { soundPrint } from '../../../matching/audio/soundPrint.ts';
import { createWaitingIndex, type WaitingIndex } from '../../../matching/audio/waitingIndex.ts';
import { noise, tune } from '../../audio/signals.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const landmarksOf = (pcm: Float32Array) => soundLandmarks(soundPrint(pcm));
const music = (n: number): Float32Array => tune(100 + n, 60);
const search = (index: WaitingIndex, pcm: Float32Array) =>
  index.search(fingerprintReference(pcm, 8000), { minBits: 4 });
const namesIn = async (index: WaitingIndex, pcm: Float32Array): Promise<string[]> =>
  (await search(index, pcm)).map(({ id }) => id).sort();
/** Twelve seconds of a piece from second 20 on, played `speed` times as fast. */
const teaser = (n: number, speed: number): Float32Array =>
  warp(music(n).subarray(20 * 8000, (20 + 12 * speed) * 8000), speed);

let index: WaitingIndex;
beforeAll(() => {
  index = createWaitingIndex();
  for (let n = 0; n < 6; n++) index.add(`other ${n}`, landmarksOf(teaser(n, 1)));
});

describe('the index of waiting sounds', () => {
  it.each([0.7, 0.8, 1, 1.3])('answers a new recording with its teaser at speed %f', async (speed) => {
    index.add('teaser', landmarksOf(teaser(9, speed)));
    const found = await search(index, music(9));
    expect(found.map(({ id }) => id)).toEqual(['teaser']);
    expect(found[0]!.hypothesis.time / speed).toBeCloseTo(1, 1.5);
    expect(found[0]!.offset / (20 * 31.25)).toBeCloseTo(1, 1);
    expect(found[0]!.bits).toBeGreaterThan(20);
  });

  it('answers with all that have the audio, and with none that have not', async () => {
    const many = createWaitingIndex();
    for (const speed of [0.85, 1, 1.2]) many.add(`at ${speed}`, landmarksOf(teaser(11, speed)));
    many.add('another', landmarksOf(teaser(12, 1)));
    many.add('hiss', landmarksOf(noise(3, 12)));
    many.add('nothing', landmarksOf(new Float32Array(8000)));
    expect(await namesIn(many, music(11))).toEqual(['at 0.85', 'at 1', 'at 1.2']);
    expect(await search(many, music(13))).toEqual([]);
    expect(await search(many, noise(4, 60))).toEqual([]);
    expect(await search(many, new Float32Array(8000))).toEqual([]);
  });

  it('hears the music under something louder', async () => {
    const under = teaser(14, 1.1);
    const over = noise(5, 12);
    index.add('covered', landmarksOf(under.map((x, i) => x + 0.25 * (over[i] ?? 0))));
    expect(await namesIn(index, music(14))).toEqual(['covered']);
  });

  it('takes one sound for another at its own speed: what groups are made of', async () => {
    const pair = createWaitingIndex();
    pair.add('first', landmarksOf(teaser(15, 1)));
    const found = await pair.search(landmarksOf(teaser(15, 1.2)), { minBits: 4 });
    expect(found.map(({ id }) => id)).toEqual(['first']);
    expect(found[0]!.hypothesis.time * 1.2).toBeCloseTo(1, 1);
  });

  it('forgets what is removed, replaces what is added again, and never mixes them up', async () => {
    const small = createWaitingIndex();
    for (let n = 0; n < 6; n++) small.add(`s${n}`, landmarksOf(teaser(n, 1)));
    expect(await namesIn(small, music(2))).toEqual(['s2']);
    for (const n of [0, 2, 4]) small.remove(`s${n}`);
    expect(await namesIn(small, music(2))).toEqual([]);
    expect(await namesIn(small, music(3))).toEqual(['s3']);
    small.add('s3', landmarksOf(teaser(2, 1)));
    expect(await namesIn(small, music(3))).toEqual([]);
    expect(await namesIn(small, music(2))).toEqual(['s3']);
    expect([...small.ids()].sort()).toEqual(['s1', 's3', 's5']);
    expect(small.size).toBe(3);
  });

  it('leaves out those that the caller excepts', async () => {
    expect(await namesIn(index, music(4))).toEqual(['other 4']);
    const print = fingerprintReference(music(4), 8000);
    expect(await index.search(print, { except: new Set(['other 4']), minBits: 4 })).toEqual([]);
    expect(await namesIn(index, music(4))).toEqual(['other 4']);
  });
});

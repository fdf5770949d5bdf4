import { beforeAll, describe, expect, it, vi } from 'vitest';
import { warp } from '../../../audio/resample.ts';
import { soundLandmarks } from '../../../matching/audio/landmarks.ts';
import { fingerprintReference } from '../../../matching/audio/reference.ts';
import { createSoundIndex, type SoundIndex, type SoundProposal } from '../../../matching/audio/soundIndex.ts';
import { soundPrint } from '../../../matching/audio/soundPrint.ts';
import { noise, tune } from '../../audio/signals.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const landmarksOf = (pcm: Float32Array) => soundLandmarks(soundPrint(pcm));
const music = (n: number): Float32Array => tune(100 + n, 60);
const search = (index: SoundIndex, pcm: Float32Array): SoundProposal[] => {
  const steps = index.search(fingerprintReference(pcm, 8000), { minBits: 4 });
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
};
/** Twelve seconds of a piece from second 20 on, played `speed` times as fast. */
const teaser = (n: number, speed: number): Float32Array =>
  warp(music(n).subarray(20 * 8000, (20 + 12 * speed) * 8000), speed);

let index: SoundIndex;
beforeAll(() => {
  index = createSoundIndex();
  for (let n = 0; n < 6; n++) index.add(`other ${n}`, landmarksOf(teaser(n, 1)));
});

describe('the index of waiting sounds', () => {
  it.each([0.7, 0.8, 1, 1.3])('answers a new recording with its teaser at speed %f', (speed) => {
    index.add('teaser', landmarksOf(teaser(9, speed)));
    const found = search(index, music(9));
    expect(found.map(({ id }) => id)).toEqual(['teaser']);
    expect(found[0]!.hypothesis.time / speed).toBeCloseTo(1, 1.5);
    expect(found[0]!.offset / (20 * 31.25)).toBeCloseTo(1, 1);
    expect(found[0]!.bits).toBeGreaterThan(20);
  });

  it('answers with all that have the audio, and with none that have not', () => {
    const many = createSoundIndex();
    for (const speed of [0.85, 1, 1.2]) many.add(`at ${speed}`, landmarksOf(teaser(11, speed)));
    many.add('another', landmarksOf(teaser(12, 1)));
    many.add('hiss', landmarksOf(noise(3, 12)));
    many.add('nothing', landmarksOf(new Float32Array(8000)));
    expect(
      search(many, music(11))
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['at 0.85', 'at 1', 'at 1.2']);
    expect(search(many, music(13))).toEqual([]);
    expect(search(many, noise(4, 60))).toEqual([]);
    expect(search(many, new Float32Array(8000))).toEqual([]);
  });

  it('hears the music under something louder', () => {
    const under = teaser(14, 1.1);
    const over = noise(5, 12);
    index.add('covered', landmarksOf(under.map((x, i) => x + 0.25 * (over[i] ?? 0))));
    expect(search(index, music(14)).map(({ id }) => id)).toEqual(['covered']);
  });

  it('takes one sound for another at its own speed: what groups are made of', () => {
    const pair = createSoundIndex();
    pair.add('first', landmarksOf(teaser(15, 1)));
    const steps = pair.search(landmarksOf(teaser(15, 1.2)), { minBits: 4 });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(step.value.map(({ id }) => id)).toEqual(['first']);
    expect(step.value[0]!.hypothesis.time * 1.2).toBeCloseTo(1, 1);
  });

  it('forgets what is removed, replaces what is added again, and never mixes them up', () => {
    const small = createSoundIndex();
    for (let n = 0; n < 6; n++) small.add(`s${n}`, landmarksOf(teaser(n, 1)));
    expect(search(small, music(2)).map(({ id }) => id)).toEqual(['s2']);
    for (const n of [0, 2, 4]) expect(small.remove(`s${n}`)).toBe(true);
    expect(small.remove('s2')).toBe(false);
    expect(search(small, music(2))).toEqual([]);
    expect(search(small, music(3)).map(({ id }) => id)).toEqual(['s3']);
    small.add('s3', landmarksOf(teaser(2, 1)));
    expect(search(small, music(3))).toEqual([]);
    expect(search(small, music(2)).map(({ id }) => id)).toEqual(['s3']);
    expect([...small.ids()].sort()).toEqual(['s1', 's3', 's5']);
    expect(small.size).toBe(3);
  });

  it('leaves out those that the caller excepts', () => {
    const found = search(index, music(4));
    expect(found.map(({ id }) => id)).toEqual(['other 4']);
    const steps = index.search(fingerprintReference(music(4), 8000), { except: new Set(['other 4']), minBits: 4 });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(step.value).toEqual([]);
  });
});

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { warp } from '../../../audio/resample.ts';
import { relationOf } from '../../../matching/audio/judge.ts';
import { drawSample } from '../../../matching/audio/overlay.ts';
import type { Background, SearchOptions, SoundQuery, SuggestedPlace } from '../../../matching/audio/port.ts';
import { byBand, fingerprintReference, unpackPeaks } from '../../../matching/audio/reference.ts';
import { createReferenceIndex, type ReferenceIndex } from '../../../matching/audio/referenceIndex.ts';
import { soundPrint } from '../../../matching/audio/soundPrint.ts';
import { isTalkedOver } from '../../../matching/audio/verify.ts';
import { noise, tune } from '../../audio/signals.ts';

// A search of the whole grid takes about a second on an idle core, several on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** The decision names nobody below about 17.5 bits. */
const bar = 17;
const seconds = (from: number, to: number): [number, number] => [from * 8000, to * 8000];
const music = (n: number): Float32Array => tune(100 + n, 60);
const put = (index: ReferenceIndex, referenceId: number, pcm: Float32Array): void =>
  index.add({
    referenceId,
    recordingId: `recording-${referenceId}`,
    print: fingerprintReference(pcm, 8000),
  });

/** What an index answers, best first. */
const search = async (own: ReferenceIndex, query: SoundQuery, options?: SearchOptions) =>
  (await own.search(query, options)).candidates;

let index: ReferenceIndex;
beforeAll(() => {
  index = createReferenceIndex();
  for (let n = 0; n < 8; n++) put(index, n, music(n));
});

describe('search', () => {
  it.each([0.66, 0.8, 0.93, 1, 1.013, 1.25, 1.3, 1.55])('finds an excerpt at speed %f', async (speed) => {
    const sound = warp(music(3).subarray(...seconds(20, 20 + 12 * speed)), speed);
    const [best] = await search(index, sound);
    expect(best).toMatchObject({ recordingId: 'recording-3', referenceId: 3 });
    expect(best!.speedRatio / speed).toBeCloseTo(1, 2.7);
    expect(best!.pitchSemitones).toBeCloseTo(12 * Math.log2(speed), 0.8);
    expect(Math.abs(best!.offsetMs - 20_000)).toBeLessThan(40);
    expect(best!.coverage).toBeGreaterThan(0.9);
    expect(best!.peakBits).toBeGreaterThan(40);
    expect(best!.relation).toBe(Math.abs(speed - 1) < 0.006 ? 'same' : speed > 1 ? 'sped_up' : 'slowed');
  });

  it('says nothing about music that is not there, noise and silence', async () => {
    for (let seed = 500; seed < 503; seed++) expect(await search(index, tune(seed, 12), { minBits: bar })).toEqual([]);
    expect(await search(index, noise(1, 10), { minBits: bar })).toEqual([]);
    expect(await search(index, new Float32Array(80_000))).toEqual([]);
    expect(await search(index, new Float32Array(0))).toEqual([]);
  });

  it('gives the music of a part its share of the sound, with the offset of the sound’s own beginning', async () => {
    const sound = noise(2, 20).map((x) => x * 0.02);
    sound.set(music(5).subarray(...seconds(30, 38)), 8 * 8000);
    const [best] = await search(index, sound);
    expect(best).toMatchObject({ recordingId: 'recording-5', relation: 'contains' });
    expect(Math.abs(best!.offsetMs - 22_000)).toBeLessThan(60);
    expect(best!.coverage).toBeGreaterThan(0.3);
    expect(best!.coverage).toBeLessThan(0.55);
  });

  it('finds two recordings in one sound', async () => {
    const sound = new Float32Array(24 * 8000);
    sound.set(music(1).subarray(...seconds(10, 22)), 0);
    sound.set(music(6).subarray(...seconds(40, 52)), 12 * 8000);
    const found = await search(index, sound, { minBits: 20 });
    expect(found.map((candidate) => candidate.recordingId).sort()).toEqual(['recording-1', 'recording-6']);
    for (const { recordingId, parts, coverage } of found) {
      const [from, to] = recordingId === 'recording-1' ? [0, 12] : [12, 24];
      expect(coverage).toBeGreaterThan(0.4);
      expect(coverage).toBeLessThan(0.6);
      // A second at the cut may count for both.
      expect(parts).toHaveLength(1);
      expect(Math.abs(parts![0]!.fromMs / 1000 - from)).toBeLessThanOrEqual(1);
      expect(Math.abs(parts![0]!.toMs / 1000 - to)).toBeLessThanOrEqual(1);
    }
  });

  it('starts before the recording does: the offset is negative', async () => {
    const sound = new Float32Array(16 * 8000);
    sound.set(music(2).subarray(...seconds(0, 12)), 4 * 8000);
    const [best] = await search(index, sound);
    expect(best!.recordingId).toBe('recording-2');
    expect(Math.abs(best!.offsetMs + 4000)).toBeLessThan(40);
  });

  it('finds the short passage of a long upload', async () => {
    const sound = noise(3, 150).map((x) => x * 0.01);
    sound.set(music(4).subarray(...seconds(5, 45)), 90 * 8000);
    const [best] = await search(index, sound);
    expect(best).toMatchObject({ recordingId: 'recording-4', relation: 'contains' });
    expect(Math.abs(best!.offsetMs - (5000 - 90_000))).toBeLessThan(80);
  });

  it('finds music five minutes into an upload also in the recording that was indexed first', async () => {
    const sound = noise(4, 330).map((x) => x * 0.001);
    sound.set(music(0).subarray(...seconds(10, 35)), 300 * 8000);
    const [best] = await search(index, sound);
    expect(best).toMatchObject({ recordingId: 'recording-0', relation: 'contains' });
    expect(Math.abs(best!.offsetMs - (10_000 - 300_000))).toBeLessThan(80);
  });

  it('of an original and its sped-up release puts first the one that needs no speed', async () => {
    const siblings = createReferenceIndex();
    put(siblings, 1, music(1));
    put(siblings, 2, warp(music(1), 1.25));
    const sound = warp(music(1), 1.25).subarray(...seconds(10, 24));
    expect((await search(siblings, sound))[0]!.referenceId).toBe(2);
    expect((await search(siblings, sound, { exhaustive: true })).map((found) => found.referenceId)).toEqual([2, 1]);
    const plain = music(1).subarray(...seconds(10, 24));
    expect((await search(siblings, plain))[0]!.referenceId).toBe(1);
  });

  it('finds from a stored print what it finds from the samples', async () => {
    const sound = warp(music(7).subarray(...seconds(20, 38)), 1.2);
    const [fromSamples] = await search(index, sound);
    const [fromPrint] = await search(index, soundPrint(sound));
    expect(fromPrint!.recordingId).toBe(fromSamples!.recordingId);
    expect(fromPrint!.speedRatio).toBeCloseTo(fromSamples!.speedRatio, 3);
    expect(fromPrint!.offsetMs).toBeCloseTo(fromSamples!.offsetMs, -2);
  });
});

describe('the index', () => {
  it('forgets what is removed, finds what is added, replaces what has the same id', async () => {
    const own = createReferenceIndex();
    for (let n = 0; n < 4; n++) put(own, n, music(n));
    const sound = music(2).subarray(...seconds(10, 22));
    expect((await search(own, sound))[0]!.referenceId).toBe(2);
    own.remove(2);
    own.remove(2);
    expect(await own.search(sound, { minBits: bar })).toEqual({ candidates: [], references: 3 });
    put(own, 2, music(2));
    put(own, 2, music(2));
    const again = await own.search(sound);
    expect(again.references).toBe(4);
    expect(again.candidates[0]!.referenceId).toBe(2);
    put(own, 2, music(5));
    expect(await search(own, sound, { minBits: bar })).toEqual([]);
  });

  it('searches among the named references only', async () => {
    const sound = music(3).subarray(...seconds(10, 22));
    expect((await search(index, sound, { among: new Set([3]) }))[0]!.referenceId).toBe(3);
    expect(await search(index, sound, { among: new Set([1, 2]), minBits: bar })).toEqual([]);
    expect(await search(index, sound, { among: new Set() })).toEqual([]);
  });

  it('is empty at first', async () => {
    expect(await createReferenceIndex().search(music(1))).toEqual({ candidates: [], references: 0 });
  });

  it('refuses what is no print, and goes on', async () => {
    const own = createReferenceIndex();
    put(own, 1, music(1));
    const print = Uint8Array.of(9, 9, 9, 9, 9);
    expect(() => own.add({ referenceId: 2, recordingId: 'broken', print })).toThrow(RangeError);
    const { candidates, references } = await own.search(music(1).subarray(...seconds(10, 22)));
    expect([candidates[0]!.referenceId, references]).toEqual([1, 1]);
  });

  it('ends a search that was given up, and is none the worse for it', async () => {
    const sound = music(3).subarray(...seconds(10, 22));
    await expect(index.search(sound, { signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow('given up');
    expect((await search(index, sound))[0]!.referenceId).toBe(3);
  });
});

describe('a part of the catalogue', () => {
  const added = Array.from({ length: 8 }, (_, n) => ({
    referenceId: n,
    recordingId: `recording-${n}`,
    print: fingerprintReference(music(n), 8000),
  }));
  const indexOf = (ids: readonly number[]): ReferenceIndex => {
    const part = createReferenceIndex();
    for (const n of ids) part.add(added[n]!);
    return part;
  };
  const peaks = added.map(({ recordingId, print }) => ({ recordingId, ...byBand(unpackPeaks(print).peaks) }));
  const background: Background = {
    places: peaks.reduce((sum, { frames }) => sum + frames, 0),
    sample: drawSample(peaks.length, (n) => peaks[n]!),
  };
  const parts = [indexOf([0, 1, 2, 3]), indexOf([4, 5, 6, 7])];
  // Under noise, so that the overlay is asked and the peaks alone do not decide; two recordings, one in each part.
  const sound = new Float32Array(24 * 8000);
  sound.set(warp(music(2).subarray(...seconds(10, 24)), 1.2));
  sound.set(warp(music(5).subarray(...seconds(30, 44)), 1.2), 12 * 8000);
  const hiss = noise(6, 24);
  const under = sound.map((x, i) => x + 0.5 * hiss[i]!);

  it('judges a place as the whole does, when it is told what the whole is', async () => {
    const places = [2, 5].map((referenceId, window): SuggestedPlace => ({
      referenceId,
      hypothesis: { time: 1.2, frequency: 1.2 },
      offsetMs: window === 0 ? 10_000 : 30_000 - 12_000 * 1.2,
      window,
    }));
    const whole = await index.judge(under, places, { hypothesesTried: 40 });
    expect(new Set(whole.map(({ referenceId }) => referenceId))).toEqual(new Set([2, 5]));
    const told = await Promise.all(parts.map((part) => part.judge(under, places, { hypothesesTried: 40, background })));
    expect(told.map((found) => found.length)).toEqual([1, 1]);
    expect(told.flat().sort((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio)).toEqual(whole);
    // And would not, if it took itself for the whole.
    const alone = await parts[0]!.judge(under, places, { hypothesesTried: 40 });
    expect(alone[0]!.logLikelihoodRatio).not.toBe(told[0]![0]!.logLikelihoodRatio);
  });

  it('finds with the same bits what the whole finds', async () => {
    const whole = await search(index, under, { minBits: bar });
    expect(new Set(whole.map(({ referenceId }) => referenceId))).toEqual(new Set([2, 5]));
    const told = await Promise.all(parts.map((part) => search(part, under, { minBits: bar, background })));
    expect(told.flat().sort((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio)).toEqual(whole);
  });
});

describe('relationOf', () => {
  const plain = { talkedOver: false, smeared: false, missing: 0 };
  const talkedOver = { ...plain, talkedOver: true };
  const smeared = { ...talkedOver, smeared: true };
  const anotherMix = { ...plain, missing: 0.1 };
  it.each([
    [1, 0, 1, plain, 'same'],
    [1.005, 0.09, 1, plain, 'same'],
    [1.01, 0.17, 1, plain, 'sped_up'],
    [1, 0, 0.5, plain, 'contains'],
    [1, 0, 1, anotherMix, 'contains'],
    [1.1, 1.65, 1, anotherMix, 'sped_up'],
    [1, 0, 1, talkedOver, 'contains'],
    [1, 0, 1, smeared, 'same'],
    [1.01, 0, 1, smeared, 'same'],
    [1.02, 0, 1, smeared, 'sped_up'],
    [1, 0, 0.5, smeared, 'contains'],
    [1, 2, 1, plain, 'pitched'],
    [1.25, 3.86, 1, talkedOver, 'sped_up'],
    [1.12, 0, 1, plain, 'sped_up'],
    [0.85, -2.8, 0.4, talkedOver, 'slowed'],
  ] as const)('speed %f, pitch %f, coverage %f, %o: %s', (speed, pitch, coverage, heard, relation) => {
    expect(relationOf(speed, pitch, coverage, heard)).toBe(relation);
  });
});

describe('isTalkedOver', () => {
  /** 20 peaks in each second, the most prominent first; a row is [of the first five, of the others] that are met. */
  const judge = (rows: readonly (readonly [number, number])[]): boolean => {
    const peaks = rows.flatMap(([first, others], second) =>
      Array.from({ length: 20 }, (_, i) => ({ second, rise: 20 - i, met: i < 5 ? i < first : i - 5 < others })),
    );
    return isTalkedOver(
      Float32Array.from(peaks, (peak) => peak.rise),
      Int32Array.from(peaks, (peak) => peak.second),
      Uint8Array.from(peaks, (peak) => (peak.met ? 1 : 0)),
      rows.length,
    );
  };
  const clean = [5, 8] as const;
  it.each([
    ['a clean copy', Array.from({ length: 12 }, () => clean), false],
    ['a reverb, which spares the prominent peaks', Array.from({ length: 12 }, () => [2, 2] as const), false],
    ['a voice all along', Array.from({ length: 12 }, () => [1, 4] as const), true],
    [
      'a voice over a third',
      [...Array.from({ length: 8 }, () => clean), ...Array.from({ length: 4 }, () => [1, 4] as const)],
      true,
    ],
    ['one odd second', [clean, clean, clean, [0, 4] as const, clean, clean, clean], false],
    [
      'a quiet voice that comes and goes',
      [...Array.from({ length: 8 }, () => clean), ...Array.from({ length: 8 }, () => [3, 2] as const)],
      true,
    ],
    ['a poor codec, the same all along', Array.from({ length: 16 }, () => [3, 2] as const), false],
    ['three seconds', Array.from({ length: 3 }, () => [0, 4] as const), false],
  ])('%s: %s', (_, rows, expected) => expect(judge(rows)).toBe(expected));
});

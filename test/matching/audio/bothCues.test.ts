import { beforeAll, describe, expect, it, vi } from 'vitest';
import { searchWithBothCues, type VectorCue } from '../../../matching/audio/bothCues.ts';
import { createMemoryVectors } from '../../../matching/audio/memoryVectors.ts';
import { evidenceOf } from '../../../matching/audio/port.ts';
import { fingerprintReference } from '../../../matching/audio/reference.ts';
import { createReferenceIndex, type ReferenceIndex } from '../../../matching/audio/referenceIndex.ts';
import { dimensions, windowsIn } from '../../../matching/audio/vectorSequences.ts';
import { similaritiesAt, vectorBits } from '../../../matching/audio/vectorsAtPlace.ts';
import { warp } from '../../../audio/resample.ts';
import { createSoundEmbedder, embedReference } from '../../../models/fingerprint/embedAudio.ts';
import { openEmbedder, type Embedder } from '../../../models/fingerprint/embedder.ts';
import { noise, seeded, tune } from '../../audio/signals.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let engine: Embedder;
let index: ReferenceIndex;
let cue: VectorCue;
const vectors = createMemoryVectors();
const recordings = Array.from({ length: 6 }, (_, i) => tune(200 + i, 60));

beforeAll(async () => {
  const outcome = await openEmbedder('onnx');
  if (outcome.kind !== 'ready') throw new Error(outcome.reason);
  engine = outcome.embedder;
  index = createReferenceIndex();
  for (const [referenceId, pcm] of recordings.entries()) {
    const print = fingerprintReference(pcm, 8000);
    index.add({ referenceId, recordingId: `recording-${referenceId}`, print });
    vectors.add(referenceId, await embedReference(engine, pcm));
  }
  cue = { ...createSoundEmbedder(engine), ...vectors };
});

const mixed = (one: Float32Array, other: Float32Array, gain: number): Float32Array =>
  one.map((x, i) => x + gain * other[i]!);
/** Nothing but the reverb of a large hall: 1,500 echoes that die away within three seconds. */
function inHall(pcm: Float32Array): Float32Array {
  const random = seeded(5);
  const wet = new Float32Array(pcm.length);
  for (let echo = 0; echo < 1500; echo++) {
    const delay = Math.floor(random() * 24_000);
    const gain = (random() - 0.5) * 10 ** (-delay / 20_000);
    for (let i = delay; i < wet.length; i++) wet[i]! += gain * pcm[i - delay]!;
  }
  return wet;
}
const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('vectors of a reference', () => {
  it('are the same for a recording in pieces and for one that is as long as a piece', async () => {
    const long = tune(300, 90);
    const whole = await embedReference(engine, long);
    // From window 70 on, in the second piece, read as if the recording began there.
    const beginning = 70 * 4096;
    const tail = await embedReference(engine, long.subarray(beginning));
    const windows = windowsIn(tail);
    expect(windowsIn(whole)).toBe(70 + windows);
    // The first frames look back over the cut.
    for (let window = 1; window < windows; window++) {
      const at = (70 + window) * dimensions;
      const one = whole.subarray(at, at + dimensions);
      const other = tail.subarray(window * dimensions, (window + 1) * dimensions);
      expect(Math.max(...one.map((x, k) => Math.abs(x - other[k]!)))).toBeLessThanOrEqual(1);
    }
  });

  it('are the same from either engine', async () => {
    const other = await openEmbedder('tensorflow');
    if (other.kind !== 'ready') throw new Error(other.reason);
    try {
      const pcm = recordings[0]!.subarray(0, 15 * 8000);
      const [one, two] = [await embedReference(engine, pcm), await embedReference(other.embedder, pcm)];
      expect(two).toHaveLength(one.length);
      expect(Math.max(...one.map((x, k) => Math.abs(x - two[k]!)))).toBeLessThanOrEqual(1);
    } finally {
      await other.embedder.close();
    }
  });

  it('are none for less than a window, and zeros for silence', async () => {
    expect(await embedReference(engine, new Float32Array(0))).toHaveLength(0);
    expect(await embedReference(engine, tune(1, 1.9))).toHaveLength(0);
    expect((await embedReference(engine, new Float32Array(80_000))).every((x) => x === 0)).toBe(true);
  });
});

describe('a place under vectors', () => {
  it('is alike where it is right, at any speed, and not where it is not', async () => {
    const sound = warp(recordings[2]!.subarray(10 * 8000, 30 * 8000), 1.25);
    const at = async (offsetMs: number, speedRatio: number): Promise<number[]> =>
      similaritiesAt(
        cue,
        [{ fromSample: 0, pcm: sound }],
        { offsetMs, speedRatio, pitchSemitones: 12 * Math.log2(speedRatio) },
        (await vectors.sequencesOf([2])).get(2)!,
      );
    const right = await at(10_000, 1.25);
    expect(meanOf(right)).toBeGreaterThan(0.9);
    expect(vectorBits(right)).toBeGreaterThan(10);
    for (const wrong of [await at(25_000, 1.25), await at(10_000, 1.1)]) {
      expect(meanOf(wrong)).toBeLessThan(0.5);
      expect(vectorBits(wrong)).toBeLessThan(0);
    }
  });

  it('says nothing where the reference has no vectors or the sound no window', async () => {
    expect(vectorBits([])).toBe(0);
    const short = await similaritiesAt(
      cue,
      [{ fromSample: 0, pcm: tune(1, 1.5) }],
      { offsetMs: 0, speedRatio: 1, pitchSemitones: 0 },
      (await vectors.sequencesOf([0])).get(0)!,
    );
    expect(short).toEqual([]);
  });
});

describe('the search with both cues', () => {
  it('asks the vectors also where the peaks have decided, and says what the peaks say where there are none', async () => {
    const sound = recordings[1]!.subarray(20 * 8000, 32 * 8000);
    const alone = await index.search(sound);
    expect(alone.candidates[0]!.peakBits).toBeGreaterThan(50);
    const [both] = (await searchWithBothCues(index, cue, sound)).candidates;
    expect(both).toMatchObject({ recordingId: 'recording-1', peakBits: alone.candidates[0]!.peakBits });
    expect(both!.vectors!.alike).toBeGreaterThan(0.95);
    expect(both!.vectors!.own).toBe(1);
    const withoutCue = await searchWithBothCues(index, null, sound);
    expect(withoutCue.candidates.map(evidenceOf)).toEqual(alone.candidates.map(evidenceOf));
  });

  it('is surer of music in a hall than the peaks alone, and not of music that it does not know', async () => {
    const sound = inHall(recordings[3]!.subarray(5 * 8000, 14 * 8000));
    const [alone] = (await index.search(sound, { minBits: -100 })).candidates;
    const [both] = (await searchWithBothCues(index, cue, sound, { minBits: -100 })).candidates;
    expect(both).toMatchObject({ recordingId: 'recording-3' });
    expect(both!.chanceBits).toBeGreaterThan(alone!.peakBits + 5);
    expect(both!.logLikelihoodRatio).toBeGreaterThan(alone!.logLikelihoodRatio);

    const unknown = mixed(tune(900, 12), noise(8, 12), 0.3);
    const [first] = (await searchWithBothCues(index, cue, unknown, { minBits: -100 })).candidates;
    expect(first?.logLikelihoodRatio ?? -100).toBeLessThan(5);
  });
});

describe('vectors in memory', () => {
  it('are found by their nearest neighbours, exactly above the bar, until they are removed', async () => {
    const own = createMemoryVectors();
    for (const [id, pcm] of recordings.entries()) own.add(id, await embedReference(engine, pcm));
    const sound = await cue.embed(mixed(recordings[4]!, noise(9, 60), 0.1), { time: 1, frequency: 1 });
    const near = await own.nearest(sound, 1);
    const right = near.filter(({ referenceId, query, place }) => referenceId === 4 && query === place);
    expect(right.length).toBeGreaterThan(0.3 * windowsIn(sound));
    own.remove(4);
    expect((await own.nearest(sound, 1)).some(({ referenceId }) => referenceId === 4)).toBe(false);
    expect(await own.sequencesOf([4, 5])).toHaveProperty('size', 1);
  });
});

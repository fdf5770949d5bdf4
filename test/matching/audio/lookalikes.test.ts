// Music that sounds like what is indexed, and is not. The excerpts are of evaluation/lookalikes' tuning half (fixtures/lookalikes/README.md): each of the absent ones
// agrees with the indexed one of its kind by more than 100 bits against chance, which named it before anything was asked about relatives.

import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createDecoder } from '../../../audio/decode.ts';
import { searchWithBothCues, type VectorCue } from '../../../matching/audio/bothCues.ts';
import { certaintyOf, climbed, lookalikeBits, peakTraitsOf } from '../../../matching/audio/lookalikes.ts';
import { createMemoryVectors } from '../../../matching/audio/memoryVectors.ts';
import { fingerprintReference } from '../../../matching/audio/reference.ts';
import { createReferenceIndex } from '../../../matching/audio/referenceIndex.ts';
import { createSoundEmbedder, embedReference } from '../../../models/fingerprint/embedAudio.ts';
import { openEmbedder } from '../../../models/fingerprint/embedder.ts';
import { tune } from '../../audio/signals.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What names a recording when nothing else speaks: a probability of 0.95, one of ten thousand. */
const bar = Math.log2(1e4) + Math.log2(0.95 / 0.05);
const kinds = ['groove', 'drums', 'hybrid', 'drone'] as const;
const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures', 'lookalikes');
const index = createReferenceIndex();
const vectors = createMemoryVectors();
const audio = new Map<string, Float32Array>();
let cue: VectorCue;

const seconds = (pcm: Float32Array, from: number, to: number): Float32Array => pcm.subarray(from * 8000, to * 8000);

/** The first bars of the groove over and over, and a tune of one's own over them, half as loud. */
function overLoop(seed: number, length: number): Float32Array {
  const loop = seconds(audio.get('groove-indexed')!, 0, 8);
  const top = tune(seed, length);
  return top.map((x, i) => 0.5 * x + loop[i % loop.length]!);
}

beforeAll(async () => {
  const opened = await openEmbedder('onnx');
  if (opened.kind !== 'ready') throw new Error(opened.reason);
  const { embedder } = opened;
  const decoder = createDecoder();
  for (const name of kinds.flatMap((kind) => [`${kind}-indexed`, `${kind}-absent`])) {
    const decoded = await decoder.decode(path.join(fixtures, `${name}.opus`), { sampleRateHz: 8000 });
    if (decoded.kind !== 'audio') throw new Error(decoded.reason);
    audio.set(name, decoded.pcm);
  }
  decoder.close();
  audio.set('loop-indexed', overLoop(1, 60));
  audio.set('loop-absent', overLoop(2, 15));
  cue = { ...createSoundEmbedder(embedder), ...vectors };
  for (const [referenceId, kind] of [...kinds, 'loop'].entries()) {
    const pcm = audio.get(`${kind}-indexed`)!;
    index.add({ referenceId, recordingId: kind, print: fingerprintReference(pcm, 8000) });
    vectors.add(referenceId, await embedReference(embedder, pcm));
  }
});

const heard = async (pcm: Float32Array) => (await searchWithBothCues(index, cue, pcm, { minBits: -100 })).candidates;

describe('music that resembles a recording', () => {
  it.each([...kinds, 'loop'])('is not named: %s', async (kind) => {
    const [first] = await heard(audio.get(`${kind}-absent`)!);
    // Chance does not explain it …
    expect(first!.peakBits).toBeGreaterThan(60);
    // … but a relative does.
    expect(first!.logLikelihoodRatio).toBeLessThan(bar);
  });

  it.each([...kinds, 'loop'])('and the recording itself is: %s', async (kind) => {
    const [first] = await heard(seconds(audio.get(`${kind}-indexed`)!, 16, 31));
    expect(first!.recordingId).toBe(kind);
    expect(first!.logLikelihoodRatio).toBeGreaterThan(bar);
  });
});

describe('the model of look-alikes', () => {
  const copy = {
    peakBits: 300,
    standing: { overPlaces: 30, overPitches: 40, near: 1, hidden: 5, missing: 0 },
    speedRatio: 1,
    pitchSemitones: 0,
  };
  const peaks = peakTraitsOf(copy);

  it('never counts more of what speaks for a recording against it', () => {
    const alike = { alike: 0.9, least: 0.8, own: 0.9, lead: 3 };
    for (const trait of ['peakBits', 'overPlaces', 'overPitches', 'near', 'hidden', 'there', 'usual'] as const)
      for (const vectors of [null, alike])
        expect(lookalikeBits({ ...peaks, [trait]: peaks[trait] / 2 }, 1e4, vectors)).toBeLessThanOrEqual(
          lookalikeBits(peaks, 1e4, vectors),
        );
    for (const trait of ['alike', 'least', 'own', 'lead'] as const)
      expect(lookalikeBits(peaks, 1e4, { ...alike, [trait]: alike[trait] / 2 })).toBeLessThanOrEqual(
        lookalikeBits(peaks, 1e4, alike),
      );
  });

  it('knows what people do to music', () => {
    const usual = (speedRatio: number, pitchSemitones: number) =>
      peakTraitsOf({ ...copy, speedRatio, pitchSemitones }).usual;
    expect(usual(1, 0)).toBe(3);
    expect(usual(1.25, 12 * Math.log2(1.25))).toBe(2);
    expect(usual(1.25, 0)).toBe(1);
    expect(usual(1, 2)).toBe(1);
    expect(usual(1.25, 2)).toBe(0);
  });

  it('gives the decision its prior back, whatever the size of the index', () => {
    expect(lookalikeBits(peaks, 1e6) - lookalikeBits(peaks, 1e4)).toBeCloseTo(Math.log2(100));
    expect(lookalikeBits(peaks, 10)).toBe(lookalikeBits(peaks, 1e4));
  });

  it('is certain as far as both alternatives allow', () => {
    expect(certaintyOf(100, 20)).toBeCloseTo(20);
    expect(certaintyOf(20, 100)).toBeCloseTo(20);
    expect(certaintyOf(20, 20)).toBeCloseTo(19);
    expect(certaintyOf(-30, 20)).toBeCloseTo(-30);
  });

  it('climbs its ramps between their knots', () => {
    const ramp = { knots: [0, 1, 3], steps: [2, 4] };
    expect([-1, 0, 0.5, 1, 2, 3, 9].map((value) => climbed(ramp, value))).toEqual([0, 0, 1, 2, 4, 6, 6]);
  });
});

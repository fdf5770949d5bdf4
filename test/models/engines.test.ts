// The fingerprint on both engines: they give the vectors that training gave.

import { afterAll, describe, expect, test } from 'vitest';
import { openEmbedder, type Embedder } from '../../models/fingerprint/embedder.ts';
import { windowSize } from '../../models/fingerprint/frontEnd.ts';
import { readManifest } from '../../models/fingerprint/model.ts';
import { vectorSize } from '../../models/fingerprint/network.ts';
import type { EngineName } from '../../models/runtime/model.ts';
import { largestDifference, readGolden } from './golden.ts';

const golden = await readGolden();
const count = golden.windows.length / windowSize;
const manifest = await readManifest();
const segmentSize = vectorSize(manifest, 'segment');
const trackSize = vectorSize(manifest, 'track');

const opened: Embedder[] = [];
afterAll(async () => {
  for (const engine of opened) await engine.close();
});

async function open(name: EngineName): Promise<Embedder> {
  const outcome = await openEmbedder(name);
  if (outcome.kind !== 'ready') throw new Error(outcome.reason);
  opened.push(outcome.embedder);
  return outcome.embedder;
}

describe.each<EngineName>(['onnx', 'tensorflow'])('%s', async (name) => {
  const engine = await open(name);

  test('gives the vectors that training gave', async () => {
    const found = await engine.embed(golden.windows, count);
    expect(found.count).toBe(count);
    expect(largestDifference(found.segment, golden.segment)).toBeLessThan(1e-4);
    expect(largestDifference(found.track, golden.track)).toBeLessThan(1e-4);
  });

  test('says what runs and which weights', () => {
    expect(engine.name).toBe(name);
    expect(engine.modelVersion).toBe(manifest.version);
    expect(engine.description).toMatch(/\d+\.\d+\.\d+/);
  });

  test('answers the same in one large batch as in many small ones', async () => {
    const copies = 33;
    const many = new Float32Array(copies * golden.windows.length);
    for (let i = 0; i < copies; i++) many.set(golden.windows, i * golden.windows.length);
    const found = await engine.embed(many, copies * count);
    for (const at of [0, 7, 31, 32]) {
      const piece = found.segment.subarray(at * count * segmentSize, (at + 1) * count * segmentSize);
      expect(largestDifference(piece, golden.segment)).toBeLessThan(1e-4);
    }
  });

  test('gives silence a vector of zeros, which matches nothing', async () => {
    const windows = new Float32Array(2 * windowSize);
    windows.set(golden.windows.subarray(0, windowSize));
    const { segment, track } = await engine.embed(windows, 2);
    expect(segment.subarray(segmentSize).every((value) => value === 0)).toBe(true);
    expect(track.subarray(trackSize).every((value) => value === 0)).toBe(true);
    expect(Math.hypot(...segment.subarray(0, segmentSize))).toBeCloseTo(1, 4);
  });

  test('keeps numbers that are not finite to the window they are in', async () => {
    const windows = golden.windows.slice(0, 2 * windowSize);
    for (let i = 0; i < windowSize; i += 3) windows[i] = [NaN, Infinity, -Infinity][(i / 3) % 3]!;
    const { segment } = await engine.embed(windows, 2);
    expect(segment.every(Number.isFinite)).toBe(true);
    expect(
      largestDifference(segment.subarray(segmentSize), golden.segment.subarray(segmentSize, 2 * segmentSize)),
    ).toBeLessThan(1e-4);
  });

  test('takes no windows, and refuses a batch of the wrong size', async () => {
    expect((await engine.embed(new Float32Array(0), 0)).segment).toHaveLength(0);
    await expect(engine.embed(new Float32Array(windowSize - 1), 1)).rejects.toThrow(RangeError);
  });
});

test('both engines give the same', async () => {
  const [onnx, tensorflow] = await Promise.all([open('onnx'), open('tensorflow')]);
  const [one, other] = await Promise.all([onnx.embed(golden.windows, count), tensorflow.embed(golden.windows, count)]);
  expect(largestDifference(one.segment, other.segment)).toBeLessThan(1e-5);
  expect(largestDifference(one.track, other.track)).toBeLessThan(1e-5);
});

test('the weights that ship are small', () => {
  expect(manifest.files['fingerprint.safetensors']!.bytes).toBeLessThan(3e6);
  expect(manifest.files['fingerprint.onnx']!.bytes).toBeLessThan(20_000);
});

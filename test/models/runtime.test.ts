// The runtime with models made here: what it refuses to load and to run, and that it says why; long calls, variable lengths, several sessions.

import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprintModel, readManifest } from '../../models/fingerprint/model.ts';
import { manifestSchema, ModelError, type Manifest } from '../../models/runtime/manifest.ts';
import type { EngineName, ModelDefinition, Session } from '../../models/runtime/model.ts';
import { openModel } from '../../models/runtime/open.ts';
import { readSafetensors } from '../../models/runtime/safetensors.ts';
import type { Tensor } from '../../models/runtime/tensor.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fermata-runtime-'));
});
afterAll(() => rm(folder, { recursive: true }));

const engines: readonly EngineName[] = ['onnx', 'tensorflow'];
const codeOf = async (opening: Promise<unknown>): Promise<string> => {
  const error = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error(`not a ModelError: ${String(error)}`);
  return `${error.code}: ${error.message}`;
};

/** A copy of the fingerprint's folder that may be spoiled. */
async function spoiled(
  change: (manifest: Record<string, unknown> & Manifest) => void | Promise<void>,
): Promise<string> {
  const copy = await mkdtemp(path.join(folder, 'spoiled-'));
  for (const name of ['manifest.json', 'fingerprint.onnx', 'fingerprint.safetensors'])
    await copyFile(path.join(fingerprintModel.folder, name), path.join(copy, name));
  const manifest = JSON.parse(await readFile(path.join(copy, 'manifest.json'), 'utf8')) as Record<string, unknown> &
    Manifest;
  spoiledFolder = copy;
  await change(manifest);
  await writeFile(path.join(copy, 'manifest.json'), JSON.stringify(manifest));
  return copy;
}
let spoiledFolder = '';
const inFolder = (name: string): string => path.join(spoiledFolder, name);

/** Writes other bytes and describes them truthfully, so that only their meaning is wrong. */
async function replaceFile(manifest: Manifest, name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(inFolder(name), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  (manifest.files as Record<string, unknown>)[name] = { bytes: bytes.length, sha256 };
  if (name === manifest.weights) (manifest as { version: string }).version = sha256.slice(0, 12);
}

describe.each(engines)('%s refuses to load', (engine) => {
  const open = (at: string): Promise<unknown> => openModel(fingerprintModel, { engine, folder: at });

  test('a folder without a manifest', async () => {
    const empty = await mkdtemp(path.join(folder, 'empty-'));
    expect(await codeOf(open(empty))).toMatch(/^missing_file: .*manifest\.json is missing$/);
  });

  test('a manifest that is no JSON, or lacks something', async () => {
    const broken = await spoiled(() => undefined);
    await writeFile(inFolder('manifest.json'), '{ "name": ');
    expect(await codeOf(open(broken))).toMatch(/^malformed: .*manifest\.json is no JSON$/);
    const without = await spoiled((manifest) => void delete (manifest as Partial<Manifest>).outputs);
    expect(await codeOf(open(without))).toMatch(/^malformed: .*manifest\.json: outputs: /);
    const outside = await spoiled((manifest) => void Object.assign(manifest, { weights: '../weights.safetensors' }));
    expect(await codeOf(open(outside))).toMatch(/^malformed: .*manifest\.json: weights: /);
  });

  test('weights that are missing', async () => {
    const without = await spoiled(() => rm(inFolder('fingerprint.safetensors')));
    expect(await codeOf(open(without))).toMatch(/^missing_file: .*fingerprint\.safetensors is missing$/);
  });

  test('weights that were changed', async () => {
    const changed = await spoiled(async () => {
      const bytes = await readFile(inFolder('fingerprint.safetensors'));
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(inFolder('fingerprint.safetensors'), bytes);
    });
    expect(await codeOf(open(changed))).toMatch(/^wrong_hash: .*fingerprint\.safetensors is not the file/);
  });

  test('a version that is not that of the weights', async () => {
    const other = await spoiled((manifest) => void Object.assign(manifest, { version: '0123456789ab' }));
    expect(await codeOf(open(other))).toMatch(/^malformed: .*version 0123456789ab is not that of its weights$/);
  });

  test('weights for another front end', async () => {
    const other = await spoiled((manifest) => void Object.assign(manifest['frontEnd'] as object, { hopSamples: 256 }));
    expect(await codeOf(open(other))).toMatch(/^wrong_front_end: .*hopSamples 256, this program has 512$/);
  });

  test('inputs or outputs of other names', async () => {
    const other = await spoiled(
      (manifest) => void Object.assign(manifest, { inputs: { pictures: ['batch', 32, 120] } }),
    );
    expect(await codeOf(open(other))).toMatch(/^wrong_shape: .*the inputs are pictures, not windows$/);
  });

  test('weights of another shape', async () => {
    const other = await spoiled(
      (manifest) => void Object.assign(manifest, { outputs: { ...manifest.outputs, track: ['batch', 65] } }),
    );
    expect(await codeOf(open(other))).toMatch(/^wrong_shape: .*track.* is .*64.*, not .*65/);
  });
});

test('onnx refuses a graph that was changed, that is none, or that is missing', async () => {
  const open = (at: string): Promise<unknown> => openModel(fingerprintModel, { engine: 'onnx', folder: at });
  const changed = await spoiled(async () => writeFile(inFolder('fingerprint.onnx'), 'another graph'));
  expect(await codeOf(open(changed))).toMatch(/^wrong_hash: .*fingerprint\.onnx is not the file/);
  const none = await spoiled((manifest) => replaceFile(manifest, 'fingerprint.onnx', Buffer.from('no graph at all')));
  expect(await codeOf(open(none))).toMatch(/^malformed: .*fingerprint\.onnx: /);
  const missing = await spoiled(() => rm(inFolder('fingerprint.onnx')));
  expect(await codeOf(open(missing))).toMatch(/^missing_file: .*fingerprint\.onnx is missing$/);
});

test('tensorflow refuses weights that are none, and those that lack a tensor', async () => {
  const open = (at: string): Promise<unknown> => openModel(fingerprintModel, { engine: 'tensorflow', folder: at });
  const none = await spoiled((manifest) => replaceFile(manifest, 'fingerprint.safetensors', Buffer.alloc(100, 7)));
  expect(await codeOf(open(none))).toMatch(/^malformed: .*fingerprint\.safetensors: not a safetensors file/);
  const lacking = await spoiled(async (manifest) => {
    const bytes = await readFile(inFolder('fingerprint.safetensors'));
    // The header keeps its length: a letter of a name is another one.
    bytes.write('conv9.bias', bytes.indexOf('conv3.bias'));
    await replaceFile(manifest, 'fingerprint.safetensors', bytes);
  });
  expect(await codeOf(open(lacking))).toMatch(/^wrong_shape: .*holds no conv3\.bias$/);
});

test('a backend of TensorFlow.js that is not installed is named with the way to get it', async () => {
  const outcome = await openModel(fingerprintModel, { engine: 'tensorflow', backend: 'node' });
  // Where the user has installed it, it must run instead.
  if (outcome.kind === 'ready') await outcome.session.close();
  else expect(outcome.fix).toContain('@tensorflow/tfjs-node');
});

/** Two inputs that share a length, two outputs: the mean of their products in each row, and their sums. */
const pairs: ModelDefinition<Manifest, 'left' | 'right', 'agreement' | 'sum'> = {
  folder: '',
  manifest: manifestSchema,
  inputs: ['left', 'right'],
  outputs: ['agreement', 'sum'],
  check: () => undefined,
  largestBatch: { onnx: 4, tensorflow: 4 },
  tensorflow: () =>
    Promise.resolve((tf, _manifest, weights) => {
      const gain = weights.load('gain', [1]);
      return ({ left, right }) => ({
        agreement: tf.mul(gain, tf.mean(tf.mul(left!, right!), 1)),
        sum: tf.add(left!, right!),
      });
    }),
};

async function pairsFolder(change: (manifest: Record<string, unknown>) => void = () => undefined): Promise<string> {
  const at = await mkdtemp(path.join(folder, 'pairs-'));
  const weights = safetensorsOf('gain', [1], [2]);
  await writeFile(path.join(at, 'pairs.safetensors'), weights);
  const describe = (bytes: Uint8Array): object => ({
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const graph = Buffer.from('not read by this engine');
  await writeFile(path.join(at, 'pairs.onnx'), graph);
  const manifest = {
    name: 'pairs',
    version: createHash('sha256').update(weights).digest('hex').slice(0, 12),
    files: { 'pairs.safetensors': describe(weights), 'pairs.onnx': describe(graph) },
    weights: 'pairs.safetensors',
    graph: 'pairs.onnx',
    inputs: { left: ['batch', 'length'], right: ['batch', 'length'] },
    outputs: { agreement: ['batch'], sum: ['batch', 'length'] },
  };
  change(manifest);
  await writeFile(path.join(at, 'manifest.json'), JSON.stringify(manifest));
  return at;
}

function safetensorsOf(name: string, shape: readonly number[], numbers: readonly number[]): Buffer {
  const header = Buffer.from(
    JSON.stringify({ [name]: { dtype: 'F32', shape, data_offsets: [0, 4 * numbers.length] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(Float32Array.from(numbers).buffer)]);
}

const rows = (count: number, length: number, of: (row: number, column: number) => number): Tensor => ({
  shape: [count, length],
  data: Float32Array.from({ length: count * length }, (_, i) => of(Math.floor(i / length), i % length)),
});

async function openPairs(at: string): Promise<Session<'left' | 'right', 'agreement' | 'sum'>> {
  const outcome = await openModel(pairs, { engine: 'tensorflow', backend: 'wasm', folder: at });
  if (outcome.kind !== 'ready') throw new Error(outcome.reason);
  return outcome.session;
}

describe('a session', () => {
  test('takes several inputs of any length, and rows in one call as in many', async () => {
    const session = await openPairs(await pairsFolder());
    for (const [count, length] of [
      [1, 3],
      [4, 5],
      [11, 2],
      [13, 7],
    ] as const) {
      const left = rows(count, length, (row, column) => row + column);
      const right = rows(count, length, (row) => row);
      const { agreement, sum } = await session.run({ left, right });
      expect(agreement.shape).toEqual([count]);
      expect(sum.shape).toEqual([count, length]);
      for (let row = 0; row < count; row++)
        expect(agreement.data[row]).toBeCloseTo(2 * row * (row + (length - 1) / 2), 3);
      expect(sum.data).toEqual(left.data.map((value, i) => value + right.data[i]!));
    }
    const none = await session.run({ left: rows(0, 3, () => 0), right: rows(0, 3, () => 0) });
    expect([none.agreement.shape, none.sum.shape]).toEqual([[0], [0, 3]]);
    await session.close();
  });

  test('says which input does not fit', async () => {
    const session = await openPairs(await pairsFolder());
    const left = rows(2, 3, () => 1);
    await expect(session.run({ left, right: rows(2, 4, () => 1) })).rejects.toThrow(
      /^right is \[2, 4\], not \[batch, length\] \(batch = 2, length = 3\)$/,
    );
    await expect(session.run({ left, right: { shape: [2], data: new Float32Array(2) } })).rejects.toThrow(RangeError);
    await expect(session.run({ left, right: { shape: [2, 3], data: new Float32Array(5) } })).rejects.toThrow(
      /^right holds 5 numbers; \[2, 3\] has 6$/,
    );
    await expect(session.run({ left } as never)).rejects.toThrow(/^pairs needs right$/);
    await session.close();
  });

  test('does not pass on an answer of another shape', async () => {
    const at = await pairsFolder(
      (manifest) => void (manifest['outputs'] = { agreement: ['batch', 1], sum: ['batch', 'length'] }),
    );
    const session = await openPairs(at);
    const ones = rows(2, 3, () => 1);
    expect(await codeOf(session.run({ left: ones, right: ones }))).toMatch(
      /^wrong_shape: pairs's agreement is \[2\], not \[batch, 1\]/,
    );
    await session.close();
  });

  test('is one of several at once, and closing one leaves the others', async () => {
    const at = await pairsFolder();
    const [one, other] = await Promise.all([openPairs(at), openPairs(at)]);
    const ones = rows(9, 3, () => 1);
    const call = { left: ones, right: ones };
    const answers = await Promise.all([one.run(call), other.run(call), one.run(call), other.run(call)]);
    for (const { agreement } of answers) expect([...agreement.data]).toEqual(Array<number>(9).fill(2));
    const last = one.run(call);
    const closing = one.close();
    // What is under way comes to its end, what comes later is refused.
    await expect(one.run(call)).rejects.toThrow(/closed/);
    expect((await last).agreement.data[0]).toBe(2);
    await closing;
    await one.close();
    expect((await other.run(call)).agreement.data[8]).toBe(2);
    await other.close();
  });

  test.each(engines)('of %s may be closed and opened again, with two at once', async (engine) => {
    const { version } = await readManifest();
    for (let round = 0; round < 2; round++) {
      const opened = await Promise.all([
        openModel(fingerprintModel, { engine, threads: 2 }),
        openModel(fingerprintModel, { engine }),
      ]);
      const windows = { shape: [3, 32, 120], data: new Float32Array(3 * 32 * 120).fill(0.5) };
      const found = await Promise.all(
        opened.map((outcome) => {
          if (outcome.kind !== 'ready') throw new Error(outcome.reason);
          expect(outcome.manifest.version).toBe(version);
          return outcome.session.run({ windows });
        }),
      );
      expect(found[0]!.segment.shape).toEqual([3, 128]);
      expect(Math.max(...found[0]!.segment.data.map((x, i) => Math.abs(x - found[1]!.segment.data[i]!)))).toBeLessThan(
        1e-6,
      );
      for (const outcome of opened) if (outcome.kind === 'ready') await outcome.session.close();
    }
  });
});

describe('safetensors', () => {
  test('gives tensors by name, wherever the numbers lie in memory', () => {
    const bytes = safetensorsOf('x', [2, 1], [1.5, -2]);
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    expect(readSafetensors(shifted).get('x')).toEqual({ shape: [2, 1], data: Float32Array.of(1.5, -2) });
  });

  test.each([
    ['nothing', Buffer.alloc(0), /shorter than its header/],
    ['a header that ends beyond it', Buffer.from([99, 0, 0, 0, 0, 0, 0, 0, 123]), /ends beyond it/],
    ['a header that is no JSON', Buffer.from('\x02\0\0\0\0\0\0\0{]', 'latin1'), /no JSON object/],
    ['numbers outside it', safetensorsOf('x', [3], [1, 2]), /does not fit its shape/],
    ['a tensor that is not described', Buffer.from('\x09\0\0\0\0\0\0\0{"x":[1]}', 'latin1'), /x is not described/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });
});

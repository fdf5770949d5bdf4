// The same network in TensorFlow.js: the second engine, for machines where onnxruntime has no program.
//
// On @tensorflow/tfjs-node where the user has installed it (its own install step downloads libtensorflow, so it is no
// dependency of this project), else in WebAssembly, which needs nothing.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Tensorflow from '@tensorflow/tfjs-core';
import { checkedWindows, clearSilent } from './batch.ts';
import type { EmbeddingEngine, EngineOutcome } from './engine.ts';
import { readManifest, readWeights, shippedFolder, type Manifest } from './manifest.ts';
import { readSafetensors, type Tensor } from './safetensors.ts';

export type TensorflowBackend = 'node' | 'wasm';

export interface TensorflowOptions {
  /** Folder with manifest.json and fingerprint.safetensors. Default: the weights that ship. */
  readonly folder?: string;
  /** Default: node where it is installed, else wasm. */
  readonly backend?: TensorflowBackend;
}

/** The wasm heap never shrinks: 64 windows keep it at some 60 MB. */
const largestBatch = 64;

const require = createRequire(import.meta.url);

type Library = typeof Tensorflow;

interface Started {
  readonly tf: Library;
  readonly description: string;
}

/** Throws when @tensorflow/tfjs-node or its native binding is not there. */
async function startNode(): Promise<Started> {
  // Node 23 took away what tfjs-node 4.22 still calls.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // Named at run time, because it is installed by the user or not at all.
  const name = '@tensorflow/tfjs-node';
  const tf = (await import(pathToFileURL(require.resolve(name)).href)) as { readonly default: Library };
  await tf.default.ready();
  return { tf: tf.default, description: `@tensorflow/tfjs-node ${versionOf(name)}, CPU` };
}

async function startWasm(): Promise<Started> {
  const name = '@tensorflow/tfjs-backend-wasm';
  const tf = await import('@tensorflow/tfjs-core');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve(name))}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend of TensorFlow.js does not start');
  await tf.ready();
  return { tf, description: `TensorFlow.js ${tf.version_core}, WebAssembly` };
}

const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

async function start(backend: TensorflowBackend | undefined): Promise<Started> {
  if (backend === 'node') return startNode();
  if (backend === 'wasm') return startWasm();
  return startNode().catch(startWasm);
}

export async function openTensorflowEngine(options: TensorflowOptions = {}): Promise<EngineOutcome> {
  const folder = options.folder ?? shippedFolder;
  let started: Started;
  try {
    started = await start(options.backend);
  } catch (error) {
    return {
      kind: 'unavailable',
      reason: `TensorFlow.js cannot be started: ${messageOf(error)}`,
      fix: 'npm install; for the native one: npm install --no-save @tensorflow/tfjs-node@4.22.0',
    };
  }
  const { tf, description } = started;
  const manifest = await readManifest(folder);
  const tensors = readSafetensors(await readWeights(folder, manifest, 'fingerprint.safetensors'));
  const network = makeNetwork(tf, manifest, tensors);
  const { frames, bands } = manifest.frontEnd;
  const size = frames * bands;
  const { segment: segmentSize, track: trackSize } = manifest.network;

  const engine: EmbeddingEngine = {
    name: 'tensorflow',
    modelVersion: manifest.version,
    description,
    async embed(windows, count) {
      const input = checkedWindows(windows, count, size);
      const segment = new Float32Array(count * segmentSize);
      const track = new Float32Array(count * trackSize);
      for (let from = 0; from < count; from += largestBatch) {
        const part = Math.min(largestBatch, count - from);
        const piece = input.slice(from * size, (from + part) * size);
        const [bySegment, byTrack] = tf.tidy(() => network.run(tf.tensor4d(piece, [part, frames, bands, 1])));
        segment.set((await bySegment.data()) as Float32Array, from * segmentSize);
        track.set((await byTrack.data()) as Float32Array, from * trackSize);
        tf.dispose([bySegment, byTrack]);
      }
      clearSilent(input, count, size, segment, segmentSize);
      clearSilent(input, count, size, track, trackSize);
      return { count, segment, track };
    },
    close: () => {
      network.dispose();
      return Promise.resolve();
    },
  };
  return { kind: 'ready', engine };
}

interface Network {
  /** [n, frames, bands, 1] to [n, segment] and [n, track]. */
  run(windows: Tensorflow.Tensor4D): [Tensorflow.Tensor2D, Tensorflow.Tensor2D];
  dispose(): void;
}

function makeNetwork(tf: Library, manifest: Manifest, tensors: ReadonlyMap<string, Tensor>): Network {
  const held: Tensorflow.Tensor[] = [];
  const load = (name: string): Tensorflow.Tensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`the weights hold no ${name}`);
    const loaded = tf.tensor(tensor.data, [...tensor.shape]);
    held.push(loaded);
    return loaded;
  };
  const keep = <T extends Tensorflow.Tensor>(tensor: T): T => {
    held.push(tensor);
    return tensor;
  };

  const layers = manifest.network.layers.map(({ name, strides, pads }) => ({
    // Weights are [out, in, time, frequency]; TensorFlow wants [time, frequency, in, out].
    kernel: keep(tf.transpose(load(`${name}.kernel`) as Tensorflow.Tensor4D, [2, 3, 1, 0])),
    bias: load(`${name}.bias`) as Tensorflow.Tensor1D,
    strides,
    pads,
  }));

  const linear = (name: string): ((features: Tensorflow.Tensor2D) => Tensorflow.Tensor2D) => {
    const weight = load(`${name}.weight`) as Tensorflow.Tensor2D;
    const bias = load(`${name}.bias`) as Tensorflow.Tensor1D;
    return (features) => tf.add(tf.matMul(features, weight, false, true), bias);
  };
  const divide = (name: string, size: number): ((features: Tensorflow.Tensor2D) => Tensorflow.Tensor2D) => {
    const inner = load(`${name}.inner`);
    const innerBias = load(`${name}.inner_bias`);
    const outer = load(`${name}.outer`);
    const outerBias = load(`${name}.outer_bias`);
    return (features) => {
      const parts = tf.transpose(tf.reshape(features, [features.shape[0], size, -1]), [1, 0, 2]);
      const hidden = tf.relu(tf.add(tf.matMul(parts, inner), innerBias));
      const numbers = tf.transpose(tf.squeeze(tf.matMul(hidden, outer), [2]), [1, 0]);
      return tf.add(numbers, outerBias);
    };
  };
  const headOf = (name: 'segment' | 'track'): ((features: Tensorflow.Tensor2D) => Tensorflow.Tensor2D) =>
    manifest.network.head === 'linear' ? linear(name) : divide(name, manifest.network[name]);
  const segmentHead = headOf('segment');
  const trackHead = headOf('track');

  const unit = (vectors: Tensorflow.Tensor2D): Tensorflow.Tensor2D =>
    tf.div(vectors, tf.maximum(tf.norm(vectors, 2, 1, true), 1e-12));

  return {
    run(windows) {
      let x = windows;
      for (const { kernel, bias, strides, pads } of layers) {
        const [byTime, byBand] = pads;
        const padded = tf.pad(x, [
          [0, 0],
          [byTime, byTime],
          [byBand, byBand],
          [0, 0],
        ]);
        x = tf.relu(tf.add(tf.conv2d(padded, kernel as Tensorflow.Tensor4D, [strides[0], strides[1]], 'valid'), bias));
      }
      // Features count channels first, as in the weights.
      const features = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]) as Tensorflow.Tensor2D;
      return [unit(segmentHead(features)), unit(trackHead(features))];
    },
    dispose: () => tf.dispose(held),
  };
}

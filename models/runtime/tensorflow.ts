// TensorFlow.js: the second engine, for machines where onnxruntime has no program.
//
// On @tensorflow/tfjs-node where the user has installed it (its own install step downloads libtensorflow, so it is no
// dependency of this project), else in WebAssembly, which needs nothing and has one thread. Each model writes its network by hand for it.

import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Tensorflow from '@tensorflow/tfjs-core';
import { ModelError, readVerified, type Manifest } from './manifest.ts';
import type { NetworkOutcome, OpenOptions, TensorflowLibrary, TensorflowNetwork, TensorflowWeights } from './model.ts';
import { readSafetensors } from './safetensors.ts';
import { shapeText, type Tensor } from './tensor.ts';

const require = createRequire(import.meta.url);

interface Started {
  readonly tf: TensorflowLibrary;
  readonly description: string;
  /** What the library calls it. */
  readonly backend: string;
}

/** Throws when @tensorflow/tfjs-node or its native binding is not there. */
async function startNode(): Promise<Started> {
  // Node 23 took away what tfjs-node 4.22 still calls.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // Named at run time, because it is installed by the user or not at all.
  const name = '@tensorflow/tfjs-node';
  const tf = (await import(pathToFileURL(require.resolve(name)).href)) as { readonly default: TensorflowLibrary };
  await tf.default.ready();
  return { tf: tf.default, description: `@tensorflow/tfjs-node ${versionOf(name)}, CPU`, backend: 'tensorflow' };
}

async function startWasm(): Promise<Started> {
  const name = '@tensorflow/tfjs-backend-wasm';
  const tf = await import('@tensorflow/tfjs-core');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(require.resolve(name))}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend of TensorFlow.js does not start');
  await tf.ready();
  return { tf, description: `TensorFlow.js ${tf.version_core}, WebAssembly`, backend: 'wasm' };
}

const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

/** A backend serves all sessions of the process. */
const started = new Map<string, Promise<Started>>();

function startOnce(backend: 'node' | 'wasm'): Promise<Started> {
  let starting = started.get(backend);
  if (starting === undefined) {
    starting = backend === 'node' ? startNode() : startWasm();
    started.set(backend, starting);
    // What could not be started may be installed later.
    starting.catch(() => started.delete(backend));
  }
  return starting;
}

export async function openTensorflow<M extends Manifest>(
  folder: string,
  manifest: M,
  backend: OpenOptions['backend'],
  load: () => Promise<(tf: TensorflowLibrary, manifest: M, weights: TensorflowWeights) => TensorflowNetwork>,
): Promise<NetworkOutcome> {
  let chosen: Started;
  try {
    chosen = await (backend === undefined ? startOnce('node').catch(() => startOnce('wasm')) : startOnce(backend));
  } catch (error) {
    return {
      kind: 'unavailable',
      reason: `TensorFlow.js cannot be started: ${messageOf(error)}`,
      fix: 'npm install; for the native one: npm install --no-save @tensorflow/tfjs-node@4.22.0',
    };
  }
  const { tf, description } = chosen;
  const build = await load();
  const bytes = await readVerified(folder, manifest, manifest.weights);
  const held: Tensorflow.Tensor[] = [];
  let network: TensorflowNetwork;
  try {
    await select(chosen);
    network = build(tf, manifest, weightsOf(tf, path.join(folder, manifest.weights), bytes, held));
  } catch (error) {
    tf.dispose(held);
    throw error;
  }
  return {
    kind: 'ready',
    network: {
      description,
      async run(inputs) {
        await select(chosen);
        // Nothing waits from here to the end of the graph, so that no other session can change the backend in between.
        const found = tf.tidy(() =>
          network(
            Object.fromEntries(
              // A copy: the library may keep what it is given until it is disposed of.
              Object.entries(inputs).map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape])]),
            ),
          ),
        );
        const tensors = Object.entries(found);
        try {
          const read = tensors.map(async ([name, tensor]): Promise<[string, Tensor]> => [
            name,
            { shape: tensor.shape, data: (await tensor.data()) as Float32Array },
          ]);
          return Object.fromEntries(await Promise.all(read));
        } finally {
          tf.dispose(tensors.map(([, tensor]) => tensor));
        }
      },
      dispose: () => {
        tf.dispose(held);
        return Promise.resolve();
      },
    },
  };
}

/** The library has one backend at a time. */
async function select({ tf, backend }: Started): Promise<void> {
  if (tf.getBackend() !== backend) await tf.setBackend(backend);
}

function weightsOf(
  tf: TensorflowLibrary,
  file: string,
  bytes: Uint8Array,
  held: Tensorflow.Tensor[],
): TensorflowWeights {
  let tensors: ReadonlyMap<string, Tensor>;
  try {
    tensors = readSafetensors(bytes);
  } catch (error) {
    throw new ModelError('malformed', `${file}: ${messageOf(error)}`);
  }
  const keep = <T extends Tensorflow.Tensor>(tensor: T): T => {
    held.push(tensor);
    return tensor;
  };
  return {
    keep,
    load(name, shape) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new ModelError('wrong_shape', `${file} holds no ${name}`);
      const fits =
        tensor.shape.length === shape.length && shape.every((size, i) => (size ?? tensor.shape[i]) === tensor.shape[i]);
      if (!fits) {
        const asked = shape.map((size) => size ?? 'any');
        throw new ModelError('wrong_shape', `${file}: ${name} is ${shapeText(tensor.shape)}, not ${shapeText(asked)}`);
      }
      return keep(tf.tensor(tensor.data, [...tensor.shape]));
    },
  };
}

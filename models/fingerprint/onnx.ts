// The network in onnxruntime-node: the default engine, 4 to 10 times cheaper than TensorFlow.js in WebAssembly.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Onnx from 'onnxruntime-node';
import { checkedWindows, clearSilent } from './batch.ts';
import type { EmbeddingEngine, EngineOutcome } from './engine.ts';
import { readManifest, readWeights, shippedFolder } from './manifest.ts';

export interface OnnxOptions {
  /** Folder with manifest.json, fingerprint.onnx and fingerprint.safetensors. Default: the weights that ship. */
  readonly folder?: string;
  /** Threads of one call. Default 1: workers scale by running several calls, and one thread is the most work per core. */
  readonly threads?: number;
}

/** 256 windows are 3.9 MB of input; larger batches gain nothing and hold more memory. */
const largestBatch = 256;

export async function openOnnxEngine(options: OnnxOptions = {}): Promise<EngineOutcome> {
  const folder = options.folder ?? shippedFolder;
  let runtime: typeof Onnx;
  try {
    runtime = await import('onnxruntime-node');
  } catch (error) {
    return {
      kind: 'unavailable',
      reason: `onnxruntime-node cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'npm install (it has programs for Linux, macOS and Windows on x64 and arm64), or FERMATA_ENGINE=tensorflow',
    };
  }
  const manifest = await readManifest(folder);
  // The graph takes its numbers out of the safetensors file beside it: both are checked, then opened by path.
  await readWeights(folder, manifest, 'fingerprint.onnx');
  await readWeights(folder, manifest, 'fingerprint.safetensors');
  const session: Onnx.InferenceSession = await runtime.InferenceSession.create(join(folder, 'fingerprint.onnx'), {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const { frames, bands } = manifest.frontEnd;
  const size = frames * bands;
  const { segment: segmentSize, track: trackSize } = manifest.network;
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

  const engine: EmbeddingEngine = {
    name: 'onnx',
    modelVersion: manifest.version,
    description: `onnxruntime-node ${version}, CPU`,
    async embed(windows, count) {
      const input = checkedWindows(windows, count, size);
      const segment = new Float32Array(count * segmentSize);
      const track = new Float32Array(count * trackSize);
      for (let from = 0; from < count; from += largestBatch) {
        const size1 = Math.min(largestBatch, count - from);
        const piece = input.subarray(from * size, (from + size1) * size);
        const feed = new runtime.Tensor('float32', piece, [size1, frames, bands]);
        const found = await session.run({ windows: feed });
        segment.set(numbersOf(found['segment']), from * segmentSize);
        track.set(numbersOf(found['track']), from * trackSize);
      }
      clearSilent(input, count, size, segment, segmentSize);
      clearSilent(input, count, size, track, trackSize);
      return { count, segment, track };
    },
    close: () => session.release(),
  };
  return { kind: 'ready', engine };
}

function numbersOf(tensor: Onnx.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('the network answered something other than float32');
  return tensor.data;
}

// onnxruntime-node: the default engine, 4 to 10 times cheaper than TensorFlow.js in WebAssembly.

import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Onnx from 'onnxruntime-node';
import { ModelError, readVerified, type Manifest } from './manifest.ts';
import type { NetworkOutcome } from './model.ts';
import { shapeText, type Shape, type Tensor } from './tensor.ts';

export async function openOnnx(folder: string, manifest: Manifest, threads: number): Promise<NetworkOutcome> {
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
  // The graph takes its numbers out of the safetensors file beside it: both are checked, then opened by path.
  await readVerified(folder, manifest, manifest.graph);
  await readVerified(folder, manifest, manifest.weights);
  const file = path.join(folder, manifest.graph);
  const session = await runtime.InferenceSession.create(file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }).catch((error: unknown) => {
    throw new ModelError('malformed', `${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    holdTo(`the inputs of ${file}`, session.inputMetadata, manifest.inputs);
    holdTo(`the outputs of ${file}`, session.outputMetadata, manifest.outputs);
  } catch (error) {
    await session.release();
    throw error;
  }
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return {
    kind: 'ready',
    network: {
      description: `onnxruntime-node ${version}, CPU`,
      async run(inputs) {
        const feeds: Record<string, Onnx.Tensor> = {};
        for (const [name, { shape, data }] of Object.entries(inputs))
          feeds[name] = new runtime.Tensor('float32', data, shape);
        const found = await session.run(feeds);
        return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, tensorOf(name, value)]));
      },
      dispose: () => session.release(),
    },
  };
}

/** Names and fixed sizes must be the manifest's; the graph may call what varies by other words. */
function holdTo(
  what: string,
  found: readonly Onnx.InferenceSession.ValueMetadata[],
  expected: Readonly<Record<string, Shape>>,
): void {
  const names = found.map(({ name }) => name).sort();
  const wanted = Object.keys(expected).sort();
  if (names.join() !== wanted.join())
    throw new ModelError('wrong_shape', `${what} are ${names.join(', ')}, not ${wanted.join(', ')}`);
  for (const value of found) {
    const shape = expected[value.name]!;
    const fits =
      value.isTensor &&
      value.type === 'float32' &&
      value.shape.length === shape.length &&
      shape.every((size, axis) => typeof size === 'string' || value.shape[axis] === size);
    if (fits) continue;
    const is = value.isTensor ? `${value.type} ${shapeText(value.shape)}` : 'no tensor';
    throw new ModelError('wrong_shape', `${what}: ${value.name} is ${is}, not float32 ${shapeText(shape)}`);
  }
}

function tensorOf(name: string, value: Onnx.OnnxValue | undefined): Tensor {
  if (value === undefined || !('dims' in value) || !(value.data instanceof Float32Array))
    throw new ModelError('wrong_shape', `the network answered something other than float32 for ${name}`);
  return { shape: value.dims, data: value.data };
}

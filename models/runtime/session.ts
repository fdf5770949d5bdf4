// What is the same for every engine: shapes are checked on both sides, long calls are cut, and closing waits for what is under way.

import { ModelError, type Manifest } from './manifest.ts';
import type { EngineName, Network, Session } from './model.ts';
import { batchAxis, bindShape, joinRows, rowsOf, sizeOf, type Tensor } from './tensor.ts';

type Tensors = Readonly<Record<string, Tensor>>;

export function createSession<Input extends string, Output extends string>(
  network: Network,
  engine: EngineName,
  manifest: Manifest,
  largestBatch: number,
): Session<Input, Output> {
  const inputs = Object.entries(manifest.inputs);
  const outputs = Object.entries(manifest.outputs);
  const axis = batchAxis([...inputs, ...outputs].map(([, shape]) => shape));
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | null = null;

  const runOnce = async (given: Tensors, bound: ReadonlyMap<string, number>): Promise<Tensors> => {
    const found = await network.run(given);
    // What only an output has may differ from call to call.
    const words = new Map(bound);
    for (const [name, shape] of outputs) {
      const tensor = found[name];
      if (tensor === undefined) throw new ModelError('wrong_shape', `${manifest.name} gave no ${name}`);
      try {
        bindShape(`${manifest.name}'s ${name}`, shape, tensor, words);
      } catch (error) {
        throw new ModelError('wrong_shape', (error as Error).message);
      }
    }
    return found;
  };

  const run = async (given: Tensors): Promise<Tensors> => {
    const bound = new Map<string, number>();
    for (const [name, shape] of inputs) {
      const tensor = given[name];
      if (tensor === undefined) throw new RangeError(`${manifest.name} needs ${name}`);
      bindShape(name, shape, tensor, bound);
    }
    const rows = axis === null ? 1 : bound.get(axis)!;
    if (rows === 0) return Object.fromEntries(outputs.map(([name, shape]) => [name, emptyOf(shape, bound)]));
    if (axis === null || rows <= largestBatch) return runOnce(given, bound);
    const parts: Tensors[] = [];
    for (let from = 0; from < rows; from += largestBatch) {
      const to = Math.min(rows, from + largestBatch);
      const some = Object.fromEntries(inputs.map(([name]) => [name, rowsOf(given[name]!, from, to)]));
      parts.push(await runOnce(some, new Map(bound).set(axis, to - from)));
    }
    return Object.fromEntries(outputs.map(([name]) => [name, joinRows(parts.map((part) => part[name]!))]));
  };

  return {
    engine,
    description: network.description,
    async run(given) {
      if (closed !== null) throw new Error(`the session of ${manifest.name} is closed`);
      const running = run(given);
      underWay.add(running);
      try {
        return (await running) as Record<Output, Tensor>;
      } finally {
        underWay.delete(running);
      }
    },
    close() {
      closed ??= Promise.allSettled(underWay).then(() => network.dispose());
      return closed;
    },
  };
}

/** No rows; words that only the network could tell are nothing. */
function emptyOf(shape: readonly (number | string)[], bound: ReadonlyMap<string, number>): Tensor {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : (bound.get(size) ?? 0)));
  return { shape: sizes, data: new Float32Array(sizeOf(sizes)) };
}

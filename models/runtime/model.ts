// What a model's folder tells the runtime, and what the runtime gives for it.

import type * as Tensorflow from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Manifest } from './manifest.ts';
import type { Tensor } from './tensor.ts';

export type EngineName = 'onnx' | 'tensorflow';

export type TensorflowLibrary = typeof Tensorflow;

/** Weights as tensors of TensorFlow.js; the runtime disposes of all of them when the session is closed. */
export interface TensorflowWeights {
  /** Throws ModelError when there is no such tensor, or when it has another shape. Null stands for any size. */
  load(name: string, shape: readonly (number | null)[]): Tensorflow.Tensor;
  /** For what is made of weights once and used in every call. */
  keep<T extends Tensorflow.Tensor>(tensor: T): T;
}

/** Inputs to outputs. What it makes on the way need not be disposed of. */
export type TensorflowNetwork = (
  inputs: Readonly<Record<string, Tensorflow.Tensor>>,
) => Record<string, Tensorflow.Tensor>;

export interface ModelDefinition<M extends Manifest, Input extends string, Output extends string> {
  /** That holds manifest.json, the weights and the graph. */
  readonly folder: string;
  readonly manifest: z.ZodType<M>;
  /** Those of the manifest must be the same. */
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
  /** Throws ModelError (`wrong_front_end`) when the weights were trained on something else than this program computes. */
  check(manifest: M, folder: string): void;
  /** Rows that go through the network at once, where the manifest's shapes allow a call to be cut. More hold more memory and gain nothing. */
  readonly largestBatch: Readonly<Record<EngineName, number>>;
  /** The network for TensorFlow.js, written by hand after the same weights. Loaded only for that engine. */
  readonly tensorflow: () => Promise<
    (tf: TensorflowLibrary, manifest: M, weights: TensorflowWeights) => TensorflowNetwork
  >;
}

export interface OpenOptions {
  readonly engine: EngineName;
  /** Of one call, in onnxruntime only. Default 1: processes scale by several calls at once, and one thread is the most work per core. */
  readonly threads?: number;
  /** Of TensorFlow.js. Default: node where it is installed, else wasm. */
  readonly backend?: 'node' | 'wasm';
  /** Another folder than the model's own. */
  readonly folder?: string;
}

export interface Session<Input extends string, Output extends string> {
  readonly engine: EngineName;
  /** What runs it, for a person: "onnxruntime-node 1.30.0, CPU". */
  readonly description: string;
  /**
   * Runs the network; several calls may be under way. Throws RangeError when an input does not have the manifest's shape, ModelError when an answer does
   * not, Error after `close`.
   */
  run(inputs: Readonly<Record<Input, Tensor>>): Promise<Readonly<Record<Output, Tensor>>>;
  /** Waits for the calls under way. */
  close(): Promise<void>;
}

/** A session, or the reason why the engine cannot run here. */
export type SessionOutcome<M extends Manifest, Input extends string, Output extends string> =
  | { readonly kind: 'ready'; readonly session: Session<Input, Output>; readonly manifest: M }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly fix: string };

/** What an engine makes of a model: no checks, no cutting, no counting of calls. */
export interface Network {
  readonly description: string;
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export type NetworkOutcome =
  | { readonly kind: 'ready'; readonly network: Network }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly fix: string };

// The network in operations of TensorFlow.js, after the same weights as the ONNX graph.

import type * as Tensorflow from '@tensorflow/tfjs-core';
import type { TensorflowLibrary, TensorflowNetwork, TensorflowWeights } from '../runtime/model.ts';
import type { FingerprintManifest } from './model.ts';

type Head = (features: Tensorflow.Tensor2D) => Tensorflow.Tensor2D;

export function buildNetwork(
  tf: TensorflowLibrary,
  manifest: FingerprintManifest,
  weights: TensorflowWeights,
): TensorflowNetwork {
  const { frontEnd, network } = manifest;
  let [frames, bands, channels] = [frontEnd.frames, frontEnd.bands, 1];
  const layers = network.layers.map(({ name, strides, pads }) => {
    // Weights are [out, in, time, frequency]; TensorFlow wants [time, frequency, in, out].
    const stored = weights.load(`${name}.kernel`, [null, channels, null, null]) as Tensorflow.Tensor4D;
    const kernel = weights.keep(tf.transpose(stored, [2, 3, 1, 0]));
    const [byTime, byBand] = pads;
    frames = Math.floor((frames + 2 * byTime - kernel.shape[0]) / strides[0]) + 1;
    bands = Math.floor((bands + 2 * byBand - kernel.shape[1]) / strides[1]) + 1;
    channels = kernel.shape[3];
    return { kernel, bias: weights.load(`${name}.bias`, [channels]), strides, pads };
  });
  const features = channels * frames * bands;

  const linear = (name: string, size: number): Head => {
    const weight = weights.load(`${name}.weight`, [size, features]) as Tensorflow.Tensor2D;
    const bias = weights.load(`${name}.bias`, [size]) as Tensorflow.Tensor1D;
    return (given) => tf.add(tf.matMul(given, weight, false, true), bias);
  };
  const divide = (name: string, size: number): Head => {
    const inner = weights.load(`${name}.inner`, [size, features / size, null]);
    const hidden = inner.shape[2]!;
    const innerBias = weights.load(`${name}.inner_bias`, [size, 1, hidden]);
    const outer = weights.load(`${name}.outer`, [size, hidden, 1]);
    const outerBias = weights.load(`${name}.outer_bias`, [size]);
    return (given) => {
      const parts = tf.transpose(tf.reshape(given, [given.shape[0], size, -1]), [1, 0, 2]);
      const activated = tf.relu(tf.add(tf.matMul(parts, inner), innerBias));
      const numbers = tf.transpose(tf.squeeze(tf.matMul(activated, outer), [2]), [1, 0]);
      return tf.add(numbers, outerBias);
    };
  };
  const headOf = network.head === 'linear' ? linear : divide;
  const segment = headOf('segment', vectorSize(manifest, 'segment'));
  const track = headOf('track', vectorSize(manifest, 'track'));
  const unit = (vectors: Tensorflow.Tensor2D): Tensorflow.Tensor2D =>
    tf.div(vectors, tf.maximum(tf.norm(vectors, 2, 1, true), 1e-12));

  return ({ windows }) => {
    let x = tf.expandDims(windows as Tensorflow.Tensor3D, 3) as Tensorflow.Tensor4D;
    for (const { kernel, bias, strides, pads } of layers) {
      const [byTime, byBand] = pads;
      const padded = tf.pad(x, [
        [0, 0],
        [byTime, byTime],
        [byBand, byBand],
        [0, 0],
      ]);
      x = tf.relu(tf.add(tf.conv2d(padded, kernel, [strides[0], strides[1]], 'valid'), bias));
    }
    // Features count channels first, as in the weights.
    const flat = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], features]) as Tensorflow.Tensor2D;
    return { segment: unit(segment(flat)), track: unit(track(flat)) };
  };
}

/** Numbers in a vector of one of the heads. */
export const vectorSize = (manifest: FingerprintManifest, head: 'segment' | 'track'): number =>
  manifest.outputs[head]![1] as number;

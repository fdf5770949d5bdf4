// The golden vectors that training wrote, and the largest difference between two arrays.

import { readFile } from 'node:fs/promises';
import { readSafetensors } from '../../models/runtime/safetensors.ts';

/** Beside the other goldens, made by training/fingerprint/export.py together with the weights. */
const goldenFile = new URL('../golden/fingerprint.safetensors', import.meta.url);

export interface Golden {
  readonly sound: Float32Array;
  readonly logPower: Float32Array;
  readonly logPowerAt125: Float32Array;
  readonly windows: Float32Array;
  readonly segment: Float32Array;
  readonly track: Float32Array;
}

export async function readGolden(): Promise<Golden> {
  const tensors = readSafetensors(await readFile(goldenFile));
  const of = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`no ${name} among the golden vectors`);
    return tensor.data;
  };
  return {
    sound: of('sound'),
    logPower: of('logPower'),
    logPowerAt125: of('logPowerAt125'),
    windows: of('windows'),
    segment: of('segment'),
    track: of('track'),
  };
}

/** Infinity when the lengths differ or a number is not finite. */
export function largestDifference(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < one.length; i++) {
    const difference = Math.abs(one[i]! - other[i]!);
    if (!(difference <= largest)) largest = Number.isFinite(difference) ? difference : Infinity;
  }
  return largest;
}

// Reads a safetensors file: eight bytes of header length, a JSON header, then the numbers.

import { z } from 'zod';
import { sizeOf, type Tensor } from './tensor.ts';

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const headerSchema = z.record(z.string(), z.unknown());

/** float32 tensors by name. Throws on any other type, on a header that is none, and on offsets outside the file. */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw new Error('not a safetensors file: shorter than its header');
  const headerLength = Number(view.getBigUint64(0, true));
  if (8 + headerLength > bytes.length) throw new Error('not a safetensors file: the header ends beyond it');
  let header: Record<string, unknown>;
  try {
    header = headerSchema.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))));
  } catch {
    throw new Error('not a safetensors file: the header is no JSON object');
  }
  const tensors = new Map<string, Tensor>();
  for (const [name, described] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = entrySchema.safeParse(described);
    if (!entry.success) throw new Error(`not a safetensors file: ${name} is not described`);
    const { dtype, shape } = entry.data;
    const [from, to] = entry.data.data_offsets;
    if (dtype !== 'F32') throw new Error(`${name} holds ${dtype}, not F32`);
    if (to - from !== sizeOf(shape) * 4 || 8 + headerLength + to > bytes.length)
      throw new Error(`${name} does not fit its shape`);
    // A copy (a Buffer's own slice is none): the numbers need not begin at a multiple of four in memory.
    const copy = new Uint8Array(to - from);
    copy.set(bytes.subarray(8 + headerLength + from, 8 + headerLength + to));
    tensors.set(name, { shape, data: new Float32Array(copy.buffer) });
  }
  return tensors;
}

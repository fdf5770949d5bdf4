// Reads a safetensors file: eight bytes of header length, a JSON header, then the numbers.

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** float32 tensors by name. Throws on any other type or on offsets outside the file. */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw new Error('not a safetensors file: shorter than its header');
  const headerLength = Number(view.getBigUint64(0, true));
  if (8 + headerLength > bytes.length) throw new Error('not a safetensors file: the header ends beyond it');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Record<string, Entry>;
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [from, to] = entry.data_offsets;
    const count = entry.shape.reduce((product, size) => product * size, 1);
    if (entry.dtype !== 'F32') throw new Error(`${name} holds ${entry.dtype}, not F32`);
    if (to - from !== count * 4 || 8 + headerLength + to > bytes.length)
      throw new Error(`${name} does not fit its shape`);
    // A copy (a Buffer's own slice is none): the numbers need not begin at a multiple of four in memory.
    const copy = new Uint8Array(to - from);
    copy.set(bytes.subarray(8 + headerLength + from, 8 + headerLength + to));
    tensors.set(name, { shape: entry.shape, data: new Float32Array(copy.buffer) });
  }
  return tensors;
}

// Arrays of numbers with a shape, and what a manifest says of shapes: numbers for what is fixed, words for what varies. A word stands for the same
// number everywhere in a call: `["batch", 32, 120]` in and `["batch", 128]` out.

export interface Tensor {
  readonly shape: readonly number[];
  /** Row by row. */
  readonly data: Float32Array;
}

export type Shape = readonly (number | string)[];

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`;

/**
 * Holds a tensor to a shape; words get their numbers in `bound`, or must have the numbers that are there.
 * @throws RangeError that names the tensor.
 */
export function bindShape(name: string, expected: Shape, { shape, data }: Tensor, bound: Map<string, number>): void {
  const fits =
    shape.length === expected.length &&
    shape.every((size, axis) => {
      const asked = expected[axis]!;
      if (typeof asked === 'number') return size === asked;
      const known = bound.get(asked);
      if (known === undefined && Number.isInteger(size) && size >= 0) bound.set(asked, size);
      return size === bound.get(asked);
    });
  if (!fits) {
    const meanings = [...bound].map(([word, size]) => `${word} = ${size}`).join(', ');
    const where = meanings === '' ? '' : ` (${meanings})`;
    throw new RangeError(`${name} is ${shapeText(shape)}, not ${shapeText(expected)}${where}`);
  }
  if (data.length !== sizeOf(shape))
    throw new RangeError(`${name} holds ${data.length} numbers; ${shapeText(shape)} has ${sizeOf(shape)}`);
}

/** The word for the first axis of every one of these shapes: along it a call may be cut into smaller ones. Null when there is none. */
export function batchAxis(shapes: readonly Shape[]): string | null {
  const first = shapes[0]?.[0];
  if (typeof first !== 'string') return null;
  // Elsewhere in a shape it would not be cut.
  return shapes.every((shape) => shape[0] === first && shape.lastIndexOf(first) === 0) ? first : null;
}

/** Some rows along the first axis; shares its numbers. */
export function rowsOf({ shape, data }: Tensor, from: number, to: number): Tensor {
  const row = sizeOf(shape.slice(1));
  return { shape: [to - from, ...shape.slice(1)], data: data.subarray(from * row, to * row) };
}

/** One after the other along the first axis. */
export function joinRows(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0]!;
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [rows, ...parts[0]!.shape.slice(1)], data };
}

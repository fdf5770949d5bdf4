import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLines, type Line } from '../../platform/readLines.ts';

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
async function all(lines: AsyncIterable<Line>): Promise<Line[]> {
  const found: Line[] = [];
  for await (const line of lines) found.push(line);
  return found;
}
const read = (text: string, maxBytes = 1000, chunk = 7): Promise<Line[]> =>
  all(readLines(chunksOf(Buffer.from(text), chunk), maxBytes));
const texts = async (text: string, maxBytes?: number): Promise<(string | null)[]> =>
  (await read(text, maxBytes)).map((line) => line.text);

it('counts every line and leaves ends and the byte order mark out', async () => {
  expect(await read('\uFEFFone\r\n\n\uFEFFthree\nfour')).toEqual([
    { line: 1, text: 'one' },
    { line: 2, text: '' },
    { line: 3, text: '\uFEFFthree' },
    { line: 4, text: 'four' },
  ]);
  expect(await read('')).toEqual([]);
});

it('breaks only at LF: JSON texts may hold every other separator', async () =>
  expect(await texts('a\u2028b\u2029c\u0085d\rnot an end\ne')).toEqual(['a\u2028b\u2029c\u0085d\rnot an end', 'e']));

it('drops a line that is too long, and only that one', async () =>
  expect(await texts(`short\n${'x'.repeat(11)}\n${'é'.repeat(5)}\n${'y'.repeat(5_000)}`, 10)).toEqual([
    'short',
    null,
    'ééééé',
    null,
  ]));

it('reads the same lines however the bytes are cut', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, ' ')),
        { minLength: 1 },
      ),
      fc.integer({ min: 1, max: 20 }),
      async (lines, chunk) => {
        const found = await read(`${lines.join('\n')}\n`, 10_000, chunk);
        expect(found.map((line) => line.text)).toEqual(lines);
        expect(found.map((line) => line.line)).toEqual(lines.map((_, i) => i + 1));
      },
    ),
  ));

it('passes on the error of its source', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('a\nb');
    throw new Error('the disk is gone');
  }
  await expect(all(readLines(broken(), 10))).rejects.toThrow('the disk is gone');
});

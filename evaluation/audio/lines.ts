// Files of one JSON value a line, appended to while a measurement runs.

import { createReadStream, existsSync } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Lines that hold an object; others, and a file that is not there, are passed over. */
export async function* jsonLines(file: string): AsyncGenerator<Record<string, unknown>> {
  if (!existsSync(file)) return;
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    const value = parsedLine(line);
    if (value !== null) yield value;
  }
}

export function parsedLine(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Ids of whole lines; what a killed run left of a last line is cut away. */
export async function readAnswered(file: string): Promise<Set<string | number>> {
  const answered = new Set<string | number>();
  if (!existsSync(file)) return answered;
  await cutTornLine(file);
  for await (const value of jsonLines(file)) {
    const id = (value as { id?: unknown }).id;
    if (typeof id === 'string' || typeof id === 'number') answered.add(id);
  }
  return answered;
}

async function cutTornLine(file: string): Promise<void> {
  const { size } = await stat(file);
  const handle = await open(file, 'r');
  try {
    const tail = Buffer.alloc(Math.min(size, 1 << 16));
    await handle.read(tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf(10);
    if (size > 0 && end !== tail.length - 1) await truncate(file, end < 0 ? 0 : size - tail.length + end + 1);
  } finally {
    await handle.close();
  }
}

export const talk = (text: string): void => void process.stderr.write(`${text}\n`);

/** Says every five seconds how far it is. */
export function createProgress(what: string, total: number): (done: number) => void {
  const startedAt = performance.now();
  let toldAt = startedAt;
  return (done) => {
    const now = performance.now();
    if (done < total && now - toldAt < 5000) return;
    toldAt = now;
    const left = ((now - startedAt) / Math.max(1, done)) * (total - done);
    talk(`${what} ${done}/${total}${done < total ? `, about ${Math.ceil(left / 1000)} s left` : ''}`);
  };
}

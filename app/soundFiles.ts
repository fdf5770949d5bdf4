// Opens files of sounds: JSON lines, one JSON value in as many lines as it likes, a folder of either; plain or gzipped, in UTF-8, UTF-16 or an
// encoding that is named. Hands out one value at a time with its place.

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { Failed } from '../domain/failures.ts';
import { readJson } from '../domain/json.ts';
import { entriesOf } from '../matching/metadata/payloads/collections.ts';
import { readLines } from '../platform/readLines.ts';

/** Bytes. A line longer than this is not a sound but a mistake (a whole feed in one line). */
const longestLine = 1_000_000;
/** Bytes. A person's data from TikTok is some tens of megabytes; a text of 512 MB is none that JavaScript can hold. */
const longestDocument = 128 * 2 ** 20;

export interface Entry {
  /** 1-based: the line, or which of the values of a document it is. */
  readonly number: number;
  /** For people: "line 3", "entry 3", "clip.info.json". */
  readonly place: string;
  readonly value: unknown;
  /** Why there is no value; null when there is. */
  readonly problem: string | null;
}

/** All values of a file, of a folder's files, or of standard input (`-`). Throws what opening and reading throws. */
export async function* readEntries(path: string, encoding: string | null): AsyncGenerator<Entry> {
  if (/\.(?:csv|tsv|m3u8?|xml|xlsx?)$/i.test(path))
    throw new Failed(
      `${path} is no JSON: sounds are given as one JSON object a line; listings of recordings are for "fermata index"`,
    );
  if (path === '-') yield* readSource(process.stdin, encoding);
  else if (!(await stat(path)).isDirectory()) yield* readSource(createReadStream(path), encoding);
  else {
    let number = 0;
    const names = (await readdir(path)).filter(isSoundFile).sort();
    if (names.length === 0) throw new Failed(`there is no .json and no .jsonl in the folder ${path}`);
    for (const name of names)
      for await (const entry of readSource(createReadStream(join(path, name)), encoding))
        yield { ...entry, number: (number += 1), place: entry.place === 'entry 1' ? name : `${name} ${entry.place}` };
  }
}

const isSoundFile = (name: string): boolean => !name.startsWith('.') && /\.(?:json|jsonl|ndjson)(?:\.gz)?$/i.test(name);

/** All values of one file's bytes. */
export async function* readSource(source: AsyncIterable<Buffer>, encoding: string | null): AsyncGenerator<Entry> {
  const [head, all] = await peek(inUtf8(source, encoding));
  if (isDocument(head)) yield* readDocument(all);
  else yield* readJsonLines(all);
}

async function* readJsonLines(all: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  let last = 0;
  for await (const { line, text } of readLines(all, longestLine)) {
    if (text?.trim() === '') continue;
    const { value, problem } =
      text === null ? { value: null, problem: `the line is longer than ${longestLine} bytes` } : parseValue(text);
    // A line may be a page of an answer, or a whole export. Numbers stay those of lines until one holds several.
    const within = isOwn(value) ? null : heldBy(value);
    for (const [i, each] of (within ?? [value]).entries())
      yield {
        number: (last = Math.max(line, last + 1)),
        place: within === null ? `line ${line}` : `line ${line} entry ${i + 1}`,
        value: each,
        problem,
      };
  }
}

const isOwn = (value: unknown): boolean => typeof value === 'object' && value !== null && 'platform' in value;
/** An object with an empty list is one thing; a list in a line is a mistake of its writer, and said. */
function heldBy(value: unknown): readonly unknown[] | null {
  const held = Array.isArray(value) ? null : entriesOf(value);
  return held === null || held.length === 0 ? null : held;
}

/** The value, or why there is none. */
export function parseValue(text: string): Pick<Entry, 'value' | 'problem'> {
  if (text.includes('\uFFFD'))
    return { value: null, problem: 'not in UTF-8: save the file as UTF-8, or say --encoding windows-1252' };
  try {
    return { value: readJson(text), problem: null };
  } catch {
    return { value: null, problem: 'not valid JSON' };
  }
}

/** A list, or an object whose first line leaves it open where a value or a name must follow. */
function isDocument(head: string): boolean {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  const end = text.indexOf('\n');
  const line = (end === -1 ? text : text.slice(0, end)).trimEnd();
  if (line.startsWith('[')) return true;
  return line.startsWith('{') && ('{[,:'.includes(line.at(-1)!) || (end === -1 && text.length >= longestLine));
}

async function* readDocument(all: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of all) {
    bytes += part.length;
    if (bytes > longestDocument) {
      yield {
        number: 1,
        place: 'the file',
        value: null,
        problem: `one JSON value of more than ${longestDocument / 2 ** 20} MB is not read: give one JSON object a line`,
      };
      return;
    }
    parts.push(part);
  }
  const { value, problem } = parseValue(
    Buffer.concat(parts)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  );
  if (problem !== null) {
    yield { number: 1, place: 'the file', value, problem };
    return;
  }
  for (const [i, each] of (Array.isArray(value) ? value : (heldBy(value) ?? [value])).entries())
    yield { number: i + 1, place: `entry ${i + 1}`, value: each, problem: null };
}

/** Enough to see how a file begins; more than the longest line of JSON lines. */
const longestHead = longestLine + 1;

async function peek(source: AsyncGenerator<Buffer>): Promise<[string, AsyncGenerator<Buffer>]> {
  const parts: Buffer[] = [];
  let length = 0;
  let began = false;
  for (;;) {
    const { value, done } = await source.next();
    if (done === true) break;
    parts.push(value);
    length += value.length;
    began ||= value.some((byte) => byte > 0x20 && byte < 0x80);
    if (length >= longestHead || (began && value.includes(0x0a))) break;
  }
  return [
    Buffer.concat(parts).toString('utf8'),
    (async function* () {
      yield* parts;
      yield* source;
    })(),
  ];
}

/** Bytes in UTF-8, whatever they came in. What is no UTF-8 comes out as U+FFFD, which `parseValue` refuses. */
async function* inUtf8(source: AsyncIterable<Buffer>, named: string | null): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null = null;
  for await (const chunk of unzipped(source)) {
    decoder ??= new TextDecoder(encodingOf(chunk) ?? named ?? 'utf-8');
    yield Buffer.from(decoder.decode(chunk, { stream: true }));
  }
  if (decoder !== null) yield Buffer.from(decoder.decode());
}

/** UTF-16 by its mark, or by the zero beside the bracket that every JSON value here begins with. */
function encodingOf(head: Buffer): string | null {
  const [a, b] = head;
  const opens = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;
  if ((a === 0xff && b === 0xfe) || (opens(a) && b === 0)) return 'utf-16le';
  return (a === 0xfe && b === 0xff) || (a === 0 && opens(b)) ? 'utf-16be' : null;
}

async function* unzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const parts = source[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done === true) return;
  const whole = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => parts };
  })();
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* whole;
  else {
    const input = Readable.from(whole);
    const gunzip = createGunzip();
    // pipe() passes bytes on, not errors.
    input.on('error', (error) => gunzip.destroy(error));
    yield* input.pipe(gunzip) as AsyncIterable<Buffer>;
  }
}

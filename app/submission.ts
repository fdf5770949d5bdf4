// Reads submitted sounds, one JSON object a line. A bad line is reported with its number and does not stop the others.

import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { NewSound } from '../store/sounds/sounds.ts';
import { soundId } from '../domain/naming.ts';
import { readJson } from '../domain/json.ts';
import { readPlatformObject } from '../matching/metadata/platformObject.ts';
import { waitingArtistKeys, waitingKeys } from '../matching/soundWords.ts';
import { readLines } from '../platform/readLines.ts';
import { Failed } from '../domain/failures.ts';
import type { BatchLine } from '../client/reconciliation.ts';

/** Bytes. A line longer than this is not a sound but a mistake (a whole feed in one line). */
const longestLine = 1_000_000;
const longestText = 2_000;
/** Signed URLs of a few kilobytes are common; anything longer is no address, and would be quoted in reasons. */
const longestAudio = 8_000;

export interface SubmissionSource {
  /** Path of the .jsonl file, or `-` for standard input. */
  readonly file: string;
  readonly horizonMs: number;
}

/** Pages of lines in order. @throws Failed when the file cannot be read. */
export async function* readSubmission(source: SubmissionSource, pageSize = 500): AsyncGenerator<BatchLine[]> {
  try {
    yield* readPages(source, pageSize);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failed(code === 'ENOENT' ? `there is no file ${source.file}` : `${source.file} cannot be read: ${code}`);
  }
}

async function* readPages(source: SubmissionSource, pageSize: number): AsyncGenerator<BatchLine[]> {
  const stdin = source.file === '-';
  // Relative audio paths belong to the submitted file's folder, and may not leave it.
  const folder = stdin ? process.cwd() : dirname(await realpath(resolve(source.file)));
  yield* readBytes(stdin ? process.stdin : createReadStream(source.file), folder, source.horizonMs, pageSize);
}

/** Pages of lines in order. @param folder where audio paths that are not absolute begin; null: no folder came with the lines. */
export async function* readBytes(
  input: AsyncIterable<Buffer>,
  folder: string | null,
  horizonMs: number,
  pageSize = 500,
): AsyncGenerator<BatchLine[]> {
  let page: BatchLine[] = [];
  for await (const { line, text } of readLines(input, longestLine)) {
    if (text?.trim() === '') continue;
    const read = text === null ? `the line is longer than ${longestLine} bytes` : readLine(text, folder, horizonMs);
    page.push(typeof read === 'string' ? { line, sound: null, problem: read } : { line, sound: read, problem: null });
    if (page.length >= pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** A sound, or why the line is none. */
export function readLine(text: string, folder: string | null, horizonMs: number): NewSound | string {
  let raw: unknown;
  try {
    raw = readJson(text);
  } catch {
    return 'not valid JSON';
  }
  return readSound(raw, folder, horizonMs);
}

/** The same of what was read already. */
export function readSound(raw: unknown, folder: string | null, horizonMs: number): NewSound | string {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return 'not a JSON object';
  const fields = raw as Record<string, unknown>;
  const platform = string(fields.platform)?.toLowerCase() ?? '';
  if (!/^[a-z0-9_-]{1,40}$/.test(platform)) return 'platform is missing or not a simple name like "tiktok"';
  // 1e400 and 1.5 are numbers too, but no ids; an unsafe integer has come as text (see above).
  const id = (typeof fields.id === 'number' && !Number.isSafeInteger(fields.id) ? null : string(fields.id)) ?? '';
  if (id === '' || id.length > 200 || /[\s\p{C}]/u.test(id)) return 'id is missing, too long, or has blanks in it';
  const audio = string(fields.audio);
  if (audio !== null && audio.length > longestAudio) return `audio is longer than ${longestAudio} characters`;
  if (audio !== null && audio !== '' && folder === null && !isUrl(audio) && !isAbsolute(audio))
    return 'audio is neither an address like https://… nor an absolute path';
  const object = fields.payload === undefined || fields.payload === null ? null : readPlatformObject(fields.payload);
  const duration = fields.duration_ms;
  const words = {
    title: clip(string(fields.title) ?? ''),
    author: clip(string(fields.author) ?? ''),
    handle: clip(string(fields.handle) ?? ''),
    original: typeof fields.original === 'boolean' ? fields.original : null,
    durationMs:
      typeof duration === 'number' && Number.isFinite(duration) && duration > 0
        ? Math.min(Math.round(duration), 2 ** 47)
        : null,
    payload: object?.redacted ?? null,
    prerelease: null,
  };
  const { prerelease: _none, ...rest } = words;
  return {
    ...rest,
    id: soundId(platform, id),
    platform,
    platformSoundId: id,
    audio:
      audio === null || audio === ''
        ? null
        : isUrl(audio) || isAbsolute(audio) || folder === null
          ? audio
          : resolve(folder, audio),
    audioRoot: folder,
    textKeys: waitingKeys(words),
    artistKeys: waitingArtistKeys(words),
    horizonMs,
  };
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
const string = (value: unknown): string | null =>
  typeof value === 'string' ? wellFormed(value).trim() : typeof value === 'number' ? String(value) : null;
// Postgres takes neither NUL nor half of a surrogate pair.
const wellFormed = (text: string): string => text.toWellFormed().replaceAll('\0', '');
const clip = (text: string): string => (text.length <= longestText ? text : [...text].slice(0, longestText).join(''));

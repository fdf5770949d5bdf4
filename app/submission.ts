// Reads submitted sounds: our own objects, and those of platforms and scrapers as they are. A bad one is reported with its place and does not
// stop the others.

import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { NewSound } from '../store/sounds/sounds.ts';
import { soundId } from '../domain/naming.ts';
import { readPlatformObject } from '../matching/metadata/platformObject.ts';
import { waitingArtistKeys, waitingKeys } from '../matching/soundWords.ts';
import { parseValue, readEntries, readSource, type Entry } from './soundFiles.ts';
import { Failed } from '../domain/failures.ts';
import type { BatchLine } from '../client/reconciliation.ts';

const longestText = 2_000;
/** Signed URLs of a few kilobytes are common; anything longer is no address, and would be quoted in reasons. */
const longestAudio = 8_000;

export interface SubmissionSource {
  /** Path of a file or of a folder of files, or `-` for standard input. */
  readonly file: string;
  readonly horizonMs: number;
  /** Of a file that is neither UTF-8 nor UTF-16. */
  readonly encoding?: string | null;
}

/** What was taken of a file, with what people should know of it. */
export interface SubmittedEntry extends BatchLine {
  /** For people: "line 3", "entry 3", "clip.info.json". */
  readonly place: string;
  /** Of a sound that was taken: what of it could not be read. */
  readonly remark: string | null;
}

/** Pages of sounds in order. @throws Failed when the file cannot be read. */
export async function* readSubmission(source: SubmissionSource, pageSize = 500): AsyncGenerator<SubmittedEntry[]> {
  try {
    yield* readPages(source, pageSize);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failed(
      code === 'ENOENT'
        ? `there is no file ${source.file}`
        : code.startsWith('Z_')
          ? `${source.file} is a damaged gzip file`
          : `${source.file} cannot be read: ${code}`,
    );
  }
}

async function* readPages(source: SubmissionSource, pageSize: number): AsyncGenerator<SubmittedEntry[]> {
  const folder = await folderOf(source.file);
  yield* inPages(readEntries(source.file, source.encoding ?? null), folder, source.horizonMs, pageSize);
}

/** Pages of the sounds of one file. @param folder where audio paths that are not absolute begin; null: no folder came with it. */
export const readBytes = (
  input: AsyncIterable<Buffer>,
  folder: string | null,
  horizonMs: number,
  pageSize = 500,
): AsyncGenerator<SubmittedEntry[]> => inPages(readSource(input, null), folder, horizonMs, pageSize);

async function* inPages(
  entries: AsyncIterable<Entry>,
  folder: string | null,
  horizonMs: number,
  pageSize: number,
): AsyncGenerator<SubmittedEntry[]> {
  let page: SubmittedEntry[] = [];
  for await (const { number, place, value, problem } of entries) {
    const read = problem ?? readValue(value, folder, horizonMs);
    page.push({
      line: number,
      place,
      ...(typeof read === 'string' ? { sound: null, problem: read, remark: null } : { ...read, problem: null }),
    });
    if (page.length >= pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** Relative audio paths belong to the submitted file's folder, and may not leave it. */
async function folderOf(file: string): Promise<string> {
  if (file === '-') return process.cwd();
  const real = await realpath(resolve(file));
  return (await stat(real)).isDirectory() ? real : dirname(real);
}

/** A sound of a line of JSON, or why the line is none. */
export function readLine(text: string, folder: string | null, horizonMs: number): NewSound | string {
  const { value, problem } = parseValue(text);
  return problem ?? readSound(value, folder, horizonMs);
}

/** The same of what was read already. */
export function readSound(value: unknown, folder: string | null, horizonMs: number): NewSound | string {
  const read = readValue(value, folder, horizonMs);
  return typeof read === 'string' ? read : read.sound;
}

/** A sound with what could not be read of it, or why the value is none. */
function readValue(
  value: unknown,
  folder: string | null,
  horizonMs: number,
): { readonly sound: NewSound; readonly remark: string | null } | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const given = value as Record<string, unknown>;
  // An object of a platform's own stands for itself: it says which platform and which sound.
  const itself = given.platform === undefined ? readPlatformObject(given) : null;
  if (itself !== null && itself.platform === null)
    return `platform is missing${Object.keys(given).length === 0 ? '' : `, and it is no platform's own object that is known (its fields: ${Object.keys(given).slice(0, 12).join(', ').slice(0, 300)})`}`;
  if (itself !== null && itself.id === null) return 'id is missing: the object has none that could be read exactly';
  const fields = itself === null ? given : { platform: itself.platform, id: itself.id };
  const platform = string(fields.platform)?.toLowerCase() ?? '';
  if (!/^[a-z0-9_-]{1,40}$/.test(platform)) return 'platform is missing or not a simple name like "tiktok"';
  // 1e400 and 1.5 are numbers too, but no ids; an unsafe integer has come as text (see above).
  const id = (typeof fields.id === 'number' && !Number.isSafeInteger(fields.id) ? null : string(fields.id)) ?? '';
  if (id === '' || id.length > 200 || /[\s\p{C}]/u.test(id)) return 'id is missing, too long, or has blanks in it';
  const audio = string(fields.audio);
  if (audio !== null && audio.length > longestAudio) return `audio is longer than ${longestAudio} characters`;
  if (audio !== null && audio !== '' && folder === null && !isUrl(audio) && !isAbsolute(audio))
    return 'audio is neither an address like https://… nor an absolute path';
  const object =
    itself ?? (fields.payload === undefined || fields.payload === null ? null : readPlatformObject(fields.payload));
  const duration = fields.duration_ms;
  const words = {
    // What the platform's object says is the sound's own where the line says nothing: people see it in lists.
    title: clip(string(fields.title) || (object?.title ?? '')),
    author: clip(string(fields.author) || (object?.author ?? '')),
    handle: clip(string(fields.handle) || (object?.handle ?? '')),
    original: typeof fields.original === 'boolean' ? fields.original : (object?.original ?? null),
    durationMs:
      typeof duration === 'number' && Number.isFinite(duration) && duration > 0
        ? Math.min(Math.round(duration), 2 ** 47)
        : (object?.durationMs ?? null),
    payload: object?.redacted ?? null,
    prerelease: null,
  };
  const { prerelease: _none, ...rest } = words;
  const remark = words.title === '' && object !== null ? object.nameless : null;
  const sound: NewSound = {
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
  return { sound, remark };
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
const string = (value: unknown): string | null =>
  typeof value === 'string' ? wellFormed(value).trim() : typeof value === 'number' ? String(value) : null;
// Postgres takes neither NUL nor half of a surrogate pair.
const wellFormed = (text: string): string => text.toWellFormed().replaceAll('\0', '');
const clip = (text: string): string => (text.length <= longestText ? text : [...text].slice(0, longestText).join(''));

// Reads a `catalogue.csv` or `catalogue.jsonl` into validated rows; each refused row keeps its line and the reason.

import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { parse } from 'csv-parse';
import type { CatalogueEntry, DeliveryRow } from '../catalogue/deliveries.ts';
import { normaliseIsrc, normaliseUpc } from '../domain/track.ts';
import { readLines } from '../platform/readLines.ts';

/** Bytes of one row: thousands of times what a row needs. */
const longestRecord = 1_000_000;

const listings = ['catalogue.csv', 'catalogue.jsonl'];

/** The listing in a folder, or why there is none. */
export async function findListing(folder: string): Promise<{ path: string } | { problem: string }> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    return { problem: `the folder cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const found = listings.filter((name) => names.includes(name));
  if (found.length === 1) return { path: join(folder, found[0]!) };
  return found.length === 0
    ? { problem: `there is no ${listings.join(' or ')} in ${folder}` }
    : { problem: `${folder} has both ${found.join(' and ')}: leave one` };
}

/** Rows of a listing in order. @throws when the file as a whole cannot be read. */
export async function* readListing(path: string): AsyncGenerator<DeliveryRow> {
  if (path.endsWith('.jsonl')) yield* readJsonLines(path);
  else yield* readCsv(path);
}

async function* readJsonLines(path: string): AsyncGenerator<DeliveryRow> {
  for await (const { line, text: plain } of readLines(createReadStream(path), longestRecord)) {
    if (plain === null) yield { line, row: null, reason: `longer than ${longestRecord} bytes` };
    if (plain === null || plain.trim() === '') continue;
    let raw: unknown;
    try {
      raw = JSON.parse(plain);
    } catch {
      yield { line, row: null, reason: 'not valid JSON' };
      continue;
    }
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
      yield { line, row: null, reason: 'not a JSON object' };
    else yield validate(line, raw as Record<string, unknown>);
  }
}

async function* readCsv(path: string): AsyncGenerator<DeliveryRow> {
  const parser = parse({
    bom: true,
    columns: readHeader,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: longestRecord,
  });
  // pipe() passes bytes on, not errors: an unreadable file would end the worker instead of this loop.
  const file = createReadStream(path).on('error', (error) => parser.destroy(error));
  file.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, unknown>;
      info: { lines: number };
    }>) {
      yield validate(info.lines, record);
    }
  } finally {
    file.destroy();
  }
}

/** Without these two columns every row would be refused: it is the header, or the way the columns are separated, that is wrong. */
function readHeader(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  for (const needed of ['title', 'artists']) {
    if (names.includes(needed)) continue;
    const other = names.length === 1 && /[;\t]/.test(names[0] ?? '') ? '; columns are separated by commas' : '';
    throw new Error(`its first line names no column "${needed}"${other}`);
  }
  return names;
}

const text = (value: unknown): string | null => {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  // Postgres takes neither NUL nor half of a surrogate pair.
  const trimmed = value.toWellFormed().normalize('NFC').replaceAll('\0', '').trim();
  return trimmed === '' ? null : trimmed;
};

const list = (value: unknown): string[] => {
  const parts = Array.isArray(value) ? value : (text(value)?.split(';') ?? []);
  return parts.map(text).filter((part) => part !== null);
};

function validate(line: number, raw: Record<string, unknown>): DeliveryRow {
  const refuse = (reason: string): DeliveryRow => ({ line, row: null, reason });
  const title = text(raw.title);
  const artists = list(raw.artists);
  if (title === null) return refuse('title is missing');
  if (title.length > 1000) return refuse('title is longer than 1000 characters');
  if (artists.length === 0) return refuse('artists are missing');
  // What a decoder writes for bytes that are no UTF-8: a spreadsheet saved in an older encoding.
  if (`${title}${artists.join('')}`.includes('\uFFFD')) return refuse('title or artists are not in UTF-8');
  const givenIsrc = text(raw.isrc);
  const isrc = givenIsrc === null ? null : normaliseIsrc(givenIsrc);
  if (givenIsrc !== null && isrc === null)
    return refuse(`"${givenIsrc.slice(0, 40)}" is not an ISRC (two letters, three letters or digits, seven digits)`);
  const givenDate = text(raw.release_date);
  if (givenDate !== null && !isDate(givenDate))
    return refuse(`release_date "${givenDate.slice(0, 40)}" is not a date like 2026-12-31`);
  const givenDuration = text(raw.duration_ms);
  const durationMs = givenDuration === null ? null : Number(givenDuration);
  if (durationMs !== null && !(Number.isInteger(durationMs) && durationMs > 0 && durationMs < 2 ** 31)) {
    return refuse(`duration_ms "${givenDuration?.slice(0, 40)}" is not a whole number of milliseconds above 0`);
  }
  const file = text(raw.file);
  if (file !== null && (isAbsolute(file) || file.split(/[/\\]/).includes('..')))
    return refuse(`file "${file.slice(0, 200)}" leaves the folder`);
  const givenUpc = text(raw.upc);
  const entry: CatalogueEntry = {
    file,
    isrc,
    title,
    artists,
    version: text(raw.version),
    album: text(raw.album),
    releaseDate: givenDate,
    // A wrong check digit is common in hand-made sheets and harms nothing here: kept as given.
    upc: givenUpc === null ? null : (normaliseUpc(givenUpc) ?? givenUpc),
    label: text(raw.label),
    durationMs,
    aliases: list(raw.aliases),
    externalIds: externalIds(raw),
  };
  return { line, row: entry, reason: null };
}

/** Columns named after a service (`spotify_id`, `apple_music_id`, `deezer_id` …) hold its ids. */
function externalIds(raw: Record<string, unknown>): Record<string, string[]> {
  const ids: Record<string, string[]> = {};
  for (const [column, value] of Object.entries(raw)) {
    const service = /^([a-z_]{2,30})_ids?$/.exec(column)?.[1];
    const values = service === undefined ? [] : list(value);
    if (service !== undefined && values.length > 0) ids[service.replaceAll('_', '')] = values;
  }
  return ids;
}

function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const at = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}

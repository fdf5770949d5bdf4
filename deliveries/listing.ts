// Listings: CSV in the ways that spreadsheets and distributors write it, JSON, playlists, Apple's library. Rows come out checked; a refused one
// keeps its line and the reason.

import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { parse } from 'csv-parse';
import { isForEver, whyNoDay } from '../domain/day.ts';
import type { Credit, DeliveryRow, Offer, Said, Takedown } from '../domain/delivery.ts';
import { endMs, isMomentText, startMs, worldwide, type MomentUse, type ReleaseMoment } from '../domain/release.ts';
import { readJson } from '../domain/json.ts';
import { normaliseIsrc } from '../domain/recording.ts';
import { readLines } from '../platform/readLines.ts';
import { readBilling, readDuration, readMoment, readNames, readTerritories, type DateOrder } from './cells.ts';
import { checkRecording, plainText, releaseIdOfUpc } from './checkRecording.ts';
import { artistColumn, splitArtists, type ArtistColumn } from './artistLists.ts';
import { inOurFields, rowsOf, type Row } from './exports.ts';
import { readItunesLibrary } from './itunesLibrary.ts';
import { readPlaylist } from './playlist.ts';
import { mapColumns, whatIsMissing, whatReleaseMeans, type Column, type Field } from './columns.ts';

/** Bytes of one row: thousands of times what a row needs. */
const longestRecord = 1_000_000;

export interface ListingOptions {
  /** Column → field, before the known spellings; `-` leaves a column out. */
  readonly map?: Readonly<Record<string, string>>;
  /** Of a text without a byte order mark; default UTF-8. */
  readonly encoding?: string;
  /** Order of `03/04/2026`; without it such days are refused. */
  readonly dates?: DateOrder;
}

export interface ReadListing {
  readonly rows: AsyncIterable<DeliveryRow>;
  /** Headers that mean nothing to us; complete when the rows have been read. */
  readonly unknown: ReadonlySet<string>;
}

/** `name` says who is speaking, for the record: the listing's path. The rows throw when the file as a whole cannot be read. */
export function readListing(name: string, source: AsyncIterable<Buffer>, options: ListingOptions = {}): ReadListing {
  const unknown = new Set<string>();
  const reading: Reading = { options, unknown, said: { by: name, messageId: null, at: null } };
  const rows = /\.jsonl$/i.test(name)
    ? readJsonLines(source, reading)
    : /\.json$/i.test(name)
      ? readJsonDocument(source, reading)
      : /\.m3u8?$/i.test(name)
        ? readObjects(readPlaylist(readLines(inUtf8(source, options.encoding), longestRecord)), reading)
        : /\.xml$/i.test(name)
          ? readObjects(readItunesLibrary(source), reading)
          : readCsv(source, reading);
  return { unknown, rows };
}

interface Reading {
  readonly options: ListingOptions;
  readonly unknown: Set<string>;
  readonly said: Said;
}

async function* readJsonLines(source: AsyncIterable<Buffer>, reading: Reading): AsyncGenerator<DeliveryRow> {
  for await (const { line, text } of readLines(source, longestRecord)) {
    if (text === null) yield refusal(line, `longer than ${longestRecord} bytes`);
    if (text === null || text.trim() === '') continue;
    let raw: unknown;
    try {
      raw = readJson(text);
    } catch {
      yield refusal(line, 'not valid JSON');
      continue;
    }
    yield readObject(line, raw, reading);
  }
}

/** Bytes of one JSON value: a page of a service holds hundreds of recordings. */
const longestDocument = 128 * 2 ** 20;

/** One value, or JSON lines under another name. The number of a row is its place in the list. */
async function* readJsonDocument(source: AsyncIterable<Buffer>, reading: Reading): AsyncGenerator<DeliveryRow> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of inUtf8(source, reading.options.encoding)) {
    bytes += part.length;
    if (bytes > longestDocument)
      throw new Error(
        `one JSON value of more than ${longestDocument / 2 ** 20} MB: give one object a line in a .jsonl`,
      );
    parts.push(part);
  }
  const whole = Buffer.concat(parts);
  let value: unknown;
  try {
    value = readJson(whole.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!isJsonLines(whole)) throw new Error('it is not valid JSON', { cause: error });
    yield* readJsonLines(Readable.from([whole]), reading);
    return;
  }
  for (const [i, each] of rowsOf(value).entries()) yield readObject(i + 1, each, reading);
}

function isJsonLines(whole: Buffer): boolean {
  const end = whole.indexOf(0x0a);
  try {
    readJson(whole.subarray(0, end === -1 ? whole.length : end).toString('utf8'));
    return end !== -1;
  } catch {
    return false;
  }
}

async function* readObjects(
  rows: AsyncIterable<{ readonly line: number; readonly row: Row | string }>,
  reading: Reading,
): AsyncGenerator<DeliveryRow> {
  for await (const { line, row } of rows)
    yield typeof row === 'string' ? refusal(line, row) : readObject(line, row, reading);
}

function readObject(line: number, raw: unknown, reading: Reading): DeliveryRow {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return refusal(line, 'not a JSON object');
  const { row, remark, isOut } = inOurFields(raw as Row);
  const map = mapColumns(Object.keys(row), reading.options.map);
  if (typeof map === 'string') return refusal(line, map);
  for (const header of map.unknown) if (reading.unknown.size < 100) reading.unknown.add(header);
  return readRow(line, cellsOf(map.columns, Object.values(row)), reading, {
    remarks: remark === null ? [] : [remark],
    isOut,
  });
}

async function* readCsv(source: AsyncIterable<Buffer>, reading: Reading): AsyncGenerator<DeliveryRow> {
  const [head, texts] = await peek(decode(source, reading.options.encoding));
  const parser = parse({
    delimiter: delimiterOf(head),
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: longestRecord,
  });
  const input = Readable.from(texts, { objectMode: true });
  // pipe() passes texts on, not errors: an unreadable file would end the worker instead of this loop.
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let columns: readonly Column[] | null = null;
  let [header, isFirst]: [readonly string[], boolean] = [[], true];
  let listed: ArtistColumn = { isList: false, countedBy: null };
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (columns === null) {
        const given = reading.options.map ?? {};
        const map = mapColumns(record, given);
        if (typeof map === 'string') throw new Error(map);
        const missing = whatIsMissing(record, map, given);
        if (missing !== null) throw new Error(missing);
        for (const header of map.unknown) reading.unknown.add(header);
        [columns, header, listed] = [map.columns, record, artistColumn(record)];
        continue;
      }
      const asked = isFirst ? whatReleaseMeans(header, record, reading.options.map ?? {}) : null;
      isFirst = false;
      if (asked !== null) throw new Error(asked);
      const cells = cellsOf(columns, record);
      const { names, remark } = splitArtists(cells.artists, listed, record);
      yield readRow(info.lines, names === null ? cells : { ...cells, artists: names }, reading, {
        remarks: remark === null ? [] : [remark],
        isOut: header.some((name) => /^(?:track ur[il]|album release date)$/i.test(name)),
      });
    }
    if (columns === null) throw new Error('it is empty');
  } finally {
    input.destroy();
  }
}

/** Text of bytes in UTF-8, in UTF-16 when a byte order mark says so, or in a named encoding. */
async function* decode(source: AsyncIterable<Buffer>, encoding = 'utf-8'): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  for await (const chunk of source) {
    decoder ??= new TextDecoder(
      chunk[0] === 0xff && chunk[1] === 0xfe
        ? 'utf-16le'
        : chunk[0] === 0xfe && chunk[1] === 0xff
          ? 'utf-16be'
          : encoding,
    );
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder?.decode() ?? '';
}

async function* inUtf8(source: AsyncIterable<Buffer>, encoding?: string): AsyncGenerator<Buffer> {
  for await (const text of decode(source, encoding)) yield Buffer.from(text);
}

/** The first piece of a text, and all of it. */
async function peek(texts: AsyncGenerator<string>): Promise<[string, AsyncGenerator<string>]> {
  const first = await texts.next();
  const head = first.done === true ? '' : first.value;
  return [
    head,
    (async function* () {
      yield head;
      yield* texts;
    })(),
  ];
}

/** What the header line is divided by, outside of quotes: the most frequent of the usual four. */
function delimiterOf(head: string): string {
  const line = /^\s*((?:"(?:[^"]|"")*"|[^"\r\n])*)/.exec(head)?.[1]?.replaceAll(/"(?:[^"]|"")*"/g, '') ?? '';
  const count = (delimiter: string): number => line.split(delimiter).length;
  return [',', ';', '\t', '|'].toSorted((a, b) => count(b) - count(a))[0]!;
}

type Cells = Readonly<Partial<Record<Field, unknown>>> & { readonly ids: Readonly<Record<string, readonly string[]>> };

function cellsOf(columns: readonly Column[], values: readonly unknown[]): Cells {
  const cells: Partial<Record<Field, unknown>> = {};
  const ids: Record<string, string[]> = {};
  for (const [i, column] of columns.entries()) {
    if (column === null) continue;
    const service = /^id:(.+)$/.exec(column)?.[1];
    if (service === undefined) cells[column as Field] = values[i];
    else if (readNames(values[i]).length > 0)
      ids[service] = readNames(values[i]).map((id) =>
        id.replace(/^spotify:track:|^https:\/\/open\.spotify\.com\/track\//, ''),
      );
  }
  return { ...cells, ids };
}

const refusal = (line: number, reason: string): DeliveryRow => ({ line, place: null, row: null, reason, remark: null });

const takedowns = /^(?:take ?-?down|delete[d]?|remove[d]?|withdraw(?:n)?|inactive|purge)$/i;
const takes = /^(?:new|insert|add|update[d]?|upsert|full|metadata|active|live|deliver|delivered)$/i;

interface Noted {
  readonly remarks: readonly string[];
  /** A service that has it exports it: it is out, and a month or a year of its album is no plan. */
  readonly isOut: boolean;
}

function readRow(
  line: number,
  cells: Cells,
  { options, said }: Reading,
  { remarks: noted, isOut }: Noted,
): DeliveryRow {
  const refuse = (reason: string): DeliveryRow => refusal(line, reason);
  const upc = plainText(cells.upc);
  const release = releaseIdOfUpc(upc);
  const action = plainText(cells.action);
  if (action !== null && takedowns.test(action)) {
    const row = readTakedown(cells, release, said, options.dates ?? null);
    return typeof row === 'string' ? refuse(row) : { line, place: null, row, reason: null, remark: null };
  }
  if (action !== null && !takes.test(action))
    return refuse(`action "${action.slice(0, 40)}" is neither new, update nor takedown`);

  const periods = readPeriods(cells, options.dates ?? null, isOut);
  if (typeof periods === 'string') return refuse(periods);
  const { moments, releaseDate } = periods;
  const remarks = [...noted, ...periods.remarks];
  const durationMs = readLength(cells);
  if (typeof durationMs === 'string') return refuse(durationMs);
  const billed = readBilling([
    ...readNames(cells.artists),
    ...readNames(cells.featured).map((name) => `${name} (featuring)`),
  ]);
  const credited = (['remixers', 'composers', 'producers'] as const).flatMap((field) =>
    readNames(cells[field]).map((name): Credit => ({
      name,
      role: field === 'remixers' ? 'Remixer' : field === 'composers' ? 'Composer' : 'Producer',
    })),
  );
  const album = plainText(cells.album);
  const label = plainText(cells.label);
  const offers: Offer[] =
    release === null
      ? []
      : [{ release: { id: release, upc, title: album, label }, moments: orUndated(moments, periods.where) }];
  const checked = checkRecording({
    file: plainText(cells.file),
    fileMayBeMissing: false,
    isrc: plainText(cells.isrc),
    title: plainText(cells.title),
    artists: billed.artists,
    version: plainText(cells.version),
    album,
    releaseDate,
    upc,
    label,
    durationMs,
    aliases: readNames(cells.aliases),
    externalIds: cells.ids,
    credits: [...billed.credits, ...credited],
    moments: release === null ? moments : [],
    offers,
    said,
  });
  if (typeof checked === 'string') return refuse(checked);
  return { line, place: null, row: checked, reason: null, remark: remarks.length === 0 ? null : remarks.join('; ') };
}

function readTakedown(cells: Cells, release: string | null, said: Said, order: DateOrder): Takedown | string {
  const given = plainText(cells.isrc);
  const isrc = given === null ? null : normaliseIsrc(given);
  if (given !== null && isrc === null) return `"${given.slice(0, 40)}" is not an ISRC`;
  if (isrc === null && release === null) return 'a takedown names neither an ISRC nor a UPC whose check digit holds';
  const text = plainText(cells.end_date);
  const from = text === null ? null : readMoment(text, order);
  if (text !== null && from === null) return notADate('end_date', text, order);
  const everywhere: ReleaseMoment = { use: 'release', territories: [worldwide], excluded: [], from, until: null };
  return {
    kind: 'takedown',
    releaseId: release,
    isrc,
    from: from === null ? null : new Date(startMs(everywhere)).toISOString(),
    said,
  };
}

const uses: readonly (readonly [Field, MomentUse])[] = [
  ['release_date', 'release'],
  ['preview_date', 'preview'],
  ['tiktok_date', 'preview'],
  ['preorder_date', 'pre_order'],
];

function readPeriods(
  cells: Cells,
  order: DateOrder,
  isOut: boolean,
):
  | {
      readonly moments: readonly ReleaseMoment[];
      readonly where: Pick<ReleaseMoment, 'territories' | 'excluded'>;
      readonly releaseDate: string | null;
      readonly remarks: readonly string[];
    }
  | string {
  const included = plainText(
    Array.isArray(cells.territories) ? readNames(cells.territories).join(';') : cells.territories,
  );
  const where = readTerritories(included ?? worldwide);
  if (typeof where === 'string') return where;
  const except = plainText(
    Array.isArray(cells.excluded_territories)
      ? readNames(cells.excluded_territories).join(';')
      : cells.excluded_territories,
  );
  const left = except === null ? { territories: [] } : readTerritories(except);
  if (typeof left === 'string') return left;
  if (except !== null && where.territories[0] !== worldwide)
    return 'it names both territories and excluded territories: only of "Worldwide" can some be left out';
  const excluded = [...new Set([...where.excluded, ...left.territories])];
  const days = new Map<Field, string>();
  const remarks: string[] = [];
  for (const field of [...uses.map(([name]) => name), 'end_date'] as const) {
    const text = plainText(cells[field]);
    if (text === null || (field === 'end_date' && isForEver(text))) continue;
    const last = isOut && field === 'release_date' ? lastDayOf(text) : null;
    if (last !== null) remarks.push(`${field} "${text}" names no day: the last one, ${last}, is taken`);
    const day = last ?? readMoment(text, order);
    if (day === null) return notADate(field, text, order);
    days.set(field, day);
  }
  const end = days.get('end_date') ?? null;
  const moments = uses.flatMap(([field, use]): ReleaseMoment[] => {
    const from = days.get(field);
    return from === undefined
      ? []
      : [{ use, territories: where.territories, excluded, from, until: use === 'release' ? end : null }];
  });
  const out = moments.find((moment) => moment.use === 'release');
  if (out === undefined && end !== null) return 'it has an end date and no release date';
  if (out !== undefined && out.until !== null && endMs(out)! <= startMs(out))
    return `its end date ${end} is not after its release date ${out.from}`;
  return {
    moments,
    where: { territories: where.territories, excluded },
    releaseDate: out?.from?.slice(0, 10) ?? null,
    remarks,
  };
}

/** Of `1970-05` or `1970`: on its last day it was certainly out. Null for anything else. */
function lastDayOf(text: string): string | null {
  const [, year, month] = /^(\d{4})(?:-(0[1-9]|1[0-2]))?$/.exec(text) ?? [];
  if (year === undefined) return null;
  const day = new Date(Date.UTC(Number(year), month === undefined ? 12 : Number(month), 0)).toISOString().slice(0, 10);
  return isMomentText(day) ? day : null;
}

/** A sheet without a date for a release is one of what is out: only a message without deals says that something is not. */
const orUndated = (
  moments: readonly ReleaseMoment[],
  where: Pick<ReleaseMoment, 'territories' | 'excluded'>,
): readonly ReleaseMoment[] =>
  moments.some(({ use }) => use === 'release' || use === 'pre_order')
    ? moments
    : [...moments, { use: 'release', ...where, from: null, until: null }];

const notADate = (field: Field, text: string, order: DateOrder): string =>
  `${field} "${text.slice(0, 40)}" ${whyNoDay(text.slice(0, 10))}${order === null && /^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$/.test(text) ? '; say in which order it is written with --dates dmy or --dates mdy' : ''}`;

function readLength(cells: Cells): number | null | string {
  const exact = plainText(cells.duration_ms);
  if (exact !== null) {
    const ms = Number(exact);
    return Number.isInteger(ms) && ms > 0 && ms < 2 ** 31
      ? ms
      : `duration_ms "${exact.slice(0, 40)}" is not a whole number of milliseconds above 0`;
  }
  const told = plainText(cells.duration);
  return told === null ? null : (readDuration(told) ?? `duration "${told.slice(0, 40)}" is not a duration like 3:21`);
}

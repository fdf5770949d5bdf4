// Listings: CSV in the ways that spreadsheets and distributors write it, and JSON lines. Rows come out checked; a refused one keeps its
// line and the reason.

import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { parse } from 'csv-parse';
import { isForEver, whyNoDay } from '../domain/day.ts';
import type { Credit, DeliveryRow, Offer, Said, Takedown } from '../domain/delivery.ts';
import { endMs, startMs, worldwide, type MomentUse, type ReleaseMoment } from '../domain/release.ts';
import { readJson } from '../domain/json.ts';
import { normaliseIsrc } from '../domain/recording.ts';
import { readLines } from '../platform/readLines.ts';
import { readBilling, readDuration, readMoment, readNames, readTerritories, type DateOrder } from './cells.ts';
import { checkRecording, plainText, releaseIdOfUpc } from './checkRecording.ts';
import { mapColumns, whatIsMissing, type Column, type Field } from './columns.ts';

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
  return { unknown, rows: /\.jsonl$/i.test(name) ? readJsonLines(source, reading) : readCsv(source, reading) };
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
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      yield refusal(line, 'not a JSON object');
      continue;
    }
    const map = mapColumns(Object.keys(raw), reading.options.map);
    if (typeof map === 'string') {
      yield refusal(line, map);
      continue;
    }
    for (const header of map.unknown) if (reading.unknown.size < 100) reading.unknown.add(header);
    yield readRow(line, cellsOf(map.columns, Object.values(raw)), reading);
  }
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
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (columns === null) {
        const given = reading.options.map ?? {};
        const map = mapColumns(record, given);
        if (typeof map === 'string') throw new Error(map);
        const missing = whatIsMissing(record, map, given);
        if (missing !== null) throw new Error(missing);
        for (const header of map.unknown) reading.unknown.add(header);
        columns = map.columns;
      } else yield readRow(info.lines, cellsOf(columns, record), reading);
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
    else if (readNames(values[i]).length > 0) ids[service] = readNames(values[i]);
  }
  return { ...cells, ids };
}

const refusal = (line: number, reason: string): DeliveryRow => ({ line, place: null, row: null, reason, remark: null });

const takedowns = /^(?:take ?-?down|delete[d]?|remove[d]?|withdraw(?:n)?|inactive|purge)$/i;
const takes = /^(?:new|insert|add|update[d]?|upsert|full|metadata|active|live|deliver|delivered)$/i;

function readRow(line: number, cells: Cells, { options, said }: Reading): DeliveryRow {
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

  const periods = readPeriods(cells, options.dates ?? null);
  if (typeof periods === 'string') return refuse(periods);
  const { moments, releaseDate } = periods;
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
  return { line, place: null, row: checked, reason: null, remark: null };
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
):
  | {
      readonly moments: readonly ReleaseMoment[];
      readonly where: Pick<ReleaseMoment, 'territories' | 'excluded'>;
      readonly releaseDate: string | null;
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
  for (const field of [...uses.map(([name]) => name), 'end_date'] as const) {
    const text = plainText(cells[field]);
    if (text === null || (field === 'end_date' && isForEver(text))) continue;
    const day = readMoment(text, order);
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
  return { moments, where: { territories: where.territories, excluded }, releaseDate: out?.from?.slice(0, 10) ?? null };
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

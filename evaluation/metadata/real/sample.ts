// A real catalogue, split by artist: rules are tuned on one half and reported on the other.
//   half = first bit of SHA-256("fermata words 1\n" + folded lead artist): 0 tuning, 1 reporting
// Never changed: what was looked at in one half cannot be unlooked at. Songs that two artists share lie where the first one is.

import { createHash } from 'node:crypto';
import type { CatalogueRow } from '../catalogueDatabase.ts';
import { readCatalogue } from '../catalogueFile.ts';
import { alteredHow, areTwins, lead, plainWords, sameWords, songAndVersion } from './words.ts';

export type Half = 'tuning' | 'reporting';

const salt = 'fermata words 1';

export function halfOf(what: string): Half {
  const [first = 0] = createHash('sha256').update(`${salt}\n${what}`).digest();
  return first < 128 ? 'tuning' : 'reporting';
}

export interface Sample {
  readonly rows: readonly CatalogueRow[];
  readonly byId: ReadonlyMap<string, CatalogueRow>;
  /** The recording itself and its twins. */
  twinsOf(row: CatalogueRow): readonly CatalogueRow[];
  /** Recordings by the same lead artist of the same song and version, whoever else is credited; the row among them. */
  sungBySameLead(row: CatalogueRow): readonly CatalogueRow[];
  /** Releases of the row's song by the same lead artist at another speed. */
  releasedAltered(row: CatalogueRow, how: 'sped_up' | 'slowed'): readonly CatalogueRow[];
  /** Whether the other recording bears the row's song by the same lead artist. */
  isSongOf(row: CatalogueRow, other: string): boolean;
  /** Whether several different songs of the lead artist lie on the row's album. */
  hasAlbumOf(row: CatalogueRow): boolean;
  rowsOf(half: Half): readonly CatalogueRow[];
  /** Counts and a digest of what lies in each half: says whether two reports speak of the same sample. */
  describe(): {
    readonly recordings: number;
    readonly tuning: number;
    readonly reporting: number;
    readonly digest: string;
  };
}

export async function readSample(path: string): Promise<Sample> {
  const rows: CatalogueRow[] = [];
  for await (const row of readCatalogue(path)) rows.push(row);
  return sampleOf(rows);
}

export function sampleOf(given: readonly CatalogueRow[]): Sample {
  const byId = new Map<string, CatalogueRow>();
  for (const row of given) if (!byId.has(row.id)) byId.set(row.id, row);
  const rows = [...byId.values()];
  const byWords = Map.groupBy(rows, sameWords);
  const byIsrc = Map.groupBy(
    rows.filter((row) => row.isrc !== null),
    (row) => row.isrc,
  );
  const byLead = Map.groupBy(rows, leadSong);
  const byBase = Map.groupBy(rows, leadBase);
  const albums = Map.groupBy(rows, albumKey);
  const halves = Map.groupBy(rows, (row) => halfOf(lead(row)));
  const twinsOf = (row: CatalogueRow): readonly CatalogueRow[] => [
    ...new Set([
      row,
      ...[...byWords.get(sameWords(row))!, ...(row.isrc === null ? [] : byIsrc.get(row.isrc)!)].filter((other) =>
        areTwins(row, other),
      ),
    ]),
  ];
  return {
    rows,
    byId,
    twinsOf,
    sungBySameLead: (row) => byLead.get(leadSong(row))!,
    releasedAltered: (row, how) =>
      byBase.get(leadBase(row))!.filter((other) => other !== row && alteredHow(other.title) === how),
    isSongOf: (row, other) => leadBase(byId.get(other)!) === leadBase(row),
    hasAlbumOf: (row) => new Set(albums.get(albumKey(row))!.map(({ title }) => songAndVersion(title))).size > 1,
    rowsOf: (half) => halves.get(half) ?? [],
    describe: () => ({
      recordings: rows.length,
      tuning: halves.get('tuning')?.length ?? 0,
      reporting: halves.get('reporting')?.length ?? 0,
      digest: digestOf(rows.map((row) => `${row.id} ${halfOf(lead(row))}`)),
    }),
  };
}

const leadSong = (row: CatalogueRow): string => `${songAndVersion(row.title)}\n\n${lead(row)}`;

const leadBase = (row: CatalogueRow): string => `${plainWords(row.title).base}\n\n${lead(row)}`;

const albumKey = (row: CatalogueRow): string => `${row.album ?? row.id}\n${lead(row)}`;

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex').slice(0, 16);
}

/** `most` of the rows, the same for every run and for every order of the rows; all of them when they are fewer. */
export function drawn(rows: readonly CatalogueRow[], most: number): readonly CatalogueRow[] {
  const order = (row: CatalogueRow): string => createHash('sha256').update(`${salt} draw\n${row.id}`).digest('hex');
  return rows
    .map((row) => ({ row, at: order(row) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, most)
    .map(({ row }) => row);
}

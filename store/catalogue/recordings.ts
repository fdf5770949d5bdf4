// The table `recordings`: what the catalogue knows, and the look-ups that propose candidates for a sound's words.

import type { Credit } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';
import type { Recording, RecordingKeys } from '../../domain/recording.ts';
import type { Queryable } from '../database.ts';
import { fittingOr, storableText, toJson } from '../json/column.ts';
import { creditsColumn, readIds, type ExternalIds } from '../json/recording.ts';
import { instantOf, type Standing } from './standing.ts';

/** A recording with everything that scoring may look at. */
export interface CatalogueRecording extends Recording {
  readonly album: string | null;
  readonly aliases: readonly string[];
  /** Those that a delivery brought and those that services gave us. */
  readonly externalIds: ExternalIds;
  readonly provisional: boolean;
  /** Who had a part in it besides the billed artists; absent: nobody is known. */
  readonly credits?: readonly Credit[];
}

/** A recording as found, with the key under which its title is counted. */
export interface FoundRecording extends CatalogueRecording {
  readonly baseKey: string;
}

interface Row {
  id: string;
  isrc: string | null;
  title: string;
  artists: string[];
  version: string | null;
  album: string | null;
  release_date: string | null;
  upc: string | null;
  label: string | null;
  duration_ms: number | null;
  aliases: string[];
  external_ids: unknown;
  service_ids: unknown;
  provisional: boolean;
  base_key: string;
  credits: unknown;
}

const columns = `id, isrc, title, artists, version, album, release_date, upc, label, duration_ms, aliases, external_ids, service_ids, provisional, base_key, credits`;

const fromRow = (row: Row): FoundRecording => {
  const credits = creditsColumn.read(row.credits, row.id);
  return {
    id: row.id,
    isrc: row.isrc,
    title: row.title,
    artists: row.artists,
    version: row.version,
    album: row.album,
    releaseDate: row.release_date,
    upc: row.upc,
    label: row.label,
    durationMs: row.duration_ms,
    aliases: row.aliases,
    externalIds: mergedIds(
      readIds('external_ids', row.external_ids, row.id),
      readIds('service_ids', row.service_ids, row.id),
    ),
    provisional: row.provisional,
    baseKey: row.base_key,
    ...(credits.length === 0 ? {} : { credits }),
  };
};

const noCredits = creditsColumn.wrap([]);

/** Ids of both, each once. */
export function mergedIds(one: ExternalIds, other: ExternalIds): ExternalIds {
  if (Object.keys(other).length === 0) return one;
  // A map: a service called "__proto__" would be what every object has.
  const merged = new Map(Object.entries(one));
  for (const [platform, ids] of Object.entries(other))
    merged.set(platform, [...new Set([...(merged.get(platform) ?? []), ...ids])]);
  return Object.fromEntries(merged);
}

export type Upserted = 'added' | 'changed' | 'unchanged';

/** A recording as it is to be written. */
export interface NewRecording {
  readonly recording: CatalogueRecording;
  readonly keys: RecordingKeys;
  /** Where it stands when it is new, if that is known already; else `refreshStanding` derives it. */
  readonly standing?: Standing;
}

/**
 * Writes recordings as delivered, each once. A delivery replaces what an earlier one said of the same recording; rows that say the
 * same are left alone and keep their sequence number, so that delivering again wakes nobody.
 */
export async function upsertRecordings(
  client: Queryable,
  recordings: readonly NewRecording[],
  deliveryId: string | null,
): Promise<ReadonlyMap<RecordingId, Upserted>> {
  // In the order of their ids, so that two writers take the rows alike.
  const { rows } = await client.query<{ id: string; added: boolean }>(
    `insert into recordings as known (${written}, out_from, preview_from, withdrawn_at, delivery_id, seq)
     select ${written}, out_from, preview_from, withdrawn_at, $2, next_catalogue_seq()
       from (select * from jsonb_to_recordset($1::jsonb) as given(
               id text, isrc text, title text, artists text[], version text, album text, release_date date, upc text, label text, duration_ms integer,
               aliases text[], external_ids jsonb, title_key text, base_key text, artist_keys text[], search_keys text[], provisional boolean,
               credits jsonb, group_keys text[], out_from timestamptz, preview_from timestamptz, withdrawn_at timestamptz)
              where not exists (select from recordings k where k.id = given.id and (${rowOf('k')}) is not distinct from (${rowOf('given')}))
              order by id) given
     on conflict (id) do update set ${columnNames.map((name) => `${name} = excluded.${name}`).join(', ')},
       delivery_id = excluded.delivery_id, seq = excluded.seq, updated_at = now()
     returning id, xmax = 0 as added`,
    [toJson(recordings.map(asWritten)), deliveryId],
  );
  const became = new Map(rows.map((row) => [row.id, row.added ? ('added' as const) : ('changed' as const)]));
  return new Map(recordings.map(({ recording: { id } }) => [id, became.get(storableText(id)) ?? 'unchanged']));
}

const columnNames =
  `isrc title artists version album release_date upc label duration_ms aliases external_ids title_key base_key artist_keys search_keys
  provisional credits group_keys`.split(/\s+/);
const written = ['id', ...columnNames].join(', ');
const rowOf = (table: string): string => columnNames.map((name) => `${table}.${name}`).join(', ');

const asWritten = ({ recording, keys, standing }: NewRecording): object => ({
  id: recording.id,
  isrc: recording.isrc,
  title: recording.title,
  artists: recording.artists,
  version: recording.version,
  album: recording.album,
  release_date: recording.releaseDate,
  upc: recording.upc,
  label: recording.label,
  duration_ms: recording.durationMs,
  aliases: recording.aliases,
  external_ids: recording.externalIds,
  title_key: keys.titleKey,
  base_key: keys.baseKey,
  artist_keys: keys.artistKeys,
  search_keys: [...new Set([keys.baseKey, keys.titleKey, ...keys.extraKeys])].filter((key) => key !== ''),
  provisional: recording.provisional,
  group_keys: keys.groupKeys,
  credits: creditsColumn.wrap(recording.credits ?? []),
  out_from: instantOf(standing?.outFromMs ?? null),
  preview_from: instantOf(standing?.previewFromMs ?? null),
  withdrawn_at: instantOf(standing?.withdrawnAtMs ?? null),
});

export async function upsertRecording(
  client: Queryable,
  recording: CatalogueRecording,
  keys: RecordingKeys,
  deliveryId: string | null,
): Promise<Upserted> {
  return (await upsertRecordings(client, [{ recording, keys }], deliveryId)).get(recording.id)!;
}

export async function recordingsById(client: Queryable, ids: readonly RecordingId[]): Promise<FoundRecording[]> {
  const { rows } = await client.query<Row>(`select ${columns} from recordings where id = any($1)`, [ids]);
  return rows.map(fromRow);
}

export interface Claim {
  /** Without its credits, which nobody needs who writes. */
  readonly recording: CatalogueRecording;
  readonly deliveryId: string | null;
  /** Without those that services gave us. */
  readonly deliveredIds: ExternalIds;
}

/**
 * Who filled recordings' rows: a delivery, or none. For whoever writes them anew, which puts right what does not fit in them: that counts as
 * none, where every other reader is told. `lock`: nobody else changes them until the transaction ends.
 */
export async function claimsOf(
  client: Queryable,
  ids: readonly RecordingId[],
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<ReadonlyMap<RecordingId, Claim>> {
  // Not "for update": an edge from elsewhere may point at it meanwhile.
  const { rows } = await client.query<Row & { delivery_id: string | null }>(
    `select ${columns}, delivery_id from recordings where id = any($1) order by id ${lock ? 'for no key update' : ''}`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, claimIn(row)]));
}

function claimIn(row: Row & { delivery_id: string | null }): Claim {
  const idsIn = (column: 'external_ids' | 'service_ids'): ExternalIds =>
    fittingOr(
      () => readIds(column, row[column], row.id),
      () => ({}),
    );
  const deliveredIds = idsIn('external_ids');
  return {
    recording: fromRow({ ...row, credits: noCredits, external_ids: deliveredIds, service_ids: idsIn('service_ids') }),
    deliveryId: row.delivery_id,
    deliveredIds,
  };
}

export const claimOf = async (client: Queryable, id: RecordingId): Promise<Claim | null> =>
  [...(await claimsOf(client, [id])).values()][0] ?? null;

/** Resolves what a person typed: a recording id or an ISRC. */
export async function findRecording(client: Queryable, idOrIsrc: string): Promise<CatalogueRecording | null> {
  const { rows } = await client.query<Row>(
    `select ${columns} from recordings
      where id = coalesce((select merged_into from recordings where id = $1), $1) or isrc = upper(replace($1, '-', ''))
      order by (id = $1) desc, provisional limit 1`,
    [idOrIsrc],
  );
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

export interface CandidateQuery {
  /** Folded titles in every reading of the sound's words, the likeliest first. */
  readonly exact: readonly string[];
  readonly artistKeys: readonly string[];
  /** Folded titles that may be misspelled, looked up when title and artist together find nothing. */
  readonly near: readonly string[];
  readonly isrcs: readonly string[];
  readonly externalIds: readonly { readonly platform: string; readonly id: string }[];
}

/**
 * Recordings that a sound's words may mean: by identifier; by title and artist; by title alone, a few for each; and only when title and
 * artist agree nowhere, by a title that is one slip away, or spelled alike by the same artist. Distinct, at most about 100.
 *
 * Typos are looked up in the list of distinct titles by what remains when a letter is dropped (migrations/000002_candidates.sql). The numbers
 * that decided are in evaluation/candidates/REPORT.md; pg_trgm over a million titles took 80 ms CPU at similarity .45, 178 ms at .3.
 */
export async function findCandidates(client: Queryable, query: CandidateQuery): Promise<FoundRecording[]> {
  const found = new Map<string, FoundRecording>();
  const take = (rows: readonly Row[]): void => {
    for (const row of rows) if (!found.has(row.id)) found.set(row.id, fromRow(row));
  };
  if (query.isrcs.length + query.externalIds.length > 0) {
    // Containment is what the jsonb_path_ops index answers.
    const services = query.externalIds.slice(0, 20).map(({ platform, id }) => toJson({ [platform]: [id] }));
    take(
      (await client.query<Row>(`select ${columns} from find_identified($1, $2::jsonb[])`, [query.isrcs, services]))
        .rows,
    );
  }
  if (query.exact.length > 0) {
    // The likeliest title is tried whatever its length: an artist is asked for with it.
    const near = [...new Set([...query.exact.slice(0, 1), ...query.near])].slice(0, mostNear);
    take(
      (
        await client.query<Row>(`select ${columns} from find_recordings($1, $2, $3)`, [
          query.exact,
          query.artistKeys,
          near,
        ])
      ).rows,
    );
  }
  return [...found.values()];
}

/** A title has one or two readings; with more of them, typos in the unlikely ones are left. */
const mostNear = 4;

/** How many recordings share each folded base title, for the rarity that scoring weighs a title with. Titles nobody bears are missing. */
export async function titleFrequencies(client: Queryable, baseKeys: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await client.query<{ base_key: string; n: number }>(
    `select base_key, n from title_counts where base_key = any($1)`,
    [baseKeys],
  );
  return new Map(rows.map((row) => [row.base_key, row.n]));
}

/** Behind how many different titles each of these groups stands (folded, without spaces). */
export async function titlesBehind(client: Queryable, groups: readonly string[]): Promise<Map<string, number>> {
  if (groups.length === 0) return new Map();
  const { rows } = await client.query<{ group_key: string; titles: number }>(
    `select group_key, titles from titles_behind($1)`,
    [groups],
  );
  return new Map(rows.map((row) => [row.group_key, row.titles]));
}

/** From running totals. */
export async function countRecordings(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select sum(recordings)::bigint as n from catalogue_totals`);
  return rows[0]!.n;
}

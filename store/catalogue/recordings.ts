// The table `recordings`: what the catalogue knows, and the look-ups that propose candidates for a sound's words.

import type { Credit } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';
import type { Recording, RecordingKeys } from '../../domain/recording.ts';
import { nextCatalogueSeq, type Queryable } from '../database.ts';
import { fittingOr, toJson } from '../json/column.ts';
import { creditsColumn, readIds, type ExternalIds } from '../json/recording.ts';

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

/**
 * Writes a recording as delivered. A delivery replaces what an earlier one said of the same recording; rows that say the
 * same are left alone and keep their sequence number, so that delivering again wakes nobody.
 */
export async function upsertRecording(
  client: Queryable,
  recording: CatalogueRecording,
  keys: RecordingKeys,
  deliveryId: string | null,
): Promise<Upserted> {
  const values = [
    recording.id,
    recording.isrc,
    recording.title,
    recording.artists,
    recording.version,
    recording.album,
    recording.releaseDate,
    recording.upc,
    recording.label,
    recording.durationMs,
    recording.aliases,
    toJson(recording.externalIds),
    keys.titleKey,
    keys.baseKey,
    keys.artistKeys,
    [...new Set([keys.baseKey, keys.titleKey, ...keys.extraKeys])].filter((key) => key !== ''),
    recording.provisional,
    creditsColumn.write(recording.credits ?? []),
    keys.groupKeys,
  ];
  const same = await client.query<{ same: boolean }>(
    `select (isrc, title, artists, version, album, release_date, upc, label, duration_ms, aliases, external_ids,
             title_key, base_key, artist_keys, search_keys, provisional, credits, group_keys)
            is not distinct from ($2::text, $3::text, $4::text[], $5::text, $6::text, $7::date, $8::text, $9::text, $10::integer,
             $11::text[], $12::jsonb, $13::text, $14::text, $15::text[], $16::text[], $17::boolean, $18::jsonb, $19::text[]) as same
       from recordings where id = $1 for update`,
    values,
  );
  if (same.rows[0]?.same === true) return 'unchanged';
  const seq = await nextCatalogueSeq(client);
  await client.query(
    `insert into recordings (id, isrc, title, artists, version, album, release_date, upc, label, duration_ms, aliases,
                             external_ids, title_key, base_key, artist_keys, search_keys, provisional, credits, group_keys, delivery_id, seq)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
     on conflict (id) do update set
       isrc = excluded.isrc, title = excluded.title, artists = excluded.artists, version = excluded.version,
       album = excluded.album, release_date = excluded.release_date, upc = excluded.upc, label = excluded.label,
       duration_ms = excluded.duration_ms, aliases = excluded.aliases, external_ids = excluded.external_ids,
       title_key = excluded.title_key, base_key = excluded.base_key, artist_keys = excluded.artist_keys,
       search_keys = excluded.search_keys, provisional = excluded.provisional, credits = excluded.credits,
       group_keys = excluded.group_keys, delivery_id = excluded.delivery_id, seq = excluded.seq, updated_at = now()`,
    [...values, deliveryId, seq],
  );
  return same.rows.length === 0 ? 'added' : 'changed';
}

export async function recordingsById(client: Queryable, ids: readonly RecordingId[]): Promise<FoundRecording[]> {
  const { rows } = await client.query<Row>(`select ${columns} from recordings where id = any($1)`, [ids]);
  return rows.map(fromRow);
}

/**
 * Who filled a recording's row: null for what no delivery brought. For whoever writes it anew, which puts right what does not fit in it: that counts as
 * none, where every other reader is told.
 */
export async function claimOf(
  client: Queryable,
  id: RecordingId,
): Promise<{
  /** Without its credits, which nobody needs who writes. */
  readonly recording: CatalogueRecording;
  readonly deliveryId: string | null;
  /** Without those that services gave us. */
  readonly deliveredIds: ExternalIds;
} | null> {
  const { rows } = await client.query<Row & { delivery_id: string | null }>(
    `select ${columns}, delivery_id from recordings where id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const idsIn = (column: 'external_ids' | 'service_ids'): ExternalIds =>
    fittingOr(
      () => readIds(column, row[column], id),
      () => ({}),
    );
  const deliveredIds = idsIn('external_ids');
  return {
    recording: fromRow({ ...row, credits: noCredits, external_ids: deliveredIds, service_ids: idsIn('service_ids') }),
    deliveryId: row.delivery_id,
    deliveredIds,
  };
}

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

/** From a running total: one row is read. */
export async function countRecordings(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select recordings as n from catalogue_totals`);
  return rows[0]!.n;
}

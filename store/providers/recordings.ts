// The table `service_recordings`: what catalogue services know, each entry tied to the one recording that we keep of it.

import type { RecordingId } from '../../domain/naming.ts';
import type { ProviderName } from '../../domain/providers.ts';
import type { RecordingKeys } from '../../domain/recording.ts';
import type { Queryable } from '../database.ts';
import { toJson } from '../json/column.ts';
import type { ExternalIds } from '../json/recording.ts';
import { claimOf, upsertRecording, type CatalogueRecording } from '../catalogue/recordings.ts';

/** A service's entry, as one of our recordings would read. */
export interface ServiceEntry {
  readonly provider: ProviderName;
  readonly serviceId: string;
  /** With the id that it gets when we know nothing like it; `externalIds` name the service's own id too. */
  readonly recording: CatalogueRecording;
  readonly keys: RecordingKeys;
  /** Everything that the service said, for whoever needs more than the recording holds. */
  readonly detail: unknown;
  readonly rawHash: string;
}

/**
 * Recordings that an entry may be: the one that this very entry was before, else those with its ISRC, else with one of its ids.
 * Whether they are the same is for words to say.
 */
export async function recordingsLike(client: Queryable, entry: ServiceEntry): Promise<RecordingId[]> {
  const known = await client.query<{ id: string }>(
    `select recording_id as id from service_recordings where provider = $1 and service_id = $2`,
    [entry.provider, entry.serviceId],
  );
  if (known.rows[0] !== undefined) return [known.rows[0].id];
  const { rows } = await client.query<{ id: string }>(`select id from find_identified($1, $2::jsonb[])`, [
    entry.recording.isrc === null ? [] : [entry.recording.isrc],
    pairs(entry.recording.externalIds).map(([platform, id]) => toJson({ [platform]: [id] })),
  ]);
  const ids = [...new Set(rows.map((row) => row.id))];
  // The one that bears the ISRC as its id before those that got another because of a conflict.
  return ids.toSorted((a, b) => Number(b === entry.recording.isrc) - Number(a === entry.recording.isrc));
}

const pairs = (ids: ExternalIds): [string, string][] =>
  Object.entries(ids)
    .flatMap(([platform, list]) => list.map((id): [string, string] => [platform, id]))
    .slice(0, 20);

/**
 * Ties an entry to a recording, which is made of it when there is none. A recording that a delivery or a person made gets the ids and
 * nothing else; one that services made is completed where it says nothing. @returns whether the recording is new.
 */
export async function tieEntry(client: Queryable, entry: ServiceEntry, id: RecordingId): Promise<{ added: boolean }> {
  const { recording } = entry;
  // Two services may bring the same new recording at the same moment.
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 4))`, [id]);
  const claim = await claimOf(client, id);
  if (claim === null) {
    await upsertRecording(client, { ...recording, id, externalIds: {} }, entry.keys, null);
  } else if (claim.deliveryId === null && !claim.recording.provisional) {
    await client.query(
      `update recordings set isrc = coalesce(isrc, $2), album = coalesce(album, $3), release_date = least(release_date, $4::date),
              upc = coalesce(upc, $5), label = coalesce(label, $6), duration_ms = coalesce(duration_ms, $7), updated_at = now()
        where id = $1 and (isrc, album, release_date, upc, label, duration_ms) is distinct from
              (coalesce(isrc, $2), coalesce(album, $3), least(release_date, $4::date), coalesce(upc, $5), coalesce(label, $6), coalesce(duration_ms, $7))`,
      [
        id,
        recording.isrc,
        recording.album,
        recording.releaseDate,
        recording.upc,
        recording.label,
        recording.durationMs,
      ],
    );
  }
  await client.query(
    `update recordings set service_ids = recording_ids(service_ids, $2::jsonb), updated_at = now()
      where id = $1 and service_ids is distinct from recording_ids(service_ids, $2::jsonb)`,
    [id, toJson(recording.externalIds)],
  );
  await client.query(
    `insert into service_recordings (provider, service_id, recording_id, detail, raw_hash) values ($1, $2, $3, $4, $5)
     on conflict (provider, service_id) do update set recording_id = excluded.recording_id, detail = excluded.detail,
       raw_hash = excluded.raw_hash, seen_at = now()`,
    [entry.provider, entry.serviceId, id, toJson(entry.detail), entry.rawHash],
  );
  return { added: claim === null };
}

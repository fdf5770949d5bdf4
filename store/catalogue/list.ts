// Pages of the catalogue, by id.

import type { RecordingId } from '../../domain/naming.ts';
import type { Queryable } from '../database.ts';
import { recordingsById, type CatalogueRecording } from './recordings.ts';

/** Recordings after that id, in the order of their ids; those that were merged into others are left out. */
export async function listRecordings(
  client: Queryable,
  afterId: RecordingId,
  limit: number,
): Promise<CatalogueRecording[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from recordings where id > $1 and merged_into is null order by id limit $2`,
    [afterId, limit],
  );
  const found = await recordingsById(
    client,
    rows.map(({ id }) => id),
  );
  const byId = new Map(found.map((recording) => [recording.id, recording]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []);
}

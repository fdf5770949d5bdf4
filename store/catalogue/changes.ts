// The table `recording_changes`: what became different about a recording, who said so and when. Rows are only ever added.

import type { RecordingId } from '../../domain/naming.ts';
import type { Queryable } from '../database.ts';
import { toJson } from '../json/column.ts';

export interface RecordingChange {
  readonly recordingId: RecordingId;
  /** The field, or what happened: `withdrawn`, `offered again`, `merged`, `contested`. */
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Who or what made a change known. */
export interface Source {
  readonly saidBy: string;
  readonly deliveryId: string | null;
  readonly line: number | null;
}

/** In the transaction that makes the changes. */
export async function recordChanges(
  client: Queryable,
  changes: readonly (RecordingChange & { readonly source: Source })[],
): Promise<void> {
  if (changes.length === 0) return;
  await client.query(
    `insert into recording_changes (recording_id, what, before, after, said_by, delivery_id, line)
     select c.recording_id, c.what, c.before, c.after, c.said_by, c.delivery_id, c.line
       from jsonb_to_recordset($1::jsonb) as c(recording_id text, what text, before text, after text, said_by text, delivery_id text, line integer)`,
    [
      toJson(
        changes.map(({ recordingId, what, before, after, source: { saidBy, deliveryId, line } }) => ({
          recording_id: recordingId,
          what,
          before,
          after,
          said_by: saidBy,
          delivery_id: deliveryId,
          line,
        })),
      ),
    ],
  );
}

export interface RecordedChange extends RecordingChange, Source {
  readonly at: Date;
}

const columns = `recording_id as "recordingId", what, before, after, said_by as "saidBy", delivery_id as "deliveryId", line, at`;

/** What the latest run of a delivery changed, in the order in which it was taken. */
export async function changesOfDelivery(
  client: Queryable,
  deliveryId: string,
  limit: number,
): Promise<RecordedChange[]> {
  const { rows } = await client.query<RecordedChange>(
    `select ${columns} from recording_changes
      where delivery_id = $1 and at >= (select started_at from deliveries where id = $1) order by id limit $2`,
    [deliveryId, limit],
  );
  return rows;
}

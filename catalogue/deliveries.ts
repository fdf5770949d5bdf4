// The tables `deliveries` and `delivery_rows`: what a folder or file offered, row by row, and what became of each.

import type { Queryable } from './database.ts';

export interface DeliveryRow {
  /** Line in the listing, 1-based, so that a refusal can be found in an editor. */
  readonly line: number;
  readonly row: CatalogueEntry | null;
  /** Why the row is refused; null when it is taken on. */
  readonly reason: string | null;
}

/** One row of a `catalogue.csv` or `.jsonl`, validated. */
export interface CatalogueEntry {
  readonly file: string | null;
  readonly isrc: string | null;
  readonly title: string;
  readonly artists: readonly string[];
  readonly version: string | null;
  readonly album: string | null;
  readonly releaseDate: string | null;
  readonly upc: string | null;
  readonly label: string | null;
  readonly durationMs: number | null;
  readonly aliases: readonly string[];
  readonly externalIds: Readonly<Record<string, readonly string[]>>;
}

export type RowState = 'pending' | 'added' | 'changed' | 'unchanged' | 'refused';

/** Registers a delivery to be read (again). */
export async function startDelivery(client: Queryable, id: string, folder: string): Promise<void> {
  await client.query(
    `insert into deliveries (id, folder) values ($1, $2)
     on conflict (id) do update set folder = excluded.folder, state = 'started', problem = null, started_at = now(), finished_at = null`,
    [id, folder],
  );
}

export async function readDelivery(
  client: Queryable,
  id: string,
): Promise<{ folder: string; listing: string | null } | null> {
  const { rows } = await client.query<{ folder: string; listing: string | null }>(
    `select folder, listing from deliveries where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Replaces the rows of a delivery by what its listing says now. */
export async function stageRows(
  client: Queryable,
  id: string,
  listing: string,
  rows: readonly DeliveryRow[],
): Promise<void> {
  await client.query(`update deliveries set listing = $2 where id = $1`, [id, listing]);
  await client.query(`delete from delivery_rows where delivery_id = $1`, [id]);
  for (let from = 0; from < rows.length; from += 5000) {
    await client.query(
      `insert into delivery_rows (delivery_id, line, state, row, reason)
       select $1, (r->>'line')::integer, case when r->>'reason' is null then 'pending' else 'refused' end,
              coalesce(nullif(r->'row', 'null'::jsonb), '{}'), r->>'reason'
         from jsonb_array_elements($2::jsonb) as r`,
      [id, JSON.stringify(rows.slice(from, from + 5000))],
    );
  }
}

/**
 * The next rows after `line`, whatever became of them: rows that a crashed reader had finished come again with their state, so
 * that what hangs on them (waking sounds) is not forgotten.
 */
export async function rowsAfter(
  client: Queryable,
  id: string,
  line: number,
  limit: number,
): Promise<{ line: number; state: RowState; recordingId: string | null; row: CatalogueEntry }[]> {
  const { rows } = await client.query<{
    line: number;
    state: RowState;
    recordingId: string | null;
    row: CatalogueEntry;
  }>(
    `select line, state, recording_id as "recordingId", row from delivery_rows
      where delivery_id = $1 and line > $2 order by line limit $3`,
    [id, line, limit],
  );
  return rows;
}

/** Rows after `line`. */
export async function countRowsAfter(client: Queryable, id: string, line: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::integer as n from delivery_rows where delivery_id = $1 and line > $2`,
    [id, line],
  );
  return rows[0]!.n;
}

export async function finishRow(
  client: Queryable,
  id: string,
  line: number,
  state: Exclude<RowState, 'pending'>,
  recordingId: string | null,
  reason: string | null,
): Promise<void> {
  await client.query(
    `update delivery_rows set state = $3, recording_id = $4, reason = $5 where delivery_id = $1 and line = $2`,
    [id, line, state, recordingId, reason],
  );
}

export async function finishDelivery(client: Queryable, id: string, problem: string | null): Promise<void> {
  await client.query(
    `update deliveries set state = case when $2::text is null then 'done' else 'failed' end, problem = $2, finished_at = now() where id = $1`,
    [id, problem],
  );
}

export interface DeliveryProgress {
  readonly state: 'started' | 'done' | 'failed';
  readonly problem: string | null;
  readonly listing: string | null;
  readonly total: number;
  readonly pending: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
}

export async function deliveryProgress(client: Queryable, id: string): Promise<DeliveryProgress | null> {
  const { rows } = await client.query<DeliveryProgress>(
    `select d.state, d.problem, d.listing, count(r.*)::integer as total,
            (count(*) filter (where r.state = 'pending'))::integer as pending,
            (count(*) filter (where r.state = 'added'))::integer as added,
            (count(*) filter (where r.state = 'changed'))::integer as changed,
            (count(*) filter (where r.state = 'unchanged'))::integer as unchanged,
            (count(*) filter (where r.state = 'refused'))::integer as refused
       from deliveries d left join delivery_rows r on r.delivery_id = d.id where d.id = $1 group by d.id`,
    [id],
  );
  return rows[0] ?? null;
}

/** Rows with something to say: refused ones, and those taken with a remark (audio that could not be read). */
export async function remarks(
  client: Queryable,
  id: string,
): Promise<{ line: number; state: string; reason: string }[]> {
  const { rows } = await client.query<{ line: number; state: string; reason: string }>(
    `select line, state, reason from delivery_rows where delivery_id = $1 and reason is not null order by line`,
    [id],
  );
  return rows;
}

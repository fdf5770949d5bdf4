// The tables `deliveries` and `delivery_rows`: what a folder or file offered, row by row, and what became of each.

import { createHash } from 'node:crypto';
import type { DeliveredItem, DeliveryOptions, DeliveryRow } from '../../domain/delivery.ts';
import type { Queryable } from '../database.ts';
import { fittingOr, toJson, type StoredMisfit } from '../json/column.ts';
import { itemColumn, optionsColumn } from '../json/delivery.ts';

export type RowState = 'pending' | 'added' | 'changed' | 'unchanged' | 'withdrawn' | 'refused';

/** The same folder or file is the same delivery: indexing it again replaces what it said before. */
export const deliveryIdOf = (realPath: string): string =>
  createHash('sha256').update(realPath).digest('hex').slice(0, 16);

/**
 * Registers a delivery to be read (again). `entry`: one file of the folder; null: the folder as a whole. `options`: null leaves those that an earlier
 * version of it was read with.
 */
export async function startDelivery(
  client: Queryable,
  id: string,
  folder: string,
  entry: string | null = null,
  options: DeliveryOptions | null = {},
): Promise<void> {
  await client.query(
    `insert into deliveries (id, folder, entry, options) values ($1, $2, $3, coalesce($4::jsonb, '{"version": 1}'))
     on conflict (id) do update set folder = excluded.folder, entry = excluded.entry, options = coalesce($4::jsonb, deliveries.options),
       state = 'started', problem = null, notes = '{}', woken = 0, started_at = now(), finished_at = null`,
    [id, folder, entry, options === null ? null : optionsColumn.write(options)],
  );
}

export interface Delivery {
  readonly folder: string;
  readonly entry: string | null;
  /** A sentence for what another version of this program has written. */
  readonly options: DeliveryOptions | string;
  readonly listing: string | null;
  readonly state: 'started' | 'done' | 'failed';
}

/** What a person types for a delivery, the beginning of its id or its folder: at most two that it may be. */
export async function findDelivery(client: Queryable, typed: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from deliveries where starts_with(id, $1) or folder = $1 limit 2`,
    [typed],
  );
  return rows.map((row) => row.id);
}

export async function readDelivery(client: Queryable, id: string): Promise<Delivery | null> {
  const { rows } = await client.query<Omit<Delivery, 'options'> & { options: unknown }>(
    `select folder, entry, options, listing, state from deliveries where id = $1`,
    [id],
  );
  const row = rows[0];
  return row === undefined
    ? null
    : { ...row, options: fittingOr(() => optionsColumn.read(row.options, id), deliverAgain) };
}

/** Replaces the rows of a delivery by what it says now: between this and `endStaging`, in one transaction, rows are staged. */
export async function beginStaging(client: Queryable, id: string, listing: string): Promise<void> {
  await client.query(`update deliveries set listing = $2, notes = '{}' where id = $1`, [id, listing]);
  await client.query(`delete from delivery_rows where delivery_id = $1`, [id]);
}

export async function stageRows(client: Queryable, id: string, rows: readonly DeliveryRow[]): Promise<void> {
  await client.query(
    `insert into delivery_rows (delivery_id, line, state, row, reason, place, remark)
     select $1, (r->>'line')::integer, case when r->>'reason' is null then 'pending' else 'refused' end,
            nullif(r->'row', 'null'::jsonb), r->>'reason', r->>'place', r->>'remark'
       from jsonb_array_elements($2::jsonb) as r`,
    [id, toJson(rows.map((each) => ({ ...each, row: each.row === null ? null : itemColumn.wrap(each.row) })))],
  );
}

/** `notes`: what was passed over as a whole. */
export async function endStaging(client: Queryable, id: string, notes: readonly string[]): Promise<void> {
  await client.query(`update deliveries set notes = $2 where id = $1`, [id, notes]);
}

export interface StagedRow {
  readonly line: number;
  readonly state: RowState;
  readonly recordingId: string | null;
  /** Null for what was refused when it was read; a sentence for what another version of this program has staged. */
  readonly row: DeliveredItem | null | string;
  readonly remark: string | null;
}

/**
 * The next rows after `line`, whatever became of them: rows that a crashed reader had finished come again with their state, so
 * that what hangs on them (waking sounds) is not forgotten.
 */
export async function rowsAfter(client: Queryable, id: string, line: number, limit: number): Promise<StagedRow[]> {
  const { rows } = await client.query<Omit<StagedRow, 'row'> & { row: unknown }>(
    `select line, state, recording_id as "recordingId", row, remark from delivery_rows
      where delivery_id = $1 and line > $2 order by line limit $3`,
    [id, line, limit],
  );
  return rows.map((row) => ({
    ...row,
    row: row.row === null ? null : fittingOr(() => itemColumn.read(row.row, `${id} line ${row.line}`), deliverAgain),
  }));
}

const deliverAgain = ({ message }: StoredMisfit): string => `${message}: deliver it again`;

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
  said: { readonly reason?: string | null; readonly remark?: string | null },
): Promise<void> {
  await client.query(
    `update delivery_rows set state = $3, recording_id = $4, reason = $5, remark = $6 where delivery_id = $1 and line = $2`,
    [id, line, state, recordingId, said.reason ?? null, said.remark ?? null],
  );
}

export async function finishDelivery(client: Queryable, id: string, problem: string | null): Promise<void> {
  await client.query(
    `update deliveries set state = case when $2::text is null then 'done' else 'failed' end, problem = $2, finished_at = now() where id = $1`,
    [id, problem],
  );
}

export interface DeliveryProgress {
  readonly id: string;
  readonly folder: string;
  readonly entry: string | null;
  readonly state: 'started' | 'done' | 'failed';
  readonly problem: string | null;
  readonly listing: string | null;
  /** What was passed over as a whole. */
  readonly notes: readonly string[];
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly total: number;
  readonly pending: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly withdrawn: number;
  readonly refused: number;
  /** Sounds that its recordings called. */
  readonly woken: number;
}

/** Deliveries with the count of their rows by state, the newest first; `ids` null: all. Releases' own rows are not counted. */
export async function deliveriesWithProgress(
  client: Queryable,
  ids: readonly string[] | null,
  limit: number,
): Promise<DeliveryProgress[]> {
  const { rows } = await client.query<DeliveryProgress>(
    `select d.id, d.folder, d.entry, d.state, d.problem, d.listing, d.notes, d.started_at as "startedAt", d.finished_at as "finishedAt", d.woken, r.*
       from (select * from deliveries where $1::text[] is null or id = any($1) order by started_at desc, id limit $2) d
      cross join lateral (
        select count(*)::integer as total,
               (count(*) filter (where state = 'pending'))::integer as pending,
               (count(*) filter (where state = 'added'))::integer as added,
               (count(*) filter (where state = 'changed'))::integer as changed,
               (count(*) filter (where state = 'unchanged'))::integer as unchanged,
               (count(*) filter (where state = 'withdrawn'))::integer as withdrawn,
               (count(*) filter (where state = 'refused'))::integer as refused
          from delivery_rows
         -- Only messages have rows of releases: the rows of a listing, which may be a million, are counted without being read.
         where delivery_id = d.id and (place is null or row->'value'->>'kind' is distinct from 'release')) r
      order by d.started_at desc, d.id`,
    [ids, limit],
  );
  return rows;
}

export const deliveryProgress = async (client: Queryable, id: string): Promise<DeliveryProgress | null> =>
  (await deliveriesWithProgress(client, [id], 1))[0] ?? null;

export interface Remark {
  readonly line: number;
  readonly place: string | null;
  readonly state: RowState;
  readonly reason: string;
}

/** Rows with something to say: refused ones, and those taken with a remark (audio that could not be read). */
export async function remarks(client: Queryable, id: string): Promise<Remark[]> {
  const { rows } = await client.query<Remark>(
    `select line, place, state, concat_ws('; ', reason, remark) as reason from delivery_rows
      where delivery_id = $1 and (reason is not null or remark is not null) order by line`,
    [id],
  );
  return rows;
}

/** The recordings that rows from `fromLine` up to `beforeLine` were taken for, as parts of a release. */
export async function takenFor(
  client: Queryable,
  id: string,
  fromLine: number,
  beforeLine: number,
  releaseId: string,
): Promise<string[]> {
  const { rows } = await client.query<{ recording_id: string }>(
    `select recording_id from delivery_rows
      where delivery_id = $1 and line >= $2 and line < $3 and state in ('added', 'changed', 'unchanged')
        and row->'value'->'offers' @> $4::jsonb and recording_id is not null`,
    [id, fromLine, beforeLine, toJson([{ release: { id: releaseId } }])],
  );
  return rows.map((row) => row.recording_id);
}

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
    `insert into delivery_rows (delivery_id, line, state, row, kind, reason, place, remark)
     select $1, (r->>'line')::integer, case when r->>'reason' is null then 'pending' else 'refused' end,
            nullif(r->'row', 'null'::jsonb), r->'row'->'value'->>'kind', r->>'reason', r->>'place', r->>'remark'
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
export const rowsAfter = (client: Queryable, id: string, line: number, limit: number): Promise<StagedRow[]> =>
  stagedRows(client, id, line, limit, '');

async function stagedRows(
  client: Queryable,
  id: string,
  line: number,
  limit: number,
  which: string,
): Promise<StagedRow[]> {
  const { rows } = await client.query<Omit<StagedRow, 'row'> & { row: unknown }>(
    `select line, state, recording_id as "recordingId", row, remark from delivery_rows
      where delivery_id = $1 and line > $2 ${which} order by line limit $3`,
    [id, line, limit],
  );
  return rows.map((row) => ({
    ...row,
    row: row.row === null ? null : fittingOr(() => itemColumn.read(row.row, `${id} line ${row.line}`), deliverAgain),
  }));
}

const deliverAgain = ({ message }: StoredMisfit): string => `${message}: deliver it again`;

/** What is left to be done, releases' own rows left out. */
export async function leftOf(client: Queryable, id: string): Promise<{ pending: number; unheard: number }> {
  const { rows } = await client.query<{ pending: number; unheard: number }>(
    `select pending, unheard from deliveries where id = $1`,
    [id],
  );
  return rows[0] ?? { pending: 0, unheard: 0 };
}

/** What became of a row. */
export interface FinishedRow {
  readonly line: number;
  readonly state: Exclude<RowState, 'pending'>;
  readonly recordingId: string | null;
  /** Why it was refused. */
  readonly reason?: string | null;
  /** What was left out of it. */
  readonly remark?: string | null;
  /** Why its audio could not be heard, for a reason of ours: it is tried again. */
  readonly unheard?: string | null;
}

export async function finishRows(client: Queryable, id: string, rows: readonly FinishedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `update delivery_rows d set state = done.state, recording_id = done.recording_id, reason = done.reason, remark = done.remark, unheard = done.unheard
       from jsonb_to_recordset($2::jsonb) as done(line integer, state text, recording_id text, reason text, remark text, unheard text)
      where d.delivery_id = $1 and d.line = done.line`,
    [
      id,
      toJson(
        rows.map(({ line, state, recordingId, reason = null, remark = null, unheard = null }) => ({
          line,
          state,
          reason,
          remark,
          unheard,
          recording_id: recordingId,
        })),
      ),
    ],
  );
}

/** Rows after `line` whose audio is still to be heard. */
export async function unheardAfter(client: Queryable, id: string, line: number, limit: number): Promise<StagedRow[]> {
  return stagedRows(client, id, line, limit, 'and unheard is not null');
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
  /** Of all these, those whose audio is still to be heard. */
  readonly unheard: number;
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
    `select id, folder, entry, state, problem, listing, notes, started_at as "startedAt", finished_at as "finishedAt", woken,
            total, pending, added, changed, unchanged, withdrawn, refused, unheard
       from deliveries where $1::text[] is null or id = any($1) order by started_at desc, id limit $2`,
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

/** Rows with something to say: refused ones, and those taken with a remark (audio that could not be read, or not yet). */
export async function remarks(client: Queryable, id: string): Promise<Remark[]> {
  const { rows } = await client.query<Remark>(
    `select line, place, state, concat_ws('; ', reason, remark, 'taken without audio so far: ' || unheard) as reason from delivery_rows
      where delivery_id = $1 and (reason is not null or remark is not null or unheard is not null) order by line`,
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

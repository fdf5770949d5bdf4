// The tables `batches` and `batch_items`: a bulk run's lines, which became sounds or were refused, and how far it is.

import type { SoundId } from '../domain/naming.ts';
import { soundSummary, type SoundStatus } from '../domain/sound.ts';
import type { Queryable } from './database.ts';

export type BatchState = 'running' | 'paused' | 'cancelled' | 'done';

/** @returns false when a batch of that id exists already. */
export async function createBatch(client: Queryable, id: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into batches (id, name) values ($1, $2) on conflict (id) do nothing`,
    [id, name],
  );
  return rowCount === 1;
}

/** Adds lines; those that are there already stay. @returns the first line that is there as another sound's, or null. */
export async function addItems(
  client: Queryable,
  batchId: string,
  items: readonly { readonly line: number; readonly soundId: SoundId | null; readonly problem: string | null }[],
): Promise<number | null> {
  await client.query(
    `insert into batch_items (batch_id, line, sound_id, problem)
     select $1, (i->>'line')::integer, i->>'soundId', i->>'problem' from jsonb_array_elements($2::jsonb) as i
     on conflict do nothing`,
    [batchId, JSON.stringify(items)],
  );
  await client.query(
    `update batches set total = (select count(*) from batch_items where batch_id = $1) where id = $1`,
    [batchId],
  );
  const { rows } = await client.query<{ line: number }>(
    `select b.line from batch_items b join jsonb_array_elements($2::jsonb) as i on b.line = (i->>'line')::integer
      where b.batch_id = $1 and b.sound_id is distinct from i->>'soundId' order by b.line limit 1`,
    [batchId, JSON.stringify(items)],
  );
  return rows[0]?.line ?? null;
}

/** The newest batch of that name, or the batch of that id. */
export async function findBatch(client: Queryable, nameOrId: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `select id from batches where id = $1 or name = $1 order by started_at desc limit 1`,
    [nameOrId],
  );
  return rows[0]?.id ?? null;
}

export interface BatchItem {
  readonly line: number;
  readonly soundId: SoundId;
  readonly status: SoundStatus;
  /** For the list of workflows. */
  readonly summary: string;
}

/** The next lines after `line` that became sounds. */
export async function readItems(
  client: Queryable,
  batchId: string,
  afterLine: number,
  limit: number,
): Promise<BatchItem[]> {
  const { rows } = await client.query<{
    line: number;
    sound_id: string;
    status: SoundStatus;
    title: string;
    author: string;
    platform: string;
  }>(
    `select i.line, i.sound_id, s.status, s.title, s.author, s.platform
       from batch_items i join sounds s on s.id = i.sound_id
      where i.batch_id = $1 and i.line > $2 order by i.line limit $3`,
    [batchId, afterLine, limit],
  );
  return rows.map((row) => ({
    line: row.line,
    soundId: row.sound_id,
    status: row.status,
    summary: soundSummary(row),
  }));
}

export async function setBatchState(client: Queryable, batchId: string, state: BatchState): Promise<void> {
  await client.query(
    `update batches set state = $2, finished_at = case when $2 in ('done', 'cancelled') then coalesce(finished_at, now()) end where id = $1`,
    [batchId, state],
  );
}

export interface BatchReport {
  readonly id: string;
  readonly state: BatchState;
  readonly total: number;
  readonly refused: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Sounds by their present state; `submitted` are those not tried yet. */
  readonly states: Readonly<Partial<Record<SoundStatus, number>>>;
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
}

export async function batchReport(client: Queryable, batchId: string): Promise<BatchReport | null> {
  const { rows } = await client.query<{
    id: string;
    state: BatchState;
    total: number;
    started_at: Date;
    finished_at: Date | null;
  }>(`select id, state, total, started_at, finished_at from batches where id = $1`, [batchId]);
  const batch = rows[0];
  if (batch === undefined) return null;
  const states = await client.query<{ status: SoundStatus; n: number }>(
    `select s.status, count(distinct s.id)::integer as n from batch_items i join sounds s on s.id = i.sound_id where i.batch_id = $1 group by 1`,
    [batchId],
  );
  const problems = await client.query<{ line: number; problem: string }>(
    `select line, problem from batch_items where batch_id = $1 and problem is not null order by line`,
    [batchId],
  );
  return {
    id: batch.id,
    state: batch.state,
    total: batch.total,
    refused: problems.rows.length,
    startedAt: batch.started_at,
    finishedAt: batch.finished_at,
    states: Object.fromEntries(states.rows.map((row) => [row.status, row.n])),
    problems: problems.rows,
  };
}

/** Lines of the batch, refused ones included. */
export async function countItems(client: Queryable, batchId: string): Promise<number> {
  const { rows } = await client.query<{ total: number }>(`select total from batches where id = $1`, [batchId]);
  return rows[0]?.total ?? 0;
}

/** Sounds that wait or are undecided. */
export async function countOpenSounds(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::integer as n from sounds where status in ('waiting', 'review')`,
  );
  return rows[0]!.n;
}

/**
 * Lists all sounds that wait or are undecided as lines of a batch, the biggest and newest groups first, then the newest sounds. Once for a batch: repeated,
 * it adds nothing. @returns how many lines the batch has.
 */
export async function addOpenSounds(client: Queryable, batchId: string): Promise<number> {
  await client.query(
    `insert into batch_items (batch_id, line, sound_id)
     select $1, row_number() over (order by coalesce(g.n, 1) desc, g.newest desc nulls last, s.submitted_at desc, s.id), s.id
       from sounds s
       left join (select group_id, count(*) as n, max(submitted_at) as newest from sounds
                   where group_id is not null and status in ('waiting', 'review') group by group_id) g on g.group_id = s.group_id
      where s.status in ('waiting', 'review') and not exists (select from batch_items i where i.batch_id = $1)
     on conflict do nothing`,
    [batchId],
  );
  await client.query(
    `update batches set total = (select count(*) from batch_items where batch_id = $1) where id = $1`,
    [batchId],
  );
  return countItems(client, batchId);
}

/** How many sounds of a batch of open sounds have been tried since it began, or settled. */
export async function countTriedAgain(client: Queryable, batchId: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::integer as n from batch_items i join batches b on b.id = i.batch_id join sounds s on s.id = i.sound_id
      where i.batch_id = $1 and (s.status not in ('waiting', 'review') or s.looked_at >= b.started_at)`,
    [batchId],
  );
  return rows[0]!.n;
}

/** Of these sounds, those that have had an outcome; with a batch, since that began. */
export async function concludedAmong(
  client: Queryable,
  soundIds: readonly SoundId[],
  triedSince: string | null = null,
): Promise<SoundId[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from sounds s where id = any($1) and status <> 'submitted'
        and ($2::text is null or status not in ('waiting', 'review')
             or exists (select from decisions d join batches b on b.id = $2 where d.sound_id = s.id and d.at >= b.started_at))`,
    [soundIds, triedSince],
  );
  return rows.map((row) => row.id);
}

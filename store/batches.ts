// The tables `batches` and `batch_items`: a bulk run's lines, which became sounds or were refused, and how far it is.

import type { SoundId } from '../domain/naming.ts';
import { soundSummary, type SoundStatus } from '../domain/sound.ts';
import type { Database, Queryable } from './database.ts';
import { toJson } from './json/column.ts';
import { tell, type OutboxMessage } from './outbox.ts';

export type BatchState = 'running' | 'paused' | 'cancelled' | 'done';

/** @returns false when a batch of that id exists already: what its sounds are held to is changed, nothing else. */
export async function createBatch(
  client: Queryable,
  batch: {
    readonly id: string;
    readonly name: string;
    /** How many of its sounds may be in their first attempt at once. */
    readonly concurrency: number;
    /** Why open sounds are tried again; null: it is for sounds that were never tried. */
    readonly again: string | null;
  },
): Promise<boolean> {
  const { rows } = await client.query<{ is_new: boolean }>(
    `insert into batches (id, name, concurrency, again) values ($1, $2, $3, $4)
     on conflict (id) do update set concurrency = excluded.concurrency returning xmax = 0 as is_new`,
    [batch.id, batch.name, batch.concurrency, batch.again],
  );
  return rows[0]!.is_new;
}

/** Adds lines; those that are there already stay. @returns the first line that is there as another sound's, or null. */
export async function addItems(
  client: Queryable,
  batchId: string,
  items: readonly { readonly line: number; readonly soundId: SoundId | null; readonly problem: string | null }[],
): Promise<number | null> {
  const { rowCount } = await client.query(
    `insert into batch_items (batch_id, line, sound_id, problem)
     select $1, (i->>'line')::integer, i->>'soundId', i->>'problem' from jsonb_array_elements($2::jsonb) as i
     on conflict do nothing`,
    [batchId, toJson(items)],
  );
  await touch(client, batchId, rowCount ?? 0);
  const { rows } = await client.query<{ line: number }>(
    `select b.line from batch_items b join jsonb_array_elements($2::jsonb) as i on b.line = (i->>'line')::integer
      where b.batch_id = $1 and b.sound_id is distinct from i->>'soundId' order by b.line limit 1`,
    [batchId, toJson(items)],
  );
  return rows[0]?.line ?? null;
}

const touch = (client: Queryable, batchId: string, lines: number) =>
  client.query(`update batches set total = total + $2, touched_at = clock_timestamp() where id = $1`, [batchId, lines]);

/** Has the batch's workflow run once this is committed; one that was done or cancelled goes on with what is left of it. */
export async function runBatch(client: Queryable, batchId: string, summary: string): Promise<void> {
  // Who was abandoned because the run was cancelled is what is left of it.
  await client.query(
    `update sounds s set status = 'submitted', why = 'not tried yet', revision = revision + 1, updated_at = now()
       from batch_items i, batches b
      where b.id = $1 and b.state = 'cancelled' and i.batch_id = b.id and s.id = i.sound_id and s.status = 'abandoned' and s.attempts = 0
        and exists (select from decisions d where d.id = cancellation(b.id, s.id))`,
    [batchId],
  );
  await client.query(
    `update batches set state = case when state = 'paused' then state else 'running' end, finished_at = null, touched_at = clock_timestamp()
      where id = $1`,
    [batchId],
  );
  await tell(client, [{ kind: 'batch', key: batchId, body: { summary } }]);
}

export interface BatchTurn {
  readonly state: BatchState;
  /** Lines of which nothing is to be done any more, those refused included … */
  readonly total: number;
  readonly started: number;
  readonly concluded: number;
  readonly running: number;
  readonly skipped: number;
}

interface Next {
  readonly line: number;
  readonly sound_id: string;
  readonly status: SoundStatus;
  readonly title: string;
  readonly author: string;
  readonly platform: string;
}

/** Lines looked at in one turn. */
const mostLooked = 500;
/** A sound that has had no outcome for so long is in trouble of its own, and holds no place any more. */
const heldMs = 3_600_000;

/**
 * Lets as many of a batch's next sounds begin as there is room for, and ends the batch when every line has had its outcome. Lines whose sound is not
 * meant (tried before, settled since by whomever) are passed over. Repeating it is harmless.
 */
export async function admitBatch(database: Database, batchId: string): Promise<BatchTurn> {
  return database.transaction(async (client) => {
    const { rows: batches } = await client.query<{
      state: BatchState;
      total: number;
      concurrency: number;
      again: string | null;
      admitted: number;
      skipped: number;
    }>(
      `update batches set touched_at = clock_timestamp() where id = $1 returning state, total, concurrency, again, admitted, skipped`,
      [batchId],
    );
    const batch = batches[0];
    if (batch === undefined) return { state: 'done', total: 0, started: 0, concluded: 0, running: 0, skipped: 0 };
    const { rows: inFlight } = await client.query<{ sound_id: string; holds: boolean }>(
      `select sound_id, admitted_at > now() - $2::double precision * interval '1 ms' as holds from batch_items
        where batch_id = $1 and admitted_at is not null and concluded_at is null`,
      [batchId, heldMs],
    );
    const running = new Set(inFlight.map((row) => row.sound_id));
    let room = batch.state === 'running' ? batch.concurrency - inFlight.filter((row) => row.holds).length : 0;
    const next: readonly Next[] =
      batch.state === 'running'
        ? (
            await client.query<Next>(
              `select i.line, i.sound_id, s.status, s.title, s.author, s.platform
               from batch_items i join sounds s on s.id = i.sound_id
              where i.batch_id = $1 and i.admitted_at is null and i.concluded_at is null order by i.line limit $2`,
              [batchId, mostLooked],
            )
          ).rows
        : [];
    const admitted: Next[] = [];
    const skipped: number[] = [];
    for (const item of next) {
      const isMeant =
        batch.again === null ? item.status === 'submitted' : item.status === 'waiting' || item.status === 'review';
      // Or on two lines of this run.
      if (!isMeant || running.has(item.sound_id)) skipped.push(item.line);
      else if (room > 0) {
        room -= 1;
        running.add(item.sound_id);
        admitted.push(item);
      } else break;
    }
    await client.query(
      `update batch_items set admitted_at = clock_timestamp() where batch_id = $1 and line = any($2)`,
      [batchId, admitted.map(({ line }) => line)],
    );
    await client.query(
      `update batch_items set concluded_at = clock_timestamp() where batch_id = $1 and line = any($2)`,
      [batchId, skipped],
    );
    const { again } = batch;
    await tell(
      client,
      admitted.map((item): OutboxMessage =>
        again === null
          ? { kind: 'start', key: item.sound_id, body: { summary: soundSummary(item), bulk: true } }
          : { kind: 'wake', key: item.sound_id, body: { why: again } },
      ),
    );
    const looked = admitted.length + skipped.length;
    const isDone = batch.state === 'running' && running.size === 0 && looked === next.length && looked < mostLooked;
    // More lines than one turn looks at, and room for them.
    if (looked === mostLooked) await tell(client, [{ kind: 'progress', key: batchId, body: {} }]);
    await client.query(
      `update batches set admitted = admitted + $2, skipped = skipped + $3,
              state = case when $4 then 'done' else state end, finished_at = case when $4 then now() else finished_at end where id = $1`,
      [batchId, admitted.length, skipped.length, isDone],
    );
    return {
      state: isDone ? 'done' : batch.state,
      total: batch.total,
      started: batch.admitted + admitted.length,
      concluded: batch.admitted + admitted.length - running.size,
      running: running.size,
      skipped: batch.skipped + skipped.length,
    };
  });
}

/** What is told of a batch's progress waits so long for more of it. */
const gatherMs = 200;

/** In the transaction that gives a sound its outcome: the bulk runs that started or woke it hear of it. */
export async function concludeInBatches(client: Queryable, soundId: SoundId): Promise<void> {
  await client.query(
    `with ended as (
       update batch_items set concluded_at = clock_timestamp() where sound_id = $1 and admitted_at is not null and concluded_at is null
       returning batch_id)
     insert into outbox (kind, key, due_at)
     select distinct 'progress', batch_id, clock_timestamp() + $2::double precision * interval '1 ms'
       from ended join batches b on b.id = ended.batch_id where b.state in ('running', 'paused')`,
    [soundId, gatherMs],
  );
}

/** The newest batch of that name, or the batch of that id. */
export async function findBatch(client: Queryable, nameOrId: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `select id from batches where id = $1 or name = $1 order by started_at desc limit 1`,
    [nameOrId],
  );
  return rows[0]?.id ?? null;
}

/** Pauses a batch, or lets it go on; one that has ended stays ended. @returns false when it has. */
export async function pauseBatch(client: Queryable, batchId: string, isPaused: boolean): Promise<boolean> {
  const { rowCount } = await client.query(
    `update batches set state = $2 where id = $1 and state in ('running', 'paused')`,
    [batchId, isPaused ? 'paused' : 'running'],
  );
  await tell(client, [{ kind: 'progress', key: batchId, body: {} }]);
  return rowCount === 1;
}

/**
 * Ends a batch at a person's word. Its sounds that were begun go on by themselves; those that were not, and that nothing else is about to start, are
 * abandoned with that reason, so that none stays "submitted" for ever. Starting the run again takes them up; so does reopening one.
 * @returns false when it had ended before.
 */
export async function cancelBatch(database: Database, batchId: string): Promise<boolean> {
  return database.transaction(async (client) => {
    const { rowCount } = await client.query(
      `update batches set state = 'cancelled', finished_at = now() where id = $1 and state in ('running', 'paused')`,
      [batchId],
    );
    if (rowCount === 0) return false;
    const why = `The bulk run ${batchId} was cancelled before it was tried.`;
    await client.query(
      `with left_over as (
         select s.id from batch_items i join sounds s on s.id = i.sound_id
          where i.batch_id = $1 and i.admitted_at is null and i.concluded_at is null
            and s.status = 'submitted' and s.looked_at is null and s.started_at is null
            and not exists (select from outbox o where o.key = s.id and o.kind = 'start')
            and not exists (select from batch_items j join batches b on b.id = j.batch_id
                             where j.sound_id = s.id and j.batch_id <> $1 and j.concluded_at is null and b.state in ('running', 'paused'))
          order by s.id for update of s),
       abandoned as (
         update sounds s set status = 'abandoned', why = $2, revision = revision + 1, updated_at = now() from left_over l where s.id = l.id returning s.id)
       insert into decisions (id, sound_id, decided_by, kind, accepted, why, detail)
       select cancellation($1, id), id, 'person', 'abandon', true, $2, jsonb_build_object('version', 1, 'batch', $1::text) from abandoned
       on conflict (id) do nothing`,
      [batchId, why],
    );
    await tell(client, [{ kind: 'progress', key: batchId, body: {} }]);
    return true;
  });
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
  const { rowCount } = await client.query(
    `insert into batch_items (batch_id, line, sound_id)
     select $1, row_number() over (order by coalesce(g.n, 1) desc, g.newest desc nulls last, s.submitted_at desc, s.id), s.id
       from sounds s
       left join (select group_id, count(*) as n, max(submitted_at) as newest from sounds
                   where group_id is not null and status in ('waiting', 'review') group by group_id) g on g.group_id = s.group_id
      where s.status in ('waiting', 'review') and not exists (select from batch_items i where i.batch_id = $1)
     on conflict do nothing`,
    [batchId],
  );
  await touch(client, batchId, rowCount ?? 0);
  const { rows } = await client.query<{ total: number }>(`select total from batches where id = $1`, [batchId]);
  return rows[0]!.total;
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

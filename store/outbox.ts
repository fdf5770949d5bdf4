// The table `outbox`: what workflows must be told because rows changed. Written in the transaction that changes them, sent by the dispatcher.

import type { SoundId } from '../domain/naming.ts';
import { soundSummary } from '../domain/sound.ts';
import type { Database, Queryable } from './database.ts';
import { fittingOr, toJson } from './json/column.ts';
import { bodyColumn } from './json/outbox.ts';

export type OutboxMessage =
  /** The sound's workflow is to run; `bulk`: it is one of many, and nobody waits for it. */
  | { readonly kind: 'start'; readonly key: SoundId; readonly body: { readonly summary: string; readonly bulk?: true } }
  /** The sound should look again: what its row says has changed. */
  | { readonly kind: 'wake'; readonly key: SoundId; readonly body: { readonly why: string } }
  | { readonly kind: 'batch'; readonly key: string; readonly body: { readonly summary: string } }
  | { readonly kind: 'delivery'; readonly key: string; readonly body: { readonly summary: string } }
  /** Sounds of a bulk run have had their outcome. */
  | { readonly kind: 'progress'; readonly key: string; readonly body: Readonly<Record<string, never>> }
  /** Recordings came that the waiting sounds are to be searched with. */
  | { readonly kind: 'arrived'; readonly key: ''; readonly body: Readonly<Record<string, never>> };

/** Notes messages; to be called in the transaction that makes them true. `inMs`: how long they wait for more of their kind. */
export async function tell(client: Queryable, messages: readonly OutboxMessage[], inMs = 0): Promise<void> {
  if (messages.length === 0) return;
  await client.query(
    `insert into outbox (kind, key, body, due_at)
     select m->>'kind', m->>'key', m->'body', clock_timestamp() + $2::double precision * interval '1 ms'
       from jsonb_array_elements($1::jsonb) with ordinality as t(m, n) order by n`,
    [toJson(messages.map((message) => ({ ...message, body: bodyColumn(message.kind).wrap(message.body) }))), inMs],
  );
}

/** Notes that workflows of sounds must hear of a change of their rows; each once, whatever it was named for. */
export async function callSounds(client: Queryable, soundIds: readonly SoundId[], why: string): Promise<void> {
  await tell(
    client,
    [...new Set(soundIds)].map((key) => ({ kind: 'wake', key, body: { why } })),
  );
}

/** A sound that looks by itself hears what it was called for: from here on it reads its row anew. What is being sent just now arrives all the same. */
export async function endCallsOf(client: Queryable, soundId: SoundId): Promise<void> {
  await client.query(
    `delete from outbox where id in (select id from outbox where key = $1 and kind = 'wake' for update skip locked)`,
    [soundId],
  );
}

export type TakenMessage = OutboxMessage & { readonly id: number; readonly tries: number };

/** What became of a message that was taken. */
export type Sent =
  | { readonly kind: 'sent' }
  /** Tried again after a pause: the receiver could not be reached, or will not have it, for the reason. */
  | { readonly kind: 'later'; readonly problem: string; readonly inMs: number };

/**
 * Hands the next messages to `send` and writes what became of each, in one transaction: while it lasts nobody else takes them, and if this process
 * dies they are there again. @returns how many were taken.
 */
export async function sendNext(
  database: Database,
  limit: number,
  send: (messages: readonly TakenMessage[]) => Promise<ReadonlyMap<number, Sent>>,
): Promise<number> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<Pick<TakenMessage, 'id' | 'kind' | 'key' | 'tries'> & { body: unknown }>(
      `select id, kind, key, body, tries from outbox where due_at <= clock_timestamp() order by lane, id limit $1 for update skip locked`,
      [limit],
    );
    if (rows.length === 0) return 0;
    const misfits = new Map<number, Sent>();
    const messages = rows.flatMap((row) =>
      fittingOr(
        () => [{ ...row, body: bodyColumn(row.kind).read(row.body, row.id) } as TakenMessage],
        // Of another version of this program, perhaps one that is just being replaced: those behind it go on.
        ({ message }) => {
          misfits.set(row.id, { kind: 'later', problem: message, inMs: 60_000 });
          return [];
        },
      ),
    );
    const became = new Map([...misfits, ...(await send(messages))]);
    const sent = rows.filter(({ id }) => became.get(id)?.kind === 'sent').map(({ id }) => id);
    await client.query(`delete from outbox where id = any($1)`, [sent]);
    const starts = rows.filter((row) => row.kind === 'start' && became.get(row.id)?.kind === 'sent');
    if (starts.length > 0)
      await client.query(`update sounds set started_at = clock_timestamp() where id = any($1)`, [
        starts.map(({ key }) => key),
      ]);
    for (const { id } of rows) {
      const outcome = became.get(id);
      if (outcome?.kind !== 'later') continue;
      await client.query(
        `update outbox set tries = tries + 1, problem = $2, due_at = clock_timestamp() + $3::double precision * interval '1 ms' where id = $1`,
        [id, outcome.problem.slice(0, 500), outcome.inMs],
      );
    }
    return rows.length;
  });
}

/** Until the next message is due, milliseconds; null: there is none. */
export async function nextDueMs(client: Queryable): Promise<number | null> {
  const { rows } = await client.query<{ ms: number | null }>(
    `select extract(epoch from min(due_at) - clock_timestamp())::double precision * 1000 as ms from outbox`,
  );
  return rows[0]!.ms === null ? null : Math.max(0, rows[0]!.ms);
}

/** Long enough for a message on its way, short enough for who waits: a sound is not to be without a workflow for more than a minute. */
const forgottenMs = 30_000;
/** A start that was sent so long ago is sent again: its workflow may have been terminated before it could do anything. */
const startedAgainMs = 10 * 60_000;
const forgottenAtOnce = 500;

/**
 * Notes what was stored and never begun: sounds that nobody started (a crash of who submitted them), bulk runs whose lines stopped coming before
 * their workflow was started, arrivals that nobody searched for. @returns how many messages that made.
 */
export async function tellForgotten(database: Database): Promise<number> {
  return database.transaction(async (client) => {
    const sounds = await client.query<{ id: string; title: string; author: string; platform: string }>(
      `select s.id, s.title, s.author, s.platform from sounds s
        where s.status = 'submitted' and s.looked_at is null and (not s.bulk or s.started_at is not null) and s.submitted_at < now() - $1::double precision * interval '1 ms'
          and (s.started_at is null or s.started_at < now() - $2::double precision * interval '1 ms')
          and not exists (select from outbox o where o.key = s.id and o.kind = 'start')
          and not exists (select from batch_items i join batches b on b.id = i.batch_id
                           where i.sound_id = s.id and i.admitted_at is null and b.state in ('running', 'paused'))
        order by s.submitted_at limit $3 for update of s skip locked`,
      [forgottenMs, startedAgainMs, forgottenAtOnce],
    );
    const batches = await client.query<{ id: string; name: string }>(
      `update batches b set touched_at = now()
        where state = 'running' and touched_at < now() - $1::double precision * interval '1 ms'
          and exists (select from batch_items i where i.batch_id = b.id)
          and not exists (select from batch_items i where i.batch_id = b.id and i.admitted_at is not null)
          and not exists (select from outbox o where o.key = b.id and o.kind = 'batch')
        returning id, name`,
      [forgottenMs],
    );
    const arrivals = await client.query(
      `select from arrivals where at < now() - $1::double precision * interval '1 ms'
          and not exists (select from outbox where key = '' and kind = 'arrived') limit 1`,
      [forgottenMs],
    );
    const messages: OutboxMessage[] = [
      ...sounds.rows.map(({ id, ...sound }): OutboxMessage => ({
        kind: 'start',
        key: id,
        body: { summary: soundSummary(sound) },
      })),
      ...batches.rows.map(({ id, name }): OutboxMessage => ({
        kind: 'batch',
        key: id,
        body: { summary: `bulk run ${name}` },
      })),
      ...(arrivals.rowCount === 0 ? [] : [{ kind: 'arrived', key: '', body: {} } as const]),
    ];
    await tell(client, messages);
    return messages.length;
  });
}

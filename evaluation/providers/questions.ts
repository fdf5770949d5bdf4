// The questions of the load run as a table, taken by lease: what Temporal's task queues are for the product. A question that is told to
// come back later is due then; one whose asker died is due when its lease ends.

import type { Queryable } from '../../store/database.ts';
import type { ProviderName } from '../../domain/providers.ts';

export interface LoadQuestion {
  readonly id: number;
  readonly provider: ProviderName;
  /** The place of the recording in the providers' made-up world. */
  readonly place: number;
}

/** Longer than an answer takes. */
const leaseSeconds = 20;

export async function stageQuestions(
  client: Queryable,
  counts: Readonly<Partial<Record<ProviderName, number>>>,
): Promise<void> {
  await client.query(
    `create table load_questions (
       id bigint generated always as identity primary key,
       provider text not null,
       place integer not null,
       due_at timestamptz not null default now(),
       taken integer not null default 0,
       away integer not null default 0,
       answer text,
       done_at timestamptz);
     create index on load_questions (provider, due_at) where done_at is null;`,
  );
  for (const [provider, count] of Object.entries(counts)) {
    await client.query(
      `insert into load_questions (provider, place) select $1, n from generate_series(100, 99 + $2::integer) n`,
      [provider, count],
    );
  }
}

/** @returns null when none is due just now. */
export async function takeQuestion(client: Queryable, provider: ProviderName): Promise<LoadQuestion | null> {
  const { rows } = await client.query<LoadQuestion>(
    `update load_questions set taken = taken + 1, due_at = clock_timestamp() + $2 * interval '1 second'
      where id = (select id from load_questions where provider = $1 and done_at is null and due_at <= clock_timestamp()
                   order by due_at limit 1 for update skip locked)
      returning id, provider, place`,
    [provider, leaseSeconds],
  );
  return rows[0] ?? null;
}

export async function finishQuestion(client: Queryable, id: number, answer: string): Promise<void> {
  await client.query(`update load_questions set done_at = clock_timestamp(), answer = $2 where id = $1`, [id, answer]);
}

export async function putBack(client: Queryable, id: number, dueMs: number): Promise<void> {
  await client.query(`update load_questions set away = away + 1, due_at = $2 where id = $1`, [id, new Date(dueMs)]);
}

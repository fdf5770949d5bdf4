// The table `provider_answers`: what services answered, by service, question and day (UTC). What was answered today is not asked again.
//
// A question that costs money is written down before it is asked. Whoever finds it without an answer knows: asked, and the answer was
// lost. It is not asked again that day, so that no crash, retry or second worker ever pays twice.

import type { ProviderName } from '../../domain/providers.ts';
import type { Queryable } from '../database.ts';
import { fittingOr, type JsonColumn } from '../json/column.ts';

export interface Question {
  readonly provider: ProviderName;
  /** Normalised: the same question always reads the same. */
  readonly query: string;
  /** yyyy-mm-dd, UTC. */
  readonly day: string;
}

export interface KeptAnswer<T> {
  readonly value: T;
  /** SHA-256 of the bodies as received. */
  readonly rawHash: string;
  readonly at: Date;
}

/** Today's answer, if there is one that this program has kept: one of another version has to be had again. */
export async function readAnswer<T>(
  client: Queryable,
  question: Question,
  column: JsonColumn<T>,
): Promise<KeptAnswer<T> | null> {
  const { rows } = await client.query<KeptAnswer<unknown>>(
    `select answer as value, raw_hash as "rawHash", answered_at as at from provider_answers
      where provider = $1 and query = $2 and day = $3 and state = 'answered'`,
    [question.provider, question.query, question.day],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return fittingOr(
    () => ({ ...row, value: column.read(row.value, `${question.provider} ${question.query}`) }),
    () => null,
  );
}

export type Beginning<T> =
  /** It is ours to ask: the intent is written. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer<T> }
  /** Somebody asks just now, or asked and was lost. */
  | { readonly kind: 'asked'; readonly at: Date };

/** Writes the intent to ask a paid question, unless it was asked today. Commits before it returns: call it outside of any transaction. */
export async function beginAsking<T>(
  client: Queryable,
  question: Question,
  column: JsonColumn<T>,
): Promise<Beginning<T>> {
  const { rowCount } = await client.query(
    `insert into provider_answers (provider, query, day, state) values ($1, $2, $3, 'asked') on conflict do nothing`,
    [question.provider, question.query, question.day],
  );
  if (rowCount === 1) return { kind: 'ours' };
  const answer = await readAnswer(client, question, column);
  if (answer !== null) return { kind: 'answered', answer };
  const { rows } = await client.query<{ at: Date }>(
    `select asked_at as at from provider_answers where provider = $1 and query = $2 and day = $3`,
    [question.provider, question.query, question.day],
  );
  // Withdrawn between the two: whoever comes next asks.
  return { kind: 'asked', at: rows[0]?.at ?? new Date() };
}

/** It is certain that nothing was charged: as if it had never been asked. An answer stays. */
export async function withdrawAsking(client: Queryable, question: Question): Promise<void> {
  await client.query(
    `delete from provider_answers where provider = $1 and query = $2 and day = $3 and state = 'asked'`,
    [question.provider, question.query, question.day],
  );
}

/** Answers older than this are of no use to anybody. */
const keptDays = 30;

export async function keepAnswer<T>(
  client: Queryable,
  question: Question,
  answer: { readonly value: T; readonly rawHash: string },
  column: JsonColumn<T>,
): Promise<void> {
  await client.query(
    `insert into provider_answers (provider, query, day, state, answered_at, raw_hash, answer)
     values ($1, $2, $3, 'answered', clock_timestamp(), $4, $5)
     on conflict (provider, query, day) do update set state = 'answered', answered_at = excluded.answered_at,
       raw_hash = excluded.raw_hash, answer = excluded.answer`,
    [question.provider, question.query, question.day, answer.rawHash, column.write(answer.value)],
  );
  // A few at a time, by whoever writes: there is no sweeper to forget.
  await client.query(
    `delete from provider_answers where ctid = any(array(
       select ctid from provider_answers where day < $1::date - $2::integer order by day limit 20 for update skip locked))`,
    [question.day, keptDays],
  );
}

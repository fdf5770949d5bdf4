// The table `keyed_requests`: a request that carries a key is answered once, and asked again it gets the same answer.

import { randomUUID } from 'node:crypto';
import type { Queryable } from '../database.ts';

export interface KeyedRequest {
  readonly tokenId: string;
  readonly key: string;
  /** Of method, path and body. */
  readonly hash: Buffer;
}

export type Claim =
  /** It is ours to answer. */
  | { readonly kind: 'ours'; readonly claim: string }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** Somebody is about to answer it. */
  | { readonly kind: 'busy' }
  /** The key was used for another request. */
  | { readonly kind: 'other' };

/** Longer than any answer takes: whoever claimed it before was killed. */
const abandonedMs = 120_000;

export async function claimRequest(client: Queryable, { tokenId, key, hash }: KeyedRequest): Promise<Claim> {
  const claim = randomUUID();
  const taken = await client.query(
    `insert into keyed_requests as known (token_id, key, request_hash, claim) values ($1, $2, $3, $4)
     on conflict (token_id, key) do update set claim = excluded.claim, claimed_at = now()
       where known.status is null and known.request_hash = excluded.request_hash
         and known.claimed_at < now() - $5::double precision * interval '1 ms'`,
    [tokenId, key, hash, claim, abandonedMs],
  );
  if (taken.rowCount === 1) return { kind: 'ours', claim };
  const { rows } = await client.query<{ same: boolean; status: number | null; body: string | null }>(
    `select request_hash = $3 as same, status, body from keyed_requests where token_id = $1 and key = $2`,
    [tokenId, key, hash],
  );
  const known = rows[0];
  // Given up between the two statements: whoever asks again finds it free.
  if (known === undefined) return { kind: 'busy' };
  if (!known.same) return { kind: 'other' };
  return known.status === null ? { kind: 'busy' } : { kind: 'answered', status: known.status, body: known.body ?? '' };
}

/** Keeps the answer. */
export async function answerRequest(
  client: Queryable,
  { tokenId, key }: KeyedRequest,
  claim: string,
  answer: { readonly status: number; readonly body: string },
): Promise<void> {
  await client.query(
    `update keyed_requests set status = $4, body = $5 where token_id = $1 and key = $2 and claim = $3`,
    [tokenId, key, claim, answer.status, answer.body],
  );
}

/** There is no answer worth keeping: the next one to ask is to have a new one. */
export async function giveUpRequest(client: Queryable, { tokenId, key }: KeyedRequest, claim: string): Promise<void> {
  await client.query(`delete from keyed_requests where token_id = $1 and key = $2 and claim = $3 and status is null`, [
    tokenId,
    key,
    claim,
  ]);
}

/** Answers older than a day are forgotten. */
export async function forgetRequests(client: Queryable): Promise<void> {
  await client.query(`delete from keyed_requests where claimed_at < now() - interval '1 day'`);
}

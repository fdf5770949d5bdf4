// The table `watched_deliveries`: what was seen in watched folders, since when it is as it is, and what of it was taken.

import type { Queryable } from '../database.ts';
import { deliveryIdOf } from './deliveries.ts';

/** Notes how a delivery's files look now. @returns since when they have looked so, and the signature that was taken last. */
export async function noteSeen(
  client: Queryable,
  path: string,
  signature: string,
): Promise<{ readonly unchangedMs: number; readonly taken: string | null }> {
  const { rows } = await client.query<{ unchanged_ms: number; taken: string | null }>(
    `insert into watched_deliveries as w (id, path, signature, seen_at) values ($3, $1, $2, clock_timestamp())
     on conflict (id) do update set
       seen_at = case when w.signature = excluded.signature then w.seen_at else excluded.seen_at end, signature = excluded.signature
     returning (extract(epoch from clock_timestamp() - seen_at) * 1000)::double precision as unchanged_ms, taken`,
    [path, signature, deliveryIdOf(path)],
  );
  return { unchangedMs: rows[0]!.unchanged_ms, taken: rows[0]!.taken };
}

export async function markTaken(client: Queryable, path: string, signature: string): Promise<void> {
  await client.query(`update watched_deliveries set taken = $2, taken_at = now() where id = $1`, [
    deliveryIdOf(path),
    signature,
  ]);
}

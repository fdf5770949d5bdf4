// The table `sound_changes`: every change of a sound, on one line that can be followed from any place of it. Triggers write it
// (migrations/000009_access.sql), whoever changes a sound and however.

import type { SoundId } from '../domain/naming.ts';
import type { DecidedBy, SoundStatus } from '../domain/sound.ts';
import type { Database, Queryable } from './database.ts';

export interface SoundChange {
  /** The place on the line. */
  readonly seq: number;
  readonly at: Date;
  readonly soundId: SoundId;
  readonly state: SoundStatus;
  readonly why: string;
  readonly recording: string | null;
  readonly decidedBy: DecidedBy | null;
}

/** Numbered in one transaction. */
const atOnce = 1_000;

/**
 * Gives changes that are new their places. One at a time does, with the counter's row as the lock, and a place is seen only once all before it are. @returns
 * how many.
 */
export async function numberChanges(database: Database): Promise<number> {
  let numbered = 0;
  for (;;) {
    const n = await database.transaction(async (client) => {
      const { rowCount: isOurs } = await client.query(`select from sound_change_counter for update skip locked`);
      if (isOurs === 0) return 0;
      const { rowCount } = await client.query(
        `with next as (select n, row_number() over (order by n) as k from (select n from sound_changes where seq is null order by n limit $1) x),
              counted as (update sound_change_counter set last = last + (select count(*) from next) returning last - (select count(*) from next) as before)
         update sound_changes c set seq = counted.before + next.k from next, counted where c.n = next.n`,
        [atOnce],
      );
      return rowCount ?? 0;
    });
    numbered += n;
    if (n < atOnce) return numbered;
  }
}

export interface ChangeLine {
  /** The first place that is still kept, less one: what came before is forgotten. */
  readonly floor: number;
  readonly last: number;
}

export async function changeLine(client: Queryable): Promise<ChangeLine> {
  const { rows } = await client.query<ChangeLine>(
    `select last, coalesce((select min(seq) - 1 from sound_changes), last) as floor from sound_change_counter`,
  );
  return rows[0]!;
}

/** What came after a place, in order. */
export async function changesAfter(client: Queryable, seq: number, limit: number): Promise<SoundChange[]> {
  const { rows } = await client.query<SoundChange>(
    `select seq, at, sound_id as "soundId", state, why, recording, decided_by as "decidedBy" from sound_changes
      where seq > $1 order by seq limit $2`,
    [seq, limit],
  );
  return rows;
}

/** Forgets changes that are older than so many days, some thousands in a transaction. */
export async function forgetChanges(client: Database, days: number): Promise<void> {
  // What is forgotten without a place would be missed by nobody: a follower sees by the places that there was something.
  await numberChanges(client);
  for (;;) {
    const { rows } = await client.query<{ upto: number | null }>(
      `select max(n) as upto from (select n from sound_changes order by n limit 5000) oldest`,
    );
    // By a number that is known when it is planned: as a subquery, all of the table was read for it.
    const { rowCount } = await client.query(
      `delete from sound_changes where n <= $1 and at < now() - $2::double precision * interval '1 day'`,
      [rows[0]!.upto ?? 0, days],
    );
    if ((rowCount ?? 0) < 5_000) return;
  }
}

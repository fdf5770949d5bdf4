// Lists of sounds for people and programs that look: the newest first, in pages.

import type { SoundId } from '../../domain/naming.ts';
import type { SoundStatus } from '../../domain/sound.ts';
import type { Queryable } from '../database.ts';
import { readRecords, type SoundRecord } from './records.ts';

/** Where a page ends: the next one begins behind it. `at` to the microsecond, which Date cannot hold. */
export interface ListPlace {
  readonly at: string;
  readonly id: SoundId;
}

export interface ListedSound {
  readonly soundId: SoundId;
  readonly title: string;
  readonly author: string;
  readonly group: number | null;
  readonly submittedAt: string;
  readonly record: SoundRecord;
}

export interface SoundFilter {
  readonly state?: SoundStatus | undefined;
  readonly platform?: string | undefined;
  readonly group?: number | undefined;
  /** Its id, its platform's id, or a part of its title or author. */
  readonly words?: string | undefined;
}

/** @returns a page of at most `limit`, and the place where the next begins; null: there is no more. */
export async function listSounds(
  client: Queryable,
  filter: SoundFilter,
  after: ListPlace | null,
  limit: number,
): Promise<{ readonly sounds: readonly ListedSound[]; readonly next: ListPlace | null }> {
  const values: unknown[] = [];
  const given = (value: unknown): string => `$${values.push(value)}`;
  // Only what is asked for stands in the statement: a plan for "whatever it may be" reads the table through.
  const conditions = [
    ...(filter.state === undefined ? [] : [`status = ${given(filter.state)}`]),
    ...(filter.platform === undefined ? [] : [`platform = ${given(filter.platform)}`]),
    ...(filter.group === undefined ? [] : [`group_id = ${given(filter.group)}`]),
    ...(filter.words === undefined ? [] : [wordsCondition(filter.words, given)]),
    ...(after === null ? [] : [`(submitted_at, id) < (${given(after.at)}::timestamptz, ${given(after.id)})`]),
  ];
  const { rows } = await client.query<{
    id: string;
    title: string;
    author: string;
    group_id: number | null;
    at: string;
  }>(
    `select id, title, author, group_id, to_char(submitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
       from sounds ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
      order by submitted_at desc, id desc limit ${given(limit + 1)}`,
    values,
  );
  const page = rows.slice(0, limit);
  const records = await readRecords(client, { afterId: '', limit, ids: page.map(({ id }) => id) });
  const recordOf = new Map(records.map(({ soundId, record }) => [soundId, record]));
  const last = page.at(-1);
  return {
    sounds: page.map(({ id, title, author, group_id, at }) => ({
      soundId: id,
      title,
      author,
      group: group_id,
      submittedAt: at,
      record: recordOf.get(id)!,
    })),
    next: rows.length <= limit || last === undefined ? null : { at: last.at, id: last.id },
  };
}

function wordsCondition(words: string, given: (value: unknown) => string): string {
  const id = given(words);
  const part = given(`%${words.replaceAll(/[\\%_]/g, '\\$&')}%`);
  return `(id = ${id} or platform_sound_id = ${id} or (title || ' ' || author) ilike ${part})`;
}

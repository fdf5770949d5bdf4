// Recordings that are one, delivered more than once: which are known to be, a person's word that two are not, and what hung on it.

import type { RecordingId } from '../../domain/naming.ts';
import type { Known } from '../../domain/relations.ts';
import type { Queryable } from '../database.ts';
import { detailColumn } from '../json/decision.ts';
import { edgeEvidenceColumn } from '../json/recording.ts';
import { callSounds } from '../outbox.ts';

/** What is known of these recordings among each other: which are one, and which are not whatever their words say. */
export async function knownTwins(client: Queryable, ids: readonly RecordingId[]): Promise<Known> {
  if (ids.length < 2) return { joined: [], apart: [] };
  const { rows } = await client.query<{ recording_id: string; other_id: string; level: string }>(
    `select recording_id, other_id, level from recording_edges
      where recording_id = any($1) and other_id = any($1) and confirmed and level in ('same_recording', 'different')`,
    [ids],
  );
  const pairs = (level: string): Known['joined'] =>
    rows.filter((row) => row.level === level).map((row) => [row.recording_id, row.other_id] as const);
  return { joined: pairs('same_recording'), apart: pairs('different') };
}

/** The recordings that are one with each of these. */
export async function twinsOf(
  client: Queryable,
  ids: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, readonly RecordingId[]>> {
  const { rows } = await client.query<{ nth: number; twins: string[] }>(
    `select nth, same_recordings(id) as twins from unnest($1::text[]) with ordinality as asked(id, nth)`,
    [ids],
  );
  return new Map(rows.map(({ nth, twins }) => [ids[nth - 1]!, twins]));
}

/** A person's word that two recordings are not one. Repeating it is harmless. */
export async function putApart(
  client: Queryable,
  id: RecordingId,
  other: RecordingId,
  said: { readonly by: string; readonly why: string },
): Promise<void> {
  const [first, second] = id < other ? [id, other] : [other, id];
  const text = `${said.by} said that they are two recordings${said.why === '' ? '.' : `: ${said.why}`}`;
  await client.query(`delete from recording_edges where recording_id in ($1, $2) and other_id in ($1, $2)`, [
    first,
    second,
  ]);
  await client.query(
    `insert into recording_edges (recording_id, other_id, level, evidence, confirmed) values ($1, $2, 'different', $3, true)`,
    [first, second, edgeEvidenceColumn.write([{ kind: 'person', text }])],
  );
}

/** Takes such a word back. @returns false when nobody had given it. */
export async function takeBackApart(client: Queryable, id: RecordingId, other: RecordingId): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from recording_edges where recording_id in ($1, $2) and other_id in ($1, $2) and level = 'different'`,
    [id, other],
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Two recordings that counted as one are two after all: what a rule linked to either of them while it took the other for the same is open again and
 * looks anew. A person's link stays. @returns the sounds.
 */
export async function reopenSplit(
  client: Queryable,
  id: RecordingId,
  other: RecordingId,
  because: string,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select s.id from links l join sounds s on s.id = l.sound_id join decisions d on d.id = l.decision_id
      where l.superseded_at is null and l.decided_by = 'rule' and l.recording_id in ($1, $2)
        and d.detail->'candidates'->0->'twins' ?| array[$1, $2]
      order by s.id for update of s`,
    [id, other],
  );
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const why = `${id} and ${other} were taken for one recording and are two: ${because}`;
  await client.query(
    `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why, detail)
     select sound || '#split:' || (select count(*) from decisions where sound_id = sound), sound, 'rule', 'waiting', null, true, $2, $3
       from unnest($1::text[]) as sound`,
    [ids, why, detailColumn.write({ split: [id, other] })],
  );
  await client.query(`update links set superseded_at = now() where sound_id = any($1) and superseded_at is null`, [
    ids,
  ]);
  // It may have been matched for longer than it was to wait.
  await client.query(
    `update sounds set status = 'waiting', why = $2, seq_seen = null, next_attempt_at = null, revision = revision + 1, updated_at = now(),
            expires_at = greatest(expires_at, now() + horizon_ms * interval '1 ms') where id = any($1)`,
    [ids, why],
  );
  await callSounds(client, ids, why);
  return ids;
}

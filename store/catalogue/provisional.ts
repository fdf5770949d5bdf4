// Provisional recordings: what people knew before any delivery. Confirmed, they are merged into the delivered recording and their row stays
// as the record of that; contradicted, they are contested, and what was linked by them goes to a person.

import type { RecordingId } from '../../domain/naming.ts';
import type { RecordingKeys } from '../../domain/recording.ts';
import { recordChanges, type Source } from './changes.ts';
import { nextCatalogueSeq, type Queryable } from '../database.ts';
import { detailColumn } from '../json/decision.ts';
import { recordingsById, type FoundRecording } from './recordings.ts';
import { addReference, type NewReference } from './references.ts';
import { callSounds } from '../outbox.ts';
import { moveWaiting } from './releases.ts';

/** Provisional recordings that may be this one, or delivered ones that a provisional one may be: by ISRC, or by title and artist. */
export async function lookalikes(
  client: Queryable,
  recording: { readonly id: RecordingId; readonly isrc: string | null; readonly provisional: boolean },
  keys: RecordingKeys,
): Promise<FoundRecording[]> {
  const searchKeys = [keys.baseKey, keys.titleKey, ...keys.extraKeys].filter((key) => key !== '');
  // Written out, not a parameter: the few provisional rows have an index of their own, which the planner must be able to choose.
  const other = recording.provisional ? 'not provisional' : 'provisional';
  const { rows } = await client.query<{ id: string }>(
    `(select id from recordings where isrc = $1 and ${other} and merged_into is null and id <> $4 order by seq desc limit 20)
     union
     (select id from recordings where search_keys && $2::text[] and artist_keys && $3::text[] and ${other}
         and merged_into is null and id <> $4 order by seq desc limit 20)`,
    [recording.isrc, searchKeys, keys.artistKeys, recording.id],
  );
  return recordingsById(
    client,
    rows.map((row) => row.id),
  );
}

/** True when there is any provisional recording to look for: most catalogues have none, and a delivery has many rows. */
export async function anyProvisional(client: Queryable): Promise<boolean> {
  const { rowCount } = await client.query(`select from recordings where provisional and merged_into is null limit 1`);
  return rowCount === 1;
}

/** What stands behind a provisional recording now: itself, or the one it was merged into. Null for an unknown id. */
export async function standsFor(
  client: Queryable,
  id: RecordingId,
): Promise<{ readonly id: RecordingId; readonly provisional: boolean } | null> {
  const { rows } = await client.query<{ id: string; provisional: boolean }>(
    `select coalesce(merged_into, id) as id, provisional and merged_into is null as provisional from recordings where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Moves everything from a provisional recording to the one that it turned out to be: references, links, rejections, waiting. A person's
 * link stays a person's. Repeating it is harmless.
 */
export async function mergeProvisional(
  client: Queryable,
  provisionalId: RecordingId,
  into: RecordingId,
  why: string,
  source: Source,
): Promise<void> {
  const { rowCount } = await client.query(
    `select from recordings where id = $1 and provisional and merged_into is null for update`,
    [provisionalId],
  );
  if (rowCount === 0) return;
  await moveReferences(client, provisionalId, into);
  const moved = await moveLinks(client, provisionalId, into, why);
  await client.query(
    `update sounds set rejected = array(select distinct case when r = $1 then $2 else r end from unnest(rejected) as r)
      where rejected @> array[$1] and rejected <> '{}'`,
    [provisionalId, into],
  );
  const { rows: waiting } = await client.query<{ id: string }>(
    `update sounds set waits_for = $2, seq_seen = null where waits_for = $1 returning id, status`,
    [provisionalId, into],
  );
  // It keeps its words for people and loses the keys under which it could be found.
  await client.query(
    `update recordings set merged_into = $2, contested = null, isrc = null, external_ids = '{}', title_key = '', base_key = '',
            artist_keys = '{}', search_keys = '{}', group_keys = '{}', seq = $3, updated_at = now() where id = $1`,
    [provisionalId, into, await nextCatalogueSeq(client)],
  );
  await client.query(`delete from recording_edges where recording_id = $1 or other_id = $1`, [provisionalId]);
  await client.query(
    `update recording_conflicts set resolved_at = now() where (recording_id = $1 or other_id = $1) and resolved_at is null`,
    [provisionalId],
  );
  await recordChanges(client, [{ recordingId: into, what: 'merged', before: provisionalId, after: why, source }]);
  await callSounds(
    client,
    [...moved, ...waiting.map((row) => row.id)],
    `${into} was delivered: it is what was handed in before`,
  );
  await moveWaiting(client, [into], () => `${into} was delivered with its date`);
}

async function moveReferences(client: Queryable, from: RecordingId, into: RecordingId): Promise<void> {
  const { rows } = await client.query<{
    id: number;
    origin: NewReference['origin'];
    file: string;
    file_hash: string;
    duration_ms: number;
    print: Buffer;
    print_version: number;
  }>(
    `select id, origin, file, file_hash, duration_ms, print, print_version from audio_references
      where recording_id = $1 and removed_at is null order by id`,
    [from],
  );
  for (const row of rows) {
    const { id } = await addReference(client, {
      recordingId: into,
      origin: row.origin,
      file: row.file,
      fileHash: row.file_hash,
      durationMs: row.duration_ms,
      print: row.print,
      printVersion: row.print_version,
    });
    // Before the old one is retired: its vectors would go with it, and its audio is not listened to again.
    await client.query(
      `update reference_vectors v set reference_id = $2 where v.reference_id = $1
          and not exists (select from reference_vectors w where w.reference_id = $2 and w.model_id = v.model_id)`,
      [row.id, id],
    );
  }
  if (rows.length === 0) return;
  // New rows and retired ones instead of changed ones: derived indexes follow additions and removals.
  await client.query(`update audio_references set removed_at = now(), print = null, seq = $2 where id = any($1)`, [
    rows.map((row) => row.id),
    await nextCatalogueSeq(client),
  ]);
}

interface LinkedSound {
  readonly id: string;
  readonly decided_by: 'rule' | 'person';
}

/** Each moved link gets a decision of its own that says why. A sound whose person rejected the other recording keeps its link. */
async function moveLinks(client: Queryable, from: RecordingId, into: RecordingId, why: string): Promise<string[]> {
  const { rows } = await client.query<LinkedSound>(
    `select s.id, l.decided_by from links l join sounds s on s.id = l.sound_id
      where l.recording_id = $1 and l.superseded_at is null and not (s.rejected @> array[$2]) order by s.id for update of s`,
    [from, into],
  );
  for (const { id } of rows) {
    const decisionId = `${id}#merged:${from}`;
    await client.query(
      `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why, detail)
       values ($1, $2, 'rule', 'matched', $3, true, $4, $5) on conflict (id) do nothing`,
      [
        decisionId,
        id,
        into,
        `What was handed in before its release is ${into}. ${why}`,
        detailColumn.write({ merged: from }),
      ],
    );
    await client.query(
      `with old as (
         update links set superseded_at = now() where sound_id = $1 and recording_id = $2 and superseded_at is null returning *
       )
       insert into links (sound_id, recording_id, relation, speed_ratio, pitch_semitones, offset_ms, coverage, probability, decided_by, decision_id)
       select sound_id, $3, relation, speed_ratio, pitch_semitones, offset_ms, coverage, probability, decided_by, $4 from old`,
      [id, from, into, decisionId],
    );
    await client.query(`update sounds set why = $2, revision = revision + 1, updated_at = now() where id = $1`, [
      id,
      `What was handed in before its release is ${into}. ${why}`,
    ]);
  }
  return rows.map((row) => row.id);
}

/**
 * A delivery contradicts what a person knew: what machines linked by it goes to a person with the reason, and so does what waits for it.
 * A person's link stays. Repeating it is harmless.
 */
export async function contestProvisional(
  client: Queryable,
  provisionalId: RecordingId,
  why: string,
  source: Source,
): Promise<void> {
  const { rowCount } = await client.query(
    `update recordings set contested = $2, updated_at = now()
      where id = $1 and provisional and merged_into is null and contested is distinct from $2`,
    [provisionalId, why],
  );
  if (rowCount === 0) return;
  await recordChanges(client, [{ recordingId: provisionalId, what: 'contested', before: null, after: why, source }]);
  const { rows } = await client.query<LinkedSound>(
    `select s.id, l.decided_by from links l join sounds s on s.id = l.sound_id
      where l.recording_id = $1 and l.superseded_at is null and l.decided_by = 'rule' order by s.id for update of s`,
    [provisionalId],
  );
  const said = contestedWhy(provisionalId, why);
  for (const { id } of rows) {
    await client.query(
      `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why, detail)
       select $1 || '#contested:' || count(*), $1, 'rule', 'review', null, true, $2, $3 from decisions where sound_id = $1`,
      [id, said, detailColumn.write({ contested: provisionalId })],
    );
    await client.query(`update links set superseded_at = now() where sound_id = $1 and superseded_at is null`, [id]);
    await client.query(
      `update sounds set status = 'review', why = $2, seq_seen = null, next_attempt_at = null, revision = revision + 1, updated_at = now() where id = $1`,
      [id, said],
    );
  }
  const { rows: waiting } = await client.query<{ id: string }>(
    `update sounds set seq_seen = null where waits_for = $1 and status in ('waiting', 'review') returning id`,
    [provisionalId],
  );
  await callSounds(
    client,
    [...rows, ...waiting].map((row) => row.id),
    said,
  );
}

/** The sentence that a sound in review shows. */
export const contestedWhy = (provisionalId: RecordingId, why: string): string =>
  `What was handed in before the release (${provisionalId}) does not fit what was delivered: ${why}.`;

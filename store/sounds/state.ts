// The state of a sound as its row has it. Every change of it happens under the row's lock, so that a machine's outcome and a person's word can
// never both win.

import type { Relation } from '../../domain/evidence.ts';
import type { SoundId } from '../../domain/naming.ts';
import { isSettled, type DecidedBy, type SoundLink, type SoundState, type SoundStatus } from '../../domain/sound.ts';
import type { Database, Queryable } from '../database.ts';
import { concludeInBatches } from '../batches.ts';

export interface StateRow {
  id: string;
  revision: number;
  status: SoundStatus;
  why: string;
  attempts: number;
  submitted_at: Date;
  expires_at: Date;
  next_attempt_at: Date | null;
  release_date: string | null;
  rejected: string[];
  recording_id: string | null;
  relation: Relation | null;
  speed_ratio: number | null;
  pitch_semitones: number | null;
  offset_ms: number | null;
  coverage: number | null;
  probability: number | null;
  decided_by: DecidedBy | null;
}

const linkOf = (row: StateRow): SoundLink | null =>
  row.recording_id === null
    ? null
    : {
        recordingId: row.recording_id,
        relation: row.relation!,
        speedRatio: row.speed_ratio,
        pitchSemitones: row.pitch_semitones,
        offsetMs: row.offset_ms,
        coverage: row.coverage,
        probability: row.probability!,
        decidedBy: row.decided_by!,
      };

export const toState = (row: StateRow): SoundState => ({
  soundId: row.id,
  revision: row.revision,
  status: row.status,
  why: row.why,
  link: linkOf(row),
  attempts: row.attempts,
  submittedAtMs: row.submitted_at.getTime(),
  expiresAtMs: row.expires_at.getTime(),
  nextAttemptAtMs: row.next_attempt_at?.getTime() ?? null,
  releaseDate: row.release_date,
  due: null,
});

/** The row, locked until the transaction ends when `lock` says so. */
export async function stateRow(client: Queryable, id: SoundId, lock: boolean): Promise<StateRow | null> {
  // A statement of its own: a join that waits for the lock would go on with the new sound and the link as it was before the
  // wait, so that a conclusion could miss a person's link that was written meanwhile.
  if (lock) await client.query(`select from sounds where id = $1 for update`, [id]);
  const { rows } = await client.query<StateRow>(
    `select s.id, s.revision, s.status, s.why, s.attempts, s.submitted_at, s.expires_at, s.next_attempt_at, s.release_date, s.rejected,
            l.recording_id, l.relation, l.speed_ratio, l.pitch_semitones, l.offset_ms, l.coverage, l.probability, l.decided_by
       from sounds s left join links l on l.sound_id = s.id and l.superseded_at is null
      where s.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export async function readState(client: Queryable, id: SoundId): Promise<SoundState | null> {
  const row = await stateRow(client, id, false);
  return row === null ? null : toState(row);
}

/** Writes status and reason of a state that `apply` made, counts its revision, and tells the bulk runs that wait for its outcome. */
export async function putState(client: Queryable, next: SoundState): Promise<SoundState> {
  const { rows } = await client.query<{ revision: number; expires_at: Date }>(
    `update sounds set status = $2, why = $3, next_attempt_at = null, revision = revision + 1, updated_at = now()
      where id = $1 returning revision, expires_at`,
    [next.soundId, next.status, next.why],
  );
  await concludeInBatches(client, next.soundId);
  return { ...next, revision: rows[0]!.revision, expiresAtMs: rows[0]!.expires_at.getTime() };
}

/** Makes `link` the one in force. */
export async function putLink(
  client: Queryable,
  soundId: SoundId,
  link: SoundLink | null,
  decisionId: string,
): Promise<void> {
  await client.query(`update links set superseded_at = now() where sound_id = $1 and superseded_at is null`, [soundId]);
  if (link === null) return;
  await client.query(
    `insert into links (sound_id, recording_id, relation, speed_ratio, pitch_semitones, offset_ms, coverage, probability,
                        decided_by, decision_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      soundId,
      link.recordingId,
      link.relation,
      link.speedRatio,
      link.pitchSemitones,
      link.offsetMs === null ? null : Math.round(link.offsetMs),
      link.coverage,
      link.probability,
      link.decidedBy,
      decisionId,
    ],
  );
}

/** Says with an open sound why it could not be tried; its state stays what it is. @returns the state that holds, null for an unknown sound. */
export async function noteTrouble(database: Database, soundId: SoundId, why: string): Promise<SoundState | null> {
  return database.transaction(async (client) => {
    const row = await stateRow(client, soundId, true);
    if (row === null) return null;
    const state = toState(row);
    if (isSettled(state)) return state;
    await client.query(`update sounds set why = $2, updated_at = now() where id = $1`, [soundId, why]);
    return { ...state, why };
  });
}

export async function countByState(client: Queryable): Promise<Partial<Record<SoundStatus, number>>> {
  const { rows } = await client.query<{ status: SoundStatus; n: number }>(
    `select status, count(*)::integer as n from sounds group by status`,
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.n]));
}

// Writing a person's word: accepted with the state that it leads to, or refused with the reason.

import type { RecordingId, SoundId } from '../../domain/naming.ts';
import {
  apply,
  assertNever,
  isSettled,
  refusal,
  type PersonDecision,
  type SoundLink,
  type SoundState,
} from '../../domain/sound.ts';
import type { Database, Queryable } from '../database.ts';
import { detailColumn } from '../json/decision.ts';
import { readAudioEvidence } from './evidence.ts';
import { tellGroup } from './groups.ts';
import { putLink, putState, stateRow, toState } from './state.ts';

export interface GivenDecision {
  readonly decisionId: string;
  readonly decision: PersonDecision;
  /** Who, as the caller names them; may be empty. */
  readonly by: string;
  readonly note: string;
  /** When, on the clock that judges the sound's horizon: a reopened sound may wait that long from here. */
  readonly nowMs: number;
}

export type DecisionOutcome =
  | { readonly kind: 'accepted'; readonly state: SoundState; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Writes a person's decision and the state it leads to, or its refusal with the reason. A decision id that was seen before
 * gives the answer that it got then.
 */
export async function recordDecision(
  database: Database,
  soundId: SoundId,
  given: GivenDecision,
): Promise<DecisionOutcome> {
  return database.transaction(async (client) => {
    const row = await stateRow(client, soundId, true);
    if (row === null) return { kind: 'refused', why: `there is no sound ${soundId}` };
    const state = toState(row);
    const seen = await client.query<{ accepted: boolean; why: string; sound_id: string }>(
      `select accepted, why, sound_id from decisions where id = $1`,
      [given.decisionId],
    );
    const before = seen.rows[0];
    if (before !== undefined) {
      if (before.sound_id !== soundId)
        return { kind: 'refused', why: `decision id ${given.decisionId} was used for ${before.sound_id}` };
      return before.accepted
        ? { kind: 'accepted', state: { ...state, due: isSettled(state) ? null : before.why }, why: before.why }
        : { kind: 'refused', why: before.why };
    }
    const { decision } = given;
    let problem = refusal(state, decision);
    if (problem === null && 'recordingId' in decision) {
      const known = await client.query(`select 1 from recordings where id = $1`, [decision.recordingId]);
      if (known.rowCount === 0) problem = `there is no recording ${decision.recordingId} in the catalogue`;
    }
    const why = problem ?? describeDecision(decision, given);
    await client.query(
      `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why, detail)
       values ($1, $2, 'person', $3, $4, $5, $6, $7)`,
      [
        given.decisionId,
        soundId,
        decision.kind,
        'recordingId' in decision ? decision.recordingId : null,
        problem === null,
        why,
        detailColumn.write({ by: given.by, note: given.note }),
      ],
    );
    if (problem !== null) return { kind: 'refused', why };
    const link =
      decision.kind === 'match'
        ? await heardLink(client, soundId, await standing(client, decision.recordingId), decision.recordingId)
        : null;
    const next = apply(state, { kind: 'decided', decision, link, why });
    if (decision.kind === 'match') {
      await client.query(`update sounds set rejected = array_remove(rejected, $2) where id = $1`, [
        soundId,
        decision.recordingId,
      ]);
    } else if (decision.kind === 'reject') {
      await client.query(
        `update sounds set rejected = array_append(array_remove(rejected, $2), $2), seq_seen = null where id = $1`,
        [soundId, decision.recordingId],
      );
    } else if (decision.kind === 'reopen') {
      await client.query(
        `update sounds set seq_seen = null, expires_at = $2::timestamptz + horizon_ms * interval '1 ms' where id = $1`,
        [soundId, new Date(given.nowMs)],
      );
    }
    // A rejection of something that was not linked leaves state and link as they are.
    const news = newsOf(decision);
    if (next === state) {
      if (news !== null) await tellGroup(client, soundId, news, why);
      return { kind: 'accepted', state, why };
    }
    await putLink(client, soundId, next.link, given.decisionId);
    const stored = await putState(client, next);
    if (news !== null) await tellGroup(client, soundId, news, why);
    return { kind: 'accepted', state: stored, why };
  });
}

/** What a decision says of the audio, not of this one sound's fate; null when nothing. */
function newsOf(decision: PersonDecision): string | null {
  switch (decision.kind) {
    case 'match':
    case 'reject':
      return `${decision.kind} ${decision.recordingId}`;
    case 'notMusic':
    case 'noSuchRecording':
      return decision.kind;
    case 'abandon':
    case 'reopen':
      return null;
    default:
      return assertNever(decision);
  }
}

function describeDecision(decision: PersonDecision, given: GivenDecision): string {
  const who = given.by === '' ? 'A person' : given.by;
  const note = given.note === '' ? '.' : `: ${given.note}`;
  switch (decision.kind) {
    case 'match':
      return `${who} decided that it contains ${decision.recordingId}${note}`;
    case 'reject':
      return `${who} rejected ${decision.recordingId}${note}`;
    case 'notMusic':
      return `${who} decided that it is not music${note}`;
    case 'noSuchRecording':
      return `${who} decided that there is no such recording${note}`;
    case 'abandon':
      return `${who} abandoned it${note}`;
    case 'reopen':
      return `${who} reopened it${note}`;
    default:
      return assertNever(decision);
  }
}

/** A provisional recording that was merged stands for what it was merged into. */
async function standing(client: Queryable, recordingId: RecordingId): Promise<RecordingId> {
  const { rows } = await client.query<{ id: string }>(
    `select coalesce(merged_into, id) as id from recordings where id = $1`,
    [recordingId],
  );
  return rows[0]?.id ?? recordingId;
}

/** A person's match takes relation, speed and offset from the audio evidence for that recording, when there is any. */
async function heardLink(
  client: Queryable,
  soundId: SoundId,
  recordingId: RecordingId,
  named: RecordingId,
): Promise<SoundLink> {
  const audio = await readAudioEvidence(client, soundId);
  const heard =
    audio?.kind === 'match'
      ? audio.candidates.find((c) => c.recordingId === recordingId || c.recordingId === named)
      : undefined;
  return {
    recordingId,
    relation: heard?.relation ?? 'same',
    speedRatio: heard?.speedRatio ?? null,
    pitchSemitones: heard?.pitchSemitones ?? null,
    offsetMs: heard === undefined || heard.inPreview === true ? null : heard.offsetMs,
    coverage: heard?.coverage ?? null,
    probability: 1,
    decidedBy: 'person',
  };
}

// The table `sounds` with its evidence, decisions and links: the one row of truth for each sound. Every change of state
// happens here under the row's lock, so that a machine's outcome and a person's word can never both win.

import { modelVersion, type ScoredCandidate, type Verdict } from '../../domain/decision.ts';
import type { AudioEvidence, MetadataEvidence, Relation, ServiceEvidence } from '../../domain/evidence.ts';
import type { RecordingId, SoundId } from '../../domain/naming.ts';
import type { ProviderName } from '../../domain/providers.ts';
import {
  apply,
  assertNever,
  conclude,
  isPersonsWord,
  isSettled,
  refusal,
  type Conclusion,
  type DecidedBy,
  type PersonDecision,
  type PrereleaseMetadata,
  type SoundLink,
  type SoundState,
  type SoundStatus,
} from '../../domain/sound.ts';
import type { Database, Queryable } from '../database.ts';
import { noteGroupNews } from './groups.ts';
import { contestedWhy } from '../catalogue/provisional.ts';

export interface NewSound {
  readonly id: SoundId;
  readonly platform: string;
  readonly platformSoundId: string;
  readonly title: string;
  readonly author: string;
  readonly handle: string;
  readonly original: boolean | null;
  readonly durationMs: number | null;
  readonly audio: string | null;
  readonly audioRoot: string | null;
  readonly payload: unknown;
  readonly textKeys: readonly string[];
  /** Folded names that its words give: a new recording by one of them is likelier to be its answer. */
  readonly artistKeys?: readonly string[];
  /** How long it may wait, from now. */
  readonly horizonMs: number;
}

export interface Sound extends NewSound {
  readonly status: SoundStatus;
  readonly rejected: readonly RecordingId[];
  readonly prerelease: PrereleaseMetadata | null;
  readonly audioHash: string | null;
}

/** Inserts sounds that are new; those already known are left as they are. @returns the ids that were new. */
export async function insertSounds(client: Queryable, sounds: readonly NewSound[]): Promise<SoundId[]> {
  if (sounds.length === 0) return [];
  const result = await client.query<{ id: string }>(
    `insert into sounds (id, platform, platform_sound_id, title, author, handle, original, duration_ms, audio, audio_root,
                         payload, text_keys, artist_keys, horizon_ms, expires_at)
     select s->>'id', s->>'platform', s->>'platformSoundId', s->>'title', s->>'author', s->>'handle', (s->>'original')::boolean,
            (s->>'durationMs')::bigint, s->>'audio', s->>'audioRoot', nullif(s->'payload', 'null'::jsonb),
            array(select jsonb_array_elements_text(s->'textKeys')), case when s ? 'artistKeys' then array(select jsonb_array_elements_text(s->'artistKeys')) end,
            (s->>'horizonMs')::bigint, now() + (s->>'horizonMs')::bigint * interval '1 ms'
       from jsonb_array_elements($1::jsonb) as s
     on conflict (id) do nothing returning id`,
    [JSON.stringify(sounds)],
  );
  return result.rows.map((row) => row.id);
}

interface SoundRow {
  id: string;
  platform: string;
  platform_sound_id: string;
  title: string;
  author: string;
  handle: string;
  original: boolean | null;
  duration_ms: number | null;
  audio: string | null;
  audio_root: string | null;
  payload: unknown;
  text_keys: string[];
  artist_keys: string[] | null;
  status: SoundStatus;
  rejected: string[];
  prerelease: PrereleaseMetadata | null;
  audio_hash: string | null;
  horizon_ms: number;
}

export async function readSound(client: Queryable, id: SoundId): Promise<Sound | null> {
  const { rows } = await client.query<SoundRow>(
    `select id, platform, platform_sound_id, title, author, handle, original, duration_ms, audio, audio_root, payload,
            text_keys, artist_keys, status, rejected, prerelease, audio_hash, horizon_ms
       from sounds where id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    platform: row.platform,
    platformSoundId: row.platform_sound_id,
    title: row.title,
    author: row.author,
    handle: row.handle,
    original: row.original,
    durationMs: row.duration_ms,
    audio: row.audio,
    audioRoot: row.audio_root,
    payload: row.payload,
    textKeys: row.text_keys,
    ...(row.artist_keys === null ? {} : { artistKeys: row.artist_keys }),
    status: row.status,
    rejected: row.rejected,
    prerelease: row.prerelease,
    audioHash: row.audio_hash,
    horizonMs: row.horizon_ms,
  };
}

interface StateRow {
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

const toState = (row: StateRow): SoundState => ({
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

async function stateRow(client: Queryable, id: SoundId, lock: boolean): Promise<StateRow | null> {
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

/** Who found something: our two matchers, or an outside service. */
/** `preview`: of recordings that there was no audio of. */
export type EvidenceSource = 'metadata' | 'audio' | 'preview' | ProviderName;

export async function saveEvidence(
  client: Queryable,
  id: SoundId,
  source: EvidenceSource,
  attempt: number,
  evidence: MetadataEvidence | AudioEvidence | ServiceEvidence,
): Promise<void> {
  await client.query(
    `insert into evidence (sound_id, source, attempt, evidence) values ($1, $2, $3, $4)
     on conflict (sound_id, source) do update set attempt = excluded.attempt, evidence = excluded.evidence, at = now()
       where evidence.attempt <= excluded.attempt`,
    [id, source, attempt, JSON.stringify(evidence)],
  );
}

export interface StoredEvidence {
  readonly source: EvidenceSource;
  readonly attempt: number;
  readonly evidence: MetadataEvidence | AudioEvidence | ServiceEvidence;
  readonly at: Date;
}

export async function readEvidence(client: Queryable, id: SoundId): Promise<StoredEvidence[]> {
  const { rows } = await client.query<StoredEvidence>(
    `select source, attempt, evidence, at from evidence where sound_id = $1 order by source`,
    [id],
  );
  return rows;
}

/** The content of a sound's audio, once it is known. */
export async function saveAudioHash(client: Queryable, id: SoundId, audioHash: string): Promise<void> {
  await client.query(`update sounds set audio_hash = $2 where id = $1`, [id, audioHash]);
}

export interface Attempt {
  readonly soundId: SoundId;
  readonly attempt: number;
  /** What made this attempt due, when it was not the timer. */
  readonly due: string | null;
}

/**
 * Writes what an attempt came to: decision, link and state in one transaction. Repeating it is harmless. A person's word
 * that came in the meantime stands. `weights` names those that the verdict was reached with. @returns the state that really holds, null for an unknown sound.
 */
export async function recordConclusion(
  database: Database,
  attempt: Attempt,
  verdict: Verdict,
  weights: string = modelVersion,
): Promise<SoundState | null> {
  return database.transaction(async (client) => {
    const row = await stateRow(client, attempt.soundId, true);
    if (row === null) return null;
    const state = toState(row);
    if (isPersonsWord(state)) return state;
    let conclusion = await afterDeliveries(client, attempt.soundId, conclude(verdict));
    // The person may have rejected this very candidate while the attempt was running.
    if (conclusion.kind === 'matched' && row.rejected.includes(conclusion.link.recordingId)) {
      conclusion = {
        kind: 'waiting',
        why: 'The recording that matched was rejected by a person.',
      };
    }
    const next = apply(state, { kind: 'concluded', conclusion });
    const decisionId = `${attempt.soundId}#${attempt.attempt}`;
    const candidates =
      verdict.kind === 'sure'
        ? [verdict.best, ...verdict.others]
        : verdict.kind === 'undecided'
          ? verdict.candidates
          : [];
    const inserted = await client.query(
      `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why, detail, model_version)
       values ($1, $2, 'rule', $3, $4, true, $5, $6, $7) on conflict (id) do nothing`,
      [
        decisionId,
        attempt.soundId,
        conclusion.kind,
        next.link?.recordingId ?? null,
        next.why,
        JSON.stringify({ candidates: candidates.slice(0, 5) }),
        weights,
      ],
    );
    // The same attempt was written before (its answer got lost in a crash): what holds is what was written then.
    if (inserted.rowCount === 0) return state;
    await putLink(client, attempt.soundId, next.link, decisionId);
    await client.query(
      `update sounds set attempts = greatest(attempts, $2), model_seen = $3,
              woken_by = case when $4 = 'matched' then $5 else woken_by end where id = $1`,
      [attempt.soundId, attempt.attempt, weights, next.status, attempt.due],
    );
    const stored = await putState(client, next);
    return next.link === null ? stored : asNews(client, stored, `match ${next.link.recordingId}`);
  });
}

/**
 * What deliveries have made of provisional recordings since the evidence was found: a merged one stands for what it was merged into, and
 * one that is contested, linked or waited for, is for a person to decide.
 */
async function afterDeliveries(client: Queryable, soundId: SoundId, conclusion: Conclusion): Promise<Conclusion> {
  if (conclusion.kind !== 'matched' && conclusion.kind !== 'waiting') return conclusion;
  const { rows } = await client.query<{ id: string; stands: string; contested: string | null }>(
    conclusion.kind === 'matched'
      ? `select id, coalesce(merged_into, id) as stands, contested from recordings where id = $1 and provisional`
      : `select r.id, r.id as stands, r.contested from sounds s join recordings r on r.id = s.waits_for where s.id = $1 and r.provisional`,
    [conclusion.kind === 'matched' ? conclusion.link.recordingId : soundId],
  );
  const provisional = rows[0];
  if (provisional === undefined) return conclusion;
  if (provisional.contested !== null)
    return { kind: 'review', why: contestedWhy(provisional.id, provisional.contested) };
  return conclusion.kind === 'matched'
    ? { ...conclusion, link: { ...conclusion.link, recordingId: provisional.stands } }
    : conclusion;
}

/** Notes a decision for the sounds with the same audio. */
async function asNews(client: Queryable, state: SoundState, news: string): Promise<SoundState> {
  return (await noteGroupNews(client, state.soundId, news)) === 0 ? state : { ...state, isGroupNews: true };
}

/** Writes status and reason of a state that `apply` made, and counts its revision. */
async function putState(client: Queryable, next: SoundState): Promise<SoundState> {
  const { rows } = await client.query<{ revision: number; expires_at: Date }>(
    `update sounds set status = $2, why = $3, next_attempt_at = null, revision = revision + 1, updated_at = now()
      where id = $1 returning revision, expires_at`,
    [next.soundId, next.status, next.why],
  );
  return { ...next, revision: rows[0]!.revision, expiresAtMs: rows[0]!.expires_at.getTime() };
}

/** Makes `link` the one in force. */
async function putLink(client: Queryable, soundId: SoundId, link: SoundLink | null, decisionId: string): Promise<void> {
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
        JSON.stringify({ by: given.by, note: given.note }),
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
      return { kind: 'accepted', state: news === null ? state : await asNews(client, state, news), why };
    }
    await putLink(client, soundId, next.link, given.decisionId);
    const stored = await putState(client, next);
    return { kind: 'accepted', state: news === null ? stored : await asNews(client, stored, news), why };
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
  const { rows } = await client.query<{ evidence: AudioEvidence }>(
    `select evidence from evidence where sound_id = $1 and source = 'audio'`,
    [soundId],
  );
  const audio = rows[0]?.evidence;
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

/** Stores prerelease metadata. @returns false when the sound is settled or unknown. */
export async function savePrerelease(
  client: Queryable,
  soundId: SoundId,
  prerelease: PrereleaseMetadata,
  textKeys: readonly string[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update sounds set prerelease = $2, release_date = coalesce($3::date, release_date), seq_seen = null, updated_at = now(),
            text_keys = array(select distinct unnest(text_keys || $4::text[]))
      where id = $1 and status in ('submitted', 'waiting', 'review')`,
    [soundId, JSON.stringify(prerelease), prerelease.releaseDate, textKeys],
  );
  return rowCount === 1;
}

/** Names the recording that a sound's prerelease data stands for, so that it follows what becomes of that. */
export async function waitFor(client: Queryable, soundId: SoundId, recordingId: RecordingId | null): Promise<void> {
  await client.query(
    `update sounds s set waits_for = $2,
            release_date = coalesce((select release_date from recordings where id = $2 and not provisional), s.release_date)
      where s.id = $1`,
    [soundId, recordingId],
  );
}

/** After this nothing waits: the timer's instant is what lists and the UI show. */
export async function saveSchedule(
  database: Database,
  soundId: SoundId,
  attempts: number,
  nextAttemptAtMs: number,
): Promise<void> {
  await database.query(
    `update sounds set next_attempt_at = $3, attempts = greatest(attempts, $2) where id = $1 and status in ('waiting', 'review')`,
    [soundId, attempts, new Date(nextAttemptAtMs)],
  );
}

/** Remembers how far the catalogue had come when an attempt began: what enters later is worth another look. */
export async function markSeen(client: Queryable, soundId: SoundId, seq: number): Promise<void> {
  await client.query(`update sounds set seq_seen = $2, looked_at = clock_timestamp() where id = $1`, [soundId, seq]);
}

/** How a retry knows that looking again would find what the last attempt found. */
export interface SkipTerms {
  /** The newest number on the catalogue's line. */
  readonly seq: number;
  /** Name of the weights in force. Default: the hand weights. */
  readonly weights?: string;
  /** A look this old is taken again if anything at all has changed. Default 7 days. */
  readonly recheckMs?: number;
  /** Outside services that may be asked, and since when an answer of theirs counts. Default: none. */
  readonly services?: readonly { readonly name: ProviderName; readonly since: Date }[];
  /** Previews are listened to: one that could not be had is worth another look. */
  readonly previews?: boolean;
  /** Of the landmarks by which a new recording finds this sound. */
  readonly landmarksVersion: number;
}

/** An arrival that the waiting sounds have still not been searched with after this long: its wake-up was lost. */
const lostAfterMs = 10 * 60_000;
const defaultRecheckMs = 7 * 24 * 3600 * 1000;

/**
 * True when looking again would find what the last full attempt found: rules and the person's words are as they were, no source was
 * missing (each service that may be asked has answered since its `since`, or has nothing to be asked), no audio waits to be made findable, and either the catalogue has not changed at all, or whatever has arrived since was searched
 * for in the waiting sounds (`wakeSounds`) and this one was not among the answers. A wake-up that got lost shows in `wanted_seq`, an arrival
 * whose search got lost in `arrivals`. As that search finds nearly everything that a full look would, not all, a full look is taken
 * now and then all the same.
 */
export async function nothingNew(client: Queryable, soundId: SoundId, terms: SkipTerms): Promise<boolean> {
  const { services = [] } = terms;
  const { rows } = await client.query<{ same: boolean }>(
    `select s.model_seen = $3
            and (s.seq_seen >= $2
                 or (coalesce(s.wanted_seq, 0) <= s.seq_seen
                     and s.looked_at > now() - $4::double precision * interval '1 ms'
                     and not exists (select from arrivals a where a.seq > s.seq_seen and a.at < now() - $5::double precision * interval '1 ms')))
            and not exists (select from evidence e where e.sound_id = s.id and e.evidence->>'kind' = 'unavailable'
                               and (e.source in ('metadata', 'audio') or e.source = any($7::text[]) or ($9 and e.source = 'preview')))
            and not exists (select from unnest($7::text[], $8::timestamptz[]) service(name, since) where not exists (
                  select from evidence e where e.sound_id = s.id and e.source = service.name
                     and (e.at >= service.since or e.evidence->>'kind' = 'unusable')))
            and not exists (select from sound_calls c where c.sound_id = s.id)
            and not exists (select from sound_groups g where g.id = s.group_id and g.news_at > s.looked_at)
            and not exists (select from evidence e where e.sound_id = s.id and e.source = 'audio' and e.evidence->>'kind' <> 'unusable'
                               and not exists (select from heard_audio h where h.audio_hash = s.audio_hash and h.landmarks_version = $6)) as same
       from sounds s where s.id = $1`,
    [
      soundId,
      terms.seq,
      terms.weights ?? modelVersion,
      terms.recheckMs ?? defaultRecheckMs,
      lostAfterMs,
      terms.landmarksVersion,
      services.map(({ name }) => name),
      services.map(({ since }) => since),
      terms.previews === true,
    ],
  );
  return rows[0]?.same === true;
}

/** Ends the waiting of an open sound. @returns the state that holds. */
export async function expire(database: Database, soundId: SoundId): Promise<SoundState | null> {
  return database.transaction(async (client) => {
    const row = await stateRow(client, soundId, true);
    if (row === null) return null;
    const state = toState(row);
    const next = apply(state, { kind: 'expired' });
    return next === state ? state : putState(client, next);
  });
}

/** One row of `fermata export` and `fermata list`. */
export interface SoundRecord {
  readonly platform: string;
  readonly id: string;
  readonly state: SoundStatus;
  readonly isrc: string | null;
  readonly recording: string | null;
  readonly relation: Relation | null;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  readonly probability: number | null;
  readonly decided_by: DecidedBy | null;
  /** The linked recording's ids at services: {"spotify": ["…"]}. */
  readonly external_ids: Readonly<Record<string, readonly string[]>> | null;
  readonly reasons: readonly string[];
  readonly next_attempt_at: string | null;
  readonly attempts: number;
  /** The recording is out, and neither withdrawn nor provisional. */
  readonly published: boolean;
  /** When the link is published, ISO instant; null when nothing says so, or it was from the beginning. */
  readonly publish_at: string | null;
  /** When the recording was or will be taken down. */
  readonly withdrawn_at: string | null;
}

/** Sounds as exported, in pages by id, so that an export of any size runs in bounded memory. */
export async function readRecords(
  client: Queryable,
  options: {
    readonly afterId: SoundId;
    readonly limit: number;
    readonly state?: SoundStatus | undefined;
    readonly ids?: readonly SoundId[] | undefined;
    readonly batchId?: string | undefined;
  },
): Promise<{ soundId: SoundId; record: SoundRecord }[]> {
  const { rows } = await client.query<
    Omit<SoundRecord, 'reasons' | 'next_attempt_at' | 'publish_at' | 'withdrawn_at'> & {
      sound_id: string;
      why: string;
      texts: string[] | null;
      next_attempt_at: Date | null;
      publish_at: Date | null;
      withdrawn_at: Date | null;
    }
  >(
    `select v.platform, v.id, v.state, v.isrc, v.recording, v.relation, v.speed_ratio, v.pitch_semitones, v.offset_ms, v.coverage,
            v.probability, v.decided_by, v.external_ids, v.next_attempt_at, v.attempts, v.published, v.publish_at, v.withdrawn_at, v.sound_id, v.why,
            (select array(select r->>'text' from jsonb_array_elements(d.detail->'candidates'->0->'reasons') as r)
               from decisions d where d.sound_id = v.sound_id and d.accepted order by d.n desc limit 1) as texts
       from sound_links v
      where v.sound_id > $1
        and ($3::text is null or v.state = $3)
        and ($4::text[] is null or v.sound_id = any($4))
        and ($5::text is null or v.sound_id in (select sound_id from batch_items where batch_id = $5))
      order by v.sound_id limit $2`,
    [options.afterId, options.limit, options.state ?? null, options.ids ?? null, options.batchId ?? null],
  );
  return rows.map(({ sound_id, why, texts, next_attempt_at, publish_at, withdrawn_at, ...record }) => ({
    soundId: sound_id,
    record: {
      ...record,
      next_attempt_at: next_attempt_at?.toISOString() ?? null,
      publish_at: publish_at?.toISOString() ?? null,
      withdrawn_at: withdrawn_at?.toISOString() ?? null,
      reasons: [why, ...(texts ?? [])],
    },
  }));
}

export interface PastDecision {
  readonly id: string;
  readonly decidedBy: DecidedBy;
  readonly kind: string;
  readonly recordingId: string | null;
  readonly accepted: boolean;
  readonly why: string;
  /** Which weights and rules decided; null for a person. */
  readonly modelVersion: string | null;
  readonly at: Date;
  readonly detail: { readonly candidates?: readonly ScoredCandidate[]; readonly by?: string; readonly note?: string };
}

export async function readDecisions(client: Queryable, soundId: SoundId): Promise<PastDecision[]> {
  const { rows } = await client.query<PastDecision>(
    `select id, decided_by as "decidedBy", kind, recording_id as "recordingId", accepted, why,
            model_version as "modelVersion", at, detail
       from decisions where sound_id = $1 order by n`,
    [soundId],
  );
  return rows;
}

export async function countByState(client: Queryable): Promise<Partial<Record<SoundStatus, number>>> {
  const { rows } = await client.query<{ status: SoundStatus; n: number }>(
    `select status, count(*)::integer as n from sounds group by status`,
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.n]));
}

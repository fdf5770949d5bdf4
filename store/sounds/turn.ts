// When a waiting sound tries again, and whether it need look.

import { handWeightsName } from '../../domain/decision.ts';
import type { SoundId } from '../../domain/naming.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { apply, type SoundState } from '../../domain/sound.ts';
import type { Database, Queryable } from '../database.ts';
import { putState, stateRow, toState } from './state.ts';

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
            and not exists (select from outbox o where o.key = s.id and o.kind = 'wake')
            and not exists (select from sound_groups g where g.id = s.group_id and g.news_at > s.looked_at)
            and not exists (select from evidence e where e.sound_id = s.id and e.source = 'audio' and e.evidence->>'kind' <> 'unusable'
                               and not exists (select from heard_audio h where h.audio_hash = s.audio_hash and h.landmarks_version = $6)) as same
       from sounds s where s.id = $1`,
    [
      soundId,
      terms.seq,
      terms.weights ?? handWeightsName,
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

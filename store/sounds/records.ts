// What is listed and exported of sounds, and what was decided about one.

import type { PastDecision } from '../../domain/decision.ts';
import type { Relation } from '../../domain/evidence.ts';
import type { SoundId } from '../../domain/naming.ts';
import type { DecidedBy, SoundStatus } from '../../domain/sound.ts';
import type { Queryable } from '../database.ts';
import { detailColumn } from '../json/decision.ts';

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
  /** Recordings that are the linked one, delivered again; null without a link. */
  readonly same_recordings: readonly string[] | null;
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
            v.probability, v.decided_by, v.external_ids, v.next_attempt_at, v.attempts, v.published, v.publish_at, v.withdrawn_at, v.same_recordings, v.sound_id,
            v.why,
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
  return rows.map(
    ({ sound_id, why, texts, next_attempt_at, publish_at, withdrawn_at, same_recordings, ...record }) => ({
      soundId: sound_id,
      record: {
        ...record,
        next_attempt_at: next_attempt_at?.toISOString() ?? null,
        publish_at: publish_at?.toISOString() ?? null,
        withdrawn_at: withdrawn_at?.toISOString() ?? null,
        same_recordings,
        reasons: [why, ...(texts ?? [])],
      },
    }),
  );
}

/** A change of a sound: when, an ISO instant to the microsecond. */
export interface ChangedSound {
  readonly at: string;
  readonly id: SoundId;
}

/** Sounds that have been tried, in the order of their last changes, from a place in it on. */
export async function changedSounds(client: Queryable, after: ChangedSound, limit: number): Promise<ChangedSound[]> {
  const { rows } = await client.query<ChangedSound>(
    `select id, to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from sounds
      where (updated_at, id) > ($1::timestamptz, $2) and status <> 'submitted' order by updated_at, id limit $3`,
    [after.at, after.id, limit],
  );
  return rows;
}

export async function readDecisions(client: Queryable, soundId: SoundId): Promise<PastDecision[]> {
  const { rows } = await client.query<Omit<PastDecision, 'detail'> & { detail: unknown }>(
    `select id, decided_by as "decidedBy", kind, recording_id as "recordingId", accepted, why,
            model_version as weights, at, detail
       from decisions where sound_id = $1 order by n`,
    [soundId],
  );
  return rows.map((row) => ({ ...row, detail: detailColumn.read(row.detail, row.id) }));
}

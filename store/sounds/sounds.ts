// The table `sounds`: the one row of truth for each sound. What changes its state is in conclude.ts, decide.ts and turn.ts.

import type { RecordingId, SoundId } from '../../domain/naming.ts';
import { soundSummary, type PrereleaseMetadata, type SoundStatus } from '../../domain/sound.ts';
import type { Queryable } from '../database.ts';
import { toJson } from '../json/column.ts';
import { prereleaseColumn } from '../json/sound.ts';
import { tell } from '../outbox.ts';

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

/**
 * Inserts sounds that are new and has their workflows started; those already known are left as they are, and those of them that are open get a workflow
 * if they have lost theirs. @returns the ids that were new.
 */
export async function submitSounds(client: Queryable, sounds: readonly NewSound[]): Promise<SoundId[]> {
  const added = await insertSounds(client, sounds);
  const { rows } = await client.query<{ id: string }>(
    `select id from sounds where id = any($1) and status in ('submitted', 'waiting', 'review')`,
    [sounds.map(({ id }) => id)],
  );
  const open = new Set(rows.map(({ id }) => id));
  await tell(
    client,
    sounds
      .filter(({ id }) => open.has(id))
      .map((sound) => ({ kind: 'start', key: sound.id, body: { summary: soundSummary(sound) } })),
  );
  return added;
}

/**
 * Inserts sounds that are new; those already known are left as they are. Somebody is to start them. `bulk`: a bulk run does, in its own time, and they are
 * not taken for forgotten until then. @returns the ids that were new.
 */
export async function insertSounds(
  client: Queryable,
  sounds: readonly NewSound[],
  { bulk = false }: { readonly bulk?: boolean } = {},
): Promise<SoundId[]> {
  if (sounds.length === 0) return [];
  const result = await client.query<{ id: string }>(
    `insert into sounds (id, platform, platform_sound_id, title, author, handle, original, duration_ms, audio, audio_root,
                         payload, text_keys, artist_keys, horizon_ms, expires_at, bulk)
     select s->>'id', s->>'platform', s->>'platformSoundId', s->>'title', s->>'author', s->>'handle', (s->>'original')::boolean,
            (s->>'durationMs')::bigint, s->>'audio', s->>'audioRoot', nullif(s->'payload', 'null'::jsonb),
            array(select jsonb_array_elements_text(s->'textKeys')), case when s ? 'artistKeys' then array(select jsonb_array_elements_text(s->'artistKeys')) end,
            (s->>'horizonMs')::bigint, now() + (s->>'horizonMs')::bigint * interval '1 ms', $2
       from jsonb_array_elements($1::jsonb) as s
     on conflict (id) do nothing returning id`,
    [toJson(sounds), bulk],
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
  prerelease: unknown;
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
    prerelease: row.prerelease === null ? null : prereleaseColumn.read(row.prerelease, row.id),
    audioHash: row.audio_hash,
    horizonMs: row.horizon_ms,
  };
}

/** To the microsecond, an ISO instant; of a sound that is known. */
export async function submittedAt(client: Queryable, id: SoundId): Promise<string> {
  const { rows } = await client.query<{ at: string }>(
    `select to_char(submitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from sounds where id = $1`,
    [id],
  );
  return rows[0]!.at;
}

/** What a person types for a sound, its id or its platform's: at most three that it may be, its own id first. */
export async function findSounds(client: Queryable, typed: string): Promise<SoundId[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from sounds where id = $1 or platform_sound_id = $1 order by (id = $1) desc limit 3`,
    [typed],
  );
  return rows.map((row) => row.id);
}

/** Its audio is not where it was kept: it is to be fetched again. */
export async function forgetAudio(client: Queryable, id: SoundId): Promise<void> {
  await client.query(`update sounds set audio_hash = null where id = $1`, [id]);
}

/** The content of a sound's audio, once it is known. */
export async function saveAudioHash(client: Queryable, id: SoundId, audioHash: string): Promise<void> {
  await client.query(`update sounds set audio_hash = $2 where id = $1`, [id, audioHash]);
}

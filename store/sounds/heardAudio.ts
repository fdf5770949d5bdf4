// The table `heard_audio`: what was heard in a piece of audio, once for all sounds that have it; and the arrivals, recordings that the waiting
// sounds have not been searched with yet.

import type { RecordingId, SoundId } from '../../domain/naming.ts';
import type { Queryable } from '../database.ts';

/** Content hash of a sound's audio. */
export type AudioHash = string;

/** Sounds that a new recording may answer: those that wait, and those in their first attempt, which may have looked too early. */
const open = `status in ('submitted', 'waiting', 'review')`;
/** … and have not looked since arrival number $n was there. A sound that nobody has tried yet will see it by itself. */
const unseen = (n: number): string =>
  `(${open} and (seq_seen < $${n} or (seq_seen is null and status <> 'submitted')))`;

export interface HeardAudio {
  readonly print: Uint8Array;
  readonly landmarks: Uint8Array;
  /** What it may be called when nothing is found in it; absent or null: music may be in it. */
  readonly called?: 'speech' | 'noise' | null;
}
export interface HeardVersions {
  readonly printVersion: number;
  readonly landmarksVersion: number;
}

/** The print of a piece of audio, and its landmarks if they are of this version; null when it was not heard with this print version. */
export async function findPrint(
  client: Queryable,
  audioHash: AudioHash,
  versions: HeardVersions,
): Promise<(Omit<Required<HeardAudio>, 'landmarks'> & { readonly landmarks: Uint8Array | undefined }) | null> {
  const { rows } = await client.query<{
    print: Buffer;
    landmarks: Buffer;
    landmarks_version: number;
    called: 'speech' | 'noise' | null;
  }>(
    `select print, landmarks, landmarks_version, called from heard_audio where audio_hash = $1 and print_version = $2`,
    [audioHash, versions.printVersion],
  );
  const row = rows[0];
  return row === undefined
    ? null
    : {
        print: row.print,
        landmarks: row.landmarks_version === versions.landmarksVersion ? row.landmarks : undefined,
        called: row.called,
      };
}

/** Keeps what was heard. It is visible to `changedAudio` of every process from the moment this is committed. */
export async function saveHeard(
  client: Queryable,
  audioHash: AudioHash,
  heard: HeardAudio,
  versions: HeardVersions,
): Promise<void> {
  await client.query(
    `insert into heard_audio (audio_hash, print, print_version, landmarks, landmarks_version, called) values ($1, $2, $3, $4, $5, $6)
     on conflict (audio_hash) do update set print = excluded.print, print_version = excluded.print_version,
       landmarks = excluded.landmarks, landmarks_version = excluded.landmarks_version, called = excluded.called, heard_by = pg_current_xact_id()`,
    [
      audioHash,
      Buffer.from(heard.print),
      versions.printVersion,
      Buffer.from(heard.landmarks),
      versions.landmarksVersion,
      heard.called ?? null,
    ],
  );
}

/** Audio of open sounds that a derived index which has read up to `from` may not know yet, and where to go on from. '0' reads all. */
export async function changedAudio(
  client: Queryable,
  from: string,
  landmarksVersion: number,
): Promise<{ readonly hashes: readonly AudioHash[]; readonly next: string }> {
  // One statement, so that both are of one moment: what a transaction that is still running writes is at or after `next`.
  const { rows } = await client.query<{ next: string; hashes: string[] }>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as next,
            array(select h.audio_hash from heard_audio h
                   where h.heard_by >= $1::xid8 and h.landmarks_version = $2
                     and exists (select from sounds s where s.audio_hash = h.audio_hash and s.${open})
                   order by h.heard_by) as hashes`,
    [from, landmarksVersion],
  );
  return rows[0]!;
}

/** Audio that open sounds have, all of it. */
export async function openAudio(client: Queryable): Promise<Set<AudioHash>> {
  const { rows } = await client.query<{ audio_hash: string }>(
    `select distinct audio_hash from sounds where audio_hash is not null and ${open}`,
  );
  return new Set(rows.map((row) => row.audio_hash));
}

export async function readLandmarks(
  client: Queryable,
  hashes: readonly AudioHash[],
): Promise<{ audioHash: AudioHash; landmarks: Uint8Array }[]> {
  const { rows } = await client.query<{ audio_hash: string; landmarks: Buffer }>(
    `select audio_hash, landmarks from heard_audio where audio_hash = any($1)`,
    [hashes],
  );
  return rows.map((row) => ({ audioHash: row.audio_hash, landmarks: row.landmarks }));
}

export interface Arrival {
  readonly recordingId: RecordingId;
  readonly seq: number;
  /** The sound that asked for it and looks at it by itself. */
  readonly broughtBy: SoundId | null;
}

/** For the rest of the transaction: recordings come in because this sound asked for them, and it need not be called for them. */
export async function broughtBy(client: Queryable, soundId: SoundId | null): Promise<void> {
  await client.query(`select set_config('fermata.brought_by', $1, true)`, [soundId ?? '']);
}

/**
 * The oldest arrivals that the waiting sounds have not been searched with, of one of so many lanes: who works on another lane works on other
 * recordings.
 */
export async function nextArrivals(
  client: Queryable,
  { lane, lanes, limit }: { readonly lane: number; readonly lanes: number; readonly limit: number },
): Promise<Arrival[]> {
  const { rows } = await client.query<{ recording_id: string; seq: number; brought_by: string | null }>(
    `select recording_id, seq, brought_by from arrivals where seq % $2 = $1 and tries < ${mostTries} order by tries, seq limit $3`,
    [lane, lanes, limit],
  );
  return rows.map((row) => ({ recordingId: row.recording_id, seq: row.seq, broughtBy: row.brought_by }));
}

const mostTries = 3;

/** A search with it failed for a fault of ours: those behind it go on. */
export async function noteArrivalTrouble(client: Queryable, arrival: Arrival, problem: string): Promise<void> {
  await client.query(`update arrivals set tries = tries + 1, problem = $2 where recording_id = $1`, [
    arrival.recordingId,
    problem.slice(0, 500),
  ]);
}

/** Arrivals that are left, counted up to a bound. */
export async function countArrivals(client: Queryable, most: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::integer as n from (select from arrivals where tries < ${mostTries} limit $1) counted`,
    [most],
  );
  return rows[0]!.n;
}

/** The waiting sounds were searched with it, and those that it may answer are called. One that changed meanwhile stays. */
export async function endArrival(client: Queryable, arrival: Arrival, woken: number): Promise<void> {
  await client.query(`delete from arrivals where recording_id = $1 and seq <= $2`, [arrival.recordingId, arrival.seq]);
  if (woken === 0) return;
  await client.query(
    `update deliveries d set woken = woken + $2 from recordings r where r.id = $1 and d.id = r.delivery_id`,
    [arrival.recordingId, woken],
  );
}

/** Sounds with this audio that have not looked since the arrival; the newest first. */
export async function soundsWithAudio(
  client: Queryable,
  hashes: readonly AudioHash[],
  seq: number,
  limit: number,
): Promise<{ id: SoundId; audioHash: AudioHash }[]> {
  const { rows } = await client.query<{ id: string; audio_hash: string }>(
    `select id, audio_hash from sounds where audio_hash = any($1) and ${unseen(2)} order by submitted_at desc, id limit $3`,
    [hashes, seq, limit],
  );
  return rows.map((row) => ({ id: row.id, audioHash: row.audio_hash }));
}

/** Of the sounds that name a recording's artist so many have their titles compared, the newest. */
const mostNamed = 2000;
/**
 * As far apart as the last step of `find_recordings` lets titles of the same artist be: who would find the recording is woken. Its step before that also takes
 * two slips in a word of a few letters, which are left to the next full look.
 */
const spelledAlike = (one: string, other: string): string =>
  `(similarity(${one}, ${other}) >= 0.4 or levenshtein_less_equal(left(${one}, 100), left(${other}, 100), 3) <= least(3, length(${other}) / 4))`;

/**
 * Sounds whose words may mean the recording with these folded titles, that have not looked since: first those that name one of its artists, under
 * a title that is spelled alike, or that a person has said something about; then those that share a title alone.
 */
export async function soundsWithWords(
  client: Queryable,
  words: { readonly baseKey: string; readonly titleKeys: readonly string[]; readonly artistKeys: readonly string[] },
  seq: number,
  limits: { readonly agreeing: number; readonly titleAlone: number },
): Promise<{ id: SoundId; misspelled: boolean }[]> {
  const { rows } = await client.query<{ id: string; misspelled: boolean }>(
    `with titled as (
       select id, submitted_at, prerelease is not null or coalesce(artist_keys && $2::text[], false) as agrees, false as misspelled
         from sounds where text_keys && $1::text[] and ${unseen(3)}),
     misspelled as (
       select id, submitted_at, true as agrees, true as misspelled
         from (select id, submitted_at, text_keys from sounds
                where artist_keys && $2::text[] and not text_keys && $1::text[] and ${unseen(3)}
                order by submitted_at desc limit $7) named
        where exists (select from unnest(text_keys) mine where ${spelledAlike('$6::text', 'mine')}))
     select id, misspelled from (
       select id, agrees, misspelled, row_number() over (partition by agrees order by misspelled, submitted_at desc, id) as place
         from (select * from titled union all select * from misspelled) found) ranked
      where place <= case when agrees then $4::integer else $5::integer end
      order by agrees desc, place`,
    [words.titleKeys, words.artistKeys, seq, limits.agreeing, limits.titleAlone, words.baseKey, mostNamed],
  );
  return rows;
}

/**
 * Remembers that an arrival may answer them: should the signal get lost, or not be sent because there are too many, their timers
 * find it here.
 */
export async function wantArrival(
  client: Queryable,
  seq: number,
  by: { readonly soundIds: readonly SoundId[]; readonly titleKeys: readonly string[] },
): Promise<void> {
  await client.query(
    `update sounds set wanted_seq = $1
      where (id = any($2) or text_keys && $3::text[]) and ${unseen(1)} and coalesce(wanted_seq, 0) < $1`,
    [seq, by.soundIds, by.titleKeys],
  );
}

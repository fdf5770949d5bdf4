// Groups of sounds with one audio: kept in `sounds.group_id` with how each stands to the group's own time, in `sound_groups` what is said and
// alarmed about the whole, in `separate_groups` what a person took apart.

import type { GroupPlace, GroupWord } from '../../domain/group.ts';
import type { SoundId } from '../../domain/naming.ts';
import type { SoundStatus } from '../../domain/sound.ts';
import type { AudioHash } from './heardAudio.ts';
import type { Database, Queryable } from '../database.ts';

/** Audio that was found to be a sound's own: `place` is how it stands to the sound, null for the very same file. */
export interface SameAudio {
  readonly audioHash: AudioHash;
  /** The other's tempo and pitch over this sound's, and where in this sound the other begins. */
  readonly place: GroupPlace | null;
}

interface Member {
  id: string;
  audio_hash: string;
  group_id: number | null;
  grouped_by: string | null;
  group_speed: number | null;
  group_semitones: number | null;
  group_offset_ms: number | null;
}

const placeOf = (row: Omit<Member, 'id' | 'audio_hash' | 'group_id' | 'grouped_by'>): GroupPlace | null =>
  row.group_speed === null
    ? null
    : { speed: row.group_speed, semitones: row.group_semitones!, offsetMs: row.group_offset_ms! };

/**
 * Puts a sound into the group of the sounds that have its audio, makes one when they have none, and makes one of several, unless a person took them
 * apart. What a person put somewhere stays there. @returns the group, null when the sound is alone.
 */
export async function joinGroup(
  database: Database,
  soundId: SoundId,
  audioHash: AudioHash,
  same: readonly SameAudio[],
): Promise<number | null> {
  const hashes = [audioHash, ...same.map((one) => one.audioHash)];
  return database.transaction(async (client) => {
    // In the order of ids, so that two sounds that find each other at once do not wait for one another.
    const { rows } = await client.query<Member>(
      `select id, audio_hash, group_id, grouped_by, group_speed, group_semitones, group_offset_ms from (
         select *, row_number() over (partition by audio_hash order by group_id nulls last, id) as place from sounds
          where audio_hash = any($2) and id <> $1 and (group_id is not null or status in ('submitted', 'waiting', 'review'))) found
        where place <= 3
       union all
       select id, audio_hash, group_id, grouped_by, group_speed, group_semitones, group_offset_ms from sounds where id = $1
       order by id`,
      [soundId, hashes],
    );
    if (rows.length < 2) return rows[0]?.group_id ?? null;
    await client.query(`select from sounds where id = any($1) order by id for update`, [rows.map((row) => row.id)]);
    const { rows: members } = await client.query<Member>(
      `select id, audio_hash, group_id, grouped_by, group_speed, group_semitones, group_offset_ms from sounds where id = any($1) order by id`,
      [rows.map((row) => row.id)],
    );
    const own = members.find((row) => row.id === soundId)!;
    if (own.grouped_by === 'person') return own.group_id;
    const others = members
      .filter((row) => row.id !== soundId)
      .map((row) => ({ row, to: same.find((one) => one.audioHash === row.audio_hash)?.place ?? null }));
    let group = own.group_id;
    let place = placeOf(own);
    // The same file first: nothing is surer.
    for (const { row, to } of others.toSorted((a, b) => Number(a.to !== null) - Number(b.to !== null))) {
      const by = to === null ? 'file' : 'audio';
      if (group === null) {
        const theirs = placeOf(row);
        if (row.group_id === null) {
          group = await newGroup(client);
          place = { speed: 1, semitones: 0, offsetMs: 0 };
          await putInto(client, row.id, group, seenFrom(place, to), by);
        } else {
          group = row.group_id;
          place = theirs === null ? null : seenBack(theirs, to);
        }
        await putInto(client, soundId, group, place, by);
      } else if (row.group_id === null) {
        await putInto(client, row.id, group, place === null ? null : seenFrom(place, to), by);
      } else if (row.group_id !== group && row.grouped_by !== 'person') {
        await mergeGroups(client, group, row.group_id, place, placeOf(row), to);
      }
    }
    return group;
  });
}

async function newGroup(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ id: number }>(`insert into sound_groups default values returning id`);
  return rows[0]!.id;
}

const alone: GroupPlace = { speed: 1, semitones: 0, offsetMs: 0 };

/** The group's place of a sound that stands so (`to`) to one whose place is known. */
function seenFrom(place: GroupPlace, to: GroupPlace | null): GroupPlace {
  const { speed, semitones, offsetMs } = to ?? alone;
  return {
    speed: place.speed * speed,
    semitones: place.semitones + semitones,
    offsetMs: place.offsetMs + place.speed * offsetMs,
  };
}

/** The inverse: the place of the one that the other was seen from. */
function seenBack(theirs: GroupPlace, to: GroupPlace | null): GroupPlace {
  const { speed, semitones, offsetMs } = to ?? alone;
  const own = theirs.speed / speed;
  return { speed: own, semitones: theirs.semitones - semitones, offsetMs: theirs.offsetMs - own * offsetMs };
}

async function putInto(
  client: Queryable,
  soundId: SoundId,
  group: number,
  place: GroupPlace | null,
  by: 'file' | 'audio' | 'person',
): Promise<void> {
  await client.query(
    `update sounds set group_id = $2, grouped_by = $3, grouped_at = now(), group_speed = $4, group_semitones = $5, group_offset_ms = $6
      where id = $1`,
    [soundId, group, by, place?.speed ?? null, place?.semitones ?? null, place?.offsetMs ?? null],
  );
}

/** Moves the other group's sounds into this one's time, by a sound that has a place in both. */
async function mergeGroups(
  client: Queryable,
  group: number,
  other: number,
  place: GroupPlace | null,
  theirs: GroupPlace | null,
  to: GroupPlace | null,
): Promise<void> {
  const apart = await client.query(
    `select from separate_groups where group_id = least($1::bigint, $2) and other_id = greatest($1::bigint, $2)`,
    [group, other],
  );
  if (apart.rowCount !== 0) return;
  const here = place === null ? null : seenFrom(place, to);
  const ratio = here === null || theirs === null ? null : here.speed / theirs.speed;
  await client.query(
    `update sounds set group_id = $1, group_speed = group_speed * $3, group_semitones = group_semitones + $4,
            group_offset_ms = $5::double precision + (group_offset_ms - $6) * $3
      where group_id = $2 and grouped_by <> 'person'`,
    [
      group,
      other,
      ratio,
      here === null || theirs === null ? null : here.semitones - theirs.semitones,
      here?.offsetMs ?? null,
      theirs?.offsetMs ?? null,
    ],
  );
}

/** What was decided about the other sounds of a sound's group: people's words first, the newest first. */
export async function readGroupWords(
  client: Queryable,
  soundId: SoundId,
): Promise<{ readonly words: readonly GroupWord[]; readonly place: GroupPlace | null }> {
  const own = await client.query<Member>(
    `select group_id, group_speed, group_semitones, group_offset_ms from sounds where id = $1`,
    [soundId],
  );
  const row = own.rows[0];
  if (row === undefined || row.group_id === null) return { words: [], place: null };
  const { rows } = await client.query<
    Member & {
      kind: 'match' | 'reject' | 'notMusic' | 'noSuchRecording';
      decided_by: 'rule' | 'person';
      by: string | null;
      recording_id: string;
      relation: 'same';
      speed_ratio: number | null;
      pitch_semitones: number | null;
      offset_ms: number | null;
      coverage: number | null;
      probability: number;
    }
  >(
    `select m.id, m.group_speed, m.group_semitones, m.group_offset_ms, w.* from sounds m
       cross join lateral (
         select 'match' as kind, l.decided_by, d.detail->>'by' as by, l.recording_id, l.relation, l.speed_ratio, l.pitch_semitones, l.offset_ms,
                l.coverage, l.probability, l.created_at as at
           from links l join decisions d on d.id = l.decision_id where l.sound_id = m.id and l.superseded_at is null
         union all
         (select d.kind, 'person', d.detail->>'by', d.recording_id, null, null, null, null, null, null, d.at
            from decisions d
           where d.sound_id = m.id and d.decided_by = 'person' and d.accepted
             and ((d.kind in ('notMusic', 'noSuchRecording') and m.status = 'dismissed') or (d.kind = 'reject' and d.recording_id = any(m.rejected)))
           order by d.n desc limit 5)) w
      where m.group_id = $1 and m.id <> $2 and (m.status in ('matched', 'dismissed') or m.rejected <> '{}')
      order by (w.decided_by = 'person') desc, w.at desc limit 20`,
    [row.group_id, soundId],
  );
  return {
    place: placeOf(row),
    words: rows.map((word): GroupWord => {
      const { recording_id: recordingId } = word;
      return {
        soundId: word.id,
        by: word.decided_by === 'person' ? word.by || 'a person' : null,
        decidedBy: word.decided_by,
        place: placeOf(word),
        said:
          word.kind === 'match'
            ? {
                kind: 'match',
                probability: word.probability,
                link: {
                  recordingId,
                  relation: word.relation,
                  speedRatio: word.speed_ratio,
                  pitchSemitones: word.pitch_semitones,
                  offsetMs: word.offset_ms,
                  coverage: word.coverage,
                },
              }
            : word.kind === 'reject'
              ? { kind: 'reject', recordingId }
              : { kind: word.kind },
      };
    }),
  };
}

/**
 * Notes what was just decided about a sound, and calls the open sounds of its group to look at it, in the transaction of the decision. Nobody is
 * called when the group knows already, so that those who only follow do not tell it again.
 */
export async function tellGroup(client: Queryable, soundId: SoundId, news: string, why: string): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    `update sound_groups g set news = $2, news_at = clock_timestamp() from sounds s
      where s.id = $1 and g.id = s.group_id and g.news is distinct from $2 returning g.id`,
    [soundId, news],
  );
  if (rows[0] === undefined) return;
  await client.query(
    `insert into outbox (kind, key, body)
     select 'wake', id, jsonb_build_object('version', 1, 'why', $3::text) from sounds
      where group_id = $1 and id <> $2 and status in ('waiting', 'review', 'submitted') order by id`,
    [rows[0].id, soundId, `${soundId}, which has the same audio: ${why}`],
  );
}

export interface GroupSize {
  readonly id: number;
  readonly sounds: number;
  readonly open: number;
  /** Sounds that came within the last day, and within the last hour. */
  readonly lastDay: number;
  readonly lastHour: number;
  readonly since: Date;
  readonly newest: Date;
  /** The recording that most of it was linked to, null while nobody knows. */
  readonly recording: string | null;
  /** One sound's words, for a person to recognise it by. */
  readonly title: string;
  readonly alarmedAt: Date | null;
}

const sizes = `
  select g.id, count(*)::integer as sounds, count(*) filter (where s.status in ('submitted', 'waiting', 'review'))::integer as open,
         count(*) filter (where s.submitted_at > now() - interval '1 day')::integer as "lastDay",
         count(*) filter (where s.submitted_at > now() - interval '1 hour')::integer as "lastHour",
         min(s.submitted_at) as since, max(s.submitted_at) as newest, mode() within group (order by l.recording_id) as recording,
         (array_agg(s.title order by length(s.title) desc))[1] as title, g.alarmed_at as "alarmedAt"
    from sound_groups g join sounds s on s.group_id = g.id left join links l on l.sound_id = s.id and l.superseded_at is null`;

/** Groups with open sounds, biggest and fastest growing first. */
export async function listGroups(client: Queryable, limit: number): Promise<GroupSize[]> {
  const { rows } = await client.query<GroupSize>(
    `${sizes} group by g.id having count(*) filter (where s.status in ('submitted', 'waiting', 'review')) > 0
      order by count(*) filter (where s.submitted_at > now() - interval '1 day') desc, count(*) desc, g.id limit $1`,
    [limit],
  );
  return rows;
}

export async function readGroup(client: Queryable, id: number): Promise<GroupSize | null> {
  const { rows } = await client.query<GroupSize>(`${sizes} where g.id = $1 group by g.id`, [id]);
  return rows[0] ?? null;
}

export async function groupOf(client: Queryable, soundId: SoundId): Promise<number | null> {
  const { rows } = await client.query<{ group_id: number | null }>(`select group_id from sounds where id = $1`, [
    soundId,
  ]);
  return rows[0]?.group_id ?? null;
}

export interface GroupMember {
  readonly id: SoundId;
  readonly status: SoundStatus;
  readonly title: string;
  readonly by: 'file' | 'audio' | 'person';
  readonly speed: number | null;
  readonly semitones: number | null;
  readonly offsetMs: number | null;
  readonly submittedAt: Date;
}

export async function readMembers(client: Queryable, id: number, limit: number): Promise<GroupMember[]> {
  const { rows } = await client.query<GroupMember>(
    `select id, status, title, grouped_by as by, group_speed as speed, group_semitones as semitones, group_offset_ms as "offsetMs",
            submitted_at as "submittedAt" from sounds where group_id = $1 order by submitted_at desc, id limit $2`,
    [id, limit],
  );
  return rows;
}

/** A person says that these sounds are not the group's. They make one of their own, which is never joined with it again. @returns its id. */
export async function splitGroup(
  database: Database,
  group: number,
  soundIds: readonly SoundId[],
  by: string,
): Promise<number> {
  return database.transaction(async (client) => {
    const made = await newGroup(client);
    await client.query(
      `update sounds set group_id = $1, grouped_by = 'person', grouped_at = now() where id = any($2)`,
      [made, soundIds],
    );
    await client.query(`insert into separate_groups (group_id, other_id, said_by) values ($1, $2, $3)`, [
      group,
      made,
      by,
    ]);
    return made;
  });
}

/** A person says that two groups are one. How their sounds stand to each other is not known, so what is decided is only proposed. @returns those moved that are open. */
export async function joinGroups(database: Database, group: number, other: number): Promise<SoundId[]> {
  return database.transaction(async (client) => {
    await client.query(
      `delete from separate_groups where group_id = least($1::bigint, $2) and other_id = greatest($1::bigint, $2)`,
      [group, other],
    );
    const { rows } = await client.query<{ id: string; status: SoundStatus }>(
      `update sounds set group_id = $1, grouped_by = 'person', grouped_at = now(), group_speed = null, group_semitones = null,
              group_offset_ms = null where group_id = $2 returning id, status`,
      [group, other],
    );
    return rows.filter(({ status }) => status === 'waiting' || status === 'review').map(({ id }) => id);
  });
}

/** When a group has grown past `bar` sounds within a day, and for the first time or by twice as many: its size, else null. */
export async function alarmGroup(client: Queryable, group: number, bar: number): Promise<GroupSize | null> {
  const { rows } = await client.query<{ id: number }>(
    `update sound_groups g set alarmed_at = now(), alarmed_growth = grown.n
       from (select count(*)::integer as n from sounds where group_id = $1 and submitted_at > now() - interval '1 day') grown
      where g.id = $1 and grown.n >= $2 and (g.alarmed_at is null or grown.n >= 2 * g.alarmed_growth) returning g.id`,
    [group, bar],
  );
  return rows.length === 0 ? null : readGroup(client, group);
}

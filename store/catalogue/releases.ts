// The tables `releases`, `release_recordings` and `release_dates`: which release offers a recording where and when, and since when it is
// withdrawn. From them each recording's own columns are derived: `out_from`, `preview_from`, `withdrawn_at`.

import type { Offer, ReleaseHead, Said } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { availability, endMs, startMs, type MomentUse, type ReleaseMoment } from '../../domain/release.ts';
import type { RecordingChange } from './changes.ts';
import type { Queryable } from '../database.ts';
import { toJson } from '../json/column.ts';
import { callSounds } from '../outbox.ts';
import { instantOf, nextStanding, standingChanges, type Standing, type StandingOffer } from './standing.ts';

/** Terms that no release stands for are kept under the recording itself; a release that offers it goes before them. */
const listingPrefix = 'listing:';
export const listedAlone = (recordingId: RecordingId): ReleaseHead => ({
  id: `${listingPrefix}${recordingId}`,
  upc: null,
  title: null,
  label: null,
});

/** Everything that releases say of recordings, for each; what a listing said without one only when no release does. */
export async function offersOf(
  client: Queryable,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, readonly StandingOffer[]>> {
  const { rows } = await client.query<{
    recording_id: string;
    id: string;
    upc: string | null;
    title: string | null;
    label: string | null;
    withdrawn_at: Date | null;
    use: MomentUse | null;
    territories: string[];
    excluded: string[];
    starts: string | null;
    ends: string | null;
  }>(
    `select m.recording_id, r.id, r.upc, r.title, r.label, least(m.withdrawn_at, r.withdrawn_at) as withdrawn_at,
            d.use, d.territories, d.excluded, d.starts, d.ends
       from release_recordings m
       join releases r on r.id = m.release_id
       left join release_dates d on d.release_id = m.release_id and d.recording_id = m.recording_id
      where m.recording_id = any($1) order by m.recording_id, r.id, d.n`,
    [recordingIds],
  );
  const byRecording = new Map<RecordingId, (StandingOffer & { readonly moments: ReleaseMoment[] })[]>();
  for (const { recording_id, id, upc, title, label, withdrawn_at, use, ...moment } of rows) {
    const offers = byRecording.get(recording_id) ?? [];
    byRecording.set(recording_id, offers);
    let offer = offers.at(-1);
    if (offer?.release.id !== id) {
      offer = { release: { id, upc, title, label }, moments: [], withdrawnAtMs: withdrawn_at?.getTime() ?? null };
      offers.push(offer);
    }
    const { territories, excluded, starts, ends } = moment;
    if (use !== null) offer.moments.push({ use, territories, excluded, from: starts, until: ends });
  }
  return new Map(
    recordingIds.map((recordingId) => {
      const all = byRecording.get(recordingId) ?? [];
      const real = all.filter((offer) => !offer.release.id.startsWith(listingPrefix));
      return [recordingId, real.length > 0 ? real : all];
    }),
  );
}

/** Why messages are too old to be taken for releases, for each, or null: what a newer one said holds. */
export async function whyStale(
  client: Queryable,
  asked: readonly { readonly releaseId: string; readonly said: Said }[],
): Promise<(string | null)[]> {
  const dated = asked.filter(({ said }) => said.at !== null);
  if (dated.length === 0) return asked.map(() => null);
  const { rows } = await client.query<{ id: string; message_id: string | null; message_at: Date; at: string }>(
    `select r.id, r.message_id, r.message_at, asked.at from unnest($1::text[], $2::text[]) asked(id, at)
       join releases r on r.id = asked.id and r.message_at > asked.at::timestamptz`,
    [dated.map(({ releaseId }) => releaseId), dated.map(({ said }) => said.at)],
  );
  const newer = new Map(rows.map((row) => [`${row.at} ${row.id}`, row]));
  return asked.map(({ releaseId, said }) => {
    const found = newer.get(`${said.at} ${releaseId}`);
    return found === undefined
      ? null
      : `it was written at ${said.at}, and ${releaseId} is known from a newer message (${found.message_id ?? 'without id'}, ${found.message_at.toISOString()})`;
  });
}

export interface SaidOffer {
  readonly recordingId: RecordingId;
  readonly offer: Offer;
  readonly said: Said;
}

/** Writes what releases say of recordings in the place of what they said before. */
export async function putOffers(client: Queryable, offers: readonly SaidOffer[]): Promise<void> {
  if (offers.length === 0) return;
  await putReleases(
    client,
    offers.map(({ offer, said }) => ({ ...offer.release, said })),
  );
  // Said twice, the later one holds.
  const last = [...new Map(offers.map((each) => [`${each.offer.release.id} ${each.recordingId}`, each])).values()];
  const pairs = [last.map(({ offer }) => offer.release.id), last.map(({ recordingId }) => recordingId)];
  await client.query(
    `insert into release_recordings as known (release_id, recording_id) select * from unnest($1::text[], $2::text[]) pair(release_id, recording_id) order by 1, 2
     on conflict (release_id, recording_id) do update set withdrawn_at = null where known.withdrawn_at is not null`,
    pairs,
  );
  await client.query(
    `delete from release_dates d using unnest($1::text[], $2::text[]) pair(release_id, recording_id)
      where d.release_id = pair.release_id and d.recording_id = pair.recording_id`,
    pairs,
  );
  const moments = last.flatMap(({ recordingId, offer }) =>
    offer.moments.map(({ use, territories, excluded, from, until, ...moment }, i) => ({
      release_id: offer.release.id,
      recording_id: recordingId,
      n: i + 1,
      use,
      territories,
      excluded,
      starts: from,
      ends: until,
      starts_at: instantOf(startMs({ use, territories, excluded, from, until, ...moment })),
      ends_at: instantOf(endMs({ use, territories, excluded, from, until, ...moment })),
    })),
  );
  if (moments.length === 0) return;
  await client.query(
    `insert into release_dates (release_id, recording_id, n, use, territories, excluded, starts, ends, starts_at, ends_at)
     select release_id, recording_id, n, use, territories, excluded, starts, ends, starts_at, ends_at
       from jsonb_to_recordset($1::jsonb) as d(release_id text, recording_id text, n integer, use text, territories text[], excluded text[],
                                               starts text, ends text, starts_at timestamptz, ends_at timestamptz)`,
    [toJson(moments)],
  );
}

/** Releases as the newest message has them: offered. A listing leaves the time of the newest message as it is. */
async function putReleases(client: Queryable, said: readonly (ReleaseHead & { readonly said: Said })[]): Promise<void> {
  const releases = new Map<string, ReleaseHead & { readonly said: Said }>();
  for (const each of said) {
    const before = releases.get(each.id);
    releases.set(each.id, {
      ...each,
      title: each.title ?? before?.title ?? null,
      label: each.label ?? before?.label ?? null,
    });
  }
  await client.query(
    `insert into releases as r (id, upc, title, label, said_by, message_id, message_at)
     select id, upc, title, label, said_by, message_id, message_at
       from jsonb_to_recordset($1::jsonb) as given(id text, upc text, title text, label text, said_by text, message_id text, message_at timestamptz) order by id
     on conflict (id) do update set upc = excluded.upc, title = coalesce(excluded.title, r.title),
       label = coalesce(excluded.label, r.label), said_by = excluded.said_by,
       message_id = coalesce(excluded.message_id, r.message_id), message_at = greatest(excluded.message_at, r.message_at),
       withdrawn_at = null, updated_at = now()
     where (r.upc, r.title, r.label, r.said_by, r.message_id, r.message_at, r.withdrawn_at) is distinct from
           (excluded.upc, coalesce(excluded.title, r.title), coalesce(excluded.label, r.label), excluded.said_by,
            coalesce(excluded.message_id, r.message_id), greatest(excluded.message_at, r.message_at), null::timestamptz)`,
    [
      toJson(
        [...releases.values()].map(({ id, upc, title, label, said: { by, messageId, at } }) => ({
          id,
          upc,
          title,
          label,
          said_by: by,
          message_id: messageId,
          message_at: at,
        })),
      ),
    ],
  );
}

/** Ends what a release offers beyond `keep`. @returns the recordings that it offered and offers no longer. */
export async function dropOthers(
  client: Queryable,
  release: ReleaseHead,
  keep: readonly RecordingId[],
  said: Said,
): Promise<RecordingId[]> {
  await putReleases(client, [{ ...release, said }]);
  const { rows } = await client.query<{ recording_id: string }>(
    `update release_recordings set withdrawn_at = coalesce($3::timestamptz, now())
      where release_id = $1 and withdrawn_at is null and not (recording_id = any($2)) returning recording_id`,
    [release.id, keep, said.at],
  );
  return rows.map((row) => row.recording_id).sort();
}

/**
 * Takes down a release, a recording in it, or a recording everywhere. A takedown of what a later message offers again is not repeated.
 * @returns the recordings that it concerns; empty when nothing of that is known.
 */
export async function takeDown(
  client: Queryable,
  what: { readonly releaseId: string | null; readonly recordingIds: readonly RecordingId[] | null },
  from: string | null,
  said: Said,
): Promise<RecordingId[]> {
  const { releaseId, recordingIds } = what;
  if (recordingIds === null) {
    // Kept also for a release that was never offered: a message that arrives late must not bring it back.
    await client.query(
      `insert into releases as r (id, said_by, message_id, message_at, withdrawn_at)
       values ($1, $2, $3, $4, coalesce($5::timestamptz, now()))
       on conflict (id) do update set said_by = excluded.said_by, message_id = coalesce(excluded.message_id, r.message_id),
         message_at = greatest(excluded.message_at, r.message_at),
         withdrawn_at = case when $5::timestamptz is null then coalesce(r.withdrawn_at, now()) else $5::timestamptz end, updated_at = now()`,
      [releaseId, said.by, said.messageId, said.at, from],
    );
  } else {
    await client.query(
      `update release_recordings set withdrawn_at = case when $3::timestamptz is null then coalesce(withdrawn_at, now()) else $3::timestamptz end
        where recording_id = any($1) and ($2::text is null or release_id = $2)`,
      [recordingIds, releaseId, from],
    );
  }
  const { rows } = await client.query<{ recording_id: string }>(
    `select distinct recording_id from release_recordings
      where ($1::text is null or release_id = $1) and ($2::text[] is null or recording_id = any($2)) order by recording_id`,
    [releaseId, recordingIds],
  );
  return rows.map((row) => row.recording_id);
}

/** Of several releases the one that was out first describes the recording: its album, label and barcode. */
export function describingRelease(offers: readonly StandingOffer[]): ReleaseHead | null {
  const rank = ({ moments, withdrawnAtMs }: StandingOffer): readonly [number, number] => [
    withdrawnAtMs === null ? 0 : 1,
    // One without a date comes after those with one, and before those that are not out at all.
    availability(moments).outFromMs === -Infinity ? Number.MAX_VALUE : availability(moments).outFromMs,
  ];
  const first = offers.toSorted((a, b) => {
    const [aGone, aFrom] = rank(a);
    const [bGone, bFrom] = rank(b);
    return aGone - bGone || (aFrom === bFrom ? (a.release.id < b.release.id ? -1 : 1) : aFrom - bFrom);
  })[0];
  return first === undefined || first.release.id.startsWith(listingPrefix) ? null : first.release;
}

/**
 * Brings recordings' own columns in line with what releases say of them; a recording that no release offers is out from its date.
 * @returns what changed for those who count on it: withdrawn, offered again, another date.
 */
export async function refreshStanding(
  client: Queryable,
  recordingIds: readonly RecordingId[],
): Promise<RecordingChange[]> {
  if (recordingIds.length === 0) return [];
  const { rows } = await client.query<{
    id: string;
    out_from: Date | number | null;
    release_date: string | null;
    preview_from: Date | number | null;
    withdrawn_at: Date | number | null;
  }>(
    `select id, out_from, release_date, preview_from, withdrawn_at from recordings where id = any($1) order by id for no key update`,
    [recordingIds],
  );
  const offers = await offersOf(
    client,
    rows.map(({ id }) => id),
  );
  const moved = rows.flatMap((row) => {
    const before: Standing = {
      outFromMs: msOf(row.out_from),
      releaseDate: row.release_date,
      previewFromMs: msOf(row.preview_from),
      withdrawnAtMs: msOf(row.withdrawn_at),
    };
    const after = nextStanding(offers.get(row.id) ?? [], before);
    return isSame(before, after) ? [] : [{ id: row.id, before, after }];
  });
  if (moved.length === 0) return [];
  await client.query(
    `update recordings r set out_from = now_.out_from, release_date = now_.release_date, preview_from = now_.preview_from,
            withdrawn_at = now_.withdrawn_at, updated_at = now()
       from jsonb_to_recordset($1::jsonb) as now_(id text, out_from timestamptz, release_date date, preview_from timestamptz, withdrawn_at timestamptz)
      where r.id = now_.id`,
    [
      toJson(
        moved.map(({ id, after }) => ({
          id,
          out_from: instantOf(after.outFromMs),
          release_date: after.releaseDate,
          preview_from: instantOf(after.previewFromMs),
          withdrawn_at: instantOf(after.withdrawnAtMs),
        })),
      ),
    ],
  );
  return moved.flatMap(({ id, before, after }) => standingChanges(id, before, after));
}

const isSame = (one: Standing, other: Standing): boolean =>
  one.outFromMs === other.outFromMs &&
  one.releaseDate === other.releaseDate &&
  one.previewFromMs === other.previewFromMs &&
  one.withdrawnAtMs === other.withdrawnAtMs;

const msOf = (value: Date | number | null): number | null => (value instanceof Date ? value.getTime() : value);

/**
 * Moves the date of the sounds that wait for recordings: their workflows must hear of it. `why`: for the sounds that wait for that one.
 * @returns the recordings whose sounds moved.
 */
export async function moveWaiting(
  client: Queryable,
  recordingIds: readonly RecordingId[],
  why: (recordingId: RecordingId) => string,
): Promise<ReadonlySet<RecordingId>> {
  const { rows } = await client.query<{ id: string; recording_id: string }>(
    `update sounds s set release_date = r.release_date, updated_at = now() from recordings r
      where r.id = any($1) and s.waits_for = r.id and s.status in ('waiting', 'review') and r.release_date is not null
        and s.release_date is distinct from r.release_date returning s.id, r.id as recording_id`,
    [recordingIds],
  );
  const waiting = Map.groupBy(rows, ({ recording_id }) => recording_id);
  for (const [recordingId, sounds] of waiting)
    await callSounds(
      client,
      sounds.map(({ id }) => id),
      why(recordingId),
    );
  return new Set(waiting.keys());
}

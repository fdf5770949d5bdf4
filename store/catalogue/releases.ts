// The tables `releases`, `release_recordings` and `release_dates`: which release offers a recording where and when, and since when it is
// withdrawn. From them each recording's own columns are derived: `out_from`, `preview_from`, `withdrawn_at`.

import type { Offer, ReleaseHead, Said } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { availability, endMs, startMs, type MomentUse, type ReleaseMoment } from '../../domain/release.ts';
import { firstMidnightMs } from '../../domain/schedule.ts';
import type { RecordingChange } from './changes.ts';
import type { Queryable } from '../database.ts';
import { toJson } from '../json/column.ts';
import { callSounds } from '../outbox.ts';

/** Terms that no release stands for are kept under the recording itself; a release that offers it goes before them. */
const listingPrefix = 'listing:';
export const listedAlone = (recordingId: RecordingId): ReleaseHead => ({
  id: `${listingPrefix}${recordingId}`,
  upc: null,
  title: null,
  label: null,
});

export interface StandingOffer extends Offer {
  /** Since when this release does not offer the recording any more (perhaps in the future), epoch milliseconds; null: it does. */
  readonly withdrawnAtMs: number | null;
}

/** Everything that releases say of a recording; what a listing said without one only when no release does. */
export async function offersOf(client: Queryable, recordingId: RecordingId): Promise<StandingOffer[]> {
  const { rows } = await client.query<{
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
    `select r.id, r.upc, r.title, r.label, least(m.withdrawn_at, r.withdrawn_at) as withdrawn_at,
            d.use, d.territories, d.excluded, d.starts, d.ends
       from release_recordings m
       join releases r on r.id = m.release_id
       left join release_dates d on d.release_id = m.release_id and d.recording_id = m.recording_id
      where m.recording_id = $1 order by r.id, d.n`,
    [recordingId],
  );
  const offers = new Map<string, StandingOffer & { readonly moments: ReleaseMoment[] }>();
  for (const { id, upc, title, label, withdrawn_at, use, territories, excluded, starts, ends } of rows) {
    let offer = offers.get(id);
    if (offer === undefined) {
      offer = { release: { id, upc, title, label }, moments: [], withdrawnAtMs: withdrawn_at?.getTime() ?? null };
      offers.set(id, offer);
    }
    if (use !== null) offer.moments.push({ use, territories, excluded, from: starts, until: ends });
  }
  const all = [...offers.values()];
  const real = all.filter((offer) => !offer.release.id.startsWith(listingPrefix));
  return real.length > 0 ? real : all;
}

/** Why a message is too old to be taken for a release, or null: what a newer one said holds. */
export async function whyStale(client: Queryable, releaseId: string, said: Said): Promise<string | null> {
  if (said.at === null) return null;
  const { rows } = await client.query<{ message_id: string | null; message_at: Date }>(
    `select message_id, message_at from releases where id = $1 and message_at > $2`,
    [releaseId, said.at],
  );
  const newer = rows[0];
  return newer === undefined
    ? null
    : `it was written at ${said.at}, and ${releaseId} is known from a newer message (${newer.message_id ?? 'without id'}, ${newer.message_at.toISOString()})`;
}

/** Writes what a release says of a recording in the place of what it said before. */
export async function putOffer(client: Queryable, recordingId: RecordingId, offer: Offer, said: Said): Promise<void> {
  const { release, moments } = offer;
  await putRelease(client, release, said);
  await client.query(
    `insert into release_recordings (release_id, recording_id) values ($1, $2)
     on conflict (release_id, recording_id) do update set withdrawn_at = null`,
    [release.id, recordingId],
  );
  await client.query(`delete from release_dates where release_id = $1 and recording_id = $2`, [
    release.id,
    recordingId,
  ]);
  if (moments.length === 0) return;
  await client.query(
    `insert into release_dates (release_id, recording_id, n, use, territories, excluded, starts, ends, starts_at, ends_at)
     select $1, $2, n, m->>'use', array(select jsonb_array_elements_text(m->'territories')),
            array(select jsonb_array_elements_text(m->'excluded')), m->>'from', m->>'until',
            (m->>'startsAt')::timestamptz, (m->>'endsAt')::timestamptz
       from jsonb_array_elements($3::jsonb) with ordinality as t(m, n)`,
    [
      release.id,
      recordingId,
      toJson(
        moments.map((moment) => ({
          ...moment,
          startsAt: instantOf(startMs(moment)),
          endsAt: instantOf(endMs(moment)),
        })),
      ),
    ],
  );
}

const instantOf = (ms: number | null): string | null =>
  ms === null ? null : ms === Infinity ? 'infinity' : ms === -Infinity ? '-infinity' : new Date(ms).toISOString();

/** The release as the newest message has it: offered. A listing leaves the time of the newest message as it is. */
async function putRelease(client: Queryable, release: ReleaseHead, said: Said): Promise<void> {
  await client.query(
    `insert into releases as r (id, upc, title, label, said_by, message_id, message_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set upc = excluded.upc, title = coalesce(excluded.title, r.title),
       label = coalesce(excluded.label, r.label), said_by = excluded.said_by,
       message_id = coalesce(excluded.message_id, r.message_id), message_at = greatest(excluded.message_at, r.message_at),
       withdrawn_at = null, updated_at = now()
     where (r.upc, r.title, r.label, r.said_by, r.message_id, r.message_at, r.withdrawn_at) is distinct from
           (excluded.upc, coalesce(excluded.title, r.title), coalesce(excluded.label, r.label), excluded.said_by,
            coalesce(excluded.message_id, r.message_id), greatest(excluded.message_at, r.message_at), null::timestamptz)`,
    [release.id, release.upc, release.title, release.label, said.by, said.messageId, said.at],
  );
}

/** Ends what a release offers beyond `keep`. @returns the recordings that it offered and offers no longer. */
export async function dropOthers(
  client: Queryable,
  release: ReleaseHead,
  keep: readonly RecordingId[],
  said: Said,
): Promise<RecordingId[]> {
  await putRelease(client, release, said);
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

export interface Standing {
  /** Null: nothing says when; Infinity: nothing says that it comes out at all. */
  readonly outFromMs: number | null;
  readonly releaseDate: string | null;
  readonly previewFromMs: number | null;
  readonly withdrawnAtMs: number | null;
}

/** What all offers together come to. `before`: when it was out from, which a takedown does not change. */
export function standingOf(
  offers: readonly StandingOffer[],
  before: Pick<Standing, 'outFromMs' | 'releaseDate'>,
): Standing {
  const offered = offers.filter((offer) => offer.withdrawnAtMs === null);
  const ended = offers.flatMap((offer) => (offer.withdrawnAtMs === null ? [] : [offer.withdrawnAtMs]));
  const { outFromMs, releaseDate, endsAtMs, previewFromMs } = availability(offered.flatMap((offer) => offer.moments));
  const isOffered = outFromMs !== Infinity;
  if (!isOffered && ended.length > 0) return { ...before, previewFromMs, withdrawnAtMs: Math.max(...ended) };
  return {
    outFromMs: offers.length === 0 ? before.outFromMs : outFromMs,
    releaseDate: offers.length === 0 ? before.releaseDate : releaseDate,
    previewFromMs,
    withdrawnAtMs: endsAtMs === null ? null : Math.max(endsAtMs, ...ended),
  };
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
 * Brings a recording's own columns in line with what releases say of it; a recording that no release offers is out from its date.
 * @returns what changed for those who count on it: withdrawn, offered again, another date.
 */
export async function refreshStanding(client: Queryable, recordingId: RecordingId): Promise<RecordingChange[]> {
  const { rows } = await client.query<{
    out_from: Date | number | null;
    release_date: string | null;
    preview_from: Date | number | null;
    withdrawn_at: Date | number | null;
  }>(`select out_from, release_date, preview_from, withdrawn_at from recordings where id = $1 for update`, [
    recordingId,
  ]);
  const row = rows[0];
  if (row === undefined) return [];
  const before: Standing = {
    outFromMs: msOf(row.out_from),
    releaseDate: row.release_date,
    previewFromMs: msOf(row.preview_from),
    withdrawnAtMs: msOf(row.withdrawn_at),
  };
  const offers = await offersOf(client, recordingId);
  const fromDate = row.release_date === null ? null : firstMidnightMs(row.release_date);
  const after = standingOf(offers, {
    outFromMs: offers.length === 0 ? fromDate : before.outFromMs,
    releaseDate: row.release_date,
  });
  const same =
    before.outFromMs === after.outFromMs &&
    before.releaseDate === after.releaseDate &&
    before.previewFromMs === after.previewFromMs &&
    before.withdrawnAtMs === after.withdrawnAtMs;
  if (same) return [];
  await client.query(
    `update recordings set out_from = $2::timestamptz, release_date = $3::date, preview_from = $4::timestamptz, withdrawn_at = $5::timestamptz, updated_at = now()
      where id = $1`,
    [
      recordingId,
      instantOf(after.outFromMs),
      after.releaseDate,
      instantOf(after.previewFromMs),
      instantOf(after.withdrawnAtMs),
    ],
  );
  const changes: RecordingChange[] = [];
  const change = (what: string, was: number | null, is: number | null): void =>
    void changes.push({ recordingId, what, before: wordOf(was), after: wordOf(is) });
  if (before.outFromMs !== null && before.outFromMs !== after.outFromMs)
    change('out from', before.outFromMs, after.outFromMs);
  if (before.withdrawnAtMs !== after.withdrawnAtMs)
    change(after.withdrawnAtMs === null ? 'offered again' : 'withdrawn', before.withdrawnAtMs, after.withdrawnAtMs);
  return changes;
}

const msOf = (value: Date | number | null): number | null => (value instanceof Date ? value.getTime() : value);
const wordOf = (ms: number | null): string | null =>
  ms === null ? null : ms === Infinity ? 'no date' : ms === -Infinity ? 'always' : new Date(ms).toISOString();

/**
 * Moves the date of the sounds that wait for a recording. @returns those that moved: their workflows must hear of it.
 */
export async function moveWaiting(client: Queryable, recordingId: RecordingId, why: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `update sounds s set release_date = r.release_date, updated_at = now() from recordings r
      where r.id = $1 and s.waits_for = r.id and s.status in ('waiting', 'review') and r.release_date is not null
        and s.release_date is distinct from r.release_date returning s.id`,
    [recordingId],
  );
  const ids = rows.map((row) => row.id);
  await callSounds(client, ids, why);
  return ids;
}

// What releases' terms come to for a recording: from when it is out, and since when it is withdrawn.

import type { Offer } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { availability } from '../../domain/release.ts';
import { firstMidnightMs } from '../../domain/schedule.ts';
import type { RecordingChange } from './changes.ts';

export interface StandingOffer extends Offer {
  /** Since when this release does not offer the recording any more (perhaps in the future), epoch milliseconds; null: it does. */
  readonly withdrawnAtMs: number | null;
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

/** Of a recording that is new. What no release offers is out from its date. */
export const firstStanding = (offers: readonly StandingOffer[], releaseDate: string | null): Standing =>
  standingOf(offers, { outFromMs: offers.length === 0 ? midnightOf(releaseDate) : null, releaseDate });

/** Of a recording that stood so before. */
export const nextStanding = (offers: readonly StandingOffer[], before: Standing): Standing =>
  standingOf(offers, { ...before, outFromMs: offers.length === 0 ? midnightOf(before.releaseDate) : before.outFromMs });

const midnightOf = (day: string | null): number | null => (day === null ? null : firstMidnightMs(day));

/** What changed for those who count on it: withdrawn, offered again, another date. */
export function standingChanges(recordingId: RecordingId, before: Standing, after: Standing): RecordingChange[] {
  const changes: RecordingChange[] = [];
  const change = (what: string, was: number | null, is: number | null): void =>
    void changes.push({ recordingId, what, before: wordOf(was), after: wordOf(is) });
  if (before.outFromMs !== null && before.outFromMs !== after.outFromMs)
    change('out from', before.outFromMs, after.outFromMs);
  if (before.withdrawnAtMs !== after.withdrawnAtMs)
    change(after.withdrawnAtMs === null ? 'offered again' : 'withdrawn', before.withdrawnAtMs, after.withdrawnAtMs);
  return changes;
}

const wordOf = (ms: number | null): string | null =>
  ms === null ? null : ms === Infinity ? 'no date' : ms === -Infinity ? 'always' : new Date(ms).toISOString();

/** As Postgres takes it. */
export const instantOf = (ms: number | null): string | null =>
  ms === null ? null : ms === Infinity ? 'infinity' : ms === -Infinity ? '-infinity' : new Date(ms).toISOString();

// When to try again. The schedule is data: a list of steps, then doubling up to a cap, denser around a known release date.
// Pure: time comes in as epoch milliseconds, and jitter from a seed, so that replays and tests see the same answer.

import { isCalendarDay } from './day.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export interface Schedule {
  /** Delays after the first attempts, in order. */
  readonly steps: readonly number[];
  /** After the steps each delay is `growth` times the one before … */
  readonly growth: number;
  /** … up to this. */
  readonly capMs: number;
  /** Around a known release date: from `beforeMs` ahead of its first territory's midnight to `afterMs` past it, every `everyMs`. */
  readonly release: { readonly beforeMs: number; readonly afterMs: number; readonly everyMs: number };
  /** Share of a delay by which it may be stretched, so that a bulk run's retries do not come back as one wave. */
  readonly jitter: number;
  /** How long a sound waits before it expires. */
  readonly horizonMs: number;
  /**
   * A retry is skipped while whatever entered the catalogue was searched for among the waiting sounds; a full look this long ago is taken
   * again all the same if anything changed, as that search finds nearly everything that a look would, not all.
   */
  readonly recheckMs: number;
}

/**
 * Dense in the first two days (most teasers are released or indexed then), then doubling to 32 days, as ListenBrainz does.
 * The wake-up by a release is what finds a sound; the timer is the safety net.
 */
export const defaultSchedule: Schedule = {
  steps: [15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 8 * hour, 24 * hour],
  growth: 2,
  capMs: 32 * day,
  release: { beforeMs: day, afterMs: 2 * day, everyMs: 45 * minute },
  jitter: 0.1,
  horizonMs: 90 * day,
  recheckMs: 7 * day,
};

/** The same schedule `factor` times as fast: what load runs wait by. */
export function hastened(schedule: Schedule, factor: number): Schedule {
  const { release } = schedule;
  return {
    ...schedule,
    steps: schedule.steps.map((step) => step / factor),
    capMs: schedule.capMs / factor,
    release: {
      beforeMs: release.beforeMs / factor,
      afterMs: release.afterMs / factor,
      everyMs: release.everyMs / factor,
    },
    recheckMs: schedule.recheckMs / factor,
  };
}

export interface Turn {
  readonly schedule: Schedule;
  /** Attempts made so far, at least 1. */
  readonly attempts: number;
  readonly nowMs: number;
  readonly expiresAtMs: number;
  /** yyyy-mm-dd of the first territory, or null. */
  readonly releaseDate: string | null;
  /** A source that could not answer said when it will again; null when none did. */
  readonly unavailableUntilMs: number | null;
  /** Any stable text: the sound's id. */
  readonly seed: string;
}

/** Base delay after attempt number `attempts` (1-based), without jitter or release date. Never shrinks as attempts grow. */
export function retryDelay(schedule: Schedule, attempts: number): number {
  const index = Math.max(1, Math.floor(attempts)) - 1;
  const step = schedule.steps[index];
  let longest = 0;
  for (let i = 0; i <= Math.min(index, schedule.steps.length - 1); i += 1)
    longest = Math.max(longest, schedule.steps[i] ?? 0);
  if (step !== undefined) return Math.min(longest, schedule.capMs);
  const beyond = index - schedule.steps.length + 1;
  // 2^60 ms is past any cap: the bound keeps absurd attempt counts from reaching Infinity · 0.
  return Math.min(
    schedule.capMs,
    Math.max(schedule.steps.length === 0 ? minute : 1, longest) * schedule.growth ** Math.min(beyond, 60),
  );
}

/** The instant of the next attempt: never in the past, never after the horizon, early when a release date says so. */
export function nextAttemptAtMs(turn: Turn): number {
  const { schedule, nowMs } = turn;
  const delay = retryDelay(schedule, turn.attempts);
  let at = nowMs + delay * (1 + schedule.jitter * unitHash(`${turn.seed}#${turn.attempts}`));
  const release = turn.releaseDate === null ? null : firstMidnightMs(turn.releaseDate);
  if (release !== null) {
    const from = release - schedule.release.beforeMs;
    const to = release + schedule.release.afterMs;
    if (nowMs >= from && nowMs < to) at = Math.min(at, nowMs + schedule.release.everyMs);
    else if (nowMs < from) at = Math.min(at, from);
  }
  // A source in short trouble is asked again when it says it will answer; that is no reason to wait longer for the others.
  if (turn.unavailableUntilMs !== null) at = Math.min(at, Math.max(turn.unavailableUntilMs, nowMs + minute));
  return Math.max(nowMs, Math.min(Math.round(at), turn.expiresAtMs));
}

/** Midnight of a date where it comes first (UTC+14), epoch milliseconds; null for a text that is not a date. */
export const firstMidnightMs = (date: string): number | null =>
  isCalendarDay(date) ? Date.parse(`${date}T00:00:00Z`) - 14 * hour : null;

/** FNV-1a of the text, mapped to [0, 1): jitter that is the same on every replay. */
function unitHash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  // FNV's high bits hardly move for texts that differ in the last letter: mix once more (murmur3's finaliser).
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return (h >>> 0) / 2 ** 32;
}

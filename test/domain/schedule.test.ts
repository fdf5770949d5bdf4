// When a sound is tried again: laws that hold for any schedule, and what the default one amounts to.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSchedule, firstMidnightMs, nextAttemptAtMs, retryDelay, type Turn } from '../../domain/schedule.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.parse('2026-03-01T12:00:00Z');

const turn = (given: Partial<Turn>): Turn => ({
  schedule: defaultSchedule,
  attempts: 1,
  nowMs: start,
  expiresAtMs: start + defaultSchedule.horizonMs,
  releaseDate: null,
  unavailableUntilMs: null,
  seed: 'tiktok:1',
  ...given,
});

/** Instants of all attempts of a sound that nothing ever matches; each takes no time. */
function attemptsOf(given: Partial<Turn> = {}): number[] {
  const instants = [start];
  for (;;) {
    const now = instants.at(-1)!;
    const next = nextAttemptAtMs(turn({ ...given, nowMs: now, attempts: instants.length }));
    if (next >= start + defaultSchedule.horizonMs || instants.length > 10_000) return instants;
    instants.push(next);
  }
}

const schedules = fc.record({
  steps: fc.array(fc.integer({ min: 1, max: 10 * day }), { minLength: 1, maxLength: 12 }),
  growth: fc.double({ min: 1, max: 10, noNaN: true }),
  capMs: fc.integer({ min: minute, max: 60 * day }),
  release: fc.record({
    beforeMs: fc.integer({ min: 0, max: 7 * day }),
    afterMs: fc.integer({ min: 0, max: 7 * day }),
    everyMs: fc.integer({ min: minute, max: day }),
  }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  horizonMs: fc.integer({ min: day, max: 400 * day }),
  recheckMs: fc.constant(7 * day),
});
const dates = fc.integer({ min: -30, max: 120 }).map((days) => new Date(start + days * day).toISOString().slice(0, 10));
const turns = fc.record({
  schedule: schedules,
  attempts: fc.integer({ min: 1, max: 1_000_000 }),
  nowMs: fc.constant(start),
  expiresAtMs: fc.integer({ min: start, max: start + 400 * day }),
  releaseDate: fc.option(dates),
  unavailableUntilMs: fc.option(fc.integer({ min: start - day, max: start + 40 * day })),
  seed: fc.string(),
});

describe('the base delay', () => {
  it('never shrinks and is capped', () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 300 }), (schedule, attempts) => {
        const delay = retryDelay(schedule, attempts);
        expect(delay).toBeGreaterThan(0);
        expect(delay).toBeLessThanOrEqual(schedule.capMs);
        expect(retryDelay(schedule, attempts + 1)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });

  it('survives absurd numbers of attempts', () => {
    for (const attempts of [0, -5, 1.5, 1e9, Number.MAX_SAFE_INTEGER])
      expect(retryDelay(defaultSchedule, attempts)).toSatisfy(
        (delay: number) => delay >= 15 * minute && delay <= 32 * day,
      );
  });
});

describe('the next attempt', () => {
  it('is never in the past and never past the horizon', () => {
    fc.assert(
      fc.property(turns, (given) => {
        const at = nextAttemptAtMs(given);
        expect(at).toBeGreaterThanOrEqual(given.nowMs);
        expect(at).toBeLessThanOrEqual(Math.max(given.nowMs, given.expiresAtMs));
        expect(Number.isInteger(at)).toBe(true);
      }),
    );
  });

  it('is stretched by jitter within its bounds, the same each time it is asked, and differently for each sound', () => {
    fc.assert(
      fc.property(turns, (given) => {
        const plain = { ...given, releaseDate: null, unavailableUntilMs: null, expiresAtMs: start + 1000 * day };
        const waited = nextAttemptAtMs(plain) - given.nowMs;
        const base = retryDelay(given.schedule, given.attempts);
        expect(waited).toBeGreaterThanOrEqual(Math.floor(base));
        expect(waited).toBeLessThanOrEqual(Math.ceil(base * (1 + given.schedule.jitter)));
        expect(nextAttemptAtMs(plain) - given.nowMs).toBe(waited);
      }),
    );
    // A thousand sounds of one bulk run, all after their tenth attempt: no tenth of the span holds twice its share.
    const span = retryDelay(defaultSchedule, 10) * defaultSchedule.jitter;
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 1000; i += 1) {
      const at = nextAttemptAtMs(turn({ attempts: 10, seed: `tiktok:${7_000_000 + i}` }));
      const share = (at - start - retryDelay(defaultSchedule, 10)) / span;
      tenths[Math.min(9, Math.floor(share * 10))]! += 1;
    }
    expect(Math.max(...tenths)).toBeLessThan(200);
    expect(Math.min(...tenths)).toBeGreaterThan(50);
  });

  it('comes no later for a known release date or a source that says when it is back', () => {
    fc.assert(
      fc.property(turns, (given) => {
        const without = nextAttemptAtMs({ ...given, releaseDate: null, unavailableUntilMs: null });
        expect(nextAttemptAtMs(given)).toBeLessThanOrEqual(without);
      }),
    );
  });

  it.each([
    ['long before the date', '2026-03-20', 20, Date.parse('2026-03-18T10:00:00Z')],
    ['inside its window', '2026-03-01', 20, start + 45 * minute],
    ['inside its window, with a shorter step', '2026-03-01', 1, null],
    ['after its window', '2026-02-20', 20, null],
    ['on a date that does not exist', '2026-02-31', 20, null],
    ['on no date at all', 'soon', 20, null],
  ])('%s', (_name, releaseDate, attempts, expected) => {
    const plain = nextAttemptAtMs(turn({ attempts }));
    expect(nextAttemptAtMs(turn({ attempts, releaseDate }))).toBe(expected ?? plain);
  });

  it('asks a source again a minute from now at the earliest', () => {
    expect(nextAttemptAtMs(turn({ attempts: 9, unavailableUntilMs: start - hour }))).toBe(start + minute);
    expect(nextAttemptAtMs(turn({ attempts: 9, unavailableUntilMs: start + 3 * hour }))).toBe(start + 3 * hour);
  });
});

describe('a sound that nothing ever matches', () => {
  it.each([
    ['in the first hour', hour, 3, 3],
    ['in the first day', day, 7, 8],
    ['in the first two days', 2 * day, 8, 9],
    ['in the first week', 7 * day, 9, 11],
    ['within its horizon', 90 * day, 12, 14],
  ])('is tried %s', (_name, withinMs, least, most) => {
    const tried = attemptsOf().filter((at) => at < start + withinMs).length;
    expect(tried).toBeGreaterThanOrEqual(least);
    expect(tried).toBeLessThanOrEqual(most);
  });

  it('is tried every 45 minutes around a known release date, about a hundred times more in all', () => {
    const releaseDate = '2026-04-10';
    const midnight = firstMidnightMs(releaseDate)!;
    const around = attemptsOf({ releaseDate }).filter((at) => at >= midnight - day && at < midnight + 2 * day);
    expect(around.length).toBeGreaterThanOrEqual(96);
    expect(around.length).toBeLessThanOrEqual(97);
    expect(around.every((at, i) => i === 0 || at - around[i - 1]! <= 45 * minute)).toBe(true);
    const all = attemptsOf({ releaseDate });
    expect(all.length - attemptsOf().length).toBeLessThan(110);
    // The first attempt of the window is at its very beginning.
    expect(around[0]).toBe(midnight - day);
  });
});

describe('the first midnight of a date', () => {
  it('is where the day begins first, fourteen hours ahead of UTC', () => {
    expect(new Date(firstMidnightMs('2026-12-11')!).toISOString()).toBe('2026-12-10T10:00:00.000Z');
  });
  it.each([
    '',
    '2026',
    '2026-13-01',
    '2026-00-10',
    '2026-02-30',
    '2025-02-29',
    '2026-1-1',
    ' 2026-01-01',
    '2026-01-01T00',
  ])('is not known of %j', (text) => expect(firstMidnightMs(text)).toBeNull());
  it('is known of every real day', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        const text = date.toISOString().slice(0, 10);
        expect(firstMidnightMs(text)).toBe(Date.parse(text) - 14 * hour);
      }),
    );
  });
});

// The law of the window, on the real SQL with a made-up clock: several workers, late departures, slow ways, lost answers.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  noteProvider,
  readSpend,
  readStandings,
  takePermits,
  type ProviderTerms,
  type Taking,
} from '../../../store/providers/limits.ts';
import type { EndedPermit, PermitAnswer } from '../../../domain/permits.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 4 });
});
afterAll(() => database.close());

let made = 0;
const newCredential = (): string => `deezer:test-${(made += 1)}`;
/** Noon of some day: midnight is far. */
const noon = Date.UTC(2026, 2, 4, 12);
const unpriced = { pricePerCall: 0, callsPerDay: null, moneyPerDay: null };

const taking = (credential: string, terms: ProviderTerms, more: Partial<Taking> = {}): Taking => ({
  credential,
  provider: 'deezer',
  terms,
  worker: 'a',
  asker: 'q',
  wanted: [0, 1, 0, 0],
  leaving: [0, 0, 0, 0],
  ended: [],
  ...more,
});
const take = (
  credential: string,
  terms: ProviderTerms,
  atMs: number,
  more: Partial<Taking> = {},
): Promise<PermitAnswer> => takePermits(database, taking(credential, terms, more), atMs);

/** A request on its way, in milliseconds: how late it leaves, how much longer than the shortest way it takes, how long it is thought about. */
interface Way {
  readonly lateMs: number;
  readonly extraMs: number;
  readonly thinkMs: number;
}
const shortestMs = 12;

interface Run {
  /** Instants at which the service saw requests, in order. */
  readonly arrivals: readonly number[];
  readonly roundTrips: number;
}

/** Lets workers ask as fast as they are allowed to for some time. `ways` are used in turn; null: the worker dies with the request under way. */
async function drive(
  terms: ProviderTerms,
  workers: number,
  ways: readonly (Way | null)[],
  forMs: number,
): Promise<Run> {
  const credential = newCredential();
  const arrivals: number[] = [];
  const events: { atMs: number; worker: number; ended?: EndedPermit; turn: number }[] = [];
  const turns = Array.from({ length: workers }, () => 0);
  const reports = Array.from({ length: workers }, (): EndedPermit[] => []);
  for (let worker = 0; worker < workers; worker += 1) events.push({ atMs: noon + worker * 3, worker, turn: 0 });
  let used = 0;
  let roundTrips = 0;
  while (events.length > 0) {
    let first = 0;
    for (let i = 1; i < events.length; i += 1) if (events[i]!.atMs < events[first]!.atMs) first = i;
    const { atMs, worker, ended, turn } = events.splice(first, 1)[0]!;
    if (atMs > noon + forMs) continue;
    if (ended !== undefined) reports[worker]!.push(ended);
    // Something newer was planned for this worker.
    else if (turn !== turns[worker]) continue;
    roundTrips += 1;
    const taken = await take(credential, terms, atMs, {
      worker: `worker ${worker}`,
      wanted: [0, 0, 0, 8],
      ended: reports[worker]!.splice(0),
    });
    for (const { id, inMs } of taken.permits) {
      const way = ways[used % ways.length]!;
      used += 1;
      const leaves = atMs + inMs + (way?.lateMs ?? 0);
      if (way === null) {
        arrivals.push(leaves + shortestMs + 900);
        continue;
      }
      arrivals.push(leaves + shortestMs + way.extraMs);
      const tookMs = shortestMs * 2 + way.extraMs + way.thinkMs;
      events.push({
        atMs: leaves + tookMs,
        worker,
        ended: { id, lateMs: way.lateMs, tookMs, answered: true },
        turn: -1,
      });
    }
    const next = taken.nextMs ?? taken.comeBackMs[3]?.[0] ?? 20;
    turns[worker]! += 1;
    events.push({ atMs: atMs + Math.max(next, 5), worker, turn: turns[worker]! });
  }
  return { arrivals: arrivals.sort((a, b) => a - b), roundTrips };
}

/** The most requests that the service saw in any stretch as long as the window. */
function mostInAWindow(arrivals: readonly number[], windowMs: number): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < arrivals.length; to += 1) {
    while (arrivals[to]! - arrivals[from]! >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

const shortestWay: Way = { lateMs: 0, extraMs: 0, thinkMs: 0 };
const way = fc.record({
  lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 1_500 })),
  extraMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3_000 })),
  thinkMs: fc.integer({ min: 0, max: 400 }),
});

describe('the window', () => {
  it('never holds more requests than the service allows, whatever the delays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          { calls: 1, windowMs: 1_000 },
          { calls: 2, windowMs: 1_000 },
          { calls: 7, windowMs: 2_000 },
          { calls: 50, windowMs: 5_000 },
          { calls: 3, windowMs: 9_000 },
        ),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.oneof({ weight: 12, arbitrary: way }, { weight: 1, arbitrary: fc.constant(null) }), {
          minLength: 1,
          maxLength: 40,
        }),
        async (limit, workers, ways) => {
          const { arrivals } = await drive({ ...limit, ...unpriced }, workers, [shortestWay, ...ways], 7_000);
          expect(mostInAWindow(arrivals, limit.windowMs)).toBeLessThanOrEqual(limit.calls);
        },
      ),
      { numRuns: 12 },
    );
    // Two thousand round trips: 6 s on a quiet machine.
  }, 180_000);

  it.each([
    { calls: 1, windowMs: 1_000 },
    { calls: 50, windowMs: 5_000 },
    { calls: 20, windowMs: 60_000 },
    { calls: 180, windowMs: 30_000 },
  ])(
    'is used to at least 95 % by four workers: $calls in $windowMs ms',
    async (limit) => {
      const ways = [3, 11, 0, 17, 6, 20, 1].map((extraMs, i) => ({ lateMs: i, extraMs, thinkMs: 0 }));
      const windows = limit.windowMs < 10_000 ? 5 : 2;
      const { arrivals, roundTrips } = await drive({ ...limit, ...unpriced }, 4, ways, limit.windowMs * windows);
      expect(mostInAWindow(arrivals, limit.windowMs)).toBeLessThanOrEqual(limit.calls);
      // A run ends somewhere within a window.
      expect(arrivals.length).toBeGreaterThanOrEqual(limit.calls * windows * 0.95);
      expect(roundTrips / arrivals.length).toBeLessThan(8);
    },
    180_000,
  );

  it('lets half of itself be taken at once, and the rest at twice the even pace', async () => {
    const credential = newCredential();
    const { permits } = await take(credential, { calls: 50, windowMs: 5_000, ...unpriced }, noon, {
      wanted: [0, 0, 0, 50],
    });
    expect(permits.filter(({ inMs }) => inMs === 0)).toHaveLength(25);
    const later = permits.filter(({ inMs }) => inMs > 0).map(({ inMs }) => inMs);
    expect(later).toEqual([50, 100, 150, 200, 250, 300, 350, 400, 450, 500]);
  });

  it('gives urgent requests what comes free, also when others have waited longer', async () => {
    const credential = newCredential();
    const terms = { calls: 1, windowMs: 1_000, ...unpriced };
    const first = await take(credential, terms, noon);
    expect(first.permits).toHaveLength(1);
    const ended = [{ id: first.permits[0]!.id, lateMs: 0, tookMs: 30, answered: true }];
    expect((await take(credential, terms, noon + 40, { worker: 'b', wanted: [0, 0, 0, 1] })).permits).toEqual([]);
    expect((await take(credential, terms, noon + 60, { worker: 'c', wanted: [1, 0, 0, 0], ended })).permits).toEqual(
      [],
    );
    expect((await take(credential, terms, noon + 1_100, { worker: 'b', wanted: [0, 0, 0, 1] })).permits).toEqual([]);
    expect((await take(credential, terms, noon + 1_110, { worker: 'c', wanted: [1, 0, 0, 0] })).permits).toMatchObject([
      { priority: 0 },
    ]);
  });

  it('sends those away who would wait longer than a moment, each to an instant of its own', async () => {
    const credential = newCredential();
    const terms = { calls: 4, windowMs: 60_000, ...unpriced };
    await take(credential, terms, noon, { wanted: [0, 2, 0, 0] });
    const { permits, comeBackMs } = await take(credential, terms, noon + 1_000, { wanted: [1, 0, 3, 0] });
    expect(permits).toEqual([]);
    // The next place is free 7.5 s after the last; then one every 15 s, for a person at once, for the others in line.
    expect(comeBackMs[0]).toEqual([expect.closeTo(6_500)]);
    expect(comeBackMs[2]).toEqual([15_500, 24_500, 33_500].map((inMs) => expect.closeTo(inMs) as number));
  });
});

describe('a service in trouble', () => {
  const terms = { calls: 50, windowMs: 5_000, ...unpriced };
  const trouble = (credential: string, kind: string, atMs: number, inMs: number | null = null, asker = 'q') =>
    noteProvider(database, { credential, provider: 'deezer', asker, kind, message: 'in trouble', inMs }, atMs);

  it('is left alone for as long as it asked for, then one probe decides', async () => {
    const credential = newCredential();
    const other = newCredential();
    expect(await trouble(credential, 'rate_limited', noon, 13_749_000)).toBe(13_749_000);
    const sent = await take(credential, terms, noon + 60_000, { wanted: [0, 5, 0, 0] });
    expect(sent.permits).toEqual([]);
    expect(sent.paused).toMatchObject({ inMs: 13_689_000, why: 'in trouble' });
    expect(sent.comeBackMs[1]).toHaveLength(5);
    for (const inMs of sent.comeBackMs[1]!) expect(inMs).toBeGreaterThanOrEqual(13_689_000);
    expect((await take(other, terms, noon + 60_000, { wanted: [0, 5, 0, 0] })).permits).toHaveLength(5);

    const after = noon + 13_750_000;
    const probing = await take(credential, terms, after, { asker: 'probe', wanted: [0, 5, 0, 0] });
    expect(probing).toMatchObject({ halfOpen: true, permits: [{ priority: 1 }] });
    expect(probing.comeBackMs[1]).toHaveLength(4);
    expect((await take(credential, terms, after + 100, { worker: 'b', asker: 'other' })).permits).toEqual([]);
    // The probe's own second request may pass.
    expect((await take(credential, terms, after + 200, { asker: 'probe' })).permits).toHaveLength(1);
    // An answer to a question from before says nothing; the probe's does.
    await trouble(credential, 'ok', after + 250, null, 'long ago');
    expect((await take(credential, terms, after + 300, { worker: 'b', asker: 'other' })).permits).toEqual([]);
    await trouble(credential, 'ok', after + 350, null, 'probe');
    const open = await take(credential, terms, after + 400, { worker: 'b', asker: 'other', wanted: [0, 5, 0, 0] });
    expect(open.permits).toHaveLength(5);
    expect(open.troubled).toBe(false);
  });

  it('is paused longer each time a probe fails', async () => {
    const credential = newCredential();
    let atMs = noon;
    const pauses: (number | null)[] = [await trouble(credential, 'rate_limited', atMs)];
    for (let i = 0; i < 3; i += 1) {
      atMs += pauses.at(-1)! + 11;
      expect((await take(credential, terms, atMs, { asker: `probe ${i}` })).halfOpen).toBe(true);
      pauses.push(await trouble(credential, 'rate_limited', atMs + 10, null, `probe ${i}`));
    }
    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000]);
  });

  it('is given up for a while after five failures in a row, not after one', async () => {
    const credential = newCredential();
    for (let i = 0; i < 4; i += 1) expect(await trouble(credential, 'unavailable', noon + i)).toBeNull();
    await trouble(credential, 'ok', noon + 4);
    for (let i = 5; i < 9; i += 1) expect(await trouble(credential, 'unavailable', noon + i)).toBeNull();
    expect(await trouble(credential, 'unavailable', noon + 9)).toBe(30_000);
    // Others that were under way fail as well: the same trouble.
    expect(await trouble(credential, 'unavailable', noon + 10)).toBe(29_999);
  });

  it('that says its quota is spent rests until the day is over', async () => {
    const credential = newCredential();
    expect(await trouble(credential, 'quota_exhausted', noon)).toBe(12 * 3_600_000);
  });

  it('is shown with why and until when', async () => {
    const credential = newCredential();
    await trouble(credential, 'rate_limited', Date.now(), 3_600_000);
    const standing = (await readStandings(database)).find((one) => one.credential === credential);
    expect(standing).toMatchObject({ state: 'paused', pausedWhy: 'in trouble', lastError: 'in trouble' });
    expect(standing!.pausedUntil!.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });
});

describe('a budget', () => {
  it('of calls is never exceeded by workers that ask at the same moment', async () => {
    const credential = newCredential();
    const terms = { calls: 1000, windowMs: 1_000, pricePerCall: 0, callsPerDay: 100, moneyPerDay: null };
    const asks = Array.from({ length: 60 }, (_, i) =>
      take(credential, terms, noon + i, { provider: 'audd', worker: `w${i}`, wanted: [0, 3, 0, 0] }),
    );
    const taken = await Promise.all(asks);
    expect(taken.reduce((sum, one) => sum + one.permits.length, 0)).toBe(100);
    const refused = await take(credential, terms, noon + 5_000, { provider: 'audd' });
    expect(refused).toMatchObject({ permits: [], spent: { calls: 100 } });
    expect(refused.comeBackMs[1]![0]).toBeGreaterThanOrEqual(12 * 3_600_000 - 5_000);
    // The next day is another.
    expect((await take(credential, terms, noon + 13 * 3_600_000, { provider: 'audd' })).permits).toHaveLength(1);
  });

  it('of money counts each call before it leaves, and gives back only what never left', async () => {
    const credential = newCredential();
    const terms = { calls: 1000, windowMs: 1_000, pricePerCall: 0.05, callsPerDay: null, moneyPerDay: 0.12 };
    const of = { provider: 'acrcloud' as const, wanted: [0, 5, 0, 0] };
    const first = await take(credential, terms, noon, of);
    expect(first.permits).toHaveLength(2);
    expect((await take(credential, terms, noon + 1, of)).spent).toMatchObject({ calls: 2, money: 0.1 });
    const [used, unused] = first.permits;
    const again = await take(credential, terms, noon + 2, {
      ...of,
      ended: [
        { id: unused!.id, unused: true },
        { id: used!.id, lateMs: 0, tookMs: 30_000, answered: false },
      ],
    });
    expect(again.permits).toHaveLength(1);
    const { rows } = await database.query(
      `select calls::integer, money::float from provider_spend where provider = 'acrcloud'`,
    );
    expect(rows).toEqual([{ calls: 2, money: 0.1 }]);
  });

  it('is the same for a new key of the same service', async () => {
    const terms = { calls: 10, windowMs: 1_000, pricePerCall: 0, callsPerDay: 1, moneyPerDay: null };
    const nowMs = Date.now();
    expect((await take(newCredential(), terms, nowMs, { provider: 'acoustid' })).permits).toHaveLength(1);
    expect((await take(newCredential(), terms, nowMs, { provider: 'acoustid' })).permits).toHaveLength(0);
    expect((await readSpend(database)).find((row) => row.provider === 'acoustid')).toEqual({
      provider: 'acoustid',
      calls: 1,
      money: 0,
    });
  });
});

// Limits as clients meet them: a `fetch` that waits a moment or says no. Several processes' worth of lanes share one Postgres, and a
// server on the loopback counts what reaches it.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noteProvider, takePermits, type ProviderTerms } from '../../store/providers/limits.ts';
import { requestPriorities } from '../../domain/asking.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { createLimits, NotNow, nothingSent, type Limits } from '../../providers/limits.ts';
import { ProviderError } from '../../providers/provider.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let server: Server;
let url: string;
let arrivals: number[] = [];
let answer: (path: string) => { readonly status: number; readonly delayMs?: number } = () => ({ status: 200 });
let made = 0;
let credential = '';

beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 8 });
  server = createServer((request, response) => {
    arrivals.push(performance.now());
    const { status, delayMs = 0 } = answer(request.url ?? '');
    setTimeout(() => response.writeHead(status).end('{}'), delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.close();
});
beforeEach(() => {
  credential = `test:${(made += 1)}`;
  arrivals = [];
  answer = () => ({ status: 200 });
});

const urgent = requestPriorities.indexOf('urgent');
const backlog = requestPriorities.indexOf('backlog');
const terms = (calls: number, windowMs: number, callsPerDay: number | null = null): ProviderTerms => ({
  calls,
  windowMs,
  pricePerCall: 0,
  callsPerDay,
  moneyPerDay: null,
});

/** The limits of one process. */
const open = (of: ProviderTerms): Limits =>
  createLimits({
    store: {
      take: (request) => takePermits(database, { ...request, credential, terms: of }),
      note: (note) => noteProvider(database, { ...note, credential }),
    },
    priorities: requestPriorities.length,
    patienceMs: 2_000,
  });

const get = (limits: Limits, path = '/', name: ProviderName = 'deezer', priority = backlog) =>
  limits.ask(name, priority, async () => {
    const response = await limits.fetchFor(name)(`${url}${path}`);
    await response.arrayBuffer();
    if (response.status === 429)
      throw new ProviderError(name, 'rate_limited', 'asks for fewer requests', { untilMs: Date.now() + 3_600_000 });
    if (response.status === 400) throw new ProviderError(name, 'refused', 'refuses this request');
    if (response.status >= 500) throw new ProviderError(name, 'unavailable', 'is in trouble');
    return response.status;
  });

/** The same until it is let: as the server that retries an activity does. */
async function getAtLast(limits: Limits): Promise<void> {
  for (;;) {
    try {
      await get(limits);
      return;
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      await sleep(Math.max(1, error.untilMs! - Date.now()));
    }
  }
}

const failureOf = async (asked: Promise<unknown>): Promise<ProviderError> =>
  asked.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as ProviderError,
  );

describe('a fetch that keeps limits', () => {
  it('lets no more through than the service allows, from four processes that ask for more', async () => {
    const processes = Array.from({ length: 4 }, () => open(terms(6, 600)));
    answer = () => ({ status: 200, delayMs: 20 });
    await Promise.all(Array.from({ length: 48 }, (_, i) => getAtLast(processes[i % 4]!)));
    expect(arrivals).toHaveLength(48);
    const seen = arrivals.toSorted((a, b) => a - b);
    for (let i = 6; i < seen.length; i += 1) expect(seen[i]! - seen[i - 6]!).toBeGreaterThanOrEqual(600);
  });

  it('does not wait for a place that is far: it says when to come back, and that nothing was sent', async () => {
    const limits = open(terms(1, 60_000));
    await get(limits);
    const error = await failureOf(get(limits));
    expect(error).toMatchObject({ provider: 'deezer', kind: 'rate_limited' });
    expect(error.untilMs).toBeGreaterThan(Date.now() + 50_000);
    expect(error.message).toBe('deezer: as many requests as it allows are under way');
    expect(nothingSent(error)).toBe(true);
    expect(arrivals).toHaveLength(1);
  });

  it('leaves a service alone that asked for it, in every process, and no other', async () => {
    const [one, other] = [open(terms(50, 5_000)), open(terms(50, 5_000))];
    answer = () => ({ status: 429 });
    expect(nothingSent(await failureOf(get(one)))).toBe(false);
    const error = await failureOf(get(other));
    expect(error).toBeInstanceOf(NotNow);
    expect(error).toMatchObject({ kind: 'rate_limited' });
    expect(error.message).toBe('deezer: paused: asks for fewer requests');
    expect(error.untilMs).toBeGreaterThan(Date.now() + 3_500_000);
    expect(arrivals).toHaveLength(1);
    credential = `${credential}:other`;
    answer = () => ({ status: 200 });
    await get(other, '/', 'itunes');
    expect(arrivals).toHaveLength(2);
  });

  it('probes with one question when the pause is over, and opens when that goes well', async () => {
    const limits = open(terms(50, 5_000));
    answer = () => ({ status: 503 });
    for (let i = 0; i < 5; i += 1) await failureOf(get(limits));
    expect((await failureOf(get(limits))).message).toContain('paused: is in trouble');
    expect(arrivals).toHaveLength(5);
    await database.query(`update provider_limits set paused_until_ms = epoch_ms() - 1 where credential = $1`, [
      credential,
    ]);
    answer = () => ({ status: 200, delayMs: 300 });
    const asked = Array.from({ length: 10 }, () => get(limits));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(arrivals).toHaveLength(6);
    expect(await Promise.all(Array.from({ length: 10 }, () => get(limits)))).toHaveLength(10);
  });

  it('takes a refused request for an answer', async () => {
    const limits = open(terms(50, 5_000));
    answer = () => ({ status: 400 });
    for (let i = 0; i < 8; i += 1) expect(await failureOf(get(limits))).toMatchObject({ kind: 'refused' });
    expect(arrivals).toHaveLength(8);
  });

  it('spends no more than the budget, in however many processes', async () => {
    const processes = Array.from({ length: 4 }, () => open(terms(1000, 1_000, 9)));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => get(processes[i % 4]!, '/', 'audd')),
    );
    expect(arrivals).toHaveLength(9);
    const errors = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as ProviderError] : []));
    expect(errors).toHaveLength(31);
    for (const error of errors) {
      expect(error).toMatchObject({ kind: 'quota_exhausted', provider: 'audd' });
      expect(error.message).toBe('audd: its budget for today is spent (9 calls)');
    }
  });

  it('lets a person pass those who wait', async () => {
    const limits = open(terms(2, 400));
    await Promise.all([get(limits), getAtLast(limits)]);
    const order: string[] = [];
    const others = Array.from({ length: 3 }, () => getAtLast(limits).then(() => order.push('backlog')));
    await sleep(30);
    await get(limits, '/', 'deezer', urgent).then(() => order.push('person'));
    await Promise.all(others);
    expect(order.indexOf('person')).toBeLessThanOrEqual(1);
  });

  it('gives back the permit of a request that was called off', async () => {
    const limits = open(terms(2, 400));
    await Promise.all([get(limits), getAtLast(limits)]);
    const calledOff = limits.fetchFor('deezer')(url, { signal: AbortSignal.timeout(20) });
    await expect(calledOff).rejects.toThrow();
    await getAtLast(limits);
    expect(arrivals).toHaveLength(3);
    const { rows } = await database.query<{ n: number }>(
      `select count(*)::integer as n from provider_permits where credential = $1`,
      [credential],
    );
    expect(rows[0]!.n).toBeLessThanOrEqual(3);
  });

  it('puts a request back in line whose permit came too late to be used', async () => {
    let first = true;
    const limits = createLimits({
      store: {
        take: async (request) => {
          const taken = await takePermits(database, { ...request, credential, terms: terms(50, 5_000) });
          // The database has answered; we hear of it more than two seconds later.
          if (first) await sleep(2_100);
          first = false;
          return taken;
        },
        note: () => Promise.resolve(null),
      },
      priorities: requestPriorities.length,
      patienceMs: 10_000,
    });
    await get(limits);
    expect(arrivals).toHaveLength(1);
  });

  it('says so when the store of permits is away, and goes on when it is back', async () => {
    let away = true;
    const limits = createLimits({
      store: {
        take: (request) =>
          away
            ? Promise.reject(new Error('the database is away'))
            : takePermits(database, { ...request, credential, terms: terms(50, 5_000) }),
        note: () => Promise.resolve(null),
      },
      priorities: requestPriorities.length,
      patienceMs: 2_000,
    });
    await expect(get(limits)).rejects.toThrow('the database is away');
    away = false;
    await get(limits);
    expect(arrivals).toHaveLength(1);
  });
});

// What is asked once is not asked twice: cached answers, and paid questions through failures and a kill.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { askOnce, type Asking } from '../../usecases/asking/askProvider.ts';
import { noteProvider, takePermits } from '../../store/providers/limits.ts';
import { boxedColumn } from '../../store/json/column.ts';
import { requestPriorities } from '../../domain/asking.ts';
import { createLimits, type Limits } from '../../providers/limits.ts';
import { ProviderError, type ProviderErrorKind } from '../../providers/provider.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let limits: Limits;
let asked = 0;
let fails: ProviderErrorKind | null = null;
let nowMs: number;
const day = 86_400_000;

beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 4 });
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query(`truncate provider_answers, provider_limits, provider_permits, provider_spend`);
  asked = 0;
  fails = null;
  nowMs = Date.now();
  limits = createLimits({
    store: {
      take: (request) =>
        takePermits(database, {
          ...request,
          credential: request.provider,
          terms: { calls: 100, windowMs: 1_000, pricePerCall: 0, callsPerDay: 50, moneyPerDay: null },
        }),
      note: (note) => noteProvider(database, { ...note, credential: note.provider }),
    },
    priorities: requestPriorities.length,
    patienceMs: 2_000,
    fetch: () => Promise.resolve(new Response('{}')),
    now: () => nowMs,
  });
});

const free: Asking = { provider: 'deezer', query: 'isrc:ZZTST2600001', priority: 'new', paid: false, fresh: false };
const paid: Asking = { provider: 'audd', query: 'audio:0a@1#0', priority: 'new', paid: true, fresh: false };
const numbers = boxedColumn<number>()('provider_answers.answer', 1, z.number());
const ask = (asking: Asking): Promise<number> =>
  askOnce({ database, limits, now: () => nowMs }, asking, numbers, async () => {
    await limits.fetchFor(asking.provider)('http://127.0.0.1/');
    asked += 1;
    if (fails !== null) throw new ProviderError(asking.provider, fails, 'did not work');
    return { value: asked, rawHash: 'a'.repeat(64), atMs: nowMs };
  }).then(({ value }) => value);

describe('an answer', () => {
  it('is kept for the rest of the day, with its hash and time', async () => {
    expect(await ask(free)).toBe(1);
    expect(await ask(free)).toBe(1);
    expect(await ask({ ...free, query: 'isrc:ZZTST2600002' })).toBe(2);
    const { rows } = await database.query(
      `select raw_hash, answered_at > now() - interval '1 minute' as lately from provider_answers where query = $1`,
      [free.query],
    );
    expect(rows).toEqual([{ raw_hash: 'a'.repeat(64), lately: true }]);
    nowMs += day;
    expect(await ask(free)).toBe(3);
  });

  it('is asked for anew when a fresh one is needed, unless it costs money', async () => {
    expect(await ask(free)).toBe(1);
    expect(await ask({ ...free, fresh: true })).toBe(2);
    expect(await ask(free)).toBe(2);
    expect(await ask(paid)).toBe(3);
    expect(await ask({ ...paid, fresh: true })).toBe(3);
  });

  it('is forgotten after a month', async () => {
    await ask(free);
    nowMs += 40 * day;
    await ask({ ...free, query: 'other' });
    const { rows } = await database.query(`select query from provider_answers`);
    expect(rows).toEqual([{ query: 'other' }]);
  });
});

describe('a paid question', () => {
  it.each(['unavailable', 'malformed'] as const)(
    'that ended %s is not asked again that day: nobody knows whether it was charged',
    async (kind) => {
      fails = kind;
      await expect(ask(paid)).rejects.toMatchObject({ kind });
      fails = null;
      await expect(ask(paid)).rejects.toMatchObject({ kind: 'unavailable', message: /being asked about just now/ });
      nowMs += 3 * 60_000;
      const midnight = Date.parse(`${new Date(nowMs).toISOString().slice(0, 10)}T00:00:00Z`) + day;
      await expect(ask(paid)).rejects.toMatchObject({ message: /answer was lost/, untilMs: midnight });
      expect(asked).toBe(1);
      nowMs = midnight + 1;
      expect(await ask(paid)).toBe(2);
    },
  );

  it.each(['rate_limited', 'credentials_rejected', 'quota_exhausted', 'refused'] as const)(
    'that the service turned away (%s) may be asked again',
    async (kind) => {
      fails = kind;
      await expect(ask(paid)).rejects.toMatchObject({ kind });
      await database.query(`truncate provider_limits, provider_permits`);
      fails = null;
      expect(await ask(paid)).toBe(2);
    },
  );

  it('that was never sent may be asked again', async () => {
    await noteProvider(database, {
      credential: 'audd',
      provider: 'audd',
      asker: '',
      kind: 'rate_limited',
      message: 'asks for fewer requests',
      inMs: 60_000,
    });
    await expect(ask(paid)).rejects.toMatchObject({ kind: 'rate_limited', message: /paused/ });
    expect(asked).toBe(0);
    await database.query(`truncate provider_limits, provider_permits`);
    expect(await ask(paid)).toBe(1);
  });

  it('is paid once when many ask at the same moment', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => ask(paid)));
    expect(asked).toBe(1);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    expect(await ask(paid)).toBe(1);
  });

  it('is not asked again by anybody when its process is killed between the answer and the record', async () => {
    let charged = 0;
    const service = createServer((_request, response) => {
      charged += 1;
      response.end('{"status":"success"}');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
    try {
      const program = join(import.meta.dirname, 'paidQuestion.fixture.ts');
      const child = spawn(process.execPath, [program, database.url, url], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      expect(charged).toBe(1);
      const again = { ...paid, query: 'audio:abc@1#0' };
      nowMs += 3 * 60_000;
      // Near midnight the minutes that passed would be tomorrow's.
      await database.query(`update provider_answers set day = $1`, [new Date(nowMs).toISOString().slice(0, 10)]);
      await expect(ask(again)).rejects.toMatchObject({ kind: 'unavailable', message: /answer was lost/ });
      expect(asked).toBe(0);
      // The money was reserved before it was spent.
      const { rows } = await database.query(
        `select calls::integer, money::float from provider_spend where provider = 'audd'`,
      );
      expect(rows).toEqual([{ calls: 1, money: 0.005 }]);
      nowMs += day;
      expect(await ask(again)).toBe(1);
    } finally {
      service.close();
    }
  });
});

// What errors of a real server mean, each kind caused on purpose.

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../store/database.ts';
import { DatabaseAway, failureOf, isAway, outcomeOf, unlessAway } from '../../store/failures.ts';
import { toJson } from '../../store/json/column.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 6 });
  await database.query(
    `create table t (n integer primary key check (n < 1000), day date, word text unique, note jsonb)`,
  );
});
afterAll(() => database.close());

const errorOf = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};
const codeOf = (error: unknown): string => (error as { code: string }).code;

// Fewer letters would be compressed to fit.
const han = Array.from({ length: 999 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join('');

describe('a value that the database will never hold is refused, in words', () => {
  it.each<[string, string, unknown[], string, RegExp]>([
    ['a number that is too large', 'insert into t (n) values ($1)', [2 ** 40], '22003', /out of range/],
    ['a day before the year 1', 'insert into t (n, day) values (1, $1)', ['0000-12-31'], '22008', /0000-12-31/],
    ['a word for a day', 'insert into t (n, day) values (1, $1)', ['soon'], '22007', /soon/],
    ['a word for a number', 'insert into t (n) values ($1)', ['many'], '22P02', /many/],
    ['NUL in a text', 'insert into t (n, word) values (1, $1)', ['a\0b'], '22021', /0x00/],
    ['NUL in JSON', 'insert into t (n, note) values (1, $1)', [JSON.stringify('a\0b')], '22P05', /Unicode escape/],
    ['half a pair in JSON', 'insert into t (n, note) values (1, $1)', [JSON.stringify('\ud800')], '22P02', /surrogate/],
    ['nothing where something must be', 'insert into t (n) values ($1)', [null], '23502', /null value/],
    ['what a rule forbids', 'insert into t (n) values ($1)', [5000], '23514', /t_n_check/],
    [
      'what nothing stands behind',
      `insert into links (sound_id, recording_id, relation, probability, decided_by, decision_id)
       values ($1, $1, 'same', 1, 'rule', $1)`,
      ['nobody'],
      '23503',
      /links/,
    ],
    ['a key that no index takes', 'insert into t (n, word) values (1, $1)', [han], '54000', /index row size/],
    [
      'a nesting that no parser takes',
      'insert into t (n, note) values (1, $1)',
      ['['.repeat(200_000)],
      '54001',
      /stack depth/,
    ],
    [
      'one row twice',
      `insert into t (n) values ($1), ($1) on conflict (n) do update set word = 'x'`,
      [7],
      '21000',
      /second time/,
    ],
  ])('%s', async (_, sql, values, code, reason) => {
    const error = await errorOf(() => database.query(sql, values));
    expect(codeOf(error)).toBe(code);
    expect(failureOf(error)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) as string });
    expect(isAway(error)).toBe(false);
  });

  it('what is there already, once it is clear that nobody is just writing it', async () => {
    await database.query(`insert into t (n, word) values (100, 'taken')`);
    let tries = 0;
    const written = await outcomeOf(() => {
      tries += 1;
      return database.query(`insert into t (n, word) values (101, 'taken')`);
    });
    expect(written).toEqual({ kind: 'refused', reason: expect.stringMatching(/unique.*t_word_key/) as string });
    expect(tries).toBe(5);
  });
});

describe('a database that is away', () => {
  it('is a connection that the server ended', async () => {
    const other = openDatabase(database.url, { maxConnections: 1 });
    const error = await errorOf(() =>
      other.transaction(async (client) => {
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        await Promise.all([
          client.query('select pg_sleep(20)'),
          database.query('select pg_terminate_backend($1)', [rows[0]!.pid]),
        ]);
      }),
    );
    expect(codeOf(error)).toBe('57P01');
    expect(failureOf(error).kind).toBe('away');
    await other.close();
  });

  it('is one that takes no more connections', async () => {
    await database.query(`create role visitor login password 'visitor'`);
    const { rows } = await database.query<{ name: string }>('select current_database() as name');
    await database.query(`alter database ${rows[0]!.name} connection limit 0`);
    const url = new URL(database.url);
    [url.username, url.password] = ['visitor', 'visitor'];
    const other = openDatabase(url.href, { maxConnections: 1 });
    const error = await errorOf(() => other.query('select 1'));
    expect(codeOf(error)).toBe('53300');
    expect(failureOf(error).kind).toBe('away');
    await other.close();
    await database.query(`alter database ${rows[0]!.name} connection limit -1`);
    await database.query('drop role visitor');
  });

  it('is a replica that was asked to write', async () => {
    const error = await errorOf(() =>
      database.transaction(async (client) => {
        await client.query('set transaction read only');
        await client.query('insert into t (n) values (200)');
      }),
    );
    expect(codeOf(error)).toBe('25006');
    expect(failureOf(error).kind).toBe('away');
  });

  it('is a lock that was not waited for', async () => {
    const error = await errorOf(() =>
      database.transaction(async (client) => {
        await client.query('lock table t in exclusive mode');
        await database.transaction(async (second) => {
          await second.query(`set local lock_timeout = '50ms'`);
          await second.query('insert into t (n) values (300)');
        });
      }),
    );
    expect(codeOf(error)).toBe('55P03');
    expect(failureOf(error).kind).toBe('away');
  });

  it('is a port where nobody listens, a host that nobody knows, and a server that says nothing', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port: closed } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const urls = [
      `postgres://a:b@127.0.0.1:${closed}/d`,
      'postgres://a:b@nowhere.invalid/d',
      `postgres://a:b@127.0.0.1:${port}/d`,
    ];
    for (const url of urls) {
      const other = openDatabase(url, { maxConnections: 1, connectMs: 300 });
      const error = await errorOf(() => other.query('select 1'));
      expect(failureOf(error), url).toMatchObject({ kind: 'away' });
      expect(await outcomeOf(() => other.query('select 1'))).toMatchObject({ kind: 'away' });
      await other.close();
    }
    silent.close();
  });

  it('is thrown by whoever can only wait for it, and known again', async () => {
    const error = await errorOf(() => Promise.resolve(unlessAway({ kind: 'away', reason: 'gone' })));
    expect(error).toBeInstanceOf(DatabaseAway);
    expect(isAway(error)).toBe(true);
    expect(isAway(new Error('outer', { cause: error }))).toBe(true);
  });
});

describe("transactions in each other's way", () => {
  it('that wait for one another are both done, one after the other', async () => {
    await database.query('insert into t (n) values (401), (402)');
    let failed = 0;
    const lock = (first: number, second: number) =>
      outcomeOf(() =>
        database
          .transaction(async (client) => {
            await client.query(`set local deadlock_timeout = '20ms'`);
            await client.query('update t set day = now() where n = $1', [first]);
            await new Promise((resolve) => setTimeout(resolve, 100));
            await client.query('update t set day = now() where n = $1', [second]);
          })
          .catch((error: unknown) => {
            expect(codeOf(error)).toBe('40P01');
            failed += 1;
            throw error;
          }),
      );
    const outcomes = await Promise.all([lock(401, 402), lock(402, 401)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'written']);
    expect(failed).toBeGreaterThan(0);
  });

  it('that cannot be put in an order are done anew', async () => {
    await database.query('insert into t (n) values (501)');
    let tries = 0;
    const outcome = await outcomeOf(() =>
      database.transaction(async (client) => {
        tries += 1;
        await client.query('set transaction isolation level serializable');
        await client.query('select * from t where n = 501');
        if (tries === 1) await database.query(`update t set word = 'meanwhile' where n = 501`);
        await client.query(`update t set word = 'mine' where n = 501`);
      }),
    );
    expect([outcome.kind, tries]).toEqual(['written', 2]);
  });
});

describe('a fault of ours is thrown', () => {
  it.each([
    ['a column that is not there', 'select nothing from t', '42703'],
    ['no SQL', 'selekt 1', '42601'],
    ['a statement that takes too long', `set statement_timeout = 50; select pg_sleep(5)`, '57014'],
  ])('%s', async (_, sql, code) => {
    const other = openDatabase(database.url, { maxConnections: 1 });
    const error = await errorOf(() => outcomeOf(() => other.query(sql)));
    expect(codeOf(error)).toBe(code);
    expect(failureOf(error).kind).toBe('fault');
    await other.close();
  });

  it('and so is what has nothing to do with the database', async () => {
    expect(failureOf(new TypeError('x is not a function'))).toEqual({ kind: 'fault', reason: 'x is not a function' });
    expect(failureOf(null)).toEqual({ kind: 'fault', reason: 'null' });
    await expect(outcomeOf(() => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
  });
});

describe('JSON for the database', () => {
  it.each([
    [
      { a: 'x\0y', 'b\0': ['\ud800', { c: '\\u0000' }] },
      { a: 'xy', b: ['\ufffd', { c: '\\u0000' }] },
    ],
    ['🎵 \udfff', '🎵 \ufffd'],
    [
      [Number.NaN, Infinity, -0, 1e308, 2 ** 53],
      [null, null, 0, 1e308, 2 ** 53],
    ],
    [undefined, null],
  ])('%j is stored as %j', async (given, stored) => {
    const { rows } = await database.query<{ value: unknown }>('select $1::jsonb as value', [toJson(given)]);
    expect(rows[0]!.value).toEqual(stored);
  });
});

// The schema comes up from nothing, once, whoever starts first; and nobody works on one that they do not know.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failed } from '../../domain/failures.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { knownMigrations, migrate, requireSchema, schemaState, type Migration } from '../../store/migrate.ts';
import { emptyDatabaseUrl, migratedDatabaseUrl } from '../support/desk.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-migrate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function onEmpty<T>(work: (database: Database, url: string) => Promise<T>): Promise<T> {
  const url = await emptyDatabaseUrl();
  const database = openDatabase(url, { maxConnections: 3 });
  try {
    return await work(database, url);
  } finally {
    await database.close();
  }
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
/** Runs one of our programs as a process of its own. */
const run = (url: string, ...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    // An address at which nobody answers: who refuses the schema does not come so far.
    env: { ...process.env, DATABASE_URL: url, TEMPORAL_ADDRESS: '127.0.0.1:9', FERMATA_DATA_DIR: folder },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );

const numbered = (...texts: string[]): Migration[] => texts.map((sql, i) => ({ name: `00000${i + 1}_step.sql`, sql }));

describe('fermata migrate', () => {
  it('run by four processes at once runs each migration once, and all of them end well', () =>
    onEmpty(async (database, url) => {
      const ended = await Promise.all([1, 2, 3, 4].map(() => run(url, 'cli/fermata.js', 'migrate', '--json')));
      expect(ended.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(ended.map(() => [0, '']));
      const ran = ended.map(({ stdout }) => (JSON.parse(stdout) as { ran: string[] }).ran);
      expect(ran.flat().sort()).toEqual(knownMigrations().map(({ name }) => name));
      expect(ran.filter((one) => one.length > 0)).toHaveLength(1);
      expect(await schemaState(database)).toEqual({ kind: 'current' });
    }));

  it('says what it would do, what it does, and that there is nothing to do', () =>
    onEmpty(async (_, url) => {
      const check = await run(url, 'cli/fermata.js', 'migrate', '--check');
      expect([check.code, check.stdout]).toEqual([1, expect.stringContaining('to be run: 000001_catalogue.sql, ')]);
      const first = await run(url, 'cli/fermata.js', 'migrate');
      expect(first.stderr).toContain('000001_catalogue.sql (1 of ');
      expect(first.stdout).toMatch(/^\d+ migrations have run\n$/);
      expect((await run(url, 'cli/fermata.js', 'migrate')).stdout).toBe('the schema is up to date\n');
      const again = await run(url, 'cli/fermata.js', 'migrate', '--check', '--json');
      expect([again.code, JSON.parse(again.stdout)]).toEqual([0, { state: 'current', missing: [] }]);
    }));
});

describe('a migration', () => {
  it('that fails leaves those before it, and is the first to run the next time', () =>
    onEmpty(async (database) => {
      const known = numbered('create table one ()', 'create table two ()', 'create table three (); select 1 / 0');
      await expect(migrate(database, { known })).rejects.toThrow(/division by zero/);
      expect(await schemaState(database, known)).toEqual({ kind: 'older', missing: [known[2]!.name], isEmpty: false });
      const mended = [...known.slice(0, 2), { ...known[2]!, sql: 'create table three ()' }];
      expect(await migrate(database, { known: mended })).toEqual([known[2]!.name]);
    }));

  it('has as much time as it takes, and waits for a table only for a while', () =>
    onEmpty(async (database) => {
      const settings = `create table seen as select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`;
      await migrate(database, { known: numbered(settings) });
      expect((await database.query('select * from seen')).rows).toEqual([{ statement: '0', lock: '5s' }]);
      // What follows on other connections has the usual limits.
      expect((await database.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '2min' }]);
    }));

  it('is tried again while others hold its table, and given up when they never let go', () =>
    onEmpty(async (database) => {
      const known = numbered('create table busy ()', 'alter table busy add column n integer');
      await migrate(database, { known: known.slice(0, 1) });
      const said: string[] = [];
      let release = (): void => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      let holds = (): void => {};
      const holding = new Promise<void>((resolve) => (holds = resolve));
      const holder = database.transaction(async (client) => {
        await client.query('lock table busy in access share mode');
        holds();
        await held;
      });
      await holding;
      const given = migrate(database, { known, lockMs: 50, mostTries: 2 });
      await expect(given).rejects.toMatchObject({
        message: expect.stringMatching(/^000002_step\.sql could not be run: others hold what it changes/) as string,
        fix: expect.stringContaining('stop the workers') as string,
      });
      const patient = migrate(database, { known, lockMs: 50, onProgress: (text) => said.push(text) });
      await expect.poll(() => said.length).toBeGreaterThan(2);
      release();
      await holder;
      expect(await patient).toEqual(['000002_step.sql']);
      expect(said[1]).toBe('000002_step.sql: others hold what it changes, try 2');
    }));

  it('is waited for by whoever comes while it runs', () =>
    onEmpty(async (database) => {
      const known = numbered('select pg_sleep(0.6)');
      const said: string[] = [];
      const ran = await Promise.all(
        [1, 2].map(() => migrate(database, { known, onProgress: (text) => said.push(text) })),
      );
      expect(ran.map((one) => one.length).toSorted((a, b) => a - b)).toEqual([0, 1]);
      expect(said).toContain('waiting for another process that migrates');
    }));
});

describe('a schema that a program does not know is refused', () => {
  const of = async (database: Database): Promise<[string, string | null]> => {
    const error = await requireSchema(database).catch((failure: unknown) => failure);
    if (!(error instanceof Failed)) throw new Error('it was taken');
    return [error.message, error.fix];
  };

  it('when it is empty, older, newer or another', async () => {
    await onEmpty(async (database) =>
      expect(await of(database)).toEqual([
        'the database has no tables of Fermata yet',
        'bring it up to date with "fermata migrate"',
      ]),
    );
    const database = openDatabase(await migratedDatabaseUrl(), { maxConnections: 2 });
    try {
      await requireSchema(database);
      await database.query(`update migrations set hash = 'x' where name like '000002%'`);
      expect((await of(database))[0]).toBe(
        "the database's schema was made by another text of 000002_candidates.sql than this program has",
      );
      await expect(migrate(database)).rejects.toThrow(/another text/);
      await database.query(`delete from migrations where name like '000002%'`);
      expect(await of(database)).toEqual([
        "the database's schema is older than this program: 000002_candidates.sql has not run",
        'bring it up to date with "fermata migrate"',
      ]);
      await database.query(`insert into migrations (name, hash) values ('999999_future.sql', 'x')`);
      expect((await of(database))[0]).toBe(
        "the database's schema is newer than this program: it does not know 999999_future.sql",
      );
      await expect(migrate(database)).rejects.toThrow(/newer/);
    } finally {
      await database.close();
    }
  });

  it('by commands and by workers, in one sentence with what helps', () =>
    onEmpty(async (_, url) => {
      const listed = await run(url, 'cli/fermata.js', 'list');
      expect(listed).toMatchObject({ code: 1, stdout: '' });
      expect(listed.stderr).toBe(
        'the database has no tables of Fermata yet\n→ bring it up to date with "fermata migrate"\n',
      );
      const worker = await run(url, 'workers/main.ts', '--queues', 'reconcile');
      expect(worker.code).toBe(1);
      for (const said of [/no tables of Fermata yet/, /fermata migrate/])
        expect(worker.stdout + worker.stderr).toMatch(said);
      expect((worker.stdout + worker.stderr).trim().split('\n')).toHaveLength(1);
    }));
});

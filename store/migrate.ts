// The schema's versions: numbered files in migrations/, each run once. Migrating is a step of its own ("fermata migrate"); everybody else only looks
// whether the schema is the one that they know, and says so when it is not.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../domain/failures.ts';
import type { Database, Queryable, Session } from './database.ts';

export interface Migration {
  /** `000003_sounds.sql` */
  readonly name: string;
  readonly sql: string;
}

const folder = join(import.meta.dirname, 'migrations');

/** The migrations that this program knows, in order. */
export function knownMigrations(): readonly Migration[] {
  const names = readdirSync(folder).sort();
  const strange = names.find((name) => !/^\d{6}_[a-z]+\.sql$/.test(name));
  if (strange !== undefined) throw new Error(`${strange} in store/migrations is not named like 000001_catalogue.sql`);
  return names.map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));
}

/** How a database's schema stands to the migrations that a program knows. */
export type SchemaState =
  | { readonly kind: 'current' }
  /** Migrations that have not run yet; all of them in an empty database. */
  | { readonly kind: 'older'; readonly missing: readonly string[]; readonly isEmpty: boolean }
  /** Migrations that ran and that this program does not know. */
  | { readonly kind: 'newer'; readonly unknown: readonly string[] }
  /** Migrations that ran when their text was another: a version that was never released, or an edited file. */
  | { readonly kind: 'different'; readonly changed: readonly string[] };

const hashOf = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex');

export async function schemaState(
  client: Queryable,
  known: readonly Migration[] = knownMigrations(),
): Promise<SchemaState> {
  const { rows: tables } = await client.query<{ is_there: boolean }>(
    `select to_regclass('migrations') is not null as is_there`,
  );
  if (tables[0]?.is_there !== true)
    return known.length === 0
      ? { kind: 'current' }
      : { kind: 'older', missing: known.map(({ name }) => name), isEmpty: true };
  const { rows } = await client.query<{ name: string; hash: string }>(
    `select name, hash from migrations order by name`,
  );
  const ran = new Map(rows.map((row) => [row.name, row.hash]));
  const unknown = rows.map((row) => row.name).filter((name) => !known.some((one) => one.name === name));
  if (unknown.length > 0) return { kind: 'newer', unknown };
  const changed = known.filter((one) => ran.has(one.name) && ran.get(one.name) !== hashOf(one));
  if (changed.length > 0) return { kind: 'different', changed: changed.map(({ name }) => name) };
  const missing = known.filter((one) => !ran.has(one.name)).map(({ name }) => name);
  return missing.length === 0 ? { kind: 'current' } : { kind: 'older', missing, isEmpty: ran.size === 0 };
}

/** @throws Failed unless the schema is the one that this program knows, with what helps. */
export async function requireSchema(client: Queryable): Promise<void> {
  const state = await schemaState(client);
  if (state.kind === 'older')
    throw new Failed(
      state.isEmpty
        ? 'the database has no tables of Fermata yet'
        : `the database's schema is older than this program: ${listed(state.missing)} ${state.missing.length === 1 ? 'has' : 'have'} not run`,
      'bring it up to date with "fermata migrate"',
    );
  refuseForeign(state);
}

function refuseForeign(state: SchemaState): void {
  if (state.kind === 'newer')
    throw new Failed(
      `the database's schema is newer than this program: it does not know ${listed(state.unknown)}`,
      'use the version of Fermata that the database was migrated with, or a later one',
    );
  if (state.kind === 'different')
    throw new Failed(
      `the database's schema was made by another text of ${listed(state.changed)} than this program has`,
      'use the version of Fermata that it was made with; a development version is given an empty database (or another --data-dir)',
    );
}

const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

export interface MigrateOptions {
  readonly onProgress?: (text: string) => void;
  /** Default: those of this program. */
  readonly known?: readonly Migration[];
  /** How long a migration waits for a table that others hold, before it lets go of what it has and tries again. Default 5 s. */
  readonly lockMs?: number;
  /** Times that it tries. Default 60: five minutes in all. */
  readonly mostTries?: number;
}

/** Any fixed number: whoever migrates holds this advisory lock, so that of several processes one does and the others wait for it. */
const migrationLock = 7_031_001;

/**
 * Brings the schema up to date, each migration in a transaction of its own: what has run has run, whatever becomes of the next. Harmless to repeat, and
 * for several processes to do at once. @returns the names of the migrations that ran. @throws Failed when the schema is not one that can be.
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<string[]> {
  const { onProgress = () => {}, known = knownMigrations() } = options;
  return database.session(async (session) => {
    await waitForOthers(session, onProgress);
    // Only whoever holds the lock comes here. (`if not exists` alone would not save two who make it at once from each other.)
    await session.query(
      `create table if not exists migrations (name text primary key, hash text not null, at timestamptz not null default now())`,
    );
    const state = await schemaState(session, known);
    refuseForeign(state);
    const missing = known.filter(({ name }) => state.kind === 'older' && state.missing.includes(name));
    for (const [i, migration] of missing.entries()) {
      onProgress(`${migration.name} (${i + 1} of ${missing.length})`);
      await runMigration(session, migration, options);
    }
    return missing.map(({ name }) => name);
  });
}

/** Asks again and again: a lock that is waited for in a statement would be given up with that. */
async function waitForOthers(session: Session, onProgress: (text: string) => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await session.query<{ ours: boolean }>(`select pg_try_advisory_lock($1) as ours`, [migrationLock]);
    if (rows[0]!.ours) return;
    if (tries === 0) onProgress('waiting for another process that migrates');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function runMigration(session: Session, migration: Migration, options: MigrateOptions): Promise<void> {
  const { onProgress = () => {}, lockMs = 5_000, mostTries = 60 } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      await session.transaction(async (client) => {
        // Filling an index of a large table takes as long as it takes …
        await client.query(`set local statement_timeout = 0`);
        // … but who waits for a table makes everybody wait who comes after, readers too: never for long.
        await client.query(`set local lock_timeout = ${Math.round(lockMs)}`);
        await client.query(migration.sql);
        await client.query(`insert into migrations (name, hash) values ($1, $2)`, [migration.name, hashOf(migration)]);
      });
      return;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: string };
      if (code !== lockNotAvailable) throw error;
      if (tries >= mostTries)
        throw new Failed(
          `${migration.name} could not be run: others hold what it changes (${message})`,
          'stop the workers, or whatever else is at work in the database, and repeat it',
        );
      onProgress(`${migration.name}: others hold what it changes, try ${tries + 1}`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(500, lockMs)));
    }
  }
}

const lockNotAvailable = '55P03';

// A catalogue of its own for an evaluation: a real Postgres on a temporary folder, with the product's schema, gone afterwards.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { readConfig } from '../../platform/config/index.ts';
import { startGuard } from '../../platform/servers/guard.ts';
import { anyFreePort } from '../../platform/servers/ports.ts';
import { createCluster, createDatabase, embeddedDatabaseUrl, postgresSpec } from '../../platform/servers/postgres.ts';
import { chooseRunAs } from '../../platform/servers/root.ts';
import { supervise } from '../../platform/servers/supervise.ts';
import { findPostgres } from '../../platform/servers/tools.ts';

export interface CatalogueDatabase {
  /** One connection, so that what its server process used can be read from outside. */
  readonly database: Database;
  /** For processes of their own. */
  readonly url: string;
  /** Stops the server and removes its folder. */
  close(): Promise<void>;
}

export interface CatalogueRow {
  readonly id: string;
  readonly title: string;
  readonly artists: readonly string[];
  readonly album: string | null;
  readonly durationMs: number | null;
  readonly isrc: string | null;
}

export async function openCatalogueDatabase(): Promise<CatalogueDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'fermata-evaluation-'));
  const tool = await findPostgres({ config: readConfig(), install: true }, null);
  mkdirSync(join(folder, 'logs'), { mode: 0o700 });
  const runAs = await chooseRunAs(tool.binDir, folder);
  await createCluster(folder, tool, runAs);
  const port = await anyFreePort();
  const spec = postgresSpec(folder, tool, runAs, port);
  // Thrown away afterwards, so nothing need survive a power failure. Everything that a query's cost depends on stays as shipped.
  const hasty = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'].flatMap((setting) => ['-c', setting]);
  const guard = startGuard();
  const server = supervise(
    { ...spec, args: [...spec.args, ...hasty] },
    {
      logFile: join(folder, 'logs', 'postgres.log'),
      onChange: (identity) =>
        guard.watch(identity === null ? [] : [{ ...identity, name: 'postgres', stopSignal: 'SIGQUIT' }]),
    },
  );
  let database: Database | null = null;
  const close = async (): Promise<void> => {
    await database?.close();
    await server.stop();
    guard.dismiss();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await server.ready;
    await createDatabase(folder, port);
    const url = embeddedDatabaseUrl(folder, port);
    database = openDatabase(url, { maxConnections: 1 });
    await migrate(database);
    return { database, url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Rows sent at a time: one statement's text stays below a few MB. */
const rowsAtATime = 5000;

/**
 * Fills an empty catalogue with the keys that the product makes. The two large indexes are made afterwards, which takes a fraction
 * of growing them row by row.
 */
export async function loadCatalogue(
  { database }: Pick<CatalogueDatabase, 'database'>,
  rows: AsyncIterable<CatalogueRow> | Iterable<CatalogueRow>,
): Promise<number> {
  const indexes = await database.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes where indexname in ('recordings_keys', 'title_counts_slips')`,
  );
  // Making an index of ten million entries takes longer than a query may.
  await database.query('set statement_timeout = 0');
  for (const { name } of indexes.rows) await database.query(`drop index ${name}`);
  let count = 0;
  let batch: object[] = [];
  const flush = async (): Promise<void> => {
    await database.query(
      `insert into recordings (id, isrc, title, artists, album, duration_ms, title_key, base_key, artist_keys, search_keys, group_keys, seq)
       select id, isrc, title, artists, album, duration_ms, title_key, base_key, artist_keys, search_keys, group_keys, next_catalogue_seq()
         from jsonb_to_recordset($1::jsonb) as row(id text, isrc text, title text, artists text[], album text, duration_ms integer,
                                                   title_key text, base_key text, artist_keys text[], search_keys text[], group_keys text[])
       on conflict (id) do nothing`,
      [JSON.stringify(batch)],
    );
    count += batch.length;
    batch = [];
  };
  for await (const row of rows) {
    const keys = recordingKeys(row);
    batch.push({
      id: row.id,
      isrc: row.isrc,
      title: row.title,
      artists: row.artists,
      album: row.album,
      duration_ms: row.durationMs,
      title_key: keys.titleKey,
      base_key: keys.baseKey,
      artist_keys: keys.artistKeys,
      search_keys: [...new Set([keys.baseKey, keys.titleKey, ...keys.extraKeys])].filter((key) => key !== ''),
      group_keys: keys.groupKeys,
    });
    if (batch.length >= rowsAtATime) await flush();
  }
  if (batch.length > 0) await flush();
  for (const { definition } of indexes.rows) await database.query(definition);
  await database.query('vacuum analyze recordings');
  await database.query('vacuum analyze title_counts');
  return count;
}

// A real Postgres in a temporary folder, from which databases are cloned.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { startGuard } from '../../platform/servers/guard.ts';
import { anyFreePort } from '../../platform/servers/ports.ts';
import { createCluster, createDatabase, embeddedDatabaseUrl, postgresSpec } from '../../platform/servers/postgres.ts';
import { chooseRunAs } from '../../platform/servers/root.ts';
import { supervise, type Supervised } from '../../platform/servers/supervise.ts';
import { findPostgres } from '../../platform/servers/tools.ts';
import { testConfig } from './config.ts';

export interface Cluster {
  /** Makes an empty or a migrated database. @returns its URL. */
  readonly create: (from: 'empty' | 'migrated') => Promise<string>;
  readonly stop: () => Promise<void>;
}

const template = 'migrated';

/** Starts it in an empty folder. */
export async function startCluster(folder: string): Promise<Cluster> {
  const tool = await findPostgres({ config: testConfig(), install: true }, null);
  mkdirSync(join(folder, 'logs'), { mode: 0o700 });
  const runAs = await chooseRunAs(tool.binDir, folder);
  await createCluster(folder, tool, runAs);
  const port = await anyFreePort();
  const spec = postgresSpec(folder, tool, runAs, port);
  const guard = startGuard();
  // What these tests write need not survive a power failure; kill -9 is tested elsewhere, with the real settings.
  const hasty = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'].flatMap((setting) => ['-c', setting]);
  const server: Supervised = supervise(
    { ...spec, args: [...spec.args, ...hasty] },
    {
      logFile: join(folder, 'logs', 'postgres.log'),
      onChange: (identity) =>
        guard.watch(identity === null ? [] : [{ ...identity, name: 'postgres', stopSignal: 'SIGQUIT' }]),
    },
  );
  await server.ready;
  await createDatabase(folder, port);
  const admin = openDatabase(embeddedDatabaseUrl(folder, port), { maxConnections: 1 });
  await admin.query(`create database ${template}`);
  const migrated = openDatabase(embeddedDatabaseUrl(folder, port, template), { maxConnections: 1 });
  await migrate(migrated);
  await migrated.close();
  let made = 0;
  return {
    async create(from) {
      const name = `test_${(made += 1)}`;
      await admin.query(`create database ${name} template ${from === 'empty' ? 'template0' : template}`);
      return embeddedDatabaseUrl(folder, port, name);
    },
    async stop() {
      await admin.close();
      await server.stop();
      guard.dismiss();
    },
  };
}

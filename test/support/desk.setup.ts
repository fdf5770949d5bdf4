// Runs once for a whole `vitest run`, in its main process: a desk on the loopback that hands out, to whichever test file asks,
// a fresh database on a real Postgres and the workflow bundle. Nothing is started before the first file asks, so that a run of
// the pure tests alone costs nothing (a cluster takes 4 s to make, the bundle 3 s).

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate, openDatabase } from '../../catalogue/database.ts';
import { startGuard } from '../../platform/services/guard.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { createCluster, createDatabase, embeddedDatabaseUrl, postgresSpec } from '../../platform/services/postgres.ts';
import { chooseRunAs } from '../../platform/services/root.ts';
import { supervise, type Supervised } from '../../platform/services/supervise.ts';
import { findPostgres } from '../../platform/services/tools.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { testConfig } from './config.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the desk. */
    readonly desk: string;
  }
}

interface Cluster {
  /** Makes an empty or a migrated database. @returns its URL. */
  readonly create: (from: 'empty' | 'migrated') => Promise<string>;
  readonly stop: () => Promise<void>;
}

const template = 'migrated';

async function startCluster(folder: string): Promise<Cluster> {
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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'fermata-test-'));
  let cluster: Promise<Cluster> | null = null;
  let bundle: Promise<string> | null = null;
  const answer = async (path: string): Promise<string> => {
    switch (path) {
      case '/database/migrated':
        return (await (cluster ??= startCluster(folder))).create('migrated');
      case '/database/empty':
        return (await (cluster ??= startCluster(folder))).create('empty');
      case '/bundle':
        return (bundle ??= workflowBundle(join(folder, 'bundle')));
      default:
        throw new Error(`the desk has no ${path}`);
    }
  };
  const desk = createServer((request, response) => {
    answer(request.url ?? '').then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  project.provide('desk', `http://127.0.0.1:${(desk.address() as AddressInfo).port}`);
  return async () => {
    desk.closeAllConnections();
    await new Promise((resolve) => desk.close(resolve));
    await cluster?.then((one) => one.stop());
    rmSync(folder, { recursive: true, force: true });
  };
}

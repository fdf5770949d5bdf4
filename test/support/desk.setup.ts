// Runs once for a whole `vitest run`, in its main process: a desk on the loopback that hands out, to whichever test file asks,
// a fresh database on a real Postgres and the workflow bundle. Nothing is started before the first file asks, so that a run of
// the pure tests alone costs nothing (a cluster takes 4 s to make, the bundle 3 s).

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { workflowBundle } from '../../workers/bundle.ts';
import { startCluster, type Cluster } from './cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the desk. */
    readonly desk: string;
  }
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

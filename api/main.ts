// The process of the HTTP API: reads the configuration, opens what it works with, listens until it is told to stop.
//
//   node api/main.ts
//
// It needs DATABASE_URL and TEMPORAL_ADDRESS; "fermata up" gives it both. Several may run; each counts requests by itself.

import { serve } from '@hono/node-server';
import { Client, Connection } from '@temporalio/client';
import { fstatSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { loadWeights } from '../app/weights.ts';
import { createReconciliation } from '../client/reconciliation.ts';
import { openBlobStore } from '../platform/blobStore.ts';
import { readConfig } from '../platform/config/index.ts';
import { createLog } from '../platform/log.ts';
import { temporalConnectionOptions } from '../platform/servers/index.ts';
import { forgetRequests } from '../store/access/requests.ts';
import { openDatabase } from '../store/database.ts';
import { requireSchema } from '../store/migrate.ts';
import { createNews } from './news.ts';
import { createApi } from './server.ts';
import { refuseUnreadable } from './unreadable.ts';

const config = readConfig();
const log = createLog({ level: config.logLevel, format: config.logFormat });
if (config.databaseUrl === null || config.temporalAddress === null) {
  throw new Error('the API needs DATABASE_URL and TEMPORAL_ADDRESS; "fermata up" starts one that has both');
}
// A person waits at the other end: not longer than that for a connection, nor for a statement.
const database = openDatabase(config.databaseUrl, { maxConnections: 16, connectMs: 3_000, statementMs: 20_000 });
await requireSchema(database);
// Not connected at once: while Temporal is away, what rows can say is answered.
const connection = Connection.lazy(temporalConnectionOptions(config, config.temporalAddress));
const client = new Client({ connection, namespace: config.temporalNamespace });
const news = createNews(database);
const app = createApi({
  database,
  client,
  reconciliation: createReconciliation(client, database),
  weights: await loadWeights(config),
  blobs: openBlobStore(join(config.dataDir, 'blobs')),
  news,
  config,
  log,
});

const server = serve(
  {
    fetch: app.fetch,
    hostname: config.apiHost,
    port: config.apiPort,
    // A request that trickles in holds a socket, and no more than a minute; audio is sent in less than ten.
    serverOptions: { headersTimeout: 15_000, requestTimeout: 600_000, connectionsCheckingInterval: 5_000 },
  },
  ({ address, port }) => log.info({ address, port }, 'the API listens'),
) as Server;
refuseUnreadable(server);
server.on('error', (error) => {
  log.error({ error }, `the API cannot listen on ${config.apiHost}:${config.apiPort}`);
  process.exit(1);
});

if (!['127.0.0.1', '::1', 'localhost'].includes(config.apiHost))
  log.warn(
    { host: config.apiHost },
    'the API is not only on loopback: without TLS in front of it, tokens can be read on the way',
  );

const sweeping = setInterval(
  () => void forgetRequests(database).catch((error: unknown) => log.warn({ error }, 'old answers were not forgotten')),
  3_600_000,
);

let isStopping = false;
const stop = (): void => {
  if (isStopping) return;
  isStopping = true;
  clearInterval(sweeping);
  // Streams end, requests under way are answered.
  news.close();
  server.close(() => {
    void Promise.all([connection.close(), database.close()]).finally(() => process.exit());
  });
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 5_000).unref();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Started with a pipe for standard input, it ends when whoever started it is gone (workers/main.ts).
const input = fstatSync(0);
if (input.isFIFO() || input.isSocket()) process.stdin.on('end', stop).on('error', stop).resume();

// A worker process: reads the configuration, wires everything together, serves the chosen task queues until it is told to stop.
//
//   node workers/main.ts --queues reconcile,audio,catalogues,recognisers
//
// Several may run, on one machine or many. The `audio` queue takes a machine's cores by its threads: one process a machine, and one that does nothing else.

import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type NativeConnectionOptions } from '@temporalio/worker';
import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createActivities } from '../activities/index.ts';
import { startDispatcher } from '../app/dispatcher.ts';
import { openNeeds } from '../app/needs.ts';
import { keepSetting } from '../store/settings.ts';
import { fitSchedules } from '../client/schedules.ts';
import { Failed } from '../domain/failures.ts';
import { taskQueues } from '../domain/naming.ts';
import { readConfig } from '../platform/config/index.ts';
import { createLog } from '../platform/log.ts';
import { temporalConnectionOptions } from '../platform/servers/index.ts';
import { workflowBundle } from './bundle.ts';

const { values } = parseArgs({ options: { queues: { type: 'string', default: Object.values(taskQueues).join(',') } } });
const queues = values.queues.split(',');
const config = readConfig();
const log = createLog({ level: config.logLevel, format: config.logFormat });
if (config.databaseUrl === null || config.temporalAddress === null) {
  throw new Error('a worker needs DATABASE_URL and TEMPORAL_ADDRESS; "fermata up" starts workers that have both');
}

Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
    log[level === 'ERROR' ? 'error' : 'warn']({ ...meta }, message),
  ),
});
const { needs, asksCatalogues, searchThreads, loadReferences, close } = await openNeeds(config, config.databaseUrl, {
  log,
  listens: queues.includes(taskQueues.audio),
}).catch((error: unknown) => {
  if (!(error instanceof Failed)) throw error;
  log.error(error.fix === null ? error.message : `${error.message}: ${error.fix}`);
  process.exit(1);
});
const { database } = needs;
// The view `sound_links` is read by programs that know nothing of our environment.
await keepSetting(database, 'publish', config.publish);
const options = temporalConnectionOptions(config, config.temporalAddress);
const connection = await NativeConnection.connect(options as NativeConnectionOptions);
const client = new Client({ connection: await Connection.connect(options), namespace: config.temporalNamespace });
const activities = createActivities(needs);

if (queues.includes(taskQueues.reconcile)) await fitSchedules(client, config, { asksServices: asksCatalogues });

const common = { connection, namespace: config.temporalNamespace, activities, shutdownGraceTime: '5 seconds' } as const;
const workers: Worker[] = [];
if (queues.includes(taskQueues.reconcile)) {
  workers.push(
    await Worker.create({
      ...common,
      taskQueue: taskQueues.reconcile,
      workflowBundle: { codePath: await workflowBundle(join(config.dataDir, 'bundle')) },
      // Too few are replayed all the time; too many are looked through at each event (docs/scale.md).
      maxCachedWorkflows: config.cachedWorkflows,
      // One thread runs them all, and the server takes back what is not answered within ten seconds: the default of 40 at a time took 12 s each on
      // a machine that others wanted too, was begun anew, and hardly anything moved. So few are answered in good time and keep the thread as busy.
      maxConcurrentWorkflowTaskExecutions: 12,
      maxConcurrentActivityTaskExecutions: 20,
    }),
  );
}
if (queues.includes(taskQueues.audio)) {
  workers.push(
    await Worker.create({
      ...common,
      taskQueue: taskQueues.audio,
      // One more than can search at a time keeps fetches and decodes (other processes) under way meanwhile.
      maxConcurrentActivityTaskExecutions: Math.max(config.workerConcurrency, searchThreads + 1),
    }),
  );
}

// These wait for others most of the time. Who finds no place within two seconds leaves, and the server sends it again when there is one:
// a few more than a service lets through in that time keep it busy.
for (const [taskQueue, maxConcurrentActivityTaskExecutions] of [
  [taskQueues.catalogues, 24],
  [taskQueues.recognisers, 8],
] as const) {
  if (queues.includes(taskQueue))
    workers.push(await Worker.create({ ...common, taskQueue, maxConcurrentActivityTaskExecutions }));
}

const stop = (): void => {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Started with a pipe for standard input, it ends when whoever started it is gone. A service manager gives /dev/null instead,
// which is at its end from the beginning and says nothing.
const input = fstatSync(0);
if (input.isFIFO() || input.isSocket()) process.stdin.on('end', stop).on('error', stop).resume();

// Whoever runs workflows also tells them what rows say.
const dispatcher = queues.includes(taskQueues.reconcile)
  ? startDispatcher({ database, databaseUrl: config.databaseUrl, client, log, changesDays: config.changesDays })
  : null;

log.info({ queues }, 'worker ready');
if (queues.includes(taskQueues.audio)) {
  const beganAtMs = performance.now();
  loadReferences().then(
    ({ references, bytes }) =>
      log.info(
        {
          references,
          megabytes: Math.round(bytes / 2 ** 20),
          seconds: Math.round((performance.now() - beganAtMs) / 100) / 10,
        },
        'the index of references is in memory',
      ),
    // The first search reads it again, and says what is wrong.
    () => {},
  );
}
try {
  await Promise.all(workers.map((worker) => worker.run()));
} finally {
  await dispatcher?.stop();
  await client.connection.close();
  await connection.close();
  await close();
}

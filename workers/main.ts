// A worker process: reads the configuration, wires everything together, serves the chosen task queues until it is told to stop.
//
//   node workers/main.ts --queues reconcile,audio,catalogues,recognisers
//
// Several may run, on one machine or many. The `audio` queue keeps a CPU busy for a second at a time: give it processes of its own.

import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type NativeConnectionOptions } from '@temporalio/worker';
import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createActivities } from '../activities/index.ts';
import { openAudioVectors } from '../search/audioVectors.ts';
import { createReferenceIndex } from '../search/referenceIndex.ts';
import { createWaitingAudio } from '../search/waitingAudio.ts';
import { createDecoder } from '../audio/decode.ts';
import { migrate, openDatabase } from '../store/database.ts';
import { keepSetting } from '../store/settings.ts';
import { openProviders } from '../app/providers.ts';
import { wakeWith } from '../client/reconciliation.ts';
import { fitSchedules } from '../client/schedules.ts';
import { loadModel } from '../app/weights.ts';
import { openEngine } from '../models/fingerprint/open.ts';
import { taskQueues } from '../domain/naming.ts';
import { defaultSchedule, hastened } from '../domain/schedule.ts';
import { openBlobStore } from '../platform/blobStore.ts';
import { readConfig } from '../platform/config.ts';
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
    log[level === 'ERROR' ? 'error' : 'warn'](message, { ...meta }),
  ),
});
const database = openDatabase(config.databaseUrl, { maxConnections: 12 });
await migrate(database);
// The view `sound_links` is read by programs that know nothing of our environment.
await keepSetting(database, 'publish', config.publish);
const options = temporalConnectionOptions(config, config.temporalAddress);
const connection = await NativeConnection.connect(options as NativeConnectionOptions);
const client = new Client({ connection: await Connection.connect(options), namespace: config.temporalNamespace });
const decoder = createDecoder({
  memoryMb: config.decoderMemoryMb,
  timeoutMs: config.decoderSeconds * 1000,
  maxDurationMs: config.audioMaxDurationSeconds * 1000,
  maxBytes: config.audioMaxBytes,
});
const engine = queues.includes(taskQueues.audio) ? await openEngine(config.engine) : null;
if (engine?.kind === 'unavailable')
  log.warn('the second audio cue is left out: sounds are searched by their peaks alone', { ...engine });
const vectors = engine?.kind === 'ready' ? await openAudioVectors(database, engine.engine) : undefined;
if (vectors?.index.unsearchableBecause)
  log.warn('vectors verify, but cannot propose', { reason: vectors.index.unsearchableBecause });
const providers = openProviders(config, database);
const isAnyOn = providers.states.some(({ on }) => on);
const activities = createActivities({
  database,
  decoder,
  blobs: openBlobStore(join(config.dataDir, 'blobs')),
  references: createReferenceIndex(database),
  ...(vectors === undefined ? {} : { vectors }),
  schedule: hastened(defaultSchedule, config.scheduleFactor),
  groupAlarm: config.groupAlarm,
  waitingAudio: createWaitingAudio(database, {
    most: config.waitingAudio,
    onFull: (left) =>
      log.warn('more audio waits than this process may hold: the oldest is left to the timers of its sounds', {
        left,
        setting: 'FERMATA_WAITING_AUDIO',
      }),
  }),
  audioRoots: config.audioRoots,
  fetchLimits: {
    allowedHosts: config.audioHosts,
    maxBytes: config.audioMaxBytes,
    timeoutMs: config.audioFetchSeconds * 1000,
  },
  wake: wakeWith(client),
  model: await loadModel(config),
  ...(isAnyOn ? { providers } : {}),
});

if (queues.includes(taskQueues.reconcile))
  await fitSchedules(client, config, { asksServices: providers.catalogues.length > 0 });

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
      // Searching is done in this thread; a few more keep fetches and decodes (other processes) under way meanwhile.
      maxConcurrentActivityTaskExecutions: config.workerConcurrency,
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

log.info('worker ready', { queues });
try {
  await Promise.all(workers.map((worker) => worker.run()));
} finally {
  decoder.close();
  await client.connection.close();
  await connection.close();
  await database.close();
}

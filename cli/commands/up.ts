// Starts Temporal, Postgres and the workers, and keeps them running until it is stopped.

import { join } from 'node:path';
import { makeFirstToken } from '../../store/access/tokens.ts';
import { openDatabase } from '../../store/database.ts';
import { migrate, requireSchema } from '../../store/migrate.ts';
import type { Config } from '../../platform/config/index.ts';
import { startServers, type RunningServers } from '../../platform/servers/index.ts';
import { taskQueues } from '../../domain/naming.ts';
import { searchAttributes } from '../../workflows/attributes.ts';
import { expectWords, flagNumber, type Command } from '../command.ts';

const root = join(import.meta.dirname, '..', '..');
const workerProgram = join(root, 'workers', 'main.ts');
const apiProgram = join(root, 'api', 'main.ts');

/** The servers with their workers: processes for bookkeeping and for asking providers, and others for audio. */
export async function startEverything(
  config: Config,
  options: {
    readonly onProgress: (text: string) => void;
    readonly audioWorkers: number;
    /** Default 1. */
    readonly workers?: number;
    /** Default: none is served. */
    readonly api?: true;
  },
): Promise<RunningServers> {
  const worker = (name: string, queues: string) => ({
    name,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', workerProgram, '--queues', queues],
  });
  return startServers({
    config,
    servesApi: options.api === true,
    searchAttributes,
    onProgress: options.onProgress,
    // Our own server's schema is ours to change; that of another is somebody's to whom "fermata migrate" is left.
    prepare: ({ databaseUrl }) => prepareDatabase(databaseUrl, config.databaseUrl === null, options.onProgress),
    onRestart: (name, how) => options.onProgress(`${name} ${how}; started again`),
    extraProcesses: ({ apiUrl }) => [
      // Asking others is waiting: it shares a process with the bookkeeping. Served with no provider switched on, too: what was begun
      // while one was on is still to be answered.
      ...Array.from({ length: options.workers ?? 1 }, (_, i) =>
        worker(
          i === 0 ? 'worker' : `worker-${i + 1}`,
          [taskQueues.reconcile, taskQueues.catalogues, taskQueues.recognisers].join(','),
        ),
      ),
      ...(apiUrl === null ? [] : [apiProcess(apiUrl)]),
      ...Array.from({ length: options.audioWorkers }, (_, i) => worker(`audio-worker-${i + 1}`, taskQueues.audio)),
    ],
  });
}

/** Ready when it answers: whoever reads the address that is printed may use it. */
const apiProcess = (apiUrl: string) => ({
  name: 'api',
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', apiProgram],
  env: { FERMATA_API_PORT: new URL(apiUrl).port },
  isReady: () =>
    fetch(`${apiUrl}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    ),
});

async function prepareDatabase(url: string, isOurs: boolean, onProgress: (text: string) => void): Promise<void> {
  const database = openDatabase(url, { maxConnections: 1 });
  try {
    if (isOurs) await migrate(database, { onProgress: (text) => onProgress(`schema: ${text}`) });
    else await requireSchema(database);
  } finally {
    await database.close();
  }
}

/** Null when there has been a token before. */
async function firstToken(url: string): Promise<string | null> {
  const database = openDatabase(url, { maxConnections: 1 });
  try {
    return await database.transaction((inside) => makeFirstToken(inside));
  } finally {
    await database.close();
  }
}

export const up: Command = {
  name: 'up',
  summary: 'Start Temporal, Postgres, the workers and the HTTP API, and keep them running until Ctrl-C.',
  words: '',
  options: {
    workers: {
      type: 'string',
      value: 'N',
      help: 'processes for bookkeeping and for asking outside services (default 1; more when that keeps a core busy)',
    },
    'audio-workers': {
      type: 'string',
      value: 'N',
      help: 'processes that listen to audio, each with an index of its own (default 1, whose threads use all cores)',
    },
    'temporal-port': { type: 'string', value: 'PORT', help: "port of Temporal's server (default 7233 if free)" },
    'ui-port': { type: 'string', value: 'PORT', help: "port of Temporal's UI (default 8233 if free)" },
    'api-port': { type: 'string', value: 'PORT', help: 'port of the HTTP API (default 8484 if free)' },
    'postgres-port': { type: 'string', value: 'PORT', help: 'port of Postgres (default 54329 if free)' },
    'log-level': { type: 'string', value: 'LEVEL', help: 'debug, info, warn or error (default info)' },
  },
  notes:
    'All state is kept in the data folder. Killed processes are started again; after a power failure or kill -9 of everything,\n"fermata up" goes on where it was. With TEMPORAL_ADDRESS or DATABASE_URL set, those are used instead of own servers.',
  examples: ['fermata up', 'fermata up --data-dir /var/lib/fermata --workers 2'],
  async run(call) {
    expectWords(call);
    const audioWorkers = flagNumber(call, 'audio-workers', 1, 1, 64);
    const servers = await startEverything(call.config, {
      onProgress: (text) => call.terminal.talk(text),
      audioWorkers,
      workers: flagNumber(call, 'workers', 1, 1, 64),
      api: true,
    });
    const { temporal, databaseUrl, apiUrl } = servers.descriptor();
    const token = await firstToken(databaseUrl);
    if (call.json)
      call.terminal.out(
        JSON.stringify({
          ui: temporal.uiUrl,
          temporal: temporal.address,
          api: apiUrl,
          ...(token === null ? {} : { token }),
          data_dir: call.config.dataDir,
        }),
      );
    call.terminal.talk(
      [
        '',
        'Fermata is up.',
        `  Temporal UI  ${temporal.uiUrl ?? '(of your cluster)'}`,
        `  Temporal     ${temporal.address}`,
        `  Postgres     ${databaseUrl.replace(/:\/\/([^:@/]+):[^@]*@/, '://$1:…@')}`,
        `  HTTP API     ${apiUrl}/api/v1 (described at ${apiUrl}/openapi.json)`,
        ...(token === null || call.json
          ? []
          : [
              `  Its token    ${token}`,
              '               (an operator\'s; it is shown this once, "fermata token" makes others)',
            ]),
        `  State        ${call.config.dataDir}`,
        '',
        'Next, in another window: fermata index FOLDER, fermata submit FILE.jsonl, fermata watch. Ctrl-C stops everything.',
      ].join('\n'),
    );
    const ended = await servers.stopped;
    if (ended.kind === 'failed') throw ended.error;
    return 0;
  },
};

// The workflows alone: the real `reconcileSound` on a real server, with activities that answer at once and do nothing.
// What remains is the price of durability: Temporal's server and the workflow's worker.

import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type NativeConnectionOptions } from '@temporalio/worker';
import { join } from 'node:path';
import type { Activities } from '../../activities/index.ts';
import { soundStart } from '../../client/starts.ts';
import type { Terminal } from '../../cli/command.ts';
import { taskQueues } from '../../domain/naming.ts';
import type { SoundState } from '../../domain/sound.ts';
import type { Config } from '../../platform/config/index.ts';
import { startServers, temporalConnectionOptions } from '../../platform/servers/index.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { searchAttributes } from '../../workflows/attributes.ts';
import { cpuMsEach, cpuSeconds } from './cpu.ts';

export interface Overhead {
  readonly workflows: number;
  readonly perMinute: number;
  /** CPU milliseconds of one workflow; null where it cannot be measured. */
  readonly serverCpuMs: number | null;
  /** Of this process: worker and client together. */
  readonly workerCpuMs: number;
}

const workflows = 400;
/** Starting is a round trip; 20 at once keep the server busy, as the façade does. */
const startersAtOnce = 20;

export async function measureOverhead(config: Config, terminal: Terminal): Promise<Overhead> {
  terminal.talk('workflows alone: starting the servers');
  Runtime.install({ logger: new DefaultLogger('ERROR', ({ message }) => terminal.talk(message)) });
  const servers = await startServers({ config, searchAttributes });
  const { address } = servers.descriptor().temporal;
  const options = temporalConnectionOptions(config, address);
  const native = await NativeConnection.connect(options as NativeConnectionOptions);
  const connection = await Connection.connect(options);
  try {
    const client = new Client({ connection, namespace: config.temporalNamespace });
    const common = { connection: native, namespace: config.temporalNamespace, activities: idleActivities } as const;
    const codePath = await workflowBundle(join(config.dataDir, 'bundle'));
    const workers = [
      await Worker.create({ ...common, taskQueue: taskQueues.reconcile, workflowBundle: { codePath } }),
      await Worker.create({ ...common, taskQueue: taskQueues.audio }),
    ];
    const running = Promise.all(workers.map((worker) => worker.run()));
    try {
      // The first workflows pay for loading the bundle.
      await runWorkflows(client, 'warm-up', 20);
      const before = cpuSeconds(servers.descriptor());
      const ownBefore = process.cpuUsage();
      const startedAtMs = performance.now();
      await runWorkflows(client, 'overhead', workflows);
      const seconds = (performance.now() - startedAtMs) / 1000;
      const own = process.cpuUsage(ownBefore);
      const server = cpuMsEach(before, cpuSeconds(servers.descriptor()), workflows);
      return {
        workflows,
        perMinute: (60 * workflows) / seconds,
        serverCpuMs: server?.temporal ?? null,
        workerCpuMs: (own.user + own.system) / 1000 / workflows,
      };
    } finally {
      for (const worker of workers) worker.shutdown();
      await running;
    }
  } finally {
    await connection.close();
    await native.close();
    await servers.stop();
  }
}

/** Starts `n` sounds' workflows and waits until the server counts them as completed. */
async function runWorkflows(client: Client, platform: string, n: number): Promise<void> {
  const ids = Array.from({ length: n }, (_, i) => `${platform}:${i}`).values();
  await Promise.all(
    Array.from({ length: startersAtOnce }, async () => {
      for (const id of ids) await client.workflow.start('reconcileSound', soundStart(id, id));
    }),
  );
  for (;;) {
    const { count } = await client.workflow.count(`FermataPlatform = "${platform}" and ExecutionStatus = "Completed"`);
    if (count >= n) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const stateOf = (soundId: string): SoundState => ({
  soundId,
  revision: 1,
  status: 'submitted',
  why: 'not tried yet',
  link: null,
  attempts: 0,
  submittedAtMs: Date.now(),
  expiresAtMs: Date.now() + 90 * 24 * 3600 * 1000,
  nextAttemptAtMs: null,
  releaseDate: null,
  due: null,
});

/** One attempt that settles the sound: what most sounds do. */
const idleActivities = {
  loadSound: async (soundId) => stateOf(soundId),
  matchMetadata: async () => ({ source: 'metadata', kind: 'none', text: 'nothing was asked', untilMs: null }),
  fetchSound: async () => null,
  matchAudio: async () => ({ source: 'audio', kind: 'none', text: 'nothing was heard', untilMs: null }),
  concludeAttempt: async ({ soundId }) => ({
    ...stateOf(soundId),
    revision: 2,
    status: 'unmatchable',
    why: 'nothing was done',
    attempts: 1,
  }),
} satisfies Partial<Activities>;

// The whole way, as a user has it: sounds from a file, a bulk run, real workers, real audio; then what a waiting sound costs.

import { join } from 'node:path';
import type { Terminal } from '../../cli/command.ts';
import { followBatch, startBatch } from '../../cli/commands/batch.ts';
import { indexFolder } from '../../cli/commands/index.ts';
import { startEverything } from '../../cli/commands/up.ts';
import { withConnections, type Connections } from '../../app/connection.ts';
import { readSubmission } from '../../app/submission.ts';
import { soundWorkflowId } from '../../domain/naming.ts';
import type { Config } from '../../platform/config/index.ts';
import type { RunningServers } from '../../platform/servers/index.ts';
import { postgresVersion } from './conditions.ts';
import { cpuMsEach, cpuSeconds } from './cpu.ts';
import { settledSizes, watchMemory } from './sizes.ts';
import { makeMusic, makeWaiting } from './sounds.ts';

export interface EndToEnd {
  readonly sounds: number;
  readonly audioWorkers: number;
  readonly recordings: number;
  readonly perMinute: number;
  readonly states: Readonly<Record<string, number>>;
  /** CPU milliseconds of one sound, by process; null where it cannot be measured. */
  readonly cpuMs: Readonly<Record<string, number>> | null;
  /** The most that each process held during the bulk run, MB. */
  readonly memoryMb: Readonly<Record<string, number>>;
  readonly waiting: readonly WaitingCost[];
  readonly versions: Readonly<Record<string, string>>;
}

/** Averages over one kind of waiting sound. */
export interface WaitingCost {
  readonly kind: 'audio' | 'words';
  readonly sounds: number;
  readonly historyEvents: number;
  readonly historyBytes: number;
  /** Growth of all our tables with their indexes, without a vacuum: what the disk has to hold. */
  readonly postgresBytes: number;
  /** Growth of Temporal's database; null where too few sounds were measured for its pages. */
  readonly temporalBytes: number | null;
}

export interface Asked {
  readonly sounds: number;
  readonly audioWorkers: number;
}

const day = 24 * 3600 * 1000;
/** Enough that a page of 8 KB more or less in each table does not matter; few enough to be quick. */
const waitingSounds = { audio: 25, words: 250 } as const;

export async function measureEndToEnd(
  config: Config,
  asked: Asked,
  folder: string,
  terminal: Terminal,
): Promise<EndToEnd> {
  terminal.talk('end to end: starting the servers');
  const running = await startEverything(config, {
    onProgress: () => undefined,
    audioWorkers: asked.audioWorkers,
  });
  try {
    return await withConnections(config, (connections) =>
      measure(running, connections, config, asked, folder, terminal),
    );
  } finally {
    await running.stop();
  }
}

async function measure(
  running: RunningServers,
  connections: Connections,
  config: Config,
  asked: Asked,
  folder: string,
  terminal: Terminal,
): Promise<EndToEnd> {
  const catalogue = await indexFolder(
    connections,
    join(import.meta.dirname, '..', '..', 'examples', 'catalogue'),
    terminal,
  );
  const file = await makeMusic(folder, asked.sounds);
  const before = cpuSeconds(running.descriptor());
  const memory = watchMemory(running);
  const batchId = await startBatch(
    connections,
    { file, name: 'throughput', concurrency: 50, horizonDays: config.horizonDays },
    terminal,
  );
  const report = await followBatch(connections, batchId, terminal);
  const cpuMs = cpuMsEach(before, cpuSeconds(running.descriptor()), asked.sounds);
  const memoryMb = memory.stop();
  const seconds = ((report.finishedAt ?? new Date()).getTime() - report.startedAt.getTime()) / 1000;

  terminal.talk('end to end: what a waiting sound costs');
  const waiting = [
    await measureWaiting(connections, config, folder, 'words'),
    await measureWaiting(connections, config, folder, 'audio'),
  ];
  const system = await connections.client.workflowService.getSystemInfo({});
  return {
    sounds: asked.sounds,
    audioWorkers: asked.audioWorkers,
    recordings: catalogue.total,
    perMinute: (60 * asked.sounds) / seconds,
    states: report.states,
    cpuMs,
    memoryMb,
    waiting,
    versions: { temporal: system.serverVersion ?? 'unknown', postgres: await postgresVersion(connections.database) },
  };
}

async function measureWaiting(
  connections: Connections,
  config: Config,
  folder: string,
  kind: 'audio' | 'words',
): Promise<WaitingCost> {
  const n = waitingSounds[kind];
  const file = await makeWaiting(folder, kind, n);
  const before = await settledSizes(connections, config);
  const ids: string[] = [];
  for await (const page of readSubmission({ file, horizonMs: config.horizonDays * day })) {
    const sounds = page.flatMap((line) => (line.sound === null ? [] : [line.sound]));
    ids.push(...(await connections.reconciliation.submit(sounds)));
  }
  await untilAllSleep(connections, ids);
  const after = await settledSizes(connections, config);
  const histories = await Promise.all(
    ids.slice(0, 25).map(async (id) => {
      const { raw, historyLength } = await connections.client.workflow.getHandle(soundWorkflowId(id)).describe();
      return { events: historyLength, bytes: Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0) };
    }),
  );
  const mean = (of: (history: { events: number; bytes: number }) => number): number =>
    histories.reduce((sum, history) => sum + of(history), 0) / histories.length;
  return {
    kind,
    sounds: n,
    historyEvents: mean((history) => history.events),
    historyBytes: mean((history) => history.bytes),
    postgresBytes: (after.postgres - before.postgres) / n,
    // Rows of finished tasks come and go by the page of 4 KB: over 25 sounds that was half of the answer.
    temporalBytes: kind === 'words' ? (after.temporal - before.temporal) / n : null,
  };
}

/** All of them wait for their next attempt; nothing is under way any more. */
async function untilAllSleep(connections: Connections, ids: readonly string[]): Promise<void> {
  for (const end = Date.now() + 300_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const { rows } = await connections.database.query<{ status: string; planned: boolean; n: number }>(
      `select status, next_attempt_at is not null as planned, count(*)::integer as n from sounds where id = any($1) group by 1, 2`,
      [ids],
    );
    if (rows.length === 1 && rows[0]!.status === 'waiting' && rows[0]!.planned) break;
    const settled = rows.find((row) => row.status !== 'waiting' && row.status !== 'submitted');
    if (settled !== undefined) throw new Error(`${settled.n} sounds that should wait are ${settled.status}`);
    if (Date.now() > end) throw new Error('the sounds did not come to rest in five minutes');
  }
}

// Could Temporal keep the providers' limits itself? A task queue for each provider, limited by the server
// (`maxTaskQueueActivitiesPerSecond`) and ordered by `priorityKey`, beside the permits of the product: the same questions, the same two
// processes, of which one is killed in the middle, the same provider on the loopback that counts what arrives.

import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderName } from '../../domain/providers.ts';
import { findTemporal } from '../../platform/servers/tools.ts';
import { startCluster } from '../../test/support/cluster.ts';
import { testConfig } from '../../test/support/config.ts';
import type { FakeState } from '../../test/support/providers/server.ts';
import { readConditions, type Conditions } from '../throughput/conditions.ts';
import { misbehave, perWindow, rates, startLoopback, stateOf, type Rate } from './loopback.ts';
import type { Asking } from './taskQueueAsker.ts';
import type { askAll, Questions } from './taskQueueWorkflow.ts';

interface Way {
  readonly provider: ProviderName;
  /** The queue's own limit; absent: none. */
  readonly perSecond?: number;
  readonly permits?: boolean;
  /** Whether who hears that it asks too often sets the queue's rate to nothing. */
  readonly pausesQueue?: boolean;
  /** In how many partitions the server keeps each queue. */
  readonly partitions: number;
}

interface Kept {
  readonly way: Way;
  readonly rate: Rate;
  readonly questions: number;
  readonly most: number;
  readonly violations: number;
  /** Of the allowed rate, from the end of the first window on, while there were questions. */
  readonly used: number;
  /** How long the five urgent ones took that came while others stood in line. */
  readonly urgentSeconds: number;
  /** Activities that the server sent for each question. */
  readonly sentEach: number;
}

interface Paused {
  readonly way: Way;
  /** That left after the provider had asked for a pause of hours, within `pauseSeconds`. */
  readonly requests: number;
  readonly violations: number;
}

export interface TaskQueuesMeasured {
  readonly conditions: Conditions;
  readonly kept: readonly Kept[];
  readonly paused: readonly Paused[];
}

const askers = 2;
const urgentQuestions = 5;
/** What Spotify has been seen to ask for. */
const retryAfterSeconds = 13_749;
const pauseSeconds = 30;
const workflowQueue = 'workflows';

/** What is compared: the rate as the provider states it, the rate at which its window holds whatever the burst, permits, and permits behind a
 * queue. */
const ways: readonly Way[] = [
  { provider: 'deezer', perSecond: 10, partitions: 1 },
  { provider: 'deezer', perSecond: 50 / 6, partitions: 1 },
  { provider: 'deezer', perSecond: 10, partitions: 4 },
  { provider: 'deezer', permits: true, partitions: 1 },
  { provider: 'deezer', perSecond: 10, permits: true, partitions: 1 },
  { provider: 'itunes', perSecond: 20 / 60, partitions: 1 },
  { provider: 'itunes', perSecond: 20 / 60, partitions: 4 },
  { provider: 'itunes', permits: true, partitions: 1 },
  { provider: 'itunes', perSecond: 20 / 60, permits: true, partitions: 1 },
];
const pausing: readonly Way[] = [
  { provider: 'deezer', perSecond: 10, partitions: 1 },
  { provider: 'deezer', perSecond: 10, pausesQueue: true, partitions: 1 },
  { provider: 'deezer', permits: true, partitions: 1 },
];
/** Twelve windows of Deezer's, five of iTunes'. */
const questionsFor: Readonly<Partial<Record<ProviderName, number>>> = { deezer: 600, itunes: 100 };

export async function measureTaskQueues(talk: (text: string) => void): Promise<TaskQueuesMeasured> {
  const startedAtMs = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'fermata-task-queues-'));
  const cluster = await startCluster(folder);
  Runtime.install({ logger: new DefaultLogger('ERROR', ({ message }) => talk(message)) });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, 'taskQueueWorkflow.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  const databaseUrl = await cluster.create('migrated');
  try {
    const kept: Kept[] = [];
    const paused: Paused[] = [];
    let server = '';
    for (const partitions of [1, 4]) {
      const site = await openSite(partitions, workflowBundle, databaseUrl);
      try {
        server = site.serverVersion;
        // Deezer's window is counted in seconds: its runs have the machine for themselves but for iTunes', which asks once in three seconds.
        const here = ways.filter((way) => way.partitions === partitions);
        const slow = Promise.all(here.filter(({ provider }) => provider === 'itunes').map((way) => keep(site, way)));
        for (const way of here.filter(({ provider }) => provider === 'deezer')) {
          talk(describe(way));
          kept.push(await keep(site, way));
        }
        for (const way of pausing.filter((one) => one.partitions === partitions)) {
          talk(`a pause: ${describe(way)}`);
          paused.push(await pause(site, way));
        }
        kept.push(...(await slow));
      } finally {
        await site.close();
      }
    }
    return { conditions: readConditions(startedAtMs, { temporal: server }), kept, paused };
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Site {
  readonly serverVersion: string;
  readonly databaseUrl: string;
  readonly address: string;
  readonly start: (questions: Questions) => Promise<WorkflowHandle<typeof askAll>>;
  readonly close: () => Promise<void>;
}

async function openSite(
  partitions: number,
  workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>,
  databaseUrl: string,
): Promise<Site> {
  const { program } = await findTemporal({ config: testConfig(), install: true });
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: program },
      log: { format: 'pretty', level: 'never' },
      extraArgs: ['Read', 'Write'].flatMap((kind) => [
        '--dynamic-config-value',
        `matching.numTaskqueue${kind}Partitions=${partitions}`,
      ]),
    },
  });
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: workflowQueue,
    workflowBundle,
  });
  const running = worker.run();
  const { serverVersion } = await environment.connection.workflowService.getSystemInfo({});
  let started = 0;
  return {
    serverVersion: serverVersion ?? 'unknown',
    databaseUrl,
    address: environment.address,
    start: (questions) =>
      environment.client.workflow.start<typeof askAll>('askAll', {
        taskQueue: workflowQueue,
        workflowId: `${questions.taskQueue}:${(started += 1)}`,
        args: [questions],
      }),
    async close() {
      worker.shutdown();
      await running;
      await environment.teardown();
    },
  };
}

/** A provider of its own and two processes that ask it, until `work` is done. */
async function withAskers<T>(
  site: Site,
  way: Way,
  work: (staged: { readonly url: string; readonly taskQueue: string; readonly replaceOne: () => void }) => Promise<T>,
): Promise<T> {
  const rate = rates[way.provider]!;
  const provider = await startLoopback(way.provider, 200);
  const taskQueue = `${way.provider}:${randomUUID()}`;
  const asking: Asking = {
    address: site.address,
    taskQueue,
    provider: way.provider,
    url: provider.url,
    perSecond: way.perSecond ?? null,
    permits: way.permits === true ? { databaseUrl: site.databaseUrl, rate } : null,
    pausesQueue: way.pausesQueue ?? false,
  };
  const children: ChildProcess[] = [provider.child];
  const start = (): ChildProcess => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'taskQueueAsker.ts'), JSON.stringify(asking)],
      { stdio: ['pipe', 'inherit', 'inherit'] },
    );
    children.push(child);
    return child;
  };
  const working = Array.from({ length: askers }, start);
  try {
    return await work({
      url: provider.url,
      taskQueue,
      replaceOne: () => {
        working[0]!.kill('SIGKILL');
        // What "fermata up" does with a worker that dies.
        start();
      },
    });
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

const keep = (site: Site, way: Way): Promise<Kept> =>
  withAskers(site, way, async ({ url, taskQueue, replaceOne }) => {
    const rate = rates[way.provider]!;
    const questions = questionsFor[way.provider]!;
    const looks: { readonly atMs: number; readonly requests: number }[] = [];
    let answered = false;
    const asked = (await site.start({ taskQueue, count: questions, priorityKey: 5 }))
      .result()
      .finally(() => void (answered = true));
    let urgent: Promise<number> | null = null;
    let isKilled = false;
    while (!answered) {
      await sleep(250);
      const { apiRequests } = await stateOf(url);
      if (apiRequests === 0) continue;
      looks.push({ atMs: performance.now(), requests: apiRequests });
      // In the third window the burst of the first is over.
      if (urgent === null && looks.at(-1)!.atMs - looks[0]!.atMs > rate.windowMs * 2) {
        const fromMs = performance.now();
        urgent = site
          .start({ taskQueue, count: urgentQuestions, priorityKey: 1 })
          .then((handle) => handle.result())
          .then(() => (performance.now() - fromMs) / 1000);
      }
      if (!isKilled && apiRequests > questions / 2) {
        isKilled = true;
        replaceOne();
      }
    }
    const sent = await asked;
    const state = await stateOf(url);
    return {
      way,
      rate,
      questions: questions + urgentQuestions,
      most: state.most,
      violations: state.violations,
      used: usedOf(rate, looks, questions),
      urgentSeconds: await urgent!,
      sentEach: sent / questions,
    };
  });

/** Over as many whole windows as there are from the end of the first to the last look with more questions left than are under way: a window that begins with a burst is not counted in part. */
function usedOf(
  rate: Rate,
  looks: readonly { readonly atMs: number; readonly requests: number }[],
  questions: number,
): number {
  const busy = looks.filter(
    ({ atMs, requests }) => atMs - looks[0]!.atMs >= rate.windowMs && requests < questions - Math.min(24, rate.calls),
  );
  const from = busy[0]!;
  const windows = Math.floor((busy.at(-1)!.atMs - from.atMs) / rate.windowMs);
  const to = busy.findLast(({ atMs }) => atMs <= from.atMs + windows * rate.windowMs)!;
  return (to.requests - from.requests) / (windows * rate.calls);
}

const pause = (site: Site, way: Way): Promise<Paused> =>
  withAskers(site, way, async ({ url, taskQueue }) => {
    const asked = await site.start({ taskQueue, count: 300, priorityKey: 5 });
    let before: FakeState;
    do {
      await sleep(250);
      before = await stateOf(url);
    } while (before.apiRequests < 60);
    await misbehave(url, { kind: 'status', status: 429, headers: { 'retry-after': String(retryAfterSeconds) } });
    const atStart = await stateOf(url);
    await sleep(pauseSeconds * 1000);
    const after = await stateOf(url);
    await asked.terminate();
    return { way, requests: after.apiRequests - atStart.apiRequests, violations: after.violations };
  });

function describe({ perSecond, permits, partitions, pausesQueue }: Way): string {
  if (perSecond === undefined) return 'permits';
  return [
    `${permits === true ? 'permits, ' : ''}queue at ${perSecond.toFixed(2).replace(/\.?0+$/, '')}/s`,
    ...(partitions === 1 ? [] : [`in ${partitions} partitions`]),
    ...(pausesQueue === true ? ['set to 0 at the first 429'] : []),
  ].join(', ');
}

export function taskQueuesAsMarkdown({ conditions, kept, paused }: TaskQueuesMeasured): string {
  const versions = Object.entries(conditions.versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Limits kept by Temporal beside limits kept by permits',
    '',
    `Generated by \`npm run evaluate -- providers --task-queues\`; see README.md for what it is and is not. ${conditions.date}, ${conditions.cores} cores`,
    `(${conditions.processor}), load ${conditions.load} at the end, ${versions.join(', ')}. ${askers} processes ask, one of them is killed in the middle.`,
    '',
    '| allowed | kept by | questions | most in a window | too many | of the rate used | five urgent ones took | sent each |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...kept.map(
      ({ way, rate, questions, most, violations, used, urgentSeconds, sentEach }) =>
        `| ${perWindow(rate)} | ${describe(way)} | ${questions} | ${most} | ${violations} | ${(used * 100).toFixed(1)} % | ${urgentSeconds.toFixed(1)} s | ${sentEach.toFixed(2)} |`,
    ),
    '',
    'Most in a window and too many are counted by the provider, with a window that rolls, at every arrival. Sent each: activities that the',
    'server sent for each question.',
    '',
    `## A pause of ${retryAfterSeconds} s`,
    '',
    `Requests that left within ${pauseSeconds} s after a provider with a limit of ${perWindow(rates.deezer!)} had begun to answer each with 429 and \`Retry-After: ${retryAfterSeconds}\`, while 240 questions stood in line:`,
    '',
    '| kept by | requests |',
    '| --- | ---: |',
    ...paused.map(({ way, requests }) => `| ${describe(way)} | ${requests} |`),
    '',
  ].join('\n');
}

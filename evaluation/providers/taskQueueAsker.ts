// One of the processes of the runs with task queues: serves the queue of one provider, each question an activity that makes one request.
//   node evaluation/providers/taskQueueAsker.ts '{"address": …}'
// Who keeps the limit is what the runs compare: the server, by the rate of its queue, or permits from Postgres, as in the product.

import { activityInfo } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { requestPriorities } from '../../domain/asking.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { parseRetryAfter } from '../../platform/fetchFile.ts';
import { createLimits } from '../../providers/limits.ts';
import { ProviderError } from '../../providers/provider.ts';
import { openDatabase } from '../../store/database.ts';
import { noteProvider, patienceMs, takePermits } from '../../store/providers/limits.ts';
import type { Rate } from './loopback.ts';
import type { Ask } from './taskQueueWorkflow.ts';

export interface Asking {
  readonly address: string;
  readonly taskQueue: string;
  readonly provider: ProviderName;
  readonly url: string;
  /** The queue's own limit; null: none. */
  readonly perSecond: number | null;
  /** Null: no permits. */
  readonly permits: { readonly databaseUrl: string; readonly rate: Rate } | null;
  /** Who hears that it asks too often sets the queue's rate to nothing for all. */
  readonly pausesQueue: boolean;
}

const asking = JSON.parse(process.argv[2] ?? '') as Asking;
const { perSecond, permits, pausesQueue, provider, taskQueue } = asking;
Runtime.install({ logger: new DefaultLogger('ERROR', ({ message }) => console.error(message)) });
const client = new Client({ connection: await Connection.connect({ address: asking.address }) });

const later = (message: string, inMs: number): ApplicationFailure =>
  ApplicationFailure.create({ message, nextRetryDelay: Math.max(1_000, Math.round(inMs)) });

/** What the provider's answer means; both ways of limiting act on the same one. */
async function request(send: typeof fetch): Promise<void> {
  const response = await send(`${asking.url}/track/isrc:ZZFPR2600100`);
  await response.arrayBuffer();
  if (response.status !== 429) return;
  throw new ProviderError(provider, 'rate_limited', 'asks for fewer requests', {
    untilMs: Date.now() + (parseRetryAfter(response.headers.get('retry-after') ?? undefined) ?? 0),
  });
}

/** Of the queue for activities, `TASK_QUEUE_TYPE_ACTIVITY`. */
const activityQueue = 2;
let isPaused = false;
async function pauseQueue(reason: string): Promise<void> {
  if (isPaused) return;
  isPaused = true;
  await client.workflowService.updateTaskQueueConfig({
    namespace: 'default',
    identity: 'asker',
    taskQueue,
    taskQueueType: activityQueue,
    updateQueueRateLimit: { rateLimit: { requestsPerSecond: 0 }, reason },
  });
}

function askerFor(): Ask {
  if (permits === null) {
    return async () => {
      try {
        await request(fetch);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        if (pausesQueue) await pauseQueue(error.message);
        throw later(error.message, error.untilMs! - Date.now());
      }
      return activityInfo().attempt;
    };
  }
  const database = openDatabase(permits.databaseUrl, { maxConnections: 4 });
  const credential = `${provider}:${taskQueue}`;
  const terms = { ...permits.rate, pricePerCall: 0, callsPerDay: null, moneyPerDay: null };
  const limits = createLimits({
    store: {
      take: (wanted) => takePermits(database, { ...wanted, credential, terms }),
      note: (note) => noteProvider(database, { ...note, credential }),
    },
    priorities: requestPriorities.length,
    patienceMs,
  });
  return async ({ urgent }) => {
    try {
      const priority = requestPriorities.indexOf(urgent ? 'urgent' : 'backlog');
      await limits.ask(provider, priority, () => request(limits.fetchFor(provider)));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw later(error.message, error.untilMs! - Date.now());
    }
    return activityInfo().attempt;
  };
}

const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: asking.address }),
  taskQueue,
  activities: { ask: askerFor() },
  // As in workers/main.ts.
  maxConcurrentActivityTaskExecutions: 24,
  ...(perSecond === null ? {} : { maxTaskQueueActivitiesPerSecond: perSecond }),
});
process.stdin.resume().on('end', () => process.exit(0));
await worker.run();

// What Temporal starts by itself, again and again: schedules are made to fit the settings whenever a worker starts.

import { ScheduleNotFoundError, ScheduleOverlapPolicy, type Client, type ScheduleOptions } from '@temporalio/client';
import { syncWorkflowId, taskQueues, watchWorkflowId } from '../domain/naming.ts';
import type { Config } from '../platform/config/index.ts';
import type * as messages from '../workflows/messages.ts';

/** Fits the schedules to the settings: makes, changes or removes them. Several workers may do so at once. */
export async function fitSchedules(
  client: Client,
  config: Pick<Config, 'watchFolders' | 'watchSeconds' | 'watchSettleSeconds' | 'syncMinutes'>,
  options: { readonly asksServices: boolean },
): Promise<void> {
  const { watchFolders, watchSeconds, watchSettleSeconds, syncMinutes } = config;
  const input: messages.WatchFoldersInput = { folders: watchFolders, settleMs: watchSettleSeconds * 1000 };
  await fit(
    client,
    'watch-folders',
    watchFolders.length === 0
      ? null
      : {
          spec: { intervals: [{ every: watchSeconds * 1000 }] },
          action: {
            type: 'startWorkflow',
            workflowType: 'watchFolders',
            workflowId: watchWorkflowId('folders'),
            taskQueue: taskQueues.reconcile,
            args: [input],
          },
          // A long delivery is waited for: the next look comes after it. What was missed while the servers were down is not made up for.
          policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: watchSeconds * 1000 },
        },
  );
  const denseMs = syncMinutes * 60_000;
  const round: messages.SyncServicesInput = { limit: questionsARound, denseMs };
  await fit(
    client,
    'sync-services',
    syncMinutes === 0 || !options.asksServices
      ? null
      : {
          // A jitter, so that many installations do not ask a service in the same second.
          spec: { intervals: [{ every: denseMs }], jitter: Math.min(denseMs / 4, 300_000) },
          action: {
            type: 'startWorkflow',
            workflowType: 'syncServices',
            workflowId: syncWorkflowId,
            taskQueue: taskQueues.reconcile,
            args: [round],
          },
          policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: denseMs },
        },
  );
}

/** Sounds that are attempted come first with every service; this many more are harmless to the tightest of their limits. */
const questionsARound = 200;

async function fit(
  client: Client,
  scheduleId: string,
  wanted: Pick<ScheduleOptions, 'spec' | 'action' | 'policies'> | null,
): Promise<void> {
  const handle = client.schedule.getHandle(scheduleId);
  if (wanted === null) {
    await handle.delete().catch(ignoreMissing);
    return;
  }
  try {
    await client.schedule.create({ scheduleId, ...wanted });
  } catch (error) {
    if ((error as Error).name !== 'ScheduleAlreadyRunning') throw error;
    await handle.update(
      (before) =>
        ({ ...before, ...wanted, action: { ...wanted.action, workflowId: before.action.workflowId } }) as never,
    );
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error;
}

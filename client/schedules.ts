// What Temporal starts by itself, again and again: schedules are made to fit the settings whenever a worker starts.

import { ScheduleNotFoundError, ScheduleOverlapPolicy, type Client, type ScheduleOptions } from '@temporalio/client';
import { taskQueues, watchWorkflowId } from '../domain/naming.ts';
import type { Config } from '../platform/config.ts';
import type * as messages from '../workflows/messages.ts';

/** Fits the schedules to the settings: makes, changes or removes them. Several workers may do so at once. */
export async function fitSchedules(
  client: Client,
  config: Pick<Config, 'watchFolders' | 'watchSeconds' | 'watchSettleSeconds'>,
): Promise<void> {
  const { watchFolders, watchSeconds, watchSettleSeconds } = config;
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
}

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

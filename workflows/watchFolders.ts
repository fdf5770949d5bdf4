// One look at watched folders: takes what is new or changed and at rest, one delivery after the other. A schedule starts it again and
// again, and `fermata index FOLDER --watch` does; both may look at the same folder.

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, ParentClosePolicy, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { catalogueWorkflowId, taskQueues } from '../domain/naming.ts';
import { indexCatalogue } from './indexCatalogue.ts';
import type { WatchFoldersInput, WatchFoldersResult } from './messages.ts';

// Thousands of files are looked at in seconds; on a network folder that hangs another worker tries.
const { findDeliveries } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
});
const { beginDelivery, endWatchedDelivery } = proxyLocalActivities<
  Pick<Activities, 'beginDelivery' | 'endWatchedDelivery'>
>({ startToCloseTimeout: '30 seconds' });

/** A run that takes more than this leaves the rest to the next one: its history stays short. */
const mostAtOnce = 50;

export async function watchFolders(input: WatchFoldersInput): Promise<WatchFoldersResult> {
  const found = await findDeliveries({ folders: input.folders, settleMs: input.settleMs });
  const taken: { deliveryId: string; path: string }[] = [];
  for (const { path, deliveryId, folder, entry, signature } of found.slice(0, mostAtOnce)) {
    await beginDelivery({ deliveryId, folder, entry, options: input.options ?? {} });
    try {
      await executeChild(indexCatalogue, {
        workflowId: catalogueWorkflowId(deliveryId),
        args: [{ deliveryId }],
        // A delivery goes on when whoever watches stops.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `catalogue from ${path.slice(-150)}`,
      });
    } catch (error) {
      // Somebody is delivering it by hand right now; the next look finds it done, or changed again.
      if (error instanceof WorkflowExecutionAlreadyStartedError) continue;
      throw error;
    }
    await endWatchedDelivery({ path, signature });
    taken.push({ deliveryId, path });
  }
  return { taken, more: found.length > mostAtOnce };
}

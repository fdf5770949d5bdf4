// Takes a delivery into the catalogue. Who waits for what comes in is found by wakeWaiting, beside it.

import {
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { taskQueues } from '../domain/naming.ts';
import type { IndexCatalogueInput } from './messages.ts';

// Reading a listing of a million rows takes minutes; it heartbeats, and starting again replaces what was staged.
const { stageDelivery } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '1 minute',
});
// A chunk is a few files of any length: the longest allowed file decodes in a few minutes. Rows done stay done.
const { indexRows } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '2 minutes',
});
const { endDelivery } = proxyLocalActivities<Pick<Activities, 'endDelivery'>>({ startToCloseTimeout: '30 seconds' });

/** Rows an activity takes at once: small enough that who watches sees it move. */
const chunk = 16;

export async function indexCatalogue(input: IndexCatalogueInput): Promise<void> {
  const { deliveryId } = input;
  let afterLine = input.carried?.afterLine ?? 0;
  let changed = input.carried?.changed ?? 0;
  if (input.carried === undefined) {
    const { problem } = await stageDelivery({ deliveryId });
    if (problem !== null) {
      await endDelivery({ deliveryId, problem });
      return;
    }
  }
  for (;;) {
    const { recordingIds, lastLine, remaining } = await indexRows({ deliveryId, afterLine, limit: chunk });
    afterLine = lastLine;
    changed += recordingIds.length;
    setCurrentDetails(`${changed} recordings new or changed, ${remaining} rows to go`);
    if (remaining === 0) break;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof indexCatalogue>({ deliveryId, carried: { afterLine, changed } });
    }
  }
  await endDelivery({ deliveryId, problem: null });
}

// Takes a delivery into the catalogue. Who waits for what comes in is found by wakeWaiting, beside it.

import {
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { rowsAtOnce } from '../domain/delivery.ts';
import { taskQueues } from '../domain/naming.ts';
import type { IndexCatalogueInput } from './messages.ts';

// Reading a listing of a million rows takes minutes; it heartbeats, and starting again replaces what was staged.
const { stageDelivery } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '1 minute',
});
// Files of any length: the longest allowed one decodes in a few minutes, and after 20 s a call leaves the rest to the next. Rows done stay done.
const { indexRows, hearAgain } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '2 minutes',
});
const { endDelivery } = proxyLocalActivities<Pick<Activities, 'endDelivery'>>({ startToCloseTimeout: '30 seconds' });

/** When files are tried again that could not be heard for a reason of ours; then their recordings stay without. */
const hearAgainAfter = ['30 seconds', '2 minutes', '10 minutes'] as const;

export async function indexCatalogue(input: IndexCatalogueInput): Promise<void> {
  const { deliveryId } = input;
  let afterLine = input.carried?.afterLine ?? 0;
  let changed = input.carried?.changed ?? 0;
  let unheard = 0;
  if (input.carried === undefined) {
    const { problem } = await stageDelivery({ deliveryId });
    if (problem !== null) {
      await endDelivery({ deliveryId, problem });
      return;
    }
  }
  for (;;) {
    const { recordingIds, lastLine, remaining, ...left } = await indexRows({
      deliveryId,
      afterLine,
      limit: rowsAtOnce,
    });
    afterLine = lastLine;
    unheard = left.unheard;
    changed += recordingIds.length;
    setCurrentDetails(`${changed} recordings new or changed, ${remaining} rows to go`);
    if (remaining === 0) break;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof indexCatalogue>({ deliveryId, carried: { afterLine, changed } });
    }
  }
  for (const [i, pause] of hearAgainAfter.entries()) {
    if (unheard === 0) break;
    setCurrentDetails(`${unheard} files could not be heard, and are tried again in ${pause}`);
    await sleep(pause, { summary: `${unheard} files could not be heard` });
    ({ unheard } = await hearAgain({ deliveryId, isLast: i === hearAgainAfter.length - 1 }));
  }
  await endDelivery({ deliveryId, problem: null });
}

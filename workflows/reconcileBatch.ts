// A bulk run: lets its sounds begin, so many at a time. Which have begun and which have had their first outcome is in the rows; sounds outlive the
// run (they may wait for weeks), so it is done when each has had its first.

import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import {
  batchProgress,
  batchProgressed,
  pause,
  resume,
  type BatchProgress,
  type ReconcileBatchInput,
} from './messages.ts';
import { oneAtATime } from './oneAtATime.ts';

const rows = oneAtATime(
  proxyLocalActivities<Pick<Activities, 'admitBatch' | 'pauseBatch' | 'cancelBatch'>>({
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '20 seconds' },
  }),
);

/** The rows are asked also when nobody says that a sound had its outcome. */
const silence = '2 minutes';
/** Continue as new from here on, long before the server suggests it: a worker that takes the run up reads its whole history. */
const longHistory = 1500;

export async function reconcileBatch({ batchId }: ReconcileBatchInput): Promise<BatchProgress> {
  let progress: BatchProgress = { state: 'running', total: 0, started: 0, concluded: 0, running: 0, skipped: 0 };
  let isNews = true;

  setHandler(batchProgressed, () => {
    isNews = true;
  });
  const setPaused = async (isPaused: boolean): Promise<void> => {
    await rows.pauseBatch({ batchId, isPaused });
    isNews = true;
  };
  setHandler(pause, () => setPaused(true));
  setHandler(resume, () => setPaused(false));
  setHandler(batchProgress, () => progress);

  /** One timer for the whole run, not one for each wait: every timer is two events of history. */
  const watch = async (): Promise<never> => {
    for (;;) {
      await sleep(silence, { summary: 'asks the rows when no sound reports' });
      isNews = true;
    }
  };

  try {
    const watching = new CancellationScope();
    void watching.run(watch).catch(() => {});
    for (;;) {
      isNews = false;
      progress = await rows.admitBatch({ batchId });
      const { concluded, skipped, total, running, state } = progress;
      setCurrentDetails(`${state}: ${concluded + skipped} of ${total} concluded, ${running} in their first attempt`);
      if (state === 'done' || state === 'cancelled') break;
      await condition(() => isNews);
      const { continueAsNewSuggested, historyLength } = workflowInfo();
      if (continueAsNewSuggested || historyLength > longHistory) {
        watching.cancel();
        await condition(allHandlersFinished);
        await continueAsNew<typeof reconcileBatch>({ batchId });
      }
    }
    watching.cancel();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(async () => {
      await rows.cancelBatch({ batchId });
      progress = { ...progress, state: 'cancelled' };
      await condition(allHandlersFinished);
    });
    throw error;
  }
  await condition(allHandlersFinished);
  return progress;
}

// A bulk run: a sliding window of sounds in their first attempt. Sounds outlive the run (they may wait for weeks), so the
// window counts a sound until its first outcome, which the sound signals to this workflow's id: that survives continue-as-new.

import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  CancellationScope,
  ParentClosePolicy,
  patched,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Activities } from '../activities/index.ts';
import { parseSoundId, soundWorkflowId, type SoundId } from '../domain/naming.ts';
import {
  batchProgress,
  lookAgain,
  pause,
  reportTo,
  resume,
  soundConcluded,
  type BatchProgress,
  type ReconcileBatchInput,
} from './messages.ts';
import { oneAtATime } from './oneAtATime.ts';
import { reconcileSound } from './reconcileSound.ts';
import type { SoundStatus } from '../domain/sound.ts';
import { attributes } from './attributes.ts';

const rows = oneAtATime(
  proxyLocalActivities<Pick<Activities, 'nextBatchItems' | 'concludedSounds' | 'markBatch'>>({
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '20 seconds' },
  }),
);

/** A signal can be lost with a sound that somebody terminated: the rows are asked when nothing was heard for this long. */
const silence = '2 minutes';
/** Lines read from Postgres at once. */
const page = 200;
/**
 * Continue as new from here on. The server suggests it far later, and a run that thousands of sounds report to falls out of its worker's
 * cache again and again: reading 8,000 events anew took longer than the ten seconds that a task may take, and then nothing started.
 */
const longHistory = 1500;

const isOpen = (status: SoundStatus): boolean => status === 'waiting' || status === 'review';

export async function reconcileBatch(input: ReconcileBatchInput): Promise<BatchProgress> {
  const { batchId, concurrency, again } = input;
  const carried = input.carried;
  const ownId = workflowInfo().workflowId;
  const inFlight = new Set<SoundId>(carried?.inFlight ?? []);
  let afterLine = carried?.afterLine ?? 0;
  let started = carried?.started ?? 0;
  let concluded = carried?.concluded ?? 0;
  let skipped = carried?.skipped ?? 0;
  let total = carried?.total ?? 0;
  let paused = carried?.paused ?? false;
  let state: BatchProgress['state'] = paused ? 'paused' : 'running';
  let starting = 0;
  let heard = 0;
  const keepsShort = patched('short-batch-histories');

  const progress = (): BatchProgress => ({ state, started, concluded, running: inFlight.size, skipped, total });
  const conclude = (soundId: SoundId): void => {
    if (inFlight.delete(soundId)) concluded += 1;
  };
  setHandler(soundConcluded, (given) => {
    heard += 1;
    if (typeof given?.soundId === 'string') conclude(given.soundId);
  });
  // A run that has ended stays ended, also when somebody pauses it in its last moment.
  setHandler(pause, async () => {
    if (state !== 'running') return;
    paused = true;
    state = 'paused';
    await rows.markBatch({ batchId, state });
  });
  setHandler(resume, async () => {
    if (state !== 'paused') return;
    paused = false;
    state = 'running';
    await rows.markBatch({ batchId, state });
  });
  setHandler(batchProgress, progress);

  /** One timer for the whole run, not one for each wait: every timer is two events of history. */
  const watch = async (): Promise<never> => {
    for (;;) {
      const before = heard;
      await sleep(silence, { summary: 'asks the rows when no sound reports' });
      if (heard !== before || inFlight.size === 0) continue;
      const asked = { soundIds: [...inFlight], ...(again === undefined ? {} : { triedSince: batchId }) };
      for (const soundId of await rows.concludedSounds(asked)) conclude(soundId);
    }
  };

  /** Has an open sound tried again. One whose workflow somebody terminated is started, and tries because its run is new. */
  const retry = async (soundId: SoundId, summary: string): Promise<void> => {
    try {
      await getExternalWorkflowHandle(soundWorkflowId(soundId)).signal(lookAgain, {
        why: again ?? '',
        batchWorkflowId: ownId,
      });
    } catch (error) {
      if (isCancellation(error)) return;
      await start(soundId, summary);
    }
  };

  const start = async (soundId: SoundId, summary: string): Promise<void> => {
    const workflowId = soundWorkflowId(soundId);
    try {
      await startChild(reconcileSound, {
        workflowId,
        args: [{ soundId, version: 2, reportTo: [ownId] }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: summary,
        memo: { sound: summary },
        typedSearchAttributes: [
          { key: attributes.status, value: 'submitted' },
          { key: attributes.platform, value: parseSoundId(soundId)?.platform ?? '' },
        ],
      });
    } catch (error) {
      // The run was cancelled before the child started; nobody waits for it. Thrown here it would be nobody's to catch.
      if (isCancellation(error)) return;
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // Somebody submitted it meanwhile: it is on its way, and tells us when it has its first outcome.
      try {
        await getExternalWorkflowHandle(workflowId).signal(reportTo, { batchWorkflowId: ownId });
      } catch {
        conclude(soundId);
      }
    }
  };

  const run = async (): Promise<void> => {
    for (;;) {
      const read = await rows.nextBatchItems({ batchId, afterLine, limit: page });
      total = read.total;
      if (read.items.length === 0) break;
      for (const item of read.items) {
        await condition(() => !paused && inFlight.size < concurrency);
        afterLine = item.line;
        // Tried before, or settled since by whomever: a person's decision is not touched. Or on two lines of this run.
        const isMeant = again === undefined ? item.status === 'submitted' : isOpen(item.status);
        if (!isMeant || inFlight.has(item.soundId)) {
          skipped += 1;
          continue;
        }
        inFlight.add(item.soundId);
        started += 1;
        starting += 1;
        void (again === undefined ? start : retry)(item.soundId, item.summary).finally(() => (starting -= 1));
        setCurrentDetails(`${concluded + skipped} of ${total} concluded, ${inFlight.size} in their first attempt`);
        const { continueAsNewSuggested, historyLength } = workflowInfo();
        if (continueAsNewSuggested || (keepsShort && historyLength > longHistory)) {
          await condition(() => starting === 0 && allHandlersFinished());
          await continueAsNew<typeof reconcileBatch>({
            batchId,
            concurrency,
            ...(again === undefined ? {} : { again }),
            carried: { afterLine, inFlight: [...inFlight], started, concluded, skipped, total, paused },
          });
        }
      }
    }
    await condition(() => inFlight.size === 0);
  };

  try {
    const watching = new CancellationScope();
    void watching.run(watch).catch(() => {});
    await run();
    watching.cancel();
    await condition(allHandlersFinished);
    state = 'done';
    await rows.markBatch({ batchId, state: 'done' });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    state = 'cancelled';
    await CancellationScope.nonCancellable(() => rows.markBatch({ batchId, state: 'cancelled' }));
    throw error;
  }
  await condition(allHandlersFinished);
  setCurrentDetails(`all ${total} concluded`);
  return progress();
}

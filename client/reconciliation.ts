// How people and systems talk to the workflows: submit, decide, retry, bulk runs, deliveries. Workflow ids and handles stay in here.

import {
  ApplicationFailure,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { addItems, addOpenSounds, cancelBatch, createBatch, pauseBatch, runBatch } from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { startDelivery } from '../store/catalogue/deliveries.ts';
import type { DeliveryOptions } from '../domain/delivery.ts';
import { insertSounds, submitSounds, type NewSound } from '../store/sounds/sounds.ts';
import { catalogueWorkflowId, taskQueues, watchWorkflowId, type SoundId } from '../domain/naming.ts';
import type { PersonDecision, PrereleaseMetadata } from '../domain/sound.ts';
import { Failed } from '../domain/failures.ts';
import type * as messages from '../workflows/messages.ts';
import { tell } from '../store/outbox.ts';
import { soundStart } from './starts.ts';

export type Reconciliation = ReturnType<typeof createReconciliation>;

export function createReconciliation(client: Client, database: Database) {
  const signal = async (soundId: SoundId, name: string, payload: unknown): Promise<void> => {
    await client.workflow.signalWithStart('reconcileSound', {
      ...soundStart(soundId, soundId),
      signal: name,
      signalArgs: [payload],
    });
  };
  /** Asks a sound's workflow, started for it if need be, and waits for its answer. The id makes asking again harmless. */
  const update = <Input, Answer>(soundId: SoundId, name: string, updateId: string, input: Input): Promise<Answer> =>
    whenReady(() =>
      client.workflow.executeUpdateWithStart<
        (input: messages.ReconcileSoundInput) => Promise<unknown>,
        Answer,
        [Input]
      >(name, {
        updateId,
        args: [input],
        startWorkflowOperation: new WithStartWorkflowOperation('reconcileSound', soundStart(soundId, soundId)),
      }),
    );
  return {
    /** Stores sounds and has their workflows started; those known already are left as they are. @returns ids that were new. */
    submit: (sounds: readonly NewSound[]): Promise<SoundId[]> =>
      database.transaction((inside) => submitSounds(inside, sounds)),

    /** A person's decision. @returns accepted with the state it led to, or refused with the reason. */
    async decide(
      soundId: SoundId,
      decision: PersonDecision,
      said: { readonly by?: string; readonly note?: string; readonly decisionId?: string } = {},
    ): Promise<messages.DecideResult> {
      const input: messages.DecideInput = { ...said, decisionId: said.decisionId ?? randomUUID(), decision };
      return update(soundId, 'decide', input.decisionId, input);
    },

    /** What a person knew before the release. @returns accepted, with what became of its audio, or refused with the reason. */
    prerelease: (soundId: SoundId, metadata: PrereleaseMetadata, by = ''): Promise<messages.PrereleaseResult> =>
      update(soundId, 'prerelease', randomUUID(), { metadata, by } satisfies messages.PrereleaseInput),
    retry: (soundId: SoundId, why = 'a person asked for it'): Promise<void> => signal(soundId, 'retryNow', { why }),

    /** Registers a folder, or one file of it, as a delivery and has it indexed; one that is being indexed goes on. */
    async deliver(
      deliveryId: string,
      folder: string,
      given: { readonly entry?: string | null; readonly options?: DeliveryOptions } = {},
    ): Promise<void> {
      const isBeingTaken = await isRunning(client, catalogueWorkflowId(deliveryId));
      const path = [folder, given.entry ?? null].filter((part) => part !== null).join('/');
      await database.transaction(async (inside) => {
        if (!isBeingTaken) await startDelivery(inside, deliveryId, folder, given.entry ?? null, given.options);
        await tell(inside, [
          { kind: 'delivery', key: deliveryId, body: { summary: `catalogue from ${path.slice(-150)}` } },
        ]);
      });
    },

    /** Has the workers look at folders once and take what is new there. @returns what they took. */
    lookAtFolders: (name: string, input: messages.WatchFoldersInput): Promise<messages.WatchFoldersResult> =>
      client.workflow.execute<(given: messages.WatchFoldersInput) => Promise<messages.WatchFoldersResult>>(
        'watchFolders',
        {
          workflowId: watchWorkflowId(name),
          taskQueue: taskQueues.reconcile,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `a look at ${input.folders.join(', ').slice(-150)}`,
        },
      ),

    /**
     * Starts, or joins, a bulk run over lines already read. `lines` may be long: it is stored page by page.
     * @returns false when a run of that id exists already: it goes on, with lines that are new. @throws Failed when it has other lines.
     */
    async startBatch(
      batchId: string,
      name: string,
      lines: AsyncIterable<readonly BatchLine[]>,
      options: { readonly concurrency: number },
    ): Promise<boolean> {
      const isNew = await createBatch(database, { id: batchId, name, concurrency: options.concurrency, again: null });
      for await (const page of lines) {
        await database.transaction(async (inside) => {
          await insertSounds(
            inside,
            page.flatMap((line) => (line.sound === null ? [] : [line.sound])),
            { bulk: true },
          );
          const other = await addItems(
            inside,
            batchId,
            page.map((line) => ({ line: line.line, soundId: line.sound?.id ?? null, problem: line.problem })),
          );
          // Its lines would neither replace those that are there nor ever be tried.
          if (other !== null)
            throw new Failed(
              `the bulk run ${batchId} was started with another file (line ${other} differs)`,
              'give this one another --name',
            );
        });
      }
      await database.transaction((inside) => runBatch(inside, batchId, `bulk run ${name}`));
      return isNew;
    },
    /**
     * Starts, or joins, a bulk run that has every open sound tried again: after a change of model, rules or index. The list of sounds is made
     * once. @returns how many they are.
     */
    startAgain: (
      batchId: string,
      name: string,
      options: { readonly concurrency: number; readonly why: string },
    ): Promise<number> =>
      database.transaction(async (inside) => {
        await createBatch(inside, { id: batchId, name, concurrency: options.concurrency, again: options.why });
        const sounds = await addOpenSounds(inside, batchId);
        await runBatch(inside, batchId, `bulk run ${name}: sounds that wait`);
        return sounds;
      }),
    /** Holds a bulk run's further sounds back, or lets them go on. @returns false when it has ended. */
    pauseBatch: (batchId: string, isPaused: boolean): Promise<boolean> =>
      database.transaction((inside) => pauseBatch(inside, batchId, isPaused)),
    /** Ends a bulk run; see `store/batches.ts` for what becomes of its sounds. @returns false when it had ended before. */
    cancelBatch: (batchId: string): Promise<boolean> => cancelBatch(database, batchId),
  };
}

export interface BatchLine {
  readonly line: number;
  readonly sound: NewSound | null;
  readonly problem: string | null;
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/**
 * Longer than any passage to a new run takes, and than the server needs to give a task that a worker lost on the way to another, twice; a workflow
 * task that still fails then, fails for another reason.
 */
const readyWithinMs = 60_000;

/**
 * The server turns an update away while a workflow task is tried for the third time, and that is what a passage to a new run
 * looks like when messages keep arriving in the middle of it. A worker whose task is taken from it then may also leave the update
 * unprocessed. The update's id, and the decision's, make asking again harmless.
 */
async function whenReady<T>(ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + readyWithinMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(2 * pauseMs, 1000)) {
    try {
      return await ask();
    } catch (error) {
      if (!isNotReady(error) || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Depending on the call, the client hands out the server's error itself or one that wraps it. */
const isNotReady = (error: unknown): boolean =>
  (isGrpcServiceError(error) && error.code === failedPrecondition && /workflow task/i.test(error.message)) ||
  (error instanceof ApplicationFailure && error.type === 'UnprocessedUpdate') ||
  (error instanceof Error && error.cause !== undefined && isNotReady(error.cause));
const failedPrecondition = 9;

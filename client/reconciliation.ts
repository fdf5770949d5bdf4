// How people and systems talk to the workflows: submit, decide, retry, bulk runs, deliveries. Workflow ids and handles stay in here.

import {
  ApplicationFailure,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { addItems, addOpenSounds, createBatch, setBatchState } from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { startDelivery, type DeliveryOptions } from '../store/catalogue/deliveries.ts';
import { insertSounds, type NewSound } from '../store/sounds/sounds.ts';
import {
  batchWorkflowId,
  catalogueWorkflowId,
  soundWorkflowId,
  taskQueues,
  watchWorkflowId,
  type SoundId,
} from '../domain/naming.ts';
import { soundSummary, type PersonDecision, type PrereleaseMetadata } from '../domain/sound.ts';
import { Failed } from '../domain/failures.ts';
import type * as messages from '../workflows/messages.ts';
import { attributes } from '../workflows/attributes.ts';

/** Options of every start of a sound's workflow: its id is derived, so starting it again only finds it. */
export function soundStart(soundId: SoundId, summary: string) {
  const platform = soundId.slice(0, soundId.indexOf(':'));
  return {
    workflowId: soundWorkflowId(soundId),
    taskQueue: taskQueues.reconcile,
    args: [{ soundId, version: 2 } satisfies messages.ReconcileSoundInput] as [messages.ReconcileSoundInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    staticSummary: summary.slice(0, 200),
    // Unlike the summary it goes along when a run continues as new.
    memo: { sound: summary.slice(0, 200) },
    typedSearchAttributes: [
      { key: attributes.status, value: 'submitted' },
      { key: attributes.platform, value: platform },
    ],
  };
}

/**
 * Wakes a sound. Its workflow should be open; when somebody terminated it, it is started again rather than lost.
 * @returns always true: somebody will look.
 */
export const wakeWith =
  (client: Client) =>
  async (soundId: SoundId, why: string): Promise<boolean> => {
    await client.workflow.signalWithStart('reconcileSound', {
      ...soundStart(soundId, soundId),
      signal: 'retryNow',
      signalArgs: [{ why }],
    });
    return true;
  };

export type Reconciliation = ReturnType<typeof createReconciliation>;

export function createReconciliation(client: Client, database: Database) {
  const signal = async (soundId: SoundId, name: string, payload: unknown): Promise<void> => {
    await client.workflow.signalWithStart('reconcileSound', {
      ...soundStart(soundId, soundId),
      signal: name,
      signalArgs: [payload],
    });
  };
  /** Starts the workflow of a bulk run, or joins it: one that was cancelled, or has got new lines since it was done, goes on. */
  const runBatch = async (input: messages.ReconcileBatchInput, staticSummary: string): Promise<void> => {
    const workflowId = batchWorkflowId(input.batchId);
    if (!(await isRunning(client, workflowId))) await setBatchState(database, input.batchId, 'running');
    await client.workflow.start('reconcileBatch', {
      workflowId,
      taskQueue: taskQueues.reconcile,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary,
    });
  };
  return {
    /** Stores sounds and starts their workflows; those known already are left as they are. @returns ids that were new. */
    async submit(sounds: readonly NewSound[]): Promise<SoundId[]> {
      const added = await database.transaction((inside) => insertSounds(inside, sounds));
      // Also those that are known but were never tried: a crash between the row and the start must not lose a sound.
      const { rows } = await database.query<{ id: string }>(
        `select id from sounds where id = any($1) and status in ('submitted', 'waiting', 'review')`,
        [sounds.map((sound) => sound.id)],
      );
      const open = new Set(rows.map((row) => row.id));
      await inParallel(
        sounds.filter((sound) => open.has(sound.id)),
        async (sound) =>
          void (await client.workflow.start('reconcileSound', soundStart(sound.id, soundSummary(sound)))),
      );
      return added;
    },

    /** A person's decision. @returns accepted with the state it led to, or refused with the reason. */
    async decide(
      soundId: SoundId,
      decision: PersonDecision,
      said: { readonly by?: string; readonly note?: string; readonly decisionId?: string } = {},
    ): Promise<messages.DecideResult> {
      const input: messages.DecideInput = { ...said, decisionId: said.decisionId ?? randomUUID(), decision };
      return whenReady(() =>
        client.workflow.executeUpdateWithStart<
          (input: messages.ReconcileSoundInput) => Promise<unknown>,
          messages.DecideResult,
          [messages.DecideInput]
        >('decide', {
          updateId: input.decisionId,
          args: [input],
          startWorkflowOperation: new WithStartWorkflowOperation('reconcileSound', soundStart(soundId, soundId)),
        }),
      );
    },

    prerelease: (soundId: SoundId, metadata: PrereleaseMetadata, by = ''): Promise<void> =>
      signal(soundId, 'prereleaseMetadata', { metadata, by }),
    retry: (soundId: SoundId, why = 'a person asked for it'): Promise<void> => signal(soundId, 'retryNow', { why }),

    /** Registers a folder, or one file of it, as a delivery and starts, or joins, its indexing. */
    async deliver(
      deliveryId: string,
      folder: string,
      given: { readonly entry?: string | null; readonly options?: DeliveryOptions } = {},
    ): Promise<void> {
      const workflowId = catalogueWorkflowId(deliveryId);
      if (!(await isRunning(client, workflowId)))
        await startDelivery(database, deliveryId, folder, given.entry ?? null, given.options);
      await client.workflow.start<(input: messages.IndexCatalogueInput) => Promise<messages.IndexCatalogueResult>>(
        'indexCatalogue',
        {
          workflowId,
          taskQueue: taskQueues.reconcile,
          args: [{ deliveryId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `catalogue from ${[folder, given.entry ?? null]
            .filter((part) => part !== null)
            .join('/')
            .slice(-150)}`,
        },
      );
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
      const isNew = await createBatch(database, batchId, name);
      for await (const page of lines) {
        await database.transaction(async (inside) => {
          await insertSounds(
            inside,
            page.flatMap((line) => (line.sound === null ? [] : [line.sound])),
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
      await runBatch({ batchId, concurrency: options.concurrency }, `bulk run ${name}`);
      return isNew;
    },
    /**
     * Starts, or joins, a bulk run that has every open sound tried again: after a change of model, rules or index. The list of sounds is made
     * once. @returns how many they are.
     */
    async startAgain(
      batchId: string,
      name: string,
      options: { readonly concurrency: number; readonly why: string },
    ): Promise<number> {
      await createBatch(database, batchId, name);
      const sounds = await database.transaction((inside) => addOpenSounds(inside, batchId));
      await runBatch(
        { batchId, concurrency: options.concurrency, again: options.why },
        `bulk run ${name}: sounds that wait`,
      );
      return sounds;
    },
    pauseBatch: (batchId: string): Promise<void> => client.workflow.getHandle(batchWorkflowId(batchId)).signal('pause'),
    resumeBatch: (batchId: string): Promise<void> =>
      client.workflow.getHandle(batchWorkflowId(batchId)).signal('resume'),
    cancelBatch: async (batchId: string): Promise<void> =>
      void (await client.workflow.getHandle(batchWorkflowId(batchId)).cancel()),
    batchProgress: (batchId: string): Promise<messages.BatchProgress> =>
      client.workflow.getHandle(batchWorkflowId(batchId)).query<messages.BatchProgress>('batchProgress'),
    isBatchRunning: (batchId: string): Promise<boolean> => isRunning(client, batchWorkflowId(batchId)),
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

/** Starting a workflow is a round trip of a few milliseconds; 20 at once keep a server on one core busy. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

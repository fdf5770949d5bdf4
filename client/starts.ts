// How each workflow is started: its id is derived from what it stands for, so starting it again only finds it.

import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import {
  batchWorkflowId,
  catalogueWorkflowId,
  soundWorkflowId,
  taskQueues,
  wakeWorkflowId,
  type SoundId,
} from '../domain/naming.ts';
import type { OutboxMessage } from '../store/outbox.ts';
import { attributes } from '../workflows/attributes.ts';
import type * as messages from '../workflows/messages.ts';

const harmless = {
  taskQueue: taskQueues.reconcile,
  workflowIdConflictPolicy: 'USE_EXISTING',
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
} as const;

export function soundStart(soundId: SoundId, summary: string, options: { readonly bulk?: true } = {}) {
  const platform = soundId.slice(0, soundId.indexOf(':'));
  return {
    ...harmless,
    workflowId: soundWorkflowId(soundId),
    args: [{ soundId, ...options } satisfies messages.ReconcileSoundInput] as [messages.ReconcileSoundInput],
    staticSummary: summary.slice(0, 200),
    // Unlike the summary it goes along when a run continues as new.
    memo: { sound: summary.slice(0, 200) },
    typedSearchAttributes: [
      { key: attributes.status, value: 'submitted' },
      { key: attributes.platform, value: platform },
    ],
  };
}

/** Sends one message of the outbox. Sending it twice is harmless, whatever it is. */
export async function send(client: Client, message: OutboxMessage): Promise<void> {
  const { workflow } = client;
  switch (message.kind) {
    case 'start': {
      const { summary, bulk } = message.body;
      await workflow.start('reconcileSound', soundStart(message.key, summary, bulk === undefined ? {} : { bulk }));
      return;
    }
    case 'wake':
      // Its workflow should be open; when somebody terminated it, it is started again rather than lost.
      await workflow.signalWithStart('reconcileSound', {
        ...soundStart(message.key, message.key),
        signal: 'retryNow',
        signalArgs: [{ why: message.body.why }],
      });
      return;
    case 'batch':
      await workflow.start('reconcileBatch', {
        ...harmless,
        workflowId: batchWorkflowId(message.key),
        args: [{ batchId: message.key } satisfies messages.ReconcileBatchInput],
        staticSummary: message.body.summary.slice(0, 200),
      });
      return;
    case 'progress':
      try {
        await workflow.signalWithStart('reconcileBatch', {
          ...harmless,
          // A run that is done needs no news; one that somebody terminated is started again rather than lost.
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          workflowId: batchWorkflowId(message.key),
          args: [{ batchId: message.key } satisfies messages.ReconcileBatchInput],
          signal: 'batchProgressed',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
      return;
    case 'delivery':
      await workflow.start('indexCatalogue', {
        ...harmless,
        workflowId: catalogueWorkflowId(message.key),
        args: [{ deliveryId: message.key } satisfies messages.IndexCatalogueInput],
        staticSummary: message.body.summary.slice(0, 200),
      });
      return;
    case 'arrived':
      await workflow.signalWithStart('wakeWaiting', {
        ...harmless,
        workflowId: wakeWorkflowId,
        args: [],
        signal: 'arrived',
        staticSummary: 'searches the open sounds with what entered the catalogue',
      });
      return;
  }
}

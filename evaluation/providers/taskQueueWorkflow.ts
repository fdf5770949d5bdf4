// Questions to one provider as Temporal sees them: activities on the provider's own task queue, with a priority.

import { proxyActivities } from '@temporalio/workflow';

export interface Questions {
  readonly taskQueue: string;
  readonly count: number;
  /** 1 is the most urgent of five, as Temporal counts them. */
  readonly priorityKey: 1 | 5;
}

/** One request. @returns how many times the server had to send it, this one included. */
export type Ask = (question: { readonly urgent: boolean }) => Promise<number>;

/** Asks them all at once. @returns how many activities the server sent for them. */
export async function askAll({ taskQueue, count, priorityKey }: Questions): Promise<number> {
  const { ask } = proxyActivities<{ ask: Ask }>({
    taskQueue,
    priority: { priorityKey },
    // A question of a killed worker is asked again after this.
    startToCloseTimeout: '10 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  });
  const sent = await Promise.all(Array.from({ length: count }, () => ask({ urgent: priorityKey === 1 })));
  return sent.reduce((sum, n) => sum + n, 0);
}

// Would today's workflow code do again what this history says it did?

import { Worker } from '@temporalio/worker';
import { builtBundle } from './desk.ts';
import { quieten } from './stage.ts';

/** @throws DeterminismViolationError when it would not. */
export async function replay(history: unknown): Promise<void> {
  quieten();
  await Worker.runReplayHistory({ workflowBundle: { codePath: await builtBundle() } }, history);
}

// The search threads of a process: on a machine with several cores one is left to the process itself, its database and its decoder.

import { availableParallelism } from 'node:os';
import type { EngineName } from '../models/runtime/model.ts';
import { createThreads, type Threads } from './threads.ts';
import type { SearchWork } from './work.ts';

/** @param options.size 0: one less than there are cores. */
export const searchThreads = (options: {
  readonly engine: EngineName | null;
  readonly size: number;
}): Threads<SearchWork> =>
  createThreads<SearchWork>(new URL('./thread.ts', import.meta.url), {
    size: options.size > 0 ? options.size : Math.max(1, availableParallelism() - 1),
    workerData: { engine: options.engine },
  });

// The search threads of a process.

import { availableParallelism } from 'node:os';
import type { EngineName } from '../models/runtime/model.ts';
import { createThreads, type Threads } from './threads.ts';
import type { SearchWork } from './work.ts';

/** @param setting 0: one less than there are cores, which is left to the process itself, its database and its decoder. */
export const threadsOf = (setting: number): number => (setting > 0 ? setting : Math.max(1, availableParallelism() - 1));

export const searchThreads = (options: {
  readonly engine: EngineName | null;
  readonly size: number;
}): Threads<SearchWork> =>
  createThreads<SearchWork>(new URL('./thread.ts', import.meta.url), {
    size: options.size,
    workerData: { engine: options.engine },
  });

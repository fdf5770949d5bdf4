// The references of the catalogue, searched with both cues: an index in memory that all threads of the process share, derived from the prints in
// Postgres and brought up to date before each search.

import { NotReadyYet, type JudgeOptions, type ReferenceSearch, type SearchOptions } from '../matching/audio/port.ts';
import { printVersion } from '../matching/audio/reference.ts';
import { createReferenceIndex, type ReferenceWork } from '../matching/audio/referenceIndex.ts';
import { referenceChanges } from '../store/catalogue/references.ts';
import type { VectorIndex } from '../store/catalogue/vectors.ts';
import type { Queryable } from '../store/database.ts';
import type { Runner } from './threads.ts';
import { answersOf } from './vectors.ts';
import type { SearchWork } from './work.ts';

export interface OpenReferences extends ReferenceSearch {
  /** Reads what there is: for a process that wants to have it before the first search. */
  load(): Promise<{ readonly references: number; readonly bytes: number }>;
}

export interface ReferenceSettings {
  /** The second cue; null: the peaks decide alone. */
  readonly vectors: VectorIndex | null;
  /** How long a search waits while the index is read for the first time, before it is told `NotReadyYet`. Default 10 s. */
  readonly patienceMs?: number;
}

/** A print is about 3.6 KB a minute: 500 of four minutes are 7 MB at once. */
const page = 500;
/** So much becomes one segment while the index is read: eight hours of music at once are quicker than page by page, and take 2 MB less each. */
const segmentBytes = 32 * 2 ** 20;

export function openReferenceSearch(
  database: Queryable,
  runner: Runner<SearchWork>,
  { vectors, patienceMs = 10_000 }: ReferenceSettings,
): OpenReferences {
  const index = createReferenceIndex(referenceWork(runner, vectors));
  let seq = 0;
  let isLoaded = false;
  let running: Promise<void> = Promise.resolve();

  const sync = async (): Promise<void> => {
    let waiting = 0;
    for (;;) {
      const changes = await referenceChanges(database, seq, printVersion, page);
      for (const change of changes) {
        if (change.print === null) index.remove(change.id);
        else index.add({ referenceId: change.id, recordingId: change.recordingId, print: change.print });
        waiting += change.print?.length ?? 0;
        seq = change.seq;
      }
      if (changes.length < page) break;
      if (waiting < segmentBytes) continue;
      await index.settle();
      waiting = 0;
    }
    await index.settle();
    isLoaded = true;
  };

  const caughtUp = (): Promise<void> => {
    // One reader at a time: two would add the same rows twice.
    running = running.catch(() => {}).then(sync);
    return running;
  };

  const ready = (signal: AbortSignal | undefined): Promise<void> =>
    waitFor(caughtUp(), {
      signal,
      patienceMs: isLoaded ? null : patienceMs,
      how: () => `the index of references is being read, ${seq} changes so far`,
    });

  return {
    async search(query, options) {
      await ready(options?.signal);
      return index.search(query, options);
    },
    async judge(query, places, options) {
      await ready(options.signal);
      return index.judge(query, places, options);
    },
    async load() {
      await caughtUp();
      return { references: index.size, bytes: index.bytes };
    },
  };
}

/** Waits for what goes on, unless the one who waits is told to stop, or has waited so long (null: without end). */
export async function waitFor(
  reading: Promise<void>,
  wait: { readonly signal: AbortSignal | undefined; readonly patienceMs: number | null; readonly how: () => string },
): Promise<void> {
  const { signal, patienceMs, how } = wait;
  signal?.throwIfAborted();
  let end = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    const late = (): void => reject(new NotReadyYet(how()));
    const stop = (): void => reject(signal!.reason as Error);
    const timer = patienceMs === null ? undefined : setTimeout(late, patienceMs);
    signal?.addEventListener('abort', stop, { once: true });
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
  });
  // Whoever comes next hears of a failure.
  reading.catch(() => {});
  try {
    await Promise.race([reading, ended]);
  } finally {
    end();
  }
}

function referenceWork(runner: Runner<SearchWork>, vectors: VectorIndex | null): ReferenceWork {
  const answers = vectors === null ? {} : answersOf(vectors);
  return {
    build: (references, lineFrom) => runner.run('buildReferences', { references, lineFrom }, { urgent: true }),
    join: (parts, alive) => runner.run('joinReferences', { parts, alive }, { urgent: true }),
    search(version, query, { signal, trace, ...options }: SearchOptions) {
      const input = { version, query, options, withVectors: vectors !== null, traces: trace !== undefined };
      return runner.run('searchReferences', input, { signal, answers: { ...answers, ...(trace ? { trace } : {}) } });
    },
    judge: (version, query, places, { signal, ...options }: JudgeOptions) =>
      runner.run('judgeReferences', { version, query, places, options }, { signal }),
  };
}

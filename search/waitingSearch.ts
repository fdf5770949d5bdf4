// The audio that waits, searched with recordings: an index in memory that all threads of the process share, derived from the landmarks in Postgres
// and brought up to date before each search. It is made when it is first asked for, so that a process that wakes nobody holds none.

import { landmarksVersion } from '../matching/audio/landmarks.ts';
import type { WaitingSearch } from '../matching/audio/port.ts';
import { createWaitingIndex, type WaitingWork } from '../matching/audio/waitingIndex.ts';
import type { Queryable } from '../store/database.ts';
import { changedAudio, openAudio, readLandmarks } from '../store/sounds/heardAudio.ts';
import { waitFor } from './referenceSearch.ts';
import type { Runner } from './threads.ts';
import type { SearchWork } from './work.ts';

export interface WaitingSettings {
  /** At most this much different audio is held, 7 KB each; of more the oldest is left to its sounds' timers. */
  readonly most: number;
  readonly onFull?: (left: number) => void;
  /** As for references. Default 10 s. */
  readonly patienceMs?: number;
}

/** Landmarks are 1.4 KB for 15 s: 500 of them are under a megabyte at once. */
const page = 500;
/** Audio whose sounds have all been settled is dropped this often: until then it only costs a comparison. */
const sweepEveryMs = 10 * 60_000;

/** The sounds' names are hashes of their audio. */
export function openWaitingSearch(
  database: Queryable,
  runner: Runner<SearchWork>,
  { most, onFull, patienceMs = 10_000 }: WaitingSettings,
): WaitingSearch {
  const index = createWaitingIndex(waitingWork(runner));
  let from = '0';
  let sweptAtMs = Date.now();
  let isLoaded = false;
  let running: Promise<void> = Promise.resolve();

  const sync = async (): Promise<void> => {
    const { hashes, next } = await changedAudio(database, from, landmarksVersion);
    // Read again until the oldest transaction of that moment has ended: most of it is known.
    const unknown = hashes.filter((hash) => !index.has(hash));
    for (let at = 0; at < unknown.length; at += page) {
      for (const { audioHash, landmarks } of await readLandmarks(database, unknown.slice(at, at + page)))
        index.add(audioHash, landmarks);
    }
    from = next;
    if (Date.now() - sweptAtMs > sweepEveryMs) {
      const open = await openAudio(database);
      for (const hash of index.ids()) if (!open.has(hash)) index.remove(hash);
      sweptAtMs = Date.now();
    }
    const left = index.size - most;
    if (left > 0) {
      for (const hash of [...index.ids()].slice(0, left)) index.remove(hash);
      onFull?.(left);
    }
    await index.settle();
    isLoaded = true;
  };

  return {
    async search(print, options) {
      // One reader at a time: two would read the same rows.
      running = running.catch(() => {}).then(sync);
      await waitFor(running, {
        signal: options?.signal,
        patienceMs: isLoaded ? null : patienceMs,
        how: () => `the audio that waits is being read, ${index.size} pieces so far`,
      });
      return index.search(print, options);
    },
  };
}

export const waitingWork = (runner: Runner<SearchWork>): WaitingWork => ({
  build: (old, kept, added) => runner.run('buildWaiting', { old, kept, added }, { urgent: true }),
  search: (version, print, limits, signal) => runner.run('searchWaiting', { version, print, limits }, { signal }),
});

// The worker's own copy of the audio index: derived from the prints in Postgres and brought up to date before each use.

import { printVersion } from '../matching/audio/reference.ts';
import { createAudioIndex, type AudioIndex } from '../matching/audio/audioIndex.ts';
import type { Queryable } from '../store/database.ts';
import { referenceChanges } from '../store/catalogue/references.ts';

export interface ReferenceIndex {
  /** Reads what changed since the last time, then hands out the index. */
  current(): Promise<AudioIndex>;
}

/** A print is about 3.6 KB a minute: 500 of four minutes are 7 MB at once. */
const page = 500;

export function createReferenceIndex(database: Queryable): ReferenceIndex {
  const index = createAudioIndex();
  let seq = 0;
  let running: Promise<void> = Promise.resolve();

  const sync = async (): Promise<void> => {
    for (;;) {
      const changes = await referenceChanges(database, seq, printVersion, page);
      for (const change of changes) {
        if (change.print === null) index.remove(change.id);
        else {
          index.add({
            referenceId: change.id,
            recordingId: change.recordingId,
            durationMs: change.durationMs,
            print: change.print,
          });
        }
        seq = change.seq;
      }
      if (changes.length < page) return;
    }
  };

  return {
    async current() {
      // One reader at a time: two would add the same rows twice.
      running = running.catch(() => {}).then(sync);
      await running;
      return index;
    },
  };
}

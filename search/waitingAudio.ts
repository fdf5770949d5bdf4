// The process's own index of the audio that waits: derived from the landmarks in Postgres and brought up to date before each use. It is made
// when it is first asked for, so that a process that wakes nobody holds none.

import type { Queryable } from '../store/database.ts';
import { changedAudio, openAudio, readLandmarks } from '../store/sounds/heardAudio.ts';
import { landmarksVersion } from '../matching/audio/landmarks.ts';
import { createSoundIndex, type SoundIndex } from '../matching/audio/soundIndex.ts';

export interface WaitingAudio {
  /** Reads what changed since the last time, then hands out the index, whose names are hashes of audio. */
  current(): Promise<SoundIndex>;
}

export interface WaitingAudioOptions {
  /** At most this much different audio is held, 7 KB each; of more the oldest is left to its sounds' timers. */
  readonly most: number;
  readonly onFull?: (left: number) => void;
}

/** Landmarks are 1.4 KB for 15 s: 500 of them are under a megabyte at once. */
const page = 500;
/** Audio whose sounds have all been settled is dropped this often: until then it only costs a comparison. */
const sweepEveryMs = 10 * 60_000;

export function createWaitingAudio(database: Queryable, options: WaitingAudioOptions): WaitingAudio {
  const index = createSoundIndex();
  let from = '0';
  let sweptAtMs = Date.now();
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
    const left = index.size - options.most;
    if (left <= 0) return;
    for (const hash of [...index.ids()].slice(0, left)) index.remove(hash);
    options.onFull?.(left);
  };

  return {
    async current() {
      // One reader at a time: two would read the same rows.
      running = running.catch(() => {}).then(sync);
      await running;
      return index;
    },
  };
}

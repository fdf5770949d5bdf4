// Wakes those who follow the line of changes. While somebody does, one look at the database every half second serves them all; it also gives new changes their
// places.

import { changeLine, numberChanges } from '../store/changes.ts';
import type { Database } from '../store/database.ts';

export interface News {
  /** Resolves when the line goes beyond that place, or after so long, or when everything ends. */
  wait(beyond: number, ms: number): Promise<void>;
  readonly isClosed: boolean;
  close(): void;
}

const pollMs = 500;

export function createNews(database: Database): News {
  const waiting = new Set<{ readonly beyond: number; readonly wake: () => void }>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  const look = async (): Promise<void> => {
    try {
      await numberChanges(database);
      const { last } = await changeLine(database);
      for (const one of waiting) if (one.beyond < last) one.wake();
    } catch {
      // The database is away: whoever waits reads it next, and says so.
    }
    timer = waiting.size > 0 && !isClosed ? setTimeout(() => void look(), pollMs) : null;
  };
  return {
    get isClosed() {
      return isClosed;
    },
    wait(beyond, ms) {
      return new Promise((resolve) => {
        if (isClosed) return resolve();
        const end = setTimeout(() => one.wake(), ms);
        const one = {
          beyond,
          wake: () => {
            clearTimeout(end);
            waiting.delete(one);
            resolve();
          },
        };
        waiting.add(one);
        timer ??= setTimeout(() => void look(), 0);
      });
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      for (const one of waiting) one.wake();
    },
  };
}

// Turns, one after the other, for as long as there is something to do; between two of them a wait that ends when something happens.

export interface Pump {
  /** There is something to do. */
  readonly start: () => void;
}

/** Never so often that others are asked all the time. */
const shortestMs = 5;
/** What happens within a few milliseconds is told in one go. */
const gatherMs = 10;

/** @param turn never rejects. @returns how long to wait after it, null for not at all. */
export function createPump(hasWork: () => boolean, turn: () => Promise<number | null>): Pump {
  let isRunning = false;
  let poke: (() => void) | null = null;

  const pause = async (ms: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(ms, shortestMs));
      poke = () => {
        clearTimeout(timer);
        setTimeout(resolve, gatherMs);
      };
    });
    poke = null;
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    while (hasWork()) {
      const waitMs = await turn();
      if (waitMs !== null) await pause(waitMs);
    }
    isRunning = false;
  };

  return {
    start: () => {
      if (isRunning) poke?.();
      else void run();
    },
  };
}

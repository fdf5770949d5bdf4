// Who waits in one process for permits of one credential.

/** One call of a client, which may take several requests; they share its priority. */
export interface Question {
  readonly id: string;
  /** 0 is the most urgent. */
  readonly priority: number;
  /** Requests that left. */
  sent: number;
}

export interface Permit {
  readonly id: number;
  /** The earliest that its instant may have been, on this process's clock. */
  readonly earliestMs: number;
}

/** A request that waits for its permit. */
export interface Waiter {
  readonly question: Question;
  readonly sinceMs: number;
  readonly go: (permit: Permit) => void;
  readonly fail: (error: unknown) => void;
  /** Its caller has called it off. */
  gone: boolean;
}

export interface Line {
  readonly isEmpty: () => boolean;
  readonly add: (waiter: Waiter) => void;
  readonly remove: (waiters: ReadonlySet<Waiter>) => void;
  /** Most urgent first, and the question that is the probe before all; else as they came. */
  readonly inOrder: (probe: string | null) => readonly Waiter[];
}

export function createLine(): Line {
  let waiting: Waiter[] = [];
  return {
    isEmpty: () => waiting.length === 0,
    add: (waiter) => void waiting.push(waiter),
    remove: (waiters) => {
      waiting = waiting.filter((waiter) => !waiters.has(waiter) && !waiter.gone);
    },
    inOrder: (probe) =>
      waiting
        .filter(({ gone }) => !gone)
        .sort(
          (a, b) =>
            Number(b.question.id === probe) - Number(a.question.id === probe) ||
            a.question.priority - b.question.priority,
        ),
  };
}

/** Resolves with the permit once it has come; rejects when `signal` aborts before. */
export function waitIn(line: Line, question: Question, signal: AbortSignal | null): Promise<Permit> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const abort = (): void => {
      waiter.gone = true;
      reject(signal?.reason as Error);
    };
    const waiter: Waiter = {
      question,
      sinceMs: performance.now(),
      go: (permit) => {
        signal?.removeEventListener('abort', abort);
        resolve(permit);
      },
      fail: (error) => {
        signal?.removeEventListener('abort', abort);
        reject(error as Error);
      },
      gone: false,
    };
    signal?.addEventListener('abort', abort, { once: true });
    line.add(waiter);
  });
}

/** How many wait, by priority. */
export function countByPriority(waiters: readonly Waiter[], priorities: number): readonly number[] {
  const counts = Array.from({ length: priorities }, () => 0);
  for (const { question } of waiters) counts[question.priority]! += 1;
  return counts;
}

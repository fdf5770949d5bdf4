// What a use case is given by whoever runs it, so that it knows nothing of Temporal: an activity, a command and a test run it alike.

export interface Task {
  /** Ends it: its workflow was cancelled, its worker stops, a person waits no longer. */
  readonly signal: AbortSignal;
  /** Says that it is still at work, and how far it got. */
  readonly beat: (reached?: unknown) => void;
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** What the try before this one said last; undefined: it is the first, or said nothing. */
  readonly reached: unknown;
}

/** Beats for as long as `work` takes, however little it says itself. */
export async function beating<T>({ beat }: Task, what: string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => beat(what), 5_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

// Threads that compute for this one, which only waits: its heartbeats, its database and its server go on meanwhile.
//
// A thread runs one task at a time, a function of the program's table (`serve.ts`); the others queue. It may ask this thread questions on the way
// (for rows, say). A task that is given up ends at its next checkpoint, within some hundredths of a second; a thread that does not notice is
// ended. A thread that dies fails its task, and the next task gets a new one. See docs/decisions/searching-in-threads.md for why
// this is not a library.

import { Worker, type Transferable } from 'node:worker_threads';
import type { FromThread, ToThread } from './serve.ts';

/** What is computed with: by name, functions from plain data to plain data. */
export type Work = Readonly<Record<string, (input: never, context: never) => unknown>>;
export type InputOf<W extends Work, Name extends keyof W> = Parameters<W[Name]>[0];
export type OutputOf<W extends Work, Name extends keyof W> = Awaited<ReturnType<W[Name]>>;

export interface RunOptions {
  /** Ends the task. The promise rejects at once, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Before all that wait: others wait for it. */
  readonly urgent?: boolean;
  /** Memory of the input that is handed over instead of copied. It cannot be used here afterwards. */
  readonly transfer?: readonly Transferable[];
  /** Answers what the task asks on the way. */
  readonly answers?: Answers;
}

export type Answers = Readonly<Record<string, (question: never) => unknown>>;

/** Runs the functions of a table, wherever that is. */
export interface Runner<W extends Work> {
  run<Name extends keyof W & string>(
    name: Name,
    input: InputOf<W, Name>,
    options?: RunOptions,
  ): Promise<OutputOf<W, Name>>;
}

export interface Threads<W extends Work> extends Runner<W> {
  close(): Promise<void>;
}

/** The thread that had the task is gone: out of memory, or a fault. Another try gets another thread. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied';
}

const closing = (): Error => new Error('the threads are closed');

interface Task {
  readonly name: string;
  readonly input: unknown;
  readonly options: RunOptions;
  /** Set to 1 when it is given up; the thread looks at it. */
  readonly stop: Int32Array;
  readonly settle: (outcome: { readonly value: unknown } | { readonly error: unknown }) => void;
}

interface Thread {
  readonly worker: Worker;
  task: Task | null;
}

/** A thread that has not noticed after so long that its task was given up is ended: it hangs, or computes what has no checkpoints. */
const patienceMs = 5_000;

export interface ThreadOptions {
  readonly size: number;
  readonly workerData?: unknown;
  /** Who needs more dies alone, instead of taking the process with it. Typed arrays do not count. Default 1024. */
  readonly heapMb?: number;
}

/**
 * At most `size` threads of a program (which calls `serve`), started when there is work for them. They keep no process alive that has nothing
 * else to do.
 */
export function createThreads<W extends Work>(program: URL, options: ThreadOptions): Threads<W> {
  const threads = new Set<Thread>();
  const queue: Task[] = [];
  let closed = false;

  const start = (): Thread => {
    const worker = new Worker(program, {
      workerData: options.workerData,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMb ?? 1024 },
    });
    const thread: Thread = { worker, task: null };
    threads.add(thread);
    let cause: unknown = null;
    worker.on('message', (message: FromThread) => void hear(thread, message));
    worker.on('error', (error) => (cause = error));
    // What it said cannot be read: nobody would ever hear how its task ended.
    worker.on('messageerror', (error) => {
      cause = error;
      void worker.terminate();
    });
    worker.on('exit', (code) => {
      threads.delete(thread);
      const why = cause instanceof Error ? cause.message : `it ended with code ${code}`;
      const error = closed ? closing() : new ThreadDied(`the thread that computed this died (${why}); try again`);
      thread.task?.settle({ error });
      next();
    });
    return thread;
  };

  const next = (): void => {
    while (queue.length > 0 && !closed) {
      const free = [...threads].find(({ task }) => task === null) ?? (threads.size < options.size ? start() : null);
      if (free === null) return;
      give(free, queue.shift()!);
    }
  };

  const give = (thread: Thread, task: Task): void => {
    const { name, input, stop } = task;
    thread.task = task;
    thread.worker.ref();
    try {
      send(thread, { kind: 'task', name, input, stop }, task.options.transfer);
    } catch (error) {
      // What cannot be sent is a fault of the caller's.
      release(thread);
      task.settle({ error });
    }
  };

  const release = (thread: Thread): void => {
    thread.task = null;
    thread.worker.unref();
  };

  const send = (thread: Thread, message: ToThread, transfer: readonly Transferable[] = []): void =>
    thread.worker.postMessage(message, transfer);

  const hear = async (thread: Thread, message: FromThread): Promise<void> => {
    const { task } = thread;
    if (task === null) return;
    if (message.kind === 'asked') {
      const { number, question } = message;
      const reply = await answer(task, message.to, question);
      // It may have died, or given up, meanwhile: then nobody listens.
      if (thread.task !== task) return;
      try {
        send(thread, { kind: 'reply', number, ...reply });
      } catch (error) {
        send(thread, { kind: 'reply', number, error: new Error(`the answer cannot be sent: ${String(error)}`) });
      }
      return;
    }
    release(thread);
    task.settle(message.kind === 'done' ? { value: message.value } : { error: message.error });
    next();
  };

  return {
    run(name, input, runOptions = {}) {
      const { signal } = runOptions;
      return new Promise((resolve, reject) => {
        if (closed) throw closing();
        signal?.throwIfAborted();
        const stop = new Int32Array(new SharedArrayBuffer(4));
        const giveUp = (): void => {
          Atomics.store(stop, 0, 1);
          reject(signal!.reason as Error);
          const at = queue.indexOf(task);
          if (at >= 0) queue.splice(at, 1);
          const busy = [...threads].find((thread) => thread.task === task);
          if (busy === undefined) return;
          send(busy, { kind: 'stop' });
          const timer = setTimeout(() => {
            if (busy.task === task) void busy.worker.terminate();
          }, patienceMs);
          timer.unref();
        };
        const task: Task = {
          name,
          input,
          options: runOptions,
          stop,
          settle: (outcome) => {
            signal?.removeEventListener('abort', giveUp);
            if ('value' in outcome) resolve(outcome.value as never);
            else reject(outcome.error as Error);
          },
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        if (runOptions.urgent === true) queue.unshift(task);
        else queue.push(task);
        next();
      });
    },
    async close() {
      closed = true;
      for (const task of queue.splice(0)) task.settle({ error: closing() });
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

async function answer(
  { options: { answers } }: Task,
  to: string,
  question: unknown,
): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    const reply = answers?.[to];
    if (reply === undefined) throw new Error(`nobody answers "${to}"`);
    return { value: await reply(question as never) };
  } catch (error) {
    return { error };
  }
}

/**
 * The same in this thread, for what is not worth a thread: a command that answers one question, a test. A task blocks it, and is given up
 * between two turns of it only.
 */
export function inThisThread<W extends Work>(work: W): Runner<W> {
  return {
    async run(name, input, { signal, answers } = {}) {
      signal?.throwIfAborted();
      const context = {
        signal: signal ?? new AbortController().signal,
        ask: async (to: string, question: unknown) => answers?.[to]?.(question as never),
      };
      return (await work[name]!(input as never, context as never)) as never;
    },
  };
}

// The other side of `threads.ts`: what runs in a thread. Its program calls `serve` with the table of its functions.

import { parentPort, type Transferable } from 'node:worker_threads';
import type { Work } from './threads.ts';

export type ToThread =
  | { readonly kind: 'task'; readonly name: string; readonly input: unknown; readonly stop: Int32Array }
  | { readonly kind: 'stop' }
  | { readonly kind: 'reply'; readonly number: number; readonly value?: unknown; readonly error?: unknown };

export type FromThread =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'asked'; readonly number: number; readonly to: string; readonly question: unknown };

/** What a function of the table is given beside its input. */
export interface Context {
  /**
   * `throwIfAborted` is the checkpoint: it looks at memory that the other thread writes to, since no message arrives while a task
   * computes. Whatever takes long asks it often.
   */
  readonly signal: AbortSignal;
  /** Asks the thread that gave the task. */
  readonly ask: (to: string, question: unknown) => Promise<unknown>;
}

interface Open {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function serve(work: Work): void {
  const port = parentPort!;
  const open = new Map<number, Open>();
  let asked = 0;
  const tell = (message: FromThread, transfer: readonly Transferable[] = []): void =>
    port.postMessage(message, transfer);

  const ask = (to: string, question: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      open.set(++asked, { resolve, reject });
      tell({ kind: 'asked', number: asked, to, question });
    });

  const perform = async (name: string, input: unknown, stop: Int32Array): Promise<void> => {
    const context: Context = { signal: signalOf(stop), ask };
    try {
      tell({ kind: 'done', value: await work[name]!(input as never, context as never) });
    } catch (error) {
      tell({ kind: 'failed', error });
    }
  };

  port.on('message', (message: ToThread) => {
    if (message.kind === 'task') return void perform(message.name, message.input, message.stop);
    if (message.kind === 'stop') {
      // It may be waiting for an answer, which it needs no more.
      for (const { reject } of open.values()) reject(new Error('given up'));
      open.clear();
      return;
    }
    const waiting = open.get(message.number);
    open.delete(message.number);
    if ('error' in message) waiting?.reject(message.error);
    else waiting?.resolve(message.value);
  });
}

function signalOf(stop: Int32Array): AbortSignal {
  const controller = new AbortController();
  return Object.assign(controller.signal, {
    throwIfAborted(this: AbortSignal): void {
      if (Atomics.load(stop, 0) === 1) controller.abort(new Error('given up'));
      AbortSignal.prototype.throwIfAborted.call(this);
    },
  });
}

// A program for threads, with what a table of functions may do to them.

import { threadId } from 'node:worker_threads';
import { serve, type Context } from '../../search/serve.ts';

export type Deeds = typeof deeds;

const deeds = {
  double: (n: number): number => 2 * n,
  refuse: (why: string): never => {
    throw new RangeError(why);
  },
  /** Computes until it is given up, and says then how long that took it to notice. */
  compute: (_: null, { signal }: Context): never => {
    for (;;) signal.throwIfAborted();
  },
  /** Computes and never looks up. */
  hang: (): never => {
    for (;;);
  },
  end: (code: number): never => process.exit(code),
  /** More than any heap. */
  devour: (): number => {
    const held: unknown[] = [];
    for (;;) held.push(Array.from({ length: 1e6 }, (_, i) => ({ i })));
  },
  askTwice: async (n: number, { ask }: Context): Promise<number> =>
    ((await ask('half', n)) as number) + ((await ask('half', 2 * n)) as number),
  waitForEver: (_: null, { ask }: Context): Promise<unknown> => ask('nothing', null),
  /** Which thread this is: later ones have larger numbers. */
  number: (): number => threadId,
  sum: (shared: Int32Array): number => shared.reduce((total, value) => total + value, 0),
};

serve(deeds);

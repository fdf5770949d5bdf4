import { afterEach, describe, expect, it, vi } from 'vitest';
import { createThreads, ThreadDied, type Threads } from '../../search/threads.ts';
import type { Deeds } from './threads.fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

let threads: Threads<Deeds>;
const open = (size: number): Threads<Deeds> =>
  (threads = createThreads<Deeds>(new URL('./threads.fixture.ts', import.meta.url), { size, heapMb: 32 }));
afterEach(() => threads.close());

const late = (ms: number): Promise<'late'> => new Promise((resolve) => setTimeout(resolve, ms, 'late'));

describe('threads', () => {
  it('compute, one task each at a time, the rest in the order in which it came', async () => {
    const own = open(2);
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => own.run('double', n)));
    expect(all).toEqual(Array.from({ length: 20 }, (_, n) => 2 * n));
    const numbers = new Set(await Promise.all(Array.from({ length: 20 }, () => own.run('number', undefined as never))));
    expect(numbers.size).toBe(2);
  });

  it('take what is urgent first', async () => {
    const own = open(1);
    const order: string[] = [];
    const noting = (name: string) => () => void order.push(name);
    await Promise.all([
      own.run('double', 1).then(noting('running')),
      own.run('double', 2).then(noting('first')),
      own.run('double', 3, { urgent: true }).then(noting('urgent')),
    ]);
    expect(order).toEqual(['running', 'urgent', 'first']);
  });

  it('see memory that is shared, and are given what is handed over', async () => {
    const own = open(1);
    const shared = new Int32Array(new SharedArrayBuffer(12));
    shared.set([1, 2, 3]);
    expect(await own.run('sum', shared)).toBe(6);
    Atomics.store(shared, 0, 10);
    expect(await own.run('sum', shared)).toBe(15);
    const given = Int32Array.of(4, 5);
    expect(await own.run('sum', given, { transfer: [given.buffer] })).toBe(9);
    expect(given.length).toBe(0);
  });

  it('ask back on the way, and fail when they are answered with a failure', async () => {
    const own = open(1);
    const half = (n: number): number => n / 2;
    expect(await own.run('askTwice', 10, { answers: { half } })).toBe(15);
    const away = (): never => {
      throw new Error('the database is away');
    };
    await expect(own.run('askTwice', 10, { answers: { half: away } })).rejects.toThrow('the database is away');
    await expect(own.run('askTwice', 10)).rejects.toThrow('nobody answers "half"');
    const unsendable = (): unknown => () => {};
    await expect(own.run('askTwice', 10, { answers: { half: unsendable } })).rejects.toThrow('cannot be sent');
    expect(await own.run('double', 4)).toBe(8);
  });

  it('fail with what was thrown, and go on', async () => {
    const own = open(1);
    await expect(own.run('refuse', 'no print')).rejects.toThrow(RangeError);
    await expect(own.run('double', (() => {}) as never)).rejects.toThrow(/could not be cloned/);
    expect(await own.run('double', 1)).toBe(2);
  });

  it('end what is given up within a quarter of a second, in the same thread', async () => {
    const own = open(1);
    const before = await own.run('number', undefined as never);
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController();
      const running = own.run('compute', null, { signal: controller.signal });
      expect(await Promise.race([running, late(30)])).toBe('late');
      const gaveUpAt = performance.now();
      controller.abort(new Error('the sound was decided'));
      await expect(running).rejects.toThrow('the sound was decided');
      // The thread is free, not only forgotten.
      await own.run('double', 1);
      expect(performance.now() - gaveUpAt).toBeLessThan(250);
    }
    expect(await own.run('number', undefined as never)).toBe(before);
  });

  it('end what waits for an answer, or in the queue, and never begin what was given up before', async () => {
    const own = open(1);
    const controller = new AbortController();
    const asking = own.run('waitForEver', null, {
      signal: controller.signal,
      answers: { nothing: () => new Promise(() => {}) },
    });
    const queued = own.run('compute', null, { signal: controller.signal });
    expect(await Promise.race([asking, queued, late(100)])).toBe('late');
    controller.abort(new Error('given up'));
    await expect(asking).rejects.toThrow('given up');
    await expect(queued).rejects.toThrow('given up');
    await expect(own.run('compute', null, { signal: controller.signal })).rejects.toThrow('given up');
    expect(await own.run('double', 1)).toBe(2);
  });

  it('are ended and replaced when they do not notice', async () => {
    const own = open(1);
    const before = await own.run('number', undefined as never);
    const controller = new AbortController();
    const hanging = own.run('hang', undefined as never, { signal: controller.signal });
    expect(await Promise.race([hanging, late(30)])).toBe('late');
    controller.abort(new Error('given up'));
    await expect(hanging).rejects.toThrow('given up');
    expect(await own.run('double', 1)).toBe(2);
    expect(await own.run('number', undefined as never)).toBeGreaterThan(before);
  });

  it.each([
    ['that ends', (own: Threads<Deeds>) => own.run('end', 7), /code 7/],
    ['that runs out of memory', (own: Threads<Deeds>) => own.run('devour', undefined as never), /memory/],
  ])('fail the task of a thread %s, and go on in another one', async (_, deed, why) => {
    const own = open(1);
    const failing = deed(own);
    const behind = own.run('double', 21);
    await expect(failing).rejects.toThrow(ThreadDied);
    await expect(failing).rejects.toThrow(why);
    expect(await behind).toBe(42);
  });

  it('let nothing wait when they are closed', async () => {
    const own = open(1);
    const tasks = [own.run('compute', null), own.run('double', 1)];
    const [, ...ends] = await Promise.allSettled([own.close(), ...tasks]);
    for (const end of ends)
      expect(end).toMatchObject({ status: 'rejected', reason: { message: 'the threads are closed' } });
    await expect(own.run('double', 1)).rejects.toThrow('the threads are closed');
  });
});

// Every request to a provider goes through here: one permit each, from a store that all workers share. What a client gets is a
// `fetch` that waits for its permit a moment, and says no when that would be longer: a full window, a pause or a spent budget must not
// hold up a worker. How permits come and go is in lane.ts.

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { ProviderName } from '../domain/providers.ts';
import { openLane, type Lane, type PermitStore } from './lane.ts';
import type { Question } from './line.ts';

export { NotNow, type PermitStore } from './lane.ts';

export interface Limits {
  /** One permit a request. Rejects with `NotNow` when there is none soon. */
  readonly fetchFor: (name: ProviderName) => typeof fetch;
  /** The same for a request that `work` makes by other means than that fetch: it begins with its permit and is over when `work` is. */
  readonly permitted: <T>(name: ProviderName, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;
  /**
   * Runs one question, whose requests share a priority (0 is the most urgent), and takes note of how it went: an error pauses the
   * provider for all workers, where it must. @throws what `work` throws, with the instant until which the provider is paused.
   */
  readonly ask: <T>(name: ProviderName, priority: number, work: () => Promise<T>) => Promise<Asked<T>>;
}

export interface Asked<T> {
  readonly value: T;
  /** Requests that left. */
  readonly sent: number;
}

export interface LimitsOptions {
  readonly store: PermitStore;
  /** How many priorities there are. */
  readonly priorities: number;
  /** A request that cannot leave within this is not waited for. */
  readonly patienceMs: number;
  /** The real one; replaceable in a test. */
  readonly fetch?: typeof fetch;
  /** Epoch milliseconds, for the instants that errors name. */
  readonly now?: () => number;
}

/** Requests that a question had sent when it failed. */
const sentBefore = new WeakMap<object, number>();
/** True when it is certain that nothing left: the question may be asked again as if it never was. */
export const nothingSent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && sentBefore.get(error) === 0;

export function createLimits({ fetch: send = fetch, now = Date.now, ...options }: LimitsOptions): Limits {
  const worker = randomUUID();
  const questions = new AsyncLocalStorage<Question>();
  const lanes = new Map<ProviderName, Lane>();
  const laneOf = (name: ProviderName): Lane => {
    let lane = lanes.get(name);
    if (lane === undefined) lanes.set(name, (lane = openLane(name, { ...options, worker, now })));
    return lane;
  };

  const permitted = async <T>(name: ProviderName, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> => {
    const lane = laneOf(name);
    // A request outside of any question is one of its own, of the least urgent kind.
    const question = questions.getStore() ?? { id: randomUUID(), priority: options.priorities - 1, sent: 0 };
    const permit = await lane.permit(question, signal);
    const leftMs = performance.now();
    question.sent += 1;
    let answered = false;
    try {
      const response = await work();
      answered = true;
      return response;
    } finally {
      const lateMs = Math.max(0, leftMs - permit.earliestMs);
      lane.end({ id: permit.id, lateMs, tookMs: performance.now() - leftMs, answered });
    }
  };

  return {
    permitted,
    fetchFor: (name) => (input, init) => permitted(name, init?.signal ?? null, () => send(input, init)),
    async ask(name, priority, work) {
      const lane = laneOf(name);
      const question: Question = { id: randomUUID(), priority, sent: 0 };
      try {
        const value = await questions.run(question, work);
        await lane.wentWell(question);
        return { value, sent: question.sent };
      } catch (error) {
        const told = await lane.wentWrong(question, error);
        if (typeof told === 'object' && told !== null) sentBefore.set(told, question.sent);
        throw told;
      }
    },
  };
}

// Every request to an outside service goes through here: one permit each, from a store that all workers share. What a client gets is a
// `fetch` that waits for its permit a moment, and says no when that would be longer: a full window, a pause or a spent budget must not
// hold up a worker.
//
// Words: a lane is the line of one process for one credential; a question is one call of a client, which may take several requests.

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { ProviderName } from '../domain/providers.ts';
import type { EndedPermit, PermitAnswer, PermitNote, PermitRequest } from '../domain/permits.ts';
import { ProviderError } from './provider.ts';

/** Where permits come from: Postgres, shared by all workers. */
export interface PermitStore {
  take(request: PermitRequest): Promise<PermitAnswer>;
  /** @returns for how long the service is not to be asked, null when it may be. */
  note(note: PermitNote): Promise<number | null>;
}

export interface Limits {
  /** One permit a request. Rejects with `NotNow` when there is none soon. */
  readonly fetchFor: (name: ProviderName) => typeof fetch;
  /** The same for a request that `work` makes by other means than that fetch: it begins with its permit and is over when `work` is. */
  readonly permitted: <T>(name: ProviderName, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;
  /**
   * Runs one question, whose requests share a priority (0 is the most urgent), and takes note of how it went: an error pauses the
   * service for all workers, where it must. @throws what `work` throws, with the instant until which the service is paused.
   */
  readonly ask: <T>(name: ProviderName, priority: number, work: () => Promise<T>) => Promise<Asked<T>>;
}

export interface Asked<T> {
  readonly value: T;
  /** Requests that left. */
  readonly sent: number;
}

/** We do not ask just now: nothing was sent. */
export class NotNow extends ProviderError {}

/** Requests that a question had sent when it failed. */
const sentBefore = new WeakMap<object, number>();
/** True when it is certain that nothing left: the question may be asked again as if it never was. */
export const nothingSent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && sentBefore.get(error) === 0;

interface Question {
  readonly id: string;
  readonly priority: number;
  sent: number;
}

interface Waiter {
  readonly question: Question;
  readonly sinceMs: number;
  readonly go: (permit: Permit) => void;
  readonly fail: (error: unknown) => void;
  gone: boolean;
}

interface Permit {
  readonly id: number;
  /** The earliest that its instant may have been, on this process's clock. */
  readonly earliestMs: number;
}

export interface LimitsOptions {
  readonly store: PermitStore;
  /** How many priorities there are. */
  readonly priorities: number;
  /** A request that cannot leave within this is not waited for. */
  readonly patienceMs: number;
  /** The real one; replaceable in a test. */
  readonly fetch?: typeof fetch;
  readonly worker?: string;
  /** Epoch milliseconds, for the instants that errors name. */
  readonly now?: () => number;
}

/** Taken later than this, a permit is given back: its request might arrive after its place was given away. */
const latestMs = 2_000;
/** Successes of a service that is well are told this often, for people to see. */
const okEveryMs = 10_000;

export function createLimits(options: LimitsOptions): Limits {
  const worker = options.worker ?? randomUUID();
  const send = options.fetch ?? fetch;
  const questions = new AsyncLocalStorage<Question>();
  const lanes = new Map<ProviderName, Lane>();
  const laneOf = (name: ProviderName): Lane => {
    let lane = lanes.get(name);
    if (lane === undefined) lanes.set(name, (lane = openLane(name, { ...options, worker })));
    return lane;
  };
  const permitted = async <T>(name: ProviderName, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> => {
    const lane = laneOf(name);
    // A request outside of any question is one of its own, of the least urgent kind.
    const question = questions.getStore() ?? { id: randomUUID(), priority: options.priorities - 1, sent: 0 };
    const permit = await lane.permit(question, signal);
    const leftMs = performance.now();
    question.sent += 1;
    const end = (answered: boolean): void => {
      const lateMs = Math.max(0, leftMs - permit.earliestMs);
      lane.end({ id: permit.id, lateMs, tookMs: performance.now() - leftMs, answered });
    };
    try {
      const response = await work();
      end(true);
      return response;
    } catch (error) {
      end(false);
      throw error;
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

interface Lane {
  readonly permit: (question: Question, signal: AbortSignal | null) => Promise<Permit>;
  readonly end: (end: EndedPermit) => void;
  readonly wentWell: (question: Question) => Promise<void>;
  /** @returns the error to throw. */
  readonly wentWrong: (question: Question, error: unknown) => Promise<unknown>;
}

function openLane(name: ProviderName, options: LimitsOptions & { readonly worker: string }): Lane {
  const { store, worker, priorities, patienceMs } = options;
  const now = options.now ?? Date.now;
  let waiting: Waiter[] = [];
  let ended: EndedPermit[] = [];
  let pumping = false;
  let poke: (() => void) | null = null;
  let troubled = false;
  let probe: string | null = null;
  let lastOkMs = -Infinity;

  const count = (among: readonly Waiter[]): number[] => {
    const counts = Array.from({ length: priorities }, () => 0);
    for (const { question } of among) counts[question.priority]! += 1;
    return counts;
  };
  /** Most urgent first, and the question that is the probe before all; else as they came. */
  const inOrder = (among: readonly Waiter[]): Waiter[] =>
    among.toSorted(
      (a, b) =>
        Number(b.question.id === probe) - Number(a.question.id === probe) || a.question.priority - b.question.priority,
    );

  const pump = async (): Promise<void> => {
    if (pumping) {
      poke?.();
      return;
    }
    pumping = true;
    try {
      while (waiting.length > 0 || ended.length > 0) await turn();
    } finally {
      pumping = false;
    }
  };

  /** One round trip: reports what ended, takes what there is. */
  const turn = async (): Promise<void> => {
    const line = inOrder(waiting.filter((waiter) => !waiter.gone));
    const nowMs = performance.now();
    const leaving = line.filter((waiter) => nowMs - waiter.sinceMs >= patienceMs);
    const staying = line.filter((waiter) => !leaving.includes(waiter));
    const reporting = ended;
    ended = [];
    let answer: PermitAnswer;
    const sentMs = performance.now();
    try {
      answer = await store.take({
        provider: name,
        worker,
        asker: line[0]?.question.id ?? '',
        wanted: count(staying),
        leaving: count(leaving),
        ended: reporting,
      });
    } catch (error) {
      // Our own store is away. Who waits is told so; what ended is told again with the next turn.
      ended = [...reporting, ...ended];
      waiting = waiting.filter((waiter) => !line.includes(waiter));
      for (const waiter of line) waiter.fail(error);
      if (waiting.length === 0) await interruptible(1_000);
      return;
    }
    const receivedMs = performance.now();
    troubled = answer.troubled;
    const served = new Set<Waiter>();
    for (const permit of answer.permits) {
      const waiter = staying.find((one) => !served.has(one) && !one.gone && one.question.priority === permit.priority);
      if (waiter === undefined) {
        ended.push({ id: permit.id, unused: true });
        continue;
      }
      served.add(waiter);
      if (answer.halfOpen) probe = waiter.question.id;
      depart(waiter, permit, sentMs, receivedMs);
    }
    const comeBack = answer.comeBackMs.map((times) => [...times]);
    const sendAway = [...leaving, ...staying].filter((waiter) => !served.has(waiter));
    for (const waiter of sendAway) {
      const inMs = comeBack[waiter.question.priority]?.shift();
      if (inMs === undefined) continue;
      served.add(waiter);
      waiter.fail(notNow(name, answer, now() + inMs));
    }
    waiting = waiting.filter((waiter) => !served.has(waiter) && !waiter.gone);
    if (waiting.length > 0) await interruptible(answer.nextMs ?? 0);
  };

  /** Lets a request go at its permit's instant, never before it. */
  const depart = (
    waiter: Waiter,
    permit: { readonly id: number; readonly inMs: number },
    sentMs: number,
    receivedMs: number,
  ): void => {
    const leave = (): void => {
      // Timers may fire a little early.
      const earlyMs = receivedMs + permit.inMs - performance.now();
      if (earlyMs > 0) {
        setTimeout(leave, Math.ceil(earlyMs));
        return;
      }
      // The store's clock read some moment between asking and hearing from it.
      const earliestMs = sentMs + permit.inMs;
      if (!waiter.gone && performance.now() - earliestMs <= latestMs) {
        waiter.go({ id: permit.id, earliestMs });
        return;
      }
      ended.push({ id: permit.id, unused: true });
      if (!waiter.gone) waiting.push(waiter);
      start();
    };
    leave();
  };

  /** Waits, but not longer than until something happens; never so short that the store is asked all the time. */
  const interruptible = async (ms: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(ms, 5));
      poke = () => {
        clearTimeout(timer);
        // What happens within a few milliseconds is told in one go.
        setTimeout(resolve, 10);
      };
    });
    poke = null;
  };

  const start = (): void => {
    // Nobody awaits the pump: it rejects nobody but those who wait, each by itself.
    void pump();
  };

  return {
    permit: (question, signal) =>
      new Promise<Permit>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
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
        const abort = (): void => {
          waiter.gone = true;
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', abort, { once: true });
        waiting.push(waiter);
        start();
      }),
    end: (end) => {
      ended.push(end);
      start();
    },
    async wentWell(question) {
      if (question.sent === 0) return;
      if (!troubled && performance.now() - lastOkMs < okEveryMs) return;
      lastOkMs = performance.now();
      await store.note({ provider: name, asker: question.id, kind: 'ok', message: '', inMs: null });
      if (probe === question.id) probe = null;
    },
    async wentWrong(question, error) {
      if (!(error instanceof ProviderError) || error instanceof NotNow) return error;
      // A request that can never succeed was answered: the service is well.
      if (error.kind === 'refused') {
        await this.wentWell(question);
        return error;
      }
      lastOkMs = -Infinity;
      troubled = true;
      const message = error.message.replace(`${name}: `, '');
      const pausedMs = await store.note({
        provider: name,
        asker: question.id,
        kind: error.kind,
        message,
        inMs: error.untilMs === null ? null : Math.max(0, error.untilMs - now()),
      });
      if (probe === question.id) probe = null;
      if (pausedMs === null) return error;
      return new ProviderError(name, error.kind, message, {
        status: error.status,
        untilMs: Math.max(error.untilMs ?? 0, now() + pausedMs),
        cause: error.cause,
      });
    },
  };
}

function notNow(name: ProviderName, answer: PermitAnswer, untilMs: number): NotNow {
  if (answer.spent !== null) {
    const { calls, money } = answer.spent;
    const sum = money > 0 ? ` and ${money} spent` : '';
    return new NotNow(name, 'quota_exhausted', `its budget for today is spent (${calls} calls${sum})`, { untilMs });
  }
  if (answer.paused !== null) return new NotNow(name, 'rate_limited', `paused: ${answer.paused.why}`, { untilMs });
  return new NotNow(name, 'rate_limited', 'as many requests as it allows are under way', { untilMs });
}

// The way of one process to one provider: requests wait in its line, the store of permits is asked in turns, and each request leaves at its
// permit's instant or is told when to come back. What came of the questions is told to the store, which pauses the provider where it must.

import type { EndedPermit, PermitAnswer, PermitNote, PermitRequest } from '../domain/permits.ts';
import type { ProviderName } from '../domain/providers.ts';
import { countByPriority, createLine, waitIn, type Permit, type Question, type Waiter } from './line.ts';
import { ProviderError } from './provider.ts';
import { createPump } from './pump.ts';

/** Where permits come from: Postgres, shared by all workers. */
export interface PermitStore {
  take(request: PermitRequest): Promise<PermitAnswer>;
  /** @returns for how long the provider is not to be asked, null when it may be. */
  note(note: PermitNote): Promise<number | null>;
}

/** We do not ask just now: nothing was sent. */
export class NotNow extends ProviderError {}

export interface LaneOptions {
  readonly store: PermitStore;
  readonly worker: string;
  /** How many priorities there are. */
  readonly priorities: number;
  /** A request that cannot leave within this is not waited for. */
  readonly patienceMs: number;
  /** Epoch milliseconds, for the instants that errors name. */
  readonly now: () => number;
}

export interface Lane {
  /** Rejects with `NotNow` when there is none soon. */
  readonly permit: (question: Question, signal: AbortSignal | null) => Promise<Permit>;
  readonly end: (end: EndedPermit) => void;
  readonly wentWell: (question: Question) => Promise<void>;
  /** @returns the error to throw. */
  readonly wentWrong: (question: Question, error: unknown) => Promise<unknown>;
}

type Taken = PermitAnswer['permits'][number];

/** Taken later than this, a permit is given back: its request might arrive after its place was given away. */
const latestMs = 2_000;
/** Successes of a provider that is well are told this often, for people to see. */
const okEveryMs = 10_000;
/** How long the store is left alone when it cannot be asked and nobody waits. */
const storeAwayMs = 1_000;

export function openLane(name: ProviderName, options: LaneOptions): Lane {
  const { store, worker, priorities, patienceMs, now } = options;
  const line = createLine();
  let ended: EndedPermit[] = [];
  let isTroubled = false;
  /** The question whose answer decides whether a paused provider is asked again. */
  let probe: string | null = null;
  let lastOkMs = -Infinity;

  /** One round trip: reports what ended, takes what there is. */
  const turn = async (): Promise<number | null> => {
    const waiting = line.inOrder(probe);
    const nowMs = performance.now();
    const leaving = waiting.filter(({ sinceMs }) => nowMs - sinceMs >= patienceMs);
    const staying = waiting.filter((waiter) => !leaving.includes(waiter));
    const reporting = ended;
    ended = [];
    const sentMs = performance.now();
    let answer: PermitAnswer;
    try {
      answer = await store.take({
        provider: name,
        worker,
        asker: waiting[0]?.question.id ?? '',
        wanted: countByPriority(staying, priorities),
        leaving: countByPriority(leaving, priorities),
        ended: reporting,
      });
    } catch (error) {
      // Our own store is away. Who waits is told so; what ended is told again with the next turn.
      ended = [...reporting, ...ended];
      line.remove(new Set(waiting));
      for (const waiter of waiting) waiter.fail(error);
      return line.isEmpty() ? storeAwayMs : null;
    }
    const receivedMs = performance.now();
    isTroubled = answer.troubled;
    const served = assign(staying, answer);
    const sentAway = sendAway([...leaving, ...staying], served, answer);
    // Before any of them goes: one whose permit has come too late stands in line again.
    line.remove(new Set([...served.keys(), ...sentAway]));
    // The store's clock read some moment between asking and hearing from it.
    for (const [waiter, { id, inMs }] of served) depart(waiter, { id, earliestMs: sentMs + inMs }, receivedMs + inMs);
    return line.isEmpty() ? null : (answer.nextMs ?? 0);
  };
  const pump = createPump(() => !line.isEmpty() || ended.length > 0, turn);

  /** Gives each permit to whom it was taken for. */
  const assign = (staying: readonly Waiter[], answer: PermitAnswer): ReadonlyMap<Waiter, Taken> => {
    const served = new Map<Waiter, Taken>();
    for (const permit of answer.permits) {
      const waiter = staying.find((one) => !served.has(one) && !one.gone && one.question.priority === permit.priority);
      if (waiter === undefined) {
        ended.push({ id: permit.id, unused: true });
        continue;
      }
      served.set(waiter, permit);
      if (answer.halfOpen) probe = waiter.question.id;
    }
    return served;
  };

  /** Lets a request go at its permit's instant, never before it. */
  const depart = (waiter: Waiter, permit: Permit, atMs: number): void => {
    // Timers may fire a little early.
    const earlyMs = atMs - performance.now();
    if (earlyMs > 0) {
      setTimeout(() => depart(waiter, permit, atMs), Math.ceil(earlyMs));
      return;
    }
    if (!waiter.gone && performance.now() - permit.earliestMs <= latestMs) {
      waiter.go(permit);
      return;
    }
    ended.push({ id: permit.id, unused: true });
    if (!waiter.gone) line.add(waiter);
    pump.start();
  };

  /** Tells those for whom the store named a time when to come back. */
  const sendAway = (
    waiters: readonly Waiter[],
    served: ReadonlyMap<Waiter, Taken>,
    answer: PermitAnswer,
  ): readonly Waiter[] => {
    const comeBackMs = answer.comeBackMs.map((times) => [...times]);
    return waiters.filter((waiter) => {
      if (served.has(waiter)) return false;
      const inMs = comeBackMs[waiter.question.priority]?.shift();
      if (inMs === undefined) return false;
      waiter.fail(notNow(name, answer, now() + inMs));
      return true;
    });
  };

  const wentWell = async (question: Question): Promise<void> => {
    if (question.sent === 0) return;
    if (!isTroubled && performance.now() - lastOkMs < okEveryMs) return;
    lastOkMs = performance.now();
    await store.note({ provider: name, asker: question.id, kind: 'ok', message: '', inMs: null });
    if (probe === question.id) probe = null;
  };

  return {
    permit: (question, signal) => {
      const permit = waitIn(line, question, signal);
      pump.start();
      return permit;
    },
    end: (end) => {
      ended.push(end);
      pump.start();
    },
    wentWell,
    async wentWrong(question, error) {
      if (!(error instanceof ProviderError) || error instanceof NotNow) return error;
      // A request that can never succeed was answered: the provider is well.
      if (error.kind === 'refused') {
        await wentWell(question);
        return error;
      }
      lastOkMs = -Infinity;
      isTroubled = true;
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

function notNow(name: ProviderName, { spent, paused }: PermitAnswer, untilMs: number): NotNow {
  if (spent !== null) {
    const sum = spent.money > 0 ? ` and ${spent.money} spent` : '';
    const message = `its budget for today is spent (${spent.calls} calls${sum})`;
    return new NotNow(name, 'quota_exhausted', message, { untilMs });
  }
  if (paused !== null) return new NotNow(name, 'rate_limited', `paused: ${paused.why}`, { untilMs });
  return new NotNow(name, 'rate_limited', 'as many requests as it allows are under way', { untilMs });
}

// One question to an outside service: today's answer if there is one, else asked within limits and budget, and kept.

import { beginAsking, keepAnswer, readAnswer, withdrawAsking, type Question } from '../../store/providers/answers.ts';
import type { Queryable } from '../../store/database.ts';
import type { JsonColumn } from '../../store/json/column.ts';
import { requestPriorities, type RequestPriority } from '../../domain/asking.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { NotNow, nothingSent, type Limits } from '../../providers/limits.ts';
import { ProviderError, type Answered } from '../../providers/provider.ts';

export interface Asking {
  readonly provider: ProviderName;
  /** Normalised: the same question always reads the same. */
  readonly query: string;
  readonly priority: RequestPriority;
  /** Each call costs money: asked at most once a day, whatever happens. */
  readonly paid: boolean;
  /** An answer from earlier today will not do. A paid one always does. */
  readonly fresh: boolean;
}

/** Longer than a paid question takes: who finds it unanswered after this knows that the answer was lost. */
const answerWithinMs = 120_000;

/**
 * @returns the answer, as JSON keeps it. @throws ProviderError, also for a paid question whose answer was lost earlier today: it
 * cannot be told whether it was charged, so it is not asked again before tomorrow.
 */
export async function askOnce<T>(
  { database, limits, now }: { readonly database: Queryable; readonly limits: Limits; readonly now: () => number },
  asking: Asking,
  column: JsonColumn<T>,
  work: () => Promise<Answered<T>>,
): Promise<{ readonly value: T; readonly rawHash: string }> {
  const { provider, query, paid } = asking;
  const question: Question = { provider, query, day: new Date(now()).toISOString().slice(0, 10) };
  if (paid) {
    const beginning = await beginAsking(database, question, column);
    if (beginning.kind === 'answered') return beginning.answer;
    if (beginning.kind === 'asked') throw notAgain(asking, question, beginning.at.getTime(), now());
  } else if (!asking.fresh) {
    const kept = await readAnswer(database, question, column);
    if (kept !== null) return kept;
  }
  try {
    const { value } = await limits.ask(provider, requestPriorities.indexOf(asking.priority), work);
    await keepAnswer(database, question, value, column);
    return value;
  } catch (error) {
    if (!paid) throw error;
    if (wasNotCharged(error)) {
      await withdrawAsking(database, question);
      throw error;
    }
    if (!(error instanceof ProviderError)) throw error;
    const reason = error.message.replace(`${provider}: `, '');
    throw new ProviderError(provider, error.kind, `${reason}; it is not paid for twice in a day`, {
      status: error.status,
      untilMs: tomorrow(question),
      cause: error.cause,
    });
  }
}

/** A service that says why it does not answer has not charged for it; after silence or nonsense nobody knows. */
const wasNotCharged = (error: unknown): boolean =>
  nothingSent(error) || (error instanceof ProviderError && error.kind !== 'unavailable' && error.kind !== 'malformed');

function notAgain({ provider }: Asking, question: Question, askedMs: number, nowMs: number): NotNow {
  const lostMs = askedMs + answerWithinMs;
  return nowMs < lostMs
    ? new NotNow(provider, 'unavailable', 'the same audio is being asked about just now', { untilMs: lostMs })
    : new NotNow(provider, 'unavailable', 'was asked today and the answer was lost; it is not paid for twice', {
        untilMs: tomorrow(question),
      });
}

const tomorrow = ({ day }: Question): number => Date.parse(`${day}T00:00:00Z`) + 86_400_000;

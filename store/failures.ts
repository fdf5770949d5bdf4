// What a failed statement means, and writes of values that come from outside.
//
// A statement fails for one of three reasons. The database refuses this value: it always will, so the value is put aside with the reason, and the
// rest goes on. The database is away: whoever writes tries again, for as long as it takes. Anything else is a fault of ours, which is thrown.

export type Failure =
  /** This value can never be written. `reason` is a sentence for people. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No answer, or not just now: the same statement may well succeed later. */
  | { readonly kind: 'away'; readonly reason: string }
  /** Two transactions were in each other's way: the same work may well succeed at once. */
  | { readonly kind: 'collided'; readonly reason: string }
  /** Our statement, our schema or our code is wrong. */
  | { readonly kind: 'fault'; readonly reason: string };

/** What an error that a statement or a transaction threw says. Total: what is no database error at all is a fault. */
export function failureOf(error: unknown): Failure {
  const reason = messageOf(error);
  const state = sqlStateOf(error);
  if (state === null) return isLostConnection(error) ? { kind: 'away', reason } : { kind: 'fault', reason };
  // 23505: two have written the same at once. Who comes second finds it there.
  if (/^(?:40|23505)/.test(state)) return { kind: 'collided', reason };
  // 08 connection, 53 resources (disk full, too many connections), 57P server goes down or comes up, 58 its disk, 55P03 a lock that was not waited
  // for, 25006 a replica that was asked before the address pointed to its successor. A statement that took too long (57014) is none of these: it
  // would take too long again.
  if (/^(?:08|53|57P|58|55P03|25006)/.test(state)) return { kind: 'away', reason };
  // 21 a statement that meets a row twice, 22 data, 23 constraints, 54 limits of the program (the row of an index, a nesting).
  if (/^(?:21|22|23|54)/.test(state)) return { kind: 'refused', reason: refusalOf(error as PostgresError) };
  return { kind: 'fault', reason };
}

/** True for a database that does not answer: no fault of what was asked of it. */
export const isAway = (error: unknown): boolean => databaseTrouble(error) === 'away';

/** Which of the three it is, for whoever only passes it on; null for what is no error of the database. */
export function databaseTrouble(error: unknown): 'away' | 'refused' | 'fault' | null {
  if (sqlStateOf(error) === null && !isLostConnection(error)) return null;
  const { kind } = failureOf(error);
  return kind === 'collided' ? 'away' : kind;
}

interface PostgresError extends Error {
  readonly code: string;
  readonly detail?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

function sqlStateOf(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Errors of the socket, and of node-postgres, which gives its own no code. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof DatabaseAway) return true;
  const { code, message, cause } = (error ?? {}) as { code?: unknown; message?: unknown; cause?: unknown };
  return (
    (typeof code === 'string' &&
      /^(?:ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/.test(code)) ||
    (typeof message === 'string' &&
      /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/.test(
        message,
      )) ||
    (cause !== undefined && cause !== null && isLostConnection(cause))
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);

/** Postgres says what is wrong in words that a person can read; where it does not say of what, its column or rule does. */
function refusalOf({ message, detail, table, column, constraint }: PostgresError): string {
  const said = [message.slice(0, 250), ...(detail === undefined ? [] : [detail.slice(0, 250)])].join('. ');
  const where = [table, column, constraint].filter((part) => part !== undefined && !said.includes(part));
  return `the database refuses it: ${said}${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
}

/** What became of writing something that came from outside. */
export type Written<T> =
  | { readonly kind: 'written'; readonly value: T }
  /** It can never be written; why, for a person. Nothing of it was. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Our database does not answer. Try again without end: nothing is wrong with what was to be written. */
  | { readonly kind: 'away'; readonly reason: string };

/** Times that work which collided with another transaction is done anew at once. */
const mostCollisions = 5;

/**
 * Does work that writes what came from outside, with every outcome in the answer. It may run several times: whatever it writes is written in one
 * transaction, and what it does besides must stand repetition. @throws what is a fault of ours.
 */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Written<T>> {
  for (let collisions = 1; ; collisions += 1) {
    try {
      return { kind: 'written', value: await work() };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'fault') throw error;
      if (failure.kind !== 'collided') return failure;
      if (collisions === mostCollisions)
        // Still there when nobody else can be writing: the value itself is what is there already.
        return sqlStateOf(error) === '23505'
          ? { kind: 'refused', reason: refusalOf(error as PostgresError) }
          : { kind: 'away', reason: failure.reason };
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** collisions));
    }
  }
}

/** Our database did not answer. Not a fault: whoever called tries again, without end. */
export class DatabaseAway extends Error {
  constructor(reason: string) {
    super(`the database does not answer: ${reason}`);
    this.name = 'DatabaseAway';
  }
}

/** The outcome for a caller that can do nothing but wait. @throws DatabaseAway */
export function unlessAway<T>(written: Written<T>): Exclude<Written<T>, { readonly kind: 'away' }> {
  if (written.kind === 'away') throw new DatabaseAway(written.reason);
  return written;
}

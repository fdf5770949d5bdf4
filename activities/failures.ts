// The only place that builds ApplicationFailure: what a use case throws becomes what the server tries again, and for how long (docs/errors.md).

import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ProviderErrorKind } from '../providers/provider.ts';
import { databaseTrouble } from '../store/failures.ts';
import { NotFound, TryAgain } from '../usecases/failures.ts';

const types: Readonly<Record<ProviderErrorKind, string>> = {
  rate_limited: 'RateLimited',
  quota_exhausted: 'QuotaExhausted',
  unavailable: 'ServiceUnavailable',
  credentials_rejected: 'CredentialsRejected',
  malformed: 'MalformedResponse',
  refused: 'Refused',
};

/**
 * A fault of ours, and a value that the database refuses, are tried so often: what a newer worker may have mended, or a race, is over by then, and a
 * person's word for the same sound has not waited longer than a second or two.
 */
export const mostTriesOfFaults = 3;

/** What to throw in the place of `error`, in an activity's try number `attempt`. */
export function asFailure(error: unknown, attempt: number): unknown {
  if (error instanceof NotFound)
    return ApplicationFailure.create({ message: error.message, type: 'NotFound', nonRetryable: true, cause: error });
  if (error instanceof TryAgain)
    return ApplicationFailure.create({
      message: error.message,
      type: types[error.kind],
      // Expected: it does not page anybody.
      category: ApplicationFailureCategory.BENIGN,
      // Not sooner than a second: what is free at that instant goes to whoever is there.
      ...(error.inMs === null ? {} : { nextRetryDelay: Math.max(1_000, Math.round(error.inMs)) }),
    });
  const trouble = databaseTrouble(error);
  if (trouble === 'away') return error;
  if (trouble !== null || isFault(error))
    return ApplicationFailure.create({
      message: error instanceof Error ? error.message : String(error),
      type: trouble === 'refused' ? 'ValueRefused' : 'Fault',
      nonRetryable: attempt >= mostTriesOfFaults,
      ...(error instanceof Error ? { cause: error } : {}),
    });
  return error;
}

/** Mistakes of the program, whatever the input was: they do not go away by being repeated. */
const isFault = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof SyntaxError ||
  error instanceof ReferenceError;

// The only place that builds ApplicationFailure. Expected trouble is marked benign, so that it does not page anybody.

import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ProviderErrorKind } from '../providers/provider.ts';

/** Nothing that a retry could mend: the workflow was started with something that does not exist. */
export const notFound = (what: string): ApplicationFailure =>
  ApplicationFailure.create({ message: what, type: 'NotFound', nonRetryable: true });

const types: Readonly<Record<ProviderErrorKind, string>> = {
  rate_limited: 'RateLimited',
  quota_exhausted: 'QuotaExhausted',
  unavailable: 'ServiceUnavailable',
  credentials_rejected: 'CredentialsRejected',
  malformed: 'MalformedResponse',
  refused: 'Refused',
};

/** An outside service is in short trouble, or has no place free just now: the server asks again, no worker waits. */
export const retrySoon = (kind: ProviderErrorKind, message: string, inMs: number | null): ApplicationFailure =>
  ApplicationFailure.create({
    message,
    type: types[kind],
    category: ApplicationFailureCategory.BENIGN,
    // Not sooner than a second: what is free at that instant goes to whoever is there.
    ...(inMs === null ? {} : { nextRetryDelay: Math.max(1_000, Math.round(inMs)) }),
  });

/** A source is in trouble: retried by the activity's policy, then evidence "unavailable". */
export const serviceUnavailable = (message: string, retryAfterMs: number | null): ApplicationFailure =>
  ApplicationFailure.create({
    message,
    type: 'ServiceUnavailable',
    category: ApplicationFailureCategory.BENIGN,
    ...(retryAfterMs === null ? {} : { nextRetryDelay: retryAfterMs }),
  });

// The only place that builds ApplicationFailure. Expected trouble is marked benign, so that it does not page anybody.

import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** Nothing that a retry could mend: the workflow was started with something that does not exist. */
export const notFound = (what: string): ApplicationFailure =>
  ApplicationFailure.create({ message: what, type: 'NotFound', nonRetryable: true });

/** A source is in trouble: retried by the activity's policy, then evidence "unavailable". */
export const serviceUnavailable = (message: string, retryAfterMs: number | null): ApplicationFailure =>
  ApplicationFailure.create({
    message,
    type: 'ServiceUnavailable',
    category: ApplicationFailureCategory.BENIGN,
    ...(retryAfterMs === null ? {} : { nextRetryDelay: retryAfterMs }),
  });

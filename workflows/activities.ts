// The activities of a sound as its workflow calls them: where each runs, for how long, and how often it is tried.

import { isCancellation, proxyActivities, proxyLocalActivities, TemporalFailure } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { taskQueues } from '../domain/naming.ts';
import { oneAtATime } from './oneAtATime.ts';

// Rows in Postgres, answered in milliseconds. A database that is away is waited for without end: a restart must not fail a sound. What it refuses, and
// what is a fault of ours, ends after three tries (activities/failures.ts): a person's word for the same sound stands behind it in the file.
export const rows = oneAtATime(
  proxyLocalActivities<
    Pick<
      Activities,
      | 'loadSound'
      | 'recordPersonDecision'
      | 'recordPrerelease'
      | 'matchMetadata'
      | 'noteUnavailable'
      | 'noteTrouble'
      | 'concludeAttempt'
      | 'planTurn'
      | 'skipTurn'
      | 'expireSound'
    >
  >({
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '20 seconds' },
  }),
);

// A fetch has its own limit of 60 s; two tries cover a dropped connection, longer trouble belongs to the loop's schedule.
// Eight attempts are more than a minute: time for our own database, or a worker, to be started again. A stranger's server is given
// up sooner, by the activity itself.
export const { fetchSound } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { maximumAttempts: 8, maximumInterval: '20 seconds' },
});

// One decode at a time is slow but finite; a silent worker should lose the task in half a minute, not in ten.
// Previews are fetched and decoded like sounds: three at most, half a minute each.
export const { matchAudio, indexPrerelease, takePreviews } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { maximumAttempts: 8, maximumInterval: '20 seconds' },
});

// A few requests, each given up after half a minute. Short trouble and a full window are retried by the server, at the instant that
// the failure names; longer ones come back as evidence.
export const { askCatalogue } = proxyActivities<Activities>({
  taskQueue: taskQueues.catalogues,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '1 minute',
  retry: { maximumAttempts: 8, maximumInterval: '1 minute' },
});

// Decodes, then makes up to four calls. Paid: what fails for long is not tried again here, and never paid for twice.
export const { askRecogniser } = proxyActivities<Activities>({
  taskQueue: taskQueues.recognisers,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: { maximumAttempts: 8, maximumInterval: '1 minute' },
});

/**
 * An activity failed for good. Regular ones come wrapped (`ActivityFailure`), local ones as what was thrown (SDK 1.24), so that the class that they share
 * is asked for; a cancellation is none.
 */
export const hasFailed = (error: unknown): error is TemporalFailure =>
  error instanceof TemporalFailure && !isCancellation(error);

/** Why, in the words of whoever threw it. */
export const reasonOf = (failure: TemporalFailure): string => failure.cause?.message ?? failure.message;

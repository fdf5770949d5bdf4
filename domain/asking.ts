// Asking outside services: who first, and what an attempt wants to know next.

import type { ProviderName } from './providers.ts';

/**
 * Most urgent first. urgent: a person waits, or something happened that may answer a sound · new: a sound's first attempt ·
 * retry: a later one · backlog: the first attempt within a bulk run.
 */
export const requestPriorities = ['urgent', 'new', 'retry', 'backlog'] as const;
export type RequestPriority = (typeof requestPriorities)[number];

/** What would help an attempt that is not sure yet. */
export interface NextQuestion {
  readonly provider: ProviderName;
  readonly kind: 'catalogue' | 'recogniser';
  /** An answer from earlier today will not do. */
  readonly fresh: boolean;
}

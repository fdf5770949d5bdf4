// Asking outside services: who first, and what an attempt wants to know next.

import type { RecordingId } from './naming.ts';
import type { CatalogueName, ProviderName } from './providers.ts';

/**
 * Most urgent first. urgent: a person waits, or something happened that may answer a sound · new: a sound's first attempt ·
 * retry: a later one · backlog: the first attempt within a bulk run.
 */
export const requestPriorities = ['urgent', 'new', 'retry', 'backlog'] as const;
export type RequestPriority = (typeof requestPriorities)[number];

/** What would help an attempt that is not sure yet. */
export type NextQuestion =
  | {
      readonly provider: ProviderName;
      readonly kind: 'catalogue' | 'recogniser';
      /** An answer from earlier today will not do. */
      readonly fresh: boolean;
    }
  /** What the previews of these recordings sound like, of which there is no audio; the likeliest first. */
  | {
      readonly provider: CatalogueName;
      readonly kind: 'preview';
      readonly recordingIds: readonly RecordingId[];
    };

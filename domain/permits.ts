// Permits to ask outside services, one a request: what the processes that ask and the store that counts say to each other.

import type { ProviderName } from './providers.ts';

/** A process asks for permits and reports those that ended. */
export interface PermitRequest {
  readonly provider: ProviderName;
  /** Which process. */
  readonly worker: string;
  /** The question that a probe would be, when the service is half open. */
  readonly asker: string;
  /** Requests that wait, by priority. */
  readonly wanted: readonly number[];
  /** Requests that will not wait any longer, by priority: they are told when to come back. */
  readonly leaving: readonly number[];
  readonly ended: readonly EndedPermit[];
}

export type EndedPermit =
  | {
      readonly id: number;
      /** How long after its instant the request left, at most. */
      readonly lateMs: number;
      /** From then to the answer, or to its failure. */
      readonly tookMs: number;
      readonly answered: boolean;
    }
  /** It is certain that no request left. */
  | { readonly id: number; readonly unused: true };

export interface PermitAnswer {
  readonly permits: readonly { readonly id: number; readonly inMs: number; readonly priority: number }[];
  /** For those leaving, and for all that wait when nothing can be had soon: when to come back, by priority. */
  readonly comeBackMs: readonly (readonly number[])[];
  /** When asking again may help those who still wait. */
  readonly nextMs: number | null;
  readonly paused: { readonly inMs: number; readonly why: string } | null;
  readonly spent: { readonly inMs: number; readonly calls: number; readonly money: number } | null;
  readonly halfOpen: boolean;
  /** It failed of late: a success is worth telling. */
  readonly troubled: boolean;
}

/** How a question went. */
export interface PermitNote {
  readonly provider: ProviderName;
  /** The question, to know a probe's answer. */
  readonly asker: string;
  /** `ok`, or the kind of a ProviderError. */
  readonly kind: string;
  readonly message: string;
  /** In how long the service said that it may be asked again. */
  readonly inMs: number | null;
}

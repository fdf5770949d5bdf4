// The outside services as an attempt uses them: who is on, and within what limits they are asked.

import type { ProviderName } from '../domain/providers.ts';
import type { Limits } from './limits.ts';
import type { CatalogueProvider, Recogniser } from './provider.ts';

export interface ProviderDesk {
  /** Those that are on, in the order in which they are asked. */
  readonly catalogues: readonly CatalogueProvider[];
  readonly recognisers: readonly Recogniser[];
  readonly limits: Limits;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A call costs money. */
  readonly isPaid: (name: ProviderName) => boolean;
}

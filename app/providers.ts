// The outside services that the settings switch on, with limits that all workers share through the database.

import { noteProvider, patienceMs, takePermits } from '../store/providers/limits.ts';
import type { Queryable } from '../store/database.ts';
import { requestPriorities } from '../domain/asking.ts';
import type { Config } from '../platform/config/index.ts';
import type { ProviderDesk } from '../providers/desk.ts';
import { createProviders, type ProviderState } from '../providers/index.ts';
import { createLimits, type PermitStore } from '../providers/limits.ts';
import { credentialOf, isPaid, termsOf } from '../providers/terms.ts';

/** Permits from the database. `simulatedMs` stands for the database's clock in tests. */
export const permitStore = (database: Queryable, config: Config, simulatedMs?: () => Promise<number>): PermitStore => ({
  take: async (request) =>
    takePermits(
      database,
      {
        ...request,
        credential: credentialOf(config, request.provider),
        terms: termsOf(config, request.provider),
      },
      simulatedMs === undefined ? null : await simulatedMs(),
    ),
  note: async (note) =>
    noteProvider(
      database,
      { ...note, credential: credentialOf(config, note.provider) },
      simulatedMs === undefined ? null : await simulatedMs(),
    ),
});

/** @returns the services with why the others are off; what is on is asked through the limits. */
export function openProviders(
  config: Config,
  database: Queryable,
  more: { readonly store?: PermitStore; readonly now?: () => number } = {},
): ProviderDesk & { readonly states: readonly ProviderState[] } {
  const now = more.now ?? Date.now;
  const limits = createLimits({
    store: more.store ?? permitStore(database, config),
    priorities: requestPriorities.length,
    patienceMs,
    now,
  });
  const { catalogues, recognisers, states } = createProviders(config, { fetchFor: limits.fetchFor, now });
  return { catalogues, recognisers, states, limits, now, isPaid: (name) => isPaid(config, name) };
}

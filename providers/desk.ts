// The providers as an attempt uses them: who is on, and within what limits they are asked.

import { serviceIdSpace, type ProviderName } from '../domain/providers.ts';
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

/** The provider whose previews are listened to. */
export interface PreviewSource {
  readonly client: CatalogueProvider & Required<Pick<CatalogueProvider, 'previewHost'>>;
  /** Its own id among those of a recording. */
  readonly idIn: (externalIds: Readonly<Record<string, readonly string[]>>) => string | null;
}

/** Null when there is none: the terms of all but one forbid it, and that one has a switch of its own. */
export function previewsFrom(desk: ProviderDesk): PreviewSource | null {
  const client = desk.catalogues.find((one): one is PreviewSource['client'] => one.previewHost !== undefined);
  if (client === undefined) return null;
  return { client, idIn: (externalIds) => externalIds[serviceIdSpace[client.name]]?.[0] ?? null };
}

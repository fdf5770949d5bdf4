// Which services are on, made from the settings; why the others are off.

import { readFileSync } from 'node:fs';
import type { ProviderName } from '../domain/providers.ts';
import type { Config } from '../platform/config.ts';
import { createDeezer } from './deezer/client.ts';
import type { CatalogueProvider, ProviderPorts, Recogniser, RequestLimits } from './provider.ts';
import { createSpotify } from './spotify/client.ts';

/** What all clients are made from besides their credentials. */
export interface ProvidersPorts {
  /** The fetch of one service, which keeps its limits. */
  readonly fetchFor: (name: ProviderName) => typeof fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly limits?: RequestLimits;
}

export type ProviderState =
  | { readonly name: ProviderName; readonly on: true }
  /** `why` says what is missing and which setting adds it. */
  | { readonly name: ProviderName; readonly on: false; readonly why: string };

export interface Providers {
  readonly catalogues: readonly CatalogueProvider[];
  readonly recognisers: readonly Recogniser[];
  /** One for each service that there is a client for. */
  readonly states: readonly ProviderState[];
}

/**
 * Makes the clients of all services that the settings switch on. None is needed. Never throws: a secret that cannot be read leaves its service
 * off, with that as the reason.
 */
export function createProviders(config: Config, ports: ProvidersPorts): Providers {
  const catalogues: CatalogueProvider[] = [];
  const recognisers: Recogniser[] = [];
  const states: ProviderState[] = [];

  const add = <Client extends CatalogueProvider | Recogniser>(
    name: Client['name'],
    to: Client[],
    make: (ports: ProviderPorts) => Client,
  ): void => {
    try {
      const baseUrl = config.providerUrls[name];
      to.push(
        make({
          fetch: ports.fetchFor(name),
          now: ports.now,
          ...(baseUrl === undefined ? {} : { baseUrl }),
          ...(ports.limits === undefined ? {} : { limits: ports.limits }),
        }),
      );
      states.push({ name, on: true });
    } catch (error) {
      if (!(error instanceof Off)) throw error;
      states.push({ name, on: false, why: error.message });
    }
  };

  add('spotify', catalogues, (port) => {
    const clientId = needed(config.spotifyClientId, 'FERMATA_SPOTIFY_CLIENT_ID');
    const clientSecret = secret(
      config.spotifyClientSecret,
      config.spotifyClientSecretFile,
      'FERMATA_SPOTIFY_CLIENT_SECRET',
    );
    return createSpotify({ clientId, clientSecret }, port);
  });
  add('deezer', catalogues, (port) => {
    switchedOn(config.deezer, 'FERMATA_DEEZER', 'providers/deezer/README.md');
    return createDeezer(port);
  });

  return { catalogues, recognisers, states };
}

/** Why a service is off; caught above. */
class Off extends Error {}

function needed(value: string | null, variable: string): string {
  if (value === null || value === '') throw new Off(`${variable} is not set`);
  return value;
}

/** A secret from its variable, else from the file that its _FILE variable names. */
function secret(value: string | null, file: string | null, variable: string): string {
  if (value !== null || file === null) return needed(value, variable);
  let content: string;
  try {
    content = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new Off(`${variable}_FILE names ${file}, which cannot be read (${code})`);
  }
  if (content === '') throw new Off(`${variable}_FILE names ${file}, which is empty`);
  return content;
}

function switchedOn(on: boolean, variable: string, terms: string): void {
  if (!on) throw new Off(`${variable} is not on; it needs no key, but read its terms first: ${terms}`);
}

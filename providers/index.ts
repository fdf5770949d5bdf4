// Which providers are on, made from the settings; why the others are off.

import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ProviderName } from '../domain/providers.ts';
import type { Config } from '../platform/config/index.ts';
import { createAcoustId } from './acoustid/client.ts';
import { findFpcalc } from './acoustid/fpcalc.ts';
import { createAcrCloud } from './acrcloud/client.ts';
import { createAppleMusic } from './applemusic/client.ts';
import { readPrivateKey } from './applemusic/developerToken.ts';
import { createAudD } from './audd/client.ts';
import { createDeezer } from './deezer/client.ts';
import { createItunes } from './itunes/client.ts';
import { createMusicBrainz } from './musicbrainz/client.ts';
import type { CatalogueProvider, ProviderPorts, Recogniser, RequestLimits } from './provider.ts';
import { createSpotify } from './spotify/client.ts';

/** What all clients are made from besides their credentials. */
export interface ProvidersPorts {
  /** The fetch of one provider, which keeps its limits. */
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
  /** One for each provider that there is a client for. */
  readonly states: readonly ProviderState[];
}

/**
 * Makes the clients of all providers that the settings switch on. None is needed. Never throws: a secret that cannot be read leaves its provider
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
  add('applemusic', catalogues, (port) => {
    const keyId = needed(config.appleMusicKeyId, 'FERMATA_APPLEMUSIC_KEY_ID');
    const teamId = needed(config.appleMusicTeamId, 'FERMATA_APPLEMUSIC_TEAM_ID');
    const pem = secret(config.appleMusicPrivateKey, config.appleMusicPrivateKeyFile, 'FERMATA_APPLEMUSIC_PRIVATE_KEY');
    return createAppleMusic({ keyId, teamId, privateKey: privateKey(pem), territory: config.providerTerritory }, port);
  });
  add('deezer', catalogues, (port) => {
    switchedOn(config.deezer, 'FERMATA_DEEZER', 'providers/deezer/README.md');
    return createDeezer(port, { previews: config.deezerPreviews });
  });
  add('musicbrainz', catalogues, (port) =>
    createMusicBrainz({ contact: needed(config.musicBrainzContact, 'FERMATA_MUSICBRAINZ_CONTACT') }, port),
  );
  add('itunes', catalogues, (port) => {
    switchedOn(config.itunes, 'FERMATA_ITUNES', 'providers/itunes/README.md');
    return createItunes({ territory: config.providerTerritory }, port);
  });
  add('acrcloud', recognisers, (port) => {
    const host = needed(config.acrCloudHost, 'FERMATA_ACRCLOUD_HOST');
    const accessKey = needed(config.acrCloudKey, 'FERMATA_ACRCLOUD_KEY');
    const accessSecret = secret(config.acrCloudSecret, config.acrCloudSecretFile, 'FERMATA_ACRCLOUD_SECRET');
    return createAcrCloud({ host, accessKey, accessSecret }, port);
  });
  add('audd', recognisers, (port) =>
    createAudD({ token: secret(config.auddToken, config.auddTokenFile, 'FERMATA_AUDD_TOKEN') }, port),
  );
  add('acoustid', recognisers, (port) => {
    const key = secret(config.acoustIdKey, config.acoustIdKeyFile, 'FERMATA_ACOUSTID_KEY');
    const fpcalc = findFpcalc(config.fpcalcPath);
    if (fpcalc === null) {
      throw new Off(
        config.fpcalcPath === null
          ? 'fpcalc is not on PATH: install Chromaprint (libchromaprint-tools), or name the program in FERMATA_FPCALC'
          : `FERMATA_FPCALC names ${config.fpcalcPath}, which cannot be run`,
      );
    }
    return createAcoustId({ key, fpcalc }, port);
  });

  return { catalogues, recognisers, states };
}

/** Why a provider is off; caught above. */
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

function privateKey(pem: string): KeyObject {
  try {
    return readPrivateKey(pem);
  } catch {
    // The reason may quote the key.
    throw new Off(
      'FERMATA_APPLEMUSIC_PRIVATE_KEY is not a P-256 private key in PEM form (the .p8 file of the MusicKit key)',
    );
  }
}

function switchedOn(on: boolean, variable: string, terms: string): void {
  if (!on) throw new Off(`${variable} is not on; it needs no key, but read its terms first: ${terms}`);
}

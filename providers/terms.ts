// On what terms each provider is asked: its limit, what a call costs, and how much of that a day may take. And by what it counts us.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ProviderName } from '../domain/providers.ts';
import type { Config } from '../platform/config/index.ts';

export interface Terms {
  /** At most this many requests … */
  readonly calls: number;
  /** … in any stretch of time this long. */
  readonly windowMs: number;
  readonly pricePerCall: number;
  readonly callsPerDay: number | null;
  readonly moneyPerDay: number | null;
}

/**
 * As documented where it is. Spotify and Apple publish no number; theirs are what developers report to be safe. A recogniser's is its
 * smallest plan's. All can be set (FERMATA_PROVIDER_LIMITS).
 */
const usualLimits: Readonly<Record<ProviderName, { readonly calls: number; readonly windowMs: number }>> = {
  spotify: { calls: 90, windowMs: 30_000 },
  applemusic: { calls: 200, windowMs: 10_000 },
  deezer: { calls: 50, windowMs: 5_000 },
  musicbrainz: { calls: 1, windowMs: 1_000 },
  itunes: { calls: 20, windowMs: 60_000 },
  acrcloud: { calls: 10, windowMs: 1_000 },
  audd: { calls: 10, windowMs: 1_000 },
  acoustid: { calls: 3, windowMs: 1_000 },
};

/** Charged by the call, whatever is set as the price. */
const charging: ReadonlySet<ProviderName> = new Set(['acrcloud', 'audd']);

export function termsOf(config: Config, name: ProviderName): Terms {
  const limit = config.providerLimits[name] ?? usualLimits[name];
  return {
    calls: limit.calls,
    windowMs: limit.windowMs,
    pricePerCall: config.providerPrices[name] ?? 0,
    callsPerDay: config.providerCallsPerDay[name] ?? null,
    moneyPerDay: config.providerMoneyPerDay[name] ?? null,
  };
}

export const isPaid = (config: Config, name: ProviderName): boolean =>
  charging.has(name) || (config.providerPrices[name] ?? 0) > 0;

/** The settings that a provider knows us by; those without any know us by our address. */
const credentials: Readonly<Record<ProviderName, readonly (keyof Config)[]>> = {
  spotify: ['spotifyClientId', 'spotifyClientSecret', 'spotifyClientSecretFile'],
  applemusic: ['appleMusicTeamId', 'appleMusicKeyId', 'appleMusicPrivateKey', 'appleMusicPrivateKeyFile'],
  deezer: [],
  musicbrainz: [],
  itunes: [],
  acrcloud: ['acrCloudHost', 'acrCloudKey', 'acrCloudSecret', 'acrCloudSecretFile'],
  audd: ['auddToken', 'auddTokenFile'],
  acoustid: ['acoustIdKey', 'acoustIdKeyFile'],
};

/**
 * A name for what a provider counts us by, which gives nothing of it away: the same for all workers with the same credentials, another
 * one for others, so that a corrected key starts without the old one's pause.
 */
export function credentialOf(config: Config, name: ProviderName): string {
  const hash = createHash('sha256').update(name);
  for (const key of credentials[name]) {
    const value = config[key];
    hash.update(`\u0000${typeof value === 'string' ? (key.endsWith('File') ? contentOf(value) : value) : ''}`);
  }
  return `${name}:${hash.digest('hex').slice(0, 12)}`;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // Said where the provider is switched on; here it only has to be another credential than a readable one.
    return '';
  }
}

// A provider's real client in front of its loopback service.

import type { ProviderName } from '../../../domain/providers.ts';
import { readConfig } from '../../../platform/config/index.ts';
import { createProviders, type Providers } from '../../../providers/index.ts';
import type { CatalogueProvider, Recogniser, RequestLimits } from '../../../providers/provider.ts';
import { services } from './index.ts';
import { type Fake, type FakeOptions, startFake } from './server.ts';
import { createWorld } from './world.ts';

/** A fixed time: what clients say about "until" can then be compared exactly. */
export const nowMs = Date.UTC(2026, 2, 1, 12, 0, 0);

export interface Stage {
  readonly fake: Fake;
  /** How often the given fetch was called. */
  readonly calls: () => number;
  /** The client anew, without what it has learnt (Spotify's token). */
  readonly client: (limits?: RequestLimits) => CatalogueProvider | Recogniser;
}

export async function stage(name: ProviderName, options: Partial<FakeOptions> = {}): Promise<Stage> {
  const fake = await startFake(services[name](), { world: createWorld(), rate: null, ...options });
  let calls = 0;
  const counting: typeof fetch = (input, init) => {
    calls += 1;
    return fetch(input, init);
  };
  return {
    fake,
    calls: () => calls,
    client: (limits) => {
      calls = 0;
      const config = readConfig({
        environment: { ...fake.service.environment(), FERMATA_PROVIDER_URLS: `${name}=${fake.url}` },
      });
      return only(
        createProviders(config, {
          fetchFor: () => counting,
          now: () => nowMs,
          ...(limits === undefined ? {} : { limits }),
        }),
      );
    },
  };
}

function only({ catalogues, recognisers, states }: Providers): CatalogueProvider | Recogniser {
  const [client, ...others] = [...catalogues, ...recognisers];
  if (client === undefined || others.length > 0) throw new Error(`one should be on: ${JSON.stringify(states)}`);
  return client;
}

// Tests that are stories: each has a stage of its own.

import { test } from 'vitest';
import { openProviders, permitStore } from '../../app/providers.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { readConfig } from '../../platform/config/index.ts';
import { builtBundle, migratedDatabaseUrl } from './desk.ts';
import { services } from './providers/index.ts';
import { startFake, type Fake } from './providers/server.ts';
import { createWorld, type World } from './providers/world.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

export const storyOn = (options: Pick<StageOptions, 'server' | 'dynamicConfig' | 'decoder'>) =>
  test.extend<{ readonly stage: Stage }>({
    stage: async ({ task: _task }, use) => {
      const [databaseUrl, bundle] = await Promise.all([migratedDatabaseUrl(), builtBundle()]);
      const stage = await openStage({ ...options, databaseUrl, bundle });
      try {
        await use(stage);
      } finally {
        await stage.close();
      }
    },
  });

export interface Asking {
  readonly stage: Stage;
  /** The services on the loopback that the sounds may ask, by name. They keep no rate: days pass in seconds here. */
  readonly fakes: Readonly<Partial<Record<ProviderName, Fake>>>;
}

/** Sounds that may ask these services, whose clients, limits and pauses live by the story's clock. */
export const askingStory = (
  names: readonly ProviderName[],
  settings: Readonly<Record<string, string>> = {},
  change: (world: World) => World = (world) => world,
) =>
  test.extend<Asking>({
    fakes: async ({ task: _task }, use) => {
      const world = change(createWorld(200));
      const fakes = await Promise.all(names.map((name) => startFake(services[name](), { world, rate: null })));
      try {
        await use(Object.fromEntries(fakes.map((fake) => [fake.service.name, fake])));
      } finally {
        await Promise.all(fakes.map((fake) => fake.close()));
      }
    },
    stage: async ({ fakes }, use) => {
      const [databaseUrl, bundle] = await Promise.all([migratedDatabaseUrl(), builtBundle()]);
      const all = Object.values(fakes);
      const config = readConfig({
        environment: {
          ...Object.assign({}, ...all.map(({ service }) => service.environment())),
          FERMATA_PROVIDER_URLS: all.map(({ service, url }) => `${service.name}=${url}`).join(','),
          ...settings,
        },
      });
      let clock: NodeJS.Timeout | undefined;
      const stage = await openStage({
        databaseUrl,
        bundle,
        providers: (database, nowMs) => {
          let aheadMs = 0;
          const simulated = async (): Promise<number> => {
            const at = await nowMs();
            aheadMs = at - Date.now();
            return at;
          };
          // Also while no service is asked.
          clock = setInterval(() => void simulated().catch(() => {}), 200);
          return openProviders(config, database, {
            store: permitStore(database, config, simulated),
            now: () => Date.now() + aheadMs,
          });
        },
      });
      try {
        await use(stage);
      } finally {
        clearInterval(clock);
        await stage.close();
      }
    },
  });

/** `story('teased on day 0 …', async ({ stage }) => …)`: a test with a stage of its own on the time-skipping server. */
export const story = storyOn({});
/** The same on the development server, where time is real and everything else too. */
export const realTimeStory = storyOn({ server: 'real' });
/** The same, on a server that suggests to continue as new every few events. */
export const shortHistoryStory = storyOn({
  server: 'real',
  dynamicConfig: ['limit.historyCount.suggestContinueAsNew=30'],
});

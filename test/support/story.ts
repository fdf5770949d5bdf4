// Tests that are stories: each has a stage of its own.

import { test } from 'vitest';
import { builtBundle, migratedDatabaseUrl } from './desk.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

const storyOn = (options: Pick<StageOptions, 'server' | 'dynamicConfig'>) =>
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

/** `story('teased on day 0 …', async ({ stage }) => …)`: a test with a stage of its own on the time-skipping server. */
export const story = storyOn({});
/** The same on the development server, where time is real and everything else too. */
export const realTimeStory = storyOn({ server: 'real' });
/** The same, on a server that suggests to continue as new every few events. */
export const shortHistoryStory = storyOn({
  server: 'real',
  dynamicConfig: ['limit.historyCount.suggestContinueAsNew=30'],
});

import { defineConfig } from 'vitest/config';

// `npm test` runs all three; `npm run check` only the quick one.
const integration = ['test/integration/**/*.test.ts', 'test/**/*.integration.test.ts'];

export default defineConfig({
  test: {
    globalSetup: 'test/support/desk.setup.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/workflow/**', 'test/api/**', ...integration],
          testTimeout: 30_000,
          // The first hook that asks for a database waits for the cluster, which takes 4 s on a quiet machine.
          hookTimeout: 60_000,
        },
      },
      {
        // Time-skipping stories, the API and replay: one server each, a fresh database each.
        test: {
          name: 'workflow',
          include: ['test/{workflow,api}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Real servers that are killed on purpose: one file at a time, so that they do not starve each other on two cores.
        test: {
          name: 'integration',
          include: integration,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

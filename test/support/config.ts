// Configuration for tests: where the tools are may be said by the environment, what is used for real may not.

import { readConfig, type Config } from '../../platform/config/index.ts';

export const testConfig = (): Config =>
  readConfig({
    environment: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL' && !/^TEMPORAL_(?!BINARY$)/.test(name)),
    ),
  });

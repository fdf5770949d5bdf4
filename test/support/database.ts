// A real Postgres for tests: each test file, or each story, gets a migrated database of its own.

import { openDatabase, type Database } from '../../store/database.ts';
import { migratedDatabaseUrl } from './desk.ts';

export interface TestDatabase extends Database {
  readonly url: string;
}

/** Opens a fresh migrated database; close it when done. */
export async function freshDatabase(options: { readonly maxConnections?: number } = {}): Promise<TestDatabase> {
  const url = await migratedDatabaseUrl();
  return { ...openDatabase(url, options), url };
}

// What a test file asks of the desk (`desk.setup.ts`).

import { inject } from 'vitest';

async function ask(path: string): Promise<string> {
  const response = await fetch(`${inject('desk')}${path}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** URL of a database of its own, cloned from a migrated template (about 50 ms). */
export const migratedDatabaseUrl = (): Promise<string> => ask('/database/migrated');
/** URL of a database with nothing in it. */
export const emptyDatabaseUrl = (): Promise<string> => ask('/database/empty');
/** Path of the workflow bundle, built once for the run. */
export const builtBundle = (): Promise<string> => ask('/bundle');

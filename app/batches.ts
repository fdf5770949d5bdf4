// Bulk runs as any interface starts and steers them.

import type { Reconciliation } from '../client/reconciliation.ts';
import { Failed, Misuse, NotFound } from '../domain/failures.ts';
import { batchReport, countOpenSounds, findBatch, type BatchReport } from '../store/batches.ts';
import type { Database, Queryable } from '../store/database.ts';

export interface BatchStores {
  readonly database: Database;
  readonly reconciliation: Reconciliation;
}

/** Sounds in their first attempt at once: enough to keep a machine's audio workers busy, few enough to be fair to new sounds. */
export const defaultConcurrency = 50;

export const isBatchName = (name: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u.test(name);

/** Begun twice on one day it is the same run. */
export const batchIdOf = (name: string): string => `${name}:${new Date().toISOString().slice(0, 10)}`;

/** By its id, or the newest of that name. */
export async function batchNamed(database: Queryable, word: string): Promise<BatchReport> {
  const id = await findBatch(database, word);
  const report = id === null ? null : await batchReport(database, id);
  if (report === null) throw new NotFound(`there is no bulk run ${word}`);
  return report;
}

/**
 * Has every open sound tried again; a run of that name that is under way goes on, so that after a crash the same words do not begin anew. @returns null when
 * no sound is open: an empty run would only stand in the list of runs.
 */
export async function tryAllAgain(
  { database, reconciliation }: BatchStores,
  name: string,
  concurrency: number,
): Promise<{ readonly id: string; readonly sounds: number } | null> {
  const last = await findBatch(database, name);
  const state = last === null ? undefined : (await batchReport(database, last))?.state;
  const goesOn = state === 'running' || state === 'paused';
  if (!goesOn && (await countOpenSounds(database)) === 0) return null;
  const id = goesOn ? last! : `${name}:${new Date().toISOString().slice(0, 16).replace(':', '')}`;
  const sounds = await reconciliation.startAgain(id, name, {
    concurrency,
    why: `the bulk run ${id} has all open sounds tried again`,
  });
  return { id, sounds };
}

export const batchVerbs = ['pause', 'resume', 'cancel'] as const;
export type BatchVerb = (typeof batchVerbs)[number];

/** @throws Failed when it has ended. */
export async function steerBatch({ reconciliation }: BatchStores, id: string, verb: BatchVerb): Promise<void> {
  const obeyed =
    verb === 'cancel' ? await reconciliation.cancelBatch(id) : await reconciliation.pauseBatch(id, verb === 'pause');
  if (!obeyed) throw new Failed(`the bulk run ${id} has ended: there is nothing to ${verb}`);
}

export function requireBatchName(name: string): void {
  if (!isBatchName(name)) throw new Misuse(`a name takes letters, digits, dots and dashes, not "${name}"`);
}

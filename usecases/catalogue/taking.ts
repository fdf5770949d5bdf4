// What all have in common that take rows of a delivery in.

import { recordChanges, type Source } from '../../store/catalogue/changes.ts';
import { moveWaiting, refreshStanding } from '../../store/catalogue/releases.ts';
import type { Queryable } from '../../store/database.ts';
import type { RecordingId } from '../../domain/naming.ts';
import type { Needs } from '../needs.ts';

export interface Taking {
  readonly deps: Needs<'database' | 'decoder' | 'blobs' | 'analysis' | 'vectors'>;
  readonly deliveryId: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Derives recordings' dates anew, each on the word of its source. @returns those whose dates moved. */
export async function restand(
  client: Queryable,
  sources: ReadonlyMap<RecordingId, Source>,
): Promise<ReadonlySet<RecordingId>> {
  const ids = [...sources.keys()];
  const changes = await refreshStanding(client, ids);
  await recordChanges(
    client,
    changes.map((change) => ({ ...change, source: sources.get(change.recordingId)! })),
  );
  const waiting = await moveWaiting(client, ids, (id) => `the release date of ${id} was moved`);
  return new Set([...changes.map(({ recordingId }) => recordingId), ...waiting]);
}

/** Remarks on one row as they are kept. */
export const joined = (remarks: readonly string[]): string | null => (remarks.length === 0 ? null : remarks.join('; '));

// JSON columns of recordings: who had a part in one, and what makes it known how two stand to each other.
//
// `external_ids` and `service_ids` have no version: {"spotify": ["…"]} is a shape that SQL knows (indexes, `recording_ids`, `find_identified`), and changes with
// those. They are read by a schema all the same.

import * as z from 'zod';
import type { Credit } from '../../domain/delivery.ts';
import type { RelationEvidence } from '../../domain/relations.ts';
import { boxedColumn, StoredMisfit } from './column.ts';

export const creditsColumn = boxedColumn<readonly Credit[]>()(
  'recordings.credits',
  1,
  z.array(z.strictObject({ name: z.string(), role: z.string() })),
);

export const edgeEvidenceColumn = boxedColumn<readonly RelationEvidence[]>()(
  'recording_edges.evidence',
  1,
  z.array(z.strictObject({ kind: z.enum(['id', 'text', 'length', 'audio', 'person']), text: z.string() })),
);

export type ExternalIds = Readonly<Record<string, readonly string[]>>;

const ids = z.record(z.string(), z.array(z.string()));

/** @throws StoredMisfit */
export function readIds(column: 'external_ids' | 'service_ids', stored: unknown, recordingId: string): ExternalIds {
  const read = ids.safeParse(stored);
  if (read.success) return read.data;
  throw new StoredMisfit(`recordings.${column}`, recordingId, 'it holds no lists of ids by provider');
}

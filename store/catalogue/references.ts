// The table `audio_references`: prints of recordings' audio. Derived indexes follow it by its sequence numbers.

import type { RecordingId } from '../../domain/naming.ts';
import { catalogueSeq, nextCatalogueSeq, type Queryable } from '../database.ts';

export interface NewReference {
  readonly recordingId: RecordingId;
  /** Where the audio came from; a recording may have several references. `preview`: half a minute of it, and nothing else is there. */
  readonly origin: 'delivery' | 'upload' | 'platform' | 'service' | 'preview';
  readonly file: string;
  readonly fileHash: string;
  readonly durationMs: number;
  readonly print: Uint8Array;
  readonly printVersion: number;
}

/**
 * Adds a reference once; a second reference of the same file for the same recording is the same reference. Whatever comes takes the
 * place of a preview, and a preview comes only where nothing else is.
 */
export async function addReference(
  client: Queryable,
  reference: NewReference,
): Promise<{ id: number; added: boolean }> {
  const existing = await findReference(client, reference.recordingId, reference.fileHash, reference.printVersion);
  if (existing !== null) return { id: existing, added: false };
  // Under its recording's lock one reference is added after the other, so that neither of two misses the other.
  await client.query(`select from recordings where id = $1 for no key update`, [reference.recordingId]);
  if (reference.origin === 'preview') {
    const whole = await wholeReference(client, reference.recordingId);
    if (whole !== null) return { id: whole, added: false };
  }
  const { rows } = await client.query<{ id: number }>(
    `insert into audio_references (recording_id, origin, file, file_hash, duration_ms, print, print_version, seq)
     values ($1, $2, $3, $4, $5, $6, $7, next_catalogue_seq())
     on conflict (recording_id, file_hash, print_version) where removed_at is null do nothing returning id`,
    [
      reference.recordingId,
      reference.origin,
      reference.file,
      reference.fileHash,
      reference.durationMs,
      Buffer.from(reference.print),
      reference.printVersion,
    ],
  );
  const id = rows[0]?.id;
  if (id !== undefined) {
    await removePreviews(client, reference.recordingId, id);
    return { id, added: true };
  }
  const other = await findReference(client, reference.recordingId, reference.fileHash, reference.printVersion);
  if (other === null) throw new Error(`reference of ${reference.recordingId} vanished while it was added`);
  return { id: other, added: false };
}

async function wholeReference(client: Queryable, recordingId: RecordingId): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `select id from audio_references where recording_id = $1 and origin <> 'preview' and removed_at is null limit 1`,
    [recordingId],
  );
  return rows[0]?.id ?? null;
}

/** Retires the previews of a recording other than the reference that replaces them. Their vectors go with them (a trigger). */
async function removePreviews(client: Queryable, recordingId: RecordingId, replacedBy: number): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    `select id from audio_references where recording_id = $1 and origin = 'preview' and id <> $2 and removed_at is null`,
    [recordingId, replacedBy],
  );
  if (rows.length === 0) return;
  await client.query(`update audio_references set removed_at = now(), print = null, seq = $2 where id = any($1)`, [
    rows.map((row) => row.id),
    await nextCatalogueSeq(client),
  ]);
}

export async function findReference(
  client: Queryable,
  recordingId: RecordingId,
  fileHash: string,
  printVersion: number,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `select id from audio_references where recording_id = $1 and file_hash = $2 and print_version = $3 and removed_at is null`,
    [recordingId, fileHash, printVersion],
  );
  return rows[0]?.id ?? null;
}

/** Retires a recording's references of one origin other than the given file: a new master replaces the old one. */
export async function removeOtherReferences(
  client: Queryable,
  recordingId: RecordingId,
  origin: NewReference['origin'],
  keepFileHash: string,
): Promise<number> {
  const stale = await client.query<{ id: number }>(
    `select id from audio_references where recording_id = $1 and origin = $2 and file_hash <> $3 and removed_at is null`,
    [recordingId, origin, keepFileHash],
  );
  if (stale.rows.length === 0) return 0;
  const seq = await nextCatalogueSeq(client);
  await client.query(`update audio_references set removed_at = now(), print = null, seq = $2 where id = any($1)`, [
    stale.rows.map((row) => row.id),
    seq,
  ]);
  return stale.rows.length;
}

export interface ReferenceChange {
  readonly id: number;
  readonly recordingId: RecordingId;
  readonly durationMs: number;
  /** Null: removed. */
  readonly print: Uint8Array | null;
  readonly seq: number;
}

/** What changed after `seq`, oldest first, at most `limit` rows: read again from the last row's `seq` until empty. */
export async function referenceChanges(
  client: Queryable,
  seq: number,
  printVersion: number,
  limit: number,
): Promise<ReferenceChange[]> {
  const settled = await catalogueSeq(client);
  // Rows that share a sequence number (a removal of several) must not be torn apart by the limit: `with ties`.
  const { rows } = await client.query<{
    id: number;
    recording_id: string;
    duration_ms: number;
    print: Buffer | null;
    seq: number;
  }>(
    `select id, recording_id, duration_ms, print, seq from audio_references
      where seq > $1 and seq <= $4 and print_version = $2 order by seq fetch first $3 rows with ties`,
    [seq, printVersion, limit, settled],
  );
  return rows.map((row) => ({
    id: row.id,
    recordingId: row.recording_id,
    durationMs: row.duration_ms,
    print: row.print,
    seq: row.seq,
  }));
}

export async function referencesOf(client: Queryable, recordingIds: readonly RecordingId[]): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select id from audio_references where recording_id = any($1) and removed_at is null`,
    [recordingIds],
  );
  return rows.map((row) => row.id);
}

/**
 * Of these recordings, those whose audio is in the index as a whole: not to be found there says something. A preview is half a minute of
 * three, and the sound may be of the rest.
 */
export async function recordingsWithAudio(
  client: Queryable,
  recordingIds: readonly RecordingId[],
): Promise<RecordingId[]> {
  const { rows } = await client.query<{ recording_id: string }>(
    `select distinct recording_id from audio_references where recording_id = any($1) and removed_at is null and origin <> 'preview'`,
    [recordingIds],
  );
  return rows.map((row) => row.recording_id);
}

/** Of these references, those that are previews, with their lengths. */
export async function previewLengths(
  client: Queryable,
  referenceIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await client.query<{ id: number; duration_ms: number }>(
    `select id, duration_ms from audio_references where id = any($1) and origin = 'preview'`,
    [referenceIds],
  );
  return new Map(rows.map((row) => [row.id, row.duration_ms]));
}

/** The prints of one recording's audio. `whole`: without previews, in which not to be found says nothing. */
export async function printsOf(
  client: Queryable,
  recordingId: RecordingId,
  printVersion: number,
  { whole = false }: { readonly whole?: boolean } = {},
): Promise<{ id: number; fileHash: string; durationMs: number; print: Uint8Array }[]> {
  const { rows } = await client.query<{ id: number; fileHash: string; durationMs: number; print: Buffer }>(
    `select id, file_hash as "fileHash", duration_ms as "durationMs", print from audio_references
      where recording_id = $1 and print_version = $2 and removed_at is null and print is not null
        and not ($3 and origin = 'preview') order by id`,
    [recordingId, printVersion, whole],
  );
  return rows;
}

/** The files of one recording's audio from one origin. */
export async function filesOf(
  client: Queryable,
  recordingId: RecordingId,
  origin: NewReference['origin'],
): Promise<{ file: string; fileHash: string }[]> {
  const { rows } = await client.query<{ file: string; fileHash: string }>(
    `select file, file_hash as "fileHash" from audio_references
      where recording_id = $1 and origin = $2 and removed_at is null order by id`,
    [recordingId, origin],
  );
  return rows;
}

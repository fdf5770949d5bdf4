// Takes the rows of a delivery into the catalogue: recordings with their keys, and prints of their audio.

import { heartbeat } from '@temporalio/activity';
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import {
  countRowsAfter,
  finishDelivery,
  finishRow,
  readDelivery,
  rowsAfter,
  stageRows,
  type CatalogueEntry,
  type DeliveryRow,
} from '../catalogue/deliveries.ts';
import { upsertRecording, type CatalogueRecording } from '../catalogue/recordings.ts';
import { addReference, findReference, removeOtherReferences } from '../catalogue/references.ts';
import { fingerprintReference, printVersion } from '../matching/audio/reference.ts';
import { recordingKeys } from '../matching/metadata/keys.ts';
import { hashFile } from '../platform/blobStore.ts';
import { findListing, readListing } from './catalogueFile.ts';
import type { Deps } from './index.ts';
import { notFound } from './failures.ts';
import { idForDelivered, relateRecording } from './relateRecording.ts';

/** Reads the listing and stages its rows anew. @returns the problem when there is nothing to read. */
export async function stageDelivery(deps: Deps, deliveryId: string): Promise<{ problem: string | null }> {
  const delivery = await readDelivery(deps.database, deliveryId);
  if (delivery === null) throw notFound(`there is no delivery ${deliveryId}`);
  const listing = await findListing(delivery.folder);
  if ('problem' in listing) return listing;
  const rows: DeliveryRow[] = [];
  const seen = new Map<string, number>();
  try {
    for await (const row of readListing(listing.path)) {
      const id = row.row === null ? null : recordingIdOf(row.row);
      const first = id === null ? undefined : seen.get(id);
      if (first !== undefined)
        rows.push({ ...row, row: null, reason: `the same recording (${id}) is on line ${first} already` });
      else rows.push(row);
      if (id !== null && first === undefined) seen.set(id, row.line);
      if (rows.length % 1000 === 0) heartbeat(rows.length);
    }
  } catch (error) {
    return { problem: `${listing.path} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  await deps.database.transaction((client) => stageRows(client, deliveryId, listing.path, rows));
  return { problem: null };
}

/** The ISRC where there is one; else a hash of what names it, so that the same row is the same recording next time. */
export function recordingIdOf(entry: CatalogueEntry): string {
  return entry.isrc ?? `local:${nameHash(entry)}`;
}

function nameHash(entry: CatalogueEntry): string {
  const name = [entry.title, ...entry.artists, entry.version ?? '', entry.file ?? ''].join('\u001f').toLowerCase();
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/**
 * Takes the rows after `afterLine` in. Each row is finished on its own, so that a crash repeats at most one; rows finished before
 * a crash are reported like those finished now.
 * @returns the recordings that are new or changed, the last line looked at, and how many rows come after it.
 */
export async function indexRows(
  deps: Deps,
  input: { readonly deliveryId: string; readonly afterLine: number; readonly limit: number },
  signal: AbortSignal,
): Promise<{ recordingIds: string[]; lastLine: number; remaining: number }> {
  const { deliveryId } = input;
  const delivery = await readDelivery(deps.database, deliveryId);
  if (delivery === null) throw notFound(`there is no delivery ${deliveryId}`);
  const recordingIds: string[] = [];
  const rows = await rowsAfter(deps.database, deliveryId, input.afterLine, input.limit);
  const beat = setInterval(() => heartbeat(recordingIds.length), 10_000);
  try {
    for (const { line, state, recordingId, row } of rows) {
      signal.throwIfAborted();
      const isDone = state === 'added' || state === 'changed';
      const changed = isDone
        ? recordingId
        : state === 'pending'
          ? await indexRow(deps, deliveryId, delivery.folder, line, row, signal)
          : null;
      if (changed !== null) recordingIds.push(changed);
      heartbeat(line);
    }
  } finally {
    clearInterval(beat);
  }
  const lastLine = rows.at(-1)?.line ?? input.afterLine;
  const remaining = await countRowsAfter(deps.database, deliveryId, lastLine);
  // New weights take over once everything that the old ones knew has been listened to again.
  if (remaining === 0) await deps.vectors?.index.activateWhenComplete();
  return { recordingIds, lastLine, remaining };
}

async function indexRow(
  deps: Deps,
  deliveryId: string,
  folder: string,
  line: number,
  entry: CatalogueEntry,
  signal: AbortSignal,
): Promise<string | null> {
  const { file, ...fields } = entry;
  const delivered: CatalogueRecording = { ...fields, id: recordingIdOf(entry), provisional: false };
  const id = await idForDelivered(deps.database, delivered, deliveryId, `${delivered.id}~${nameHash(entry)}`);
  const recording = { ...delivered, id };
  const audio = file === null ? null : await printFile(deps, folder, file, id, signal);
  if (audio !== null && audio.kind === 'unreadable' && audio.missing) {
    await finishRow(deps.database, deliveryId, line, 'refused', null, audio.reason);
    return null;
  }
  return deps.database.transaction(async (client) => {
    let state = await upsertRecording(client, recording, recordingKeys(recording), deliveryId);
    if (audio?.kind === 'print') {
      await removeOtherReferences(client, id, 'delivery', audio.fileHash);
      const { id: referenceId, added } = await addReference(client, {
        recordingId: id,
        origin: 'delivery',
        file: file ?? '',
        fileHash: audio.fileHash,
        durationMs: audio.durationMs,
        print: audio.print,
        printVersion,
      });
      if (audio.vectors !== null) await deps.vectors?.index.add(client, { referenceId, vectors: audio.vectors });
      if (added && state === 'unchanged') state = 'changed';
    }
    if (state !== 'unchanged') await relateRecording(client, recording);
    const remark = audio?.kind === 'unreadable' ? `taken without audio: ${audio.reason}` : null;
    await finishRow(client, deliveryId, line, state, id, remark);
    return state === 'unchanged' ? null : id;
  });
}

type Printed =
  | {
      readonly kind: 'print';
      readonly fileHash: string;
      readonly durationMs: number;
      readonly print: Uint8Array;
      /** Of the second cue; null where it does not run. */
      readonly vectors: Int8Array | null;
    }
  | { readonly kind: 'known' }
  | { readonly kind: 'unreadable'; readonly missing: boolean; readonly reason: string };

async function printFile(
  deps: Deps,
  folder: string,
  file: string,
  recordingId: string,
  signal: AbortSignal,
): Promise<Printed> {
  let path: string;
  try {
    path = await realpath(join(folder, file));
  } catch {
    return { kind: 'unreadable', missing: true, reason: `${file} is not there` };
  }
  // A link inside a delivered folder must not make us read what lies elsewhere.
  if (!path.startsWith((await realpath(folder)) + sep)) {
    return { kind: 'unreadable', missing: true, reason: `${file} leads out of the folder` };
  }
  const fileHash = await hashFile(path);
  const known = await findReference(deps.database, recordingId, fileHash, printVersion);
  // A reference from before the second cue, or of other weights, is listened to again for its vectors.
  const isEmbedded =
    deps.vectors === undefined || (known !== null && (await deps.vectors.index.has(deps.database, known)));
  if (known !== null && isEmbedded) return { kind: 'known' };
  const decoded = await deps.decoder.decode(path, { sampleRateHz: 8000, signal });
  if (decoded.kind === 'unreadable')
    return { kind: 'unreadable', missing: false, reason: `${file}: ${decoded.reason}` };
  return {
    kind: 'print',
    fileHash,
    durationMs: Math.round(decoded.durationMs),
    print: fingerprintReference(decoded.pcm, decoded.sampleRateHz),
    vectors: (await deps.vectors?.embed(decoded.pcm)) ?? null,
  };
}

export async function endDelivery(
  deps: Deps,
  input: { readonly deliveryId: string; readonly problem: string | null },
): Promise<void> {
  await finishDelivery(deps.database, input.deliveryId, input.problem);
}

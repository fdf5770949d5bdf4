// Takes the rows of a delivery into the catalogue: recordings with their keys, terms and prints of their audio, releases, takedowns.

import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { recordChanges, type RecordingChange, type Source } from '../../store/catalogue/changes.ts';
import type { Queryable } from '../../store/database.ts';
import {
  beginStaging,
  countRowsAfter,
  endStaging,
  finishDelivery,
  finishRow,
  readDelivery,
  rowsAfter,
  stageRows,
  takenFor,
  type StagedRow,
} from '../../store/catalogue/deliveries.ts';
import { anyProvisional } from '../../store/catalogue/provisional.ts';
import { claimOf, upsertRecording, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { addReference, filesOf, findReference, removeOtherReferences } from '../../store/catalogue/references.ts';
import {
  describingRelease,
  dropOthers,
  listedAlone,
  moveWaiting,
  offersOf,
  putOffer,
  refreshStanding,
  standingOf,
  takeDown,
  whyStale,
  type StandingOffer,
} from '../../store/catalogue/releases.ts';
import type { DeliveredRecording, DeliveredRelease, DeliveryRow, Offer, Takedown } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { assertNever } from '../../domain/sound.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { hashFile } from '../../platform/blobStore.ts';
import { failureOf, isAway, outcomeOf, unlessAway } from '../../store/failures.ts';
import { readDelivered } from './catalogueFile.ts';
import { NotFound } from '../failures.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { idForDelivered, relateRecording } from './relateRecording.ts';
import { compareAudio, settleProvisional, type Comparisons } from './settleProvisional.ts';

/** Rows staged with one statement. */
const page = 1000;

/** Reads what was delivered and stages its rows anew. @returns the problem when there is nothing to read. */
export async function stageDelivery(
  deps: Needs<'database'>,
  { deliveryId }: { readonly deliveryId: string },
  task: Task,
): Promise<{ problem: string | null }> {
  const delivery = await readDelivery(deps.database, deliveryId);
  if (delivery === null) throw new NotFound(`there is no delivery ${deliveryId}`);
  const { options, folder } = delivery;
  if (typeof options === 'string') return { problem: options };
  let what = folder;
  try {
    const delivered = await readDelivered({ ...delivery, options });
    if ('problem' in delivered) return { problem: delivered.problem };
    what = delivered.listing;
    await deps.database.transaction(async (client) => {
      await beginStaging(client, deliveryId, delivered.listing);
      let rows: DeliveryRow[] = [];
      const flush = async (): Promise<void> => {
        await stageRows(client, deliveryId, rows);
        rows = [];
      };
      const seen = new Map<string, number>();
      for await (const row of delivered.rows) {
        rows.push(withoutRepeats(row, seen));
        if (rows.length >= page) await flush();
        if (row.line % page === 0) task.beat(row.line);
      }
      await flush();
      await endStaging(client, deliveryId, delivered.notes());
    });
  } catch (error) {
    // Our own database in trouble is no fault of the delivery.
    if (isAway(error)) throw error;
    return { problem: `${what} cannot be read: ${failureOf(error).reason}` };
  }
  return { problem: null };
}

/** A listing names a recording once for each release; messages look after that themselves. */
function withoutRepeats(row: DeliveryRow, seen: Map<string, number>): DeliveryRow {
  if (row.row?.kind !== 'recording' || row.place !== null) return row;
  const id = recordingIdOf(row.row);
  const key = `${id} ${row.row.offers[0]?.release.id ?? ''}`;
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, row.line);
    return row;
  }
  return { ...row, row: null, reason: `the same recording (${id}) is on line ${first} already` };
}

/** The ISRC where there is one; else a hash of what names it, so that the same row is the same recording next time. */
function recordingIdOf(entry: DeliveredRecording): string {
  return entry.isrc ?? `local:${nameHash(entry)}`;
}

function nameHash(entry: DeliveredRecording): string {
  const name = [entry.title, ...entry.artists, entry.version ?? '', entry.file ?? ''].join('\u001f').toLowerCase();
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/**
 * Takes the rows after `afterLine` in. Each row is finished on its own, so that a crash repeats at most one; rows finished before
 * a crash are reported like those finished now.
 * @returns the recordings that are new or changed, the last line looked at, and how many rows come after it.
 */
export async function indexRows(
  deps: Takes,
  input: { readonly deliveryId: string; readonly afterLine: number; readonly limit: number },
  task: Task,
): Promise<{ recordingIds: string[]; lastLine: number; remaining: number }> {
  const { deliveryId } = input;
  const delivery = await readDelivery(deps.database, deliveryId);
  if (delivery === null) throw new NotFound(`there is no delivery ${deliveryId}`);
  const recordingIds: string[] = [];
  const rows = await rowsAfter(deps.database, deliveryId, input.afterLine, input.limit);
  await beating(task, deliveryId, async () => {
    for (const row of rows) {
      task.signal.throwIfAborted();
      const isDone = row.state === 'added' || row.state === 'changed';
      const changed = isDone
        ? row.recordingId
        : row.state === 'pending'
          ? await settleRow({ deps, deliveryId, folder: delivery.folder, line: row.line, row, signal: task.signal })
          : null;
      if (changed !== null) recordingIds.push(changed);
      task.beat(row.line);
    }
  });
  const lastLine = rows.at(-1)?.line ?? input.afterLine;
  const remaining = await countRowsAfter(deps.database, deliveryId, lastLine);
  // New weights take over once everything that the old ones knew has been listened to again.
  if (remaining === 0) await deps.vectors?.activateWhenComplete();
  return { recordingIds, lastLine, remaining };
}

type Takes = Needs<'database' | 'decoder' | 'blobs' | 'analysis' | 'vectors'>;

interface Taking {
  readonly deps: Takes;
  readonly deliveryId: string;
  readonly folder: string;
  readonly line: number;
  readonly row: StagedRow;
  readonly signal: AbortSignal;
}

/** Times that a row is tried which fails for a reason of ours, and how long between them. */
const mostTries = 3;
const pauseMs = 500;

/**
 * Takes a row, or refuses it with the reason: what the database will never hold, and what fails again and again through a fault of ours, must not
 * keep the rest of the delivery out. @throws DatabaseAway
 */
async function settleRow(taking: Taking): Promise<string | null> {
  const { deps, deliveryId, line, signal } = taking;
  const refuse = async (reason: string): Promise<null> => {
    await finishRow(deps.database, deliveryId, line, 'refused', null, { reason });
    return null;
  };
  for (let tries = 1; ; tries += 1) {
    try {
      const written = unlessAway(await outcomeOf(() => takeRow(taking)));
      return written.kind === 'written' ? written.value : await refuse(written.reason);
    } catch (error) {
      signal.throwIfAborted();
      if (isAway(error)) throw error;
      if (tries === mostTries)
        return refuse(`it was not taken, through a fault of Fermata's: ${failureOf(error).reason}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** @returns the recording that is new or changed, which sounds may be waiting for. */
async function takeRow(taking: Taking): Promise<string | null> {
  const item = taking.row.row;
  if (item === null || typeof item === 'string') {
    await finishRow(taking.deps.database, taking.deliveryId, taking.line, 'refused', null, { reason: item });
    return null;
  }
  switch (item.kind) {
    case 'recording':
      return takeRecording(taking, item);
    case 'release':
      await takeRelease(taking, item);
      return null;
    case 'takedown':
      await takeTakedown(taking, item);
      return null;
    default:
      return assertNever(item);
  }
}

async function takeRecording(taking: Taking, entry: DeliveredRecording): Promise<string | null> {
  const { deps, deliveryId, folder, line, signal } = taking;
  const source: Source = { saidBy: entry.said.by, deliveryId, line };
  const remarks = taking.row.remark === null ? [] : [taking.row.remark];
  const refuse = async (reason: string): Promise<null> => {
    await finishRow(deps.database, deliveryId, line, 'refused', null, { reason });
    return null;
  };

  const fresh: Offer[] = [];
  let stale: string | null = null;
  for (const offer of entry.offers) {
    const why = await whyStale(deps.database, offer.release.id, entry.said);
    if (why === null) fresh.push(offer);
    else stale = why;
  }
  if (stale !== null && fresh.length === 0) return refuse(stale);
  if (stale !== null) remarks.push(stale);

  const delivered = recordingOf(entry);
  const id = await idForDelivered(deps.database, delivered, deliveryId, `${delivered.id}~${nameHash(entry)}`, fresh);
  const audio = entry.file === null ? null : await printFile(deps, folder, entry.file, id, signal);
  if (audio?.kind === 'unreadable' && audio.missing && !entry.fileMayBeMissing) return refuse(audio.reason);

  // The rare case is looked at before anything is locked: it decodes.
  const compared: Comparisons = (await anyProvisional(deps.database))
    ? await compareAudio(deps, { ...delivered, id }, audio?.kind === 'print' ? audio.print : null, signal)
    : new Map();

  return deps.database.transaction(async (client) => {
    const claim = await claimOf(client, id);
    const before = claim?.recording ?? null;
    const standing = await offersOf(client, id);
    const offers = combined(standing, fresh, delivered.id, entry);
    if (fresh.length === 0 && entry.moments.length > 0 && standing.some(({ release }) => isRelease(release.id))) {
      const known = standing.map(({ release }) => release.id).join(', ');
      remarks.push(
        `its dates are not taken, as it names no release and ${known} has dates of its own: give the UPC to change them`,
      );
    }
    const describing = describingRelease(offers);
    const stands = standingOf(offers, { outFromMs: null, releaseDate: entry.releaseDate });
    const recording: CatalogueRecording = {
      ...delivered,
      id,
      album: describing === null ? delivered.album : (describing.title ?? delivered.album),
      upc: describing === null ? delivered.upc : (describing.upc ?? delivered.upc),
      label: describing === null ? delivered.label : (describing.label ?? delivered.label),
      releaseDate: offers.length === 0 ? entry.releaseDate : (stands.releaseDate ?? before?.releaseDate ?? null),
      // Ids of services are kept when a format has no place for them.
      externalIds: Object.keys(entry.externalIds).length === 0 ? (claim?.deliveredIds ?? {}) : entry.externalIds,
    };
    let state = await upsertRecording(client, recording, recordingKeys(recording), deliveryId);
    const changes: RecordingChange[] = state === 'changed' && before !== null ? differences(before, recording) : [];
    for (const offer of fresh) await putOffer(client, id, offer, entry.said);
    if (entry.offers.length === 0 && entry.moments.length > 0)
      await putOffer(client, id, { release: listedAlone(id), moments: entry.moments }, { ...entry.said, at: null });
    if (audio?.kind === 'print') {
      const files = await filesOf(client, id, 'delivery');
      await removeOtherReferences(client, id, 'delivery', audio.fileHash);
      const { id: referenceId, added } = await addReference(client, {
        recordingId: id,
        origin: 'delivery',
        file: entry.file ?? '',
        fileHash: audio.fileHash,
        durationMs: audio.durationMs,
        print: audio.print,
        printVersion,
      });
      if (audio.vectors !== null) await deps.vectors?.add(client, { referenceId, vectors: audio.vectors });
      const replaced = files.filter((file) => file.fileHash !== audio.fileHash);
      if (added && replaced.length > 0)
        changes.push({
          recordingId: id,
          what: 'audio',
          before: replaced.map(({ file, fileHash }) => `${file} (${fileHash.slice(0, 12)})`).join(', '),
          after: `${entry.file} (${audio.fileHash.slice(0, 12)})`,
        });
      if (added && state === 'unchanged') state = 'changed';
    }
    const moved = await restand(client, id, source);
    if (moved && state === 'unchanged') state = 'changed';
    await recordChanges(client, source, changes);
    if (state !== 'unchanged') {
      await relateRecording(client, recording);
      await settleProvisional(client, recording, compared, source);
    }
    if (audio?.kind === 'unreadable')
      remarks.push(`taken without ${audio.missing ? 'new ' : ''}audio: ${audio.reason}`);
    if (id !== delivered.id)
      remarks.push(`${delivered.id} is another recording already: kept apart as ${id}, and the conflict is noted`);
    await finishRow(client, deliveryId, line, state, id, { remark: remarks.length === 0 ? null : remarks.join('; ') });
    return state === 'unchanged' ? null : id;
  });
}

const isRelease = (id: string): boolean => !id.startsWith('listing:');

/** What is offered once this row is in: its own terms in the place of those that the same releases had before. */
function combined(
  standing: readonly StandingOffer[],
  fresh: readonly Offer[],
  id: RecordingId,
  entry: DeliveredRecording,
): readonly StandingOffer[] {
  const replaced = new Set(fresh.map((offer) => offer.release.id));
  const now = fresh.map((offer): StandingOffer => ({ ...offer, withdrawnAtMs: null }));
  const others = standing.filter((offer) => isRelease(offer.release.id) && !replaced.has(offer.release.id));
  if (now.length + others.length > 0) return [...others, ...now];
  return entry.moments.length > 0
    ? [{ release: listedAlone(id), moments: entry.moments, withdrawnAtMs: null }]
    : standing.filter((offer) => !replaced.has(offer.release.id));
}

function recordingOf(entry: DeliveredRecording): CatalogueRecording {
  const { isrc, title, artists, version, album, releaseDate, upc, label, durationMs, aliases, externalIds, credits } =
    entry;
  return {
    id: recordingIdOf(entry),
    isrc,
    title,
    artists,
    version,
    album,
    releaseDate,
    upc,
    label,
    durationMs,
    aliases,
    externalIds,
    credits,
    provisional: false,
  };
}

/** Derives the recording's dates anew. @returns whether they moved. */
async function restand(client: Queryable, id: RecordingId, source: Source): Promise<boolean> {
  const changes = await refreshStanding(client, id);
  await recordChanges(client, source, changes);
  const waiting = await moveWaiting(client, id, `the release date of ${id} was moved`);
  return changes.length > 0 || waiting.length > 0;
}

const compared = ['title', 'version', 'isrc', 'album', 'releaseDate', 'upc', 'label', 'durationMs'] as const;
const words: Readonly<Record<string, string>> = { releaseDate: 'release date', durationMs: 'duration (ms)' };

/** Every field that says something else than before, so that nothing is overwritten silently. */
function differences(before: CatalogueRecording, after: CatalogueRecording): RecordingChange[] {
  const text = (value: string | number | null): string | null => (value === null ? null : String(value));
  const changes: RecordingChange[] = [];
  const compare = (what: string, was: string | null, is: string | null): void => {
    if (was !== is) changes.push({ recordingId: after.id, what, before: was, after: is });
  };
  for (const field of compared) compare(words[field] ?? field, text(before[field]), text(after[field]));
  compare('artists', before.artists.join('; '), after.artists.join('; '));
  compare('aliases', before.aliases.join('; '), after.aliases.join('; '));
  return changes;
}

async function takeRelease(taking: Taking, entry: DeliveredRelease): Promise<void> {
  const { deps, deliveryId, line } = taking;
  const { release, said } = entry;
  await deps.database.transaction(async (client) => {
    const stale = await whyStale(client, release.id, said);
    if (stale !== null) {
      await finishRow(client, deliveryId, line, 'refused', null, { reason: stale });
      return;
    }
    const source: Source = { saidBy: said.by, deliveryId, line };
    const taken = await takenFor(client, deliveryId, line - entry.rowsBefore, line, release.id);
    const remarks = taking.row.remark === null ? [] : [taking.row.remark];
    // A recording that was refused is not one that was taken out of the release.
    const isWhole = taken.length >= entry.recordings;
    const dropped = isWhole ? await dropOthers(client, release, taken, said) : [];
    if (!isWhole)
      remarks.push(
        `${entry.recordings - taken.length} of its recordings were refused: what it offered before and does not name now stays`,
      );
    for (const id of dropped) await restand(client, id, source);
    if (dropped.length > 0) remarks.push(`no longer in it: ${dropped.join(', ')}`);
    await finishRow(client, deliveryId, line, dropped.length > 0 ? 'changed' : 'unchanged', null, {
      remark: remarks.length === 0 ? null : remarks.join('; '),
    });
  });
}

async function takeTakedown(taking: Taking, entry: Takedown): Promise<void> {
  const { deps, deliveryId, line } = taking;
  const { releaseId, isrc, said, from } = entry;
  await deps.database.transaction(async (client) => {
    const stale = releaseId === null ? null : await whyStale(client, releaseId, said);
    if (stale !== null) {
      await finishRow(client, deliveryId, line, 'refused', null, { reason: stale });
      return;
    }
    const source: Source = { saidBy: said.by, deliveryId, line };
    // A recording that came without any date has no terms to end yet.
    if (
      isrc !== null &&
      releaseId === null &&
      (await claimOf(client, isrc)) !== null &&
      (await offersOf(client, isrc)).length === 0
    )
      await putOffer(client, isrc, { release: listedAlone(isrc), moments: [] }, said);
    const ids = await takeDown(client, { releaseId, recordingIds: isrc === null ? null : [isrc] }, from, said);
    let changed = false;
    for (const id of ids) changed = (await restand(client, id, source)) || changed;
    const named = [releaseId, isrc].filter((part) => part !== null).join(' ');
    await finishRow(
      client,
      deliveryId,
      line,
      ids.length === 0 && isrc !== null ? 'refused' : changed ? 'withdrawn' : 'unchanged',
      ids.length === 1 ? ids[0]! : null,
      ids.length === 0
        ? isrc !== null
          ? { reason: `there is no ${named} in the catalogue to take down` }
          : { remark: `nothing of ${named} is in the catalogue; should an older message about it come, it is refused` }
        : { remark: `withdrawn: ${ids.length === 1 ? ids[0] : `${ids.length} recordings of ${named}`}` },
    );
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
  deps: Takes,
  folder: string,
  file: string,
  recordingId: string,
  signal: AbortSignal,
): Promise<Printed> {
  let path: string;
  try {
    path = await realpath(join(folder, file));
  } catch {
    return { kind: 'unreadable', missing: true, reason: `${file.slice(0, 200)} is not there` };
  }
  // A link inside a delivered folder must not make us read what lies elsewhere.
  if (!path.startsWith((await realpath(folder)) + sep)) {
    return { kind: 'unreadable', missing: true, reason: `${file} leads out of the folder` };
  }
  const fileHash = await hashFile(path);
  const known = await findReference(deps.database, recordingId, fileHash, printVersion);
  // A reference from before the second cue, or of other weights, is listened to again for its vectors.
  const isEmbedded = deps.vectors === undefined || (known !== null && (await deps.vectors.has(deps.database, known)));
  if (known !== null && isEmbedded) return { kind: 'known' };
  const decoded = await deps.decoder.decode(path, { sampleRateHz: 8000, signal });
  if (decoded.kind !== 'audio') return { kind: 'unreadable', missing: false, reason: `${file}: ${decoded.reason}` };
  return {
    kind: 'print',
    fileHash,
    durationMs: Math.round(decoded.durationMs),
    ...(await deps.analysis.fingerprint(decoded.pcm, signal)),
  };
}

export async function endDelivery(
  deps: Needs<'database'>,
  input: { readonly deliveryId: string; readonly problem: string | null },
): Promise<void> {
  await finishDelivery(deps.database, input.deliveryId, input.problem);
}

// A recording entered the catalogue or changed: how does it stand to those that are there?

import type { Queryable } from '../../store/database.ts';
import { offersOf } from '../../store/catalogue/releases.ts';
import { relativesOf, saveRelations } from '../../store/catalogue/relations.ts';
import { claimOf, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import type { Offer } from '../../domain/delivery.ts';
import { putApart, reopenSplit, takeBackApart, twinsOf } from '../../store/catalogue/twins.ts';
import type { RecordingId, SoundId } from '../../domain/naming.ts';
import { relate } from '../../matching/metadata/relations.ts';
import type { RecordingText } from '../../matching/metadata/recordingText.ts';

/** What the words of a recording are weighed by. */
export const textOf = ({ externalIds: _, credits: _credits, ...recording }: CatalogueRecording): RecordingText =>
  recording;

/**
 * In the transaction that wrote the recording and its references, so that no edge is ever missing or stale. What counted as one recording with it and
 * does not any more is split, and what was linked because of it is open again.
 */
export async function relateRecording(client: Queryable, recording: CatalogueRecording): Promise<void> {
  const before = await twinsOf(client, recording.id);
  const relatives = await relativesOf(client, recording.id);
  await saveRelations(
    client,
    recording.id,
    relatives.map((each) => relate(textOf(recording), textOf(each.recording), each)),
  );
  if (before.length === 0) return;
  const after = new Set(await twinsOf(client, recording.id));
  for (const other of before.filter((id) => !after.has(id)))
    await reopenSplit(client, recording.id, other, `what is known of ${recording.id} has changed.`);
}

/** A person says that two recordings are not one, whatever their words and lengths say. @returns the sounds that look again. */
export async function separateRecordings(
  client: Queryable,
  id: RecordingId,
  other: RecordingId,
  said: { readonly by: string; readonly why: string },
): Promise<readonly SoundId[]> {
  await putApart(client, id, other, said);
  return reopenSplit(client, id, other, `${said.by} said so.`);
}

/** Takes such a word back: the two stand to each other as their words have it. @returns false when nobody had given it. */
export async function rejoinRecordings(
  client: Queryable,
  recording: CatalogueRecording,
  other: RecordingId,
): Promise<boolean> {
  if (!(await takeBackApart(client, recording.id, other))) return false;
  await relateRecording(client, recording);
  return true;
}

/**
 * The id under which a delivered recording is stored: its own, unless another delivery has filled that with a recording that this
 * one cannot be (one ISRC on two tracks, a label's error). Then it gets `otherId`, and the conflict is kept instead of the row
 * overwritten. A delivery or a release that corrects itself keeps the id.
 */
export async function idForDelivered(
  client: Queryable,
  recording: CatalogueRecording,
  deliveryId: string,
  otherId: RecordingId,
  offers: readonly Offer[] = [],
): Promise<RecordingId> {
  const claim = await claimOf(client, recording.id);
  if (claim === null || claim.recording.provisional || claim.deliveryId === deliveryId) return recording.id;
  const { kind } = relate(textOf({ ...recording, id: otherId }), textOf(claim.recording), {
    externalId: false,
    sameFile: false,
  });
  if (kind !== 'conflict') return recording.id;
  // The same release is the same speaker, in whatever file it comes.
  const known = new Set((await offersOf(client, recording.id)).map((offer) => offer.release.id));
  return offers.some((offer) => known.has(offer.release.id)) ? recording.id : otherId;
}

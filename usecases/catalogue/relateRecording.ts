// A recording entered the catalogue or changed: how does it stand to those that are there?

import type { Queryable } from '../../store/database.ts';
import { offersOf } from '../../store/catalogue/releases.ts';
import { relateInTurn, relativesOf, saveRelations } from '../../store/catalogue/relations.ts';
import type { CatalogueRecording, Claim } from '../../store/catalogue/recordings.ts';
import type { Offer } from '../../domain/delivery.ts';
import { putApart, reopenSplit, takeBackApart, twinsOf } from '../../store/catalogue/twins.ts';
import type { RecordingId, SoundId } from '../../domain/naming.ts';
import { relate } from '../../matching/metadata/relations.ts';
import type { RecordingText } from '../../matching/metadata/recordingText.ts';

/** What the words of a recording are weighed by. */
export const textOf = ({ externalIds: _, credits: _credits, ...recording }: CatalogueRecording): RecordingText =>
  recording;

/**
 * In the transaction that wrote the recordings and their references, after everything else in it, so that no edge is ever missing or stale. What counted
 * as one recording with one of them and does not any more is split, and what was linked because of it is open again.
 */
export async function relateRecordings(client: Queryable, recordings: readonly CatalogueRecording[]): Promise<void> {
  if (recordings.length === 0) return;
  await relateInTurn(client);
  const ids = recordings.map(({ id }) => id);
  const before = await twinsOf(client, ids);
  const relatives = await relativesOf(client, ids);
  await saveRelations(
    client,
    ids,
    recordings.flatMap((recording) =>
      relatives.get(recording.id)!.map((each) => relate(textOf(recording), textOf(each.recording), each)),
    ),
  );
  const had = ids.filter((id) => before.get(id)!.length > 0);
  if (had.length === 0) return;
  const after = await twinsOf(client, had);
  for (const id of had)
    for (const other of before.get(id)!.filter((twin) => !after.get(id)!.includes(twin)))
      await reopenSplit(client, id, other, `what is known of ${id} has changed.`);
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
  await relateRecordings(client, [recording]);
  return true;
}

/**
 * The id under which a delivered recording is stored: its own, unless another delivery has filled that with a recording that this
 * one cannot be (one ISRC on two tracks, a label's error). Then it gets `otherId`, and the conflict is kept instead of the row
 * overwritten. A delivery or a release that corrects itself keeps the id. `claim`: on its own id.
 */
export async function idForDelivered(
  client: Queryable,
  recording: CatalogueRecording,
  claim: Claim | null,
  deliveryId: string,
  otherId: RecordingId,
  offers: readonly Offer[] = [],
): Promise<RecordingId> {
  if (claim === null || claim.recording.provisional || claim.deliveryId === deliveryId) return recording.id;
  const { kind } = relate(textOf({ ...recording, id: otherId }), textOf(claim.recording), {
    externalId: false,
    sameFile: false,
  });
  if (kind !== 'conflict') return recording.id;
  // The same release is the same speaker, in whatever file it comes.
  const standing = (await offersOf(client, [recording.id])).get(recording.id)!;
  const known = new Set(standing.map((offer) => offer.release.id));
  return offers.some((offer) => known.has(offer.release.id)) ? recording.id : otherId;
}

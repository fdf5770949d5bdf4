// A recording entered the catalogue or changed: how does it stand to those that are there?

import type { Queryable } from '../../store/database.ts';
import { offersOf } from '../../store/catalogue/releases.ts';
import { relativesOf, saveRelations } from '../../store/catalogue/relations.ts';
import { claimOf, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import type { Offer } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { relate } from '../../matching/metadata/relations.ts';
import type { RecordingText } from '../../matching/metadata/recordingText.ts';

/** What the words of a recording are weighed by. */
export const textOf = ({ externalIds: _, credits: _credits, ...recording }: CatalogueRecording): RecordingText =>
  recording;

/** In the transaction that wrote the recording and its references, so that no edge is ever missing or stale. */
export async function relateRecording(client: Queryable, recording: CatalogueRecording): Promise<void> {
  const relatives = await relativesOf(client, recording.id);
  await saveRelations(
    client,
    recording.id,
    relatives.map((each) => relate(textOf(recording), textOf(each.recording), each)),
  );
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

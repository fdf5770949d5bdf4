// A recording entered the catalogue or changed: how does it stand to those that are there?

import type { Queryable } from '../catalogue/database.ts';
import { relativesOf, saveRelations } from '../catalogue/relations.ts';
import { claimOf, type CatalogueRecording } from '../catalogue/recordings.ts';
import type { RecordingId } from '../domain/naming.ts';
import { relate } from '../matching/metadata/relations.ts';
import type { RecordingText } from '../matching/metadata/score.ts';

const textOf = ({ externalIds: _, ...recording }: CatalogueRecording): RecordingText => recording;

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
 * overwritten. A delivery that corrects itself, or confirms what a person knew before it, keeps the id.
 */
export async function idForDelivered(
  client: Queryable,
  recording: CatalogueRecording,
  deliveryId: string,
  otherId: RecordingId,
): Promise<RecordingId> {
  const claim = await claimOf(client, recording.id);
  if (claim === null || claim.recording.provisional || claim.deliveryId === deliveryId) return recording.id;
  const { kind } = relate(textOf({ ...recording, id: otherId }), textOf(claim.recording), {
    externalId: false,
    sameFile: false,
  });
  return kind === 'conflict' ? otherId : recording.id;
}

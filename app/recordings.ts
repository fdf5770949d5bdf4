// A person's word on how recordings of the catalogue stand to each other.

import type { RecordingId, SoundId } from '../domain/naming.ts';
import type { CatalogueRecording } from '../store/catalogue/recordings.ts';
import type { Database } from '../store/database.ts';
import { rejoinRecordings, separateRecordings } from '../usecases/catalogue/relateRecording.ts';

/** They are two recordings, whatever their words say. @returns the sounds that look again. */
export const separate = (
  database: Database,
  id: RecordingId,
  other: RecordingId,
  said: { readonly by: string; readonly why: string },
): Promise<readonly SoundId[]> => database.transaction((client) => separateRecordings(client, id, other, said));

/** Takes that back. @returns false when nobody had said it. */
export const rejoin = (database: Database, recording: CatalogueRecording, other: RecordingId): Promise<boolean> =>
  database.transaction((client) => rejoinRecordings(client, recording, other));

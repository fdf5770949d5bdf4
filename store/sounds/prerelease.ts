// What a person knew of a sound's recording before its release, in the sound's own row.

import type { RecordingId, SoundId } from '../../domain/naming.ts';
import type { PrereleaseMetadata } from '../../domain/sound.ts';
import type { Queryable } from '../database.ts';
import { prereleaseColumn } from '../json/sound.ts';

/** Stores prerelease metadata. @returns false when the sound is settled or unknown. */
export async function savePrerelease(
  client: Queryable,
  soundId: SoundId,
  prerelease: PrereleaseMetadata,
  textKeys: readonly string[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update sounds set prerelease = $2, prerelease_problem = null, release_date = coalesce($3::date, release_date), seq_seen = null, updated_at = now(),
            text_keys = array(select distinct unnest(text_keys || $4::text[]))
      where id = $1 and status in ('submitted', 'waiting', 'review')`,
    [soundId, prereleaseColumn.write(prerelease), prerelease.releaseDate, textKeys],
  );
  return rowCount === 1;
}

/** Notes why the audio that came with prerelease data was left out; null: it was taken. */
export async function notePrereleaseProblem(
  client: Queryable,
  soundId: SoundId,
  problem: string | null,
): Promise<void> {
  await client.query(`update sounds set prerelease_problem = $2 where id = $1`, [soundId, problem]);
}

/** Names the recording that a sound's prerelease data stands for, so that it follows what becomes of that. */
export async function waitFor(client: Queryable, soundId: SoundId, recordingId: RecordingId | null): Promise<void> {
  await client.query(
    `update sounds s set waits_for = $2,
            release_date = coalesce((select release_date from recordings where id = $2 and not provisional), s.release_date)
      where s.id = $1`,
    [soundId, recordingId],
  );
}

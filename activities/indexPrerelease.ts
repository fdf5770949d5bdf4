// Makes a provisional recording of what a person handed in before the release, with its audio in the index.

import { createHash } from 'node:crypto';
import { upsertRecording } from '../catalogue/recordings.ts';
import { addReference } from '../catalogue/references.ts';
import type { RecordingId, SoundId } from '../domain/naming.ts';
import type { PrereleaseMetadata } from '../domain/sound.ts';
import { fingerprintReference, printVersion } from '../matching/audio/reference.ts';
import { recordingKeys } from '../matching/metadata/keys.ts';
import type { Deps } from './index.ts';
import { wakeSounds } from './wakeSounds.ts';

/**
 * A delivery that brings the same ISRC later confirms the recording: it takes its place under the same id. Audio that cannot be
 * read leaves the words, which the sound waits with.
 * @returns why the audio was left out, or null.
 */
export async function indexPrerelease(
  deps: Deps,
  input: { readonly soundId: SoundId; readonly metadata: PrereleaseMetadata },
  signal: AbortSignal,
): Promise<{ problem: string | null }> {
  const { metadata } = input;
  const { audioHash } = metadata;
  if (audioHash === null) return { problem: null };
  const decoded = await deps.decoder.decode(deps.blobs.path(audioHash), { sampleRateHz: 8000, signal });
  if (decoded.kind === 'unreadable') return { problem: decoded.reason };
  const id = provisionalId(metadata);
  const durationMs = Math.round(decoded.durationMs);
  const recording = {
    id,
    isrc: metadata.isrc,
    title: metadata.title,
    artists: metadata.artists,
    version: null,
    album: null,
    releaseDate: metadata.releaseDate,
    upc: null,
    label: null,
    durationMs,
    aliases: [],
    externalIds: {},
    provisional: true,
  };
  const vectors = await deps.vectors?.embed(decoded.pcm);
  await deps.database.transaction(async (client) => {
    const { rows } = await client.query<{ provisional: boolean }>(`select provisional from recordings where id = $1`, [
      id,
    ]);
    // What a delivery said is not overwritten by what a person knew before it.
    if (rows[0]?.provisional !== false) await upsertRecording(client, recording, recordingKeys(recording), null);
    const { id: referenceId } = await addReference(client, {
      recordingId: id,
      origin: 'upload',
      file: `handed in with ${input.soundId}`,
      fileHash: audioHash,
      durationMs,
      print: fingerprintReference(decoded.pcm, decoded.sampleRateHz),
      printVersion,
    });
    if (vectors !== undefined) await deps.vectors?.index.add(client, { referenceId, vectors });
  });
  await wakeSounds(deps, { recordingIds: [id] }, signal);
  return { problem: null };
}

function provisionalId(metadata: PrereleaseMetadata): RecordingId {
  if (metadata.isrc !== null) return metadata.isrc;
  const name = [metadata.title, ...metadata.artists].join('\u001f').toLowerCase();
  return `prerelease:${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

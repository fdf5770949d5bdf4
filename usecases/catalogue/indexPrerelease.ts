// Makes a provisional recording of what a person knew before the release, with its audio in the index where there is some.

import { createHash } from 'node:crypto';
import type { Source } from '../../store/catalogue/changes.ts';
import type { Queryable } from '../../store/database.ts';
import { standsFor } from '../../store/catalogue/provisional.ts';
import { claimOf, recordingsById, upsertRecording, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { addReference } from '../../store/catalogue/references.ts';
import { refreshStanding } from '../../store/catalogue/releases.ts';
import { notePrereleaseProblem, savePrerelease, waitFor } from '../../store/sounds/prerelease.ts';
import type { RecordingId, SoundId } from '../../domain/naming.ts';
import type { PrereleaseMetadata } from '../../domain/sound.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { prereleaseKeys } from '../../matching/soundWords.ts';
import { outcomeOf, unlessAway } from '../../store/failures.ts';
import { readState } from '../../store/sounds/state.ts';
import { TryAgain } from '../failures.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { relateRecordings } from './relateRecording.ts';
import { compareAudio, settleProvisional } from './settleProvisional.ts';

export interface HandedIn {
  readonly soundId: SoundId;
  readonly metadata: PrereleaseMetadata;
  readonly by: string;
}

export type Taken = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly why: string };

/**
 * Stores what a person handed in: with the sound, and, when it has title and artists, as a provisional recording that deliveries confirm
 * or contradict.
 */
export async function recordPrerelease({ database }: Needs<'database'>, input: HandedIn): Promise<Taken> {
  const { soundId, metadata } = input;
  const written = await outcomeOf(() =>
    database.transaction(async (client): Promise<Taken> => {
      if (!(await savePrerelease(client, soundId, metadata, prereleaseKeys(metadata)))) {
        const state = await readState(client, soundId);
        const why =
          state === null ? `there is no sound ${soundId}` : `it is settled (${state.status}): "reopen" it first`;
        return { kind: 'refused', why };
      }
      const recording = provisionalOf(metadata);
      if (recording === null) {
        // A code alone makes no recording; the sound follows the one that bears it, once it is there.
        await waitFor(client, soundId, metadata.isrc);
        return { kind: 'accepted' };
      }
      const id = await putProvisional(client, recording);
      await waitFor(client, soundId, id);
      if (id === recording.id) await settleProvisional(client, recording, new Map(), sourceOf(input));
      return { kind: 'accepted' };
    }),
  );
  const outcome = unlessAway(written);
  return outcome.kind === 'written' ? outcome.value : { kind: 'refused', why: outcome.reason };
}

/**
 * Puts the audio that came with it into the index. Audio that cannot be had or read leaves the words, which the sound waits with, and is noted with the
 * sound. @returns why the audio was left out, or null.
 */
export async function indexPrerelease(
  deps: Needs<'database' | 'decoder' | 'blobs' | 'analysis' | 'vectors'>,
  input: HandedIn,
  task: Task,
): Promise<{ problem: string | null }> {
  const problem = await beating(task, 'prerelease audio', () => takeAudio(deps, input, task));
  await notePrereleaseProblem(deps.database, input.soundId, problem);
  return { problem };
}

/** Of audio that is not heard for a reason of ours. */
const mostTries = 5;

async function takeAudio(
  deps: Needs<'database' | 'decoder' | 'blobs' | 'analysis' | 'vectors'>,
  input: HandedIn,
  { signal, attempt }: Task,
): Promise<string | null> {
  const { metadata } = input;
  const { audioHash } = metadata;
  const recording = provisionalOf(metadata);
  if (audioHash === null) return null;
  if (recording === null) return 'title and artists are needed to make a recording of it';
  const decoded = await deps.decoder.decode(deps.blobs.path(audioHash), { sampleRateHz: 8000, signal });
  // Trouble of ours passes; a file that is gone does not come back.
  if (decoded.kind === 'failed' && decoded.code !== 'missing' && attempt < mostTries)
    throw new TryAgain('unavailable', decoded.reason, null);
  if (decoded.kind !== 'audio') return decoded.reason;
  const durationMs = Math.round(decoded.durationMs);
  const { print, vectors } = await deps.analysis.fingerprint(decoded.pcm, signal);
  const reference = {
    origin: 'upload',
    file: `handed in with ${input.soundId}`,
    fileHash: audioHash,
    durationMs,
    print,
    printVersion,
  } as const;
  const id = await deps.database.transaction(async (client) => {
    const stands = await putProvisional(client, { ...recording, durationMs });
    const { id: referenceId } = await addReference(client, { ...reference, recordingId: stands });
    if (vectors !== null) await deps.vectors?.add(client, { referenceId, vectors });
    if (stands === recording.id) await relateRecordings(client, [{ ...recording, durationMs }]);
    return stands;
  });
  // Now that its audio is known, what has been delivered already is listened to.
  const [stored] = await recordingsById(deps.database, [id]);
  if (stored?.provisional === true) {
    const compared = await compareAudio(deps, stored, null, signal);
    await deps.database.transaction((client) => settleProvisional(client, stored, compared, sourceOf(input)));
  }
  return null;
}

const sourceOf = (input: HandedIn): Source => ({
  saidBy: input.by === '' ? `a person, with ${input.soundId}` : input.by,
  deliveryId: null,
  line: null,
});

/** Writes it unless it is there as something better. @returns the id of what stands for it now. */
async function putProvisional(client: Queryable, recording: CatalogueRecording): Promise<RecordingId> {
  const stands = await standsFor(client, recording.id);
  // What a delivery said is not overwritten by what a person knew before it.
  if (stands !== null && !stands.provisional) return stands.id;
  const before = await claimOf(client, recording.id);
  const written = {
    ...recording,
    durationMs: recording.durationMs ?? before?.recording.durationMs ?? null,
    releaseDate: recording.releaseDate ?? before?.recording.releaseDate ?? null,
  };
  await upsertRecording(client, written, recordingKeys(written), null);
  await refreshStanding(client, [recording.id]);
  await relateRecordings(client, [written]);
  return recording.id;
}

/** Null without a title and an artist: such words say too little to be a recording. */
function provisionalOf(metadata: PrereleaseMetadata): CatalogueRecording | null {
  if (metadata.title === '' || metadata.artists.length === 0) return null;
  const name = [metadata.isrc ?? '', metadata.title, ...metadata.artists].join('\u001f').toLowerCase();
  return {
    id: `prerelease:${createHash('sha256').update(name).digest('hex').slice(0, 16)}`,
    isrc: metadata.isrc,
    title: metadata.title,
    artists: metadata.artists,
    version: null,
    album: null,
    releaseDate: metadata.releaseDate,
    upc: null,
    label: null,
    durationMs: null,
    aliases: [],
    externalIds: {},
    provisional: true,
  };
}

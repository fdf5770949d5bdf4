// Brings a sound's audio into the blob store, trusting neither its path nor its server.

import { realpath, rm, stat } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import type { Evidence } from '../../domain/evidence.ts';
import { saveEvidence } from '../../store/sounds/evidence.ts';
import { readSound, saveAudioHash, type Sound } from '../../store/sounds/sounds.ts';
import { fetchFile } from '../../platform/fetchFile.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import { NotFound, TryAgain } from '../failures.ts';

export interface AttemptOf {
  readonly soundId: string;
  readonly attempt: number;
}

/** What is known of a sound's audio before anything is fetched: it is here, or there is none to fetch. Undefined: it is to be fetched. */
export type AudioAtHand = 'fetched' | EvidenceLine | undefined;

/** Spares an attempt the activity on the audio queue, when there is nothing for it to do. */
export async function audioAtHand(
  { database }: Needs<'database'>,
  { id, audio, audioHash }: Sound,
  attempt: number,
): Promise<AudioAtHand> {
  if (audioHash !== null) return 'fetched';
  if (audio !== null && audio !== '') return undefined;
  await saveEvidence(database, id, 'audio', attempt, noAudio);
  return lineOf('audio', noAudio);
}

type Fetched = { readonly kind: 'blob'; readonly sha256: string } | Evidence<never>;

type Fetches = Needs<'database' | 'blobs' | 'fetchLimits' | 'audioRoots'>;

/** @returns null when the audio is there to be matched, else what its absence means. */
export async function fetchSound(deps: Fetches, input: AttemptOf, task: Task): Promise<EvidenceLine | null> {
  const sound = await readSound(deps.database, input.soundId);
  if (sound === null) throw new NotFound(`there is no sound ${input.soundId}`);
  if (sound.audioHash !== null) return null;
  const fetched = await fetchInto(deps, sound, task);
  if (fetched.kind === 'blob') {
    await saveAudioHash(deps.database, sound.id, fetched.sha256);
    return null;
  }
  await saveEvidence(deps.database, sound.id, 'audio', input.attempt, fetched);
  return lineOf('audio', fetched);
}

/** Whatever keeps audio from being had may change: a folder is mounted, a setting, a server's mind. Only audio that was heard can be unusable. */
const notHad = (reason: string, untilMs: number | null = null): Evidence<never> => ({
  kind: 'unavailable',
  reason,
  untilMs,
});

const noAudio: Evidence<never> = { kind: 'unusable', code: 'no_audio', reason: 'It was submitted without audio.' };

async function fetchInto(deps: Fetches, sound: Sound, task: Task): Promise<Fetched> {
  const { audio } = sound;
  if (audio === null || audio === '') return noAudio;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(audio)) return readLocal(deps, sound, audio);
  const draft = await deps.blobs.draft();
  try {
    const result = await beating(task, 'fetching', () => fetchFile(audio, draft, deps.fetchLimits, task.signal));
    switch (result.kind) {
      case 'file':
        await deps.blobs.adopt(draft, result.sha256);
        return { kind: 'blob', sha256: result.sha256 };
      case 'refused':
        return notHad(`Its audio was not fetched: ${result.reason}.`);
      case 'unavailable':
        // A long pause belongs to the sound's schedule, a short one to one retry of the activity.
        if ((result.retryAfterMs ?? 0) > 30_000 || task.attempt > 1) {
          return notHad(
            `Its audio could not be fetched yet: ${result.reason}.`,
            result.retryAfterMs === null ? null : Date.now() + result.retryAfterMs,
          );
        }
        throw new TryAgain('unavailable', `Its audio could not be fetched yet: ${result.reason}.`, result.retryAfterMs);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function readLocal(deps: Fetches, sound: Sound, path: string): Promise<Fetched> {
  const roots = [...(sound.audioRoot === null ? [] : [sound.audioRoot]), ...deps.audioRoots];
  if (!isAbsolute(path)) return notHad(`Its audio path is not absolute: ${path}`);
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    return notHad(`Its audio file is not there: ${path}`);
  }
  const allowed = await Promise.all(roots.map((root) => realpath(root).catch(() => null)));
  if (!allowed.some((root) => root !== null && real.startsWith(root.endsWith(sep) ? root : root + sep))) {
    return notHad('Its audio file lies outside the folder of the submitted file and FERMATA_AUDIO_ROOTS.');
  }
  const found = await stat(real);
  if (!found.isFile()) return notHad('Its audio is not a regular file.');
  if (found.size > deps.fetchLimits.maxBytes)
    return notHad(`Its audio is larger than ${deps.fetchLimits.maxBytes} bytes (FERMATA_AUDIO_MAX_BYTES).`);
  return { kind: 'blob', sha256: await deps.blobs.copyIn(real) };
}

// Listens to a sound: decode, gates, print, search in the index of references.

import type { DecodeFailure } from '../../audio/decode.ts';
import { otherThanMusic } from '../../audio/gates.ts';
import { findPrint, saveHeard } from '../../store/sounds/heardAudio.ts';
import { previewLengths } from '../../store/catalogue/references.ts';
import { saveEvidence } from '../../store/sounds/evidence.ts';
import { forgetAudio, readSound } from '../../store/sounds/sounds.ts';
import type { AudioCandidate, AudioEvidence } from '../../domain/evidence.ts';
import { landmarksVersion } from '../../matching/audio/landmarks.ts';
import { evidenceOf, NotReadyYet } from '../../matching/audio/port.ts';
import { printedDurationMs, soundPrintVersion } from '../../matching/audio/soundPrint.ts';
import { thresholds } from '../../matching/thresholds.ts';
import { heardInPreview } from '../../matching/previews.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { groupSound } from './groupSounds.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import { NotFound, TryAgain } from '../failures.ts';
import type { AttemptOf } from './fetchSound.ts';

type Hears = Needs<'database' | 'decoder' | 'blobs' | 'analysis' | 'references' | 'waiting' | 'groupAlarm' | 'warn'>;

/** Searches the index with the sound's print, made from its audio the first time. */
export async function matchAudio(deps: Hears, input: AttemptOf, task: Task): Promise<EvidenceLine> {
  const sound = await readSound(deps.database, input.soundId);
  if (sound === null || sound.audioHash === null) throw new NotFound(`there is no audio of ${input.soundId}`);
  const evidence = await hear(deps, sound.id, sound.audioHash, task).catch(whenReady);
  await saveEvidence(deps.database, sound.id, 'audio', input.attempt, evidence);
  return lineOf('audio', evidence);
}

/** Some seconds until the index of a process that has just started is there; other processes have theirs. */
const readySoonMs = 5_000;

function whenReady(error: unknown): never {
  if (error instanceof NotReadyYet) throw new TryAgain('unavailable', error.message, readySoonMs);
  throw error;
}

const versions = { printVersion: soundPrintVersion, landmarksVersion };

async function hear(deps: Hears, soundId: string, audioHash: string, task: Task): Promise<AudioEvidence> {
  const { signal } = task;
  const known = await findPrint(deps.database, audioHash, versions);
  let { print, landmarks, called = null } = known ?? {};
  if (print === undefined) {
    const heard = await beating(task, 'decoding', async () => {
      const decoded = await deps.decoder.decode(deps.blobs.path(audioHash), { sampleRateHz: 8000, signal });
      return decoded.kind === 'audio' ? deps.analysis.hear(decoded.pcm, signal) : decoded;
    });
    if (heard.kind === 'failed') return notHeard(deps, soundId, heard);
    if (heard.kind === 'unreadable')
      return { kind: 'unusable', code: 'unreadable', reason: `Its audio cannot be read: ${heard.reason}` };
    if (heard.kind !== 'heard') return { kind: 'unusable', code: heard.kind, reason: heard.reason };
    ({ print, landmarks, called } = heard);
  } else landmarks ??= await deps.analysis.landmarks(print, signal);
  // Before the search: a recording that arrives during it then finds this sound among those that wait.
  if (landmarks !== known?.landmarks) await saveHeard(deps.database, audioHash, { print, landmarks, called }, versions);

  const { candidates: found, references } = await beating(task, 'searching', () =>
    deps.references.search(print, { signal }),
  );
  const candidates = await withPreviews(deps, found.map(evidenceOf), printedDurationMs(print));
  // What is recognised beyond doubt is decided by itself: sounds with the same audio have nothing to add.
  if (candidates.every((candidate) => candidate.logLikelihoodRatio < thresholds.heardPlainlyBits))
    await beating(task, 'grouping', () => groupSound(deps, { id: soundId, audioHash, landmarks }, signal));
  if (candidates.length > 0) return { kind: 'match', candidates };
  if (called !== null) return { kind: 'unusable', code: called, reason: otherThanMusic[called].reason };
  return { kind: 'none', reason: `Its audio matches none of ${references} reference recordings.` };
}

/** Trouble of ours says nothing about the audio: it is heard at another attempt, and fetched again if it is gone. */
async function notHeard(
  { database }: Needs<'database'>,
  soundId: string,
  { code, reason }: DecodeFailure,
): Promise<AudioEvidence> {
  if (code === 'missing') await forgetAudio(database, soundId);
  const what = code === 'missing' ? 'Its audio is gone from the blob store' : 'Its audio could not be heard yet';
  return { kind: 'unavailable', reason: `${what}: ${reason}`, untilMs: null };
}

/** What was found in previews, for what it is. */
async function withPreviews(
  { database }: Needs<'database'>,
  found: readonly AudioCandidate[],
  soundMs: number,
): Promise<readonly AudioCandidate[]> {
  if (found.length === 0) return found;
  const previews = await previewLengths(
    database,
    found.map(({ referenceId }) => referenceId),
  );
  return found.map((candidate) => {
    const previewMs = previews.get(candidate.referenceId);
    return previewMs === undefined ? candidate : heardInPreview(candidate, { previewMs, soundMs });
  });
}

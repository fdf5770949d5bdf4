// Listens to a sound: decode, gates, print, search in the index of references.

import type { DecodeFailure } from '../../audio/decode.ts';
import { judgeSound } from '../../audio/gates.ts';
import { findPrint, saveHeard } from '../../store/sounds/heardAudio.ts';
import { previewLengths } from '../../store/catalogue/references.ts';
import { saveEvidence } from '../../store/sounds/evidence.ts';
import { forgetAudio, readSound } from '../../store/sounds/sounds.ts';
import type { AudioCandidate, AudioEvidence } from '../../domain/evidence.ts';
import { searchWithBothCues } from '../../matching/audio/bothCues.ts';
import { landmarksVersion, soundLandmarks } from '../../matching/audio/landmarks.ts';
import { soundPrint, soundPrintVersion, unpackSoundPrint } from '../../matching/audio/soundPrint.ts';
import { heardInPreview } from '../../matching/previews.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { groupSound } from './groupSounds.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import { NotFound } from '../failures.ts';
import type { AttemptOf } from './fetchSound.ts';

type Hears = Needs<
  'database' | 'decoder' | 'blobs' | 'references' | 'vectors' | 'waitingAudio' | 'groupAlarm' | 'warn'
>;

/** Searches the index with the sound's print, made from its audio the first time. */
export async function matchAudio(deps: Hears, input: AttemptOf, task: Task): Promise<EvidenceLine> {
  const sound = await readSound(deps.database, input.soundId);
  if (sound === null || sound.audioHash === null) throw new NotFound(`there is no audio of ${input.soundId}`);
  const evidence = await hear(deps, sound.id, sound.audioHash, task);
  await saveEvidence(deps.database, sound.id, 'audio', input.attempt, evidence);
  return lineOf('audio', evidence);
}

const versions = { printVersion: soundPrintVersion, landmarksVersion };

/** Candidates with so many are linked unless their words speak against them. */
const decisiveBits = 50;

async function hear(deps: Hears, soundId: string, audioHash: string, task: Task): Promise<AudioEvidence> {
  const known = await findPrint(deps.database, audioHash, versions);
  let print = known?.print;
  if (print === undefined) {
    const { signal } = task;
    const decoded = await beating(task, 'decoding', () =>
      deps.decoder.decode(deps.blobs.path(audioHash), { sampleRateHz: 8000, signal }),
    );
    if (decoded.kind === 'failed') return notHeard(deps, soundId, decoded);
    if (decoded.kind === 'unreadable')
      return { kind: 'unusable', code: 'unreadable', reason: `Its audio cannot be read: ${decoded.reason}` };
    const gated = judgeSound(decoded.pcm);
    if (gated.kind !== 'ok') return { kind: 'unusable', code: gated.kind, reason: gated.reason };
    print = soundPrint(decoded.pcm);
  }
  // Before the search: a recording that arrives during it then finds this sound among those that wait.
  let { landmarks } = known ?? {};
  if (landmarks === undefined) {
    landmarks = soundLandmarks(print);
    await saveHeard(deps.database, audioHash, { print, landmarks }, versions);
  }
  task.beat('searching');
  const index = await deps.references.current();
  const found = await searchWithBothCues(index, deps.vectors?.cue ?? null, print);
  const candidates = await withPreviews(deps, found, unpackSoundPrint(print).durationMs);
  // What is recognised beyond doubt is decided by itself: sounds with the same audio have nothing to add.
  if (candidates.every((candidate) => candidate.logLikelihoodRatio < decisiveBits)) {
    task.beat('grouping');
    await groupSound(deps, { id: soundId, audioHash, landmarks });
  }
  if (candidates.length > 0) return { kind: 'match', candidates };
  return { kind: 'none', reason: `Its audio matches none of ${index.size} reference recordings.` };
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

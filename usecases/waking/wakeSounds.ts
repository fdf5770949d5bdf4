// A recording entered the catalogue: which open sounds were waiting for it? They are found by audio and by words, and signalled.
//
// One recording is one query to the index of waiting audio (matching/audio/soundIndex.ts), whatever was done to the sounds, and one look-up of
// its folded titles. Nothing is decided here: a sound that is woken for nothing tries once in vain. What counts is that none is missed, and
// that a title like "Home" does not wake ten thousand.

import { activityInfo, heartbeat } from '@temporalio/activity';
import {
  arrivalsAmong,
  endArrival,
  soundsWithAudio,
  soundsWithWords,
  wantArrival,
  type Arrival,
} from '../../store/sounds/heardAudio.ts';
import { recordingsById, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { printsOf } from '../../store/catalogue/references.ts';
import type { SoundId } from '../../domain/naming.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { identifierKeys } from '../../matching/soundWords.ts';
import type { Deps } from '../../activities/index.ts';
import { inTurns } from '../../search/inTurns.ts';

/**
 * Of sounds that share one recording's words at most so many are signalled, the newest of each kind; all of them remember it for their
 * next timer. A sound that names the artist is worth an attempt; of those that share "Home" alone few are, and an attempt costs a
 * second of an audio worker.
 */
const wordLimits = { agreeing: 2000, titleAlone: 100 } as const;
/** By audio: a teaser that went round the world has this many sounds, not more. */
const mostByAudio = 20_000;
/** Signals under way at once: the server's answers are the back-pressure. */
const signalsAtOnce = 16;
/** Random pairs of audio reach 0 once in a few thousand times and 5 hardly ever; right ones lie above 20 with few exceptions. */
const audioBits = 4;

/**
 * Signals each sound that a new recording may answer, recording after recording. Each one is marked as done when its signals are out, so that a
 * repetition goes on where this one ended. A signal that gets lost is caught by the sound's next timer (`wanted_seq`).
 */
export async function wakeSounds(
  deps: Deps,
  input: { readonly recordingIds: readonly string[]; readonly except?: SoundId },
  signal: AbortSignal,
): Promise<{ woken: number }> {
  let woken = sentBefore();
  const signalled = new Set<SoundId>();
  const arrivals = await arrivalsAmong(deps.database, input.recordingIds);
  const recordings = new Map(
    (
      await recordingsById(
        deps.database,
        arrivals.map(({ recordingId }) => recordingId),
      )
    ).map((one) => [one.id, one]),
  );
  for (const arrival of arrivals) {
    signal.throwIfAborted();
    const recording = recordings.get(arrival.recordingId);
    if (recording !== undefined) {
      const why = await findSounds(deps, recording, arrival, signal, () => heartbeat(woken));
      // Who brought it in looks at it anyway.
      const queue = [...why].filter(([soundId]) => !signalled.has(soundId) && soundId !== input.except).values();
      await Promise.all(
        Array.from({ length: signalsAtOnce }, async () => {
          for (const [soundId, reason] of queue) {
            signal.throwIfAborted();
            if (await deps.wake(soundId, reason)) woken += 1;
            signalled.add(soundId);
            heartbeat(woken);
          }
        }),
      );
    }
    await endArrival(deps.database, arrival);
  }
  return { woken };
}

/** Signals that an earlier try of this activity sent. */
function sentBefore(): number {
  const details: unknown = activityInfo().heartbeatDetails;
  return typeof details === 'number' ? details : 0;
}

/** The sounds that an arrival may answer, each with the reason that people read; remembered in their rows. */
async function findSounds(
  { database, waitingAudio }: Deps,
  recording: CatalogueRecording,
  arrival: Arrival,
  signal: AbortSignal,
  beat: () => void,
): Promise<ReadonlyMap<SoundId, string>> {
  const why = new Map<SoundId, string>();
  const { baseKey, titleKey, extraKeys, artistKeys } = recordingKeys(recording);
  const titleKeys = [baseKey, titleKey, ...extraKeys, ...identifierKeys(recording)].filter((key) => key !== '');
  const words = { baseKey, titleKeys, artistKeys };
  for (const { id, misspelled } of await soundsWithWords(database, words, arrival.seq, wordLimits))
    why.set(
      id,
      `${recording.id} entered the catalogue under ${misspelled ? 'a title much like its own' : 'its title'}`,
    );
  const prints = await printsOf(database, recording.id, printVersion);
  if (prints.length > 0) {
    const index = await waitingAudio.current();
    const hashes = new Set<string>();
    for (const { print } of prints) {
      const found = await inTurns(index.search(print, { minBits: audioBits }), () => {
        signal.throwIfAborted();
        beat();
      });
      for (const { id } of found) hashes.add(id);
    }
    for (const { id } of await soundsWithAudio(database, [...hashes], arrival.seq, mostByAudio))
      why.set(id, `${recording.id} entered the catalogue, its audio fits`);
  }
  await wantArrival(database, arrival.seq, { soundIds: [...why.keys()], titleKeys });
  return why;
}

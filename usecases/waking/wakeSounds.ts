// Recordings entered the catalogue: which open sounds were waiting for them? They are found by audio and by words, and called.
//
// One recording is one query to the index of waiting audio (matching/audio/waitingVotes.ts), whatever was done to the sounds, and one look-up of
// its folded titles. Nothing is decided here: a sound that is woken for nothing tries once in vain. What counts is that none is missed, and
// that a title like "Home" does not wake ten thousand.

import {
  countArrivals,
  endArrival,
  nextArrivals,
  noteArrivalTrouble,
  soundsWithAudio,
  soundsWithWords,
  wantArrival,
  type Arrival,
} from '../../store/sounds/heardAudio.ts';
import { recordingsById, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { printsOf } from '../../store/catalogue/references.ts';
import { databaseTrouble } from '../../store/failures.ts';
import { tell } from '../../store/outbox.ts';
import { messageOf } from '../../platform/failures.ts';
import type { SoundId } from '../../domain/naming.ts';
import { NotReadyYet } from '../../matching/audio/port.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { identifierKeys } from '../../matching/soundWords.ts';
import { TryAgain } from '../failures.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';

/**
 * Of sounds that share one recording's words at most so many are called, the newest of each kind; all of them remember it for their
 * next timer. A sound that names the artist is worth an attempt; of those that share "Home" alone few are, and an attempt costs a
 * second of an audio worker.
 */
const wordLimits = { agreeing: 2000, titleAlone: 100 } as const;
/** By audio: a teaser that went round the world has this many sounds, not more. */
const mostByAudio = 20_000;
/** Random pairs of audio reach 0 once in a few thousand times and 5 hardly ever; right ones lie above 20 with few exceptions. */
const audioBits = 4;
/** Recordings that one call looks at: some seconds of work. */
const atOnce = 32;
/** What is left is counted so far: more need no exact number. */
const mostCounted = 10_000;

/** Until the audio that waits has been read by a process that has just started. */
const readySoonMs = 5_000;

/** An album wakes who waits for its artist once, not once a track. */
const gatherMs = 250;

type Wakes = Needs<'database' | 'waiting'>;

/**
 * Calls each sound that the next arrivals of a lane may answer. Each arrival ends in the transaction that calls its sounds, so that a repetition goes
 * on where this one ended. @returns how many sounds were called, and how many arrivals are left in all lanes.
 */
export async function wakeSounds(
  deps: Wakes,
  lane: { readonly lane: number; readonly lanes: number },
  task: Task,
): Promise<{ called: number; left: number }> {
  let called = 0;
  const arrivals = await nextArrivals(deps.database, { ...lane, limit: atOnce });
  const ids = arrivals.map(({ recordingId }) => recordingId);
  const recordings = new Map((await recordingsById(deps.database, ids)).map((one) => [one.id, one]));
  for (const arrival of arrivals) {
    task.signal.throwIfAborted();
    task.beat(arrival.recordingId);
    try {
      called += await wakeFor(deps, recordings.get(arrival.recordingId), arrival, task);
    } catch (error) {
      if (error instanceof NotReadyYet) throw new TryAgain('unavailable', error.message, readySoonMs);
      if (task.signal.aborted || databaseTrouble(error) === 'away') throw error;
      await noteArrivalTrouble(deps.database, arrival, messageOf(error));
    }
  }
  return { called, left: await countArrivals(deps.database, mostCounted) };
}

/** @returns how many sounds were called. */
async function wakeFor(
  deps: Wakes,
  recording: CatalogueRecording | undefined,
  arrival: Arrival,
  task: Task,
): Promise<number> {
  const found = recording === undefined ? null : await findSounds(deps, recording, arrival, task);
  const messages = [...(found?.why ?? [])]
    .filter(([soundId]) => soundId !== arrival.broughtBy)
    .map(([key, why]) => ({ kind: 'wake', key, body: { why } }) as const);
  await deps.database.transaction(async (client) => {
    if (found !== null)
      await wantArrival(client, arrival.seq, { soundIds: [...found.why.keys()], titleKeys: found.titleKeys });
    await tell(client, messages, gatherMs);
    await endArrival(client, arrival, messages.length);
  });
  return messages.length;
}

/** The sounds that an arrival may answer, each with the reason that people read. */
async function findSounds(
  { database, waiting }: Wakes,
  recording: CatalogueRecording,
  arrival: Arrival,
  task: Task,
): Promise<{ readonly why: ReadonlyMap<SoundId, string>; readonly titleKeys: readonly string[] }> {
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
    const hashes = new Set<string>();
    for (const { print } of prints) {
      const found = await beating(task, arrival.recordingId, () =>
        waiting.search(print, { minBits: audioBits, signal: task.signal }),
      );
      for (const { id } of found) hashes.add(id);
    }
    for (const { id } of await soundsWithAudio(database, [...hashes], arrival.seq, mostByAudio))
      why.set(id, `${recording.id} entered the catalogue, its audio fits`);
  }
  return { why, titleKeys };
}

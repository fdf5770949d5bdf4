// What people say about sounds and groups, as any interface takes it: names are looked up, what makes no sense is refused with what helps, and the
// workflow's answer comes back.

import type { Reconciliation } from '../client/reconciliation.ts';
import { readDay, whyNoDay } from '../domain/day.ts';
import { Failed, Misuse, NotFound } from '../domain/failures.ts';
import type { RecordingId, SoundId } from '../domain/naming.ts';
import { normaliseIsrc } from '../domain/recording.ts';
import { isSettled } from '../domain/sound.ts';
import { findRecording } from '../store/catalogue/recordings.ts';
import type { Database, Queryable } from '../store/database.ts';
import { groupOf, joinGroups, readGroup, splitGroup, type GroupSize } from '../store/sounds/groups.ts';
import { readState } from '../store/sounds/state.ts';

export interface Stores {
  readonly database: Database;
  readonly reconciliation: Reconciliation;
}

/** By its id or its ISRC. */
export async function recordingNamed(database: Queryable, typed: string): Promise<RecordingId> {
  const found = await findRecording(database, typed);
  if (found === null)
    throw new NotFound(
      `there is no recording ${typed} in the catalogue`,
      'recordings are named by ISRC; "fermata index FOLDER" adds them',
    );
  return found.id;
}

async function requireOpen(database: Queryable, soundId: SoundId, what: string): Promise<void> {
  const state = await readState(database, soundId);
  if (state === null) throw new NotFound(`there is no sound ${soundId}`);
  if (isSettled(state))
    throw new Failed(`${soundId} is ${state.status}: ${what}`, `take it up again with: fermata reopen ${soundId}`);
}

export async function retry({ database, reconciliation }: Stores, soundId: SoundId): Promise<void> {
  await requireOpen(database, soundId, 'nothing to retry');
  await reconciliation.retry(soundId);
}

export interface GivenPrerelease {
  readonly title: string;
  readonly artists: readonly string[];
  readonly isrc: string | null;
  readonly date: string | null;
}

/** Names of artists and a title that say something, an ISRC and a day that are some. @throws Misuse */
export function readPrerelease(given: GivenPrerelease) {
  const title = given.title.trim();
  const artists = given.artists.map((name) => name.trim()).filter((name) => name !== '');
  if (title === '' || artists.length === 0) throw new Misuse('title and artists are needed');
  const isrc = given.isrc === null ? null : normaliseIsrc(given.isrc);
  if (given.isrc !== null && isrc === null) throw new Misuse(`"${given.isrc}" is not an ISRC`);
  if (given.date !== null && readDay(given.date) === null)
    throw new Misuse(`the date "${given.date}" ${whyNoDay(given.date)}`);
  return { title, artists, isrc, releaseDate: given.date };
}

/** @param keepAudio brings the audio to where workers read it, once the sound is known to wait. @returns why the audio was left out, or null. */
export async function handIn(
  { database, reconciliation }: Stores,
  soundId: SoundId,
  metadata: ReturnType<typeof readPrerelease>,
  keepAudio: () => Promise<string | null>,
  by: string,
): Promise<string | null> {
  await requireOpen(database, soundId, 'it does not wait for a release');
  const answer = await reconciliation.prerelease(soundId, { ...metadata, audioHash: await keepAudio() }, by);
  if (answer.kind === 'refused') throw new Failed(`refused: ${answer.why}`);
  return answer.problem;
}

export async function groupNamed(database: Queryable, word: string): Promise<GroupSize> {
  const found = /^\d{1,15}$/.test(word) ? await readGroup(database, Number(word)) : null;
  if (found === null) throw new NotFound(`there is no group ${word}`, '"fermata groups" lists them');
  return found;
}

/** These sounds are not what the rest of their group is. @param group which they must be of, when the caller named one. */
export async function split(
  database: Database,
  ids: readonly SoundId[],
  by: string,
  group?: number,
): Promise<{ readonly group: number; readonly from: number }> {
  const from = new Set<number | null>();
  for (const id of ids) from.add(await groupOf(database, id));
  const [only] = from;
  if (from.size > 1) throw new Failed('these sounds are not all in one group');
  if (only === null || only === undefined) throw new Failed(`${ids[0]!} is in no group: there is nothing to split`);
  if (group !== undefined && group !== only) throw new Failed(`${ids[0]!} is in group ${only}, not in ${group}`);
  return { group: await splitGroup(database, only, ids, by), from: only };
}

/** Two groups are one. @returns the open sounds that look again. */
export async function merge(
  { database, reconciliation }: Stores,
  into: GroupSize,
  other: GroupSize,
): Promise<readonly SoundId[]> {
  if (into.id === other.id) throw new Misuse('a group is one with itself already');
  const moved = await joinGroups(database, into.id, other.id);
  for (const id of moved) await reconciliation.retry(id, `a person put it into group ${into.id}`);
  return moved;
}

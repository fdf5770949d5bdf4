// Which sounds a new recording wakes, and what is left when a wake-up gets lost: the real activity over a real database.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogueSeq } from '../../store/database.ts';
import { saveHeard } from '../../store/sounds/heardAudio.ts';
import { upsertRecording, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { addReference } from '../../store/catalogue/references.ts';
import { callSounds } from '../../store/outbox.ts';
import { recordConclusion } from '../../store/sounds/conclude.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { markSeen, nothingNew } from '../../store/sounds/turn.ts';
import { handWeightsName } from '../../domain/decision.ts';
import { landmarksVersion, soundLandmarks } from '../../matching/audio/landmarks.ts';
import { fingerprintReference, printVersion } from '../../matching/audio/reference.ts';
import { soundPrint, soundPrintVersion } from '../../matching/audio/soundPrint.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { readLine } from '../../app/submission.ts';
import { tune } from '../audio/signals.ts';
import { openActivities, quietEnvironment, takeCalls, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { catalogueRecording } from '../support/rows.ts';

let folder: string;
let open: OpenActivities;
let woken: { id: string; why: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-wake-'));
  open = openActivities({
    databaseUrl: await migratedDatabaseUrl(),
    folder,
    allowedHosts: [],
  });
});
afterAll(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  woken = [];
});

let made = 0;
const terms = async () => ({ seq: await catalogueSeq(open.database), landmarksVersion });
/** Searches with everything that has arrived. @returns how many sounds are called; `woken` says whom, and why. */
async function wake(): Promise<{ called: number; left: number }> {
  const done = (await quietEnvironment().run(open.activities.wakeSounds, { lane: 0, lanes: 1 })) as {
    called: number;
    left: number;
  };
  woken.push(...(await takeCalls(open.database)));
  return done;
}

const nothing = { kind: 'nothing', why: 'no', unavailable: [], untilMs: null } as const;

/** A sound after its first attempt in vain, or in the middle of it. */
async function sound(
  words: { readonly title: string; readonly author?: string },
  options: { readonly stage?: 'submitted' | 'looking' | 'waiting'; readonly pcm?: Float32Array } = {},
): Promise<string> {
  const { stage = 'waiting', pcm } = options;
  const read = readLine(JSON.stringify({ platform: 'tiktok', id: String((made += 1)), ...words }), folder, 1e9);
  if (typeof read === 'string') throw new Error(read);
  await insertSounds(open.database, [read]);
  if (stage === 'submitted') return read.id;
  await markSeen(open.database, read.id, await catalogueSeq(open.database));
  if (pcm !== undefined) {
    const print = soundPrint(pcm);
    await open.database.query(`update sounds set audio_hash = $2 where id = $1`, [read.id, `hash of ${read.id}`]);
    await saveHeard(
      open.database,
      `hash of ${read.id}`,
      { print, landmarks: soundLandmarks(print) },
      { printVersion: soundPrintVersion, landmarksVersion },
    );
  }
  if (stage === 'waiting') await recordConclusion(open.database, { soundId: read.id, attempt: 1, due: null }, nothing);
  return read.id;
}

async function deliver(words: { readonly title: string; readonly artists: string[] }, pcm?: Float32Array) {
  const recording: CatalogueRecording = catalogueRecording({
    id: `ZZTST26${String((made += 1)).padStart(5, '0')}`,
    ...words,
  });
  await open.database.transaction(async (client) => {
    await upsertRecording(client, recording, recordingKeys(recording), null);
    if (pcm === undefined) return;
    await addReference(client, {
      recordingId: recording.id,
      origin: 'delivery',
      file: 'x.wav',
      fileHash: recording.id,
      durationMs: 1000,
      print: fingerprintReference(pcm, 8000),
      printVersion,
    });
  });
  return recording.id;
}

describe('a new recording wakes', () => {
  it('by words those that waited for it and those that were looking already, not those that will see it by themselves', async () => {
    const title = 'Lanterns over Brine';
    const waiting = await sound({ title });
    const looking = await sound({ title }, { stage: 'looking' });
    await sound({ title }, { stage: 'submitted' });
    await sound({ title: 'Something Else' });
    const id = await deliver({ title, artists: ['Ann'] });
    const late = await sound({ title });
    expect(await wake()).toMatchObject({ called: 2 });
    expect(woken.map((one) => one.id).sort()).toEqual([waiting, looking].sort());
    expect(woken[0]!.why).toBe(`${id} entered the catalogue under its title`);
    expect(await nothingNew(open.database, late, await terms())).toBe(true);
    // The arrival is done with.
    expect(await wake()).toMatchObject({ called: 0 });
  });

  it('by audio, also when it was altered and when it entered during the first attempt', async () => {
    const piece = tune(901, 40);
    const waiting = await sound({ title: 'original sound' }, { pcm: piece.subarray(8 * 8000, 20 * 8000) });
    const looking = await sound({ title: 'x' }, { pcm: piece.subarray(12 * 8000, 26 * 8000), stage: 'looking' });
    await sound({ title: 'original sound' }, { pcm: tune(902, 12) });
    const id = await deliver({ title: 'Quite Different', artists: ['Ann'] }, piece);
    expect(await wake()).toMatchObject({ called: 2 });
    expect(woken.map((one) => one.id).sort()).toEqual([waiting, looking].sort());
    expect(woken[0]!.why).toBe(`${id} entered the catalogue, its audio fits`);
  });

  it('first those that name the artist, and of a common title alone only some; all of them remember it', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 130; n++) ids.push(await sound({ title: 'Home', author: `Uploader ${n}` }));
    const named = await sound({ title: 'Home', author: 'Vela Quist' });
    await deliver({ title: 'Home', artists: ['Vela Quist'] });
    expect(await wake()).toMatchObject({ called: 101 });
    expect(woken[0]!.id).toBe(named);
    const left = ids.filter((one) => !woken.some((other) => other.id === one));
    expect(left).toHaveLength(30);
    expect(await nothingNew(open.database, left[0]!, await terms())).toBe(false);
  });

  it('those that name the artist and misspell the title, not what else the artist is waited for with', async () => {
    const slip = await sound({ title: 'Artificial Intelligecne', author: 'Kenneth Welch' });
    const inOneLine = await sound({ title: 'Kenneth Welch - Artifical Inteligence (Sped Up)' });
    const looking = await sound({ title: 'Artificial Inteligense', author: 'Kenneth Welch' }, { stage: 'looking' });
    await sound({ title: 'Northern Motorway', author: 'Kenneth Welch' });
    await sound({ title: 'Artificial Intelligecne', author: 'Somebody Else' });
    const id = await deliver({ title: 'Artificial Intelligence', artists: ['Kenneth Welch'] });
    expect(await wake()).toMatchObject({ called: 3 });
    expect(woken.map((one) => one.id).sort()).toEqual([slip, inOneLine, looking].sort());
    expect(woken[0]!.why).toBe(`${id} entered the catalogue under a title much like its own`);
    // Remembered, should the signal have been lost.
    expect(await nothingNew(open.database, slip, await terms())).toBe(false);
  });

  it('by an ISRC that a person handed in, whatever it is called', async () => {
    const waiting = await sound({ title: 'original sound' });
    await open.database.query(`update sounds set text_keys = '{isrc:ZZTST2699999}' where id = $1`, [waiting]);
    const id = await deliver({ title: 'Any Name', artists: ['Ann'] });
    await open.database.query(`update recordings set isrc = 'ZZTST2699999' where id = $1`, [id]);
    expect(await wake()).toMatchObject({ called: 1 });
  });
});

describe('a retry', () => {
  it('is skipped in a busy catalogue, as long as what came in was searched for and is not for it', async () => {
    const id = await sound({ title: 'Nobody Has This' });
    const looks = async () => !(await nothingNew(open.database, id, await terms()));
    expect(await looks()).toBe(false);
    await deliver({ title: 'Busy', artists: ['Ann'] });
    // Its search is under way: it would wake the sound.
    expect(await looks()).toBe(false);
    await open.database.query(`update arrivals set at = now() - interval '1 hour'`);
    expect(await looks()).toBe(true);
    // Whoever wakes next takes along what was forgotten.
    await wake();
    expect(await looks()).toBe(false);
    expect(woken).toEqual([]);
  });

  it('looks again when its wake-up got lost, when the weights are others, and after a week', async () => {
    const title = 'Signal Lost at Sea';
    const id = await sound({ title });
    await deliver({ title, artists: ['Ann'] });
    expect(await wake()).toMatchObject({ called: 1 });
    // `wake` has thrown the message away: the row remembers.
    expect(await nothingNew(open.database, id, await terms())).toBe(false);
    await markSeen(open.database, id, await catalogueSeq(open.database));
    expect(await nothingNew(open.database, id, await terms())).toBe(true);
    expect(await nothingNew(open.database, id, { ...(await terms()), weights: `${handWeightsName}x` })).toBe(false);
    await open.database.query(`update sounds set looked_at = now() - interval '8 days' where id = $1`, [id]);
    expect(await nothingNew(open.database, id, await terms())).toBe(true);
    await deliver({ title: 'Later', artists: ['Ann'] });
    await wake();
    expect(await nothingNew(open.database, id, await terms())).toBe(false);
  });

  it('looks when its row was changed and nobody told it, and is not called for that afterwards', async () => {
    const id = await sound({ title: 'Called in Vain' });
    await markSeen(open.database, id, await catalogueSeq(open.database));
    expect(await nothingNew(open.database, id, await terms())).toBe(true);
    await callSounds(open.database, [id], 'its date moved');
    expect(await nothingNew(open.database, id, await terms())).toBe(false);
    await quietEnvironment().run(open.activities.matchMetadata, { soundId: id, attempt: 2 });
    expect(await takeCalls(open.database)).toEqual([]);
    expect(await nothingNew(open.database, id, await terms())).toBe(true);
  });

  it('looks again when its audio cannot be found by those who wake', async () => {
    const id = await sound({ title: 'x' }, { pcm: tune(905, 8) });
    await open.database.query(
      `insert into evidence (sound_id, source, attempt, evidence) values ($1, 'audio', 1, '{"kind":"none","reason":"x"}')`,
      [id],
    );
    expect(await nothingNew(open.database, id, await terms())).toBe(true);
    await open.database.query(`update heard_audio set landmarks_version = 0 where audio_hash = $1`, [`hash of ${id}`]);
    expect(await nothingNew(open.database, id, await terms())).toBe(false);
  });
});

describe('a search that fails for a fault of ours', () => {
  it('is tried three times, shown, and holds up nobody', async () => {
    const broken = await deliver({ title: 'Broken', artists: ['Ann'] });
    const title = 'Behind the Broken One';
    const waiting = await sound({ title });
    await open.database.query(`update arrivals set seq = 0 where recording_id = $1`, [broken]);
    await open.database.query(
      `insert into audio_references (recording_id, origin, file, file_hash, duration_ms, print, print_version, seq)
       values ($1, 'delivery', 'x', 'x', 1000, '\\x00', $2, 0)`,
      [broken, printVersion],
    );
    await deliver({ title, artists: ['Ann'] });
    for (let tries = 0; tries < 3; tries += 1) await wake();
    expect(woken.map(({ id }) => id)).toEqual([waiting]);
    expect(await wake()).toEqual({ called: 0, left: 0 });
    const { rows } = await open.database.query(`select recording_id, tries, problem <> '' as shown from arrivals`);
    expect(rows).toEqual([{ recording_id: broken, tries: 3, shown: true }]);
    await open.database.query(`delete from arrivals`);
  });
});

// Listening to a sound: what is wrong with its audio is final, what is wrong with us is not.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLine } from '../../app/submission.ts';
import type { DecoderLimits } from '../../audio/decode.ts';
import { openBlobStore } from '../../platform/blobStore.ts';
import { catalogueSeq } from '../../store/database.ts';
import { insertSounds, readSound, saveAudioHash } from '../../store/sounds/sounds.ts';
import { markSeen } from '../../store/sounds/turn.ts';
import { noise, tune, wav } from '../audio/signals.ts';
import { openActivities, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';

let folder: string;
let open: OpenActivities | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-hear-'));
});
afterEach(async () => {
  await open?.close();
  await rm(folder, { recursive: true, force: true });
});

/** An upload without a name, with this audio (null: a hash whose blob is gone), tried once. @returns what the attempt came to. */
async function tried(
  audio: Uint8Array | null,
  options: { readonly decoder?: Partial<DecoderLimits>; readonly title?: string } = {},
) {
  const { decoder, title = 'original sound' } = options;
  open = openActivities({
    databaseUrl: await migratedDatabaseUrl(),
    folder,
    allowedHosts: [],
    ...(decoder === undefined ? {} : { decoder }),
  });
  const { activities, database } = open;
  const read = readLine(JSON.stringify({ platform: 'tiktok', id: '1', title, audio: 'a.wav' }), folder, 1e9);
  if (typeof read === 'string') throw new Error(read);
  await insertSounds(database, [read]);
  await markSeen(database, read.id, await catalogueSeq(database));
  let hash = 'a'.repeat(64);
  if (audio !== null) {
    await writeFile(join(folder, 'a.wav'), audio);
    hash = await openBlobStore(join(folder, 'blobs')).copyIn(join(folder, 'a.wav'));
  }
  await saveAudioHash(database, read.id, hash);
  const attempt = { soundId: read.id, attempt: 1 };
  await activities.matchMetadata(attempt);
  const line = await activities.matchAudio(attempt);
  const state = await activities.concludeAttempt({ ...attempt, due: null });
  return { line, state, sound: (await readSound(database, read.id))!, activities };
}

describe('trouble of ours is "could not find out"', () => {
  it('a blob that is gone: it waits, and its audio is fetched again', async () => {
    const { line, state, sound, activities } = await tried(null);
    expect(line).toMatchObject({ kind: 'unavailable', text: expect.stringContaining('gone from the blob store') });
    expect(state).toMatchObject({ status: 'waiting' });
    expect(sound.audioHash).toBeNull();
    // The file is there by now: the next attempt hears it.
    await writeFile(join(folder, 'a.wav'), wav([tune(5, 12)], 8000));
    const again = { soundId: sound.id, attempt: 2 };
    expect(await activities.fetchSound(again)).toBeNull();
    expect(await activities.matchAudio(again)).toMatchObject({ kind: 'none' });
  });

  it('a decoder that has no time', async () => {
    const { line, state } = await tried(wav([tune(5, 600)], 8000), { decoder: { timeoutMs: 1 } });
    expect(line).toMatchObject({ kind: 'unavailable', text: expect.stringContaining('could not be heard yet') });
    expect(state).toMatchObject({ status: 'waiting', why: expect.stringMatching(/^Could not look everywhere yet\. /) });
  });

  it('is shown for what it is when it lasts, and the sound tries on', async () => {
    const { sound, activities } = await tried(wav([tune(5, 600)], 8000), { decoder: { timeoutMs: 1 } });
    const states = [];
    // The third is done twice, as after a crash: an attempt counts once.
    for (const attempt of [2, 3, 3, 4, 5]) {
      await activities.matchAudio({ soundId: sound.id, attempt });
      states.push(await activities.concludeAttempt({ soundId: sound.id, attempt, due: null }));
    }
    expect(states.at(-2)).toMatchObject({ why: expect.stringMatching(/^Could not look everywhere yet\. /) });
    expect(states.at(-1)).toMatchObject({
      status: 'waiting',
      why: expect.stringMatching(/^Could not look everywhere, in 5 attempts in a row\. .*could not be heard yet/),
    });
  });
});

describe('what is no music', () => {
  it('is searched first, and waits in the index of sounds for a recording that it may be', async () => {
    const { line, sound } = await tried(wav([noise(1, 10)], 8000));
    expect(line).toMatchObject({ kind: 'unusable', text: expect.stringContaining('noise') });
    const kept = await open!.database.query('select from heard_audio where audio_hash = $1', [sound.audioHash]);
    expect(kept.rowCount).toBe(1);
  });

  it('is not even that when it is silence', async () => {
    const { line, sound } = await tried(wav([new Float32Array(80_000)], 8000));
    expect(line).toMatchObject({ kind: 'unusable', text: expect.stringContaining('silen') });
    const kept = await open!.database.query('select from heard_audio where audio_hash = $1', [sound.audioHash]);
    expect(kept.rowCount).toBe(0);
  });
});

describe('what is wrong with the audio itself is final', () => {
  it('where there are no words either', async () => {
    const { line, state } = await tried(Buffer.from('no audio at all, whatever it is called'));
    expect(line).toMatchObject({ kind: 'unusable' });
    expect(state).toMatchObject({ status: 'unmatchable' });
  });

  it('where there are, the sound waits like one without audio', async () => {
    const { state } = await tried(Buffer.from('no audio at all'), { title: 'Zebra Lantern (teaser)' });
    expect(state).toMatchObject({ status: 'waiting', why: expect.stringContaining('cannot be read') });
  });
});

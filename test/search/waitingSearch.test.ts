// The index of audio that waits, as a process derives it from the rows: it learns of what comes, and forgets what is settled.

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SoundId } from '../../domain/naming.ts';
import { landmarksVersion, soundLandmarks } from '../../matching/audio/landmarks.ts';
import { fingerprintReference } from '../../matching/audio/reference.ts';
import { soundPrint, soundPrintVersion } from '../../matching/audio/soundPrint.ts';
import { openWaitingSearch } from '../../search/waitingSearch.ts';
import { recordConclusion } from '../../store/sounds/conclude.ts';
import { recordDecision } from '../../store/sounds/decide.ts';
import { saveHeard } from '../../store/sounds/heardAudio.ts';
import { insertSounds, saveAudioHash } from '../../store/sounds/sounds.ts';
import { tune } from '../audio/signals.ts';
import { searchHere } from '../support/activities.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const nothing = { kind: 'nothing', why: 'no', unavailable: [], untilMs: null } as const;
let made = 0;

/** A sound that has this audio and waits. */
async function waiting(audioHash: string): Promise<SoundId> {
  const id = `tiktok:${(made += 1)}`;
  const rest = { title: '', author: '', handle: '', original: null, durationMs: null, audio: null, audioRoot: null };
  await insertSounds(database, [
    { id, platform: 'tiktok', platformSoundId: id, payload: null, textKeys: [], horizonMs: 1e9, ...rest },
  ]);
  await saveAudioHash(database, id, audioHash);
  await recordConclusion(database, { soundId: id, attempt: 1, due: null }, nothing);
  return id;
}

it('learns of a new sound whose audio was heard before, under a sound that is settled since', async () => {
  const recording = tune(901, 40);
  const print = soundPrint(recording.subarray(64_000, 160_000));
  await saveHeard(
    database,
    'heard',
    { print, landmarks: soundLandmarks(print) },
    { printVersion: soundPrintVersion, landmarksVersion },
  );
  const first = await waiting('heard');
  const decision = { kind: 'noSuchRecording' } as const;
  await recordDecision(database, first, { decisionId: 'd', decision, by: '', note: '', nowMs: Date.now() });
  const index = openWaitingSearch(database, searchHere, { most: 100 });
  const asked = fingerprintReference(recording, 8000);
  const found = async (): Promise<string[]> => (await index.search(asked, { minBits: 4 })).map(({ id }) => id);
  expect(await found()).toEqual([]);
  // Other transactions go by: the index has read past the one that heard it.
  await database.query(`insert into settings values ('other', 'transaction')`);
  await found();
  await waiting('heard');
  expect(await found()).toEqual(['heard']);
});

// One row of truth per sound, whoever writes at the same moment: laws against a real Postgres.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upsertRecording, type CatalogueRecording } from '../../../store/catalogue/recordings.ts';
import { recordConclusion } from '../../../store/sounds/conclude.ts';
import { recordDecision } from '../../../store/sounds/decide.ts';
import { savePrerelease } from '../../../store/sounds/prerelease.ts';
import { readDecisions } from '../../../store/sounds/records.ts';
import { insertSounds, readSound, type NewSound } from '../../../store/sounds/sounds.ts';
import { readState } from '../../../store/sounds/state.ts';
import { expire, nothingNew, saveSchedule } from '../../../store/sounds/turn.ts';
import type { Verdict } from '../../../domain/decision.ts';
import { isSettled, type PersonDecision } from '../../../domain/sound.ts';
import { recordingKeys } from '../../../matching/metadata/keys.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';
import { catalogueRecording, newSound } from '../../support/rows.ts';

let database: TestDatabase;
const recordings = ['ZZTST2600001', 'ZZTST2600002', 'ZZTST2600003'];

beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 8 });
  for (const id of recordings) {
    const recording: CatalogueRecording = catalogueRecording({
      id,
      isrc: id,
      title: `Song ${id}`,
      artists: ['Ann'],
    });
    await upsertRecording(database, recording, recordingKeys(recording), null);
  }
});
afterAll(() => database.close());

let made = 0;
async function submitted(given: Partial<NewSound> = {}): Promise<string> {
  const platformSoundId = String((made += 1));
  const sound = newSound({
    id: `tiktok:${platformSoundId}`,
    title: 'a title',
    textKeys: ['a title'],
    horizonMs: 90 * 86_400_000,
    ...given,
  });
  await insertSounds(database, [sound]);
  return sound.id;
}

const sure = (recordingId: string): Verdict => ({
  kind: 'sure',
  best: {
    link: { recordingId, relation: 'same', speedRatio: 1, pitchSemitones: 0, offsetMs: 12.6, coverage: 0.9 },
    probability: 0.99,
    bits: 9,
    reasons: [],
    blockedBy: null,
    twins: [],
  },
  others: [],
  why: 'heard',
});
const nothing: Verdict = { kind: 'nothing', why: 'Nothing fits.', unavailable: [], untilMs: null };
const conclude = (soundId: string, attempt: number, verdict: Verdict) =>
  recordConclusion(database, { soundId, attempt, due: null }, verdict);
let said = 0;
const decide = (soundId: string, decision: PersonDecision, decisionId = `d${(said += 1)}`, nowMs = Date.now()) =>
  recordDecision(database, soundId, { decisionId, decision, by: 'ann', note: '', nowMs });
const linksOf = async (soundId: string): Promise<string[]> =>
  (
    await database.query<{ recording_id: string }>(
      `select recording_id from links where sound_id = $1 and superseded_at is null`,
      [soundId],
    )
  ).rows.map((row) => row.recording_id);

describe('two conclusions for one sound', () => {
  it('make one link, whichever came first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await submitted();
      await Promise.all([1, 2, 3, 4].map((attempt) => conclude(id, attempt, sure(recordings[attempt % 2]!))));
      const links = await linksOf(id);
      expect(links).toHaveLength(1);
      const state = await readState(database, id);
      expect(state).toMatchObject({ status: 'matched', attempts: 4, link: { recordingId: links[0] } });
    }
  });

  it('of the same attempt are one conclusion: the answer of the first got lost, not its effect', async () => {
    const id = await submitted();
    const first = await conclude(id, 1, sure(recordings[0]!));
    const again = await conclude(id, 1, sure(recordings[1]!));
    const { status, revision, why } = first!;
    expect(again).toMatchObject({ status, revision, why, link: { recordingId: recordings[0], offsetMs: 13 } });
    expect(await readDecisions(database, id)).toHaveLength(1);
    expect(await linksOf(id)).toEqual([recordings[0]]);
  });
});

describe("a person's word", () => {
  it('and a conclusion at the same moment: the person holds, in both orders', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await submitted();
      const decision = (): Promise<unknown> => decide(id, { kind: 'match', recordingId: recordings[1]! });
      const conclusion = (): Promise<unknown> => conclude(id, 1, sure(recordings[0]!));
      await Promise.all(round % 2 === 0 ? [decision(), conclusion()] : [conclusion(), decision()]);
      expect(await linksOf(id)).toEqual([recordings[1]]);
      expect(await readState(database, id)).toMatchObject({ status: 'matched', link: { decidedBy: 'person' } });
    }
  });

  it.each([
    ['before the conclusion', true],
    ['after the conclusion', false],
  ])('%s, told in order', async (_name, first) => {
    for (const [decision, status] of [
      [{ kind: 'match', recordingId: recordings[1]! }, 'matched'],
      [{ kind: 'notMusic' }, 'dismissed'],
      [{ kind: 'noSuchRecording' }, 'dismissed'],
      [{ kind: 'reject', recordingId: recordings[0]! }, 'waiting'],
    ] as const) {
      const id = await submitted();
      if (!first) await conclude(id, 1, sure(recordings[0]!));
      expect(await decide(id, decision)).toMatchObject({ kind: 'accepted' });
      if (first) await conclude(id, 1, sure(recordings[0]!));
      expect((await readState(database, id))?.status).toBe(status);
      expect(await linksOf(id)).toEqual(decision.kind === 'match' ? [recordings[1]] : []);
    }
  });

  it('said many times at once under one id counts once', async () => {
    const id = await submitted();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => decide(id, { kind: 'match', recordingId: recordings[i % 2]! }, 'the same')),
    );
    expect(new Set(answers.map((answer) => answer.why)).size).toBe(1);
    expect((await readDecisions(database, id)).filter((one) => one.decidedBy === 'person')).toHaveLength(1);
    const other = await submitted();
    expect(await decide(other, { kind: 'notMusic' }, 'the same')).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(id) as string,
    });
  });

  it('is kept when it is refused, with the reason', async () => {
    const id = await submitted();
    expect(await decide(id, { kind: 'match', recordingId: 'nobody' })).toEqual({
      kind: 'refused',
      why: 'there is no recording nobody in the catalogue',
    });
    expect(await readDecisions(database, id)).toMatchObject([{ accepted: false, kind: 'match' }]);
    expect(await readState(database, id)).toMatchObject({ status: 'submitted', revision: 0 });
    expect(await decide('tiktok:none', { kind: 'notMusic' })).toMatchObject({ kind: 'refused' });
  });

  it('to reopen gives a new horizon from then on, and everything in the catalogue is worth a look again', async () => {
    const id = await submitted({ horizonMs: 1000 });
    await conclude(id, 1, nothing);
    await database.query(`update sounds set seq_seen = 5, model_seen = 'x' where id = $1`, [id]);
    expect(await expire(database, id)).toMatchObject({ status: 'expired' });
    const nowMs = Date.parse('2040-01-01T00:00:00Z');
    const outcome = await decide(id, { kind: 'reopen' }, 'reopened', nowMs);
    expect(outcome).toMatchObject({ kind: 'accepted', state: { status: 'waiting', expiresAtMs: nowMs + 1000 } });
    expect(await nothingNew(database, id, { seq: 5, weights: 'x', landmarksVersion: 1 })).toBe(false);
    expect(await expire(database, id)).toMatchObject({ status: 'expired' });
  });

  it('can be taken back and given again: the last word holds', async () => {
    const id = await submitted();
    await conclude(id, 1, sure(recordings[0]!));
    await decide(id, { kind: 'reject', recordingId: recordings[0]! });
    expect((await readSound(database, id))?.rejected).toEqual([recordings[0]]);
    await conclude(id, 2, sure(recordings[0]!));
    expect(await readState(database, id)).toMatchObject({ status: 'waiting', link: null });
    await decide(id, { kind: 'match', recordingId: recordings[0]! });
    expect((await readSound(database, id))?.rejected).toEqual([]);
    expect(await linksOf(id)).toEqual([recordings[0]]);
  });
});

describe('revisions', () => {
  it('count every change of state, and every writer sees a different one', async () => {
    const id = await submitted();
    const outcomes = await Promise.all([
      conclude(id, 1, nothing),
      ...recordings.map(async (recordingId) => {
        const outcome = await decide(id, { kind: 'match', recordingId });
        return outcome.kind === 'accepted' ? outcome.state : null;
      }),
    ]);
    const last = await readState(database, id);
    const revisions = outcomes.map((state) => state?.revision ?? -1);
    expect(Math.max(...revisions)).toBe(last?.revision);
    const holder = outcomes.find((state) => state?.revision === last?.revision);
    expect(holder?.link?.recordingId).toBe(last?.link?.recordingId);
  });
});

describe('sounds', () => {
  it('submitted again, also at the same moment, stay as they are', async () => {
    const id = await submitted({ title: 'first' });
    await conclude(id, 1, nothing);
    const sound = (await readSound(database, id))!;
    const added = await Promise.all([
      insertSounds(database, [{ ...sound, title: 'second' }]),
      insertSounds(database, [
        { ...sound, title: 'third' },
        { ...sound, title: 'fourth' },
      ]),
    ]);
    expect(added.flat()).toEqual([]);
    expect(await readSound(database, id)).toMatchObject({ title: 'first', status: 'waiting' });
    const twice = { ...sound, id: 'tiktok:twice', platformSoundId: 'twice' };
    const both = await Promise.all([insertSounds(database, [twice, twice]), insertSounds(database, [twice])]);
    expect(both.flat()).toEqual(['tiktok:twice']);
  });

  it('that are settled take neither a schedule nor prerelease metadata', async () => {
    const id = await submitted();
    await conclude(id, 1, sure(recordings[0]!));
    await saveSchedule(database, id, 5, Date.now());
    const metadata = { title: 'x', artists: [], isrc: null, releaseDate: '2031-01-01', audioHash: null };
    expect(await savePrerelease(database, id, metadata, ['x'])).toBe(false);
    const state = await readState(database, id);
    expect(state).toMatchObject({ nextAttemptAtMs: null, attempts: 1, releaseDate: null });
    expect(isSettled(state!)).toBe(true);
  });
});

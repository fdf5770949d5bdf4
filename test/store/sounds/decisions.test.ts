// What a fit learns from, on a real Postgres: the last word of a person, with the last weighing before it.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { decidedSounds } from '../../../store/sounds/decisions.ts';
import { upsertRecording } from '../../../store/catalogue/recordings.ts';
import { recordConclusion } from '../../../store/sounds/conclude.ts';
import { recordDecision, type GivenDecision } from '../../../store/sounds/decide.ts';
import { insertSounds } from '../../../store/sounds/sounds.ts';
import type { ScoredCandidate } from '../../../domain/decision.ts';
import { recordingKeys } from '../../../matching/metadata/keys.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';
import { catalogueRecording, newSound } from '../../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 2 });
  for (const id of ['a', 'b'])
    await database.transaction((client) =>
      upsertRecording(
        client,
        catalogueRecording({
          id,
          title: 'After Dark',
          artists: ['Mr.Kitty'],
        }),
        recordingKeys({ title: 'After Dark', artists: ['Mr.Kitty'] }),
        null,
      ),
    );
}, 60_000);
afterAll(() => database?.close());

const candidate = (recordingId: string): ScoredCandidate => ({
  link: {
    recordingId,
    relation: 'same',
    speedRatio: null,
    pitchSemitones: null,
    offsetMs: null,
    coverage: null,
  },
  probability: 0.5,
  bits: 1,
  reasons: [{ bits: 20, feature: 'title', root: 'title', text: 'Title agrees.' }],
  blockedBy: null,
  twins: [],
});

async function reviewed(id: string, weights: string): Promise<void> {
  await insertSounds(database, [
    newSound({
      id,
      title: 'After Dark',
    }),
  ]);
  await recordConclusion(
    database,
    { soundId: id, attempt: 1, due: null },
    { kind: 'undecided', candidates: [candidate('a'), candidate('b')], why: 'Several fit.' },
    weights,
  );
}

const say = (id: string, decisionId: string, decision: GivenDecision['decision']) =>
  recordDecision(database, id, { decisionId, decision, by: 'mara', note: '', nowMs: Date.now() });

it('reads the last word on each sound, with the weights that had weighed it', async () => {
  for (const n of [1, 2, 3]) await reviewed(`tiktok:${n}`, n === 2 ? 'fitted-1' : 'hand-2');
  await say('tiktok:1', 'd1', { kind: 'reject', recordingId: 'a' });
  await say('tiktok:1', 'd2', { kind: 'match', recordingId: 'b' });
  await say('tiktok:2', 'd3', { kind: 'noSuchRecording' });
  expect(await say('tiktok:3', 'd4', { kind: 'match', recordingId: 'unknown' })).toMatchObject({ kind: 'refused' });
  const decided = await decidedSounds(database);
  expect(decided).toMatchObject([
    { soundId: 'tiktok:1', kind: 'match', recordingId: 'b', ruled: 'review', weights: 'hand-2' },
    { soundId: 'tiktok:2', kind: 'noSuchRecording', recordingId: null, weights: 'fitted-1' },
  ]);
  expect(decided[0]!.candidates.map((each) => each.link.recordingId)).toEqual(['a', 'b']);
});

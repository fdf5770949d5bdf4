// An attempt and an explanation weigh alike, on a real Postgres.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { readExplanation } from '../../app/explanation.ts';
import type { AudioCandidate } from '../../domain/evidence.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { handWeights } from '../../matching/weights.ts';
import { upsertRecording, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { saveEvidence } from '../../store/sounds/evidence.ts';
import { readDecisions } from '../../store/sounds/records.ts';
import { concludeAttempt } from '../../usecases/attempt/concludeAttempt.ts';
import { matchMetadata } from '../../usecases/attempt/matchMetadata.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { catalogueRecording } from '../support/rows.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const id = 'tiktok:1';
const recording = (n: number, more: Partial<CatalogueRecording> = {}): CatalogueRecording =>
  catalogueRecording({
    id: `ZZTST260000${n}`,
    title: 'Harbour Lights at Four',
    artists: ['Ines Varga'],
    ...more,
  });
const heard = (n: number, logLikelihoodRatio: number): AudioCandidate => ({
  recordingId: recording(n).id,
  referenceId: n,
  relation: 'same',
  speedRatio: 1,
  pitchSemitones: 0,
  offsetMs: 0,
  coverage: 0.9,
  logLikelihoodRatio,
});

async function attempt(recordings: readonly CatalogueRecording[], audio: readonly AudioCandidate[]): Promise<void> {
  for (const one of recordings)
    await database.transaction((client) => upsertRecording(client, one, recordingKeys(one), null));
  await database.query(
    `insert into sounds (id, platform, platform_sound_id, title, author, horizon_ms, expires_at)
     values ($1, 'tiktok', '1', 'Harbour Lights at Four', 'Ines Varga', 1, now() + interval '1 day')`,
    [id],
  );
  await matchMetadata({ database }, { soundId: id, attempt: 1 });
  await saveEvidence(
    database,
    id,
    'audio',
    1,
    audio.length === 0
      ? { kind: 'none', reason: 'Its audio matches none of 7 reference recordings.' }
      : { kind: 'match', candidates: audio },
  );
  await concludeAttempt({ database }, { soundId: id, attempt: 1, due: null });
}

it('what a decision did not keep weighs in an explanation as it weighed in the attempt', async () => {
  // Seven twins, of which a decision keeps five, and a namesake that only the ear proposes.
  const twins = [1, 2, 3, 4, 5, 6, 7].map((n) => recording(n));
  await attempt(
    [...twins, recording(8, { title: 'Low Tide', artists: ['Somebody Else'] })],
    [heard(3, 9), heard(8, 14)],
  );
  const [decision] = await readDecisions(database, id);
  const kept = new Map(decision!.detail.candidates!.map(({ link, bits }) => [link.recordingId, bits]));
  expect(kept.size).toBe(5);
  const { best, sibling, others } = await readExplanation(database, id, handWeights);
  const explained = new Map([best!, sibling!, ...others].map((each) => [each.recordingId, each.bits]));
  expect(explained.size).toBe(8);
  // One twin is heard; the other six, kept or not, weigh the same.
  const unheard = twins
    .filter(({ id: twin }) => twin !== heard(3, 9).recordingId)
    .map((twin) => explained.get(twin.id));
  expect(new Set(unheard).size).toBe(1);
  for (const [recordingId, bits] of kept) expect(explained.get(recordingId)).toBe(bits);
});

it('of a sound that is linked names the weights, and the link first', async () => {
  await attempt([recording(1), recording(2, { title: 'Harbour Lights at Four (Live)' })], [heard(1, 30)]);
  const explanation = await readExplanation(database, id, handWeights);
  expect(explanation).toMatchObject({
    status: 'matched',
    standing: 'linked',
    rule: { kind: 'matched', weights: handWeights.set },
    best: { recordingId: recording(1).id, relation: 'same' },
    sibling: {
      recordingId: recording(2).id,
      fact: 'Only of the other holds: The audio matches 90 % of the sound at its own speed.',
    },
    sources: [{ source: 'words' }, { source: 'audio' }],
  });
  expect(explanation.best!.waterfall.at(-1)!.sum).toBeCloseTo(explanation.best!.bits!, 9);
});

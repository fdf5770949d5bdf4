// Recordings that are one, from their delivery to the export, and what a later proof that they are two opens again. On a real Postgres.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExplanation } from '../../app/explanation.ts';
import { explanationText } from '../../cli/commands/explain.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { handWeights } from '../../matching/weights.ts';
import { upsertRecording, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { edgesOf } from '../../store/catalogue/relations.ts';
import { readDecisions, readRecords } from '../../store/sounds/records.ts';
import { recordDecision } from '../../store/sounds/decide.ts';
import { concludeAttempt } from '../../usecases/attempt/concludeAttempt.ts';
import { matchMetadata } from '../../usecases/attempt/matchMetadata.ts';
import { rejoinRecordings, relateRecordings, separateRecordings } from '../../usecases/catalogue/relateRecording.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { catalogueRecording } from '../support/rows.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const single: CatalogueRecording = catalogueRecording({
  id: 'ZZTST2600001',
  isrc: 'ZZTST2600001',
  title: 'Harbour Lights at Four',
  artists: ['Ines Varga'],
  releaseDate: '2024-03-01',
  durationMs: 201_000,
  album: 'Harbour Lights at Four',
});
const onAlbum: CatalogueRecording = {
  ...single,
  id: 'ZZTST2600002',
  isrc: 'ZZTST2600002',
  releaseDate: '2024-09-01',
  durationMs: 202_500,
  album: 'Tide Tables',
};

const deliver = (recording: CatalogueRecording): Promise<void> =>
  database.transaction(async (client) => {
    await upsertRecording(client, recording, recordingKeys(recording), null);
    await relateRecordings(client, [recording]);
  });

const id = 'tiktok:1';
let attempts = 0;
const submit = async (): Promise<void> => {
  attempts = 0;
  // Its horizon has passed, as it may have while a sound was matched.
  await database.query(
    `insert into sounds (id, platform, platform_sound_id, title, author, original, horizon_ms, expires_at)
     values ($1, 'tiktok', '1', $2, 'Ines Varga', false, 60000, now() - interval '1 day')`,
    [id, single.title],
  );
};
async function attempt(): Promise<void> {
  attempts += 1;
  await matchMetadata({ database }, { soundId: id, attempt: attempts });
  await concludeAttempt({ database }, { soundId: id, attempt: attempts, due: null });
}
const exported = async () => (await readRecords(database, { afterId: '', limit: 10 }))[0]!.record;
const calls = async (): Promise<unknown[]> =>
  (await database.query(`select key from outbox where kind = 'wake'`)).rows.map((row) => row['key']);

describe('two deliveries of one recording', () => {
  it('are one answer: the earlier one is linked, the export and the explanation name the other', async () => {
    await deliver(onAlbum);
    await deliver(single);
    await submit();
    await attempt();
    expect(await exported()).toMatchObject({
      state: 'matched',
      recording: single.id,
      relation: 'same',
      same_recordings: [onAlbum.id],
    });
    const explanation = await readExplanation(database, id, handWeights);
    expect(explanation).toMatchObject({
      best: { recordingId: single.id, twins: [{ recordingId: onAlbum.id, title: single.title }] },
      sibling: null,
      others: [],
    });
    expect(explanationText(explanation)).toContain(
      `the same recording: "Harbour Lights at Four" by Ines Varga, ${onAlbum.id}`,
    );
  });

  it('that are too long apart are two, for a person to choose', async () => {
    await deliver(single);
    await deliver({ ...onAlbum, durationMs: 221_000 });
    await submit();
    await attempt();
    expect(await exported()).toMatchObject({ state: 'review', recording: null, same_recordings: null });
  });

  it('are named beside a person’s link as well', async () => {
    await deliver(single);
    await deliver(onAlbum);
    await submit();
    const decision = { kind: 'match', recordingId: onAlbum.id } as const;
    await recordDecision(database, id, { decisionId: 'd', decision, by: 'ann', note: '', nowMs: 0 });
    expect(await exported()).toMatchObject({ recording: onAlbum.id, same_recordings: [single.id] });
  });
});

describe('a later proof that they are two', () => {
  it('by a corrected length opens what a rule had linked, which then asks a person', async () => {
    await deliver(single);
    await deliver(onAlbum);
    await submit();
    await attempt();
    await deliver({ ...onAlbum, durationMs: 221_000 });
    const why = `${onAlbum.id} and ${single.id} were taken for one recording and are two: what is known of ${onAlbum.id} has changed.`;
    expect(await exported()).toMatchObject({ state: 'waiting', recording: null, reasons: [why] });
    expect((await readDecisions(database, id)).at(-1)).toMatchObject({ decidedBy: 'rule', kind: 'waiting', why });
    expect(await calls()).toContain(id);
    const { rows } = await database.query<{ open: boolean }>(`select expires_at > now() as open from sounds`);
    expect(rows[0]!.open).toBe(true);
    await attempt();
    expect(await exported()).toMatchObject({ state: 'review' });
  });

  it('by another title leaves the one that still fits', async () => {
    await deliver(single);
    await deliver(onAlbum);
    await submit();
    await attempt();
    await deliver({ ...onAlbum, title: 'Harbour Lights at Four (Live)' });
    expect(await exported()).toMatchObject({ state: 'waiting' });
    await attempt();
    expect(await exported()).toMatchObject({ state: 'matched', recording: single.id, same_recordings: [] });
  });

  it('by a person holds whatever is delivered afterwards, until it is taken back', async () => {
    await deliver(single);
    await deliver(onAlbum);
    await submit();
    await attempt();
    const said = { by: 'ann', why: 'the album has another take' };
    expect(await database.transaction((client) => separateRecordings(client, single.id, onAlbum.id, said))).toEqual([
      id,
    ]);
    await attempt();
    expect(await exported()).toMatchObject({ state: 'review' });
    await deliver({ ...onAlbum, label: 'Tidal Works' });
    expect(await edgesOf(database, single.id)).toMatchObject([
      {
        kind: { level: 'different' },
        confirmed: true,
        evidence: [{ kind: 'person', text: 'ann said that they are two recordings: the album has another take' }],
      },
    ]);
    await attempt();
    expect(await exported()).toMatchObject({ state: 'review' });
    expect(await database.transaction((client) => rejoinRecordings(client, single, onAlbum.id))).toBe(true);
    expect(await database.transaction((client) => rejoinRecordings(client, single, onAlbum.id))).toBe(false);
    await attempt();
    expect(await exported()).toMatchObject({ state: 'matched', same_recordings: [onAlbum.id] });
  });

  it('leaves a person’s link, and sounds whose link never counted on it', async () => {
    await deliver(single);
    await submit();
    await attempt();
    await deliver(onAlbum);
    await deliver({ ...onAlbum, durationMs: 221_000 });
    expect(await exported()).toMatchObject({ state: 'matched', recording: single.id });
    await deliver(onAlbum);
    const decision = { kind: 'match', recordingId: single.id } as const;
    await recordDecision(database, id, { decisionId: 'd', decision, by: 'ann', note: '', nowMs: 0 });
    await deliver({ ...onAlbum, durationMs: 221_000 });
    expect(await exported()).toMatchObject({ state: 'matched', recording: single.id, decided_by: 'person' });
  });
});

// Both cues in the activities: a delivery's audio is embedded once, a sound is searched with its vectors too.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openVectors } from '../../search/vectors.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { startDelivery } from '../../store/catalogue/deliveries.ts';
import { referencesOf } from '../../store/catalogue/references.ts';
import type { VectorIndex } from '../../store/catalogue/vectors.ts';
import { createSoundEmbedder } from '../../models/fingerprint/embedAudio.ts';
import { openEmbedder } from '../../models/fingerprint/embedder.ts';
import { similarity, windowsIn } from '../../matching/audio/vectorSequences.ts';
import { tune, wav } from '../audio/signals.ts';
import { openActivities, quietEnvironment, searchHere, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';

let folder: string;
let database: Database;
let vectors: VectorIndex;
let open: OpenActivities;
const isrc = 'ZZTST2600001';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-vectors-'));
  const databaseUrl = await migratedDatabaseUrl();
  database = openDatabase(databaseUrl);
  const opened = await openVectors(database, searchHere);
  if (opened.kind !== 'ready') throw new Error(opened.reason);
  vectors = opened.index;
  open = openActivities({ databaseUrl, folder, allowedHosts: [], vectors });
});
afterAll(async () => {
  await open.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function deliver(): Promise<string[]> {
  await writeFile(
    join(folder, 'catalogue.jsonl'),
    JSON.stringify({ isrc, title: 'Embedded', artists: 'Ann', file: 'a.wav' }),
  );
  await startDelivery(database, 'd', folder);
  await quietEnvironment().run(open.activities.stageDelivery, { deliveryId: 'd' });
  const input = { deliveryId: 'd', afterLine: 0, limit: 10 };
  const indexed = (await quietEnvironment().run(open.activities.indexRows, input)) as { recordingIds: string[] };
  return indexed.recordingIds;
}

it(
  'a delivery is embedded with its print, and again only when its vectors are missing',
  { timeout: 60_000 },
  async () => {
    await writeFile(join(folder, 'a.wav'), wav([tune(1, 20)], 8000));
    expect(await deliver()).toEqual([isrc]);
    const [id] = await referencesOf(database, [isrc]);
    const stored = (await vectors.sequencesOf([id!])).get(id!)!;
    expect(windowsIn(stored)).toBe(36);
    const outcome = await openEmbedder('onnx');
    if (outcome.kind !== 'ready') throw new Error(outcome.reason);
    const sound = await createSoundEmbedder(outcome.embedder).embed(tune(1, 20), { time: 1, frequency: 1 });
    expect(similarity(stored, 10, sound, 10)).toBeGreaterThan(0.98);
    const near = await vectors.nearest(sound, 1);
    expect(near.find(({ query }) => query === 9)).toMatchObject({ referenceId: id, place: 9 });

    const rowOf = async (): Promise<number | undefined> =>
      (await database.query<{ id: number }>(`select id from reference_vectors`)).rows[0]?.id;
    const first = await rowOf();
    expect(await deliver()).toEqual([]);
    expect(await rowOf()).toBe(first);

    // As after an upgrade: the print is there, its vectors are not.
    await database.transaction((client) => vectors.remove(client, id!));
    expect(await deliver()).toEqual([]);
    expect(await referencesOf(database, [isrc])).toEqual([id]);
    expect((await vectors.sequencesOf([id!])).get(id!)).toEqual(stored);
  },
);

// Edges and conflicts between recordings, as they enter the catalogue one after another.

import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { idForDelivered, relateRecordings } from '../../../usecases/catalogue/relateRecording.ts';
import { edgesOf, familyOf, openConflicts } from '../../../store/catalogue/relations.ts';
import { startDelivery } from '../../../store/catalogue/deliveries.ts';
import { claimOf, upsertRecording, type CatalogueRecording } from '../../../store/catalogue/recordings.ts';
import { addReference } from '../../../store/catalogue/references.ts';
import { recordingKeys } from '../../../matching/metadata/keys.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';
import { catalogueRecording } from '../../support/rows.ts';

let database: TestDatabase;
beforeEach(async () => {
  await database?.close();
  database = await freshDatabase({ maxConnections: 1 });
}, 60_000);
afterAll(() => database?.close());

const isrc = 'ZZFER2600001';

const idFor = async (recording: CatalogueRecording, deliveryId: string, otherId: string): Promise<string> =>
  idForDelivered(database, recording, await claimOf(database, recording.id), deliveryId, otherId);

async function deliver(
  given: { id: string; title: string } & Partial<CatalogueRecording>,
  file: string | null = null,
  deliveryId: string | null = null,
): Promise<void> {
  const recording: CatalogueRecording = catalogueRecording({
    artists: ['Nova Reyes'],
    ...given,
  });
  await database.transaction(async (client) => {
    await upsertRecording(client, recording, recordingKeys(recording), deliveryId);
    if (file !== null)
      await addReference(client, {
        recordingId: recording.id,
        origin: 'delivery',
        file,
        fileHash: file,
        durationMs: 1000,
        print: new Uint8Array([1]),
        printVersion: 1,
      });
    await relateRecordings(client, [recording]);
  });
}

describe('relations', () => {
  it('join over two kinds of evidence only', async () => {
    await deliver({ id: 'a', title: 'Home', isrc });
    await deliver({ id: 'b', title: 'Home', isrc });
    await deliver({ id: 'c', title: 'Home' });
    await deliver({ id: 'd', title: 'Home (Sped Up)' });
    expect(await familyOf(database, 'a')).toEqual({ same: ['a', 'b'], family: ['a', 'b'] });
    expect(await familyOf(database, 'd')).toEqual({ same: ['d'], family: ['d'] });
    const proposed = (await edgesOf(database, 'd')).map(({ recordingId, otherId, kind, confirmed }) => [
      recordingId,
      otherId,
      kind,
      confirmed,
    ]);
    const kind = { level: 'family', how: 'speed', ratio: null };
    expect(proposed).toEqual(['a', 'b', 'c'].map((other) => ['d', other, kind, false]));
  });

  it('reach through a chain of confirmed edges, families included', async () => {
    await deliver({ id: 'a', title: 'Home', isrc });
    await deliver({ id: 'b', title: 'Home', isrc, externalIds: { spotify: ['x1'] } });
    await deliver({ id: 'c', title: 'Home', externalIds: { spotify: ['x1'] } });
    await deliver({ id: 'd', title: 'Home - Remastered 2011', externalIds: { spotify: ['x1'] } });
    expect(await familyOf(database, 'c')).toEqual({ same: ['a', 'b', 'c'], family: ['a', 'b', 'c', 'd'] });
    expect((await edgesOf(database, 'c'))[0]!.evidence.map((each) => each.kind)).toEqual(['id', 'text']);
  });

  it('take the same file as audio', async () => {
    await deliver({ id: 'a', title: 'Home', durationMs: 180_000 }, 'file-1');
    await deliver({ id: 'b', title: 'Home', durationMs: 200_000 }, 'file-1');
    await deliver({ id: 'c', title: 'Home', durationMs: 220_000 }, 'file-2');
    expect((await familyOf(database, 'b')).same).toEqual(['a', 'b']);
    expect((await edgesOf(database, 'c')).map((each) => each.kind.level)).toEqual(['sibling', 'sibling']);
  });

  it('keep a conflict as a row, and its end', async () => {
    await deliver({ id: 'a', title: 'Home', isrc, durationMs: 180_000 });
    await deliver({ id: 'b', title: 'Home', isrc, durationMs: 200_000 });
    expect(await openConflicts(database, 10)).toEqual([
      { recordingId: 'a', otherId: 'b', isrc, over: 'duration', why: 'one lasts 180 s, the other 200 s' },
    ]);
    expect(await edgesOf(database, 'a')).toEqual([]);
    await deliver({ id: 'b', title: 'Home', isrc, durationMs: 181_000 });
    expect(await openConflicts(database, 10)).toEqual([]);
    const { rows } = await database.query<{ ended: boolean }>(
      `select resolved_at is not null as ended from recording_conflicts`,
    );
    expect(rows).toEqual([{ ended: true }]);
    expect((await familyOf(database, 'a')).same).toEqual(['a', 'b']);
  });

  it('follow a recording that is renamed', async () => {
    await deliver({ id: 'a', title: 'Home' });
    await deliver({ id: 'b', title: 'Home' });
    await deliver({ id: 'b', title: 'Elsewhere' });
    expect(await edgesOf(database, 'a')).toEqual([]);
  });
});

describe('one ISRC delivered for two tracks', () => {
  const delivered = (title: string, more: Partial<CatalogueRecording> = {}): CatalogueRecording =>
    catalogueRecording({
      id: isrc,
      isrc,
      title,
      artists: ['Nova Reyes'],
      ...more,
    });

  it('does not overwrite the first, and both see the conflict', async () => {
    await startDelivery(database, 'one', '/one');
    await startDelivery(database, 'two', '/two');
    await deliver(delivered('Home'), null, 'one');
    const other = delivered('Elsewhere');
    const id = await idFor(other, 'two', `${isrc}~1`);
    expect(id).toBe(`${isrc}~1`);
    await deliver({ ...other, id }, null, 'two');
    expect((await openConflicts(database, 10)).map((each) => [each.recordingId, each.otherId, each.over])).toEqual([
      [isrc, `${isrc}~1`, 'title'],
    ]);
    // Delivered again, it is the same row.
    expect(await idFor(other, 'two', `${isrc}~1`)).toBe(id);
  });

  it('keeps the id for a correction, a confirmation, and the same recording from somebody else', async () => {
    await startDelivery(database, 'one', '/one');
    await deliver(delivered('Home'), null, 'one');
    expect(await idFor(delivered('Elsewhere'), 'one', 'other')).toBe(isrc);
    expect(await idFor(delivered('HOME'), 'two', 'other')).toBe(isrc);
    await deliver(delivered('A Working Title', { provisional: true }), null, null);
    expect(await idFor(delivered('Home'), 'two', 'other')).toBe(isrc);
  });
});

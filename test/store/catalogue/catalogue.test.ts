// The catalogue's number line and its upserts under concurrent writers, against a real Postgres.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueSeq, nextCatalogueSeq } from '../../../store/database.ts';
import { recordingsById, upsertRecording, type CatalogueRecording } from '../../../store/catalogue/recordings.ts';
import {
  addReference,
  recordingsWithAudio,
  referenceChanges,
  referencesOf,
  removeOtherReferences,
  type NewReference,
} from '../../../store/catalogue/references.ts';
import { recordingKeys } from '../../../matching/metadata/keys.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 12 });
});
afterAll(() => database.close());

const recording = (id: string, given: Partial<CatalogueRecording> = {}): CatalogueRecording => ({
  id,
  isrc: null,
  title: 'A Song',
  artists: ['Ann', 'Bob'],
  version: null,
  album: null,
  releaseDate: '2026-01-31',
  upc: null,
  label: null,
  durationMs: 1000,
  aliases: ['Ein Lied'],
  externalIds: { spotify: ['1'] },
  provisional: false,
  ...given,
});
const put = (given: CatalogueRecording) =>
  database.transaction((client) => upsertRecording(client, given, recordingKeys(given), null));
const reference = (recordingId: string, fileHash: string): NewReference => ({
  recordingId,
  origin: 'delivery',
  file: 'a.ogg',
  fileHash,
  durationMs: 1000,
  print: Uint8Array.of(1, 2, 3),
  printVersion: 1,
});
const add = (given: NewReference) => database.transaction((client) => addReference(client, given));

describe('catalogue_seq', () => {
  it('becomes visible in order, however slow a writer is: a reader who has read up to n has seen all up to n', async () => {
    const writers = Array.from({ length: 8 }, (_, w) => w).map(async (w) => {
      for (let i = 0; i < 12; i += 1) {
        const id = `order:${w}:${i}`;
        await database.transaction(async (client) => {
          await upsertRecording(client, recording(id), recordingKeys(recording(id)), null);
          // Some hold their number for a while before they commit.
          if ((w + i) % 3 === 0) await client.query(`select pg_sleep(0.004)`);
        });
      }
    });
    let writing = true;
    const done = Promise.all(writers).finally(() => (writing = false));
    const seen: number[] = [];
    let upTo = 0;
    const read = async (): Promise<void> => {
      const { rows } = await database.query<{ seq: number }>(
        `select seq from recordings where id like 'order:%' and seq > $1 order by seq`,
        [upTo],
      );
      for (const { seq } of rows) seen.push(seq);
      upTo = rows.at(-1)?.seq ?? upTo;
    };
    while (writing) await read();
    await done;
    await read();
    const { rows } = await database.query<{ seq: number }>(
      `select seq from recordings where id like 'order:%' order by seq`,
    );
    expect(seen).toEqual(rows.map((row) => row.seq));
    expect(seen).toHaveLength(96);
    expect(await catalogueSeq(database)).toBe(seen.at(-1));
  });

  it('is not moved by a writer that gave up', async () => {
    const before = await catalogueSeq(database);
    await expect(
      database.transaction(async (client) => {
        await nextCatalogueSeq(client);
        throw new Error('gave up');
      }),
    ).rejects.toThrow('gave up');
    expect(await catalogueSeq(database)).toBe(before);
    // And nobody waits for it.
    expect(await put(recording('after'))).toBe('added');
  });
});

describe('a recording delivered again', () => {
  it('that says the same is left alone, so that nobody is woken', async () => {
    expect(await put(recording('same'))).toBe('added');
    const before = await catalogueSeq(database);
    expect(await put(recording('same'))).toBe('unchanged');
    expect(await catalogueSeq(database)).toBe(before);
  });

  it.each([
    ['title', { title: 'A Song ' + 'too' }],
    ['artists in another order', { artists: ['Bob', 'Ann'] }],
    ['release date', { releaseDate: null }],
    ['version', { version: 'Live' }],
    ['aliases', { aliases: [] }],
    ['ids of services', { externalIds: {} }],
    ['confirmation of a person’s prerelease data', { provisional: true }],
  ])('with another %s is changed, once', async (name, given) => {
    const id = `changed:${name}`;
    await put(recording(id));
    const before = await catalogueSeq(database);
    expect(await put(recording(id, given))).toBe('changed');
    expect(await catalogueSeq(database)).toBeGreaterThan(before);
    expect(await put(recording(id, given))).toBe('unchanged');
    const [{ baseKey: _key, ...stored } = { baseKey: '' }] = await recordingsById(database, [id]);
    expect(stored).toEqual(recording(id, given));
  });

  it('by several at the same moment is one recording', async () => {
    const states = await Promise.all(Array.from({ length: 6 }, () => put(recording('at once'))));
    expect(states).toContain('added');
    expect(states).not.toContain('refused');
    expect(await recordingsById(database, ['at once'])).toHaveLength(1);
    expect(await put(recording('at once'))).toBe('unchanged');
  });
});

describe('reference audio', () => {
  it('added by several at the same moment is one reference', async () => {
    await put(recording('heard'));
    const added = await Promise.all(Array.from({ length: 6 }, () => add(reference('heard', 'f1'))));
    expect(added.filter((one) => one.added)).toHaveLength(1);
    expect(new Set(added.map((one) => one.id)).size).toBe(1);
    expect(await referencesOf(database, ['heard'])).toHaveLength(1);
  });

  it('replaced by a new master is reported as removed to whoever follows the changes', async () => {
    await put(recording('master'));
    const { id: old } = await add(reference('master', 'old'));
    const followed = (await catalogueSeq(database)) ?? 0;
    await database.transaction(async (client) => {
      expect(await removeOtherReferences(client, 'master', 'delivery', 'new')).toBe(1);
      await addReference(client, reference('master', 'new'));
    });
    const changes = await referenceChanges(database, followed, 1, 100);
    expect(changes.map((change) => [change.id === old, change.print === null])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(await recordingsWithAudio(database, ['master'])).toEqual(['master']);
    expect(await referenceChanges(database, changes.at(-1)!.seq, 1, 100)).toEqual([]);
  });

  it('followed in pages of one is seen completely, also where several changes share a number', async () => {
    await put(recording('pages'));
    for (const file of ['a', 'b', 'c']) await add(reference('pages', file));
    const from = await catalogueSeq(database);
    await database.transaction((client) => removeOtherReferences(client, 'pages', 'delivery', 'none of them'));
    const changes = await referenceChanges(database, from, 1, 1);
    expect(changes).toHaveLength(3);
    expect(new Set(changes.map((change) => change.seq)).size).toBe(1);
  });
});

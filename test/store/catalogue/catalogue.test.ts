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
import { relateRecordings } from '../../../usecases/catalogue/relateRecording.ts';
import { openConflicts } from '../../../store/catalogue/relations.ts';
import { recordingKeys } from '../../../matching/metadata/keys.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';
import { catalogueRecording } from '../../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 12 });
});
afterAll(() => database.close());

const recording = (id: string, given: Partial<CatalogueRecording> = {}): CatalogueRecording =>
  catalogueRecording({
    id,
    title: 'A Song',
    artists: ['Ann', 'Bob'],
    releaseDate: '2026-01-31',
    durationMs: 1000,
    aliases: ['Ein Lied'],
    externalIds: { spotify: ['1'] },
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
  it('is read without a gap while eight write at once, hold their numbers for a while, and give some up', async () => {
    const writers = Array.from({ length: 8 }, (_, w) => w).map(async (w) => {
      for (let i = 0; i < 12; i += 1) {
        const names = [`order:${w}:${i}:a`, `order:${w}:${i}:b`];
        await database
          .transaction(async (client) => {
            for (const name of names) {
              await upsertRecording(client, recording(name), recordingKeys(recording(name)), null);
              if ((w + i) % 3 === 0) await client.query(`select pg_sleep(0.004)`);
            }
            if ((w + i) % 5 === 0) throw new Error('given up');
          })
          .catch((error: Error) => expect(error.message).toBe('given up'));
      }
    });
    let writing = true;
    const done = Promise.all(writers).finally(() => (writing = false));
    const seen: number[] = [];
    let upTo = 0;
    let ahead = 0;
    const read = async (): Promise<void> => {
      const settled = await catalogueSeq(database);
      const { rows } = await database.query<{ seq: number }>(
        `select seq from recordings where id like 'order:%' and seq > $1 order by seq`,
        [upTo],
      );
      ahead += rows.filter(({ seq }) => seq > settled).length;
      for (const { seq } of rows) if (seq <= settled) seen.push(seq);
      upTo = seen.at(-1) ?? 0;
    };
    while (writing) await read();
    await done;
    await read();
    const { rows } = await database.query<{ seq: number }>(
      `select seq from recordings where id like 'order:%' order by seq`,
    );
    expect(seen).toEqual(rows.map((row) => row.seq));
    expect(seen).toHaveLength(154);
    // Else nobody has written while another did, and this says nothing.
    expect(ahead).toBeGreaterThan(0);
    expect(await catalogueSeq(database)).toBe(seen.at(-1));
  });

  it('keeps nobody waiting: who holds a number holds up readers alone, also one drawn after a savepoint', async () => {
    await put(recording('held:0'));
    const before = await catalogueSeq(database);
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let drawn = (): void => {};
    const isDrawn = new Promise<void>((resolve) => (drawn = resolve));
    let givenUp = 0;
    const slow = database.transaction(async (client) => {
      // A number that was given up with its savepoint is none, and the next one is marked all the same.
      await client.query('savepoint tried');
      givenUp = await nextCatalogueSeq(client);
      await client.query('rollback to savepoint tried');
      await addReference(client, reference('held:0', 'slow'));
      drawn();
      await held;
    });
    await isDrawn;
    await put(recording('held:2'));
    await add(reference('held:2', 'quick'));
    await put(recording('held:1'));
    const [settled, changes] = [await catalogueSeq(database), await referenceChanges(database, before, 1, 10)];
    letGo();
    await slow;
    expect(settled).toBe(givenUp);
    expect(changes).toEqual([]);
    expect(await catalogueSeq(database)).toBeGreaterThan(before);
    expect((await referenceChanges(database, before, 1, 10)).map((change) => change.recordingId)).toEqual([
      'held:0',
      'held:2',
    ]);
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

it('two recordings that come at the same moment find each other', async () => {
  const both = ['Home', 'Elsewhere'].map((title) =>
    recording(`turn:${title}`, { isrc: 'ZZFER2600077', title, aliases: [], externalIds: {} }),
  );
  let writing = both.length;
  let go = (): void => {};
  const written = new Promise<void>((resolve) => (go = resolve));
  await Promise.all(
    both.map((each) =>
      database.transaction(async (client) => {
        await upsertRecording(client, each, recordingKeys(each), null);
        if ((writing -= 1) === 0) go();
        // Neither has committed.
        await written;
        await relateRecordings(client, [each]);
      }),
    ),
  );
  expect(await openConflicts(database, 10)).toMatchObject([
    { isrc: 'ZZFER2600077', recordingId: expect.stringMatching(/^turn:/) as string },
  ]);
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

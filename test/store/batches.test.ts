// A bulk run's lines and how far it is, against a real Postgres.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addItems,
  admitBatch,
  batchReport,
  cancelBatch,
  concludeInBatches,
  createBatch,
  findBatch,
  runBatch,
} from '../../store/batches.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { newSound } from '../support/rows.ts';

const soundOf = (id: string) =>
  newSound({
    id,
    title: `title ${id}`,
    horizonMs: 1000,
  });

let database: TestDatabase;
const ids = Array.from({ length: 5 }, (_, i) => `tiktok:${i}`);
beforeAll(async () => {
  database = await freshDatabase();
  await insertSounds(database, ids.map(soundOf));
});
afterAll(() => database.close());

describe('a bulk run', () => {
  it('is made once, also when several start it, and takes lines once', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () =>
        createBatch(database, { id: 'b:2026-01-01', name: 'b', concurrency: 2, again: null }),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    const lines = [
      ...ids.map((soundId, i) => ({ line: i + 1, soundId, problem: null })),
      { line: 6, soundId: null, problem: 'not valid JSON' },
      // The same sound on another line.
      { line: 7, soundId: ids[0]!, problem: null },
    ];
    await addItems(database, 'b:2026-01-01', lines);
    await addItems(database, 'b:2026-01-01', lines);
    const report = await batchReport(database, 'b:2026-01-01');
    expect(report).toMatchObject({
      total: 7,
      refused: 1,
      state: 'running',
      states: { submitted: 5 },
      problems: [{ line: 6, problem: 'not valid JSON' }],
    });
    expect(await findBatch(database, 'b')).toBe('b:2026-01-01');
    expect(await findBatch(database, 'c')).toBeNull();
    expect(await batchReport(database, 'c')).toBeNull();
  });

  it('lets its sounds begin in the order of its lines, so many at a time, and each once', async () => {
    const begun = async () =>
      (
        await database.query<{ key: string; body: object }>(
          `delete from outbox where kind = 'start' returning key, body`,
        )
      ).rows.map(({ key }) => key);
    const batch = 'b:2026-01-01';
    expect(await admitBatch(database, batch)).toEqual({
      state: 'running',
      total: 7,
      started: 2,
      concluded: 0,
      running: 2,
      skipped: 0,
    });
    expect(await begun()).toEqual([ids[0], ids[1]]);
    expect(await admitBatch(database, batch)).toMatchObject({ started: 2, running: 2 });
    expect(await begun()).toEqual([]);

    // Somebody decided the third meanwhile, the first has its outcome.
    await database.query(`update sounds set status = 'matched' where id = $1`, [ids[2]]);
    await database.query(`update sounds set status = 'waiting' where id = $1`, [ids[0]]);
    await database.transaction((client) => concludeInBatches(client, ids[0]!));
    expect(await admitBatch(database, batch)).toMatchObject({ started: 3, concluded: 1, running: 2, skipped: 1 });
    expect(await begun()).toEqual([ids[3]]);
    for (const id of [ids[1], ids[3]]) {
      await database.query(`update sounds set status = 'waiting' where id = $1`, [id]);
      await database.transaction((client) => concludeInBatches(client, id!));
    }
    // The first sound's second line is passed over: it was tried.
    expect(await admitBatch(database, batch)).toMatchObject({ state: 'running', started: 4, running: 1, skipped: 2 });
    await database.query(`update sounds set status = 'review' where id = $1`, [ids[4]]);
    await database.transaction((client) => concludeInBatches(client, ids[4]!));
    expect(await admitBatch(database, batch)).toEqual({
      state: 'done',
      total: 7,
      started: 4,
      concluded: 4,
      running: 0,
      skipped: 2,
    });
  });

  it('tells its workflow of outcomes once for several that come together', async () => {
    const { rows } = await database.query(`select distinct key from outbox where kind = 'progress'`);
    expect(rows).toEqual([{ key: 'b:2026-01-01' }]);
  });

  it('ends once: its end keeps its time', async () => {
    const first = (await batchReport(database, 'b:2026-01-01'))?.finishedAt;
    expect(first).toBeInstanceOf(Date);
    expect(await cancelBatch(database, 'b:2026-01-01')).toBe(false);
    await admitBatch(database, 'b:2026-01-01');
    expect(await batchReport(database, 'b:2026-01-01')).toMatchObject({ state: 'done', finishedAt: first });
  });

  it('goes on with lines that come after its end', async () => {
    await insertSounds(database, [{ ...soundOf('tiktok:late') }]);
    await database.transaction(async (client) => {
      await addItems(client, 'b:2026-01-01', [{ line: 8, soundId: 'tiktok:late', problem: null }]);
      await runBatch(client, 'b:2026-01-01', 'b');
    });
    expect(await admitBatch(database, 'b:2026-01-01')).toMatchObject({ state: 'running', total: 8, started: 5 });
  });
});

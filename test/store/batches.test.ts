// A bulk run's lines and how far it is, against a real Postgres.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addItems,
  batchReport,
  concludedAmong,
  createBatch,
  findBatch,
  readItems,
  setBatchState,
} from '../../store/batches.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
const ids = Array.from({ length: 5 }, (_, i) => `tiktok:${i}`);
beforeAll(async () => {
  database = await freshDatabase();
  await insertSounds(
    database,
    ids.map((id) => ({
      id,
      platform: 'tiktok',
      platformSoundId: id.slice(7),
      title: `title ${id}`,
      author: '',
      handle: '',
      original: null,
      durationMs: null,
      audio: null,
      audioRoot: null,
      payload: null,
      textKeys: [],
      horizonMs: 1000,
    })),
  );
});
afterAll(() => database.close());

describe('a bulk run', () => {
  it('is made once, also when several start it, and takes lines once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => createBatch(database, 'b:2026-01-01', 'b')));
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

  it('is read in pages in the order of its lines, refused ones left out', async () => {
    const read: number[] = [];
    for (let after = 0; ;) {
      const page = await readItems(database, 'b:2026-01-01', after, 2);
      if (page.length === 0) break;
      read.push(...page.map((item) => item.line));
      after = page.at(-1)!.line;
    }
    expect(read).toEqual([1, 2, 3, 4, 5, 7]);
  });

  it('knows which of its sounds have had an outcome', async () => {
    expect(await concludedAmong(database, ids)).toEqual([]);
    await database.query(`update sounds set status = 'waiting' where id = $1`, [ids[2]]);
    expect(await concludedAmong(database, ids)).toEqual([ids[2]]);
  });

  it('ends once: its end keeps its time', async () => {
    await setBatchState(database, 'b:2026-01-01', 'done');
    const first = (await batchReport(database, 'b:2026-01-01'))?.finishedAt;
    await setBatchState(database, 'b:2026-01-01', 'done');
    expect((await batchReport(database, 'b:2026-01-01'))?.finishedAt).toEqual(first);
  });
});

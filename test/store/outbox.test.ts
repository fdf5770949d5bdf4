// What was stored and never begun is told anew, and nothing else.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { addItems, createBatch } from '../../store/batches.ts';
import { tellForgotten } from '../../store/outbox.ts';
import { insertSounds, type NewSound } from '../../store/sounds/sounds.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { newSound } from '../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const sound = (id: string): NewSound =>
  newSound({
    id: `tiktok:${id}`,
    platformSoundId: id,
    title: id,
  });

async function told(): Promise<string[]> {
  await tellForgotten(database);
  const { rows } = await database.query<{ key: string }>(`delete from outbox where kind = 'start' returning key`);
  return rows.map(({ key }) => key).sort();
}

it('a sound alone after half a minute; one of a bulk run only when that has begun it, and it was lost', async () => {
  await insertSounds(database, [sound('alone')]);
  await insertSounds(database, [sound('bulk')], { bulk: true });
  await createBatch(database, { id: 'b', name: 'b', concurrency: 1, again: null });
  await addItems(database, 'b', [{ line: 1, soundId: 'tiktok:bulk', problem: null }]);
  expect(await told()).toEqual([]);
  await database.query(`update sounds set submitted_at = now() - interval '31 seconds'`);
  expect(await told()).toEqual(['tiktok:alone']);
  // Admitted, its start sent, and its workflow terminated before it did anything.
  await database.query(`update batch_items set admitted_at = now()`);
  await database.query(`update sounds set started_at = now()`);
  expect(await told()).toEqual([]);
  await database.query(`update sounds set started_at = now() - interval '11 minutes'`);
  expect(await told()).toEqual(['tiktok:alone', 'tiktok:bulk']);
});

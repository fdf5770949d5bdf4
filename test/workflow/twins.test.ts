// Recordings that counted as one and turn out to be two: the sounds that were linked meanwhile look again by themselves.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { separate } from '../../app/recordings.ts';
import { readRecords } from '../../store/sounds/records.ts';
import type { Stage } from '../support/stage.ts';
import { story } from '../support/story.ts';

const [single, album] = ['ZZTST2600001', 'ZZTST2600002'] as const;
const sound = { id: '1', title: 'Harbour Lights at Four', author: 'Ines Varga', original: false };

/** One delivery, which may correct itself. */
async function deliver(stage: Stage, albumLasts: string): Promise<void> {
  const folder = join(stage.folder, 'label');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'export.csv'),
    [
      'Track Title;Primary Artist;ISRC Code;Duration;Release Date',
      `${sound.title};Ines Varga;${single};3:21;2020-03-01`,
      `${sound.title};Ines Varga;${album};${albumLasts};2020-09-01`,
      '',
    ].join('\n'),
  );
  expect(await stage.take('label', folder)).toMatchObject({ state: 'done', problem: null, refused: 0 });
}
const record = async (stage: Stage, id: string) =>
  (await readRecords(stage.database, { afterId: '', limit: 1, ids: [id] }))[0]!.record;

story('by a corrected length, long after the sound was settled', async ({ stage }) => {
  await deliver(stage, '3:22');
  const id = await stage.submit(sound);
  await stage.until(id, (state) => state.status === 'matched');
  expect(await record(stage, id)).toMatchObject({ recording: single, same_recordings: [album] });
  // Within its horizon, which a split extends by the database's clock: this one stands still here.
  await stage.pass('80 days');
  await deliver(stage, '3:55');
  await stage.until(id, (state) => state.status === 'review');
  const { recording, reasons } = await record(stage, id);
  expect([recording, reasons[0]]).toEqual([null, 'Several recordings fit equally well.']);
});

story('by a person’s word', async ({ stage }) => {
  await deliver(stage, '3:22');
  const id = await stage.submit(sound);
  await stage.until(id, (state) => state.status === 'matched');
  expect(await separate(stage.database, single, album, { by: 'ann', why: 'another take' })).toEqual([id]);
  await stage.until(id, (state) => state.status === 'review');
});

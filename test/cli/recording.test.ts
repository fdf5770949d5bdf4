// `fermata recording` on a real Postgres: how recordings stand to each other, and a person's word about two of them.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { recordingCommand } from '../../cli/commands/recording.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { upsertRecording, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { openDatabase } from '../../store/database.ts';
import { relateRecordings } from '../../usecases/catalogue/relateRecording.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { catalogueRecording } from '../support/rows.ts';

const recording = (id: string, more: Partial<CatalogueRecording> = {}): CatalogueRecording =>
  catalogueRecording({
    id,
    isrc: id,
    title: 'Paper Lanterns',
    artists: ['Ada Quill'],
    durationMs: 201_000,
    ...more,
  });
const [single, album, live] = ['ZZTST2600001', 'ZZTST2600002', 'ZZTST2600003'] as const;

beforeAll(async () => {
  const url = await migratedDatabaseUrl();
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:9');
  const database = openDatabase(url);
  try {
    for (const one of [recording(single), recording(album), recording(live, { title: 'Paper Lanterns (Live)' })])
      await database.transaction(async (client) => {
        await upsertRecording(client, one, recordingKeys(one), null);
        await relateRecordings(client, [one]);
      });
  } finally {
    await database.close();
  }
});
afterAll(() => vi.unstubAllEnvs());

async function run(...args: string[]): Promise<{ code: number; out: string; talk: string }> {
  const [results, talked]: [string[], string[]] = [[], []];
  // No servers of anybody's data folder.
  const code = await runCommand(recordingCommand, [...args, '--data-dir', join(tmpdir(), 'fermata-no-servers')], {
    out: (text) => void results.push(text),
    talk: (text) => void talked.push(text),
    progress() {},
    settle() {},
  });
  return { code, out: results.join('\n'), talk: talked.join('\n') };
}

it('shows what is one with a recording, and why', async () => {
  const { code, out } = await run('show', single);
  expect(code).toBe(0);
  const lines = out.split('\n');
  expect(lines[0]).toBe(`"Paper Lanterns" by Ada Quill, ${single}`);
  expect(lines.find((line) => line.includes(album))).toMatch(/^same recording .*Both last as long\./);
  expect(lines.find((line) => line.includes(live))).toMatch(/^work \(live\) \?/);
});

it('takes two apart and together again, by ISRC as by id', async () => {
  const apart = await run('separate', single, 'ZZ-TST-26-00002', '--by', 'ann', '--note', 'another take', '--json');
  expect(JSON.parse(apart.out)).toEqual({ recording: single, separate: album, open: [] });
  expect((await run('show', album)).out).toMatch(/different .*ann said that they are two recordings: another take/);
  const together = await run('rejoin', album, single);
  expect(together).toMatchObject({ code: 0, out: `${album} and ${single} stand to each other as their words have it` });
  expect((await run('show', album)).out).toMatch(/same recording/);
  expect(await run('rejoin', album, single)).toMatchObject({
    code: 1,
    talk: expect.stringContaining(`nobody has separated ${album} and ${single}`) as unknown,
  });
});

it.each([
  [['show'], 'recording takes show ID'],
  [['separate', single], 'recording takes show ID'],
  [['merge', single, album], 'recording takes show ID'],
  [['separate', single, single], 'one with itself'],
])('refuses %j', async (args, why) => {
  expect(await run(...args)).toMatchObject({ code: 2, talk: expect.stringContaining(why) as unknown });
});

it('says that there is no such recording', async () => {
  expect(await run('show', 'ZZTST2699999')).toMatchObject({
    code: 1,
    talk: expect.stringContaining('there is no recording ZZTST2699999') as unknown,
  });
});

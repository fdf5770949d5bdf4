// A whole run with outside services switched on: real servers, real workers, services on the loopback. What they know is exported, and no
// secret from the settings is anywhere afterwards: not in Temporal's file with its histories, nor in Postgres, logs or what commands print.

import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecords } from '../../store/sounds/records.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { services } from '../support/providers/index.ts';
import { startFake, type Fake } from '../support/providers/server.ts';
import { createWorld } from '../support/providers/world.ts';
import { examples, fromLines, makeFolder, toLines, until, type Folder, type Running } from './servers.ts';

const fakes = new Map<ProviderName, Fake>();
let folder: Folder;
let running: Running;

beforeAll(async () => {
  for (const name of ['spotify', 'deezer', 'acrcloud', 'audd'] as const)
    fakes.set(name, await startFake(services[name](), { world: createWorld(100) }));
  folder = makeFolder({
    ...Object.assign({}, ...[...fakes.values()].map(({ service }) => service.environment())),
    FERMATA_PROVIDER_URLS: [...fakes].map(([name, { url }]) => `${name}=${url}`).join(','),
    FERMATA_PROVIDER_CALLS_PER_DAY: 'acrcloud=10,audd=10',
    FERMATA_LOG_LEVEL: 'debug',
  });
});
afterAll(async () => {
  expect(await folder.remove()).toEqual([]);
  await Promise.all([...fakes.values()].map((fake) => fake.close()));
});

/** The settings that are secret, and the tokens that were issued for them. */
const secrets = (): string[] => {
  const planted = Object.assign({}, ...[...fakes.values()].map(({ service }) => service.environment())) as Record<
    string,
    string
  >;
  const isSecret = /SECRET|TOKEN|_KEY$/;
  return [
    ...Object.entries(planted).flatMap(([name, value]) => (isSecret.test(name) ? [value] : [])),
    'fake-token-',
    Buffer.from(`${planted['FERMATA_SPOTIFY_CLIENT_ID']}:${planted['FERMATA_SPOTIFY_CLIENT_SECRET']}`).toString(
      'base64',
    ),
  ];
};

function* filesUnder(path: string): Generator<string> {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* filesUnder(inside);
    else if (entry.isFile()) yield inside;
  }
}

describe('a run that asks outside services', () => {
  it('links what they know, with their ids, and waits for those in trouble', async () => {
    running = await folder.up();
    // Its errors repeat the request with the token in it.
    fakes.get('audd')!.misbehave({ kind: 'errorInside' });
    fakes.get('spotify')!.misbehave({ kind: 'status', status: 401 });
    copyFileSync(join(examples, 'sounds', 'unknown-music.m4a'), join(folder.files, 'unknown.m4a'));
    const file = join(folder.files, 'sounds.jsonl');
    writeFileSync(
      file,
      toLines([
        { platform: 'tiktok', id: '1', title: 'Study No. 42', author: 'Ensemble 42' },
        { platform: 'tiktok', id: '2', title: 'Nobody Knows This Tune At All', author: 'Ivo Bell' },
        {
          platform: 'tiktok',
          id: '3',
          title: 'original sound - zed',
          author: 'zed',
          original: true,
          audio: 'unknown.m4a',
        },
      ]),
    );
    expect((await folder.run('submit', file)).code).toBe(0);
    const database = folder.database();
    const records = await until('all sounds are tried', 240_000, async () => {
      const rows = await readRecords(database, { afterId: '', limit: 10 });
      const open = rows.filter(({ record }) => record.state === 'waiting' && record.next_attempt_at === null);
      return rows.length === 3 && open.length === 0 && rows.every(({ record }) => record.state !== 'submitted')
        ? rows
        : null;
    });
    const of = (id: string) => records.find(({ soundId }) => soundId === `tiktok:${id}`)!.record;
    expect(of('1')).toMatchObject({ state: 'matched', isrc: 'ZZFPR2600042', external_ids: { deezer: ['900000042'] } });
    expect(of('2')).toMatchObject({ state: 'waiting' });
    expect(of('2').reasons[0]).toContain('spotify: ');
  });

  it('leaves no secret in logs, databases, exports or what commands print', async () => {
    const printed = [
      (await folder.run('export', '--json')).stdout,
      (await folder.run('providers', '--json')).stdout,
      (await folder.run('config', '--json')).stdout,
      (await folder.run('status', 'tiktok:3')).stdout,
    ].join('\n');
    expect(fromLines<{ id: string }>(printed.split('\n').slice(0, 3).join('\n')).map(({ id }) => id)).toEqual([
      '1',
      '2',
      '3',
    ]);
    const database = folder.database();
    const { rows: tables } = await database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    let dump = '';
    for (const { name } of tables) {
      const { rows } = await database.query<{ row: string }>(`select row_to_json(t)::text as row from "${name}" t`);
      dump += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`;
    }
    expect(dump).toContain('provider_answers');
    expect(dump).toContain('ZZFPR2600042');
    const said = running.child.exitCode;
    expect(said).toBeNull();
    const files = [...filesUnder(folder.dataDir)].filter((path) => statSync(path).size < 256 * 2 ** 20);
    expect(files.some((path) => path.endsWith('temporal.db'))).toBe(true);
    expect(files.filter((path) => path.includes('/logs/')).length).toBeGreaterThan(2);
    for (const secret of secrets()) {
      expect(secret.length).toBeGreaterThan(8);
      expect(printed).not.toContain(secret);
      expect(dump).not.toContain(secret);
      expect(files.filter((path) => readFileSync(path).includes(secret))).toEqual([]);
    }
  });
});

// A worker that dies between noting that a sound must hear of something and telling it: who tells it then. Real activities over a real
// database, a service on the loopback.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callSounds, openCalls } from '../../store/catalogue/releases.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { openProviders } from '../../app/providers.ts';
import { readLine } from '../../app/submission.ts';
import { readConfig } from '../../platform/config.ts';
import { openActivities, quietEnvironment, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { services } from '../support/providers/index.ts';
import { startFake, type Fake } from '../support/providers/server.ts';
import { createWorld } from '../support/providers/world.ts';

let folder: string;
let open: OpenActivities;
let deezer: Fake;
let woken: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-calls-'));
  deezer = await startFake(services.deezer(), { world: createWorld(100), rate: null });
  const config = readConfig({
    environment: { ...deezer.service.environment(), FERMATA_PROVIDER_URLS: `deezer=${deezer.url}` },
  });
  open = openActivities({
    databaseUrl: await migratedDatabaseUrl(),
    folder,
    allowedHosts: [],
    wake: (soundId) => {
      woken.push(soundId);
      return Promise.resolve(true);
    },
    providers: (database) => openProviders(config, database),
  });
});
afterAll(async () => {
  await open.close();
  await deezer.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  woken = [];
});

async function sound(id: string, title: string, author: string): Promise<string> {
  const read = readLine(JSON.stringify({ platform: 'tiktok', id, title, author }), folder, 86_400_000);
  if (typeof read === 'string') throw new Error(read);
  await open.database.transaction((client) => insertSounds(client, [read]));
  return read.id;
}

describe('a call that was noted and not sent', () => {
  it('is sent by the next try of what noted it, which finds the recordings there', async () => {
    const asks = await sound('asks', 'Study No. 42', 'Ensemble 42');
    const called = await sound('called', 'Whatever', 'Ann');
    const ask = () =>
      quietEnvironment().run(open.activities.askCatalogue, {
        soundId: asks,
        attempt: 1,
        provider: 'deezer',
        priority: 'new' as const,
        fresh: false,
      });
    expect(await ask()).toMatchObject({ kind: 'match' });
    await callSounds(open.database, [called], 'it is what was handed in before');
    expect(await ask()).toMatchObject({ kind: 'match' });
    expect(woken).toEqual([called]);
    expect(await openCalls(open.database, 10)).toEqual([]);
  });

  it('is sent by the scheduled sync, also when no service knows anything new', async () => {
    const called = await sound('called-too', 'Whatever Else', 'Ann');
    await callSounds(open.database, [called], 'its date moved');
    expect(await quietEnvironment().run(open.activities.checkServices, { limit: 10, denseMs: 1 })).toMatchObject({
      added: 0,
    });
    expect(woken).toEqual([called]);
    expect(await openCalls(open.database, 10)).toEqual([]);
  });
});

// Sounds in the lines of services that are asked as often as they allow: one place each, given back when it is not needed any more. Real activities
// over a real database, a service on the loopback.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvidence } from '../../store/sounds/evidence.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { openProviders } from '../../app/providers.ts';
import { readLine } from '../../app/submission.ts';
import { readConfig } from '../../platform/config/index.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { openActivities, quietEnvironment, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { services } from '../support/providers/index.ts';
import { startFake, type Fake } from '../support/providers/server.ts';
import { createWorld } from '../support/providers/world.ts';

let folder: string;
let open: OpenActivities;
let deezer: Fake;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-lines-'));
  deezer = await startFake(services.deezer(), { world: createWorld(100), rate: null });
  const config = readConfig({
    environment: {
      ...deezer.service.environment(),
      FERMATA_PROVIDER_URLS: `deezer=${deezer.url}`,
      // A search, and the entry that names its code: half of the window may go at once, the rest takes minutes.
      FERMATA_PROVIDER_LIMITS: 'deezer=4/3600s',
    },
  });
  open = openActivities({
    databaseUrl: await migratedDatabaseUrl(),
    folder,
    allowedHosts: [],
    providers: (database) => openProviders(config, database),
  });
});
afterAll(async () => {
  await open.close();
  await deezer.close();
  await rm(folder, { recursive: true, force: true });
});

async function sound(id: string, title: string, author: string): Promise<string> {
  const read = readLine(JSON.stringify({ platform: 'tiktok', id, title, author }), folder, 86_400_000);
  if (typeof read === 'string') throw new Error(read);
  await open.database.transaction((client) => insertSounds(client, [read]));
  return read.id;
}
const ask = (soundId: string, attempt: number, fresh = false): Promise<EvidenceLine> =>
  quietEnvironment().run(open.activities.askCatalogue, {
    soundId,
    attempt,
    provider: 'deezer',
    priority: 'backlog' as const,
    fresh,
  }) as Promise<EvidenceLine>;
const tailMs = async (): Promise<number> =>
  (await open.database.query<{ tail: number }>(`select tail_ms as tail from provider_limits`)).rows[0]!.tail;
/** What `take_permits` adds for each that is sent away. */
const placeMs = (0.6 * 3_600_000) / 4;

describe('a sound that a service told to come back later', () => {
  it('keeps its one place when it wakes before that, unless somebody asks for it', async () => {
    expect(await ask(await sound('first', 'Study No. 42', 'Ensemble 42'), 1)).toMatchObject({ kind: 'match' });
    const id = await sound('second', 'Study No. 43', 'Ensemble 43');
    const told = await ask(id, 1);
    expect(told).toMatchObject({ kind: 'unavailable', untilMs: expect.any(Number) as number });
    const before = await tailMs();
    expect(await ask(id, 2)).toEqual(told);
    expect(await tailMs()).toBe(before);
    // It counts as asked in that attempt: nobody asks again in it.
    expect(await readEvidence(open.database, id)).toMatchObject([{ source: 'deezer', attempt: 2 }]);
    expect(await ask(id, 3, true)).not.toEqual(told);
    expect(await tailMs()).toBeCloseTo(before + placeMs, 3);
    // Its timer has fired at the instant that it was told, whatever our own clock says: it asks.
    const again = await ask(id, 4);
    expect(await ask(id, 5)).toEqual(again);
    await open.database.query(`update sounds set next_attempt_at = $2 where id = $1`, [id, new Date(again.untilMs!)]);
    expect(await ask(id, 6)).not.toEqual(again);
    expect(await tailMs()).toBeCloseTo(before + 2 * placeMs, 3);
    expect(deezer.state().requests).toBe(2);
  });

  it('gives its place back when it finds an answer elsewhere', async () => {
    // In the catalogue by now, from the first question.
    const id = await sound('third', 'Study No. 42', 'Ensemble 42');
    const before = await tailMs();
    expect(await ask(id, 1, true)).toMatchObject({ kind: 'unavailable' });
    expect(await tailMs()).toBeCloseTo(before + placeMs, 3);
    await open.activities.matchMetadata({ soundId: id, attempt: 1 });
    await quietEnvironment().run(open.activities.fetchSound, { soundId: id, attempt: 1 });
    expect(await open.activities.concludeAttempt({ soundId: id, attempt: 1, due: null })).toMatchObject({
      status: 'matched',
    });
    expect(await tailMs()).toBeCloseTo(before, 3);
  });
});

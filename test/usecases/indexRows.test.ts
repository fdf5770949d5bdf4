// Taking a delivery in, row by row: what a crash or a cancellation leaves behind is taken up where it was.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryProgress, remarks, startDelivery } from '../../store/catalogue/deliveries.ts';
import { recordingsWithAudio } from '../../store/catalogue/references.ts';
import { tune, wav } from '../audio/signals.ts';
import { openActivities, quietEnvironment, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';

let folder: string;
let open: OpenActivities;
const isrc = (n: number): string => `ZZTST26000${String(n).padStart(2, '0')}`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-delivery-'));
  open = openActivities({ databaseUrl: await migratedDatabaseUrl(), folder, allowedHosts: [] });
});
afterEach(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});

async function deliver(lines: readonly object[]): Promise<void> {
  await writeFile(join(folder, 'catalogue.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
  await startDelivery(open.database, 'd', folder);
  expect(await quietEnvironment().run(open.activities.stageDelivery, { deliveryId: 'd' })).toEqual({ problem: null });
}
const plain = (n: number) => ({ isrc: isrc(n), title: `Track ${n}`, artists: 'Ann' });

describe('indexRows', () => {
  it('interrupted in the middle reports also what it had finished, so that nobody is left asleep', async () => {
    await deliver([1, 2, 3, 4, 5].map(plain));
    const interrupted = quietEnvironment();
    let beats = 0;
    interrupted.on('heartbeat', () => {
      beats += 1;
      if (beats === 3) interrupted.cancel('WORKER_SHUTDOWN');
    });
    const input = { deliveryId: 'd', afterLine: 0, limit: 4 };
    await expect(interrupted.run(open.activities.indexRows, input)).rejects.toThrow();
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({ added: 3, pending: 2 });

    expect(await quietEnvironment().run(open.activities.indexRows, input)).toEqual({
      recordingIds: [1, 2, 3, 4].map(isrc),
      lastLine: 4,
      remaining: 1,
    });
    expect(await quietEnvironment().run(open.activities.indexRows, { ...input, afterLine: 4 })).toEqual({
      recordingIds: [isrc(5)],
      lastLine: 5,
      remaining: 0,
    });
    expect(await quietEnvironment().run(open.activities.indexRows, { ...input, afterLine: 5 })).toEqual({
      recordingIds: [],
      lastLine: 5,
      remaining: 0,
    });
  });

  it('delivered again reports only what changed', async () => {
    await deliver([1, 2, 3].map(plain));
    const input = { deliveryId: 'd', afterLine: 0, limit: 10 };
    await quietEnvironment().run(open.activities.indexRows, input);
    await deliver([plain(1), { ...plain(2), title: 'Renamed' }, plain(3), plain(4)]);
    expect(await quietEnvironment().run(open.activities.indexRows, input)).toMatchObject({
      recordingIds: [isrc(2), isrc(4)],
    });
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({ unchanged: 2, changed: 1, added: 1 });
  });

  it('refuses rows with their line and reason, takes unreadable audio as none, and goes on', async () => {
    await writeFile(join(folder, 'good.wav'), wav([tune(3, 12)], 8000));
    await writeFile(join(folder, 'bad.wav'), 'not audio at all');
    await deliver([
      { ...plain(1), file: 'good.wav' },
      { ...plain(2), file: 'bad.wav' },
      { ...plain(3), file: 'missing.wav' },
      { ...plain(4), file: '../outside.wav' },
      { ...plain(5), isrc: 'nonsense' },
      { isrc: isrc(6), artists: 'Ann' },
      plain(1),
      { ...plain(7), release_date: '2026-02-31' },
      plain(8),
    ]);
    expect(
      await quietEnvironment().run(open.activities.indexRows, { deliveryId: 'd', afterLine: 0, limit: 100 }),
    ).toMatchObject({
      recordingIds: [isrc(1), isrc(2), isrc(8)],
      remaining: 0,
    });
    const said = await remarks(open.database, 'd');
    expect(said.map((remark) => [remark.line, remark.state])).toEqual([
      [2, 'added'],
      [3, 'refused'],
      [4, 'refused'],
      [5, 'refused'],
      [6, 'refused'],
      [7, 'refused'],
      [8, 'refused'],
    ]);
    expect(said.map((remark) => remark.reason).join('\n')).toMatch(
      /without audio[^]*is not there[^]*leaves the folder[^]*not an ISRC[^]*title is missing[^]*on line 1 already[^]*is not a date/,
    );
    expect(await recordingsWithAudio(open.database, [1, 2, 8].map(isrc))).toEqual([isrc(1)]);
  });

  it('of a folder without a listing says so', async () => {
    await startDelivery(open.database, 'empty', folder);
    expect(await quietEnvironment().run(open.activities.stageDelivery, { deliveryId: 'empty' })).toEqual({
      problem: expect.stringContaining('there is no catalogue.csv or catalogue.jsonl') as string,
    });
    await expect(
      quietEnvironment().run(open.activities.stageDelivery, { deliveryId: 'unknown' }),
    ).rejects.toMatchObject({
      type: 'NotFound',
      nonRetryable: true,
    });
  });
});

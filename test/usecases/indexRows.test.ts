// Taking a delivery in, row by row: what a crash or a cancellation leaves behind is taken up where it was.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryProgress, remarks, startDelivery } from '../../store/catalogue/deliveries.ts';
import { findCandidates, recordingsById } from '../../store/catalogue/recordings.ts';
import { recordingsWithAudio } from '../../store/catalogue/references.ts';
import { candidateKeys } from '../../matching/metadata/keys.ts';
import { tune, wav } from '../audio/signals.ts';
import { openActivities, quietEnvironment, type OpenActivities } from '../support/activities.ts';
import { official } from '../matching/metadata/support.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { han } from '../support/hostile.ts';

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

  it('refuses a day of the year 1, which Postgres cannot shift to another zone, and takes a title of 999 Han letters whole', async () => {
    await deliver([
      { ...plain(1), release_date: '0001-01-01' },
      { ...plain(2), title: han },
      { ...plain(3), release_date: '2026-01-01' },
    ]);
    expect(
      await quietEnvironment().run(open.activities.indexRows, { deliveryId: 'd', afterLine: 0, limit: 16 }),
    ).toMatchObject({ recordingIds: [isrc(2), isrc(3)], remaining: 0 });
    expect(await remarks(open.database, 'd')).toEqual([
      {
        line: 1,
        place: null,
        state: 'refused',
        reason: 'release_date "0001-01-01" is in a year before 1860 or after 2100',
      },
    ]);
    const [stored] = await recordingsById(open.database, [isrc(2)]);
    expect(stored?.title).toBe(han);
    // A sound of that name asks by the same key.
    const { exact: wanted, artistKeys } = candidateKeys(official(han, 'Ann'));
    const found = await findCandidates(open.database, {
      exact: wanted,
      artistKeys,
      near: [],
      isrcs: [],
      externalIds: [],
    });
    expect(found.map(({ id }) => id)).toEqual([isrc(2)]);
  });

  /** Recordings of this title fail with this SQLSTATE, whatever is written of them. */
  const failing = (title: string, state: string): Promise<unknown> =>
    open.database.query(`
      create or replace function fail_on_purpose() returns trigger language plpgsql as $$
      begin
        if new.title = '${title}' then raise exception 'on purpose' using errcode = '${state}'; end if;
        return new;
      end $$;
      create or replace trigger on_purpose before insert or update on recordings for each row execute function fail_on_purpose()`);

  it('refuses a row that the database refuses, and one that fails through a fault of ours again and again', async () => {
    for (const [state, reason] of [
      ['22003', /^the database refuses it: on purpose/],
      ['XX000', /^it was not taken, through a fault of Fermata's: on purpose$/],
    ] as const) {
      await failing('Track 2', state);
      await deliver([1, 2, 3].map(plain));
      await quietEnvironment().run(open.activities.indexRows, { deliveryId: 'd', afterLine: 0, limit: 16 });
      expect(await deliveryProgress(open.database, 'd')).toMatchObject({ pending: 0, refused: 1 });
      expect(await remarks(open.database, 'd')).toEqual([
        { line: 2, place: null, state: 'refused', reason: expect.stringMatching(reason) as string },
      ]);
    }
  });

  it('leaves a row for later while the database is away', async () => {
    await failing('Track 2', '57P01');
    await deliver([1, 2, 3].map(plain));
    const input = { deliveryId: 'd', afterLine: 0, limit: 16 };
    await expect(quietEnvironment().run(open.activities.indexRows, input)).rejects.toThrow(
      'the database does not answer: on purpose',
    );
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({ added: 1, pending: 2, refused: 0 });
    await failing('Nothing', '57P01');
    expect(await quietEnvironment().run(open.activities.indexRows, input)).toMatchObject({
      recordingIds: [1, 2, 3].map(isrc),
      remaining: 0,
    });
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

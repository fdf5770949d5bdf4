// Taking a delivery in, row by row: what a crash or a cancellation leaves behind is taken up where it was.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryProgress, remarks, startDelivery } from '../../store/catalogue/deliveries.ts';
import { findCandidates, recordingsById } from '../../store/catalogue/recordings.ts';
import { filesOf, recordingsWithAudio } from '../../store/catalogue/references.ts';
import { candidateKeys } from '../../matching/metadata/keys.ts';
import { tune, wav } from '../audio/signals.ts';
import { openActivities, quietEnvironment, type OpenActivities } from '../support/activities.ts';
import { official } from '../matching/metadata/support.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { han } from '../support/hostile.ts';

let folder: string;
let open: OpenActivities;
let databaseUrl: string;
const isrc = (n: number): string => `ZZTST26${String(n).padStart(5, '0')}`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-delivery-'));
  databaseUrl = await migratedDatabaseUrl();
  open = openActivities({ databaseUrl, folder, allowedHosts: [] });
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
    const lines = Array.from({ length: 350 }, (_, i) => i + 1);
    await deliver(lines.map(plain));
    const interrupted = quietEnvironment();
    let beats = 0;
    interrupted.on('heartbeat', () => {
      beats += 1;
      if (beats === 2) interrupted.cancel('WORKER_SHUTDOWN');
    });
    const input = { deliveryId: 'd', afterLine: 0, limit: 330 };
    await expect(interrupted.run(open.activities.indexRows, input)).rejects.toThrow();
    // A hundred rows are one transaction.
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({ added: 200, pending: 150 });

    expect(await quietEnvironment().run(open.activities.indexRows, input)).toEqual({
      recordingIds: lines.slice(0, 330).map(isrc),
      lastLine: 330,
      remaining: 20,
      unheard: 0,
    });
    expect(await quietEnvironment().run(open.activities.indexRows, { ...input, afterLine: 330 })).toEqual({
      recordingIds: lines.slice(330).map(isrc),
      lastLine: 350,
      remaining: 0,
      unheard: 0,
    });
    expect(await quietEnvironment().run(open.activities.indexRows, { ...input, afterLine: 350 })).toEqual({
      recordingIds: [],
      lastLine: 350,
      remaining: 0,
      unheard: 0,
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

  it('finds the rows among many that the database refuses, says of each why, and takes all others', async () => {
    await failing('Track 137', '22003');
    const lines = Array.from({ length: 250 }, (_, i) => i + 1);
    await deliver(
      lines.map((n) =>
        n === 33 ? { ...plain(n), title: 'Track 137' } : n === 200 ? { ...plain(n), isrc: 'x' } : plain(n),
      ),
    );
    const input = { deliveryId: 'd', afterLine: 0, limit: 500 };
    const { recordingIds } = (await quietEnvironment().run(open.activities.indexRows, input)) as {
      recordingIds: string[];
    };
    const bad = [33, 137, 200];
    expect(recordingIds).toEqual(lines.filter((n) => !bad.includes(n)).map(isrc));
    expect((await remarks(open.database, 'd')).map(({ line, state }) => [line, state])).toEqual(
      bad.map((line) => [line, 'refused']),
    );
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({
      total: 250,
      added: 247,
      refused: 3,
      pending: 0,
    });
  });

  it('counts what its rows say, however they came to it', async () => {
    await deliver([plain(1), plain(2), { ...plain(3), isrc: 'x' }]);
    const counted = async () => {
      const { added, changed, pending, refused, total, unchanged, unheard, withdrawn } = (await deliveryProgress(
        open.database,
        'd',
      ))!;
      const { rows } = await open.database.query(
        `select count(*) filter (where state = 'added') as added, count(*) filter (where state = 'changed') as changed,
                count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'refused') as refused, count(*) as total,
                count(*) filter (where state = 'unchanged') as unchanged, count(unheard) as unheard, count(*) filter (where state = 'withdrawn') as withdrawn
           from delivery_rows where delivery_id = 'd'`,
      );
      expect({ added, changed, pending, refused, total, unchanged, unheard, withdrawn }).toEqual(rows[0]);
      return total;
    };
    expect(await counted()).toBe(3);
    await quietEnvironment().run(open.activities.indexRows, { deliveryId: 'd', afterLine: 0, limit: 16 });
    expect(await counted()).toBe(3);
    await open.database.query(`update delivery_rows set state = 'withdrawn', unheard = 'x' where line = 2`);
    expect(await counted()).toBe(3);
    await deliver([plain(1), plain(2)]);
    expect(await counted()).toBe(2);
    await open.database.query(`delete from delivery_rows where line = 1`);
    expect(await counted()).toBe(1);
  });

  it('taken in by four at once, the same recordings in other orders: each there once, each with its relations', async () => {
    const songs = Array.from({ length: 60 }, (_, n) => ({ isrc: isrc(n), title: `Song ${n % 30}`, artists: 'Ann' }));
    const orders = [songs, songs.toReversed(), songs.toSorted((a, b) => (a.title < b.title ? -1 : 1)), songs.slice(30)];
    for (const [i, lines] of orders.entries()) {
      const path = join(folder, String(i));
      await mkdir(path);
      await writeFile(join(path, 'catalogue.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
      await startDelivery(open.database, `d${i}`, path);
      await quietEnvironment().run(open.activities.stageDelivery, { deliveryId: `d${i}` });
    }
    await Promise.all(
      orders.map((_, i) =>
        quietEnvironment().run(open.activities.indexRows, { deliveryId: `d${i}`, afterLine: 0, limit: 500 }),
      ),
    );
    for (const i of orders.keys())
      expect(await deliveryProgress(open.database, `d${i}`)).toMatchObject({ pending: 0, refused: 0 });
    const { rows } = await open.database.query(
      `select (select count(*) from recordings) as recordings, (select count(*) from recording_edges) as edges,
              (select sum(recordings)::integer from catalogue_totals) as total, (select sum(n)::integer from title_counts) as titles`,
    );
    // Two recordings of each title.
    expect(rows).toEqual([{ recordings: 60, edges: 30, total: 60, titles: 60 }]);
  });

  it('leaves a row for later while the database is away', async () => {
    await failing('Track 2', '57P01');
    await deliver([1, 2, 3].map(plain));
    const input = { deliveryId: 'd', afterLine: 0, limit: 16 };
    await expect(quietEnvironment().run(open.activities.indexRows, input)).rejects.toThrow(
      'the database does not answer: on purpose',
    );
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({ added: 0, pending: 3, refused: 0 });
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

describe('audio that cannot be heard for a reason of ours', () => {
  const input = { deliveryId: 'd', afterLine: 0, limit: 16 };
  /** The same database, with a decoder that is given so much time. */
  const withTime = (timeoutMs: number): void => {
    open = openActivities({ databaseUrl, folder, allowedHosts: [], decoder: { timeoutMs } });
  };
  async function deliverAudio(): Promise<void> {
    await writeFile(join(folder, 'good.wav'), wav([tune(3, 12)], 8000));
    await deliver([{ ...plain(1), file: 'good.wav' }, plain(2)]);
    await open.close();
    withTime(1);
    expect(await quietEnvironment().run(open.activities.indexRows, input)).toEqual({
      recordingIds: [isrc(1), isrc(2)],
      lastLine: 2,
      remaining: 0,
      unheard: 1,
    });
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({ added: 2, unheard: 1 });
    expect(await remarks(open.database, 'd')).toMatchObject([
      { line: 1, state: 'added', reason: expect.stringMatching(/^taken without audio so far: good\.wav: /) as string },
    ]);
  }

  it('is heard when it is tried again', async () => {
    await deliverAudio();
    const again = { deliveryId: 'd', isLast: false };
    expect(await quietEnvironment().run(open.activities.hearAgain, again)).toEqual({ unheard: 1 });
    await open.close();
    withTime(120_000);
    expect(await quietEnvironment().run(open.activities.hearAgain, again)).toEqual({ unheard: 0 });
    expect(await recordingsWithAudio(open.database, [isrc(1)])).toEqual([isrc(1)]);
    expect(await remarks(open.database, 'd')).toEqual([]);
    expect(await deliveryProgress(open.database, 'd')).toMatchObject({ added: 2, unheard: 0 });
  });

  it('stays away after the last try, and the row says why', async () => {
    await deliverAudio();
    const last = { deliveryId: 'd', isLast: true };
    expect(await quietEnvironment().run(open.activities.hearAgain, last)).toEqual({ unheard: 0 });
    expect(await remarks(open.database, 'd')).toMatchObject([
      {
        state: 'added',
        reason: expect.stringMatching(/^taken without audio, which was tried again and again: good/) as string,
      },
    ]);
  });

  it('does not come after what another delivery has brought since', async () => {
    await deliverAudio();
    await open.close();
    withTime(120_000);
    await mkdir(join(folder, 'newer'));
    await writeFile(join(folder, 'newer', 'new.wav'), wav([tune(5, 12)], 8000));
    await writeFile(
      join(folder, 'newer', 'catalogue.jsonl'),
      JSON.stringify({ ...plain(1), title: 'Track 1!', file: 'new.wav' }),
    );
    await startDelivery(open.database, 'newer', join(folder, 'newer'));
    await quietEnvironment().run(open.activities.stageDelivery, { deliveryId: 'newer' });
    await quietEnvironment().run(open.activities.indexRows, { ...input, deliveryId: 'newer' });
    expect(await quietEnvironment().run(open.activities.hearAgain, { deliveryId: 'd', isLast: false })).toEqual({
      unheard: 0,
    });
    expect((await filesOf(open.database, isrc(1), 'delivery')).map(({ file }) => file)).toEqual(['new.wav']);
    expect((await remarks(open.database, 'd'))[0]!.reason).toMatch(/before another delivery came$/);
  });
});

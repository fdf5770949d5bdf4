// Candidate search and the catalogue's own counts, on a real Postgres.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countRecordings,
  findCandidates,
  titleFrequencies,
  upsertRecording,
  type CatalogueRecording,
  type Upserted,
} from '../../../store/catalogue/recordings.ts';
import { random, songs } from '../../../evaluation/candidates/songs.ts';
import { loadCatalogue } from '../../../evaluation/metadata/catalogueDatabase.ts';
import { candidateKeys, recordingKeys } from '../../../matching/metadata/keys.ts';
import { readWords } from '../../../matching/metadata/soundText.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';
import { catalogueRecording } from '../../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 1 });
}, 60_000);
afterAll(() => database?.close());

const recordingOf = (id: string, title: string, artists: readonly string[]): CatalogueRecording =>
  catalogueRecording({
    id,
    title,
    artists,
  });

const add = (recording: CatalogueRecording): Promise<Upserted> =>
  database.transaction((client) => upsertRecording(client, recording, recordingKeys(recording), null));

async function search(title: string, author: string | null): Promise<string[]> {
  const keys = candidateKeys(
    readWords({ title, author, handle: null, album: null, original: false, durationMs: null, hints: [] }),
  );
  const found = await findCandidates(database, { ...keys, externalIds: keys.ids });
  expect(new Set(found.map((each) => each.id)).size).toBe(found.length);
  return found.map((each) => each.id);
}

/** Every way in which one letter can slip, at every place. */
function* slips(title: string): Generator<string> {
  const letters = [...title];
  for (let at = 0; at < letters.length; at += 1) {
    yield letters.toSpliced(at, 1).join('');
    yield letters.toSpliced(at, 1, 'q').join('');
    yield letters.toSpliced(at, 0, 'q').join('');
    if (at > 0) yield letters.toSpliced(at - 1, 2, letters[at]!, letters[at - 1]!).join('');
  }
  yield `${title}q`;
}

describe('candidate search', () => {
  const wanted: readonly (readonly [id: string, title: string, artist: string])[] = [
    ['short', 'Sky', 'Cedar Pine'],
    ['eleven', 'Sweetwaters', 'Nova Reyes'],
    ['twelve', 'Heatwave Sun', 'Nova Reyes'],
    ['thirteen', 'Paper Lantern', 'Nova Reyes'],
    ['long', 'Somebody That I Used to Know Better', 'Marlow Finch'],
    ['accents', 'Déjà Vu Encore', 'Marlow Finch'],
    ['script', '夜に駆ける', 'Yoasobi'],
  ];

  beforeAll(async () => {
    const rows = [
      ...songs(3000),
      ...Array.from({ length: 300 }, (_, i) => recordingOf(`home-${i}`, 'Home', [`Nobody ${i}`])),
    ];
    await loadCatalogue({ database }, rows);
    for (const [id, title, artist] of wanted) await add(recordingOf(id, title, [artist]));
  }, 60_000);

  it.each(wanted)('%s: "%s" by %s is found whatever slips', async (id, title, artist) => {
    const lost: string[] = [];
    for (const typed of slips(title)) if (!(await search(typed, artist)).includes(id)) lost.push(typed);
    expect(lost).toEqual([]);
  });

  it.each(wanted.slice(1))('%s: "%s" is found without its artist too', async (id, title) => {
    const lost: string[] = [];
    for (const typed of slips(title)) if (!(await search(typed, null)).includes(id)) lost.push(typed);
    expect(lost).toEqual([]);
  });

  it('finds the one of three hundred namesakes whose artist is named, and shows few of the rest', async () => {
    const found = await search('HOME (TikTok Version) #fyp', 'Nobody 17');
    expect(found).toContain('home-17');
    expect(found.length).toBeLessThanOrEqual(60);
  });

  it('finds title and artist in each other’s field, and both in one', async () => {
    expect(await search('Nova Reyes', 'Paper Lantern')).toContain('thirteen');
    expect(await search('Nova Reyes - Paper Lantern', 'somebody')).toContain('thirteen');
    expect(await search('original sound', 'Nova Reyes')).toEqual([]);
  });

  it('finds more than one slip when the artist is right', async () => {
    expect(await search('Smebody That I Usd to Know Beter', 'Marlow Finch')).toContain('long');
  });

  it('finds what an identifier names, whatever the title says', async () => {
    await add({
      ...recordingOf('named', 'Willow', ['Nova Reyes']),
      isrc: 'ZZFER2600009',
      externalIds: { spotify: ['a"b', 'c'] },
    });
    const ask = (ids: { isrcs?: string[]; spotify?: string }): Promise<string[]> =>
      findCandidates(database, {
        exact: [],
        artistKeys: [],
        near: [],
        isrcs: ids.isrcs ?? [],
        externalIds: ids.spotify === undefined ? [] : [{ platform: 'spotify', id: ids.spotify }],
      }).then((found) => found.map((each) => each.id));
    expect(await ask({ isrcs: ['ZZFER2600009', 'ZZFER2600099'] })).toEqual(['named']);
    expect(await ask({ spotify: 'a"b' })).toEqual(['named']);
    expect(await ask({ spotify: 'nothing' })).toEqual([]);
  });

  it('never reads the whole table', async () => {
    const scans = async (): Promise<number> => {
      await database.query('select pg_stat_force_next_flush()');
      const { rows } = await database.query<{ scans: number }>(
        `select sum(seq_scan)::integer as scans from pg_stat_user_tables where relname in ('recordings', 'title_counts')`,
      );
      return rows[0]!.scans;
    };
    const before = await scans();
    for (const title of ['Home', 'Hmoe', 'Love', 'You', 'Nothing Like It Exists']) {
      for (const author of [null, 'Nova Reyes']) for (let i = 0; i < 4; i += 1) await search(title, author);
      const isrcs = ['ZZFER2600010'];
      const externalIds = [{ platform: 'spotify', id: title }];
      await findCandidates(database, { exact: [], artistKeys: [], near: [], isrcs, externalIds });
    }
    expect(await scans()).toBe(before);
  });
});

describe('counts', () => {
  const countedAnew = async (): Promise<Map<string, number>> => {
    const { rows } = await database.query<{ base_key: string; n: number }>(
      `select base_key, count(*)::integer as n from recordings group by base_key`,
    );
    return new Map(rows.map((row) => [row.base_key, row.n]));
  };
  const kept = async (): Promise<Map<string, number>> => {
    const { rows } = await database.query<{ base_key: string; n: number }>(`select base_key, n from title_counts`);
    return new Map(rows.map((row) => [row.base_key, row.n]));
  };
  const expectTrue = async (): Promise<void> => {
    const anew = await countedAnew();
    expect(await kept()).toEqual(anew);
    expect(await countRecordings(database)).toBe([...anew.values()].reduce((sum, n) => sum + n, 0));
  };

  it('follow every addition, change and removal', async () => {
    const next = random(7);
    const titles = ['Amber', 'Birch', 'Cobalt', 'Amber (Live)'];
    for (let step = 0; step < 120; step += 1) {
      const id = `count-${Math.floor(next() * 8)}`;
      if (next() < 0.25) await database.query(`delete from recordings where id = $1`, [id]);
      else await add(recordingOf(id, titles[Math.floor(next() * titles.length)]!, ['Nova Reyes']));
    }
    await expectTrue();
    expect([...(await titleFrequencies(database, ['amber', 'no such title'])).keys()]).not.toContain('no such title');
  });

  it('follow statements that touch many rows, and an upsert that both adds and changes', async () => {
    await database.query(`update recordings set base_key = 'drift' where id like 'count-%'`);
    await expectTrue();
    await database.query(
      `insert into recordings (id, title, artists, title_key, base_key, artist_keys, search_keys, seq)
       select 'count-' || i, 'Elm', '{}', 'elm', 'elm', '{}', '{elm}', 0 from generate_series(0, 30) i
       on conflict (id) do update set base_key = excluded.base_key`,
    );
    expect((await titleFrequencies(database, ['elm', 'drift'])).get('elm')).toBe(31);
    await expectTrue();
    await database.query(`delete from recordings where base_key = 'elm'`);
    expect((await titleFrequencies(database, ['elm'])).size).toBe(0);
    await expectTrue();
  });

  it('are the same when made anew', async () => {
    const before = await kept();
    await database.query('update title_counts set n = n + 5');
    await database.query('select recount_catalogue()');
    expect(await kept()).toEqual(before);
    await expectTrue();
  });
});

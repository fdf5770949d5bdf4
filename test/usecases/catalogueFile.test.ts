// Listings as labels really send them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findListing, readDelivered } from '../../usecases/catalogue/catalogueFile.ts';
import type { DeliveryOptions } from '../../domain/delivery.ts';
import type { ListingOptions } from '../../deliveries/listing.ts';
import type { DeliveredRecording } from '../../domain/delivery.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'listing-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function readRows(entry: string, options: ListingOptions = {}): Promise<Listed[]> {
  const delivered = await readDelivered({ folder, entry, options: options as DeliveryOptions });
  if ('problem' in delivered) throw new Error(delivered.problem);
  const found: Listed[] = [];
  for await (const { line, row, reason } of delivered.rows) {
    if (row !== null && row.kind !== 'recording') throw new Error(`line ${line} is a ${row.kind}`);
    found.push({ line, row, reason });
  }
  return found;
}
interface Listed {
  readonly line: number;
  readonly row: DeliveredRecording | null;
  readonly reason: string | null;
}
async function rows(name: 'catalogue.csv' | 'catalogue.jsonl', content: string | Buffer): Promise<Listed[]> {
  writeFileSync(join(folder, name), content);
  return readRows(name);
}
const csv = (content: string | Buffer): Promise<Listed[]> => rows('catalogue.csv', content);
const jsonl = (...lines: (string | object)[]): Promise<Listed[]> =>
  rows('catalogue.jsonl', lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
/** Title of a row that is taken, reason of one that is refused, each with its line. */
const told = (found: readonly Listed[]): [number, string][] =>
  found.map((row) => [row.line, row.row?.title ?? `refused: ${row.reason}`]);

describe('the listing of a folder', () => {
  it('is its catalogue.csv or catalogue.jsonl', async () => {
    writeFileSync(join(folder, 'catalogue.csv'), '');
    expect(await findListing(folder)).toEqual({ kind: 'listing', name: 'catalogue.csv' });
  });
  it('is missing, or double, or the folder is', async () => {
    expect(await findListing(folder)).toEqual({
      kind: 'problem',
      problem: expect.stringContaining('no catalogue.csv or') as string,
    });
    for (const name of ['catalogue.csv', 'catalogue.jsonl']) writeFileSync(join(folder, name), '');
    expect(await findListing(folder)).toEqual({
      kind: 'problem',
      problem: expect.stringContaining('has both') as string,
    });
    expect(await findListing(join(folder, 'absent'))).toEqual({
      kind: 'problem',
      problem: expect.stringContaining('cannot be read') as string,
    });
  });
});

describe('a csv', () => {
  const header = 'file,isrc,title,artists,version,release_date,upc,label,duration_ms\n';

  it('row becomes an entry', async () => {
    const [row] = await csv(
      `${header}a/b.ogg,zz-fer-26-00001,Song,One;Two ; ,Live,2026-12-31,0 95200-0000011,Label,66000\n`,
    );
    expect(row).toEqual({
      line: 2,
      reason: null,
      row: {
        file: 'a/b.ogg',
        isrc: 'ZZFER2600001',
        title: 'Song',
        artists: ['One', 'Two'],
        version: 'Live',
        album: null,
        releaseDate: '2026-12-31',
        upc: expect.any(String) as string,
        label: 'Label',
        durationMs: 66_000,
        aliases: [],
        externalIds: {},
        fileMayBeMissing: false,
        kind: 'recording',
        credits: [],
        // Its barcode's check digit is wrong: the dates stand for themselves, not for a release.
        moments: [{ use: 'release', territories: ['Worldwide'], excluded: [], from: '2026-12-31', until: null }],
        offers: [],
        said: { by: join(folder, 'catalogue.csv'), messageId: null, at: null },
      },
    });
  });

  it('with a byte order mark, CRLF, capitals and blanks in its header, columns in any order and unknown ones is read', async () => {
    const [row] = await csv('\uFEFF Artists , Nonsense, TITLE ,Spotify_ID,apple_music_ids\r\n A , x , T ,s1,a1;a2\r\n');
    expect(row?.row).toMatchObject({
      title: 'T',
      artists: ['A'],
      externalIds: { spotify: ['s1'], applemusic: ['a1', 'a2'] },
    });
  });

  it('quotes commas, quotes and line breaks; lines are those of an editor', async () => {
    const found = await csv(
      'title,artists\n"Peer Gynt, Op. 46 - ""Morning""","A, B;C"\n\n"two\nlines",D\n12" mix,E\n,F\nlast,G',
    );
    expect(found[0]?.row).toMatchObject({ title: 'Peer Gynt, Op. 46 - "Morning"', artists: ['A, B', 'C'] });
    expect(told(found)).toEqual([
      [2, 'Peer Gynt, Op. 46 - "Morning"'],
      [5, 'two\nlines'],
      [6, '12" mix'],
      [7, 'refused: title is missing'],
      [8, 'last'],
    ]);
  });

  it('with too few or too many cells in a row is read as far as it goes', async () =>
    expect(told(await csv('title,artists,label\na\nb,B\nc,C,L,more,and more\n'))).toEqual([
      [2, 'refused: artists are missing'],
      [3, 'b'],
      [4, 'c'],
    ]));

  it('in an older encoding is refused row by row instead of taken with wrong letters', async () =>
    expect(told(await csv(Buffer.from('title,artists\nÉlan,A\nPlain,A\nPlain,Björk\n', 'latin1')))).toEqual([
      [2, 'refused: title or artists are not in UTF-8: save the file as UTF-8, or say --encoding windows-1252'],
      [3, 'Plain'],
      [4, 'refused: title or artists are not in UTF-8: save the file as UTF-8, or say --encoding windows-1252'],
    ]));

  it.each([
    ['without a header', 'Fermata,Nova Reyes\nOther,Nova Reyes\n', /no column "title" \(it has: Fermata, Nova Reyes\)/],
    ['without artists', 'title,isrc\na,b\n', /no column "artists"/],
    ['with a quote that never ends', 'title,artists\na,b\n"open,c\nd,e\n', /Quote Not Closed.* at line 4/],
    ['with a quote that ends too early', 'title,artists\na,b\n"Heroes" (Live),c\n', /Closing Quote.* at line 3/],
    ['with a row of a megabyte', `title,artists\n${'x'.repeat(1_100_000)},b\n`, /Max Record Size.* at line 2/],
  ])('%s cannot be read, and it says where', async (_, content, reason) => {
    await expect(csv(content)).rejects.toThrow(reason);
  });
});

describe('a row is refused, with the reason,', () => {
  const song = { title: 'Song', artists: 'A' };
  it.each<[string, object, RegExp]>([
    ['without a title', { artists: 'A' }, /^title is missing$/],
    ['with a blank title', { ...song, title: ' \u0000 ' }, /^title is missing$/],
    ['with a title that is no text', { ...song, title: ['Song'] }, /^title is missing$/],
    ['with an endless title', { ...song, title: 'x'.repeat(1001) }, /longer than 1000/],
    ['without artists', { title: 'Song' }, /^artists are missing$/],
    ['with empty artists', { ...song, artists: ' ; ;' }, /^artists are missing$/],
    ['with a wrong ISRC', { ...song, isrc: 'ZZFER26' }, /"ZZFER26" is not an ISRC/],
    ['with a date in another order', { ...song, release_date: '31.12.2026' }, /"31.12.2026" is not a date/],
    ['with a day that does not exist', { ...song, release_date: '2026-02-30' }, /is not a date/],
    ['with a day of the year 1', { ...song, release_date: '0001-01-01' }, /"0001-01-01" is in a year before 1860/],
    ['with a year alone', { ...song, release_date: '2026' }, /is not a date/],
    ['with a duration of nothing', { ...song, duration_ms: 0 }, /is not a whole number of milliseconds/],
    ['with a duration in words', { ...song, duration_ms: '3:20' }, /is not a whole number of milliseconds/],
    ['with an endless duration', { ...song, duration_ms: 2 ** 31 }, /is not a whole number of milliseconds/],
    ['with an absolute file', { ...song, file: '/etc/passwd' }, /leaves the folder/],
    ['with a file above the folder', { ...song, file: 'a/../../b.ogg' }, /leaves the folder/],
    ['with a file above the folder, the other way', { ...song, file: '..\\b.ogg' }, /leaves the folder/],
  ])('%s', async (_, row, reason) => {
    const [first, second] = await jsonl(row, song);
    expect(first).toEqual({ line: 1, row: null, reason: expect.stringMatching(reason) as string });
    expect(second?.row?.title).toBe('Song');
  });
});

describe('a jsonl', () => {
  it('row may have lists and numbers', async () => {
    const [row] = await jsonl({
      title: 1999,
      artists: ['A', 'B; C'],
      aliases: ['x', '', 7],
      duration_ms: 66_000,
      spotify_id: ['s1', 's2'],
      release_date: null,
    });
    expect(row?.row).toMatchObject({
      title: '1999',
      artists: ['A', 'B; C'],
      aliases: ['x', '7'],
      durationMs: 66_000,
      releaseDate: null,
      externalIds: { spotify: ['s1', 's2'] },
    });
  });

  it('with a byte order mark, CRLF, empty lines and bad lines is read, each with its own line', async () =>
    expect(
      told(
        await jsonl(
          '\uFEFF{"title":"a\u2028b","artists":"A"}\r',
          '',
          'nonsense',
          '[]',
          'null',
          `{"title":"${'x'.repeat(1_100_000)}"}`,
          '{"title":"b","artists":"B"}',
        ),
      ),
    ).toEqual([
      [1, 'a\u2028b'],
      [3, 'refused: not valid JSON'],
      [4, 'refused: not a JSON object'],
      [5, 'refused: not a JSON object'],
      [6, 'refused: longer than 1000000 bytes'],
      [7, 'b'],
    ]));

  it('keeps out what the database refuses, and writes letters in one way', async () => {
    const [row] = await jsonl(
      String.raw`{"title":"a\u0000b","artists":["E\u0301lan"],"label":"x\ud800","aliases":["\udc00y"],"deezer_id":"\u00001"}`,
    );
    expect(row?.row).toMatchObject({
      title: 'ab',
      artists: ['Élan'],
      label: 'x\uFFFD',
      aliases: ['\uFFFDy'],
      externalIds: { deezer: ['1'] },
    });
  });
});

it('a folder in the place of the listing is an error that says so', async () => {
  mkdirSync(join(folder, 'catalogue.csv'));
  await expect(readRows('catalogue.csv')).rejects.toThrow('EISDIR');
});

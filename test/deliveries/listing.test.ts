// Sheets as distributors and labels export them. What `catalogue.csv` and `.jsonl` are is in test/usecases/catalogueFile.test.ts.

import { describe, expect, it } from 'vitest';
import { mapColumns } from '../../deliveries/columns.ts';
import { readDuration, readMoment, readTerritories } from '../../deliveries/cells.ts';
import { readListing, type ListingOptions } from '../../deliveries/listing.ts';
import type { DeliveredItem, DeliveredRecording } from '../../domain/delivery.ts';

interface Read {
  readonly items: readonly (DeliveredItem | string)[];
  readonly recording: DeliveredRecording;
  readonly unknown: readonly string[];
}

async function read(content: string | Buffer, options: ListingOptions = {}, name = 'sheet.csv'): Promise<Read> {
  const { rows, unknown } = readListing(
    name,
    (async function* () {
      yield Buffer.from(content as string);
    })(),
    options,
  );
  const items: (DeliveredItem | string)[] = [];
  for await (const { row, reason } of rows) items.push(row ?? reason ?? '');
  return { items, recording: items[0] as DeliveredRecording, unknown: [...unknown] };
}

describe('a distributor’s export', () => {
  it('with other headers, semicolons and roles is read', async () => {
    const { recording, unknown } = await read(
      [
        'UPC/EAN;Release Title;Track Title;Mix Name;Primary Artist(s);Featured Artist;Remixer;Composer;ISRC Code;Label Name;Digital Release Date;TikTok Release Date;Pre-Order Date;Territories;Audio Filename;Track Length;Genre;Price Tier',
        '0036000291452;Harbour;Harbour Lights;Sped Up;"Ines Varga; Oskar Lind (Remixer)";Pola;;"A. Writer;B. Writer";ZZ-TST-26-00001;Harbour Records;2026-12-11;2026-11-20;2026-12-01;World except JP, KR;audio/01.wav;3:21;Pop;Front',
      ].join('\n'),
    );
    expect(unknown).toEqual(['Genre', 'Price Tier']);
    const where = { territories: ['Worldwide'], excluded: ['JP', 'KR'] };
    expect(recording).toMatchObject({
      title: 'Harbour Lights',
      version: 'Sped Up',
      artists: ['Ines Varga', 'Pola'],
      credits: [
        { name: 'Oskar Lind', role: 'Remixer' },
        { name: 'A. Writer', role: 'Composer' },
        { name: 'B. Writer', role: 'Composer' },
      ],
      isrc: 'ZZTST2600001',
      label: 'Harbour Records',
      album: 'Harbour',
      file: 'audio/01.wav',
      durationMs: 201_000,
      releaseDate: '2026-12-11',
      offers: [
        {
          release: { id: 'upc:36000291452', title: 'Harbour', label: 'Harbour Records' },
          moments: [
            { use: 'release', ...where, from: '2026-12-11', until: null },
            { use: 'preview', ...where, from: '2026-11-20', until: null },
            { use: 'pre_order', ...where, from: '2026-12-01', until: null },
          ],
        },
      ],
    });
  });

  it.each([
    ['tabs', 'Song\tPerformer\tBarcode\nT\tA\t1\n'],
    ['bars', 'Song|Performer|Barcode\nT|A|1\n'],
    ['semicolons, with commas in quotes', '"Song";"Performer";"Notes, other"\nT;A;x\n'],
    [
      'UTF-16 and its mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Song\tPerformer\nT\tA\n', 'utf16le')]),
    ],
    ['UTF-8 and its mark', '\uFEFFSong,Performer\r\nT,A\r\n'],
  ])('with %s is read', async (_, content) =>
    expect((await read(content)).recording).toMatchObject({ title: 'T', artists: ['A'] }),
  );

  it('in an encoding that is named is read in it', async () => {
    const bytes = Buffer.from('title;artists\nÉlan;Björk\n', 'latin1');
    expect((await read(bytes, { encoding: 'windows-1252' })).recording).toMatchObject({
      title: 'Élan',
      artists: ['Björk'],
    });
    expect((await read(bytes)).items[0]).toMatch(/--encoding windows-1252/);
  });

  it('means what --map says, before all that is known', async () => {
    const map = { Songname: 'title', Notes: 'version', artist: '-', 'Billed As': 'artists' };
    const { recording, unknown } = await read('SONGNAME,notes,Artist,Billed as\nT,Live,wrong,A\n', { map });
    expect(recording).toMatchObject({ title: 'T', version: 'Live', artists: ['A'] });
    expect(unknown).toEqual([]);
    await expect(read('title,artists\na,b\n', { map: { Nowhere: 'isrc' } })).rejects.toThrow(/a column "Nowhere"/);
  });

  it('with two columns of one meaning asks which one counts', () => {
    expect(mapColumns(['Track Title', 'Song Name'])).toMatch(/both mean title: say which one counts with --map/);
    expect(mapColumns(['Track Title', 'Song Name'], { 'Song Name': '-' })).toMatchObject({ columns: ['title', null] });
  });

  it('in JSON lines may name its fields so too', async () => {
    const row = {
      'Track Title': 'T',
      artist: ['A'],
      territories: ['US', 'ca'],
      'Release Date': '2026-12-11',
      mood: 'calm',
    };
    const { recording, unknown } = await read(JSON.stringify(row), {}, 'x.jsonl');
    expect(recording.moments).toEqual([
      { use: 'release', territories: ['US', 'CA'], excluded: [], from: '2026-12-11', until: null },
    ]);
    expect(unknown).toEqual(['mood']);
  });

  it('takes recordings and releases down', async () => {
    const { items } = await read(
      [
        'action,title,artists,isrc,upc,takedown date',
        'takedown,,,ZZTST2600001,,',
        'Delete,,,,0036000291452,2027-01-31',
        'takedown,,,,,',
        'takedown,,,nonsense,,',
        'hide,T,A,,,',
        'new,T,A,,,',
      ].join('\n'),
    );
    const said = { by: 'sheet.csv', messageId: null, at: null };
    expect(items.slice(0, 2)).toEqual([
      { kind: 'takedown', releaseId: null, isrc: 'ZZTST2600001', from: null, said },
      { kind: 'takedown', releaseId: 'upc:36000291452', isrc: null, from: '2027-01-30T10:00:00.000Z', said },
    ]);
    expect(items.slice(2, 5)).toEqual([
      'a takedown names neither an ISRC nor a UPC whose check digit holds',
      '"nonsense" is not an ISRC',
      'action "hide" is neither new, update nor takedown',
    ]);
    expect(items[5]).toMatchObject({ kind: 'recording' });
  });

  it.each<[string, string, string, RegExp]>([
    ['two countries and an unknown one', 'territories', 'US;ZZ', /"ZZ" is not a territory/],
    ['all but an unknown one', 'territories', 'World except Atlantis', /"Atlantis" is not a territory/],
    ['a list that leaves some of itself out', 'territories', 'US;CA except CA', /only of "Worldwide"/],
    ['a day in an unknown order', 'release_date', '03/04/2026', /--dates dmy or --dates mdy/],
    ['an end before its beginning', 'end_date', '2026-01-01', /is not after its release date/],
    ['a length in words', 'duration', 'three minutes', /is not a duration like 3:21/],
  ])('with %s is refused with the reason', async (_, column, value, reason) => {
    const dated = column === 'release_date' ? '' : ',release_date';
    const { items } = await read(
      `title;artists;${column}${dated.replace(',', ';')}\nT;A;"${value}"${dated === '' ? '' : ';2026-12-11'}\n`,
    );
    expect(items).toEqual([expect.stringMatching(reason)]);
  });
});

describe('a cell', () => {
  it.each<[string, 'dmy' | 'mdy' | null, string | null]>([
    ['2026-12-11', null, '2026-12-11'],
    ['2026/12/1', null, '2026-12-01'],
    ['20261211', null, '2026-12-11'],
    ['2026-12-11 18:30', null, '2026-12-11T18:30'],
    ['2026-12-11 18:30:00 +01:00', null, '2026-12-11T18:30:00+01:00'],
    ['11.12.2026', null, null],
    ['11.12.2026', 'dmy', '2026-12-11'],
    ['12/11/2026', 'mdy', '2026-12-11'],
    ['31/12/2026', 'mdy', null],
    ['2026-13-01', null, null],
    ['soon', 'dmy', null],
  ])('"%s" (%s) is the moment %s', (text, order, moment) => expect(readMoment(text, order)).toBe(moment));

  it.each([
    ['3:21', 201_000],
    ['1:02:03', 3_723_000],
    ['00:03:21.5', 201_500],
    ['PT3M21S', 201_000],
    ['201 s', 201_000],
    ['0:00', null],
    ['3:75', null],
    ['201', null],
  ])('"%s" lasts %s ms', (text, ms) => expect(readDuration(text)).toBe(ms));

  it('names territories', () => {
    expect(readTerritories('us, gb|UK')).toEqual({ territories: ['US', 'GB'], excluded: [] });
    expect(readTerritories('WW')).toEqual({ territories: ['Worldwide'], excluded: [] });
  });
});

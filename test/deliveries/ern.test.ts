// DDEX messages as senders write them, and as they should not.

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readErn, type ErnMessage } from '../../deliveries/ern.ts';
import type { DeliveredRecording } from '../../domain/delivery.ts';
import { availability } from '../../domain/release.ts';
import { ernMessage, purgeMessage, type GivenDeal, type GivenMessage } from '../support/ernMessage.ts';

const read = (text: string | Buffer, name = 'batch/R0/message.xml'): Promise<ErnMessage> =>
  readErn(
    name,
    (async function* () {
      const bytes = Buffer.from(text as string);
      // In pieces, as files come; letters are cut in the middle.
      for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997);
    })(),
  );
const track = { isrc: 'ZZTST2600001', title: 'Harbour Lights' };
const message = (given: Partial<GivenMessage> = {}): Promise<ErnMessage> =>
  read(ernMessage({ tracks: [track], deals: [{}], ...given }));
const recordings = ({ rows }: ErnMessage): DeliveredRecording[] =>
  rows.flatMap(({ row }) => (row?.kind === 'recording' ? [row] : []));
const reasons = ({ rows }: ErnMessage): string[] =>
  rows.flatMap(({ place, reason }) => (reason === null ? [] : [`${place}: ${reason}`]));
const remarks = ({ rows }: ErnMessage): string[] => rows.flatMap(({ remark }) => (remark === null ? [] : [remark]));
const outFrom = (recording: DeliveredRecording | undefined): string =>
  new Date(availability(recording?.offers.flatMap((offer) => offer.moments) ?? []).outFromMs).toISOString();

describe('an album, ERN 4.3', async () => {
  const album = await readErn('N_1/album.xml', createReadStream(join(import.meta.dirname, 'messages', 'album-43.xml')));
  const [lights, windows, engines] = recordings(album);

  it('states three recordings and one release', () => {
    expect(reasons(album)).toEqual([]);
    expect(album.rows.map(({ row }) => row?.kind)).toEqual(['recording', 'recording', 'recording', 'release']);
    expect(album.createdAtMs).toBe(Date.parse('2026-11-02T09:00:00Z'));
    expect(album.rows.at(-1)?.row).toEqual({
      kind: 'release',
      release: { id: 'upc:36000291452', upc: '36000291452', title: 'Harbour', label: 'Harbour' },
      recordings: 3,
      rowsBefore: 3,
      said: { by: 'Harbour Records (PADPIDA2026112201X)', messageId: 'M-1', at: '2026-11-02T09:00:00.000Z' },
    });
  });

  it('keeps the display title, its version, the formal title and other languages apart', () =>
    expect(lights).toMatchObject({
      isrc: 'ZZTST2600001',
      title: 'Harbour Lights',
      version: 'Sped Up',
      aliases: ['港の灯', 'Harbour Lights at Four'],
      album: 'Harbour',
      label: 'Harbour',
      durationMs: 201_500,
    }));

  it('bills artists in their sequence, featured ones last, and credits the others', () => {
    expect(lights?.artists).toEqual(['Ines Varga', 'Pola & the Engines']);
    expect(lights?.credits).toEqual([
      { name: 'Oskar Lind', role: 'Remixer' },
      { name: 'Oskar Lind', role: 'Producer' },
    ]);
  });

  it('refers to the file of the whole recording, beside the message', () => {
    expect(lights?.file).toBe('N_1/resources/A1 Harbour.wav');
    expect(windows?.file).toBeNull();
  });

  it('is out where its first deal begins: each track by its own', () => {
    // The product: midnight of 11 December at UTC+14.
    expect(outFrom(engines)).toBe('2026-12-10T10:00:00.000Z');
    // The track's own release, New York's midnight, a week before.
    expect(outFrom(lights)).toBe('2026-12-04T05:00:00.000Z');
    // Heard as soon as it is pre-ordered: midnight of 1 December in New Zealand (Chatham Islands).
    expect(outFrom(windows)).toBe('2026-11-30T10:15:00.000Z');
  });

  it('knows previews and pre-orders, and takes a claim on uploads for neither', () => {
    const moments = engines!.offers[0]!.moments;
    expect(moments.map(({ use, from }) => `${use} ${from}`)).toEqual([
      'release 2026-12-11T00:00:00',
      'preview 2026-11-27T00:00:00Z',
      'pre_order 2026-12-01T00:00:00',
    ]);
    expect(availability(moments).previewFromMs).toBe(Date.parse('2026-11-27T00:00:00Z'));
  });
});

describe('a single, ERN 4.1', async () => {
  const single = await readErn('single.xml', createReadStream(join(import.meta.dirname, 'messages', 'single-41.xml')));

  it('with days, an excluded territory and two of four preview dates is read, and the two are missed', () => {
    expect(reasons(single)).toEqual([]);
    const [moon] = recordings(single);
    expect(moon).toMatchObject({ isrc: 'ZZTST2600011', file: 'resources/moon.flac', artists: ['Kite & Thunder'] });
    expect(moon?.offers[0]?.release.id).toBe('grid:A1ZZFER0000000001X');
    // The last day belongs to the deal.
    expect(moon?.offers[0]?.moments[0]).toEqual({
      use: 'release',
      territories: ['Worldwide'],
      excluded: ['JP'],
      from: '2026-12-11',
      until: '2028-01-01',
    });
    expect(remarks(single).join()).toMatch(/TrackListingPreviewStart, CoverArtPreviewStart are missing/);
  });
});

describe('deals', () => {
  const momentsOf = async (...deals: GivenDeal[]): Promise<string[]> => {
    const [recording] = recordings(await message({ deals }));
    return recording?.offers[0]?.moments.map((each) => `${each.territories.join()} ${each.from}`) ?? [];
  };

  it('of several territories and time zones each begin at their own midnight; the first counts', async () => {
    const given = await message({
      deals: [
        { territories: ['US', 'CA'], start: '2026-12-11' },
        { territories: ['GB'], start: '2026-12-10T18:00:00' },
        { territories: ['JP'], start: '2026-12-11T00:00:00+09:00' },
      ],
    });
    expect(outFrom(recordings(given)[0])).toBe('2026-12-10T15:00:00.000Z');
    expect(availability(recordings(given)[0]!.offers[0]!.moments).releaseDate).toBe('2026-12-11');
  });

  it.each<[string, GivenDeal, RegExp]>([
    ['ends before it begins', { start: '2026-12-11', end: '2026-12-01' }, /ends \(2026-12-02\) before it begins/],
    ['has no start', { start: null }, /has no start/],
    ['begins on a day that does not exist', { start: '2026-02-30' }, /start "2026-02-30" is not a date/],
    ['begins in the year 1', { start: '0001-01-01' }, /start "0001-01-01" is in a year before 1860/],
    ['begins in words', { start: 'tomorrow', more: '' }, /is not a date/],
    ['names territories and excluded ones', { territories: ['US'], excluded: ['GB'] }, /one of the two/],
    ['is for a territory that nobody knows', { territories: ['QQ'] }, /"QQ" is neither an ISO code/],
    ['excludes a territory that nobody knows', { excluded: ['QQ'] }, /excluded territory "QQ"/],
  ])('one that %s is left out with its place, the other is taken', async (_, deal, reason) => {
    const given = await message({ deals: [deal, { start: '2026-12-24' }] });
    expect(reasons(given)).toEqual([
      expect.stringMatching(/message\.xml:\d+ DealList\/ReleaseDeal\/Deal: deal left out: /),
    ]);
    expect(reasons(given)[0]).toMatch(reason);
    expect(recordings(given)[0]?.offers[0]?.moments.map((each) => each.from)).toEqual(['2026-12-24']);
    expect(remarks(given).join()).toMatch(/1 of its 2 deals are left out/);
  });

  it('that end on the last day of the year 9999 have no end', async () => {
    const [recording] = recordings(await message({ deals: [{ start: '2026-12-11', end: '9999-12-31' }] }));
    expect(recording?.offers[0]?.moments).toEqual([expect.objectContaining({ from: '2026-12-11', until: null })]);
  });

  it('that say two things at once are left out', async () => {
    const both =
      '</DealTerms></Deal><Deal><DealTerms><ValidityPeriod><StartDate>2026-12-11</StartDate><StartDateTime>2027-01-15T00:00:00</StartDateTime></ValidityPeriod>';
    expect(reasons(await message({ deals: [{ more: both }] }))[0]).toMatch(/two starts that contradict each other/);
  });

  it('none of which can be taken leave the whole release as it was', async () => {
    const given = await message({ deals: [{ end: '2026-01-01' }] });
    expect(given.rows.every(({ row }) => row === null)).toBe(true);
    expect(reasons(given).join('\n')).toMatch(
      /none of its 1 deals can be taken.*; its recording is not taken with it$/,
    );
  });

  it('none at all announce a release that is not out', async () => {
    const given = await message({ deals: [] });
    expect(recordings(given)[0]?.offers[0]?.moments).toEqual([]);
    expect(remarks(given).join()).toMatch(/as long as none comes it is not out/);
  });

  it('of some territories beside unknown ones keep those, and say so', async () => {
    const given = await message({ deals: [{ territories: ['GB', '1234'] }] });
    expect(recordings(given)[0]?.offers[0]?.moments[0]?.territories).toEqual(['GB']);
    expect(remarks(given).join()).toMatch(/"1234" is no ISO code/);
  });

  it('of clips under people’s videos are previews', async () => {
    const clips = '<UseType>UserMakeAvailableLabelProvided</UseType>';
    const [recording] = recordings(
      await read(
        ernMessage({ tracks: [track], deals: [{ start: '2026-11-20', more: clips }, {}] }).replace(
          '<UseType>OnDemandStream</UseType>',
          '',
        ),
      ),
    );
    expect(recording?.offers[0]?.moments.map(({ use, from }) => `${use} ${from}`)).toEqual([
      'preview 2026-11-20',
      'release 2026-12-11',
    ]);
  });

  it('repeat as they stand', async () =>
    expect(await momentsOf({}, { territories: ['NZ'] })).toEqual(['Worldwide 2026-12-11', 'NZ 2026-12-11']));
});

describe('recordings', () => {
  it('that are wrong are refused with their place, the others are taken, and the release knows how many it has', async () => {
    const given = await message({
      tracks: [
        track,
        { isrc: 'nonsense', title: 'B' },
        { ...track, title: 'Again' },
        { isrc: null, title: '' },
        { isrc: null, title: 'E' },
      ],
    });
    expect(recordings(given).map((each) => each.title)).toEqual(['Harbour Lights', 'E']);
    expect(reasons(given)).toEqual([
      expect.stringMatching(/:\d+ ResourceList\/SoundRecording\[2\]: "nonsense" is not an ISRC/),
      expect.stringMatching(
        /SoundRecording\[3\]: ResourceList\/SoundRecording of the same message has the ISRC ZZTST2600001 already/,
      ),
      expect.stringMatching(/SoundRecording\[4\]: title is missing/),
    ]);
    expect(given.rows.at(-1)?.row).toMatchObject({ kind: 'release', recordings: 5 });
  });

  it('outside of the delivery have no audio, and the message says so', async () => {
    for (const uri of [
      '../../etc/passwd',
      '/etc/passwd',
      'https://example.com/a.wav',
      'C:\\a.wav',
      '..%2F..%2F..%2Fa.wav',
    ]) {
      const given = await message({ tracks: [{ ...track, uri }] });
      expect(recordings(given)[0]?.file).toBeNull();
      expect(remarks(given).join()).toMatch(/lies outside of the delivery/);
    }
  });
});

describe('an album, ERN 3.8.2', async () => {
  const file = join(import.meta.dirname, 'messages', 'album-382.xml');
  const album = await readErn('N_1/album.xml', createReadStream(file));
  const [lights, windows] = recordings(album);

  it('states its recordings and one release, whose track has an earlier day of its own', () => {
    expect(reasons(album)).toEqual([]);
    expect(album.rows.map(({ row }) => row?.kind)).toEqual(['recording', 'recording', 'release']);
    expect(album.rows.at(-1)?.row).toMatchObject({
      release: { id: 'upc:36000291452', title: 'Harbour', label: 'Harbour' },
      said: { by: 'Harbour Records (PADPIDA2026112201X)', messageId: 'M-382' },
    });
    expect(outFrom(lights)).toBe('2026-12-03T10:00:00.000Z');
    expect(outFrom(windows)).toBe('2026-12-10T10:00:00.000Z');
  });

  it('is read in its worldwide words, whatever territory comes first', () => {
    expect(lights).toMatchObject({
      isrc: 'ZZTST2600021',
      title: 'Harbour Lights',
      version: 'Sped Up',
      aliases: ['Harbour Lights at Four'],
      artists: ['Ines Varga', 'Pola & the Engines'],
      credits: [
        { name: 'Oskar Lind', role: 'Producer' },
        { name: 'A. Writer', role: 'Composer' },
      ],
      durationMs: 201_000,
      file: 'N_1/resources/A1.wav',
    });
    expect(windows).toMatchObject({ title: 'Windows', artists: ['Ines Varga'], file: 'N_1/resources/A2.flac' });
  });

  it('whose deals are taken down has none', async () => {
    const text = (await readFile(file, 'utf8')).replaceAll('<DealTerms>', '<DealTerms><TakeDown>true</TakeDown>');
    const down = await read(text);
    expect(remarks(down).join()).toMatch(/it has no deal/);
    expect(recordings(down).flatMap(({ offers }) => offers.flatMap(({ moments }) => moments))).toEqual([]);
  });
});

describe('one cause is one line', () => {
  const tracks = Array.from({ length: 14 }, (_, i) => ({ isrc: `ZZTST26000${30 + i}`, title: `Song ${i}` }));

  it('a barcode with a wrong check digit refuses itself, and none of 14 recordings', async () => {
    const given = await message({ icpn: '123456789013', tracks });
    expect(reasons(given)).toEqual([]);
    expect(recordings(given)).toHaveLength(14);
    expect(given.rows.at(-1)).toMatchObject({
      row: { kind: 'release', release: { id: expect.stringMatching(/^ddex:.*:icpn:123456789013$/) as string } },
      remark: expect.stringMatching(/^its ICPN "123456789013" has a wrong check digit and is no barcode/) as string,
    });
  });

  it('a release that is refused counts its recordings', async () => {
    const given = await message({ alsoRefersTo: ['A77'], tracks });
    expect(reasons(given)).toEqual([
      expect.stringMatching(/it refers to A77, .*; its 14 recordings are not taken with it$/) as string,
    ]);
  });

  it('deals that are wrong in the same way are one', async () => {
    const given = await message({ deals: [{}, { start: null }, { start: null }] });
    expect(reasons(given)).toEqual([expect.stringMatching(/: 2 deals left out: the deal has no start/) as string]);
  });
});

describe('messages', () => {
  it('that name what they do not hold (a partial update) change nothing', async () => {
    const given = await message({ alsoRefersTo: ['A7'] });
    expect(given.rows.every(({ row }) => row === null)).toBe(true);
    expect(reasons(given)[0]).toMatch(/ReleaseList\/Release: it refers to A7, which is not in the ResourceList/);
  });

  it('purge releases', async () => {
    const { rows } = await read(purgeMessage({ id: 'P-1', created: '2026-12-24T08:00:00Z' }));
    expect(rows.map(({ row }) => row)).toEqual([
      {
        kind: 'takedown',
        releaseId: 'upc:36000291452',
        isrc: null,
        from: '2026-12-24T08:00:00.000Z',
        said: { by: 'PADPIDA0000000001X', messageId: 'P-1', at: '2026-12-24T08:00:00.000Z' },
      },
    ]);
  });

  it.each<[string, Partial<GivenMessage>, RegExp]>([
    ['of ERN 3.6', { namespace: 'http://ddex.net/xml/ern/36' }, /ERN 3\.6 is not read; 3\.7, 3\.8/],
    ['of a later version', { namespace: 'http://ddex.net/xml/ern/50' }, /ERN 5\.0 is not read/],
    ['of another standard', { namespace: 'http://ddex.net/xml/mead/11' }, /not a DDEX ERN one/],
    ['of another kind', { root: 'CatalogListMessage' }, /a CatalogListMessage is not read/],
    ['for tests', { control: 'TestMessage' }, /test messages are not taken/],
    ['without a time', { created: '' }, /which of two messages is the newer one/],
    ['without a sender', { sender: '' }, /names no MessageSender/],
  ])('%s are refused', async (_, given, reason) => {
    const refused = await message(given);
    expect(refused.rows.every(({ row }) => row === null)).toBe(true);
    expect(reasons(refused).join('\n')).toMatch(reason);
  });

  it('in UTF-16 are read', async () => {
    const text = ernMessage({ tracks: [{ ...track, title: '港の灯' }], deals: [{}] }).replace('UTF-8', 'UTF-16');
    expect(
      recordings(await read(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])))[0]?.title,
    ).toBe('港の灯');
  });

  it('with everything qualified, or with another prefix, are read', async () => {
    const text = ernMessage({ tracks: [track], deals: [{}] }).replaceAll(/<(\/?)(?=[A-Z])/g, '<$1ern:');
    expect(recordings(await read(text))).toHaveLength(1);
  });
});

describe('hostile XML is refused', () => {
  const bomb = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>`;
  it.each<[string, string, RegExp]>([
    ['a DOCTYPE', ernMessage({ tracks: [track], deals: [{}], prologue: '<!DOCTYPE x>' }), /it has a DOCTYPE/],
    [
      'billion laughs',
      ernMessage({ tracks: [{ ...track, title: 'x' }], deals: [{}], prologue: bomb }),
      /it has a DOCTYPE/,
    ],
    [
      'a file of the reader',
      ernMessage({ tracks: [track], deals: [{}], prologue: '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' }),
      /it has a DOCTYPE/,
    ],
    [
      'an entity of its own',
      ernMessage({ tracks: [track], deals: [{}] }).replace('Harbour', '&f;Harbour'),
      /not well-formed XML/,
    ],
    ['huge nesting', `<a>`.repeat(100_000), /nested more than 40 levels/],
    ['endless elements', `<a>${'<b/>'.repeat(400_001)}</a>`, /more than 400000 elements/],
    ['an endless text', `<a>${'x'.repeat(200_000)}</a>`, /longer than 100000 characters/],
    ['an end that never comes', '<a><b>', /not well-formed XML/],
    ['nothing', '', /not well-formed XML|it is empty/],
    ['no XML', 'title,artists\na,b\n', /not well-formed XML/],
    ['another vocabulary', '<feed><entry/></feed>', /not a DDEX ERN one/],
  ])('%s', async (_, text, reason) => {
    const { rows } = await read(text);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      row: null,
      place: expect.stringMatching(/^batch\/R0\/message\.xml:\d+/) as string,
    });
    expect(rows[0]?.reason).toMatch(reason);
  });

  it('bytes that are not what the message says', async () => {
    const { rows } = await read(Buffer.from(`<a>Bj\u00f6rk</a>`, 'latin1'));
    expect(rows[0]?.reason).toMatch(/it is not in UTF-8/);
  });

  it('a gigabyte of text, without keeping it', async () => {
    const piece = Buffer.alloc(1 << 20, 'x');
    let pieces = 0;
    const { rows } = await readErn(
      'big.xml',
      (async function* () {
        yield Buffer.from('<a b="');
        for (; pieces < 1024; pieces += 1) yield piece;
      })(),
    );
    expect(rows[0]?.reason).toMatch(/larger than 64 MB/);
    expect(pieces).toBeLessThan(70);
  });
});

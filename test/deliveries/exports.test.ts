// What services, shops and programs export, and sheets in other languages. Shapes are the real ones, names are made up.

import { describe, expect, it } from 'vitest';
import { mapColumns } from '../../deliveries/columns.ts';
import { readListing, type ListingOptions } from '../../deliveries/listing.ts';
import type { DeliveredRecording, DeliveryRow } from '../../domain/delivery.ts';

async function rowsOf(name: string, content: string | Buffer, options: ListingOptions = {}): Promise<DeliveryRow[]> {
  const { rows } = readListing(
    name,
    (async function* () {
      // In pieces, as files come; letters are cut in the middle.
      const bytes = Buffer.from(content as string);
      for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
    })(),
    options,
  );
  const found: DeliveryRow[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
const told = async (...given: Parameters<typeof rowsOf>): Promise<unknown[]> =>
  (await rowsOf(...given)).map(({ row, reason, remark }) => {
    if (reason !== null) return reason;
    const { title, artists, isrc, album, releaseDate, durationMs, externalIds, file } = row as DeliveredRecording;
    const all = { title, artists, isrc, album, releaseDate, durationMs, file, ...externalIds, remark };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  });

describe('an export of', () => {
  const exportify =
    'Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Album Artist URI(s),Album Artist Name(s),Album Release Date,Disc Number,Track Duration (ms),ISRC,Added At\n';

  it('Exportify is read, artists as its addresses count them, a month as its last day', async () => {
    const row = (artists: string, uris: string, date: string): string =>
      `spotify:track:4cOdK2wGLETKBW3PvgPWqT,Warm Ink,"${uris}","${artists}",spotify:album:1,Inks,spotify:artist:1,Iris Vane,${date},1,213573,ZZTST2600001,2024-01-02T03:04:05Z\n`;
    const first = {
      title: 'Warm Ink',
      isrc: 'ZZTST2600001',
      album: 'Inks',
      durationMs: 213_573,
      spotify: ['4cOdK2wGLETKBW3PvgPWqT'],
    };
    expect(
      await told(
        'exportify.csv',
        exportify +
          row('Iris Vane', 'spotify:artist:1', '1987-11-12') +
          row('Above & Below, Otto', 'spotify:artist:1,spotify:artist:2', '2021-02-03') +
          row('Vane, Field and Sons', 'spotify:artist:1', '1970-05') +
          row('Iris Vane', 'spotify:artist:1', '1999'),
      ),
    ).toEqual([
      { ...first, artists: ['Iris Vane'], releaseDate: '1987-11-12' },
      { ...first, artists: ['Above & Below', 'Otto'], releaseDate: '2021-02-03' },
      {
        ...first,
        artists: ['Vane, Field and Sons'],
        releaseDate: '1970-05-31',
        remark:
          'artists "Vane, Field and Sons" is taken as one name; write ";" between several; release_date "1970-05" names no day: the last one, 1970-05-31, is taken',
      },
      {
        ...first,
        artists: ['Iris Vane'],
        releaseDate: '1999-12-31',
        remark: 'release_date "1999" names no day: the last one, 1999-12-31, is taken',
      },
    ]);
  });

  it('Soundiiz, which writes commas between artists, is split; what may be one name is said', async () =>
    expect(
      await told(
        'soundiiz.csv',
        'index,title,artist,album,isrc\n0,THE 1,"Rell Morrow, Saint Field",Inks,ZZTST2600001\n1,Salt,"Otto, The Painter",Inks,ZZTST2600002\n2,Sea,"Vane, Field & Sons",Inks,\n',
      ),
    ).toMatchObject([
      { artists: ['Rell Morrow', 'Saint Field'] },
      {
        artists: ['Otto, The Painter'],
        remark: 'artists "Otto, The Painter" is taken as one name; write ";" between several',
      },
      { artists: ['Vane, Field & Sons'], remark: expect.stringContaining('one name') },
    ]));

  it('any other sheet keeps a comma in one name, and says so', async () =>
    expect(
      await told('sheet.csv', 'title;artist\nSalt;Ann, Bob\nSea;Ann; Bob\n'.replace('Ann; Bob', '"Ann; Bob"')),
    ).toMatchObject([
      { artists: ['Ann, Bob'], remark: 'artists "Ann, Bob" is taken as one name; write ";" between several' },
      { artists: ['Ann', 'Bob'] },
    ]));

  it('TuneMyMusic is read with its ids', async () =>
    expect(
      await told(
        'tunemymusic.csv',
        'Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id\nSalt,Iris Vane,25,Trip,Track,ZZTST2600001,62PaSfnXSMyLshYJrlTuL3\n',
      ),
    ).toEqual([
      { title: 'Salt', artists: ['Iris Vane'], album: '25', isrc: 'ZZTST2600001', spotify: ['62PaSfnXSMyLshYJrlTuL3'] },
    ]));

  it('DistroKid’s sales are recordings', async () =>
    expect(
      await told(
        'distrokid.csv',
        'Reporting Date,Sale Month,Store,Artist,Title,ISRC,UPC,Quantity,Team Percentage,Song/Album,Country of Sale,Earnings (USD)\n2024-05-01,2024-03,Shop,Iris Vane,Salt (Sped Up),ZZTST2600001,198000000001,12,100,Song,US,0.04\n',
      ),
    ).toEqual([{ title: 'Salt (Sped Up)', artists: ['Iris Vane'], isrc: 'ZZTST2600001' }]));

  it('a collection from Discogs holds no recordings', async () =>
    await expect(
      told(
        'discogs.csv',
        'Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added\nX 1,Iris Vane (2),Inks,Label,"CD, Album",,1998,12345,All,2020-01-01\n',
      ),
    ).rejects.toThrow(/lists releases and no recordings/));

  const musicBrainz = {
    id: 'b1a9c0e9-d987-4042-ae91-78d6a3267d69',
    title: 'Salt',
    isrcs: ['ZZTST2600001'],
    length: 237_000,
    'artist-credit': [
      { name: 'Iris Vane', joinphrase: ' & ' },
      { name: 'Otto Field', joinphrase: '' },
    ],
  };
  const salt = {
    title: 'Salt',
    artists: ['Iris Vane', 'Otto Field'],
    isrc: 'ZZTST2600001',
    durationMs: 237_000,
    musicbrainz: ['b1a9c0e9-d987-4042-ae91-78d6a3267d69'],
  };
  it.each<[string, string, string | Buffer]>([
    ['one recording', 'musicbrainz.json', JSON.stringify(musicBrainz)],
    ['recordings over lines', 'x.json', JSON.stringify({ count: 1, recordings: [musicBrainz] }, null, 2)],
    ['JSON lines', 'x.jsonl', `${JSON.stringify(musicBrainz)}\n`],
    ['an array in UTF-16', 'x.json', Buffer.from(`\uFEFF${JSON.stringify([musicBrainz])}`, 'utf16le')],
  ])('MusicBrainz is read: %s', async (_, name, content) => expect(await told(name, content)).toEqual([salt]));

  it('MusicBrainz with several ISRCs says which it takes', async () =>
    expect(await told('x.json', JSON.stringify([{ ...musicBrainz, isrcs: ['ZZTST2600001', 'ZZTST2600002'] }]))).toEqual(
      [{ ...salt, remark: 'it has 2 ISRCs, of which the first is taken' }],
    ));

  it('ListenBrainz is read: listens and playlists', async () => {
    const mbid = musicBrainz.id;
    const listen = {
      listened_at: 1,
      track_metadata: {
        artist_name: 'Iris Vane, Otto Field',
        track_name: 'Salt',
        release_name: 'Inks',
        additional_info: { isrc: 'ZZTST2600001', duration_ms: 237_000, recording_mbid: mbid },
        mbid_mapping: { artists: [{ artist_credit_name: 'Iris Vane' }, { artist_credit_name: 'Otto Field' }] },
      },
    };
    expect(await told('listens.jsonl', JSON.stringify(listen))).toEqual([{ ...salt, album: 'Inks' }]);
    expect(await told('listens.json', JSON.stringify({ payload: { listens: [listen] } }))).toEqual([
      { ...salt, album: 'Inks' },
    ]);
    const track = { title: 'Salt', creator: 'Iris Vane', identifier: [`https://musicbrainz.org/recording/${mbid}`] };
    expect(await told('p.json', JSON.stringify({ playlist: { title: 'p', track: [track] } }))).toEqual([
      { title: 'Salt', artists: ['Iris Vane'], musicbrainz: [mbid] },
    ]);
  });

  it('JSON of our own fields is read as one value, and as lines under that name', async () => {
    const row = { title: 'Salt', artists: ['Iris Vane'] };
    expect(await told('x.json', JSON.stringify([row, 7], null, 2))).toEqual([row, 'not a JSON object']);
    expect(await told('x.json', `${JSON.stringify(row)}\n{\n`)).toEqual([row, 'not valid JSON']);
    await expect(told('x.json', '[{"title":')).rejects.toThrow('it is not valid JSON');
  });

  const plist = (tracks: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict><key>Major Version</key><integer>1</integer><key>Tracks</key><dict>${tracks}</dict><key>Playlists</key><array><dict><key>Name</key><string>All</string><key>Playlist Items</key><array><dict><key>Track ID</key><integer>1</integer></dict></array></dict></array></dict></plist>`;
  const track = (fields: string): string => `<key>1</key><dict><key>Track ID</key><integer>1</integer>${fields}</dict>`;

  it('iTunes is read: its tracks, not its playlists, films or podcasts', async () =>
    expect(
      await told(
        'Library.xml',
        plist(
          track(
            '<key>Name</key><string>Salt &amp; Sea</string><key>Artist</key><string>Iris Vane</string><key>Album</key><string>Inks</string><key>Total Time</key><integer>217103</integer>',
          ) +
            track('<key>Name</key><string>Talk</string><key>Artist</key><string>P</string><key>Podcast</key><true/>') +
            track('<key>Name</key><string>Nobody’s</string>'),
        ),
      ),
    ).toEqual([
      { title: 'Salt & Sea', artists: ['Iris Vane'], album: 'Inks', durationMs: 217_103 },
      'artists are missing',
    ]));

  it('iTunes with entities of its own is refused', async () =>
    await expect(
      told(
        'Library.xml',
        plist('').replace(
          'DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
          'x" "y" [<!ENTITY a "b">]>',
        ),
      ),
    ).rejects.toThrow(/entities of its own/));

  it('a player is read: M3U with paths', async () =>
    expect(
      await told(
        'list.m3u8',
        '\uFEFF#EXTM3U\r\n#EXTINF:213,Iris Vane - Salt - Live\r\nmusic\\salt.mp3\r\n\r\n#EXTINF:-1,Sea\r\nsea.mp3\r\n#EXTINF:9,Otto - Far\r\n/srv/far.mp3\r\n',
      ),
    ).toEqual([
      { title: 'Salt - Live', artists: ['Iris Vane'], durationMs: 213_000, file: 'music/salt.mp3' },
      'artists are missing',
      'file "/srv/far.mp3" leaves the folder',
    ]));
});

describe('a sheet', () => {
  it.each<[string, string]>([
    ['German', 'Titel;Künstler;ISRC;Veröffentlichungsdatum;Länge;Plattenfirma;Dateiname'],
    ['German without its dots', 'Titel;Kuenstler;ISRC;Veroeffentlichungsdatum;Laenge;Label;Datei'],
    ['French', 'Titre du morceau;Artiste principal;Code ISRC;Date de sortie;Durée;Maison de disques;Fichier audio'],
    [
      'Spanish',
      'Título de la canción;Artista;Código ISRC;Fecha de lanzamiento;Duración;Sello discográfico;Archivo de audio',
    ],
    ['Portuguese', 'Título da faixa;Artista principal;ISRC;Data de lançamento;Duração;Gravadora;Arquivo'],
  ])('in %s is understood', (_, header) =>
    expect(mapColumns(header.split(';'))).toEqual({
      columns: ['title', 'artists', 'isrc', 'release_date', 'duration', 'label', 'file'],
      unknown: [],
    }),
  );

  it('in German with its days is read in the order that is said', async () => {
    const sheet = 'Titel;Künstler;ISRC;Veröffentlichungsdatum;Länge\nMädchen;Die Maler;ZZTST2600001;01.03.2024;3:21\n';
    expect(await told('de.csv', sheet, { dates: 'dmy' })).toEqual([
      {
        title: 'Mädchen',
        artists: ['Die Maler'],
        isrc: 'ZZTST2600001',
        releaseDate: '2024-03-01',
        durationMs: 201_000,
      },
    ]);
    expect(await told('de.csv', sheet)).toEqual([expect.stringMatching(/--dates dmy or --dates mdy/)]);
  });

  it('in an older encoding says which, also where only its header shows it', async () => {
    const latin1 = Buffer.from('Titel;Künstler;ISRC\nMadchen;Die Maler;ZZTST2600001\n', 'latin1');
    await expect(told('de.csv', latin1)).rejects.toThrow(/not in UTF-8: .* --encoding windows-1252/);
    expect(await told('de.csv', latin1, { encoding: 'windows-1252' })).toMatchObject([{ artists: ['Die Maler'] }]);
  });

  it('whose column "Release" holds days asks what it means', async () => {
    const sheet = 'Song,Performer,ISRC Code,Release\nSalt,Iris Vane,ZZ-TST-26-00001,03/04/2026\n';
    await expect(told('label.csv', sheet)).rejects.toThrow(
      /column "Release" holds days \("03\/04\/2026"\): .*--map "Release=release_date"/,
    );
    expect(await told('label.csv', sheet, { map: { Release: 'release_date' }, dates: 'dmy' })).toMatchObject([
      { releaseDate: '2026-04-03' },
    ]);
    expect(await told('label.csv', sheet.replace('03/04/2026', 'Inks'))).toMatchObject([{ album: 'Inks' }]);
  });

  it('with a mark, semicolons, quotes and UTF-16 is read', async () => {
    const sheet =
      '"Track Title";"Primary Artist(s)";"ISRC";"UPC/EAN";"Digital Release Date";"Label";"Duration"\n"Grüße ""aus"" dem Hafen; ein Lied";"Die Maler | Bibi";"ZZTST2600001";"4006381333931";"2024-03-01";"Label; GmbH";"3:21"\n';
    expect(await told('u.csv', Buffer.from(`\uFEFF${sheet}`, 'utf16le'))).toMatchObject([
      { title: 'Grüße "aus" dem Hafen; ein Lied', artists: ['Die Maler', 'Bibi'], durationMs: 201_000 },
    ]);
    expect(await told('b.csv', '\uFEFFtitle;artist;isrc\r\nSalt;Iris Vane;ZZTST2600001\r\n')).toEqual([
      { title: 'Salt', artists: ['Iris Vane'], isrc: 'ZZTST2600001' },
    ]);
  });
});

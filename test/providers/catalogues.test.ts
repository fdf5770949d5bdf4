// What each catalogue client makes of its service's answers, and what it asks for it.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueName } from '../../domain/providers.ts';
import { createSpotify } from '../../providers/spotify/client.ts';
import { createDeezer } from '../../providers/deezer/client.ts';
import { createItunes } from '../../providers/itunes/client.ts';
import { createMusicBrainz } from '../../providers/musicbrainz/client.ts';
import { openLibrary } from '../../providers/spotify/transport.ts';
import { type CatalogueProvider, ProviderError, type ServiceRecording } from '../../providers/provider.ts';
import { nowMs, type Stage, stage } from '../support/providers/stage.ts';
import { ids, upcAt } from '../support/providers/world.ts';

const signal = new AbortController().signal;
const upc = (at: number): string => upcAt(at).replace(/^0+/, '');

function catalogue(name: CatalogueName): { readonly scene: () => Stage; readonly client: () => CatalogueProvider } {
  let scene: Stage;
  beforeAll(async () => {
    scene = await stage(name);
  });
  afterEach(() => scene.fake.reset());
  afterAll(() => scene.fake.close());
  return { scene: () => scene, client: () => scene.client() as CatalogueProvider };
}

const valueOf = async <T>(asked: Promise<{ readonly value: T }> | null): Promise<T> => {
  if (asked === null) throw new Error('this service should know that');
  return (await asked).value;
};

const base: ServiceRecording = {
  provider: 'spotify',
  id: '',
  isrc: 'ZZFPR2600000',
  title: 'Harbour Lights',
  artists: ['Nora Vale'],
  version: null,
  album: 'Harbour Lights',
  albumId: null,
  upc: null,
  label: null,
  durationMs: 180_000,
  releaseDate: '2024-03-15',
  releaseDates: {},
  previewUrl: null,
  url: null,
  externalIds: {},
};

/** What must hold for every catalogue: the same questions, whatever the wire looks like. */
function knowsItsCatalogue(
  { scene, client }: ReturnType<typeof catalogue>,
  of: { readonly idAt: (at: number) => string; readonly unknownId: string; readonly mostForUnknownUpc: number },
): void {
  test('a name that nobody has finds nothing, and that is an answer', async () => {
    expect(await valueOf(client().search({ title: 'No Such Thing', artist: null, limit: 10 }, signal))).toEqual([]);
  });

  test('an ISRC that nobody has finds nothing', async () => {
    expect(await valueOf(client().byIsrc('ZZFPR2699999', signal))).toEqual([]);
    expect(scene().fake.state().apiRequests).toBe(1);
  });

  test('a UPC that nobody has finds nothing, with a bounded number of requests', async () => {
    expect(await valueOf(client().byUpc(upc(4242), signal))).toEqual([]);
    expect(scene().fake.state().apiRequests).toBe(of.mostForUnknownUpc);
  });

  test('an id that the service does not have is null', async () => {
    expect(await valueOf(client().byId(of.unknownId, signal))).toBeNull();
    expect((await valueOf(client().byId(of.idAt(0), signal)))?.id).toBe(of.idAt(0));
  });

  test('letters of any script come back as they were sent', async () => {
    const found = await valueOf(client().search({ title: 'Paper Møøns', artist: 'Ø. Krogh', limit: 10 }, signal));
    expect(found.map(({ id, title }) => ({ id, title }))).toEqual([{ id: of.idAt(3), title: 'Paper Møøns' }]);
    const japanese = await valueOf(client().search({ title: '夜の灯', artist: '田辺ミカ', limit: 10 }, signal));
    expect(japanese.map(({ artists }) => artists)).toEqual([['田辺ミカ']]);
  });

  test('a year is no release date', async () => {
    const found = await valueOf(client().byId(of.idAt(3), signal));
    // iTunes sends the first day of the year for it, and nothing tells.
    expect(found?.releaseDate).toBe(found?.provider === 'itunes' ? '2019-01-01' : null);
  });

  test('a recording without ISRC has none', async () => {
    expect((await valueOf(client().byId(of.idAt(5), signal)))?.isrc).toBeNull();
  });

  test.each([
    ['an ISRC', (asked: CatalogueProvider) => asked.byIsrc('not one', signal)],
    ['a UPC with a wrong digit', (asked: CatalogueProvider) => asked.byUpc(`${upc(0).slice(0, -1)}x`, signal)],
    ['an id', (asked: CatalogueProvider) => asked.byId('../../v1/me', signal)],
    ['a title', (asked: CatalogueProvider) => asked.search({ title: '"" \\', artist: null, limit: 1 }, signal)],
  ])('what cannot be %s is refused without a request', async (_, ask) => {
    await expect(Promise.resolve(ask(client()))).rejects.toMatchObject({ name: 'ProviderError', kind: 'refused' });
    expect(scene().calls()).toBe(0);
  });

  test('quotes and operators in a name stay words', async () => {
    const title = 'Harbour" OR artist:"x" AND \\';
    expect(await valueOf(client().search({ title, artist: 'a:b "c"', limit: 10 }, signal))).toEqual([]);
    expect(scene().fake.state().apiRequests).toBe(1);
  });

  test('a name longer than any service takes is shortened', async () => {
    const title = 'long '.repeat(200);
    expect(await valueOf(client().search({ title, artist: title, limit: 1000 }, signal))).toEqual([]);
  });
}

describe('spotify', () => {
  const spotify = catalogue('spotify');
  const { scene, client } = spotify;
  const tokens = (): number => scene().fake.state().requests - scene().fake.state().apiRequests;
  // One request for each spelling.
  knowsItsCatalogue(spotify, { idAt: ids.spotify, unknownId: ids.spotify(99), mostForUnknownUpc: 4 });

  const single = {
    ...base,
    id: ids.spotify(0),
    albumId: ids.spotifyAlbum(upcAt(0)),
    url: `https://open.spotify.com/track/${ids.spotify(0)}`,
  };

  test('a search never asks for more than ten, in the library’s own path', async () => {
    const found = await valueOf(client().search({ title: 'Harbour Lights', artist: 'Nora Vale', limit: 50 }, signal));
    expect(found[0]).toEqual(single);
    expect(found.map(({ title }) => title)).toEqual(['Harbour Lights', 'Harbour Lights - Sped Up', 'Harbour Lights']);
    const asked = scene().fake.seen.at(-1);
    expect(asked?.path).toBe('/v1/search/');
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({
      type: 'track',
      q: 'track:"Harbour Lights" artist:"Nora Vale"',
      limit: '10',
    });
  });

  test('one ISRC has several tracks', async () => {
    const found = await valueOf(client().byIsrc('zz-fpr-26-00000', signal));
    expect(found.map(({ id }) => id)).toEqual([ids.spotify(0), ids.spotify(2)]);
    expect(scene().fake.seen.at(-1)?.query.get('q')).toBe('isrc:ZZFPR2600000');
  });

  test('a single’s UPC is tried in all spellings, and its tracks get their ISRCs', async () => {
    const found = await valueOf(client().byUpc(upc(0), signal));
    expect(found).toEqual([{ ...single, upc: upc(0), label: 'Fixture Records' }]);
    expect(scene().fake.seen.map(({ path, query }) => query.get('q') ?? path)).toEqual([
      '/api/token',
      ...[upc(0), upc(0).padStart(12, '0'), upc(0).padStart(13, '0'), upc(0).padStart(14, '0')].map((q) => `upc:${q}`),
      `/v1/albums/${ids.spotifyAlbum(upcAt(0))}`,
      `/v1/tracks/${ids.spotify(0)}`,
    ]);
  });

  test('a longer album costs no request for each track', async () => {
    const found = await valueOf(client().byUpc(upc(6), signal));
    expect(found.map(({ title, isrc, upc: code }) => ({ title, isrc, code }))).toEqual(
      ['Kitchen', 'Hall', 'Attic', 'Cellar'].map((title) => ({ title, isrc: null, code: upc(6) })),
    );
    expect(scene().fake.state().apiRequests).toBe(5);
  });

  test('calls at the same time share one token', async () => {
    const shared = client();
    await Promise.all(Array.from({ length: 8 }, () => shared.byId(ids.spotify(0), signal)));
    expect(tokens()).toBe(1);
    expect(scene().fake.state().apiRequests).toBe(8);
  });

  test('tokens that end while many calls are under way are renewed once for all of them', async () => {
    const shared = client();
    await shared.byId(ids.spotify(0), signal);
    scene().fake.service.expireTokens?.();
    const answers = await Promise.all(Array.from({ length: 8 }, () => shared.byId(ids.spotify(0), signal)));
    expect(answers.every(({ value }) => value?.id === ids.spotify(0))).toBe(true);
    expect(tokens()).toBe(2);
  });

  test('a token is renewed before it ends', async () => {
    let now = nowMs;
    const aging = createSpotify(credentials(scene()), { fetch, now: () => now, baseUrl: scene().fake.url });
    await aging.byId(ids.spotify(0), signal);
    now += 3500_000;
    await aging.byId(ids.spotify(0), signal);
    expect(tokens()).toBe(1);
    now += 50_000;
    await aging.byId(ids.spotify(0), signal);
    expect(tokens()).toBe(2);
    expect(scene().fake.state().apiRequests).toBe(3);
  });

  test('a wrong secret is a matter for a person, and no call is made with it', async () => {
    const wrong = createSpotify(
      { ...credentials(scene()), clientSecret: 'planted secret' },
      { fetch, now: () => nowMs, baseUrl: scene().fake.url },
    );
    const failed = wrong.byId(ids.spotify(0), signal);
    await expect(failed).rejects.toMatchObject({ kind: 'credentials_rejected', status: 400 });
    await expect(failed).rejects.not.toThrow(/planted/);
    expect(scene().fake.state()).toMatchObject({ requests: 1, apiRequests: 0 });
  });

  test('who is cancelled while the token is renewed does not take it from the others', async () => {
    const shared = client();
    const cancel = new AbortController();
    const first = shared.byId(ids.spotify(0), cancel.signal);
    const second = shared.byId(ids.spotify(1), signal);
    cancel.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect((await second).value?.id).toBe(ids.spotify(1));
  });

  test('a token that cannot be a header tells nobody what it was', async () => {
    const odd = createSpotify(
      { clientId: 'id', clientSecret: 'secret' },
      {
        now: () => nowMs,
        fetch: (url, init) =>
          url instanceof URL && url.pathname === '/api/token'
            ? Promise.resolve(Response.json({ access_token: 'planted\nheader', expires_in: 60 }))
            : fetch(url, init),
      },
    );
    const error = await odd.byId(ids.spotify(0), signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderError);
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('planted');
  });

  test('the library is of no use to anybody else: nothing leaves past the given fetch', async () => {
    const Library = await openLibrary();
    const stray = new Library({ clientId: 'id', clientSecret: 'secret' });
    await expect(stray.clientCredentialsGrant()).rejects.toThrow('through providers/spotify only');
  });
});

const credentials = (scene: Stage): { readonly clientId: string; readonly clientSecret: string } => {
  const environment = scene.fake.service.environment();
  return {
    clientId: environment['FERMATA_SPOTIFY_CLIENT_ID'] ?? '',
    clientSecret: environment['FERMATA_SPOTIFY_CLIENT_SECRET'] ?? '',
  };
};

describe('deezer', () => {
  const deezer = catalogue('deezer');
  const { scene, client } = deezer;
  const idAt = (at: number): string => String(ids.deezer(at));
  knowsItsCatalogue(deezer, { idAt, unknownId: '1', mostForUnknownUpc: 4 });

  const preview = (at: number): string => `https://cdnt-preview.dzcdn.net/api/1/1/${at}.mp3?hdnea=exp=1~acl=/*~hmac=0`;
  const full = {
    ...base,
    provider: 'deezer',
    id: idAt(0),
    albumId: String(ids.deezerAlbum(upcAt(0))),
    previewUrl: preview(0),
    url: `https://www.deezer.com/track/${idAt(0)}`,
  };

  test('a search names neither ISRC nor date; versions stand apart', async () => {
    const found = await valueOf(client().search({ title: 'Harbour Lights', artist: 'Nora Vale', limit: 10 }, signal));
    expect(found[0]).toEqual({ ...full, isrc: null, releaseDate: null });
    expect(found[1]).toMatchObject({ title: 'Harbour Lights', version: 'Sped Up', durationMs: 161_000 });
    expect(scene().fake.seen.at(-1)?.query.get('q')).toBe('artist:"Nora Vale" track:"Harbour Lights"');
  });

  test('an id or an ISRC tells all', async () => {
    expect(await valueOf(client().byId(idAt(0), signal))).toEqual(full);
    expect(await valueOf(client().byIsrc('ZZFPR2600000', signal))).toEqual([full]);
    expect((await valueOf(client().byId(idAt(3), signal)))?.artists).toEqual(['Nora Vale', 'Ø. Krogh']);
  });

  test('an album’s tracks come with ISRC, UPC and label', async () => {
    const found = await valueOf(client().byUpc(upc(6), signal));
    expect(found.map(({ title, isrc }) => [title, isrc])).toEqual([
      ['Kitchen', 'ZZFPR2600006'],
      ['Hall', 'ZZFPR2600007'],
      ['Attic', 'ZZFPR2600008'],
      ['Cellar', 'ZZFPR2600009'],
    ]);
    expect(found[0]).toMatchObject({ upc: upc(6), label: 'Fixture Records', album: 'The House' });
    // As is, twelve digits, the tracks.
    expect(scene().fake.state().apiRequests).toBe(3);
  });

  test.each([
    ['Song', 'Song', '', 'Song', null],
    ['Song (feat. Ann)', 'Song', '(feat. Ann)', 'Song', 'feat. Ann'],
    ['Song [Live]', 'Song', '[Live]', 'Song', 'Live'],
    ['Song (Live) (2009)', 'Song', '(Live) (2009)', 'Song (Live) (2009)', null],
    ['Song (Live)', 'Sonk', '(Live)', 'Song (Live)', null],
    ['Song Live', null, 'Live', 'Song Live', null],
  ])('%s, of %s and %s, is %s with the version %s', async (title, short, stated, read, version) => {
    const track = { id: 1, title, title_short: short, title_version: stated, artist: { name: 'Ann' } };
    const odd = createDeezer({ fetch: () => Promise.resolve(Response.json(track)), now: () => nowMs });
    expect(await valueOf(odd.byId('1', signal))).toMatchObject({ title: read, version });
  });

  test.each([
    [4, 'rate_limited'],
    [100, 'refused'],
    [200, 'credentials_rejected'],
    [500, 'refused'],
    [700, 'unavailable'],
    [987, 'unavailable'],
  ])('error %i is %s', async (code, kind) => {
    const error = { error: { type: 'Exception', message: 'planted', code } };
    const odd = createDeezer({ fetch: () => Promise.resolve(Response.json(error)), now: () => nowMs });
    const failed = odd.byId('1', signal);
    await expect(failed).rejects.toMatchObject({ kind });
    await expect(failed).rejects.not.toThrow('planted');
  });
});

describe('musicbrainz', () => {
  const musicbrainz = catalogue('musicbrainz');
  const { scene, client } = musicbrainz;
  knowsItsCatalogue(musicbrainz, { idAt: ids.musicbrainz, unknownId: ids.musicbrainz(99), mostForUnknownUpc: 1 });

  const recording = {
    ...base,
    provider: 'musicbrainz',
    id: ids.musicbrainz(0),
    albumId: ids.musicbrainzRelease(upcAt(0)),
    upc: upc(0),
    // The first of its territories.
    releaseDate: '2024-03-14',
    releaseDates: { NZ: '2024-03-14', US: '2024-03-15' },
    url: `https://musicbrainz.org/recording/${ids.musicbrainz(0)}`,
  };
  const elsewhere = (at: number): Record<string, string[]> => ({
    spotify: [ids.spotify(at)],
    deezer: [String(ids.deezer(at))],
    applemusic: [ids.apple(at)],
  });

  test('a search tells dates by territory, and versions as they are told apart', async () => {
    const found = await valueOf(client().search({ title: 'Harbour Lights', artist: 'Nora Vale', limit: 10 }, signal));
    expect(found[0]).toEqual(recording);
    expect(found[1]).toMatchObject({ title: 'Harbour Lights', version: 'sped up' });
  });

  test('an id or an ISRC leads to other services, and licences are none', async () => {
    expect(await valueOf(client().byId(ids.musicbrainz(0), signal))).toEqual({
      ...recording,
      externalIds: elsewhere(0),
    });
    const found = await valueOf(client().byIsrc('ZZFPR2600000', signal));
    expect(found.map(({ id, isrc }) => [id, isrc])).toEqual([
      [ids.musicbrainz(0), 'ZZFPR2600000'],
      [ids.musicbrainz(2), 'ZZFPR2600000'],
    ]);
  });

  test('a release by its barcode, in any spelling, with one query and one look-up', async () => {
    const found = await valueOf(client().byUpc(upc(6), signal));
    expect(found.map(({ isrc }) => isrc)).toEqual(['ZZFPR2600006', 'ZZFPR2600007', 'ZZFPR2600008', 'ZZFPR2600009']);
    expect(found[0]).toMatchObject({ label: 'Fixture Records', upc: upc(6), externalIds: elsewhere(6) });
    expect(scene().fake.state().apiRequests).toBe(2);
  });

  test('each request says who asks', async () => {
    await client().byId(ids.musicbrainz(0), signal);
    expect(scene().fake.seen.at(-1)?.headers['user-agent']).toBe('fermata/0.1 ( fixtures@example.org )');
    const odd = createMusicBrainz({ contact: 'ö)\r\nx: y' }, { fetch, now: () => nowMs, baseUrl: scene().fake.url });
    await odd.byId(ids.musicbrainz(0), signal).catch(() => undefined);
    expect(scene().fake.seen.at(-1)?.headers['user-agent']).toBe('fermata/0.1 ( x: y )');
  });

  test('worldwide and Europe are no territories, months no days', async () => {
    const event = (date: string, ...codes: string[]): object => ({ date, area: { 'iso-3166-1-codes': codes } });
    const answer = {
      id: ids.musicbrainz(1),
      title: 'Song',
      length: null,
      'first-release-date': '2020-05',
      'artist-credit': [{ name: 'Ann' }],
      releases: [
        {
          id: ids.musicbrainz(2),
          'release-events': [
            event('2020-05-02', 'XW'),
            event('2020-05-03', 'XE'),
            event('2020-06', 'DE'),
            { date: '2020-05-09' },
          ],
        },
        { id: ids.musicbrainz(3), 'release-events': [event('2021-01-02', 'FR', 'DE'), event('2020-12-24', 'FR')] },
      ],
    };
    const odd = createMusicBrainz(
      { contact: 'x@example.org' },
      { fetch: () => Promise.resolve(Response.json(answer)), now: () => nowMs },
    );
    expect(await valueOf(odd.byId(ids.musicbrainz(1), signal))).toMatchObject({
      durationMs: null,
      releaseDate: '2020-12-24',
      releaseDates: { FR: '2020-12-24', DE: '2021-01-02' },
    });
  });
});

describe('itunes', () => {
  const itunes = catalogue('itunes');
  const { scene, client } = itunes;
  knowsItsCatalogue(itunes, { idAt: ids.apple, unknownId: '1', mostForUnknownUpc: 4 });

  test('a song, without ISRC, dated for the territory that was asked', async () => {
    const [found] = await valueOf(client().search({ title: 'Harbour Lights', artist: 'Nora Vale', limit: 10 }, signal));
    expect(found).toEqual({
      ...base,
      provider: 'itunes',
      id: ids.apple(0),
      isrc: null,
      albumId: found?.albumId,
      releaseDates: { US: '2024-03-15' },
      url: found?.url,
      externalIds: { applemusic: [ids.apple(0)] },
    });
    expect(Object.fromEntries(scene().fake.seen.at(-1)?.query ?? [])).toMatchObject({ country: 'US', entity: 'song' });
  });

  test('what was found by a code has that code', async () => {
    const byIsrc = await valueOf(client().byIsrc('ZZFPR2600000', signal));
    expect(byIsrc.map(({ id, isrc }) => [id, isrc])).toEqual([
      [ids.apple(0), 'ZZFPR2600000'],
      [ids.apple(2), 'ZZFPR2600000'],
    ]);
    const byUpc = await valueOf(client().byUpc(upc(6), signal));
    // The album itself is no song.
    expect(byUpc.map(({ title, upc: code }) => [title, code])).toEqual(
      ['Kitchen', 'Hall', 'Attic', 'Cellar'].map((title) => [title, upc(6)]),
    );
  });

  test('blank lines before the JSON, and its odd content type, do not matter', async () => {
    const body = '\n\n\n{"resultCount":0, "results": []}\n\n\n';
    const type = { 'content-type': 'text/javascript; charset=utf-8' };
    const odd = createItunes(
      { territory: 'US' },
      { fetch: () => Promise.resolve(new Response(body, { headers: type })), now: () => nowMs },
    );
    expect(await valueOf(odd.byId('1', signal))).toBeNull();
  });
});

describe('applemusic', () => {
  const applemusic = catalogue('applemusic');
  const { scene, client } = applemusic;
  knowsItsCatalogue(applemusic, { idAt: ids.apple, unknownId: '1', mostForUnknownUpc: 1 });

  test('a song, by name, id and ISRC', async () => {
    const song = {
      ...base,
      provider: 'applemusic',
      id: ids.apple(0),
      albumId: upcAt(0).slice(2),
      releaseDates: { US: '2024-03-15' },
      url: `https://music.apple.com/us/song/x/${ids.apple(0)}`,
    };
    const found = await valueOf(client().search({ title: 'Harbour Lights', artist: 'Nora Vale', limit: 100 }, signal));
    expect(found[0]).toEqual(song);
    expect(scene().fake.seen.at(-1)?.query.get('limit')).toBe('25');
    expect(await valueOf(client().byId(ids.apple(0), signal))).toEqual(song);
    const byIsrc = await valueOf(client().byIsrc('ZZFPR2600000', signal));
    expect(byIsrc.map(({ id }) => id)).toEqual([ids.apple(0), ids.apple(2)]);
  });

  test('artists come one by one where the service names them so', async () => {
    expect((await valueOf(client().byId(ids.apple(3), signal)))?.artists).toEqual(['Nora Vale', 'Ø. Krogh']);
    const [found] = await valueOf(client().search({ title: 'Paper Møøns', artist: null, limit: 5 }, signal));
    expect(found?.artists).toEqual(['Nora Vale & Ø. Krogh']);
  });

  test('an album’s songs, in one request; its video is no song', async () => {
    const found = await valueOf(client().byUpc(upc(6), signal));
    expect(found.map(({ title }) => title)).toEqual(['Kitchen', 'Hall', 'Attic', 'Cellar']);
    expect(found[0]).toMatchObject({ upc: upc(6), label: 'Fixture Records', album: 'The House' });
    expect(scene().fake.state().apiRequests).toBe(1);
  });

  test('one token serves many calls', async () => {
    const asked = client();
    for (const at of [0, 1, 2]) await asked.byId(ids.apple(at), signal);
    const tokens = new Set(scene().fake.seen.map(({ headers }) => headers['authorization']));
    expect(tokens.size).toBe(1);
  });
});

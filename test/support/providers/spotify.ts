// Spotify's Web API and its accounts service, as an app in development mode sees them.

import type { FakeReply, FakeRequest, Service } from './server.ts';
import { type FakeRecording, ids, type World } from './world.ts';

const clientId = 'fake-client-id';
const clientSecret = 'fake-client-secret';
const tokenSeconds = 3600;

export function spotify(): Service {
  let issued = 0;
  // A new token ends none: every process has one of its own.
  const valid = new Set<string>();

  const error = (status: number, message: string, headers: Record<string, string> = {}): FakeReply => ({
    status,
    headers,
    json: { error: { status, message } },
  });

  function token(request: FakeRequest): FakeReply {
    const wanted = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    if (request.headers['authorization'] !== wanted) {
      return { status: 400, json: { error: 'invalid_client', error_description: 'Invalid client secret' } };
    }
    if (new URLSearchParams(request.body.toString()).get('grant_type') !== 'client_credentials') {
      return { status: 400, json: { error: 'unsupported_grant_type' } };
    }
    issued += 1;
    const issuedToken = `fake-token-${issued}`;
    valid.add(issuedToken);
    return { json: { access_token: issuedToken, token_type: 'Bearer', expires_in: tokenSeconds } };
  }

  function answer(request: FakeRequest, world: World): FakeReply {
    if (request.path === '/api/token') return request.method === 'POST' ? token(request) : { status: 405 };
    if (!valid.has(String(request.headers['authorization']).replace('Bearer ', ''))) {
      return error(401, 'The access token expired');
    }
    const [, version, kind, id, ...rest] = request.path.replace(/\/$/, '').split('/');
    if (version !== 'v1' || rest.length > 0) return error(404, 'Service not found');
    if (kind === 'search' && id === undefined) return search(request, world);
    // Several at once: removed for apps in development mode.
    if (id === undefined) return error(403, 'Forbidden');
    if (kind === 'tracks') {
      const found = world.byId(ids.spotify, id);
      return found === undefined ? error(404, 'Non existing id') : { json: track(found) };
    }
    if (kind === 'albums') {
      const upc = id.replace(/^4ALbm0*/, '');
      const on = world.byUpc(upc);
      return on[0] === undefined ? error(404, 'Non existing id') : { json: fullAlbum(on[0], on) };
    }
    return error(403, 'Forbidden');
  }

  function search({ query }: FakeRequest, world: World): FakeReply {
    const limit = Number(query.get('limit') ?? 5);
    if (!Number.isInteger(limit) || limit < 1 || limit > 10) return error(400, 'Invalid limit');
    const q = query.get('q') ?? '';
    if (q === '') return error(400, 'No search query');
    if (q.length > 250) return error(400, 'Query exceeds maximum length of 250 characters');
    const page = (items: readonly unknown[]): object => ({
      href: 'https://api.spotify.com/v1/search',
      limit,
      next: null,
      offset: 0,
      previous: null,
      total: items.length,
      items: items.slice(0, limit),
    });
    if (query.get('type') === 'album') {
      const upc = /^upc:(\d+)$/.exec(q)?.[1] ?? '';
      // Stored as delivered: with the zeros that make 14 digits.
      const on = upc.length === 14 ? world.byUpc(upc) : [];
      return { json: { albums: page(on[0] === undefined ? [] : [simpleAlbum(on[0])]) } };
    }
    const isrc = /^isrc:(\w+)$/.exec(q)?.[1];
    const names = /^track:"([^"]+)"(?: artist:"([^"]+)")?$/.exec(q);
    const found =
      isrc !== undefined
        ? world.byIsrc(isrc)
        : names?.[1] === undefined
          ? []
          : world.byName(names[1], names[2] ?? null);
    return { json: { tracks: page(found.map(track)) } };
  }

  return {
    name: 'spotify',
    // Unpublished; about this is reported for apps in development mode.
    limit: { requests: 90, windowMs: 30_000 },
    answer,
    isAside: ({ path }) => path === '/api/token',
    // The body is empty, the length of the pause is not.
    tooMany: () => ({ status: 429, headers: { 'retry-after': '30' } }),
    errorInside: () => ({ json: { error: { status: 500, message: 'Server error' } } }),
    expireTokens: () => {
      valid.clear();
    },
    environment: () => ({
      FERMATA_SPOTIFY_CLIENT_ID: clientId,
      FERMATA_SPOTIFY_CLIENT_SECRET: clientSecret,
    }),
  };
}

const artist = (name: string): object => ({
  external_urls: { spotify: `https://open.spotify.com/artist/${name.length}` },
  id: `4ArtS${String(name.length).padStart(17, '0')}`,
  name,
  type: 'artist',
});

const simpleAlbum = (recording: FakeRecording): object => ({
  album_type: 'single',
  artists: recording.artists.map(artist),
  id: ids.spotifyAlbum(recording.upc),
  name: recording.album,
  release_date: recording.releaseDate,
  release_date_precision: recording.releaseDate.length === 4 ? 'year' : 'day',
  type: 'album',
});

const simpleTrack = (recording: FakeRecording): object => ({
  artists: recording.artists.map(artist),
  disc_number: 1,
  duration_ms: recording.durationMs,
  explicit: false,
  external_urls: { spotify: `https://open.spotify.com/track/${ids.spotify(recording.at)}` },
  id: ids.spotify(recording.at),
  is_local: false,
  name: recording.version === null ? recording.title : `${recording.title} - ${recording.version}`,
  preview_url: null,
  track_number: 1,
  type: 'track',
});

const track = (recording: FakeRecording): object => ({
  ...simpleTrack(recording),
  album: simpleAlbum(recording),
  external_ids: recording.isrc === null ? {} : { isrc: recording.isrc },
});

const fullAlbum = (first: FakeRecording, on: readonly FakeRecording[]): object => ({
  ...simpleAlbum(first),
  external_ids: { upc: first.upc.padStart(14, '0') },
  label: first.label,
  tracks: { items: on.map(simpleTrack), limit: 50, next: null, offset: 0, total: on.length },
});

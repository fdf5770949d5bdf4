// MusicBrainz' web service, version 2, as JSON.

import type { FakeReply, FakeRequest, Service } from './server.ts';
import { type FakeRecording, ids, type World } from './world.ts';

const help = 'For usage, please see: https://musicbrainz.org/development/mmd';
const error = (status: number, message: string, headers: Record<string, string> = {}): FakeReply => ({
  status,
  headers,
  json: { error: message, help },
});

function answer({ path, query, headers }: FakeRequest, world: World): FakeReply {
  // Requests that do not say who they are from are turned away.
  if (!/^\S+\/\S+ \( \S+ \)$/.test(String(headers['user-agent'] ?? ''))) return error(403, 'Your requests are blocked');
  if (query.get('fmt') !== 'json') return { status: 200, headers: { 'content-type': 'application/xml' } };
  const [, , , kind, id] = path.split('/');
  const inc = new Set((query.get('inc') ?? '').split('+'));
  if (kind === 'isrc' && id !== undefined) {
    const found = world.byIsrc(id);
    return found.length === 0
      ? error(404, 'Not Found')
      : { json: { isrc: id, recordings: found.map((each) => recording(each, inc)) } };
  }
  if (kind === 'recording' && id !== undefined) {
    const found = world.byId(ids.musicbrainz, id);
    return found === undefined ? error(404, 'Not Found') : { json: recording(found, inc) };
  }
  if (kind === 'release' && id !== undefined) {
    const on = world.byUpc(id.slice(-12));
    return on[0] === undefined ? error(404, 'Not Found') : { json: detail(on[0], on, inc) };
  }
  const asked = query.get('query') ?? '';
  const created = '2026-01-01T00:00:00.000Z';
  if (kind === 'recording') {
    const names = /^recording:"([^"]+)"(?: AND artist:"([^"]+)")?$/.exec(asked);
    if (names?.[1] === undefined) return error(400, 'Invalid query');
    const all = new Set(['artist-credits', 'isrcs', 'releases']);
    const recordings = world
      .byName(names[1], names[2] ?? null)
      .slice(0, Number(query.get('limit') ?? 25))
      .map((each) => ({ ...recording(each, all), score: 100 }));
    return { json: { created, count: recordings.length, offset: 0, recordings } };
  }
  if (kind === 'release') {
    const codes = asked.split(' OR ').map((part) => part.replace(/^barcode:/, ''));
    const found = codes.flatMap((code) => (code.length === 12 ? (world.byUpc(code)[0] ?? []) : []));
    return { json: { created, count: found.length, offset: 0, releases: found.map((each) => release(each)) } };
  }
  return error(404, 'Not Found');
}

const credits = (names: readonly string[]): object[] =>
  names.map((name, at) => ({
    name,
    joinphrase: at + 1 < names.length ? ' & ' : '',
    artist: { id: ids.musicbrainz(500 + at), name, 'sort-name': name },
  }));

const release = (recording: FakeRecording): object => ({
  id: ids.musicbrainzRelease(recording.upc),
  title: recording.album,
  status: 'Official',
  date: recording.releaseDate,
  country: 'US',
  barcode: recording.upc,
  'release-events': Object.entries(recording.territories).map(([code, date]) => ({
    date,
    area: { id: ids.musicbrainz(900), name: code, 'iso-3166-1-codes': [code] },
  })),
});

function recording(found: FakeRecording, inc: ReadonlySet<string>): object {
  return {
    id: ids.musicbrainz(found.at),
    title: found.title,
    length: found.durationMs,
    video: null,
    disambiguation: found.version?.toLowerCase() ?? '',
    'first-release-date': found.releaseDate,
    ...(inc.has('artist-credits') ? { 'artist-credit': credits(found.artists) } : {}),
    ...(inc.has('isrcs') ? { isrcs: found.isrc === null ? [] : [found.isrc] } : {}),
    ...(inc.has('releases') ? { releases: [release(found)] } : {}),
    ...(inc.has('url-rels') || inc.has('recording-level-rels')
      ? {
          relations: [
            relation('free streaming', `https://open.spotify.com/track/${ids.spotify(found.at)}`),
            relation('free streaming', `https://www.deezer.com/track/${ids.deezer(found.at)}`),
            relation('streaming', `https://music.apple.com/us/album/${found.upc}?i=${ids.apple(found.at)}`),
            relation('license', 'https://creativecommons.org/licenses/by/4.0/'),
          ],
        }
      : {}),
  };
}

const relation = (type: string, resource: string): object => ({
  type,
  direction: 'forward',
  ended: false,
  'target-type': 'url',
  url: { id: ids.musicbrainz(901), resource },
});

const detail = (first: FakeRecording, on: readonly FakeRecording[], inc: ReadonlySet<string>): object => ({
  ...release(first),
  'label-info': [{ 'catalog-number': null, label: { id: ids.musicbrainz(902), name: first.label } }],
  media: [
    {
      position: 1,
      tracks: on.map((each, at) => ({
        id: ids.musicbrainz(700 + at),
        number: String(at + 1),
        title: each.title,
        recording: recording(each, inc),
      })),
    },
  ],
});

export const musicbrainz = (): Service => ({
  name: 'musicbrainz',
  limit: { requests: 1, windowMs: 1_000 },
  answer,
  tooMany: () =>
    error(
      503,
      'Your requests are exceeding the allowable rate limit. Please see http://wiki.musicbrainz.org/XMLWebService',
      {
        'retry-after': '5',
      },
    ),
  errorInside: () => error(200, 'The MusicBrainz web server is currently busy. Please try again later.'),
  environment: () => ({ FERMATA_MUSICBRAINZ_CONTACT: 'fixtures@example.org' }),
});

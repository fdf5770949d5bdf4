// The iTunes Search API: JSON as text/javascript, an album between its songs, no ISRC.

import type { FakeReply, FakeRequest, Service } from './server.ts';
import { type FakeRecording, fullTitle, ids, type World } from './world.ts';

function answer({ path, query }: FakeRequest, world: World): FakeReply {
  const country = query.get('country') ?? 'US';
  if (!/^[A-Z]{2}$/.test(country)) {
    return { status: 400, json: { errorMessage: 'Invalid value(s) for key(s): [country]', queryParameters: {} } };
  }
  const results: object[] = [];
  const term = query.get('term');
  const [id, isrc, upc] = [query.get('id'), query.get('isrc'), query.get('upc')];
  if (path === '/search' && term !== null) results.push(...world.byTerm(term).map((each) => song(each, country)));
  else if (path === '/lookup' && id !== null) {
    const found = world.byId(ids.apple, id);
    if (found !== undefined) results.push(song(found, country));
  } else if (path === '/lookup' && isrc !== null) {
    results.push(...world.byIsrc(isrc).map((each) => song(each, country)));
  } else if (path === '/lookup' && upc !== null) {
    const on = upc.length === 12 ? world.byUpc(upc) : [];
    if (on[0] !== undefined) results.push(album(on[0]), ...on.map((each) => song(each, country)));
  } else return { status: 404 };
  const kept = results.slice(0, Number(query.get('limit') ?? 50));
  return { json: { resultCount: kept.length, results: kept } };
}

const collection = (upc: string): number => 1_600_000_000 + Number(upc.slice(4, 11));

const album = (first: FakeRecording): object => ({
  wrapperType: 'collection',
  collectionType: 'Album',
  artistName: first.artists.join(' & '),
  collectionId: collection(first.upc),
  collectionName: first.album,
  releaseDate: '2024-03-15T07:00:00Z',
});

const song = (recording: FakeRecording, country: string): object => ({
  wrapperType: 'track',
  kind: 'song',
  collectionId: collection(recording.upc),
  trackId: Number(ids.apple(recording.at)),
  artistName: recording.artists.join(' & '),
  collectionName: recording.album,
  trackName: fullTitle(recording),
  trackViewUrl: `https://music.apple.com/${country.toLowerCase()}/album/x/${collection(recording.upc)}?i=${ids.apple(recording.at)}&uo=4`,
  previewUrl: 'https://audio-ssl.itunes.apple.com/itunes-assets/preview.m4a',
  trackTimeMillis: recording.durationMs,
  releaseDate: `${recording.releaseDate.padEnd(10, '-01')}T12:00:00Z`,
  country: 'USA',
  isStreamable: true,
});

export const itunes = (): Service => ({
  name: 'itunes',
  limit: { requests: 20, windowMs: 60_000 },
  contentType: 'text/javascript; charset=utf-8',
  answer,
  tooMany: () => ({ status: 403 }),
  errorInside: () => ({ json: { errorMessage: 'Invalid value(s) for key(s): [term]', queryParameters: {} } }),
  environment: () => ({ FERMATA_ITUNES: 'on' }),
});

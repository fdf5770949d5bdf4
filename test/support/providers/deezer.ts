// Deezer's public API: everything is status 200, errors too.

import type { FakeReply, FakeRequest, Service } from './server.ts';
import { type FakeRecording, fullTitle, ids, type World } from './world.ts';

const error = (type: string, message: string, code: number): FakeReply => ({
  json: { error: { type, message, code } },
});
const noData = (): FakeReply => error('DataException', 'no data', 800);

/** Where this service lets its previews be heard, when it has any. */
const previewPath = /^\/preview\/(\d+)\.mp3$/;
export const isForPreview = ({ path }: FakeRequest): boolean => previewPath.test(path);

function answer({ path, query, headers }: FakeRequest, world: World): FakeReply {
  const [, kind, id = '', more] = path.split('/');
  const place = previewPath.exec(path)?.[1];
  const heard = place === undefined ? undefined : world.byId(ids.deezer, String(ids.deezer(Number(place))));
  if (heard !== undefined) {
    const body = world.previewOf?.(heard) ?? null;
    return body === null || query.get('hdnea') === null ? { status: 403 } : { body };
  }
  const preview = (recording: FakeRecording): string => {
    const signature = 'hdnea=exp=1~acl=/*~hmac=0';
    if (world.previewOf === undefined) return `https://cdnt-preview.dzcdn.net/api/1/1/${recording.at}.mp3?${signature}`;
    return world.previewOf(recording) === null
      ? ''
      : `http://${String(headers['host'])}/preview/${recording.at}.mp3?${signature}`;
  };
  const listed = (recording: FakeRecording): object => ({ ...entry(recording), preview: preview(recording) });
  const full = (recording: FakeRecording): object => ({ ...whole(recording), preview: preview(recording) });
  if (kind === 'search') {
    const names = /^(?:artist:"([^"]+)" )?track:"([^"]+)"$/.exec(query.get('q') ?? '');
    const found = names?.[2] === undefined ? [] : world.byName(names[2], names[1] ?? null);
    const data = found.slice(0, Number(query.get('limit') ?? 25)).map((each) => listed(each));
    return { json: { data, total: data.length } };
  }
  if (kind === 'track') {
    const isrc = /^isrc:(\w+)$/.exec(id)?.[1];
    const found = isrc === undefined ? world.byId(ids.deezer, id) : world.byIsrc(isrc)[0];
    return found === undefined ? noData() : { json: full(found) };
  }
  if (kind === 'album' && more === undefined) {
    // Stored with twelve digits.
    const upc = /^upc:(\d{12})$/.exec(id)?.[1];
    const on = upc === undefined ? [] : world.byUpc(upc);
    return on[0] === undefined ? noData() : { json: album(on[0], on.map(listed)) };
  }
  if (kind === 'album' && more === 'tracks') {
    const on = world.recordings.filter(({ upc }) => String(ids.deezerAlbum(upc)) === id);
    return { json: { data: on.map((each) => ({ ...listed(each), isrc: each.isrc ?? '' })), total: on.length } };
  }
  return error('InvalidQueryException', 'Unknown path components', 600);
}

const artist = (name: string): object => ({ id: name.length, name, type: 'artist' });

/** As in a search: without ISRC, date and contributors. */
const entry = (recording: FakeRecording): object => ({
  id: ids.deezer(recording.at),
  readable: true,
  title: fullTitle(recording),
  title_short: recording.title,
  title_version: recording.version === null ? '' : `(${recording.version})`,
  link: `https://www.deezer.com/track/${ids.deezer(recording.at)}`,
  duration: Math.round(recording.durationMs / 1000),
  rank: 100_000,
  explicit_lyrics: false,
  artist: artist(recording.artists[0] ?? ''),
  album: { id: ids.deezerAlbum(recording.upc), title: recording.album, type: 'album' },
  type: 'track',
});

const whole = (recording: FakeRecording): object => ({
  ...entry(recording),
  isrc: recording.isrc ?? '',
  release_date: recording.releaseDate.length === 4 ? '0000-00-00' : recording.releaseDate,
  bpm: 0,
  available_countries: ['DE', 'US'],
  contributors: recording.artists.map((name) => ({ ...artist(name), role: 'Main' })),
});

const album = (first: FakeRecording, tracks: readonly object[]): object => ({
  id: ids.deezerAlbum(first.upc),
  title: first.album,
  upc: first.upc,
  label: first.label,
  nb_tracks: tracks.length,
  release_date: first.releaseDate,
  tracks: { data: tracks },
  type: 'album',
});

export const deezer = (): Service => ({
  name: 'deezer',
  limit: { requests: 50, windowMs: 5_000 },
  answer,
  tooMany: () => error('Exception', 'Quota limit exceeded', 4),
  errorInside: () => error('Exception', 'Quota limit exceeded', 4),
  environment: () => ({ FERMATA_DEEZER: 'on' }),
});

// AudD's recognition. Its errors repeat the request, the token included.

import { formIn, textIn } from './multipart.ts';
import type { FakeReply, FakeRequest, Service } from './server.ts';
import { fullTitle, ids, type World } from './world.ts';

const token = 'fake-audd-token';

const error = (error_code: number, error_message: string, api_token = token): FakeReply => ({
  json: {
    status: 'error',
    error: { error_code, error_message },
    request_params: { api_token, return: 'spotify,apple_music,deezer,musicbrainz' },
    request_api_method: 'recognize',
    request_http_method: 'POST',
  },
});

async function answer(request: FakeRequest, world: World): Promise<FakeReply> {
  const form = await formIn(request);
  const given = textIn(form, 'api_token');
  if (given !== token) return error(900, 'Recognition failed: authorization failed: wrong api_token', given);
  const file = form.get('file');
  if (!(file instanceof File)) return error(700, 'Recognition failed: no file');
  const heard = world.heardIn(new Uint8Array(await file.arrayBuffer()));
  if (heard === null) return { json: { status: 'success', result: null } };
  const isrc = heard.isrc === null ? {} : { isrc: heard.isrc };
  return {
    json: {
      status: 'success',
      result: {
        artist: heard.artists.join(', '),
        title: fullTitle(heard),
        album: heard.album,
        release_date: heard.releaseDate,
        label: heard.label,
        timecode: '00:31',
        song_link: `https://lis.tn/Fake${heard.at}`,
        spotify: { id: ids.spotify(heard.at), name: heard.title, external_ids: isrc },
        apple_music: {
          name: heard.title,
          url: `https://music.apple.com/us/album/x/1?app=music&at=1&i=${ids.apple(heard.at)}`,
          ...isrc,
        },
        deezer: { id: ids.deezer(heard.at), title: heard.title },
        musicbrainz: [{ id: ids.musicbrainz(heard.at), score: 100 }],
      },
    },
  };
}

export const audd = (): Service => ({
  name: 'audd',
  // Not documented; plans count requests.
  limit: { requests: 10, windowMs: 1_000 },
  answer,
  tooMany: () => ({ status: 429 }),
  errorInside: () =>
    error(901, 'Recognition failed: authorization failed: no api_token passed and the limit was reached.'),
  environment: () => ({ FERMATA_AUDD_TOKEN: token }),
});

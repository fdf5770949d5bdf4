// ACRCloud's identification service: signed multipart uploads, status codes inside 200, numbers now and then as text.

import { createHmac } from 'node:crypto';
import { formIn, textIn } from './multipart.ts';
import type { FakeReply, FakeRequest, Service } from './server.ts';
import { fullTitle, ids, type World } from './world.ts';

const accessKey = 'fake-access-key';
const accessSecret = 'fake-access-secret';

const status = (code: number, msg: string): object => ({ status: { code, msg, version: '1.0' } });

async function answer(request: FakeRequest, world: World): Promise<FakeReply> {
  if (request.method !== 'POST' || request.path !== '/v1/identify') return { status: 404 };
  const form = await formIn(request);
  const text = (name: string): string => textIn(form, name);
  if (text('access_key') !== accessKey) return { json: status(3001, 'Missing/Invalid Access Key') };
  const signed = [
    'POST',
    request.path,
    accessKey,
    text('data_type'),
    text('signature_version'),
    text('timestamp'),
  ].join('\n');
  const wanted = createHmac('sha1', accessSecret).update(signed).digest('base64');
  if (!/^\d{10}$/.test(text('timestamp')) || text('signature') !== wanted) {
    return { json: status(3014, 'Invalid signature') };
  }
  const sample = form.get('sample');
  if (!(sample instanceof File) || sample.size !== Number(text('sample_bytes'))) {
    return { json: status(3006, 'Invalid arguments') };
  }
  const heard = world.heardIn(new Uint8Array(await sample.arrayBuffer()));
  if (heard === null) return { json: status(1001, 'No result') };
  const offsets = {
    play_offset_ms: 40_000,
    db_begin_time_offset_ms: '30500',
    db_end_time_offset_ms: '40000',
    sample_begin_time_offset_ms: '500',
    sample_end_time_offset_ms: '10000',
  };
  const hit = {
    acrid: ids.acrcloud(heard.at),
    title: fullTitle(heard),
    artists: heard.artists.map((name) => ({ name })),
    album: { name: heard.album },
    label: heard.label,
    release_date: heard.releaseDate,
    duration_ms: String(heard.durationMs),
    score: 100,
    result_from: 3,
    ...offsets,
    external_ids: heard.isrc === null ? {} : { isrc: heard.isrc, upc: heard.upc },
    external_metadata: {
      spotify: { track: { id: ids.spotify(heard.at), name: heard.title }, album: { name: heard.album } },
      deezer: { track: { id: String(ids.deezer(heard.at)) } },
      musicbrainz: [{ track: { id: ids.musicbrainz(heard.at) } }],
      youtube: { vid: 'fake_video0' },
    },
  };
  // The second recording is also in the user's own bucket; the third is only hummed.
  const lists =
    heard.at === 2
      ? { humming: [{ ...hit, score: 0.82 }] }
      : {
          music: [hit],
          ...(heard.at === 1
            ? {
                custom_files: [
                  {
                    acrid: `c${ids.acrcloud(heard.at).slice(1)}`,
                    audio_id: '77',
                    bucket_id: '5',
                    title: heard.title,
                    artist: heard.artists[0],
                    isrc: heard.isrc,
                    score: '98',
                    ...offsets,
                  },
                ],
              }
            : {}),
        };
  return {
    json: {
      ...status(0, 'Success'),
      metadata: { timestamp_utc: '2026-01-01 00:00:00', ...lists },
      cost_time: 0.4,
      result_type: 0,
    },
  };
}

export const acrcloud = (): Service => ({
  name: 'acrcloud',
  // By plan; a small one.
  limit: { requests: 10, windowMs: 1_000 },
  answer,
  tooMany: () => ({ json: status(3015, 'QpS limit exceeded') }),
  errorInside: () => ({ json: status(3003, 'Limit exceeded, please upgrade your account') }),
  environment: () => ({
    FERMATA_ACRCLOUD_HOST: 'identify.example',
    FERMATA_ACRCLOUD_KEY: accessKey,
    FERMATA_ACRCLOUD_SECRET: accessSecret,
  }),
});

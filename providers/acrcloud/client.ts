// ACRCloud's identification service: signed uploads of a few seconds. See README.md.

import { createHmac } from 'node:crypto';
import type * as z from 'zod';
import { dayOf, isrcOf, offsetOf, upcOf } from '../fields.ts';
import { createHttp, type Trouble } from '../http.ts';
import { idsBy } from '../links.ts';
import type { ProviderPorts, Recogniser, Recognition } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { acrAnswer, type acrFile, type acrHit, acrStatus } from './shapes.ts';

export interface AcrCloudCredentials {
  /** Of the project's region, like identify-eu-west-1.acrcloud.com. */
  readonly host: string;
  readonly accessKey: string;
  readonly accessSecret: string;
}

// "Files of less than 15 seconds are generally better"; longer samples are billed alike and matched by their beginning.
const sampleSeconds = 12;
const path = '/v1/identify';

const found = 0;
/** Nothing was recognised, or there was nothing to make a fingerprint of: both are answers. */
const nothing = [1001, 2004];
const meanings: Readonly<Record<number, Trouble>> = {
  2005: { kind: 'unavailable', message: 'did not answer itself in time (status 2005)' },
  3000: { kind: 'unavailable', message: 'has an internal error (status 3000)' },
  3001: { kind: 'credentials_rejected', message: 'does not know the access key (status 3001)' },
  3002: { kind: 'refused', message: 'refuses the type of content (status 3002)' },
  3003: { kind: 'quota_exhausted', message: 'says that the plan is used up (status 3003)' },
  3006: { kind: 'refused', message: 'refuses an argument (status 3006)' },
  3014: {
    kind: 'credentials_rejected',
    message: 'refuses the signature: the secret is wrong, or the clock of this machine (status 3014)',
  },
  3015: { kind: 'rate_limited', message: 'asks for fewer requests (status 3015)', pauseMs: 1_000 },
};

function troubleIn(json: unknown): Trouble | null {
  const code = glimpse(acrStatus, json)?.status.code ?? null;
  if (code === null || code === found || nothing.includes(code)) return null;
  return meanings[code] ?? { kind: 'unavailable', message: `answered with status ${code}` };
}

/** ACRCloud as a recogniser: the public catalogue, the project's own buckets, and melodies. A call is 1 request, and is paid for. */
export function createAcrCloud(credentials: AcrCloudCredentials, ports: ProviderPorts): Recogniser {
  const http = createHttp('acrcloud', `https://${credentials.host}`, ports, { troubleIn });
  return {
    name: 'acrcloud',
    takes: { sampleSeconds, wholeOnly: false },

    async identify({ wav }, signal) {
      const timestamp = String(Math.floor(ports.now() / 1000));
      const toSign = ['POST', path, credentials.accessKey, 'audio', '1', timestamp].join('\n');
      const body = new FormData();
      body.set('access_key', credentials.accessKey);
      body.set('data_type', 'audio');
      body.set('signature_version', '1');
      body.set('signature', createHmac('sha1', credentials.accessSecret).update(toSign).digest('base64'));
      body.set('timestamp', timestamp);
      body.set('sample_bytes', String(wav.byteLength));
      body.set('sample', new Blob([new Uint8Array(wav)], { type: 'audio/wav' }), 'sample.wav');
      const reply = await http.ask({ method: 'POST', path, body }, signal);
      const { status } = http.read(reply, acrStatus);
      const lists = status.code === found ? http.read(reply, acrAnswer).metadata : null;
      return http.answered(
        [
          ...(lists?.custom_files ?? []).map(fileHeard),
          ...(lists?.music ?? []).map((hit) => heard(hit, 'music')),
          ...(lists?.humming ?? []).map((hit) => heard(hit, 'humming')),
        ],
        [reply],
      );
    },
  };
}

function heard(hit: z.output<typeof acrHit>, list: 'music' | 'humming'): Recognition {
  const elsewhere = hit.external_metadata;
  const tracks = (of: readonly { readonly track: { readonly id: string | null } | null }[] | undefined) =>
    (of ?? []).map(({ track }) => track?.id);
  return {
    provider: 'acrcloud',
    id: hit.acrid,
    list,
    title: hit.title,
    artists: hit.artists.flatMap(({ name }) => name ?? []),
    album: hit.album?.name ?? null,
    isrc: hit.external_ids?.isrc.map((code) => isrcOf(code)).find((code) => code !== null) ?? null,
    upc: hit.external_ids?.upc.map((code) => upcOf(code)).find((code) => code !== null) ?? null,
    releaseDate: dayOf(hit.release_date),
    score: scoreOf(hit.score),
    offsetMs: beginOf(hit),
    externalIds: idsBy({
      spotify: tracks(elsewhere?.spotify),
      deezer: tracks(elsewhere?.deezer),
      applemusic: tracks(elsewhere?.applemusic),
      musicbrainz: tracks(elsewhere?.musicbrainz),
      youtube: (elsewhere?.youtube ?? []).map(({ vid }) => vid),
    }),
  };
}

function fileHeard(file: z.output<typeof acrFile>): Recognition {
  return {
    provider: 'acrcloud',
    id: file.acrid,
    list: 'custom',
    title: file.title,
    artists: [...file.artists, ...file.artist],
    album: null,
    isrc: isrcOf(file.isrc),
    upc: upcOf(file.upc),
    releaseDate: null,
    score: scoreOf(file.score),
    offsetMs: beginOf(file),
    externalIds: {},
  };
}

/** Music is scored 70 to 100, humming 0.7 to 1. */
const scoreOf = (score: number | null): number | null =>
  score === null ? null : Math.min(1, Math.max(0, score > 1 ? score / 100 : score));

/** `play_offset_ms` is where the recording is when the sample ends; where the sample begins follows from the matched stretch. */
const beginOf = (hit: {
  readonly db_begin_time_offset_ms: number | null;
  readonly sample_begin_time_offset_ms: number | null;
}): number | null =>
  hit.db_begin_time_offset_ms === null
    ? null
    : offsetOf(hit.db_begin_time_offset_ms - (hit.sample_begin_time_offset_ms ?? 0));

// The Apple Music API. The token's signature is checked with the public half of a key made for the run.

import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { FakeReply, FakeRequest, Service } from './server.ts';
import { type FakeRecording, fullTitle, ids, type World } from './world.ts';

const keyId = 'FAKEKEY001';
const teamId = 'FAKETEAM01';

export function applemusic(): Service {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  // Tokens issued until then are over.
  let expiredUntilSeconds = 0;

  function isValid(authorization: string): boolean {
    const [head = '', claims = '', signature = ''] = authorization.replace(/^Bearer /, '').split('.');
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: createPublicKey(publicKey), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return false;
    const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    if (alg !== 'ES256' || kid !== keyId || iss !== teamId) return false;
    if (typeof iat !== 'number' || typeof exp !== 'number') return false;
    const halfYear = 15_777_000;
    return exp > iat && exp - iat <= halfYear && iat >= expiredUntilSeconds;
  }

  function answer({ path, query, headers }: FakeRequest, world: World): FakeReply {
    if (!isValid(String(headers['authorization'] ?? ''))) return { status: 401 };
    const [, , , storefront, kind, id] = path.split('/');
    if (storefront === undefined || !/^[a-z]{2}$/.test(storefront)) return error(400, 'Invalid Storefront');
    const withArtists = query.get('include') === 'artists';
    if (kind === 'search') {
      const limit = Number(query.get('limit') ?? 5);
      if (limit > 25) return error(400, 'Invalid Parameter Value');
      const data = world
        .byTerm(query.get('term') ?? '')
        .slice(0, limit)
        .map((each) => song(each, false));
      return { json: { results: data.length === 0 ? {} : { songs: { href: path, data } } } };
    }
    if (kind === 'songs' && id !== undefined) {
      const found = world.byId(ids.apple, id);
      return found === undefined ? error(404, 'Resource Not Found') : { json: { data: [song(found, withArtists)] } };
    }
    const isrc = query.get('filter[isrc]');
    if (kind === 'songs' && isrc !== null) {
      return { json: { data: world.byIsrc(isrc).map((each) => song(each, withArtists)), meta: { filters: {} } } };
    }
    const upc = query.get('filter[upc]');
    if (kind === 'albums' && upc !== null) {
      const codes = upc.split(',').filter((code) => code.length === 14);
      const data = codes.flatMap((code) => {
        const on = world.byUpc(code);
        return on[0] === undefined ? [] : [album(on[0], on)];
      });
      return { json: { data } };
    }
    return error(404, 'No Resource');
  }

  const error = (status: number, title: string): FakeReply => ({
    status,
    json: { errors: [{ id: 'FAKE', title, detail: title, status: String(status), code: `${status}00` }] },
  });

  return {
    name: 'applemusic',
    // Unpublished.
    limit: { requests: 200, windowMs: 10_000 },
    answer,
    tooMany: () => error(429, 'Too Many Requests'),
    errorInside: () => ({ json: { errors: [{ id: 'FAKE', title: 'Upstream Error', status: '500', code: '50001' }] } }),
    expireTokens: () => {
      expiredUntilSeconds = Number.POSITIVE_INFINITY;
    },
    environment: () => {
      expiredUntilSeconds = 0;
      return {
        FERMATA_APPLEMUSIC_KEY_ID: keyId,
        FERMATA_APPLEMUSIC_TEAM_ID: teamId,
        FERMATA_APPLEMUSIC_PRIVATE_KEY: privateKey,
      };
    },
  };
}

const song = (recording: FakeRecording, withArtists: boolean): object => ({
  id: ids.apple(recording.at),
  type: 'songs',
  href: `/v1/catalog/us/songs/${ids.apple(recording.at)}`,
  attributes: {
    name: fullTitle(recording),
    artistName: recording.artists.join(' & '),
    albumName: recording.album,
    durationInMillis: recording.durationMs,
    ...(recording.isrc === null ? {} : { isrc: recording.isrc }),
    releaseDate: recording.releaseDate,
    url: `https://music.apple.com/us/song/x/${ids.apple(recording.at)}`,
    previews: [{ url: 'https://audio-ssl.itunes.apple.com/itunes-assets/preview.m4a' }],
    genreNames: ['Music'],
  },
  relationships: {
    ...(withArtists
      ? {
          artists: {
            data: recording.artists.map((name, at) => ({ id: String(at), type: 'artists', attributes: { name } })),
          },
        }
      : {}),
    albums: { data: [{ id: recording.upc.slice(2), type: 'albums' }] },
  },
});

const album = (first: FakeRecording, on: readonly FakeRecording[]): object => ({
  id: first.upc.slice(2),
  type: 'albums',
  attributes: {
    name: first.album,
    artistName: first.artists.join(' & '),
    upc: first.upc.padStart(14, '0'),
    recordLabel: first.label,
    releaseDate: first.releaseDate,
  },
  relationships: {
    tracks: {
      data: [
        ...on.map((each) => song(each, false)),
        { id: '1', type: 'music-videos', attributes: { name: first.album } },
      ],
    },
  },
});

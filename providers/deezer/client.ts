// Deezer's public API: no key. See README.md for its terms and traps.

import type * as z from 'zod';
import { dayOf, durationOf, isrcOf, linkOf, quotable, upcForms, upcOf, within } from '../fields.ts';
import { createHttp, type Reply, type Trouble } from '../http.ts';
import type { CatalogueProvider, ProviderPorts, ServiceRecording } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { deezerAlbum, deezerError, deezerTrack, deezerTracks } from './shapes.ts';

// The documented window of the quota: 50 requests in 5 s for each address. There is no Retry-After.
const quotaWindowMs = 5_000;

/** https://developers.deezer.com/api/errors; an unknown code counts as trouble of the provider. */
const meanings: Readonly<Record<number, Trouble>> = {
  4: { kind: 'rate_limited', message: 'asks for fewer requests (error 4)', pauseMs: quotaWindowMs },
  100: { kind: 'refused', message: 'refuses a list that long (error 100)' },
  200: { kind: 'credentials_rejected', message: 'does not permit this (error 200)' },
  300: { kind: 'credentials_rejected', message: 'does not accept the token (error 300)' },
  500: { kind: 'refused', message: 'refuses a parameter (error 500)' },
  501: { kind: 'refused', message: 'misses a parameter (error 501)' },
  600: { kind: 'refused', message: 'does not understand the query (error 600)' },
  700: { kind: 'unavailable', message: 'is busy (error 700)' },
};
const noData = 800;

function troubleIn(json: unknown): Trouble | null {
  const error = errorOf(json);
  if (error === null || error.code === noData) return null;
  return (
    meanings[error.code ?? 0] ?? { kind: 'unavailable', message: `answered with error ${error.code ?? 'unknown'}` }
  );
}

const errorOf = (json: unknown) => glimpse(deezerError, json)?.error ?? null;

/** Previews lie on a CDN of its own: cdns-preview-0.dzcdn.net, cdnt-preview.dzcdn.net and the like. */
const previewHosts = /^[a-z0-9.-]+\.dzcdn\.net$/;

/**
 * Deezer as a catalogue provider. A search is one request and names no ISRC: `byId` does.
 * @param previews its previews may be fetched; whoever says so has read the terms.
 */
export function createDeezer(
  ports: ProviderPorts,
  { previews = false }: { readonly previews?: boolean } = {},
): CatalogueProvider {
  const http = createHttp('deezer', 'https://api.deezer.com', ports, { troubleIn });

  async function ask(path: string, query: Record<string, string>, signal: AbortSignal) {
    const reply = await http.ask({ path, query }, signal);
    return { reply, found: errorOf(reply.json) === null };
  }

  const track = (reply: Reply): ServiceRecording => recording(http.read(reply, deezerTrack), null);

  /** Where the operator has put Deezer elsewhere, its previews may lie there too. */
  const ownHost = ports.baseUrl === undefined ? null : new URL(ports.baseUrl).host.toLowerCase();
  function previewHost(address: string): string | null {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null) return null;
    const host = url.host.toLowerCase();
    return host === ownHost || (url.protocol === 'https:' && previewHosts.test(host)) ? host : null;
  }

  return {
    name: 'deezer',
    ...(previews ? { previewHost } : {}),

    async search({ title, artist, limit }, signal) {
      const words = quotable(title, 100);
      const name = quotable(artist ?? '', 80);
      if (words === '') throw http.fail('refused', 'a search needs a title');
      const q = name === '' ? `track:"${words}"` : `artist:"${name}" track:"${words}"`;
      const { reply, found } = await ask('/search', { q, limit: String(within(limit, 50)) }, signal);
      const tracks = found ? http.read(reply, deezerTracks).data : [];
      return http.answered(
        tracks.slice(0, within(limit, 50)).map((each) => recording(each, null)),
        [reply],
      );
    },

    async byIsrc(raw, signal) {
      const isrc = http.isrc(raw);
      return ask(`/track/isrc:${isrc}`, {}, signal).then(({ reply, found }) =>
        http.answered(found ? [track(reply)] : [], [reply]),
      );
    },

    async byUpc(raw, signal) {
      const upc = http.upc(raw);
      return album(upc, signal);
    },

    async byId(id, signal) {
      if (!/^\d{1,16}$/.test(id)) throw http.fail('refused', 'ids are numbers');
      const { reply, found } = await ask(`/track/${id}`, {}, signal);
      return http.answered(found ? track(reply) : null, [reply]);
    },
  };

  async function album(upc: string, signal: AbortSignal) {
    const replies: Reply[] = [];
    for (const form of upcForms(upc)) {
      const { reply, found } = await ask(`/album/upc:${form}`, {}, signal);
      replies.push(reply);
      if (!found) continue;
      const release = http.read(reply, deezerAlbum);
      // The album's own list has no ISRCs, this one has.
      const tracks = await ask(`/album/${release.id}/tracks`, { limit: '100' }, signal);
      replies.push(tracks.reply);
      const list = tracks.found ? http.read(tracks.reply, deezerTracks).data : [];
      return http.answered(
        list.map((each) => recording(each, release)),
        replies,
      );
    }
    return http.answered([], replies);
  }
}

function recording(
  track: z.output<typeof deezerTrack>,
  release: z.output<typeof deezerAlbum> | null,
): ServiceRecording {
  const names = [...new Set([track.artist, ...track.contributors].map(({ name }) => name))];
  return {
    provider: 'deezer',
    id: track.id,
    isrc: isrcOf(track.isrc),
    ...titleOf(track),
    artists: names.filter((name) => name.trim() !== ''),
    album: release?.title ?? track.album?.title ?? null,
    albumId: release?.id ?? track.album?.id ?? null,
    upc: upcOf(release?.upc ?? null),
    label: release?.label ?? null,
    durationMs: durationOf(track.duration === null ? null : track.duration * 1000),
    releaseDate: dayOf(release?.release_date ?? track.release_date ?? track.album?.release_date ?? null),
    // `available_countries` says where it can be heard now, not since when.
    releaseDates: {},
    previewUrl: linkOf(track.preview),
    url: linkOf(track.link),
    externalIds: {},
  };
}

/** Deezer states the version apart, in brackets. Where its parts do not add up to the title, the title stands. */
function titleOf(track: z.output<typeof deezerTrack>): { readonly title: string; readonly version: string | null } {
  const version = /^\(([^()]+)\)$|^\[([^[\]]+)\]$/.exec(track.title_version ?? '');
  const inner = version?.[1] ?? version?.[2] ?? null;
  const isWhole = `${track.title_short ?? ''} ${track.title_version ?? ''}`.trim() === track.title.trim();
  return inner !== null && isWhole && track.title_short !== null
    ? { title: track.title_short, version: inner.trim() }
    : { title: track.title, version: null };
}

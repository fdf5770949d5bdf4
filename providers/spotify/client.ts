// Spotify's Web API through spotify-web-api-node, with everything that the library leaves open: time, size, redirects, renewal of the
// token, and errors that say what happened. See README.md for what Spotify removed and when.

import type * as z from 'zod';
import type SpotifyWebApi from 'spotify-web-api-node';
import { dayOf, durationOf, isrcOf, linkOf, quotable, upcForms, upcOf, within } from '../fields.ts';
import { createHttp, type Reply, type Trouble, usualMeaning } from '../http.ts';
import { type CatalogueProvider, ProviderError, type ProviderPorts, type ServiceRecording } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { spotifyAlbum, spotifyAlbums, spotifyError, spotifyToken, spotifyTrack, spotifyTracks } from './shapes.ts';
import { openLibrary, through } from './transport.ts';

export interface SpotifyCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

// Since March 2026 a larger limit is answered with "400 Invalid limit" for applications in development mode.
const mostResults = 10;
// Spotify refuses a query of more than 250 characters.
const longest = { title: 120, artist: 80 };
// A token lives for an hour; one that ends within a minute is renewed before it is used.
const renewBeforeMs = 60_000;
// Tracks of an album come without ISRC, and several at once can no longer be asked for: singles are looked up one by one.
const mostSingleLookups = 3;
// An UPC search is a text search: what it finds is only believed when the album says the same UPC.
const mostAlbums = 2;

/** An error inside HTTP 200 carries the status that it means. */
function troubleIn(json: unknown, status: number): Trouble | null {
  const told = status === 200 ? (glimpse(spotifyError, json)?.error.status ?? null) : null;
  return told === null ? null : { kind: usualMeaning(told) };
}

/** Spotify as a catalogue provider. A call is 1 request, and 1 more when the token must be renewed; `byUpc` up to 16. */
export function createSpotify(credentials: SpotifyCredentials, ports: ProviderPorts): CatalogueProvider {
  let library: Promise<SpotifyWebApi> | null = null;
  const http = createHttp('spotify', 'https://api.spotify.com', ports, { expected: [404], troubleIn });
  // A wrong id or secret is answered with 400 invalid_client.
  const accounts = createHttp('spotify', 'https://accounts.spotify.com', ports, {
    meanings: { 400: { kind: 'credentials_rejected' } },
  });
  let token: { readonly untilMs: number } | null = null;
  let renewal: Promise<void> | null = null;

  async function once(call: (api: SpotifyWebApi) => Promise<unknown>, signal: AbortSignal): Promise<Reply> {
    library ??= openLibrary().then((Library) => new Library({ ...credentials }));
    const api = await library;
    try {
      return await through(
        (host, request) => (host === 'accounts.spotify.com' ? accounts : http).ask(request, signal),
        () => call(api),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ProviderError) throw error;
      // Nothing of the library's own is expected any more. What it throws may quote an answer, so only its name is passed on.
      throw http.fail(
        'unavailable',
        `spotify-web-api-node failed (${error instanceof Error ? error.name : 'unknown'})`,
      );
    }
  }

  /** One renewal at a time, whoever waits for it: it belongs to nobody's call, so nobody's cancellation ends it for the others. */
  function renew(): Promise<void> {
    renewal ??= (async () => {
      const reply = await once((api) => api.clientCredentialsGrant(), new AbortController().signal);
      const granted = accounts.read(reply, spotifyToken);
      (await library)?.setAccessToken(granted.access_token);
      token = { untilMs: ports.now() + granted.expires_in * 1000 };
    })().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  async function ask(call: (api: SpotifyWebApi) => Promise<unknown>, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    if (token === null || token.untilMs - renewBeforeMs <= ports.now()) await unlessAborted(renew(), signal);
    const used = token;
    try {
      return await once(call, signal);
    } catch (error) {
      if (!(error instanceof ProviderError && error.status === 401)) throw error;
      // The token ended before its time (Spotify revokes them): a new one, once. Another call may have renewed it already.
      if (token === used) await unlessAborted(renew(), signal);
      return await once(call, signal);
    }
  }

  async function track(id: string, signal: AbortSignal) {
    const reply = await ask((api) => api.getTrack(id), signal);
    return { reply, track: reply.status === 404 ? null : http.read(reply, spotifyTrack) };
  }

  async function found(query: string, limit: number, signal: AbortSignal) {
    const reply = await ask((api) => api.searchTracks(query, { limit: within(limit, mostResults) }), signal);
    const { tracks } = http.read(reply, spotifyTracks);
    return http.answered(
      tracks.items.map((item) => recording(item, null)),
      [reply],
    );
  }

  async function albumTracks(upc: string, signal: AbortSignal) {
    const replies: Reply[] = [];
    for (const form of upcForms(upc)) {
      const reply = await ask((api) => api.searchAlbums(`upc:${form}`, { limit: mostAlbums }), signal);
      replies.push(reply);
      for (const { id } of http.read(reply, spotifyAlbums).albums.items.slice(0, mostAlbums)) {
        const answer = await ask((api) => api.getAlbum(id), signal);
        replies.push(answer);
        if (answer.status === 404) continue;
        const album = http.read(answer, spotifyAlbum);
        if (upcOf(album.external_ids?.upc ?? album.external_ids?.ean ?? null) !== upc) continue;
        const items = album.tracks.items;
        if (items.length > mostSingleLookups) {
          return http.answered(
            items.map((item) => recording({ ...item, album }, album)),
            replies,
          );
        }
        const recordings: ServiceRecording[] = [];
        for (const item of items) {
          const single = await track(item.id, signal);
          replies.push(single.reply);
          recordings.push(recording(single.track ?? { ...item, album }, album));
        }
        return http.answered(recordings, replies);
      }
    }
    return http.answered([], replies);
  }

  return {
    name: 'spotify',

    async search({ title, artist, limit }, signal) {
      const words = quotable(title, longest.title);
      const name = quotable(artist ?? '', longest.artist);
      if (words === '') throw http.fail('refused', 'a search needs a title');
      return await found(name === '' ? `track:"${words}"` : `track:"${words}" artist:"${name}"`, limit, signal);
    },

    // One code a call: "isrc:A OR isrc:B" finds nothing.
    async byIsrc(raw, signal) {
      const isrc = http.isrc(raw);
      return found(`isrc:${isrc}`, mostResults, signal);
    },

    async byUpc(raw, signal) {
      const upc = http.upc(raw);
      return albumTracks(upc, signal);
    },

    async byId(id, signal) {
      if (!/^[0-9A-Za-z]{22}$/.test(id)) throw http.fail('refused', 'ids have 22 letters and digits');
      const answer = await track(id, signal);
      return http.answered(answer.track === null ? null : recording(answer.track, null), [answer.reply]);
    },
  };
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function recording(
  track: z.output<typeof spotifyTrack>,
  album: z.output<typeof spotifyAlbum> | null,
): ServiceRecording {
  const release = album ?? track.album;
  return {
    provider: 'spotify',
    id: track.id,
    isrc: isrcOf(track.external_ids?.isrc ?? null),
    title: track.name,
    artists: track.artists.map(({ name }) => name),
    // Spotify has no field for it: "Song - Sped Up" is the title.
    version: null,
    album: release?.name ?? null,
    albumId: release?.id ?? null,
    upc: upcOf(album?.external_ids?.upc ?? album?.external_ids?.ean ?? null),
    label: album?.label ?? null,
    durationMs: durationOf(track.duration_ms),
    releaseDate: dayOf(release?.release_date ?? null),
    // One date for all territories.
    releaseDates: {},
    // Its terms forbid to analyse its content, previews included.
    previewUrl: null,
    url: linkOf(track.external_urls?.spotify ?? null),
    externalIds: {},
  };
}

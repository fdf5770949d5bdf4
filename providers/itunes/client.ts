// The iTunes Search API: no key, few requests, no ISRC in its answers. See README.md.

import type * as z from 'zod';
import { dayOf, durationOf, linkOf, quotable, upcForms, within } from '../fields.ts';
import { createHttp, type Reply, type Trouble } from '../http.ts';
import type { CatalogueProvider, ProviderPorts, ServiceRecording } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { itunesError, itunesResults } from './shapes.ts';

// "About 20 calls per minute": when it answers 403, the minute is over the limit.
const overLimit: Trouble = { kind: 'rate_limited', pauseMs: 60_000 };

type Song = z.output<typeof itunesResults>['results'][number];

/** iTunes as a catalogue provider, in one territory. A call is 1 request; `byUpc` up to 4. */
export function createItunes({ territory }: { readonly territory: string }, ports: ProviderPorts): CatalogueProvider {
  const http = createHttp('itunes', 'https://itunes.apple.com', ports, {
    meanings: { 403: overLimit },
    troubleIn: (json) =>
      glimpse(itunesError, json) === null ? null : { kind: 'refused', message: 'refuses a parameter' },
  });

  const ask = (path: string, query: Record<string, string>, signal: AbortSignal): Promise<Reply> =>
    http.ask({ path, query: { country: territory, media: 'music', entity: 'song', ...query } }, signal);

  const songs = (reply: Reply, known: { readonly isrc?: string; readonly upc?: string }): readonly ServiceRecording[] =>
    http
      .read(reply, itunesResults)
      .results.filter((result) => result.kind === 'song')
      .map((song) => recording(song, known));

  function recording(song: Song, known: { readonly isrc?: string; readonly upc?: string }): ServiceRecording {
    if (song.trackId === null || song.trackName === null)
      throw http.fail('malformed', 'a song lacks its id or its name');
    const day = dayOf(song.releaseDate);
    return {
      provider: 'itunes',
      id: song.trackId,
      isrc: known.isrc ?? null,
      title: song.trackName,
      // One text for all of them: "Ann & Ben".
      artists: song.artistName === null ? [] : [song.artistName],
      version: null,
      album: song.collectionName,
      albumId: song.collectionId,
      upc: known.upc ?? null,
      label: null,
      durationMs: durationOf(song.trackTimeMillis),
      releaseDate: day,
      releaseDates: day === null ? {} : { [territory]: day },
      // Its previews may be streamed to promote the content, not analysed.
      previewUrl: null,
      url: linkOf(song.trackViewUrl),
      externalIds: { applemusic: [song.trackId] },
    };
  }

  async function album(upc: string, signal: AbortSignal) {
    const replies: Reply[] = [];
    for (const form of upcForms(upc)) {
      const reply = await ask('/lookup', { upc: form, limit: '200' }, signal);
      replies.push(reply);
      const found = songs(reply, { upc });
      if (found.length > 0) return http.answered(found, replies);
    }
    return http.answered([], replies);
  }

  return {
    name: 'itunes',

    async search({ title, artist, limit }, signal) {
      const words = quotable(`${title} ${artist ?? ''}`, 200);
      if (words === '') throw http.fail('refused', 'a search needs a title');
      const reply = await ask('/search', { term: words, limit: String(within(limit, 200)) }, signal);
      return http.answered(songs(reply, {}), [reply]);
    },

    async byIsrc(raw, signal) {
      const isrc = http.isrc(raw);
      return ask('/lookup', { isrc }, signal).then((reply) => http.answered(songs(reply, { isrc }), [reply]));
    },

    async byUpc(raw, signal) {
      const upc = http.upc(raw);
      return album(upc, signal);
    },

    async byId(id, signal) {
      if (!/^\d{1,16}$/.test(id)) throw http.fail('refused', 'ids are numbers');
      const reply = await ask('/lookup', { id }, signal);
      return http.answered(songs(reply, {}).find((song) => song.id === id) ?? null, [reply]);
    },
  };
}

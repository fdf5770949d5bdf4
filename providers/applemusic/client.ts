// The Apple Music API: the catalogue of one storefront. See README.md.

import type * as z from 'zod';
import { dayOf, durationOf, isrcOf, linkOf, quotable, upcForms, upcOf, within } from '../fields.ts';
import { createHttp, type Reply, type Trouble, usualMeaning } from '../http.ts';
import type { CatalogueProvider, ProviderPorts, ServiceRecording } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { type AppleMusicKey, developerToken } from './developerToken.ts';
import { appleAlbums, appleErrors, appleSearch, type appleSong, appleSongs } from './shapes.ts';

const mostResults = 25;

/** An error inside HTTP 200 carries the status that it means. */
function troubleIn(json: unknown, status: number): Trouble | null {
  const told = status === 200 ? (glimpse(appleErrors, json)?.errors[0]?.status ?? null) : null;
  return told === null ? null : { kind: usualMeaning(told) };
}

/** Apple Music as a catalogue provider, in one territory. Every call is 1 request. */
export function createAppleMusic(
  { territory, ...key }: AppleMusicKey & { readonly territory: string },
  ports: ProviderPorts,
): CatalogueProvider {
  const token = developerToken(key, ports.now);
  const http = createHttp('applemusic', 'https://api.music.apple.com', ports, { expected: [404], troubleIn });

  const ask = (path: string, query: Record<string, string>, signal: AbortSignal): Promise<Reply> =>
    http.ask(
      {
        path: `/v1/catalog/${territory.toLowerCase()}/${path}`,
        query,
        headers: { authorization: `Bearer ${token()}` },
      },
      signal,
    );

  const songs = (reply: Reply): readonly ServiceRecording[] =>
    reply.status === 404 ? [] : http.read(reply, appleSongs).data.map((song) => recording(song, null));

  function recording(
    { id, attributes, relationships }: z.output<typeof appleSong>,
    album: z.output<typeof appleAlbums>['data'][number] | null,
  ): ServiceRecording {
    const named = (relationships?.artists?.data ?? []).flatMap((artist) => artist.attributes?.name ?? []);
    const day = dayOf(attributes.releaseDate);
    return {
      provider: 'applemusic',
      id,
      isrc: isrcOf(attributes.isrc),
      title: attributes.name,
      // Their names one by one where they came along, else one text for all of them: "Ann & Ben".
      artists: named.length > 0 ? named : attributes.artistName === null ? [] : [attributes.artistName],
      version: null,
      album: album?.attributes.name ?? attributes.albumName,
      albumId: album?.id ?? relationships?.albums?.data[0]?.id ?? null,
      upc: upcOf(album?.attributes.upc ?? null),
      label: album?.attributes.recordLabel ?? null,
      durationMs: durationOf(attributes.durationInMillis),
      releaseDate: day,
      releaseDates: day === null ? {} : { [territory]: day },
      // Its previews may be streamed to promote the content, not analysed.
      previewUrl: null,
      url: linkOf(attributes.url),
      externalIds: {},
    };
  }

  return {
    name: 'applemusic',

    async search({ title, artist, limit }, signal) {
      const term = quotable(`${title} ${artist ?? ''}`, 200);
      if (term === '') throw http.fail('refused', 'a search needs a title');
      const reply = await ask('search', { term, types: 'songs', limit: String(within(limit, mostResults)) }, signal);
      const found = reply.status === 404 ? null : http.read(reply, appleSearch).results.songs;
      return http.answered(
        (found?.data ?? []).map((song) => recording(song, null)),
        [reply],
      );
    },

    async byIsrc(raw, signal) {
      const isrc = http.isrc(raw);
      return ask('songs', { 'filter[isrc]': isrc, include: 'artists' }, signal).then((reply) =>
        http.answered(songs(reply), [reply]),
      );
    },

    async byUpc(raw, signal) {
      const upc = http.upc(raw);
      // A filter takes several values: all spellings of one code are asked for at once.
      return ask('albums', { 'filter[upc]': upcForms(upc).join(','), include: 'tracks' }, signal).then((reply) => {
        const albums = reply.status === 404 ? [] : http.read(reply, appleAlbums).data;
        const recordings = albums
          .filter(({ attributes }) => upcOf(attributes.upc) === upc)
          .flatMap((album) =>
            (album.relationships?.tracks?.data ?? []).flatMap((song) => (song === null ? [] : recording(song, album))),
          );
        return http.answered(recordings, [reply]);
      });
    },

    async byId(id, signal) {
      if (!/^\d{1,16}$/.test(id)) throw http.fail('refused', 'ids are numbers');
      const reply = await ask(`songs/${id}`, { include: 'artists' }, signal);
      return http.answered(songs(reply)[0] ?? null, [reply]);
    },
  };
}

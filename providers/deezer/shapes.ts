// What is read of Deezer's answers. Errors come with HTTP 200 as {"error": {…}}.

import { filled, id, list, maybeList, number, object, optional, text } from '../schema.ts';

const named = object({ name: text });

export const deezerError = object({
  error: optional(object({ type: optional(text), code: optional(number) })),
});

/** In a search and in an album's list `isrc`, `release_date` and `contributors` are missing. */
export const deezerTrack = object({
  id,
  title: text,
  title_short: filled,
  title_version: filled,
  isrc: filled,
  link: filled,
  duration: optional(number),
  release_date: filled,
  preview: filled,
  contributors: maybeList(named),
  artist: named,
  album: optional(object({ id, title: filled, release_date: filled })),
});

export const deezerTracks = object({ data: list(deezerTrack) });

export const deezerAlbum = object({ id, title: filled, upc: filled, label: filled, release_date: filled });

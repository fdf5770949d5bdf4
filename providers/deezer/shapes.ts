// What is read of Deezer's answers. Errors come with HTTP 200 as {"error": {…}}.

import * as z from 'zod';
import { filled, id, list, listOrNone, orNull } from '../schema.ts';

const named = z.object({ name: z.string() });

export const deezerError = z.object({
  error: orNull(z.object({ type: orNull(z.string()), code: orNull(z.number()) })),
});

/** In a search and in an album's list `isrc`, `release_date` and `contributors` are missing. */
export const deezerTrack = z.object({
  id,
  title: z.string(),
  title_short: filled,
  title_version: filled,
  isrc: filled,
  link: filled,
  duration: orNull(z.number()),
  release_date: filled,
  preview: filled,
  contributors: listOrNone(named),
  artist: named,
  album: orNull(z.object({ id, title: filled, release_date: filled })),
});

export const deezerTracks = z.object({ data: list(deezerTrack) });

export const deezerAlbum = z.object({ id, title: filled, upc: filled, label: filled, release_date: filled });

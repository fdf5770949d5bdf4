// What is read of Spotify's answers. Applications in development mode lack `popularity`, `available_markets` and, on tracks of an
// album, `external_ids`: none of them is needed.

import * as z from 'zod';
import { filled, id, list, listOrNone, orNull } from '../schema.ts';

const artist = z.object({ name: z.string() });
const links = orNull(z.object({ spotify: filled }));

export const spotifyToken = z.object({ access_token: z.string(), expires_in: z.number() });

const releaseFields = { id, name: filled, release_date: filled, release_date_precision: filled };

const trackFields = {
  id,
  name: z.string(),
  artists: list(artist),
  duration_ms: orNull(z.number()),
  external_ids: orNull(z.object({ isrc: filled })),
  external_urls: links,
};

export const spotifyTrack = z.object({ ...trackFields, album: orNull(z.object(releaseFields)) });

export const spotifyTracks = z.object({ tracks: z.object({ items: list(spotifyTrack) }) });

export const spotifyAlbums = z.object({ albums: z.object({ items: list(z.object({ id })) }) });

export const spotifyAlbum = z.object({
  ...releaseFields,
  label: filled,
  external_ids: orNull(z.object({ upc: filled, ean: filled })),
  tracks: z.object({ items: listOrNone(z.object(trackFields)) }),
});

export const spotifyError = z.object({ error: z.object({ status: z.number() }) });

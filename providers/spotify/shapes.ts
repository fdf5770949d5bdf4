// What is read of Spotify's answers. Applications in development mode lack `popularity`, `available_markets` and, on tracks of an
// album, `external_ids`: none of them is needed.

import { filled, id, list, maybeList, number, object, optional, text } from '../schema.ts';

const artist = object({ name: text });
const links = optional(object({ spotify: filled }));

export const spotifyToken = object({ access_token: text, expires_in: number });

const releaseFields = { id, name: filled, release_date: filled, release_date_precision: filled };

const trackFields = {
  id,
  name: text,
  artists: list(artist),
  duration_ms: optional(number),
  external_ids: optional(object({ isrc: filled })),
  external_urls: links,
};

export const spotifyTrack = object({ ...trackFields, album: optional(object(releaseFields)) });

export const spotifyTracks = object({ tracks: object({ items: list(spotifyTrack) }) });

export const spotifyAlbums = object({ albums: object({ items: list(object({ id })) }) });

export const spotifyAlbum = object({
  ...releaseFields,
  label: filled,
  external_ids: optional(object({ upc: filled, ean: filled })),
  tracks: object({ items: maybeList(object(trackFields)) }),
});

export const spotifyError = object({ error: object({ status: number }) });

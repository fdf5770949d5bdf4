// What is read of AudD's answers. Parts of other services come as they were asked for, and only when they were found.

import { filled, id, maybeList, numeric, object, optional, text } from '../schema.ts';

export const auddHit = object({
  artist: filled,
  title: text,
  album: filled,
  release_date: filled,
  timecode: filled,
  song_link: filled,
  isrc: filled,
  upc: filled,
  spotify: optional(object({ id: filled, external_ids: optional(object({ isrc: filled })) })),
  apple_music: optional(object({ isrc: filled, url: filled })),
  deezer: optional(object({ id: optional(id), isrc: filled })),
  musicbrainz: maybeList(object({ id: filled })),
});

export const auddAnswer = object({ status: text, result: optional(auddHit) });

/** The rest of an error's body repeats the request, the token included: it is never looked at, stored or shown. */
export const auddError = object({ error: object({ error_code: numeric }) });

// What is read of AudD's answers. Parts of other services come as they were asked for, and only when they were found.

import * as z from 'zod';
import { filled, id, listOrNone, numeric, orNull } from '../schema.ts';

export const auddHit = z.object({
  artist: filled,
  title: z.string(),
  album: filled,
  release_date: filled,
  timecode: filled,
  song_link: filled,
  isrc: filled,
  upc: filled,
  spotify: orNull(z.object({ id: filled, external_ids: orNull(z.object({ isrc: filled })) })),
  apple_music: orNull(z.object({ isrc: filled, url: filled })),
  deezer: orNull(z.object({ id: orNull(id), isrc: filled })),
  musicbrainz: listOrNone(z.object({ id: filled })),
});

export const auddAnswer = z.object({ status: z.string(), result: orNull(auddHit) });

/** The rest of an error's body repeats the request, the token included: it is never looked at, stored or shown. */
export const auddError = z.object({ error: z.object({ error_code: numeric }) });

// What is read of ACRCloud's answers. Numbers come as numbers or as text, depending on the project's region and age.

import * as z from 'zod';
import { anything, filled, id, listOrNone, numeric, orNull, someOf } from '../schema.ts';

const named = z.object({ name: filled });
/** One code or a list of them. */
const codes = someOf(z.string());
const idElsewhere = anything.transform((given) => (typeof given === 'number' ? String(given) : given)).pipe(filled);
const track = someOf(z.object({ track: orNull(z.object({ id: idElsewhere })) }));

export const acrHit = z.object({
  acrid: id,
  title: z.string(),
  artists: listOrNone(named),
  album: orNull(named),
  release_date: filled,
  score: orNull(numeric),
  sample_begin_time_offset_ms: orNull(numeric),
  db_begin_time_offset_ms: orNull(numeric),
  external_ids: orNull(z.object({ isrc: codes, upc: codes })),
  external_metadata: orNull(
    z.object({
      spotify: track,
      deezer: track,
      applemusic: track,
      musicbrainz: track,
      youtube: someOf(z.object({ vid: filled })),
    }),
  ),
});

/** Its owner gave it whatever fields, of whatever types: what is no text says nothing. */
const asText = anything.transform((value) => (typeof value === 'string' ? value : null));

/** A file of the user's own bucket. */
export const acrFile = z.object({
  acrid: id,
  title: z.string(),
  artist: someOf(asText),
  artists: someOf(asText),
  isrc: asText,
  upc: asText,
  score: orNull(numeric),
  sample_begin_time_offset_ms: orNull(numeric),
  db_begin_time_offset_ms: orNull(numeric),
});

export const acrStatus = z.object({ status: z.object({ code: numeric }) });

export const acrAnswer = z.object({
  metadata: orNull(
    z.object({ music: listOrNone(acrHit), humming: listOrNone(acrHit), custom_files: listOrNone(acrFile) }),
  ),
});

// What is read of ACRCloud's answers. Numbers come as numbers or as text, depending on the project's region and age.

import { filled, id, maybeList, numeric, object, oneOrList, optional, type Shape, text } from '../schema.ts';

const named = object({ name: filled });
const maybe =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value, place) =>
    value === undefined || value === null || value === '' ? [] : oneOrList(shape)(value, place);
/** One code or a list of them. */
const codes = maybe(text);
const thing = object({ id: (value, place) => (typeof value === 'number' ? String(value) : filled(value, place)) });
const track = maybe(object({ track: optional(thing) }));

export const acrHit = object({
  acrid: id,
  title: text,
  artists: maybeList(named),
  album: optional(named),
  release_date: filled,
  score: optional(numeric),
  sample_begin_time_offset_ms: optional(numeric),
  db_begin_time_offset_ms: optional(numeric),
  external_ids: optional(object({ isrc: codes, upc: codes })),
  external_metadata: optional(
    object({
      spotify: track,
      deezer: track,
      applemusic: track,
      musicbrainz: track,
      youtube: maybe(object({ vid: filled })),
    }),
  ),
});

/** A file of the user's own bucket: besides these, it has whatever fields its owner gave it. */
export const acrFile = object({
  acrid: id,
  title: text,
  artist: maybe((value) => (typeof value === 'string' ? value : null)),
  artists: maybe((value) => (typeof value === 'string' ? value : null)),
  isrc: optional((value) => (typeof value === 'string' ? value : null)),
  upc: optional((value) => (typeof value === 'string' ? value : null)),
  score: optional(numeric),
  sample_begin_time_offset_ms: optional(numeric),
  db_begin_time_offset_ms: optional(numeric),
});

export const acrStatus = object({ status: object({ code: numeric }) });

export const acrAnswer = object({
  metadata: optional(
    object({ music: maybeList(acrHit), humming: maybeList(acrHit), custom_files: maybeList(acrFile) }),
  ),
});

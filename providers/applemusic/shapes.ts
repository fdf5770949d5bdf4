// What is read of the Apple Music API.

import { filled, id, list, maybeList, number, numeric, object, optional, text } from '../schema.ts';

export const appleSong = object({
  id,
  attributes: object({
    name: text,
    artistName: filled,
    albumName: filled,
    isrc: filled,
    durationInMillis: optional(number),
    releaseDate: filled,
    url: filled,
  }),
  relationships: optional(
    object({
      artists: optional(object({ data: maybeList(object({ attributes: optional(object({ name: filled })) })) })),
      albums: optional(object({ data: maybeList(object({ id })) })),
    }),
  ),
});

export const appleSongs = object({ data: list(appleSong) });

/** Nothing found leaves `songs` out. */
export const appleSearch = object({ results: object({ songs: optional(appleSongs) }) });

export const appleAlbums = object({
  data: list(
    object({
      id,
      attributes: object({ name: filled, upc: filled, recordLabel: filled, releaseDate: filled }),
      relationships: optional(
        object({
          tracks: optional(
            object({
              // Music videos stand between the songs, and are no songs.
              data: maybeList((value, place) =>
                object({ type: filled })(value, place).type === 'songs' ? appleSong(value, place) : null,
              ),
            }),
          ),
        }),
      ),
    }),
  ),
});

export const appleErrors = object({ errors: list(object({ status: numeric })) });

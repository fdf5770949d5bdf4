// What is read of the Apple Music API.

import * as z from 'zod';
import { filled, id, list, listOrNone, numeric, orNull } from '../schema.ts';

export const appleSong = z.object({
  id,
  attributes: z.object({
    name: z.string(),
    artistName: filled,
    albumName: filled,
    isrc: filled,
    durationInMillis: orNull(z.number()),
    releaseDate: filled,
    url: filled,
  }),
  relationships: orNull(
    z.object({
      artists: orNull(z.object({ data: listOrNone(z.object({ attributes: orNull(z.object({ name: filled })) })) })),
      albums: orNull(z.object({ data: listOrNone(z.object({ id })) })),
    }),
  ),
});

export const appleSongs = z.object({ data: list(appleSong) });

/** Nothing found leaves `songs` out. */
export const appleSearch = z.object({ results: z.object({ songs: orNull(appleSongs) }) });

const isSong = (item: unknown): boolean => z.object({ type: z.literal('songs') }).safeParse(item).success;

export const appleAlbums = z.object({
  data: list(
    z.object({
      id,
      attributes: z.object({ name: filled, upc: filled, recordLabel: filled, releaseDate: filled }),
      relationships: orNull(
        z.object({
          tracks: orNull(
            z.object({
              // Music videos stand between the songs, and are no songs.
              data: listOrNone(
                z
                  .unknown()
                  .transform((item) => (isSong(item) ? item : null))
                  .pipe(appleSong.nullable()),
              ),
            }),
          ),
        }),
      ),
    }),
  ),
});

export const appleErrors = z.object({ errors: list(z.object({ status: numeric })) });

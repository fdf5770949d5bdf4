// What is read of the iTunes Search API. A look-up by UPC mixes the album with its songs: the album has no `trackId`.

import * as z from 'zod';
import { filled, id, list, orNull } from '../schema.ts';

export const itunesResults = z.object({
  results: list(
    z.object({
      wrapperType: filled,
      kind: filled,
      trackId: orNull(id),
      trackName: orNull(z.string()),
      artistName: orNull(z.string()),
      collectionId: orNull(id),
      collectionName: filled,
      trackTimeMillis: orNull(z.number()),
      releaseDate: filled,
      trackViewUrl: filled,
    }),
  ),
});

export const itunesError = z.object({ errorMessage: z.string() });

// What is read of the iTunes Search API. A look-up by UPC mixes the album with its songs: the album has no `trackId`.

import { filled, id, list, number, object, optional, text } from '../schema.ts';

export const itunesResults = object({
  results: list(
    object({
      wrapperType: filled,
      kind: filled,
      trackId: optional(id),
      trackName: optional(text),
      artistName: optional(text),
      collectionId: optional(id),
      collectionName: filled,
      trackTimeMillis: optional(number),
      releaseDate: filled,
      trackViewUrl: filled,
    }),
  ),
});

export const itunesError = object({ errorMessage: text });

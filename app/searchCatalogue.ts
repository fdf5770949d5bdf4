// What a person looks for in the catalogue: a code, or words as they remember them, with a slip in them perhaps.

import { candidateKeys } from '../matching/metadata/keys.ts';
import { wordsOf } from '../matching/soundWords.ts';
import { findCandidates, findRecording, type CatalogueRecording } from '../store/catalogue/recordings.ts';
import type { Queryable } from '../store/database.ts';

/** The recording of that id or ISRC, else those that a sound with these words would be compared with: at most about a hundred. */
export async function searchCatalogue(
  database: Queryable,
  words: string,
  artist: string | null,
): Promise<readonly CatalogueRecording[]> {
  const named = await findRecording(database, words);
  if (named !== null) return [named];
  const keys = candidateKeys(
    wordsOf({
      title: words,
      author: artist ?? '',
      handle: '',
      original: null,
      durationMs: null,
      payload: null,
      prerelease: null,
    }),
  );
  return findCandidates(database, { ...keys, externalIds: keys.ids });
}

// Candidates from a catalogue in a file: its rows are loaded into a real Postgres and found by the product's own search.

import { findCandidates, type FoundRecording } from '../../store/catalogue/recordings.ts';
import { readRarity } from '../../usecases/attempt/readRarity.ts';
import { candidateKeys } from '../../matching/metadata/keys.ts';
import type { Rarity } from '../../matching/metadata/rarity.ts';
import { readSound } from './answer.ts';
import type { CaseCandidate, CaseSound } from './case.ts';
import { loadCatalogue, openCatalogueDatabase, type CatalogueDatabase } from './catalogueDatabase.ts';
import { readCatalogue } from './catalogueFile.ts';

export interface SearchedCatalogue {
  /** What the search proposes for a sound, with the catalogue's own counts of those titles. */
  candidatesFor(sound: CaseSound): Promise<{ readonly cands: readonly CaseCandidate[]; readonly rarity: Rarity }>;
  close(): Promise<void>;
}

/** Of rows with the same id the first counts. */
export async function openCatalogue(path: string): Promise<SearchedCatalogue> {
  const catalogue = await openCatalogueDatabase();
  try {
    await loadCatalogue(catalogue, readCatalogue(path));
    return searched(catalogue);
  } catch (error) {
    await catalogue.close();
    throw error;
  }
}

function searched(catalogue: CatalogueDatabase): SearchedCatalogue {
  const { database } = catalogue;
  return {
    async candidatesFor(sound) {
      const words = readSound(sound);
      const keys = candidateKeys(words);
      const found = await findCandidates(database, { ...keys, externalIds: keys.ids });
      return { cands: found.map(candidateOf), rarity: await readRarity(database, words, keys, found) };
    },
    close: () => catalogue.close(),
  };
}

const candidateOf = (found: FoundRecording): CaseCandidate => ({
  id: found.id,
  title: found.title,
  artists: found.artists,
  ...(found.album === null ? {} : { album: found.album }),
  ...(found.durationMs === null ? {} : { dur: found.durationMs / 1000 }),
  ...(found.isrc === null ? {} : { isrc: found.isrc }),
});

// Candidates from a catalogue in a file: its rows are loaded into a real Postgres and found by the product's own search.

import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import {
  countRecordings,
  findCandidates,
  titleFrequencies,
  type FoundRecording,
} from '../../store/catalogue/recordings.ts';
import { candidateKeys } from '../../matching/metadata/keys.ts';
import type { Rarity } from '../../matching/metadata/rarity.ts';
import { normaliseIsrc } from '../../domain/recording.ts';
import { readSound } from './answer.ts';
import type { CaseCandidate, CaseSound } from './case.ts';
import {
  loadCatalogue,
  openCatalogueDatabase,
  type CatalogueDatabase,
  type CatalogueRow,
} from './catalogueDatabase.ts';

export interface SearchedCatalogue {
  /** What the search proposes for a sound, with the catalogue's own counts of those titles. */
  candidatesFor(sound: CaseSound): Promise<{ readonly cands: readonly CaseCandidate[]; readonly rarity: Rarity }>;
  close(): Promise<void>;
}

/**
 * Loads `id,title,artists,album,duration_ms,isrc` (artists separated by ";"; the last three columns may be missing or empty).
 * Throws when the header lacks one of the first three or a line is no CSV. Of rows with the same id the first counts.
 */
export async function openCatalogue(path: string): Promise<SearchedCatalogue> {
  const catalogue = await openCatalogueDatabase();
  try {
    await loadCatalogue(catalogue, readRows(path));
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
      const keys = candidateKeys(readSound(sound));
      const found = await findCandidates(database, { ...keys, externalIds: keys.ids });
      const counts = await titleFrequencies(database, [...keys.exact, ...found.map((each) => each.baseKey)]);
      const catalogueSize = await countRecordings(database);
      return {
        cands: found.map(candidateOf),
        rarity: { titleFrequency: (key) => counts.get(key) ?? 0, catalogueSize },
      };
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

async function* readRows(path: string): AsyncGenerator<CatalogueRow> {
  const rows = createReadStream(path).pipe(
    parse({
      bom: true,
      columns: (header: string[]) => {
        const names = header.map((name) => name.trim().toLowerCase());
        for (const needed of ['id', 'title', 'artists'])
          if (!names.includes(needed)) throw new Error(`${path}: the header has no ${needed}`);
        return names;
      },
      skip_empty_lines: true,
      relax_column_count: true,
    }),
  );
  for await (const row of rows as AsyncIterable<Record<string, string | undefined>>) {
    const id = row['id']?.trim() ?? '';
    const title = row['title'] ?? '';
    if (id === '' || title.trim() === '') continue;
    const durationMs = Math.round(Number(row['duration_ms'] ?? ''));
    const album = row['album']?.trim() ?? '';
    yield {
      id,
      title,
      artists: (row['artists'] ?? '')
        .split(';')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
      album: album === '' ? null : album,
      // The column is a 32-bit integer; a nonsensical duration is no duration.
      durationMs: durationMs > 0 && durationMs < 2 ** 31 ? durationMs : null,
      isrc: normaliseIsrc(row['isrc'] ?? ''),
    };
  }
}

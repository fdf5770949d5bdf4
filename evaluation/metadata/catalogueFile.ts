// A catalogue in a file: `id,title,artists,album,duration_ms,isrc` (artists separated by ";"; the last three columns may be missing or empty).

import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { normaliseIsrc } from '../../domain/recording.ts';
import type { CatalogueRow } from './catalogueDatabase.ts';

/** Rows without an id or a title are left out. @throws when the header lacks one of the first three columns or a line is no CSV. */
export async function* readCatalogue(path: string): AsyncGenerator<CatalogueRow> {
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

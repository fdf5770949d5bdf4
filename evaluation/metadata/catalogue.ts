// A catalogue from a file, searched by the same keys that the database stores: exact keys, then artist and title together, then
// trigrams. In memory, so that a set can be run without a database.

import { readFile } from 'node:fs/promises';
import { candidateKeys, recordingKeys } from '../../matching/metadata/keys.ts';
import type { Rarity } from '../../matching/metadata/rarity.ts';
import { soundText } from './answer.ts';
import type { CaseCandidate, CaseSound } from './case.ts';

export interface CatalogueIndex {
  readonly rarity: Rarity;
  candidatesFor(sound: CaseSound): readonly CaseCandidate[];
}

const mostCandidates = 50;
/** A trigram list longer than this says nothing about a title. */
const commonTrigram = 4000;

/** Reads `id,title,artists,album,duration_ms,isrc` (artists separated by ";"). Throws when the header lacks one of the first three. */
export async function readCatalogue(path: string): Promise<CatalogueIndex> {
  const [header = [], ...rows] = parseCsv(await readFile(path, 'utf8'));
  const at = (name: string): number => header.findIndex((each) => each.trim().toLowerCase() === name);
  const columns = {
    id: at('id'),
    title: at('title'),
    artists: at('artists'),
    album: at('album'),
    duration: at('duration_ms'),
    isrc: at('isrc'),
  };
  if (columns.id < 0 || columns.title < 0 || columns.artists < 0)
    throw new Error(`${path}: the header needs id, title and artists`);
  const candidates = rows
    .filter((row) => row.length > 1)
    .map((row): CaseCandidate => {
      const durationMs = Number(row[columns.duration] ?? '');
      const isrc = row[columns.isrc]?.trim() ?? '';
      const album = row[columns.album]?.trim() ?? '';
      return {
        id: row[columns.id] ?? '',
        title: row[columns.title] ?? '',
        artists: (row[columns.artists] ?? '')
          .split(';')
          .map((name) => name.trim())
          .filter(Boolean),
        ...(album === '' ? {} : { album }),
        ...(durationMs > 0 ? { dur: durationMs / 1000 } : {}),
        ...(isrc === '' ? {} : { isrc }),
      };
    });
  return indexOf(candidates);
}

export function indexOf(candidates: readonly CaseCandidate[]): CatalogueIndex {
  const byKey = new Map<string, number[]>();
  const byTrigram = new Map<string, number[]>();
  const byArtist = new Map<string, number[]>();
  const frequency = new Map<string, number>();
  const bases: string[] = [];
  const artists: ReadonlySet<string>[] = [];
  const isrcs = new Map<string, number[]>();
  candidates.forEach((candidate, row) => {
    const keys = recordingKeys({
      title: candidate.title,
      artists: candidate.artists,
      ...(candidate.aliases ? { aliases: candidate.aliases } : {}),
    });
    for (const key of new Set([keys.titleKey, keys.baseKey, ...keys.extraKeys])) push(byKey, key, row);
    for (const gram of trigrams(keys.baseKey)) push(byTrigram, gram, row);
    for (const name of keys.artistKeys) push(byArtist, name, row);
    if (candidate.isrc) push(isrcs, candidate.isrc, row);
    frequency.set(keys.baseKey, (frequency.get(keys.baseKey) ?? 0) + 1);
    bases.push(keys.baseKey);
    artists.push(new Set(keys.artistKeys));
  });
  return {
    rarity: { titleFrequency: (base) => frequency.get(base) ?? 0, catalogueSize: candidates.length },
    candidatesFor(sound) {
      const keys = candidateKeys(soundText(sound));
      const found = new Set<number>();
      const named = new Set(keys.artistKeys);
      const ranked = (rows: readonly number[]): readonly number[] =>
        [...rows].sort((a, b) => shared(artists[b]!, named) - shared(artists[a]!, named) || a - b);
      for (const isrc of keys.isrcs) for (const row of isrcs.get(isrc) ?? []) found.add(row);
      const exact = [...new Set(keys.exact.flatMap((key) => byKey.get(key) ?? []))];
      for (const row of ranked(exact).slice(0, mostCandidates)) found.add(row);
      if (!exact.some((row) => shared(artists[row]!, named) > 0)) {
        for (const row of similar(keys.trigram, keys.artistKeys)) found.add(row);
      }
      return [...found].map((row) => candidates[row]!);
    },
  };

  function similar(titles: readonly string[], names: readonly string[]): readonly number[] {
    const best = new Map<number, number>();
    const near = new Set(names.flatMap((name) => (byArtist.get(name) ?? []).slice(0, 2000)));
    for (const title of titles) {
      const grams = trigrams(title);
      const hits = new Map<number, number>();
      for (const gram of grams) {
        const rows = byTrigram.get(gram) ?? [];
        if (rows.length > commonTrigram) continue;
        for (const row of rows) hits.set(row, (hits.get(row) ?? 0) + 1);
      }
      for (const row of near) hits.set(row, intersection(grams, trigrams(bases[row]!)));
      for (const [row, count] of hits) {
        const similarity = count / (grams.size + trigrams(bases[row]!).size - count);
        if (similarity >= (near.has(row) ? 0.2 : 0.45)) best.set(row, Math.max(best.get(row) ?? 0, similarity));
      }
    }
    return [...best]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, 20)
      .map(([row]) => row);
  }
}

function push(index: Map<string, number[]>, key: string, row: number): void {
  const rows = index.get(key);
  if (rows) rows.push(row);
  else index.set(key, [row]);
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  for (const each of b) if (a.has(each)) return 1;
  return 0;
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let count = 0;
  for (const each of a) if (b.has(each)) count += 1;
  return count;
}

function trigrams(key: string): ReadonlySet<string> {
  const padded = `  ${key} `;
  const grams = new Set<string>();
  for (let i = 0; i + 3 <= padded.length; i += 1) grams.add(padded.slice(i, i + 3));
  return grams;
}

/** RFC 4180: quotes, doubled quotes, line breaks inside quotes. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i += 1) {
    const char = text[i]!;
    if (quoted) {
      if (char === '"' && text[i + 1] === '"') {
        field += '"';
        i += 1;
      } else if (char === '"') quoted = false;
      else field += char;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === ',') {
      row.push(field);
      field = '';
    } else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[i + 1] === '\n') i += 1;
      row.push(field);
      rows.push(row);
      row = [];
      field = '';
    } else field += char;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

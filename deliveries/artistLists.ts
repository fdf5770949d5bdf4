// "Ann, Bob" in a column of artists: two of them, or one whose name has a comma. Split where the columns say that they hold several, else said.

import { plainText } from './checkRecording.ts';

/** What a header says of the column of artists, and of one beside it that counts them. */
export interface ArtistColumn {
  /** "Artist Name(s)", or the export of a service that is known to write commas. */
  readonly isList: boolean;
  /** Index of a column with one address for each artist ("Artist URI(s)"); null when there is none. */
  readonly countedBy: number | null;
}

export function artistColumn(header: readonly string[]): ArtistColumn {
  const names = header.map((name) => name.toLowerCase().trim());
  const uris = names.findIndex((name) => /^(?:track )?artist (?:uri|id|url)(?:\(s\)|s)$/.test(name));
  const isSoundiiz = ['index', 'title', 'artist', 'album', 'isrc'].every((name, i) => names[i] === name);
  return {
    isList: isSoundiiz || names.some((name) => /^(?:track |primary |main )?artists?(?: names?)?\(s\)$/.test(name)),
    countedBy: uris === -1 ? null : uris,
  };
}

/** The names of a cell, or null when it is to be read as it stands; with what people should know. */
export function splitArtists(
  cell: unknown,
  column: ArtistColumn,
  values: readonly unknown[],
): { readonly names: readonly string[] | null; readonly remark: string | null } {
  const text = plainText(cell);
  if (typeof cell !== 'string' || text === null) return { names: null, remark: null };
  const parts = text.split(/\s*[,;]\s*/).filter((part) => part !== '');
  const addresses =
    column.countedBy === null ? null : (plainText(values[column.countedBy])?.split(/\s*[,;]\s*/) ?? null);
  if (addresses !== null && addresses.length === 1)
    return { names: [text], remark: text.includes(',') ? takenAsOne(text) : null };
  if (addresses !== null && addresses.length === parts.length) return { names: parts, remark: null };
  if (!text.includes(',') || text.includes(';') || text.includes('|')) return { names: null, remark: null };
  if (column.isList && addresses === null && !isOneName(parts)) return { names: parts, remark: null };
  return {
    names: [text],
    remark: takenAsOne(text),
  };
}

const takenAsOne = (text: string): string =>
  `artists "${text.slice(0, 120)}" is taken as one name; write ";" between several`;

/** "X, The Y" and "X, Y & Z" are how bands are called as often as they are lists. */
const isOneName = (parts: readonly string[]): boolean =>
  /^the\s/i.test(parts.at(-1) ?? '') || /\s(?:&|and|und|y|et|e)\s/i.test(parts.at(-1) ?? '');

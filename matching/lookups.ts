// What a catalogue service can be asked about a sound: its exact ids first, then its words.

import { serviceIdSpace, type CatalogueName } from '../domain/providers.ts';
import { normaliseIsrc } from '../domain/recording.ts';
import { boundKey, fold } from './metadata/fold.ts';
import type { Reading, SoundWords } from './metadata/soundText.ts';

export type Lookup =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'isrc'; readonly isrc: string }
  | { readonly kind: 'search'; readonly title: string; readonly artist: string | null };

/** Services' ids have at most some forty letters. */
const longestId = 200;

/** Each is a request, and of some services few are allowed: the likeliest readings. */
const mostSearches = 3;

/** In the order in which they are worth asking; empty when there is nothing to ask with. */
export function lookupsFor(name: CatalogueName, sound: SoundWords): readonly Lookup[] {
  const lookups: Lookup[] = [];
  const seen = new Set<string>();
  const add = (lookup: Lookup): void => {
    const key = lookupKey(lookup);
    if (!seen.has(key)) lookups.push(lookup);
    seen.add(key);
  };
  for (const hint of sound.hints) {
    const isOurs = hint.kind === 'dsp' && hint.platform === serviceIdSpace[name];
    if (isOurs && hint.id.length <= longestId) add({ kind: 'id', id: hint.id });
  }
  for (const hint of sound.hints) {
    const isrc = hint.kind === 'isrc' ? normaliseIsrc(hint.isrc) : null;
    if (isrc !== null) add({ kind: 'isrc', isrc });
  }
  const exact = lookups.length;
  const { userMade } = sound;
  const likeliest = sound.readings
    .flatMap((reading) => reading.names.map(({ raw }, index) => ({ reading, title: raw, isWhole: index === 0 })))
    .map((named) => ({ ...named, rank: rank(named, userMade) }))
    .sort((one, other) => one.rank - other.rank);
  for (const { reading, title, isWhole } of likeliest) {
    const artist = reading.artists[0] ?? null;
    // A common title by nobody finds everything and nothing.
    const standsAlone = fold(title).split(' ').length >= 3;
    if (artist === null && !standsAlone) continue;
    // Who uploads a song is seldom its artist; asking for both finds only those who are.
    if (userMade === true && reading.kind === 'direct' && standsAlone) add({ kind: 'search', title, artist: null });
    add({ kind: 'search', title, artist });
    if (isWhole && namesItsVersion(reading)) add({ kind: 'search', title: reading.title.raw, artist });
    if (lookups.length - exact >= mostSearches) break;
  }
  return lookups.slice(0, exact + mostSearches);
}

/**
 * The likeliest first. A song that the platform names is that song. "A - B" by a person is usually A's song B, and the uploader is nobody's artist; an
 * official sound's author is its artist, and what follows a dash is part of the title.
 */
function rank({ reading, title, isWhole }: Named, userMade: boolean | null): number {
  const isOfficial = userMade === false;
  switch (reading.kind) {
    case 'named':
    case 'contains':
      return 0;
    case 'direct':
      return isWhole ? (isOfficial ? 1 : 3) : isOfficial ? 2 : 5;
    case 'split':
      return (isOfficial ? 3 : 1) + (reading.title.bases.indexOf(title) === 1 ? 0 : 1);
    case 'mashup':
    case 'caption':
    case 'swapped':
      return 6;
  }
}

interface Named {
  readonly reading: Reading;
  readonly title: string;
  /** All of the reading's words for the song, and not only what stands before a dash. */
  readonly isWhole: boolean;
}

/** "Sped Up" in the title: the altered release may be in the catalogue by that name. */
const namesItsVersion = ({ kind, title }: Reading): boolean =>
  kind !== 'split' && title.tags.some((tag) => tag.kind === 'speed' || tag.kind === 'version');

/** The same look-up, however it is written, has the same key. */
export function lookupKey(lookup: Lookup): string {
  switch (lookup.kind) {
    case 'id':
      return `id:${lookup.id}`;
    case 'isrc':
      return `isrc:${lookup.isrc}`;
    case 'search':
      return `search:${keyOf(lookup.title)}|${lookup.artist === null ? '' : keyOf(lookup.artist)}`;
  }
}

// A text that folds to nothing is itself. The key is stored in an index.
const keyOf = (text: string): string => boundKey(fold(text) || text.trim());

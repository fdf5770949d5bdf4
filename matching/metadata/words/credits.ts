// What stands beside artists' names.

import type { Wordings } from './wordings.ts';

/** In front of names inside a title. Written in lower case, not folded: "f/" and "w/" would lose their stroke. */
export const creditWords = {
  featured: ['feat', 'ft', 'featuring', 'feature', 'f/'],
  with: ['with', 'w/'],
  producer: ['prod', 'produced by', 'prod by', 'producer'],
  'original artist': [
    'originally performed by',
    'original(?:ly)? by',
    'in the style of',
    'made famous by',
    'tribute to',
  ],
} as const satisfies Readonly<Record<string, Wordings>>;

/** Of these, those that need no bracket: what follows them in running words is a credit, not the song's name. */
export const bareCreditWords: Wordings = ['feat', 'ft', 'featuring', 'prod\\.? by', 'prod', 'w/'];

/** Between two names of one credit; not folded. "x" is read by the grammar, as it is also a name's end ("Lil Nas X"). */
export const joiningWords: Wordings = [
  'and',
  'feat\\.?',
  'ft\\.?',
  'featuring',
  'with',
  'vs\\.?',
  'versus',
  'presents',
  'pres\\.?',
  // Spanish, Portuguese, Italian
  'y',
  'e',
  'con',
  // French, German, Russian
  'et',
  'und',
  'mit',
  'и',
];

/** In front of a guest in brackets behind a name: "Drake (feat. Rihanna)". */
export const bracketedGuestWords: Wordings = ['feat\\.?', 'ft\\.?', 'featuring', 'with'];

/** Behind a name, and no part of it. */
export const nameEndings: Wordings = [
  ' official(?: artist| music| channel)?',
  ' topic',
  'vevo',
  ' vevo',
  ' music official',
  ' oficial',
];

/** Behind the name in an artist's account: "adelevevo", "gorillazofficial". */
export const accountEndings: Wordings = ['official', 'music', 'vevo', 'hq'];

/** Authors that name nobody. */
export const nobodysNames: Wordings = [
  'unknown(?: artist)?',
  'various(?: artists)?',
  'va',
  'artist',
  'n a',
  'null',
  'undefined',
  'none',
  'tiktok',
  'user ?\\d*',
  'user\\d+',
];

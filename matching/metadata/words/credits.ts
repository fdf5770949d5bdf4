// What stands beside artists' names.

import type { Wordings } from './wordings.ts';

/** In front of names inside a title. Written in lower case, not folded: "f/" and "w/" would lose their stroke. */
export const creditWords = {
  featured: [
    'feat',
    'ft',
    'featuring',
    'feature',
    'f/',
    // Portuguese
    'part\\.(?!\\s*(?:\\d|[ivx]+\\b))',
    'participação(?: especial)?(?: de)?',
    // Russian, Ukrainian
    'при уч\\.?',
    'при участии',
    'фит',
    'за участю',
    // Korean
    '피처링',
  ],
  with: [
    'with',
    'w/',
    // Spanish, Italian; French; German; Dutch, Swedish, Danish, Norwegian; Indonesian; Vietnamese
    'con',
    'avec',
    'mit',
    'met',
    'med',
    'bersama',
    'cùng',
  ],
  producer: ['prod', 'produced by', 'prod by', 'producer'],
  'original artist': [
    'originally performed by',
    'original(?:ly)? by',
    'in the style of',
    'made famous by',
    'tribute to',
  ],
} as const satisfies Readonly<Record<string, Wordings>>;

/** Behind a guest's name. Turkish puts it there. */
export const creditWordsBehind: Wordings = ['ile'];

/** "With Strings", "with lyrics": nobody is named. The first word behind "with", or the one behind an article. */
export const nobodysParts: Wordings = [
  'strings?',
  'orchestra',
  'orchestre',
  'orchester',
  'orquesta',
  'orquestra',
  'choir',
  'coro',
  'piano',
  'band',
  'banda',
  'mariachi',
  'cuerdas',
  'cordas',
  'archi',
  'guitar',
  'vocals?',
  'backing',
  'horns',
  'drums',
  'intro',
  'commentary',
  'lyrics?',
  'letra',
  'paroles',
  'sozleri',
  'testo',
  'songtext',
  'text',
  'ia',
  'ai',
];

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
  // Spanish, Portuguese, Italian, Catalan
  'y',
  'e',
  'i',
  'con',
  'com',
  // French, German, Dutch
  'et',
  'avec',
  'und',
  'mit',
  'en',
  // Swedish, Danish, Norwegian, Finnish
  'och',
  'og',
  'med',
  'ja',
  // Russian, Ukrainian
  'и',
  'та',
  // Turkish, Vietnamese, Indonesian
  've',
  'và',
  'dan',
  // Chinese, Korean, Hindi, Arabic
  '和',
  '와',
  '과',
  'और',
  'و',
];

/** The same, written between two names without spaces. Where letters of one script stand on both sides it may be part of a word. */
export const joiningLetters: Wordings = ['と'];

/** In front of a guest in brackets behind a name: "Drake (feat. Rihanna)". */
export const bracketedGuestWords: Wordings = ['feat\\.?', 'ft\\.?', 'featuring', 'with', 'con', 'avec', 'mit'];

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

/** Between a title and its artist in running words. */
export const byWords: Wordings = [
  'by',
  // German, French, Spanish, Portuguese, Italian, Dutch
  'von',
  'par',
  'por',
  'di',
  'van',
  // Swedish, Danish, Polish
  'av',
  'af',
  'przez',
  // Indonesian, Turkish, Vietnamese
  'oleh',
  'tarafindan',
  'boi',
  // Russian, Ukrainian
  'от',
  'від',
];

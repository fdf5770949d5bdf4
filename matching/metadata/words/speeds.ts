// What was done to a recording without performing it anew: speed, pitch, effects.

import type { Wordings } from './wordings.ts';

/** In front of a speed, any number of them. `ultra`: its sibling without the word is another release. */
export const intensities = {
  ultra: ['ultra', 'super', 'extra', 'hyper', 'mega', 'extremely', 'insanely'],
  slightly: ['slightly'],
  unspecific: ['very', 'perfectly', 'really', 'so', 'more', 'most'],
} as const satisfies Readonly<Record<string, Wordings>>;

export const fasterWords: Wordings = [
  '(?:speed|speeded|spead|spedd) ?up(?:ed)?',
  'sped(?: ?up)?',
  'fast(?:er)?(?= version| ver|$)',
  'nightcore',
  'night core',
  'speedy',
  // Spanish, Portuguese
  'acelerad[oa]',
  'acelere',
  'rapido',
  // French, Italian
  'accelere',
  'velocizzata',
  // German, Polish
  'schneller',
  'przyspieszon[aey]',
  // Turkish, Indonesian
  'hizlandirilmis',
  'hizli',
  'dipercepat',
  // Russian
  'ускоренн?[а-я]*',
  'ускорено',
  'спид ап',
];

export const slowerWords: Wordings = [
  'slowed(?: ?down)?',
  'slow(?:er)?(?= version| ver| and reverb| n reverb| reverb|$)',
  'slowd',
  'slowmo',
  'daycore',
  'chopped (?:and|n) screwed',
  'screwed',
  // Spanish, Portuguese
  'ralentizad[oa]',
  'desacelerad[oa]',
  'lento',
  'lenta',
  // French, Italian
  'ralenti',
  'rallentata',
  // German, Polish
  'langsamer',
  'zwolnion[aey]',
  'spowolnion[aey]',
  // Turkish
  'yavaslatilmis',
  // Russian
  'замедленн?[а-я]*',
  'замедлено',
];

/** Chinese, Japanese and Korean are written without spaces: these count inside a word too. */
export const joinedFasterWords: Wordings = [
  '[0-9]+倍速?',
  '加速',
  '倍速',
  '快速',
  'スピードアップ',
  '高速',
  '빠른',
  '스피드업',
];
export const joinedSlowerWords: Wordings = ['降速', '减速', '減速', '慢速', '慢放', 'スロー', '슬로우', '느린'];
/** What they may end with. */
export const joinedSpeedEndings: Wordings = ['版', 'ver', 'バージョン', '버전'];

export const pitchWords: Wordings = [
  '(?:(?:high(?:er)?|low(?:er)?) )?pitch(?:ed)?(?: (?:up|down|shifted))?',
  'chipmunk',
  'deep voice',
  'deeper',
];

/** Effects that leave the speed alone, by the name that tells siblings apart; null: the words themselves. */
export const effects: readonly { readonly detail: string | null; readonly wordings: Wordings }[] = [
  // First, as "lofi" is an effect only while the words behind it are still there.
  {
    detail: null,
    wordings: [
      'echo(?:ed)?',
      'underwater',
      'muffled',
      'lo ?fi(?= (?:slowed|reverb))',
      'empty arena',
      'from another room',
      'loud',
    ],
  },
  { detail: 'reverb', wordings: ['(?:with |n |and )?(?:heavy |extra |more )?re?verb(?:ed)?'] },
  { detail: '8d', wordings: ['(?:8|9|10|16|24|3)d(?: audio| music| sound)?'] },
  { detail: 'bass boosted', wordings: ['bass ?boost(?:ed)?', 'boosted bass', 'bass'] },
];

/** Beside a speed these say nothing more. */
export const besideSpeed: Wordings = [
  'version',
  'ver',
  'versi',
  'versao',
  'audio',
  'edit',
  'remix',
  'mix',
  'song',
  'sound',
  'music',
  'tik',
  'tok',
  'tiktok',
  'by',
  'official',
  'the',
  'and',
  'n',
  'y',
  'e',
  'edition',
  'effect',
  'full',
  'lyrics',
  'new',
  'best',
  'part',
  'to',
  'perfection',
  'release',
  'original',
  'clean',
  'explicit',
  'a',
  'bit',
  'trend',
  'viral',
  'super',
  'ultra',
  '\\d{1,3}',
];

/** Alone these may as well be a name: "(Bass)", "(Loud)", "(Lento)". */
export const notASpeedAlone: Wordings = [
  'bass',
  'loud',
  'echo',
  'speed',
  'lento',
  'lenta',
  'rapido',
  'screwed',
  'deeper',
  'x',
];

// What was done to a recording without performing it anew: speed, pitch, effects.

import type { Wordings } from './wordings.ts';

/** In front of a speed, any number of them. `ultra`: its sibling without the word is another release. */
export const intensities = {
  ultra: ['ultra', 'super', 'extra', 'hyper', 'mega', 'extremely', 'insanely'],
  slightly: ['slightly'],
  unspecific: ['very', 'perfectly', 'really', 'so', 'more', 'most', 'mas', 'mais', 'plus', 'piu', 'muy', 'muito'],
} as const satisfies Readonly<Record<string, Wordings>>;

export const fasterWords: Wordings = [
  '(?:speed|speeded|spead|spedd) ?up(?:ed)?',
  'sped(?: ?up)?',
  'fast(?:er)?(?= version| ver|$)',
  'nightcore',
  'night core',
  'speedy',
  // Spanish, Portuguese
  'acelerad[oax]',
  'acelere',
  'rapid[oa]',
  // French, Italian
  'acceleree?',
  'rapide',
  'velocizzat[oa]',
  'accelerat[oa]',
  'veloce',
  // German, Polish
  'schneller',
  'beschleunigte?s?',
  'schnelle?r?',
  'schnellere[rsn]?',
  'przyspieszon[aey]',
  // Turkish, Indonesian, Vietnamese
  'hizlandirilmis',
  'hizli',
  'dipercepat',
  'tang toc',
  'tua nhanh',
  // Russian
  'ускоренн?[а-я]*',
  'быстр[а-я]+',
  'ускорено',
  'спид ап',
  'наиткор',
  // Arabic, Hindi
  'سبيد اب',
  'مسرع[ةه]?',
  'اسرع',
  'سريع[ةه]?',
  'तेज',
  'तेज़',
  'स्पीड अप',
  // Korean
  '나이트코어',
  '빠르게',
  '빠른',
  '스피드업',
  '[0-9]* ?배속',
  // Japanese
  'ナイトコア',
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
  'ralentizad[oax]',
  'desacelerad[oa]',
  'lento',
  'lenta',
  // French, Italian
  'ralentie?',
  'lente?',
  'rallentat[oa]',
  // German, Polish
  'langsamer(?:e[rsn]?)?',
  'verlangsamte?s?',
  'zwolnion[aey]',
  'spowolnion[aey]',
  // Turkish, Indonesian, Vietnamese
  'yavaslatilmis',
  'diperlambat',
  'lam cham',
  'tua cham',
  'cham lai',
  // Russian
  'замедленн?[а-я]*',
  'медленн[а-я]+',
  'замедлено',
  // Arabic, Hindi
  'بطيء',
  'بطيي[ةه]?',
  'ابطا',
  'سلو',
  'धीम[ाी]',
  'स्लो',
  // Korean
  '느리게',
  '느린',
  '슬로우',
];

/** Chinese, Japanese and Korean are written without spaces: these count inside a word too. */
export const joinedFasterWords: Wordings = [
  '(?<!0 ?)[0-9]+ ?倍速?',
  '加速',
  '倍速',
  '快速',
  'スピードアップ',
  '高速',
  '빠른',
  '스피드업',
];
export const joinedSlowerWords: Wordings = [
  '0 ?[0-9] ?倍速?',
  '降速',
  '减速',
  '減速',
  '慢速',
  '慢放',
  'スローダウン',
  'スロー',
  '低速',
  '슬로우',
  '느린',
];
/** What they may end with. */
export const joinedSpeedEndings: Wordings = ['版', 'ver', 'バージョン', '버전'];

export const pitchWords: Wordings = [
  '(?:(?:high(?:er)?|low(?:er)?) )?pitch(?:ed)?(?: (?:up|down|shifted))?',
  'chipmunks?',
  'deep voice',
  'deeper',
  // Spanish, Italian
  'agud[oa]',
  'piu acut[oa]',
  // Chinese, Korean
  '[降升]调版?',
  '변조',
  '피치업',
  '피치다운',
  // Japanese
  'ピッチ(?:上げ|下げ|アップ|ダウン)',
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
      '(?:(?:playing )?(?:in|from) )?(?:an? |the )?(?:empty|another|next) (?:room|arena|mall|hall|house|club)',
      'underground',
      'loud',
    ],
  },
  {
    detail: 'reverb',
    wordings: [
      '(?:with |n |and |y |e |et |con )?(?:heavy |extra |more )?re?verb(?:e|ed|ero)?',
      'riverbero',
      'ريورب',
      'ريفيرب',
      'реверб[а-я]*',
      'リバーブ',
      '리버브',
    ],
  },
  { detail: '8d', wordings: ['(?:8|9|10|16|24|3)d(?: audio| music| sound)?'] },
  { detail: 'bass boosted', wordings: ['bass ?boost(?:ed)?', 'boosted bass', 'bass'] },
];

/** Beside a speed these say nothing more. */
export const besideSpeed: Wordings = [
  'version',
  'ver',
  'versi',
  'versao',
  'versione',
  'versiyonu?',
  'версия',
  'wersja',
  'ban',
  'phien',
  'نسخ[ةه]',
  'वर्जन',
  'गति',
  '버전',
  'バージョン',
  '版',
  'speed',
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
  'lent',
  'lente',
  'rapid[oa]',
  'rapide',
  'veloce',
  'سريع[ةه]?',
  'agud[oa]',
  'screwed',
  'deeper',
  'x',
];

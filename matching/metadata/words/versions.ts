// Wording of other performances, cuts and mixes of a song: each is another recording. The first entry that a wording meets counts.

import type { VersionKind } from '../tags.ts';
import { languages, languagesBehindVersion } from './languages.ts';
import { anyOf, type Wordings } from './wordings.ts';

export interface VersionWording {
  readonly version: VersionKind;
  /** One of these may stand in front. */
  readonly before?: Wordings;
  readonly wordings: Wordings;
  /** Any of these may follow, in any number. */
  readonly after?: Wordings;
  /** How it ends: a regular expression. What its group holds says whose, where or in which language. */
  readonly end?: string;
}

export const versionWordings: readonly VersionWording[] = [
  // ---- acoustic
  { version: 'acoustic', wordings: ['(?:mtv )?unplugged'], end: '(?: (?:at|in|on|version|session|live) ?(.*))?' },
  {
    version: 'acoustic',
    before: ['[0-9]{4}', '[0-9]{4} live', 'live'],
    wordings: [
      'acoustic',
      'stripped(?: down)?',
      'unplugged',
      'piano and vocal',
      // Spanish, Portuguese, Italian
      'acustico',
      'acustica',
      // French, German
      'acoustique',
      'akustik',
    ],
    after: ['version', 'ver', 'mix', 'live', 'session', 'cover', 'performance', 'take', 'edit', 'guitar'],
    end: '(?: (?:at|from|in) (.*))?',
  },
  // French and Spanish put the noun first.
  { version: 'acoustic', wordings: ['version(?:e|en)? (?:acustica|acoustique)'] },

  // ---- live
  {
    version: 'live',
    before: ['official'],
    wordings: [
      'live',
      'recorded live',
      'live performance',
      // Spanish, Portuguese, Italian
      'en vivo',
      'ao vivo',
      'en directo',
      'dal vivo',
      // French
      'en direct',
      'en public',
      // Turkish, Polish
      'canli',
      'na zywo',
      // Russian
      'концерт',
      'вживую',
      // Chinese
      '现场',
      '現場',
      '现场版',
      '現場版',
      'live版',
      // Japanese, Korean
      'ライブ',
      'ライブ版',
      '라이브',
    ],
    after: [
      'version',
      'ver',
      'video',
      'audio',
      'edit',
      'mix',
      'recording',
      'session',
      'sessions',
      'performance',
      'take',
      'vocal',
      'album',
    ],
    end: '(?:(?: ?(?:at|from|in|on|bei|im|aus|en|no|na|au|a|tour|for|lounge|session)) (.+))?',
  },
  {
    version: 'live',
    wordings: [
      'live (?:[0-9]{4}|(?:.+ )?(?:tour|festival|session|sessions|lounge|concert|arena|stadium|[0-9]{4}))',
      // Whose or which: "BBC Radio 1 Live Session", "NPR Tiny Desk Concert"
      '(?:(.+) )?(?:live sessions?|live version|live ver|live lounge|live performance|live at .+|live from .+|concert version|tiny desk concert|a colors show|in concert|session)',
      'version (?:live|en vivo|ao vivo|en directo|en direct|dal vivo|en public)',
    ],
  },

  { version: 'live', wordings: ['(?:recorded|performed) (?:live )?(?:at|in|from)'], end: ' (.+)' },

  // ---- instrumental
  { version: 'instrumental', wordings: ['version instrumentale?'] },
  {
    version: 'instrumental',
    before: ['official'],
    wordings: [
      'instrumentals?',
      'inst',
      'beat',
      'beats',
      'type beat',
      'off vocal',
      'backing track',
      'no vocals',
      'without vocals',
      'instrumental version',
      'minus one',
      'minus',
      // Spanish, Italian
      'instrumentales?',
      'strumentale',
      // Russian
      'минус',
      'минусовка',
      // Chinese, Japanese
      '伴奏',
      '纯音乐',
      '純音樂',
      'インスト',
    ],
    after: ['version', 'ver', 'mix', 'edit', 'track', 'cover'],
  },

  // ---- karaoke
  {
    version: 'karaoke',
    wordings: ['karaoke', 'sing along', 'singalong', 'カラオケ', '노래방', 'караоке'],
    end: '(?: .*)?',
  },
  {
    version: 'karaoke',
    wordings: ['(?:.+ )?karaoke'],
    after: ['version', 'ver', 'track', 'instrumental', 'with lyrics'],
  },

  // ---- a cappella
  {
    version: 'a cappella',
    wordings: ['a ?cap+el+a', 'acapela', 'vocals? only', 'only vocals?', 'isolated vocals?', 'studio acapella'],
    after: ['version', 'ver', 'mix', 'cover'],
  },

  // ---- cover
  {
    version: 'cover',
    before: [
      'my',
      'a',
      'the',
      'short',
      'quick',
      'full',
      'piano',
      'guitar',
      'violin',
      'female',
      'male',
      'rock',
      'metal',
      'acoustic',
      'drum',
      'choir',
      'orchestra',
      'ukulele',
      'cello',
      'sax',
      'saxophone',
      'flute',
    ],
    wordings: [
      'cover',
      'covered',
      // Chinese
      'cover版',
      '翻唱',
      '翻自',
      // Japanese, Korean
      'カバー',
      '歌ってみた',
      '弾いてみた',
      '커버',
      // Russian
      'кавер',
      'кавер версия',
    ],
    after: ['version', 'ver', 'song', 'video', 'by', 'of', 'live'],
    end: '(?: (.+))?',
  },
  { version: 'cover', wordings: ['(.+) (?:cover|kavar|кавер|カバー|커버|翻唱)(?: (?:version|ver))?'] },
  {
    version: 'cover',
    wordings: [
      '(?:female|male|girl|boy|kids|duet|choir) (?:version|ver)',
      // Chinese
      '女声版',
      '男声版',
      '女版',
      '男版',
      '童声版',
      '女生版',
      '男生版',
    ],
  },

  // ---- demo
  {
    version: 'demo',
    before: ['original', 'early', 'home', 'rough', 'first', 'studio', 'voice memo', 'phone'],
    wordings: ['demo', 'demos', 'voice memo', 'rough mix', 'work in progress', 'wip', 'デモ'],
    after: ['version', 'ver', 'tape', 'recording', 'take', '[0-9]{1,4}', 'mix'],
  },

  // ---- extended
  {
    version: 'extended',
    before: ['original', 'club', 'full'],
    wordings: ['extended'],
    after: ['mix', 'version', 'ver', 'edit', 'play', 'club mix'],
  },
  { version: 'extended', wordings: ['club mix', '12 mix', '12 version', 'long version extended', 'maxi'] },

  // ---- loop
  {
    version: 'loop',
    wordings: [
      '(?:perfect |perfectly |seamless )?loop(?:ed)?(?: (?:version|ver|[0-9]+ (?:hours?|hrs?|h|min(?:utes?)?)))?',
      '(?:[0-9]+|one|two|ten) (?:hours?|hrs?|h)(?: (?:loop|version|ver|mix))*',
      // Chinese
      '1小时',
      '一小时',
      '循环版',
    ],
  },

  // ---- language
  {
    version: 'language',
    before: ['in'],
    wordings: [`(${languages.join('|')})`],
    after: ['version', 'ver', 'edition', 'lyrics', 'language', 'remix', 'mix', 'cover'],
  },
  {
    version: 'language',
    wordings: ['version', 'ver', 'versao'],
    end: ` (?:en |em )?(${languagesBehindVersion.join('|')})`,
  },

  // ---- mashup
  { version: 'mashup', wordings: ['(?:mash ?up|medley)'], end: '(?: (.+))?' },
  { version: 'mashup', wordings: ['(.+) (?:mash ?up|medley)'] },
];

/** "Taylor's …", "Moonlit …": a version with a name. */
export const versionNouns: Wordings = ['version', 'ver', 'rendition', 'take', 'バージョン', '버전', 'версия'];
/** The same, written onto the name. */
export const joinedVersionNouns: Wordings = ['版', 'バージョン', '버전'];

/** In a version's name these name nobody. */
export const nobodyInVersion: Wordings = [
  'the',
  'official',
  'a',
  'my',
  'original',
  'new',
  'full',
  's',
  'of',
  'by',
  'and',
  'version',
  'ver',
  'mix',
  'remix',
  'edit',
  'with',
  'vocal',
  'super',
  'best',
  '音',
];

/** One version's wording as a regular expression. */
export const versionPattern = ({ before = [], wordings, after = [], end = '' }: VersionWording): RegExp =>
  new RegExp(
    `^${before.length === 0 ? '' : `(?:${anyOf(before)} )?`}${anyOf(wordings)}${after.length === 0 ? '' : `(?: ${anyOf(after)})*`}${end}$`,
    'u',
  );

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
  // ---- sessions of services, stations and rooms
  {
    version: 'session',
    wordings: [
      'spotify singles?',
      'amazon (?:music )?originals?',
      'deezer (?:originals?|sessions?)',
      'vevo (?:lift|dscvr)',
      'apple music (?:live|home session|session)',
      'itunes (?:live|session)',
      'audiotree',
      'kexp',
      '(?:npr music )?tiny desk',
      'like a version',
      'the first take',
      'a colors show',
      'coke studio',
      'daytrotter',
      'take away show',
      'honda stage',
    ],
    after: ['live', 'version', 'session', 'sessions', 'concert', 'performance', 'home', 'season', '[0-9]+'],
    end: '(?:(?: ?(?:at|from|in|on|recorded)) (.+))?',
  },
  { version: 'session', wordings: ['(?:live )?from the first take', 'live on kexp'] },
  { version: 'session', wordings: ['recorded (?:live )?at'], end: ' (.+)' },

  // ---- arrangements
  {
    version: 'arrangement',
    wordings: [
      'with (?:a |the |full |live )?(?:strings?|orchestra|choir|string quartet|big band)',
      'strings? (?:version|ver|mix|quartet)',
      'string quartet',
      'stripped back',
      // Spanish, Portuguese, French, Italian, German
      '(?:con|com|avec|mit) (?:cuerdas|cordas|archi|orquesta|orquestra|orchestra|orchestre|orchester|mariachi|banda|coro)',
      '(?:piano|pianoforte) (?:y|e|et|und|and) (?:voz|voce|voix|gesang|strings)',
      '(?:voz|voce|voix) (?:y|e|et) (?:piano|pianoforte|violao|guitarra|chitarra|guitare)',
      '(?:guitarra|chitarra|guitare) (?:y|e|et) (?:voz|voce|voix)',
      // Chinese, Japanese, Korean
      '弾き語り',
      '和楽器',
      '钢琴版',
      '鋼琴版',
      '吉他版',
      '피아노 버전',
    ],
    after: ['version', 'ver', 'mix', 'live', 'acoustic'],
  },

  // ---- recorded anew, other takes
  {
    version: 're-recorded',
    wordings: [
      're ?record(?:ed|ing)',
      'new recording',
      '[0-9]+(?:th|st|nd|rd) anniversary (?:version|ver|mix)',
      'anniversary (?:version|ver|mix)',
      // Spanish, Portuguese, French, Italian, German
      'regrabacion',
      'regrabad[oa]',
      'regravacao',
      'regravad[oa]',
      'reenregistrement',
      'reenregistree?',
      'riregistrat[oa]',
      'neuaufnahme',
      // Russian, Japanese, Chinese
      'перезапись',
      '再録',
      '新録',
      '周年記念',
      '重录',
      '重錄',
    ],
    after: ['version', 'ver', 'edit', '[0-9]{4}', '版'],
  },
  {
    version: 'take',
    before: ['[0-9]{4}', 'studio', 'early'],
    wordings: [
      '(?:alternate|alternative) (?:take|mix|version)',
      'take [0-9]{1,2}',
      'out ?takes?',
      'work tape',
      'rehearsal',
    ],
    after: ['[0-9]{1,2}', 'version'],
  },

  // ---- what is no recording of the song at all
  {
    version: 'tutorial',
    before: ['piano', 'guitar', 'easy'],
    wordings: [
      'tutorial',
      'lessons?',
      'how to play',
      'synthesia',
      // Spanish, Portuguese, French, Italian, Russian
      'tutorial de (?:piano|guitarra)',
      'aula de (?:violao|piano|guitarra)',
      'tuto(?:riel)?(?: piano| guitare)?',
      'lezione di (?:chitarra|pianoforte)',
      'разбор на (?:гитаре|пианино)',
    ],
  },
  {
    version: 'made by a machine',
    wordings: [
      'ai',
      'a i',
      'ai (?:cover|version|generated|remix|song)',
      // Spanish, Portuguese, French, Italian, German
      'ia',
      '(?:hech[oa]|feit[oa]|creat[oa]|fait|generee?|generad[oa]) (?:con|por|com|par|avec) (?:ia|ai)',
      'ki (?:version|cover|generiert)',
      'неиросеть',
      '(?:ai|ia|ии) ?(?:翻唱|カバー|커버|कवर|кавер|cover)',
    ],
  },
  {
    version: 'whole album',
    wordings: [
      '(?:the )?(?:full|whole|complete|entire) (?:album|ep|lp|mixtape)',
      'album complet[oa]?',
      'disco completo',
      'album completo',
    ],
    after: ['stream', 'hd', 'hq', '[0-9]{4}', 'playlist'],
  },

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
      // Russian, Japanese, Korean
      'акустика',
      'акустическая',
      'アコースティック',
      '어쿠스틱',
    ],
    after: ['версия', 'version', 'ver', 'mix', 'live', 'session', 'cover', 'performance', 'take', 'edit', 'guitar'],
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
      'концертн(?:ая|ыи) (?:запись|версия)',
      'живая запись',
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
      'インストゥルメンタル',
      // Korean: "music recorded"
      'mr',
      'inst',
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
      // Vietnamese: "sung"
      'hat',
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
    ],
  },
  {
    version: 'loop',
    wordings: [
      // Hours in Spanish, Portuguese, French, Italian, German, Dutch, Swedish, Danish, Turkish, Indonesian, Vietnamese, Polish, Russian, Arabic, Hindi
      '(?:[0-9]{1,2}|un|une|una|uma|ein|eine|bir) ?(?:heures?|horas?|or[ae]|stunden?|uur|uren|timm[ae]r?|timer?|saat|jam|tieng|godzin[ay]?)',
      '(?:полтора|[0-9]{1,2}|один|два) ?час(?:а|ов)?',
      '(?:[0-9]{1,2} )?ساع(?:[ةه]|ات)',
      '(?:[0-9]{1,2}|एक|दो|दस) (?:घंट|घण्ट)[ाे]',
      // Over and over
      '(?:(?:en|in|em|im) )?(?:boucle|bucle|dauerschleife|endlosschleife)',
      '(?:em|in|en|im) loop',
      'lap lai',
      'зациклен[а-я]*',
      'تكرار',
      'लूप',
    ],
    end: '(?: .*)?',
  },
  {
    version: 'loop',
    wordings: [
      // Chinese, Japanese, Korean
      '(?:[0-9]{1,2}|一|十) ?(?:个|個)?小[时時]',
      '(?:单曲|單曲|无限|無限)?循[环環]',
      '[0-9]{1,2} ?時間',
      '(?:無限|作業用)?ループ',
      '作業用bgm',
      '(?:[0-9]{1,2}|한) ?시간',
      '(?:무한|연속)? ?반복',
    ],
    end: '.*',
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
  { version: 'mashup', wordings: ['(.+) vs (.+)'] },
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

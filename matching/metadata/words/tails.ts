// What is hardly ever the end of a song's name, so that it is read as a tag at the end of running words, without bracket or dash.
// In brackets many more wordings are read: those of the other lists.

import { barePartWords } from './parts.ts';
import { intensities } from './speeds.ts';
import { anyOf, type Wordings } from './wordings.ts';

export interface TailWording {
  /** A text that has none of these, in lower case, is not looked at any further: most have none. */
  readonly hints: Wordings;
  readonly wordings: Wordings;
}

/** "So", "more" and "más" are as likely the name's last word. */
const intensity = `(?:${anyOf(intensities.ultra, intensities.slightly)} )*`;

/** Between two names, as written: nothing else is ever meant by it. */
export const speedTail =
  '(?:sped ?up|slowed(?: down)?|nightcore|daycore)(?:\\s*(?:\\+|&|and|n|x)?\\s*reverb)?(?: version)?';

/** The first that fits is taken, and then the rest looked at again. */
export const tailWordings: readonly TailWording[] = [
  {
    hints: ['sped', 'speed', 'slow', 'night', 'day'],
    wordings: [
      `${intensity}(?:sped ?up|speed ?up|speeded up|spedup|nightcore|slowed(?: down)?|slowd|daycore)(?: (?:and|n|with|x|plus))?(?: ?(?:heavy |extra )?re?verb(?:ed)?)?(?: (?:and|n) (?:bass ?boosted|8d(?: audio)?|pitched(?: up| down)?))?(?: (?:version|ver|remix|edit|audio|tiktok|song|to perfection))*(?: by [^ ]+(?: [^ ]+)?)?`,
    ],
  },
  // The same in other languages: what no song's name ends with but the altered release's.
  {
    hints: [
      'ele',
      'acc[^ ]l',
      'veloc',
      'rallent',
      'ralent',
      'schleunig',
      'langsam',
      'h[^ ]zland',
      'yava[^ ]lat',
      'diper',
      'уск',
      'замедл',
      'спид',
    ],
    wordings: [
      '(?:(?:version|versao|versione|versi) )?(?:acelerad[oa]|velocizzat[oa]|accelerat[oa]|accelere|acceleree|ralentizad[oa]|desacelerad[oa]|rallentat[oa]|ralentie?)(?: (?:and |y |e |et |con )?(?:reverb|riverbero))?',
      '(?:beschleunigte?|verlangsamte?)(?: version)?',
      '(?:hizlandirilmis|yavaslatilmis)(?: versiyonu?)?',
      '(?:versi )?(?:dipercepat|diperlambat)',
      '(?:ускоренн?(?:ая|о)|замедленн?(?:ая|о))(?: версия)?',
      'спид ап',
    ],
  },
  {
    hints: [
      '배속',
      '나이트',
      '스피드',
      '버전',
      '速',
      '调',
      '調',
      'ナイト',
      'スピード',
      'スロー',
      'مسرع',
      'سبيد',
      'chopped',
      '[0-9]x',
    ],
    wordings: [
      '(?:[0-9](?: [0-9]{1,2})? ?)?배속',
      '나이트코어',
      '스피드업(?: 버전)?',
      '(?:빠른|느린|슬로우) 버전',
      '(?:[0-9](?: [0-9]{1,2})? ?)?倍速',
      '(?:加速|降速|[降升][调調])版?',
      '(?:ナイトコア|スピードアップ|スローダウン)(?: ?ver)?',
      '(?:نسخ[ةه] )?مسرع[ةه]',
      'سبيد اب',
      'chopped (?:and|n) screwed',
      '[01] [0-9]{1,2}x(?: speed)?',
    ],
  },
  {
    hints: ['8d', '16d', 'bass', 'verb'],
    wordings: ['(?:8d|16d)(?: audio)?', 'bass ?boosted', '(?:with )?reverb(?:ed)? (?:version|only)', 'reverbed'],
  },
  {
    hints: ['版', '伴奏', '片段'],
    wordings: ['加速版', '倍速版', '降速版', '慢速版', '抖音版', 'dj版', '伴奏', '完整版', '现场版', '片段'],
  },
  {
    hints: ['vid', 'audio', 'visuali'],
    wordings: [
      '(?:(?:official|offizielles|oficial|officiel|ufficiale) )?(?:music video|lyric video|lyrics video|video ?clip|audio|video|visuali[sz]er)(?: (?:hd|hq|4k|oficial|oficiel|officiel|official|ufficiale))?(?<=official .+|video|video ?clip(?: [a-z]+)?|visualizer|visualiser)',
    ],
  },
  // "Life in HD" is a name.
  { hints: ['hd$', 'hq$'], wordings: ['(?<!(?:^| )in )(?:hd|hq)'] },
  {
    hints: ['sub'],
    wordings: ['sub(?:s|titulos?|titulad[oa]|titles)? (?:en |in )?(?:espanol|ingles|english|spanish)'],
  },
  { hints: ['tik'], wordings: ['(?:tik ?tok) (?:version|ver|release|edit|remix|trend|viral|song|sound|audio)'] },
  {
    hints: ['edit', 'mix', 'version'],
    wordings: ['(?:radio|extended|original|club|single|video) (?:edit|mix|version)'],
  },
  { hints: ['remaster'], wordings: ['(?:[0-9]{4} )?remaster(?:ed)?(?: [0-9]{4})?(?: version)?'] },
  {
    hints: ['version', 'ver$'],
    wordings: [
      '(?:(?:official )?(?:instrumental|karaoke|acoustic|a ?cappella|acapella|live|album|single|studio|piano|demo|english|spanish|korean|japanese)) (?:version|ver)',
    ],
  },
  {
    hints: ['instrumental', 'karaoke', 'cap', 'acoustic', 'unplugged', 'mash'],
    wordings: ['instrumental', 'karaoke', 'acapella', 'a cappella', 'acoustic', 'unplugged', 'mashup', 'mash up'],
  },
  { hints: ['live'], wordings: ['(?:live) (?:at|from) .+'] },
  { hints: ['version'], wordings: ['taylors version'] },
  { hints: ['cover'], wordings: ['cover by .+'] },
  { hints: ['mix', 'rmx', 'bootleg'], wordings: ['remix', 'rmx', 'bootleg'] },
  {
    hints: ['pt', 'part', 'vol'],
    wordings: [`${anyOf(barePartWords)} ?(?:[0-9]{1,2}|ii|iii|iv|v|vi|one|two|three)`],
  },
  {
    hints: ['teaser', 'snippet', 'unreleased', 'out', 'soon', 'save'],
    wordings: [
      '(?:song )?(?:teaser|snippet|unreleased|out now|coming soon|out (?:friday|soon|monday|tuesday|wednesday|thursday|saturday|sunday|tomorrow|tonight)|pre ?save now)',
    ],
  },
  { hints: ['full', 'lyrics', 'letra'], wordings: ['full song', 'lyrics', 'letra'] },
];

// "Original sound" as the platforms write it, by locale: titles that say nothing about the music.
// Collected from the platforms' interfaces; locales that are missing here only cost a useless search, never a link.

import { fold } from './fold.ts';

const labels: readonly string[] = [
  // English, and the words other platforms use
  'original sound',
  'original audio',
  'promoted music',
  'promoted sound',
  'commercial sound',
  // Romance
  'sonido original',
  'audio original',
  'som original',
  'áudio original',
  'son orixinal',
  'so original',
  'àudio original',
  'son original',
  "audio d'origine",
  "son d'origine",
  'suono originale',
  'audio originale',
  'sunet original',
  'sunetul original',
  'sonus originalis',
  // Germanic
  'originalton',
  'original-ton',
  'originaler ton',
  'originalsound',
  'original-audio',
  'originaler sound',
  'origineel geluid',
  'originele audio',
  'oorspronkelijk geluid',
  'oarspronklik lûd',
  'oorspronklike klank',
  'originalljud',
  'original lyd',
  'originallyd',
  'originalt lyd',
  'upprunalegt hljóð',
  // Slavic and Baltic
  'oryginalny dźwięk',
  'dźwięk oryginalny',
  'oryginalne audio',
  'původní zvuk',
  'originální zvuk',
  'pôvodný zvuk',
  'originálny zvuk',
  'originalni zvuk',
  'izvorni zvuk',
  'izvorni zvok',
  'izvirni zvok',
  'originalus garsas',
  'oriģinālā skaņa',
  'оригинальный звук',
  'оригинальная аудиодорожка',
  'оригінальний звук',
  'арыгінальны гук',
  'оригинален звук',
  'оригинални звук',
  'оригиналан звук',
  // Other European
  'eredeti hang',
  'zëri origjinal',
  'tingulli origjinal',
  'alkuperäinen ääni',
  'originaalheli',
  'algne heli',
  'sain wreiddiol',
  'fuaim bhunaidh',
  'jatorrizko soinua',
  'αρχικός ήχος',
  'πρωτότυπος ήχος',
  'origina sono',
  'originala sono',
  'ħoss oriġinali',
  // Turkic, Caucasus, Iranian
  'түпнұсқа дыбыс',
  'түпнуска үн',
  'original tovush',
  'asl ovoz',
  'orijinal ses',
  'özgün ses',
  'orijinal səs',
  'dengê orîjînal',
  'ორიგინალური ხმა',
  'ორიგინალი ხმა',
  'օրիգինալ ձայն',
  'صدای اصلی',
  'эх дуу',
  // Semitic
  'الصوت الأصلي',
  'صوت أصلي',
  'صوت اصلي',
  'צליל מקורי',
  'סאונד מקורי',
  // South Asia
  'اصل آواز',
  'मूल ध्वनि',
  'मौलिक ध्वनि',
  'ओरिजिनल साउंड',
  'ओरिजिनल ऑडियो',
  'मूळ आवाज',
  'मूळ ध्वनी',
  'অরিজিনাল সাউন্ড',
  'মূল শব্দ',
  'அசல் ஒலி',
  'ఒరిజినల్ సౌండ్',
  'అసలు శబ్దం',
  'ಮೂಲ ಧ್ವನಿ',
  'യഥാർത്ഥ ശബ്ദം',
  'ਮੂਲ ਧੁਨੀ',
  'મૂળ ધ્વનિ',
  'ओरिजिनल साउन्ड',
  'මුල් හඬ',
  // South-East Asia
  'เสียงต้นฉบับ',
  'nhạc nền',
  'âm thanh gốc',
  'suara asli',
  'audio asli',
  'swara asli',
  'sora asli',
  'bunyi asal',
  'audio asal',
  'orihinal na tunog',
  'tunog na orihinal',
  'orihinal na audio',
  'សំឡេងដើម',
  'မူရင်းအသံ',
  'ສຽງຕົ້ນສະບັບ',
  // East Asia
  'オリジナル楽曲',
  'オリジナル曲',
  'オリジナルサウンド',
  'オリジナル音源',
  '오리지널 사운드',
  '원본 오디오',
  '원본 소리',
  '오리지널 오디오',
  '원본 사운드',
  '原声',
  '原创音乐',
  '原创声音',
  '原创音频',
  '原聲',
  '原創音樂',
  '原創聲音',
  '原創音訊',
  '原聲音訊',
  '抖音原声',
  '视频原声',
  '作品原声',
  // Africa
  'umsindo wokuqala',
  'ruzha rwepakutanga',
  'phokoso loyambirira',
  'sauti asili',
  'sauti halisi',
  'asalin sauti',
  'isandi sokuqala',
];

const foldedLabels: ReadonlySet<string> = new Set(labels.map((label) => fold(label)));
/** Labels that run into the creator's name without a dash: "geluid van anna". */
const namedAfter: readonly string[] = ['geluid van', 'lûd fan'].map((label) => fold(label));
const byLength = [...foldedLabels]
  .filter((label) => label.includes(' ') || /[^\p{Script=Latin} ]/u.test(label))
  .sort((a, b) => b.length - a.length);
const longestLabel = Math.max(...[...foldedLabels].map((label) => label.length));
const firstWords: ReadonlySet<string> = new Set(byLength.map((label) => label.split(' ')[0] ?? label));

export type Label = { readonly creator: string | null };

/**
 * Whether one segment of a title (the text between " - ") is a placeholder, and whom it names.
 * Null when it is not: "Original Soundtrack" and a song called "Original" are not.
 */
export function readLabel(segment: string): Label | null {
  const key = fold(segment);
  if (foldedLabels.has(key)) return { creator: null };
  const douyin = !/[声聲]/u.test(segment)
    ? null
    : /^\s*@?(.{0,80}?)(?:创作的|創作的|的)(?:原声|原聲)\s*$/u.exec(segment);
  if (douyin) return { creator: (douyin[1] ?? '').trim() || null };
  const named = namedAfter.find((label) => key.startsWith(`${label} `));
  if (named !== undefined) return { creator: key.slice(named.length + 1) };
  const space = key.indexOf(' ');
  const first = space < 0 ? key : key.slice(0, space);
  if (!firstWords.has(first) && key.length <= longestLabel + 100) return null;
  for (const label of byLength) {
    if (!key.startsWith(`${label} `)) continue;
    const rest = key.slice(label.length + 1);
    if (/^(?:track|tracks|recording|of|album|version|mix)\b/.test(rest)) return null;
    return { creator: rest.replace(/^(?:by|de|von|van|di|от|από|du|da|do|of) /u, '') || null };
  }
  return null;
}

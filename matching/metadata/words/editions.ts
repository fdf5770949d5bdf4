// Wording of releases and uploads: which edition it is, or that it is a video. None of it makes another performance.

import type { SoftVersion } from '../tags.ts';
import type { Wordings } from './wordings.ts';

/** Marks that tell two editions of one recording apart, without forbidding a link. */
export const editionMarks: readonly { readonly soft: SoftVersion; readonly wordings: Wordings }[] = [
  { soft: 'explicit', wordings: ['(?:explicit|dirty|uncensored)(?: (?:version|ver|edit|lyrics))?'] },
  { soft: 'clean', wordings: ['(?:clean|censored|edited)(?: (?:version|ver|edit))?'] },
  {
    soft: 'remaster',
    wordings: [
      '(?:[0-9]{4}|digital|digitally|new|hd|stereo|remix)? ?re ?master(?:ed|izado)?(?: (?:digital|version|ver|edition|[0-9]{4}|in [0-9]{4}|stereo))*',
      'remasterizado(?: [0-9]{4})?',
      '(?:[0-9]{4}|[0-9]+(?:th|st|nd|rd) anniversary) remaster(?:ed)?(?: version)?',
    ],
  },
  {
    soft: 'mono',
    wordings: ['(?:[0-9]{4} )?mono(?: (?:version|mix|re ?master(?:ed)?|[0-9]{4}))*', 're ?master(?:ed)? (?:in )?mono'],
  },
];

const cutNouns = '(?:version|ver|mix|edit|cut)';

/** Another length or mix of the same take, by which one it is. Where a station's or a country's name stands before it, it is no remix by them. */
export const cuts: Readonly<Record<string, Wordings>> = {
  radio: [`(?:(?:uk|us|usa|eu|german|french|italian) )?(?:radio|airplay|promo) ${cutNouns}`, 'radio'],
  'original radio': [`original radio ${cutNouns}`],
  single: [`(?:(?:uk|us|usa|eu|original|the) )*(?:single|7|7 inch) ${cutNouns}`],
  album: [`(?:(?:the|original) )?(?:album|lp|ep|full length|main|cd) ${cutNouns}`],
  video: [`(?:video|tv) ${cutNouns}`, 'tv size(?: ver(?:sion)?)?'],
  short: [`(?:short|shortened) ${cutNouns}`, '(?:edit|cut)'],
  stereo: ['stereo mix'],
};

const official: Wordings = ['official', 'offizielles', 'oficial', 'officiel', 'ufficiale'];
const uploaded: Wordings = [
  'video',
  'audio',
  'visuali[sz]er',
  'clip',
  'mv',
  'm v',
  'music video',
  'videoclip',
  'song',
  'sound',
  'single',
  'version',
  'release',
  'video clip',
];
const uploadEndings: Wordings = [
  'hd',
  'hq',
  '4k',
  'oficial',
  'oficiel',
  'officiel',
  'ufficiale',
  'official',
  'with lyrics',
  'lyrics?',
];
const releases: Wordings = [
  'original',
  'full',
  'studio',
  'standard',
  'digital',
  'download',
  'stereo',
  'regular',
  'default',
  'spotify',
  'apple music',
  'youtube',
  'final',
  'real',
  'complete',
];
const platforms: Wordings = ['tik ?tok', 'tt', 'douyin', 'reels?', 'shorts', 'snack ?video', 'kwai'];

/** Wording that says nothing about the music. */
export const neutralWordings: Wordings = [
  'stereo(?: version)?',
  'tik ?tok ?(?:edit|cut)',
  // uploads: "Official Music Video HD", "Lyrics", "Sub Español"
  `(?:the )?(?:${official.join('|')})?(?: ?(?:hd|hq|4k))?(?: ?(?:music|lyrics?|lyric|audio))? ?(?:${uploaded.join('|')})?(?: (?:${uploadEndings.join('|')}))?`,
  'sub(?:s|titulos?|titulad[oa]|titles)? (?:en |in )?(?:espanol|ingles|english|spanish)',
  'lyrics?(?: in description)?',
  'letra',
  'paroles',
  'testo',
  'hd',
  'hq',
  '4k',
  'with lyrics',
  'audio only',
  // releases: "Album Version", "Original Mix", "Deluxe Edition"
  'original',
  `(?:the )?(?:original )?(?:${releases.join('|')}) (?:version|ver|mix|release|song|audio|recording|single)`,
  'bonus(?: track)?',
  'pista adicional',
  'hidden track',
  'deluxe(?: (?:edition|version))?',
  'expanded edition',
  '(?:[0-9]+(?:th|st|nd|rd) )?anniversary(?: edition)?',
  'new',
  'single',
  'ep',
  'lp',
  'album',
  'track',
  'explicit content',
  // "(100%)", all of it
  '100',
  // platforms: "TikTok Version", "viral on TikTok"
  `(?:${platforms.join('|')}) ?(?:version|ver|release|edit|trend|viral|sound|audio|song|cut|exclusive|hit|trending)?`,
  '(?:viral|trending|trend)(?: (?:on )?(?:tik ?tok|song|sound|audio))?',
  'as (?:seen|heard) on tik ?tok',
  // which piece of it
  'song',
  'audio',
  'sound',
  'music',
  'clip',
  'chorus(?: only)?',
  'hook',
  'bridge',
  'verse(?: [0-9])?',
  'refrain',
  'drop',
  'best part',
  'the best part',
  'beat drop',
  'loud',
  'full song',
  'full',
  'free download',
  'free',
  // Chinese
  'tiktok 版',
  '抖音版',
  '完整版',
  '片段',
  '副歌',
  '高潮版',
  '高潮',
  '原唱',
  '正式版',
  // Japanese, Korean
  'フル',
  'フルver',
  '公式',
  '公式音源',
  '공식',
  'full ver',
];

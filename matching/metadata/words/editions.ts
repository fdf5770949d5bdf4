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
      '(?:[0-9]{4}|digital|digitally|new|hd|stereo|mono|remix)? ?re ?master(?:ed|izado)?(?: (?:digital|version|ver|edition|[0-9]{4}|in [0-9]{4}|stereo|mono))*',
      'remasterizado(?: [0-9]{4})?',
      '(?:[0-9]{4}|[0-9]+(?:th|st|nd|rd) anniversary) remaster(?:ed)?(?: version)?',
    ],
  },
  { soft: 'mono', wordings: ['mono(?: (?:version|mix))?'] },
];

/** A shorter cut of the same recording. */
export const shortCuts: Wordings = [
  '(?:radio|single|video|short|shortened|tv|tv size|airplay|promo)? ?(?:edit|cut)',
  '(?:radio|short|shortened|video|tv|airplay|promo) (?:version|ver|mix|edit)',
  'tv size(?: ver(?:sion)?)?',
  'radio',
];

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
  'main',
  'album',
  'single',
  '7',
  'lp',
  'ep',
  'full',
  'full length',
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
  'long',
  'cd',
  '7 inch',
  '12 inch',
];
const platforms: Wordings = ['tik ?tok', 'tt', 'douyin', 'reels?', 'shorts', 'snack ?video', 'kwai'];

/** Wording that says nothing about the music. */
export const neutralWordings: Wordings = [
  'stereo(?: (?:version|mix))?',
  '(?:album|tik ?tok) ?(?:edit|cut)',
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
  'hidden track',
  'deluxe(?: (?:edition|version))?',
  'expanded edition',
  '(?:[0-9]+(?:th|st|nd|rd) )?anniversary(?: (?:edition|version))?',
  'new',
  'single',
  'ep',
  'lp',
  'album',
  'track',
  'explicit content',
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

// Remixes: the words for them, and the styles that they are in.

import type { Wordings } from './wordings.ts';

/** "Tiësto Remix", "VIP Mix", "Bootleg": a tag whoever made it. */
export const mixWords: Wordings = [
  'remix',
  'remixes',
  'rmx',
  'remixed',
  're ?edit',
  'edit',
  'mix',
  'bootleg',
  'flip',
  'rework',
  'reworked',
  're ?fix',
  're ?make',
  're ?work',
  're ?imagined',
  // Spanish, Russian
  'remezcla',
  'ремикс',
  // Japanese, Korean, Chinese
  'リミックス',
  '리믹스',
  'dj版',
  'dj 版',
  '混音',
  '混音版',
];

/** Of these a producer makes several from one song, so that their name says which: "(VIP)", "(Dub)". */
export const namedMixWords: Wordings = ['vip(?: mix)?', 'dub(?: mix)?'];

/** A style beside "remix" or "version": "Phonk Remix". A tag even alone, in brackets. */
export const stylesAlone: Wordings = [
  'phonk',
  'hardstyle',
  'hardtekk',
  'jersey club',
  'lo ?fi',
  '8 ?bit',
  '16 ?bit',
  'orchestral',
  'music box',
];

/** Alone these may be a name: "(Rock)"; "(Rock Version)" is none. */
export const styles: Wordings = [
  'drill',
  'techno',
  'amapiano',
  'afro house',
  'house',
  'funk',
  'dnb',
  'drum and bass',
  'eurodance',
  'synthwave',
  'piano',
  'violin',
  'guitar',
  'metal',
  'rock',
  'jazz',
  'bossa nova',
  'reggae',
  'trap',
  'cumbia',
  'dembow',
  'brega funk',
  'epic',
  'ambient',
  'choir',
  'chill',
];

/** Any of these may follow. */
export const afterMix: Wordings = ['version', 'ver', 'remix', 'mix', 'edit', 'version by', 'cover'];
/** One of these at the end makes a style a mix. */
export const mixEndings: Wordings = ['version', 'ver', 'remix', 'mix', 'edit', 'cover'];

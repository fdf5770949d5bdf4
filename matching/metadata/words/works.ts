// How composers' works are catalogued. Folded.

import type { Wordings } from './wordings.ts';

/** In front of a number. */
export const catalogues: Wordings = [
  'op',
  'opus',
  'bwv',
  'kv?',
  'rv',
  'hwv',
  'hob',
  'woo',
  'deutsch',
  'd',
  'buxwv',
  'twv',
  's',
  'l',
  'wwv',
];

/** "in C-sharp minor", "en mi mineur", "in e moll". */
export const keyWords: Wordings = [
  'in [a-g](?: (?:sharp|flat))? (?:major|minor)',
  'en (?:ut|do|re|mi|fa|sol|la|si)(?: (?:diese|bemol))? (?:majeur|mineur)',
  'in (?:[a-h]|cis|dis|es|fis|gis|as) (?:dur|moll)',
];

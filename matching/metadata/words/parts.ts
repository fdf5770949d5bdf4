// Parts of a work: another part is another recording.

import type { Wordings } from './wordings.ts';

/** In front of a number. */
export const partWords: Wordings = [
  'pt',
  'pts',
  'part',
  'parts',
  'parte',
  'partie',
  'teil',
  'vol',
  'volume',
  'chapter',
  'movement',
  'mvt',
  'act',
];

/** Of these, those that need no bracket: "Another Brick in the Wall Pt. 2". */
export const barePartWords: Wordings = ['pt', 'pts', 'part', 'parte', 'vol', 'volume'];

export const numerals: Readonly<Record<string, string>> = {
  i: '1',
  ii: '2',
  iii: '3',
  iv: '4',
  v: '5',
  vi: '6',
  vii: '7',
  viii: '8',
  ix: '9',
  x: '10',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
};

/** Parts with a name of their own. */
export const namedParts: Wordings = [
  'interlude',
  'intro',
  'outro',
  'reprise',
  'prelude',
  'skit',
  'overture',
  'epilogue',
  'prologue',
];

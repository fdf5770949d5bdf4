// What a song was made for: films, series, games, musicals.

import type { Wordings } from './wordings.ts';

/** In front of a name in quotes; not folded: 'From "Dangerous Minds"'. */
export const fromWords: Wordings = ['from', 'de', 'aus', 'из'];

/** Between "from the" and a name in quotes. */
export const quotedProductions: Wordings = [
  'motion picture',
  'movie',
  'film',
  'series',
  'netflix series',
  'album',
  'musical',
  'game',
];

/** Between "from the" and a name without quotes. */
export const productions: Wordings = [
  ...quotedProductions,
  'tv series',
  'netflix film',
  'disney',
  'soundtrack',
  'video game',
  'broadway musical',
];

/** Behind a name: "Titanic Original Motion Picture Soundtrack". */
export const soundtracks: Wordings = ['soundtrack', 'ost'];

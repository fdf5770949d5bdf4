// What a song was made for: films, series, games, musicals.

import type { Wordings } from './wordings.ts';

/** In front of a name in quotes; not folded: 'From "Dangerous Minds"'. */
export const fromWords: Wordings = [
  'from',
  'aus',
  'из',
  // Spanish, Portuguese, Italian, French
  'de(?: la (?:pel.cula|serie))?',
  'd[oa] (?:filme|s.rie|novela|trilha)',
  'd(?:al|alla|el) (?:film|serie)',
  '(?:extrait d[ue]|bande originale d[ue]|tir. d[ue])(?: la)? (?:film|s.rie)',
  // German, Russian
  'aus dem film',
  'из (?:фильма|сериала|к/ф)',
  // Arabic
  'من (?:فيلم|مسلسل)',
];

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

/** Chinese and Thai put the production in front of what the song is in it; folded. The group holds its name. */
export const themesOf: Wordings = [
  '(?:电影|電影|电视剧|電視劇|韩剧|动画|動畫|网剧)(.+?)(?:宣传|宣傳|推广|推廣)?(?:主题曲|主題曲|插曲|片尾曲|片头曲|片頭曲|推广曲)',
  '(.+?)(?:电影|電影|电视剧|電視劇)(?:宣传|宣傳|推广|推廣)?(?:主题曲|主題曲|插曲|片尾曲|片头曲|片頭曲|推广曲)',
  'เพลงประกอบ(?:ละคร|ภาพยนตร์|ซีรีส์) ?(.+)',
];

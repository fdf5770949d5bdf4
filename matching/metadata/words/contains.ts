// "Contains music from:", which TikTok appends to users' sounds in the viewer's language. Written in lower case, not folded.

import type { Wordings } from './wordings.ts';

export const containsWords: Wordings = [
  'contains music from',
  'includes music from',
  'contiene música de',
  'contém música de',
  'contient de la musique de',
  'contient la musique de',
  'enthält musik von',
  'contiene musica di',
  'bevat muziek van',
  'berisi musik dari',
  'mengandung musik dari',
  'содержит музыку из',
  'müzik içerir',
  '包含以下音乐',
  '包含音乐',
  '収録楽曲',
];

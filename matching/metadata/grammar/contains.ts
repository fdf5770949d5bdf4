// "Contains music from: Title - Artist": the platform names the song that a user's sound contains.

import type { Tag } from '../tags.ts';
import { containsWords } from '../words/contains.ts';
import { anyOf } from '../words/wordings.ts';

const contains = new RegExp(`${anyOf(containsWords)}\\s*[:：]\\s*`, 'iu');

export function readContains(text: string): Tag | null {
  if (!/[:：]/.test(text)) return null;
  const found = contains.exec(text);
  if (!found) return null;
  const named = text.slice(found.index + found[0].length).trim();
  const dash = named.indexOf(' - ');
  if (dash <= 0) return named === '' ? null : { kind: 'contains', title: named, artist: null };
  // The artist comes last; a title may hold a dash itself ("Song - Remix - Artist").
  const last = named.lastIndexOf(' - ');
  return { kind: 'contains', title: named.slice(0, last).trim(), artist: named.slice(last + 3).trim() || null };
}

// "Contains music from: Title - Artist", "… Title · Artist": the platform names the song that a user's sound contains.

import type { Tag } from '../tags.ts';
import { containsWords } from '../words/contains.ts';
import { anyOf } from '../words/wordings.ts';

const contains = new RegExp(`${anyOf(containsWords)}\\s*[:：]\\s*`, 'iu');

export function readContains(text: string): Tag | null {
  if (!/[:：]/.test(text)) return null;
  const found = contains.exec(text);
  if (!found) return null;
  const named = text.slice(found.index + found[0].length).trim();
  // The artist comes last; a title may hold a dash itself ("Song - Remix - Artist").
  const parted = /^(.+)\s[-·|]\s(.*)$/su.exec(named);
  if (parted === null) return named === '' ? null : { kind: 'contains', title: named, artist: null };
  return { kind: 'contains', title: (parted[1] ?? '').trim(), artist: (parted[2] ?? '').trim() || null };
}

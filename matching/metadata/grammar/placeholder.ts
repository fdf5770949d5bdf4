// Placeholders: "original sound" in some language, alone or with its creator's name.

import { fold } from '../fold.ts';
import { notBehindPlaceholder, placeholders, placeholdersOf, placeholderJoints } from '../words/placeholders.ts';
import { anyOf } from '../words/wordings.ts';

const folded: ReadonlySet<string> = new Set(placeholders.map((wording) => fold(wording)));
const foldedOf: readonly string[] = placeholdersOf.map((wording) => fold(wording));
/** Those that may stand in front of a name without a dash, the longest first. One Latin word alone might be a name's first. */
const leading = [...folded]
  .filter((wording) => wording.includes(' ') || /[^\p{Script=Latin} ]/u.test(wording))
  .sort((a, b) => b.length - a.length);
const longest = Math.max(...[...folded].map((wording) => wording.length));
const firstWords: ReadonlySet<string> = new Set(leading.map((wording) => wording.split(' ')[0] ?? wording));
const another = new RegExp(`^${anyOf(notBehindPlaceholder)}\\b`);
const joint = new RegExp(`^${anyOf(placeholderJoints)} `, 'u');

/**
 * Whether one segment of a title (the text between " - ") is a placeholder, and whom it names.
 * Null when it is not: "Original Soundtrack" and a song called "Original" are not.
 */
export function readPlaceholder(segment: string): { readonly creator: string | null } | null {
  const key = fold(segment);
  if (folded.has(key)) return { creator: null };
  const douyin = !/[声聲]/u.test(segment)
    ? null
    : /^\s*@?(.{0,80}?)(?:创作的|創作的|的)(?:原声|原聲)\s*$/u.exec(segment);
  if (douyin) return { creator: (douyin[1] ?? '').trim() || null };
  const named = foldedOf.find((wording) => key.startsWith(`${wording} `));
  if (named !== undefined) return { creator: key.slice(named.length + 1) };
  const space = key.indexOf(' ');
  const first = space < 0 ? key : key.slice(0, space);
  if (!firstWords.has(first) && key.length <= longest + 100) return null;
  for (const wording of leading) {
    if (!key.startsWith(`${wording} `)) continue;
    const rest = key.slice(wording.length + 1);
    return another.test(rest) ? null : { creator: rest.replace(joint, '') || null };
  }
  return null;
}

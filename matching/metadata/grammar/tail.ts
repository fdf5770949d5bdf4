// Tags at the end of running words, without bracket or dash: "Rasputin nightcore", "Rockstar ft. 21 Savage".

import { fold } from '../fold.ts';
import type { Tag } from '../tags.ts';
import { bareCreditWords } from '../words/credits.ts';
import { speedTail, tailWordings } from '../words/tails.ts';
import { anyOf } from '../words/wordings.ts';
import { readClause } from './clause.ts';
import { readCredit, splitCreditAtEnd } from './credit.ts';

const hint = new RegExp(anyOf(...tailWordings.map(({ hints }) => hints), bareCreditWords), 'u');
const tails = tailWordings.map(({ wordings }) => new RegExp(`(?:^| )(${anyOf(wordings)})$`, 'u'));
/** Each takes a look at all that is left: a hostile title of nothing but tags has to end. */
const mostTails = 5;

/** @returns what is left of the text as written, and the tags, the last one first. */
export function peelTail(raw: string): { readonly rest: string; readonly tags: readonly Tag[] } {
  if (!hint.test(raw.toLowerCase())) return { rest: raw, tags: [] };
  let rest = raw;
  const tags: Tag[] = [];
  for (let round = 0; round < mostTails; round += 1) {
    const worded = wordedTail(rest) ?? creditTail(rest);
    if (worded === null) break;
    tags.push(...worded.tags);
    rest = worded.rest;
  }
  return { rest, tags };
}

const inside = new RegExp(`^(.*[\\p{L}\\p{N}].*?\\s+)(${speedTail})(\\s+\\S.*)$`, 'isu');
const onlySpeed = new RegExp(`^\\s*${speedTail}\\s*$`, 'isu');

/** Nothing but an unmistakable speed, which is no song's name even in front: "Nightcore - Title (Artist)". */
export const isSpeedOnly = (raw: string): boolean => onlySpeed.test(raw);

/** "Title sped up Artist": the names on both sides, and the tags between them; null where there is nothing of that kind. */
export function splitAtSpeed(
  raw: string,
): readonly [before: string, wording: string, after: string, tags: readonly Tag[]] | null {
  if (!hint.test(raw.toLowerCase())) return null;
  const found = inside.exec(raw);
  if (found === null) return null;
  const [, before = '', wording = '', after = ''] = found;
  const tags = readClause(wording);
  return tags === null || /^\s+by\s/iu.test(after) ? null : [before, wording, after, tags];
}

type Peeled = { readonly rest: string; readonly tags: readonly Tag[] };

function wordedTail(text: string): Peeled | null {
  const words = [...text.matchAll(/\S+/gu)];
  const keys = words.map((word) => (/[\p{L}\p{N}&+]/u.test(word[0]) ? foldWord(word[0]) : ''));
  const key = keys.filter(Boolean).join(' ');
  const found = tails
    .map((pattern) => pattern.exec(key)?.[1])
    .find((tail) => tail !== undefined && tail.length < key.length);
  if (found === undefined) return null;
  const start = rawStart(keys, found);
  const at = start === null ? null : (words[start]?.index ?? null);
  if (at === null || at === 0 || !/[\p{L}\p{N}]/u.test(text.slice(0, at))) return null;
  const tags = readClause(found);
  return tags === null ? null : { rest: text.slice(0, at).trimEnd(), tags };
}

function creditTail(text: string): Peeled | null {
  const split = splitCreditAtEnd(text);
  const credit = split === null ? null : readCredit(split[1]);
  return split === null || credit === null ? null : { rest: split[0], tags: [credit] };
}

function foldWord(word: string): string {
  if (word === '+' || word === '&') return 'and';
  const key = fold(word);
  return /[\p{L}\p{N}]/u.test(key) ? key : '';
}

/** Index of the raw word where the folded tail begins, or null when it begins inside a word. */
function rawStart(keys: readonly string[], tail: string): number | null {
  let length = -1;
  for (let i = keys.length - 1; i >= 0; i -= 1) {
    const key = keys[i] ?? '';
    if (key === '') continue;
    length += key.length + 1;
    if (length === tail.length) return i;
    if (length > tail.length) return null;
  }
  return null;
}

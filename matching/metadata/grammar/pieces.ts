// A title taken apart: bracket groups, segments between dashes, hashtags, words; nothing is thrown away.
//   title    := segment (" - " segment)* with groups ( … ) [ … ] 【 … 】 anywhere, hashtags and emoji
//   segment  := one or more tags (clause.ts), else words, from whose end tags are peeled (tail.ts)
//   words    := name ("sped up" name)?                       uploads put it between title and artist
//   group    := one or more tags, else a subtitle (another name of the song, its artist, or what nobody can read)

import { fold } from '../fold.ts';
import type { Tag } from '../tags.ts';
import { readTags } from './clause.ts';
import { readContains } from './contains.ts';
import { readTeaser } from './edition.ts';
import { readPlaceholder } from './placeholder.ts';
import { isSpeedOnly, peelTail, splitAtSpeed } from './tail.ts';

export interface Piece {
  readonly kind: 'base' | 'separator' | 'group' | 'tag' | 'hashtag' | 'ignored';
  readonly raw: string;
}

/** A segment that is nothing but tags; behind an artist it may be a title all the same ("Cub Sport - Video"). */
export interface TaggedSegment {
  readonly raw: string;
  readonly tags: readonly Tag[];
}

/** What was found so far, in order. */
export interface Draft {
  readonly pieces: Piece[];
  readonly bases: string[];
  readonly subtitles: string[];
  /** Of each subtitle: how many bases stand before it. */
  readonly subtitlesAfter: number[];
  readonly hashtags: string[];
  readonly tags: Tag[];
  readonly tagged: TaggedSegment[];
  /** Segments that are nothing but one hashtag, without its sign. */
  readonly hashtagged: string[];
  /** Names in quotes of their own kind: 「…」. */
  readonly quoted: string[];
}

export const emptyDraft = (): Draft => ({
  pieces: [],
  bases: [],
  subtitles: [],
  subtitlesAfter: [],
  hashtags: [],
  tags: [],
  tagged: [],
  hashtagged: [],
  quoted: [],
});

const maxDepth = 3;

const closing: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '（': '）',
  '【': '】',
  '［': '］',
  '〔': '〕',
  '「': '」',
  '『': '』',
  '《': '》',
  '〈': '〉',
  '｢': '｣',
};
const titleQuotes = new Set(['「', '『', '《', '〈', '｢']);

const opensGroup = /[([{（【［〔「『《〈｢]/u;

/** Splits text into bracket groups and plain runs in one pass, keeping every character. */
export function readItems(text: string, draft: Draft, depth = 0): void {
  if (!opensGroup.test(text)) {
    readPlain(text, draft);
    return;
  }
  let plainStart = 0;
  let i = 0;
  const runs: { readonly group: boolean; readonly raw: string }[] = [];
  while (i < text.length) {
    const close = closing[text.charAt(i)];
    // "Song - 電影《…》主題曲": in a part behind a dash quotes belong to its words.
    const insidePart = titleQuotes.has(text.charAt(i)) && dash.test(text.slice(plainStart, i));
    // A bracket inside a word ("M(h)aol", "D[r]ead") belongs to the word, and so does an opening one after ":" (a smiley).
    const insideWord =
      i > 0 &&
      /[\p{L}\p{N}:;]/u.test(text.charAt(i - 1)) &&
      '([{'.includes(text.charAt(i)) &&
      closesInsideWord(text, i, close);
    if (close === undefined || insideWord || insidePart) {
      i += 1;
      continue;
    }
    const end = matchingClose(text, i, text.charAt(i), close);
    if (i > plainStart) runs.push({ group: false, raw: text.slice(plainStart, i) });
    runs.push({ group: true, raw: text.slice(i, end) });
    i = end;
    plainStart = end;
  }
  if (plainStart < text.length) runs.push({ group: false, raw: text.slice(plainStart) });
  runs.forEach((run) => {
    if (run.group) readGroup(run.raw, draft, depth);
    else readPlain(run.raw, draft);
  });
}

function closesInsideWord(text: string, open: number, close: string | undefined): boolean {
  if (close === undefined) return false;
  const end = text.indexOf(close, open);
  return end > open && end - open <= 6 && /^[\p{L}\p{N}]$/u.test(text.charAt(end + 1));
}

/** Index after the matching bracket; the end of the text when it is missing, as in cut-off titles. */
function matchingClose(text: string, open: number, opener: string, close: string): number {
  let depth = 0;
  for (let i = open; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === opener) depth += 1;
    else if (char === close) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return text.length;
}

function readGroup(raw: string, draft: Draft, depth: number): void {
  const opener = raw.charAt(0);
  const closed = raw.endsWith(closing[opener] ?? '') && raw.length > 1;
  const inner = raw.slice(1, closed ? -1 : undefined);
  draft.pieces.push({ kind: 'group', raw });
  if (!/[\p{L}\p{N}]/u.test(inner)) return;
  const contains = readContains(inner);
  if (contains) {
    draft.tags.push(contains);
    return;
  }
  // "(Remix [feat. X])": the inner group on its own, then what is left around it.
  if (depth < maxDepth && /[([{（【]/u.test(inner)) {
    const nested = emptyDraft();
    readItems(inner, nested, depth + 1);
    draft.tags.push(...nested.tags);
    draft.hashtags.push(...nested.hashtags);
    for (const subtitle of [...nested.bases, ...nested.subtitles, ...nested.quoted]) addSubtitle(subtitle, draft);
    return;
  }
  if (titleQuotes.has(opener)) {
    const tags = readTags(inner);
    if (tags) {
      draft.tags.push(...tags);
      draft.tagged.push({ raw: inner.trim(), tags });
      return;
    }
    const peeled = peelTail(inner);
    draft.tags.push(...peeled.tags);
    draft.quoted.push(peeled.rest.trim());
    return;
  }
  const { text, hashtags } = takeHashtags(inner);
  draft.hashtags.push(...hashtags);
  const tags = readTags(text);
  if (tags) draft.tags.push(...tags);
  else {
    const peeled = peelTail(text);
    draft.tags.push(...peeled.tags);
    if (peeled.rest.trim() !== '') addSubtitle(peeled.rest.trim(), draft);
  }
}

function addSubtitle(subtitle: string, draft: Draft): void {
  draft.subtitles.push(subtitle);
  draft.subtitlesAfter.push(draft.bases.length);
}

const dash = /\s[-‐‑‒–—―−]\s/u;
const separator =
  /(\s+[-‐‑‒–—―−|~•·・]+\s+|\s*｜+\s*|(?<=\S{2})\|+(?=\S{2})|\s*\/\/+\s*|^\s*[-‐–—―−|~•·]+\s+|\s+[-‐–—―−|~•·]+\s*$)/u;

const mayHoldSeparator = /[-‐‑‒–—―−|~•·・｜/]/u;

function readPlain(raw: string, draft: Draft): void {
  const contains = readContains(raw);
  if (contains) {
    draft.pieces.push({ kind: 'tag', raw });
    draft.tags.push(contains);
    return;
  }
  const parts = mayHoldSeparator.test(raw) ? raw.split(separator) : [raw];
  parts.forEach((part, index) => {
    if (part === '') return;
    if (index % 2 === 1) draft.pieces.push({ kind: 'separator', raw: part });
    else
      readSegment(
        part,
        draft,
        parts.slice(index + 2).some((later) => /[\p{L}\p{N}]/u.test(later)),
      );
  });
}

/** @param leads more segments follow. */
function readSegment(raw: string, draft: Draft, leads: boolean): void {
  const { text, hashtags } = takeHashtags(raw);
  if (hashtags.length > 0) {
    draft.hashtags.push(...hashtags);
    if (text === '' && hashtags.length === 1) draft.hashtagged.push(hashtags[0]!.slice(1));
    for (const part of raw.split(hashtagSplit)) {
      if (part === '') continue;
      if (hashtagSplit.test(part)) draft.pieces.push({ kind: 'hashtag', raw: part });
      else readWords(part, draft, text === part.trim(), leads);
    }
    return;
  }
  readWords(raw, draft, true, leads);
}

function readWords(raw: string, draft: Draft, tagAllowed: boolean, leads: boolean): void {
  const text = raw.trim();
  if (
    !/[\p{L}\p{N}]/u.test(text) &&
    (draft.bases.length > 0 || draft.tags.length > 0 || text === '' || onlyDecoration.test(text))
  ) {
    draft.pieces.push({ kind: 'ignored', raw });
    return;
  }
  const placeholder = readPlaceholder(text);
  if (placeholder) {
    draft.tags.push({ kind: 'placeholder', creator: placeholder.creator });
    draft.pieces.push({ kind: 'tag', raw });
    return;
  }
  const tags = !tagAllowed ? null : draft.bases.length === 0 ? readFirst(text, leads) : readTags(text);
  if (tags) {
    draft.tags.push(...tags);
    draft.tagged.push({ raw: text, tags });
    draft.pieces.push({ kind: 'tag', raw });
    return;
  }
  const peeled = peelTail(raw);
  draft.tags.push(...peeled.tags);
  readName(peeled.rest, draft);
  if (peeled.rest.length < raw.length) draft.pieces.push({ kind: 'tag', raw: raw.slice(peeled.rest.length) });
}

/** The first segment is a name before it is a tag ("Intro", "Live", "Remix" are songs), except for what no song is called. */
function readFirst(text: string, leads: boolean): readonly Tag[] | null {
  return readTeaser(fold(text)) ?? (leads && isSpeedOnly(text) ? readTags(text) : null);
}

function readName(raw: string, draft: Draft): void {
  const parted = splitAtSpeed(raw);
  if (parted !== null) {
    const [before, wording, after, tags] = parted;
    // "Beam, Pt. 2 sped up Payday"
    const peeled = peelTail(before.trimEnd());
    draft.tags.push(...peeled.tags, ...tags);
    draft.pieces.push({ kind: 'base', raw: before }, { kind: 'tag', raw: wording }, { kind: 'base', raw: after });
    draft.bases.push(peeled.rest.trim(), after.trim());
    return;
  }
  draft.pieces.push({ kind: 'base', raw });
  const base = raw.trim();
  if (base !== '') draft.bases.push(base);
}

const onlyDecoration = /^[\p{Extended_Pictographic}\p{Emoji_Component}\p{Cf}\s♬♪♫♩]*$/u;
const hashtagSplit = /((?:^|(?<=\s))[#＃](?=[\p{L}\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]+)/u;
const hashtagAll = /(?:^|(?<=\s))[#＃](?=[\p{L}\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]+/gu;

function takeHashtags(raw: string): { readonly text: string; readonly hashtags: readonly string[] } {
  if (!/[#＃]/.test(raw)) return { text: raw.trim(), hashtags: [] };
  const hashtags = raw.match(hashtagAll) ?? [];
  return { text: raw.replace(hashtagAll, ' ').trim(), hashtags };
}

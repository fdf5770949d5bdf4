// One title as a tree: base, credits, speed, version, part, edition, context, hashtags; and back, every letter.
// The grammar is in grammar/, its word lists in words/. `pieces` hold every character in order, and `render` gives the title back.
// Every word test runs on folded words between spaces, so that "Draft", "alive", "discover" and "Lil Nas X" are left alone.

import { fold } from './fold.ts';
import { emptyDraft, type Draft, type Piece, readItems, type TaggedSegment } from './grammar/pieces.ts';
import { describeTag, type Tag } from './tags.ts';

export interface ParsedTitle {
  readonly raw: string;
  readonly pieces: readonly Piece[];
  /** The unmarked segments, raw and trimmed; more than one when the title reads "X - Y". Empty for a bare placeholder or emoji. */
  readonly bases: readonly string[];
  /** The first unmarked segment: the song's name as far as the title alone can say. */
  readonly base: string;
  /** `base`, folded. Empty when there is none. */
  readonly baseKey: string;
  /** Alternative names in brackets, raw. */
  readonly subtitles: readonly string[];
  /** Of each subtitle: how many bases stand before it. */
  readonly subtitlesAfter: readonly number[];
  readonly hashtags: readonly string[];
  readonly tags: readonly Tag[];
  /** Segments that are nothing but tags, in order. */
  readonly tagged: readonly TaggedSegment[];
  /** Segments that are nothing but one hashtag, without its sign. */
  readonly hashtagged: readonly string[];
  /** The two or more songs that "A x B" may name; null when there is no such mark. */
  readonly mashup: readonly string[] | null;
  readonly teaser: boolean;
  /** The title is "original sound" in some language; `creator` is the uploader it names. */
  readonly placeholder: { readonly creator: string | null } | null;
  /** What could not be read, for people; null when all was. */
  readonly note: string | null;
}

/** Characters read; the rest is kept in the last piece but not looked at. The longest title in public catalogues has about 500. */
export const maxTitleLength = 600;

const remembered = new Map<string, ParsedTitle>();
const rememberedLimit = 4096;

/** Total and linear: any string gives a tree, 100 KB of open brackets included. */
export function parseTitle(raw: string): ParsedTitle {
  const known = remembered.get(raw);
  if (known) return known;
  const parsed = parse(raw);
  // One candidate is scored against many sounds in a row; a bounded memory of a pure function changes nothing but speed.
  if (raw.length <= maxTitleLength) {
    if (remembered.size >= rememberedLimit) remembered.clear();
    remembered.set(raw, parsed);
  }
  return parsed;
}

/** Gives back the title, every letter. */
export function render(parsed: ParsedTitle): string {
  return parsed.pieces.map((piece) => piece.raw).join('');
}

/** One line for people: `"Without Me" · sped up · feat. Juice WRLD · #fyp`. */
export function describeTitle(parsed: ParsedTitle): string {
  const words = parsed.bases.length > 0 ? [parsed.bases.map((base) => `"${base}"`).join(' – ')] : ['(no title)'];
  for (const subtitle of parsed.subtitles) words.push(`also "${subtitle}"`);
  for (const tag of parsed.tags) words.push(describeTag(tag));
  if (parsed.mashup) words.push(`may join ${parsed.mashup.map((part) => `"${part}"`).join(' and ')}`);
  for (const hashtag of parsed.hashtags) words.push(hashtag);
  if (parsed.note) words.push(parsed.note);
  return words.join(' · ');
}

/** Uploads keep the name of the file that they were. */
const fileEnding = /(?<=[\p{L}\p{N})\]])\.(?:avi|wmv|mpe?g|flv|mp[34]|m4a|mov|mkv|wav|flac)\s*$/iu;

function parse(raw: string): ParsedTitle {
  let cut = Math.min(raw.length, maxTitleLength);
  if (cut < raw.length && /[\ud800-\udbff]/.test(raw.charAt(cut - 1))) cut -= 1;
  const text = raw.slice(0, cut);
  const draft = emptyDraft();
  const named = text.lastIndexOf('.') >= text.length - 8 ? text.replace(fileEnding, '') : text;
  readItems(named, draft);
  if (named.length < text.length) draft.pieces.push({ kind: 'ignored', raw: text.slice(named.length) });
  if (cut < raw.length) draft.pieces.push({ kind: 'ignored', raw: raw.slice(cut) });

  // "YOASOBI「夜に駆ける」" names artist and title; a title that is nothing but a group is its inside.
  for (const quoted of draft.quoted) {
    if (draft.bases.length > 0) draft.bases.push(quoted);
    else draft.bases.unshift(quoted);
  }
  if (draft.bases.length === 0 && draft.subtitles.length > 0) {
    draft.bases.push(draft.subtitles.shift() ?? '');
    draft.subtitlesAfter.shift();
  }
  const marked = draft.tags.find((tag) => tag.kind === 'placeholder');
  let placeholder: ParsedTitle['placeholder'] = null;
  if (marked) {
    const creator = marked.creator ?? (draft.bases.length > 0 ? draft.bases.join(' - ') : null);
    placeholder = { creator };
    draft.bases.length = 0;
  }
  // "Leaked" alone is the song, "new song teaser" is none.
  const [only, ...more] = draft.tagged;
  if (draft.bases.length === 0 && !placeholder && only !== undefined && more.length === 0 && !/\s\S+\s/u.test(only.raw))
    draft.bases.push(only.raw);
  // "#selfie" alone is the song; otherwise hashtags are decoration.
  if (draft.bases.length === 0 && !placeholder && draft.hashtags.length > 0) {
    const named = draft.hashtags[0] ?? '';
    draft.bases.push(named.slice(1));
  }
  const base = draft.bases[0] ?? '';
  return {
    raw,
    pieces: draft.pieces,
    bases: draft.bases,
    base,
    baseKey: base === '' ? '' : fold(base),
    subtitles: draft.subtitles,
    subtitlesAfter: draft.subtitlesAfter,
    hashtags: draft.hashtags,
    tags: draft.tags,
    tagged: draft.tagged,
    hashtagged: draft.hashtagged,
    mashup: placeholder ? null : readMashup(draft),
    teaser: draft.tags.some((tag) => tag.kind === 'teaser'),
    placeholder,
    note: cut < raw.length ? `only the first ${cut} of ${raw.length} characters were read` : null,
  };
}

function readMashup(draft: Draft): readonly string[] | null {
  if (draft.bases.length !== 1) return null;
  const parts = (draft.bases[0] ?? '')
    .split(/\s+(?:x|×|✕|vs\.?|versus)\s+/iu)
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
  return parts.length >= 2 ? parts : null;
}

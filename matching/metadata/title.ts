// The grammar of titles.
//   title    := segment (" - " segment)* with groups ( … ) [ … ] 【 … 】 anywhere, hashtags and emoji
//   segment  := words, from whose end tags are peeled: "feat. X", "sped up", "remix", "Pt. 2", "Official Video" …
//   group    := one or more tags, else a subtitle (another name of the song)
// Nothing is thrown away: `pieces` hold every character in order, and `render` gives the title back.
// Every word test runs on folded words between spaces, so that "Draft", "alive", "discover" and "Lil Nas X" are left alone.

import { fold } from './fold.ts';
import { readLabel } from './labels.ts';

export type SpeedEffect = 'sped_up' | 'slowed' | 'pitched' | 'effect';
export type VersionKind =
  | 'live'
  | 'acoustic'
  | 'instrumental'
  | 'karaoke'
  | 'a cappella'
  | 'cover'
  | 'demo'
  | 'extended'
  | 'loop'
  | 'remix'
  | 'own'
  | 'language'
  | 'version'
  | 'mashup';
export type CreditRole = 'featured' | 'with' | 'producer' | 'original artist';

export type Tag =
  | { readonly kind: 'credit'; readonly role: CreditRole; readonly names: string }
  /** `detail` holds the words that tell siblings apart: "ultra", "reverb"; `ratio` is set by "1.25x". */
  | {
      readonly kind: 'speed';
      readonly effect: SpeedEffect;
      readonly detail: readonly string[];
      readonly ratio: number | null;
    }
  /** `who`: folded words that identify the version: the remixer, the venue, the language. */
  | { readonly kind: 'version'; readonly version: VersionKind; readonly who: readonly string[] }
  | { readonly kind: 'part'; readonly part: string }
  /** `soft` distinguishes siblings without forbidding a link: "radio edit", "remaster", "explicit", "clean"; null says nothing. */
  | { readonly kind: 'neutral'; readonly soft: SoftVersion | null }
  | { readonly kind: 'teaser' }
  | { readonly kind: 'context'; readonly of: string }
  | { readonly kind: 'contains'; readonly title: string; readonly artist: string | null }
  | { readonly kind: 'label'; readonly creator: string | null };
export type SoftVersion = 'short' | 'remaster' | 'explicit' | 'clean' | 'mono';

export interface Piece {
  readonly kind: 'base' | 'separator' | 'group' | 'tag' | 'hashtag' | 'ignored';
  readonly raw: string;
}

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
  readonly hashtags: readonly string[];
  readonly tags: readonly Tag[];
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
const maxDepth = 3;

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
export function explain(parsed: ParsedTitle): string {
  const words = parsed.bases.length > 0 ? [parsed.bases.map((base) => `"${base}"`).join(' – ')] : ['(no title)'];
  for (const subtitle of parsed.subtitles) words.push(`also "${subtitle}"`);
  for (const tag of parsed.tags) words.push(describeTag(tag));
  if (parsed.mashup) words.push(`may join ${parsed.mashup.map((part) => `"${part}"`).join(' and ')}`);
  for (const hashtag of parsed.hashtags) words.push(hashtag);
  if (parsed.note) words.push(parsed.note);
  return words.join(' · ');
}

export function describeTag(tag: Tag): string {
  switch (tag.kind) {
    case 'credit':
      return (
        { featured: 'feat. ', with: 'with ', producer: 'produced by ', 'original artist': 'originally by ' }[tag.role] +
        tag.names
      );
    case 'speed': {
      const effect = tag.effect === 'effect' ? '' : tag.effect.replace('_', ' ');
      return [effect, ...tag.detail, tag.ratio === null ? '' : `×${tag.ratio}`].filter(Boolean).join(' ');
    }
    case 'version':
      return describeVersion(tag);
    case 'part':
      return `part ${tag.part}`;
    case 'neutral':
      return tag.soft ?? 'release wording';
    case 'teaser':
      return 'teaser';
    case 'context':
      return `from "${tag.of}"`;
    case 'contains':
      return `contains "${tag.title}"${tag.artist === null ? '' : ` by ${tag.artist}`}`;
    case 'label':
      return tag.creator === null ? 'placeholder' : `placeholder of ${tag.creator}`;
  }
}

export function describeVersion(tag: Extract<Tag, { kind: 'version' }>): string {
  const who = tag.who.join(' ');
  if (who === '') return tag.version;
  if (tag.version === 'own') return `${who}'s version`;
  return tag.version === 'live' || tag.version === 'cover' ? `${tag.version} (${who})` : `${who} ${tag.version}`;
}

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

/** Uploads keep the name of the file that they were. */
const fileEnding = /(?<=[\p{L}\p{N})\]])\.(?:avi|wmv|mpe?g|flv|mp[34]|m4a|mov|mkv|wav|flac)\s*$/iu;

interface Draft {
  readonly pieces: Piece[];
  readonly bases: string[];
  readonly subtitles: string[];
  readonly hashtags: string[];
  readonly tags: Tag[];
  readonly quoted: string[];
}

function parse(raw: string): ParsedTitle {
  let cut = Math.min(raw.length, maxTitleLength);
  if (cut < raw.length && /[\ud800-\udbff]/.test(raw.charAt(cut - 1))) cut -= 1;
  const text = raw.slice(0, cut);
  const draft: Draft = { pieces: [], bases: [], subtitles: [], hashtags: [], tags: [], quoted: [] };
  const named = text.lastIndexOf('.') >= text.length - 8 ? text.replace(fileEnding, '') : text;
  readItems(named, draft, 0);
  if (named.length < text.length) draft.pieces.push({ kind: 'ignored', raw: text.slice(named.length) });
  if (cut < raw.length) draft.pieces.push({ kind: 'ignored', raw: raw.slice(cut) });

  // "YOASOBI「夜に駆ける」" names artist and title; a title that is nothing but a group is its inside.
  for (const quoted of draft.quoted) {
    if (draft.bases.length > 0) draft.bases.push(quoted);
    else draft.bases.unshift(quoted);
  }
  if (draft.bases.length === 0 && draft.subtitles.length > 0) draft.bases.push(draft.subtitles.shift() ?? '');
  const label = draft.tags.find((tag) => tag.kind === 'label');
  let placeholder: ParsedTitle['placeholder'] = null;
  if (label) {
    const creator = label.creator ?? (draft.bases.length > 0 ? draft.bases.join(' - ') : null);
    placeholder = { creator };
    draft.bases.length = 0;
  }
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
    hashtags: draft.hashtags,
    tags: draft.tags,
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

const opensGroup = /[([{（【［〔「『《〈｢]/u;

/** Splits text into bracket groups and plain runs in one pass, keeping every character. */
function readItems(text: string, draft: Draft, depth: number): void {
  if (!opensGroup.test(text)) {
    readPlain(text, draft);
    return;
  }
  let plainStart = 0;
  let i = 0;
  const runs: { readonly group: boolean; readonly raw: string }[] = [];
  while (i < text.length) {
    const close = closing[text.charAt(i)];
    // A bracket inside a word ("M(h)aol", "D[r]ead") belongs to the word, and so does an opening one after ":" (a smiley).
    const insideWord =
      i > 0 &&
      /[\p{L}\p{N}:;]/u.test(text.charAt(i - 1)) &&
      '([{'.includes(text.charAt(i)) &&
      closesInsideWord(text, i, close);
    if (close === undefined || insideWord) {
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
    const nested: Draft = { pieces: [], bases: [], subtitles: [], hashtags: [], tags: [], quoted: [] };
    readItems(inner, nested, depth + 1);
    draft.tags.push(...nested.tags);
    draft.hashtags.push(...nested.hashtags);
    draft.subtitles.push(...nested.bases, ...nested.subtitles, ...nested.quoted);
    return;
  }
  if (titleQuotes.has(opener)) {
    const tags = classify(inner);
    if (tags) draft.tags.push(...tags);
    else draft.quoted.push(inner.trim());
    return;
  }
  const { text, hashtags } = takeHashtags(inner);
  draft.hashtags.push(...hashtags);
  const tags = classify(text);
  if (tags) draft.tags.push(...tags);
  else {
    const peeled = peelTail(text);
    draft.tags.push(...peeled.tags);
    if (peeled.rest.trim() !== '') draft.subtitles.push(peeled.rest.trim());
  }
}

const separator = /(\s+[-‐‑‒–—―−|~•·・]+\s+|\s*[｜|]+\s*|\s*\/\/+\s*|^\s*[-‐–—―−|~•·]+\s+|\s+[-‐–—―−|~•·]+\s*$)/u;

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
    else readSegment(part, draft);
  });
}

function readSegment(raw: string, draft: Draft): void {
  const { text, hashtags } = takeHashtags(raw);
  if (hashtags.length > 0) {
    draft.hashtags.push(...hashtags);
    for (const part of raw.split(hashtagSplit)) {
      if (part === '') continue;
      if (hashtagSplit.test(part)) draft.pieces.push({ kind: 'hashtag', raw: part });
      else readWords(part, draft, text === part.trim());
    }
    return;
  }
  readWords(raw, draft, true);
}

function readWords(raw: string, draft: Draft, tagAllowed: boolean): void {
  const text = raw.trim();
  if (
    !/[\p{L}\p{N}]/u.test(text) &&
    (draft.bases.length > 0 || draft.tags.length > 0 || text === '' || onlyDecoration.test(text))
  ) {
    draft.pieces.push({ kind: 'ignored', raw });
    return;
  }
  const label = readLabel(text);
  if (label) {
    draft.tags.push({ kind: 'label', creator: label.creator });
    draft.pieces.push({ kind: 'tag', raw });
    return;
  }
  // The first segment is a name before it is a tag ("Intro", "Live", "Remix" are songs), except for what no song is called.
  const first = draft.bases.length === 0;
  const tags = !tagAllowed ? null : first ? readTeaser(fold(text)) : classify(text);
  if (tags) {
    draft.tags.push(...tags);
    draft.pieces.push({ kind: 'tag', raw });
    return;
  }
  const peeled = peelTail(raw);
  draft.tags.push(...peeled.tags);
  draft.pieces.push({ kind: 'base', raw: raw.slice(0, peeled.rest.length) });
  if (peeled.rest.length < raw.length) draft.pieces.push({ kind: 'tag', raw: raw.slice(peeled.rest.length) });
  const base = peeled.rest.trim();
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

// TikTok appends it to user sounds; the wording follows the viewer's language.
const containsLabel =
  /(?:contains music from|includes music from|contiene música de|contém música de|contient de la musique de|contient la musique de|enthält musik von|contiene musica di|bevat muziek van|berisi musik dari|mengandung musik dari|содержит музыку из|müzik içerir|包含以下音乐|包含音乐|収録楽曲)\s*[:：]\s*/iu;

function readContains(text: string): Tag | null {
  if (!/[:：]/.test(text)) return null;
  const found = containsLabel.exec(text);
  if (!found) return null;
  const named = text.slice(found.index + found[0].length).trim();
  const dash = named.indexOf(' - ');
  if (dash <= 0) return named === '' ? null : { kind: 'contains', title: named, artist: null };
  // The artist comes last; a title may hold a dash itself ("Song - Remix - Artist").
  const last = named.lastIndexOf(' - ');
  return { kind: 'contains', title: named.slice(0, last).trim(), artist: named.slice(last + 3).trim() || null };
}

// ---- tags ------------------------------------------------------------------------------------------------------------

const credit =
  /^\s*(?:(feat|ft|featuring|feature|f\/)|(with|w\/)|(prod|produced by|prod by|producer)|(originally performed by|original(?:ly)? by|in the style of|made famous by|tribute to))(?![\p{L}\p{N}])\s*[.:]*\s*(.+)$/isu;
const creditInside = /^(.+?)\s+[(]?((?:feat|ft|featuring|prod\.? by|prod|produced by|w\/)(?![\p{L}\p{N}]).+)$/isu;

function readCredit(text: string): Tag | null {
  const found = credit.exec(text);
  if (!found) return null;
  const names = (found[5] ?? '').replace(/^by\s+/iu, '').trim();
  if (!/[\p{L}\p{N}]/u.test(names)) return null;
  const role: CreditRole = found[1] ? 'featured' : found[2] ? 'with' : found[3] ? 'producer' : 'original artist';
  return { kind: 'credit', role, names };
}

/** What a bracket group or dash segment of these words would be read as; null for a name. */
export function readTags(text: string): readonly Tag[] | null {
  return classify(text);
}

const rememberedTags = new Map<string, readonly Tag[] | null>();

/** The tags of one group or dash segment, or null when it is a name and not a tag. Remembered: "Live" and "Remastered" come in thousands. */
function classify(text: string): readonly Tag[] | null {
  const known = rememberedTags.get(text);
  if (known !== undefined) return known;
  const tags = classifyAnew(text);
  if (rememberedTags.size >= rememberedLimit) rememberedTags.clear();
  rememberedTags.set(text, tags);
  return tags;
}

function classifyAnew(text: string): readonly Tag[] | null {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const named = readCredit(trimmed);
  if (named)
    return named.kind === 'credit' && named.role === 'original artist'
      ? [named, { kind: 'version', version: 'cover', who: [] }]
      : [named];
  const inside = creditInside.exec(trimmed);
  if (inside) {
    const before = classify(inside[1] ?? '');
    const after = readCredit(inside[2] ?? '');
    if (before && after) return [...before, after];
  }
  const whole = classifyClause(trimmed);
  if (whole) return whole;
  if (/[,;/|]|\s[-–—+&]\s/.test(trimmed)) {
    const clauses = trimmed.split(/\s*[,;/|]+\s*|\s+[-–—+&]\s+/u).filter((clause) => clause.trim() !== '');
    if (clauses.length > 1 && clauses.length <= 6) {
      const each = clauses.map((clause) => readCreditOrClause(clause));
      if (each.every((tags) => tags !== null)) return each.flat();
    }
  }
  return null;
}

function readCreditOrClause(clause: string): readonly Tag[] | null {
  const named = readCredit(clause);
  return named ? [named] : classifyClause(clause);
}

function classifyClause(text: string): readonly Tag[] | null {
  const key = fold(text);
  return readContext(text, key) ?? readPart(key) ?? readNeutral(key) ?? readSpeed(key) ?? readVersion(key);
}

function readContext(text: string, key: string): readonly Tag[] | null {
  const quoted =
    /^\s*(?:theme\s+)?(?:from|de|aus|из)\s+(?:the\s+(?:motion picture|movie|film|series|netflix series|album|musical|game)\s+)?["“”«»„'‘’](.+?)["“”«»„'‘’]/iu.exec(
      text,
    );
  if (quoted) return [{ kind: 'context', of: fold(quoted[1] ?? '') }];
  const named =
    /^(?:music |theme |song |songs )?from (?:the )?(?:original )?(?:motion picture|movie|film|tv series|series|netflix series|netflix film|disney|musical|soundtrack|album|video game|game|broadway musical)(?: soundtrack)?(?: (.+))?$/.exec(
      key,
    ) ??
    /^from (.+?)(?: (?:original )?(?:motion picture )?(?:soundtrack|score|ost))$/.exec(key) ??
    /^(.+?) (?:original )?(?:motion picture )?(?:soundtrack|ost)$/.exec(key) ??
    /^(?:ost|original soundtrack|soundtrack)(?: from| of)?(?: (.+))?$/.exec(key);
  return named ? [{ kind: 'context', of: (named[1] ?? '').trim() }] : null;
}

const numerals: Readonly<Record<string, string>> = {
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
const partWords = 'pt|pts|part|parts|parte|partie|teil|vol|volume|chapter|movement|mvt|act';
const partWhole = new RegExp(`^(?:${partWords}) ?([0-9]{1,3}|[ivx]{1,5}|one|two|three|four|five)$`);

function readPart(key: string): readonly Tag[] | null {
  const found = partWhole.exec(key);
  if (found) return [{ kind: 'part', part: numerals[found[1] ?? ''] ?? String(Number(found[1])) }];
  if (/^(?:interlude|intro|outro|reprise|prelude|skit|overture|epilogue|prologue)$/.test(key))
    return [{ kind: 'part', part: key }];
  return null;
}

const teaserWords =
  /^(?:(?:new (?:song|single|music|track) )?(?:teaser|snippet|preview|sneak peek|leak|leaked|unreleased)(?: (?:song|track|audio|version|clip|sound|snippet|demo))?|out (?:now|soon|today|tonight|tomorrow|everywhere|monday|tuesday|wednesday|thursday|friday|saturday|sunday|[0-9]{1,2} [0-9]{1,2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* [0-9]{1,2}(?:th|st|nd|rd)?|[0-9]{1,2}(?:th|st|nd|rd)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)(?: (?:midnight|everywhere|now))?|coming soon|pre ?saves?(?: now| link in bio)?|dropping (?:soon|friday|tonight|tomorrow)|new (?:song|single|music|track)(?: soon| coming| out now)?|pre release|prerelease|pre order|demnächst|bald|próximamente|em breve|bientôt|скоро|премьера|未发布|先行公開)$/u;

const neutralWords =
  /^(?:(?:the )?(?:official|offizielles|oficial|officiel|ufficiale)?(?: ?(?:hd|hq|4k))?(?: ?(?:music|lyrics?|lyric|audio))? ?(?:video|audio|visuali[sz]er|clip|mv|m v|music video|videoclip|song|sound|single|version|release|vidéo|video clip)?(?: (?:hd|hq|4k|oficial|oficiel|officiel|ufficiale|official|with lyrics|lyrics?))?|sub(?:s|titulos?|titulad[oa]|titles)? (?:en |in )?(?:espanol|ingles|english|spanish)|lyrics?(?: in description)?|letra|paroles|testo|hd|hq|4k|with lyrics|audio only|original|(?:the )?(?:original )?(?:original|main|album|single|7|lp|ep|full|full length|studio|standard|digital|download|stereo|regular|default|spotify|apple music|youtube|final|real|complete|long|cd|7 inch|12 inch) (?:version|ver|mix|release|song|audio|recording|single)|(?:tik ?tok|tt|douyin|reels?|shorts|snack ?video|kwai) ?(?:version|ver|release|edit|trend|viral|sound|audio|song|cut|exclusive|hit|trending)?|(?:viral|trending|trend)(?: (?:on )?(?:tik ?tok|song|sound|audio))?|as (?:seen|heard) on tik ?tok|bonus(?: track)?|hidden track|deluxe(?: (?:edition|version))?|expanded edition|(?:[0-9]+(?:th|st|nd|rd) )?anniversary(?: (?:edition|version))?|new|single|ep|lp|album|track|song|audio|sound|music|clip|chorus(?: only)?|hook|bridge|verse(?: [0-9])?|refrain|drop|best part|the best part|beat drop|loud|full song|full|free download|free|explicit content|tiktok 版|抖音版|完整版|片段|副歌|高潮版|高潮|原唱|正式版|フル|フルver|公式|公式音源|공식|full ver)$/u;

function readTeaser(key: string): readonly Tag[] | null {
  return teaserWords.test(key) ? [{ kind: 'teaser' }] : null;
}

function readNeutral(key: string): readonly Tag[] | null {
  const teaser = readTeaser(key);
  if (teaser) return teaser;
  if (/^(?:explicit|dirty|uncensored)(?: (?:version|ver|edit|lyrics))?$/.test(key))
    return [{ kind: 'neutral', soft: 'explicit' }];
  if (/^(?:clean|censored|edited)(?: (?:version|ver|edit))?$/.test(key)) return [{ kind: 'neutral', soft: 'clean' }];
  if (
    /^(?:(?:[0-9]{4}|digital|digitally|new|hd|stereo|mono|remix)? ?re ?master(?:ed|izado|isé)?(?: (?:digital|version|ver|edition|[0-9]{4}|in [0-9]{4}|stereo|mono))*|remasterizado(?: [0-9]{4})?|(?:[0-9]{4}|[0-9]+(?:th|st|nd|rd) anniversary) remaster(?:ed)?(?: version)?)$/.test(
      key,
    )
  )
    return [{ kind: 'neutral', soft: 'remaster' }];
  if (/^(?:mono|stereo)(?: (?:version|mix))?$/.test(key))
    return [{ kind: 'neutral', soft: key.startsWith('mono') ? 'mono' : null }];
  if (
    /^(?:radio|single|video|short|shortened|tv|tv size|airplay|album|tik ?tok|promo)? ?(?:edit|cut)$|^(?:radio|short|shortened|video|tv|airplay|promo) (?:version|ver|mix|edit)$|^tv size(?: ver(?:sion)?)?$|^radio$/.test(
      key,
    )
  )
    return [{ kind: 'neutral', soft: /^(?:tik ?tok|album)/.test(key) ? null : 'short' }];
  if (key !== '' && neutralWords.test(key)) return [{ kind: 'neutral', soft: null }];
  return null;
}

const intensity = '(?:(ultra|super|extra|hyper|mega|very|slightly|perfectly|extremely|insanely|really|so|more|most) )*';
const fastWords = `${intensity}(?:(?:(?:speed|speeded|spead|spedd) ?up(?:ed)?|sped(?: ?up)?)|fast(?:er)?(?= version| ver|$)|nightcore|night core|acelerad[oa]|aceler[ée]|accéléré|accelere|rapido|velocizzata|hizlandirilmis|hizli|ускоренн?[а-я]*|ускорено|спид ап|speedy|schneller|przyspieszon[aey]|dipercepat)`;
const slowWords = `${intensity}(?:slowed(?: ?down)?|slow(?:er)?(?= version| ver| and reverb| n reverb| reverb|$)|slowd|daycore|chopped (?:and|n) screwed|screwed|ralentizad[oa]|desacelerad[oa]|lento|lenta|ralenti|rallentata|yavaslatilmis|замедленн?[а-я]*|замедлено|slowmo|langsamer|zwolnion[aey]|spowolnion[aey])`;
const fastTag = new RegExp(`(?:^| )${fastWords}(?= |$)`, 'gu');
const slowTag = new RegExp(`(?:^| )${slowWords}(?= |$)`, 'gu');
const pitchTag =
  /(?:^| )(?:(high(?:er)?|low(?:er)?) )?pitch(?:ed)?(?: (up|down|shifted))?(?= |$)|(?:^| )(?:chipmunk|deep voice|deeper)(?= |$)/gu;
const effectTag =
  /(?:^| )(?:(?:with |n |and )?(?:heavy |extra |more )?re?verb(?:ed)?|(?:8|9|10|16|24|3)d(?: audio| music| sound)?|bass ?boost(?:ed)?|boosted bass|bass|echo(?:ed)?|underwater|muffled|lo ?fi(?= (?:slowed|reverb))|empty arena|from another room|loud)(?= |$)/gu;
const ratioTag = /(?:^| )x ?([01])(?: ([0-9]{1,2}))(?= |$)|(?:^| )([012])(?: ([0-9]{1,2}))? ?x(?= |$)/gu;
const asianFast = /(?:[0-9.]+倍速?|加速|倍速|快速|スピードアップ|高速|빠른|스피드업)(?:版|ver|バージョン|버전)?/gu;
const asianSlow = /(?:降速|减速|減速|慢速|慢放|スロー|슬로우|느린)(?:版|ver|バージョン|버전)?/gu;
const speedFiller =
  /^(?:version|ver|versi|versao|versão|versión|version|audio|edit|remix|mix|song|sound|music|tik|tok|tiktok|by|official|the|and|n|y|e|edition|effect|full|lyrics|new|best|part|to|perfection|release|original|clean|explicit|a|bit|trend|viral|super|ultra|\d{1,3})$/u;
const speedHint =
  /sp[ea]+d|fast|slow|nightcore|night core|daycore|pitch|reverb|[0-9]d|bass|boost|screwed|rapid|aceler|accel|lent|x|倍|速|スピ|スロ|빠|슬로|느린|스피드|chipmunk|deep|echo|underwater|muffled|room|arena|ускор|замедл|спид|rallent|veloci|hizl|yavas|schnell|langsam|przys|zwoln|spowol|dipercep|loud/u;

/** Speed words with nothing else beside filler; with other words beside them, those are read on their own. */
function readSpeed(key: string): readonly Tag[] | null {
  if (!speedHint.test(key)) return null;
  const tags: Tag[] = [];
  let rest = key;
  let ratio: number | null = null;
  rest = rest.replace(ratioTag, (whole, a?: string, b?: string, c?: string, d?: string) => {
    const value = Number(`${a ?? c}.${b ?? d ?? '0'}`);
    if (!(value >= 0.4 && value <= 2.5) || value === 1) return whole;
    ratio = value;
    return ' ';
  });
  const effects = new Set<SpeedEffect>();
  const details = new Set<string>();
  const take = (pattern: RegExp, effect: SpeedEffect): void => {
    rest = rest.replace(pattern, (whole: string) => {
      effects.add(effect);
      const words = whole.trim();
      if (/^(?:ultra|super|extra|hyper|mega|extremely|insanely)\b/.test(words)) details.add('ultra');
      if (/^slightly\b/.test(words)) details.add('slightly');
      if (effect === 'effect')
        details.add(
          /verb/.test(words)
            ? 'reverb'
            : /d/.test(words) && /^[0-9]/.test(words)
              ? '8d'
              : /bass|boost/.test(words)
                ? 'bass boosted'
                : words,
        );
      if (/night ?core/.test(words)) details.add('nightcore');
      if (/^low|down|deep/.test(words) && effect === 'pitched') details.add('down');
      return ' ';
    });
  };
  take(slowTag, 'slowed');
  take(fastTag, 'sped_up');
  take(asianFast, 'sped_up');
  take(asianSlow, 'slowed');
  take(pitchTag, 'pitched');
  take(effectTag, 'effect');
  if (ratio !== null && !effects.has('sped_up') && !effects.has('slowed'))
    effects.add(ratio > 1 ? 'sped_up' : 'slowed');
  if (effects.size === 0) return null;
  const effect: SpeedEffect = effects.has('sped_up')
    ? 'sped_up'
    : effects.has('slowed')
      ? 'slowed'
      : effects.has('pitched')
        ? 'pitched'
        : 'effect';
  tags.push({ kind: 'speed', effect, detail: [...details].sort(), ratio });
  const left = rest.split(' ').filter(Boolean);
  if (left.every((word) => speedFiller.test(word))) return onlyAmbiguous(key) ? null : tags;
  if (left[0] === 'by') return tags;
  const others = readVersion(left.join(' ')) ?? readNeutral(left.join(' ')) ?? readPart(left.join(' '));
  return others ? [...tags, ...others] : null;
}

/** Words that are a tag only beside another one: "(Bass)", "(Loud)", "(Lento)" alone may be names. */
function onlyAmbiguous(key: string): boolean {
  return /^(?:bass|loud|echo|speed|lento|lenta|rapido|screwed|deeper|x)$/.test(key);
}

const languages =
  'english|spanish|korean|japanese|chinese|mandarin|cantonese|french|german|italian|portuguese|russian|arabic|hindi|thai|turkish|tamil|telugu|indonesian|tagalog|dutch|swedish|polish|hebrew|spanglish';

const versionRules: readonly { readonly pattern: RegExp; readonly version: VersionKind }[] = [
  { pattern: /^(?:mtv )?unplugged(?: (?:at|in|on|version|session|live) ?(.*))?$/u, version: 'acoustic' },
  {
    pattern:
      /^(?:[0-9]{4} )?(?:live )?(?:acoustic|acustico|acustica|acoustique|akustik|stripped(?: down)?|unplugged|piano and vocal)(?: (?:version|ver|mix|live|session|cover|performance|take|edit|guitar))*(?: (?:at|from|in) (.*))?$/u,
    version: 'acoustic',
  },
  { pattern: /^version(?:e|en)? (?:acustica|acoustique)$/u, version: 'acoustic' },
  {
    pattern:
      /^(?:official )?(?:live|en vivo|ao vivo|en directo|en direct|dal vivo|en public|canli|na zywo|ライブ|라이브|现场|現場|现场版|現場版|live版|ライブ版|концерт|вживую|recorded live|live performance)(?: (?:version|ver|video|audio|edit|mix|recording|session|sessions|performance|take|vocal|album))*(?:(?: ?(?:at|from|in|on|bei|im|aus|en|no|na|au|a|à|tour|for|lounge|session)) (.+))?$/u,
    version: 'live',
  },
  {
    pattern: /^live (?:[0-9]{4}|(?:.+ )?(?:tour|festival|session|sessions|lounge|concert|arena|stadium|[0-9]{4}))$/u,
    version: 'live',
  },
  {
    pattern:
      /^(?:(.+) )?(?:live sessions?|live version|live ver|live lounge|live performance|live at .+|live from .+|concert version|tiny desk concert|a colors show|in concert|session)$/u,
    version: 'live',
  },
  // French and Spanish put the noun first.
  { pattern: /^version (?:live|en vivo|ao vivo|en directo|en direct|dal vivo|en public)$/u, version: 'live' },
  { pattern: /^version instrumentale?$/u, version: 'instrumental' },
  { pattern: /^(?:recorded|performed) (?:live )?(?:at|in|from) (.+)$/u, version: 'live' },
  {
    pattern:
      /^(?:official )?(?:instrumentals?|inst|instrumentales?|strumentale|beat|beats|type beat|伴奏|纯音乐|純音樂|インスト|off vocal|backing track|no vocals|without vocals|instrumental version|minus one|minus|минус|минусовка)(?: (?:version|ver|mix|edit|track|cover))*$/u,
    version: 'instrumental',
  },
  { pattern: /^(?:karaoke|カラオケ|노래방|караоке|sing along|singalong)(?: .*)?$/u, version: 'karaoke' },
  { pattern: /^(?:.+ )?karaoke(?: (?:version|ver|track|instrumental|with lyrics))*$/u, version: 'karaoke' },
  {
    pattern:
      /^(?:a ?cap+el+a|acapela|vocals? only|only vocals?|isolated vocals?|studio acapella)(?: (?:version|ver|mix|cover))*$/u,
    version: 'a cappella',
  },
  {
    pattern:
      /^(?:(?:my|a|the|short|quick|full|piano|guitar|violin|female|male|rock|metal|acoustic|drum|choir|orchestra|ukulele|cello|sax|saxophone|flute) )?(?:cover|カバー|cover版|翻唱|翻自|커버|歌ってみた|弾いてみた|кавер|covered|кавер версия)(?: (?:version|ver|song|video|by|of|live))*(?: (.+))?$/u,
    version: 'cover',
  },
  { pattern: /^(.+) (?:cover|kavar|кавер|カバー|커버|翻唱)(?: (?:version|ver))?$/u, version: 'cover' },
  {
    pattern:
      /^(?:女声版|男声版|女版|男版|童声版|女生版|男生版|(?:female|male|girl|boy|kids|duet|choir) (?:version|ver))$/u,
    version: 'cover',
  },
  {
    pattern:
      /^(?:(?:original|early|home|rough|first|studio|voice memo|phone) )?(?:demo|demos|voice memo|rough mix|work in progress|wip|デモ)(?: (?:version|ver|tape|recording|take|[0-9]{1,4}|mix))*$/u,
    version: 'demo',
  },
  {
    pattern: /^(?:(?:original|club|full) )?extended(?: (?:mix|version|ver|edit|play|club mix))*$/u,
    version: 'extended',
  },
  { pattern: /^(?:club mix|12 mix|12 version|long version extended|maxi)$/u, version: 'extended' },
  {
    pattern:
      /^(?:(?:perfect |perfectly |seamless )?(?:loop(?:ed)?|looped)(?: (?:version|ver|[0-9]+ (?:hours?|hrs?|h|min(?:utes?)?)))?|(?:[0-9]+|one|two|ten) (?:hours?|hrs?|h|hour)(?: (?:loop|version|ver|mix))*|1小时|一小时|循环版)$/u,
    version: 'loop',
  },
  {
    pattern: new RegExp(
      `^(?:in )?(${languages}|en espanol|espanol|em portugues|auf deutsch|en francais|in italiano|на русском|日本語|中文|한국어|英語|영어|日语|韩语|粤语|粤语版|国语|国语版|日文|英文)(?: (?:version|ver|edition|lyrics|language|remix|mix|cover))*$`,
      'u',
    ),
    version: 'language',
  },
  {
    pattern:
      /^(?:version|ver|versao|versión) (?:en |em )?(espanol|ingles|portugues|francais|italiano|english|spanish|korean|japanese)$/u,
    version: 'language',
  },
  { pattern: /^(?:mash ?up|medley)(?: (.+))?$|^(.+) (?:mash ?up|medley)$/u, version: 'mashup' },
];

const mixNoun =
  '(?:remix|remixes|rmx|remixed|re ?edit|edit|mix|vip(?: mix)?|bootleg|flip|rework|reworked|re ?fix|re ?make|re ?work|dub(?: mix)?|re ?imagined|remezcla|ремикс|リミックス|리믹스|dj版|dj 版|混音|混音版|phonk|drill|hardstyle|hardtekk|techno|jersey club|amapiano|afro house|house|funk|dnb|drum and bass|eurodance|synthwave|lo ?fi|8 ?bit|16 ?bit|orchestral|piano|violin|guitar|metal|rock|jazz|bossa nova|reggae|trap|cumbia|dembow|brega funk|epic|ambient|choir|chill|music box)';
const mixOf = new RegExp(
  `^(?:(.+?) )?(${mixNoun})(?: (?:version|ver|remix|mix|edit|version by|cover))*(?: by (.+?)| ([0-9]{4}))?$`,
  'u',
);
const versionOf = /^(.+?) (?:version|ver|rendition|take|バージョン|버전|версия)$/u;
const versionCjk = /^(.+)(?:版|バージョン|버전)$/u;
const emptyWho =
  /^(?:the|official|a|my|original|new|full|s|of|by|and|version|ver|mix|remix|edit|with|vocal|super|best|音)$/u;

function readVersion(key: string): readonly Tag[] | null {
  if (key === '') return null;
  for (const { pattern, version } of versionRules) {
    const found = pattern.exec(key);
    if (found) return [{ kind: 'version', version, who: whoWords(found[1] ?? found[2] ?? '') }];
  }
  const own = /^(?:the )?(.+?)s (?:version|ver)$/u.exec(key);
  if (own) return [{ kind: 'version', version: 'own', who: whoWords(own[1] ?? '') }];
  const mix = mixOf.exec(key);
  if (mix) {
    const before = mix[1] ?? '';
    if (before.split(' ').length > 8) return null;
    const noun = (mix[2] ?? '').replaceAll(' ', '');
    const generic =
      /^(?:remix|remixes|rmx|remixed|reedit|edit|mix|rework|reworked|refix|remake|reimagined|flip|bootleg|vip|vipmix|dub|dubmix|remezcla|ремикс|リミックス|리믹스|dj版|混音|混音版)$/u.test(
        noun,
      );
    // A style word is a tag only as "(Phonk Remix)" or in a word of its own: "(Rock)" may be a name, "(Rock Version)" is not.
    if (!generic && before !== '' && !/(?:version|ver|remix|mix|edit|cover)$/.test(key)) return null;
    if (
      !generic &&
      before === '' &&
      !/(?:version|ver|remix|mix|edit|cover)$/.test(key) &&
      !/^(?:phonk|hardstyle|hardtekk|8bit|16bit|lofi|orchestral|jerseyclub|musicbox)$/.test(noun)
    )
      return null;
    if (/^dub$/.test(noun) && before === '' && key !== 'dub') return null;
    return [
      {
        kind: 'version',
        version: 'remix',
        who: [
          ...whoWords(before),
          ...(generic ? (/^(?:vip|vipmix|dub|dubmix)$/.test(noun) ? [noun.slice(0, 3)] : []) : [noun]),
          ...whoWords(mix[3] ?? ''),
          ...whoWords(mix[4] ?? ''),
        ],
      },
    ];
  }
  const version = versionOf.exec(key) ?? versionCjk.exec(key);
  if (version && (version[1] ?? '').split(' ').length <= 6)
    return [{ kind: 'version', version: 'version', who: whoWords(version[1] ?? '') }];
  return null;
}

function whoWords(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '' && !emptyWho.test(word));
}

// ---- bare tags at the end of a segment -------------------------------------------------------------------------------

/** At the end of running words only what is hardly ever the end of a song's name. */
const tailTags: readonly RegExp[] = [
  new RegExp(
    `(?:^| )((?:${intensity}(?:sped ?up|speed ?up|speeded up|spedup|nightcore|slowed(?: down)?|slowd|daycore))(?: (?:and|n|with|x|plus))?(?: ?(?:heavy |extra )?re?verb(?:ed)?)?(?: (?:and|n) (?:bass ?boosted|8d(?: audio)?|pitched(?: up| down)?))?(?: (?:version|ver|remix|edit|audio|tiktok|song|to perfection))*)$`,
    'u',
  ),
  /(?:^| )((?:8d|16d)(?: audio)?|bass ?boosted|(?:with )?reverb(?:ed)? (?:version|only)|reverbed)$/u,
  /(?:^| )((?:加速版|倍速版|降速版|慢速版|抖音版|dj版|伴奏|完整版|现场版|片段))$/u,
  /(?:^| )((?:(?:official|offizielles|oficial|officiel|ufficiale) )?(?:music video|lyric video|lyrics video|video ?clip|audio|video|visuali[sz]er)(?: (?:hd|hq|4k|oficial|oficiel|officiel|official|ufficiale))?)(?<=official .+|video|video ?clip(?: [a-z]+)?|visualizer|visualiser)$/u,
  /(?:^| )(?<!(?:^| )in )(hd|hq)$/u,
  /(?:^| )(sub(?:s|titulos?|titulad[oa]|titles)? (?:en |in )?(?:espanol|ingles|english|spanish))$/u,
  /(?:^| )((?:tik ?tok) (?:version|ver|release|edit|remix|trend|viral|song|sound|audio))$/u,
  /(?:^| )((?:radio|extended|original|club|single|video) (?:edit|mix|version))$/u,
  /(?:^| )((?:[0-9]{4} )?remaster(?:ed)?(?: [0-9]{4})?(?: version)?)$/u,
  /(?:^| )((?:(?:official )?(?:instrumental|karaoke|acoustic|a ?cappella|acapella|live|album|single|studio|piano|demo|english|spanish|korean|japanese)) (?:version|ver))$/u,
  /(?:^| )(instrumental|karaoke|acapella|a cappella|acoustic|unplugged|mashup|mash up)$/u,
  /(?:^| )((?:live) (?:at|from) .+)$/u,
  /(?:^| )((?:taylors) version)$/u,
  /(?:^| )(cover by .+)$/u,
  /(?:^| )(remix|rmx|bootleg)$/u,
  new RegExp(`(?:^| )((?:pt|pts|part|parte|vol|volume) ?(?:[0-9]{1,2}|ii|iii|iv|v|vi|one|two|three))$`, 'u'),
  /(?:^| )((?:song )?(?:teaser|snippet|unreleased|out now|coming soon|out (?:friday|soon|monday|tuesday|wednesday|thursday|saturday|sunday|tomorrow|tonight)|pre ?save now))$/u,
  /(?:^| )(edit audio|full song|lyrics|letra)$/u,
];
const tailHint =
  /sped|speed|slow|night|day|8d|16d|bass|verb|版|伴奏|片段|vid|hd$|hq$|sub|audio|visuali|tik|edit|mix|remaster|version|ver$|instrumental|karaoke|cap|acoustic|unplugged|mash|live|cover|rmx|bootleg|pt|part|vol|teaser|snippet|unreleased|out|soon|save|full|lyrics|letra|feat|ft|prod|w\//u;

function peelTail(raw: string): { readonly rest: string; readonly tags: readonly Tag[] } {
  if (!tailHint.test(raw.toLowerCase())) return { rest: raw, tags: [] };
  let rest = raw;
  const tags: Tag[] = [];
  for (let round = 0; round < 5; round += 1) {
    const featured =
      /^(.*?[\p{L}\p{N}\p{P}\p{S}])(\s+(?:feat|ft|featuring|prod\.? by|prod|w\/)(?![\p{L}\p{N}])[.:]*\s*\S.*)$/isu.exec(
        rest,
      );
    const words = [...rest.matchAll(/\S+/gu)];
    const keys = words.map((word) => (/[\p{L}\p{N}&+]/u.test(word[0]) ? foldWord(word[0]) : ''));
    const key = keys.filter(Boolean).join(' ');
    const found = tailTags
      .map((pattern) => pattern.exec(key)?.[1])
      .find((tail) => tail !== undefined && tail.length < key.length);
    const start = found === undefined ? null : rawStart(keys, found);
    const at = start === null ? null : (words[start]?.index ?? null);
    if (found !== undefined && at !== null && at > 0 && /[\p{L}\p{N}]/u.test(rest.slice(0, at))) {
      const read = classifyClause(found);
      if (read) {
        const from = rest.slice(0, at).search(/[\s]*$/u);
        tags.push(...read);
        rest = rest.slice(0, from);
        continue;
      }
    }
    if (featured) {
      const named = readCredit((featured[2] ?? '').trim());
      if (named) {
        tags.push(named);
        rest = featured[1] ?? '';
        continue;
      }
    }
    break;
  }
  return { rest, tags };
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

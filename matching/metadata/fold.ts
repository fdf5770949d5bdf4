// Folding: the form in which two spellings of one name are equal.
//   HTML entities → NFKC → lower case → letters that do not decompose → accents off → apostrophes off → "$" in a word is s → & is and
//   → everything that is neither letter, mark nor digit becomes one space.
//   A star inside a word stands for a letter where such a word is known ("F**k").
// Scripts are kept: nothing is romanised here (see transliterate.ts for extra keys). fold(fold(x)) = fold(x).

import { censoredWords } from './words/censored.ts';

/** Letters that Unicode does not decompose but people type plainly. */
const plainLetters: Readonly<Record<string, string>> = {
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŋ: 'n',
  ŧ: 't',
  ə: 'e',
  ƒ: 'f',
  ς: 'σ',
  ӏ: 'і',
  // Arabic: optional hamza and final forms that are typed either way.
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ک: 'ك',
  ی: 'ي',
};
const plainLetter = /[øđłßæœıðþħŋŧəƒςӏأإآٱىکی]/gu;

// U+0300–036F is used by Latin, Greek and Cyrillic (and by "zalgo" decoration), where people drop it freely: é, ё and even й
// are typed as e, е and и. Kana voicing (U+3099), Indic vowel signs and Thai tones lie elsewhere and stay: they carry meaning.
// Hebrew points and Arabic vowel marks are optional spellings, so they go too.
const accents =
  /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0655\u0670\u0640]/gu;
const invisible = /[\p{Cf}\u00ad]/gu;
const apostrophes = /['’‘`´ʼʻ′＇ʹ]/gu;
const notWord = /[^\p{L}\p{M}\p{N}]+/gu;
const alreadyFolded = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
const asciiOnly = /^[\x20-\x7e]*$/;

/** What an ASCII character is to `foldPlain`: 0 only the general way knows, 1 part of a word, 2 between words, 3 dropped. */
const plainKind = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Za-z0-9]/.test(char)) return 1;
  if (char === "'") return 3;
  return code < 32 || code === 127 || '!$&+`'.includes(char) ? 0 : 2;
});

/** The folded form of letters, digits and plain punctuation; null when the text holds anything else. */
function foldPlain(raw: string): string | null {
  const lower = raw.toLowerCase();
  let out = '';
  let start = -1;
  let joined = false;
  for (let i = 0; i < raw.length; i += 1) {
    const code = raw.charCodeAt(i);
    const kind = code < 128 ? plainKind[code] : 0;
    if (kind === 0) return null;
    if (kind === 1) {
      if (start < 0) start = i;
      continue;
    }
    if (start >= 0) {
      out += (out === '' || joined ? '' : ' ') + lower.slice(start, i);
      start = -1;
      joined = false;
    }
    // An apostrophe joins what stands around it, unless a space follows or precedes.
    joined = kind === 3 ? joined || (i > 0 && plainKind[raw.charCodeAt(i - 1)] === 1) : false;
  }
  return start < 0 ? out : out + (out === '' || joined ? '' : ' ') + lower.slice(start);
}

/** Never throws. An input without any letter or digit ("???", "♡") is kept as it is, in lower case, so that it can equal itself. */
export function fold(raw: string): string {
  if (raw === lastRaw) return lastFolded;
  lastFolded = foldAnew(raw);
  lastRaw = raw;
  return lastFolded;
}

/**
 * UTF-16 units of a key that is stored in an index. One of them takes at most three bytes of UTF-8, so a key takes at most 1,800: an entry of a
 * B-tree may hold 2,704, one of a GIN index about as much, and the row of a longer title would be refused. Nobody names a song with 600 letters; who
 * does is found by the first 600, and compared by all of them.
 */
const longestKey = 600;

/** A folded text as it is stored and asked for; both sides cut alike, so keys that were equal still are. */
export function boundKey(key: string): string {
  if (key.length <= longestKey) return key;
  const isHalf = (key.codePointAt(longestKey - 1) ?? 0) > 0xffff;
  return key.slice(0, isHalf ? longestKey - 1 : longestKey).trimEnd();
}

// One title is folded several times in a row (label? teaser? base key): the last answer is at hand.
let lastRaw = '';
let lastFolded = '';

function foldAnew(written: string): string {
  if (alreadyFolded.test(written)) return written;
  const plainly = written.includes('&') ? withoutEntities(written) : written;
  const raw = plainly.includes('*') ? withoutStars(plainly) : plainly;
  // Most titles: letters, digits and plain punctuation. Five times as fast as the general way.
  const plain = foldPlain(raw);
  if (plain !== null && plain !== '') return plain;
  const lower = asciiOnly.test(raw) ? raw.toLowerCase() : plainUnicode(raw);
  const folded = symbolsAsWords(lower).replace(notWord, ' ').trim();
  if (folded !== '') return folded;
  return unfoldable(raw);
}

const namedEntities: Readonly<Record<string, string>> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>', nbsp: ' ' };

/** Scraped titles carry "&#039;" and "&quot;" for an apostrophe and a quote. */
function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|quot|apos|lt|gt|nbsp));/giu,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return namedEntities[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
      const isText = code >= 32 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isText ? String.fromCodePoint(code) : ' ';
    },
  );
}

const starred = /(?<![\p{L}\p{N}*])[a-z]+\*+[a-z*]*/giu;
const censoredByLength = Map.groupBy(censoredWords, (word) => word.length);

function withoutStars(text: string): string {
  return text.replace(starred, (token) => {
    const seen = token.toLowerCase();
    const meant = (censoredByLength.get(seen.length) ?? []).find((word) =>
      [...seen].every((letter, i) => letter === '*' || letter === word.charAt(i)),
    );
    return meant ?? token;
  });
}

function unfoldable(raw: string): string {
  let text = raw;
  // Compatibility forms and case mapping can each uncover the other (a bold sign, a ligature); two rounds settle every case tried.
  for (let round = 0; round < 3; round += 1) text = text.normalize('NFKC').toLowerCase();
  return text.trim();
}

function plainUnicode(raw: string): string {
  const lower = raw.normalize('NFKC').toLowerCase().normalize('NFKC').toLowerCase();
  return lower
    .normalize('NFD')
    .replace(accents, '')
    .replace(invisible, '')
    .normalize('NFC')
    .replace(plainLetter, (c) => plainLetters[c] ?? c);
}

function symbolsAsWords(lower: string): string {
  let text = lower;
  if (text.includes('$'))
    text = text.replace(/(?<=\p{L})\$+|\$+(?=\p{L})|(?<=\d)\$(?=\d)/gu, (run) => 's'.repeat(run.length));
  if (text.includes('!')) text = text.replace(/(?<=\p{L})!(?=\p{L})/gu, 'i');
  if (text.includes('&') || text.includes('+')) {
    text = text.replace(/&(?:amp;)?/gu, ' and ').replace(/(?<=[\p{L}\p{N})]\s*)\+(?=\s*[\p{L}\p{N}(])/gu, ' and ');
  }
  return text.replace(apostrophes, '').replace(/×/gu, ' x ');
}

/** Folded and without spaces: "Sun Flower" and "Sunflower", "linkinpark" and "Linkin Park". */
export function squeeze(folded: string): string {
  return folded.replaceAll(' ', '');
}

/** An ISRC in upper case, without hyphens, spaces and the word itself; the letters as they are when it is no valid code. */
export function foldIsrc(raw: string): string {
  return raw
    .toUpperCase()
    .replace(/^ISRC/, '')
    .replace(/[^A-Z0-9]/g, '');
}

/** Without a leading article, for "The Weeknd" and "Weeknd"; the input when nothing else would remain. */
export function withoutArticle(folded: string): string {
  return /^(?:the|a|an|la|le|el|los|las|der|die|das|il|o|os) (?=.)/.test(folded)
    ? folded.slice(folded.indexOf(' ') + 1)
    : folded;
}

// Rows of the distance table, kept between calls: nothing is allocated per comparison.
let rowBeforeLast = new Int32Array(256);
let rowLast = new Int32Array(256);
let rowNow = new Int32Array(256);

/**
 * Edit distance in UTF-16 units where swapping two neighbours is one edit (optimal string alignment), up to `limit`;
 * `limit + 1` when it is more. O(length × limit).
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let start = 0;
  while (start < a.length && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA -= 1;
    endB -= 1;
  }
  const n = endA - start;
  const m = endB - start;
  if (n === 0 || m === 0) return Math.min(Math.max(n, m), limit + 1);
  if (m + 2 > rowNow.length)
    [rowBeforeLast, rowLast, rowNow] = [
      new Int32Array(2 * m + 2),
      new Int32Array(2 * m + 2),
      new Int32Array(2 * m + 2),
    ];
  const tooFar = limit + 1;
  for (let j = 0; j <= m; j += 1) rowLast[j] = j;
  for (let i = 1; i <= n; i += 1) {
    const from = Math.max(1, i - limit);
    const to = Math.min(m, i + limit);
    rowNow.fill(tooFar, 0, m + 1);
    rowNow[0] = i;
    let best = i;
    const charA = a.charCodeAt(start + i - 1);
    for (let j = from; j <= to; j += 1) {
      const charB = b.charCodeAt(start + j - 1);
      let cost = Math.min(rowLast[j]! + 1, rowNow[j - 1]! + 1, rowLast[j - 1]! + (charA === charB ? 0 : 1));
      if (i > 1 && j > 1 && charA === b.charCodeAt(start + j - 2) && charB === a.charCodeAt(start + i - 2))
        cost = Math.min(cost, rowBeforeLast[j - 2]! + 1);
      rowNow[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return tooFar;
    [rowBeforeLast, rowLast, rowNow] = [rowLast, rowNow, rowBeforeLast];
  }
  return Math.min(rowLast[m]!, tooFar);
}

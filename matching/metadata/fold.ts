// Folding: the form in which two spellings of one name are equal.
//   NFKC → lower case → letters that do not decompose → accents off → apostrophes off → "$" in a word is s → & is and
//   → everything that is neither letter, mark nor digit becomes one space.
// Scripts are kept: nothing is romanised here (see transliterate.ts for extra keys). fold(fold(x)) = fold(x).

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

/** Never throws. An input without any letter or digit ("???", "♡") is kept as it is, in lower case, so that it can equal itself. */
export function fold(raw: string): string {
  if (alreadyFolded.test(raw)) return raw;
  const lower = asciiOnly.test(raw) ? raw.toLowerCase() : plainUnicode(raw);
  const folded = symbolsAsWords(lower).replace(notWord, ' ').trim();
  if (folded !== '') return folded;
  return unfoldable(raw);
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

/** Without a leading article, for "The Weeknd" and "Weeknd"; the input when nothing else would remain. */
export function withoutArticle(folded: string): string {
  return /^(?:the|a|an|la|le|el|los|las|der|die|das|il|o|os) (?=.)/.test(folded)
    ? folded.slice(folded.indexOf(' ') + 1)
    : folded;
}

/**
 * Edit distance in code points where swapping two neighbours is one edit (optimal string alignment), up to `limit`;
 * `limit + 1` when it is more. O(length × limit).
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const s = [...a];
  const t = [...b];
  if (Math.abs(s.length - t.length) > limit) return limit + 1;
  let start = 0;
  while (start < s.length && start < t.length && s[start] === t[start]) start += 1;
  let endS = s.length;
  let endT = t.length;
  while (endS > start && endT > start && s[endS - 1] === t[endT - 1]) {
    endS -= 1;
    endT -= 1;
  }
  const n = endS - start;
  const m = endT - start;
  if (n === 0 || m === 0) return Math.min(Math.max(n, m), limit + 1);
  let beforeLast: number[] = [];
  let last: number[] = Array.from({ length: m + 1 }, (_, j) => j);
  for (let i = 1; i <= n; i += 1) {
    const row: number[] = new Array<number>(m + 1).fill(limit + 1);
    row[0] = i;
    let best = i;
    for (let j = Math.max(1, i - limit); j <= Math.min(m, i + limit); j += 1) {
      const same = s[start + i - 1] === t[start + j - 1];
      let cost = Math.min((last[j] ?? limit) + 1, (row[j - 1] ?? limit) + 1, (last[j - 1] ?? limit) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && s[start + i - 1] === t[start + j - 2] && s[start + i - 2] === t[start + j - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? limit) + 1);
      row[j] = cost;
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(last[m] ?? limit + 1, limit + 1);
}

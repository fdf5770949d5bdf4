// Spellings that are close: slips of the hand, and the other words that a slip may make.

import { editDistance } from '../fold.ts';
import type { Name } from '../names.ts';
import { isTitleWord, type Rarity } from '../rarity.ts';
import { weights } from '../weights.ts';

export interface CloseSpelling {
  /** Share of the exact bits. */
  readonly share: number;
  /** The slip makes another word, as far as can be told: words alone must not link. */
  readonly doubtful: boolean;
  /** Which of the names are close. */
  readonly our: Name;
  readonly their: Name;
}

const syllabic = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** How a near spelling counts, or null. Digits must agree: "Vol 1" is not "Vol 2". */
export function closeSpelling(ours: readonly Name[], theirs: readonly Name[], rarity: Rarity): CloseSpelling | null {
  const w = weights.title;
  let best: CloseSpelling | null = null;
  for (const our of ours) {
    for (const their of theirs) {
      // A Han character, a kana or a Korean syllable carries as much as two letters.
      const perLetter = syllabic.test(their.key) ? 2 : 1;
      const length = Math.max(our.key.length, their.key.length);
      const limit = Math.max(1, Math.floor(length * 0.12));
      if (Math.abs(our.key.length - their.key.length) > limit) continue;
      if (Math.min(our.key.length, their.key.length) * perLetter < 4 || digitsOf(our.key) !== digitsOf(their.key))
        continue;
      const distance = editDistance(our.key, their.key, limit);
      if (distance > limit) continue;
      const edit =
        our.key.length !== their.key.length ? 'inserted' : isSwap(our.key, their.key) ? 'swapped' : 'changed';
      // Four or five letters: never another letter ("Home", "Hope"); one too many or too few is for a person to see.
      if (length * perLetter < 6 && edit === 'changed') continue;
      const long = 1 - distance / (length * perLetter) >= 0.88 || (edit === 'swapped' && length * perLetter >= 6);
      const share = long
        ? w[edit]
        : { swapped: w.swappedShort, inserted: w.insertedShort, changed: w.changedShort }[edit];
      const doubtful = makesAnotherWord(our.key, their.key, edit === 'swapped', rarity);
      if (best === null || share > best.share) best = { share, doubtful, our, their };
    }
  }
  return best;
}

const basicLatin = /[A-Za-z]/;

/** Two texts in different scripts cannot be compared letter by letter; that they differ says little. */
export function scriptsApart(a: string, b: string): boolean {
  if (basicLatin.test(a) && basicLatin.test(b)) return false;
  const [latinA, latinB] = [/\p{Script=Latin}/u.test(a), /\p{Script=Latin}/u.test(b)];
  return latinA !== latinB && /\p{L}/u.test(a) && /\p{L}/u.test(b);
}

function digitsOf(key: string): string {
  return key.replace(/\D+/g, ' ').trim();
}

/**
 * Whether the changed word may be another one: "City Nights" for "City Lights", "Good Girls" for "Good Girl". Two neighbours in the
 * wrong order, a letter doubled and the key beside the right one are slips of the hand, unless the word that they make is itself a
 * title in the catalogue or common in titles. Any other letter more, less or changed makes words at every length ("bride" and "bridge",
 * "addition" and "addiction", "resolution" and "revolution"): with those allowed inside long words, 4 of 150 pairs of words one
 * letter apart were linked.
 */
function makesAnotherWord(our: string, their: string, swapped: boolean, rarity: Rarity): boolean {
  let start = 0;
  while (start < our.length && our.charCodeAt(start) === their.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < Math.min(our.length, their.length) - start &&
    our.charCodeAt(our.length - 1 - end) === their.charCodeAt(their.length - 1 - end)
  )
    end += 1;
  const word = wordAt(our, start, end);
  if (isTitleWord(word) || (word.length >= 4 && rarity.titleFrequency(word) > 0)) return true;
  if (swapped) return false;
  const length = Math.max(word.length, wordAt(their, start, end).length);
  const longer = our.length >= their.length ? our : their;
  if (our.length !== their.length)
    return !(length >= 5 && isDoubled(longer, start)) || doublingMakesWord(longer, start, length);
  const [ourLetter, theirLetter] = [our.charAt(start), their.charAt(start)];
  const inside = isLetter(our.charAt(start - 1)) && isLetter(our.charAt(start + 1));
  const slip = nextOnKeyboard(ourLetter, theirLetter) && !(vowels.includes(ourLetter) && vowels.includes(theirLetter));
  return !(length >= 5 && inside && slip && our.length - start - end === 1);
}

const isLetter = (char: string): boolean => char !== '' && char !== ' ';
const vowels = 'aeiouy';

/** The word in which two spellings differ; both are equal before `start` and in their last `end` letters. */
function wordAt(text: string, start: number, end: number): string {
  const wordStart = text.lastIndexOf(' ', Math.max(0, start - 1)) + 1;
  const wordEnd = text.indexOf(' ', Math.max(start, text.length - end - 1));
  return text.slice(wordStart, wordEnd < 0 ? text.length : wordEnd);
}

/** Whether the letter at which the longer spelling leaves the shorter one is there twice. The first difference follows a common run. */
function isDoubled(longer: string, at: number): boolean {
  return at > 0 && longer.charAt(at) === longer.charAt(at - 1);
}

/** "Princess", "employee" at the end; "dessert", "dinner" between vowels; "looser", "choose" anywhere. Longer words are safe from these. */
function doublingMakesWord(longer: string, at: number, length: number): boolean {
  const letter = longer.charAt(at);
  const after = longer.charAt(at + 1);
  if (after === '' || after === ' ') return letter === 's' || letter === 'e';
  if (length > 8) return false;
  return letter === 'o' || letter === 'e' || (vowels.includes(longer.charAt(at - 2)) && vowels.includes(after));
}

const keyRows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Neighbours on a QWERTY keyboard: beside each other, or touching in the next row. */
function nextOnKeyboard(a: string, b: string): boolean {
  const [rowA, rowB] = [a, b].map((letter) => keyRows.findIndex((row) => row.includes(letter))) as [number, number];
  if (rowA < 0 || rowB < 0 || Math.abs(rowA - rowB) > 1) return false;
  const apart = keyRows[rowA]!.indexOf(a) - keyRows[rowB]!.indexOf(b);
  // Each lower row starts half a key further right: "d" lies under "e" and "r".
  return rowA === rowB ? Math.abs(apart) === 1 : rowA < rowB ? apart === 0 || apart === 1 : apart === 0 || apart === -1;
}

function isSwap(a: string, b: string): boolean {
  return [...a].sort().join('') === [...b].sort().join('');
}

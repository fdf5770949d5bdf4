// Artist names: "A & B", "A feat. B", "A x B", "A, B" are the same credit in other clothes; "Lil Nas X", "Tyler, The Creator" and
// "Earth, Wind & Fire" are one name each. So nothing is split for good: a credit is every run of neighbouring parts, and two
// credits are compared by which of the other's whole names appear among those runs. A name in brackets is the same artist's other name
// as often as a guest, so it is a part like any other.

import { editDistance, fold, squeeze } from './fold.ts';
import { transliterate } from './transliterate.ts';
import { bracketedGuestWords, joiningLetters, joiningWords, nameEndings } from './words/credits.ts';
import { anyOf } from './words/wordings.ts';

export interface Credit {
  /** The parts between separators, as keys, in order. */
  readonly parts: readonly string[];
  /** The same as written. */
  readonly written: readonly string[];
  /** Every run of neighbouring parts → the parts that it covers. */
  readonly runs: ReadonlyMap<string, readonly [from: number, to: number]>;
  /** All of it, as a key. */
  readonly whole: string;
  /** Names of two to four words, their words in the order of the alphabet, → the part: "Utada Hikaru" is "Hikaru Utada". */
  readonly turned: ReadonlyMap<string, number>;
  readonly raw: string;
}

export type CreditAgreement =
  | { readonly level: 'unstated' }
  | { readonly level: 'none' }
  /** `shared` counts the names in common; `fuzzy` when a spelling differs by a letter or by script. */
  | {
      readonly level: 'equal' | 'lead' | 'some';
      readonly shared: number;
      readonly fuzzy: boolean;
      /** A name's words stand in another order. */
      readonly turned: boolean;
      /** Nobody else is named. */
      readonly alone: boolean;
      /** Whom the sound names and the recording does not, as written; and the reverse. */
      readonly unknown: readonly string[];
      readonly unnamed: readonly string[];
    };

const joint = anyOf(
  ['&', '\\+', '×', '✕'],
  joiningWords,
  // "Lil Nas X feat. Y": the name ends in what else joins two.
  ['x(?!\\s+(?:(?:feat|ft|featuring|with|and|vs|x)(?![\\p{L}\\p{N}])|&|\\+))'],
);
const separators = new RegExp(
  [
    '\\s*(?:[,;、，；/|•·・]|\\s[-–—]\\s)\\s*',
    `\\s+${joint}\\s+`,
    '\\s*(?:&|\\+)\\s*',
    `(?<=\\p{Script=Latin})${anyOf(joiningLetters)}|${anyOf(joiningLetters)}(?=\\p{Script=Latin})`,
    `\\s*[([（［](?:\\s*${anyOf(bracketedGuestWords)}\\s+)?\\s*`,
    '\\s*[)\\]）］]\\s*',
  ].join('|'),
  'giu',
);
const decorations = new RegExp(`${anyOf(nameEndings)}$`);
const maxParts = 12;
const maxCreditLength = 300;

/** A name as a key: folded, no leading "the", no channel suffix, no spaces. */
export function nameKey(raw: string): string {
  const folded = fold(raw)
    .replace(decorations, '')
    .replace(/^the (?=.)/, '');
  return squeeze(folded === '' ? fold(raw) : folded);
}

/** The names that a credit may hold, raw: the whole and its parts. For search keys; a part of "Earth, Wind & Fire" costs one lookup. */
export function namesIn(credit: string): readonly string[] {
  // Bounded: splitting looks back over spaces, which would be quadratic on a hostile 100 KB field.
  const raw = credit.slice(0, maxCreditLength);
  const parts = raw
    .split(separators)
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}\p{S}]/u.test(part));
  return [...new Set([raw.trim(), ...parts])].filter((name) => name !== '').slice(0, maxParts + 1);
}

const remembered = new Map<string, Credit>();

export function readCredit(raw: string): Credit {
  const known = remembered.get(raw);
  if (known) return known;
  const credit = read(raw.slice(0, maxCreditLength));
  if (remembered.size >= 4096) remembered.clear();
  if (raw.length <= maxCreditLength) remembered.set(raw, credit);
  return credit;
}

function read(raw: string): Credit {
  const pieces: { readonly start: number; readonly end: number }[] = [];
  let start = 0;
  for (const found of raw.matchAll(separators)) {
    if (found[0] === '') continue;
    pieces.push({ start, end: found.index });
    start = found.index + found[0].length;
  }
  pieces.push({ start, end: raw.length });
  const named = pieces
    .filter((piece) => /[\p{L}\p{N}\p{S}]/u.test(raw.slice(piece.start, piece.end)))
    .slice(0, maxParts);
  const runs = new Map<string, readonly [number, number]>();
  // Longer runs last, so that a key that is both a part and a longer run keeps the wider cover.
  for (let length = 1; length <= named.length; length += 1) {
    for (let from = 0; from + length <= named.length; from += 1) {
      if (length > 4 && length !== named.length) continue;
      const key = nameKey(raw.slice(named[from]!.start, named[from + length - 1]!.end));
      if (key !== '') runs.set(key, [from, from + length]);
    }
  }
  const written = named.map((piece) => raw.slice(piece.start, piece.end).trim());
  const turned = new Map<string, number>();
  for (const [index, name] of written.entries()) {
    const key = turnedKey(name);
    if (key !== null) turned.set(key, index);
  }
  const whole = [...runs.keys()].at(-1) ?? '';
  return { parts: written.map((name) => nameKey(name)), written, runs, whole, turned, raw };
}

/** A name's words in the order of the alphabet, squeezed; null for one word or many. Family names stand first in half the world. */
export function turnedKey(name: string): string | null {
  if (!name.includes(' ')) return null;
  const words = fold(name).split(' ');
  return words.length < 2 || words.length > 4 ? null : words.sort().join('');
}

/** One key against one key: 2 equal, 1 nearly (a letter, another script), 0 different. */
function nameAgreement(a: string, b: string): 0 | 1 | 2 {
  if (a === b) return 2;
  const longer = Math.max(a.length, b.length);
  if (longer >= 6 && Math.abs(a.length - b.length) <= 2 && !/\d/.test(a + b)) {
    const limit = longer >= 16 ? 2 : 1;
    if (editDistance(a, b, limit) <= limit) return 1;
  }
  if (!isAscii(a) || !isAscii(b)) {
    const left = transliterate(a) ?? a;
    const right = transliterate(b) ?? b;
    if (isAscii(left) && left === right && left.length >= 4) return 1;
  }
  return 0;
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/**
 * Compares a sound's credits with a recording's artists (lead first) and the names in the recording's own title.
 * `lead` means that the recording's first artist is named, or at least two of its artists.
 */
export function compareCredits(
  soundCredits: readonly string[],
  artists: readonly string[],
  furtherArtists: readonly string[],
): CreditAgreement {
  const ours = creditsOf(soundCredits);
  const theirs = creditsOf(artists);
  if (ours.length === 0 || theirs.length === 0) return { level: 'unstated' };
  /** Of each of our credits, which of its parts the recording has. */
  const covered: true[][] = [];
  let fuzzy = false;
  let turned = false;
  const cover = (found: FoundRun | null): boolean => {
    if (found === null) return false;
    fuzzy ||= found.fuzzy;
    turned ||= found.turned;
    const parts = (covered[found.credit] ??= []);
    for (let i = found.range[0]; i < found.range[1]; i += 1) parts[i] = true;
    return true;
  };
  const namedBySound = (credit: Credit): boolean => cover(bestRun(ours, credit.whole, wholeTurned(credit)));
  const partHits = (credit: Credit): readonly boolean[] =>
    credit.parts.map((key, index) => cover(bestRun(ours, key, turnedOf(credit, index))));
  let shared = 0;
  let missing = 0;
  let leadNamed = false;
  let some = false;
  const unnamed: string[] = [];
  theirs.forEach((credit, index) => {
    if (namedBySound(credit)) {
      shared += 1;
      some = true;
      if (index === 0) leadNamed = true;
      return;
    }
    const hits = credit.parts.length > 1 ? partHits(credit) : [];
    const count = hits.filter(Boolean).length;
    if (count > 0) some = true;
    shared += count;
    missing += Math.max(1, credit.parts.length) - count;
    if (index === 0 && hits[0] === true) leadNamed = true;
    if (count === 0) unnamed.push(credit.raw);
    else unnamed.push(...credit.written.filter((_, part) => hits[part] === false));
  });
  if (!some) return { level: 'none' };
  const known = new Set(theirs.flatMap((credit) => [credit.whole, ...credit.parts]));
  for (const credit of furtherArtists.map(readCredit)) {
    if (namedBySound(credit)) continue;
    const hits = partHits(credit);
    unnamed.push(...credit.written.filter((_, part) => hits[part] === false && !known.has(credit.parts[part]!)));
  }
  // A guest may be named twice, in the title and beside it.
  const met = new Set(ours.flatMap(({ parts }, index) => parts.filter((_, part) => covered[index]?.[part])));
  const unknown = ours.flatMap(({ parts, written }, index) =>
    written.filter((_, part) => !covered[index]?.[part] && !met.has(parts[part]!)),
  );
  const allOurs = unknown.length === 0;
  const rest = { shared, fuzzy, turned, alone: allOurs, unknown, unnamed };
  if (missing === 0 && allOurs) return { level: 'equal', ...rest };
  // Two names in common are as good as the first one: credits are reordered freely.
  if (leadNamed || shared >= 2) return { level: 'lead', ...rest };
  return { level: 'some', ...rest };
}

/** Without what names nobody: "—". */
function creditsOf(names: readonly string[]): readonly Credit[] {
  const credits: Credit[] = [];
  for (const name of names) {
    const credit = readCredit(name);
    if (credit.parts.length > 0) credits.push(credit);
  }
  return credits;
}

function turnedOf(credit: Credit, part: number): string | null {
  for (const [key, index] of credit.turned) if (index === part) return key;
  return null;
}

const wholeTurned = (credit: Credit): string | null => (credit.parts.length === 1 ? turnedOf(credit, 0) : null);

interface FoundRun {
  readonly credit: number;
  readonly range: readonly [number, number];
  readonly fuzzy: boolean;
  readonly turned: boolean;
}

function bestRun(credits: readonly Credit[], key: string, turned: string | null): FoundRun | null {
  if (key === '') return null;
  for (let index = 0; index < credits.length; index += 1) {
    const range = credits[index]!.runs.get(key);
    if (range) return { credit: index, range, fuzzy: false, turned: false };
  }
  if (turned !== null)
    for (let index = 0; index < credits.length; index += 1) {
      const part = credits[index]!.turned.get(turned);
      if (part !== undefined) return { credit: index, range: [part, part + 1], fuzzy: false, turned: true };
    }
  for (let index = 0; index < credits.length; index += 1) {
    for (const [run, range] of credits[index]!.runs)
      if (nameAgreement(run, key) === 1) return { credit: index, range, fuzzy: true, turned: false };
  }
  return null;
}

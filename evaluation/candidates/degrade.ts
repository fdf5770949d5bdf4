// What becomes of a title on its way to a sound, one thing at a time.

import { pick } from './songs.ts';

export interface Degradation {
  readonly name: string;
  /** Share of look-ups that must have the recording among the candidates. */
  readonly goal: number | null;
  /** Whether the sound names its artist; else only titles that at most ten recordings bear are asked for. */
  readonly withArtist: boolean;
  /** Null when the title is too short for it. */
  apply(title: string, next: () => number): string | null;
}

const letter = /[\p{L}\p{N}]/u;

/** Somewhere in the title, spaces and first letter included; null when it would leave no slip. */
function slip(edit: (letters: readonly string[], at: number, next: () => number) => readonly string[]) {
  return (title: string, next: () => number): string | null => {
    const letters = [...title];
    if (letters.filter((each) => letter.test(each)).length < 3) return null;
    for (let tries = 0; tries < 20; tries += 1) {
      const at = Math.floor(next() * letters.length);
      const edited = edit(letters, at, next).join('');
      // Case, brackets and accents do not count as slips: folding undoes them.
      if (plain(edited) !== plain(title)) return edited;
    }
    return null;
  };
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} ]/gu, '')
    .replace(/ +/g, ' ')
    .trim();
const anyLetter = (next: () => number): string => pick([...'abcdefghijklmnopqrstuvwxyz'], next);

const swap = slip((letters, at) => {
  const edited = [...letters];
  [edited[at], edited[at + 1]] = [edited[at + 1] ?? '', edited[at]!];
  return edited;
});
const drop = slip((letters, at) => letters.toSpliced(at, 1));
const add = slip((letters, at, next) => letters.toSpliced(at, 0, anyLetter(next)));
const replace = slip((letters, at, next) => letters.toSpliced(at, 1, anyLetter(next)));

const tags = [' (TikTok Version)', ' #fyp #viral', ' ✨🎶', ' 【Official Audio】', ' - TikTok release', ' (Lyrics)'];
const tagged = (title: string, next: () => number): string =>
  next() < 0.2 ? `✨${title}✨` : title + pick(tags, next);
const miscased = (title: string, next: () => number): string => {
  const kind = next();
  if (kind < 0.35) return title.toUpperCase();
  if (kind < 0.7) return title.toLowerCase();
  return [...title].map((each, i) => (i % 2 ? each.toUpperCase() : each.toLowerCase())).join('');
};
const noAccents = (title: string): string | null => {
  const bare = title
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
  return bare === title ? null : bare;
};

export const degradations: readonly Degradation[] = [
  { name: 'as released', goal: 0.99, withArtist: true, apply: (title) => title },
  { name: 'tagged', goal: 0.99, withArtist: true, apply: tagged },
  { name: 'mis-cased', goal: 0.99, withArtist: true, apply: miscased },
  { name: 'without accents', goal: 0.99, withArtist: true, apply: noAccents },
  { name: 'two letters swapped', goal: 0.95, withArtist: true, apply: swap },
  { name: 'a letter dropped', goal: 0.95, withArtist: true, apply: drop },
  { name: 'a letter added', goal: 0.95, withArtist: true, apply: add },
  { name: 'a letter replaced', goal: 0.95, withArtist: true, apply: replace },
  {
    name: 'two slips',
    goal: null,
    withArtist: true,
    apply: (title, next) => replace(drop(title, next) ?? title, next),
  },
  { name: 'tagged, no artist', goal: 0.99, withArtist: false, apply: tagged },
  {
    name: 'one slip, no artist',
    goal: null,
    withArtist: false,
    apply: (title, next) => pick([swap, drop, add, replace], next)(title, next),
  },
];

// A catalogue that nobody recorded, with the statistics of one that exists: words as frequent as in real titles, a long tail of
// rare ones, titles that thousands of recordings share, names of very unequal fame, versions of one song. Seeded: the same every time.
//   word   = one of `titleWords` by its count, else one of 200,000 made-up words by rank (Zipf)
//   24 % of the words in 739 real titles occur once in them, which estimates how often the next title's word is a new one
//   (Good and Turing); hence the tail's share.

import { titleLengths, titleWords } from './titleWords.ts';
import { works } from '../metadata/works.ts';
import type { CatalogueRow } from '../metadata/catalogueDatabase.ts';

const tailShare = 0.24;
const tailWords = 200_000;
/** Titles in other scripts, by script. */
const otherScriptShare = 0.08;
/** Recordings that bear a title everybody knows: covers, karaoke, tributes. */
const famousTitleShare = 0.01;
const artistShare = 0.12;

export interface Song extends CatalogueRow {
  /** The title without its version, as a person would say it. */
  readonly name: string;
}

/** A small, fast generator of numbers in [0, 1) (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;

export const pick = <T>(among: readonly T[], next: Random): T => among[Math.floor(next() * among.length)]!;

/** A rank in [0, n) with P(rank) ∝ 1 / (rank + flat), by the inverse of the integral: the first `flat` ranks are about as frequent. */
const zipf = (n: number, next: Random, flat = 1): number => Math.floor(flat * ((n + flat) / flat) ** next() - flat);

interface Weighted {
  readonly words: readonly string[];
  readonly upTo: readonly number[];
}

function readWords(): Weighted {
  const words: string[] = [];
  const upTo: number[] = [];
  let count = 1;
  let total = 0;
  for (const line of titleWords.trim().split('\n')) {
    const found = /^(\d+): (.*)$/.exec(line);
    if (found) count = Number(found[1]);
    for (const word of (found ? found[2]! : line).trim().split(' ')) {
      total += count;
      words.push(word);
      upTo.push(total);
    }
  }
  return { words, upTo };
}

const known = readWords();

function knownWord(next: Random): string {
  const at = next() * known.upTo.at(-1)!;
  let low = 0;
  let high = known.upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known.upTo[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return known.words[low]!;
}

const onsets = 'b c d f g h j k l m n p r s t v w z br ch cl cr dr fl fr gl gr kr pl pr qu sh sl sp st str th tr'.split(
  ' ',
);
const vowels = 'a e i o u a e i o ai au ea ee ia io oo ou'.split(' ');
const codas = ' | | |n|r|s|l|t|m|nd|ng|rk|st|x'.split('|').map((coda) => coda.trim());
const accents: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ö', u: 'ü' };

/** The made-up word of a rank: the same rank is the same word. Frequent ones are short. */
function tailWord(rank: number): string {
  const next = random(rank * 7919 + 17);
  const syllables = 1 + Math.floor(next() * 2 + Math.log10(rank + 10) / 3);
  let word = '';
  for (let i = 0; i < syllables; i += 1) word += pick(onsets, next) + pick(vowels, next) + pick(codas, next);
  return next() < 0.06 ? word.replace(/[aeiou]/, (vowel) => accents[vowel] ?? vowel) : word;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const word = (next: Random): string => (next() < tailShare ? tailWord(zipf(tailWords, next, 300)) : knownWord(next));

const scripts = [
  [0x4e00, 900],
  [0x4e00, 900],
  [0x3042, 70],
  [0xac00, 2000],
  [0x0430, 32],
] as const;

function otherScript(next: Random): string {
  const [from, size] = pick(scripts, next);
  const length = from === 0x0430 ? 5 + Math.floor(next() * 10) : 2 + Math.floor(next() * 5);
  let text = '';
  for (let i = 0; i < length; i += 1)
    text += from === 0x0430 && i > 2 && next() < 0.15 ? ' ' : String.fromCodePoint(from + zipf(size, next));
  return text.trim();
}

const totalTitles = titleLengths.reduce((sum, n) => sum + n, 0);
/** No title by itself. */
const empty = new Set(
  'the a an to in of on it and is do if be for that all with at by or from as your my me'.split(' '),
);

function name(next: Random): string {
  if (next() < famousTitleShare) return works[zipf(works.length, next)]!.title;
  if (next() < otherScriptShare) return otherScript(next);
  let length = 1;
  for (let at = next() * totalTitles - titleLengths[0]; at > 0; length += 1) at -= titleLengths[length] ?? totalTitles;
  for (;;) {
    const words = Array.from({ length }, () => word(next));
    if (words.every((each) => empty.has(each))) continue;
    return words.map(capital).join(' ');
  }
}

const firstNames =
  'Maya Leo Nina Jonas Aria Theo Lena Omar Ines Felix Zoe Kofi Mara Ivan Yuki Noor Elsa Hugo Tara Milo Rosa Emil Ada Sami Vera Luca Anya Dario Freya Kenji Lila Marco Olga Pablo Rita Sven Thea Uma Viktor Wanda'.split(
    ' ',
  );

/** The artist of a rank: the same rank is the same artist. */
function artist(rank: number): string {
  const next = random(rank * 104_729 + 5);
  const kind = next();
  const rare = (): string => capital(tailWord(Math.floor(next() * tailWords)));
  if (kind < 0.55) return `${pick(firstNames, next)} ${rare()}`;
  if (kind < 0.7) return `The ${capital(word(next))} ${rare()}s`;
  if (kind < 0.82) return rare();
  if (kind < 0.9) return `${rare()} & ${rare()}`;
  if (kind < 0.95) return `DJ ${rare()}`;
  return otherScript(next);
}

const versions: readonly ((next: Random) => string)[] = [
  () => ' (Live)',
  (next) => ` - Live at ${capital(word(next))}`,
  (next) => ` (${capital(tailWord(zipf(tailWords, next, 300)))} Remix)`,
  () => ' - Remastered 2011',
  () => ' (Acoustic)',
  () => ' - Sped Up',
  () => ' (Slowed + Reverb)',
  () => ' (Instrumental)',
  () => ' - Radio Edit',
  () => ' (Karaoke Version)',
];

/** `count` songs in the order in which they came out. */
export function* songs(count: number, seed = 1): Generator<Song> {
  const next = random(seed);
  const artists = Math.ceil(count * artistShare);
  for (let made = 0; made < count;) {
    const title = name(next);
    const lead = artist(zipf(artists, next, 100));
    const guest = next() < 0.12 ? artist(zipf(artists, next, 100)) : null;
    const durationMs = Math.round(110_000 + next() * 160_000);
    // Most songs exist once; the famous in many versions.
    const takes = next() < 0.75 ? 1 : 2 + zipf(8, next);
    for (let take = 0; take < takes && made < count; take += 1) {
      const version = take === 0 ? '' : pick(versions, next)(next);
      made += 1;
      yield {
        id: `song-${made}`,
        name: title,
        title: title + version,
        artists: guest === null ? [lead] : [lead, guest],
        album: next() < 0.5 ? title : null,
        durationMs: durationMs + (take === 0 ? 0 : Math.round(next() * 60_000)),
        isrc: `ZZSYN${String(made % 10_000_000).padStart(7, '0')}`,
      };
    }
  }
}

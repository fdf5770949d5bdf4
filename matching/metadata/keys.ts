// Search keys: what the catalogue stores for a recording, and what a sound asks for. Both sides are made by `titleKeys` and
// `namesIn`, so that a pair which scoring would call equal always meets in the database.

import type { Recording, RecordingKeys } from '../../domain/recording.ts';
import { nameKey, namesIn } from './credits.ts';
import { boundKey, fold, foldIsrc, squeeze, withoutArticle } from './fold.ts';
import type { SoundWords } from './soundText.ts';
import { creditNames } from './tags.ts';
import { type ParsedTitle, parseTitle } from './title.ts';
import { transliterate } from './transliterate.ts';

export interface CandidateKeys {
  /** Compare with `titleKey`, `baseKey` and `extraKeys`; the likeliest first. */
  readonly exact: readonly string[];
  /** Compare with `artistKeys`. */
  readonly artistKeys: readonly string[];
  /** For the search for near spellings of `baseKey` when nothing exact was found. */
  readonly near: readonly string[];
  /** Single words whose own frequency as titles tells a slip ("Golden Hose") from another word ("Golden House"). */
  readonly counted: readonly string[];
  readonly ids: readonly { readonly platform: string; readonly id: string }[];
  readonly isrcs: readonly string[];
}

/** Most keys that one sound may ask for: a hostile title must not become a thousand look-ups. */
const mostKeys = 40;

export function candidateKeys(sound: SoundWords): CandidateKeys {
  const exact = new Set<string>();
  const artists = new Set<string>();
  const near = new Set<string>();
  const { readings } = sound;
  for (const reading of readings) {
    if (reading.kind !== 'split') for (const key of titleKeys(reading.title)) exact.add(key);
    for (const { key, squeezed, roman } of reading.names) {
      exact.add(key);
      exact.add(squeezed);
      if (roman !== null) exact.add(roman);
      if (key.length >= 4) near.add(key);
    }
    for (const credit of reading.artists) for (const name of namesIn(credit)) addName(artists, name);
  }
  if (sound.handle !== null && readings.length > 0) addName(artists, sound.handle);
  addRunTogether(sound, exact, artists);
  return {
    exact: bounded(exact).slice(0, mostKeys),
    artistKeys: bounded(artists).slice(0, mostKeys),
    near: bounded(near).slice(0, 6),
    counted: [...new Set([...near].slice(0, 6).flatMap((base) => base.split(' ')))]
      .filter((word) => word.length >= 4 && !exact.has(word))
      .slice(0, mostKeys),
    ids: sound.hints.flatMap((hint) => (hint.kind === 'dsp' ? [{ platform: hint.platform, id: hint.id }] : [])),
    isrcs: [...new Set(sound.hints.flatMap((hint) => (hint.kind === 'isrc' ? [foldIsrc(hint.isrc)] : [])))],
  };
}

/** "harry styles as it was": the song is a run of words at either end, the artist the rest. */
function addRunTogether({ readings, userMade }: SoundWords, exact: Set<string>, artists: Set<string>): void {
  const words = (readings[0]?.names[0]?.key ?? '').split(' ');
  if (words.length < (userMade === false ? 3 : 2) || words.length > 12) return;
  for (let length = words.length - 1; length >= 1; length -= 1) {
    for (const [run, rest] of [
      [words.slice(-length), words.slice(0, -length)],
      [words.slice(0, length), words.slice(length)],
    ] as const) {
      const name = rest[0] === 'by' ? rest.slice(1) : rest;
      if (name.join('').length < 2) continue;
      exact.add(run.join(' '));
      if (name.length <= mostNameWords) addName(artists, name.join(' '));
    }
  }
}

/** Artists' names have seldom more words. */
const mostNameWords = 4;

export function recordingKeys(
  recording: Pick<Recording, 'title' | 'artists'> & { readonly aliases?: readonly string[] },
): RecordingKeys {
  const parsed = parseTitle(recording.title);
  const titleKey = boundKey(fold(recording.title));
  const baseKey = parsed.baseKey === '' ? titleKey : boundKey(parsed.baseKey);
  const extra = new Set<string>(titleKeys(parsed));
  const artists = new Set<string>();
  for (const alias of recording.aliases ?? []) {
    for (const key of titleKeys(parseTitle(alias))) extra.add(key);
    addName(artists, alias);
  }
  for (const credit of [...recording.artists, ...creditNames(parsed.tags)])
    for (const name of namesIn(credit)) addName(artists, name);
  return {
    titleKey,
    baseKey,
    artistKeys: bounded(artists),
    extraKeys: bounded(extra).filter((key) => key !== titleKey && key !== baseKey),
    groupKeys: groupKeys(parsed),
  };
}

/** As they are stored and asked for, each once. */
const bounded = (keys: ReadonlySet<string>): string[] =>
  [...new Set([...keys].map(boundKey))].filter((key) => key !== '');

function addName(names: Set<string>, raw: string): void {
  const key = nameKey(raw);
  names.add(key);
  const roman = transliterate(fold(raw));
  if (roman !== null) names.add(squeeze(roman));
}

/** What stands beside a title and was read as nothing: what a catalogue counts to tell versions from subtitles. */
const groupKeys = ({ bases, subtitles }: ParsedTitle): readonly string[] =>
  bounded(new Set([...bases.slice(1), ...subtitles].map((group) => squeeze(fold(group)))));

/** The groups of a sound in all its readings and of the recordings that it may be, which scoring asks the catalogue's counts of. */
export function groupsToCount(sound: SoundWords, titles: readonly string[]): readonly string[] {
  const groups = new Set(
    sound.readings.flatMap(({ names }) => names.flatMap((name) => name.groups.map(({ key }) => key))),
  );
  for (const title of titles) for (const key of groupKeys(parseTitle(title))) groups.add(key);
  return bounded(groups).slice(0, mostKeys);
}

/** By title. A bounded map: weak maps with this many young entries made the garbage collector the largest cost. */
const rememberedKeys = new Map<string, readonly string[]>();

/**
 * The keys under which a title can be found, best first; the same function serves sounds and recordings, so that they meet.
 * Without the squeezed and romanised forms where those equal a plain key.
 */
function titleKeys(parsed: ParsedTitle): readonly string[] {
  const known = rememberedKeys.get(parsed.raw);
  if (known) return known;
  const plain = new Set<string>();
  const whole = parsed.bases.join(' ');
  const wholeKey = parsed.bases.length === 1 ? parsed.baseKey : whole === '' ? '' : fold(whole);
  if (wholeKey !== '') plain.add(wholeKey);
  if (parsed.subtitles.length > 0 && parsed.bases.length > 0) {
    plain.add(fold(`${whole} ${parsed.subtitles.join(' ')}`));
    plain.add(fold(`${parsed.subtitles.join(' ')} ${whole}`));
  }
  const keys = new Set(plain);
  // A title that is itself worded like a tag ("Remix to Ignition") is still its whole text.
  if (!parsed.placeholder && parsed.note === null && parsed.raw !== whole) keys.add(fold(parsed.raw));
  keys.add(parsed.baseKey);
  for (const subtitle of parsed.subtitles) keys.add(fold(subtitle));
  for (const key of plain) {
    keys.add(withoutArticle(key));
    keys.add(squeeze(key));
    const roman = transliterate(key);
    if (roman !== null) {
      keys.add(roman);
      keys.add(squeeze(roman));
    }
  }
  keys.delete('');
  const all = [...keys];
  if (rememberedKeys.size >= 4096) rememberedKeys.clear();
  if (parsed.note === null) rememberedKeys.set(parsed.raw, all);
  return all;
}

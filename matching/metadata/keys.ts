// Search keys: what the catalogue stores for a recording, and what a sound asks for. Both sides are made by `titleKeys` and
// `namesIn`, so that a pair which scoring would call equal always meets in the database.

import type { Recording, RecordingKeys } from '../../domain/recording.ts';
import { nameKey, namesIn } from './credits.ts';
import { boundKey, fold, foldIsrc, squeeze } from './fold.ts';
import { baseKeyOf, creditNames, type SoundWords, titleKeys } from './soundText.ts';
import { parseTitle } from './title.ts';
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
    const base = baseKeyOf(reading);
    if (reading.baseIndex === null) for (const { key } of titleKeys(reading.title)) exact.add(key);
    else {
      exact.add(base);
      exact.add(squeeze(base));
    }
    if (base.length >= 4) near.add(base);
    for (const credit of reading.artists) for (const name of namesIn(credit)) addName(artists, name);
  }
  if (sound.handle !== null && readings.length > 0) addName(artists, sound.handle);
  // "harry styles as it was": the song is a run of words at either end.
  const words = readings[0] === undefined ? [] : baseKeyOf(readings[0]).split(' ');
  if (words.length >= 3 && words.length <= 12) {
    for (let length = words.length - 1; length >= 1; length -= 1) {
      for (const run of [words.slice(-length), words.slice(0, length)])
        if (run.join('').length >= 4) exact.add(run.join(' '));
    }
  }
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

export function recordingKeys(
  recording: Pick<Recording, 'title' | 'artists'> & { readonly aliases?: readonly string[] },
): RecordingKeys {
  const parsed = parseTitle(recording.title);
  const titleKey = boundKey(fold(recording.title));
  const baseKey = parsed.baseKey === '' ? titleKey : boundKey(parsed.baseKey);
  const extra = new Set<string>(titleKeys(parsed).map(({ key }) => key));
  const artists = new Set<string>();
  for (const alias of recording.aliases ?? []) {
    for (const { key } of titleKeys(parseTitle(alias))) extra.add(key);
    addName(artists, alias);
  }
  for (const credit of [...recording.artists, ...creditNames(parsed.tags)])
    for (const name of namesIn(credit)) addName(artists, name);
  return {
    titleKey,
    baseKey,
    artistKeys: bounded(artists),
    extraKeys: bounded(extra).filter((key) => key !== titleKey && key !== baseKey),
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

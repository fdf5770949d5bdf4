// What a sound says in words, and the readings of it: every way in which those words may name a title and an artist.

import { fold, squeeze, withoutArticle } from './fold.ts';
import type { Tag } from './tags.ts';
import { parseTitle, type ParsedTitle } from './title.ts';
import { transliterate } from './transliterate.ts';
import { nobodysNames } from './words/credits.ts';
import { anyOf, whole } from './words/wordings.ts';

export type DspPlatform = 'apple' | 'amazon' | 'spotify' | 'deezer' | 'melon' | 'tiktok_music' | 'resso' | 'youtube';

export type Hint =
  /** The platform itself maps the sound to this id on a streaming service. */
  | { readonly kind: 'dsp'; readonly platform: DspPlatform; readonly id: string }
  | { readonly kind: 'isrc'; readonly isrc: string }
  /** A song that the platform (or, weakly, the caption) names as contained. */
  | { readonly kind: 'named'; readonly title: string; readonly author: string | null; readonly source: string };

/** A sound's words. Null where the platform said nothing. */
export interface SoundText {
  readonly title: string;
  readonly author: string | null;
  readonly handle: string | null;
  readonly album: string | null;
  /** The platform's "made by a user" mark; null when it did not say. Never fully trusted. */
  readonly original: boolean | null;
  readonly durationMs: number | null;
  readonly hints: readonly Hint[];
}

/** One way to read the words. */
export interface Reading {
  readonly kind: 'direct' | 'split' | 'swapped' | 'contains' | 'named' | 'caption' | 'mashup';
  readonly title: ParsedTitle;
  /** Which of the title's bases is meant; null: all of them together. */
  readonly baseIndex: number | null;
  /** Raw credit strings; empty when nobody is named. */
  readonly artists: readonly string[];
  readonly source: string;
}

/** These words are the uploader's own; the others are those of the platform, or of whoever wrote the caption. */
export const isFromUploader = ({ kind }: Reading): boolean =>
  kind === 'direct' || kind === 'split' || kind === 'swapped' || kind === 'mashup';

/** A sound's words as they are read: once, and then handed on to whoever searches, scores or explains. */
export interface SoundWords extends SoundText {
  readonly parsed: ParsedTitle;
  /** True when a person uploaded it, whose title need not name the music; false for an official sound, null when nothing tells. */
  readonly userMade: boolean | null;
  /** The plainest first; empty when there are no usable words. */
  readonly readings: readonly Reading[];
}

export function readWords(sound: SoundText): SoundWords {
  const parsed = parseTitle(sound.title);
  return { ...sound, parsed, userMade: isUserMade(sound, parsed), readings: readingsOf(sound, parsed) };
}

function isUserMade(sound: SoundText, parsed: ParsedTitle): boolean | null {
  if (parsed.placeholder) return true;
  if (sound.original !== null) return sound.original;
  if (sound.author !== null && sound.handle !== null && squeeze(fold(sound.author)) === squeeze(fold(sound.handle)))
    return true;
  return null;
}

function readingsOf(sound: SoundText, parsed: ParsedTitle): readonly Reading[] {
  const readings: Reading[] = [];
  const author = usableAuthor(sound.author);
  const tagArtists = creditNames(parsed.tags);
  if (parsed.bases.length > 0) {
    const artists = author === null ? tagArtists : [author, ...tagArtists];
    readings.push({ kind: 'direct', title: parsed, baseIndex: null, artists, source: 'title' });
    if (parsed.bases.length > 1) {
      readings.push({ kind: 'direct', title: parsed, baseIndex: 0, artists, source: 'title' });
      for (const [index, base] of parsed.bases.slice(0, 3).entries()) {
        const others = parsed.bases.filter((_, other) => other !== index).slice(0, 3);
        readings.push({
          kind: 'split',
          title: parsed,
          baseIndex: index,
          artists: [...others, ...tagArtists],
          source: `"${base}" beside a dash`,
        });
      }
    }
    if (author !== null && parsed.bases.length === 1 && parsed.tags.length === 0) {
      const swapped = parseTitle(author);
      if (swapped.bases.length === 1)
        readings.push({
          kind: 'swapped',
          title: swapped,
          baseIndex: null,
          artists: [parsed.base],
          source: 'author field',
        });
    }
  }
  for (const part of parsed.mashup ?? []) {
    readings.push({
      ...namedReading('mashup', part, null, 'one of several songs in the title'),
      artists: author === null ? [] : [author],
    });
  }
  for (const tag of parsed.tags) {
    if (tag.kind === 'contains')
      readings.push(namedReading('contains', tag.title, tag.artist, 'platform: contains music from'));
  }
  for (const hint of sound.hints) {
    if (hint.kind !== 'named') continue;
    readings.push(namedReading(hint.source === 'caption' ? 'caption' : 'named', hint.title, hint.author, hint.source));
  }
  return readings.filter((reading) => baseKeyOf(reading) !== '');
}

function namedReading(
  kind: 'contains' | 'named' | 'caption' | 'mashup',
  title: string,
  artist: string | null,
  source: string,
): Reading {
  const parsed = parseTitle(title);
  const artists = [...(artist === null || artist.trim() === '' ? [] : [artist]), ...creditNames(parsed.tags)];
  return { kind, title: parsed, baseIndex: null, artists, source };
}

const nobody = whole(anyOf(nobodysNames));

/** An uploader called "original sound", "Unknown Artist" or "Various Artists" names nobody. */
function usableAuthor(author: string | null): string | null {
  if (author === null || author.trim() === '') return null;
  return nobody.test(fold(author)) ? null : author;
}

const noNames: readonly string[] = [];

export function creditNames(tags: readonly Tag[]): readonly string[] {
  if (tags.length === 0) return noNames;
  return tags.flatMap((tag) => (tag.kind === 'credit' && tag.role !== 'producer' ? [tag.names] : []));
}

export function baseKeyOf(reading: Reading): string {
  const { bases } = reading.title;
  const base = reading.baseIndex === null ? bases.join(' ') : (bases[reading.baseIndex] ?? '');
  return base === '' ? '' : fold(base);
}

export interface TitleKey {
  readonly key: string;
  readonly via: 'plain' | 'subtitle' | 'squeezed' | 'romanised';
}

/** By title. A bounded map: weak maps with this many young entries made the garbage collector the largest cost. */
const rememberedKeys = new Map<string, readonly TitleKey[]>();

/**
 * The keys under which a title can be found, best first; the same function serves sounds and recordings, so that they meet.
 * Without the squeezed and romanised forms where those equal a plain key.
 */
export function titleKeys(parsed: ParsedTitle): readonly TitleKey[] {
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
  const first = parsed.baseKey;
  const keys: TitleKey[] = [...plain].map((key) => ({ key, via: 'plain' }));
  const seen = new Set(plain);
  const add = (key: string, via: TitleKey['via']): void => {
    if (key === '' || seen.has(key)) return;
    seen.add(key);
    keys.push({ key, via });
  };
  // A title that is itself worded like a tag ("Remix to Ignition") is still its whole text.
  if (!parsed.placeholder && parsed.note === null && parsed.raw !== whole) add(fold(parsed.raw), 'plain');
  add(first, 'subtitle');
  for (const subtitle of parsed.subtitles) add(fold(subtitle), 'subtitle');
  for (const key of plain) {
    add(withoutArticle(key), 'squeezed');
    add(squeeze(key), 'squeezed');
    const roman = transliterate(key);
    if (roman !== null && roman !== key) {
      add(roman, 'romanised');
      add(squeeze(roman), 'romanised');
    }
  }
  if (rememberedKeys.size >= 4096) rememberedKeys.clear();
  if (parsed.note === null) rememberedKeys.set(parsed.raw, keys);
  return keys;
}

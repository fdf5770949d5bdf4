// What a sound says in words, and the readings of it: every way in which those words may name a title and an artist.

import { fold, squeeze } from './fold.ts';
import type { Name } from './names.ts';
import { readingsOf } from './readings.ts';
import type { Tag } from './tags.ts';
import { parseTitle, type ParsedTitle } from './title.ts';

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
  /** What it takes for the song's name, and what then stands beside it: one way or two. */
  readonly names: readonly Name[];
  readonly tags: readonly Tag[];
  /** Raw credit strings; empty when nobody is named. */
  readonly artists: readonly string[];
  readonly source: string;
}

/** These words are the uploader's own; the others are those of the platform, or of whoever wrote the caption. */
export const isFromUploader = ({ kind }: Reading): boolean =>
  kind === 'direct' || kind === 'split' || kind === 'swapped' || kind === 'mashup';

/** The name as written. */
export const baseOf = ({ names }: Reading): string => names[0]?.raw ?? '';

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

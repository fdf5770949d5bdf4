// Every way in which a sound's words may name a title and an artist: the fields as they are, and as uploads write them.
//   "T" by A                 direct
//   A - T, T - A, T | A, T (sped up) A         a segment is the title, the others are artists
//   T (A), T [A]             a group may be the artist
//   T by A, T (slowed) by A  "by" may stand before the artist, or in the title: both
//   A - Video, A - Live      a segment that reads as a tag may be the title
//   A as title, T as author  fields in each other's place
//   (Contains music from: T - A), T x U, hints of the platform, the caption

import { fold } from './fold.ts';
import { inOtherScript, nameOf, namesOf } from './names.ts';
import type { Reading, SoundText } from './soundText.ts';
import { creditNames, type Tag } from './tags.ts';
import { parseTitle, type ParsedTitle } from './title.ts';
import { nobodysNames } from './words/credits.ts';
import { anyOf, whole } from './words/wordings.ts';

/** A hostile title must not become a thousand readings. */
const mostSegments = 3;

export function readingsOf(sound: SoundText, parsed: ParsedTitle): readonly Reading[] {
  const readings: Reading[] = [];
  const author = usableAuthor(sound.author);
  const tagArtists = creditNames(parsed.tags);
  const { bases, subtitles, tags } = parsed;
  if (bases.length > 0) {
    const artists = author === null ? tagArtists : [author, ...tagArtists];
    readings.push({ kind: 'direct', title: parsed, names: namesOf(parsed), tags, artists, source: 'title' });
    readings.push(...splitReadings(parsed, tagArtists));
    if (author !== null && bases.length === 1 && tags.length === 0) {
      const swapped = parseTitle(author);
      if (swapped.bases.length === 1)
        readings.push({
          kind: 'swapped',
          title: swapped,
          names: namesOf(swapped),
          tags: swapped.tags,
          artists: [bases[0]!, ...subtitles],
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
  for (const tag of tags) {
    if (tag.kind === 'contains')
      readings.push(namedReading('contains', tag.title, tag.artist, 'platform: contains music from'));
  }
  for (const hint of sound.hints) {
    if (hint.kind !== 'named') continue;
    readings.push(namedReading(hint.source === 'caption' ? 'caption' : 'named', hint.title, hint.author, hint.source));
  }
  return readings.filter(({ names }) => (names[0]?.key ?? '') !== '');
}

/** What stands in the title field beside a dash, in a bracket or behind "by" may be the artist. */
function splitReadings(parsed: ParsedTitle, tagArtists: readonly string[]): readonly Reading[] {
  const { bases, subtitles, tags } = parsed;
  const readings: Reading[] = [];
  const split = (
    title: string,
    groups: readonly string[],
    artists: readonly string[],
    where: string,
    given: readonly Tag[] = tags,
  ): void => {
    readings.push({
      kind: 'split',
      title: parsed,
      names: [nameOf(title, groups)],
      tags: given,
      artists: [...artists, ...(given === tags ? tagArtists : creditNames(given))],
      source: `"${title}" ${where}`,
    });
  };
  const name = bases[0]!;
  if (bases.length > 1) {
    for (const [index, base] of bases.slice(0, mostSegments).entries())
      split(
        base,
        besidesOf(parsed, index),
        bases
          .filter((_, other) => other !== index)
          .map(withoutBy)
          .slice(0, mostSegments),
        'beside a dash',
      );
    // "Title (slowed) by Artist"
    if (bases.length === 2 && by.test(bases[1]!)) split(name, subtitles, [withoutBy(bases[1]!)], 'before "by"');
  }
  if (bases.length === 1) {
    for (const [title, artist] of aroundBy(name)) split(title, subtitles, [artist], 'before "by"');
    for (const { raw, tags: own } of parsed.tagged.slice(0, mostSegments)) {
      const alone = parseTitle(raw);
      const others = tags.filter((tag) => !own.includes(tag));
      if (alone.bases.length === 1)
        split(alone.base, [...subtitles, ...alone.subtitles], [name], 'beside a dash', [...others, ...alone.tags]);
    }
    for (const hashtag of parsed.hashtagged.slice(0, 1)) split(name, subtitles, [hashtag], 'beside a hashtag');
  }
  for (const subtitle of subtitles.slice(0, mostSegments))
    split(
      bases.join(' '),
      subtitles.filter((other) => other !== subtitle),
      [subtitle],
      'before a bracket',
    );
  return readings;
}

/** Groups that may belong to this base: a name in another script behind the artist is the artist's. */
function besidesOf({ bases, subtitles, subtitlesAfter }: ParsedTitle, index: number): readonly string[] {
  return subtitles.filter((subtitle, i) => {
    const before = subtitlesAfter[i]! - 1;
    return before === index || before < 0 || !inOtherScript(subtitle, bases[before] ?? '');
  });
}

const by = /^by\s+(?=\S)/iu;
const withoutBy = (text: string): string => text.replace(by, '');

/** Every "by" may be the one between title and artist: "Stand by Me by Ben E. King". */
function aroundBy(name: string): readonly (readonly [title: string, artist: string])[] {
  const parts = name.split(/\s+by\s+/iu);
  if (parts.length < 2 || parts.length > 4) return [];
  const places = [...name.matchAll(/\s+by\s+/giu)];
  return places.map((place) => [name.slice(0, place.index), name.slice(place.index + place[0].length)]);
}

function namedReading(
  kind: 'contains' | 'named' | 'caption' | 'mashup',
  title: string,
  artist: string | null,
  source: string,
): Reading {
  const parsed = parseTitle(title);
  const artists = [...(artist === null || artist.trim() === '' ? [] : [artist]), ...creditNames(parsed.tags)];
  return { kind, title: parsed, names: namesOf(parsed), tags: parsed.tags, artists, source };
}

const nobody = whole(anyOf(nobodysNames));

/** An uploader called "original sound", "Unknown Artist" or "Various Artists" names nobody. */
function usableAuthor(author: string | null): string | null {
  if (author === null || author.trim() === '') return null;
  return nobody.test(fold(author)) ? null : author;
}

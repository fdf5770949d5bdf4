// A recording's words, read once: what scoring and relating compare a sound or another recording with.

import type { Recording } from '../../domain/recording.ts';
import { fold } from './fold.ts';
import { type Name, namesOf } from './names.ts';
import { creditNames, type Tag } from './tags.ts';
import { type ParsedTitle, parseTitle } from './title.ts';

/** What is read of a recording; a domain `Recording` is one. */
export interface RecordingText extends Pick<
  Recording,
  'id' | 'title' | 'artists' | 'version' | 'durationMs' | 'isrc' | 'releaseDate'
> {
  readonly album?: string | null;
  /** Other names of the recording or of its artists: translations, transliterations. */
  readonly aliases?: readonly string[];
  readonly externalIds?: readonly { readonly platform: string; readonly id: string }[];
}

export interface RecordingSide {
  readonly recording: RecordingText;
  readonly title: ParsedTitle;
  /** The ways in which the title names the song. */
  readonly names: readonly Name[];
  readonly tags: readonly Tag[];
  readonly aliases: readonly { readonly title: ParsedTitle; readonly names: readonly Name[] }[];
  /** Artists with all names in the title's credits. */
  readonly furtherArtists: readonly string[];
}

/** What a recording's title and version field say together. */
export function tagsOf(recording: Pick<RecordingText, 'title' | 'version'>): readonly Tag[] {
  const { tags } = parseTitle(recording.title);
  return recording.version === null || recording.version.trim() === ''
    ? tags
    : [...tags, ...versionTags(recording.version)];
}

export function sideOf(recording: RecordingText): RecordingSide {
  const title = parseTitle(recording.title);
  const tags = tagsOf(recording);
  return {
    recording,
    title,
    names: namesOf(title),
    tags,
    aliases: (recording.aliases ?? []).map((alias) => {
      const parsed = parseTitle(alias);
      return { title: parsed, names: namesOf(parsed) };
    }),
    furtherArtists: creditNames(tags),
  };
}

/** A catalogue's version field is a tag even where its wording is unknown to the grammar. */
function versionTags(version: string): readonly Tag[] {
  const parsed = parseTitle(`x (${version})`);
  if (parsed.subtitles.length === 0) return parsed.tags;
  return [...parsed.tags, { kind: 'version', version: 'version', who: fold(version).split(' ') }];
}

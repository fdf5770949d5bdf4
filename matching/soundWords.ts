// A sound's words as the matchers read them: the submitted fields, what its platform object adds, and what a person handed in.

import type { PrereleaseMetadata } from '../domain/sound.ts';
import { boundKey } from './metadata/fold.ts';
import { candidateKeys } from './metadata/keys.ts';
import { readPlatformObject } from './metadata/platformObject.ts';
import { type Hint, readWords, type SoundWords } from './metadata/soundText.ts';

/** The fields of a sound that carry words; empty where nothing was submitted. */
export interface SubmittedWords {
  readonly title: string;
  readonly author: string;
  readonly handle: string;
  readonly original: boolean | null;
  readonly durationMs: number | null;
  /** The platform's own object without its tokens. */
  readonly payload: unknown;
  readonly prerelease: PrereleaseMetadata | null;
}

const orNull = (text: string): string | null => (text === '' ? null : text);

export function wordsOf(sound: SubmittedWords): SoundWords {
  const object = sound.payload === null ? null : readPlatformObject(sound.payload);
  return readWords({
    title: sound.title === '' ? (object?.title ?? '') : sound.title,
    author: orNull(sound.author) ?? object?.author ?? null,
    handle: orNull(sound.handle) ?? object?.handle ?? null,
    album: object?.album ?? null,
    original: sound.original ?? object?.original ?? null,
    durationMs: sound.durationMs ?? object?.durationMs ?? null,
    hints: [...(object?.hints ?? []), ...(sound.prerelease === null ? [] : prereleaseHints(sound.prerelease))],
  });
}

function prereleaseHints(prerelease: PrereleaseMetadata): Hint[] {
  const named: Hint = {
    kind: 'named',
    title: prerelease.title,
    author: prerelease.artists.length === 0 ? null : prerelease.artists.join(', '),
    source: 'a person',
  };
  return prerelease.isrc === null ? [named] : [named, { kind: 'isrc', isrc: prerelease.isrc }];
}

/** Folded titles, and identifiers, under which a new recording finds this sound while it waits. */
export const waitingKeys = (sound: SubmittedWords): readonly string[] => {
  const { exact, ids, isrcs } = candidateKeys(wordsOf(sound));
  return [...exact, ...isrcs.map(isrcKey), ...ids.map(({ platform, id }) => serviceKey(platform, id))];
};

/** Folded names under which it ranks before others that share its title. */
export const waitingArtistKeys = (sound: SubmittedWords): readonly string[] => candidateKeys(wordsOf(sound)).artistKeys;

/** Identifiers of a recording, in the form in which they stand among a sound's waiting keys. No folded title holds a colon. */
export const identifierKeys = (recording: {
  readonly isrc: string | null;
  readonly externalIds: Readonly<Record<string, readonly string[]>>;
}): readonly string[] => [
  ...(recording.isrc === null ? [] : [isrcKey(recording.isrc)]),
  ...Object.entries(recording.externalIds).flatMap(([platform, ids]) => ids.map((id) => serviceKey(platform, id))),
];

const isrcKey = (isrc: string): string => boundKey(`isrc:${isrc}`);
const serviceKey = (platform: string, id: string): string => boundKey(`${platform}:${id}`);

export const prereleaseKeys = (prerelease: PrereleaseMetadata): readonly string[] =>
  waitingKeys({ title: '', author: '', handle: '', original: null, durationMs: null, payload: null, prerelease });

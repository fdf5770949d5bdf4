// Short ways to write sounds and recordings in tests.

import type { Rarity } from '../../../matching/metadata/rarity.ts';
import type { RecordingText } from '../../../matching/metadata/recordingText.ts';
import { readWords, type SoundText, type SoundWords } from '../../../matching/metadata/soundText.ts';

export const rare: Rarity = { titleFrequency: () => 1, catalogueSize: 1_000_000 };

export function recording(
  id: string,
  title: string,
  artists: string,
  more: Partial<RecordingText> = {},
): RecordingText {
  return {
    id,
    title,
    artists: artists.split(';'),
    version: null,
    durationMs: null,
    isrc: null,
    releaseDate: null,
    ...more,
  };
}

export function official(title: string, author: string | null, more: Partial<SoundText> = {}): SoundWords {
  return readWords({
    title,
    author,
    handle: null,
    album: null,
    original: false,
    durationMs: null,
    hints: [],
    ...more,
  });
}

export function upload(title: string, handle: string, more: Partial<SoundText> = {}): SoundWords {
  return official(title, handle, { ...more, handle, original: more.original ?? true });
}

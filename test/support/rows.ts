// Rows as a test wants them: what it names, and everything else as it is when nothing is known.

import type { NewSound } from '../../store/sounds/sounds.ts';
import type { CatalogueRecording } from '../../store/catalogue/recordings.ts';

export const catalogueRecording = (
  given: Partial<CatalogueRecording> & Pick<CatalogueRecording, 'id' | 'title'>,
): CatalogueRecording => ({
  isrc: null,
  artists: [],
  version: null,
  album: null,
  releaseDate: null,
  upc: null,
  label: null,
  durationMs: null,
  aliases: [],
  externalIds: {},
  provisional: false,
  ...given,
});

/** On TikTok, without audio. */
export const newSound = (given: Partial<NewSound> & Pick<NewSound, 'id' | 'title'>): NewSound => ({
  platform: 'tiktok',
  platformSoundId: given.id.slice('tiktok:'.length),
  author: '',
  handle: '',
  original: null,
  durationMs: null,
  audio: null,
  audioRoot: null,
  payload: null,
  textKeys: [],
  horizonMs: 1e9,
  ...given,
});

// The outside services that can be asked. Catalogue services know recordings by name and code, recognisers know audio.

export const catalogueNames = ['spotify', 'applemusic', 'deezer', 'musicbrainz', 'itunes'] as const;
export type CatalogueName = (typeof catalogueNames)[number];

export const recogniserNames = ['acrcloud', 'audd', 'acoustid'] as const;
export type RecogniserName = (typeof recogniserNames)[number];

export type ProviderName = CatalogueName | RecogniserName;

/** Under which name a service's ids are kept with a recording. iTunes and Apple Music number their songs alike. */
export const serviceIdSpace: Readonly<Record<ProviderName, string>> = {
  spotify: 'spotify',
  applemusic: 'apple',
  itunes: 'apple',
  deezer: 'deezer',
  musicbrainz: 'musicbrainz',
  acrcloud: 'acrcloud',
  audd: 'audd',
  acoustid: 'acoustid',
};

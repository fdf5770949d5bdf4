// The outside services that can be asked. Catalogue services know recordings by name and code, recognisers know audio.

export const catalogueNames = ['spotify', 'applemusic', 'deezer', 'musicbrainz', 'itunes'] as const;
export type CatalogueName = (typeof catalogueNames)[number];

export const recogniserNames = ['acrcloud', 'audd', 'acoustid'] as const;
export type RecogniserName = (typeof recogniserNames)[number];

export type ProviderName = CatalogueName | RecogniserName;

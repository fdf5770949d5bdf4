// All loopback services by their provider's name.

import type { ProviderName } from '../../../domain/providers.ts';
import { acoustid } from './acoustid.ts';
import { acrcloud } from './acrcloud.ts';
import { applemusic } from './applemusic.ts';
import { audd } from './audd.ts';
import { deezer } from './deezer.ts';
import { itunes } from './itunes.ts';
import { musicbrainz } from './musicbrainz.ts';
import type { Service } from './server.ts';
import { spotify } from './spotify.ts';

export const services: Readonly<Record<ProviderName, () => Service>> = {
  spotify,
  applemusic,
  deezer,
  musicbrainz,
  itunes,
  acrcloud,
  audd,
  acoustid,
};

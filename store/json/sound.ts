// The column `sounds.prerelease`: what a person knew of a sound's recording. (`sounds.payload` is a platform's own object, of any shape: whoever reads it
// takes whatever it is.)

import * as z from 'zod';
import type { PrereleaseMetadata } from '../../domain/sound.ts';
import { jsonColumn } from './column.ts';

export const prereleaseColumn = jsonColumn<PrereleaseMetadata>()(
  'sounds.prerelease',
  1,
  z.strictObject({
    title: z.string(),
    artists: z.array(z.string()),
    isrc: z.nullable(z.string()),
    releaseDate: z.nullable(z.string()),
    audioHash: z.nullable(z.string()),
  }),
);

// Answers of providers as they are kept for the rest of the day (`provider_answers.answer`).

import * as z from 'zod';
import { catalogueNames, recogniserNames } from '../../domain/providers.ts';
import type { Recognition, ServiceRecording } from '../../providers/provider.ts';
import { boxedColumn } from '../../store/json/column.ts';

const ids = z.record(z.string(), z.array(z.string()));

export const recordingsColumn = boxedColumn<readonly ServiceRecording[]>()(
  'provider_answers.answer',
  1,
  z.array(
    z.strictObject({
      provider: z.enum(catalogueNames),
      id: z.string(),
      isrc: z.nullable(z.string()),
      title: z.string(),
      artists: z.array(z.string()),
      version: z.nullable(z.string()),
      album: z.nullable(z.string()),
      albumId: z.nullable(z.string()),
      upc: z.nullable(z.string()),
      label: z.nullable(z.string()),
      durationMs: z.nullable(z.number()),
      releaseDate: z.nullable(z.string()),
      releaseDates: z.record(z.string(), z.string()),
      previewUrl: z.nullable(z.string()),
      url: z.nullable(z.string()),
      externalIds: ids,
    }),
  ),
);

export const recognitionsColumn = boxedColumn<readonly Recognition[]>()(
  'provider_answers.answer',
  1,
  z.array(
    z.strictObject({
      provider: z.enum(recogniserNames),
      id: z.string(),
      list: z.enum(['music', 'custom', 'humming']),
      title: z.string(),
      artists: z.array(z.string()),
      album: z.nullable(z.string()),
      isrc: z.nullable(z.string()),
      upc: z.nullable(z.string()),
      releaseDate: z.nullable(z.string()),
      score: z.nullable(z.number()),
      offsetMs: z.nullable(z.number()),
      externalIds: ids,
    }),
  ),
);

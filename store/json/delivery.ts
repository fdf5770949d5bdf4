// JSON columns of deliveries: how a listing is to be read, and each row as it was read.

import * as z from 'zod';
import type { DeliveredItem, DeliveryOptions } from '../../domain/delivery.ts';
import { boxedColumn, jsonColumn } from './column.ts';

export const optionsColumn = jsonColumn<DeliveryOptions>()(
  'deliveries.options',
  1,
  z.strictObject({
    map: z.exactOptional(z.record(z.string(), z.string())),
    encoding: z.exactOptional(z.string()),
    dates: z.exactOptional(z.enum(['dmy', 'mdy'])),
  }),
);

const said = z.strictObject({ by: z.string(), messageId: z.nullable(z.string()), at: z.nullable(z.string()) });
const release = z.strictObject({
  id: z.string(),
  upc: z.nullable(z.string()),
  title: z.nullable(z.string()),
  label: z.nullable(z.string()),
});
const moments = z.array(
  z.strictObject({
    use: z.enum(['release', 'preview', 'pre_order']),
    territories: z.array(z.string()),
    excluded: z.array(z.string()),
    from: z.nullable(z.string()),
    until: z.nullable(z.string()),
  }),
);

export const itemColumn = boxedColumn<DeliveredItem>()(
  'delivery_rows.row',
  1,
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('recording'),
      file: z.nullable(z.string()),
      fileMayBeMissing: z.boolean(),
      isrc: z.nullable(z.string()),
      title: z.string(),
      artists: z.array(z.string()),
      version: z.nullable(z.string()),
      album: z.nullable(z.string()),
      releaseDate: z.nullable(z.string()),
      upc: z.nullable(z.string()),
      label: z.nullable(z.string()),
      durationMs: z.nullable(z.number()),
      aliases: z.array(z.string()),
      externalIds: z.record(z.string(), z.array(z.string())),
      credits: z.array(z.strictObject({ name: z.string(), role: z.string() })),
      moments,
      offers: z.array(z.strictObject({ release, moments })),
      said,
    }),
    z.strictObject({
      kind: z.literal('release'),
      release,
      recordings: z.number(),
      rowsBefore: z.number(),
      said,
    }),
    z.strictObject({
      kind: z.literal('takedown'),
      releaseId: z.nullable(z.string()),
      isrc: z.nullable(z.string()),
      from: z.nullable(z.string()),
      said,
    }),
  ]),
);

// The column `outbox.body`: what a message says besides its kind and key. Triggers write it too (migrations/000008_outbox.sql).

import * as z from 'zod';
import type { OutboxMessage } from '../outbox.ts';
import { jsonColumn, type JsonColumn } from './column.ts';

const place = 'outbox.body';
const start = jsonColumn<Extract<OutboxMessage, { kind: 'start' }>['body']>()(
  place,
  1,
  z.strictObject({ summary: z.string(), bulk: z.exactOptional(z.literal(true)) }),
);
const wake = jsonColumn<{ readonly why: string }>()(place, 1, z.strictObject({ why: z.string() }));
const summary = jsonColumn<{ readonly summary: string }>()(place, 1, z.strictObject({ summary: z.string() }));
const empty = jsonColumn<Readonly<Record<string, never>>>()(place, 1, z.record(z.string(), z.never()));

const columns: {
  readonly [Kind in OutboxMessage['kind']]: JsonColumn<Extract<OutboxMessage, { kind: Kind }>['body']>;
} = {
  start,
  wake,
  batch: summary,
  delivery: summary,
  progress: empty,
  arrived: empty,
};

export const bodyColumn = (kind: OutboxMessage['kind']): JsonColumn<OutboxMessage['body']> =>
  columns[kind] as JsonColumn<OutboxMessage['body']>;

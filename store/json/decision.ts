// The column `decisions.detail`: what a decision was made of.

import * as z from 'zod';
import type { PastDecision, ScoredCandidate } from '../../domain/decision.ts';
import { jsonColumn } from './column.ts';
import { reason, relation } from './evidence.ts';

const candidate = z.strictObject({
  link: z.strictObject({
    recordingId: z.string(),
    relation,
    speedRatio: z.nullable(z.number()),
    pitchSemitones: z.nullable(z.number()),
    offsetMs: z.nullable(z.number()),
    coverage: z.nullable(z.number()),
  }),
  probability: z.number(),
  bits: z.number(),
  reasons: z.array(reason),
  blockedBy: z.nullable(z.string()),
  twins: z.array(z.string()),
}) satisfies z.ZodType<ScoredCandidate>;

/** What a rule weighed, what a person said, or what made another decide. */
export type DecisionDetail = PastDecision['detail'] & {
  /** The provisional recording whose link was moved, or taken away. */
  readonly merged?: string;
  readonly contested?: string;
  /** The two recordings that had counted as one. */
  readonly split?: readonly string[];
  /** The bulk run whose cancellation abandoned the sound. */
  readonly batch?: string;
};

export const detailColumn = jsonColumn<DecisionDetail>()(
  'decisions.detail',
  1,
  z.strictObject({
    candidates: z.exactOptional(z.array(candidate)),
    by: z.exactOptional(z.string()),
    note: z.exactOptional(z.string()),
    merged: z.exactOptional(z.string()),
    contested: z.exactOptional(z.string()),
    split: z.exactOptional(z.array(z.string())),
    batch: z.exactOptional(z.string()),
  }),
);

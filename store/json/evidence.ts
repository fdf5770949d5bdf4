// The column `evidence.evidence`: what one source found, by what kind of source it is.

import * as z from 'zod';
import type {
  AudioEvidence,
  MetadataEvidence,
  Reason,
  RecogniserEvidence,
  ServiceEvidence,
} from '../../domain/evidence.ts';
import { recogniserNames } from '../../domain/providers.ts';
import { jsonColumn, type JsonColumn } from './column.ts';

export const relation = z.enum(['same', 'sped_up', 'slowed', 'pitched', 'effects', 'contains', 'remix_of', 'covers']);

export const reason = z.strictObject({
  bits: z.number(),
  feature: z.string(),
  root: z.string(),
  text: z.string(),
  elsewhere: z.exactOptional(z.number()),
}) satisfies z.ZodType<Reason>;

/** The outcomes that every source has, around its own candidates. */
const evidenceOf = <Candidate extends z.ZodType>(candidate: Candidate) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('match'), candidates: z.array(candidate) }),
    z.strictObject({ kind: z.literal('none'), reason: z.string() }),
    z.strictObject({
      kind: z.literal('unusable'),
      code: z.enum(['silence', 'speech', 'noise', 'too_short', 'unreadable', 'refused', 'no_audio', 'no_text']),
      reason: z.string(),
    }),
    z.strictObject({
      kind: z.literal('unavailable'),
      reason: z.string(),
      untilMs: z.nullable(z.number()),
      tries: z.exactOptional(z.number()),
    }),
  ]);

const textCandidate = z.strictObject({
  recordingId: z.string(),
  reasons: z.array(reason),
  relation,
  blockedBy: z.nullable(z.string()),
  artistAgrees: z.boolean(),
  twins: z.exactOptional(z.strictObject({ ids: z.array(z.string()), rank: z.number() })),
});

const audioCandidate = z.strictObject({
  recordingId: z.string(),
  referenceId: z.number(),
  relation,
  speedRatio: z.number(),
  pitchSemitones: z.number(),
  offsetMs: z.number(),
  inPreview: z.exactOptional(z.literal(true)),
  coverage: z.number(),
  parts: z.exactOptional(z.array(z.strictObject({ fromMs: z.number(), toMs: z.number() }))),
  logLikelihoodRatio: z.number(),
});

const serviceCandidate = z.strictObject({ recordingId: z.string(), serviceId: z.string(), text: z.string() });

const recognisedCandidate = z.strictObject({
  ...serviceCandidate.shape,
  provider: z.enum(recogniserNames),
  list: z.enum(['music', 'custom', 'humming']),
  speedRatio: z.number(),
  offsetMs: z.nullable(z.number()),
  inPlace: z.boolean(),
});

const place = 'evidence.evidence';
export const wordsColumn = jsonColumn<MetadataEvidence>()(place, 1, evidenceOf(textCandidate));
export const audioColumn = jsonColumn<AudioEvidence>()(place, 1, evidenceOf(audioCandidate));
const catalogueColumn = jsonColumn<ServiceEvidence>()(place, 1, evidenceOf(serviceCandidate));
const recogniserColumn = jsonColumn<RecogniserEvidence>()(place, 1, evidenceOf(recognisedCandidate));

/** Of a provider, or of previews. */
export const serviceColumn = (source: string): JsonColumn<ServiceEvidence> =>
  recogniserNames.some((name) => name === source) ? (recogniserColumn as JsonColumn<ServiceEvidence>) : catalogueColumn;

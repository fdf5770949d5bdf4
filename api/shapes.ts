// What goes in and out, as schemas: requests are checked by them, the OpenAPI description is made of them, and tests hold answers against them.

import * as z from 'zod';
import { soundStatuses } from '../domain/sound.ts';
import { relation as storedRelation } from '../store/json/evidence.ts';

export const state = z.enum(soundStatuses).meta({
  id: 'State',
  description:
    'submitted: no attempt has ended · matched: linked · review: a person should decide · waiting: nothing matches yet · unmatchable: neither audio nor words can tell · dismissed: a person said what it is not · abandoned: a person stopped it · expired: nothing matched within its horizon',
});

const relation = storedRelation.meta({ id: 'Relation', description: 'how the recording stands in the sound' });

const instant = z.string().meta({ format: 'date-time' });
const bits = z.number().meta({ description: 'log-likelihood ratio in bits: positive speaks for it' });
const externalIds = z
  .record(z.string(), z.array(z.string()))
  .meta({ description: 'ids at services: {"spotify": ["…"]}' });

/** A sound as `fermata export` has it. */
export const soundRecord = z.object({
  platform: z.string(),
  id: z.string().meta({ description: "the platform's own id" }),
  state,
  isrc: z.string().nullable(),
  recording: z.string().nullable(),
  relation: relation.nullable(),
  speed_ratio: z.number().nullable(),
  pitch_semitones: z.number().nullable(),
  offset_ms: z.number().nullable(),
  coverage: z.number().nullable(),
  probability: z.number().nullable(),
  decided_by: z.enum(['rule', 'person']).nullable(),
  external_ids: externalIds.nullable(),
  published: z.boolean().meta({ description: 'its recording is out, neither withdrawn nor provisional' }),
  publish_at: instant.nullable(),
  withdrawn_at: instant.nullable(),
  same_recordings: z
    .array(z.string())
    .nullable()
    .meta({ description: 'what the linked recording was delivered as besides: on a single, an album, a compilation' }),
  reasons: z.array(z.string()).meta({ description: 'why it is in its state, then the reasons of the decision' }),
});

export const exportedSound = soundRecord.meta({ id: 'ExportedSound' });

export const listedSound = z
  .object({
    sound: z.string().meta({ description: 'platform:id, which names it everywhere' }),
    title: z.string(),
    author: z.string(),
    group: z.number().int().nullable(),
    submitted_at: instant,
    ...soundRecord.shape,
    next_attempt_at: instant.nullable(),
    attempts: z.number().int(),
  })
  .meta({ id: 'Sound' });

const decisionKind = z.enum(['match', 'reject', 'notMusic', 'noSuchRecording', 'abandon', 'reopen']);

export const decision = z
  .object({
    id: z.string(),
    decided_by: z.enum(['rule', 'person']),
    kind: z.string(),
    recording_id: z.string().nullable(),
    accepted: z.boolean(),
    why: z.string(),
    weights: z.string().nullable(),
    at: instant,
    by: z.string().nullable().meta({ description: 'who, for a person' }),
    note: z.string().nullable(),
  })
  .meta({ id: 'Decision' });

export const prerelease = z.object({
  title: z.string(),
  artists: z.array(z.string()),
  isrc: z.string().nullable(),
  release_date: z.string().nullable(),
  audio_hash: z.string().nullable(),
});

export const wholeSound = z
  .object({
    ...listedSound.shape,
    rejected: z.array(z.string()),
    prerelease: prerelease.nullable(),
    decisions: z.array(decision),
    workflow: z.string().meta({ description: "id of its workflow in Temporal's UI" }),
  })
  .meta({ id: 'WholeSound' });

const evidenceCandidate = z
  .looseObject({ recording_id: z.string() })
  .meta({ description: 'what else it says depends on the source: reasons in bits, speed, offset, parts …' });

export const sourceEvidence = z
  .object({
    source: z.string().meta({ description: 'metadata, audio, preview, or the name of a service' }),
    attempt: z.number().int(),
    at: instant,
    evidence: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('match'), candidates: z.array(evidenceCandidate) }),
      z.object({ kind: z.literal('none'), reason: z.string() }),
      z.object({ kind: z.literal('unusable'), code: z.string(), reason: z.string() }),
      z.object({
        kind: z.literal('unavailable'),
        reason: z.string(),
        until_ms: z.number().nullable(),
        tries: z.number().optional(),
      }),
    ]),
  })
  .meta({ id: 'Evidence' });

const explainedRecording = z.object({
  recording_id: z.string(),
  title: z.string().nullable().meta({ description: 'null: the catalogue does not hold it any more' }),
  artists: z.array(z.string()),
  version: z.string().nullable(),
  isrc: z.string().nullable(),
});

const explainedCandidate = z
  .object({
    ...explainedRecording.shape,
    relation,
    speed_ratio: z.number().nullable(),
    offset_ms: z.number().nullable(),
    coverage: z.number().nullable(),
    probability: z.number().nullable().meta({ description: 'null: no machine has weighed it' }),
    bits: bits.nullable(),
    blocked_by: z.string().nullable(),
    twins: z.array(explainedRecording).meta({ description: 'recordings that are this one, delivered again' }),
    left_open: z
      .array(z.object({ text: z.string(), probability: z.number() }))
      .meta({ description: 'why another recording may be meant that the catalogue lacks, the likeliest reason first' }),
    waterfall: z.array(z.object({ feature: z.string(), text: z.string(), bits, sum: z.number() })),
  })
  .meta({ id: 'Candidate' });

const titleTree = z.object({ raw: z.string(), pieces: z.array(z.object({ kind: z.string(), raw: z.string() })) });
const said = z.object({ kind: z.string(), why: z.string() });

export const explanation = z
  .object({
    id: z.string(),
    title: z.string(),
    author: z.string().nullable(),
    status: state,
    why: z.string(),
    decided_by: z.enum(['rule', 'person']).nullable(),
    person: said.extend({ recording_id: z.string().nullable() }).nullable(),
    rule: said.extend({ weights: z.string().nullable() }).nullable(),
    standing: z.enum(['linked', 'proposed', 'closest']).nullable(),
    best: explainedCandidate.nullable(),
    side_by_side: z
      .object({
        source: z.string(),
        sound: titleTree,
        recording: titleTree,
        aspects: z.array(
          z.object({
            aspect: z.string(),
            sound: z.string().nullable(),
            recording: z.string().nullable(),
            agrees: z.boolean().nullable(),
          }),
        ),
      })
      .nullable(),
    sibling: explainedCandidate.extend({ fact: z.string() }).nullable(),
    others: z.array(explainedCandidate),
    none: z.number().meta({ description: 'probability that it is none of them' }),
    rejected: z.array(explainedRecording),
    sources: z.array(z.object({ source: z.string(), kind: z.string(), text: z.string() })),
  })
  .meta({ id: 'Explanation' });

export const recording = z
  .object({
    id: z.string(),
    isrc: z.string().nullable(),
    title: z.string(),
    artists: z.array(z.string()),
    version: z.string().nullable(),
    album: z.string().nullable(),
    release_date: z.string().nullable(),
    upc: z.string().nullable(),
    label: z.string().nullable(),
    duration_ms: z.number().nullable(),
    aliases: z.array(z.string()),
    external_ids: externalIds,
    provisional: z.boolean().meta({ description: "a person's word that no delivery has confirmed" }),
  })
  .meta({ id: 'Recording' });

const rowCounts = {
  total: z.number().int(),
  pending: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  withdrawn: z.number().int(),
  refused: z.number().int(),
  unheard: z.number().int().meta({ description: 'of all these, those whose audio is still to be heard' }),
  woken: z.number().int().meta({ description: 'sounds that its recordings called' }),
};

export const delivery = z
  .object({
    id: z.string(),
    folder: z.string(),
    entry: z.string().nullable(),
    state: z.enum(['started', 'done', 'failed']),
    problem: z.string().nullable(),
    listing: z.string().nullable(),
    notes: z.array(z.string()),
    started_at: instant,
    finished_at: instant.nullable(),
    ...rowCounts,
  })
  .meta({ id: 'Delivery' });

export const wholeDelivery = z
  .object({
    ...delivery.shape,
    remarks: z.array(
      z.object({ line: z.number().int(), place: z.string().nullable(), state: z.string(), reason: z.string() }),
    ),
    changes: z.array(
      z.object({
        recording_id: z.string(),
        what: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
        said_by: z.string(),
        line: z.number().int().nullable(),
        at: instant,
      }),
    ),
  })
  .meta({ id: 'WholeDelivery' });

const lineProblem = z.object({ line: z.number().int(), problem: z.string() });

export const batch = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'paused', 'cancelled', 'done']),
    total: z.number().int(),
    refused: z.number().int(),
    started_at: instant,
    finished_at: instant.nullable(),
    states: z.partialRecord(state, z.number().int()).meta({ description: 'its sounds by their present state' }),
    problems: z.array(lineProblem),
  })
  .meta({ id: 'Batch' });

export const submitted = z
  .object({
    submitted: z.number().int(),
    known: z.number().int(),
    refused: z.array(lineProblem).meta({ description: 'line: the place in the list, from 1' }),
    sounds: z.array(z.string()).meta({ description: 'those that were new' }),
  })
  .meta({ id: 'Submitted' });

export const group = z
  .object({
    group: z.number().int(),
    sounds: z.number().int(),
    open: z.number().int(),
    last_day: z.number().int(),
    last_hour: z.number().int(),
    since: instant,
    newest: instant,
    recording: z.string().nullable(),
    title: z.string(),
    alarmed_at: instant.nullable(),
  })
  .meta({ id: 'Group' });

export const wholeGroup = z
  .object({
    ...group.shape,
    members: z.array(
      z.object({
        sound: z.string(),
        state,
        title: z.string(),
        grouped_by: z.string(),
        speed: z.number().nullable(),
        pitch_semitones: z.number().nullable(),
        offset_ms: z.number().nullable(),
        submitted_at: instant,
      }),
    ),
  })
  .meta({ id: 'WholeGroup' });

export const change = z
  .object({
    seq: z.number().int().meta({ description: 'its place on the line of changes' }),
    at: instant,
    sound: z.string(),
    state,
    why: z.string(),
    recording: z.string().nullable(),
    decided_by: z.enum(['rule', 'person']).nullable(),
  })
  .meta({ id: 'Change' });

// --- What goes in ---------------------------------------------------------------------------------------------------

/** A platform's id may be a number; its other fields are what they are, and a wrong one costs that sound, not the request. */
export const newSound = z
  .looseObject({
    platform: z.string().meta({ description: '"tiktok"' }),
    id: z.union([z.string(), z.number()]),
    title: z.string().optional(),
    author: z.string().optional(),
    handle: z.string().optional(),
    original: z.boolean().nullish().meta({ description: 'a person made it, no label' }),
    duration_ms: z.number().nullish(),
    audio: z.string().nullish().meta({
      description: 'an address on a host of FERMATA_AUDIO_HOSTS, or an absolute path under FERMATA_AUDIO_ROOTS',
    }),
    payload: z.unknown().optional().meta({ description: "the platform's own object" }),
  })
  .meta({ id: 'NewSound' });

export const saidDecision = z
  .strictObject({
    kind: decisionKind,
    recording: z.string().max(200).optional().meta({ description: 'for match and reject: an id or an ISRC' }),
    note: z.string().max(2_000).optional().meta({ description: 'why; kept with the decision' }),
  })
  .meta({ id: 'SaidDecision' });

export const saidPrerelease = z
  .strictObject({
    title: z.string().max(2_000),
    artists: z.array(z.string().max(2_000)).min(1).max(100),
    isrc: z.string().max(20).nullish(),
    release_date: z.string().max(10).nullish().meta({ format: 'date' }),
    audio: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'is not a SHA-256')
      .nullish()
      .meta({ description: 'SHA-256 that uploading its audio gave' }),
  })
  .meta({ id: 'SaidPrerelease' });

export const newBatch = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(80)
      .meta({ description: 'letters, digits, dots and dashes; with the date it makes its id' }),
    concurrency: z.number().int().min(1).max(10_000).optional(),
    sounds: z.array(newSound).min(1).max(10_000).optional(),
    waiting: z
      .literal(true)
      .optional()
      .meta({ description: 'instead of sounds: try all sounds again that wait or are undecided' }),
  })
  .meta({ id: 'NewBatch' });

export const pageLimit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
export const soundParam = z.strictObject({
  sound: z.string().min(1).max(300).meta({ description: 'platform:id, or the id alone' }),
});

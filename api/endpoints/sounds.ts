// Sounds: submitted, listed, looked at.

import * as z from 'zod';
import { resolveSound } from '../../app/connection.ts';
import { readExplanation } from '../../app/explanation.ts';
import { readSound as readSubmitted } from '../../app/submission.ts';
import { soundWorkflowId } from '../../domain/naming.ts';
import { readEvidence } from '../../store/sounds/evidence.ts';
import { groupOf } from '../../store/sounds/groups.ts';
import { listSounds, type ListedSound } from '../../store/sounds/list.ts';
import { readDecisions, readRecords } from '../../store/sounds/records.ts';
import { readSound, submittedAt } from '../../store/sounds/sounds.ts';
import { cursorOf, readCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import { Refusal } from '../problems.ts';
import {
  explanation,
  listedSound,
  newSound,
  pageLimit,
  soundParam,
  sourceEvidence,
  state,
  submitted,
  wholeSound,
} from '../shapes.ts';
import { snake } from '../snake.ts';

const dayMs = 24 * 3600 * 1000;

const shown = ({ soundId, title, author, group, submittedAt: at, record }: ListedSound) => {
  const { reasons, external_ids: ids, same_recordings: same, ...rest } = record;
  return {
    sound: soundId,
    title,
    author,
    group,
    submitted_at: at,
    ...rest,
    external_ids: copied(ids),
    same_recordings: same === null ? null : [...same],
    reasons: [...reasons],
  };
};

/** JSON has no lists that cannot be changed. */
export const copied = (ids: Readonly<Record<string, readonly string[]>> | null): Record<string, string[]> | null =>
  ids === null ? null : Object.fromEntries(Object.entries(ids).map(([service, of]) => [service, [...of]]));

export const submitSounds = endpoint({
  id: 'submitSounds',
  method: 'post',
  path: '/sounds',
  role: 'operator',
  summary: 'Submit sounds; each is reconciled by its own workflow, at once',
  notes:
    'Submitting one twice is harmless. A sound that cannot be taken is refused with its place in the list, and holds up none of the others; when none can be taken, the answer is a 400.',
  body: z.strictObject({ sounds: z.array(newSound).min(1).max(1_000) }),
  answer: submitted,
  async run({ body }, { reconciliation, config }) {
    const read = body.sounds.map((sound, i) => ({
      line: i + 1,
      sound: readSubmitted(sound, null, config.horizonDays * dayMs),
    }));
    const refused = read.flatMap(({ line, sound }) => (typeof sound === 'string' ? [{ line, problem: sound }] : []));
    const taken = read.flatMap(({ sound }) => (typeof sound === 'string' ? [] : [sound]));
    if (taken.length === 0)
      throw new Refusal(400, `no sound can be taken: ${refused[0]!.problem}`, {
        errors: refused.slice(0, 20).map(({ line, problem }) => ({ at: `body.sounds.${line - 1}`, what: problem })),
      });
    const fresh = await reconciliation.submit(taken);
    return { submitted: fresh.length, known: taken.length - fresh.length, refused, sounds: fresh };
  },
});

export const listSoundsPage = endpoint({
  id: 'listSounds',
  method: 'get',
  path: '/sounds',
  role: 'viewer',
  summary: 'List sounds, the newest first, or look for some',
  query: z.strictObject({
    state: state.optional(),
    platform: z.string().max(40).optional(),
    group: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    q: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "its id, its platform's id, or a part of its title or its author" }),
    limit: pageLimit(500, 50),
    cursor: z.string().max(1_000).optional().meta({ description: '`next` of the page before' }),
  }),
  answer: z.object({
    sounds: z.array(listedSound),
    next: z.string().nullable().meta({ description: 'cursor of the next page; null: this is the last' }),
  }),
  async run({ query }, { database }) {
    const filter = {
      state: query.state,
      platform: query.platform,
      group: query.group,
      words: query.q,
    };
    const after = readCursor(query.cursor, z.strictObject({ at: z.iso.datetime(), id: z.string() }));
    const { sounds, next } = await listSounds(database, filter, after, query.limit);
    return { sounds: sounds.map(shown), next: cursorOf(next) };
  },
});

export const getSound = endpoint({
  id: 'getSound',
  method: 'get',
  path: '/sounds/{sound}',
  role: 'viewer',
  summary: 'One sound: where it stands and why, and every decision',
  params: soundParam,
  answer: wholeSound,
  async run({ params }, { database }) {
    const id = await resolveSound({ database }, params.sound);
    const [sound, records, decisions, group, at] = await Promise.all([
      readSound(database, id),
      readRecords(database, { afterId: '', limit: 1, ids: [id] }),
      readDecisions(database, id),
      groupOf(database, id),
      submittedAt(database, id),
    ]);
    const { title, author, rejected, prerelease } = sound!;
    return {
      ...shown({ soundId: id, title, author, group, submittedAt: at, record: records[0]!.record }),
      rejected: [...rejected],
      prerelease: prerelease === null ? null : snake(prerelease),
      decisions: decisions.map(({ detail, ...decision }) => ({
        ...snake(decision),
        by: detail.by ?? null,
        note: detail.note ?? null,
      })),
      workflow: soundWorkflowId(id),
    };
  },
});

export const getEvidence = endpoint({
  id: 'getEvidence',
  method: 'get',
  path: '/sounds/{sound}/evidence',
  role: 'viewer',
  summary: 'What each source found about a sound the last time it was asked',
  params: soundParam,
  answer: z.object({ evidence: z.array(sourceEvidence) }),
  async run({ params }, { database }) {
    const evidence = await readEvidence(database, await resolveSound({ database }, params.sound));
    return { evidence: snake(evidence) };
  },
});

export const getExplanation = endpoint({
  id: 'getExplanation',
  method: 'get',
  path: '/sounds/{sound}/explanation',
  role: 'viewer',
  summary:
    'Why a sound stands where it stands: both titles as read, every bit of evidence, the closest other recording',
  params: soundParam,
  answer: explanation,
  async run({ params }, { database, weights }) {
    const id = await resolveSound({ database }, params.sound);
    return snake(await readExplanation(database, id, weights));
  },
});

// What people say: decisions, prerelease data, groups taken apart and put together. Whoever shows the token is who said it.

import * as z from 'zod';
import { readOne, resolveSound } from '../../app/connection.ts';
import { groupNamed, handIn, merge, readPrerelease, recordingNamed, retry, split } from '../../app/people.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import type { PersonDecision } from '../../domain/sound.ts';
import { listGroups, readMembers, type GroupSize } from '../../store/sounds/groups.ts';
import { endpoint } from '../endpoint.ts';
import { group, pageLimit, saidDecision, saidPrerelease, soundParam, state, wholeGroup } from '../shapes.ts';

const kindsAboutRecordings = new Set(['match', 'reject']);

export const decideSound = endpoint({
  id: 'decide',
  method: 'post',
  path: '/sounds/{sound}/decisions',
  role: 'reviewer',
  summary: "Decide about a sound. A person's word always wins",
  notes:
    'Answered by the workflow: accepted, or refused with the reason (409). With an Idempotency-Key the decision counts once, however often it is sent.',
  params: soundParam,
  body: saidDecision,
  answer: z.object({
    accepted: z.literal(true),
    sound: z.string(),
    state,
    why: z.string().meta({ description: 'the decision in words' }),
  }),
  async run({ params, body, bearer, repeatId }, { database, reconciliation }) {
    const id = await resolveSound({ database }, params.sound);
    const isAboutRecording = kindsAboutRecordings.has(body.kind);
    if (isAboutRecording !== (body.recording !== undefined))
      throw new Misuse(isAboutRecording ? `${body.kind} needs a recording` : `${body.kind} is about no recording`);
    const decision = (
      isAboutRecording
        ? { kind: body.kind, recordingId: await recordingNamed(database, body.recording!) }
        : { kind: body.kind }
    ) as PersonDecision;
    const said = await reconciliation.decide(id, decision, {
      by: bearer.name,
      note: body.note ?? '',
      ...(repeatId === null ? {} : { decisionId: repeatId }),
    });
    if (said.kind === 'refused') throw new Failed(`refused: ${said.why}`);
    return { accepted: true as const, sound: id, state: said.status, why: said.why };
  },
});

export const retrySound = endpoint({
  id: 'retry',
  method: 'post',
  path: '/sounds/{sound}/retry',
  role: 'reviewer',
  summary: 'Try a waiting or undecided sound again now',
  params: soundParam,
  answer: z.object({ sound: z.string(), state }),
  async run({ params }, stores) {
    const id = await resolveSound(stores, params.sound);
    await retry(stores, id);
    return { sound: id, state: (await readOne(stores, id)).state };
  },
});

export const prereleaseSound = endpoint({
  id: 'prerelease',
  method: 'post',
  path: '/sounds/{sound}/prerelease',
  role: 'reviewer',
  summary: 'Say what an unreleased track is; the sound then waits for exactly that',
  notes:
    'With `audio`, every sound that holds it is linked to this, unpublished, until a delivery confirms it. Upload the file first: POST /audio gives its SHA-256.',
  params: soundParam,
  body: saidPrerelease,
  answer: z.object({
    sound: z.string(),
    audio_problem: z.string().nullable().meta({ description: 'why its audio was left out; null: it was not' }),
  }),
  async run({ params, body, bearer }, { database, reconciliation, blobs }) {
    const stores = { database, reconciliation };
    const id = await resolveSound(stores, params.sound);
    const metadata = readPrerelease({
      title: body.title,
      artists: body.artists,
      isrc: body.isrc ?? null,
      date: body.release_date ?? null,
    });
    const audio = body.audio ?? null;
    const keep = async (): Promise<string | null> => {
      if (audio !== null && !(await blobs.has(audio)))
        throw new Failed(`there is no audio ${audio}`, 'upload it first: POST /api/v1/audio');
      return audio;
    };
    return { sound: id, audio_problem: await handIn(stores, id, metadata, keep, bearer.name) };
  },
});

const shown = ({ id, lastDay, lastHour, since, newest, alarmedAt, ...size }: GroupSize) => ({
  ...size,
  group: id,
  last_day: lastDay,
  last_hour: lastHour,
  since: since.toISOString(),
  newest: newest.toISOString(),
  alarmed_at: alarmedAt?.toISOString() ?? null,
});

export const listGroupsPage = endpoint({
  id: 'listGroups',
  method: 'get',
  path: '/groups',
  role: 'viewer',
  summary: 'Groups of waiting sounds with the same audio, the fastest growing and biggest first',
  query: z.strictObject({ limit: pageLimit(1_000, 30) }),
  answer: z.object({ groups: z.array(group) }),
  run: async ({ query }, { database }) => ({ groups: (await listGroups(database, query.limit)).map(shown) }),
});

const groupParam = z.strictObject({ group: z.string().max(20) });

export const getGroup = endpoint({
  id: 'getGroup',
  method: 'get',
  path: '/groups/{group}',
  role: 'viewer',
  summary: 'One group with its sounds, the newest first',
  params: groupParam,
  query: z.strictObject({ limit: pageLimit(1_000, 50) }),
  answer: wholeGroup,
  async run({ params, query }, { database }) {
    const found = await groupNamed(database, params.group);
    const members = await readMembers(database, found.id, query.limit);
    return {
      ...shown(found),
      members: members.map((one) => ({
        sound: one.id,
        state: one.status,
        title: one.title,
        grouped_by: one.by,
        speed: one.speed,
        pitch_semitones: one.semitones,
        offset_ms: one.offsetMs,
        submitted_at: one.submittedAt.toISOString(),
      })),
    };
  },
});

export const splitGroup = endpoint({
  id: 'splitGroup',
  method: 'post',
  path: '/groups/{group}/split',
  role: 'reviewer',
  summary: 'Take sounds out of their group into one of their own; nothing but a person puts the two together again',
  params: groupParam,
  body: z.strictObject({ sounds: z.array(z.string().min(1).max(300)).min(1).max(1_000) }),
  answer: z.object({ group: z.number().int(), from: z.number().int(), sounds: z.array(z.string()) }),
  async run({ params, body, bearer }, { database }) {
    const { id } = await groupNamed(database, params.group);
    const sounds: string[] = [];
    for (const sound of body.sounds) sounds.push(await resolveSound({ database }, sound));
    const made = await split(database, sounds, bearer.name, id);
    return { ...made, sounds };
  },
});

export const mergeGroups = endpoint({
  id: 'mergeGroups',
  method: 'post',
  path: '/groups/{group}/merge',
  role: 'reviewer',
  summary: 'Make another group part of this one; decisions are then proposed for its sounds, not applied',
  params: groupParam,
  body: z.strictObject({ other: z.number().int().min(1) }),
  answer: z.object({
    group: z.number().int(),
    merged: z.number().int(),
    open: z.array(z.string()).meta({ description: 'sounds that look again' }),
  }),
  async run({ params, body }, { database, reconciliation }) {
    const into = await groupNamed(database, params.group);
    const other = await groupNamed(database, String(body.other));
    const open = await merge({ database, reconciliation }, into, other);
    return { group: into.id, merged: other.id, open: [...open] };
  },
});

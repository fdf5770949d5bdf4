// JSON columns: what is written is read as it was; what does not fit is named, and holds up nothing else.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { AudioEvidence, MetadataEvidence, RecogniserEvidence, ServiceEvidence } from '../../domain/evidence.ts';
import type { EvidenceSource } from '../../domain/evidenceLine.ts';
import { readDelivery, remarks, startDelivery } from '../../store/catalogue/deliveries.ts';
import { recordingsById, upsertRecording, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { edgesOf, saveRelations } from '../../store/catalogue/relations.ts';
import { boxedColumn, jsonColumn, StoredMisfit } from '../../store/json/column.ts';
import { sendNext, tell, type OutboxMessage, type TakenMessage } from '../../store/outbox.ts';
import { beginAsking, keepAnswer, readAnswer } from '../../store/providers/answers.ts';
import { recordDecision } from '../../store/sounds/decide.ts';
import { readEvidence, saveEvidence } from '../../store/sounds/evidence.ts';
import { readDecisions } from '../../store/sounds/records.ts';
import { insertSounds, readSound } from '../../store/sounds/sounds.ts';
import { openActivities, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { catalogueRecording } from '../support/rows.ts';

let folder: string;
let open: OpenActivities;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-json-'));
  open = openActivities({ databaseUrl: await migratedDatabaseUrl(), folder, allowedHosts: [] });
});
afterAll(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});

const keys = { baseKey: '', titleKey: '', extraKeys: [], artistKeys: [], groupKeys: [] };
const plain = (id: string): CatalogueRecording =>
  catalogueRecording({
    id,
    title: id,
  });
const recording = (id: string) => upsertRecording(open.database, plain(id), keys, null);

/** @returns what was refused of it. */
async function deliver(name: string, lines: readonly object[]): Promise<unknown[]> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'catalogue.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
  await startDelivery(open.database, name, path);
  expect(await open.activities.stageDelivery({ deliveryId: name })).toEqual({ problem: null });
  await open.activities.indexRows({ deliveryId: name, afterLine: 0, limit: 99 });
  return (await remarks(open.database, name)).filter(({ state }) => state === 'refused');
}

let made = 0;
async function sound(): Promise<string> {
  const platformSoundId = String((made += 1));
  const id = `tiktok:${platformSoundId}`;
  const words = { title: '', author: '', handle: '', original: null, durationMs: null, audio: null, audioRoot: null };
  await insertSounds(open.database, [
    { ...words, id, platform: 'tiktok', platformSoundId, payload: null, textKeys: [], horizonMs: 1e9 },
  ]);
  return id;
}

describe('evidence', () => {
  const words: MetadataEvidence = {
    kind: 'match',
    candidates: [
      {
        recordingId: 'r',
        reasons: [{ bits: -1.5, feature: 'title', root: 'platform', text: 'x' }],
        relation: 'sped_up',
        blockedBy: null,
        artistAgrees: true,
      },
      {
        recordingId: 's',
        reasons: [{ bits: 0, feature: 'unread', root: 'unread', text: 'x', elsewhere: 0.025 }],
        relation: 'effects',
        blockedBy: 'x',
        artistAgrees: false,
        twins: { ids: ['r'], rank: 1 },
      },
    ],
  };
  const heard = { recordingId: 'r', referenceId: 7, relation: 'same', speedRatio: 1, pitchSemitones: 0 } as const;
  const audio: AudioEvidence = {
    kind: 'match',
    candidates: [
      { ...heard, offsetMs: -3, coverage: 0.5, logLikelihoodRatio: 40, parts: [{ fromMs: 0, toMs: 10 }] },
      { ...heard, offsetMs: 0, coverage: 1, logLikelihoodRatio: 4, inPreview: true },
    ],
  };
  const recognised: RecogniserEvidence = {
    kind: 'match',
    candidates: [
      {
        recordingId: 'r',
        serviceId: 's',
        text: 'x',
        provider: 'audd',
        list: 'music',
        speedRatio: 1.1,
        offsetMs: null,
        inPlace: true,
      },
    ],
  };

  it.each<[EvidenceSource, MetadataEvidence | AudioEvidence | ServiceEvidence]>([
    ['metadata', words],
    ['audio', audio],
    ['audio', { kind: 'unusable', code: 'speech', reason: 'x' }],
    ['deezer', { kind: 'match', candidates: [{ recordingId: 'r', serviceId: 's', text: 'x' }] }],
    ['preview', { kind: 'none', reason: 'x' }],
    ['audd', recognised],
    ['spotify', { kind: 'unavailable', reason: 'x', untilMs: 5 }],
  ])('of %s is read as it was written', async (source, evidence) => {
    const id = await sound();
    await saveEvidence(open.database, id, source, 1, evidence);
    expect(await readEvidence(open.database, id)).toEqual([
      { source, attempt: 1, evidence, at: expect.any(Date) as Date },
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['without a version', { kind: 'none', reason: 'x' }, /it has no version$/],
    ['of another version', { version: 2, kind: 'none', reason: 'x' }, /it is of version 2, and 1 is known$/],
    ['of another kind', { version: 1, kind: 'perhaps' }, /kind: /],
    ['with a field too many', { version: 1, kind: 'none', reason: 'x', secret: 'hunter2' }, /"secret"/],
    ['with a word for a number', { version: 1, kind: 'unavailable', reason: 'x', untilMs: 'hunter2' }, /untilMs: /],
  ])('%s is not found out: it names its row, never the value, and keeps no person waiting', async (_, stored, why) => {
    const id = await sound();
    await open.database.query(
      `insert into evidence (sound_id, source, attempt, evidence) values ($1, 'audio', 1, $2)`,
      [id, JSON.stringify(stored)],
    );
    const [read] = await readEvidence(open.database, id);
    expect(read).toMatchObject({ attempt: 1, evidence: { kind: 'unavailable', untilMs: null } });
    const { reason } = read!.evidence as { reason: string };
    expect(reason).toMatch(new RegExp(`^evidence\\.evidence of ${id} from audio does not fit: `));
    expect(reason).toMatch(why);
    expect(reason).not.toContain('hunter2');
    await recording('r');
    const decision = { kind: 'match', recordingId: 'r' } as const;
    const given = { decisionId: `${id} by ann`, decision, by: 'ann', note: '', nowMs: 0 };
    expect(await recordDecision(open.database, id, given)).toMatchObject({
      kind: 'accepted',
      state: { link: { recordingId: 'r', offsetMs: null } },
    });
  });
});

describe('a decision', () => {
  it('is read as it was written, and named when it was not', async () => {
    const id = await sound();
    const given = { decisionId: `${id} by ann`, decision: { kind: 'noSuchRecording' }, by: 'ann', note: 'x' } as const;
    await recordDecision(open.database, id, { ...given, nowMs: 0 });
    expect((await readDecisions(open.database, id)).map(({ detail }) => detail)).toEqual([{ by: 'ann', note: 'x' }]);
    await open.database.query(`update decisions set detail = '{"version": 1, "by": 7}' where sound_id = $1`, [id]);
    await expect(readDecisions(open.database, id)).rejects.toThrow(
      `decisions.detail of ${id} by ann does not fit: by: `,
    );
  });
});

it('what a person handed in is read as it was written, and its row is named when it was not', async () => {
  const id = await sound();
  const metadata = { title: 'T', artists: ['A'], isrc: null, releaseDate: '2026-12-11', audioHash: null };
  await open.activities.recordPrerelease({ soundId: id, metadata, by: '' });
  expect((await readSound(open.database, id))?.prerelease).toEqual(metadata);
  await open.database.query(`update sounds set prerelease = '{"version": 1, "title": 7}' where id = $1`, [id]);
  await expect(readSound(open.database, id)).rejects.toThrow(`sounds.prerelease of ${id} does not fit: title: `);
  await open.activities.recordPrerelease({ soundId: id, metadata, by: '' });
  expect((await readSound(open.database, id))?.prerelease).toEqual(metadata);
});

describe('a recording', () => {
  const credits = [{ name: 'Ann', role: 'producer' }];
  it.each([
    ['credits', `'{"version": 1, "value": [{"name": "Ann"}]}'`, 'value.0.role'],
    ['credits', `'[]'`, 'it has no version'],
    ['external_ids', `'{"spotify": "x"}'`, 'it holds no lists of ids by provider'],
  ])('whose %s are %s is named, until it is delivered again', async (column, stored, why) => {
    const given = { isrc: 'ZZJSN2600009', title: 'T', artists: 'Ann; Bob (Producer)' };
    const id = given.isrc;
    await deliver('again', [given]);
    const [before] = await recordingsById(open.database, [id]);
    await open.database.query(`update recordings set ${column} = ${stored} where id = $1`, [id]);
    await expect(recordingsById(open.database, [id])).rejects.toThrow(
      `recordings.${column} of ${id} does not fit: ${why.replace('value.', '')}`,
    );
    expect(await deliver('again', [given])).toEqual([]);
    expect(await recordingsById(open.database, [id])).toEqual([before]);
  });

  it('is read with its credits and the ids that deliveries and services know it by', async () => {
    await upsertRecording(open.database, { ...plain('whole'), credits, externalIds: { spotify: ['s'] } }, keys, null);
    await open.database.query(`update recordings set service_ids = '{"deezer": ["d"]}' where id = 'whole'`);
    expect(await recordingsById(open.database, ['whole'])).toMatchObject([
      { credits, externalIds: { spotify: ['s'], deezer: ['d'] } },
    ]);
    await open.database.query(`update recordings set service_ids = '{"deezer": [7]}' where id = 'whole'`);
    await expect(recordingsById(open.database, ['whole'])).rejects.toThrow(
      'recordings.service_ids of whole does not fit: it holds no lists of ids by provider',
    );
  });

  it('and another are read with what makes it known how they stand to each other', async () => {
    await recording('one');
    await recording('other');
    const evidence = [{ kind: 'id', text: 'x' }] as const;
    const edge = { recordingId: 'one', otherId: 'other', kind: { level: 'same_recording' }, evidence } as const;
    await saveRelations(open.database, ['one'], [{ kind: 'edge', edge }]);
    expect(await edgesOf(open.database, 'one')).toEqual([{ ...edge, confirmed: false }]);
    await open.database.query(`update recording_edges set evidence = '{"version": 2, "value": []}'`);
    await expect(edgesOf(open.database, 'one')).rejects.toThrow(
      'recording_edges.evidence of one and other does not fit: it is of version 2, and 1 is known',
    );
  });
});

describe('how a delivery is to be read', () => {
  const options = { map: { Titel: 'title' }, encoding: 'latin1', dates: 'dmy' } as const;
  it('is read as it was written', async () => {
    await startDelivery(open.database, 'how', folder, null, options);
    expect(await readDelivery(open.database, 'how')).toMatchObject({ options });
    // A watched folder keeps what was said by hand.
    await open.activities.endDelivery({ deliveryId: 'how', problem: null });
    await open.activities.beginDelivery({ deliveryId: 'how', folder, entry: null, options: {} });
    expect(await readDelivery(open.database, 'how')).toMatchObject({ options, state: 'started' });
  });

  it('fails that delivery with the reason where it does not fit, and holds up no watch', async () => {
    await startDelivery(open.database, 'how', folder, null, options);
    await open.database.query(
      `update deliveries set state = 'done', options = '{"version": 1, "dates": "ymd"}' where id = 'how'`,
    );
    await open.activities.beginDelivery({ deliveryId: 'how', folder, entry: null, options: {} });
    expect(await open.activities.stageDelivery({ deliveryId: 'how' })).toEqual({
      problem: expect.stringMatching(
        /^deliveries\.options of how does not fit: dates: .*: deliver it again$/,
      ) as string,
    });
    await startDelivery(open.database, 'how', folder, null, options);
    expect(await readDelivery(open.database, 'how')).toMatchObject({ options });
  });
});

describe("a provider's answer", () => {
  const question = { provider: 'deezer', query: 'isrc:x', day: '2026-01-01' } as const;
  const numbers = boxedColumn<number>()('provider_answers.answer', 1, z.number());
  const words = boxedColumn<string>()('provider_answers.answer', 2, z.string());
  const answer = { value: 7, rawHash: 'h' };

  it('of another version is had again', async () => {
    await keepAnswer(open.database, question, answer, numbers);
    expect(await readAnswer(open.database, question, numbers)).toMatchObject(answer);
    expect(await readAnswer(open.database, question, words)).toBe(null);
  });

  it('of another version is not paid for again', async () => {
    const paid = { ...question, provider: 'audd' } as const;
    expect(await beginAsking(open.database, paid, numbers)).toEqual({ kind: 'ours' });
    await keepAnswer(open.database, paid, answer, numbers);
    expect(await beginAsking(open.database, paid, numbers)).toMatchObject({ kind: 'answered', answer });
    expect(await beginAsking(open.database, paid, words)).toMatchObject({ kind: 'asked' });
  });
});

it("a delivery's row that another version has staged is refused, and the others are taken", async () => {
  const lines = [1, 2, 3].map((n) => ({ isrc: `ZZJSN260000${n}`, title: `T ${n}`, artists: 'Ann' }));
  await writeFile(join(folder, 'catalogue.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
  await startDelivery(open.database, 'd', folder);
  await open.activities.stageDelivery({ deliveryId: 'd' });
  await open.database.query(`update delivery_rows set row = row || '{"version": 9}' where line = 2`);
  expect(await open.activities.indexRows({ deliveryId: 'd', afterLine: 0, limit: 9 })).toMatchObject({
    recordingIds: ['ZZJSN2600001', 'ZZJSN2600003'],
  });
  const reason = 'delivery_rows.row of d line 2 does not fit: it is of version 9, and 1 is known: deliver it again';
  expect(await remarks(open.database, 'd')).toEqual([{ line: 2, place: null, state: 'refused', reason }]);
});

it('a message that does not fit waits with its problem, and those behind it are sent', async () => {
  await open.database.query(`delete from outbox`);
  const messages: OutboxMessage[] = [
    { kind: 'start', key: 'tiktok:1', body: { summary: 'x', bulk: true } },
    { kind: 'wake', key: 'tiktok:2', body: { why: 'y' } },
    { kind: 'progress', key: 'b', body: {} },
    { kind: 'wake', key: 'tiktok:3', body: { why: 'z' } },
  ];
  await tell(open.database, messages);
  await open.database.query(`update outbox set body = '{"version": 1, "because": "y"}' where key = 'tiktok:2'`);
  const sent: TakenMessage[] = [];
  const send = (taken: readonly TakenMessage[]) => {
    sent.push(...taken);
    return Promise.resolve(new Map(taken.map(({ id }) => [id, { kind: 'sent' } as const])));
  };
  expect(await sendNext(open.database, 10, send)).toBe(4);
  expect(sent.map(({ kind, key, body }) => ({ kind, key, body }))).toEqual(
    messages
      .filter(({ key }) => key !== 'tiktok:2')
      .sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0))
      .toSorted((a, b) => laneOf(a) - laneOf(b)),
  );
  const { rows } = await open.database.query(`select key, tries, problem from outbox`);
  expect(rows).toEqual([
    { key: 'tiktok:2', tries: 1, problem: expect.stringMatching(/^outbox\.body of \d+ does not fit: why: /) as string },
  ]);
});
const laneOf = ({ kind }: OutboxMessage): number => (kind === 'wake' ? 2 : kind === 'progress' ? 1 : 0);

describe('a column', () => {
  const boxed = boxedColumn<readonly number[]>()('t.c', 3, z.array(z.number()));
  const plain = jsonColumn<{ readonly a: string; readonly b?: number }>()(
    't.c',
    3,
    z.strictObject({ a: z.string(), b: z.exactOptional(z.number()) }),
  );
  it('writes its version beside what it holds', () => {
    expect(JSON.parse(boxed.write([1, 2]))).toEqual({ version: 3, value: [1, 2] });
    expect(JSON.parse(plain.write({ a: 'x\0' }))).toEqual({ version: 3, a: 'x' });
    expect(boxed.read(JSON.parse(boxed.write([1, 2])), 'row')).toEqual([1, 2]);
    expect(plain.read(JSON.parse(plain.write({ a: 'x', b: 2 })), 'row')).toEqual({ a: 'x', b: 2 });
  });
  it.each([null, 7, 'x', [], {}, { version: 3 }, { version: '3', a: 'x' }])('does not read %j', (stored) => {
    expect(() => plain.read(stored, 'row')).toThrow(StoredMisfit);
    expect(() => boxed.read(stored, 'row')).toThrow(StoredMisfit);
  });
});

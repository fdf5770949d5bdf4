// What programs do over HTTP, from the first sound to the last decision; one story on one stage, each answer held against the description.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtBundle, migratedDatabaseUrl } from '../support/desk.ts';
import { newKey, serveApi, type TestApi } from '../support/api.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { readDecisions } from '../../store/sounds/records.ts';

let stage: Stage;
let api: TestApi;
beforeAll(async () => {
  stage = await openStage({ databaseUrl: await migratedDatabaseUrl(), bundle: await builtBundle(), server: 'real' });
  api = await serveApi(stage);
  await stage.deliver('label', [
    { isrc: 'ZZFER2600001', title: 'Harbour Lights', artists: 'Ann Able', release_date: '2020-01-01' },
    { isrc: 'ZZFER2600002', title: 'Harbour Lights', artists: 'Ben Baker', release_date: '2020-01-01' },
    { isrc: 'ZZFER2600003', title: 'Nobody Home', artists: 'Ann Able', version: 'Live', release_date: '2020-01-01' },
  ]);
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
});

const tried = async (id: string): Promise<void> =>
  void (await stage.until(`tiktok:${id}`, ({ status }) => status !== 'submitted'));

it('takes sounds, some of them refused with their place, and tells where each stands', async () => {
  const { status, json } = await api.ask('POST /sounds', {
    json: {
      sounds: [
        { platform: 'tiktok', id: '7123', title: 'Harbour Lights', author: 'Ann Able', original: false },
        { platform: 'tiktok', id: 'spaced out', title: 'x' },
        { platform: 'tiktok', id: '9', title: 'Harbour Lights', author: 'somebody', audio: '../../etc/passwd' },
        { platform: 'tiktok', id: 7124, title: 'Nothing Known', author: 'Zed', original: false },
      ],
    },
  });
  expect(status).toBe(200);
  expect(json).toEqual({
    submitted: 2,
    known: 0,
    refused: [
      { line: 2, problem: expect.stringContaining('blanks') },
      { line: 3, problem: 'audio is neither an address like https://… nor an absolute path' },
    ],
    sounds: ['tiktok:7123', 'tiktok:7124'],
  });
  await tried('7123');
  await tried('7124');
  expect((await api.ask('GET /sounds/tiktok:7123')).json).toMatchObject({
    sound: 'tiktok:7123',
    state: 'matched',
    recording: 'ZZFER2600001',
    decisions: [{ decided_by: 'rule', kind: 'matched', accepted: true, by: null }],
    workflow: 'sound:tiktok:7123',
  });
  // The platform's id alone, as people have it.
  expect((await api.ask('GET /sounds/7124')).json).toMatchObject({ sound: 'tiktok:7124', state: 'waiting' });
  expect(
    (await api.ask('POST /sounds', { json: { sounds: [{ platform: 'tiktok', id: '7123' }] } })).json,
  ).toMatchObject({ submitted: 0, known: 1 });
});

it('tells what each source found, and explains it', async () => {
  const { json } = await api.ask('GET /sounds/7123/evidence');
  const words = json.evidence.find(({ source }: { source: string }) => source === 'metadata');
  expect(words.evidence).toMatchObject({ kind: 'match' });
  expect(words.evidence.candidates[0]).toMatchObject({ recording_id: 'ZZFER2600001', blocked_by: null });
  expect((await api.ask('GET /sounds/7123/explanation')).json).toMatchObject({
    standing: 'linked',
    best: { recording_id: 'ZZFER2600001', waterfall: expect.any(Array) },
    side_by_side: { sound: { raw: 'Harbour Lights' } },
    sibling: { recording_id: 'ZZFER2600002', fact: expect.any(String) },
  });
});

it('lists sounds in pages, the newest first, and finds them by state, id, title and author', async () => {
  const sounds = Array.from({ length: 7 }, (_, i) => ({ platform: 'tiktok', id: `page${i}`, title: `Page 100% ${i}` }));
  await api.ask('POST /sounds', { json: { sounds } });
  const seen: string[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 20; pages += 1) {
    const page = await api.ask(`GET /sounds?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(page.json.sounds.length).toBeLessThanOrEqual(2);
    seen.push(...page.json.sounds.map(({ sound }: { sound: string }) => sound));
    cursor = page.json.next;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(9);
  expect(new Set(seen.slice(-2))).toEqual(new Set(['tiktok:7123', 'tiktok:7124']));
  const found = async (query: string): Promise<string[]> =>
    (await api.ask(`GET /sounds?${query}`)).json.sounds.map(({ sound }: { sound: string }) => sound);
  expect(await found('state=matched')).toEqual(['tiktok:7123']);
  expect(await found('q=7124')).toEqual(['tiktok:7124']);
  expect(await found('q=harbour')).toEqual(['tiktok:7123']);
  expect(await found('q=zed')).toEqual(['tiktok:7124']);
  // Signs of patterns are letters here.
  expect(await found(`q=${encodeURIComponent('100%')}`)).toHaveLength(7);
  expect(await found(`q=${encodeURIComponent('%')}&platform=tiktok`)).toHaveLength(7);
  expect(await found(`q=${encodeURIComponent('1_0')}`)).toHaveLength(0);
  expect((await api.ask('GET /sounds?cursor=nonsense')).json).toMatchObject({
    status: 400,
    detail: expect.stringContaining('cursor'),
    fix: expect.any(String),
  });
});

it('takes a decision, and refuses one with the reason', async () => {
  const decided = await api.ask('POST /sounds/7124/decisions', {
    as: 'reviewer',
    json: { kind: 'match', recording: 'ZZ-FER-26-00003', note: 'heard it' },
  });
  expect(decided.json).toMatchObject({
    accepted: true,
    sound: 'tiktok:7124',
    state: 'matched',
    why: 'reviewer decided that it contains ZZFER2600003: heard it',
  });
  const { json } = await api.ask('GET /sounds/7124');
  expect(json.decisions.at(-1)).toMatchObject({ decided_by: 'person', by: 'reviewer', note: 'heard it' });
  const refused = await api.ask('POST /sounds/7124/decisions', { as: 'reviewer', json: { kind: 'abandon' } });
  expect(refused.status).toBe(409);
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  expect(refused.json).toMatchObject({ status: 409, detail: 'refused: it is already settled (matched)' });
  const problems: [object, number, RegExp][] = [
    [{ kind: 'match' }, 400, /needs a recording/],
    [{ kind: 'notMusic', recording: 'x' }, 400, /is about no recording/],
    [{ kind: 'match', recording: 'ZZFER2699999' }, 404, /no recording ZZFER2699999/],
    [{ kind: 'perhaps' }, 400, /body\.kind/],
    [{ kind: 'reopen', by: 'somebody else' }, 400, /by/],
  ];
  for (const [said, status, detail] of problems) {
    const answer = await api.ask('POST /sounds/7124/decisions', { as: 'reviewer', json: said });
    expect(answer.json).toMatchObject({ status, detail: expect.stringMatching(detail) });
  }
  expect((await api.ask('POST /sounds/nobody/decisions', { json: { kind: 'reopen' } })).status).toBe(404);
  expect((await api.ask('POST /sounds/7124/retry', { as: 'reviewer' })).json).toMatchObject({
    status: 409,
    fix: 'take it up again with: fermata reopen tiktok:7124',
  });
});

it('counts a decision that is sent again with its key once, and gives it the answer that it got', async () => {
  const key = newKey();
  const send = (json: object) =>
    api.ask('POST /sounds/7124/decisions', { as: 'reviewer', json, headers: { 'idempotency-key': key } });
  const first = await send({ kind: 'reopen' });
  expect(first.json).toMatchObject({ accepted: true, state: 'waiting' });
  const again = await Promise.all([send({ kind: 'reopen' }), send({ kind: 'reopen' })]);
  for (const one of again) {
    expect(one.text).toBe(first.text);
    expect(one.headers.get('idempotent-replayed')).toBe('true');
  }
  expect((await send({ kind: 'abandon' })).json).toMatchObject({ status: 422 });
  const decisions = await readDecisions(stage.database, 'tiktok:7124');
  expect(decisions.filter(({ kind }) => kind === 'reopen')).toHaveLength(1);
  // Another's key of the same letters is another key.
  const other = await api.ask('POST /sounds/7124/decisions', {
    as: 'operator',
    json: { kind: 'abandon' },
    headers: { 'idempotency-key': key },
  });
  expect(other.json).toMatchObject({ accepted: true, state: 'abandoned' });
  // A refusal is an answer too.
  const refusedKey = { 'idempotency-key': newKey() };
  const refused = await api.ask('POST /sounds/7124/decisions', { json: { kind: 'abandon' }, headers: refusedKey });
  expect(refused.status).toBe(409);
  await api.ask('POST /sounds/7124/decisions', { json: { kind: 'reopen' } });
  const repeated = await api.ask('POST /sounds/7124/decisions', { json: { kind: 'abandon' }, headers: refusedKey });
  expect(repeated.text).toBe(refused.text);
});

it('takes prerelease data with audio', async () => {
  const audio = new Uint8Array(5_000).fill(7);
  const upload = await api.ask('POST /audio', {
    as: 'reviewer',
    body: audio,
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(upload.json).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 5_000 });
  const said = { title: 'Not Out Yet', artists: ['Ann Able'], release_date: '2031-01-31' };
  await stage.until('tiktok:page0', ({ status }) => status === 'waiting');
  const taken = await api.ask('POST /sounds/page0/prerelease', {
    as: 'reviewer',
    json: { ...said, audio: upload.json.sha256 },
  });
  // Zeros and sevens are no music: the words are taken all the same.
  expect(taken.json).toEqual({ sound: 'tiktok:page0', audio_problem: expect.stringMatching(/read|audio/) });
  expect((await api.ask('GET /sounds/page0')).json.prerelease).toMatchObject({
    title: 'Not Out Yet',
    release_date: '2031-01-31',
  });
  const problems: [object, number, RegExp][] = [
    [{ ...said, audio: 'f'.repeat(64) }, 409, /no audio/],
    [{ ...said, isrc: '12' }, 400, /not an ISRC/],
    [{ ...said, release_date: '2026-02-31' }, 400, /not a date/],
    [{ ...said, artists: [' '] }, 400, /needed/],
  ];
  for (const [json, status, detail] of problems)
    expect((await api.ask('POST /sounds/page0/prerelease', { json })).json).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
    });
});

it('runs bulk runs: begun, paused, resumed, cancelled', async () => {
  const sounds = [
    { platform: 'tiktok', id: 'b1', title: 'Batch One' },
    { platform: 'tiktok', id: 'b 2' },
  ];
  const begun = await api.ask('POST /batches', { json: { name: 'back', sounds } });
  expect(begun.json).toMatchObject({ id: expect.stringMatching(/^back:/), total: 2, refused: 1 });
  await expect.poll(async () => (await api.ask('GET /batches/back')).json.state, { timeout: 20_000 }).toBe('done');
  expect((await api.ask('POST /batches/back/pause')).json).toMatchObject({
    status: 409,
    detail: expect.stringContaining('has ended'),
  });
  // Without a worker a run stands still.
  await stage.stopWorker();
  const lines = Array.from({ length: 1_200 }, (_, i) =>
    JSON.stringify({ platform: 'tiktok', id: `l${i}`, title: `Line ${i}` }),
  );
  const long = await api.ask('POST /batches/lines?name=long&concurrency=3', {
    body: [...lines, '{broken'].join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect(long.json).toMatchObject({ total: 1_201, refused: 1, state: 'running', states: { submitted: 1_200 } });
  expect((await api.ask('POST /batches/long/pause')).json).toMatchObject({ state: 'paused' });
  expect((await api.ask('POST /batches/long/resume')).json).toMatchObject({ state: 'running' });
  expect((await api.ask('POST /batches/long/cancel')).json).toMatchObject({ state: 'cancelled' });
  await stage.startWorker();
  expect((await api.ask('GET /batches/nothing')).status).toBe(404);
  const wrong = [{ name: 'x' }, { name: 'x', waiting: true, sounds }, { name: '../x', waiting: true }];
  for (const json of wrong) expect((await api.ask('POST /batches', { json })).status).toBe(400);
  expect((await api.ask('POST /batches', { json: { name: 'again', waiting: true } })).json).toMatchObject({
    id: expect.stringMatching(/^again:/),
    total: expect.any(Number),
  });
});

it('shows groups, takes them apart and puts them together', async () => {
  await stage.database.query(
    `with made as (insert into sound_groups default values returning id)
     update sounds set group_id = made.id, grouped_by = 'audio', grouped_at = now() from made where sounds.id in ('tiktok:page1', 'tiktok:page2')`,
  );
  const listed = (await api.ask('GET /groups')).json.groups;
  expect(listed).toMatchObject([{ sounds: 2, open: 2 }]);
  const { group } = listed[0];
  expect((await api.ask(`GET /groups/${group}`)).json.members).toHaveLength(2);
  const split = await api.ask(`POST /groups/${group}/split`, { as: 'reviewer', json: { sounds: ['page1'] } });
  expect(split.json).toEqual({ group: expect.any(Number), from: group, sounds: ['tiktok:page1'] });
  expect((await api.ask(`POST /groups/${group}/split`, { json: { sounds: ['page1'] } })).status).toBe(409);
  const merged = await api.ask(`POST /groups/${group}/merge`, { as: 'reviewer', json: { other: split.json.group } });
  expect(merged.json).toEqual({ group, merged: split.json.group, open: ['tiktok:page1'] });
  expect((await api.ask('GET /groups/999')).status).toBe(404);
  expect((await api.ask(`GET /sounds?group=${group}`)).json.sounds).toHaveLength(2);
});

it('searches the catalogue and shows deliveries', async () => {
  const found = async (query: string): Promise<string[]> =>
    (await api.ask(`GET /recordings?${query}`)).json.recordings.map(({ id }: { id: string }) => id);
  expect(await found('q=ZZFER2600002')).toEqual(['ZZFER2600002']);
  expect((await found('q=harbour+lights')).sort()).toEqual(['ZZFER2600001', 'ZZFER2600002']);
  expect((await found('q=harbor+lights&artist=Ben+Baker'))[0]).toBe('ZZFER2600002');
  expect(await found('q=nothing+of+the+kind')).toEqual([]);
  const first = await api.ask('GET /recordings?limit=2');
  expect(first.json.recordings).toHaveLength(2);
  expect(await found(`limit=2&cursor=${first.json.next}`)).toEqual([
    'ZZFER2600003',
    expect.stringMatching(/^prerelease:/),
  ]);
  expect((await api.ask('GET /recordings/ZZFER2600003')).json).toMatchObject({ title: 'Nobody Home', version: 'Live' });
  expect((await api.ask('GET /recordings/none')).status).toBe(404);
  expect((await api.ask('GET /deliveries')).json.deliveries).toMatchObject([{ id: 'label', state: 'done', added: 3 }]);
  expect((await api.ask('GET /deliveries/label')).json).toMatchObject({
    id: 'label',
    total: 3,
    remarks: expect.any(Array),
  });
  expect((await api.ask('GET /deliveries/zzz')).status).toBe(404);
});

it('exports every sound with its link, one a line', async () => {
  const { headers, text } = await api.ask('GET /export');
  expect(headers.get('content-type')).toBe('application/x-ndjson');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; state: string });
  // More than one page of it.
  expect(lines.length).toBeGreaterThan(1_000);
  expect(lines).toContainEqual(expect.objectContaining({ id: '7123', state: 'matched', isrc: 'ZZFER2600001' }));
  const some = await api.ask('GET /export?state=matched');
  expect(some.text.trim().split('\n')).toHaveLength(lines.filter(({ state }) => state === 'matched').length);
  expect((await api.ask('GET /export?after=zzz')).text).toBe('');
});

it('says who asks', async () => {
  expect((await api.ask('GET /me', { as: 'viewer' })).json).toMatchObject({ name: 'viewer', role: 'viewer' });
});

// What the API puts up with, and what it says when something is away.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../store/database.ts';
import { readDecisions } from '../../store/sounds/records.ts';
import { newKey, serveApi, type TestApi } from '../support/api.ts';
import { builtBundle, migratedDatabaseUrl } from '../support/desk.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let api: TestApi;
beforeAll(async () => {
  stage = await openStage({ databaseUrl: await migratedDatabaseUrl(), bundle: await builtBundle(), server: 'real' });
  api = await serveApi(stage, { FERMATA_API_BODY_BYTES: '20000', FERMATA_API_ANSWER_SECONDS: '2' });
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
});

const json = { 'content-type': 'application/json' };
/** A body whose length nobody says. */
const trickle = (text: string, times: number): ReadableStream<Uint8Array> => {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent++ < times) controller.enqueue(new TextEncoder().encode(text));
      else controller.close();
    },
  });
};

describe('a request', () => {
  it.each([
    ['that is not JSON', { body: '{"sounds":', headers: json }, 400, /not valid JSON/],
    ['that is something else', { body: 'x', headers: { 'content-type': 'text/plain' } }, 415, /Content-Type/],
    ['that is compressed', { body: 'x', headers: { ...json, 'content-encoding': 'gzip' } }, 415, /compressed/],
    ['that says nothing', { json: {} }, 400, /body\.sounds/],
    ['that is too large', { json: { sounds: ['x'.repeat(30_000)] } }, 413, /20000 bytes/],
    ['that does not end', { body: trickle('[', 100_000), headers: json }, 413, /20000 bytes/],
    ['that is nested too deep', { body: '['.repeat(15_000), headers: json }, 400, /nested/],
    ['with a key that is none', { json: { sounds: [{}] }, headers: { 'idempotency-key': 'a b' } }, 400, /body|key/],
  ])('%s is refused', async (_name, asking, status, detail) => {
    const answer = await api.ask('POST /sounds', asking);
    expect(answer.json).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  it('with a head that is too large is refused like any other', async () => {
    expect((await api.ask(`GET /sounds?q=${'x'.repeat(20_000)}`)).json).toMatchObject({
      status: 431,
      fix: expect.any(String),
    });
  });

  it('names every place that is wrong', async () => {
    const sounds = [{ platform: 7, id: '1' }, { id: '2' }, { platform: 'tiktok', id: '3', audio: 5 }];
    const { json: problem } = await api.ask('POST /sounds', { json: { sounds } });
    expect(problem.errors.map(({ at }: { at: string }) => at)).toEqual([
      'body.sounds.0.platform',
      'body.sounds.1.platform',
      'body.sounds.2.audio',
    ]);
    expect((await api.ask('GET /sounds?stat=matched')).json.detail).toMatch(/stat/);
    expect((await api.ask('GET /sounds?limit=0')).json.errors[0].at).toBe('query.limit');
  });

  it('for what is not there, or not done like that, says so', async () => {
    expect((await api.ask('GET //nothing')).status).toBe(404);
    expect((await api.ask('GET /sounds/x/decisions')).status).toBe(405);
    const answer = await api.ask('DELETE //api/v1/sounds');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET']);
    for (const path of ['//api/v1/../../etc/passwd', '//api/v1/%2e%2e/%2e%2e/etc/passwd', '//api/v1/sounds/%', '//%00'])
      expect([400, 404]).toContain((await api.ask(`GET ${path}`)).status);
    expect((await api.ask('GET /sounds/a%00b')).status).toBe(400);
  });

  it('is answered for no page of others, and kept nowhere', async () => {
    const { headers } = await api.ask('GET /me');
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    const crossing = await api.ask('OPTIONS //api/v1/me', {
      as: null,
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' },
    });
    expect(crossing.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('too many requests', () => {
  it('of one token are told when to go on, and hold up no other', async () => {
    const slow = await serveApi(stage, { FERMATA_API_REQUESTS_PER_SECOND: '5' });
    try {
      const answers = await Promise.all(Array.from({ length: 30 }, () => slow.ask('GET /me', { as: 'viewer' })));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(15);
      expect(refused[0]!.headers.get('retry-after')).toBe('1');
      expect((await slow.ask('GET /me', { as: 'operator' })).status).toBe(200);
      await sleep(1_000);
      expect((await slow.ask('GET /me', { as: 'viewer' })).status).toBe(200);
    } finally {
      await slow.close();
    }
  });

  it('of strangers are refused before long, and hold up no token', async () => {
    const guessed = await Promise.all(
      Array.from({ length: 200 }, (_, i) => api.ask('GET /me', { token: `fermata_${i}` })),
    );
    expect(guessed.filter(({ status }) => status === 429).length).toBeGreaterThan(20);
    expect((await api.ask('GET /me')).status).toBe(200);
  });
});

it('of everybody at once are told to come again, and hold nobody up for long', async () => {
  const held = openDatabase(stage.databaseUrl, { maxConnections: 1 });
  const flooded = await serveApi(stage, { FERMATA_API_REQUESTS_PER_SECOND: '100000' }, (needs) => ({
    ...needs,
    database: held,
  }));
  try {
    // The one connection is taken: nothing is answered, and what comes in piles up.
    let release: () => void = () => {};
    const holding = held.transaction(() => new Promise<void>((resolve) => (release = resolve)));
    let answered = 0;
    const asked = Array.from({ length: 200 }, async () => {
      const answer = await flooded.ask('GET /me');
      answered += 1;
      return answer;
    });
    await expect.poll(() => answered, { timeout: 8_000 }).toBe(72);
    release();
    await holding;
    const statuses = Map.groupBy(await Promise.all(asked), ({ status }) => status);
    expect([...statuses.keys()].toSorted((a, b) => a - b)).toEqual([200, 503]);
    expect(statuses.get(200)).toHaveLength(128);
    expect(statuses.get(503)![0]!.headers.get('retry-after')).toBe('1');
  } finally {
    await flooded.close();
    await held.close();
  }
});

describe('what is away', () => {
  it('is said of the database, with when to ask again', async () => {
    const away = openDatabase('postgres://nobody@127.0.0.1:1/none', { connectMs: 500 });
    const cut = await serveApi(stage, {}, (needs) => ({ ...needs, database: away }));
    try {
      for (const request of ['GET /me', 'POST /sounds', 'GET //healthz']) {
        const {
          status,
          headers,
          json: problem,
        } = await cut.ask(request, { json: request.startsWith('POST') ? {} : undefined });
        expect([request, status, headers.get('retry-after')]).toEqual([request, 503, '5']);
        expect(problem.detail).toBe('the database does not answer');
      }
    } finally {
      await cut.close();
      await away.close();
    }
    expect((await api.ask('GET //healthz')).json).toEqual({ ok: true });
  });

  it('is said of the workflows within the time that is set; asked again with the same key, a decision counts once', async () => {
    await api.ask('POST /sounds', { json: { sounds: [{ platform: 'tiktok', id: 'held', title: 'Held' }] } });
    await stage.until('tiktok:held', ({ status }) => status !== 'submitted');
    await stage.stopWorker();
    const headers = { 'idempotency-key': newKey() };
    const decide = () =>
      api.ask('POST /sounds/held/decisions', { as: 'reviewer', json: { kind: 'notMusic' }, headers });
    const beganMs = performance.now();
    const first = await decide();
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    expect(first.json).toMatchObject({ status: 503, fix: expect.stringContaining('Idempotency-Key') });
    expect(first.headers.get('retry-after')).toBe('5');
    await stage.startWorker();
    await expect.poll(async () => (await decide()).json, { timeout: 20_000 }).toMatchObject({ accepted: true });
    const decisions = await readDecisions(stage.database, 'tiktok:held');
    expect(decisions.filter(({ kind }) => kind === 'notMusic')).toHaveLength(1);
  });
});

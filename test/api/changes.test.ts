// The line of changes: complete, in order, and to be followed from any place of it.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeToken, revokeToken } from '../../store/access/tokens.ts';
import { changeLine, changesAfter, forgetChanges, numberChanges } from '../../store/changes.ts';
import { openDatabase } from '../../store/database.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { serveApi, type Asking, type TestApi } from '../support/api.ts';
import { builtBundle, migratedDatabaseUrl } from '../support/desk.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let api: TestApi;
beforeAll(async () => {
  stage = await openStage({ databaseUrl: await migratedDatabaseUrl(), bundle: await builtBundle(), server: 'real' });
  api = await serveApi(stage, { FERMATA_API_STREAMS: '4' });
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
});

interface Event {
  readonly id: number;
  readonly sound: string;
  readonly state: string;
}

/** Follows the changes until told to stop, or until the server ends it. */
function follow(headers: Readonly<Record<string, string>> = {}, asking: Asking = {}) {
  const events: Event[] = [];
  const stopping = new AbortController();
  const opened = api.open(
    'GET /changes',
    { as: 'viewer', ...asking, headers: { accept: 'text/event-stream', ...headers } },
    stopping.signal,
  );
  const ended = opened
    .then(async (response) => {
      let text = '';
      for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
        text += part;
        const blocks = text.split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) {
          const [, id] = /^id: (\d+)$/m.exec(block) ?? [];
          const [, data] = /^data: (.*)$/m.exec(block) ?? [];
          if (data !== undefined) events.push({ ...(JSON.parse(data) as Event), id: Number(id) });
        }
      }
    })
    .catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error;
    });
  return { events, opened, ended, stop: () => stopping.abort() };
}

const submit = async (...ids: string[]): Promise<void> =>
  void (await api.ask('POST /sounds', {
    json: { sounds: ids.map((id) => ({ platform: 'tiktok', id, title: `Title ${id}`, author: 'Ann' })) },
  }));
const place = async (): Promise<number> => (
  await numberChanges(stage.database),
  (await changeLine(stage.database)).last
);

it('tells what happens as it happens, each place once', async () => {
  const following = follow();
  await following.opened;
  await submit('a', 'b');
  await expect
    .poll(() => following.events.map(({ sound, state }) => `${sound} ${state}`).sort(), { timeout: 10_000 })
    .toEqual(['tiktok:a submitted', 'tiktok:a waiting', 'tiktok:b submitted', 'tiktok:b waiting']);
  await api.ask('POST /sounds/a/decisions', { as: 'reviewer', json: { kind: 'notMusic' } });
  await expect
    .poll(() => following.events.at(-1), { timeout: 10_000 })
    .toMatchObject({ sound: 'tiktok:a', state: 'dismissed' });
  const ids = following.events.map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: ids.length }, (_, i) => ids[0]! + i));
  following.stop();
  await following.ended;
});

it('goes on after a gap where a client was, and begins where it is told', async () => {
  const first = follow();
  await first.opened;
  await submit('c');
  await expect.poll(() => first.events.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
  first.stop();
  await first.ended;
  const last = first.events.at(-1)!.id;
  await submit('d', 'e');
  for (const id of ['c', 'd', 'e']) await stage.until(`tiktok:${id}`, ({ status }) => status === 'waiting');
  const again = follow({ 'last-event-id': String(last) });
  const wanted = (await place()) - last;
  await expect.poll(() => again.events.length, { timeout: 10_000 }).toBe(wanted);
  expect(again.events.map(({ id }) => id)).toEqual(Array.from({ length: wanted }, (_, i) => last + 1 + i));
  again.stop();
  await again.ended;
  // The same in pages.
  const pages: number[] = [];
  for (let after = last; ;) {
    const { json } = await api.ask(`GET /changes?after=${after}&limit=2`, { as: 'viewer' });
    if (json.changes.length === 0) break;
    pages.push(...json.changes.map(({ seq }: { seq: number }) => seq));
    after = json.next;
  }
  expect(pages).toEqual(again.events.map(({ id }) => id));
});

it('passes over nothing that is committed late, and keeps the order of each sound', async () => {
  const before = await place();
  const ids = Array.from({ length: 8 }, (_, i) => `late${i}`);
  await insertSounds(
    stage.database,
    ids.map((id) => stage.sound({ id })),
    { bulk: true },
  );
  const writers = openDatabase(stage.databaseUrl, { maxConnections: 8 });
  const seen: string[] = [];
  let after = before;
  let isOver = false;
  const reading = (async () => {
    for (;;) {
      const wasOver = isOver;
      await numberChanges(stage.database);
      const page = await changesAfter(stage.database, after, 50);
      seen.push(...page.map(({ soundId, why }) => `${soundId} ${why}`));
      after = page.at(-1)?.seq ?? after;
      if (wasOver && page.length === 0) return;
      await sleep(2);
    }
  })();
  // Transactions that begin in one order and end in another.
  await Promise.all(
    ids.map(async (id, i) => {
      for (let turn = 1; turn <= 15; turn += 1)
        await writers.transaction(async (client) => {
          await client.query(`update sounds set why = $2 where id = $1`, [`tiktok:${id}`, `turn ${turn}`]);
          await sleep((i * 7 + turn * 13) % 40);
        });
    }),
  );
  isOver = true;
  await reading;
  await writers.close();
  for (const id of ids)
    expect(seen.filter((line) => line.startsWith(`tiktok:${id} turn`))).toEqual(
      Array.from({ length: 15 }, (_, turn) => `tiktok:${id} turn ${turn + 1}`),
    );
});

it('ends for a token that was revoked, within a beat', { timeout: 60_000 }, async () => {
  const { secret, id } = await stage.database.transaction((inside) =>
    makeToken(inside, { name: 'leaving', role: 'viewer' }, 'a test'),
  );
  const following = follow({}, { token: secret });
  expect((await following.opened).status).toBe(200);
  await stage.database.transaction((inside) => revokeToken(inside, id, 'a test'));
  await following.ended;
});

it('is followed by as many at a time as is set', async () => {
  const many = Array.from({ length: 4 }, () => follow());
  for (const { opened } of many) expect((await opened).status).toBe(200);
  const { opened } = follow();
  const response = await opened;
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  for (const { stop } of many) stop();
  await Promise.all(many.map(({ ended }) => ended));
  // Whoever has gone is noticed, and their places are free again.
  await submit('noticed');
  await expect
    .poll(
      async () => {
        const next = follow();
        const { status } = await next.opened;
        next.stop();
        return status;
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe(200);
});

it('says when what a client has not seen is forgotten', async () => {
  const seen = await place();
  // Nobody has given these their places when they are forgotten.
  await submit('unseen');
  await stage.until('tiktok:unseen', ({ status }) => status === 'waiting');
  await stage.database.query(`update sound_changes set at = now() - interval '40 days'`);
  await forgetChanges(stage.database, 30);
  expect((await api.ask(`GET /changes?after=${seen}`, { as: 'viewer' })).status).toBe(410);
  const last = await place();
  await submit('newest');
  await stage.until('tiktok:newest', ({ status }) => status === 'waiting');
  await forgetChanges(stage.database, 30);
  const answer = await api.ask('GET /changes?after=0', { as: 'viewer' });
  expect(answer.json).toMatchObject({
    status: 410,
    detail: expect.stringContaining('the oldest is'),
    fix: expect.stringContaining('/export'),
  });
  const gone = follow({ 'last-event-id': '1' });
  expect((await gone.opened).status).toBe(410);
  expect((await api.ask(`GET /changes?after=${last}`, { as: 'viewer' })).json.changes[0]).toMatchObject({
    sound: 'tiktok:newest',
  });
  expect((await api.ask('GET /changes', { as: 'viewer' })).json.changes[0]).toMatchObject({ sound: 'tiktok:newest' });
});

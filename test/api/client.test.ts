// The client in examples/client: as the description has it, and working.

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { submitAndDecide } from '../../examples/client/decide.ts';
import { createClient } from '../../examples/client/fermata.ts';
import { clientOf, file, ownDescription } from '../../examples/client/generate.ts';
import { ProblemError } from '../../examples/client/http.ts';
import { serveApi, type TestApi } from '../support/api.ts';
import { builtBundle, migratedDatabaseUrl } from '../support/desk.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let api: TestApi;
beforeAll(async () => {
  stage = await openStage({ databaseUrl: await migratedDatabaseUrl(), bundle: await builtBundle(), server: 'real' });
  api = await serveApi(stage);
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
});

it('is what its generator makes: if not, run node examples/client/generate.ts', async () => {
  expect(await readFile(file, 'utf8')).toBe(await clientOf(ownDescription()));
});

it('submits, follows, decides, exports', async () => {
  await stage.deliver('label', [{ isrc: 'ZZFER2600001', title: 'Harbour Lights', artists: 'Ann Able' }]);
  const client = createClient({ url: api.url, token: api.token('operator') });
  expect(await submitAndDecide(client, '1', 'Nobody Knows', 'ZZFER2600001')).toBe(
    'operator decided that it contains ZZFER2600001: listened to both',
  );
  const exported = [];
  for await (const sound of client.exportSounds({ state: 'matched' })) exported.push(sound);
  expect(exported).toMatchObject([{ id: '1', isrc: 'ZZFER2600001', decided_by: 'person' }]);
  const { recordings } = await client.findRecordings({ q: 'harbour lights' });
  expect(recordings[0]?.artists).toEqual(['Ann Able']);
  const { sha256 } = await client.uploadAudio({ body: new Uint8Array(10) });
  expect(sha256).toHaveLength(64);
});

it('throws what went wrong, with what helps', async () => {
  const client = createClient({ url: api.url, token: api.token('viewer') });
  const refused = await client.decide({ sound: 'tiktok:1', body: { kind: 'reopen' } }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProblemError);
  expect(refused).toMatchObject({ status: 403, fix: expect.stringContaining('fermata token make'), retryAfter: null });
});

// Records the histories that `test/workflow/replay.test.ts` replays: one per representative path, from real runs on a real
// server with real activities. Never edit them by hand: a hand-made history lacks the flags by which a worker recognises what
// the code that wrote it could do, and misses real mismatches.
//
//   node test/histories/record.ts            adds what is missing
//   node test/histories/record.ts NAME …     records these anew
//
// When a change of the workflows is meant to break old histories, their sounds can no longer be running anywhere: say so in
// the changelog, delete the files and record anew. Otherwise keep the old ones; they stand for sounds that sleep for weeks.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { openProviders } from '../../app/providers.ts';
import {
  batchWorkflowId,
  catalogueWorkflowId,
  soundWorkflowId,
  syncWorkflowId,
  taskQueues,
  wakeWorkflowId,
  watchWorkflowId,
} from '../../domain/naming.ts';
import { readConfig } from '../../platform/config/index.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { tune, wav } from '../audio/signals.ts';
import { startCluster } from '../support/cluster.ts';
import { services } from '../support/providers/index.ts';
import { startFake, type Fake } from '../support/providers/server.ts';
import { createWorld, type FakeRecording } from '../support/providers/world.ts';
import type { SyncServicesInput } from '../../workflows/messages.ts';
import { openStage, outcome, type Stage } from '../support/stage.ts';

const release = { isrc: 'ZZTST2600001', title: 'Harbour Lights at Four', artists: 'Ines Varga' };
const named = { title: release.title, author: release.artists };

async function bulkRun(stage: Stage): Promise<string> {
  const sound = (n: number) => stage.sound({ id: String(n), title: `Title Number ${n}`, author: 'Ann' });
  await stage.reconciliation.submit([sound(2)]);
  const lines = [1, 2, 3, 4].map((n) => ({ line: n, sound: sound(n), problem: null }));
  const batchId = 'recorded:2026-01-01';
  await stage.reconciliation.startBatch(
    batchId,
    'recorded',
    (async function* () {
      yield [...lines, { line: 5, sound: null, problem: 'not valid JSON' }];
    })(),
    { concurrency: 2 },
  );
  await stage.dispatch();
  await stage.client.workflow.getHandle(batchWorkflowId(batchId)).result();
  return batchWorkflowId(batchId);
}

async function waitedForWords(stage: Stage): Promise<string> {
  const id = await stage.submit({ id: '1', ...named });
  await stage.until(id, (state) => state.nextAttemptAtMs !== null);
  await stage.deliver('release', [release]);
  await outcome(stage, id);
  return soundWorkflowId(id);
}

/** Each plays its story and says which workflow's history is kept. */
const paths: Readonly<Record<string, (stage: Stage) => Promise<string>>> = {
  async 'matched-at-once'(stage) {
    const pcm = tune(5, 30);
    stage.host.answer = () => ({ status: 200, body: wav([pcm.subarray(64_000, 160_000)], 8000) });
    await stage.deliver('catalogue', [{ ...release, audio: wav([pcm], 8000) }]);
    const id = await stage.submit({ id: '1', title: 'original sound', author: 'zed', audio: stage.host.url('/1.wav') });
    await outcome(stage, id);
    return soundWorkflowId(id);
  },
  'waited-and-woken': waitedForWords,
  // Words that come while it tries are written one after the other with what the attempt writes (workflows/oneAtATime.ts).
  async 'decided-while-trying'(stage) {
    const id = await stage.submit({ id: '1', ...named });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        n === 0
          ? stage.reconciliation.retry(id)
          : stage.reconciliation.decide(id, { kind: 'match', recordingId: `nothing ${n}` }, { decisionId: `d${n}` }),
      ),
    );
    await stage.deliver('release', [release]);
    await outcome(stage, id);
    return soundWorkflowId(id);
  },
  async 'still-waiting'(stage) {
    stage.host.answer = () => ({ status: 503 });
    const id = await stage.submit({ id: '1', title: 'original sound', author: 'zed', audio: stage.host.url('/1.wav') });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    await stage.reconciliation.prerelease(id, {
      title: 'Working Title',
      artists: ['Ines Varga'],
      isrc: null,
      releaseDate: '2031-05-06',
      audioHash: null,
    });
    await stage.until(id, (state) => state.attempts === 2 && state.nextAttemptAtMs !== null);
    return soundWorkflowId(id);
  },
  async overridden(stage) {
    await stage.deliver('catalogue', [release]);
    stage.host.answer = () => new Promise(() => {});
    const sound = stage.sound({ id: '1', title: 'original sound', author: 'zed', audio: stage.host.url('/1.wav') });
    await stage.reconciliation.submit([sound]);
    await stage.dispatch();
    while (stage.host.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await stage.reconciliation.decide(sound.id, { kind: 'match', recordingId: 'nobody' });
    await stage.reconciliation.decide(sound.id, { kind: 'match', recordingId: release.isrc }, { by: 'ann' });
    await outcome(stage, sound.id);
    return soundWorkflowId(sound.id);
  },
  async 'rejected-then-cancelled'(stage) {
    await stage.deliver('catalogue', [release]);
    const id = await stage.submit({ id: '1', ...named });
    await outcome(stage, id);
    await stage.reconciliation.decide(id, { kind: 'reject', recordingId: release.isrc });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    await stage.client.workflow.getHandle(soundWorkflowId(id)).cancel();
    await outcome(stage, id).catch(() => {});
    return soundWorkflowId(id);
  },
  batch: bulkRun,
  async 'batch-paused-and-cancelled'(stage) {
    const waiting: (() => void)[] = [];
    stage.host.answer = () => new Promise((resolve) => waiting.push(() => resolve({ status: 404 })));
    const lines = [1, 2, 3].map((n) => ({
      line: n,
      sound: stage.sound({ id: String(n), title: 'original sound', audio: stage.host.url(`/${n}.wav`) }),
      problem: null,
    }));
    const batchId = 'recorded:2026-01-02';
    await stage.reconciliation.startBatch(
      batchId,
      'recorded',
      (async function* () {
        yield lines;
      })(),
      { concurrency: 1 },
    );
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const handle = stage.client.workflow.getHandle(batchWorkflowId(batchId));
    // As a person does in Temporal's UI.
    await handle.signal('pause');
    await handle.signal('resume');
    await handle.cancel();
    await handle.result().catch(() => {});
    for (const release of waiting) release();
    return batchWorkflowId(batchId);
  },
  async delivery(stage) {
    await stage.submit({ id: '1', ...named });
    const rows = Array.from({ length: 40 }, (_, i) => ({
      isrc: `ZZTST26001${String(i).padStart(2, '0')}`,
      title: `Track ${i}`,
      artists: 'Ann',
    }));
    await stage.deliver('delivery', [...rows, release]);
    return catalogueWorkflowId('delivery');
  },
  async 'searched-for-arrivals'(stage) {
    await stage.submit({ id: '1', ...named });
    await stage.deliver('one', [{ isrc: 'ZZTST2600002', title: 'Another', artists: 'Ann' }]);
    await stage.deliver('two', [release]);
    return wakeWorkflowId;
  },
  async 'called-by-an-arrival'(stage) {
    const id = await stage.submit({ id: '1', ...named });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    await stage.reconciliation.retry(id, 'recorded');
    await stage.until(id, (state) => state.attempts === 2 && state.nextAttemptAtMs !== null);
    await stage.deliver('release', [release]);
    await outcome(stage, id);
    return soundWorkflowId(id);
  },
  async 'asked-a-service'(stage) {
    const id = await stage.submit({ id: '1', title: 'Study No. 42', author: 'Ensemble 42' });
    await outcome(stage, id);
    return soundWorkflowId(id);
  },
  async 'synced-services'(stage) {
    const id = await stage.submit({ id: '1', title: 'Nobody Knows This Tune At All', author: 'Ivo Bell' });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    // No service knows the code yet: it is asked for again.
    await stage.reconciliation.prerelease(id, {
      title: '',
      artists: [],
      isrc: 'ZZTST2699999',
      releaseDate: null,
      audioHash: null,
    });
    await stage.until(id, (state) => state.attempts === 2 && state.nextAttemptAtMs !== null);
    await stage.client.workflow.execute('syncServices', {
      workflowId: syncWorkflowId,
      taskQueue: taskQueues.reconcile,
      args: [{ limit: 100, denseMs: 60_000 } satisfies SyncServicesInput],
    });
    return syncWorkflowId;
  },
  async 'linked-by-a-preview'(stage) {
    const pcm = tune(42, 60);
    stage.host.answer = () => ({ status: 200, body: wav([pcm.subarray(120_000, 240_000)], 8000) });
    const audio = stage.host.url('/1.wav');
    const id = await stage.submit({ id: '1', title: 'Study No. 42', author: '', original: true, audio });
    await outcome(stage, id);
    return soundWorkflowId(id);
  },
  async 'watched-folder'(stage) {
    const incoming = join(stage.folder, 'incoming');
    for (const name of ['one', 'two']) {
      mkdirSync(join(incoming, name), { recursive: true });
      writeFileSync(join(incoming, name, 'catalogue.csv'), `title,artists\nTrack ${name},Ann\n`);
    }
    await stage.reconciliation.lookAtFolders('recorded', { folders: [incoming], settleMs: 0 });
    return watchWorkflowId('recorded');
  },
};

/** These may ask a service, which answers on the loopback. */
const asking = new Set(['asked-a-service', 'synced-services', 'linked-by-a-preview']);

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in paths));
if (unknown.length > 0) {
  console.error(`no such path: ${unknown.join(', ')}; there are ${Object.keys(paths).join(', ')}`);
  process.exit(2);
}
const settingsOf = ({ service, url }: Fake) =>
  readConfig({
    environment: {
      ...service.environment(),
      FERMATA_DEEZER_PREVIEWS: 'on',
      FERMATA_PROVIDER_URLS: `${service.name}=${url}`,
    },
  });
/** Of each recording the service lets half a minute of a tune of its own be heard. */
const world = {
  ...createWorld(200),
  previewOf: ({ at }: FakeRecording) => wav([tune(at, 60).subarray(100_000, 340_000)], 8000),
};
const fileOf = (name: string): string => join(import.meta.dirname, `${name}.json`);
const folder = mkdtempSync(join(tmpdir(), 'fermata-record-'));
const cluster = await startCluster(folder);
try {
  const bundle = await workflowBundle(join(folder, 'bundle'));
  for (const [name, play] of Object.entries(paths)) {
    if (chosen.length > 0 ? !chosen.includes(name) : existsSync(fileOf(name))) continue;
    const deezer = asking.has(name)
      ? await startFake(services.deezer(), { world, rate: null })
      : undefined;
    const stage = await openStage({
      server: 'real',
      databaseUrl: await cluster.create('migrated'),
      bundle,
      ...(deezer && { providers: (database) => openProviders(settingsOf(deezer), database) }),
    });
    try {
      const handle = stage.client.workflow.getHandle(await play(stage));
      const json = historyToJSON(await handle.fetchHistory());
      // Who ran it, and where, is nobody's business: process numbers, the machine's name (also in the names of sticky
      // queues), the folder in stack traces.
      const nameless = json
        .replaceAll(/"identity": "[^"]*"/g, '"identity": "recorded"')
        .replaceAll(/\d+@[\w.-]+/g, 'recorded')
        .replaceAll(join(import.meta.dirname, '..', '..'), '');
      writeFileSync(fileOf(name), `${nameless}\n`);
      console.error(`${name}: ${JSON.parse(json).events.length} events`);
    } finally {
      await stage.close();
      await deezer?.close();
    }
  }
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

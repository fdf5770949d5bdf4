// Searching in threads, over real rows: the same answers as in this thread, which is free meanwhile.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { warp } from '../../audio/resample.ts';
import { NotReadyYet } from '../../matching/audio/port.ts';
import { fingerprintReference, printVersion } from '../../matching/audio/reference.ts';
import { soundLandmarks } from '../../matching/audio/landmarks.ts';
import { soundPrint } from '../../matching/audio/soundPrint.ts';
import { createWaitingIndex } from '../../matching/audio/waitingIndex.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { createAnalysis } from '../../search/analysis.ts';
import { openReferenceSearch } from '../../search/referenceSearch.ts';
import { searchThreads } from '../../search/searchThreads.ts';
import { openVectors } from '../../search/vectors.ts';
import { waitingWork } from '../../search/waitingSearch.ts';
import { upsertRecording } from '../../store/catalogue/recordings.ts';
import { addReference } from '../../store/catalogue/references.ts';
import type { VectorIndex } from '../../store/catalogue/vectors.ts';
import { noise, tune } from '../audio/signals.ts';
import { searchHere } from '../support/activities.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { catalogueRecording } from '../support/rows.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let database: TestDatabase;
let vectors: VectorIndex;
const threads = searchThreads({ engine: 'onnx', size: 2 });
const analysis = createAnalysis(threads, { withVectors: true });
const never = new AbortController().signal;

const seconds = (from: number, to: number): [number, number] => [from * 8000, to * 8000];
const music = (n: number): Float32Array => tune(700 + n, 60);
const altered = (n: number): Float32Array => {
  const hiss = noise(n, 12);
  return warp(music(n).subarray(...seconds(20, 36)), 1.3).map((x, i) => x + 0.6 * (hiss[i] ?? 0));
};
const unknown = tune(990, 14);

async function deliver(n: number): Promise<void> {
  const id = `recording-${n}`;
  const recording = catalogueRecording({
    id,
    title: id,
    artists: ['Ann'],
  });
  await upsertRecording(database, recording, recordingKeys(recording), null);
  const { print, vectors: sequence } = await analysis.fingerprint(music(n), never);
  expect(print).toEqual(fingerprintReference(music(n), 8000));
  await database.transaction(async (client) => {
    const { id: referenceId } = await addReference(client, {
      recordingId: id,
      origin: 'delivery',
      file: id,
      fileHash: id,
      durationMs: 60_000,
      print,
      printVersion,
    });
    await vectors.add(client, { referenceId, vectors: sequence! });
  });
}

beforeAll(async () => {
  database = await freshDatabase();
  const opened = await openVectors(database, threads);
  if (opened.kind !== 'ready') throw new Error(opened.reason);
  vectors = opened.index;
  for (let n = 0; n < 6; n++) await deliver(n);
});
afterAll(async () => {
  await threads.close();
  await database.close();
});

describe('searching in threads', () => {
  it('answers what searching in this thread answers, to the last bit, with both cues', async () => {
    const there = openReferenceSearch(database, threads, { vectors });
    const here = openReferenceSearch(database, searchHere, { vectors });
    const sounds = [altered(0), altered(3), unknown, music(5).subarray(...seconds(10, 20)), new Float32Array(0)];
    const [inThreads, inThis] = [
      await Promise.all(sounds.map((sound) => there.search(sound, { minBits: -100 }))),
      await Promise.all(sounds.map((sound) => here.search(sound, { minBits: -100 }))),
    ];
    expect(inThreads).toEqual(inThis);
    expect(inThreads.map(({ candidates }) => candidates[0]?.recordingId)).toEqual([
      'recording-0',
      'recording-3',
      expect.anything(),
      'recording-5',
      undefined,
    ]);
    expect(inThreads[0]!.references).toBe(6);
    const place = { referenceId: 1, hypothesis: { time: 1.3, frequency: 1.3 }, offsetMs: 20_000, window: 0 };
    const judged = { hypothesesTried: 10 };
    expect(await there.judge(altered(0), [place], judged)).toEqual(await here.judge(altered(0), [place], judged));
  });

  it('tells on the way what it looks at', async () => {
    const lines: string[] = [];
    const there = openReferenceSearch(database, threads, { vectors });
    await there.search(altered(2), { trace: (line) => lines.push(line) });
    expect(lines.some((line) => line.startsWith('recording-2 rough'))).toBe(true);
  });

  it('leaves this thread free: a heartbeat is not late by a search', async () => {
    const delayOf = async (search: () => Promise<unknown>): Promise<{ tookMs: number; lateMs: number }> => {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      // Counting begins with the first tick.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const startedAt = performance.now();
      await search();
      // The last delay is noted by the next tick.
      await new Promise((resolve) => setTimeout(resolve, 20));
      delay.disable();
      return { tookMs: performance.now() - startedAt, lateMs: delay.max / 1e6 };
    };
    const [there, here] = [threads, searchHere].map((runner) => openReferenceSearch(database, runner, { vectors }));
    await there!.search(unknown);
    await here!.search(unknown);
    const inThreads = await delayOf(() => Promise.all([there!.search(unknown), there!.search(unknown)]));
    const inThis = await delayOf(() => here!.search(unknown));
    expect(inThis.lateMs).toBeGreaterThan(inThis.tookMs / 4);
    expect(inThreads.lateMs).toBeLessThan(inThreads.tookMs / 4);
    expect(inThreads.lateMs).toBeLessThan(inThis.lateMs / 2);
  });

  it('gives a search up within a quarter of a second', async () => {
    const there = openReferenceSearch(database, threads, { vectors });
    await there.load();
    const took: number[] = [];
    const long = tune(991, 100);
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController();
      // Both threads.
      const searches = [0, 1].map(() => there.search(long, { exhaustive: true, signal: controller.signal }));
      await new Promise((resolve) => setTimeout(resolve, 60 + 90 * round));
      const gaveUpAt = performance.now();
      controller.abort(new Error('decided meanwhile'));
      const ends = await Promise.allSettled(searches);
      for (const end of ends)
        expect(end).toMatchObject({ status: 'rejected', reason: { message: 'decided meanwhile' } });
      // Both are free again.
      await Promise.all([0, 1].map(() => there.search(new Float32Array(0))));
      took.push(performance.now() - gaveUpAt);
    }
    expect(took.sort((a, b) => a - b)[2]).toBeLessThan(250);
  });

  it('shows what came and went to searches that begin later, and never half of it', async () => {
    const there = openReferenceSearch(database, threads, { vectors });
    const before = there.search(altered(7), { exhaustive: true, minBits: 17 });
    await deliver(7);
    const after = there.search(altered(7), { minBits: 17 });
    expect((await after).candidates.map(({ recordingId }) => recordingId)).toEqual(['recording-7']);
    expect((await after).references).toBe(7);
    const { candidates, references } = await before;
    expect([candidates.length, references]).toEqual([0, 6]);
    await database.query(
      `update audio_references set removed_at = now(), print = null, seq = next_catalogue_seq() where recording_id = 'recording-7'`,
    );
    expect(await there.search(altered(7), { minBits: 17 })).toEqual({ candidates: [], references: 6 });
  });

  it('says that it is not ready as long as it reads for the first time, and is so later', async () => {
    const there = openReferenceSearch(database, threads, { vectors: null, patienceMs: 0 });
    await expect(there.search(altered(0))).rejects.toThrow(NotReadyYet);
    const { references, bytes } = await there.load();
    expect(references).toBe(6);
    expect(bytes).toBeGreaterThan(2e6);
    expect((await there.search(altered(0))).candidates[0]!.recordingId).toBe('recording-0');
  });

  it('answers the other way round what this thread answers', async () => {
    const there = createWaitingIndex(waitingWork(threads));
    const here = createWaitingIndex();
    for (let n = 0; n < 6; n++) {
      const landmarks = soundLandmarks(soundPrint(altered(n)));
      there.add(`sound ${n}`, landmarks);
      here.add(`sound ${n}`, landmarks);
    }
    for (const [n, except] of [
      [2, new Set<string>()],
      [3, new Set(['sound 3'])],
      [4, new Set(['sound 1', 'sound 2'])],
    ] as const) {
      const print = fingerprintReference(music(n), 8000);
      const found = await there.search(print, { minBits: -20, except });
      expect(found).toEqual(await here.search(print, { minBits: -20, except }));
      expect(found[0]?.id === `sound ${n}`).toBe(n !== 3);
    }
    there.remove('sound 2');
    expect((await there.search(fingerprintReference(music(2), 8000), { minBits: 4 })).map(({ id }) => id)).toEqual([]);
  });

  it('hears and compares what this thread hears', async () => {
    expect(await analysis.hear(altered(1), never)).toEqual({
      kind: 'heard',
      print: soundPrint(altered(1)),
      landmarks: soundLandmarks(soundPrint(altered(1))),
      called: null,
    });
    expect(await analysis.hear(new Float32Array(80_000), never)).toMatchObject({ kind: 'silence' });
    expect(await analysis.gateAndFingerprint(new Float32Array(80_000), never)).toMatchObject({
      verdict: 'silence',
      vectors: null,
    });
    const references = [{ referenceId: 1, recordingId: 'same', print: fingerprintReference(music(1), 8000) }];
    expect(await analysis.compare(references, music(1), never)).toMatchObject({
      recordingId: 'same',
      relation: 'same',
    });
    expect(await analysis.compare(references, unknown.slice(), never)).toBeNull();
  });
});

// Bulk runs: a window that slides over the lines, whatever the lines are and whatever is done to the run.

import { describe, expect } from 'vitest';
import { batchReport, countTriedAgain } from '../../store/batches.ts';
import { tell } from '../../store/outbox.ts';
import type { BatchLine } from '../../client/reconciliation.ts';
import { batchWorkflowId, soundWorkflowId } from '../../domain/naming.ts';
import type { BatchProgress } from '../../workflows/messages.ts';
import type { Stage, SubmittedLine } from '../support/stage.ts';
import { realTimeStory, shortHistoryStory, story } from '../support/story.ts';

const batchId = 'back-catalogue:2026-03-01';
const handleOf = (stage: Stage) => stage.client.workflow.getHandle(batchWorkflowId(batchId));

/** Lines as the command reads them; null stands for a line that is no sound. */
function linesOf(stage: Stage, lines: readonly (SubmittedLine | null)[]): BatchLine[] {
  return lines.map((line, i) =>
    line === null
      ? { line: i + 1, sound: null, problem: 'not valid JSON' }
      : { line: i + 1, sound: stage.sound(line), problem: null },
  );
}

async function start(stage: Stage, lines: readonly (SubmittedLine | null)[], concurrency: number): Promise<void> {
  const read = linesOf(stage, lines);
  await stage.reconciliation.startBatch(
    batchId,
    'back-catalogue',
    (async function* () {
      for (let from = 0; from < read.length; from += 150) yield read.slice(from, from + 150);
    })(),
    { concurrency },
  );
  await stage.dispatch();
}

const numbered = (count: number, given: Partial<SubmittedLine> = {}): SubmittedLine[] =>
  Array.from({ length: count }, (_, i) => ({
    id: String(i + 1),
    title: `Title Number ${i + 1}`,
    author: 'Ann',
    ...given,
  }));

const progressOf = (stage: Stage): Promise<BatchProgress> => handleOf(stage).query<BatchProgress>('batchProgress');

describe('a bulk run', () => {
  story(
    'of six hundred sounds and one bad line ends with every sound tried',
    { timeout: 480_000 },
    async ({ stage }) => {
      const lines: (SubmittedLine | null)[] = numbered(600);
      lines.splice(300, 0, null);
      const windows: number[] = [];
      let ended = false;
      await start(stage, lines, 20);
      const result = handleOf(stage)
        .result()
        .finally(() => (ended = true));
      while (!ended) {
        windows.push((await progressOf(stage)).running);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect(await result).toEqual({
        state: 'done',
        started: 600,
        concluded: 600,
        running: 0,
        skipped: 0,
        total: 601,
      });
      expect(Math.max(...windows)).toBeLessThanOrEqual(20);
      // A worker that has lost it from its cache reads all of its run's history within one task.
      expect((await handleOf(stage).describe()).historyLength).toBeLessThan(1700);
      const report = await batchReport(stage.database, batchId);
      expect(report).toMatchObject({
        state: 'done',
        total: 601,
        refused: 1,
        states: { waiting: 600 },
        problems: [{ line: 301, problem: 'not valid JSON' }],
      });
      // Its sounds outlive it.
      const { status } = await stage.client.workflow.getHandle(soundWorkflowId('tiktok:77')).describe();
      expect(status.name).toBe('RUNNING');
    },
  );

  realTimeStory('can be paused, resumed and cancelled; sounds under way are left alone', async ({ stage }) => {
    const waiting: (() => void)[] = [];
    stage.host.answer = () => new Promise((resolve) => waiting.push(() => resolve({ status: 404 })));
    await start(stage, numbered(30, { audio: stage.host.url('/held.wav') }), 2);
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(2);
    expect(await stage.reconciliation.pauseBatch(batchId, true)).toBe(true);
    await expect.poll(() => progressOf(stage), { timeout: 20_000 }).toMatchObject({ state: 'paused', running: 2 });
    for (const release of waiting.splice(0)) release();
    await expect.poll(() => progressOf(stage), { timeout: 20_000 }).toMatchObject({ running: 0, concluded: 2 });
    await expect
      .poll(async () => (await batchReport(stage.database, batchId))?.state, { timeout: 20_000 })
      .toBe('paused');
    expect((await progressOf(stage)).started).toBe(2);

    expect(await stage.reconciliation.pauseBatch(batchId, false)).toBe(true);
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(2);
    expect(await stage.reconciliation.cancelBatch(batchId)).toBe(true);
    expect(await handleOf(stage).result()).toMatchObject({ state: 'cancelled', started: 4 });
    // Who was not begun does not stay "submitted" for ever, and says why.
    expect(await batchReport(stage.database, batchId)).toMatchObject({
      state: 'cancelled',
      states: { abandoned: 26, submitted: 2, waiting: 2 },
    });
    expect(await stage.state('tiktok:30')).toMatchObject({
      status: 'abandoned',
      why: `The bulk run ${batchId} was cancelled before it was tried.`,
    });
    expect(await stage.reconciliation.cancelBatch(batchId)).toBe(false);
    expect(await stage.reconciliation.pauseBatch(batchId, true)).toBe(false);
    // The two that were being tried go on to their end.
    for (const release of waiting.splice(0)) release();
    await expect
      .poll(async () => (await batchReport(stage.database, batchId))?.states, { timeout: 20_000 })
      .toEqual({ abandoned: 26, waiting: 4 });

    // The same run again goes on with those that it had left.
    stage.host.answer = () => Promise.resolve({ status: 404 });
    await start(stage, numbered(30, { audio: stage.host.url('/held.wav') }), 2);
    expect(await handleOf(stage).result()).toMatchObject({ state: 'done', started: 30, concluded: 30, skipped: 0 });
    expect((await batchReport(stage.database, batchId))?.states).toEqual({ waiting: 30 });
  });

  realTimeStory('is not begun again by news that comes after its end', async ({ stage }) => {
    await start(stage, numbered(2), 5);
    await handleOf(stage).result();
    const { runId } = await handleOf(stage).describe();
    await tell(stage.database, [{ kind: 'progress', key: batchId, body: {} }]);
    await stage.dispatch();
    expect((await stage.database.query(`select from outbox where kind = 'progress'`)).rows).toEqual([]);
    expect(await handleOf(stage).describe()).toMatchObject({ runId, status: { name: 'COMPLETED' } });
  });

  realTimeStory('cancelled in Temporal is cancelled in its rows', async ({ stage }) => {
    const waiting: (() => void)[] = [];
    stage.host.answer = () => new Promise((resolve) => waiting.push(() => resolve({ status: 404 })));
    await start(stage, numbered(5, { audio: stage.host.url('/held.wav') }), 2);
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(2);
    await handleOf(stage).cancel();
    await expect(handleOf(stage).result()).rejects.toThrow();
    expect((await handleOf(stage).describe()).status.name).toBe('CANCELLED');
    expect((await batchReport(stage.database, batchId))?.states).toEqual({ abandoned: 3, submitted: 2 });
    for (const release of waiting.splice(0)) release();
  });

  realTimeStory('joins sounds that are under way, and leaves those that were tried', async ({ stage }) => {
    const tried = await stage.submit({ id: '1', title: 'Title Number 1', author: 'Ann' });
    let release = (): void => {};
    stage.host.answer = () => new Promise((resolve) => (release = () => resolve({ status: 404 })));
    const held = { id: '2', title: 'Title Number 2', author: 'Ann', audio: stage.host.url('/2.wav') };
    await stage.reconciliation.submit([stage.sound(held)]);
    await stage.dispatch();
    await expect.poll(() => stage.host.asked.length, { timeout: 20_000 }).toBe(1);
    // The second line names the held sound, the third one is the second again.
    await start(stage, [{ id: '1' }, held, held, { id: '3', title: 'Title Number 3', author: 'Ann' }], 10);
    await expect
      .poll(() => progressOf(stage), { timeout: 20_000 })
      .toMatchObject({ started: 2, concluded: 1, running: 1, skipped: 2 });
    release();
    expect(await handleOf(stage).result()).toEqual({
      state: 'done',
      started: 2,
      concluded: 2,
      running: 0,
      skipped: 2,
      total: 4,
    });
    expect(await stage.state(tried)).toMatchObject({ attempts: 1 });
    expect(await stage.state('tiktok:2')).toMatchObject({ attempts: 1 });
  });

  shortHistoryStory('keeps its place, its window and its counts when it continues as new', async ({ stage }) => {
    await start(stage, numbered(120), 7);
    const first = (await handleOf(stage).describe()).runId;
    expect(await handleOf(stage).result()).toEqual({
      state: 'done',
      started: 120,
      concluded: 120,
      running: 0,
      skipped: 0,
      total: 120,
    });
    expect((await handleOf(stage).describe()).runId).not.toBe(first);
    expect(await batchReport(stage.database, batchId)).toMatchObject({ state: 'done', states: { waiting: 120 } });
    const { rows } = await stage.database.query(`select max(attempts) as most from sounds`);
    expect(rows).toEqual([{ most: 1 }]);
  });

  realTimeStory(
    'of the sounds that wait tries them again, biggest groups first, and touches nobody who is settled',
    async ({ stage }) => {
      await stage.deliver('catalogue', [{ isrc: 'ZZTST2600001', title: 'Some Song', artists: 'Ann' }]);
      const ids: string[] = [];
      for (let n = 1; n <= 5; n += 1) ids.push(await stage.submit({ id: String(n), title: `Title Number ${n}` }));
      await stage.reconciliation.decide(ids[0]!, { kind: 'match', recordingId: 'ZZTST2600001' }, { by: 'ann' });
      // The second and the fourth have one audio, for all that the list knows.
      const group = await stage.database.query<{ id: number }>(`insert into sound_groups default values returning id`);
      await stage.database.query(`update sounds set group_id = $1, grouped_by = 'file' where id = any($2)`, [
        group.rows[0]!.id,
        [ids[1], ids[3]],
      ]);
      await Promise.all(ids.slice(1).map((id) => stage.until(id, (state) => state.nextAttemptAtMs !== null)));
      const again = { concurrency: 2, why: 'the rules are new' };
      expect(await stage.reconciliation.startAgain(batchId, 'again', again)).toBe(4);
      expect(await stage.reconciliation.startAgain(batchId, 'again', again)).toBe(4);
      await stage.dispatch();
      expect(await handleOf(stage).result()).toMatchObject({
        state: 'done',
        started: 4,
        concluded: 4,
        skipped: 0,
        total: 4,
      });
      const { rows } = await stage.database.query<{ sound_id: string }>(
        `select sound_id from batch_items where batch_id = $1 order by line`,
        [batchId],
      );
      expect(rows.map((row) => row.sound_id)).toEqual([ids[3], ids[1], ids[4], ids[2]]);
      expect(await countTriedAgain(stage.database, batchId)).toBe(4);
      for (const id of ids.slice(1)) expect((await stage.state(id)).attempts).toBeGreaterThanOrEqual(2);
      expect(await stage.state(ids[0]!)).toMatchObject({ attempts: 1, link: { decidedBy: 'person' } });
    },
  );
});

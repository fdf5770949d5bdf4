// What rows say is told to the workflows, whatever crashes in between.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { soundWorkflowId, type SoundId } from '../../domain/naming.ts';
import { addItems, batchReport, createBatch } from '../../store/batches.ts';
import { callSounds, sendNext, tell, tellForgotten } from '../../store/outbox.ts';
import { insertSounds, submitSounds } from '../../store/sounds/sounds.ts';
import type { Stage } from '../support/stage.ts';
import { realTimeStory } from '../support/story.ts';

const named = (stage: Stage, id: string) => stage.sound({ id, title: `Title Number ${id}`, author: 'Ann' });
const statusOf = async (stage: Stage, id: SoundId): Promise<string> => (await stage.state(id)).status;
const runsOf = async (stage: Stage, id: SoundId): Promise<number> => {
  let runs = 0;
  for await (const _ of stage.client.workflow.list({ query: `WorkflowId = "${soundWorkflowId(id)}"` })) runs += 1;
  return runs;
};

describe('the dispatcher', () => {
  realTimeStory(
    'killed between a row and its message, or between the message and the row, fifty times, loses none and doubles none',
    { timeout: 600_000 },
    async ({ stage }) => {
      // Only the processes that die send; and no worker plays what they start.
      await stage.stopDispatcher();
      await stage.stopWorker();
      const program = join(import.meta.dirname, 'dispatcher.fixture.ts');
      const ids: SoundId[] = [];
      for (let round = 0; round < 50; round += 1) {
        const sound = named(stage, String(round));
        ids.push(sound.id);
        await stage.database.transaction((client) => submitSounds(client, [sound]));
        const child = spawn(
          process.execPath,
          [program, stage.databaseUrl, stage.address, round % 2 === 0 ? 'before' : 'after'],
          { stdio: 'ignore' },
        );
        const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
        expect(signal).toBe('SIGKILL');
        // Its transaction went with it: the message is there still, also when it was sent.
        const { rows } = await stage.database.query<{ n: number }>(`select count(*)::integer as n from outbox`);
        expect(rows[0]!.n).toBeGreaterThan(0);
      }
      await stage.dispatch();
      await stage.startWorker();
      for (const id of ids) await stage.until(id, (state) => state.status === 'waiting');
      await expect.poll(() => runsOf(stage, ids[49]!), { timeout: 20_000 }).toBe(1);
      for (const id of ids) {
        expect(await runsOf(stage, id)).toBe(1);
        expect(await stage.state(id)).toMatchObject({ attempts: 1 });
      }
      await stage.settle();
    },
  );

  realTimeStory('starts what was stored and never begun, within a minute', async ({ stage }) => {
    // Whoever submitted died before the message; a bulk run's lines stopped coming before it was started.
    const alone = named(stage, '1');
    const inBatch = [named(stage, '2'), named(stage, '3')];
    await stage.database.transaction(async (client) => {
      await insertSounds(client, [alone]);
      await insertSounds(client, inBatch, { bulk: true });
      await createBatch(client, { id: 'b:2026-01-01', name: 'b', concurrency: 10, again: null });
      await addItems(
        client,
        'b:2026-01-01',
        inBatch.map(({ id }, i) => ({ line: i + 1, soundId: id, problem: null })),
      );
    });
    expect(await tellForgotten(stage.database)).toBe(0);
    await stage.database.query(`update sounds set submitted_at = now() - interval '31 seconds'`);
    await stage.database.query(`update batches set touched_at = now() - interval '31 seconds'`);
    // By itself: nobody but the dispatcher looks.
    for (const { id } of [alone, ...inBatch]) await stage.until(id, (state) => state.status === 'waiting');
    await expect.poll(async () => (await batchReport(stage.database, 'b:2026-01-01'))?.state).toBe('done');
    expect(await tellForgotten(stage.database)).toBe(0);
  });

  realTimeStory('keeps what a server turns away, and says why; what comes behind it goes on', async ({ stage }) => {
    await tell(stage.database, [
      { kind: 'start', key: 'x'.repeat(5_000), body: { summary: 'an id that no server takes' } },
    ]);
    const fine = named(stage, '1');
    await stage.reconciliation.submit([fine]);
    await stage.until(fine.id, (state) => state.status === 'waiting');
    const { rows } = await stage.database.query<{ tries: number; problem: string }>(
      `select tries, problem from outbox`,
    );
    expect(rows).toEqual([{ tries: expect.any(Number), problem: expect.stringContaining('gRPC 3') }]);
    expect(rows[0]!.tries).toBeGreaterThan(0);
  });

  realTimeStory('sends a call that was renewed with the same words while it was being sent', async ({ stage }) => {
    await stage.stopDispatcher();
    const id = 'tiktok:1';
    await callSounds(stage.database, [id], 'moved');
    await sendNext(stage.database, 10, async (messages) => {
      await callSounds(stage.database, [id], 'moved');
      return new Map(messages.map((message) => [message.id, { kind: 'sent' }]));
    });
    const { rows } = await stage.database.query(`select key from outbox`);
    expect(rows).toEqual([{ key: id }]);
  });

  realTimeStory('shares its work: each of two takes other messages', async ({ stage }) => {
    await stage.stopDispatcher();
    await callSounds(stage.database, ['tiktok:1', 'tiktok:2'], 'moved');
    const taken: string[][] = [];
    const both = [1, 2].map(() =>
      sendNext(stage.database, 1, async (messages) => {
        taken.push(messages.map(({ key }) => key));
        // Both hold their message until the other has one too.
        await expect.poll(() => taken.length).toBe(2);
        return new Map(messages.map(({ id }) => [id, { kind: 'sent' }]));
      }),
    );
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(taken.flat().sort()).toEqual(['tiktok:1', 'tiktok:2']);
    expect(await statusOf(stage, await stage.submit({ id: '3', title: 'Title Number 3', author: 'Ann' }))).toBe(
      'waiting',
    );
  });
});

// What waiting costs, and that nothing is missed by it: stories on the time-skipping server, with everything else real.

import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect } from 'vitest';
import { soundWorkflowId, type SoundId } from '../../domain/naming.ts';
import { warp } from '../../audio/resample.ts';
import { tune, wav } from '../audio/signals.ts';
import { outcome, type Stage } from '../support/stage.ts';
import { story } from '../support/story.ts';

const lights = { isrc: 'ZZTST2600001', title: 'Harbour Lights at Four', artists: 'Ines Varga' };
const others = (n: number) => ({
  isrc: `ZZTST26001${String(n).padStart(2, '0')}`,
  title: `Other ${n}`,
  artists: 'Ann',
});
const handleOf = (stage: Stage, id: SoundId) => stage.client.workflow.getHandle(soundWorkflowId(id));
/** Events of the sound's run by type. */
async function eventsOf(stage: Stage, id: SoundId): Promise<Record<string, number>> {
  const { events } = historyToJson(await handleOf(stage, id).fetchHistory());
  const counts: Record<string, number> = {};
  for (const { eventType } of events) {
    const type = eventType.replace('EVENT_TYPE_', '');
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}
const historyToJson = (history: Parameters<typeof historyToJSON>[0]) =>
  JSON.parse(historyToJSON(history)) as { events: { eventType: string }[] };

describe('waiting', () => {
  story('costs one row and no task on a queue an attempt, however busy the catalogue is', async ({ stage }) => {
    const id = await stage.submit({ id: '1', title: lights.title, author: lights.artists });
    // The row is written before the workflow task that starts the timer has ended.
    await expect.poll(async () => (await eventsOf(stage, id))['TIMER_STARTED'], { timeout: 20_000 }).toBe(1);
    const before = { events: await eventsOf(stage, id), attempts: (await stage.state(id)).attempts };
    // Nor does the first, of a sound that has no audio: the worker that plays it answers all it asks.
    expect(before.events).not.toHaveProperty('ACTIVITY_TASK_SCHEDULED');
    const decisions = async () =>
      (await stage.database.query(`select from decisions where sound_id = $1`, [id])).rowCount;
    expect(await decisions()).toBe(1);
    for (let day = 0; day < 5; day += 1) {
      expect(await stage.deliver(`day ${day}`, [others(day)])).toBe(0);
      await stage.pass('1 day');
    }
    const { attempts } = await stage.state(id);
    expect(attempts).toBeGreaterThanOrEqual(before.attempts + 8);
    // None of them was a full look.
    expect(await decisions()).toBe(1);
    // A timer that was started and fired, a workflow task of three events, one look at the row, one line in the list: seven events.
    const after = await eventsOf(stage, id);
    const more = (type: string): number => (after[type] ?? 0) - (before.events[type] ?? 0);
    for (const type of ['TIMER_FIRED', 'TIMER_STARTED', 'MARKER_RECORDED', 'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES'])
      expect({ type, n: more(type) }).toEqual({ type, n: attempts - before.attempts });
    expect(more('ACTIVITY_TASK_SCHEDULED')).toBe(0);
    expect(await stage.deliver('at last', [lights])).toBe(1);
    await stage.until(id, (state) => state.link?.recordingId === lights.isrc);
  });

  story('a wake-up that got lost is made good by the next timer', async ({ stage }) => {
    const id = await stage.submit({ id: '2', title: lights.title, author: lights.artists });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    await stage.deliver('other', [others(1)]);
    // As if the signal had never come: the sound's row says that it is wanted, its workflow does not know.
    await stage.database.query(`update sounds set text_keys = '{}' where id = $1`, [id]);
    expect(await stage.deliver('release', [lights])).toBe(0);
    await stage.database.query(`update sounds set wanted_seq = (select max(seq) from recordings) where id = $1`, [id]);
    await stage.pass('1 hour');
    await stage.until(id, (state) => state.link?.recordingId === lights.isrc);
  });

  story('a release in the middle of the first attempt is not missed', async ({ stage }) => {
    const piece = tune(71, 40);
    const clip = wav([piece.subarray(8 * 8000, 20 * 8000)], 8000);
    let answer: (given: { status: number; body: Uint8Array }) => void = () => {};
    stage.host.answer = () => new Promise((resolve) => (answer = resolve));
    const words = stage.sound({
      id: '3',
      title: lights.title,
      author: lights.artists,
      audio: stage.host.url('/3.wav'),
    });
    await stage.reconciliation.submit([words]);
    await stage.dispatch();
    // Its words have been looked up by now, and its audio is on the way.
    await expect.poll(() => stage.host.asked.length, { timeout: 20_000 }).toBe(1);
    const submittedAtMs = await stage.now();
    expect(await stage.deliver('release', [lights])).toBe(1);
    answer({ status: 200, body: clip });
    await stage.until(words.id, (state) => state.link?.recordingId === lights.isrc);
    expect((await stage.now()) - submittedAtMs).toBeLessThan(10 * 60_000);
  });

  story('an altered teaser is woken by the audio of its release', async ({ stage }) => {
    const piece = tune(72, 40);
    const teaser = warp(piece.subarray(6 * 8000, 24 * 8000), 1.25);
    stage.host.answer = () => ({ status: 200, body: wav([teaser], 8000) });
    const id = await stage.submit({
      id: '4',
      title: 'original sound - zed',
      author: 'zed',
      original: true,
      audio: stage.host.url('/4.wav'),
    });
    expect(await stage.state(id)).toMatchObject({ status: 'waiting' });
    await stage.pass('20 days');
    expect(await stage.deliver('release', [{ ...lights, audio: wav([piece], 8000) }])).toBe(1);
    expect(await outcome(stage, id)).toMatchObject({ status: 'matched', recording: lights.isrc });
    const state = await stage.state(id);
    expect(state.link).toMatchObject({ relation: 'sped_up', decidedBy: 'rule' });
    expect(state.link!.speedRatio).toBeCloseTo(1.25, 2);
  });

  story('a person who decides while it is being woken has the last word', async ({ stage }) => {
    const other = { isrc: 'ZZTST2600003', title: 'Nine Windows', artists: 'Someone Else' };
    await stage.deliver('catalogue', [other]);
    const id = await stage.submit({ id: '5', title: lights.title, author: lights.artists });
    const [, said] = await Promise.all([
      stage.deliver('release', [lights]),
      stage.reconciliation.decide(id, { kind: 'match', recordingId: other.isrc }, { by: 'ann' }),
    ]);
    expect(said).toMatchObject({ kind: 'accepted' });
    await outcome(stage, id);
    await stage.reconciliation.retry(id);
    await outcome(stage, id);
    expect(await stage.state(id)).toMatchObject({ link: { recordingId: other.isrc, decidedBy: 'person' } });
  });

  story('revived after its horizon it is found by audio again', async ({ stage }) => {
    const piece = tune(73, 40);
    stage.host.answer = () => ({ status: 200, body: wav([piece.subarray(8 * 8000, 20 * 8000)], 8000) });
    const id = await stage.submit({
      id: '6',
      title: 'original sound - zed',
      author: 'zed',
      original: true,
      audio: stage.host.url('/6.wav'),
    });
    await stage.pass('91 days');
    expect(await outcome(stage, id)).toMatchObject({ status: 'expired' });
    // What wakes has read the waiting audio meanwhile, without it.
    expect(await stage.deliver('other', [{ ...others(1), audio: wav([tune(74, 30)], 8000) }])).toBe(0);
    expect(await stage.reconciliation.decide(id, { kind: 'reopen' })).toMatchObject({ kind: 'accepted' });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    expect(await stage.deliver('release', [{ ...lights, audio: wav([piece], 8000) }])).toBe(1);
    await stage.until(id, (state) => state.link?.recordingId === lights.isrc);
  });
});

// Sounds with the same audio are decided once: stories with the real worker and the real search.

import { describe, expect } from 'vitest';
import { warp } from '../../audio/resample.ts';
import { groupOf, joinGroups, listGroups, readMembers, splitGroup } from '../../store/sounds/groups.ts';
import { readDecisions } from '../../store/sounds/records.ts';
import { tune, wav } from '../audio/signals.ts';
import type { Stage } from '../support/stage.ts';
import { story } from '../support/story.ts';

const release = { isrc: 'ZZTST2600001', title: 'Harbour Lights at Four', artists: 'Ines Varga' };
const piece = tune(81, 40);
const from = (second: number, speed = 1): Float32Array =>
  warp(piece.subarray(second * 8000, (second + 16) * 8000), speed);

async function submit(stage: Stage, clips: Readonly<Record<string, Float32Array>>): Promise<string[]> {
  stage.host.answer = (path) => ({ status: 200, body: wav([clips[path.slice(1, -4)]!], 8000) });
  const ids: string[] = [];
  for (const id of Object.keys(clips)) {
    ids.push(
      await stage.submit({
        id,
        title: `original sound - user ${id}`,
        author: `user ${id}`,
        original: true,
        audio: stage.host.url(`/${id}.wav`),
      }),
    );
    await stage.until(`tiktok:${id}`, (state) => state.nextAttemptAtMs !== null);
  }
  return ids;
}

describe('a group', () => {
  story(
    'is decided once: applied to what is played alike, proposed for the rest, each with its own record',
    async ({ stage }) => {
      await stage.deliver('catalogue', [release]);
      const [first, same, later, fast, other] = (await submit(stage, {
        '1': from(8),
        '2': from(8),
        '3': from(10),
        '4': from(8, 1.2),
        '5': tune(82, 16),
      })) as [string, string, string, string, string];
      const group = (await groupOf(stage.database, first))!;
      expect(group).not.toBeNull();
      for (const id of [same, later, fast]) expect(await groupOf(stage.database, id)).toBe(group);
      expect(await groupOf(stage.database, other)).toBeNull();
      expect((await listGroups(stage.database, 5))[0]).toMatchObject({ id: group, sounds: 4, open: 4, lastDay: 4 });
      const members = new Map((await readMembers(stage.database, group, 10)).map((one) => [one.id, one]));
      expect(members.get(fast)!.speed! / members.get(first)!.speed!).toBeCloseTo(1.2, 2);
      expect(Math.abs(members.get(later)!.offsetMs! - members.get(first)!.offsetMs! - 2000)).toBeLessThan(60);

      await stage.reconciliation.decide(first, { kind: 'match', recordingId: release.isrc }, { by: 'ann' });
      for (const id of [same, later]) {
        const state = await stage.until(id, (one) => one.status === 'matched');
        expect(state).toMatchObject({
          why: `It has the same audio as ${first}, of which ann decided that it contains ${release.isrc}.`,
          link: { recordingId: release.isrc, decidedBy: 'rule' },
        });
        expect((await readDecisions(stage.database, id)).at(-1)).toMatchObject({ decidedBy: 'rule', kind: 'matched' });
      }
      const proposed = await stage.until(fast, (one) => one.status === 'review');
      expect(proposed.why).toContain(`ann decided that it contains ${release.isrc}`);
      expect(await stage.state(other)).toMatchObject({ status: 'waiting' });
      // A sound that comes later finds the answer there.
      const [late] = await submitOne(stage, '6', from(9));
      expect(await stage.state(late!)).toMatchObject({ status: 'matched', link: { recordingId: release.isrc } });
    },
  );

  story('never overrules a person, and is taken apart and put together by one', async ({ stage }) => {
    await stage.deliver('catalogue', [release, { ...release, isrc: 'ZZTST2600002', title: 'Another' }]);
    const [first, second, third] = (await submit(stage, { '1': from(8), '2': from(8), '3': from(8) })) as [
      string,
      string,
      string,
    ];
    const group = (await groupOf(stage.database, first))!;
    await stage.reconciliation.decide(second, { kind: 'match', recordingId: 'ZZTST2600002' }, { by: 'bob' });
    await stage.until(second, (state) => state.link?.decidedBy === 'person');
    const made = await splitGroup(stage.database, group, [third], 'ann');
    expect(await groupOf(stage.database, third)).toBe(made);
    // Heard again, it stays where a person put it.
    await stage.reconciliation.retry(third);
    const tried = (await stage.state(third)).attempts;
    await stage.until(third, (state) => state.attempts >= tried && state.nextAttemptAtMs !== null);
    expect(await groupOf(stage.database, third)).toBe(made);

    await stage.reconciliation.decide(first, { kind: 'match', recordingId: release.isrc }, { by: 'ann' });
    await stage.until(first, (state) => state.link?.recordingId === release.isrc);
    expect(await stage.state(second)).toMatchObject({ link: { recordingId: 'ZZTST2600002', decidedBy: 'person' } });
    expect(await stage.state(third)).toMatchObject({ link: null });

    const moved = await joinGroups(stage.database, group, made);
    for (const id of moved) await stage.reconciliation.retry(id);
    const state = await stage.until(third, (one) => one.status === 'review' || one.status === 'matched');
    expect(state).toMatchObject({ status: 'review', why: expect.stringContaining('ann decided') as string });
  });
});

async function submitOne(stage: Stage, id: string, clip: Float32Array): Promise<string[]> {
  stage.host.answer = () => ({ status: 200, body: wav([clip], 8000) });
  return [
    await stage.submit({
      id,
      title: `original sound - user ${id}`,
      author: `user ${id}`,
      original: true,
      audio: stage.host.url(`/${id}.wav`),
    }),
  ];
}

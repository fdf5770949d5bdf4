// Trouble of our own: what the database refuses, and what is a fault of the program. Neither holds up a person, and neither is lost.

import { describe, expect } from 'vitest';
import { readDecisions } from '../../store/sounds/records.ts';
import type { Stage } from '../support/stage.ts';
import { story } from '../support/story.ts';

const teaser = { id: '1', title: 'Harbour Lights at Four', author: 'Ines Varga' };
const wip = { title: 'Working Title', artists: ['Ines Varga'], isrc: null, releaseDate: null, audioHash: null };

/** Whatever happens to the sound, a person who speaks is answered within seconds. */
async function answered<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no answer within 15 s')), 15_000).unref()),
  ]);
}

describe('a prerelease that the database refuses', () => {
  story('is refused with the reason, and holds up nobody', async ({ stage }) => {
    const id = await stage.submit(teaser);
    // Stands for any value that passed our own checks and that Postgres will not have.
    await stage.database.query(`alter table sounds add constraint nothing_early check (prerelease is null) not valid`);
    expect(await answered(stage.reconciliation.prerelease(id, wip, 'ann'))).toEqual({
      kind: 'refused',
      why: expect.stringContaining('nothing_early'),
    });
    expect(await answered(stage.reconciliation.decide(id, { kind: 'abandon' }))).toMatchObject({ kind: 'accepted' });
  });

  story('as a message by hand is passed over, and holds up nobody', async ({ stage }) => {
    const id = await stage.submit(teaser);
    await stage.database.query(`alter table sounds add constraint nothing_early check (prerelease is null) not valid`);
    await stage.client.workflow.getHandle(`sound:${id}`).signal('prereleaseMetadata', { metadata: wip });
    expect(await answered(stage.reconciliation.decide(id, { kind: 'notMusic' }))).toMatchObject({ kind: 'accepted' });
  });

  story('of a settled sound says what to do', async ({ stage }) => {
    const id = await stage.submit(teaser);
    await stage.reconciliation.decide(id, { kind: 'abandon' });
    expect(await answered(stage.reconciliation.prerelease(id, wip))).toEqual({
      kind: 'refused',
      why: 'it is settled (abandoned): "reopen" it first',
    });
    expect(await answered(stage.reconciliation.prerelease('tiktok:nobody', wip))).toMatchObject({ kind: 'refused' });
  });

  story('with audio that cannot be read keeps its words and tells what is wrong with the audio', async ({ stage }) => {
    const id = await stage.submit(teaser);
    const answer = await answered(stage.reconciliation.prerelease(id, { ...wip, audioHash: '0'.repeat(64) }));
    expect(answer).toMatchObject({ kind: 'accepted', problem: expect.any(String) });
    const { rows } = await stage.database.query<{ problem: string; title: string }>(
      `select prerelease_problem as problem, prerelease->>'title' as title from sounds where id = $1`,
      [id],
    );
    expect(rows).toEqual([{ problem: (answer as { problem: string }).problem, title: wip.title }]);
  });
});

describe('a fault of ours in an attempt', () => {
  const broken = (stage: Stage) => stage.database.query(`alter table evidence rename to evidence_elsewhere`);
  const mended = (stage: Stage) => stage.database.query(`alter table evidence_elsewhere rename to evidence`);

  story('is shown, and the sound tries again by its schedule', async ({ stage }) => {
    const id = await stage.submit(teaser);
    await stage.deliver('catalogue', [{ isrc: 'ZZTST2600009', title: 'Another', artists: 'Ann' }]);
    await broken(stage);
    await stage.reconciliation.retry(id);
    const shown = await stage.until(id, (state) => state.why.startsWith('It could not be tried'));
    expect(shown).toMatchObject({ status: 'waiting', why: expect.stringContaining('evidence') });
    await mended(stage);
    await stage.deliver('release', [{ isrc: 'ZZTST2600001', title: teaser.title, artists: teaser.author }]);
    await stage.until(id, (state) => state.status === 'matched');
  });

  story('which is a row that does not fit names it, and is over when that is written anew', async ({ stage }) => {
    const id = await stage.submit(teaser);
    await stage.reconciliation.prerelease(id, wip);
    await stage.database.query(`update sounds set prerelease = '{"version": 7}' where id = $1`, [id]);
    await stage.reconciliation.retry(id);
    const shown = await stage.until(id, (state) => state.why.startsWith('It could not be tried'));
    expect(shown.why).toContain(`sounds.prerelease of ${id} does not fit: it is of version 7, and 1 is known`);
    expect(await answered(stage.reconciliation.prerelease(id, wip))).toMatchObject({ kind: 'accepted' });
    await stage.database.query(`update evidence set evidence = '{"version": 7}' where sound_id = $1`, [id]);
    await stage.deliver('release', [{ isrc: 'ZZTST2600001', title: teaser.title, artists: teaser.author }]);
    await stage.until(id, (state) => state.status === 'matched');
  });

  story('of a first attempt leaves the sound to be tried again, not lost', async ({ stage }) => {
    await broken(stage);
    const sound = stage.sound(teaser);
    await stage.reconciliation.submit([sound]);
    await stage.until(sound.id, (state) => state.why.startsWith('It could not be tried'));
    expect(await stage.state(sound.id)).toMatchObject({ status: 'submitted' });
    await mended(stage);
    await stage.pass('2 days');
    expect(await stage.state(sound.id)).toMatchObject({ status: 'waiting' });
  });

  story('does not keep a person waiting, whose word counts', async ({ stage }) => {
    const id = await stage.submit(teaser);
    await broken(stage);
    await stage.reconciliation.retry(id);
    expect(await answered(stage.reconciliation.decide(id, { kind: 'noSuchRecording' }, { by: 'ann' }))).toMatchObject({
      kind: 'accepted',
      status: 'dismissed',
    });
    expect((await readDecisions(stage.database, id)).at(-1)).toMatchObject({ kind: 'noSuchRecording', accepted: true });
  });
});

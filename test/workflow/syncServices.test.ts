// The scheduled sync: what is expected is asked for again and again, until a service has it.

import { expect } from 'vitest';
import type { Stage } from '../support/stage.ts';
import { askingStory } from '../support/story.ts';

const round = (stage: Stage): Promise<unknown> =>
  stage.client.workflow.execute('syncServices', {
    workflowId: 'sync:services',
    taskQueue: 'reconcile',
    args: [{ limit: 100, denseMs: 1 }],
  });

/** A sound that waits for what a person handed in, and whose own attempts are far off. */
async function expecting(stage: Stage, id: string, prerelease: object, releaseDate: string | null): Promise<void> {
  await stage.database.query(
    `insert into sounds (id, platform, platform_sound_id, status, horizon_ms, expires_at, prerelease, release_date)
     values ($1, 'tiktok', $1, 'waiting', 1, now() + interval '1 day', $2, $3)`,
    [id, JSON.stringify(prerelease), releaseDate],
  );
}
const longAgo = (stage: Stage): Promise<unknown> =>
  stage.database.query(`update service_checks set checked_at = checked_at - interval '25 hours'`);

askingStory(['deezer'])('codes and titles are asked for until a service has them', async ({ stage, fakes }) => {
  await expecting(stage, 'tiktok:1', { title: 'Study No. 42', artists: ['Ensemble 42'], isrc: null }, null);
  await expecting(stage, 'tiktok:2', { title: '', artists: [], isrc: 'ZZFPR2600043' }, null);
  await expecting(stage, 'tiktok:3', { title: 'Not Out Yet', artists: ['Ivo Bell'], isrc: 'ZZTST2699999' }, null);
  const today = new Date(await stage.now()).toISOString().slice(0, 10);
  await expecting(stage, 'tiktok:4', { title: '', artists: [], isrc: 'ZZTST2699998' }, today);

  expect(await round(stage)).toEqual({ asked: 4, added: 2, troubles: [] });
  const { rows } = await stage.database.query(`select id, title from recordings order by id`);
  expect(rows).toEqual([
    { id: 'ZZFPR2600042', title: 'Study No. 42' },
    { id: 'ZZFPR2600043', title: 'Study No. 43' },
  ]);
  // Only what is due today is asked for again at once.
  expect(await round(stage)).toMatchObject({ asked: 1, added: 0 });
  await longAgo(stage);
  // A code that it has is not asked for any more; one that it has not, after a day; and the title, which may have other versions by now.
  expect(await round(stage)).toMatchObject({ asked: 3, added: 0 });
  await longAgo(stage);
  // After two looks in vain the pause is two days.
  expect(await round(stage)).toMatchObject({ asked: 1 });
  expect(fakes.deezer!.state().requests).toBeGreaterThanOrEqual(9);
});

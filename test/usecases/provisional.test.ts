// What people knew before any delivery: confirmed, contested, or left open, whichever came first.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDelivery } from '../../store/catalogue/deliveries.ts';
import { findRecording } from '../../store/catalogue/recordings.ts';
import { recordingsWithAudio } from '../../store/catalogue/references.ts';
import { recordDecision } from '../../store/sounds/decide.ts';
import { readDecisions } from '../../store/sounds/records.ts';
import { readState } from '../../store/sounds/state.ts';
import type { PrereleaseMetadata } from '../../domain/sound.ts';
import { openBlobStore } from '../../platform/blobStore.ts';
import { tune, wav } from '../audio/signals.ts';
import { openActivities, quietEnvironment, takeCalls, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';

let folder: string;
let open: OpenActivities;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-provisional-'));
  open = openActivities({
    databaseUrl: await migratedDatabaseUrl(),
    folder,
    allowedHosts: [],
  });
});
afterEach(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});

const master = wav([tune(61, 20)], 8000);
const other = wav([tune(62, 20)], 8000);
const song = { title: 'Harbour Lights at Four', artists: ['Ines Varga'], isrc: 'ZZTST2600001' };

async function waiting(id: string): Promise<void> {
  await open.database.query(
    `insert into sounds (id, platform, platform_sound_id, status, horizon_ms, expires_at) values ($1, 'tiktok', $1, 'waiting', 1, now() + interval '1 day')`,
    [id],
  );
}
async function handIn(
  soundId: string,
  audio: Uint8Array | null,
  more: Partial<PrereleaseMetadata> = {},
): Promise<void> {
  let audioHash: string | null = null;
  if (audio !== null) {
    await writeFile(join(folder, 'handed-in.wav'), audio);
    audioHash = await openBlobStore(join(folder, 'blobs')).copyIn(join(folder, 'handed-in.wav'));
  }
  const metadata = { ...song, releaseDate: null, audioHash, ...more };
  expect(await open.activities.recordPrerelease({ soundId, metadata, by: 'ann' })).toEqual({ kind: 'accepted' });
  if (audio !== null)
    expect(await open.activities.indexPrerelease({ soundId, metadata, by: 'ann' })).toEqual({
      problem: null,
    });
}
/** Searches with what arrived. @returns the sounds that are called by then. */
async function woken(): Promise<string[]> {
  await open.activities.wakeSounds({ lane: 0, lanes: 1 });
  return (await takeCalls(open.database)).map(({ id }) => id);
}
async function deliver(row: Partial<typeof song>, audio: Uint8Array | null = null, name = 'd'): Promise<void> {
  const listed = { ...song, ...row, ...(audio === null ? {} : { file: 'a.wav' }) };
  if (audio !== null) await writeFile(join(folder, 'a.wav'), audio);
  await writeFile(join(folder, 'catalogue.jsonl'), JSON.stringify(listed));
  await startDelivery(open.database, name, folder);
  await quietEnvironment().run(open.activities.stageDelivery, { deliveryId: name });
  await quietEnvironment().run(open.activities.indexRows, { deliveryId: name, afterLine: 0, limit: 10 });
}
const provisional = async (): Promise<{ id: string; merged_into: string | null; contested: string | null }> =>
  (
    await open.database.query<{ id: string; merged_into: string | null; contested: string | null }>(
      `select id, merged_into, contested from recordings where provisional`,
    )
  ).rows[0]!;
/** Links a sound to the provisional recording as an attempt, or a person, would. */
async function link(soundId: string, by: 'rule' | 'person'): Promise<void> {
  const { id } = await provisional();
  if (by === 'person') {
    await recordDecision(open.database, soundId, {
      decisionId: `by hand ${soundId}`,
      decision: { kind: 'match', recordingId: id },
      by: 'ann',
      note: '',
      nowMs: Date.now(),
    });
    return;
  }
  await open.database.query(
    `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why) values ($1 || '#1', $1, 'rule', 'matched', $2, true, 'x')`,
    [soundId, id],
  );
  await open.database.query(
    `insert into links (sound_id, recording_id, relation, speed_ratio, probability, decided_by, decision_id) values ($1, $2, 'sped_up', 1.2, 0.99, 'rule', $1 || '#1')`,
    [soundId, id],
  );
  await open.database.query(`update sounds set status = 'matched', waits_for = null where id = $1`, [soundId]);
}

describe('a provisional recording', () => {
  it.each<[string, Uint8Array | null, Partial<typeof song>, Uint8Array | null]>([
    ['code and text', null, {}, null],
    ['code and text, with audio on one side', master, {}, null],
    ['code and audio', master, { title: 'Quay' }, master],
    ['text and audio', master, { isrc: 'ZZTST2600009' }, master],
  ])('is confirmed by %s, whichever came first', async (_, handedIn, row, delivered) => {
    for (const order of ['handed in first', 'delivered first']) {
      const sound = `tiktok:${order}`;
      await waiting(sound);
      if (order === 'handed in first') {
        await handIn(sound, handedIn);
        expect(await provisional()).toMatchObject({ merged_into: null, contested: null });
        await deliver(row, delivered);
      } else {
        await open.database.query(`delete from recordings where provisional`).catch(() => {});
        await handIn(sound, handedIn);
      }
      expect(await provisional()).toMatchObject({ merged_into: row.isrc ?? song.isrc, contested: null });
      const { rows } = await open.database.query(`select waits_for from sounds where id = $1`, [sound]);
      expect(rows).toEqual([{ waits_for: row.isrc ?? song.isrc }]);
    }
  });

  it.each<[string, Uint8Array | null, Partial<typeof song>, Uint8Array | null, RegExp]>([
    [
      'its code under another title',
      null,
      { title: 'Quay' },
      null,
      /was delivered as "Quay" by Ines Varga, and was expected to be/,
    ],
    ['its code as another version', null, { title: `${song.title} (Live)` }, null, /was delivered as ".*\(Live\)"/],
    ['its code with other audio', master, {}, other, /was delivered with other audio/],
    [
      'its title under another code',
      null,
      { isrc: 'ZZTST2600009' },
      null,
      /was delivered as ISRC ZZTST2600009, and was expected as ZZTST2600001/,
    ],
  ])('is contested by %s', async (_, handedIn, row, delivered, why) => {
    await waiting('tiktok:1');
    await handIn('tiktok:1', handedIn);
    await deliver(row, delivered);
    expect(await provisional()).toMatchObject({ merged_into: null, contested: expect.stringMatching(why) as string });
    expect(await woken()).toContain('tiktok:1');
  });

  it.each<[string, Partial<PrereleaseMetadata>, Partial<typeof song>]>([
    ['its title alone', { isrc: null }, {}],
    ['neither', {}, { title: 'Quay', isrc: 'ZZTST2600009' }],
    ['its title, by somebody else', { isrc: null }, { artists: ['Pola'] }],
  ])('is left open by %s', async (_, said, row) => {
    await waiting('tiktok:1');
    await handIn('tiktok:1', null, said);
    await deliver(row);
    expect(await provisional()).toMatchObject({ merged_into: null, contested: null });
  });

  it('that is confirmed hands over audio, links and rejections; each link with a decision of its own', async () => {
    for (const id of ['tiktok:1', 'tiktok:2', 'tiktok:3', 'tiktok:4']) await waiting(id);
    await handIn('tiktok:1', master);
    await link('tiktok:1', 'rule');
    await link('tiktok:2', 'person');
    const { id } = await provisional();
    await open.database.query(`update sounds set rejected = array[$1] where id = 'tiktok:3'`, [id]);
    await deliver({});
    expect((await readState(open.database, 'tiktok:1'))?.link).toMatchObject({
      recordingId: song.isrc,
      relation: 'sped_up',
      speedRatio: 1.2,
      decidedBy: 'rule',
    });
    expect((await readState(open.database, 'tiktok:2'))?.link).toMatchObject({
      recordingId: song.isrc,
      decidedBy: 'person',
    });
    expect((await readDecisions(open.database, 'tiktok:1')).map((one) => one.recordingId)).toEqual([id, song.isrc]);
    expect((await open.database.query(`select rejected from sounds where id = 'tiktok:3'`)).rows).toEqual([
      { rejected: [song.isrc] },
    ]);
    expect(await recordingsWithAudio(open.database, [id, song.isrc])).toEqual([song.isrc]);
    expect((await open.database.query(`select from links where superseded_at is null`)).rowCount).toBe(2);
    expect((await findRecording(open.database, id))?.id).toBe(song.isrc);
    expect([...new Set(await woken())].sort()).toEqual(['tiktok:1', 'tiktok:2']);
    // Said again by somebody else, it is that recording at once.
    await handIn('tiktok:4', master);
    expect((await open.database.query(`select waits_for from sounds where id = 'tiktok:4'`)).rows).toEqual([
      { waits_for: song.isrc },
    ]);
    expect((await open.database.query(`select from recordings`)).rowCount).toBe(2);
  });

  it('that is contested sends machines’ links to a person, and leaves people’s', async () => {
    for (const id of ['tiktok:1', 'tiktok:2']) await waiting(id);
    await handIn('tiktok:1', master);
    await link('tiktok:1', 'rule');
    await link('tiktok:2', 'person');
    await deliver({ title: 'Quay' });
    const contested = await readState(open.database, 'tiktok:1');
    expect(contested).toMatchObject({ status: 'review', link: null, revision: 1 });
    expect(contested?.why).toMatch(/does not fit what was delivered/);
    expect((await readState(open.database, 'tiktok:2'))?.link).toMatchObject({ decidedBy: 'person' });
    expect([...new Set(await woken())]).toEqual(['tiktok:1']);
    // Delivered again, corrected: then it is confirmed after all.
    await deliver({});
    expect(await provisional()).toMatchObject({ merged_into: song.isrc, contested: null });
    expect((await readState(open.database, 'tiktok:2'))?.link).toMatchObject({
      recordingId: song.isrc,
      decidedBy: 'person',
    });
  });
});

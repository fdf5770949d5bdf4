// Not out yet: what becomes of teasers when their recording is delivered, in whatever form, moved, taken down, or known to a person first.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { deliveryProgress, remarks } from '../../store/catalogue/deliveries.ts';
import { readDecisions, readRecords, type SoundRecord } from '../../store/sounds/records.ts';
import { fitSchedules } from '../../client/schedules.ts';
import type { SoundId } from '../../domain/naming.ts';
import type { PrereleaseMetadata } from '../../domain/sound.ts';
import { openBlobStore } from '../../platform/blobStore.ts';
import { tune, wav } from '../audio/signals.ts';
import { ernMessage, purgeMessage } from '../support/ernMessage.ts';
import { outcome, type Stage } from '../support/stage.ts';
import { realTimeStory, story, storyOn } from '../support/story.ts';

const lights = { isrc: 'ZZTST2600001', title: 'Harbour Lights at Four', artists: ['Ines Varga'] };
const teaser = { title: `${lights.title} (snippet)`, author: 'Ines Varga' };

type Files = Readonly<Record<string, string | Uint8Array>>;
async function write(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
/** @returns how many sounds it woke. */
async function deliver(stage: Stage, name: string, files: Files): Promise<number> {
  await write(join(stage.folder, name), files);
  const progress = await stage.take(name, join(stage.folder, name));
  expect(progress).toMatchObject({ state: 'done', problem: null, refused: 0 });
  return progress.woken;
}
const record = async (stage: Stage, id: SoundId): Promise<SoundRecord> =>
  (await readRecords(stage.database, { afterId: '', limit: 1, ids: [id] }))[0]!.record;
/** Days from the story's now, as a date. */
const inDays = async (stage: Stage, days: number): Promise<string> =>
  new Date((await stage.now()) + days * 86_400_000).toISOString().slice(0, 10);

describe('a teaser is linked the moment its recording is delivered, and published when that is out', () => {
  story('by a DDEX message, with its audio', async ({ stage }) => {
    const pcm = tune(41, 30);
    stage.host.answer = () => ({ status: 200, body: wav([pcm.subarray(8 * 8000, 20 * 8000)], 8000) });
    const nameless = {
      id: '1',
      title: 'original sound - zed',
      author: 'zed',
      original: true,
      audio: stage.host.url('/1.wav'),
    };
    const id = await stage.submit(nameless);
    expect(await stage.state(id)).toMatchObject({ status: 'waiting' });
    await stage.pass('6 days');
    const message = ernMessage({ tracks: [{ ...lights, uri: 'resources/1.wav' }], deals: [{ start: '2040-01-01' }] });
    expect(await deliver(stage, 'ddex', { 'M/m.xml': message, 'M/resources/1.wav': wav([pcm], 8000) })).toBe(1);
    await stage.until(id, (state) => state.status === 'matched');
    expect(await record(stage, id)).toMatchObject({
      recording: lights.isrc,
      published: false,
      publish_at: '2039-12-31T10:00:00.000Z',
    });
  });

  story('by a distributor’s sheet', async ({ stage }) => {
    const id = await stage.submit({ id: '1', ...teaser });
    await stage.pass('6 days');
    const sheet = 'Track Title;Primary Artist;ISRC Code;UPC;Release Date\n';
    const row = `${lights.title};Ines Varga;${lights.isrc};0036000291452;2020-05-06\n`;
    expect(await deliver(stage, 'sheet', { 'export.csv': sheet + row })).toBe(1);
    await stage.until(id, (state) => state.status === 'matched');
    expect(await record(stage, id)).toMatchObject({ recording: lights.isrc, published: true });
  });

  story('in a watched folder, once', async ({ stage }) => {
    const id = await stage.submit({ id: '1', ...teaser });
    const incoming = join(stage.folder, 'incoming');
    const look = () => stage.reconciliation.lookAtFolders('story', { folders: [incoming], settleMs: 0 });
    expect(await look()).toEqual({ taken: [], more: false });
    await write(incoming, {
      'a/m.xml': ernMessage({ tracks: [lights], deals: [{}] }),
      'b/notes.txt': 'nothing to read',
    });
    expect((await look()).taken).toEqual([
      { path: expect.stringMatching(/incoming\/a$/) as string, deliveryId: expect.any(String) as string },
    ]);
    await stage.until(id, (state) => state.link?.recordingId === lights.isrc);
    expect((await look()).taken).toEqual([]);
    await write(incoming, { 'a/.complete': '' });
    // Its files changed, so it is read again; nothing in it did.
    const [again] = (await look()).taken;
    expect(await deliveryProgress(stage.database, again!.deliveryId)).toMatchObject({ unchanged: 1, changed: 0 });
  });
});

realTimeStory('schedules fit the settings, and look into watched folders by themselves', async ({ stage }) => {
  const incoming = join(stage.folder, 'incoming');
  const settings = { watchFolders: [incoming], watchSeconds: 5, watchSettleSeconds: 0, syncMinutes: 60 };
  const listed = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const schedule of stage.client.schedule.list()) found.push(schedule.scheduleId);
    return found.sort();
  };
  await fitSchedules(stage.client, { ...settings, watchSeconds: 3600 }, { asksServices: true });
  await expect.poll(listed, { timeout: 20_000 }).toEqual(['sync-services', 'watch-folders']);
  await write(incoming, { 'a/m.xml': ernMessage({ tracks: [lights], deals: [{}] }) });
  // Other settings at the next start of a worker.
  await fitSchedules(stage.client, settings, { asksServices: false });
  const watching = await stage.client.schedule.getHandle('watch-folders').describe();
  expect(watching.spec.intervals?.[0]?.every).toBe(5000);
  const known = async (): Promise<number | null> =>
    (await stage.database.query(`select from recordings where id = $1`, [lights.isrc])).rowCount;
  await expect.poll(known, { timeout: 60_000 }).toBe(1);
  await expect.poll(listed, { timeout: 20_000 }).toEqual(['watch-folders']);
  await fitSchedules(stage.client, { ...settings, watchFolders: [] }, { asksServices: false });
  await expect.poll(listed, { timeout: 20_000 }).toEqual([]);
  // Nothing to remove is nothing wrong.
  await fitSchedules(stage.client, { ...settings, watchFolders: [] }, { asksServices: false });
});

story('a date that is moved moves the attempts of who waits for it', async ({ stage }) => {
  const id = await stage.submit({ id: '1', title: 'wip', author: 'zed' });
  await stage.reconciliation.prerelease(id, {
    title: '',
    artists: [],
    isrc: lights.isrc,
    releaseDate: await inDays(stage, 20),
    audioHash: null,
  });
  await stage.until(id, (state) => state.attempts >= 2 && state.nextAttemptAtMs !== null);
  const first = await inDays(stage, 30);
  await deliver(stage, 'first', { 'm.xml': ernMessage({ tracks: [lights], deals: [{ start: first }] }) });
  await stage.until(id, (state) => state.releaseDate === first && state.nextAttemptAtMs !== null);
  const later = await inDays(stage, 60);
  await deliver(stage, 'second', {
    'm.xml': ernMessage({ id: 'M-2', created: '2026-11-02T00:00:00Z', tracks: [lights], deals: [{ start: later }] }),
  });
  await stage.until(id, (state) => state.releaseDate === later && state.nextAttemptAtMs !== null);
  await stage.pass('27 days');
  const before = await stage.state(id);
  // The days around the first date are like any other now …
  await stage.pass('6 days');
  expect((await stage.state(id)).attempts - before.attempts).toBeLessThan(5);
  await stage.pass('24 days');
  const sparse = (await stage.state(id)).attempts;
  // … and those around the second are not.
  await stage.pass('4 days');
  expect((await stage.state(id)).attempts - sparse).toBeGreaterThan(30);
  const { rows } = await stage.database.query<{ what: string; said_by: string; delivery_id: string }>(
    `select what, said_by, delivery_id from recording_changes where recording_id = $1 and what = 'out from'`,
    [lights.isrc],
  );
  expect(rows).toEqual([{ what: 'out from', said_by: 'PADPIDA0000000001X', delivery_id: 'second' }]);
});

story('a takedown keeps the link and ends its publication, until the release is stated again', async ({ stage }) => {
  const past = { tracks: [lights], deals: [{ start: '2020-01-01' }] };
  await deliver(stage, 'release', { 'm.xml': ernMessage(past) });
  const id = await stage.submit({ id: '1', ...teaser });
  await outcome(stage, id);
  expect(await record(stage, id)).toMatchObject({ recording: lights.isrc, published: true, withdrawn_at: null });
  await deliver(stage, 'purge', { 'm.xml': purgeMessage({ created: '2020-06-01T00:00:00Z' }) }).catch(() => {});
  // The purge is older than what it purges: nothing happens.
  expect(await record(stage, id)).toMatchObject({ published: true });
  await deliver(stage, 'purge again', { 'm.xml': purgeMessage({ created: '2026-11-05T00:00:00Z' }) });
  expect(await record(stage, id)).toMatchObject({
    recording: lights.isrc,
    state: 'matched',
    published: false,
    withdrawn_at: '2026-11-05T00:00:00.000Z',
  });
  await deliver(stage, 'back', { 'm.xml': ernMessage({ ...past, created: '2026-11-06T00:00:00Z' }) });
  expect(await record(stage, id)).toMatchObject({ published: true, withdrawn_at: null });
});

describe('what a person knew first', () => {
  /** Two uploads of one unreleased song, and a person who has the song. */
  async function teased(
    stage: Stage,
  ): Promise<{ first: SoundId; second: SoundId; master: Buffer; said: PrereleaseMetadata }> {
    const pcm = tune(51, 30);
    const master = wav([pcm], 8000);
    stage.host.answer = () => ({ status: 200, body: wav([pcm.subarray(8 * 8000, 20 * 8000)], 8000) });
    const upload = (id: string) =>
      stage.submit({
        id,
        title: 'original sound - zed',
        author: 'zed',
        original: true,
        audio: stage.host.url(`/${id}.wav`),
      });
    const [first, second] = [await upload('1'), await upload('2')];
    const path = join(stage.folder, 'master.wav');
    await writeFile(path, master);
    const audioHash = await openBlobStore(join(stage.folder, 'blobs')).copyIn(path);
    const said = { title: lights.title, artists: lights.artists, isrc: lights.isrc, releaseDate: null, audioHash };
    await stage.reconciliation.prerelease(first, said, 'ann');
    for (const id of [first, second])
      await stage.until(id, (state) => state.link?.recordingId.startsWith('prerelease:') === true);
    expect(await record(stage, first)).toMatchObject({ isrc: lights.isrc, published: false });
    return { first, second, master, said };
  }

  story('is confirmed by code and title: links move to what was delivered', async ({ stage }) => {
    const { first, second } = await teased(stage);
    await deliver(stage, 'release', { 'm.xml': ernMessage({ tracks: [lights], deals: [{ start: '2020-01-01' }] }) });
    for (const id of [first, second]) {
      await stage.until(id, (state) => state.link?.recordingId === lights.isrc);
      expect(await record(stage, id)).toMatchObject({ state: 'matched', published: true, relation: 'same' });
      const last = (await readDecisions(stage.database, id)).at(-1);
      expect(last).toMatchObject({ recordingId: lights.isrc, decidedBy: 'rule', accepted: true });
      expect(last?.why).toMatch(/Both have the ISRC ZZTST2600001\. Both are called/);
      // Its page in Temporal says so too.
      await expect.poll(() => outcome(stage, id), { timeout: 20_000 }).toMatchObject({ recording: lights.isrc });
    }
    // Its audio has become the recording's: a third upload is heard as that.
    const third = await stage.submit({
      id: '3',
      title: 'original sound',
      author: 'yan',
      original: true,
      audio: stage.host.url('/3.wav'),
    });
    await stage.until(third, (state) => state.link?.recordingId === lights.isrc);
  });

  story(
    'is confirmed by title and audio though its code was wrong, also when it was delivered before',
    async ({ stage }) => {
      const { first, master } = await teased(stage);
      await deliver(stage, 'release', {
        'catalogue.jsonl': JSON.stringify({ ...lights, isrc: 'ZZTST2600009', artists: 'Ines Varga', file: 'a.wav' }),
        'a.wav': master,
      });
      await stage.until(first, (state) => state.link?.recordingId === 'ZZTST2600009');
      const { rows } = await stage.database.query<{ after: string }>(
        `select after from recording_changes where what = 'merged'`,
      );
      expect(rows[0]?.after).toMatch(/Their audio is the same\. It was expected as ISRC ZZTST2600001/);
    },
  );

  story('is confirmed by code and audio under a working title', async ({ stage }) => {
    const { first, master } = await teased(stage);
    await deliver(stage, 'release', {
      'catalogue.jsonl': JSON.stringify({ isrc: lights.isrc, title: 'Quay', artists: 'Ines Varga', file: 'a.wav' }),
      'a.wav': master,
    });
    await stage.until(first, (state) => state.link?.recordingId === lights.isrc);
    expect(await record(stage, first)).toMatchObject({ isrc: lights.isrc, state: 'matched' });
  });

  story('is contradicted: what machines linked goes to a person, what a person linked stays', async ({ stage }) => {
    const { first, second } = await teased(stage);
    const provisional = (await stage.state(first)).link!.recordingId;
    expect(
      await stage.reconciliation.decide(second, { kind: 'match', recordingId: provisional }, { by: 'ann' }),
    ).toMatchObject({
      kind: 'accepted',
    });
    await deliver(stage, 'release', {
      'm.xml': ernMessage({ tracks: [{ ...lights, title: 'Something Else Entirely' }], deals: [{}] }),
    });
    await stage.until(first, (state) => state.status === 'review' && state.nextAttemptAtMs !== null);
    expect((await stage.state(first)).why).toMatch(
      /does not fit what was delivered: ISRC ZZTST2600001 was delivered as "Something Else Entirely" by Ines Varga, and was expected to be "Harbour Lights at Four"/,
    );
    expect(await stage.state(second)).toMatchObject({
      status: 'matched',
      link: { recordingId: provisional, decidedBy: 'person' },
    });
    // The audio still fits the provisional recording; that is no reason to link it again.
    await stage.reconciliation.retry(first);
    await stage.pass('3 days');
    expect(await stage.state(first)).toMatchObject({ status: 'review', link: null });
    expect(await stage.reconciliation.decide(first, { kind: 'match', recordingId: lights.isrc })).toMatchObject({
      kind: 'accepted',
      status: 'matched',
    });
  });

  story(
    'without audio names nobody’s sound, and keeps the one that it was said of waiting for the release',
    async ({ stage }) => {
      const id = await stage.submit({ id: '1', title: 'wip', author: 'zed' });
      await stage.reconciliation.prerelease(id, { ...lights, releaseDate: null, audioHash: null });
      await stage.until(id, (state) => state.attempts >= 2 && state.nextAttemptAtMs !== null);
      expect(await stage.state(id)).toMatchObject({ status: 'waiting', link: null });
      const other = await stage.submit({ id: '2', ...teaser });
      expect(await stage.state(other)).toMatchObject({ status: 'waiting' });
      const { rows } = await stage.database.query(`select title, provisional from recordings`);
      expect(rows).toEqual([{ title: lights.title, provisional: true }]);
      await deliver(stage, 'release', { 'm.xml': ernMessage({ tracks: [lights], deals: [{}] }) });
      for (const sound of [id, other]) await stage.until(sound, (state) => state.link?.recordingId === lights.isrc);
    },
  );
});

describe('a file that cannot be heard for a reason of ours', () => {
  storyOn({ decoder: { timeoutMs: 1 } })(
    'is tried again three times, then its recording stays without, and the row says why',
    async ({ stage }) => {
      const message = ernMessage({ tracks: [{ ...lights, uri: 'resources/1.wav' }], deals: [{ start: '2020-01-01' }] });
      const files = { 'M/m.xml': message, 'M/resources/1.wav': wav([tune(41, 30)], 8000) };
      const taken = deliver(stage, 'ddex', files);
      const progress = () => deliveryProgress(stage.database, 'ddex');
      await expect.poll(progress, { timeout: 20_000 }).toMatchObject({ pending: 0, unheard: 1 });
      await stage.pass('12 minutes');
      expect(await progress()).toMatchObject({ state: 'started', added: 1, unheard: 1 });
      await stage.pass('1 minute');
      await taken;
      expect(await progress()).toMatchObject({ state: 'done', added: 1, unheard: 0 });
      expect(await remarks(stage.database, 'ddex')).toMatchObject([
        {
          state: 'added',
          reason: expect.stringMatching(/^taken without audio, which was tried again and again: /) as string,
        },
      ]);
    },
  );
});

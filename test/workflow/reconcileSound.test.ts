// The life of a sound, told in days on the time-skipping server. The worker, its activities, the decoder and the database are
// the real ones; only the hours and the platform's audio host are made up.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect } from 'vitest';
import { readDecisions } from '../../store/sounds/records.ts';
import { soundWorkflowId, type SoundId } from '../../domain/naming.ts';
import { tune, wav } from '../audio/signals.ts';
import { taskQueues } from '../../domain/naming.ts';
import type { ReconcileSoundInput } from '../../workflows/messages.ts';
import { outcome, type Stage } from '../support/stage.ts';
import { realTimeStory, story } from '../support/story.ts';

const lights = { isrc: 'ZZTST2600001', title: 'Harbour Lights at Four', artists: 'Ines Varga' };
const lightsSound = { title: lights.title, author: lights.artists };

/** A song of half a minute, and ten seconds of it as an upload. */
const song = (seed: number): { readonly master: Buffer; readonly clip: Buffer } => {
  const pcm = tune(seed, 30);
  return { master: wav([pcm], 8000), clip: wav([pcm.subarray(8 * 8000, 20 * 8000)], 8000) };
};

const handleOf = (stage: Stage, id: SoundId) => stage.client.workflow.getHandle(soundWorkflowId(id));
const runOf = async (stage: Stage, id: SoundId) => (await handleOf(stage, id).describe()).runId;
const linksOf = async (stage: Stage, id: SoundId): Promise<string[]> =>
  (
    await stage.database.query<{ recording_id: string }>(
      `select recording_id from links where sound_id = $1 and superseded_at is null`,
      [id],
    )
  ).rows.map((row) => row.recording_id);

describe('waiting for a release', () => {
  story('teased on day 0, released on day 9, linked on day 9, nobody touched it', async ({ stage }) => {
    const id = await stage.submit({ id: '1', ...lightsSound });
    expect(await stage.state(id)).toMatchObject({ status: 'waiting', attempts: 1, link: null });
    await stage.pass('9 days');
    const before = await stage.state(id);
    // Eight attempts in the first two days, then after two and four more.
    expect(before).toMatchObject({ status: 'waiting', link: null });
    expect(before.attempts).toBeGreaterThanOrEqual(9);
    expect(before.attempts).toBeLessThanOrEqual(11);

    expect(await stage.deliver('september', [lights])).toBe(1);
    await stage.until(id, (state) => state.status === 'matched');
    const days = ((await stage.now()) - before.submittedAtMs) / 86_400_000;
    expect(days).toBeGreaterThan(8.9);
    expect(days).toBeLessThan(9.1);
    expect(await stage.state(id)).toMatchObject({ link: { recordingId: lights.isrc, decidedBy: 'rule' } });
    expect(await outcome(stage, id)).toMatchObject({ status: 'matched', recording: lights.isrc });
    expect((await readDecisions(stage.database, id)).every((decision) => decision.decidedBy === 'rule')).toBe(true);
    const { rows } = await stage.database.query(`select woken_by from sounds where id = $1`, [id]);
    expect(rows).toEqual([{ woken_by: `${lights.isrc} entered the catalogue under its title` }]);
  });

  story('a nameless upload is woken by the audio of the release', async ({ stage }) => {
    const { master, clip } = song(11);
    stage.host.answer = () => ({ status: 200, body: clip });
    const id = await stage.submit({
      id: '2',
      title: 'original sound - zed',
      author: 'zed',
      original: true,
      audio: stage.host.url('/2.wav'),
    });
    expect(await stage.state(id)).toMatchObject({ status: 'waiting' });
    await stage.pass('20 days');
    expect(await stage.deliver('other music', [{ ...lights, audio: song(12).master }])).toBe(0);
    expect(
      await stage.deliver('release', [
        { isrc: 'ZZTST2600002', title: 'Quiet Engines', artists: 'Pola', audio: master },
      ]),
    ).toBe(1);
    const { link } = await stage.until(id, (state) => state.status === 'matched');
    expect(link).toMatchObject({ recordingId: 'ZZTST2600002', relation: 'same', decidedBy: 'rule' });
    expect(link?.speedRatio).toBeCloseTo(1, 2);
    expect(link?.offsetMs).toBeGreaterThan(7_900);
    expect(link?.offsetMs).toBeLessThan(8_100);
    // Fetched and analysed once, however often it was tried.
    expect(stage.host.asked).toEqual(['/2.wav']);
  });

  realTimeStory(
    'whose workflow was ended by hand, and begun again, goes on where its row stands',
    async ({ stage }) => {
      const id = await stage.submit({ id: '3a', ...lightsSound });
      const before = await stage.state(id);
      expect(before).toMatchObject({ status: 'waiting', attempts: 1 });
      await handleOf(stage, id).terminate('by hand');
      const args: [ReconcileSoundInput] = [{ soundId: id }];
      await stage.client.workflow.start('reconcileSound', {
        workflowId: soundWorkflowId(id),
        taskQueue: taskQueues.reconcile,
        args,
      });
      const waits = async (): Promise<boolean> =>
        (await handleOf(stage, id).fetchHistory()).events!.some((event) => Boolean(event.timerStartedEventAttributes));
      await expect.poll(waits, { timeout: 20_000 }).toBe(true);
      // Not counted as an attempt, which would put the next one off.
      expect(await stage.state(id)).toEqual(before);
      expect(await stage.deliver('september', [lights])).toBe(1);
      await stage.until(id, (state) => state.status === 'matched');
    },
  );

  story('prerelease metadata makes the attempts denser around the date, and names the release', async ({ stage }) => {
    const id = await stage.submit({ id: '3', title: 'wip 3 am idea', author: 'zed' });
    const date = new Date((await stage.now()) + 20 * 86_400_000).toISOString().slice(0, 10);
    await stage.reconciliation.prerelease(id, {
      title: lights.title,
      artists: [lights.artists],
      isrc: null,
      releaseDate: date,
      audioHash: null,
    });
    await stage.until(id, (state) => state.attempts === 2 && state.nextAttemptAtMs !== null);
    await stage.pass('17 days');
    const sparse = (await stage.state(id)).attempts;
    expect(sparse).toBeLessThan(14);
    await stage.pass('3 days');
    // Every 45 minutes from a day ahead of the first territory's midnight.
    expect((await stage.state(id)).attempts - sparse).toBeGreaterThan(30);
    expect(await stage.deliver('on the day', [lights])).toBe(1);
    await stage.until(id, (state) => state.link?.recordingId === lights.isrc);
  });

  story('expired after its horizon, revived by reopening it', async ({ stage }) => {
    const id = await stage.submit({ id: '4', ...lightsSound });
    await stage.pass('89 days');
    expect(await stage.state(id)).toMatchObject({ status: 'waiting' });
    await stage.pass('2 days');
    expect(await outcome(stage, id)).toMatchObject({ status: 'expired' });
    expect(await stage.state(id)).toMatchObject({ status: 'expired', nextAttemptAtMs: null });
    // Nobody waits: a release that comes now finds no open sound.
    expect(await stage.deliver('too late', [lights])).toBe(0);
    expect(await stage.state(id)).toMatchObject({ status: 'expired' });

    await stage.database.query(`delete from recordings`);
    expect(await stage.reconciliation.decide(id, { kind: 'reopen' })).toMatchObject({ kind: 'accepted' });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    await stage.pass('60 days');
    expect(await stage.state(id)).toMatchObject({ status: 'waiting' });
    expect(await stage.deliver('at last', [lights])).toBe(1);
    await stage.until(id, (state) => state.status === 'matched');
  });
});

describe('sources in trouble', () => {
  story('an audio host that is down for a day is not "no match"', async ({ stage }) => {
    const { master, clip } = song(21);
    await stage.deliver('catalogue', [{ ...lights, audio: master }]);
    stage.host.answer = () => ({ status: 503 });
    const id = await stage.submit({ id: '5', title: 'original sound', author: 'zed', audio: stage.host.url('/5.wav') });
    expect(await stage.state(id)).toMatchObject({
      status: 'waiting',
      why: expect.stringContaining('Could not look everywhere yet.') as string,
    });
    const evidence = await handleOf(stage, id).query<{ source: string; kind: string }[]>('soundEvidence');
    expect(evidence.find((line) => line.source === 'audio')).toMatchObject({ kind: 'unavailable' });
    const asked = stage.host.asked.length;
    await stage.pass('1 day');
    // Nothing new entered the catalogue, yet the host was asked again each time.
    expect(stage.host.asked.length).toBeGreaterThan(asked + 4);
    stage.host.answer = () => ({ status: 200, body: clip });
    await stage.pass('1 day');
    expect(await stage.state(id)).toMatchObject({ status: 'matched', link: { recordingId: lights.isrc } });
  });

  story('a person who asks for a retry gets one now', async ({ stage }) => {
    const { master, clip } = song(22);
    await stage.deliver('catalogue', [{ ...lights, audio: master }]);
    stage.host.answer = () => ({ status: 503 });
    const id = await stage.submit({ id: '6', title: 'original sound', author: 'zed', audio: stage.host.url('/6.wav') });
    stage.host.answer = () => ({ status: 200, body: clip });
    const before = await stage.now();
    await stage.reconciliation.retry(id);
    await stage.until(id, (state) => state.status === 'matched');
    expect((await stage.now()) - before).toBeLessThan(60_000);
  });
});

describe('audio that cannot be had or read', () => {
  story('leaves a sound with words where one without audio is: its release wakes and links it', async ({ stage }) => {
    stage.host.answer = () => ({ status: 200, body: Buffer.from('half of a file') });
    const broken = await stage.submit({ id: '21', ...lightsSound, audio: stage.host.url('/broken.m4a') });
    const silent = await stage.submit({ id: '22', ...lightsSound });
    expect(await stage.state(broken)).toMatchObject({ status: 'waiting' });
    expect(await stage.deliver('release', [lights])).toBe(2);
    for (const id of [broken, silent]) await stage.until(id, (state) => state.status === 'matched');
  });

  story('waits for a file that is not there yet, and is heard when it is', async ({ stage }) => {
    const pcm = tune(7, 30);
    await stage.deliver('catalogue', [{ ...lights, audio: wav([pcm], 8000) }]);
    const id = await stage.submit({ id: '23', title: 'original sound - x', author: 'x', audio: 'not-mounted/a.wav' });
    expect(await stage.state(id)).toMatchObject({
      status: 'waiting',
      why: expect.stringContaining('Its audio file is not there'),
    });
    await mkdir(join(stage.folder, 'not-mounted'));
    await writeFile(join(stage.folder, 'not-mounted', 'a.wav'), wav([pcm.subarray(64_000, 160_000)], 8000));
    await stage.pass('1 day');
    await stage.until(id, (state) => state.status === 'matched');
  });
});

describe("a person's word", () => {
  const other = { isrc: 'ZZTST2600003', title: 'Nine Windows', artists: 'Someone Else' };

  story('during an attempt wins and stays', async ({ stage }) => {
    const { master, clip } = song(31);
    await stage.deliver('catalogue', [{ ...lights, audio: master }, other]);
    let answer: (given: { status: number; body: Uint8Array }) => void = () => {};
    stage.host.answer = () => new Promise((resolve) => (answer = resolve));
    const sound = stage.sound({ id: '7', title: 'original sound', author: 'zed', audio: stage.host.url('/7.wav') });
    await stage.reconciliation.submit([sound]);
    await stage.dispatch();
    await expect.poll(() => stage.host.asked.length, { timeout: 10_000 }).toBe(1);
    expect(
      await stage.reconciliation.decide(sound.id, { kind: 'match', recordingId: other.isrc }, { by: 'ann' }),
    ).toMatchObject({ kind: 'accepted', status: 'matched' });
    answer({ status: 200, body: clip });
    expect(await outcome(stage, sound.id)).toMatchObject({ status: 'matched', recording: other.isrc });
    // Neither what enters the catalogue nor another attempt changes it. (No time is passed here: the time-skipping server
    // holds the clock for a cancelled activity for ever.)
    expect(await stage.deliver('again', [{ ...lights, title: 'original sound' }])).toBe(0);
    await stage.reconciliation.retry(sound.id);
    await outcome(stage, sound.id);
    expect(await stage.state(sound.id)).toMatchObject({ link: { recordingId: other.isrc, decidedBy: 'person' } });
    expect(await linksOf(stage, sound.id)).toEqual([other.isrc]);
  });

  story('against a recording is remembered: it is never proposed again', async ({ stage }) => {
    await stage.deliver('catalogue', [lights]);
    const id = await stage.submit({ id: '8', ...lightsSound });
    expect(await stage.state(id)).toMatchObject({ status: 'matched' });
    expect(await stage.reconciliation.decide(id, { kind: 'reject', recordingId: lights.isrc })).toMatchObject({
      kind: 'accepted',
      status: 'waiting',
    });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    expect(await stage.state(id)).toMatchObject({ status: 'waiting', link: null });
    // Delivered anew with another label, it wakes the sound, and is still not the answer.
    expect(await stage.deliver('catalogue', [{ ...lights, release_date: '2020-02-02' }])).toBe(1);
    await stage.pass('30 days');
    expect(await stage.state(id)).toMatchObject({ status: 'waiting', link: null });
    // Another recording of that name is.
    expect(await stage.deliver('another', [{ ...lights, isrc: 'ZZTST2600009' }])).toBe(1);
    await stage.until(id, (state) => state.link?.recordingId === 'ZZTST2600009');
  });

  story('is refused with the reason when it makes no sense, and taken when it does', async ({ stage }) => {
    await stage.deliver('catalogue', [other]);
    const id = await stage.submit({ id: '9', ...lightsSound });
    const { reconciliation } = stage;
    expect(await reconciliation.decide(id, { kind: 'match', recordingId: 'ZZTST2699999' })).toEqual({
      kind: 'refused',
      why: 'there is no recording ZZTST2699999 in the catalogue',
    });
    expect(await reconciliation.decide(id, { kind: 'match', recordingId: ' ' })).toMatchObject({ kind: 'refused' });
    expect(await reconciliation.decide(id, { kind: 'reopen' })).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('not settled') as string,
    });
    const handle = handleOf(stage, id);
    for (const [given, why] of [
      [{ decisionId: '', decision: { kind: 'notMusic' } }, 'decisionId'],
      [{ decisionId: 'x' }, 'what was decided'],
    ] as const) {
      const refused = await handle.executeUpdate('decide', { args: [given] }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(WorkflowUpdateFailedError);
      expect((refused as WorkflowUpdateFailedError).cause?.message).toContain(why);
    }
    expect(await stage.state(id)).toMatchObject({ status: 'waiting', link: null });
    expect(await reconciliation.decide(id, { kind: 'match', recordingId: other.isrc })).toMatchObject({
      kind: 'accepted',
      status: 'matched',
    });
    const past = await readDecisions(stage.database, id);
    expect(past.filter((one) => one.decidedBy === 'person').map((one) => one.accepted)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  story('about a sound that nobody submitted is refused', async ({ stage }) => {
    expect(await stage.reconciliation.decide('tiktok:404', { kind: 'notMusic' })).toEqual({
      kind: 'refused',
      why: 'there is no sound tiktok:404',
    });
  });

  story('said twice under one decision id counts once', async ({ stage }) => {
    await stage.deliver('catalogue', [other, { ...other, isrc: 'ZZTST2600004' }]);
    const id = await stage.submit({ id: '10', ...lightsSound });
    const said = { decisionId: 'ann-1', by: 'ann' };
    const first = await stage.reconciliation.decide(id, { kind: 'match', recordingId: other.isrc }, said);
    await outcome(stage, id);
    expect(await stage.reconciliation.decide(id, { kind: 'match', recordingId: other.isrc }, said)).toEqual(first);
    await outcome(stage, id);
    // Even when it says something else the second time: what counts is what was answered first.
    await stage.client.workflow.signalWithStart('reconcileSound', {
      workflowId: soundWorkflowId(id),
      taskQueue: 'reconcile',
      args: [{ soundId: id }],
      signal: 'manualMatch',
      signalArgs: [{ ...said, recordingId: 'ZZTST2600004' }],
    });
    await outcome(stage, id);
    const past = await readDecisions(stage.database, id);
    expect(past.filter((decision) => decision.id === 'ann-1')).toHaveLength(1);
    expect(await linksOf(stage, id)).toEqual([other.isrc]);
  });

  story('reaches a settled sound in a new run of the same id', async ({ stage }) => {
    await stage.deliver('catalogue', [lights, other]);
    const id = await stage.submit({ id: '11', ...lightsSound });
    expect(await outcome(stage, id)).toMatchObject({ status: 'matched', recording: lights.isrc });
    const first = await runOf(stage, id);
    expect(await stage.reconciliation.decide(id, { kind: 'match', recordingId: other.isrc })).toMatchObject({
      kind: 'accepted',
    });
    expect(await outcome(stage, id)).toMatchObject({ status: 'matched', recording: other.isrc });
    expect(await runOf(stage, id)).not.toBe(first);
    expect(await linksOf(stage, id)).toEqual([other.isrc]);
    const { rows } = await stage.database.query(
      `select recording_id, decided_by, superseded_at is null as holds from links where sound_id = $1 order by id`,
      [id],
    );
    expect(rows).toEqual([
      { recording_id: lights.isrc, decided_by: 'rule', holds: false },
      { recording_id: other.isrc, decided_by: 'person', holds: true },
    ]);
  });

  realTimeStory('sent while no worker runs is not lost', async ({ stage }) => {
    await stage.deliver('catalogue', [other]);
    const id = await stage.submit({ id: '12', ...lightsSound });
    await stage.stopWorker();
    const handle = handleOf(stage, id);
    await handle.signal('prereleaseMetadata', {
      metadata: { title: 'Nine', artists: ['Someone Else'], isrc: null, releaseDate: '2031-05-06', audioHash: null },
    });
    await handle.signal('rejectMatch', { decisionId: 'r', recordingId: lights.isrc });
    await handle.signal('manualMatch', { decisionId: 'm', recordingId: other.isrc, by: 'ann' });
    expect(await stage.state(id)).toMatchObject({ status: 'waiting' });
    await stage.startWorker();
    await stage.until(id, (state) => state.status === 'matched' && state.link?.decidedBy === 'person');
    expect(await outcome(stage, id)).toMatchObject({ status: 'matched', recording: other.isrc });
    expect((await readDecisions(stage.database, id)).map((one) => one.id)).toEqual(expect.arrayContaining(['r', 'm']));
    expect((await stage.state(id)).releaseDate).toBe('2031-05-06');
  });

  realTimeStory('taken back in the same breath leaves the sound waiting, not forgotten', async ({ stage }) => {
    await stage.deliver('catalogue', [other]);
    const id = await stage.submit({ id: '13', ...lightsSound });
    await stage.stopWorker();
    const handle = handleOf(stage, id);
    // All of them are taken at once when a worker is there: they must be written in the order in which they were said.
    const said = ['m1', 'r1', 'm2', 'r2', 'm3', 'r3'];
    for (const decisionId of said) {
      const signal = decisionId.startsWith('m') ? 'manualMatch' : 'rejectMatch';
      await handle.signal(signal, { decisionId, recordingId: other.isrc });
    }
    await stage.startWorker();
    await stage.until(
      id,
      (state) => state.status === 'waiting' && state.nextAttemptAtMs !== null && state.revision >= 1 + said.length,
    );
    const written = (await readDecisions(stage.database, id)).filter((one) => one.decidedBy === 'person');
    expect(written.map((one) => one.id)).toEqual(said);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    expect(await stage.deliver('release', [lights])).toBe(1);
    await stage.until(id, (state) => state.link?.recordingId === lights.isrc);
  });

  story('that makes no sense as a message does not hold up the sound', async ({ stage }) => {
    const id = await stage.submit({ id: '14', ...lightsSound });
    const handle = handleOf(stage, id);
    // What a person may type into the signal form of Temporal's UI.
    await handle.signal('manualMatch');
    await handle.signal('manualMatch', 'ZZTST2600001');
    await handle.signal('rejectMatch', { decisionId: 'r1' });
    await handle.signal('rejectMatch', { decisionId: 'r2', recordingId: 7, note: 'a\u0000b' });
    await handle.signal('prereleaseMetadata', {});
    await handle.signal('prereleaseMetadata', {
      metadata: { title: 'x\u0000', releaseDate: '2026-02-31', artists: 'me' },
    });
    await handle.signal('retryNow');
    await handle.signal('abandon', { decisionId: 'a1', note: 'tired\u0000 of it', by: 5 });
    expect(await outcome(stage, id)).toMatchObject({ status: 'abandoned' });
  });
});

describe('cancelled in Temporal', () => {
  story('a waiting sound is abandoned, and can be reopened', async ({ stage }) => {
    const id = await stage.submit({ id: '15', ...lightsSound });
    await handleOf(stage, id).cancel();
    await expect(outcome(stage, id)).rejects.toThrow();
    expect(await stage.state(id)).toMatchObject({
      status: 'abandoned',
      why: 'a cancellation in Temporal abandoned it.',
    });
    expect((await handleOf(stage, id).describe()).status.name).toBe('CANCELLED');
    expect(await stage.reconciliation.decide(id, { kind: 'reopen' })).toMatchObject({
      kind: 'accepted',
      status: 'waiting',
    });
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    expect(await stage.deliver('release', [lights])).toBe(1);
    await stage.until(id, (state) => state.status === 'matched');
  });

  story('a sound is abandoned also before its first attempt and during it', async ({ stage }) => {
    await stage.stopWorker();
    const early = stage.sound({ id: '16', ...lightsSound });
    await stage.reconciliation.submit([early]);
    await stage.dispatch();
    await handleOf(stage, early.id).cancel();
    await stage.startWorker();
    await stage.until(early.id, (state) => state.status === 'abandoned');

    stage.host.answer = () => new Promise(() => {});
    const busy = stage.sound({ id: '17', title: 'original sound', author: 'zed', audio: stage.host.url('/17.wav') });
    await stage.reconciliation.submit([busy]);
    await stage.dispatch();
    await expect.poll(() => stage.host.asked.length, { timeout: 10_000 }).toBe(1);
    await handleOf(stage, busy.id).cancel();
    await stage.until(busy.id, (state) => state.status === 'abandoned');
  });
});

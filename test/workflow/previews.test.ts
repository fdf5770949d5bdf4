// Recordings that a service knows by name, and lets anybody hear half a minute of: what becomes of the sounds that contain them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { readEvidence } from '../../store/sounds/evidence.ts';
import { soundWorkflowId, type SoundId } from '../../domain/naming.ts';
import { attributes } from '../../workflows/attributes.ts';
import { isForPreview } from '../support/providers/deezer.ts';
import { exampleTrack, oggPart } from '../support/providers/oggPart.ts';
import type { Fake } from '../support/providers/server.ts';
import type { FakeRecording, World } from '../support/providers/world.ts';
import type { Stage } from '../support/stage.ts';
import { askingStory } from '../support/story.ts';

const track = exampleTrack('muldjord-chaos-god.ogg');
/** Made of it, from 14 s on, 1.15 times as fast. */
const spedUp = readFileSync(join(import.meta.dirname, '../../examples/sounds/sped-up-115.m4a'));
const other = oggPart(exampleTrack('aminos-together.ogg'), 10, 30);

/** Deezer lets anybody hear half a minute of the 42nd recording. */
const hearable = (world: World): World => ({
  ...world,
  previewOf: ({ at }: FakeRecording) => (at === 42 ? oggPart(track, 8, 38) : null),
});
const story = askingStory(['deezer'], { FERMATA_DEEZER_PREVIEWS: 'on' }, hearable);
const isrc = 'ZZFPR2600042';

/** Nobody says whose study it is: the title alone decides nothing. */
const named = (stage: Stage, id: string, title = 'Study No. 42') => ({
  id,
  title,
  author: '',
  original: true,
  audio: stage.host.url(`/${id}`),
});
const nameless = (stage: Stage, id: string) => ({ ...named(stage, id, 'original sound - zed'), author: 'zed' });
const downloads = (fake: Fake | undefined): number => fake!.seen.filter(isForPreview).length;
const evidenceOf = async (stage: Stage, id: SoundId, source: string) =>
  (await readEvidence(stage.database, id)).find((row) => row.source === source)?.evidence;
const waitingFor = async (stage: Stage, id: SoundId): Promise<readonly string[]> =>
  (await stage.client.workflow.getHandle(soundWorkflowId(id)).describe()).typedSearchAttributes.get(
    attributes.waitingFor,
  ) ?? [];
const origins = async (stage: Stage): Promise<readonly string[]> =>
  (
    await stage.database.query<{ origin: string }>(
      `select origin from audio_references where recording_id = $1 and removed_at is null`,
      [isrc],
    )
  ).rows.map(({ origin }) => origin);

describe('a recording of which there is a preview and no other audio', () => {
  story('is heard in a sped-up sound that its title alone did not decide', async ({ stage, fakes }) => {
    stage.host.answer = (path) => ({ status: 200, body: path === '/other' ? other : spedUp });
    const id = await stage.submit(named(stage, 'fast', 'Study No. 42 (sped up)'));
    const state = await stage.state(id);
    expect(state).toMatchObject({
      status: 'matched',
      link: { recordingId: isrc, relation: 'sped_up', offsetMs: null },
    });
    expect(state.link!.speedRatio).toBeCloseTo(1.15, 2);
    expect(state.why).toContain(
      "The audio of the recording's preview matches 100 % of the sound at 1.15 of its speed.",
    );
    expect(await evidenceOf(stage, id, 'preview')).toMatchObject({
      kind: 'match',
      candidates: [{ recordingId: isrc }],
    });
    expect(downloads(fakes.deezer)).toBe(1);

    // Not to be heard in the preview says nothing: another sound, whose words are sure, is of the rest of it.
    const elsewhere = await stage.submit({ ...named(stage, 'other'), author: 'Ensemble 42', original: false });
    expect(await stage.state(elsewhere)).toMatchObject({
      status: 'matched',
      link: { recordingId: isrc, speedRatio: null },
    });
    expect(await evidenceOf(stage, elsewhere, 'audio')).toMatchObject({ kind: 'none' });
    expect(downloads(fakes.deezer)).toBe(1);

    // The whole of it comes from a label, and takes the preview's place.
    expect(await origins(stage)).toEqual(['preview']);
    await stage.deliver('label', [{ isrc, title: 'Study No. 42', artists: 'Ensemble 42', audio: track }]);
    expect(await origins(stage)).toEqual(['delivery']);
    const again = await stage.submit(nameless(stage, 'again'));
    const whole = await stage.state(again);
    expect(whole).toMatchObject({ status: 'matched', link: { recordingId: isrc } });
    expect(whole.link!.offsetMs! / 1000).toBeCloseTo(14, 0);
    const missed = await stage.submit({
      ...named(stage, 'other'),
      id: 'missed',
      author: 'Ensemble 42',
      original: false,
    });
    expect(await stage.state(missed)).toMatchObject({ status: 'review' });
  });

  story('is fetched once for two sounds, and found in one that waits', async ({ stage, fakes }) => {
    const plain = oggPart(track, 12, 30);
    const late = oggPart(track, 15, 36);
    stage.host.answer = (path) => ({ status: 200, body: path === '/fast' ? spedUp : path === '/late' ? late : plain });
    const waiting = await stage.submit(nameless(stage, 'plain'));
    expect(await stage.state(waiting)).toMatchObject({ status: 'waiting' });
    const both = [named(stage, 'fast', 'Study No. 42 (sped up)'), named(stage, 'late')].map((line) =>
      stage.sound(line),
    );
    await stage.reconciliation.submit(both);
    await stage.dispatch();
    let over = false;
    const linked = Promise.all(
      [...both.map(({ id }) => id), waiting].map((id) => stage.until(id, ({ status }) => status === 'matched')),
    ).finally(() => (over = true));
    // The server retries by the story's clock.
    while (!over) await stage.pass('2 seconds');
    for (const { link } of await linked) expect(link).toMatchObject({ recordingId: isrc });
    expect(downloads(fakes.deezer)).toBe(1);
  });

  story('keeps a sound waiting, with the reason, while it cannot be had', async ({ stage, fakes }) => {
    stage.host.answer = () => ({ status: 200, body: spedUp });
    fakes.deezer!.misbehave({ kind: 'status', status: 403 }, 1, isForPreview);
    const id = await stage.submit(named(stage, 'fast', 'Study No. 42 (sped up)'));
    expect((await stage.state(id)).status).toMatch(/waiting|review/);
    expect(await evidenceOf(stage, id, 'preview')).toMatchObject({
      kind: 'unavailable',
      reason: `Deezer's preview of ${isrc} could not be fetched: the server answered 403, it is not there or its address has ended`,
    });
    await expect.poll(() => waitingFor(stage, id), { timeout: 20_000 }).toEqual(['preview']);
    expect(downloads(fakes.deezer)).toBe(1);
    // Tries in between do not ask for it; it is their turn when it may be had, not when the schedule comes round.
    await stage.pass('50 minutes');
    const waiting = await stage.until(id, (state) => state.attempts === 3 && state.nextAttemptAtMs !== null);
    expect(downloads(fakes.deezer)).toBe(1);
    expect((waiting.nextAttemptAtMs! - waiting.submittedAtMs) / 60_000).toBeCloseTo(60, -1);
    expect(await waitingFor(stage, id)).toEqual(['preview']);
    await stage.pass('30 minutes');
    expect(await stage.until(id, ({ status }) => status === 'matched')).toMatchObject({
      link: { relation: 'sped_up' },
    });
    expect(downloads(fakes.deezer)).toBe(2);
  });
});

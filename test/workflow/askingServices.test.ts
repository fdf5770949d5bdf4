// Sounds that ask outside services, told in days: what they know becomes recordings, and their troubles become waiting, never "no match".

import { describe, expect } from 'vitest';
import { callSounds } from '../../store/outbox.ts';
import { readEvidence } from '../../store/sounds/evidence.ts';
import { readDecisions } from '../../store/sounds/records.ts';
import { soundWorkflowId, type SoundId } from '../../domain/naming.ts';
import { attributes } from '../../workflows/attributes.ts';
import { tune, wav } from '../audio/signals.ts';
import type { World } from '../support/providers/world.ts';
import type { Stage } from '../support/stage.ts';
import { askingStory } from '../support/story.ts';

const study = (at: number) => ({ id: String(at), title: `Study No. ${at}`, author: `Ensemble ${at % 997}` });
const isrcOf = (at: number): string => `ZZFPR26${String(at).padStart(5, '0')}`;

/** Submits sounds and lets their first attempts come to an end, retries of the server included. */
async function submit(stage: Stage, ats: readonly number[]): Promise<SoundId[]> {
  const sounds = ats.map((at) => stage.sound(study(at)));
  await stage.reconciliation.submit(sounds);
  await stage.dispatch();
  const done = Promise.all(sounds.map(({ id }) => stage.until(id, (state) => state.status !== 'submitted')));
  let over = false;
  void done.finally(() => (over = true)).catch(() => {});
  while (!over) await stage.pass('20 seconds');
  await done;
  return sounds.map(({ id }) => id);
}

const waitingFor = async (stage: Stage, id: SoundId): Promise<readonly string[]> =>
  (await stage.client.workflow.getHandle(soundWorkflowId(id)).describe()).typedSearchAttributes.get(
    attributes.waitingFor,
  ) ?? [];
const evidenceOf = async (stage: Stage, id: SoundId, source: string) =>
  (await readEvidence(stage.database, id)).find((row) => row.source === source)?.evidence;

describe('what a service knows', () => {
  askingStory(['deezer', 'musicbrainz'])(
    'is a recording like any other, asked for once a day',
    async ({ stage, fakes }) => {
      const [id] = (await submit(stage, [42])) as [SoundId];
      expect(await stage.state(id)).toMatchObject({ status: 'matched', link: { recordingId: isrcOf(42) } });
      // Sure by the first that knew it: the other was not asked. A search, and the entry that names the code.
      expect(fakes.deezer!.state().requests).toBe(2);
      expect(fakes.musicbrainz!.state().requests).toBe(0);
      const { rows } = await stage.database.query(
        `select r.service_ids, s.provider, s.detail->>'isrc' as isrc from recordings r join service_recordings s on s.recording_id = r.id where r.id = $1`,
        [isrcOf(42)],
      );
      expect(rows).toEqual([{ service_ids: { deezer: ['900000042'] }, provider: 'deezer', isrc: isrcOf(42) }]);

      const unknown = stage.sound({ id: 'x', title: 'Nobody Knows This Tune At All', author: 'Ivo Bell' });
      await stage.reconciliation.submit([unknown]);
      await stage.dispatch();
      const state = await stage.until(unknown.id, ({ nextAttemptAtMs }) => nextAttemptAtMs !== null);
      expect(state).toMatchObject({ status: 'waiting' });
      expect(state.why).toContain('Not known to Deezer. Not known to MusicBrainz.');
      const before = fakes.deezer!.state().requests;
      await expect.poll(() => waitingFor(stage, unknown.id), { timeout: 20_000 }).toEqual([]);
      await stage.pass('3 hours');
      expect((await stage.state(unknown.id)).attempts).toBeGreaterThan(2);
      expect(fakes.deezer!.state().requests - before).toBeLessThanOrEqual(1);
    },
  );

  askingStory(['spotify'])('is found by the platform’s id, without any search', async ({ stage, fakes }) => {
    const sound = {
      ...stage.sound({ id: 'a', title: 'original sound - zed', author: 'zed' }),
      payload: {
        music: {
          title: 'original sound - zed',
          tt2dsp: { tt_to_dsp_song_infos: [{ platform: 3, song_id: '4FaKe00000000000000007' }] },
        },
      },
    };
    await stage.reconciliation.submit([sound]);
    await stage.dispatch();
    await stage.until(sound.id, (state) => state.status !== 'submitted');
    expect(
      fakes.spotify!.seen.map(({ path }) => path).filter((path) => path.includes('track') || path.includes('search')),
    ).toEqual(['/v1/tracks/4FaKe00000000000000007']);
    expect(await evidenceOf(stage, sound.id, 'spotify')).toMatchObject({
      kind: 'match',
      candidates: [{ recordingId: isrcOf(7), text: '"Hall" by Four Rooms' }],
    });
    expect(await stage.state(sound.id)).toMatchObject({ status: 'matched', link: { recordingId: isrcOf(7) } });
  });
});

describe('a service in trouble', () => {
  askingStory(['spotify'])(
    'for a day keeps its sounds waiting; none is "no match", all are linked after it',
    async ({ stage, fakes }) => {
      const spotify = fakes.spotify!;
      spotify.misbehave({ kind: 'status', status: 503 });
      const ids = await submit(stage, [11, 12, 13]);
      for (const id of ids) {
        expect(await stage.state(id)).toMatchObject({
          status: 'waiting',
          why: expect.stringMatching(/Could not look everywhere yet\. spotify: /) as string,
        });
        expect(await evidenceOf(stage, id, 'spotify')).toMatchObject({ kind: 'unavailable' });
      }
      await stage.pass('1 hour');
      const afterAnHour = spotify.state().requests;
      await stage.pass('23 hours');
      for (const id of ids) {
        expect(await stage.state(id)).toMatchObject({ status: 'waiting', link: null });
        await expect.poll(() => waitingFor(stage, id), { timeout: 20_000 }).toEqual(['spotify']);
      }
      // One probe at a time, at growing distances: no storm.
      expect(spotify.state().requests - afterAnHour).toBeLessThan(120);

      spotify.misbehave(null);
      await stage.pass('90 minutes');
      for (const [i, id] of ids.entries()) {
        await stage.until(id, (state) => state.status === 'matched');
        expect(await stage.state(id)).toMatchObject({ link: { recordingId: isrcOf(11 + i) } });
        await expect.poll(() => waitingFor(stage, id), { timeout: 20_000 }).toEqual([]);
        const said = (await readDecisions(stage.database, id)).map(({ why }) => why);
        expect(
          said.filter((why) => /Not known|matches none|No recording/.test(why) && !why.includes('spotify: ')),
        ).toEqual([]);
      }
    },
  );

  askingStory(['spotify', 'deezer'])(
    'that asks for 13,749 s is left alone that long, and no other is',
    async ({ stage, fakes }) => {
      const { spotify, deezer } = fakes as {
        spotify: NonNullable<typeof fakes.spotify>;
        deezer: NonNullable<typeof fakes.deezer>;
      };
      spotify.misbehave({ kind: 'status', status: 429, headers: { 'retry-after': '13749' } }, 1);
      // Known nowhere: every service is asked.
      const unknown = stage.sound({ id: 'x', title: 'Nobody Knows This Tune At All', author: 'Ivo Bell' });
      await stage.reconciliation.submit([unknown]);
      await stage.dispatch();
      const state = await stage.until(unknown.id, ({ nextAttemptAtMs }) => nextAttemptAtMs !== null);
      expect(state.why).toMatch(/spotify: asks for fewer requests \(HTTP 429\)/);
      await expect.poll(() => waitingFor(stage, unknown.id), { timeout: 20_000 }).toEqual(['spotify']);
      const asked = spotify.state().apiRequests;
      const [id] = (await submit(stage, [21])) as [SoundId];
      expect(await stage.state(id)).toMatchObject({ status: 'matched' });
      expect(deezer.state().requests).toBeGreaterThan(1);
      await stage.pass('3 hours');
      expect(spotify.state().apiRequests).toBe(asked);
      await stage.pass('90 minutes');
      await stage.until(unknown.id, ({ why }) => !why.includes('spotify: '));
      expect(spotify.state().apiRequests).toBeGreaterThan(asked);
      await expect.poll(() => waitingFor(stage, unknown.id), { timeout: 20_000 }).toEqual([]);
    },
  );
});

/** The share of a WAV's energy that lies at one frequency (Goertzel), in samples of 16 bit. */
function shareAt(wav: Uint8Array, hz: number): number {
  const rateHz = Buffer.from(wav).readUInt32LE(24);
  const samples = new Int16Array(wav.slice(44).buffer);
  const k = 2 * Math.cos((2 * Math.PI * hz) / rateHz);
  let [before, last, energy] = [0, 0, 0];
  for (const sample of samples) {
    [before, last] = [last, sample + k * last - before];
    energy += sample * sample;
  }
  return (last * last + before * before - k * last * before) / (energy * samples.length + 1);
}

/** A recogniser's ear: hears the seventh recording wherever its tone of 2 kHz is; nothing else. */
const ear = (world: World): World => ({
  ...world,
  heardIn: (wav) => (shareAt(wav, 2_000) > 0.02 ? world.recordings[7]! : null),
});

/** A tune with a tone in it, half a minute long. */
function marked(seed: number, hz: number): Buffer {
  const pcm = tune(seed, 30);
  for (let i = 0; i < pcm.length; i += 1) pcm[i] = 0.7 * pcm[i]! + 0.2 * Math.sin((2 * Math.PI * hz * i) / 8000);
  return wav([pcm], 8000);
}

describe('a recogniser', () => {
  const nameless = (stage: Stage, title = 'original sound - zed') => ({
    id: '1',
    title,
    author: 'zed',
    original: true,
    audio: stage.host.url('/1.wav'),
  });

  askingStory(
    ['acrcloud'],
    { FERMATA_PROVIDER_PRICES: 'acrcloud=0.01' },
    ear,
  )('knows an upload without a name from two pieces of it', async ({ stage, fakes }) => {
    stage.host.answer = () => ({ status: 200, body: marked(3, 2_000) });
    const id = await stage.submit(nameless(stage));
    // Every piece is said to begin at the same place: not in place, so a person is asked.
    expect(await stage.state(id)).toMatchObject({ status: 'review' });
    expect(await evidenceOf(stage, id, 'acrcloud')).toMatchObject({
      candidates: [{ recordingId: isrcOf(7), inPlace: false }],
    });
    expect(fakes.acrcloud!.state().apiRequests).toBe(2);
    const { rows } = await stage.database.query(
      `select calls::integer, money::float from provider_spend where provider = 'acrcloud'`,
    );
    expect(rows).toEqual([{ calls: 2, money: 0.02 }]);
    // The same upload under another name is heard, and not paid for again. What a worker that died left unsaid is said meanwhile.
    await callSounds(stage.database, [id], 'something about it changed');
    const again = await stage.submit({ ...nameless(stage), id: '2' });
    expect(await stage.state(again)).toMatchObject({ status: 'review' });
    await stage.settle();
    expect(fakes.acrcloud!.state().apiRequests).toBe(2);
  });

  askingStory(
    ['acrcloud'],
    {},
    ear,
  )('is played a sped-up sound at the recording’s speed', async ({ stage, fakes }) => {
    stage.host.answer = () => ({ status: 200, body: marked(4, 2_400) });
    const id = await stage.submit(nameless(stage, 'original sound - zed (sped up)'));
    expect(await evidenceOf(stage, id, 'acrcloud')).toMatchObject({
      kind: 'match',
      candidates: [{ recordingId: isrcOf(7), speedRatio: 1.2 }],
    });
    // Two pieces at its own speed, then two at the other.
    expect(fakes.acrcloud!.state().apiRequests).toBe(4);
  });

  askingStory(
    ['acrcloud'],
    {},
    ear,
  )('that is down is waited for, and never paid twice for one piece', async ({ stage, fakes }) => {
    stage.host.answer = () => ({ status: 200, body: marked(5, 2_000) });
    fakes.acrcloud!.misbehave({ kind: 'reset' }, 1);
    const id = await stage.submit(nameless(stage));
    const state = await stage.until(id, ({ nextAttemptAtMs }) => nextAttemptAtMs !== null);
    expect(state).toMatchObject({ status: 'waiting', why: expect.stringContaining('not paid for twice') as string });
    await expect.poll(() => waitingFor(stage, id), { timeout: 20_000 }).toEqual(['acrcloud']);
    expect(fakes.acrcloud!.state().apiRequests).toBe(1);
    await stage.reconciliation.retry(id);
    await stage.until(id, ({ attempts }) => attempts > 1);
    await stage.pass('1 minute');
    expect(fakes.acrcloud!.state().apiRequests).toBe(1);
  });
});

// What each recogniser makes of its service's answers, and what it sends.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { RecogniserName } from '../../domain/providers.ts';
import { createAcoustId } from '../../providers/acoustid/client.ts';
import { findFpcalc, fingerprint } from '../../providers/acoustid/fpcalc.ts';
import { createAcrCloud } from '../../providers/acrcloud/client.ts';
import { createAudD } from '../../providers/audd/client.ts';
import type { Recogniser, Recognition, Sample } from '../../providers/provider.ts';
import { fakeFpcalc } from '../support/providers/acoustid.ts';
import { nowMs, type Stage, stage } from '../support/providers/stage.ts';
import { ids, markedWav, upcAt } from '../support/providers/world.ts';

const signal = new AbortController().signal;

function recogniser(name: RecogniserName): {
  readonly scene: () => Stage;
  readonly hear: (at: number) => Promise<readonly Recognition[]>;
} {
  let scene: Stage;
  beforeAll(async () => {
    scene = await stage(name);
  });
  afterEach(() => scene.fake.reset());
  afterAll(() => scene.fake.close());
  return {
    scene: () => scene,
    hear: async (at) => (await (scene.client() as Recogniser).identify(sampleOf(at), signal)).value,
  };
}

const sampleOf = (at: number, fullDurationMs = 180_000 + (at % 60) * 1000): Sample => ({
  wav: markedWav(at),
  durationMs: 12_000,
  fullDurationMs,
});

const elsewhere = { spotify: [ids.spotify(0)], deezer: [String(ids.deezer(0))], musicbrainz: [ids.musicbrainz(0)] };

describe('acrcloud', () => {
  const { scene, hear } = recogniser('acrcloud');
  const music: Recognition = {
    provider: 'acrcloud',
    id: ids.acrcloud(0),
    list: 'music',
    title: 'Harbour Lights',
    artists: ['Nora Vale'],
    album: 'Harbour Lights',
    isrc: 'ZZFPR2600000',
    upc: upcAt(0).replace(/^0+/, ''),
    releaseDate: '2024-03-15',
    score: 1,
    // 30.5 s into the recording, half a second into the sample.
    offsetMs: 30_000,
    externalIds: { ...elsewhere, youtube: ['fake_video0'] },
  };

  test('a hit in the public catalogue, its numbers as text', async () => {
    expect(await hear(0)).toEqual([music]);
  });

  test('the user’s own bucket comes first, and says so', async () => {
    const [own, other] = await hear(1);
    expect(own).toEqual({
      ...music,
      id: `c${ids.acrcloud(1).slice(1)}`,
      list: 'custom',
      album: null,
      isrc: 'ZZFPR2600001',
      upc: null,
      releaseDate: null,
      score: 0.98,
      externalIds: {},
    });
    expect(other).toMatchObject({ list: 'music', title: 'Harbour Lights (Sped Up)' });
  });

  test('a melody is only a melody', async () => {
    expect(await hear(2)).toMatchObject([{ list: 'humming', score: 0.82 }]);
  });

  test('nothing heard is an answer', async () => {
    expect(await hear(-1)).toEqual([]);
  });

  test('what is sent is signed, whole seconds and all, and the secret stays here', async () => {
    await hear(0);
    const [request] = scene().fake.seen;
    const body = request?.body.toString('latin1') ?? '';
    expect(request?.path).toBe('/v1/identify');
    expect(body).toContain(String(nowMs / 1000));
    expect(body).toContain(Buffer.from(markedWav(0)).toString('latin1'));
    expect(body).not.toContain('fake-access-secret');
  });

  test('ids and codes come as one or as many, as numbers or as text, or not at all', async () => {
    const hit = {
      acrid: 'a',
      title: 'Song',
      score: '85',
      external_ids: { isrc: ['nonsense', 'ZZFPR2600001'], upc: '' },
      external_metadata: {
        spotify: [{ track: { id: 's1' } }, { track: { id: 's2' } }],
        deezer: { track: { id: 7 } },
        musicbrainz: { track: { id: '' } },
        youtube: [],
      },
    };
    expect((await asked(acr(0, { music: [hit, null] })))[0]).toMatchObject({
      artists: [],
      isrc: 'ZZFPR2600001',
      upc: null,
      score: 0.85,
      offsetMs: null,
      externalIds: { spotify: ['s1', 's2'], deezer: ['7'] },
    });
    expect(await asked(acr(0, { music: null }))).toEqual([]);
  });

  test.each([
    [2004, 'nothing'],
    [2005, 'unavailable'],
    [3000, 'unavailable'],
    [3001, 'credentials_rejected'],
    [3003, 'quota_exhausted'],
    [3006, 'refused'],
    [3014, 'credentials_rejected'],
    [3015, 'rate_limited'],
    [9999, 'unavailable'],
  ])('status %i is %s', async (code, kind) => {
    if (kind === 'nothing') expect(await asked(acr(code))).toEqual([]);
    else await expect(asked(acr(code))).rejects.toMatchObject({ kind });
  });

  const acr = (code: number, metadata: object = {}): Recogniser =>
    createAcrCloud(
      { host: 'identify.example', accessKey: 'k', accessSecret: 's' },
      { fetch: () => Promise.resolve(Response.json({ status: { code, msg: 'planted' }, metadata })), now: () => nowMs },
    );
});

describe('audd', () => {
  const { scene, hear } = recogniser('audd');

  test('a hit, with what it knows of other services', async () => {
    expect(await hear(0)).toEqual([
      {
        provider: 'audd',
        id: 'Fake0',
        list: 'music',
        title: 'Harbour Lights',
        artists: ['Nora Vale'],
        album: 'Harbour Lights',
        isrc: 'ZZFPR2600000',
        upc: null,
        releaseDate: '2024-03-15',
        score: null,
        offsetMs: 31_000,
        externalIds: { ...elsewhere, applemusic: [ids.apple(0)] },
      },
    ]);
  });

  test('nothing heard is an answer', async () => {
    expect(await hear(-1)).toEqual([]);
  });

  test('the token is in the body, not in the address', async () => {
    await hear(0);
    const [request] = scene().fake.seen;
    expect([...(request?.query ?? [])]).toEqual([]);
    expect(request?.body.toString('latin1')).toContain('fake-audd-token');
  });

  test('an error that repeats the token is told without it', async () => {
    const wrong = createAudD({ token: 'planted' }, { fetch, now: () => nowMs, baseUrl: scene().fake.url });
    const error = await wrong.identify(sampleOf(0), signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'credentials_rejected' });
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('planted');
  });

  test.each([
    [300, 'nothing'],
    [100, 'unavailable'],
    [400, 'refused'],
    [900, 'credentials_rejected'],
    [901, 'quota_exhausted'],
    [31337, 'unavailable'],
  ])('error %i is %s', async (error_code, kind) => {
    const body = { status: 'error', error: { error_code, error_message: 'x' } };
    const odd = createAudD({ token: 't' }, { fetch: () => Promise.resolve(Response.json(body)), now: () => nowMs });
    if (kind === 'nothing') expect(await asked(odd)).toEqual([]);
    else await expect(asked(odd)).rejects.toMatchObject({ kind });
  });

  test.each([
    ['00:56', 56_000],
    ['1:02:03', 3_723_000],
    ['', null],
    ['soon', null],
  ])('the timecode %o is %o ms', async (timecode, offsetMs) => {
    const body = { status: 'success', result: { title: 'Song', timecode } };
    const odd = createAudD({ token: 't' }, { fetch: () => Promise.resolve(Response.json(body)), now: () => nowMs });
    expect(await asked(odd)).toMatchObject([{ offsetMs, artists: [], isrc: null }]);
  });
});

describe('acoustid', () => {
  const { scene, hear } = recogniser('acoustid');
  const acoustid = (fpcalc: string): Recogniser =>
    createAcoustId({ key: 'fake-acoustid-key', fpcalc }, { fetch, now: () => nowMs, baseUrl: scene().fake.url });

  test('a whole recording; prints without a title, and poor ones, are left out', async () => {
    expect(await hear(0)).toEqual([
      {
        provider: 'acoustid',
        id: ids.musicbrainz(0),
        list: 'music',
        title: 'Harbour Lights',
        artists: ['Nora Vale'],
        album: 'Harbour Lights',
        isrc: null,
        upc: null,
        releaseDate: null,
        score: 0.97,
        offsetMs: null,
        externalIds: { musicbrainz: [ids.musicbrainz(0)] },
      },
    ]);
  });

  test('the length of the whole upload is what is asked with: a part of it finds nothing', async () => {
    const client = scene().client() as Recogniser;
    expect((await client.identify(sampleOf(0, 187_000), signal)).value).toHaveLength(1);
    expect((await client.identify(sampleOf(0, 30_000), signal)).value).toEqual([]);
    expect(client.takes).toEqual({ sampleSeconds: 120, wholeOnly: true });
    expect(new URLSearchParams(scene().fake.seen.at(-1)?.body.toString()).get('duration')).toBe('30');
  });

  test.each([
    [0xdddddd, 'fpcalc ended with code 3'],
    [0xcccccc, 'fpcalc printed no fingerprint'],
  ])('a program that fails is told, and nothing is asked', async (mark, message) => {
    const failed = acoustid(fakeFpcalc).identify(sampleOf(mark), signal);
    await expect(failed).rejects.toMatchObject({ kind: 'unavailable', message: `acoustid: ${message}` });
    expect(scene().fake.state().requests).toBe(0);
  });

  test('a program that printed a fingerprint and then complains of the end of the file has done its work', async () => {
    expect(await fingerprint(fakeFpcalc, markedWav(0xaaaaaa), signal)).toBe('AQADFAKE000000');
  });

  test('a program that hangs is ended with the call', async () => {
    const cancel = new AbortController();
    const hanging = acoustid(fakeFpcalc).identify(sampleOf(0xbbbbbb), cancel.signal);
    setTimeout(() => cancel.abort(new Error('enough')), 50);
    await expect(hanging).rejects.toThrow('enough');
  });

  test('a program that is not there is told', async () => {
    await expect(fingerprint('/no/such/fpcalc', markedWav(0), signal)).rejects.toThrow('could not be run (ENOENT)');
  });

  test('the program is looked for where it is said to be, else on the search path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fermata-path-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const program = join(folder, 'fpcalc');
    expect(findFpcalc(null, ['relative', folder].join(delimiter))).toBeNull();
    await writeFile(program, '#!/bin/sh\n');
    expect(findFpcalc(null, folder)).toBeNull();
    await chmod(program, 0o755);
    expect(findFpcalc(null, ['relative', folder].join(delimiter))).toBe(program);
    expect(findFpcalc(program, '')).toBe(program);
    expect(findFpcalc(join(folder, 'other'), folder)).toBeNull();
  });

  // Where it is installed, the stand-in is not all there is.
  test.skipIf(findFpcalc(null) === null)('the real program makes a print of real sound', async () => {
    const wav = Buffer.from(markedWav(0, 20_000));
    for (let at = 64; at + 1 < wav.length; at += 2) {
      const seconds = (at - 44) / 2 / 8000;
      wav.writeInt16LE(Math.round(9000 * Math.sin(2 * Math.PI * 220 * (1 + Math.floor(seconds)) * seconds)), at);
    }
    expect(await fingerprint(findFpcalc(null) ?? '', wav, signal)).toMatch(/^AQ[\w+/=-]{20,}$/);
  });
});

const asked = async (client: Recogniser): Promise<readonly Recognition[]> =>
  (await client.identify(sampleOf(0), signal)).value;

// Previews become reference audio, once for all who need them; what can go wrong ends in a reason, never in "no match". The real activity
// in front of Deezer on the loopback.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openVectors } from '../../search/vectors.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { beginPreview } from '../../store/providers/previews.ts';
import { upsertRecording } from '../../store/catalogue/recordings.ts';
import { addReference, printsOf, recordingsWithAudio } from '../../store/catalogue/references.ts';
import { readEvidence, saveEvidence } from '../../store/sounds/evidence.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { nothingNew } from '../../store/sounds/turn.ts';
import { openProviders } from '../../app/providers.ts';
import { readLine } from '../../app/submission.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { landmarksVersion } from '../../matching/audio/landmarks.ts';
import { fingerprintReference, printVersion } from '../../matching/audio/reference.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { readConfig } from '../../platform/config/index.ts';
import { tune, wav } from '../audio/signals.ts';
import { openActivities, searchHere, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { isForPreview } from '../support/providers/deezer.ts';
import { exampleTrack, oggPart } from '../support/providers/oggPart.ts';
import { services } from '../support/providers/index.ts';
import { startFake, type Fake, type Fault } from '../support/providers/server.ts';
import { createWorld, ids } from '../support/providers/world.ts';
import { catalogueRecording } from '../support/rows.ts';

let folder: string;
let databaseUrl: string;
let fake: Fake;
let database: Database;
let open: OpenActivities;
let nowMs = Date.now();
const minute = 60_000;

const half = oggPart(exampleTrack('muldjord-chaos-god.ogg'), 8, 38);
/** What can be heard of the recordings at these places; of all others the half minute above. */
const odd: Readonly<Record<number, Uint8Array | null>> = {
  20: null,
  21: Buffer.from('<html>Sign in to this network</html>'),
  22: wav([new Float32Array(8000 * 30)], 8000),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-previews-'));
  const world = { ...createWorld(100), previewOf: ({ at }: { at: number }) => (at in odd ? odd[at]! : half) };
  fake = await startFake(services.deezer(), { world, rate: null });
  databaseUrl = await migratedDatabaseUrl();
  database = openDatabase(databaseUrl);
  const vectors = await openVectors(database, searchHere);
  if (vectors.kind !== 'ready') throw new Error(vectors.reason);
  const environment = {
    FERMATA_DEEZER: 'on',
    FERMATA_DEEZER_PREVIEWS: 'on',
    FERMATA_PROVIDER_URLS: `deezer=${fake.url}`,
  };
  open = openActivities({
    databaseUrl,
    folder,
    allowedHosts: [],
    fetchMs: 4_000,
    vectors: vectors.index,
    providers: (inside) => openProviders(readConfig({ environment }), inside, { now: () => nowMs }),
  });
});
afterAll(async () => {
  await open.close();
  await database.close();
  await fake.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => fake.reset());

/** A recording that Deezer knows at this place, as a delivery without audio would have left it. */
async function known(at: number): Promise<string> {
  const recording = catalogueRecording({
    id: `ZZFPR26${String(at).padStart(5, '0')}`,
    isrc: `ZZFPR26${String(at).padStart(5, '0')}`,
    title: `Study No. ${at}`,
    artists: [`Ensemble ${at}`],
    externalIds: { deezer: [String(ids.deezer(at))] },
  });
  await upsertRecording(database, recording, recordingKeys(recording), null);
  return recording.id;
}

async function sound(id: string): Promise<string> {
  const read = readLine(
    JSON.stringify({ platform: 'tiktok', id, title: 'Somebody’s Study', author: 'zed' }),
    folder,
    1e9,
  );
  if (typeof read === 'string') throw new Error(read);
  await insertSounds(database, [read]);
  return read.id;
}

let sounds = 0;
/** As the attempt of a sound of its own, unless one is given. @param tries 5: the last that waits for others. */
async function take(recordingIds: readonly string[], soundId?: string, tries = 5, by = open): Promise<EvidenceLine> {
  const id = soundId ?? (await sound(`t${(sounds += 1)}`));
  const environment = new MockActivityEnvironment({ attempt: tries }, { logger: new DefaultLogger('ERROR') });
  const input = { soundId: id, attempt: 1, provider: 'deezer', recordingIds, priority: 'new' } as const;
  return (await environment.run(by.activities.takePreviews, input)) as EvidenceLine;
}

const downloads = (): number => fake.seen.filter(isForPreview).length;
const liveReferences = async (id: string) =>
  (
    await database.query<{ origin: string; vectors: number; file: string }>(
      `select origin, file, (select count(*)::integer from reference_vectors v where v.reference_id = a.id) as vectors
         from audio_references a where recording_id = $1 and removed_at is null`,
      [id],
    )
  ).rows;
const drafts = (): Promise<string[]> => readdir(join(folder, 'blobs', 'drafts'));

describe('a preview', () => {
  it('becomes a print and vectors of its recording, and nothing else of it is kept', { timeout: 60_000 }, async () => {
    const id = await known(42);
    expect(await take([id])).toMatchObject({
      source: 'preview',
      kind: 'match',
      text: expect.stringContaining('Study No. 42') as string,
    });
    expect(await liveReferences(id)).toEqual([{ origin: 'preview', file: 'deezer:900000042', vectors: 1 }]);
    expect(await drafts()).toEqual([]);
    // The entry, and what lies at the address that it named just then: two requests of what a day allows.
    expect(fake.seen.map(({ path }) => path)).toEqual(['/track/900000042', '/preview/42.mp3']);
    const { rows } = await database.query(`select calls::integer from provider_spend where provider = 'deezer'`);
    expect(rows).toEqual([{ calls: 2 }]);

    // It does not count as audio in which not to be found says something.
    expect(await recordingsWithAudio(database, [id])).toEqual([]);
    expect(await printsOf(database, id, printVersion, { whole: true })).toEqual([]);
    expect(await printsOf(database, id, printVersion)).toHaveLength(1);

    expect(await take([id])).toMatchObject({ kind: 'match' });
    expect(fake.seen).toHaveLength(2);
  });

  it('gives way to any other audio, with its vectors, and does not come back', async () => {
    const id = await known(43);
    await take([id]);
    const whole = {
      recordingId: id,
      origin: 'delivery',
      file: 'whole.wav',
      fileHash: 'a'.repeat(64),
      durationMs: 60_000,
      print: fingerprintReference(tune(1, 60), 8000),
      printVersion,
    } as const;
    const { added } = await database.transaction((client) => addReference(client, whole));
    expect(added).toBe(true);
    expect(await liveReferences(id)).toEqual([{ origin: 'delivery', file: 'whole.wav', vectors: 0 }]);
    expect(await recordingsWithAudio(database, [id])).toEqual([id]);
    // Fetched while the delivery came in: the print of a preview is not put beside it.
    const late = { ...whole, origin: 'preview', file: 'deezer:900000043', fileHash: 'preview:b' } as const;
    expect((await database.transaction((client) => addReference(client, late))).added).toBe(false);
    expect(await liveReferences(id)).toHaveLength(1);
  });

  it('is fetched by one of two that need it, and by the other when the first was cut off', async () => {
    const [both, cut] = [await known(44), await known(45)];
    const results = await Promise.allSettled([take([both], await sound('a'), 1), take([both], await sound('b'), 1)]);
    expect(downloads()).toBe(1);
    for (const result of results) {
      if (result.status === 'fulfilled') expect(result.value.kind).toBe('match');
      // Told to come back soon, when it will be there.
      else expect(result.reason).toMatchObject({ type: 'ServiceUnavailable', nextRetryDelay: 2_000 });
    }
    expect(await take([both], 'tiktok:b', 2)).toMatchObject({ kind: 'match' });
    expect(downloads()).toBe(1);

    const asking = { askedBy: 'tiktok:a#1', untilMs: nowMs + 2 * minute, printVersion, nowMs };
    expect(await beginPreview(database, 'deezer', cut, asking)).toEqual({ kind: 'open' });
    await expect(take([cut], 'tiktok:b', 1)).rejects.toThrow(ApplicationFailure);
    expect(await take([cut], 'tiktok:b')).toMatchObject({ kind: 'unavailable', untilMs: nowMs + 2 * minute });
    expect(downloads()).toBe(1);
    // The next try of the same activity goes on at once.
    expect(await take([cut], 'tiktok:a', 2)).toMatchObject({ kind: 'match' });
    expect(downloads()).toBe(2);
  });
});

const elsewhere: readonly {
  readonly what: string;
  readonly fault: Fault;
  readonly says: RegExp;
  readonly restsMinutes: number;
}[] = [
  {
    what: '404',
    fault: { kind: 'status', status: 404 },
    says: /server answered 404, it is not there/,
    restsMinutes: 60,
  },
  {
    what: 'an address that ended',
    fault: { kind: 'status', status: 403 },
    says: /address has ended/,
    restsMinutes: 60,
  },
  {
    what: 'a redirect to a private address',
    fault: { kind: 'redirect', to: 'http://10.0.0.1/a.mp3' },
    says: /host 10\.0\.0\.1 is not on the list/,
    restsMinutes: 1440,
  },
  {
    what: '50 MB',
    fault: { kind: 'huge', bytes: 50 * 2 ** 20 },
    says: /larger than 4194304 bytes/,
    restsMinutes: 1440,
  },
  { what: 'a page', fault: { kind: 'page' }, says: /cannot be read: .*audio/i, restsMinutes: 1440 },
  { what: 'a hang', fault: { kind: 'hang' }, says: /not fetched within 4 s/, restsMinutes: 10 },
  {
    what: '503 for half an hour',
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '1800' } },
    says: /server answered 503/,
    restsMinutes: 30,
  },
];

describe('a preview that cannot be had', () => {
  it.each(elsewhere)(
    '$what: a reason, and one more look when it may have mended itself',
    async ({ fault, says, restsMinutes }) => {
      const at = 50 + elsewhere.findIndex((one) => one.fault === fault);
      const id = await known(at);
      const soundId = await sound(`fault${at}`);
      fake.misbehave(fault, undefined, isForPreview);
      const line = await take([id], soundId);
      expect(line).toMatchObject({
        source: 'preview',
        kind: 'unavailable',
        text: expect.stringMatching(says) as string,
        untilMs: nowMs + restsMinutes * minute,
      });
      expect(downloads()).toBe(1);
      expect(await liveReferences(id)).toEqual([]);
      expect(await drafts()).toEqual([]);
      expect((await readEvidence(database, soundId))[0]).toMatchObject({
        source: 'preview',
        evidence: { kind: 'unavailable' },
      });
      // A sound that waits for it is worth an attempt when its timer fires; with previews switched off it is not.
      await database.query(`update sounds set seq_seen = 1e9, looked_at = now(), model_seen = 'm' where id = $1`, [
        soundId,
      ]);
      const terms = { seq: 1, weights: 'm', landmarksVersion };
      expect(await nothingNew(database, soundId, { ...terms, previews: true })).toBe(false);
      expect(await nothingNew(database, soundId, terms)).toBe(true);

      expect(await take([id])).toMatchObject({ kind: 'unavailable' });
      expect(downloads()).toBe(1);
      fake.misbehave(null);
      nowMs += restsMinutes * minute + 1;
      expect(await take([id])).toMatchObject({ kind: 'match' });
      expect(downloads()).toBe(2);
    },
  );

  it('is none, is no audio, is silent, or is not of this recording', async () => {
    const [none, page, silent] = [await known(20), await known(21), await known(22)];
    expect(await take([none])).toMatchObject({
      kind: 'none',
      text: expect.stringContaining('there is none') as string,
    });
    expect(await take([page])).toMatchObject({
      kind: 'unavailable',
      text: expect.stringMatching(/cannot be read/) as string,
    });
    expect(await take([silent])).toMatchObject({
      kind: 'none',
      text: expect.stringContaining('it is silent') as string,
    });
    // A delivery gave it the id of another song.
    const wrong = await known(23);
    await database.query(`update recordings set external_ids = '{"deezer": ["900000024"]}' where id = $1`, [wrong]);
    await known(24);
    expect(await take([wrong])).toMatchObject({
      kind: 'none',
      text: expect.stringContaining('ZZFPR2600024') as string,
    });
    for (const id of [none, page, silent, wrong]) expect(await liveReferences(id)).toEqual([]);
  });

  it('three times because their host does not answer: the others are left alone until it may', async () => {
    const [a, b, c, d] = [await known(70), await known(71), await known(72), await known(73)];
    nowMs += minute;
    fake.misbehave({ kind: 'status', status: 502 }, undefined, isForPreview);
    expect(await take([a, b, c])).toMatchObject({ kind: 'unavailable' });
    expect(downloads()).toBe(3);
    expect(await take([d])).toMatchObject({ kind: 'unavailable', text: 'the host of the previews does not answer' });
    expect(downloads()).toBe(3);
    // The service itself is asked as ever.
    const { rows } = await database.query(`select paused_until_ms from provider_limits where provider = 'deezer'`);
    expect(rows).toEqual([{ paused_until_ms: null }]);
    fake.misbehave(null);
    nowMs += 11 * minute;
    expect(await take([d])).toMatchObject({ kind: 'match' });
  });

  it('because the worker that listens has them switched off: it says so', async () => {
    const environment = { FERMATA_DEEZER: 'on', FERMATA_PROVIDER_URLS: `deezer=${fake.url}` };
    const off = openActivities({
      databaseUrl,
      folder,
      allowedHosts: [],
      providers: (inside) => openProviders(readConfig({ environment }), inside),
    });
    onTestFinished(() => off.close());
    const line = await take([await known(81)], undefined, 1, off);
    expect(line).toMatchObject({ kind: 'unavailable', text: expect.stringContaining('switched off') as string });
    expect(fake.seen).toEqual([]);
  });

  it('because nobody could run the activity: asked for once in an attempt, and not taken for "no match"', async () => {
    const id = await known(82);
    const soundId = await sound('unheard');
    const reasons = [{ feature: 'title', root: 'title', bits: 15, text: '-' }];
    const text = { recordingId: id, reasons, relation: 'same', blockedBy: null, artistAgrees: false } as const;
    await saveEvidence(database, soundId, 'metadata', 1, { kind: 'match', candidates: [text] });
    await saveEvidence(database, soundId, 'audio', 1, { kind: 'none', reason: 'Nothing heard.' });
    await saveEvidence(database, soundId, 'deezer', 1, { kind: 'none', reason: 'Not known.' });
    const conclude = () =>
      new MockActivityEnvironment().run(open.activities.concludeAttempt, { soundId, attempt: 1, due: null });
    expect(await conclude()).toEqual({ ask: { provider: 'deezer', kind: 'preview', recordingIds: [id] } });
    const noted = { soundId, attempt: 1, source: 'preview', reason: 'the worker is gone' } as const;
    await new MockActivityEnvironment().run(() => open.activities.noteUnavailable(noted));
    expect(await conclude()).toMatchObject({
      status: 'waiting',
      why: 'Could not look everywhere yet. preview: the worker is gone.',
    });
  });

  it('while the service is paused: until then', async () => {
    const id = await known(80);
    fake.misbehave({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } }, 1);
    const line = await take([id]);
    expect(line).toMatchObject({
      kind: 'unavailable',
      text: expect.stringContaining('asks for fewer requests') as string,
    });
    expect(line.untilMs! - nowMs).toBeGreaterThan(59 * minute);
    expect(downloads()).toBe(0);
  });
});

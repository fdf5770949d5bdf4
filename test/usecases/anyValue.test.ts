// Whatever comes from outside, in any column: it is stored, or refused with a reason, and nothing else is held up by it.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLine } from '../../app/submission.ts';
import { readDecision, readPrerelease } from '../../domain/readMessage.ts';
import { catalogueNames, recogniserNames } from '../../domain/providers.ts';
import { deliveryProgress, remarks, startDelivery } from '../../store/catalogue/deliveries.ts';
import { outcomeOf } from '../../store/failures.ts';
import { insertSounds, readSound } from '../../store/sounds/sounds.ts';
import { readState } from '../../store/sounds/state.ts';
import { takeEntries, type Described } from '../../usecases/asking/takeEntries.ts';
import { openActivities, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { ernMessage } from '../support/ernMessage.ts';
import { endlessTexts, hostileDay, hostileJson, hostileNumber, hostileText } from '../support/hostile.ts';

let folder: string;
let open: OpenActivities;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-any-'));
  open = openActivities({ databaseUrl: await migratedDatabaseUrl(), folder, allowedHosts: [] });
});
afterAll(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});

/** The same values in every run; another seed finds others. */
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const samples = <T>(of: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(of, { seed, numRuns });

let made = 0;
const fresh = (): number => (made += 1);
const isrc = (): string => `ZZANY26${String(fresh()).padStart(5, '0')}`;

/** Takes a delivery in, with a good row at its end, and holds that every row came to an end. @returns reasons of refused rows. */
async function deliver(file: string, content: string, rows: number): Promise<string[]> {
  const id = `d${fresh()}`;
  const inside = join(folder, id);
  await mkdir(inside);
  await writeFile(join(inside, file), content);
  await startDelivery(open.database, id, inside);
  expect(await open.activities.stageDelivery({ deliveryId: id })).toEqual({ problem: null });
  let afterLine = 0;
  for (;;) {
    const taken = await open.activities.indexRows({ deliveryId: id, afterLine: afterLine, limit: 100 });
    afterLine = taken.lastLine;
    if (taken.remaining === 0) break;
  }
  const progress = (await deliveryProgress(open.database, id))!;
  expect(progress).toMatchObject({ pending: 0, total: rows });
  const said = await remarks(open.database, id);
  const refused = said.filter(({ state }) => state === 'refused');
  expect(refused).toHaveLength(progress.refused);
  for (const { reason } of refused) {
    expect(reason).toMatch(/[a-z]{2}/);
    expect(reason.length).toBeLessThan(1000);
    // Readers know what cannot be taken: the database has the last word, and should never need it.
    expect(reason).not.toMatch(/fault of Fermata|the database refuses/);
  }
  expect(refused.map(({ line }) => line)).not.toContain(afterLine);
  return refused.map(({ reason }) => reason);
}

const columns = {
  isrc: hostileText,
  title: hostileText,
  version: hostileText,
  artists: hostileText,
  featured: hostileText,
  composers: hostileText,
  upc: hostileText,
  album: hostileText,
  label: hostileText,
  aliases: hostileText,
  file: hostileText,
  duration: hostileText,
  territories: hostileText,
  spotify_id: hostileText,
  action: hostileText,
  release_date: hostileDay,
  preview_date: hostileDay,
  end_date: hostileDay,
};
type Row = Record<string, unknown>;
const plain = (): Row => ({ isrc: isrc(), title: 'Song', artists: 'Ann' });

describe('a listing', () => {
  /** One column of a good row is anything. */
  const rows = fc.oneof(
    ...Object.entries(columns).map(([name, value]) =>
      fc.oneof(value, hostileJson, hostileNumber).map((given): Row => ({ ...plain(), [name]: given })),
    ),
    fc.record(columns, { requiredKeys: [] }),
  );

  it('of JSON lines with anything in any column', async () => {
    const any = samples(rows, 400);
    const endless = Object.keys(columns).flatMap((name) =>
      endlessTexts.map((text): Row => ({ ...plain(), [name]: text.slice(0, 900_000) })),
    );
    const long = ['x'.repeat(1_000_001)];
    const lines = [
      ...[...any, ...endless].map((row) => JSON.stringify(row)),
      ...long,
      '{"title": 1e400, "artists": -0, "duration_ms": 1e308}',
      JSON.stringify(plain()),
    ];
    const reasons = await deliver('catalogue.jsonl', lines.join('\n'), lines.length);
    expect(reasons.length).toBeGreaterThan(50);
    expect(reasons.length).toBeLessThan(any.length + endless.length);
  }, 120_000);

  it('of comma-separated values with anything in any cell', async () => {
    const names = Object.keys(columns);
    const any = samples(
      fc.oneof(
        fc.record(columns),
        ...Object.entries(columns).map(([name, value]) => value.map((given): Row => ({ ...plain(), [name]: given }))),
      ),
      300,
    );
    const cell = (value: unknown): string => `"${(typeof value === 'string' ? value : '').replaceAll('"', '""')}"`;
    const lines = [
      names.join(','),
      ...[...any, plain()].map((row) => names.map((name) => cell((row as Row)[name])).join(',')),
    ];
    await deliver('catalogue.csv', lines.join('\n'), any.length + 1);
  }, 120_000);
});

describe('a DDEX message', () => {
  /** What XML cannot hold ends the message as a whole, which is another test. */
  const inXml = (text: string): string =>
    text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?');
  const tracks = fc.record({
    isrc: fc.oneof(fc.constant(null), hostileText.map(inXml)),
    title: hostileText.map(inXml),
    subtitle: hostileText.map(inXml),
    artists: fc.array(hostileText.map(inXml), { maxLength: 3 }),
    duration: fc.oneof(hostileText, fc.constantFrom('PT99999999S', 'PT0S', 'PT9999H999999M', 'P1D')).map(inXml),
    uri: hostileText.map(inXml),
  });
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(']]>', ']]&gt;');

  it('with anything in its recordings and deals', async () => {
    for (const given of samples(
      fc.record({
        tracks: fc.array(tracks, { minLength: 1, maxLength: 6 }),
        start: hostileDay,
        end: hostileDay,
        title: hostileText,
        id: hostileText,
      }),
      60,
    )) {
      const content = ernMessage({
        icpn: String(fresh()),
        id: escaped(inXml(given.id)),
        title: inXml(given.title),
        tracks: given.tracks.map((track) => ({
          ...track,
          isrc: track.isrc === null ? null : escaped(track.isrc),
          duration: escaped(track.duration),
        })),
        deals: [{ start: escaped(inXml(given.start)), end: escaped(inXml(given.end)) }, { start: '2026-12-11' }],
      });
      const id = `d${fresh()}`;
      const inside = join(folder, id);
      await mkdir(inside);
      await writeFile(join(inside, 'message.xml'), content);
      await startDelivery(open.database, id, inside);
      expect(await open.activities.stageDelivery({ deliveryId: id })).toEqual({
        problem: null,
      });
      const taken = await open.activities.indexRows({ deliveryId: id, afterLine: 0, limit: 100 });
      expect(taken.remaining).toBe(0);
      expect(await deliveryProgress(open.database, id)).toMatchObject({ pending: 0 });
      for (const { reason } of await remarks(open.database, id))
        expect(reason).not.toMatch(/fault of Fermata|the database refuses/);
    }
  }, 120_000);
});

describe('a submitted sound', () => {
  const fields = fc.record(
    {
      title: fc.oneof(hostileText, hostileJson),
      author: fc.oneof(hostileText, hostileJson),
      handle: hostileText,
      original: hostileJson,
      duration_ms: fc.oneof(hostileNumber, hostileJson),
      audio: hostileText,
      payload: fc.oneof(
        hostileJson,
        fc.record({
          title: hostileText,
          authorName: hostileText,
          isrc: hostileText,
          duration: hostileNumber,
          matched_song: fc.record({ title: hostileText, author: hostileText }),
          tt2dsp: fc.record({
            tt_to_dsp_song_infos: fc.array(
              fc.record({ platform: fc.constantFrom(1, 3, 8), song_id: fc.oneof(hostileText, hostileNumber) }),
            ),
          }),
        }),
      ),
    },
    { requiredKeys: [] },
  );

  it('is stored or says why it is none', async () => {
    let [stored, refused] = [0, 0];
    const good = samples(fields, 400).map((line) => ({ platform: 'tiktok', id: String(fresh()), ...line }));
    const endless = endlessTexts.flatMap((text) =>
      ['title', 'author', 'handle', 'audio', 'id'].map((name) => ({
        platform: 'tiktok',
        id: String(fresh()),
        [name]: text,
      })),
    );
    const any = samples(
      fc.oneof(
        hostileJson,
        fc.record({ platform: hostileText, id: fc.oneof(hostileText, hostileNumber), title: hostileText }),
      ),
      200,
    );
    for (const line of [...good, ...endless, ...any]) {
      const sound = readLine(JSON.stringify(line) ?? '', folder, 1e9);
      if (typeof sound === 'string') {
        expect(sound).toMatch(/[a-z]{2}/);
        refused += 1;
        continue;
      }
      expect(await outcomeOf(() => insertSounds(open.database, [sound]))).toMatchObject({ kind: 'written' });
      expect(await readSound(open.database, sound.id)).toMatchObject({ title: sound.title });
      stored += 1;
    }
    expect(stored).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(50);
  }, 60_000);
});

async function sound(): Promise<string> {
  const read = readLine(
    JSON.stringify({ platform: 'tiktok', id: String(fresh()), title: 'original sound' }),
    folder,
    1e9,
  );
  if (typeof read === 'string') throw new Error(read);
  await insertSounds(open.database, [read]);
  return read.id;
}

describe("a person's word", () => {
  it('before the release is taken, or says why it is nothing', async () => {
    const given = fc.record(
      {
        title: fc.oneof(hostileText, hostileJson),
        artists: fc.oneof(fc.array(hostileText), hostileJson),
        isrc: fc.oneof(hostileText, hostileJson),
        releaseDate: fc.oneof(hostileDay, hostileJson),
        audioHash: hostileJson,
      },
      { requiredKeys: [] },
    );
    let taken = 0;
    for (const words of [
      ...samples(given, 200),
      ...endlessTexts.map((text) => ({ title: text, artists: [text] })),
      { title: 'T', artists: Array.from({ length: 5000 }, (_, i) => `A${i}`) },
    ]) {
      const soundId = await sound();
      const metadata = readPrerelease(words);
      if (typeof metadata === 'string') continue;
      expect(await open.activities.recordPrerelease({ soundId, metadata, by: 'ann' })).toEqual({ kind: 'accepted' });
      expect(await readState(open.database, soundId)).not.toBeNull();
      taken += 1;
    }
    expect(taken).toBeGreaterThan(50);
  }, 60_000);

  it('on a sound is accepted, or refused with the reason', async () => {
    const given = fc.record({
      decisionId: fc.oneof(hostileText, fc.uuid()),
      by: hostileText,
      note: hostileText,
      decision: fc.oneof(
        fc.record({
          kind: fc.constantFrom('match', 'reject'),
          recordingId: fc.oneof(hostileText, fc.constant('ZZANY2600001')),
        }),
        fc.record({ kind: fc.constantFrom('notMusic', 'noSuchRecording', 'abandon', 'reopen') }),
        hostileJson,
      ),
    });
    const endless = endlessTexts.map((text) => ({
      decisionId: text,
      by: text,
      note: text,
      decision: { kind: 'reject', recordingId: text },
    }));
    let said = 0;
    for (const message of [...samples(given, 300), ...endless]) {
      const decision = readDecision(message);
      if (typeof decision === 'string') continue;
      const outcome = await open.activities.recordPersonDecision({
        soundId: await sound(),
        ...decision,
        decisionId: decision.decisionId || String(fresh()),
        nowMs: Date.now(),
      });
      expect(outcome.why).toMatch(/[a-z]{2}/);
      said += 1;
    }
    expect(said).toBeGreaterThan(100);
  }, 60_000);
});

describe('what a service knows', () => {
  const entry: fc.Arbitrary<Described> = fc.record({
    provider: fc.constantFrom(...catalogueNames, ...recogniserNames),
    id: fc.oneof(hostileText, fc.uuid()),
    isrc: fc.oneof(fc.constant(null), fc.constant('ZZANY2600002'), hostileText),
    title: hostileText,
    artists: fc.array(hostileText, { maxLength: 4 }),
    version: fc.oneof(fc.constant(null), hostileText),
    album: fc.oneof(fc.constant(null), hostileText),
    upc: fc.oneof(fc.constant(null), hostileText),
    label: fc.oneof(fc.constant(null), hostileText),
    durationMs: fc.oneof(fc.constant(null), hostileNumber),
    releaseDate: fc.oneof(fc.constant(null), hostileDay),
    externalIds: fc.dictionary(hostileText, fc.array(hostileText, { maxLength: 3 }), { maxKeys: 3 }),
  });

  it('is taken or left out with the reason, entry by entry', async () => {
    const good: Described = {
      provider: 'deezer',
      id: 'good',
      isrc: null,
      title: 'Song',
      artists: ['Ann'],
      version: null,
      album: null,
      upc: null,
      label: null,
      durationMs: null,
      releaseDate: '2026-12-11',
      externalIds: {},
    };
    const endless = endlessTexts.map((text): Described => ({
      ...good,
      id: String(fresh()),
      title: text,
      artists: [text],
    }));
    const described = [...samples(entry, 300), ...endless, good];
    const { taken, refused } = await takeEntries({ database: open.database }, described, 'hash', null);
    expect(taken.length + refused.length).toBe(described.length);
    expect(taken.at(-1)?.described.id).toBe('good');
    expect(taken.length).toBeGreaterThan(50);
    for (const reason of refused) expect(reason).toMatch(/[a-z]{2}/);
  }, 60_000);
});

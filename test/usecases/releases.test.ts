// What releases come to over their life: stated, moved, changed, taken down, stated again; by messages and by listings.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesOfDelivery } from '../../store/catalogue/changes.ts';
import { deliveryProgress, remarks, startDelivery } from '../../store/catalogue/deliveries.ts';
import { recordingsWithAudio } from '../../store/catalogue/references.ts';
import { readRecords } from '../../store/sounds/records.ts';
import { keepSetting } from '../../store/settings.ts';
import { tune, wav } from '../audio/signals.ts';
import { openActivities, quietEnvironment, type OpenActivities } from '../support/activities.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';
import { ernMessage, purgeMessage, type GivenMessage } from '../support/ernMessage.ts';

let folder: string;
let open: OpenActivities;
let made = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-releases-'));
  open = openActivities({ databaseUrl: await migratedDatabaseUrl(), folder, allowedHosts: [] });
});
afterEach(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});

/** Delivers files in a folder of their own. @returns the delivery's id. */
async function deliver(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const id = `d${(made += 1)}`;
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, id, name)), { recursive: true });
    await writeFile(join(folder, id, name), content);
  }
  await startDelivery(open.database, id, join(folder, id));
  await take(id);
  return id;
}
async function take(id: string): Promise<void> {
  expect(await quietEnvironment().run(open.activities.stageDelivery, { deliveryId: id })).toEqual({ problem: null });
  await quietEnvironment().run(open.activities.indexRows, { deliveryId: id, afterLine: 0, limit: 1000 });
  await open.activities.endDelivery({ deliveryId: id, problem: null });
}

const isrc = (n: number): string => `ZZTST26000${String(n).padStart(2, '0')}`;
const track = (n: number) => ({ isrc: isrc(n), title: `Harbour Number ${n}` });
const message = (given: Partial<GivenMessage>): string => ernMessage({ tracks: [track(1)], deals: [{}], ...given });
const send = (given: Partial<GivenMessage>): Promise<string> => deliver({ 'm.xml': message(given) });
const changes = async (id: string): Promise<string[]> =>
  (await changesOfDelivery(open.database, id, 100)).map(
    ({ recordingId, what, before, after }) => `${recordingId} ${what}: ${before} → ${after}`,
  );
const said = async (id: string): Promise<string> =>
  (await remarks(open.database, id)).map((row) => `${row.state}: ${row.reason}`).join('\n');

interface Standing {
  readonly out_from: Date | null;
  readonly withdrawn_at: Date | null;
  readonly release_date: string | null;
  readonly album: string | null;
  readonly upc: string | null;
}
async function standing(id: string): Promise<Standing> {
  const { rows } = await open.database.query<Standing & Record<string, unknown>>(
    `select nullif(out_from, 'infinity') as out_from, withdrawn_at, release_date, album, upc from recordings where id = $1`,
    [id],
  );
  return rows[0]!;
}

/** A sound that is linked to a recording. */
async function link(recordingId: string): Promise<string> {
  const id = `tiktok:${(made += 1)}`;
  await open.database.query(
    `insert into sounds (id, platform, platform_sound_id, status, horizon_ms, expires_at) values ($1, 'tiktok', $2, 'matched', 1, now())`,
    [id, id.slice(7)],
  );
  await open.database.query(
    `insert into decisions (id, sound_id, decided_by, kind, accepted, why) values ($1, $1, 'rule', 'matched', true, 'x')`,
    [id],
  );
  await open.database.query(
    `insert into links (sound_id, recording_id, relation, probability, decided_by, decision_id) values ($1, $2, 'same', 1, 'rule', $1)`,
    [id, recordingId],
  );
  return id;
}
const exported = async (soundId: string) =>
  (await readRecords(open.database, { afterId: '', limit: 1, ids: [soundId] }))[0]!.record;

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('a link', () => {
  it('is made at once and published when its recording is out somewhere', async () => {
    await send({
      deals: [
        { territories: ['US'], start: inDays(20) },
        { territories: ['NZ'], start: inDays(10) },
      ],
    });
    const sound = await link(isrc(1));
    const before = await exported(sound);
    expect(before).toMatchObject({ recording: isrc(1), state: 'matched', published: false, withdrawn_at: null });
    // The first territory's midnight, in New Zealand.
    const ahead = Date.parse(before.publish_at!) - Date.now();
    expect(ahead).toBeGreaterThan(8 * 86_400_000);
    expect(ahead).toBeLessThan(10 * 86_400_000);
    await send({ created: '2026-11-02T00:00:00Z', deals: [{ territories: ['US'], start: '2020-01-01' }] });
    expect(await exported(sound)).toMatchObject({ published: true, publish_at: '2020-01-01T05:00:00.000Z' });
  });

  it('is published at once where that is wished, and never while withdrawn', async () => {
    await send({ deals: [{ start: inDays(20) }] });
    const sound = await link(isrc(1));
    await keepSetting(open.database, 'publish', 'at-once');
    expect(await exported(sound)).toMatchObject({ published: true });
    await deliver({ 'p.xml': purgeMessage({ created: '2026-11-02T00:00:00Z' }) });
    expect(await exported(sound)).toMatchObject({
      recording: isrc(1),
      state: 'matched',
      published: false,
      withdrawn_at: '2026-11-02T00:00:00.000Z',
    });
  });
});

describe('a release stated again', () => {
  it('as it was changes nothing', async () => {
    const id = await send({});
    expect(await deliveryProgress(open.database, id)).toMatchObject({ added: 1, total: 1 });
    await startDelivery(open.database, id, join(folder, id));
    await take(id);
    expect(await deliveryProgress(open.database, id)).toMatchObject({ unchanged: 1, total: 1 });
    expect(await changes(id)).toEqual([]);
  });

  it('with other deals has these and no earlier ones; a date moved later is recorded', async () => {
    await send({ deals: [{ start: '2026-12-11' }, { territories: ['NZ'], start: '2026-12-01' }] });
    expect((await standing(isrc(1))).release_date).toBe('2026-12-01');
    const id = await send({ created: '2026-11-02T00:00:00Z', deals: [{ start: '2027-01-15' }] });
    expect(await standing(isrc(1))).toMatchObject({
      release_date: '2027-01-15',
      out_from: new Date('2027-01-14T10:00:00Z'),
    });
    expect(await changes(id)).toContain(`${isrc(1)} out from: 2026-11-30T10:15:00.000Z → 2027-01-14T10:00:00.000Z`);
    const { rows } = await open.database.query(
      `select territories, starts from release_dates where recording_id = $1`,
      [isrc(1)],
    );
    expect(rows).toEqual([{ territories: ['Worldwide'], starts: '2027-01-15' }]);
  });

  it('under another title, version or code is the same recording with the change before and after', async () => {
    await send({});
    const id = await send({
      created: '2026-11-02T00:00:00Z',
      tracks: [{ ...track(1), title: 'Quite Another Name', subtitle: 'Live' }],
      title: 'Harbour Number 1',
    });
    expect(await changes(id)).toEqual([
      `${isrc(1)} title: Harbour Number 1 → Quite Another Name`,
      `${isrc(1)} version: null → Live`,
    ]);
    expect(await deliveryProgress(open.database, id)).toMatchObject({ changed: 1, added: 0 });
  });

  it('without one of its recordings withdraws that one, and says so', async () => {
    await send({ tracks: [track(1), track(2)] });
    const id = await send({ created: '2026-11-02T00:00:00Z', tracks: [track(1)] });
    expect((await standing(isrc(2))).withdrawn_at).toEqual(new Date('2026-11-02T00:00:00Z'));
    expect((await standing(isrc(1))).withdrawn_at).toBeNull();
    expect(await said(id)).toBe(`changed: no longer in it: ${isrc(2)}`);
    expect(await changes(id)).toEqual([`${isrc(2)} withdrawn: null → 2026-11-02T00:00:00.000Z`]);
  });

  it('with a recording that is refused withdraws nothing', async () => {
    await send({ tracks: [track(1), track(2)] });
    const id = await send({ created: '2026-11-02T00:00:00Z', tracks: [track(1), { ...track(2), isrc: 'nonsense' }] });
    expect((await standing(isrc(2))).withdrawn_at).toBeNull();
    expect(await said(id)).toMatch(
      /1 of its recordings were refused: what it offered before and does not name now stays/,
    );
  });

  it('by an older message that comes late is refused', async () => {
    await send({ id: 'M-2', created: '2026-11-02T00:00:00Z', deals: [{ start: '2027-01-15' }] });
    const id = await send({ id: 'M-1', created: '2026-11-01T00:00:00Z', deals: [{ start: '2026-12-11' }] });
    expect(await said(id)).toMatch(/refused: it was written at 2026-11-01.*known from a newer message \(M-2/);
    expect((await standing(isrc(1))).release_date).toBe('2027-01-15');
  });

  it('in one batch with its first version ends as the newer one has it, whatever the files are called', async () => {
    await deliver({
      'a/new.xml': message({ created: '2026-11-02T00:00:00Z', deals: [{ start: '2027-01-15' }] }),
      'z/old.xml': message({ created: '2026-11-01T00:00:00Z', deals: [{ start: '2026-12-11' }] }),
      'BatchComplete_1.xml': '<ManifestMessage/>',
    });
    expect((await standing(isrc(1))).release_date).toBe('2027-01-15');
  });
});

describe('a takedown', () => {
  it('by a purge, then the release stated again', async () => {
    await send({ deals: [{ start: '2026-12-11' }] });
    const purged = await deliver({ 'p.xml': purgeMessage({ created: '2026-12-24T08:00:00Z' }) });
    expect(await deliveryProgress(open.database, purged)).toMatchObject({ withdrawn: 1 });
    expect(await standing(isrc(1))).toMatchObject({
      withdrawn_at: new Date('2026-12-24T08:00:00Z'),
      release_date: '2026-12-11',
    });
    const late = await send({ created: '2026-12-20T00:00:00Z' });
    expect(await said(late)).toMatch(/refused/);
    expect((await standing(isrc(1))).withdrawn_at).not.toBeNull();
    const again = await send({ created: '2027-01-02T00:00:00Z', deals: [{ start: '2027-02-01' }] });
    expect(await standing(isrc(1))).toMatchObject({ withdrawn_at: null, release_date: '2027-02-01' });
    expect((await changes(again)).join()).toMatch(/offered again/);
  });

  it('by the end of its deals', async () => {
    await send({ deals: [{ start: '2026-01-01' }] });
    const id = await send({
      created: '2026-11-02T00:00:00Z',
      deals: [{ territories: ['GB'], start: '2026-01-01', end: '2026-11-30' }],
    });
    expect((await standing(isrc(1))).withdrawn_at).toEqual(new Date('2026-12-01T00:00:00Z'));
    expect((await changes(id)).join()).toMatch(/withdrawn: null → 2026-12-01/);
  });

  it('of a release that never came is kept, so that an older message does not bring it', async () => {
    await deliver({ 'p.xml': purgeMessage({ created: '2026-11-05T00:00:00Z' }) });
    const id = await send({ created: '2026-11-01T00:00:00Z' });
    expect(await said(id)).toMatch(/refused/);
    expect((await open.database.query(`select from recordings`)).rowCount).toBe(0);
  });

  it('by a listing names a recording or a barcode', async () => {
    await deliver({
      'catalogue.csv': `title,artists,isrc,upc\nHarbour,Ann,${isrc(1)},0036000291452\nWindows,Ann,${isrc(2)},0036000291452\nEngines,Ann,${isrc(3)},\n`,
    });
    const id = await deliver({
      'catalogue.csv': `action,isrc,upc,end date\ntakedown,${isrc(3)},,\ntakedown,,0036000291452,2026-12-31\ntakedown,${isrc(9)},,\n`,
    });
    expect((await standing(isrc(3))).withdrawn_at).not.toBeNull();
    expect((await standing(isrc(1))).withdrawn_at).toEqual(new Date('2026-12-30T10:00:00Z'));
    expect((await standing(isrc(2))).withdrawn_at).not.toBeNull();
    expect(await said(id)).toMatch(/withdrawn: 2 recordings of upc:36000291452[^]*refused: there is no ZZTST2600009/);
    await take(id);
    expect(await deliveryProgress(open.database, id)).toMatchObject({ withdrawn: 0, unchanged: 2, refused: 1 });
  });
});

describe('two releases of one recording', () => {
  const album = (given: Partial<GivenMessage> = {}): Promise<string> =>
    send({
      icpn: '0036000291452',
      title: 'The Album',
      tracks: [track(1), track(2)],
      deals: [{ start: '2027-02-01' }],
      ...given,
    });
  const single = (given: Partial<GivenMessage> = {}): Promise<string> =>
    send({ icpn: '4006381333931', title: 'The Single', deals: [{ start: '2026-12-11' }], ...given });

  it('make it out with the first, which also names it, whichever was delivered first', async () => {
    await album();
    await single();
    expect(await standing(isrc(1))).toMatchObject({
      release_date: '2026-12-11',
      album: 'The Single',
      upc: '4006381333931',
    });
    await album({ created: '2026-11-02T00:00:00Z' });
    expect(await standing(isrc(1))).toMatchObject({ release_date: '2026-12-11', album: 'The Single' });
    expect(await standing(isrc(2))).toMatchObject({ release_date: '2027-02-01', album: 'The Album' });
  });

  it('keep it out while one of them offers it', async () => {
    await album();
    await single();
    await deliver({ 'p.xml': purgeMessage({ icpn: '4006381333931', created: '2026-11-05T00:00:00Z' }) });
    expect(await standing(isrc(1))).toMatchObject({
      withdrawn_at: null,
      release_date: '2027-02-01',
      album: 'The Single',
    });
    await deliver({ 'p.xml': purgeMessage({ icpn: '0036000291452', created: '2026-11-06T00:00:00Z' }) });
    expect((await standing(isrc(1))).withdrawn_at).toEqual(new Date('2026-11-06T00:00:00Z'));
  });

  it('that put other tracks under its code are kept apart, and nothing is overwritten', async () => {
    await single();
    const id = await album({ tracks: [{ ...track(1), title: 'Something Else Entirely' }] });
    const { rows } = await open.database.query(`select title from recordings order by title`);
    expect(rows).toEqual([{ title: 'Harbour Number 1' }, { title: 'Something Else Entirely' }]);
    expect(await said(id)).toMatch(/ZZTST2600001 is another recording already: kept apart as ZZTST2600001~/);
    expect((await open.database.query(`select from recording_conflicts where resolved_at is null`)).rowCount).toBe(1);
  });

  it('may stand in one listing', async () => {
    const id = await deliver({
      'catalogue.csv': `title,artists,isrc,upc,release title,release_date\nHarbour,Ann,${isrc(1)},0036000291452,The Album,2027-02-01\nHarbour,Ann,${isrc(1)},4006381333931,The Single,2026-12-11\nHarbour,Ann,${isrc(1)},4006381333931,The Single,2026-12-11\n`,
    });
    expect(await standing(isrc(1))).toMatchObject({ release_date: '2026-12-11', album: 'The Single' });
    expect(await said(id)).toMatch(/the same recording \(ZZTST2600001\) is on line 3 already/);
  });
});

describe('audio', () => {
  it('that a message names and that is not there leaves the words, and what was there before', async () => {
    const uri = 'resources/a.wav';
    const first = await send({ tracks: [{ ...track(1), uri }] });
    expect(await said(first)).toMatch(/added: taken without new audio: resources\/a\.wav is not there/);
    expect(await recordingsWithAudio(open.database, [isrc(1)])).toEqual([]);
    await deliver({
      'm.xml': message({ tracks: [{ ...track(1), uri }] }),
      'resources/a.wav': wav([tune(3, 12)], 8000),
    });
    // Messages need not bring their audio again.
    await send({ created: '2026-11-03T00:00:00Z', tracks: [{ ...track(1), uri }] });
    expect(await recordingsWithAudio(open.database, [isrc(1)])).toEqual([isrc(1)]);
  });

  it('that is another file now is a change with before and after', async () => {
    const row = { isrc: isrc(1), title: 'Harbour', artists: 'Ann', file: 'a.wav' };
    const id = await deliver({ 'catalogue.jsonl': JSON.stringify(row), 'a.wav': wav([tune(3, 12)], 8000) });
    await writeFile(join(folder, id, 'a.wav'), wav([tune(4, 12)], 8000));
    await take(id);
    expect(await changes(id)).toEqual([
      expect.stringMatching(/^ZZTST2600001 audio: a\.wav \([0-9a-f]{12}\) → a\.wav \([0-9a-f]{12}\)$/),
    ]);
  });
});

describe('a listing', () => {
  const listed = (date: string, upc = ''): Promise<string> =>
    deliver({
      'catalogue.csv': `title,artists,isrc,release_date,upc\nHarbour Number 1,Ines Varga,${isrc(1)},${date},${upc}\n`,
    });

  it('without a barcode moves the date that another listing had', async () => {
    await listed('2026-12-11');
    const id = await listed('2027-01-15');
    expect((await standing(isrc(1))).release_date).toBe('2027-01-15');
    expect((await changes(id)).join()).toMatch(/release date: 2026-12-11 → 2027-01-15/);
  });

  it('without a barcode does not move the date of a release, and says why', async () => {
    await send({ deals: [{ start: '2026-12-11' }] });
    const id = await listed('2027-01-15');
    expect((await standing(isrc(1))).release_date).toBe('2026-12-11');
    expect(await said(id)).toMatch(/its dates are not taken.*upc:36000291452 has dates of its own/);
    await listed('2027-01-15', '0036000291452');
    expect((await standing(isrc(1))).release_date).toBe('2027-01-15');
  });

  it('of a release without a date is one of what is out, until somebody names a day', async () => {
    await listed('', '0036000291452');
    const sound = await link(isrc(1));
    expect(await exported(sound)).toMatchObject({ published: true, publish_at: null });
    await listed(inDays(20), '4006381333931');
    expect(await exported(sound)).toMatchObject({ published: false, publish_at: expect.any(String) as string });
  });

  it('reports the columns that it does not understand', async () => {
    const id = await deliver({ 'sheet.csv': 'Track Title;Artist;Mood\nT;A;calm\n' });
    expect((await deliveryProgress(open.database, id))?.notes).toEqual(['columns that mean nothing here: Mood']);
  });
});

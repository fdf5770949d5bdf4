// The command as a process, against real services: what people type and what programs rely on. One story in one folder; a later
// part needs what an earlier one made.

import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../store/database.ts';
import { readDecisions, readRecords, type SoundRecord } from '../../store/sounds/records.ts';
import { batchWorkflowId } from '../../domain/naming.ts';
import { ernMessage } from '../support/ernMessage.ts';
import {
  examples,
  fromLines,
  makeFolder,
  smallCatalogue,
  toLines,
  until,
  type Folder,
  type Running,
} from './servers.ts';

/** Tracks of the catalogue whose audio is indexed here. */
const withAudio = ['ZZFER1200021', 'ZZFER1200024'];
const exportKeys = [
  'platform',
  'id',
  'state',
  'isrc',
  'recording',
  'relation',
  'speed_ratio',
  'pitch_semitones',
  'offset_ms',
  'coverage',
  'probability',
  'decided_by',
  'external_ids',
  'published',
  'publish_at',
  'withdrawn_at',
  'same_recordings',
  'reasons',
];

let folder: Folder;
let services: Running;
let server: Server;
const socket = createSocketServer();
let host: string;
let sounds: string;
let catalogue: string;
let database: Database;

beforeAll(async () => {
  // Serves one clip under any path, and nothing under /gone.
  server = createServer((request, response) => {
    if (request.url === '/gone.m4a') response.writeHead(404).end();
    else if (request.url === '/away.m4a') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else response.end(readFileSync(join(examples, 'sounds', 'four-seconds.m4a')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = makeFolder({ FERMATA_AUDIO_HOSTS: host });
  sounds = join(folder.files, 'sounds.jsonl');
  catalogue = smallCatalogue(folder.files, withAudio);
  makeSounds();
});

afterAll(async () => {
  server.close();
  socket.close();
  expect(await folder.remove()).toEqual([]);
});

/** A sound as it stands, and who decided last; asked of the database, because a command costs a second of a core. */
async function look(id: string): Promise<SoundRecord & { lastWord: string | undefined }> {
  const [found] = await readRecords(database, { afterId: '', limit: 1, ids: [`tiktok:${id}`] });
  return { ...found!.record, lastWord: (await readDecisions(database, `tiktok:${id}`)).at(-1)?.decidedBy };
}

/** Each line with what it must come to: the state, and what the reasons must say. */
const expected = new Map<string, { state: string; recording?: string; says?: RegExp }>();

function makeSounds(): void {
  mkdirSync(join(folder.files, 'clips'));
  for (const clip of [
    'four-seconds.m4a',
    'silence.m4a',
    'speech.m4a',
    'corrupt.m4a',
    'empty-file.m4a',
    'not-audio.mp3',
    'teaser.m4a',
    'original-ar.m4a',
  ]) {
    copyFileSync(join(examples, 'sounds', clip), join(folder.files, 'clips', clip));
  }
  // Beside the folder of the submitted file, not in it.
  const outside = join(folder.files, '..', 'outside.m4a');
  copyFileSync(join(examples, 'sounds', 'four-seconds.m4a'), outside);
  symlinkSync(outside, join(folder.files, 'clips', 'link.m4a'));
  // Reading it would wait for ever.
  socket.listen(join(folder.files, 'clips', 'socket.m4a'));

  const lines: object[] = [];
  const add = (id: string, fields: object, comesTo: { state: string; recording?: string; says?: RegExp }): void => {
    lines.push({ platform: 'tiktok', id, title: 'original sound - somebody', author: 'somebody', ...fields });
    expected.set(id, comesTo);
  };
  const unmatchable = (says: RegExp) => ({ state: 'unmatchable', says });
  /** Could not look: it waits, and says what is missing. */
  const held = (says: RegExp) => ({ state: 'waiting', says });
  add('clip', { audio: 'clips/four-seconds.m4a' }, { state: 'matched', recording: 'ZZFER1200021' });
  add('url', { audio: `http://${host}/clip.m4a` }, { state: 'matched', recording: 'ZZFER1200021' });
  add('arabic', { audio: 'clips/original-ar.m4a' }, { state: 'matched', recording: 'ZZFER1200024' });
  add(
    'words',
    { title: 'City Blues', author: 'Robert van Herk', original: false },
    { state: 'matched', recording: 'ZZFER0500030' },
  );
  add('live', { title: "Lovin' (Live)", author: 'Gachopin', original: false }, { state: 'review' });
  add('later', { title: 'Gameplay 3', author: 'Tobias Escher', original: false }, { state: 'waiting' });
  add('teaser', { audio: 'clips/teaser.m4a' }, { state: 'waiting' });
  add('silence', { audio: 'clips/silence.m4a' }, unmatchable(/silen/i));
  add('speech', { audio: 'clips/speech.m4a' }, unmatchable(/speech|voice|talk/i));
  add('corrupt', { audio: 'clips/corrupt.m4a' }, unmatchable(/cannot be read/));
  add('empty', { audio: 'clips/empty-file.m4a' }, unmatchable(/empty|no bytes|cannot be read/));
  add('text', { audio: 'clips/not-audio.mp3' }, unmatchable(/cannot be read/));
  add('outside', { audio: '../outside.m4a' }, held(/outside the folder/));
  add('absolute', { audio: '/etc/hostname' }, held(/outside the folder/));
  add('link', { audio: 'clips/link.m4a' }, held(/outside the folder/));
  add('absent', { audio: 'clips/absent.m4a' }, held(/is not there/));
  add('folder', { audio: 'clips' }, held(/not a regular file/));
  add('socket', { audio: 'clips/socket.m4a' }, held(/not a regular file/));
  add('file-url', { audio: 'file:///etc/passwd' }, held(/not http/));
  add('host', { audio: 'http://127.0.0.1:9/clip.m4a' }, held(/not on the list of allowed hosts/));
  add('gone', { audio: `http://${host}/gone.m4a` }, held(/answered 404/));
  add('away', { audio: `http://${host}/away.m4a` }, held(/169\.254\.169\.254 is not on the list/));
  add('none', {}, unmatchable(/without audio/));
  add(
    'hostile',
    { title: '\u001b[2J\u202e|x|\n| y', author: '\ud800\u0000', payload: { 'a\u0000': '\udfff' } },
    { state: 'waiting' },
  );
  const withToken = {
    music: { tt2dsp: { tt_to_dsp_song_infos: [{ platform: 1, song_id: '9', token: 'SECRET-TOKEN' }] } },
  };
  add(
    'token',
    {
      title: 'Freezing Point',
      author: "Grady O'Connell",
      original: false,
      payload: withToken,
      access_token: 'SECRET-TOKEN',
    },
    {
      state: 'matched',
      recording: 'ZZFER0800031',
    },
  );
  writeFileSync(sounds, toLines([...lines, 'not json', { platform: 'tiktok' }, '']));
}

describe('without services', () => {
  it('every command that needs them says how to start them and is 1', async () => {
    const commands = [
      ['list', '--json'],
      ['submit', sounds],
      ['match', 'tiktok:clip', 'ZZFER1200021'],
    ];
    for (const { code, stdout, stderr } of await Promise.all(commands.map((args) => folder.run(...args)))) {
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`no services are running for ${folder.dataDir}`);
      expect(stderr).toContain('fermata up');
      expect(stderr).not.toContain('    at ');
    }
  });

  it('misuse is 2 all the same', async () => {
    const wrong = [
      ['stauts'],
      ['list', '--state', 'lost'],
      ['batch', 'start', sounds],
      ['batch', 'stop', 'night'],
      ['dismiss', 'tiktok:clip', '--because', 'boring'],
      ['prerelease', 'tiktok:clip', '--title', 'x', '--artists', 'y', '--date', '11.12.2026'],
      ['up', '--temporal-port', '70000'],
    ];
    const ended = await Promise.all(wrong.map((args) => folder.run(...args)));
    expect(ended.map((one) => [one.code, one.stdout])).toEqual(wrong.map(() => [2, '']));
  });
});

describe('fermata up', () => {
  it('starts, prints where things are, and refuses a second start on the folder', async () => {
    services = folder.start(['up', '--json']);
    await services.said('Fermata is up.');
    database = folder.database();
    const second = await folder.run('up');
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/Services already run on .*process \d+, Temporal UI at http:/);
    expect(second.stderr).not.toContain('    at ');
    expect((await folder.run('demo', '--data-dir', folder.dataDir)).stderr).toContain('services are running in');
  });

  it('serves the HTTP API, whose first token it prints once; tokens are made, listed and revoked', async () => {
    const { api, token } = await until('what up prints', 10_000, () =>
      services.printed().trim() === '' ? null : (JSON.parse(services.printed()) as { api: string; token: string }),
    );
    const ask = async (secret: string): Promise<number> =>
      (await fetch(`${api}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } })).status;
    expect(api).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask(token)).toBe(200);
    const made = await folder.json<{ token: string; secret: string }>(
      'token',
      'make',
      '--name',
      'mara',
      '--role',
      'viewer',
    );
    expect(await ask(made.secret)).toBe(200);
    const listed = await folder.json<{ name: string; role: string }[]>('token', 'list');
    expect(listed).toMatchObject([
      { name: 'mara', role: 'viewer' },
      { name: 'first', role: 'operator' },
    ]);
    expect(JSON.stringify(listed)).not.toContain(made.secret.slice(10, 20));
    expect(await folder.json('token', 'revoke', 'mara')).toEqual({ revoked: made.token });
    expect(await ask(made.secret)).toBe(401);
    expect((await folder.run('token', 'revoke', 'mara')).code).toBe(1);
    expect((await folder.run('token', 'make', '--name', 'x', '--role', 'king')).code).toBe(2);
    const { findings } = await folder.json<{ findings: { name: string; found: string }[] }>('doctor');
    expect(findings.find(({ name }) => name === 'HTTP API')).toMatchObject({
      state: 'ok',
      found: `${api}/api/v1, 1 token`,
    });
    // It comes back where it was, and opens to who was let in before.
    process.kill(folder.pidOf('api'), 'SIGKILL');
    await until('the API again', 30_000, async () => ((await ask(token)) === 200 ? true : null));
  });

  it('has nothing to try again while no sound waits: it says so, and no run is started', async () => {
    expect(await folder.json('batch', 'start', '--waiting')).toEqual({ batch: null, state: null, total: 0 });
    const { code, stdout } = await folder.run('batch', 'start', '--waiting', '--wait');
    expect([code, stdout]).toEqual([0, expect.stringContaining('no sound waits or is undecided')]);
    expect((await database.query(`select from batches`)).rows).toEqual([]);
  });
});

describe('fermata index', () => {
  it('takes the folder in; again, everything is unchanged', async () => {
    const first = await folder.json('index', catalogue);
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      state: 'done',
      problem: null,
      listing: expect.stringMatching(/catalogue\.csv$/) as string,
      total: 31,
      added: 31,
      changed: 0,
      unchanged: 0,
      withdrawn: 0,
      refused: 0,
      notes: [],
      remarks: [],
      changes: [],
    });
    expect(await folder.json('index', catalogue)).toMatchObject({
      total: 31,
      added: 0,
      changed: 0,
      unchanged: 31,
      refused: 0,
    });
  });

  it('reports refused rows with line and reason, and takes the rest', async () => {
    const bad = join(folder.files, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'noise.ogg'), 'no music');
    writeFileSync(
      join(bad, 'catalogue.csv'),
      [
        'title,artists,isrc,file',
        'Good One,Nobody,ZZTST2600001,',
        ',Nobody,,',
        'Bad Code,Nobody,123,',
        'Gone,Nobody,ZZTST2600002,gone.ogg',
        'Escape,Nobody,ZZTST2600003,../catalogue/x.ogg',
        'Good One again,Nobody,ZZTST2600001,',
        'Noise,Nobody,ZZTST2600004,noise.ogg',
      ].join('\n'),
    );
    const { remarks, ...tally } = await folder.json<{ remarks: { line: number; state: string; reason: string }[] }>(
      'index',
      bad,
    );
    expect(tally).toMatchObject({ total: 7, added: 2, refused: 5 });
    expect(remarks.map(({ line, state, reason }) => `${line} ${state}: ${reason}`)).toEqual([
      expect.stringMatching(/^3 refused: title is missing/),
      expect.stringMatching(/^4 refused: "123" is not an ISRC/),
      expect.stringMatching(/^5 refused: gone\.ogg is not there/),
      expect.stringMatching(/^6 refused: file ".*" leaves the folder/),
      expect.stringMatching(/^7 refused: the same recording \(ZZTST2600001\) is on line 2/),
      expect.stringMatching(/^8 added: taken without audio: noise\.ogg/),
    ]);
  });

  it('says what is wrong with a folder as a whole, and is 1', async () => {
    const semicolons = join(folder.files, 'semicolons');
    mkdirSync(semicolons);
    writeFileSync(join(semicolons, 'catalogue.csv'), 'name of it;whose\na;b\n');
    const [absent, empty, wrong] = await Promise.all([
      folder.run('index', join(folder.files, 'absent')),
      folder.run('index', join(folder.files, 'clips')),
      folder.run('index', semicolons, '--json'),
    ]);
    expect([absent?.code, empty?.code, wrong?.code]).toEqual([1, 1, 1]);
    expect(absent?.stderr).toContain('there is no folder');
    expect(empty?.stderr).toContain('there is no catalogue.csv or catalogue.jsonl');
    expect(wrong?.stderr).toContain('no column "title" (it has: name of it, whose)');
    expect(wrong?.stdout).toBe('');
  });

  it('reads a sheet in its own columns with what is said about it, and DDEX messages; deliveries tells what changed', async () => {
    const sheet = join(folder.files, 'sheet.csv');
    writeFileSync(
      sheet,
      Buffer.from('Songname;Artist;ISRC;Released;Mood\nÉlan;Nobody;ZZTST2600021;03/04/2027;calm\n', 'latin1'),
    );
    const how = [
      '--map',
      'Songname=title',
      '--map',
      'Released=release_date',
      '--encoding',
      'windows-1252',
      '--dates',
      'dmy',
    ];
    const taken = await folder.json<{ id: string }>('index', sheet, ...how);
    expect(taken).toMatchObject({ added: 1, refused: 0, notes: ['columns that mean nothing here: Mood'] });
    expect((await folder.run('index', sheet, '--map', 'Songname=nonsense')).code).toBe(2);

    const batch = join(folder.files, 'ddex');
    mkdirSync(batch);
    const track = { isrc: 'ZZTST2600022', title: 'Elsewhere', artists: ['Nobody'] };
    writeFileSync(join(batch, '1.xml'), ernMessage({ tracks: [track], deals: [{ start: '2027-05-06' }] }));
    expect(await folder.json('index', batch)).toMatchObject({ added: 1, changes: [] });
    writeFileSync(
      join(batch, '2.xml'),
      ernMessage({ id: 'M-2', created: '2026-11-02T00:00:00Z', tracks: [track], deals: [{ start: '2027-06-07' }] }),
    );
    const { id } = await folder.json<{ id: string }>('index', batch);
    const shown = await folder.json<{ changes: { what: string; after: string }[] }>('deliveries', id.slice(0, 8));
    expect(shown.changes).toContainEqual(
      expect.objectContaining({ what: 'out from', after: '2027-06-06T10:00:00.000Z' }) as object,
    );
    const all = await folder.json<{ id: string; state: string }[]>('deliveries');
    expect(all.map((one) => one.id)).toEqual(expect.arrayContaining([taken.id, id]) as string[]);
    const { code, stdout } = await folder.run('deliveries', id);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ZZTST2600022 +out from +2027-05-05T10:00:00.000Z → 2027-06-06T10:00:00.000Z/);
    expect((await folder.run('deliveries', 'ffffffff')).stderr).toContain('there is no delivery ffffffff');
  });

  it('watches a folder, takes what comes in when it is complete, and what changes', async () => {
    const incoming = join(folder.files, 'incoming');
    mkdirSync(join(incoming, 'one'), { recursive: true });
    const watching = folder.start(['index', incoming, '--watch', '--settle', '1']);
    let printed = '';
    watching.child.stdout?.on('data', (text: string) => (printed += text));
    await watching.said('watching');
    const listing = join(incoming, 'one', 'catalogue.csv');
    writeFileSync(join(incoming, 'one', 'late.wav.part'), 'not all of it');
    writeFileSync(listing, 'title,artists,isrc\nComing In,Nobody,ZZTST2600031\n');
    mkdirSync(join(incoming, 'two'));
    writeFileSync(join(incoming, 'two', 'catalogue.csv'), 'title,artists,isrc\nRight Away,Nobody,ZZTST2600032\n');
    writeFileSync(join(incoming, 'two', '.complete'), '');
    const known = async (isrc: string): Promise<string | null> =>
      (await folder.database().query<{ title: string }>(`select title from recordings where id = $1`, [isrc])).rows[0]
        ?.title ?? null;
    await until('the complete delivery', 60_000, () => known('ZZTST2600032'));
    // An upload under way holds its delivery back.
    expect(await known('ZZTST2600031')).toBeNull();
    rmSync(join(incoming, 'one', 'late.wav.part'));
    await until('the delivery at rest', 60_000, () => known('ZZTST2600031'));
    writeFileSync(listing, 'title,artists,isrc\nCame In,Nobody,ZZTST2600031\n');
    await until('the change', 60_000, async () => ((await known('ZZTST2600031')) === 'Came In' ? true : null));
    await until('the report', 60_000, () => (/1 added[^]*1 changed/.test(printed) ? true : null));
    watching.child.kill('SIGINT');
    expect((await watching.ended).code).toBe(0);
  });
});

describe('fermata submit', () => {
  it('takes each line once, from a file and from standard input, and names the lines that are no sounds', async () => {
    const first = await folder.json<{ submitted: number; known: number; refused: object[]; sounds: string[] }>(
      'submit',
      sounds,
    );
    expect(first).toMatchObject({ submitted: expected.size, known: 0 });
    expect(first.sounds).toContain('tiktok:clip');
    expect(first.refused).toEqual([
      { line: expected.size + 1, place: `line ${expected.size + 1}`, problem: 'not valid JSON' },
      {
        line: expected.size + 2,
        place: `line ${expected.size + 2}`,
        problem: expect.stringContaining('id is missing') as string,
      },
    ]);
    expect(await folder.json('submit', sounds)).toMatchObject({ submitted: 0, known: expected.size });

    const input = '\uFEFF{"platform":"tiktok","id":7123456789012345678,"title":"original sound"}\r\n';
    const piped = await folder.start(['submit', '-', '--json'], { input }).ended;
    expect(JSON.parse(piped.stdout)).toMatchObject({ submitted: 1, sounds: ['tiktok:7123456789012345678'] });
    expected.set('7123456789012345678', { state: 'unmatchable', says: /without audio/ });

    const nothing = await folder.start(['submit', '-'], { input: 'nonsense\n' }).ended;
    expect([nothing.code, nothing.stdout]).toEqual([1, expect.stringContaining('line 1: not valid JSON') as string]);
    expect((await folder.run('submit', 'absent.jsonl')).stderr).toContain('there is no file absent.jsonl');
  });
});

let records: Map<string, SoundRecord>;

describe('watch, list, export, status', () => {
  it('watch --idle shows each sound until none is in its first attempt', async () => {
    const { code, stdout } = await folder.run('watch', '--idle', '--json');
    expect(code).toBe(0);
    const last = new Map(fromLines<SoundRecord>(stdout).map((record) => [record.id, record.state]));
    expect([...last.keys()].sort()).toEqual([...expected.keys()].sort());
    expect([...last.values()]).not.toContain('submitted');
  });

  it('export --json writes one line a sound with exactly the keys that were promised', async () => {
    const { code, stdout } = await folder.run('export', '--json');
    expect(code).toBe(0);
    const lines = fromLines<SoundRecord>(stdout);
    for (const line of lines) expect(Object.keys(line)).toEqual(exportKeys);
    records = new Map(lines.map((line) => [line.id, line]));
    expect(records.size).toBe(expected.size);
    expect(stdout).not.toContain('SECRET-TOKEN');
  });

  it('each sound, also of the worst input, is in its state with a reason that a person can read', () => {
    for (const [id, { state, recording, says }] of expected) {
      const record = records.get(id)!;
      expect(`${id}: ${record.state} ${record.recording ?? ''}`).toBe(`${id}: ${state} ${recording ?? ''}`);
      expect(record.reasons[0]?.length).toBeGreaterThan(10);
      if (says !== undefined) expect(`${id}: ${record.reasons.join(' ')}`).toMatch(says);
      if (state === 'matched') {
        expect(record).toMatchObject({ isrc: recording, decided_by: 'rule' });
        expect(record.probability).toBeGreaterThan(0.9);
      }
    }
    expect(records.get('clip')).toMatchObject({ relation: 'same' });
    expect(Math.abs((records.get('clip')?.offset_ms ?? 0) - 44_000)).toBeLessThanOrEqual(100);
  });

  it('no token is in the database', async () => {
    const { rows } = await database.query(`select 1 from sounds where sounds::text like '%SECRET-TOKEN%'`);
    expect(rows).toEqual([]);
  });

  it('list shows one state; export without --json is tab-separated; a reader may leave early', async () => {
    const [waiting, table, tabs] = await Promise.all([
      folder.json<SoundRecord[]>('list', '--state', 'waiting'),
      folder.run('list', '--state', 'review'),
      folder.run('export', '--state', 'matched'),
    ]);
    expect(waiting.map((record) => record.id).sort()).toEqual(
      [...expected.keys()].filter((id) => expected.get(id)!.state === 'waiting').sort(),
    );
    for (const record of waiting) expect(Date.parse(record.next_attempt_at ?? '')).toBeGreaterThan(Date.now());
    expect(table.stdout).toContain('tiktok:live');
    expect(table.stdout.trimEnd().split('\n')).toHaveLength(3);
    for (const row of tabs.stdout.trimEnd().split('\n')) expect(row.split('\t')).toHaveLength(8);
    expect(tabs.stdout.split('\n')).toHaveLength(
      [...expected.values()].filter((one) => one.state === 'matched').length + 1,
    );
    const left = folder.start(['export', '--json']);
    left.child.stdout?.destroy();
    expect(await left.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('status tells the whole story of a sound, by its id alone too, and of the hostile one without steering the terminal', async () => {
    const [told, story, unknown] = await Promise.all([
      folder.json<SoundRecord & { evidence: { source: string }[]; decisions: object[]; page: string }>(
        'status',
        'clip',
      ),
      folder.run('status', 'tiktok:arabic'),
      folder.run('status', 'tiktok:nobody'),
    ]);
    expect(told).toMatchObject({ id: 'clip', title: 'original sound - somebody', recording: 'ZZFER1200021' });
    expect(told.evidence.map((row) => row.source).sort()).toEqual(['audio', 'metadata']);
    expect(told.decisions).toHaveLength(1);
    expect(told.page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/sound%3Atiktok%3Aclip$/);
    expect(story.stdout).toMatch(/tiktok:arabic .*\nmatched: .*\nlink: ZZFER1200024, same, speed 1\.000/);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('there is no sound tiktok:nobody');
  });
});

describe('a person', () => {
  const decide = async (...args: string[]) => {
    const { code, stdout, stderr } = await folder.run(...args, '--json');
    return { code, answer: JSON.parse(stdout) as { accepted: boolean; why?: string } & Partial<SoundRecord>, stderr };
  };

  it('matches an undecided sound; the same decision id counts once', async () => {
    const args = ['match', 'tiktok:live', 'ZZFER1200024', '--by', 'mara', '--note', 'the take', '--decision-id', 'd1'];
    const matched = { accepted: true, id: 'live', state: 'matched', recording: 'ZZFER1200024', decided_by: 'person' };
    expect(await decide(...args)).toMatchObject({ code: 0, answer: matched });
    expect(await decide(...args)).toMatchObject({ code: 0, answer: matched });
    const decisions = await readDecisions(database, 'tiktok:live');
    expect(decisions.filter((one) => one.decidedBy === 'person')).toHaveLength(1);
    const elsewhere = await decide('match', 'tiktok:later', 'ZZFER1200024', '--decision-id', 'd1');
    expect(elsewhere).toMatchObject({ code: 1, answer: { accepted: false } });
    expect(elsewhere.stderr).toMatch(/refused: .*d1 was used for tiktok:live/);
  });

  it('rejects what the machine linked: it is never linked to it again', async () => {
    expect(await decide('reject', 'tiktok:url', 'ZZFER1200021')).toMatchObject({ code: 0, answer: { accepted: true } });
    await until('the next attempt', 60_000, async () => ((await look('url')).lastWord === 'rule' ? true : null));
    expect(await folder.json('status', 'url')).toMatchObject({
      state: 'waiting',
      recording: null,
      rejected: ['ZZFER1200021'],
    });
  });

  it('dismisses, abandons, reopens; what makes no sense is refused with the reason and is 1', async () => {
    expect(await decide('dismiss', 'tiktok:url', '--because', 'not-music')).toMatchObject({
      code: 0,
      answer: { state: 'dismissed' },
    });
    expect(await decide('abandon', 'tiktok:later', '--note', 'deleted')).toMatchObject({
      code: 0,
      answer: { state: 'abandoned' },
    });
    const [again, open, unknown, retried, late] = await Promise.all([
      decide('abandon', 'tiktok:later'),
      decide('reopen', 'tiktok:teaser'),
      folder.run('match', 'tiktok:later', 'ZZXXX9999999'),
      folder.run('retry', 'tiktok:later'),
      folder.run('prerelease', 'tiktok:clip', '--title', 'x', '--artists', 'y'),
    ]);
    expect(again).toMatchObject({
      code: 1,
      answer: { accepted: false, why: expect.stringMatching(/already settled \(abandoned\)/i) as string },
    });
    expect(open).toMatchObject({
      code: 1,
      answer: { accepted: false, why: expect.stringMatching(/not settled/i) as string },
    });
    expect([unknown?.code, retried?.code, late?.code]).toEqual([1, 1, 1]);
    expect(unknown?.stderr).toContain('there is no recording ZZXXX9999999');
    expect(retried?.stderr).toContain('fermata reopen tiktok:later');
    expect(late?.stderr).toContain('tiktok:clip is matched');

    expect(await decide('reopen', 'tiktok:later')).toMatchObject({ code: 0, answer: { accepted: true } });
    await until('the reopened sound', 60_000, async () => {
      const { state, lastWord } = await look('later');
      return state === 'waiting' && lastWord === 'rule' ? true : null;
    });
  });

  it('retries a waiting sound now', async () => {
    const before = await look('later');
    expect(await folder.json('retry', 'later')).toEqual({ retried: 'tiktok:later' });
    await until('the attempt', 60_000, async () => ((await look('later')).attempts > before.attempts ? true : null));
  });

  it('hands in an unreleased track with its audio, and the sound that teases it is linked', async () => {
    const audio = join(examples, 'release', 'k-pone-motorway.ogg');
    const said = ['--title', 'Motorway', '--artists', 'K-Pone', '--isrc', 'ZZFER2600032', '--date', '2026-12-11'];
    expect(await folder.json('prerelease', 'tiktok:teaser', ...said, '--audio', audio)).toMatchObject({
      sound: 'tiktok:teaser',
    });
    await until('the link', 90_000, async () => ((await look('teaser')).isrc === 'ZZFER2600032' ? true : null));
    // Nobody has delivered it: it is linked, and not published.
    expect(await look('teaser')).toMatchObject({
      recording: expect.stringMatching(/^prerelease:/) as string,
      published: false,
    });
    expect((await folder.run('prerelease', 'tiktok:later', ...said, '--audio', 'absent.ogg')).stderr).toContain(
      'there is no file',
    );
  });
});

describe('fermata batch', () => {
  const lines = (n: number, name: string, from = 0): string => {
    const path = join(folder.files, `${name}.jsonl`);
    writeFileSync(
      path,
      toLines(
        Array.from({ length: n }, (_, i) => ({
          platform: 'tiktok',
          id: `${name}-${i + from}`,
          title: 'City Blues',
          author: 'Robert van Herk',
        })),
      ),
    );
    return path;
  };
  interface Report {
    readonly batch: string;
    readonly state: string;
    readonly total: number;
    readonly refused: number;
    readonly states: Record<string, number>;
    readonly problems: object[];
  }

  it('start --wait runs to the end and reports; one bad line does not stop it; starting it again is harmless', async () => {
    const path = lines(5, 'small');
    writeFileSync(path, `nonsense\n${readFileSync(path, 'utf8')}\n{"platform":"tiktok"}\n`);
    const report = await folder.json<Report>('batch', 'start', path, '--name', 'small', '--wait');
    expect(report).toMatchObject({ state: 'done', total: 7, refused: 2, states: { matched: 5 } });
    expect(report.problems).toHaveLength(2);
    expect(await folder.json('batch', 'start', path, '--name', 'small', '--wait')).toMatchObject({
      state: 'done',
      states: { matched: 5 },
    });
  });

  it('start under the name of another file of the day is refused instead of losing lines', async () => {
    const { code, stderr } = await folder.run('batch', 'start', lines(3, 'other'), '--name', 'small');
    expect(code).toBe(1);
    expect(stderr).toMatch(/small.*another file.*--name/s);
  });

  it('pauses, resumes, cancels; an ended run has nothing to do', async () => {
    const started = await folder.json<Report>(
      'batch',
      'start',
      lines(120, 'long'),
      '--name',
      'long',
      '--concurrency',
      '2',
    );
    expect(started).toMatchObject({ state: 'running', total: 120 });
    expect(await folder.json('batch', 'pause', 'long')).toMatchObject({ state: 'paused' });
    const settled = async (): Promise<number> => {
      const { rows } = await database.query<{ n: number }>(
        `select count(*)::integer as n from sounds where platform_sound_id like 'long-%' and status <> 'submitted'`,
      );
      return rows[0]?.n ?? 0;
    };
    // What was under way when it paused may still end.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const atPause = await settled();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await settled()).toBe(atPause);
    expect(atPause).toBeLessThan(120);
    expect(await folder.json('batch', 'resume', 'long')).toMatchObject({ state: 'running' });
    await until('progress', 60_000, async () => ((await settled()) > atPause ? true : null));
    expect(await folder.json('batch', 'cancel', 'long')).toMatchObject({ state: 'cancelled' });
    const ended = await folder.run('batch', 'pause', 'long');
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('has ended') as string]);
    expect((await folder.run('batch', 'status', 'nothing')).stderr).toContain('there is no bulk run nothing');
    const story = await folder.run('batch', 'status', 'long');
    expect(story.stdout).toMatch(/^long:\d{4}-\d\d-\d\d: cancelled, \d+ of 120 sounds tried/);
    expect(story.stderr).toContain(encodeURIComponent(batchWorkflowId(started.batch)));
  });

  it('start of a cancelled run goes on with what is left', async () => {
    const path = join(folder.files, 'long.jsonl');
    expect(await folder.json('batch', 'start', path, '--name', 'long', '--wait')).toMatchObject({
      state: 'done',
      states: { matched: 120 },
    });
  });
});

describe('the end', () => {
  it('SIGINT ends everything; a new start finds the state; SIGTERM ends everything', async () => {
    const count = async (): Promise<number> => (await folder.json<SoundRecord[]>('list', '--limit', '1000')).length;
    const before = await count();
    services.child.kill('SIGINT');
    const { code, stdout } = await services.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ui: expect.stringContaining('http') as string,
      data_dir: folder.dataDir,
    });
    await until('all to end', 15_000, () => (folder.processes().length === 0 ? true : null));

    services = await folder.up();
    expect(await count()).toBe(before);
    const watching = folder.start(['watch']);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    services.child.kill('SIGTERM');
    expect((await services.ended).code).toBe(0);
    const { code: watched, stderr } = await watching.ended;
    expect(watched).toBe(1);
    expect(stderr).toContain('services');
    expect(stderr).not.toContain('    at ');
    await until('all to end', 15_000, () => (folder.processes().length === 0 ? true : null));
  });
});

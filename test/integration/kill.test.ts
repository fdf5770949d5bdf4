// kill -9 of each process in the middle of a bulk run: every sound ends where it would have ended, once.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findServers } from '../../platform/servers/index.ts';
import { examples, makeFolder, smallCatalogue, toLines, until, type Folder } from './servers.ts';

interface Kind {
  readonly times: number;
  readonly line: object;
  readonly state: string;
  readonly recording: string | null;
}

const userMade = { title: 'original sound - somebody', author: 'somebody', original: true };
const clip = (name: string) => ({ ...userMade, audio: `clips/${name}` });
const official = (title: string, author: string) => ({ title, author, original: false });
/** 200 sounds whose truth is known from the examples: some to be heard, most to be read, so that it takes about a minute. */
const kinds: readonly Kind[] = [
  { times: 25, line: clip('four-seconds.m4a'), state: 'matched', recording: 'ZZFER1200021' },
  { times: 20, line: clip('original-ar.m4a'), state: 'matched', recording: 'ZZFER1200024' },
  { times: 10, line: clip('teaser.m4a'), state: 'waiting', recording: null },
  { times: 10, line: clip('silence.m4a'), state: 'unmatchable', recording: null },
  { times: 10, line: clip('not-audio.mp3'), state: 'unmatchable', recording: null },
  { times: 5, line: clip('absent.m4a'), state: 'waiting', recording: null },
  { times: 50, line: official('City Blues', 'Robert van Herk'), state: 'matched', recording: 'ZZFER0500030' },
  { times: 30, line: official('Freezing Point', "Grady O'Connell"), state: 'matched', recording: 'ZZFER0800031' },
  { times: 20, line: official("Lovin' (Live)", 'Gachopin'), state: 'review', recording: null },
  { times: 20, line: official('Gameplay 3', 'Tobias Escher'), state: 'waiting', recording: null },
];

let folder: Folder;
/** What each sound must come to, by its id. */
const truth = new Map<string, string>();

beforeAll(async () => {
  folder = makeFolder();
  const clips = join(folder.files, 'clips');
  mkdirSync(clips);
  for (const name of ['four-seconds.m4a', 'original-ar.m4a', 'teaser.m4a', 'silence.m4a', 'not-audio.mp3'])
    copyFileSync(join(examples, 'sounds', name), join(clips, name));
  // Kinds are mixed, so that each kill meets some of each.
  const longest = Math.max(...kinds.map((kind) => kind.times));
  const lines: object[] = [];
  for (let round = 0; round < longest; round += 1) {
    for (const [i, { times, line, state, recording }] of kinds.entries()) {
      if (round >= times) continue;
      const id = `${i}-${round}`;
      lines.push({ platform: 'tiktok', id, ...line });
      truth.set(id, `${state} ${recording ?? ''}`);
    }
  }
  writeFileSync(join(folder.files, 'sounds.jsonl'), toLines(lines));
});

afterAll(async () => expect(await folder.remove()).toEqual([]));

it('of the workers, of Temporal, of Postgres and of the supervisor loses nothing and doubles nothing', async () => {
  let services = await folder.up();
  await folder.json('index', smallCatalogue(folder.files, ['ZZFER1200021', 'ZZFER1200024']));
  expect(truth.size).toBe(200);
  await folder.json('batch', 'start', 'sounds.jsonl', '--name', 'killed', '--concurrency', '30');

  let database = folder.database();
  const tried = async (): Promise<number> =>
    (await database.query<{ n: number }>(`select count(*)::integer as n from sounds where status <> 'submitted'`))
      .rows[0]!.n;
  const moved = (to: number): Promise<unknown> =>
    until(`${to} sounds tried`, 120_000, async () => ((await tried()) >= to ? true : null));
  /** Kills a service and waits until the supervisor has started it again. */
  const kill = async (name: string): Promise<void> => {
    const pid = folder.pidOf(name);
    process.kill(pid, 'SIGKILL');
    await until(`${name} again`, 60_000, () => (folder.pidOf(name) !== pid && folder.pidOf(name) !== 0 ? true : null));
  };

  await moved(10);
  await kill('worker');
  await moved(40);
  await kill('temporal');
  await moved(70);
  await kill('postgres');
  await moved(100);
  await kill('audio-worker-1');
  await moved(120);
  services.child.kill('SIGKILL');
  expect((await services.ended).code).toBe('SIGKILL');
  const before = await tried().catch(() => null);
  // It must have been the middle of the run, or this test shows nothing.
  if (before !== null) expect(before).toBeLessThan(200);
  services = await folder.up();
  database = folder.database();
  expect(await tried()).toBeLessThan(200);
  await until('the run to be done', 180_000, async () =>
    (await folder.json<{ state: string }>('batch', 'status', 'killed')).state === 'done' ? true : null,
  );

  const { rows } = await database.query<{ id: string; status: string; attempts: number; recording: string | null }>(
    `select s.platform_sound_id as id, s.status, s.attempts, l.recording_id as recording
       from sounds s left join links l on l.sound_id = s.id and l.superseded_at is null`,
  );
  const found = new Map(rows.map((row) => [row.id, `${row.status} ${row.recording ?? ''}`]));
  const wrong = [...truth]
    .filter(([id, should]) => found.get(id) !== should)
    .map(([id, should]) => `${id}: ${found.get(id)}, should be ${should}`);
  expect(wrong).toEqual([]);
  // One attempt each, one decision an attempt, one link a match: whatever was repeated was repeated without a trace.
  expect(rows.filter((row) => row.attempts !== 1)).toEqual([]);
  const counted = await database.query<{ decisions: number; decided: number; links: number; evidence: number }>(
    `select (select count(*) from decisions)::integer as decisions, (select count(distinct sound_id) from decisions)::integer as decided,
            (select count(*) from links)::integer as links, (select count(*) from evidence where attempt <> 1)::integer as evidence`,
  );
  expect(counted.rows[0]).toEqual({ decisions: 200, decided: 200, links: 125, evidence: 0 });

  const { temporal } = findServers(folder.dataDir)!;
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const count = async (query: string): Promise<number> => (await client.workflow.count(query)).count;
  try {
    // The list follows what happened, a moment later.
    const listed = (should: number, query: string): Promise<unknown> =>
      until(`${should} workflows with ${query}`, 30_000, async () => ((await count(query)) === should ? true : null));
    // 125 linked and 20 unmatchable sounds have ended; 35 waiting and 20 undecided ones stay open.
    await listed(145, `WorkflowType = 'reconcileSound' and ExecutionStatus = 'Completed'`);
    await listed(55, `WorkflowType = 'reconcileSound' and ExecutionStatus = 'Running'`);
    await listed(1, `WorkflowType = 'reconcileBatch' and ExecutionStatus = 'Completed'`);
    await listed(35, `FermataStatus = 'waiting'`);
    expect(await count(`WorkflowType = 'reconcileSound'`)).toBe(200);
  } finally {
    await connection.close();
  }
});

// The whole of it on the examples: servers, catalogue, a bulk run, a release that wakes its teasers, a decision by a person.

import { readFile, rm, stat, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecords, type SoundRecord } from '../../store/sounds/records.ts';
import { soundId, soundWorkflowId } from '../../domain/naming.ts';
import { isSettled } from '../../domain/sound.ts';
import { readConfig } from '../../platform/config/index.ts';
import { findServers, type RunningServers } from '../../platform/servers/index.ts';
import { expectWords, type Call, type Command } from '../command.ts';
import { Failed } from '../../domain/failures.ts';
import { pageOf, withConnections, type Connections } from '../../app/connection.ts';
import { table } from '../terminal.ts';
import { followBatch, startBatch } from './batch.ts';
import { indexFolder } from './index.ts';
import { soundHeader, soundRow } from './list.ts';
import { startEverything } from './up.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const defaultFolder = '.fermata-demo';
/** The demo wipes its folder at the start, and only a folder that it made. */
const marker = 'made-by-fermata-demo';

/** What a sound of the examples should come to; see examples/README.md. */
export interface Truth {
  readonly platform: string;
  readonly id: string;
  readonly state: SoundRecord['state'];
  readonly recording: string | null;
  readonly relation: string | null;
  readonly speed_ratio: number | null;
  readonly offset_ms: number | null;
  readonly kind: string;
  readonly after_release?: { readonly state: SoundRecord['state']; readonly recording: string };
  readonly decide?: string;
}

export const readTruth = async (): Promise<Truth[]> =>
  (await readFile(join(examples, 'truth.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Truth);

/** right: in the state, and linked to the recording, that the truth says · wrong: linked to another recording, or linked at all · missed: the rest. */
export function judge(
  record: Pick<SoundRecord, 'state' | 'recording'>,
  truth: Pick<Truth, 'state' | 'recording'>,
): 'right' | 'wrong' | 'missed' {
  if (record.recording !== null && record.recording !== truth.recording) return 'wrong';
  return record.state === truth.state && record.recording === truth.recording ? 'right' : 'missed';
}

async function prepareFolder(folder: string): Promise<void> {
  if (findServers(folder) !== null)
    throw new Failed(
      `services are running in ${folder}`,
      'stop them, or give the demo a folder of its own with --data-dir',
    );
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  if (
    exists &&
    !(await stat(join(folder, marker)).then(
      () => true,
      () => false,
    ))
  ) {
    throw new Failed(
      `${folder} was not made by the demo, so it is not wiped`,
      'give the demo a folder of its own with --data-dir',
    );
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, marker), 'fermata demo wipes this folder when it starts\n');
}

export const demo: Command = {
  name: 'demo',
  summary:
    'See the whole of it on the examples: sounds become links, a teaser is woken by its release, a person decides one.',
  words: '',
  options: {},
  notes: `State is kept in ${defaultFolder} (wiped at each start), so that you can look at it afterwards:\n  fermata up --data-dir ${defaultFolder}`,
  examples: ['fermata demo', 'fermata demo --json > demo.json'],
  async run(call) {
    expectWords(call);
    const config =
      call.flags['data-dir'] === undefined && process.env.FERMATA_DATA_DIR === undefined
        ? readConfig({ flags: { 'data-dir': defaultFolder } })
        : call.config;
    await prepareFolder(config.dataDir);
    const startedAt = Date.now();
    const servers = await startEverything(config, { onProgress: (text) => call.terminal.talk(text), audioWorkers: 1 });
    const memory = watchMemory(servers);
    try {
      const failed = servers.stopped.then((end) => {
        throw end.kind === 'failed' ? end.error : new Failed('the demo was stopped');
      });
      const story = withConnections(config, (open) => tellStory(call, open));
      failed.catch(() => {});
      const told = await Promise.race([story, failed]);
      return report(call, told, (Date.now() - startedAt) / 1000, memory.stop(), config.dataDir);
    } finally {
      memory.stop();
      call.terminal.settle();
      await servers.stop();
    }
  },
};

/** The most that all processes together held, in MB, sampled once a second. */
function watchMemory(servers: RunningServers): { stop(): number } {
  let peak = 0;
  const sample = (): void => {
    peak = Math.max(
      peak,
      servers.memory().reduce((sum, row) => sum + row.residentBytes, 0),
    );
  };
  const timer = setInterval(sample, 1000);
  return {
    stop() {
      clearInterval(timer);
      return peak / 2 ** 20;
    },
  };
}

interface Told {
  readonly truths: readonly Truth[];
  readonly records: ReadonlyMap<string, SoundRecord>;
  readonly woken: readonly string[];
  readonly decided: readonly string[];
  readonly pages: readonly (readonly [string, string])[];
}

async function tellStory(call: Call, connections: Connections): Promise<Told> {
  const { terminal } = call;
  const truths = await readTruth();
  const idOf = (truth: Truth): string => soundId(truth.platform, truth.id);

  terminal.talk('\n1  The catalogue: tracks by real artists, indexed by their audio');
  await indexFolder(connections, join(examples, 'catalogue'), terminal);

  terminal.talk('\n2  The sounds: one workflow each, started by a bulk run');
  const file = join(examples, 'sounds.jsonl');
  const batchId = await startBatch(
    connections,
    { file, name: 'demo', concurrency: 50, horizonDays: call.config.horizonDays },
    terminal,
  );
  await followBatch(connections, batchId, terminal);
  if (!call.json) terminal.out(soundTable([...(await records(connections)).values()]));

  const teasers = truths.filter((truth) => truth.after_release !== undefined).map(idOf);
  terminal.talk(`\n3  A release: the track that ${teasers.length} waiting sounds tease enters the catalogue`);
  const waitingBefore = [...(await records(connections))]
    .filter(([id, record]) => teasers.includes(id) && record.state === 'waiting')
    .map(([id]) => id);
  const released = Date.now();
  await indexFolder(connections, join(examples, 'release'), terminal);
  const woken = await until(60_000, async () => {
    const { rows } = await connections.database.query<{ id: string }>(
      `select id from sounds where id = any($1) and status = 'matched' and woken_by is not null`,
      [waitingBefore],
    );
    return rows.length === waitingBefore.length ? rows.map((row) => row.id) : null;
  });
  terminal.talk(
    woken === null
      ? '   the teasers were not linked within a minute'
      : `   ${woken.length} teasers linked ${((Date.now() - released) / 1000).toFixed(1)} s after the delivery began, woken by it; their own timers would have come minutes later`,
  );

  const toDecide = truths.filter((truth) => truth.decide !== undefined);
  terminal.talk(
    `\n4  A person decides ${toDecide.length === 1 ? 'the sound' : 'the sounds'} that the machine would not`,
  );
  const decided: string[] = [];
  for (const truth of toDecide) {
    const answer = await connections.reconciliation.decide(
      idOf(truth),
      { kind: 'match', recordingId: truth.decide! },
      { by: 'the demo', note: 'listened to both', decisionId: `demo:${idOf(truth)}` },
    );
    terminal.talk(`   ${idOf(truth)}: ${answer.kind}, ${answer.why}`);
    if (answer.kind === 'accepted') decided.push(idOf(truth));
  }

  const pages: [string, string][] = [];
  const show = (what: string, id: string | undefined): void => {
    const page = id === undefined ? null : pageOf(connections, soundWorkflowId(id));
    if (page !== null) pages.push([what, page]);
  };
  const after = await records(connections);
  show(
    'a sound that waits',
    [...after].find(([, record]) => !isSettled({ status: record.state }) && record.state === 'waiting')?.[0],
  );
  show('a teaser, woken by its release', woken?.[0]);
  show('the sound that was decided', decided[0]);
  return { truths, records: after, woken: woken ?? [], decided, pages };
}

const soundTable = (rows: readonly SoundRecord[]): string => table(soundHeader, rows.map(soundRow));

async function records(connections: Connections): Promise<Map<string, SoundRecord>> {
  const rows = await readRecords(connections.database, { afterId: '', limit: 10_000 });
  return new Map(rows.map((row) => [row.soundId, row.record]));
}

async function until<T>(limitMs: number, look: () => Promise<T | null>): Promise<T | null> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function report(call: Call, told: Told, seconds: number, memoryMb: number, folder: string): number {
  const tally = { right: 0, wrong: 0, missed: 0 };
  const misses: string[] = [];
  for (const truth of told.truths) {
    const id = soundId(truth.platform, truth.id);
    const expected =
      truth.after_release ??
      (truth.decide === undefined ? truth : { state: 'matched' as const, recording: truth.decide });
    const record = told.records.get(id) ?? null;
    const verdict = record === null ? 'missed' : judge(record, expected);
    tally[verdict] += 1;
    if (verdict !== 'right') {
      misses.push(
        `   ${verdict}: ${id} (${truth.kind}) is ${record?.state ?? 'absent'} ${record?.recording ?? ''}, should be ${expected.state} ${expected.recording ?? ''}`,
      );
    }
  }
  const memory = Math.round(memoryMb);
  if (call.json) {
    const sounds = [...told.records.values()].map(
      ({ next_attempt_at: _next, attempts: _attempts, ...exported }) => exported,
    );
    call.terminal.out(
      JSON.stringify({
        sounds,
        ...tally,
        woken: told.woken,
        decided: told.decided,
        seconds: Math.round(seconds * 10) / 10,
        memory_mb: memory,
      }),
    );
  } else {
    call.terminal.out('');
    call.terminal.out(
      soundTable(
        [...told.records.values()].filter((record) =>
          told.woken.concat(told.decided).includes(soundId(record.platform, record.id)),
        ),
      ),
    );
    call.terminal.out(
      `\n${tally.right} right, ${tally.wrong} wrong, ${tally.missed} missed; ${seconds.toFixed(0)} s; at most ${memory} MB in all processes`,
    );
  }
  for (const line of misses) call.terminal.talk(line);
  call.terminal.talk(`\nLook at it: start the services again with\n  npx fermata up --data-dir ${folder}\nand open`);
  for (const [what, page] of told.pages) call.terminal.talk(`  ${page}   ${what}`);
  return tally.wrong === 0 && tally.missed === 0 ? 0 : 1;
}

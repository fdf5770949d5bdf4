// `npm run evaluate -- api [--seconds 60] [--per-second 200] [--sounds 100000]`: the HTTP API of real servers at a fixed rate.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEverything } from '../../cli/commands/up.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { createClient, type Client } from '../../examples/client/fermata.ts';
import { ProblemError } from '../../examples/client/http.ts';
import type { RunningServers } from '../../platform/servers/index.ts';
import { makeFirstToken } from '../../store/access/tokens.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readOrSay, wholeNumber } from '../options.ts';
import { cpuMsEach, cpuSeconds } from '../throughput/cpu.ts';
import { ownConfig, postgresVersion, readConditions, type Conditions } from '../throughput/conditions.ts';

interface Asked {
  readonly seconds: number;
  readonly perSecond: number;
  readonly sounds: number;
}

interface Times {
  readonly what: string;
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
}

export const usage = `usage: npm run evaluate -- api [--seconds N] [--per-second N] [--sounds N]

The HTTP API of real servers, asked at a fixed rate; answers are written to evaluation/api/REPORT.md.
  --seconds N      how long it is asked (default 60)
  --per-second N   requests a second (default 200)
  --sounds N       sounds in the list that is read (default 100000)`;

/** Exit code 0 done, 1 something was lost, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => read(argv));
  if (asked === null) return 2;
  const terminal = createTerminal();
  const folder = await mkdtemp(join(tmpdir(), 'fermata-api-'));
  const startedAtMs = Date.now();
  const servers = await startEverything(ownConfig(folder), {
    onProgress: (text) => terminal.talk(text),
    audioWorkers: 1,
    api: true,
  });
  const { databaseUrl, apiUrl } = servers.descriptor();
  const database = openDatabase(databaseUrl, { maxConnections: 2 });
  try {
    const token = (await database.transaction((inside) => makeFirstToken(inside)))!;
    const client = createClient({ url: apiUrl!, token });
    await fill(database, asked.sounds);
    const pages = [
      await readPages(client, {}),
      await readPages(client, { state: 'review' }),
      await readPages(client, { q: 'number 4711' }),
    ];
    const load = await underLoad(client, servers, asked);
    const { rows } = await database.query<{ n: number }>(
      `select count(*)::integer as n from sounds where platform = 'load'`,
    );
    const lost = load.submitted - rows[0]!.n + load.failed;
    const conditions = readConditions(startedAtMs, { PostgreSQL: await postgresVersion(database) });
    const text = report(asked, conditions, pages, load, lost);
    await writeFile(join(import.meta.dirname, 'REPORT.md'), text);
    terminal.out(text);
    return lost === 0 ? 0 : 1;
  } finally {
    await database.close();
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function read(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: {
      seconds: { type: 'string', default: '60' },
      'per-second': { type: 'string', default: '200' },
      sounds: { type: 'string', default: '100000' },
    },
  });
  return {
    seconds: wholeNumber('seconds', values.seconds, 1, 3600),
    perSecond: wholeNumber('per-second', values['per-second'], 1, 10_000),
    sounds: wholeNumber('sounds', values.sounds, 1_000, 10_000_000),
  };
}

/** Sounds that have no workflow and wait for nothing: only rows that are listed. */
async function fill(database: Database, n: number): Promise<void> {
  await database.query(
    `insert into sounds (id, platform, platform_sound_id, title, author, status, attempts, horizon_ms, expires_at, submitted_at)
     select 'filled:' || i, 'filled', i::text, 'Title number ' || i, 'author ' || i % 1000, case when i % 50 = 0 then 'review' else 'dismissed' end, 1, 1e9,
            now() + interval '90 days', now() - i * interval '1 second' from generate_series(1, $1::integer) i`,
    [n],
  );
  await database.query('vacuum analyze');
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
};

const timesOf = (what: string, times: readonly number[]): Times => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { what, requests: times.length, p50: at(0.5), p95: at(0.95), most: at(1) };
};

/** Fifty pages, one after the other. */
async function readPages(client: Client, filter: { readonly state?: 'review'; readonly q?: string }): Promise<Times> {
  const times: number[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 50; page += 1) {
    times.push(
      await timed(async () => {
        cursor = (await client.listSounds({ ...filter, limit: 50, cursor })).next ?? undefined;
      }),
    );
  }
  return timesOf(`a page of ${JSON.stringify(filter)}`, times);
}

interface Load {
  readonly times: readonly Times[];
  readonly submitted: number;
  readonly failed: number;
  /** What those that failed said, each once. */
  readonly reasons: readonly string[];
  /** CPU milliseconds of one request, by process; null where it cannot be measured. */
  readonly cpuMs: Readonly<Record<string, number>> | null;
  /** Answers that said to ask again, which was done. */
  readonly putOff: number;
  /** MB of the API's process, every five seconds. */
  readonly memory: readonly number[];
}

async function underLoad(client: Client, servers: RunningServers, { seconds, perSecond }: Asked): Promise<Load> {
  let submitted = 0;
  let failed = 0;
  let putOff = 0;
  const reasons = new Set<string>();
  const before = cpuSeconds(servers.descriptor());
  const one = (i: number): number => 1 + ((i * 7919) % 1_000);
  const kinds: readonly [string, number, (i: number) => Promise<unknown>][] = [
    ['list', 8, () => client.listSounds({ limit: 50 })],
    ['one sound', 5, (i) => client.getSound({ sound: `filled:${one(i)}` })],
    ['explanation', 2, (i) => client.getExplanation({ sound: `filled:${one(i)}` })],
    ['catalogue', 2, (i) => client.findRecordings({ q: `Title number ${one(i)}` })],
    ['changes', 2, () => client.followChangesPage({ limit: 20 })],
    [
      'submit',
      1,
      async (i) => {
        const sound = { platform: 'load', id: String(i), title: `Load ${i}`, author: 'somebody', original: false };
        const answer = await client.submitSounds({ body: { sounds: [sound] }, key: `load-${i}` });
        submitted += answer.submitted;
      },
    ],
  ];
  const round = kinds.flatMap((kind) => Array.from({ length: kind[1] }, () => kind));
  const times = new Map<string, number[]>(kinds.map(([what]) => [what, []]));
  const memory: number[] = [];
  const running: Promise<void>[] = [];
  const beganMs = performance.now();
  for (let i = 0; i < seconds * perSecond; i += 1) {
    const dueMs = beganMs + (1000 * i) / perSecond;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    if (i % (5 * perSecond) === 0) memory.push(memoryOf(servers));
    const [what, , work] = round[i % round.length]!;
    running.push(
      timed(() =>
        asOftenAsTold(
          () => work(i),
          () => (putOff += 1),
        ),
      ).then(
        (ms) => void times.get(what)!.push(ms),
        (error: unknown) => {
          failed += 1;
          reasons.add(inWords(error));
        },
      ),
    );
  }
  await Promise.all(running);
  memory.push(memoryOf(servers));
  const cpuMs = cpuMsEach(before, cpuSeconds(servers.descriptor()), seconds * perSecond);
  return {
    times: [...times].map(([what, list]) => timesOf(what, list)),
    submitted,
    failed,
    putOff,
    reasons: [...reasons],
    cpuMs,
    memory,
  };
}

/** A client that does as it is told: it asks again when it is told to. */
async function asOftenAsTold(work: () => Promise<unknown>, onPutOff: () => void): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.retryAfter === null) throw error;
      onPutOff();
      await sleep(1000 * error.retryAfter);
    }
  }
}

const inWords = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}${error.cause === undefined ? '' : `: ${inWords(error.cause)}`}`.slice(0, 120)
    : String(error);

const memoryOf = (servers: RunningServers): number =>
  Math.round((servers.memory().find(({ name }) => name === 'api')?.residentBytes ?? 0) / 2 ** 20);

function report(asked: Asked, conditions: Conditions, pages: readonly Times[], load: Load, lost: number): string {
  const { date, cores, processor, memoryGb, load: busy, versions } = conditions;
  const row = ({ what, requests, p50, p95, most }: Times): string =>
    `| ${what} | ${requests} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${most.toFixed(0)} |`;
  const head = ['| | requests | p50, ms | p95, ms | most, ms |', '| --- | ---: | ---: | ---: | ---: |'];
  return [
    '# The HTTP API under load',
    '',
    `Made by \`npm run evaluate -- api\`, ${date}; ${cores} cores (${processor}), ${memoryGb} GB, load ${busy} at the end; ${Object.entries(
      versions,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}. Client, API, workers, Postgres and Temporal share the machine. Times are the client's.`,
    '',
    `## Pages of ${asked.sounds} sounds, one after the other`,
    '',
    ...head,
    ...pages.map(row),
    '',
    `## ${asked.perSecond} requests a second for ${asked.seconds} s`,
    '',
    ...head,
    ...load.times.map(row),
    '',
    `${load.submitted} sounds submitted; ${load.putOff} answers were "ask again", which was done; ${load.failed} requests failed${load.reasons.length === 0 ? '' : ` (${load.reasons.join('; ')})`}; ${lost} lost. Memory of the API's process every five seconds: ${load.memory.join(', ')} MB.`,
    '',
    ...(load.cpuMs === null
      ? []
      : [
          `CPU of one request on average, with the workflows that its submissions start: ${Object.entries(load.cpuMs)
            .map(([name, ms]) => `${name} ${ms.toFixed(2)} ms`)
            .join(
              ', ',
            )}. At 200 a second the API and Postgres take ${((200 * ((load.cpuMs['api'] ?? 0) + (load.cpuMs['postgres'] ?? 0))) / 1000).toFixed(2)} cores.`,
          '',
        ]),
  ].join('\n');
}

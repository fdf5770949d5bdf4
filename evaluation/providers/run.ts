// `npm run evaluate -- providers [--sounds 10000] [--json]`: four processes ask providers on the loopback about many sounds, within the real
// limits, and one of them is killed in the middle. Prints a table and writes REPORT.md beside this file. With `--task-queues`: could Temporal
// keep the limits itself (taskQueues.ts)? Writes TASK-QUEUES.md.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openDatabase, type Database } from '../../store/database.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { startCluster } from '../../test/support/cluster.ts';
import { postgresVersion, readConditions, type Conditions } from '../throughput/conditions.ts';
import { stageQuestions } from './questions.ts';
import { measureTaskQueues, taskQueuesAsMarkdown } from './taskQueues.ts';
import { environmentOf, perWindow, rates, startLoopback, stateOf, type Rate } from './loopback.ts';

export const usage = `usage: npm run evaluate -- providers [options]
  --sounds N      100 to 90000; 10000 when not given
  --task-queues   measures Temporal's own limits of task queues instead
  --json          numbers instead of the page
  --help          this`;
const askers = 4;
const paidBudget = 100;
interface Line {
  readonly name: ProviderName;
  readonly rate: Rate;
  readonly questions: number;
  readonly answered: number;
  readonly wrong: number;
  readonly requests: number;
  readonly most: number;
  readonly violations: number;
  /** Of the allowed rate, while there were questions; null where a budget ended them. */
  readonly used: number | null;
  /** Times that a question was sent away to come back later. */
  readonly away: number;
}

interface Measured {
  readonly conditions: Conditions;
  readonly sounds: number;
  readonly seconds: number;
  readonly killedAtSecond: number;
  readonly lines: readonly Line[];
  readonly lostPaid: number;
}

/** Exit code 0 when everything held, 1 when not, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      sounds: { type: 'string', default: '10000' },
      'task-queues': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values['task-queues']) {
    const measured = await measureTaskQueues((text) => process.stderr.write(`${text}\n`));
    const report = taskQueuesAsMarkdown(measured);
    await writeFile(join(import.meta.dirname, 'TASK-QUEUES.md'), report);
    process.stdout.write(values.json ? `${JSON.stringify(measured)}\n` : report);
    return 0;
  }
  const sounds = Number(values.sounds);
  if (!Number.isInteger(sounds) || sounds < 100 || sounds > 90_000) {
    process.stderr.write(`--sounds takes 100 to 90000\n${usage}\n`);
    return 2;
  }
  const measured = await measure(sounds);
  const report = asMarkdown(measured);
  await writeFile(join(import.meta.dirname, 'REPORT.md'), report);
  process.stdout.write(values.json ? `${JSON.stringify(measured)}\n` : report);
  return measured.lines.every(holds) ? 0 : 1;
}

const holds = (line: Line): boolean =>
  line.violations === 0 &&
  line.most <= line.rate.calls &&
  line.wrong === 0 &&
  (line.name === 'audd' ? line.requests === paidBudget : line.answered === line.questions && (line.used ?? 0) >= 0.95);

async function measure(sounds: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'fermata-providers-'));
  const cluster = await startCluster(folder);
  const children: ChildProcess[] = [];
  const databaseUrl = await cluster.create('migrated');
  const database = openDatabase(databaseUrl, { maxConnections: 2 });
  const startedAtMs = Date.now();
  try {
    const providers = await Promise.all(
      (Object.keys(rates) as ProviderName[]).map((name) => startLoopback(name, sounds + 100)),
    );
    children.push(...providers.map(({ child }) => child));
    // What each provider can answer while the fastest of them answers about every sound.
    const share = (name: ProviderName): number => {
      const [of, fastest] = [rates[name]!, rates.deezer!];
      return Math.floor((sounds * (of.calls / of.windowMs)) / (fastest.calls / fastest.windowMs));
    };
    const counts = {
      deezer: sounds,
      spotify: share('spotify'),
      musicbrainz: share('musicbrainz'),
      itunes: share('itunes'),
      audd: paidBudget * 4,
    };
    await stageQuestions(database, counts);
    const environment = {
      ...environmentOf(providers),
      FERMATA_PROVIDER_CALLS_PER_DAY: `audd=${paidBudget}`,
      DATABASE_URL: databaseUrl,
    };
    const start = (): ChildProcess => {
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'asker.ts')],
        {
          env: { ...process.env, ...environment },
          stdio: ['pipe', 'inherit', 'inherit'],
        },
      );
      children.push(child);
      return child;
    };
    const working = Array.from({ length: askers }, start);
    const began = performance.now();
    const seen = new Map<ProviderName, { readonly atMs: number; readonly requests: number; readonly left: number }[]>();
    let killedAtSecond = 0;
    for (;;) {
      await sleep(2_000);
      const left = await leftOf(database);
      for (const { name, url } of providers) {
        const state = await stateOf(url);
        const at = { atMs: performance.now() - began, requests: state.apiRequests, left: left.get(name) ?? 0 };
        seen.set(name, [...(seen.get(name) ?? []), at]);
      }
      const deezerLeft = left.get('deezer') ?? 0;
      if (killedAtSecond === 0 && deezerLeft < sounds / 2) {
        killedAtSecond = Math.round((performance.now() - began) / 1000);
        working[1]!.kill('SIGKILL');
        // What "fermata up" does with a worker that dies.
        start();
      }
      if ([...left].every(([name, count]) => name === 'audd' || count === 0)) break;
    }
    const seconds = Math.round((performance.now() - began) / 1000);
    const lines: Line[] = [];
    for (const { name, url } of providers) {
      const state = await stateOf(url);
      lines.push(await lineOf(database, name, state, counts[name as keyof typeof counts], seen.get(name)!));
    }
    const { rows } = await database.query<{ n: number }>(
      `select count(*)::integer as n from provider_answers where provider = 'audd' and state = 'asked'`,
    );
    return {
      conditions: readConditions(startedAtMs, { postgres: await postgresVersion(database) }),
      sounds,
      seconds,
      killedAtSecond,
      lines,
      lostPaid: rows[0]!.n,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await database.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function leftOf(database: Database): Promise<Map<ProviderName, number>> {
  const { rows } = await database.query<{ provider: ProviderName; n: number }>(
    `select provider, count(*) filter (where done_at is null)::integer as n from load_questions group by provider`,
  );
  return new Map(rows.map(({ provider, n }) => [provider, n]));
}

async function lineOf(
  database: Database,
  name: ProviderName,
  state: Awaited<ReturnType<typeof stateOf>>,
  questions: number,
  seen: readonly { readonly atMs: number; readonly requests: number; readonly left: number }[],
): Promise<Line> {
  const rate = rates[name]!;
  const { rows } = await database.query<{ answered: number; wrong: number; away: number }>(
    `select count(done_at)::integer as answered, sum(away)::integer as away,
            (count(*) filter (where done_at is not null and answer not in ('ZZFPR26' || lpad(place::text, 5, '0'), (1700000000 + place)::text)))::integer as wrong
       from load_questions where provider = $1`,
    [name],
  );
  // From the end of the first window (which begins with a burst) to the last look with more questions left than are under way.
  const busy = seen.filter(({ atMs, left }) => atMs >= rate.windowMs && left > askers * 12);
  const [from, to] = [busy[0], busy.at(-1)];
  const allowed = from === undefined || to === undefined ? 0 : ((to.atMs - from.atMs) / rate.windowMs) * rate.calls;
  return {
    name,
    rate,
    questions,
    ...rows[0]!,
    requests: state.apiRequests,
    most: state.most,
    violations: state.violations,
    used: name === 'audd' || allowed === 0 ? null : (to!.requests - from!.requests) / allowed,
  };
}

function asMarkdown({ conditions, sounds, seconds, killedAtSecond, lines, lostPaid }: Measured): string {
  const share = (used: number | null): string => (used === null ? '–' : `${(used * 100).toFixed(1)} %`);
  const versions = Object.entries(conditions.versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Providers under load',
    '',
    `Generated by \`npm run evaluate -- providers --sounds ${sounds}\`; see README.md for what it is and is not. ${conditions.date}, ${conditions.cores} cores`,
    `(${conditions.processor}), load ${conditions.load} at the end, ${versions.join(', ')}. ${seconds} s in all; one of the ${askers} askers was killed after ${killedAtSecond} s.`,
    '',
    '| provider | allowed | questions | answered | wrong | requests | most in a window | too many | of the rate used | sent away |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines.map(
      (line) =>
        `| ${line.name} | ${perWindow(line.rate)} | ${line.questions} | ${line.answered} | ${line.wrong} | ${line.requests} | ${line.most} | ${line.violations} | ${share(line.used)} | ${line.away} |`,
    ),
    '',
    `Most in a window and too many are counted by the providers, with a window that rolls, at every arrival. AudD's budget is ${paidBudget} calls a day; ${lostPaid} of its`,
    'answers were lost with the killed process, and are not paid for again today.',
    '',
  ].join('\n');
}

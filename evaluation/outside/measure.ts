// Whole sounds through the providers: a bulk run of them, a look at everybody's counters every two seconds, one worker killed in the middle, and
// at the end what became of each sound.

import type { Connections } from '../../app/connection.ts';
import type { Terminal } from '../../cli/command.ts';
import type { BatchLine } from '../../client/reconciliation.ts';
import { catalogueNames, type CatalogueName } from '../../domain/providers.ts';
import { soundWorkflowId } from '../../domain/naming.ts';
import type { RunningServers } from '../../platform/servers/index.ts';
import { cpuSeconds } from '../throughput/cpu.ts';
import { rates, stateOf, type Rate, type Loopback } from '../providers/loopback.ts';
import type { Kind, Mix } from './sounds.ts';

export interface Asked {
  readonly sounds: number;
  readonly window: number;
  /** Longer than this nothing more is expected. */
  readonly minutes: number;
}

export interface ProviderLine {
  readonly name: CatalogueName;
  readonly rate: Rate;
  /** Sounds that it was to answer for. */
  readonly sounds: number;
  readonly requests: number;
  /** Requests that its sounds, and those that came by, should take. */
  readonly needed: number;
  readonly most: number;
  readonly violations: number;
  /** Of the allowed rate, while sounds were open that it had to be asked about, for so many seconds; null when that was no time. */
  readonly used: number | null;
  readonly busySeconds: number;
}

export interface Measured {
  readonly sounds: number;
  readonly window: number;
  readonly workers: number;
  readonly seconds: number;
  readonly killedAtSecond: number;
  readonly lines: readonly ProviderLine[];
  readonly kinds: readonly Kind[];
  readonly right: number;
  readonly wrong: number;
  /** Sounds by state that are not linked. */
  readonly others: Readonly<Record<string, number>>;
  /** CPU milliseconds a sound, by process; null where they cannot be read. */
  readonly cpuMs: Readonly<Record<string, number>> | null;
  /** Of each provider: sounds that slept until it could be asked. */
  readonly slept: number;
  readonly mostAttempts: number;
  /** From its workflow's start to its end, seconds. */
  readonly life: { readonly median: number; readonly p95: number; readonly longest: number };
  /** Of so many sounds' histories: events, questions, and times that a question was put to a provider. */
  readonly histories: {
    readonly read: number;
    readonly events: number;
    readonly questions: number;
    readonly tries: number;
  };
}

export interface Site {
  readonly running: RunningServers;
  readonly connections: Connections;
  readonly outside: readonly Loopback[];
  readonly mix: Mix;
  readonly terminal: Terminal;
  readonly folder: string;
  readonly workers: number;
}

const lookEveryMs = 2_000;
const historiesRead = 200;
const page = 500;

interface Look {
  readonly atMs: number;
  /** Sounds not linked yet, by the provider that must answer. */
  readonly open: ReadonlyMap<CatalogueName, number>;
  readonly requests: ReadonlyMap<CatalogueName, number>;
}

export async function measureOutside(site: Site, asked: Asked): Promise<Measured> {
  const { connections, running, terminal } = site;
  const cpu = countCpu(running);
  const batchId = 'outside:1';
  await connections.reconciliation.startBatch(batchId, 'outside', pages(site, asked.sounds), {
    concurrency: asked.window,
  });
  const began = performance.now();
  const secondsNow = (): number => (performance.now() - began) / 1000;
  const looks: Look[] = [];
  let killedAtSecond = 0;
  for (;;) {
    await pause(lookEveryMs);
    const look = await lookNow(site, began);
    looks.push(look);
    const left = [...look.open.values()].reduce((sum, n) => sum + n, 0);
    terminal.progress(
      `${secondsNow().toFixed(0)} s  ${asked.sounds - left} of ${asked.sounds} linked; open by provider: ${[...look.open].map(([name, n]) => `${name} ${n}`).join(', ')}`,
    );
    if (killedAtSecond === 0 && left < asked.sounds / 2) {
      killedAtSecond = Math.round(secondsNow());
      cpu.note();
      const victim = running.descriptor().processes.find(({ name }) => name === 'worker-2');
      if (typeof victim?.pid !== 'number') throw new Error('worker-2 is not there to be killed');
      process.kill(victim.pid, 'SIGKILL');
      terminal.talk(`worker-2 was killed after ${killedAtSecond} s`);
    }
    if (left === 0) break;
    if (secondsNow() > asked.minutes * 60) {
      terminal.talk(`${left} sounds are still open after ${asked.minutes} minutes`);
      break;
    }
  }
  const seconds = secondsNow();
  const cpuMs = cpu.end(asked.sounds);
  return {
    sounds: asked.sounds,
    window: asked.window,
    workers: site.workers,
    seconds,
    killedAtSecond,
    lines: await Promise.all(site.outside.map((provider) => lineFor(site.mix, provider, asked.sounds, looks))),
    kinds: site.mix.kinds,
    cpuMs,
    ...(await outcomes(site, asked.sounds)),
    life: await lives(connections),
    histories: await readHistories(site, asked.sounds),
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// eslint-disable-next-line typescript/require-await
async function* pages({ mix, folder }: Site, sounds: number): AsyncGenerator<BatchLine[]> {
  for (let from = 0; from < sounds; from += page)
    yield Array.from({ length: Math.min(page, sounds - from) }, (_, i) => mix.lineOf(from + i, folder));
}

/** Adds up what each process used, also of one that is killed: `note` it before. */
function countCpu(running: RunningServers) {
  const read = (): Record<string, number> | null => cpuSeconds(running.descriptor()) as Record<string, number> | null;
  let last = read();
  const used: Record<string, number> = {};
  const add = (): void => {
    const now = read();
    if (now === null || last === null) return;
    for (const [name, s] of Object.entries(now)) {
      const since = s - (last[name] ?? 0);
      // Less than before: it is another process by now.
      used[name] = (used[name] ?? 0) + (since < 0 ? s : since);
    }
    last = now;
  };
  return {
    note: add,
    end: (n: number): Record<string, number> | null => {
      add();
      return last === null ? null : Object.fromEntries(Object.entries(used).map(([name, s]) => [name, (1000 * s) / n]));
    },
  };
}

async function lookNow({ connections, outside }: Site, began: number): Promise<Look> {
  const { rows } = await connections.database.query<{ name: CatalogueName; n: number }>(
    `select split_part(platform_sound_id, '-', 1) as name, (count(*) filter (where status <> 'matched'))::integer as n from sounds group by 1`,
  );
  const requests = new Map<CatalogueName, number>();
  for (const { name, url } of outside) requests.set(name as CatalogueName, (await stateOf(url)).apiRequests);
  return { atMs: performance.now() - began, open: new Map(rows.map(({ name, n }) => [name, n])), requests };
}

/** Sounds among the open ones that the provider is asked about, whoever must answer in the end. */
const openFor = ({ kinds }: Mix, name: CatalogueName, open: Look['open']): number =>
  kinds.reduce((sum, kind) => sum + ((kind.requests[name] ?? 0) > 0 ? (open.get(kind.answers) ?? 0) : 0), 0);

async function lineFor(
  mix: Mix,
  { name, url }: Loopback,
  sounds: number,
  looks: readonly Look[],
): Promise<ProviderLine> {
  const provider = catalogueNames.find((one) => one === name)!;
  const rate = rates[provider]!;
  const state = await stateOf(url);
  // From the end of the first window, which begins with a burst, to the last look with so much left that none has to be waited for.
  const busy = looks.filter(({ atMs, open }) => atMs >= rate.windowMs && openFor(mix, provider, open) > rate.calls);
  const [from, to] = [busy[0], busy.at(-1)];
  const spanMs = from === undefined || to === undefined ? 0 : to.atMs - from.atMs;
  const whole = Array.from({ length: sounds }, (_, n) => mix.lineOf(n, '/').sound!.platformSoundId.split('-')[0]);
  const count = (answers: CatalogueName): number => whole.filter((one) => one === answers).length;
  return {
    name: provider,
    rate,
    sounds: count(provider),
    needed: mix.kinds.reduce((sum, kind) => sum + count(kind.answers) * (kind.requests[provider] ?? 0), 0),
    requests: state.apiRequests,
    most: state.most,
    violations: state.violations,
    busySeconds: spanMs / 1000,
    used:
      spanMs === 0
        ? null
        : (to!.requests.get(provider)! - from!.requests.get(provider)!) / ((spanMs / rate.windowMs) * rate.calls),
  };
}

async function outcomes(
  { mix, connections: { database } }: Site,
  sounds: number,
): Promise<Pick<Measured, 'right' | 'wrong' | 'others' | 'slept' | 'mostAttempts'>> {
  const { rows } = await database.query<{ place: number; status: string; recording: string | null; attempts: number }>(
    `select split_part(s.platform_sound_id, '-', 2)::integer as place, s.status, l.recording_id as recording, s.attempts
       from sounds s left join links l on l.sound_id = s.id and l.superseded_at is null`,
  );
  const others: Record<string, number> = {};
  let [right, wrong] = [0, 0];
  for (const { place, status, recording } of rows) {
    if (status !== 'matched' || recording === null) others[status] = (others[status] ?? 0) + 1;
    else if (recording === mix.recordingAt(place)) right += 1;
    else wrong += 1;
  }
  if (rows.length !== sounds) others['gone'] = sounds - rows.length;
  return {
    right,
    wrong,
    others,
    slept: rows.filter(({ attempts }) => attempts > 1).length,
    mostAttempts: rows.reduce((most, { attempts }) => Math.max(most, attempts), 0),
  };
}

/** As the server counts them, a moment after the last has ended. */
async function lives({ client }: Connections): Promise<Measured['life']> {
  const seconds: number[] = [];
  for await (const { startTime, closeTime } of client.workflow.list({
    query: 'WorkflowType = "reconcileSound" and ExecutionStatus = "Completed"',
  })) {
    if (closeTime !== undefined) seconds.push((closeTime.getTime() - startTime.getTime()) / 1000);
  }
  seconds.sort((a, b) => a - b);
  const at = (share: number): number => seconds[Math.min(seconds.length - 1, Math.floor(share * seconds.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95), longest: at(1) };
}

async function readHistories({ mix, connections: { client } }: Site, sounds: number): Promise<Measured['histories']> {
  const step = Math.max(1, Math.floor(sounds / historiesRead));
  let [read, events, questions, tries] = [0, 0, 0, 0];
  for (let n = 0; n < sounds; n += step) {
    const history = await client.workflow.getHandle(soundWorkflowId(mix.lineOf(n, '/').sound!.id)).fetchHistory();
    const asks = new Set<string>();
    for (const event of history.events ?? []) {
      if (event.activityTaskScheduledEventAttributes?.activityType?.name === 'askCatalogue')
        asks.add(String(event.eventId));
      const started = event.activityTaskStartedEventAttributes;
      if (asks.has(String(started?.scheduledEventId))) tries += started?.attempt ?? 1;
    }
    read += 1;
    events += history.events?.length ?? 0;
    questions += asks.size;
  }
  return { read, events: events / read, questions: questions / read, tries: tries / read };
}

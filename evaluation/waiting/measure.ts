// Many sounds wait for simulated days: submitted at once, then left to their timers, while every day a delivery comes in that is for a few of
// them. Sounds have words only: what audio costs is another measurement, and what waits is a row and a workflow either way.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indexFolder } from '../../cli/commands/index.ts';
import type { Connections } from '../../app/connection.ts';
import type { Terminal } from '../../cli/command.ts';
import { readLine } from '../../app/submission.ts';
import type { NewSound } from '../../store/sounds/sounds.ts';
import { soundWorkflowId } from '../../domain/naming.ts';
import type { Config } from '../../platform/config/index.ts';
import type { RunningServers } from '../../platform/servers/index.ts';
import { cpuSeconds } from '../throughput/cpu.ts';
import { settledSizes, watchMemory } from '../throughput/sizes.ts';

/** What has been done so far; written after each step, so that a run that was cut off goes on. */
export interface Journal {
  readonly sounds: number;
  readonly days: number;
  /** How many times as fast as usual sounds try again. */
  readonly factor: number;
  readonly empty?: Sizes;
  readonly rested?: Sizes;
  readonly firstAttempts?: Spent;
  /** When all had been tried once: for how long they had waited by then, and how often they had been tried again. */
  readonly meanwhile?: Meanwhile;
  readonly daysPassed?: number;
  readonly waiting?: Spent;
  readonly memoryMb?: Readonly<Record<string, number>>;
  readonly late?: number;
}

interface Sizes {
  readonly postgres: number;
  readonly temporal: number;
}

interface Spent {
  readonly seconds: number;
  /** CPU seconds by process; null where they cannot be read. */
  readonly cpu: Readonly<Record<string, number>> | null;
}

export interface Meanwhile {
  /** Simulated days, the mean of all sounds. */
  readonly waitedDays: number;
  readonly retries: number;
}

export interface WaitingMeasured {
  readonly sounds: number;
  /** That they waited, in the mean; fewer than were asked for when the time was up, more when the last delivery took long. */
  readonly days: number;
  readonly factor: number;
  readonly firstAttempts: Spent;
  readonly meanwhile: Meanwhile;
  /** Days with a delivery each. */
  readonly deliveries: number;
  readonly waiting: Spent;
  readonly memoryMb: Readonly<Record<string, number>>;
  /** Attempts after the first, those among them that were full looks, and sounds that were linked. */
  readonly attempts: number;
  readonly looks: number;
  readonly linked: number;
  /** Most that a timer was behind by at the end of a day, in simulated hours. */
  readonly lateHours: number;
  readonly bytesBefore: Sizes;
  readonly bytesAfter: Sizes;
  readonly history: { readonly sampled: number; readonly mean: number; readonly most: number };
}

interface Site {
  readonly running: RunningServers;
  readonly connections: Connections;
  readonly config: Config;
  readonly terminal: Terminal;
  readonly folder: string;
}

const year = 365 * 24 * 3600 * 1000;
/** Of every delivery of a day so many recordings, one of which is what two of the sounds wait for. */
const recordingsADay = 20;
const page = 500;
const historiesSampled = 300;

const titleOf = (n: number): string => `Quelthorn Ambervale ${n}`;

function soundOf(n: number, folder: string): NewSound {
  const line = { platform: 'tiktok', id: `waiting-${n}`, title: titleOf(n >> 1), author: `Brindlemoss ${n >> 1}` };
  const read = readLine(JSON.stringify(line), folder, year);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

export async function measureWaiting(
  site: Site,
  begun: Journal,
  keep: (journal: Journal) => Promise<void>,
  endAtMs: number,
): Promise<WaitingMeasured> {
  const { connections, terminal } = site;
  let journal = begun;
  const note = async (more: Partial<Journal>): Promise<void> => {
    journal = { ...journal, ...more };
    await keep(journal);
  };
  if (journal.empty === undefined) await note({ empty: await settledSizes(connections, site.config) });
  if (journal.rested === undefined) {
    const spent = spending(site);
    for (let from = 0; from < journal.sounds; from += page) {
      const n = Math.min(page, journal.sounds - from);
      await connections.reconciliation.submit(Array.from({ length: n }, (_, i) => soundOf(from + i, site.folder)));
      terminal.progress(`${from + n} of ${journal.sounds} submitted`);
      // The server keeps up with what is tried, not with what is thrown at it.
      while ((await untried(connections)) > 2 * page) await pause(500);
    }
    while ((await untried(connections)) > 0) await pause(500);
    const firstAttempts = spent();
    const meanwhile = await readMeanwhile(connections, journal.factor);
    await note({ firstAttempts, meanwhile, rested: await settledSizes(connections, site.config) });
  }
  // The first have waited for long when the last is submitted; what is measured ends when their mean has come to the days asked for.
  // By the clock: on a machine that is behind, a day's delivery takes longer than the day.
  const waitedDays = (): number =>
    journal.meanwhile!.waitedDays + ((journal.waiting?.seconds ?? 0) * journal.factor) / 86_400;
  const dayMs = (24 * 3600 * 1000) / journal.factor;
  while (journal.waiting === undefined || (waitedDays() < journal.days && Date.now() < endAtMs)) {
    const day = journal.daysPassed ?? 0;
    const spent = spending(site);
    const memory = watchMemory(site.running);
    const until = Date.now() + dayMs;
    await deliverDay(site, day);
    terminal.progress(`day ${waitedDays().toFixed(1)} of ${journal.days}`);
    await pause(Math.max(0, until - Date.now()));
    const late = await mostLateMs(connections);
    await note({
      daysPassed: day + 1,
      waiting: sum(journal.waiting, spent()),
      memoryMb: most(journal.memoryMb ?? {}, memory.stop()),
      late: Math.max(journal.late ?? 0, late),
    });
  }
  const bytesAfter = await settledSizes(connections, site.config);
  const { rows } = await connections.database.query<{ attempts: number; looks: number; linked: number }>(
    `select (select sum(attempts) - count(*) from sounds)::integer as attempts,
            ((select count(*) from decisions where decided_by = 'rule') - (select count(*) from sounds))::integer as looks,
            (select count(*) from links where superseded_at is null)::integer as linked`,
  );
  return {
    sounds: journal.sounds,
    days: Math.round(waitedDays()),
    factor: journal.factor,
    firstAttempts: journal.firstAttempts!,
    meanwhile: journal.meanwhile!,
    deliveries: journal.daysPassed ?? 0,
    waiting: journal.waiting!,
    memoryMb: journal.memoryMb!,
    ...rows[0]!,
    lateHours: ((journal.late ?? 0) * journal.factor) / 3_600_000,
    bytesBefore: perSound(journal.rested!, journal.empty!, journal.sounds),
    bytesAfter: perSound(bytesAfter, journal.empty!, journal.sounds),
    history: await readHistories(connections, journal.sounds),
  };
}

const perSound = (after: Sizes, before: Sizes, n: number): Sizes => ({
  postgres: (after.postgres - before.postgres) / n,
  temporal: (after.temporal - before.temporal) / n,
});

/** Starts a count of CPU and wall time; calling the result ends it. */
function spending({ running }: Site): () => Spent {
  const startedAtMs = Date.now();
  const before = cpuSeconds(running.descriptor());
  return () => {
    const after = cpuSeconds(running.descriptor());
    return {
      seconds: (Date.now() - startedAtMs) / 1000,
      cpu:
        before === null || after === null
          ? null
          : Object.fromEntries(Object.entries(after).map(([name, s]) => [name, s - (before[name] ?? 0)])),
    };
  };
}

const sum = (one: Spent | undefined, other: Spent): Spent => ({
  seconds: (one?.seconds ?? 0) + other.seconds,
  cpu:
    other.cpu === null
      ? null
      : Object.fromEntries(Object.entries(other.cpu).map(([name, s]) => [name, s + (one?.cpu?.[name] ?? 0)])),
});

const most = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries({ ...one, ...other }).map(([name]) => [name, Math.max(one[name] ?? 0, other[name] ?? 0)]),
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untried({ database }: Connections): Promise<number> {
  const { rows } = await database.query<{ n: number }>(
    `select count(*)::integer as n from sounds where status = 'submitted' or (status in ('waiting', 'review') and next_attempt_at is null)`,
  );
  return rows[0]!.n;
}

async function readMeanwhile({ database }: Connections, factor: number): Promise<Meanwhile> {
  const { rows } = await database.query<{ days: number; retries: number }>(
    `select (avg(extract(epoch from now() - submitted_at)) * $1 / 86400)::double precision as days,
            (sum(attempts) - count(*))::integer as retries from sounds`,
    [factor],
  );
  return { waitedDays: rows[0]!.days, retries: rows[0]!.retries };
}

async function mostLateMs({ database }: Connections): Promise<number> {
  const { rows } = await database.query<{ ms: number }>(
    `select coalesce(extract(epoch from now() - min(next_attempt_at)) * 1000, 0)::double precision as ms
       from sounds where status in ('waiting', 'review')`,
  );
  return Math.max(0, rows[0]!.ms);
}

/** A day's delivery: one recording that two sounds wait for, the others for nobody. */
async function deliverDay({ connections, folder, terminal }: Site, day: number): Promise<void> {
  const delivered = join(folder, `day-${day}`);
  await mkdir(delivered, { recursive: true });
  const rows = Array.from({ length: recordingsADay }, (_, i) => ({
    isrc: `ZZWTG26${String(day * recordingsADay + i).padStart(5, '0')}`,
    title: i === 0 ? titleOf(day) : `Nobody Waits for This ${day} ${i}`,
    artists: i === 0 ? `Brindlemoss ${day}` : 'Anyone',
  }));
  await writeFile(join(delivered, 'catalogue.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await indexFolder(connections, delivered, terminal);
}

async function readHistories({ client }: Connections, sounds: number): Promise<WaitingMeasured['history']> {
  const every = Math.max(1, Math.floor(sounds / historiesSampled));
  const lengths: number[] = [];
  for (let n = 0; n < sounds; n += every) {
    const { historyLength } = await client.workflow.getHandle(soundWorkflowId(`tiktok:waiting-${n}`)).describe();
    lengths.push(historyLength);
  }
  return {
    sampled: lengths.length,
    mean: lengths.reduce((total, length) => total + length, 0) / lengths.length,
    most: Math.max(...lengths),
  };
}

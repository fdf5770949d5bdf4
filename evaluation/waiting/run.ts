// `npm run evaluate -- waiting [--sounds 20000] [--days 30] [--minutes 60] [--at-most MINUTES] [--folder DIR] [--json]`: what it costs to have
// many sounds wait for a month, on real servers with the schedule hastened. Prints a table and writes REPORT.md beside this file.
//
// With --folder its state stays there, and the same command goes on where it was cut off: what was submitted is not submitted again, and the
// simulated days that have passed are counted. With --at-most it ends after the first simulated day in which so many minutes are over and all have
// been tried, and says how many days they waited.

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withConnections } from '../../app/connection.ts';
import { startEverything } from '../../cli/commands/up.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { readOrSay, wholeNumber } from '../options.ts';
import { ownConfig, postgresVersion, readConditions } from '../throughput/conditions.ts';
import { measureWaiting, type Journal } from './measure.ts';
import { asMarkdown, asTable } from './report.ts';

export const usage = `usage: npm run evaluate -- waiting [options]
  --sounds N          that wait; 20000 when not given
  --days N            that they wait, 1 to 90; 30 when not given
  --minutes N         that this is hastened to; 60 when not given
  --at-most MINUTES   ends after the simulated day in which so many are over; 10000 when not given
  --folder DIR        where its state stays, so that the same command goes on; one that is removed when not given
  --json              numbers instead of the page
  --help              this`;

/** Exit code 0 done, 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => read(argv));
  if (asked === null) return 2;
  const terminal = createTerminal();
  const folder = asked.folder ?? (await mkdtemp(join(tmpdir(), 'fermata-waiting-')));
  mkdirSync(folder, { recursive: true });
  const journalFile = join(folder, 'journal.json');
  const factor = Math.max(1, Math.round((asked.days * 24 * 60) / asked.minutes));
  // The workers are started with this process's environment.
  process.env['FERMATA_SCHEDULE_FACTOR'] = String(factor);
  const config = ownConfig(join(folder, 'data'));
  try {
    const startedAtMs = Date.now();
    const before = existsSync(journalFile) ? (JSON.parse(readFileSync(journalFile, 'utf8')) as Journal) : null;
    if (before !== null && (before.sounds !== asked.sounds || before.factor !== factor)) {
      process.stderr.write(`${folder} holds a run of ${before.sounds} sounds at ${before.factor} times the speed\n`);
      return 2;
    }
    terminal.talk('starting the servers');
    const running = await startEverything(config, { onProgress: (text) => terminal.talk(text), audioWorkers: 1 });
    try {
      const measured = await withConnections(config, (connections) =>
        measureWaiting(
          { running, connections, config, terminal, folder },
          before ?? { sounds: asked.sounds, days: asked.days, factor },
          (journal) => writeFile(journalFile, JSON.stringify(journal)),
          startedAtMs + asked.atMost * 60_000,
        ),
      );
      const postgres = await withConnections(config, ({ database }) => postgresVersion(database));
      const report = {
        ...measured,
        conditions: readConditions(startedAtMs, { postgres }),
        seconds: (Date.now() - startedAtMs) / 1000,
      };
      await writeFile(join(import.meta.dirname, 'REPORT.md'), asMarkdown(report));
      terminal.out(asked.json ? JSON.stringify(report) : asTable(report));
      return 0;
    } finally {
      await running.stop();
    }
  } finally {
    terminal.settle();
    if (asked.folder === null) await rm(folder, { recursive: true, force: true });
  }
}

interface Asked {
  readonly sounds: number;
  readonly days: number;
  readonly minutes: number;
  readonly atMost: number;
  readonly folder: string | null;
  readonly json: boolean;
}

function read(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: {
      sounds: { type: 'string', default: '20000' },
      days: { type: 'string', default: '30' },
      minutes: { type: 'string', default: '60' },
      'at-most': { type: 'string', default: '10000' },
      folder: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    sounds: wholeNumber('sounds', values.sounds, 1, 1_000_000),
    days: wholeNumber('days', values.days, 1, 90),
    minutes: wholeNumber('minutes', values.minutes, 1, 10_000),
    atMost: wholeNumber('at-most', values['at-most'], 1, 10_000),
    folder: values.folder ?? null,
    json: values.json,
  };
}

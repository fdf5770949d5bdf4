// `npm run evaluate -- outside [--sounds 10000] [--workers 4] [--window 600] [--minutes 90] [--json]`: whole sounds, whose recordings only outside
// providers know, on real servers with four workers, one of which is killed in the middle. Prints the report and writes REPORT.md beside this file.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEverything } from '../../cli/commands/up.ts';
import { withConnections } from '../../app/connection.ts';
import { createTerminal } from '../../cli/terminal.ts';
import type { CatalogueName } from '../../domain/providers.ts';
import { environmentOf, startLoopback, type Loopback } from '../providers/loopback.ts';
import { readOrSay, wholeNumber } from '../options.ts';
import { ownConfig, postgresVersion, readConditions } from '../throughput/conditions.ts';
import { measureOutside, type Asked, type Measured } from './measure.ts';
import { asMarkdown, type Report } from './report.ts';
import { answering, mixOf } from './sounds.ts';

export const usage = `usage: npm run evaluate -- outside [options]
  --sounds N         100 to 98000; 10000 when not given
  --workers N        processes, 2 to 16; 4 when not given
  --window N         sounds in hand at once; 600 when not given
  --minutes N        it gives up then; 90 when not given
  --providers LIST   some of spotify,deezer,musicbrainz,itunes; all when not given
  --folder DIR       where the servers keep their data; one that is removed when not given
  --json             numbers instead of the page
  --help             this`;

/** Exit code 0 when everything held, 1 when not, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => read(argv));
  if (asked === null) return 2;
  const terminal = createTerminal();
  const folder = asked.folder ?? (await mkdtemp(join(tmpdir(), 'fermata-outside-')));
  const outside: Loopback[] = [];
  try {
    const startedAtMs = Date.now();
    const mix = mixOf(asked.providers);
    for (const kind of mix.kinds)
      outside.push(await startLoopback(kind.answers, mix.placesFor(asked.sounds), mix.optionsFor(kind)));
    // The workers are started with this process's environment.
    Object.assign(process.env, environmentOf(outside));
    const config = ownConfig(join(folder, 'data'));
    terminal.talk('starting the servers');
    const running = await startEverything(config, {
      onProgress: (text) => terminal.talk(text),
      audioWorkers: 1,
      workers: asked.workers,
    });
    try {
      const report: Report = await withConnections(config, async (connections) => {
        const measured = await measureOutside(
          { running, connections, outside, mix, terminal, folder, workers: asked.workers },
          asked,
        );
        const postgres = await postgresVersion(connections.database);
        return { ...measured, conditions: readConditions(startedAtMs, { postgres }) };
      });
      await writeFile(join(import.meta.dirname, 'REPORT.md'), asMarkdown(report));
      terminal.out(asked.json ? JSON.stringify(report) : asMarkdown(report));
      return holds(report) ? 0 : 1;
    } finally {
      await running.stop();
    }
  } finally {
    terminal.settle();
    for (const { child } of outside) child.kill('SIGKILL');
    if (asked.folder === null) await rm(folder, { recursive: true, force: true });
  }
}

/** Each sound has its recording, and no provider was asked more often than it allows. What share of it was used is for people to judge. */
const holds = ({ sounds, right, lines }: Measured): boolean =>
  right === sounds && lines.every(({ violations, most, rate }) => violations === 0 && most <= rate.calls);

interface Options extends Asked {
  /** Only these are on, and only sounds that they answer for are submitted. */
  readonly providers: readonly CatalogueName[];
  readonly workers: number;
  /** Kept afterwards; null: a folder of its own, which is removed. */
  readonly folder: string | null;
  readonly json: boolean;
}

function read(argv: string[]): Options {
  const { values } = parseArgs({
    args: argv,
    options: {
      sounds: { type: 'string', default: '10000' },
      workers: { type: 'string', default: '4' },
      window: { type: 'string', default: '600' },
      minutes: { type: 'string', default: '90' },
      providers: { type: 'string', default: answering.join(',') },
      folder: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const providers = values.providers.split(',');
  const stranger = providers.find((name) => !answering.some((one) => one === name));
  if (stranger !== undefined) throw new Error(`--providers takes some of ${answering.join(',')}, not "${stranger}"`);
  return {
    providers: answering.filter((name) => providers.includes(name)),
    sounds: wholeNumber('sounds', values.sounds, 100, 98_000),
    workers: wholeNumber('workers', values.workers, 2, 16),
    window: wholeNumber('window', values.window, 1, 10_000),
    minutes: wholeNumber('minutes', values.minutes, 1, 10_000),
    folder: values.folder ?? null,
    json: values.json,
  };
}

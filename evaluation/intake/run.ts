// `npm run evaluate -- intake [--recordings 0,200000,1000000] [--workers 1,4] [--rows 10000] [--json] [--help]`: how many rows of a delivery without audio
// are taken in a second, with so many recordings there already and so many workers at once. Prints a table and writes REPORT.md beside this file.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTerminal } from '../../cli/terminal.ts';
import { openCatalogueDatabase } from '../metadata/catalogueDatabase.ts';
import { readOrSay, wholeNumber } from '../options.ts';
import { postgresVersion, readConditions } from '../throughput/conditions.ts';
import { fillCatalogue } from './fill.ts';
import { measureIntake, type Measured } from './measure.ts';
import { asMarkdown, asTable } from './report.ts';

export const usage = `usage: npm run evaluate -- intake [options]
  --recordings  recordings that are there already, one measurement each; default 0,200000,1000000
  --workers     processes that take in a delivery of their own at once, one measurement each; default 1,4
  --rows        rows of each measurement, shared out among its workers; default 10000
  --json        the measurements as JSON instead of a table
  --help        this

A Postgres of its own in a temporary folder, removed at the end. A million recordings take about two minutes to make and 1.5 GB.`;

/** Exit code 0 done, 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => read(argv));
  if (asked === null) return 2;
  const terminal = createTerminal();
  const startedAtMs = Date.now();
  const measured: Measured[] = [];
  const catalogue = await openCatalogueDatabase();
  try {
    let there = 0;
    for (const recordings of asked.recordings.toSorted((a, b) => a - b)) {
      terminal.talk(`making ${recordings} recordings`);
      await fillCatalogue(catalogue.database, there, recordings);
      there = recordings;
      for (const workers of asked.workers) {
        terminal.talk(`${recordings} recordings, ${workers} at once`);
        measured.push({ recordings, ...(await measureIntake(catalogue, workers, asked.rows)) });
      }
    }
    const postgres = await postgresVersion(catalogue.database);
    const report = { measured, rows: asked.rows, conditions: readConditions(startedAtMs, { postgres }) };
    await writeFile(join(import.meta.dirname, 'REPORT.md'), asMarkdown(report));
    terminal.out(asked.json ? JSON.stringify(report) : asTable(report));
    return 0;
  } finally {
    terminal.settle();
    await catalogue.close();
  }
}

interface Asked {
  readonly recordings: readonly number[];
  readonly workers: readonly number[];
  readonly rows: number;
  readonly json: boolean;
}

function read(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: {
      recordings: { type: 'string', default: '0,200000,1000000' },
      workers: { type: 'string', default: '1,4' },
      rows: { type: 'string', default: '10000' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    recordings: values.recordings.split(',').map((text) => wholeNumber('recordings', text, 0, 10_000_000)),
    workers: values.workers.split(',').map((text) => wholeNumber('workers', text, 1, 64)),
    rows: wholeNumber('rows', values.rows, 100, 1_000_000),
    json: values.json,
  };
}

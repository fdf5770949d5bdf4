// `npm run evaluate -- throughput [--sounds 100] [--audio-workers 1] [--json]`: what one machine does, on real servers that are
// started on a folder of their own and removed afterwards. Prints a table and writes REPORT.md beside this file.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTerminal } from '../../cli/terminal.ts';
import { readOrSay, wholeNumber } from '../options.ts';
import { ownConfig, readConditions } from './conditions.ts';
import { measureEndToEnd } from './endToEnd.ts';
import { measureOverhead } from './overhead.ts';
import { asMarkdown, asTable, type Measured } from './report.ts';

export const usage = `usage: npm run evaluate -- throughput [options]
  --sounds N          1 to 100000; 100 when not given
  --audio-workers N   processes for audio, 1 to 64; 1 when not given
  --json              numbers instead of the page
  --help              this`;

/** Exit code 0 done, 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => read(argv));
  if (asked === null) return 2;
  const terminal = createTerminal();
  const folder = await mkdtemp(join(tmpdir(), 'fermata-throughput-'));
  try {
    const startedAtMs = Date.now();
    const overhead = await measureOverhead(ownConfig(join(folder, 'overhead')), terminal);
    const endToEnd = await measureEndToEnd(
      ownConfig(join(folder, 'end-to-end')),
      asked,
      join(folder, 'sounds'),
      terminal,
    );
    const measured: Measured = {
      conditions: readConditions(startedAtMs, endToEnd.versions),
      overhead,
      endToEnd,
      seconds: (Date.now() - startedAtMs) / 1000,
    };
    await writeFile(join(import.meta.dirname, 'REPORT.md'), asMarkdown(measured));
    terminal.out(asked.json ? JSON.stringify(measured) : asTable(measured));
    return 0;
  } finally {
    terminal.settle();
    await rm(folder, { recursive: true, force: true });
  }
}

function read(argv: string[]): { readonly sounds: number; readonly audioWorkers: number; readonly json: boolean } {
  const { values } = parseArgs({
    args: argv,
    options: {
      sounds: { type: 'string', default: '100' },
      'audio-workers': { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    sounds: wholeNumber('sounds', values.sounds, 1, 100_000),
    audioWorkers: wholeNumber('audio-workers', values['audio-workers'], 1, 64),
    json: values.json,
  };
}

// Deliveries are written as files, staged, and taken in by processes that begin at the same moment.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listProcesses, processTree } from '../../platform/servers/processes.ts';
import { startDelivery } from '../../store/catalogue/deliveries.ts';
import type { CatalogueDatabase } from '../metadata/catalogueDatabase.ts';
import { isrcOf, song } from './fill.ts';

export interface Measured {
  /** That were there. */
  readonly recordings: number;
  readonly workers: number;
  readonly seconds: number;
  /** CPU milliseconds for one row: of the workers, and of Postgres with all that it does. */
  readonly workerMs: number;
  readonly postgresMs: number;
}

/** Numbers of songs that no catalogue has: each measurement delivers others. */
let next = 5_000_000;

export async function measureIntake(
  { database, url }: CatalogueDatabase,
  workers: number,
  rows: number,
): Promise<Omit<Measured, 'recordings'>> {
  const folder = await mkdtemp(join(tmpdir(), 'fermata-intake-'));
  const running: Worker[] = [];
  try {
    for (let n = 0; n < workers; n += 1) {
      const path = join(folder, String(n));
      const each = Math.floor(rows / workers);
      await writeListing(path, next, each);
      next += each;
      const deliveryId = `${next}`;
      await startDelivery(database, deliveryId, path);
      running.push(startWorker(url, deliveryId));
    }
    for (const worker of running) await worker.line();
    const { rows: own } = await database.query<{ pid: number }>(`select pg_backend_pid() as pid`);
    const server = listProcesses().find(({ pid }) => pid === own[0]!.pid)!.parentPid;
    const before = cpuMs(server);
    const startedAt = performance.now();
    for (const { go } of running) go();
    const said = await Promise.all(running.map(({ line }) => line()));
    const seconds = (performance.now() - startedAt) / 1000;
    const results = said.map((line) => JSON.parse(line) as { rows: number; cpuMs: number });
    const taken = results.reduce((sum, each) => sum + each.rows, 0);
    if (taken !== workers * Math.floor(rows / workers)) throw new Error(`${taken} rows were taken`);
    return {
      workers,
      seconds: (seconds * rows) / taken,
      workerMs: results.reduce((sum, each) => sum + each.cpuMs, 0) / taken,
      postgresMs: (cpuMs(server) - before) / taken,
    };
  } finally {
    for (const { end } of running) end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeListing(folder: string, from: number, rows: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => {
    const { title, artist } = song(from + i);
    const upc = String(700_000_000_000 + Math.floor((from + i) / 12) * 10);
    return JSON.stringify({
      isrc: isrcOf(from + i),
      title,
      artists: artist,
      album: `album ${upc}`,
      upc: `${upc.slice(0, 11)}${checkDigit(upc.slice(0, 11))}`,
      label: 'label',
      release_date: '2026-05-01',
      duration: '3:00',
    });
  });
  await mkdir(folder);
  await writeFile(join(folder, 'catalogue.jsonl'), lines.join('\n'));
}

function checkDigit(digits: string): number {
  const sum = [...digits].reduce((all, digit, i) => all + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10;
}

interface Worker {
  readonly line: () => Promise<string>;
  readonly go: () => void;
  readonly end: () => void;
}

function startWorker(url: string, deliveryId: string): Worker {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), url, deliveryId], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('a worker ended early');
      return value;
    },
    go: () => child.stdin.end('go\n'),
    end: () => void (child.exitCode === null && child.kill('SIGKILL') && once(child, 'exit')),
  };
}

/** Of a process, and of everything that it started and that has ended since. */
function cpuMs(pid: number): number {
  let ticks = 0;
  for (const one of processTree(pid)) {
    try {
      const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
      // The program's name in brackets may hold anything; utime is the 14th field, cstime the 17th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      for (const field of fields.slice(11, 15)) ticks += Number(field);
    } catch {
      // It has ended, and is counted with the one that started it.
    }
  }
  return ticks * 10;
}

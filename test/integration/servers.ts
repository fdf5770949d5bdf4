// The command as its users run it: a process, with services in a folder of their own that is gone afterwards.

import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, type Database } from '../../store/database.ts';
import { findServers } from '../../platform/servers/index.ts';
import { listProcesses } from '../../platform/servers/processes.ts';

export const root = join(import.meta.dirname, '..', '..');
export const examples = join(root, 'examples');
const program = join(root, 'cli', 'fermata.js');

export interface Ended {
  /** Exit code, or the signal's name. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What standard output has said by now. */
  printed(): string;
  /** Resolves when standard error has said it. Throws when the process ends without. */
  said(text: string): Promise<void>;
}

export interface Folder {
  /** The services' data folder. */
  readonly dataDir: string;
  /** For files of the test. */
  readonly files: string;
  start(args: readonly string[], options?: { readonly input?: string; readonly cwd?: string }): Running;
  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended>;
  /** The same with --json. @returns what it printed, parsed. Throws when it failed or printed anything else. */
  json<T>(...args: string[]): Promise<T>;
  /** `fermata up`, ready. */
  up(...args: string[]): Promise<Running>;
  /** Opens the services' database; closed with the folder. */
  database(): Database;
  pidOf(name: string): number;
  /** Processes that belong to this folder, whoever started them. */
  processes(): { readonly pid: number; readonly commandLine: string }[];
  /** Ends what still runs. @returns command lines of processes that would not go. */
  remove(): Promise<string[]>;
}

export function makeFolder(environment: Readonly<Record<string, string>> = {}): Folder {
  const top = mkdtempSync(join(tmpdir(), 'fermata-test-'));
  const dataDir = join(top, 'data');
  const files = join(top, 'files');
  mkdirSync(files);
  const started: Running[] = [];
  const open: Database[] = [];

  const start: Folder['start'] = (args, options = {}) => {
    const child = spawn(process.execPath, [program, ...args], {
      // The variable marks every descendant, whatever its command line says.
      env: { ...process.env, FERMATA_DATA_DIR: dataDir, FERMATA_LOG_FORMAT: 'json', ...environment },
      cwd: options.cwd ?? files,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin?.on('error', () => {}).end(options.input);
    let over = false;
    const ended = new Promise<Ended>((resolve) =>
      child.once('close', (code, signal) => {
        over = true;
        resolve({ code: code ?? signal ?? '', stdout, stderr });
      }),
    );
    const said = async (text: string): Promise<void> => {
      while (!stderr.includes(text)) {
        if (over) throw new Error(`ended without saying "${text}": ${stderr}`);
        await sleep(50);
      }
    };
    const running = { child, ended, said, printed: () => stdout };
    started.push(running);
    return running;
  };

  const processes: Folder['processes'] = () => {
    const marked = (pid: number): boolean => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(top);
      } catch {
        return false;
      }
    };
    return listProcesses().filter(
      (row) => row.pid !== process.pid && (row.commandLine.includes(top) || marked(row.pid)),
    );
  };

  const folder: Folder = {
    dataDir,
    files,
    start,
    run: (...args) => start(args).ended,
    async json<T>(...args: string[]) {
      const { code, stdout, stderr } = await start([...args, '--json']).ended;
      if (code !== 0) throw new Error(`fermata ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
    async up(...args) {
      const running = start(['up', ...args]);
      await running.said('Fermata is up.');
      return running;
    },
    database() {
      const servers = findServers(dataDir);
      if (servers === null) throw new Error('no services');
      const database = openDatabase(servers.databaseUrl, { maxConnections: 2 });
      open.push(database);
      return database;
    },
    pidOf: (name) => findServers(dataDir)?.processes.find((one) => one.name === name)?.pid ?? 0,
    processes,
    async remove() {
      await Promise.all(open.map((database) => database.close()));
      for (const { child } of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await Promise.all(started.map((one) => one.ended));
      for (let tries = 0; tries < 100 && processes().length > 0; tries += 1) await sleep(100);
      const left = processes();
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      rmSync(top, { recursive: true, force: true });
      return left.map((row) => row.commandLine);
    },
  };
  return folder;
}

/** A catalogue with all rows of the examples, but with the audio of few, so that it is indexed in seconds. @returns its folder. */
export function smallCatalogue(under: string, withAudio: readonly string[]): string {
  const folder = join(under, 'catalogue');
  mkdirSync(folder);
  const lines = readFileSync(join(examples, 'catalogue', 'catalogue.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  const kept = lines.map((line, i) => {
    const [file = '', isrc = '', ...rest] = line.split(',');
    if (i === 0) return line;
    if (!withAudio.includes(isrc)) return ['', isrc, ...rest].join(',');
    copyFileSync(join(examples, 'catalogue', file), join(folder, file));
    return line;
  });
  writeFileSync(join(folder, 'catalogue.csv'), `${kept.join('\n')}\n`);
  return folder;
}

/** Asks until the answer is not null. Throws, naming `what`, when it takes longer than the limit. */
export async function until<T>(what: string, limitMs: number, ask: () => Promise<T | null> | T | null): Promise<T> {
  for (const end = Date.now() + limitMs; ; await sleep(200)) {
    // A server that is being killed answers nothing: that is not the end of the wait.
    const answer = await Promise.resolve()
      .then(ask)
      .catch(() => null);
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s`);
  }
}

export const toLines = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');

/** Lines of JSON. */
export const fromLines = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T);

// Keeps one child process running: starts it, starts it again when it dies, gives up when it dies too often too soon.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError, messageOf } from '../failures.ts';
import { lastLines } from './files.ts';
import { identify, killTree, signalProcess, waitForEnd } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';

export interface ProcessSpec {
  /** Short, unique, fit for a file name: `worker-1`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it sees this program's own settings in its environment, among which are secrets. Default true. */
  readonly seesSettings?: boolean;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Asked again and again after the start until true; without it a process is ready when it runs. */
  readonly isReady?: (pid: number) => Promise<boolean>;
  /** Default 60 s. */
  readonly readyLimitMs?: number;
  /** Default SIGTERM. The standard input is closed at the same time. */
  readonly stopSignal?: NodeJS.Signals;
  /** After this it is killed. Default 15 s. */
  readonly stopLimitMs?: number;
  /** Run as another user; only root can. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface Supervised {
  readonly name: string;
  readonly logFile: string;
  readonly stopSignal: NodeJS.Signals;
  /** Null while it is not running. */
  readonly identity: () => ProcessIdentity | null;
  readonly restarts: () => number;
  /** Resolves when it is ready for the first time; rejects with the last log lines when it never gets there. */
  readonly ready: Promise<void>;
  /** Ends it for good; idempotent. */
  readonly stop: () => Promise<void>;
}

export interface SuperviseOptions {
  readonly logFile: string;
  /** Called when its pid changes: after a start, a death, a stop. */
  readonly onChange?: (identity: ProcessIdentity | null) => void;
  /** Called when it died and will be started again. */
  readonly onDeath?: (how: string) => void;
  /** Called when it was ready once and is now given up. */
  readonly onGiveUp?: (error: PlatformError) => void;
  /**
   * Run before each start, for what a killed predecessor may have left. Throws `PlatformError` when a start is useless;
   * before the process was ready for the first time, that is final.
   */
  readonly beforeStart?: () => Promise<void>;
  /** Deaths in a row, each within `quickMs` of its start, after which it is given up. Default 6 (about 8 s of trying). */
  readonly quickDeaths?: number;
  readonly quickMs?: number;
}

/** Log files above this size are set aside (one predecessor is kept) at the start of the supervisor. */
const rotateBytes = 10 * 1024 * 1024;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

function rotateLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    if (statSync(path).size > rotateBytes) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
}

export function supervise(spec: ProcessSpec, options: SuperviseOptions): Supervised {
  const quickDeaths = options.quickDeaths ?? 6;
  const quickMs = options.quickMs ?? 10_000;
  const stopSignal = spec.stopSignal ?? 'SIGTERM';
  const stopping = new AbortController();
  let child: ChildProcess | null = null;
  let identity: ProcessIdentity | null = null;
  let restarts = 0;
  let wasReady = false;
  /** Why another start would not help: no such program, or running but never ready. */
  let hopeless: string | null = null;

  const logged = (): string => {
    const lines = lastLines(options.logFile, 12).map((line) => `  ${line}`);
    return lines.length === 0 ? '' : `\nIts last lines (${options.logFile}):\n${lines.join('\n')}`;
  };

  const become = (next: ProcessIdentity | null): void => {
    identity = next;
    options.onChange?.(next);
  };

  /** Starts it once and resolves with how it ended. */
  const runOnce = (): Promise<string> =>
    new Promise((resolve) => {
      const log = openSync(options.logFile, 'a', 0o600);
      writeSync(log, `--- ${new Date().toISOString()} starting ${spec.name}\n`);
      let settled = false;
      const end = (how: string): void => {
        if (settled) return;
        settled = true;
        child = null;
        become(null);
        resolve(how);
      };
      try {
        child = spawn(spec.command, spec.args, {
          cwd: spec.cwd,
          env: { ...environmentFor(spec), ...spec.env },
          // The log is a file, not a pipe: the process can go on writing when this one is killed.
          stdio: ['pipe', log, log],
          // Its own process group: Ctrl-C reaches this process alone, which then stops the others in order.
          detached: true,
          ...(spec.user === undefined ? {} : spec.user),
        });
      } catch (error) {
        closeSync(log);
        end(messageOf(error));
        return;
      }
      closeSync(log);
      child.once('error', (error) => {
        if (child?.pid === undefined) hopeless = messageOf(error);
        end(messageOf(error));
      });
      child.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
      // A child that does not read its input must not break this process when the pipe closes.
      child.stdin?.on('error', () => undefined);
      if (child.pid !== undefined) become(identify(child.pid));
    });

  const untilReady = async (ended: Promise<string>): Promise<void> => {
    if (spec.isReady === undefined) {
      // A missing command or a wrong flag shows itself at once.
      const how = await Promise.race([ended, sleep(100, null)]);
      if (how !== null) throw new Error(how);
      return;
    }
    let over: string | null = null;
    void ended.then((how) => (over = how));
    const deadline = Date.now() + (spec.readyLimitMs ?? 60_000);
    for (;;) {
      if (over !== null) throw new Error(over);
      if (identity !== null && (await spec.isReady(identity.pid).catch(() => false))) return;
      if (stopping.signal.aborted) throw new Error('stopped');
      if (Date.now() > deadline)
        throw new Error(`not ready after ${Math.round((spec.readyLimitMs ?? 60_000) / 1000)} s`);
      await sleep(50);
    }
  };

  let settleReady: { resolve: () => void; reject: (error: Error) => void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const ready = new Promise<void>((resolve, reject) => (settleReady = { resolve, reject }));
  ready.catch(() => undefined);

  const keepRunning = async (): Promise<void> => {
    let quickInARow = 0;
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      const startedAtMs = Date.now();
      let how: string;
      try {
        await options.beforeStart?.();
        const ended = runOnce();
        if (!wasReady) {
          untilReady(ended).then(
            () => {
              wasReady = true;
              settleReady.resolve();
            },
            (error: unknown) => {
              if (identity === null || stopping.signal.aborted) return;
              hopeless = messageOf(error);
              void killTree(identity.pid);
            },
          );
        }
        how = await ended;
      } catch (error) {
        how = messageOf(error);
        if (error instanceof PlatformError) hopeless = how;
      }
      if (stopping.signal.aborted) break;
      quickInARow = Date.now() - startedAtMs < quickMs ? quickInARow + 1 : 1;
      if (quickInARow === 1) pauseMs = firstPauseMs;
      if (quickInARow >= quickDeaths || (hopeless !== null && !wasReady)) {
        const what = hopeless ?? `ended ${quickInARow} times in a row soon after its start (${how})`;
        const error = new PlatformError('start-failed', `${spec.name}: ${what}.${logged()}`);
        if (wasReady) options.onGiveUp?.(error);
        settleReady.reject(error);
        return;
      }
      options.onDeath?.(how);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      restarts += 1;
    }
    settleReady.reject(new PlatformError('stopped', `${spec.name} was stopped before it was ready.`));
  };

  rotateLog(options.logFile);
  const kept = keepRunning();

  const stop = async (): Promise<void> => {
    stopping.abort();
    const running = identity;
    if (running !== null) {
      child?.stdin?.end();
      signalProcess(running.pid, stopSignal);
      if (!(await waitForEnd(running, spec.stopLimitMs ?? 15_000))) await killTree(running.pid);
    }
    await kept;
  };

  return {
    name: spec.name,
    logFile: options.logFile,
    stopSignal,
    identity: () => identity,
    restarts: () => restarts,
    ready,
    stop,
  };
}

/** Servers of others need to know nothing of keys for providers, clusters and databases. */
const isSetting = (name: string): boolean => /^(FERMATA_|TEMPORAL_|DATABASE_URL$|PG)/.test(name);

const environmentFor = (spec: ProcessSpec): NodeJS.ProcessEnv =>
  spec.seesSettings === false
    ? Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)))
    : process.env;

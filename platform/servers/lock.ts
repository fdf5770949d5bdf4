// One supervisor per data folder. The lock is a file that names its holder by pid and start time, so a holder that was
// killed, or whose pid now belongs to another program, does not block the folder.

import { existsSync, linkSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '../failures.ts';
import { readJson } from './files.ts';
import { identify, isRunning } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';

interface LockHolder extends ProcessIdentity {
  /** Host and pid namespace: pids of another container say nothing here. */
  readonly place: string;
}

export interface FolderLock {
  readonly release: () => void;
}

/** How often the holder touches its lock, and after how long an untouched one from another machine or container is stale. */
const touchEveryMs = 5_000;
const silentMs = 30_000;

function thisPlace(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: the host name alone.
  }
  return `${hostname()}/${namespace}`;
}

function self(): LockHolder {
  const identity = identify(process.pid) ?? { pid: process.pid, started: '' };
  return { ...identity, place: thisPlace() };
}

function readHolder(path: string): LockHolder | null {
  const value = readJson(path) as Partial<LockHolder> | null;
  if (typeof value?.pid !== 'number' || typeof value.started !== 'string' || typeof value.place !== 'string')
    return null;
  return { pid: value.pid, started: value.started, place: value.place };
}

function holds(holder: LockHolder | null, path: string): boolean {
  if (holder !== null && holder.place === thisPlace()) return isRunning(holder);
  // Another container or machine, or a file that is no lock: only its age can tell.
  try {
    return Date.now() - statSync(path).mtimeMs < (holder === null ? 2_000 : silentMs);
  } catch {
    return false;
  }
}

/** Creates the file with its content in one step; false when it exists. */
function createWhole(path: string, content: string): boolean {
  const aside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(aside, content, { mode: 0o600 });
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Takes the lock `name` in `folder`, taking over a stale one, or returns the living holder.
 * Two processes that find the same stale lock cannot both win: the takeover itself is guarded by a second file, and who
 * gets that looks at the lock again.
 */
export async function tryLock(folder: string, name: string): Promise<FolderLock | ProcessIdentity> {
  const path = join(folder, name);
  const takeover = `${path}.takeover`;
  const content = JSON.stringify(self());
  for (;;) {
    if (createWhole(path, content)) break;
    const holder = readHolder(path);
    if (holds(holder, path)) return holder ?? { pid: 0, started: '' };
    if (!createWhole(takeover, content)) {
      if (!holds(readHolder(takeover), takeover)) rmSync(takeover, { force: true });
      await sleep(20);
      continue;
    }
    try {
      if (existsSync(path) && !holds(readHolder(path), path)) rmSync(path, { force: true });
    } finally {
      rmSync(takeover, { force: true });
    }
  }
  const touch = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder is gone or full; the lock is judged by pid on this machine anyway.
    }
  }, touchEveryMs);
  touch.unref();
  return {
    release: () => {
      clearInterval(touch);
      const holder = readHolder(path);
      if (holder?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

export function isLock(outcome: FolderLock | ProcessIdentity): outcome is FolderLock {
  return 'release' in outcome;
}

/** Like `tryLock`, but waits for the holder up to `limitMs`; `onWait` is told once who holds it. */
export async function waitForLock(
  folder: string,
  name: string,
  limitMs: number,
  onWait: (pid: number) => void,
): Promise<FolderLock> {
  const deadline = Date.now() + limitMs;
  let told = false;
  for (;;) {
    const outcome = await tryLock(folder, name);
    if (isLock(outcome)) return outcome;
    if (!told) onWait(outcome.pid);
    told = true;
    if (Date.now() > deadline) {
      throw new PlatformError(
        'start-failed',
        `Process ${outcome.pid} has held ${join(folder, name)} for ${Math.round(limitMs / 1000)} s.`,
        `end it, or remove the file if it is none of ours`,
      );
    }
    await sleep(250);
  }
}

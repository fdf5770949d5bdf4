// Looking at and ending processes of this machine. A process is named by its number AND its start time, because the
// kernel hands numbers out again: in a container that restarts, within seconds.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process only: boot id and start tick on Linux, start date elsewhere. */
  readonly started: string;
}

export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  readonly commandLine: string;
}

const onLinux = process.platform === 'linux';

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Fields of /proc/PID/stat after the command name, which may itself contain blanks and brackets. */
function statFields(pid: number): readonly string[] | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Null when no such process runs; a zombie does not run. */
export function identify(pid: number): ProcessIdentity | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (onLinux) {
    const fields = statFields(pid);
    if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
    return { pid, started: `${boot}/${fields[19] ?? ''}` };
  }
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
    if (line === '' || line.startsWith('Z')) return null;
    return { pid, started: line.replace(/^\S+\s+/, '') };
  } catch {
    return null;
  }
}

/** True when exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** All processes that this user may see. */
export function listProcesses(): readonly ProcessRow[] {
  if (onLinux) {
    const rows: ProcessRow[] = [];
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const pid = Number(entry);
      const fields = statFields(pid);
      if (fields === null || fields[0] === 'Z') continue;
      const commandLine = (readOrNull(`/proc/${pid}/cmdline`) ?? '').split('\0').join(' ').trim();
      rows.push({ pid, parentPid: Number(fields[1]), commandLine });
    }
    return rows;
  }
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return lines.split('\n').flatMap((line) => {
    const parts = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return parts === null ? [] : [{ pid: Number(parts[1]), parentPid: Number(parts[2]), commandLine: parts[3] ?? '' }];
  });
}

/** The process and everything it started that still runs, the process itself first. */
export function processTree(pid: number, rows: readonly ProcessRow[] = listProcesses()): readonly number[] {
  const tree = [pid];
  for (let i = 0; i < tree.length; i += 1) {
    for (const row of rows) if (row.parentPid === tree[i] && !tree.includes(row.pid)) tree.push(row.pid);
  }
  return tree;
}

/**
 * Memory of one process in bytes, 0 when it is gone. On Linux its proportional set size, which counts a page shared by n
 * processes as 1/n: the plain resident size would count Postgres' shared buffers once per connection.
 */
export function residentBytes(pid: number): number {
  if (onLinux) {
    const rollup = readOrNull(`/proc/${pid}/smaps_rollup`);
    const proportional = rollup === null ? null : /^Pss:\s+(\d+) kB/m.exec(rollup);
    const resident = proportional ?? /^VmRSS:\s+(\d+) kB/m.exec(readOrNull(`/proc/${pid}/status`) ?? '');
    return Number(resident?.[1] ?? 0) * 1024;
  }
  try {
    return (
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim()) * 1024
    );
  } catch {
    return 0;
  }
}

function linkOrNull(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** The folder in which a process works; null when it cannot be known (not Linux, another user's). */
export function workingFolder(pid: number): string | null {
  return linkOrNull(`/proc/${pid}/cwd`);
}

/** Whether the process itself listens on that IPv4 port; null where that cannot be known (not Linux). */
export function listensOn(pid: number, port: number): boolean | null {
  const table = readOrNull('/proc/net/tcp');
  if (table === null) return null;
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    // Fields: slot, local address, remote address, state (0A is listening), …, inode.
    return fields[1]?.endsWith(suffix) === true && fields[3] === '0A' ? [`socket:[${fields[9]}]`] : [];
  });
  if (sockets.length === 0) return false;
  try {
    return readdirSync(`/proc/${pid}/fd`).some((name) => sockets.includes(linkOrNull(`/proc/${pid}/fd/${name}`) ?? ''));
  } catch {
    return null;
  }
}

/** Sends a signal; false when the process is gone or not ours. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Waits until the process has ended; false when it still runs after `limitMs`. */
export async function waitForEnd(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

/** Kills a process with all that it started, and waits until they are gone. */
export async function killTree(pid: number): Promise<void> {
  const identities = processTree(pid).flatMap((one) => identify(one) ?? []);
  for (const identity of identities) signalProcess(identity.pid, 'SIGKILL');
  await Promise.all(identities.map((identity) => waitForEnd(identity, 5_000)));
}

/** Asks a process to end with `signal`; after `limitMs` kills it with all that it started. True when it ended by itself. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals, limitMs: number): Promise<boolean> {
  if (!isRunning(identity)) return true;
  signalProcess(identity.pid, signal);
  if (await waitForEnd(identity, limitMs)) return true;
  await killTree(identity.pid);
  return false;
}

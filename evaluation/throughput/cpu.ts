// CPU time of running processes with everything they started. Steadier than wall time on a machine that does other things too.

import { readFileSync } from 'node:fs';
import { listProcesses, processTree } from '../../platform/servers/processes.ts';
import type { ServersDescriptor } from '../../platform/servers/descriptor.ts';

/** The kernel counts in hundredths of a second (USER_HZ), whatever the machine. */
const ticksPerSecond = 100;

/** CPU seconds so far of each process; null where /proc does not tell (macOS). */
export function cpuSeconds(servers: ServersDescriptor): Readonly<Record<string, number>> | null {
  if (process.platform !== 'linux') return null;
  const rows = listProcesses();
  return Object.fromEntries(
    servers.processes.map(({ name, pid }) => [
      name,
      pid === null ? 0 : processTree(pid, rows).reduce((sum, one) => sum + secondsOf(one), 0),
    ]),
  );
}

/** User and system time of a process and of its children that have ended. */
function secondsOf(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0;
  }
  // The second field is the program's name in brackets and may hold anything; utime is the 14th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}

/** What was used between two readings, per `n` units of work, in milliseconds. */
export function cpuMsEach(
  before: Readonly<Record<string, number>> | null,
  after: Readonly<Record<string, number>> | null,
  n: number,
): Readonly<Record<string, number>> | null {
  if (before === null || after === null) return null;
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, (1000 * (seconds - (before[name] ?? 0))) / n]),
  );
}

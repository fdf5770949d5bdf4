// A shell of a megabyte that outlives this process when it is killed with -9, and then asks its children to end. Without it
// Postgres and Temporal would run on, holding ports and memory, until the next start on the same folder finds them.

import { spawn } from 'node:child_process';
import type { RecordedChild } from './descriptor.ts';

export interface Guard {
  readonly pid: number | null;
  /** The children to end, should this process vanish. */
  readonly watch: (children: readonly RecordedChild[]) => void;
  /** No longer needed. */
  readonly dismiss: () => void;
}

// Keeps the latest line; when its input ends, that line is a list of "signal pid" pairs, the database last. Two seconds
// are for the workers, which end by themselves when their own input closes.
const script = `
while read -r line; do latest=$line; done
[ -n "$latest" ] || exit 0
sleep 2
set -- $latest
while [ $# -gt 1 ]; do kill -s "$1" "$2" 2>/dev/null; shift 2; done
`;

export function startGuard(): Guard {
  // A group of its own: what is sent to the whole terminal group does not reach it.
  const guard = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  // Without a shell everything works but this; the next start cleans up.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  const tell = (line: string): void => {
    if (guard.stdin.writable) guard.stdin.write(`${line}\n`);
  };
  return {
    pid: guard.pid ?? null,
    watch: (children) => {
      const ordered = [...children].sort((a, b) => Number(a.name === 'postgres') - Number(b.name === 'postgres'));
      tell(ordered.map((child) => `${child.stopSignal.replace(/^SIG/, '')} ${child.pid}`).join(' '));
    },
    dismiss: () => {
      tell('');
      guard.stdin.end();
    },
  };
}

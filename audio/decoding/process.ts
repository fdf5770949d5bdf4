// Starting and watching the programs that decode.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { DecodeFailure, DecoderLimits } from '../decode.ts';
import { memoryFailure, timeoutFailure } from './outcome.ts';

/** A child that spins after its parent was killed outright is ended by the kernel after this much CPU time. */
const childCpuSeconds = 3600;
const memoryPollMs = 100;

/** Starts a program with an empty environment and, where there is a POSIX shell, a limit on its CPU time. */
export function spawnLimited(program: string, args: readonly string[], cwd: string): ChildProcess {
  // Temporary folders are swept now and then.
  mkdirSync(cwd, { recursive: true });
  const options = { cwd, env: {}, stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'] };
  const started = existsSync('/bin/sh')
    ? spawn('/bin/sh', ['-c', `ulimit -t ${childCpuSeconds}; exec "$0" "$@"`, program, ...args], options)
    : spawn(program, args, options);
  // Writing to a child that is gone raises EPIPE here; its exit says all there is to say.
  started.stdin.on('error', () => undefined);
  started.on('error', () => undefined);
  // A waiting child must not keep the program alive.
  started.unref();
  for (const pipe of [started.stdin, started.stdout, started.stderr])
    (pipe as unknown as { unref?: () => void }).unref?.();
  return started;
}

/** A process ended by a signal has no exit code. */
export const hasEnded = (running: ChildProcess): boolean => running.exitCode !== null || running.signalCode !== null;

/** Kills by the clock and by resident memory (where /proc tells it; the child also looks at itself between pieces). */
export function watchProcess(
  running: ChildProcess,
  settings: DecoderLimits,
  onFailure: (failure: DecodeFailure) => void,
): { stop(): void } {
  const startedAt = performance.now();
  const timer = setInterval(
    () => {
      if (performance.now() - startedAt > settings.timeoutMs) {
        running.kill('SIGKILL');
        onFailure(timeoutFailure(settings));
      } else if (residentMb(running.pid) > settings.memoryMb) {
        running.kill('SIGKILL');
        onFailure(memoryFailure(settings));
      }
    },
    Math.min(memoryPollMs, Math.max(10, settings.timeoutMs / 4)),
  );
  return { stop: () => clearInterval(timer) };
}

function residentMb(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * 4096) / 1024 / 1024;
  } catch {
    return 0;
  }
}

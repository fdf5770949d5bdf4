// The outside programs that make the examples. They are needed to make them, never to use them.

import { spawnSync } from 'node:child_process';

/** Ends the process with a line that fixes it when one of `programs` is not installed. */
export function requirePrograms(programs: readonly string[]): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  if (missing.length === 0) return;
  process.stderr.write(`Missing: ${missing.join(', ')}. On Debian or Ubuntu: apt-get install ${missing.join(' ')}\n`);
  process.exit(1);
}

/** Runs a program to its end and returns its standard output. Throws with the program's own last words when it fails. */
export function runProgram(program: string, args: readonly string[], input: Uint8Array | null = null): Buffer {
  const run = spawnSync(program, args, { input: input ?? undefined, maxBuffer: 2 ** 30 });
  // A program that gives up early closes its input, and then its own message says more than the broken pipe.
  if (run.status !== 0 && run.stderr !== null)
    throw new Error(`${program} ${args.join(' ')} ended with ${run.status}: ${run.stderr.toString().slice(-600)}`);
  if (run.error) throw run.error;
  return run.stdout;
}

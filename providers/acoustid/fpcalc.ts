// The fingerprint that AcoustID compares, made by Chromaprint's own program. There is no port of it to JavaScript that gives the same prints.

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { glimpse } from '../schema.ts';
import { printed } from './shapes.ts';

// Two minutes of audio take it 0.1 s of CPU, and their print has 2.9 KB.
const timeoutMs = 20_000;
const maxOutputBytes = 1024 * 1024;
// The part of a recording that AcoustID compares.
const seconds = 120;

/** The program at `path`, else the first on the search path; null when there is none that may be run. */
export function findFpcalc(path: string | null, searchPath = process.env['PATH'] ?? ''): string | null {
  const candidates =
    path === null
      ? searchPath
          .split(delimiter)
          .filter((folder) => isAbsolute(folder))
          .map((folder) => join(folder, 'fpcalc'))
      : [path];
  return candidates.find((candidate) => mayRun(candidate)) ?? null;
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs fpcalc on a WAV file. Throws an Error that says what happened; aborts with `signal`. */
export async function fingerprint(program: string, wav: Uint8Array, signal: AbortSignal): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fermata-print-'));
  try {
    const file = join(folder, 'sample.wav');
    await writeFile(file, wav, { mode: 0o600 });
    const { output, ended } = await run(program, ['-json', '-length', String(seconds), file], signal);
    let json: unknown = null;
    try {
      json = JSON.parse(output);
    } catch {
      // Said below.
    }
    const print = glimpse(printed, json);
    if (print !== null && /^[\w+/=-]+$/.test(print.fingerprint)) return print.fingerprint;
    throw new Error(`fpcalc ${ended === null ? 'printed no fingerprint' : `ended with ${ended}`}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What the program printed, and how it ended when not with code 0. Version 1.5.1 on FFmpeg 5 takes the end of any file for an error: it prints the
 * right fingerprint, then ends with code 3. So what was printed counts.
 */
function run(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly output: string; readonly ended: string | null }> {
  return new Promise((resolve, reject) => {
    // No environment: the keys of all providers are in ours.
    const child = spawn(program, args, {
      env: {},
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
      killSignal: 'SIGKILL',
      timeout: timeoutMs,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (output.length > maxOutputBytes) child.kill('SIGKILL');
    });
    child.on('error', (error) =>
      reject(
        signal.aborted
          ? (signal.reason as Error)
          : new Error(`fpcalc could not be run (${(error as NodeJS.ErrnoException).code ?? error.name})`),
      ),
    );
    child.on('close', (code, killed) =>
      resolve({ output, ended: code === 0 ? null : code === null ? `signal ${killed ?? 'unknown'}` : `code ${code}` }),
    );
  });
}

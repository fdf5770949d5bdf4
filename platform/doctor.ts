// Looks at the machine and says what is there, how it was found, and the line that fixes what is missing.

import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from './config/index.ts';
import { PlatformError, messageOf } from './failures.ts';
import { findServers } from './servers/descriptor.ts';
import { isPortFree } from './servers/ports.ts';
import { checkDatabase, clusterMajor } from './servers/postgres.ts';
import { chooseRunAs } from './servers/root.ts';
import { checkTemporal } from './servers/temporal.ts';
import { containerLine, findInstaller, findPostgres, findTemporal, onPath } from './servers/tools.ts';

const run = promisify(execFile);

export interface Finding {
  readonly name: string;
  /** `missing` stops Fermata from starting; `warning` does not. */
  readonly state: 'ok' | 'warning' | 'missing';
  /** What was found: version, path, how. */
  readonly found: string;
  /** The line or change that fixes it; null when nothing needs fixing. */
  readonly fix: string | null;
}

export interface DiagnoseOptions {
  /** Default false: look only. True: get what is missing, as a start would. */
  readonly install?: boolean;
  readonly onProgress?: (text: string) => void;
  /** Environment to look for programs in; default this process'. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const leastNode = [22, 18] as const;
/** A hundred thousand waiting sounds are about 2 GB of workflow state (21.5 KB each). */
const comfortableFreeBytes = 2 * 1024 ** 3;

/** Never throws for what it looks at: every trouble is a finding. */
export async function diagnose(config: Config, options: DiagnoseOptions = {}): Promise<readonly Finding[]> {
  const installer = await findInstaller(options.environment);
  const toolOptions = {
    config,
    install: options.install ?? false,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  };
  // A tool that a start would install is no obstacle as long as there is something to install it with.
  const willInstall = (name: string, error: unknown): Finding =>
    installer !== null &&
    !(options.install ?? false) &&
    config.temporalBinary === null &&
    config.postgresBinDir === null
      ? { name, state: 'warning', found: 'not here yet; the first start installs it', fix: 'fermata doctor --install' }
      : { name, state: 'missing', found: messageOf(error), fix: error instanceof PlatformError ? error.fix : null };

  const findings: Finding[] = [node()];
  findings.push(
    installer === null
      ? {
          name: 'pip',
          state: 'warning',
          found: 'neither pip nor a Python with venv on PATH',
          fix: 'sudo apt install python3-pip (needed only to install the programs below)',
        }
      : { name: 'pip', state: 'ok', found: installer.description, fix: null },
  );

  if (config.temporalAddress !== null) {
    findings.push(
      await reached('Temporal', async () => ({
        state: 'ok',
        found: await checkTemporal(config, config.temporalAddress as string),
        fix: null,
      })),
    );
  } else {
    try {
      const tool = await findTemporal(toolOptions);
      findings.push({
        name: 'Temporal',
        state: 'ok',
        found: `${tool.version}: ${tool.program} (${tool.foundBy})`,
        fix: null,
      });
    } catch (error) {
      findings.push(willInstall('Temporal', error));
    }
  }

  let binDir: string | null = null;
  if (config.databaseUrl !== null) {
    const url = config.databaseUrl;
    findings.push(
      await reached('Postgres', async () => {
        const { version, pgvector } = await checkDatabase(url);
        if (pgvector !== null)
          return { state: 'ok', found: `PostgreSQL ${version}, pgvector ${pgvector} (DATABASE_URL)`, fix: null };
        return {
          state: 'warning',
          found: `PostgreSQL ${version} without pgvector (DATABASE_URL): the second audio cue verifies, but finds nothing by itself`,
          fix: 'install pgvector 0.7 or later on that server (https://github.com/pgvector/pgvector) and start the workers again',
        };
      }),
    );
  } else {
    try {
      const tool = await findPostgres(toolOptions, clusterMajor(config.dataDir));
      binDir = tool.binDir;
      findings.push({
        name: 'Postgres',
        state: 'ok',
        found: `PostgreSQL ${tool.version}, pgvector ${tool.pgvector}: ${tool.binDir} (${tool.foundBy})`,
        fix: null,
      });
    } catch (error) {
      const finding = willInstall('Postgres', error);
      findings.push(finding.state === 'missing' && finding.fix === null ? { ...finding, fix: containerLine } : finding);
    }
  }

  findings.push(await account(binDir, config));
  findings.push(await ffmpeg(options.environment));
  findings.push(dataFolder(config.dataDir));
  findings.push(...(await serversOrPorts(config)));
  return findings;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const found = `Node ${process.versions.node}: ${process.execPath}`;
  return major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
    ? { name: 'Node', state: 'ok', found, fix: null }
    : {
        name: 'Node',
        state: 'missing',
        found,
        fix: `npm ci (it brings Node ${leastNode[0]}; run Fermata with npx fermata)`,
      };
}

async function reached(name: string, look: () => Promise<Omit<Finding, 'name'>>): Promise<Finding> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return { name, state: 'missing', found: messageOf(error), fix: error instanceof PlatformError ? error.fix : null };
  }
}

async function account(binDir: string | null, config: Config): Promise<Finding> {
  const name = 'Account';
  if (process.getuid?.() !== 0) return { name, state: 'ok', found: 'an ordinary user', fix: null };
  if (binDir === null) return { name, state: 'ok', found: 'root', fix: null };
  try {
    // The data folder may not exist before the first start; its nearest parent decides whether it can be reached.
    const way = await chooseRunAs(binDir, nearestExisting(config.dataDir));
    return {
      name,
      state: 'ok',
      found: `root; Postgres runs ${way.kind === 'user-namespace' ? 'in a user namespace' : 'as another user'}`,
      fix: null,
    };
  } catch (error) {
    return { name, state: 'missing', found: messageOf(error), fix: error instanceof PlatformError ? error.fix : null };
  }
}

async function ffmpeg(environment: DiagnoseOptions['environment']): Promise<Finding> {
  const name = 'ffmpeg';
  const program = onPath('ffmpeg', environment)[0];
  try {
    if (program === undefined) throw new Error('not on PATH');
    const { stdout } = await run(program, ['-version'], { timeout: 10_000 });
    return { name, state: 'ok', found: `${stdout.split('\n')[0] ?? ''}: ${program}`, fix: null };
  } catch (error) {
    return {
      name,
      state: 'warning',
      found: `${messageOf(error)}; wav, mp3, flac, ogg, opus and m4a work without it`,
      fix: 'install ffmpeg to read other formats (sudo apt install ffmpeg)',
    };
  }
}

function nearestExisting(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function dataFolder(path: string): Finding {
  const name = 'Data folder';
  const folder = nearestExisting(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(folder);
    const freeBytes = bavail * bsize;
    const found = `${path}${folder === path ? '' : ' (not made yet)'}, ${(freeBytes / 1024 ** 3).toFixed(1)} GB free`;
    return freeBytes < comfortableFreeBytes
      ? { name, state: 'warning', found, fix: 'free some space, or choose another folder with --data-dir' }
      : { name, state: 'ok', found, fix: null };
  } catch (error) {
    return {
      name,
      state: 'missing',
      found: messageOf(error),
      fix: 'choose another folder with --data-dir or FERMATA_DATA_DIR',
    };
  }
}

async function serversOrPorts(config: Config): Promise<readonly Finding[]> {
  const servers = findServers(config.dataDir);
  if (servers !== null) {
    const running = servers.processes.map((one) => `${one.name} ${one.pid ?? 'restarting'}`).join(', ');
    const ui = servers.temporal.uiUrl === null ? '' : `; Temporal UI at ${servers.temporal.uiUrl}`;
    return [
      {
        name: 'Services',
        state: 'ok',
        found: `running since ${new Date(servers.startedAtMs).toISOString()} (${running})${ui}`,
        fix: null,
      },
    ];
  }
  const findings: Finding[] = [{ name: 'Services', state: 'ok', found: 'not running on this data folder', fix: null }];
  const fixed = [
    ['FERMATA_TEMPORAL_PORT', config.temporalPort, config.temporalAddress === null],
    ['FERMATA_UI_PORT', config.uiPort, config.temporalAddress === null],
    ['FERMATA_POSTGRES_PORT', config.postgresPort, config.databaseUrl === null],
    ['FERMATA_API_PORT', config.apiPort, true],
  ] as const;
  const busy: string[] = [];
  for (const [variable, port, used] of fixed)
    if (used && port !== 0 && !(await isPortFree(port))) busy.push(`${variable} ${port}`);
  findings.push(
    busy.length === 0
      ? {
          name: 'Ports',
          state: 'ok',
          found: fixed.some(([, port]) => port !== 0)
            ? 'the chosen ports are free'
            : 'free ones are chosen at the start',
          fix: null,
        }
      : {
          name: 'Ports',
          state: 'missing',
          found: `in use by another program: ${busy.join(', ')}`,
          fix: 'choose other ports, or unset these and free ones are chosen',
        },
  );
  return findings;
}

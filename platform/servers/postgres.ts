// The embedded Postgres: a cluster in the data folder, reachable on 127.0.0.1 with a password, gentle on memory, safe on disk.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { PlatformError, messageOf } from '../failures.ts';
import { writeAtomically } from './files.ts';
import { listProcesses, workingFolder } from './processes.ts';
import { giveTo } from './root.ts';
import type { RunAs } from './root.ts';
import type { ProcessSpec } from './supervise.ts';
import type { PostgresTool } from './tools.ts';

const run = promisify(execFile);
const user = 'fermata';
const database = 'fermata';

/** Folder of the cluster below the data folder. */
export const clusterDir = (dataDir: string): string => join(dataDir, 'postgres');

/** Major version that made the cluster, null when there is none. */
export function clusterMajor(dataDir: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(clusterDir(dataDir), 'PG_VERSION'), 'utf8'), 10);
  } catch {
    return null;
  }
}

function password(dataDir: string): string {
  const path = join(dataDir, 'postgres.password');
  if (!existsSync(path)) writeAtomically(path, randomBytes(24).toString('base64url'));
  chmodSync(path, 0o600);
  return readFileSync(path, 'utf8').trim();
}

export function embeddedDatabaseUrl(dataDir: string, port: number, name: string = database): string {
  return `postgres://${user}:${password(dataDir)}@127.0.0.1:${port}/${name}`;
}

/** Makes the cluster when there is none: aside, then renamed, so that a killed initdb leaves nothing half-made. */
export async function createCluster(dataDir: string, tool: PostgresTool, runAs: RunAs): Promise<void> {
  const folder = clusterDir(dataDir);
  if (clusterMajor(dataDir) !== null) return giveTo(runAs.owner, folder);
  const aside = `${folder}.new`;
  const passwordFile = join(aside, 'password');
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(join(aside, 'cluster'), { recursive: true, mode: 0o700 });
  writeAtomically(passwordFile, `${password(dataDir)}\n`);
  giveTo(runAs.owner, aside);
  // The builtin provider (PostgreSQL 17 on) needs neither ICU nor a locale of the system, and sorts the same everywhere.
  const locale = tool.major >= 17 ? ['--locale-provider=builtin', '--locale=C.UTF-8'] : ['--locale=C'];
  const [command, ...args] = [
    ...runAs.prefix,
    join(tool.binDir, 'initdb'),
    '-D',
    join(aside, 'cluster'),
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--data-checksums',
    ...locale,
  ];
  try {
    await run(command as string, args, { timeout: 120_000, cwd: dataDir });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || messageOf(error);
    throw new PlatformError('start-failed', `initdb failed: ${said.split('\n').slice(-6).join('\n')}`);
  }
  if (existsSync(folder)) renameSync(folder, `${folder}.incomplete-${Date.now()}`);
  renameSync(join(aside, 'cluster'), folder);
  rmSync(aside, { recursive: true, force: true });
}

export function postgresSpec(dataDir: string, tool: PostgresTool, runAs: RunAs, port: number): ProcessSpec {
  const settings = {
    listen_addresses: '127.0.0.1',
    // No socket file: its path may not be longer than 107 bytes, and data folders can be.
    unix_socket_directories: '',
    // The servers together must fit a small machine.
    shared_buffers: '128MB',
    max_connections: '60',
    maintenance_work_mem: '128MB',
    max_wal_size: '512MB',
    log_min_messages: 'warning',
    logging_collector: 'off',
    log_destination: 'stderr',
    // Connections of a killed worker are noticed in seconds, so that its locks are free again.
    tcp_keepalives_idle: '10',
    ...(process.platform === 'linux' ? { client_connection_check_interval: '5s' } : {}),
  };
  const [command, ...args] = [
    ...runAs.prefix,
    join(tool.binDir, 'postgres'),
    '-D',
    clusterDir(dataDir),
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  return {
    name: 'postgres',
    command: command as string,
    seesSettings: false,
    args,
    cwd: dataDir,
    isReady: () => answers(embeddedDatabaseUrl(dataDir, port, 'postgres')),
    readyLimitMs: 120_000,
    // Fast shutdown: open transactions are rolled back, then a clean end.
    stopSignal: 'SIGINT',
    stopLimitMs: 30_000,
  };
}

/**
 * A killed Postgres leaves `postmaster.pid`. Postgres copes with that unless the number in it runs again as another program:
 * then it would refuse to start for ever. Called only while we hold the data folder's lock.
 */
export function clearForeignPidFile(dataDir: string): void {
  const path = join(clusterDir(dataDir), 'postmaster.pid');
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
  } catch {
    return;
  }
  const rows = listProcesses();
  const holder = rows.find((row) => row.pid === pid);
  if (holder === undefined || holder.commandLine.includes(clusterDir(dataDir))) return;
  // Backends of the killed server outlive it for a moment; they work in the cluster's folder.
  if (rows.some((row) => workingFolder(row.pid) === clusterDir(dataDir))) return;
  rmSync(path, { force: true });
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates our database in the embedded cluster when it is not there. */
export async function createDatabase(dataDir: string, port: number): Promise<void> {
  const client = new pg.Client({ connectionString: embeddedDatabaseUrl(dataDir, port, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

/**
 * What a database that somebody else runs offers; `pgvector` is null where the extension is not installed, which leaves the audio search its peaks.
 * Throws `PlatformError` ('unreachable') without the password in it.
 */
export async function checkDatabase(
  url: string,
): Promise<{ readonly version: string; readonly pgvector: string | null }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; pgvector: string | null }>(
      `select current_setting('server_version') as version,
              (select default_version from pg_available_extensions where name = 'vector') as pgvector`,
    );
    return rows[0]!;
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw new PlatformError(
      'unreachable',
      `The Postgres in DATABASE_URL does not answer: ${messageOf(error)}`,
      'check DATABASE_URL, or unset it to use the embedded one',
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

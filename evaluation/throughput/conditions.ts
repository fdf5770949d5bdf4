// Under which conditions numbers were taken: without them they say nothing.

import { cpus, loadavg, totalmem } from 'node:os';
import type { Queryable } from '../../store/database.ts';
import { readConfig, type Config } from '../../platform/config/index.ts';

export interface Conditions {
  readonly date: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  /** Average of processes that wanted a core in the last minute, when the run ended; far above `cores` means a busy machine. */
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** The settings of servers of its own, whatever the environment names: what is measured must be what is described. */
export function ownConfig(dataDir: string): Config {
  const { TEMPORAL_ADDRESS: _temporal, DATABASE_URL: _database, ...environment } = process.env;
  return readConfig({ flags: { 'data-dir': dataDir }, environment });
}

/** What a report's reader must know of Postgres. */
export async function postgresVersion(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ version: string }>(`select current_setting('server_version') as version`);
  return rows[0]!.version;
}

export function readConditions(startedAtMs: number, servers: Readonly<Record<string, string>>): Conditions {
  return {
    date: new Date(startedAtMs).toISOString().slice(0, 10),
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    versions: { node: process.versions.node, ...servers },
  };
}

// What everything holds on disk and in memory.

import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Connections } from '../../app/connection.ts';
import type { Config } from '../../platform/config/index.ts';
import type { RunningServers } from '../../platform/servers/index.ts';

/** Temporal finishes and clears its own tasks after the sounds have come to rest: read until nothing moves for two seconds. */
export async function settledSizes(
  connections: Connections,
  config: Config,
): Promise<{ postgres: number; temporal: number }> {
  let last = await sizes(connections, config);
  for (let i = 0; i < 10; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const now = await sizes(connections, config);
    if (now.postgres === last.postgres && now.temporal === last.temporal) return now;
    last = now;
  }
  return last;
}

async function sizes(connections: Connections, config: Config): Promise<{ postgres: number; temporal: number }> {
  const { rows } = await connections.database.query<{ bytes: number }>(
    `select sum(pg_total_relation_size(c.oid))::bigint as bytes from pg_class c
       join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r'`,
  );
  // Pages in use, those in the write-ahead log included; the file alone lags behind.
  const file = new DatabaseSync(join(config.dataDir, 'temporal.db'), { readOnly: true });
  try {
    const pragma = (name: string): number => Number(Object.values(file.prepare(`pragma ${name}`).get() ?? {})[0]);
    const temporal = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
    return { postgres: rows[0]!.bytes, temporal };
  } finally {
    file.close();
  }
}

/** Samples once a second. `stop` gives the most of each process, MB. */
export function watchMemory(running: RunningServers): { readonly stop: () => Record<string, number> } {
  const most: Record<string, number> = {};
  const sample = (): void => {
    for (const { name, residentBytes } of running.memory())
      most[name] = Math.max(most[name] ?? 0, residentBytes / 2 ** 20);
  };
  sample();
  const timer = setInterval(sample, 1000);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

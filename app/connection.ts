// Finds the running servers of a data folder and opens what a command needs of them: many need the database alone, and loading
// Temporal's client takes half of a command's start (0.45 of 0.9 CPU-seconds).

import type { Client, Connection } from '@temporalio/client';
import { openDatabase, type Database } from '../store/database.ts';
import { isAway } from '../store/failures.ts';
import { requireSchema } from '../store/migrate.ts';
import { soundId } from '../domain/naming.ts';
import { readRecords } from '../store/sounds/records.ts';
import { findSounds } from '../store/sounds/sounds.ts';
import type { Config } from '../platform/config/index.ts';
import { temporalConnectionOptions } from '../platform/servers/connectionOptions.ts';
import { findServers } from '../platform/servers/descriptor.ts';
import { Failed, Misuse, NotFound } from '../domain/failures.ts';
import type { Reconciliation } from '../client/reconciliation.ts';

export interface Stored {
  readonly database: Database;
  /** Null when a cluster is used whose UI we do not know. */
  readonly uiUrl: string | null;
  readonly namespace: string;
}

export interface Connections extends Stored {
  readonly client: Client;
  readonly reconciliation: Reconciliation;
}

interface Address {
  readonly temporal: string;
  readonly namespace: string;
  readonly uiUrl: string | null;
  readonly databaseUrl: string;
  /** Started by "fermata up", which starts again what dies. */
  readonly supervised: boolean;
}

function addressOf(config: Config): Address {
  const running = findServers(config.dataDir);
  if (running !== null)
    return {
      ...running.temporal,
      temporal: running.temporal.address,
      databaseUrl: running.databaseUrl,
      supervised: true,
    };
  if (config.temporalAddress !== null && config.databaseUrl !== null) {
    return {
      temporal: config.temporalAddress,
      namespace: config.temporalNamespace,
      uiUrl: null,
      databaseUrl: config.databaseUrl,
      supervised: false,
    };
  }
  throw new Failed(
    `no services are running for ${config.dataDir}`,
    'start them with "fermata up" (or "npm start"), or name the folder they use with --data-dir or FERMATA_DATA_DIR',
  );
}

/** Opens the database alone, runs `work`, closes it. */
export const withDatabase = <T>(config: Config, work: (stored: Stored) => Promise<T>): Promise<T> =>
  open(config, addressOf(config), work);

/** Opens the database and Temporal, runs `work`, closes them. */
export async function withConnections<T>(config: Config, work: (connections: Connections) => Promise<T>): Promise<T> {
  const address = addressOf(config);
  return open(config, address, async (stored) => {
    const [temporal, { createReconciliation }] = await Promise.all([
      import('@temporalio/client'),
      import('../client/reconciliation.ts'),
    ]);
    let connection: Connection;
    try {
      connection = await temporal.Connection.connect({
        ...temporalConnectionOptions(config, address.temporal),
        connectTimeout: 10_000,
      });
    } catch (error) {
      throw new Failed(
        `Temporal at ${address.temporal} does not answer: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    try {
      const client = new temporal.Client({ connection, namespace: address.namespace });
      return await work({ ...stored, client, reconciliation: createReconciliation(client, stored.database) });
    } finally {
      await connection.close();
    }
  });
}

async function open<T>(config: Config, address: Address, work: (stored: Stored) => Promise<T>): Promise<T> {
  const database = openDatabase(address.databaseUrl, { maxConnections: 4 });
  try {
    await requireSchema(database);
    return await work({ database, uiUrl: address.uiUrl, namespace: address.namespace });
  } catch (error) {
    if (error instanceof Failed || error instanceof Misuse) throw error;
    // Whatever broke then, a lost connection or a refused query, this is what happened.
    if (address.supervised && findServers(config.dataDir) === null)
      throw new Failed('the services were stopped meanwhile', 'start them again with "fermata up": nothing is lost');
    if (isLostConnection(error)) {
      throw new Failed(
        `the services do not answer: ${error instanceof Error ? error.message : String(error)}`,
        address.supervised ? 'what died is started again by itself: repeat the command' : null,
      );
    }
    throw error;
  } finally {
    await database.close();
  }
}

/** A server that went away: the database, or gRPC's code 14 (unavailable). */
function isLostConnection(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return code === 14 || isAway(error) || (cause !== undefined && cause !== null && isLostConnection(cause));
}

/** What a person types for a sound: `tiktok:7123…`, or the platform's id alone when it is not ambiguous. */
export async function resolveSound(stored: Pick<Stored, 'database'>, typed: string): Promise<string> {
  const found = await findSounds(stored.database, typed);
  const [first] = found;
  if (first !== undefined && (first === typed || found.length === 1)) return first;
  if (first !== undefined) throw new Failed(`${typed} is a sound on several platforms: ${found.join(', ')}`);
  throw new NotFound(
    `there is no sound ${typed}`,
    `sounds are named like ${soundId('tiktok', '7123456789012345678')}; "fermata list" shows them`,
  );
}

/** One sound as exported. */
export async function readOne(stored: Pick<Stored, 'database'>, soundIdText: string) {
  const rows = await readRecords(stored.database, { afterId: '', limit: 1, ids: [soundIdText] });
  if (rows[0] === undefined) throw new NotFound(`there is no sound ${soundIdText}`);
  return rows[0].record;
}

/** The address of a workflow's page in Temporal's UI. */
export const pageOf = (stored: Stored, workflowId: string): string | null =>
  stored.uiUrl === null
    ? null
    : `${stored.uiUrl}/namespaces/${stored.namespace}/workflows/${encodeURIComponent(workflowId)}`;

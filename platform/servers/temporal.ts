// The embedded Temporal server (the CLI's development server with a file database), and what any Temporal must have.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Connection } from '@temporalio/client';
import type { Config } from '../config/index.ts';
import { PlatformError, messageOf } from '../failures.ts';
import { temporalConnectionOptions } from './connectionOptions.ts';
import { listensOn } from './processes.ts';
import type { ProcessSpec } from './supervise.ts';
import type { TemporalTool } from './tools.ts';

const run = promisify(execFile);

/** Loaded when it is needed: half of the start of a command that only reads the database. */
const temporalClient = () => import('@temporalio/client');

export type SearchAttributeType = 'Keyword' | 'Double' | 'Int' | 'Datetime' | 'Text' | 'Bool' | 'KeywordList';
export type SearchAttributes = Readonly<Record<string, SearchAttributeType>>;

/** Numbers of `temporal.api.enums.v1.IndexedValueType`. */
const typeNumbers: Readonly<Record<SearchAttributeType, number>> = {
  Text: 1,
  Keyword: 2,
  Int: 3,
  Double: 4,
  Bool: 5,
  Datetime: 6,
  KeywordList: 7,
};

export async function temporalSpec(
  dataDir: string,
  tool: TemporalTool,
  config: Config,
  ports: { readonly temporal: number; readonly ui: number },
  searchAttributes: SearchAttributes,
): Promise<ProcessSpec> {
  // An older CLI on PATH lacks some of the flags, and refuses to start for one that it does not know.
  const { stdout: help } = await run(tool.program, ['server', 'start-dev', '--help'], { timeout: 20_000 });
  const known = (flag: string, ...values: string[]): string[] => (help.includes(flag) ? [flag, ...values] : []);
  return {
    name: 'temporal',
    command: tool.program,
    seesSettings: false,
    args: [
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(ports.temporal),
      '--ui-port',
      String(ports.ui),
      // Relative to the working folder: the path becomes part of a URL, and "%", "#" or "?" in a folder's name would
      // silently make another file (seen with CLI 1.9.1).
      '--db-filename',
      'temporal.db',
      '--namespace',
      config.temporalNamespace,
      '--log-level',
      'warn',
      ...known('--ui-disable-news-fetch'),
      ...pragmas.flatMap((pragma) => known('--sqlite-pragma', pragma)),
      ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ],
    cwd: dataDir,
    // Two starts at the same moment can choose the same port; the loser must not take the winner's server for its own.
    isReady: async (pid) =>
      listensOn(pid, ports.temporal) !== false &&
      (await canConnect(`127.0.0.1:${ports.temporal}`, config.temporalNamespace)),
    readyLimitMs: 60_000,
    stopSignal: 'SIGTERM',
    stopLimitMs: 15_000,
  };
}

/**
 * A write-ahead log, flushed at every commit: what Temporal has acknowledged survives a power failure. Measured with CLI
 * 1.9.1, 400 workflow starts, ten at a time, on two busy cores: 34 ms each with the default rollback journal (12 ms of CPU),
 * 10 ms so (6.3 ms), 7 ms with synchronous=NORMAL (5.6 ms), which may forget the last commits after a power failure.
 */
const pragmas = ['journal_mode=WAL', 'synchronous=FULL'];

async function canConnect(address: string, namespace: string): Promise<boolean> {
  const { Connection } = await temporalClient();
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } finally {
    await connection.close();
  }
}

/**
 * Registers what is missing and refuses what exists with another type. Throws `PlatformError` ('unreachable') when Temporal
 * does not answer or does not let us register, with the line that a person with more rights can run.
 */
export async function ensureSearchAttributes(config: Config, address: string, wanted: SearchAttributes): Promise<void> {
  const connection = await connect(config, address);
  const namespace = config.temporalNamespace;
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(wanted).filter(([name, type]) => customAttributes?.[name] !== typeNumbers[type]);
    const clash = missing.find(([name]) => customAttributes?.[name] !== undefined && customAttributes[name] !== null);
    if (clash !== undefined)
      throw new Error(`the search attribute ${clash[0]} exists with another type than ${clash[1]}`);
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, typeNumbers[type]])),
    });
  } catch (error) {
    const line = Object.entries(wanted).map(
      ([name, type]) =>
        `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
    );
    throw new PlatformError(
      'unreachable',
      `The search attributes could not be registered in namespace ${namespace} at ${address}: ${messageOf(error)}`,
      line.join(' && '),
    );
  } finally {
    await connection.close();
  }
}

/** What answers at a configured address, for people. Throws `PlatformError` ('unreachable'). */
export async function checkTemporal(config: Config, address: string): Promise<string> {
  const connection = await connect(config, address);
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    await connection.workflowService.describeNamespace({ namespace: config.temporalNamespace });
    return `server ${serverVersion} at ${address}, namespace ${config.temporalNamespace} (TEMPORAL_ADDRESS)`;
  } catch (error) {
    throw new PlatformError(
      'unreachable',
      `Temporal at ${address} does not let us use namespace ${config.temporalNamespace}: ${messageOf(error)}`,
      'check TEMPORAL_NAMESPACE and the credentials',
    );
  } finally {
    await connection.close();
  }
}

async function connect(config: Config, address: string): Promise<Connection> {
  const { Connection } = await temporalClient();
  try {
    return await Connection.connect({ ...temporalConnectionOptions(config, address), connectTimeout: 10_000 });
  } catch (error) {
    throw new PlatformError(
      'unreachable',
      `Temporal at ${address} does not answer: ${messageOf(error)}`,
      'check TEMPORAL_ADDRESS and the TEMPORAL_TLS settings, or unset TEMPORAL_ADDRESS to use the embedded server',
    );
  }
}

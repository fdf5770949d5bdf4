// How other processes find the running servers: one small file in the data folder.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeAtomically } from './files.ts';
import { identify, isRunning, listProcesses, processTree, residentBytes } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';

export interface RunningProcess {
  readonly name: string;
  /** Null for the moment between a death and the restart. */
  readonly pid: number | null;
}

export interface ServersDescriptor {
  readonly version: 1;
  readonly startedAtMs: number;
  readonly supervisorPid: number;
  /** Tells the supervisor from another process that got its pid later. */
  readonly supervisorStarted: string;
  readonly dataDir: string;
  readonly temporal: {
    /** host:port */
    readonly address: string;
    readonly namespace: string;
    /** Null for a cluster that somebody else runs. */
    readonly uiUrl: string | null;
  };
  /** Where the HTTP API listens; null when none is served. */
  readonly apiUrl: string | null;
  /** With its password: the file is readable by its owner only. */
  readonly databaseUrl: string;
  readonly processes: readonly RunningProcess[];
}

const descriptorPath = (dataDir: string): string => join(dataDir, 'servers.json');

export function writeDescriptor(descriptor: ServersDescriptor): void {
  writeAtomically(descriptorPath(descriptor.dataDir), `${JSON.stringify(descriptor, null, 2)}\n`);
}

export function removeDescriptor(dataDir: string): void {
  rmSync(descriptorPath(dataDir), { force: true });
}

/** The servers that run on this data folder, or null when none do. Costs two small file reads. */
export function findServers(dataDir: string): ServersDescriptor | null {
  const value = readJson(descriptorPath(dataDir)) as Partial<ServersDescriptor> | null;
  if (value?.version !== 1 || typeof value.supervisorPid !== 'number' || typeof value.supervisorStarted !== 'string')
    return null;
  const supervisor: ProcessIdentity = { pid: value.supervisorPid, started: value.supervisorStarted };
  return isRunning(supervisor) ? (value as ServersDescriptor) : null;
}

export interface ProcessMemory {
  readonly name: string;
  readonly pid: number;
  /** Of the process and all it started; pages shared within the machine are counted in proportion (Linux). */
  readonly residentBytes: number;
}

/** Memory of each running server and worker, and of the supervisor. */
export function memoryOf(descriptor: ServersDescriptor): readonly ProcessMemory[] {
  const rows = listProcesses();
  const ofTree = (pid: number): number => processTree(pid, rows).reduce((sum, one) => sum + residentBytes(one), 0);
  const servers = descriptor.processes.flatMap(({ name, pid }) =>
    pid === null ? [] : [{ name, pid, residentBytes: ofTree(pid) }],
  );
  const supervisor = {
    name: 'supervisor',
    pid: descriptor.supervisorPid,
    residentBytes: residentBytes(descriptor.supervisorPid),
  };
  return [...servers, supervisor];
}

// --- Children, for the next start after a kill -9 of the supervisor -------------------------------------------------

export interface RecordedChild extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

const childrenPath = (dataDir: string): string => join(dataDir, 'processes.json');

export function recordChildren(dataDir: string, children: readonly RecordedChild[]): void {
  writeAtomically(childrenPath(dataDir), JSON.stringify(children));
}

/** Children on record that still run as themselves. */
export function livingChildren(dataDir: string): readonly RecordedChild[] {
  const value = readJson(childrenPath(dataDir));
  if (!Array.isArray(value)) return [];
  return (value as RecordedChild[]).filter(
    (child) => typeof child.pid === 'number' && identify(child.pid)?.started === child.started,
  );
}

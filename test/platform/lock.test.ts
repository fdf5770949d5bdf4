import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findServers, writeDescriptor } from '../../platform/servers/descriptor.ts';
import { isLock, tryLock, waitForLock } from '../../platform/servers/lock.ts';
import { choosePort } from '../../platform/servers/ports.ts';
import {
  endProcess,
  identify,
  isRunning,
  listProcesses,
  listensOn,
  processTree,
  residentBytes,
} from '../../platform/servers/processes.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const content = (): { pid: number; started: string; place: string } =>
  JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as { pid: number; started: string; place: string };
const put = (change: object): void => writeFileSync(join(folder, 'lock'), JSON.stringify({ ...content(), ...change }));

describe('the lock of a folder', () => {
  it('is held once, and free after release', async () => {
    const first = await tryLock(folder, 'lock');
    expect(isLock(first)).toBe(true);
    const second = await tryLock(folder, 'lock');
    expect(second).toMatchObject({ pid: process.pid });
    if (isLock(first)) first.release();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    expect(isLock(await tryLock(folder, 'lock'))).toBe(true);
  });

  it('is taken over when its pid runs again as another process', async () => {
    await tryLock(folder, 'lock');
    // This very process, but as if the lock had been made by an earlier one with the same number.
    put({ started: 'earlier' });
    expect(isLock(await tryLock(folder, 'lock'))).toBe(true);
    expect(content().started).not.toBe('earlier');
  });

  it('is taken over when its holder is dead', async () => {
    await tryLock(folder, 'lock');
    put({ pid: 2 ** 22 + 1 });
    expect(isLock(await tryLock(folder, 'lock'))).toBe(true);
  });

  it('of another container holds while it is touched, and is stale after half a minute of silence', async () => {
    await tryLock(folder, 'lock');
    put({ place: 'elsewhere/pid:[1]', pid: 7 });
    expect(await tryLock(folder, 'lock')).toMatchObject({ pid: 7 });
    const silent = new Date(Date.now() - 31_000);
    utimesSync(join(folder, 'lock'), silent, silent);
    expect(isLock(await tryLock(folder, 'lock'))).toBe(true);
  });

  it('goes to exactly one of many that find it stale', async () => {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, started: 'x', place: 'y' }));
    const silent = new Date(Date.now() - 31_000);
    utimesSync(join(folder, 'lock'), silent, silent);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => tryLock(folder, 'lock')));
    expect(outcomes.filter(isLock)).toHaveLength(1);
  });

  it('is waited for, with a word on who holds it', async () => {
    const first = await tryLock(folder, 'lock');
    const told: number[] = [];
    setTimeout(() => isLock(first) && first.release(), 300);
    const second = await waitForLock(folder, 'lock', 5_000, (pid) => told.push(pid));
    expect(told).toEqual([process.pid]);
    await expect(waitForLock(folder, 'lock', 100, () => undefined)).rejects.toThrow(`Process ${process.pid} has held`);
    second.release();
  });
});

describe('processes', () => {
  it('are themselves only: another start time is another process', () => {
    const self = identify(process.pid);
    expect(self).not.toBeNull();
    expect(isRunning(self ?? { pid: 0, started: '' })).toBe(true);
    expect(isRunning({ pid: process.pid, started: 'earlier' })).toBe(false);
    expect(identify(0)).toBeNull();
    expect(identify(2 ** 22 + 1)).toBeNull();
  });

  it('that ignore the polite signal are killed, with what they started', async () => {
    const child = spawn('sh', ['-c', 'trap "" TERM; sleep 1000 & echo up; wait; sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const tree = processTree(child.pid ?? 0);
    expect(tree).toHaveLength(2);
    expect(residentBytes(child.pid ?? 0)).toBeGreaterThan(10_000);
    const identity = identify(child.pid ?? 0);
    expect(identity).not.toBeNull();
    expect(await endProcess(identity ?? { pid: 0, started: '' }, 'SIGTERM', 300)).toBe(false);
    expect(listProcesses().filter((row) => tree.includes(row.pid))).toEqual([]);
  });
});

describe('servers found by other processes', () => {
  const descriptor = {
    version: 1,
    startedAtMs: 0,
    supervisorPid: process.pid,
    supervisorStarted: identify(process.pid)?.started ?? '',
    temporal: { address: '127.0.0.1:1', namespace: 'default', uiUrl: null },
    apiUrl: null,
    databaseUrl: 'postgres://a@127.0.0.1/b',
    processes: [],
  } as const;

  it('are there while the supervisor runs, and not when its pid belongs to another process', () => {
    expect(findServers(folder)).toBeNull();
    writeDescriptor({ ...descriptor, dataDir: folder });
    expect(findServers(folder)).toMatchObject({ databaseUrl: descriptor.databaseUrl });
    writeDescriptor({ ...descriptor, dataDir: folder, supervisorStarted: 'earlier' });
    expect(findServers(folder)).toBeNull();
    writeFileSync(join(folder, 'servers.json'), '{"version":');
    expect(findServers(folder)).toBeNull();
  });
});

describe('ports', () => {
  it('are the fixed, the remembered, the usual or any, in that order, and busy ones are passed over', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const busy = (server.address() as AddressInfo).port;
    const free = await choosePort({
      what: 'x',
      setBy: '--x',
      fixed: 0,
      remembered: null,
      usual: busy,
      taken: new Set(),
    });
    expect(free).not.toBe(busy);
    const wish = {
      what: 'the UI',
      setBy: '--ui-port',
      fixed: 0,
      remembered: busy,
      usual: free,
      taken: new Set<number>(),
    };
    expect(await choosePort(wish)).toBe(free);
    expect(await choosePort({ ...wish, remembered: free, usual: busy })).toBe(free);
    expect(await choosePort({ ...wish, taken: new Set([free]) })).not.toBe(free);
    await expect(choosePort({ ...wish, fixed: busy })).rejects.toMatchObject({
      code: 'port-busy',
      message: `Port ${busy} for the UI is in use by another program.`,
      fix: expect.stringContaining('--ui-port') as string,
    });
    expect(listensOn(process.pid, busy)).not.toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(listensOn(process.pid, busy)).not.toBe(true);
  });
});

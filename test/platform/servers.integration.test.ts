// The real servers in temporary folders. Programs are installed once into the user's tools folder.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../platform/config/index.ts';
import { diagnose } from '../../platform/doctor.ts';
import { findServers, startServers } from '../../platform/servers/index.ts';
import type { ServersDescriptor } from '../../platform/servers/index.ts';
import {
  clusterDir,
  createCluster,
  createDatabase,
  embeddedDatabaseUrl,
  postgresSpec,
} from '../../platform/servers/postgres.ts';
import { anyFreePort } from '../../platform/servers/ports.ts';
import { listProcesses, processTree } from '../../platform/servers/processes.ts';
import { chooseRunAs, waysAroundRoot } from '../../platform/servers/root.ts';
import { supervise } from '../../platform/servers/supervise.ts';
import { findPostgres } from '../../platform/servers/tools.ts';

const limitMs = 120_000;
const fixture = fileURLToPath(new URL('supervisor.fixture.ts', import.meta.url));

interface Event {
  readonly event: 'progress' | 'restart' | 'ready' | 'stopped' | 'failed';
  readonly text?: string;
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly fix?: string;
  readonly reason?: string;
  readonly memory?: readonly { readonly name: string; readonly residentBytes: number }[];
}

interface Supervisor {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly events: Event[];
  /** Waits for an event that is not yet taken. */
  readonly next: (kind: Event['event']) => Promise<Event>;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

let folder: string;
let supervisors: Supervisor[];

beforeEach(() => {
  // Blanks, "%", "#" and "?" have all broken a path in a URL or a shell line before.
  folder = join(mkdtempSync(join(tmpdir(), 'services-')), 'a folder%20#1?');
  supervisors = [];
});

afterEach(async () => {
  for (const supervisor of supervisors) if (supervisor.child.exitCode === null) supervisor.child.kill('SIGTERM');
  await Promise.all(supervisors.map((supervisor) => supervisor.ended));
  for (let tries = 0; tries < 100 && ours().length > 0; tries += 1) await sleep(100);
  expect(ours()).toEqual([]);
  rmSync(join(folder, '..'), { recursive: true, force: true });
}, limitMs);

/** Processes that name the test's folder or work in it. */
function ours(): readonly string[] {
  const parent = join(folder, '..');
  const working = (pid: number): boolean => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(parent);
    } catch {
      return false;
    }
  };
  return listProcesses()
    .filter((row) => row.pid !== process.pid && (row.commandLine.includes(parent) || working(row.pid)))
    .map((row) => `${row.pid} ${row.commandLine}`);
}

function startSupervisor(dataDir = folder, environment: Record<string, string> = {}): Supervisor {
  const child = spawn(process.execPath, [fixture, dataDir], {
    // The variable marks all descendants, whatever their command line says.
    env: { ...process.env, TEST_FOLDER: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: Event[] = [];
  const taken = new Set<Event>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
    events.push(JSON.parse(line) as Event),
  );
  let over = false;
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => {
      over = true;
      resolve(code ?? signal ?? '');
    }),
  );
  const next = async (kind: Event['event']): Promise<Event> => {
    for (;;) {
      const found = events.find((event) => event.event === kind && !taken.has(event));
      if (found !== undefined) {
        taken.add(found);
        return found;
      }
      if (over) {
        await sleep(100);
        if (!events.some((event) => event.event === kind && !taken.has(event)))
          throw new Error(`ended without ${kind}: ${JSON.stringify(events)}`);
      }
      await sleep(20);
    }
  };
  const supervisor = { child, pid: child.pid ?? 0, events, next, ended };
  supervisors.push(supervisor);
  return supervisor;
}

function servers(): ServersDescriptor {
  const found = findServers(folder);
  if (found === null) throw new Error('no services');
  return found;
}

const pidOf = (name: string): number => servers().processes.find((one) => one.name === name)?.pid ?? 0;

async function untilPidChanges(name: string, from: number): Promise<void> {
  for (;;) {
    const pid = findServers(folder)?.processes.find((one) => one.name === name)?.pid ?? null;
    if (pid !== null && pid !== from) return;
    await sleep(20);
  }
}

async function eventually<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (const deadline = Date.now() + 30_000; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

async function query<Row extends pg.QueryResultRow>(sql: string, url = servers().databaseUrl): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function withTemporal<Value>(use: (client: Client) => Promise<Value>): Promise<Value> {
  const { address, namespace } = servers().temporal;
  const connection = await Connection.connect({ address, connectTimeout: 5_000 });
  try {
    return await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

const startWorkflow = (workflowId: string): Promise<unknown> =>
  withTemporal((client) => client.workflow.start('nobodyRunsThis', { taskQueue: 'nowhere', workflowId }));
const isOpen = (workflowId: string): Promise<boolean> =>
  withTemporal(async (client) => (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING');

const guardOf = (supervisorPid: number): number =>
  listProcesses().find((row) => row.parentPid === supervisorPid && row.commandLine.includes('while read -r line'))
    ?.pid ?? 0;

describe('a start', { timeout: limitMs }, () => {
  it('serves Postgres with pgvector and Temporal with the search attributes, keeps secrets private, and stops without a trace', async () => {
    const supervisor = startSupervisor();
    const { memory } = await supervisor.next('ready');
    expect(memory?.map((row) => row.name).sort()).toEqual(['postgres', 'supervisor', 'temporal', 'worker-1']);
    expect(memory?.every((row) => row.residentBytes > 5_000_000)).toBe(true);
    // Measured: Temporal 145 MB, Postgres 27 MB, the rest is Node.
    expect(memory?.reduce((sum, row) => sum + row.residentBytes, 0)).toBeLessThan(1024 ** 3);

    await query('create extension vector; create extension pg_trgm; create extension unaccent');
    expect(await query(`select '[1,2]'::halfvec <-> '[1,3]'::halfvec as distance`)).toEqual([{ distance: 1 }]);
    const [settings] = await query<{ fsync: string; checksums: string; address: string }>(
      `select current_setting('fsync') as fsync, current_setting('data_checksums') as checksums, current_setting('listen_addresses') as address`,
    );
    expect(settings).toEqual({ fsync: 'on', checksums: 'on', address: '127.0.0.1' });
    const wrong = new URL(servers().databaseUrl);
    wrong.password = 'guess';
    await expect(query('select 1', wrong.href)).rejects.toThrow('password authentication failed');
    for (const name of ['servers.json', 'postgres.password', 'logs/postgres.log'])
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);

    await withTemporal(async (client) => {
      const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
        namespace: 'default',
      });
      expect(customAttributes).toMatchObject({ TestState: 2, TestNext: 6, TestScore: 4, TestCount: 3 });
    });
    const uiUrl = servers().temporal.uiUrl ?? '';
    expect((await fetch(uiUrl)).status).toBe(200);
    await eventually(async () =>
      expect(readFileSync(join(folder, 'logs', 'worker-1.log'), 'utf8')).toContain(
        `worker at ${servers().temporal.address}`,
      ),
    );

    const findings = await diagnose(readConfig({ flags: { 'data-dir': folder } }));
    expect(findings.filter((finding) => finding.state === 'missing')).toEqual([]);
    expect(findings.find((finding) => finding.name === 'Services')?.found).toContain(uiUrl);

    supervisor.child.kill('SIGINT');
    expect(await supervisor.next('stopped')).toMatchObject({ reason: 'signal' });
    expect(await supervisor.ended).toBe(130);
    expect(findServers(folder)).toBeNull();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    expect(existsSync(join(clusterDir(folder), 'postmaster.pid'))).toBe(false);
  });

  it('again finds the state and the addresses of the last time', async () => {
    const first = startSupervisor();
    await first.next('ready');
    const before = servers();
    await query('create table kept (n int); insert into kept values (42)');
    await startWorkflow('kept');
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(143);

    await startSupervisor().next('ready');
    expect(servers()).toMatchObject({ temporal: before.temporal, databaseUrl: before.databaseUrl });
    expect(await query('select n from kept')).toEqual([{ n: 42 }]);
    expect(await isOpen('kept')).toBe(true);
  });

  it('on a folder in use is refused with the pid and the address', async () => {
    const first = startSupervisor();
    await first.next('ready');
    const second = startSupervisor();
    const refusal = await second.next('failed');
    expect(refusal).toMatchObject({ code: 'data-folder-in-use', fix: expect.stringContaining('--data-dir') as string });
    expect(refusal.message).toContain(`process ${first.pid}`);
    expect(refusal.message).toContain(servers().temporal.uiUrl);
    expect(await second.ended).toBe(1);
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('of two folders at the same moment gives each its own ports', async () => {
    const other = `${folder} too`;
    const both = [startSupervisor(), startSupervisor(other)];
    await Promise.all(both.map((one) => one.next('ready')));
    const [a, b] = [servers(), findServers(other)];
    expect(b?.temporal.address).not.toBe(a.temporal.address);
    expect(b?.temporal.uiUrl).not.toBe(a.temporal.uiUrl);
    expect(b?.databaseUrl).not.toBe(a.databaseUrl);
    expect(
      both.flatMap((one) => one.events.filter((event) => event.event === 'restart' || event.event === 'failed')),
    ).toEqual([]);
  });

  it('with a fixed port that is busy says so and leaves nothing running', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = (server.address() as AddressInfo).port;
    const supervisor = startSupervisor(folder, { FERMATA_UI_PORT: String(port) });
    expect(await supervisor.next('failed')).toMatchObject({
      code: 'port-busy',
      message: `Port ${port} for the Temporal UI is in use by another program.`,
    });
    expect(await supervisor.ended).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });

  it('against a database that does not answer says so without its password', async () => {
    const port = await anyFreePort();
    const supervisor = startSupervisor(folder, { DATABASE_URL: `postgres://ann:hunter2@127.0.0.1:${port}/x` });
    const failure = await supervisor.next('failed');
    expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('DATABASE_URL') as string });
    expect(JSON.stringify(supervisor.events)).not.toContain('hunter2');
  });

  it('interrupted half-way stops what it had started', async () => {
    const supervisor = startSupervisor();
    await supervisor.next('progress');
    await sleep(700);
    supervisor.child.kill('SIGTERM');
    await supervisor.ended;
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});

describe('kill -9', { timeout: limitMs }, () => {
  it('of Postgres, Temporal and a worker: each comes back, with every acknowledged row and workflow', async () => {
    const supervisor = startSupervisor();
    await supervisor.next('ready');
    await query('create table acknowledged (n int primary key)');

    let acknowledgedRows = 0;
    for (let round = 0; round < 3; round += 1) {
      const before = pidOf('postgres');
      // Killed in the middle of a stream of writes: what was acknowledged before counts.
      const killed = sleep(150).then(() => process.kill(before, 'SIGKILL'));
      const client = new pg.Client({ connectionString: servers().databaseUrl });
      client.on('error', () => undefined);
      await client.connect();
      try {
        for (;;) {
          await client.query('insert into acknowledged values ($1)', [acknowledgedRows]);
          acknowledgedRows += 1;
        }
      } catch {
        await killed;
      }
      await untilPidChanges('postgres', before);
      const rows = await eventually(() => query<{ n: number }>('select n from acknowledged order by n'));
      expect(rows.slice(0, acknowledgedRows).map((row) => row.n)).toEqual([...Array(acknowledgedRows).keys()]);
      // The write that was under way may be there or not.
      acknowledgedRows = rows.length;
    }
    expect(acknowledgedRows).toBeGreaterThan(10);

    let acknowledgedWorkflows = 0;
    for (let round = 0; round < 3; round += 1) {
      const before = pidOf('temporal');
      const { address } = servers().temporal;
      let isKilled = false;
      const killed = sleep(300).then(() => {
        isKilled = process.kill(before, 'SIGKILL');
      });
      const connection = await Connection.connect({ address });
      const client = new Client({ connection });
      const startNext = (): Promise<unknown> =>
        client.workflow.start('nobodyRunsThis', {
          taskQueue: 'nowhere',
          workflowId: `acknowledged-${acknowledgedWorkflows}`,
          workflowIdConflictPolicy: 'USE_EXISTING',
        });
      // The client tries again by itself until the server is back, so the last one may take a second.
      do {
        await startNext();
        acknowledgedWorkflows += 1;
      } while (!isKilled);
      await killed;
      await connection.close();
      await untilPidChanges('temporal', before);
      expect(servers().temporal.address).toBe(address);
      await eventually(() => isOpen(`acknowledged-${acknowledgedWorkflows - 1}`));
      for (let i = 0; i < acknowledgedWorkflows; i += 1) expect(await isOpen(`acknowledged-${i}`)).toBe(true);
    }
    expect(acknowledgedWorkflows).toBeGreaterThan(5);

    const worker = pidOf('worker-1');
    process.kill(worker, 'SIGKILL');
    await untilPidChanges('worker-1', worker);
    const restarts = supervisor.events.filter((event) => event.event === 'restart').map((event) => event.name);
    expect(restarts.filter((name) => name === 'temporal').length).toBeGreaterThanOrEqual(3);
    expect(restarts.filter((name) => name === 'postgres').length).toBeGreaterThanOrEqual(3);
    expect(restarts.at(-1)).toBe('worker-1');
  });

  it('of the supervisor: its children end within seconds, and the next start has the state', async () => {
    const first = startSupervisor();
    await first.next('ready');
    await query('create table kept (n int); insert into kept values (7)');
    const children = servers().processes.map((one) => one.pid ?? 0);
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    expect(findServers(folder)).toBeNull();
    await eventually(() =>
      Promise.resolve(expect(listProcesses().filter((row) => children.includes(row.pid))).toEqual([])),
    );

    const second = startSupervisor();
    await second.next('ready');
    expect(await query('select n from kept')).toEqual([{ n: 7 }]);
  });

  it('of the supervisor and its guard: the next start ends the children that were left, and nothing else', async () => {
    const first = startSupervisor();
    await first.next('ready');
    await query('create table kept (n int); insert into kept values (8)');
    await startWorkflow('kept');
    const before = { temporal: pidOf('temporal'), postgres: pidOf('postgres') };
    // A bystander whose pid is on record as ours, from an earlier life of that number.
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    const guard = guardOf(first.pid);
    expect(guard).toBeGreaterThan(0);
    process.kill(guard, 'SIGKILL');
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    await sleep(300);
    expect(listProcesses().some((row) => row.pid === before.temporal)).toBe(true);
    const record = JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8')) as {
      pid: number;
      started: string;
      name: string;
      stopSignal: string;
    }[];
    // Forgotten by the record, as if killed between spawn and write: found by its working folder.
    const kept = record.filter((child) => child.name !== 'temporal');
    writeFileSync(
      join(folder, 'processes.json'),
      JSON.stringify([...kept, { pid: bystander.pid, started: 'earlier', name: 'worker-2', stopSignal: 'SIGKILL' }]),
    );

    const second = startSupervisor();
    await second.next('ready');
    expect(
      second.events.some(
        (event) =>
          event.text?.includes(`postgres (process ${before.postgres})`) === true &&
          event.text.includes(`temporal (process ${before.temporal})`),
      ),
    ).toBe(true);
    expect(listProcesses().some((row) => row.pid === before.temporal || row.pid === before.postgres)).toBe(false);
    expect(await query('select n from kept')).toEqual([{ n: 8 }]);
    expect(await isOpen('kept')).toBe(true);
    expect(bystander.exitCode).toBeNull();
    expect(bystander.signalCode).toBeNull();
    bystander.kill('SIGKILL');
  });

  it("of everything, with the database's pid now another program's: starts all the same", async () => {
    const first = startSupervisor();
    await first.next('ready');
    const tree = processTree(first.pid);
    for (const pid of tree) process.kill(pid, 'SIGKILL');
    await first.ended;
    for (
      const deadline = Date.now() + 10_000;
      Date.now() < deadline && listProcesses().some((row) => tree.includes(row.pid));
    )
      await sleep(50);
    // This process stands for a program that got the number after a restart of the container.
    const path = join(clusterDir(folder), 'postmaster.pid');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(process.pid)));
    const second = startSupervisor();
    await second.next('ready');
    expect(second.events.filter((event) => event.event === 'restart')).toEqual([]);
  });
});

describe('in this process', { timeout: limitMs }, () => {
  it('a process that keeps dying ends the services with its last words', async () => {
    const failed = startServers({
      config: readConfig({ flags: { 'data-dir': folder } }),
      searchAttributes: {},
      handleSignals: false,
      extraProcesses: () => [{ name: 'worker-1', command: 'sh', args: ['-c', 'echo no bundle >&2; exit 9'] }],
    });
    await expect(failed).rejects.toMatchObject({
      code: 'start-failed',
      message: expect.stringMatching(/worker-1: [^]*no bundle/) as string,
    });
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)(
    'root runs Postgres as another user where user namespaces are forbidden, and back',
    async () => {
      const config = readConfig({ flags: { 'data-dir': folder } });
      const tool = await findPostgres({ config, install: true }, null);
      const ways = waysAroundRoot();
      mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
      for (const kind of ['other-user', 'user-namespace', 'other-user'] as const) {
        const runAs = await chooseRunAs(
          tool.binDir,
          folder,
          ways.filter((way) => way.kind === kind),
        );
        await createCluster(folder, tool, runAs);
        const port = await anyFreePort();
        const server = supervise(postgresSpec(folder, tool, runAs, port), {
          logFile: join(folder, 'logs', 'postgres.log'),
        });
        await server.ready;
        await createDatabase(folder, port);
        expect(await query('select 1 as one', embeddedDatabaseUrl(folder, port))).toEqual([{ one: 1 }]);
        expect(statSync(clusterDir(folder)).uid).toBe(runAs.owner?.uid);
        await server.stop();
      }
      await expect(chooseRunAs(tool.binDir, folder, [])).rejects.toMatchObject({ code: 'root-refused' });
    },
  );
});

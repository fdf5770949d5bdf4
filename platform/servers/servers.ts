// Starts, watches and stops the embedded servers on one data folder. Start here.

import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { PlatformError, messageOf } from '../failures.ts';
import {
  findServers,
  livingChildren,
  memoryOf,
  recordChildren,
  removeDescriptor,
  writeDescriptor,
} from './descriptor.ts';
import type { ProcessMemory, RecordedChild, ServersDescriptor } from './descriptor.ts';
import { readJson, writeAtomically } from './files.ts';
import { startGuard } from './guard.ts';
import type { Guard } from './guard.ts';
import { isLock, tryLock } from './lock.ts';
import { choosePort, isPortFree } from './ports.ts';
import {
  checkDatabase,
  clearForeignPidFile,
  clusterDir,
  clusterMajor,
  createCluster,
  createDatabase,
  embeddedDatabaseUrl,
  postgresSpec,
} from './postgres.ts';
import { endProcess, identify, listProcesses, processTree, signalProcess, workingFolder } from './processes.ts';
import { chooseRunAs } from './root.ts';
import { supervise } from './supervise.ts';
import type { ProcessSpec, Supervised } from './supervise.ts';
import { ensureSearchAttributes, temporalSpec } from './temporal.ts';
import type { SearchAttributes } from './temporal.ts';
import { findPostgres, findTemporal } from './tools.ts';

export interface StartOptions {
  readonly config: Config;
  /** Default `config.dataDir`. */
  readonly dataDir?: string;
  /** Registered with Temporal. */
  readonly searchAttributes: SearchAttributes;
  /** What is to be done when the servers answer, before the further processes start. */
  readonly prepare?: (servers: ServersDescriptor) => Promise<void>;
  /** A port is kept for the HTTP API, which is one of the further processes. Default false. */
  readonly servesApi?: boolean;
  /** Further processes to keep running, started when the servers answer, stopped before them. */
  readonly extraProcesses?: (servers: ServersDescriptor) => readonly ProcessSpec[];
  /** One line for the person who waits. */
  readonly onProgress?: (text: string) => void;
  /** A process died and is started again. */
  readonly onRestart?: (name: string, how: string) => void;
  /** Default true: SIGINT, SIGTERM and SIGHUP stop everything and end this process with 128 + the signal's number. */
  readonly handleSignals?: boolean;
  /** Default true: install what is missing into the tools folder. */
  readonly install?: boolean;
}

export type StopReason =
  | { readonly kind: 'asked' }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** A process died again and again; everything was stopped. */
  | { readonly kind: 'failed'; readonly error: PlatformError };

export interface RunningServers {
  /** As it is now; the same that `findServers` gives to other processes. */
  readonly descriptor: () => ServersDescriptor;
  /** Stops everything in order; resolves when all have ended. Idempotent. */
  readonly stop: () => Promise<void>;
  /** Resolves once everything has stopped, for whatever reason. */
  readonly stopped: Promise<StopReason>;
  readonly memory: () => readonly ProcessMemory[];
}

interface Ports {
  readonly temporal: number;
  readonly ui: number;
  readonly postgres: number;
  readonly api: number;
}

const usualPorts: Ports = { temporal: 7233, ui: 8233, postgres: 54_329, api: 8484 };
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Starts what the configuration does not name as running elsewhere: Postgres, Temporal, then the extra processes.
 * Resolves when all are ready. Throws `PlatformError`, after having stopped whatever it had started.
 */
export async function startServers(options: StartOptions): Promise<RunningServers> {
  const dataDir = openDataFolder(options.dataDir ?? options.config.dataDir);
  const outcome = await tryLock(dataDir, 'lock');
  if (!isLock(outcome)) {
    const ui = findServers(dataDir)?.temporal.uiUrl;
    throw new PlatformError(
      'data-folder-in-use',
      `Services already run on ${dataDir}: process ${outcome.pid}${ui ? `, Temporal UI at ${ui}` : ''}.`,
      `use those, stop them (kill ${outcome.pid}), or choose another folder with --data-dir`,
    );
  }
  const run = new Run(options, dataDir, outcome.release);
  try {
    await run.start();
  } catch (error) {
    await run.stop({ kind: 'asked' });
    throw run.failure ?? error;
  }
  return {
    descriptor: () => run.descriptor(),
    stop: () => run.stop({ kind: 'asked' }),
    stopped: run.stopped,
    memory: () => memoryOf(run.descriptor()),
  };
}

function openDataFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    mkdirSync(join(path, 'logs'), { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
    // One name for one folder: links would let two supervisors miss each other's children.
    return realpathSync(path);
  } catch (error) {
    throw new PlatformError(
      'data-folder-unusable',
      `The data folder ${path} cannot be used: ${messageOf(error)}`,
      'choose another with --data-dir or FERMATA_DATA_DIR',
    );
  }
}

class Run {
  readonly stopped: Promise<StopReason>;
  /** Set when a signal or a lost process ended the run while it was still starting. */
  failure: PlatformError | null = null;

  private readonly options: StartOptions;
  private readonly config: Config;
  private readonly dataDir: string;
  private readonly releaseLock: () => void;
  private readonly startedAtMs = Date.now();
  /** In the order of their start. */
  private readonly children: Supervised[] = [];
  private readonly uninstall: (() => void)[] = [];
  private resolveStopped: (reason: StopReason) => void = () => undefined;
  private stopping: Promise<void> | null = null;
  private guard: Guard | null = null;
  private isReady = false;
  private address = '';
  private uiUrl: string | null = null;
  private databaseUrl = '';
  private apiUrl: string | null = null;

  constructor(options: StartOptions, dataDir: string, releaseLock: () => void) {
    this.options = options;
    this.config = options.config;
    this.dataDir = dataDir;
    this.releaseLock = releaseLock;
    this.stopped = new Promise((resolve) => (this.resolveStopped = resolve));
  }

  descriptor(): ServersDescriptor {
    return {
      version: 1,
      startedAtMs: this.startedAtMs,
      supervisorPid: process.pid,
      supervisorStarted: identify(process.pid)?.started ?? '',
      dataDir: this.dataDir,
      temporal: { address: this.address, namespace: this.config.temporalNamespace, uiUrl: this.uiUrl },
      apiUrl: this.apiUrl,
      databaseUrl: this.databaseUrl,
      processes: this.children.map((child) => ({ name: child.name, pid: child.identity()?.pid ?? null })),
    };
  }

  async start(): Promise<void> {
    this.watchSignals();
    this.guard = startGuard();
    removeDescriptor(this.dataDir);
    await stopLeftovers(this.dataDir, (text) => this.say(text));
    this.check();
    // Tools first and one after the other: the person sees one installation at a time, and nothing runs yet if one fails.
    const prepared = [await this.preparePostgres(), await this.prepareTemporal()];
    this.check();
    await Promise.all(prepared.map((go) => go()));
    this.check();
    this.say('registering search attributes');
    await ensureSearchAttributes(this.config, this.address, this.options.searchAttributes);
    await this.options.prepare?.(this.descriptor());
    this.check();
    if (this.options.servesApi === true) {
      await this.choosePorts(['api']);
      this.apiUrl = urlOf(this.config.apiHost, this.ports.api);
    }
    const extras = this.options.extraProcesses?.(this.descriptor()) ?? [];
    this.check();
    await Promise.all(extras.map((spec) => this.launch(withServers(spec, this.descriptor())).ready));
    this.check();
    this.isReady = true;
    writeDescriptor(this.descriptor());
  }

  /** Workers first, so that they hand their tasks back; the database last, because all others write to it. */
  stop(reason: StopReason): Promise<void> {
    this.stopping ??= (async () => {
      removeDescriptor(this.dataDir);
      const ends = (name: string): Promise<void>[] =>
        this.children.filter((child) => child.name === name).map((child) => child.stop());
      await Promise.all(
        this.children
          .filter((child) => child.name !== 'postgres' && child.name !== 'temporal')
          .map((child) => child.stop()),
      );
      await Promise.all(ends('temporal'));
      await Promise.all(ends('postgres'));
      for (const undo of this.uninstall) undo();
      this.guard?.dismiss();
      this.releaseLock();
      this.resolveStopped(reason);
    })();
    return this.stopping;
  }

  private say(text: string): void {
    this.options.onProgress?.(text);
  }

  /** Ends a start that was overtaken by a signal. */
  private check(): void {
    if (this.stopping !== null) throw this.failure ?? new PlatformError('stopped', 'Stopped while starting.');
  }

  private launch(spec: ProcessSpec, beforeStart?: () => Promise<void>): Supervised {
    const child = supervise(spec, {
      logFile: join(this.dataDir, 'logs', `${spec.name}.log`),
      onChange: () => this.record(),
      onDeath: (how) => {
        if (this.isReady) this.options.onRestart?.(spec.name, how);
        else this.say(`${spec.name} ended (${how}), starting it again`);
      },
      onGiveUp: (error) => {
        this.failure = error;
        void this.stop({ kind: 'failed', error });
      },
      ...(beforeStart === undefined ? {} : { beforeStart }),
    });
    this.children.push(child);
    this.record();
    return child;
  }

  private record(): void {
    const running = this.children.flatMap((child): RecordedChild[] => {
      const identity = child.identity();
      return identity === null ? [] : [{ ...identity, name: child.name, stopSignal: child.stopSignal }];
    });
    recordChildren(this.dataDir, running);
    this.guard?.watch(running);
    if (this.isReady && this.stopping === null) writeDescriptor(this.descriptor());
  }

  private async preparePostgres(): Promise<() => Promise<void>> {
    if (this.config.databaseUrl !== null) {
      this.databaseUrl = this.config.databaseUrl;
      return async () => void (await checkDatabase(this.databaseUrl));
    }
    const tool = await findPostgres(
      { config: this.config, install: this.options.install ?? true, onProgress: (text) => this.say(text) },
      clusterMajor(this.dataDir),
    );
    const runAs = await chooseRunAs(tool.binDir, this.dataDir);
    return async () => {
      if (clusterMajor(this.dataDir) === null) this.say('creating the database cluster');
      await createCluster(this.dataDir, tool, runAs);
      this.say('starting Postgres');
      await this.startOnPorts(
        ['postgres'],
        async (ports) => postgresSpec(this.dataDir, tool, runAs, ports.postgres),
        async () => clearForeignPidFile(this.dataDir),
      );
      const port = this.ports.postgres;
      this.databaseUrl = embeddedDatabaseUrl(this.dataDir, port);
      await createDatabase(this.dataDir, port);
    };
  }

  private async prepareTemporal(): Promise<() => Promise<void>> {
    if (this.config.temporalAddress !== null) {
      this.address = this.config.temporalAddress;
      return async () => undefined;
    }
    const tool = await findTemporal({
      config: this.config,
      install: this.options.install ?? true,
      onProgress: (text) => this.say(text),
    });
    return async () => {
      this.say('starting Temporal');
      await this.startOnPorts(['temporal', 'ui'], (ports) =>
        temporalSpec(this.dataDir, tool, this.config, ports, this.options.searchAttributes),
      );
      this.address = `127.0.0.1:${this.ports.temporal}`;
      this.uiUrl = `http://127.0.0.1:${this.ports.ui}`;
    };
  }

  private ports: Ports = { temporal: 0, ui: 0, postgres: 0, api: 0 };

  /**
   * Chooses ports and starts a server on them. Between the choice and the start another program can take one (two starts
   * at the same moment do): then others are chosen, unless the person fixed them.
   */
  private async startOnPorts(
    names: readonly (keyof Ports)[],
    spec: (ports: Ports) => Promise<ProcessSpec>,
    beforeStart?: () => Promise<void>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.choosePorts(names);
      const chosen = await spec(this.ports);
      this.check();
      let starts = 0;
      let wasReady = false;
      const child = this.launch(chosen, async () => {
        await beforeStart?.();
        starts += 1;
        if (starts === 1 || wasReady) return;
        // It died at once: no use in trying again on a port that another program has taken meanwhile.
        for (const name of names) {
          if (!(await isPortFree(this.ports[name])))
            throw new PlatformError('port-busy', `port ${this.ports[name]} is in use`);
        }
      });
      try {
        await child.ready;
        wasReady = true;
        return;
      } catch (error) {
        await child.stop();
        this.children.splice(this.children.indexOf(child), 1);
        this.check();
        const free = await Promise.all(names.map((name) => isPortFree(this.ports[name])));
        if (attempt === 3 || free.every(Boolean)) throw error;
      }
    }
  }

  private async choosePorts(names: readonly (keyof Ports)[]): Promise<void> {
    const path = join(this.dataDir, 'ports.json');
    const remembered = (readJson(path) ?? {}) as Partial<Ports>;
    const settings = {
      temporal: {
        what: 'Temporal',
        setBy: '--temporal-port or FERMATA_TEMPORAL_PORT',
        fixed: this.config.temporalPort,
      },
      ui: { what: 'the Temporal UI', setBy: '--ui-port or FERMATA_UI_PORT', fixed: this.config.uiPort },
      postgres: {
        what: 'Postgres',
        setBy: '--postgres-port or FERMATA_POSTGRES_PORT',
        fixed: this.config.postgresPort,
      },
      api: { what: 'the HTTP API', setBy: '--api-port or FERMATA_API_PORT', fixed: this.config.apiPort },
    };
    for (const name of names) {
      const taken = new Set(Object.values(this.ports).filter((port) => port !== 0 && port !== this.ports[name]));
      const port = await choosePort({
        ...settings[name],
        remembered: remembered[name] ?? null,
        usual: usualPorts[name],
        taken,
      });
      this.ports = { ...this.ports, [name]: port };
    }
    const latest = (readJson(path) ?? {}) as Partial<Ports>;
    writeAtomically(
      path,
      JSON.stringify({ ...latest, ...Object.fromEntries(names.map((name) => [name, this.ports[name]])) }),
    );
  }

  private killAll(): void {
    for (const child of this.children) {
      const identity = child.identity();
      if (identity !== null) for (const pid of processTree(identity.pid)) signalProcess(pid, 'SIGKILL');
    }
  }

  private watchSignals(): void {
    const onExit = (): void => {
      // process.exit() without stop(): nothing can be awaited any more, but all can be asked to end.
      for (const child of [...this.children].reverse()) {
        const identity = child.identity();
        if (identity !== null) signalProcess(identity.pid, child.stopSignal);
      }
      removeDescriptor(this.dataDir);
    };
    process.once('exit', onExit);
    this.uninstall.push(() => process.removeListener('exit', onExit));
    if (this.options.handleSignals === false) return;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const onSignal = (): void => {
        if (this.stopping !== null) {
          // Asked twice by a person: at once, then. Both databases recover from that.
          if (signal === 'SIGINT') this.killAll();
          return;
        }
        this.failure = new PlatformError('stopped', `Stopped by ${signal}.`);
        this.say('stopping');
        void this.stop({ kind: 'signal', signal }).finally(() => {
          process.exitCode = 128 + signalNumbers[signal];
          // Who awaits `stopped` gets the time to print a last line.
          setTimeout(() => process.exit(), 200).unref();
        });
      };
      process.on(signal, onSignal);
      this.uninstall.push(() => process.removeListener(signal, onSignal));
    }
  }
}

/** How this machine reaches what listens there. */
function urlOf(host: string, port: number): string {
  const reached = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? host;
  return `http://${reached.includes(':') && !reached.startsWith('[') ? `[${reached}]` : reached}:${port}`;
}

/** A worker finds the servers in its environment, whatever else it is given. */
function withServers(spec: ProcessSpec, servers: ServersDescriptor): ProcessSpec {
  return {
    ...spec,
    env: {
      TEMPORAL_ADDRESS: servers.temporal.address,
      TEMPORAL_NAMESPACE: servers.temporal.namespace,
      DATABASE_URL: servers.databaseUrl,
      FERMATA_DATA_DIR: servers.dataDir,
      ...spec.env,
    },
  };
}

/**
 * Ends what a killed supervisor left running on this folder: the processes on record, and any that records missed, which are
 * known by their working folder (Linux) or by the folder in their command line.
 */
async function stopLeftovers(dataDir: string, say: (text: string) => void): Promise<void> {
  const recorded = livingChildren(dataDir);
  const known = new Set(recorded.map((child) => child.pid));
  const missed = listProcesses().flatMap((row): RecordedChild[] => {
    if (row.pid === process.pid || known.has(row.pid)) return [];
    const isTemporal = row.commandLine.includes('server start-dev') && workingFolder(row.pid) === dataDir;
    const isPostgres = row.commandLine.includes(`-D ${clusterDir(dataDir)} `);
    const identity = isTemporal || isPostgres ? identify(row.pid) : null;
    return identity === null
      ? []
      : [{ ...identity, name: isPostgres ? 'postgres' : 'temporal', stopSignal: isPostgres ? 'SIGINT' : 'SIGTERM' }];
  });
  const leftovers = [...recorded, ...missed];
  if (leftovers.length === 0) return;
  say(
    `stopping ${leftovers.map((child) => `${child.name} (process ${child.pid})`).join(', ')} left by a killed supervisor`,
  );
  const others = leftovers.filter((child) => child.name !== 'postgres');
  await Promise.all(others.map((child) => endProcess(child, child.stopSignal, 15_000)));
  await Promise.all(
    leftovers.filter((child) => child.name === 'postgres').map((child) => endProcess(child, child.stopSignal, 30_000)),
  );
}

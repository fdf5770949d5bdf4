// The stage on which stories about sounds are played: a Temporal server, a database of the story's own, and the real worker
// with the real activities, decoder and workflow bundle between them. On the time-skipping server days pass in milliseconds.

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import type { ProviderDesk } from '../../providers/desk.ts';
import type { Database } from '../../store/database.ts';
import { readState } from '../../store/sounds/state.ts';
import type { NewSound } from '../../store/sounds/sounds.ts';
import { startDispatcher } from '../../app/dispatcher.ts';
import { deliveryProgress, type DeliveryProgress } from '../../store/catalogue/deliveries.ts';
import { createReconciliation, type Reconciliation } from '../../client/reconciliation.ts';
import { readLine } from '../../app/submission.ts';
import { catalogueWorkflowId, soundWorkflowId, taskQueues, type SoundId } from '../../domain/naming.ts';
import { defaultSchedule } from '../../domain/schedule.ts';
import type { SoundState } from '../../domain/sound.ts';
import { findTemporal, findTemporalTestServer } from '../../platform/servers/tools.ts';
import { searchAttributes } from '../../workflows/attributes.ts';
import type { DecoderLimits } from '../../audio/decode.ts';
import { openActivities } from './activities.ts';
import { openAudioHost, type AudioHost } from './audioHost.ts';
import { testConfig } from './config.ts';

/** One line of a submitted file; `platform` is "tiktok" unless said otherwise. */
export interface SubmittedLine {
  readonly platform?: string;
  readonly id: string;
  readonly title?: string;
  readonly author?: string;
  readonly original?: boolean;
  readonly duration_ms?: number;
  /** Path or URL. */
  readonly audio?: string;
}

/** One row of a delivered catalogue. */
export interface DeliveredRow {
  readonly isrc: string;
  readonly title: string;
  readonly artists: string;
  readonly version?: string;
  readonly release_date?: string;
  /** The file's content; written beside the listing. */
  readonly audio?: Uint8Array;
}

export interface Stage {
  readonly client: Client;
  readonly database: Database;
  readonly reconciliation: Reconciliation;
  readonly host: AudioHost;
  /** A folder for the story's files, gone with the stage. */
  readonly folder: string;
  /** Lets time pass: "9 days". */
  readonly pass: (duration: string) => Promise<void>;
  /** The story's clock, epoch milliseconds. */
  readonly now: () => Promise<number>;
  /** A sound as the command line would read it from a file. */
  readonly sound: (line: SubmittedLine, horizonMs?: number) => NewSound;
  /** Stores and starts one sound and waits for the end of its first attempt. */
  readonly submit: (line: SubmittedLine, horizonMs?: number) => Promise<SoundId>;
  /** Delivers a catalogue through the real workflow. @returns how many sounds it woke. */
  readonly deliver: (name: string, rows: readonly DeliveredRow[]) => Promise<number>;
  /** Has what lies there taken as a delivery, and waits until all that it calls is called. */
  readonly take: (name: string, path: string) => Promise<DeliveryProgress>;
  /** Waits until everything is told that rows say: recordings searched for, sounds called, bulk runs told. */
  readonly settle: () => Promise<void>;
  readonly databaseUrl: string;
  /** Of the Temporal server. */
  readonly address: string;
  /** From here on only `dispatch` sends, as if that part of the worker had ended. */
  readonly stopDispatcher: () => Promise<void>;
  /** Sends what is to be told by now. */
  readonly dispatch: () => Promise<unknown>;
  /** The row of truth. */
  readonly state: (id: SoundId) => Promise<SoundState>;
  /** Polls until the row of truth satisfies `is`; fails with the last state after 30 s of real time. */
  readonly until: (id: SoundId, is: (state: SoundState) => boolean) => Promise<SoundState>;
  /**
   * Stops the worker as if its process had ended; what is sent meanwhile stays with the server. Only on the real server: the
   * time-skipping one never hands a stopped worker's tasks to the next.
   */
  readonly stopWorker: () => Promise<void>;
  readonly startWorker: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StageOptions {
  /** A migrated database of the story's own. */
  readonly databaseUrl: string;
  /** Path of the workflow bundle. */
  readonly bundle: string;
  /** `skipping`: time passes when told to. `real`: the development server, which can list, and whose settings can be chosen. */
  readonly server?: 'skipping' | 'real';
  /** Outside services that the sounds may ask; `nowMs` is the story's clock. */
  readonly providers?: (database: Database, nowMs: () => Promise<number>) => ProviderDesk;
  /** Limits of the decoder. Default: its own. */
  readonly decoder?: Partial<DecoderLimits>;
  /** Settings of the development server: `limit.historyCount.suggestContinueAsNew=20`. */
  readonly dynamicConfig?: readonly string[];
}

let isQuiet = false;
/** Once per process: the worker's own warnings are noise here, failures show in the stories. */
export function quieten(): void {
  if (!isQuiet) {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
    });
  }
  isQuiet = true;
}

/** `IndexedValueType` of Temporal's API, which no package that we depend on exports. */
const valueTypes = { Keyword: 2, Int: 3, Double: 4, Datetime: 6, KeywordList: 7 } as const;

/** The SDK gives a server five seconds to answer, which is short on a machine that is busy with other tests. */
async function patiently<T>(open: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open();
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

async function openServer(options: StageOptions): Promise<TestWorkflowEnvironment> {
  quieten();
  const config = testConfig();
  if (options.server === 'real') {
    const { program } = await findTemporal({ config, install: true });
    return patiently(() =>
      TestWorkflowEnvironment.createLocal({
        server: {
          executable: { type: 'existing-path', path: program },
          log: { format: 'pretty', level: 'never' },
          extraArgs: [
            ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
            ...(options.dynamicConfig ?? []).flatMap((setting) => ['--dynamic-config-value', setting]),
          ],
        },
      }),
    );
  }
  const path = await findTemporalTestServer({ config, install: true });
  const env = await patiently(() =>
    TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } }),
  );
  // Unregistered attributes fail workflow tasks again and again: the story would hang instead of failing.
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(
      Object.entries(searchAttributes).map(([name, type]) => [name, valueTypes[type]]),
    ),
  });
  return env;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const env = await openServer(options);
  const host = await openAudioHost();
  const folder = await mkdtemp(join(tmpdir(), 'fermata-story-'));
  // Not the environment's own client: that one lets time run on, by up to months, whenever it waits for a result.
  const client = new Client({ connection: env.connection });
  const { database, activities, close } = openActivities({
    databaseUrl: options.databaseUrl,
    folder,
    allowedHosts: [host.host],
    ...(options.decoder === undefined ? {} : { decoder: options.decoder }),
    providers: options.providers && ((inside) => options.providers!(inside, () => env.currentTimeMs())),
  });
  let running: { readonly workers: readonly Worker[]; readonly ended: Promise<unknown> } | null = null;

  const startWorker = async (): Promise<void> => {
    const common = { connection: env.nativeConnection, activities, shutdownGraceTime: '1 second' } as const;
    const workers = await Promise.all([
      Worker.create({ ...common, taskQueue: taskQueues.reconcile, workflowBundle: { codePath: options.bundle } }),
      Worker.create({ ...common, taskQueue: taskQueues.audio, maxConcurrentActivityTaskExecutions: 2 }),
      ...(options.providers === undefined
        ? []
        : [taskQueues.catalogues, taskQueues.recognisers].map((taskQueue) => Worker.create({ ...common, taskQueue }))),
    ]);
    running = { workers, ended: Promise.all(workers.map((worker) => worker.run())) };
  };
  const stopWorker = async (): Promise<void> => {
    const stopping = running;
    running = null;
    for (const worker of stopping?.workers ?? []) worker.shutdown();
    await stopping?.ended;
  };

  const reconciliation = createReconciliation(client, database);
  const sound = (line: SubmittedLine, horizonMs: number = defaultSchedule.horizonMs): NewSound => {
    const read = readLine(JSON.stringify({ platform: 'tiktok', ...line }), folder, horizonMs);
    if (typeof read === 'string') throw new Error(`line of sound ${line.id}: ${read}`);
    return read;
  };
  const state = async (id: SoundId): Promise<SoundState> => {
    const found = await readState(database, id);
    if (found === null) throw new Error(`there is no sound ${id}`);
    return found;
  };
  const until = async (id: SoundId, is: (state: SoundState) => boolean): Promise<SoundState> => {
    const end = Date.now() + 30_000;
    for (;;) {
      const current = await state(id);
      if (is(current)) return current;
      if (Date.now() > end) throw new Error(`it never came to that: ${JSON.stringify(current)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const take = async (name: string, path: string): Promise<DeliveryProgress> => {
    await reconciliation.deliver(name, path);
    await dispatch();
    await client.workflow.getHandle(catalogueWorkflowId(name)).result();
    await settle();
    return (await deliveryProgress(database, name))!;
  };
  const dispatcher = startDispatcher({ database, databaseUrl: options.databaseUrl, client, log: { warn: () => {} } });
  /** Also what the dispatcher has in hand just now. */
  const dispatch = async (): Promise<void> => {
    for (;;) {
      await dispatcher.drain();
      const { rows } = await database.query(
        `select from outbox where due_at <= clock_timestamp() and tries = 0 limit 1`,
      );
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const settle = async (): Promise<void> => {
    const end = Date.now() + 30_000;
    for (;;) {
      await dispatcher.drain();
      const { rows } = await database.query<{ left: number }>(
        `select ((select count(*) from outbox) + (select count(*) from arrivals))::integer as left`,
      );
      if (rows[0]!.left === 0) return;
      if (Date.now() > end) throw new Error(`${rows[0]!.left} messages and arrivals are left`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await startWorker();
  return {
    client,
    database,
    reconciliation,
    host,
    folder,
    pass: (duration) => env.sleep(duration as Parameters<typeof env.sleep>[0]),
    now: () => env.currentTimeMs(),
    sound,
    async submit(line, horizonMs) {
      const made = sound(line, horizonMs);
      await reconciliation.submit([made]);
      await dispatch();
      await until(made.id, (current) => current.status !== 'submitted');
      return made.id;
    },
    async deliver(name, rows) {
      const delivered = join(folder, name);
      await mkdir(delivered, { recursive: true });
      const lines = await Promise.all(
        rows.map(async ({ audio, ...row }) => {
          if (audio === undefined) return row;
          const file = `${createHash('sha256').update(audio).digest('hex').slice(0, 12)}.wav`;
          await writeFile(join(delivered, file), audio);
          return { ...row, file };
        }),
      );
      await writeFile(join(delivered, 'catalogue.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
      return (await take(name, delivered)).woken;
    },
    take,
    settle,
    dispatch,
    stopDispatcher: () => dispatcher.stop(),
    databaseUrl: options.databaseUrl,
    address: env.address,
    state,
    until,
    stopWorker,
    startWorker,
    async close() {
      await stopWorker();
      await dispatcher.stop();
      await env.teardown();
      await Promise.all([close(), host.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for a sound's run to complete. */
export const outcome = (stage: Stage, id: SoundId): Promise<unknown> =>
  stage.client.workflow.getHandle(soundWorkflowId(id)).result();

// Sends what the outbox holds, for as long as the process runs. Several processes may: each message is taken by one of them at a time.

import { isGrpcServiceError, type Client } from '@temporalio/client';
import pg from 'pg';
import { send } from '../client/starts.ts';
import { messageOf } from '../platform/failures.ts';
import type { Log } from '../platform/log.ts';
import { forgetChanges } from '../store/changes.ts';
import type { Database } from '../store/database.ts';
import { nextDueMs, sendNext, tellForgotten, type Sent, type TakenMessage } from '../store/outbox.ts';

/** Messages taken in one transaction: a fraction of a second's work, so that nobody waits for their locks. */
const atOnce = 64;
/** Sent side by side: the server's answers are the back-pressure. */
const inParallel = 16;
/** Without a notification the table is looked at this often: one that got lost delays, and loses nothing. */
const pollMs = 1_000;
/** What was stored and never begun is looked for this often. */
const sweepMs = 15_000;
/** Changes that are older than they are kept are removed this often. */
const forgetMs = 3_600_000;
const longestPauseMs = 60_000;
/** Nothing is wrong with a message while the server is away: it is sent soon after the server is there again. */
const pauseWhileAwayMs = 5_000;

export interface Dispatcher {
  /** Sends everything that is due by now. @returns how many messages that was. */
  drain(): Promise<number>;
  /** Ends when the messages under way are sent. */
  stop(): Promise<void>;
}

export interface DispatcherOptions {
  readonly database: Database;
  /** For a connection of its own, which hears of new messages. */
  readonly databaseUrl: string;
  readonly client: Client;
  readonly log: Pick<Log, 'warn'>;
  /** How long changes are kept for who follows them, days. Default: for ever. */
  readonly changesDays?: number;
}

export function startDispatcher({ database, databaseUrl, client, log, changesDays }: DispatcherOptions): Dispatcher {
  let isStopping = false;
  let wakeUp: () => void = () => {};
  let sweptAtMs = 0;
  let forgotAtMs = 0;
  const hears = listen(databaseUrl, () => wakeUp());

  const pass = (): Promise<number> => sendNext(database, atOnce, (messages) => sendAll(client, messages));

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!isStopping) {
      const news = new Promise<void>((resolve) => (wakeUp = resolve));
      let restMs = pollMs;
      try {
        if (Date.now() - sweptAtMs > sweepMs) {
          sweptAtMs = Date.now();
          await tellForgotten(database);
        }
        if (changesDays !== undefined && Date.now() - forgotAtMs > forgetMs) {
          forgotAtMs = Date.now();
          await forgetChanges(database, changesDays);
        }
        while (!isStopping && (await pass()) === atOnce);
        restMs = Math.min(pollMs, (await nextDueMs(database)) ?? pollMs);
        failures = 0;
      } catch (error) {
        // Our database is away: nothing is lost, and nothing can be sent.
        failures += 1;
        restMs = Math.min(longestPauseMs, 200 * 2 ** failures);
        if (failures % 5 === 1) log.warn({ why: messageOf(error) }, 'the outbox cannot be read');
      }
      if (isStopping) break;
      await Promise.race([news, new Promise((resolve) => setTimeout(resolve, Math.max(5, restMs)))]);
    }
  };
  const running = run();
  let stopped: Promise<void> | null = null;
  return {
    async drain() {
      let sent = 0;
      for (;;) {
        const taken = await pass();
        sent += taken;
        if (taken === 0) return sent;
      }
    },
    stop() {
      isStopping = true;
      wakeUp();
      stopped ??= running.then(() => hears.close());
      return stopped;
    },
  };
}

/** Several messages to one receiver are one: it reads the rows, which say it all. */
async function sendAll(client: Client, messages: readonly TakenMessage[]): Promise<ReadonlyMap<number, Sent>> {
  const byReceiver = new Map<string, TakenMessage[]>();
  for (const message of messages) {
    const receiver = `${message.kind} ${message.key}`;
    byReceiver.set(receiver, [...(byReceiver.get(receiver) ?? []), message]);
  }
  const became = new Map<number, Sent>();
  const queue = [...byReceiver.values()].values();
  await Promise.all(
    Array.from({ length: inParallel }, async () => {
      for (const same of queue) {
        const outcome = await sendOne(client, same.at(-1)!);
        for (const { id } of same) became.set(id, outcome);
      }
    }),
  );
  return became;
}

async function sendOne(client: Client, message: TakenMessage): Promise<Sent> {
  try {
    await send(client, message);
    return { kind: 'sent' };
  } catch (error) {
    const longest = isServerAway(error) ? pauseWhileAwayMs : longestPauseMs;
    const inMs = Math.min(longest, 500 * 2 ** Math.min(message.tries, 10));
    return { kind: 'later', problem: inWords(error), inMs };
  }
}

// Codes of gRPC.
const deadlineExceeded = 4;
const unavailable = 14;

const isServerAway = (error: unknown): boolean =>
  isGrpcServiceError(error)
    ? error.code === deadlineExceeded || error.code === unavailable
    : error instanceof Error && error.cause !== undefined && isServerAway(error.cause);

/** The client wraps what the server said. */
const inWords = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined && !isGrpcServiceError(error)
    ? `${error.message}: ${inWords(error.cause)}`
    : `${messageOf(error)}${isGrpcServiceError(error) ? ` (gRPC ${error.code})` : ''}`;

/** Calls `heard` for each notification; connects again when the connection breaks. */
function listen(databaseUrl: string, heard: () => void): { readonly close: () => Promise<void> } {
  let isClosed = false;
  let client: pg.Client | null = null;
  let again: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: databaseUrl, application_name: 'fermata outbox' });
    next.on('notification', heard);
    const lost = (): void => {
      if (isClosed || client !== next) return;
      client = null;
      again = setTimeout(() => void connect(), 1_000);
    };
    next.on('error', lost);
    next.on('end', lost);
    client = next;
    try {
      await next.connect();
      await next.query('listen fermata_outbox');
      // What came while nobody listened.
      heard();
    } catch {
      lost();
    }
    if (isClosed) await next.end().catch(() => {});
  };
  const connecting = connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(again);
      await connecting;
      await client?.end().catch(() => {});
    },
  };
}

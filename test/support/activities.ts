// The real activities over a real database and decoder, wired as a worker wires them.

import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type Activities } from '../../activities/index.ts';
import { createAnalysis } from '../../search/analysis.ts';
import { openReferenceSearch } from '../../search/referenceSearch.ts';
import { inThisThread, type Runner } from '../../search/threads.ts';
import { openWaitingSearch } from '../../search/waitingSearch.ts';
import { createWork, type SearchWork } from '../../search/work.ts';
import { createDecoder, type DecoderLimits } from '../../audio/decode.ts';
import type { VectorIndex } from '../../store/catalogue/vectors.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import type { SoundId } from '../../domain/naming.ts';
import { defaultSchedule } from '../../domain/schedule.ts';
import type { ProviderDesk } from '../../providers/desk.ts';
import { openBlobStore } from '../../platform/blobStore.ts';

/** Whom the outbox calls, and why; the messages are gone then. */
export async function takeCalls(database: Database): Promise<{ id: SoundId; why: string }[]> {
  const { rows } = await database.query<{ id: string; why: string }>(
    `with taken as (delete from outbox where kind = 'wake' returning id, key, body)
     select key as id, body->>'why' as why from taken order by taken.id`,
  );
  return rows;
}

/** What search threads do, in this one. */
export const searchHere: Runner<SearchWork> = inThisThread(
  createWork({ engine: 'onnx', allocate: (bytes) => new ArrayBuffer(bytes) }),
);

export interface OpenActivities {
  readonly database: Database;
  readonly activities: Activities;
  readonly close: () => Promise<void>;
}

export function openActivities(options: {
  readonly databaseUrl: string;
  /** Blobs are kept in its `blobs`. */
  readonly folder: string;
  readonly allowedHosts: readonly string[];
  /** Default: the peaks alone. */
  readonly vectors?: VectorIndex;
  /** Longest time for one file. Default: 20 s. */
  readonly fetchMs?: number;
  /** Limits of the decoder. Default: its own. */
  readonly decoder?: Partial<DecoderLimits>;
  /** Default: none is on. */
  readonly providers?: ((database: Database) => ProviderDesk) | undefined;
}): OpenActivities {
  const database = openDatabase(options.databaseUrl);
  const decoder = createDecoder(options.decoder);
  const activities = createActivities({
    database,
    decoder,
    blobs: openBlobStore(join(options.folder, 'blobs')),
    analysis: createAnalysis(searchHere, { withVectors: options.vectors !== undefined }),
    references: openReferenceSearch(database, searchHere, { vectors: options.vectors ?? null }),
    schedule: defaultSchedule,
    groupAlarm: 100,
    waiting: openWaitingSearch(database, searchHere, { most: 10_000 }),
    audioRoots: [],
    fetchLimits: { allowedHosts: options.allowedHosts, maxBytes: 16 * 2 ** 20, timeoutMs: options.fetchMs ?? 20_000 },
    ...(options.vectors === undefined ? {} : { vectors: options.vectors }),
    warn: () => {},
    ...(options.providers === undefined ? {} : { providers: options.providers(database) }),
  });
  return {
    database,
    activities: anywhere(activities),
    async close() {
      decoder.close();
      await database.close();
    },
  };
}

/** The same activities, each of which may also be called where no worker and no environment runs it. */
function anywhere(activities: Activities): Activities {
  return new Proxy(activities, {
    get(target, name) {
      const activity = Reflect.get(target, name) as (input: unknown) => Promise<unknown>;
      return (input: unknown) => (isInActivity() ? activity(input) : quietEnvironment().run(activity, input));
    },
  });
}

function isInActivity(): boolean {
  try {
    return Context.current() !== undefined;
  } catch {
    return false;
  }
}

/** What an activity runs in when no worker runs it; failures that a test asks for are not logged. */
export const quietEnvironment = (): MockActivityEnvironment =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

// The real activities over a real database and decoder, wired as a worker wires them.

import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type Activities } from '../../activities/index.ts';
import type { AudioVectors } from '../../search/audioVectors.ts';
import { createReferenceIndex } from '../../search/referenceIndex.ts';
import { createWaitingAudio } from '../../search/waitingAudio.ts';
import { createDecoder } from '../../audio/decode.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import type { SoundId } from '../../domain/naming.ts';
import { defaultSchedule } from '../../domain/schedule.ts';
import type { ProviderDesk } from '../../providers/desk.ts';
import { openBlobStore } from '../../platform/blobStore.ts';

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
  /** Default: nobody listens. */
  readonly wake?: (soundId: SoundId, why: string) => Promise<boolean>;
  /** Default: the peaks alone. */
  readonly vectors?: AudioVectors;
  /** Longest time for one file. Default: 20 s. */
  readonly fetchMs?: number;
  /** Default: none is on. */
  readonly providers?: ((database: Database) => ProviderDesk) | undefined;
}): OpenActivities {
  const database = openDatabase(options.databaseUrl);
  const decoder = createDecoder();
  const activities = createActivities({
    database,
    decoder,
    blobs: openBlobStore(join(options.folder, 'blobs')),
    references: createReferenceIndex(database),
    schedule: defaultSchedule,
    groupAlarm: 100,
    waitingAudio: createWaitingAudio(database, { most: 10_000 }),
    audioRoots: [],
    fetchLimits: { allowedHosts: options.allowedHosts, maxBytes: 16 * 2 ** 20, timeoutMs: options.fetchMs ?? 20_000 },
    ...(options.vectors === undefined ? {} : { vectors: options.vectors }),
    wake: options.wake ?? (() => Promise.resolve(false)),
    ...(options.providers === undefined ? {} : { providers: options.providers(database) }),
  });
  return {
    database,
    activities,
    async close() {
      decoder.close();
      await database.close();
    },
  };
}

/** What an activity runs in when no worker runs it; failures that a test asks for are not logged. */
export const quietEnvironment = (): MockActivityEnvironment =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

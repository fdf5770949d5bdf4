// Opens what a process works with, once: database, blobs, decoder, indexes, networks, providers, weights. Command line, API and workers are thin over it.

import { join } from 'node:path';
import { createDecoder } from '../audio/decode.ts';
import { defaultSchedule, hastened } from '../domain/schedule.ts';
import { openBlobStore } from '../platform/blobStore.ts';
import type { Config } from '../platform/config/index.ts';
import type { Log } from '../platform/log.ts';
import { createAnalysis } from '../search/analysis.ts';
import { openReferenceSearch } from '../search/referenceSearch.ts';
import { searchThreads, threadsOf } from '../search/searchThreads.ts';
import type { Runner } from '../search/threads.ts';
import { openVectors } from '../search/vectors.ts';
import { openWaitingSearch } from '../search/waitingSearch.ts';
import type { SearchWork } from '../search/work.ts';
import type { VectorIndex } from '../store/catalogue/vectors.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { requireSchema } from '../store/migrate.ts';
import type { AllNeeds } from '../usecases/needs.ts';
import { openProviders } from './providers.ts';
import { loadWeights } from './weights.ts';

export interface OpenNeeds {
  readonly needs: AllNeeds;
  /** Catalogue providers are on: they are asked by a schedule. */
  readonly asksCatalogues: boolean;
  /** Audio activities that can compute at a time. */
  readonly searchThreads: number;
  /** Reads the index of references, so that the first sound need not wait for it. */
  readonly loadReferences: () => Promise<{ readonly references: number; readonly bytes: number }>;
  readonly close: () => Promise<void>;
}

/** @param options.listens this process searches audio: its threads hold the network of the second cue. */
export async function openNeeds(
  config: Config,
  databaseUrl: string,
  options: { readonly log: Log; readonly listens: boolean },
): Promise<OpenNeeds> {
  const { log } = options;
  const database = openDatabase(databaseUrl, { maxConnections: 12 });
  await requireSchema(database);
  const decoder = createDecoder({
    memoryMb: config.decoderMemoryMb,
    timeoutMs: config.decoderSeconds * 1000,
    maxDurationMs: config.audioMaxDurationSeconds * 1000,
  });
  const size = threadsOf(config.searchThreads);
  const threads = searchThreads({ engine: config.engine, size });
  const vectors = options.listens ? await vectorsOf(database, threads, log) : null;
  const references = openReferenceSearch(database, threads, { vectors });
  const providers = openProviders(config, database);
  return {
    asksCatalogues: providers.catalogues.length > 0,
    searchThreads: size,
    loadReferences: () => references.load(),
    needs: {
      database,
      decoder,
      blobs: openBlobStore(join(config.dataDir, 'blobs')),
      analysis: createAnalysis(threads, { withVectors: vectors !== null }),
      references,
      ...(vectors === null ? {} : { vectors }),
      waiting: openWaitingSearch(database, threads, {
        most: config.waitingAudio,
        onFull: (left) =>
          log.warn(
            { left, setting: 'FERMATA_WAITING_AUDIO' },
            'more audio waits than this process may hold: the oldest is left to the timers of its sounds',
          ),
      }),
      schedule: hastened(defaultSchedule, config.scheduleFactor),
      groupAlarm: config.groupAlarm,
      warn: (message, facts) => log.warn(facts, message),
      audioRoots: config.audioRoots,
      fetchLimits: {
        allowedHosts: config.audioHosts,
        maxBytes: config.audioMaxBytes,
        timeoutMs: config.audioFetchSeconds * 1000,
      },
      weights: await loadWeights(config),
      ...(providers.states.some(({ on }) => on) ? { providers } : {}),
    },
    async close() {
      decoder.close();
      await threads.close();
      await database.close();
    },
  };
}

async function vectorsOf(database: Database, threads: Runner<SearchWork>, log: Log): Promise<VectorIndex | null> {
  const opened = await openVectors(database, threads);
  if (opened.kind === 'unavailable') {
    log.warn({ ...opened }, 'the second audio cue is left out: sounds are searched by their peaks alone');
    return null;
  }
  const { index } = opened;
  if (index.unsearchableBecause) log.warn({ reason: index.unsearchableBecause }, 'vectors verify, but cannot propose');
  return index;
}

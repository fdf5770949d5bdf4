// What use cases may need of a process. Each names the few things that it uses: `Needs<'database' | 'decoder'>`.

import type { Decoder } from '../audio/decode.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Weights } from '../matching/weights.ts';
import type { BlobStore } from '../platform/blobStore.ts';
import type { FetchLimits } from '../platform/fetchFile.ts';
import type { ProviderDesk } from '../providers/desk.ts';
import type { ReferenceSearch, WaitingSearch } from '../matching/audio/port.ts';
import type { AudioAnalysis } from '../search/analysis.ts';
import type { VectorIndex } from '../store/catalogue/vectors.ts';
import type { Database } from '../store/database.ts';

export interface AllNeeds {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly decoder: Decoder;
  readonly analysis: AudioAnalysis;
  readonly references: ReferenceSearch;
  readonly waiting: WaitingSearch;
  /** Of the second audio cue; absent: the peaks decide alone. */
  readonly vectors?: VectorIndex;
  /** Folders that any sound's audio path may lie in. */
  readonly audioRoots: readonly string[];
  readonly fetchLimits: FetchLimits;
  /** By which a sound that waits tries again. */
  readonly schedule: Schedule;
  /** The weights in force; absent: the hand weights. */
  readonly weights?: Weights;
  /** The outside providers that are on; absent: none. */
  readonly providers?: ProviderDesk;
  /** A group that grows by so many sounds in a day is worth a warning … */
  readonly groupAlarm: number;
  /** … which goes here. */
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

export type Needs<Names extends keyof AllNeeds> = Pick<AllNeeds, Names>;

// What search threads compute: plain data in, plain data out. Indexes are made and searched in memory that all threads share.

import { judgeSound, notMusic, type NotMusic, type SoundVerdict } from '../audio/gates.ts';
import type { AudioCandidate } from '../domain/evidence.ts';
import { searchWithBothCues, type Neighbour, type VectorCue } from '../matching/audio/bothCues.ts';
import { soundLandmarks, type Landmarks } from '../matching/audio/landmarks.ts';
import type {
  JudgeOptions,
  PlacedCandidate,
  ReferenceSearch,
  SearchOptions,
  SoundQuery,
  SuggestedPlace,
} from '../matching/audio/port.ts';
import { fingerprintReference, type ReferencePrint } from '../matching/audio/reference.ts';
import {
  buildSegment,
  gapFrames,
  joinSegments,
  openVersion,
  type Allocate,
  type IndexVersion,
  type Reference,
  type Segment,
} from '../matching/audio/referenceSegment.ts';
import { judgePlaces, searchIndex } from '../matching/audio/search.ts';
import { soundPrint, type SoundPrint } from '../matching/audio/soundPrint.ts';
import type { VectorSequence } from '../matching/audio/vectorSequences.ts';
import { buildWaiting, type WaitingSegment } from '../matching/audio/waitingSegment.ts';
import {
  searchWaiting,
  type FoundSound,
  type WaitingLimits,
  type WaitingVersion,
} from '../matching/audio/waitingVotes.ts';
import { createSoundEmbedder, embedReference } from '../models/fingerprint/embedAudio.ts';
import { openEmbedder, type Embedder, type EmbedderOutcome } from '../models/fingerprint/embedder.ts';
import type { EngineName } from '../models/runtime/model.ts';
import type { Context } from './serve.ts';

/** Whether the network runs here, and which. */
export type Network =
  { readonly kind: 'ready'; readonly modelVersion: string } | Extract<EmbedderOutcome, { kind: 'unavailable' }>;

/** What was heard in a sound: what is kept of it, or why it is not worth a search. */
export type HeardSound =
  | {
      readonly kind: 'heard';
      readonly print: SoundPrint;
      readonly landmarks: Landmarks;
      /** What it may be called when nothing is found in it. */
      readonly called: NotMusic['kind'] | null;
    }
  | Exclude<SoundVerdict, { kind: 'ok' }>;

/** What a search asks on its way. */
export interface VectorQuestions {
  readonly sequencesOf: VectorCue['sequencesOf'];
  readonly nearest: (asked: {
    readonly vectors: VectorSequence;
    readonly perVector: number;
  }) => Promise<readonly Neighbour[]>;
}

export type SearchWork = ReturnType<typeof createWork>;

/** @param options.engine of the second cue, opened when it is first needed; null: the peaks decide alone. */
export function createWork({ engine, allocate }: { readonly engine: EngineName | null; readonly allocate: Allocate }) {
  let opening: Promise<EmbedderOutcome> | null = null;
  const embedder = async (): Promise<Embedder> => {
    const outcome = await (opening ??= openEmbedder(engine!));
    if (outcome.kind === 'unavailable') throw new Error(outcome.reason);
    return outcome.embedder;
  };

  return {
    async network(): Promise<Network> {
      const outcome = await (opening ??= openEmbedder(engine!));
      return outcome.kind === 'ready' ? { kind: 'ready', modelVersion: outcome.embedder.modelVersion } : outcome;
    },

    /** Gates a sound, mono at 8 kHz, and makes what is kept of it. */
    hear({ pcm }: { readonly pcm: Float32Array }): HeardSound {
      const verdict = judgeSound(pcm);
      if (verdict.kind !== 'ok') return verdict;
      const print = soundPrint(pcm);
      const called = notMusic(verdict.features)?.kind ?? null;
      return { kind: 'heard', print, landmarks: soundLandmarks(print), called };
    },
    landmarks: ({ print }: { readonly print: SoundPrint }): Landmarks => soundLandmarks(print),
    /** Of a recording, mono at 8 kHz. `gate`: also what the gates say of it. */
    async fingerprint({ pcm, withVectors, gate }: FingerprintInput): Promise<Fingerprint> {
      const verdict = gate ? judgeSound(pcm) : null;
      const isNothing = verdict?.kind === 'silence' || verdict?.kind === 'too_short';
      return {
        verdict: verdict?.kind ?? null,
        print: fingerprintReference(pcm, 8000),
        vectors: withVectors && !isNothing ? await embedReference(await embedder(), pcm) : null,
      };
    },

    buildReferences: ({
      references,
      lineFrom,
    }: {
      readonly references: readonly Reference[];
      readonly lineFrom: number;
    }): Segment => buildSegment(references, lineFrom, allocate),
    joinReferences: ({
      parts,
      alive,
    }: {
      readonly parts: readonly Segment[];
      readonly alive: readonly Uint8Array[] | null;
    }): Segment => joinSegments(parts, alive, allocate),
    /** With both cues, where the asker answers `VectorQuestions`; with the peaks alone else. */
    async searchReferences(
      { version, query, options, withVectors, traces }: SearchInput,
      { signal, ask }: Context,
    ): Promise<readonly PlacedCandidate[]> {
      const cue: VectorCue | null = withVectors
        ? {
            ...createSoundEmbedder(await embedder()),
            sequencesOf: async (ids) => (await ask('sequencesOf', ids)) as ReadonlyMap<number, VectorSequence>,
            nearest: async (vectors, perVector) =>
              (await ask('nearest', { vectors, perVector })) as readonly Neighbour[],
          }
        : null;
      const trace = traces ? (line: string): void => void ask('trace', line).catch(() => {}) : undefined;
      const { candidates } = await searchWithBothCues(within(version), cue, query, {
        ...options,
        signal,
        ...(trace === undefined ? {} : { trace }),
      });
      return candidates;
    },
    judgeReferences: (
      { version, query, places, options }: JudgeInput,
      { signal }: Context,
    ): readonly PlacedCandidate[] =>
      judgePlaces(openVersion(version), query, places, options, () => signal.throwIfAborted()),
    /** The best of a few recordings that are in no index, by their peaks alone; null when none fits. */
    compare({ references, pcm }: CompareInput, { signal }: Context): AudioCandidate | null {
      const few = buildSegment(references, gapFrames, (bytes) => new ArrayBuffer(bytes));
      const alive = [new Uint8Array(references.length).fill(1)];
      const version = { segments: [few], alive, lineFrames: few.lineTo, references: references.length };
      const options = { maxCandidates: 1 };
      return searchIndex(openVersion(version), soundPrint(pcm), options, () => signal.throwIfAborted())[0] ?? null;
    },

    buildWaiting: ({
      old,
      kept,
      added,
    }: {
      readonly old: WaitingSegment | null;
      readonly kept: readonly (number | null)[];
      readonly added: readonly Landmarks[];
    }): WaitingSegment => buildWaiting(old, kept, added, allocate),
    searchWaiting: (
      {
        version,
        print,
        limits,
      }: { readonly version: WaitingVersion; readonly print: ReferencePrint; readonly limits: WaitingLimits },
      { signal }: Context,
    ): readonly FoundSound[] => searchWaiting(version, print, limits, () => signal.throwIfAborted()),
  };
}

interface FingerprintInput {
  readonly pcm: Float32Array;
  readonly withVectors: boolean;
  readonly gate: boolean;
}
export interface Fingerprint {
  readonly verdict: SoundVerdict['kind'] | null;
  readonly print: ReferencePrint;
  readonly vectors: Int8Array | null;
}
interface SearchInput {
  readonly version: IndexVersion;
  readonly query: SoundQuery;
  readonly options: Omit<SearchOptions, 'signal' | 'trace'>;
  readonly withVectors: boolean;
  /** Its lines are told to the asker's `trace`. */
  readonly traces: boolean;
}
interface JudgeInput {
  readonly version: IndexVersion;
  readonly query: SoundQuery;
  readonly places: readonly SuggestedPlace[];
  readonly options: Omit<JudgeOptions, 'signal'>;
}
interface CompareInput {
  readonly references: readonly Reference[];
  readonly pcm: Float32Array;
}

/** The peaks of one version: both stages of a search see the same. */
function within(version: IndexVersion): ReferenceSearch {
  return {
    search: async (query, { signal, ...options } = {}) => ({
      candidates: searchIndex(openVersion(version), query, options, () => signal?.throwIfAborted()),
      references: version.references,
    }),
    judge: async (query, places, { signal, ...options }) =>
      judgePlaces(openVersion(version), query, places, options, () => signal?.throwIfAborted()),
  };
}

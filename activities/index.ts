// All activities, made from what they need. Thin: each calls one module; retries and time limits stand beside the call in workflows/.

import { cancellationSignal } from '@temporalio/activity';
import type { Decoder } from '../audio/decode.ts';
import {
  concludedAmong,
  countItems,
  readItems,
  setBatchState,
  type BatchItem,
  type BatchState,
} from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import {
  expire,
  nothingNew,
  readState,
  recordDecision,
  saveEvidence,
  saveSchedule,
  type EvidenceSource,
  type DecisionOutcome,
  type GivenDecision,
} from '../store/sounds/sounds.ts';
import type { NextQuestion } from '../domain/asking.ts';
import type { SoundId } from '../domain/naming.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { PrereleaseMetadata, SoundState } from '../domain/sound.ts';
import type { BlobStore } from '../platform/blobStore.ts';
import type { FetchLimits } from '../platform/fetchFile.ts';
import type { EvidenceLine } from '../domain/evidenceLine.ts';
import { askCatalogue } from '../usecases/asking/askCatalogue.ts';
import { askRecogniser } from '../usecases/asking/askRecogniser.ts';
import type { AskInput } from '../usecases/asking/askService.ts';
import { checkServices, type CheckedServices, type CheckServicesInput } from '../usecases/asking/checkServices.ts';
import { concludeAttempt, type Concluded } from '../usecases/attempt/concludeAttempt.ts';
import { fetchSound, type AttemptOf } from '../usecases/attempt/fetchSound.ts';
import { tellGroup } from '../usecases/attempt/groupSounds.ts';
import { indexPrerelease, recordPrerelease } from '../usecases/catalogue/indexPrerelease.ts';
import { endDelivery, indexRows, stageDelivery } from '../usecases/catalogue/indexRows.ts';
import { matchAudio } from '../usecases/attempt/matchAudio.ts';
import { matchMetadata, type WordsLine } from '../usecases/attempt/matchMetadata.ts';
import type { AudioVectors } from '../search/audioVectors.ts';
import type { ProviderDesk } from '../providers/desk.ts';
import type { ReferenceIndex } from '../search/referenceIndex.ts';
import type { Model } from '../matching/weights.ts';
import { takePreviews, type TakePreviews } from '../usecases/asking/takePreviews.ts';
import { planTurn, skipTerms, skipTurn, type TurnOf } from '../usecases/attempt/takeTurn.ts';
import type { WaitingAudio } from '../search/waitingAudio.ts';
import { wakeSounds } from '../usecases/waking/wakeSounds.ts';
import {
  beginDelivery,
  endWatchedDelivery,
  findDeliveries,
  type BeginDelivery,
  type FoundDelivery,
  type WatchInput,
} from '../usecases/catalogue/watchFolders.ts';

export interface Deps {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly decoder: Decoder;
  readonly references: ReferenceIndex;
  readonly waitingAudio: WaitingAudio;
  /** A group that grows by so many sounds in a day is worth a warning. */
  readonly groupAlarm: number;
  /** The second audio cue; absent: the peaks decide alone. */
  readonly vectors?: AudioVectors;
  /** Folders that any sound's audio path may lie in. */
  readonly audioRoots: readonly string[];
  readonly fetchLimits: FetchLimits;
  /** By which a sound that waits tries again. */
  readonly schedule: Schedule;
  /** The weights in force; absent: the hand weights. */
  readonly model?: Model;
  /** The outside services that are on; absent: none. */
  readonly providers?: ProviderDesk;
  /** Signals a sound's open workflow. @returns false when there is none. */
  readonly wake: (soundId: SoundId, why: string) => Promise<boolean>;
}

export type Activities = ReturnType<typeof createActivities>;

export function createActivities(deps: Deps) {
  const { database } = deps;
  return {
    loadSound: (soundId: SoundId): Promise<SoundState | null> => readState(database, soundId),
    matchMetadata: (input: AttemptOf): Promise<WordsLine> => matchMetadata(deps, input),
    fetchSound: (input: AttemptOf): Promise<EvidenceLine | null> => fetchSound(deps, input, cancellationSignal()),
    matchAudio: (input: AttemptOf): Promise<EvidenceLine> => matchAudio(deps, input, cancellationSignal()),
    async noteUnavailable(
      input: AttemptOf & { readonly source: EvidenceSource; readonly reason: string },
    ): Promise<EvidenceLine> {
      await saveEvidence(database, input.soundId, input.source, input.attempt, {
        kind: 'unavailable',
        reason: input.reason,
        untilMs: null,
      });
      return { source: input.source, kind: 'unavailable', text: input.reason, untilMs: null };
    },
    concludeAttempt: (
      input: AttemptOf & { readonly due: string | null },
    ): Promise<Concluded | { readonly ask: NextQuestion } | null> => concludeAttempt(deps, input),
    askCatalogue: (input: AskInput): Promise<EvidenceLine> => askCatalogue(deps, input, cancellationSignal()),
    askRecogniser: (input: AskInput): Promise<EvidenceLine> => askRecogniser(deps, input, cancellationSignal()),
    takePreviews: (input: TakePreviews): Promise<EvidenceLine> => takePreviews(deps, input, cancellationSignal()),
    planNextAttempt: (input: {
      readonly soundId: SoundId;
      readonly attempts: number;
      readonly atMs: number;
    }): Promise<void> => saveSchedule(database, input.soundId, input.attempts, input.atMs),
    planTurn: (input: TurnOf): Promise<number> => planTurn(deps, input),
    skipTurn: (input: TurnOf): Promise<number | null> => skipTurn(deps, input),
    nothingNew: async (input: { readonly soundId: SoundId }): Promise<boolean> =>
      nothingNew(database, input.soundId, await skipTerms(deps)),
    expireSound: (input: { readonly soundId: SoundId }): Promise<SoundState | null> => expire(database, input.soundId),
    recordPersonDecision: ({
      soundId,
      ...given
    }: GivenDecision & { readonly soundId: SoundId }): Promise<DecisionOutcome> =>
      recordDecision(database, soundId, given),
    recordPrerelease: (input: {
      readonly soundId: SoundId;
      readonly metadata: PrereleaseMetadata;
      readonly by: string;
    }): Promise<boolean> => recordPrerelease(deps, input),

    indexPrerelease: (input: {
      readonly soundId: SoundId;
      readonly metadata: PrereleaseMetadata;
    }): Promise<{ problem: string | null }> => indexPrerelease(deps, input, cancellationSignal()),

    nextBatchItems: async (input: {
      readonly batchId: string;
      readonly afterLine: number;
      readonly limit: number;
    }): Promise<{ items: BatchItem[]; total: number }> => ({
      items: await readItems(database, input.batchId, input.afterLine, input.limit),
      total: await countItems(database, input.batchId),
    }),
    concludedSounds: (input: {
      readonly soundIds: readonly SoundId[];
      readonly triedSince?: string;
    }): Promise<SoundId[]> => concludedAmong(database, input.soundIds, input.triedSince),
    markBatch: (input: { readonly batchId: string; readonly state: BatchState }): Promise<void> =>
      setBatchState(database, input.batchId, input.state),

    stageDelivery: (input: { readonly deliveryId: string }): Promise<{ problem: string | null }> =>
      stageDelivery(deps, input.deliveryId),
    indexRows: (input: {
      readonly deliveryId: string;
      readonly afterLine: number;
      readonly limit: number;
    }): Promise<{ recordingIds: string[]; lastLine: number; remaining: number }> =>
      indexRows(deps, input, cancellationSignal()),
    tellGroup: (input: { readonly soundId: SoundId; readonly why: string }): Promise<void> =>
      tellGroup(deps, input, cancellationSignal()),
    wakeSounds: (input: { readonly recordingIds: readonly string[] }): Promise<{ woken: number }> =>
      wakeSounds(deps, input, cancellationSignal()),
    findDeliveries: (input: WatchInput): Promise<FoundDelivery[]> => findDeliveries(deps, input),
    beginDelivery: (input: BeginDelivery): Promise<void> => beginDelivery(deps, input),
    endWatchedDelivery: (input: { readonly path: string; readonly signature: string }): Promise<void> =>
      endWatchedDelivery(deps, input),
    checkServices: (input: CheckServicesInput): Promise<CheckedServices> =>
      checkServices(deps, input, cancellationSignal()),
    endDelivery: (input: { readonly deliveryId: string; readonly problem: string | null }): Promise<void> =>
      endDelivery(deps, input),
  };
}

// All activities: each hands its input to one use case, with what Temporal knows of the task. Retries and time limits stand beside the call in
// workflows/; what a failure means stands in failures.ts.

import { Context } from '@temporalio/activity';
import type { NextQuestion } from '../domain/asking.ts';
import type { EvidenceLine, EvidenceSource } from '../domain/evidenceLine.ts';
import type { SoundId } from '../domain/naming.ts';
import type { SoundState } from '../domain/sound.ts';
import { admitBatch, cancelBatch, pauseBatch, type BatchTurn } from '../store/batches.ts';
import { outcomeOf, unlessAway } from '../store/failures.ts';
import { recordDecision, type DecisionOutcome, type GivenDecision } from '../store/sounds/decide.ts';
import { saveEvidence } from '../store/sounds/evidence.ts';
import { noteTrouble, readState } from '../store/sounds/state.ts';
import { expire } from '../store/sounds/turn.ts';
import { askCatalogue } from '../usecases/asking/askCatalogue.ts';
import { askRecogniser } from '../usecases/asking/askRecogniser.ts';
import type { AskInput } from '../usecases/asking/askService.ts';
import { checkServices, type CheckedServices, type CheckServicesInput } from '../usecases/asking/checkServices.ts';
import { takePreviews, type TakePreviews } from '../usecases/asking/takePreviews.ts';
import { concludeAttempt, type Concluded } from '../usecases/attempt/concludeAttempt.ts';
import { fetchSound, type AttemptOf } from '../usecases/attempt/fetchSound.ts';
import { matchAudio } from '../usecases/attempt/matchAudio.ts';
import { matchMetadata, type WordsLine } from '../usecases/attempt/matchMetadata.ts';
import { planTurn, skipTurn, type TurnOf } from '../usecases/attempt/takeTurn.ts';
import { hearAgain } from '../usecases/catalogue/hearAgain.ts';
import { indexPrerelease, recordPrerelease, type HandedIn, type Taken } from '../usecases/catalogue/indexPrerelease.ts';
import { endDelivery, indexRows } from '../usecases/catalogue/indexRows.ts';
import { stageDelivery } from '../usecases/catalogue/stageDelivery.ts';
import {
  beginDelivery,
  endWatchedDelivery,
  findDeliveries,
  type BeginDelivery,
  type FoundDelivery,
  type WatchInput,
} from '../usecases/catalogue/watchFolders.ts';
import type { AllNeeds } from '../usecases/needs.ts';
import type { Task } from '../usecases/task.ts';
import { wakeSounds } from '../usecases/waking/wakeSounds.ts';
import { asFailure } from './failures.ts';

export type Activities = ReturnType<typeof createActivities>;

/** The task that Temporal runs just now. */
function taskNow(): Task {
  const { cancellationSignal, heartbeat, info } = Context.current();
  return {
    signal: cancellationSignal,
    beat: (reached) => heartbeat(reached),
    attempt: info.attempt,
    reached: info.heartbeatDetails,
  };
}

/** A use case as an activity. */
const activity =
  <Input, Output>(work: (input: Input, task: Task) => Promise<Output>) =>
  async (input: Input): Promise<Output> => {
    const task = taskNow();
    try {
      return await work(input, task);
    } catch (error) {
      throw asFailure(error, task.attempt);
    }
  };

/** What a source could not find out, in the words of why. */
interface Unavailable extends AttemptOf {
  readonly source: EvidenceSource;
  readonly reason: string;
}

export function createActivities(needs: AllNeeds) {
  const { database } = needs;
  return {
    // A sound's own life.
    loadSound: activity((soundId: SoundId): Promise<SoundState | null> => readState(database, soundId)),
    matchMetadata: activity((input: AttemptOf): Promise<WordsLine> => matchMetadata(needs, input)),
    fetchSound: activity((input: AttemptOf, task): Promise<EvidenceLine | null> => fetchSound(needs, input, task)),
    matchAudio: activity((input: AttemptOf, task): Promise<EvidenceLine> => matchAudio(needs, input, task)),
    noteUnavailable: activity(async ({ soundId, attempt, source, reason }: Unavailable): Promise<EvidenceLine> => {
      await saveEvidence(database, soundId, source, attempt, { kind: 'unavailable', reason, untilMs: null });
      return { source, kind: 'unavailable', text: reason, untilMs: null };
    }),
    noteTrouble: activity(
      ({ soundId, why }: { readonly soundId: SoundId; readonly why: string }): Promise<SoundState | null> =>
        noteTrouble(database, soundId, why),
    ),
    concludeAttempt: activity(
      (
        input: AttemptOf & { readonly due: string | null },
      ): Promise<Concluded | { readonly ask: NextQuestion } | null> => concludeAttempt(needs, input),
    ),
    planTurn: activity((input: TurnOf): Promise<number> => planTurn(needs, input)),
    skipTurn: activity((input: TurnOf): Promise<number | null> => skipTurn(needs, input)),
    expireSound: activity(({ soundId }: { readonly soundId: SoundId }): Promise<SoundState | null> =>
      expire(database, soundId),
    ),
    // What people say.
    recordPersonDecision: activity(
      async ({ soundId, ...given }: GivenDecision & { readonly soundId: SoundId }): Promise<DecisionOutcome> => {
        const written = unlessAway(await outcomeOf(() => recordDecision(database, soundId, given)));
        return written.kind === 'written' ? written.value : { kind: 'refused', why: written.reason };
      },
    ),
    recordPrerelease: activity((input: HandedIn): Promise<Taken> => recordPrerelease(needs, input)),
    indexPrerelease: activity((input: HandedIn, task): Promise<{ problem: string | null }> =>
      indexPrerelease(needs, input, task),
    ),
    // Outside providers.
    askCatalogue: activity((input: AskInput, task): Promise<EvidenceLine> => askCatalogue(needs, input, task)),
    askRecogniser: activity((input: AskInput, task): Promise<EvidenceLine> => askRecogniser(needs, input, task)),
    takePreviews: activity((input: TakePreviews, task): Promise<EvidenceLine> => takePreviews(needs, input, task)),
    checkServices: activity((input: CheckServicesInput, task): Promise<CheckedServices> =>
      checkServices(needs, input, task),
    ),
    // Bulk runs.
    admitBatch: activity(({ batchId }: BatchOf): Promise<BatchTurn> => admitBatch(database, batchId)),
    pauseBatch: activity(({ batchId, isPaused }: BatchOf & { readonly isPaused: boolean }): Promise<boolean> =>
      pauseBatch(database, batchId, isPaused),
    ),
    cancelBatch: activity(({ batchId }: BatchOf): Promise<boolean> => cancelBatch(database, batchId)),
    // The catalogue.
    stageDelivery: activity((input: DeliveryOf, task): Promise<{ problem: string | null }> =>
      stageDelivery(needs, input, task),
    ),
    indexRows: activity((input: DeliveryOf & { readonly afterLine: number; readonly limit: number }, task) =>
      indexRows(needs, input, task),
    ),
    hearAgain: activity((input: DeliveryOf & { readonly isLast: boolean }, task): Promise<{ unheard: number }> =>
      hearAgain(needs, input, task),
    ),
    endDelivery: activity((input: DeliveryOf & { readonly problem: string | null }): Promise<void> =>
      endDelivery(needs, input),
    ),
    findDeliveries: activity((input: WatchInput, task): Promise<FoundDelivery[]> => findDeliveries(needs, input, task)),
    beginDelivery: activity((input: BeginDelivery): Promise<void> => beginDelivery(needs, input)),
    endWatchedDelivery: activity((input: { readonly path: string; readonly signature: string }): Promise<void> =>
      endWatchedDelivery(needs, input),
    ),
    wakeSounds: activity(
      (lane: { readonly lane: number; readonly lanes: number }, task): Promise<{ called: number; left: number }> =>
        wakeSounds(needs, lane, task),
    ),
  };
}

interface BatchOf {
  readonly batchId: string;
}
interface DeliveryOf {
  readonly deliveryId: string;
}

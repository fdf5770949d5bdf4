// The entity: one workflow per sound, open while something can still happen to it. Handlers record what a person says;
// one loop tries, waits and tries again. All state is a row in Postgres and a small JSON object here.

import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log as workflowLog,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { WordsLine } from '../usecases/attempt/matchMetadata.ts';
import type { NextQuestion } from '../domain/asking.ts';
import type { EvidenceLine } from '../domain/evidenceLine.ts';
import { taskQueues } from '../domain/naming.ts';
import { readDecision, readPrerelease, readText } from '../domain/readMessage.ts';
import { defaultSchedule, nextAttemptAtMs } from '../domain/schedule.ts';
import { apply, isSettled, type SoundEvent, type SoundState, type SoundStatus } from '../domain/sound.ts';
import {
  abandon,
  decide,
  lookAgain,
  manualMatch,
  prereleaseMetadata,
  rejectMatch,
  reopen,
  reportTo,
  retryNow,
  soundConcluded,
  soundEvidence,
  soundStatus,
  type AttemptLine,
  type DecideResult,
  type ReconcileSoundInput,
} from './messages.ts';
import { oneAtATime } from './oneAtATime.ts';
import { showState, showStory } from './visibility.ts';

// Rows in Postgres, answered in milliseconds. Retried without end: a database that restarts must not fail a sound.
const rows = oneAtATime(
  proxyLocalActivities<
    Pick<
      Activities,
      | 'loadSound'
      | 'recordPersonDecision'
      | 'recordPrerelease'
      | 'matchMetadata'
      | 'noteUnavailable'
      | 'concludeAttempt'
      | 'planNextAttempt'
      | 'planTurn'
      | 'skipTurn'
      | 'nothingNew'
      | 'expireSound'
    >
  >({
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '20 seconds' },
  }),
);

// A fetch has its own limit of 60 s; two tries cover a dropped connection, longer trouble belongs to the loop's schedule.
// Eight attempts are more than a minute: time for our own database, or a worker, to be started again. A stranger's server is given
// up sooner, by the activity itself.
const { fetchSound } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { maximumAttempts: 8, maximumInterval: '20 seconds' },
});
// One decode at a time is slow but finite; a silent worker should lose the task in half a minute, not in ten.
// Previews are fetched and decoded like sounds: three at most, half a minute each.
const { matchAudio, indexPrerelease, takePreviews } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { maximumAttempts: 8, maximumInterval: '20 seconds' },
});

// A few requests, each given up after half a minute. Short trouble and a full window are retried by the server, at the instant that
// the failure names; longer ones come back as evidence.
const { askCatalogue } = proxyActivities<Activities>({
  taskQueue: taskQueues.catalogues,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '1 minute',
  retry: { maximumAttempts: 8, maximumInterval: '1 minute' },
});

// Signals to others, thousands of them for audio that went round; it heartbeats, and goes on where it was cut off.
const { tellGroup } = proxyActivities<Activities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '1 minute',
  retry: { maximumAttempts: 8, maximumInterval: '20 seconds' },
});
// Decodes, then makes up to four calls. Paid: what fails for long is not tried again here, and never paid for twice.
const { askRecogniser } = proxyActivities<Activities>({
  taskQueue: taskQueues.recognisers,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: { maximumAttempts: 8, maximumInterval: '1 minute' },
});

export interface SoundOutcome {
  readonly status: SoundStatus | 'unknown';
  readonly recording: string | null;
  readonly why: string;
}

/** Continue as new from here on, long before the server suggests it: a worker that takes a sound up reads its whole history. */
const longHistory = 1500;

/** Lines of the table on the sound's page: enough to see the rhythm, too few to grow the history. */
const linesShown = 8;

export async function reconcileSound(input: ReconcileSoundInput): Promise<SoundOutcome> {
  const { soundId } = input;
  // Since version 2 the worker plans by its own schedule, and a retry that is skipped is one row and one activity.
  const isFrugal = input.version !== undefined;
  let shown: SoundState | null = null;
  /** A retry that was skipped has planned the next one in the same row. */
  let plannedAtMs: number | null = null;
  let state: SoundState | null = input.carried?.state ?? null;
  let loaded = state !== null;
  let evidence: readonly EvidenceLine[] = input.carried?.evidence ?? [];
  let log: readonly AttemptLine[] = input.carried?.log ?? [];
  const reports = new Set(input.reportTo ?? []);
  let isShownWaitingFor = waitingFor(evidence).length > 0;
  let attemptScope: CancellationScope | null = null;

  /** Why open sounds with the same audio should look again, until they have been told. */
  let groupNews: string | null = null;

  const happen = (event: SoundEvent): void => {
    if (state !== null) state = apply(state, event);
    if (event.kind === 'stored' && event.state.isGroupNews === true) groupNews = event.state.why;
  };

  /**
   * Takes a person's word, whatever became of the run meanwhile: once sent it is not lost to a cancellation. Words are written in the order in
   * which they came.
   */
  const take = (given: unknown): Promise<DecideResult> =>
    CancellationScope.nonCancellable(async () => {
      const said = readDecision(given);
      if (typeof said === 'string') {
        workflowLog.warn('message ignored', { why: said });
        return { kind: 'refused', why: said };
      }
      await condition(() => loaded);
      const outcome = await rows.recordPersonDecision({
        soundId,
        ...said,
        decisionId: said.decisionId || uuid4(),
        // The clock that judges the horizon is the one that extends it.
        nowMs: Date.now(),
      });
      if (outcome.kind === 'refused') {
        workflowLog.info('decision refused', { decisionId: said.decisionId, why: outcome.why });
        return outcome;
      }
      happen({ kind: 'stored', state: outcome.state });
      // Whatever the running attempt finds no longer matters.
      if (isSettled(outcome.state)) attemptScope?.cancel();
      return { kind: 'accepted', status: outcome.state.status, why: outcome.why };
    });

  const wake = async (why: string): Promise<void> => {
    await condition(() => loaded);
    happen({ kind: 'woken', why });
  };

  setHandler(decide, take, {
    validator: (given) => {
      const said = readDecision(given);
      if (typeof said === 'string') throw new Error(said);
      if (said.decisionId === '') throw new Error('a decision needs a decisionId');
    },
  });
  // Messages may be typed by hand in Temporal's UI, so each handler takes whatever comes.
  setHandler(manualMatch, async (given) => {
    await take({ ...given, decision: { kind: 'match', recordingId: given?.recordingId } });
  });
  setHandler(rejectMatch, async (given) => {
    await take({ ...given, decision: { kind: 'reject', recordingId: given?.recordingId } });
  });
  setHandler(abandon, async (given) => void (await take({ ...given, decision: { kind: 'abandon' } })));
  setHandler(reopen, async (given) => void (await take({ ...given, decision: { kind: 'reopen' } })));
  setHandler(prereleaseMetadata, async (given) => {
    const metadata = readPrerelease(given?.metadata);
    if (typeof metadata === 'string') {
      workflowLog.warn('message ignored', { why: metadata });
      return;
    }
    await condition(() => loaded);
    const taken = await CancellationScope.nonCancellable(() =>
      rows.recordPrerelease({ soundId, metadata, by: readText(given.by) }),
    );
    if (!taken) return;
    // Its own audio makes it a provisional recording, which this sound and others like it are then matched against.
    if (metadata.audioHash !== null) {
      try {
        await indexPrerelease({ soundId, metadata });
      } catch (error) {
        // A failure thrown by a handler would fail the workflow; the words are known, the audio can be handed in again.
        if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
        workflowLog.warn('prerelease audio not indexed', { why: error.cause?.message ?? error.message });
      }
    }
    happen({
      kind: 'prereleaseAdded',
      releaseDate: metadata.releaseDate,
      why: `prerelease metadata: "${metadata.title}"`,
    });
  });
  setHandler(retryNow, (given) => wake(readText(given?.why) || 'a person asked for it'));
  setHandler(lookAgain, async (given) => {
    const batchWorkflowId = readText(given?.batchWorkflowId);
    if (batchWorkflowId !== '') reports.add(batchWorkflowId);
    await wake(readText(given?.why) || 'a bulk run asked for it');
  });
  setHandler(reportTo, (given) => {
    const batchWorkflowId = readText(given?.batchWorkflowId);
    if (batchWorkflowId !== '') reports.add(batchWorkflowId);
  });
  setHandler(soundStatus, () => state);
  setHandler(soundEvidence, () => evidence);

  const attempt = async (current: SoundState): Promise<void> => {
    const { due } = current;
    const number = current.attempts + 1;
    happen({ kind: 'attemptStarted' });
    try {
      await CancellationScope.cancellable(async () => {
        attemptScope = CancellationScope.current();
        const { audio, ...words } = await rows.matchMetadata({ soundId, attempt: number });
        const heard = await listen(number, audio);
        // What services have said stands until they are asked again; that one could not be asked does not.
        evidence = [words, heard, ...evidence.filter((line) => isOutside(line) && line.kind !== 'unavailable')];
        let stored = await rows.concludeAttempt({ soundId, attempt: number, due });
        while (stored !== null && 'ask' in stored) {
          const said = await ask(number, stored.ask, due);
          evidence = [...evidence.filter((line) => line.source !== said.source), said];
          // There is audio now of what the sound may be: it is listened to again.
          if (stored.ask.kind === 'preview' && said.kind === 'match') {
            const again = await listen(number, audio);
            evidence = [...evidence.filter((line) => line.source !== again.source), again];
          }
          stored = await rows.concludeAttempt({ soundId, attempt: number, due });
        }
        if (stored === null) return;
        const { missing, ...concluded } = stored;
        if (missing !== undefined) evidence = [...evidence.filter((line) => line.source !== missing.source), missing];
        happen({ kind: 'stored', state: concluded });
      });
    } catch (error) {
      // A decision that settles the sound ends the attempt, even if the next one has reopened it since; when it is the
      // workflow that was cancelled, the caller has the last word.
      if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    } finally {
      attemptScope = null;
    }
    log = [...log, { attempt: number, atMs: Date.now(), outcome: state?.why ?? '' }].slice(-linesShown);
  };

  /** What the schedule has to know of a sound that has tried `attempts` times. */
  const turnAfter = (current: SoundState, attempts: number) => ({
    attempts,
    nowMs: Date.now(),
    expiresAtMs: current.expiresAtMs,
    releaseDate: current.releaseDate,
    unavailableUntilMs: evidence.reduce<number | null>((soonest, line) => earlier(soonest, line.untilMs), null),
  });

  /** @returns when it is the sound's turn again, as its row says too. */
  const plan = async (current: SoundState): Promise<number> => {
    if (isFrugal) return rows.planTurn({ soundId, ...turnAfter(current, current.attempts) });
    const atMs = nextAttemptAtMs({
      ...turnAfter(current, current.attempts),
      schedule: defaultSchedule,
      seed: soundId,
    });
    happen({ kind: 'scheduled', atMs });
    await rows.planNextAttempt({ soundId, attempts: current.attempts, atMs });
    return atMs;
  };

  const waitForTurn = async (current: SoundState): Promise<void> => {
    const planned = plannedAtMs ?? (await plan(current));
    plannedAtMs = null;
    happen({ kind: 'scheduled', atMs: planned });
    show();
    await condition(() => state === null || state.due !== null || isSettled(state), Math.max(1, planned - Date.now()), {
      summary: `until attempt ${current.attempts + 1}: ${current.why}`.slice(0, 200),
    });
  };

  /** One turn of the loop: expire, skip, or try. Only a wake-up or something new in the catalogue is worth a full attempt. */
  const act = async (current: SoundState): Promise<void> => {
    plannedAtMs = null;
    if (current.due === null && Date.now() >= current.expiresAtMs) {
      const stored = await rows.expireSound({ soundId });
      if (stored !== null) happen({ kind: 'stored', state: stored });
    } else if (current.due === null && current.attempts > 0 && (await skips(current))) {
      return;
    } else {
      await attempt(current);
    }
  };

  /** True when looking again would find what is known. */
  const skips = async (current: SoundState): Promise<boolean> => {
    if (!isFrugal) {
      if (!(await rows.nothingNew({ soundId }))) return false;
      happen({ kind: 'attemptStarted' });
      return true;
    }
    const atMs = await rows.skipTurn({ soundId, ...turnAfter(current, current.attempts + 1) });
    if (atMs === null) return false;
    // What woke the sound meanwhile is still to be honoured.
    const due = state?.due ?? null;
    happen({ kind: 'attemptStarted' });
    plannedAtMs = atMs;
    if (due !== null) happen({ kind: 'woken', why: due });
    return true;
  };

  const show = (): void => {
    if (state === null) return;
    const services = state.status === 'waiting' || state.status === 'review' ? waitingFor(evidence) : [];
    showState(state, services.length > 0 || isShownWaitingFor ? services : null, isFrugal ? shown : null);
    isShownWaitingFor = services.length > 0;
    shown = state;
    showStory(state, log, evidence);
  };

  /** Only in runs whose rows say so, which are none of before there were groups: their histories replay. */
  const tellOthers = async (): Promise<void> => {
    while (groupNews !== null) {
      const why = groupNews;
      groupNews = null;
      try {
        await tellGroup({ soundId, why });
      } catch (error) {
        // They find it in their group's row when their timers fire.
        if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
        workflowLog.warn('the group was not told', { why: error.cause?.message ?? error.message });
      }
    }
  };

  const tellBatches = async (status: SoundStatus): Promise<void> => {
    for (const batchWorkflowId of reports) {
      reports.delete(batchWorkflowId);
      try {
        await getExternalWorkflowHandle(batchWorkflowId).signal(soundConcluded, { soundId, status });
      } catch {
        // The bulk run ended or was cancelled: nobody waits for this any more.
      }
    }
  };

  try {
    state ??= await rows.loadSound(soundId);
    loaded = true;
    if (state === null) {
      // Whoever decides about it learns that there is no such sound.
      await condition(allHandlersFinished);
      return { status: 'unknown', recording: null, why: `there is no sound ${soundId}` };
    }
    for (;;) {
      while (!isSettled(state)) {
        await act(state);
        if (isSettled(state)) break;
        await tellBatches(state.status);
        await tellOthers();
        if (state.due === null) await waitForTurn(state);
        const { continueAsNewSuggested, historyLength } = workflowInfo();
        if (continueAsNewSuggested || (isFrugal && historyLength > longHistory)) {
          await condition(allHandlersFinished);
          await continueAsNew<typeof reconcileSound>({
            soundId,
            version: 2,
            reportTo: [...reports],
            carried: { state, evidence, log },
          });
        }
      }
      await tellBatches(state.status);
      await tellOthers();
      // A message that started this run of a settled sound, or came last, is still being taken: it may have reopened it.
      // Nothing may be awaited between this and the end of the run.
      await condition(allHandlersFinished);
      show();
      if (isSettled(state) && groupNews === null) break;
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // "Cancel" in Temporal's UI is a person's word too: without this the row would wait for a workflow that is gone.
    // It may have come before the row was read.
    loaded = true;
    await take({
      decisionId: `cancel:${workflowInfo().runId}`,
      decision: { kind: 'abandon' },
      by: 'a cancellation in Temporal',
    });
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    show();
    throw error;
  }
  return { status: state.status, recording: state.link?.recordingId ?? null, why: state.why };

  /** Asks one outside service. Trouble is evidence "unavailable", never a failed sound and never "no match". */
  async function ask(number: number, next: NextQuestion, due: string | null): Promise<EvidenceLine> {
    const { provider } = next;
    const bulk = (input.reportTo ?? []).length > 0;
    const priority = number > 1 ? (due === null ? 'retry' : 'urgent') : bulk ? 'backlog' : 'new';
    try {
      if (next.kind === 'preview') {
        const { recordingIds } = next;
        return await takePreviews.executeWithOptions(
          { summary: `previews of ${recordingIds.join(', ')}, attempt ${number}`.slice(0, 200) },
          [{ soundId, attempt: number, provider: next.provider, recordingIds, priority }],
        );
      }
      const { fresh } = next;
      const asks = next.kind === 'catalogue' ? askCatalogue : askRecogniser;
      return await asks.executeWithOptions({ summary: `asks ${provider}, attempt ${number}` }, [
        { soundId, attempt: number, provider, priority, fresh },
      ]);
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const reason = (error.cause?.message ?? error.message).replace(`${provider}: `, '');
      const source = next.kind === 'preview' ? 'preview' : provider;
      return rows.noteUnavailable({ soundId, attempt: number, source, reason });
    }
  }

  /** Fetches the sound's audio and looks for it in the index. Trouble is evidence "unavailable", never a failed sound. */
  async function listen(number: number, atHand: WordsLine['audio']): Promise<EvidenceLine> {
    if (typeof atHand === 'object') return atHand;
    try {
      const fetched = atHand === 'fetched' ? null : await fetchSound({ soundId, attempt: number });
      return fetched ?? (await matchAudio({ soundId, attempt: number }));
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const reason = error.cause?.message ?? error.message;
      return rows.noteUnavailable({ soundId, attempt: number, source: 'audio', reason });
    }
  }
}

const isOutside = ({ source }: EvidenceLine): boolean => source !== 'metadata' && source !== 'audio';

/** The services that could not be asked: what a sound that waits may be waiting for. */
const waitingFor = (evidence: readonly EvidenceLine[]): string[] =>
  evidence.flatMap((line) => (isOutside(line) && line.kind === 'unavailable' ? [line.source] : []));

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

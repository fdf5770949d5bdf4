// A sound while its workflow runs: its state, and what people may say to it. The state is a copy of the row in Postgres, which is the truth; what the
// database accepted is applied here, never the other way round.

import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { EvidenceLine } from '../domain/evidenceLine.ts';
import { readDecision, readPrerelease, readText } from '../domain/readMessage.ts';
import { apply, isSettled, type SoundEvent, type SoundState } from '../domain/sound.ts';
import { hasFailed, indexPrerelease, reasonOf, rows } from './activities.ts';
import { attempt, isOutside } from './attempt.ts';
import {
  abandon,
  decide,
  manualMatch,
  prerelease,
  prereleaseMetadata,
  rejectMatch,
  reopen,
  retryNow,
  soundEvidence,
  soundStatus,
  type AttemptLine,
  type DecideResult,
  type PrereleaseResult,
  type ReconcileSoundInput,
} from './messages.ts';
import type { reconcileSound } from './reconcileSound.ts';
import { showState, showStory } from './visibility.ts';

/** Continue as new from here on, long before the server suggests it: a worker that takes a sound up reads its whole history. */
const longHistory = 1500;
/** Lines of the table on the sound's page: enough to see the rhythm, too few to grow the history. */
const linesShown = 8;
/** When not even the schedule can be asked, because of a fault of ours. */
const afterFaultMs = 3_600_000;

export class SoundEntity {
  private readonly input: ReconcileSoundInput;
  /** Null: not read yet, or there is no such sound. */
  private current: SoundState | null;
  private isLoaded: boolean;
  private evidence: readonly EvidenceLine[];
  private story: readonly AttemptLine[];
  /** What the list of workflows shows already; null: unknown. */
  private shown: SoundState | null = null;
  private isShownWaitingFor: boolean;
  private attemptScope: CancellationScope | null = null;
  /** A retry that was skipped has planned the next one in the same row. */
  private plannedAtMs: number | null = null;

  constructor(input: ReconcileSoundInput) {
    this.input = input;
    this.current = input.carried?.state ?? null;
    this.isLoaded = this.current !== null;
    this.evidence = input.carried?.evidence ?? [];
    this.story = input.carried?.log ?? [];
    this.isShownWaitingFor = this.waitingFor().length > 0;
    this.listen();
  }

  /** Messages may be typed by hand in Temporal's UI, so each handler takes whatever comes. */
  private listen(): void {
    const say = (given: object | undefined, decision: object): Promise<unknown> => this.take({ ...given, decision });
    setHandler(decide, (given) => this.take(given), {
      validator: (given) => {
        const said = readDecision(given);
        if (typeof said === 'string') throw new Error(said);
        if (said.decisionId === '') throw new Error('a decision needs a decisionId');
      },
    });
    setHandler(
      manualMatch,
      async (given) => void (await say(given, { kind: 'match', recordingId: given?.recordingId })),
    );
    setHandler(
      rejectMatch,
      async (given) => void (await say(given, { kind: 'reject', recordingId: given?.recordingId })),
    );
    setHandler(abandon, async (given) => void (await say(given, { kind: 'abandon' })));
    setHandler(reopen, async (given) => void (await say(given, { kind: 'reopen' })));
    setHandler(prerelease, (given) => this.takePrerelease(given));
    setHandler(prereleaseMetadata, async (given) => void (await this.takePrerelease(given)));
    setHandler(retryNow, async (given) => {
      await condition(() => this.isLoaded);
      this.happen({ kind: 'woken', why: readText(given?.why) || 'a person asked for it' });
    });
    setHandler(soundStatus, () => this.current);
    setHandler(soundEvidence, () => this.evidence);
  }

  /** Null: there is no such sound. */
  get state(): SoundState | null {
    return this.current;
  }

  get isOpen(): boolean {
    return this.current !== null && !isSettled(this.current);
  }

  private happen(event: SoundEvent): void {
    if (this.current !== null) this.current = apply(this.current, event);
  }

  /** Reads the row, unless the run before this one handed its state over. */
  async load(): Promise<void> {
    while (!this.isLoaded) {
      try {
        this.current = await rows.loadSound(this.input.soundId);
        this.isLoaded = true;
      } catch (error) {
        if (!hasFailed(error)) throw error;
        await condition(() => false, afterFaultMs, {
          summary: `the row cannot be read: ${reasonOf(error)}`.slice(0, 200),
        });
      }
    }
  }

  /**
   * A run that meets a sound which has tried already waits for the turn that its row says: its own first task may have been lost with its worker
   * after the attempt had concluded, or it stands in for a run that is gone. Trying at once would count an attempt that nobody needed.
   */
  async takeUp(): Promise<void> {
    const state = this.current;
    if (state === null || this.input.carried !== undefined || !this.isOpen || state.attempts === 0) return;
    try {
      // Lost between the attempt and its plan: planned now, unless there is something to look at.
      const turn = { soundId: state.soundId, ...this.turnAfter(state, state.attempts) };
      this.plannedAtMs = state.nextAttemptAtMs ?? (await rows.skipTurn(turn));
    } catch (error) {
      if (!hasFailed(error)) throw error;
    }
    if (this.plannedAtMs !== null && this.current?.due === null) await this.waitForTurn();
  }

  /**
   * Takes a person's word, whatever became of the run meanwhile: once sent it is not lost to a cancellation. Words are written in the order in
   * which they came.
   */
  take(given: unknown): Promise<DecideResult> {
    return CancellationScope.nonCancellable(async () => {
      const said = readDecision(given);
      if (typeof said === 'string') {
        log.warn('message ignored', { why: said });
        return { kind: 'refused', why: said };
      }
      await condition(() => this.isLoaded);
      let outcome;
      try {
        outcome = await rows.recordPersonDecision({
          soundId: this.input.soundId,
          ...said,
          decisionId: said.decisionId || uuid4(),
          // The clock that judges the horizon is the one that extends it.
          nowMs: Date.now(),
        });
      } catch (error) {
        if (!hasFailed(error)) throw error;
        return { kind: 'refused', why: `it could not be written: ${reasonOf(error)}` };
      }
      if (outcome.kind === 'refused') {
        log.info('decision refused', { decisionId: said.decisionId, why: outcome.why });
        return outcome;
      }
      this.happen({ kind: 'stored', state: outcome.state });
      // Whatever the running attempt finds no longer matters.
      if (isSettled(outcome.state)) this.attemptScope?.cancel();
      return { kind: 'accepted', status: outcome.state.status, why: outcome.why };
    });
  }

  /** Takes what a person knew before the release. Its own audio makes it a provisional recording, which this sound and others are then matched with. */
  private takePrerelease(given: unknown): Promise<PrereleaseResult> {
    return CancellationScope.nonCancellable(async () => {
      const message = (typeof given === 'object' ? given : null) as { metadata?: unknown; by?: unknown } | null;
      const metadata = readPrerelease(message?.metadata);
      if (typeof metadata === 'string') {
        log.warn('message ignored', { why: metadata });
        return { kind: 'refused', why: metadata };
      }
      await condition(() => this.isLoaded);
      const input = { soundId: this.input.soundId, metadata, by: readText(message?.by) };
      try {
        const taken = await rows.recordPrerelease(input);
        if (taken.kind === 'refused') return taken;
      } catch (error) {
        if (!hasFailed(error)) throw error;
        return { kind: 'refused', why: `it could not be written: ${reasonOf(error)}` };
      }
      let problem: string | null = null;
      if (metadata.audioHash !== null) {
        try {
          ({ problem } = await indexPrerelease(input));
        } catch (error) {
          // A failure thrown by a handler would fail the workflow; the words are known, the audio can be handed in again.
          if (!hasFailed(error)) throw error;
          problem = reasonOf(error);
        }
      }
      const why = `prerelease metadata: "${metadata.title}"`;
      this.happen({ kind: 'prereleaseAdded', releaseDate: metadata.releaseDate, why });
      return { kind: 'accepted', problem };
    });
  }

  /** One turn: expire, skip, or try. Only a wake-up or something new in the catalogue is worth a full attempt. */
  async act(): Promise<void> {
    const state = this.current!;
    this.plannedAtMs = null;
    try {
      if (state.due === null && Date.now() >= state.expiresAtMs) {
        const stored = await rows.expireSound({ soundId: state.soundId });
        if (stored !== null) this.happen({ kind: 'stored', state: stored });
      } else if (state.due !== null || state.attempts === 0 || !(await this.skips(state))) {
        await this.attempt(state);
      }
    } catch (error) {
      if (!hasFailed(error)) throw error;
      await this.noteTrouble(state, reasonOf(error));
    }
  }

  /** True when looking again would find what is known. */
  private async skips(state: SoundState): Promise<boolean> {
    const atMs = await rows.skipTurn({ soundId: state.soundId, ...this.turnAfter(state, state.attempts + 1) });
    if (atMs === null) return false;
    // What woke the sound meanwhile is still to be honoured.
    const due = this.current?.due ?? null;
    this.happen({ kind: 'attemptStarted' });
    this.plannedAtMs = atMs;
    if (due !== null) this.happen({ kind: 'woken', why: due });
    return true;
  }

  private async attempt({ soundId, attempts, due }: SoundState): Promise<void> {
    const number = attempts + 1;
    this.happen({ kind: 'attemptStarted' });
    try {
      await attempt(
        { soundId, number, due, bulk: this.input.bulk === true, evidence: this.evidence },
        {
          begun: (scope) => (this.attemptScope = scope),
          found: (evidence) => (this.evidence = evidence),
          concluded: (state) => this.happen({ kind: 'stored', state }),
        },
      );
    } catch (error) {
      // A decision that settles the sound ends the attempt, even if the next one has reopened it since; when it is the
      // workflow that was cancelled, the caller has the last word.
      if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    } finally {
      this.attemptScope = null;
    }
    this.tell({ attempt: number, atMs: Date.now(), outcome: this.current?.why ?? '' });
  }

  /** Something of ours failed for good: it is shown, and the sound tries again by its schedule. */
  private async noteTrouble({ soundId, attempts }: SoundState, reason: string): Promise<void> {
    const why = `It could not be tried: ${reason}`;
    log.error('a sound could not be tried', { soundId, why: reason });
    this.tell({ attempt: attempts + 1, atMs: Date.now(), outcome: why });
    try {
      const stored = await rows.noteTrouble({ soundId, why });
      if (stored !== null) this.happen({ kind: 'stored', state: stored });
    } catch (error) {
      if (!hasFailed(error)) throw error;
    }
  }

  private tell(line: AttemptLine): void {
    this.story = [...this.story, line].slice(-linesShown);
  }

  /** What the schedule has to know of a sound that has tried `attempts` times. */
  private turnAfter(state: SoundState, attempts: number) {
    return {
      attempts,
      nowMs: Date.now(),
      expiresAtMs: state.expiresAtMs,
      releaseDate: state.releaseDate,
      unavailableUntilMs: this.evidence.reduce<number | null>((soonest, line) => earlier(soonest, line.untilMs), null),
    };
  }

  /** Sleeps until it is the sound's turn, or something makes it due. */
  async waitForTurn(): Promise<void> {
    const state = this.current!;
    const atMs = this.plannedAtMs ?? (await this.plan(state));
    this.plannedAtMs = null;
    this.happen({ kind: 'scheduled', atMs });
    this.show();
    await condition(() => !this.isOpen || this.current?.due !== null, Math.max(1, atMs - Date.now()), {
      summary: `until attempt ${state.attempts + 1}: ${state.why}`.slice(0, 200),
    });
  }

  /** @returns when it is the sound's turn again, as its row says too. */
  private async plan(state: SoundState): Promise<number> {
    try {
      return await rows.planTurn({ soundId: state.soundId, ...this.turnAfter(state, state.attempts) });
    } catch (error) {
      if (!hasFailed(error)) throw error;
      return Date.now() + afterFaultMs;
    }
  }

  async continueAsNewIfLong(): Promise<void> {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    if (!continueAsNewSuggested && historyLength <= longHistory) return;
    await condition(allHandlersFinished);
    const { soundId, bulk } = this.input;
    await continueAsNew<typeof reconcileSound>({
      soundId,
      ...(bulk === undefined ? {} : { bulk }),
      carried: { state: this.current!, evidence: this.evidence, log: this.story },
    });
  }

  /** "Cancel" in Temporal's UI is a person's word too: without this the row would wait for a workflow that is gone. */
  async abandonAsCancelled(): Promise<void> {
    // It may have come before the row was read.
    this.isLoaded = true;
    await this.take({
      decisionId: `cancel:${workflowInfo().runId}`,
      decision: { kind: 'abandon' },
      by: 'a cancellation in Temporal',
    });
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    this.show();
  }

  /** Brings the list of workflows and the sound's page up to date. */
  show(): void {
    const state = this.current;
    if (state === null) return;
    const services = state.status === 'waiting' || state.status === 'review' ? this.waitingFor() : [];
    showState(state, services.length > 0 || this.isShownWaitingFor ? services : null, this.shown);
    this.isShownWaitingFor = services.length > 0;
    this.shown = state;
    showStory(state, this.story, this.evidence);
  }

  /** The providers that could not be asked: what a sound that waits may be waiting for. */
  private waitingFor(): string[] {
    return this.evidence.flatMap((line) => (isOutside(line) && line.kind === 'unavailable' ? [line.source] : []));
  }
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

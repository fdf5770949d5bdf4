// The outcome of weighing evidence, and the link that a decision makes.

import type { Reason, Relation } from './evidence.ts';
import type { RecordingId, SoundId } from './naming.ts';
import type { DecidedBy } from './sound.ts';

/** How a recording is contained in a sound. Fields that only audio can know are null when only words decided. */
export interface Link {
  readonly recordingId: RecordingId;
  readonly relation: Relation;
  readonly speedRatio: number | null;
  readonly pitchSemitones: number | null;
  readonly offsetMs: number | null;
  readonly coverage: number | null;
}

export interface ScoredCandidate {
  readonly link: Link;
  /** Posterior, normalised over all candidates and "none of these". */
  readonly probability: number;
  readonly bits: number;
  readonly reasons: readonly Reason[];
  readonly blockedBy: string | null;
  /** Recordings that are this one, delivered again: with it they are one answer. */
  readonly twins: readonly RecordingId[];
}

/** What weighing comes to. `sure` may link; `undecided` asks a person; `nothing` waits; `unusable` has nothing to wait for. */
export type Verdict =
  | {
      readonly kind: 'sure';
      readonly best: ScoredCandidate;
      readonly others: readonly ScoredCandidate[];
      readonly why: string;
    }
  | { readonly kind: 'undecided'; readonly candidates: readonly ScoredCandidate[]; readonly why: string }
  | {
      readonly kind: 'nothing';
      readonly why: string;
      readonly unavailable: readonly string[];
      readonly untilMs: number | null;
    }
  | { readonly kind: 'unusable'; readonly why: string };

/** A decision as it is stored. */
export interface PastDecision {
  readonly id: string;
  readonly decidedBy: DecidedBy;
  readonly kind: string;
  readonly recordingId: RecordingId | null;
  /** False for a person's word that was refused. */
  readonly accepted: boolean;
  readonly why: string;
  /** The name of the weights that a rule decided with; null for a person. */
  readonly weights: string | null;
  readonly at: Date;
  /** `candidates`: those that a rule weighed, the likeliest first. */
  readonly detail: { readonly candidates?: readonly ScoredCandidate[]; readonly by?: string; readonly note?: string };
}

/** One sound that a person has decided, with the candidates that the rules had weighed before. */
export interface DecidedSound {
  readonly soundId: SoundId;
  readonly kind: 'match' | 'reject' | 'noSuchRecording' | 'notMusic';
  readonly recordingId: RecordingId | null;
  /** What the rules had concluded; absent: they had asked for review. */
  readonly ruled?: string;
  /** Which weights had given the candidates their bits. */
  readonly weights: string | null;
  readonly candidates: readonly {
    readonly link: Pick<Link, 'recordingId'>;
    readonly blockedBy?: string | null;
    readonly reasons: readonly Reason[];
  }[];
}

/**
 * The name of the hand weights, stored with each decision. Raise it whenever a weight or a rule changes. Fitted weights
 * (matching/weights.ts) bear a name of their own, which is stored instead.
 */
export const handWeightsName = 'hand-5';

// The outcome of weighing evidence, and the link that a decision makes.

import type { Reason, Relation } from './evidence.ts';
import type { RecordingId } from './naming.ts';

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
}

/** What fusion says. `sure` may link; `undecided` asks a person; `nothing` waits; `unusable` has nothing to wait for. */
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

/**
 * Stored with each decision: which rules decided. Raise it whenever a weight or a rule changes. Fitted weights (matching/weights.ts)
 * bear a name of their own, which is stored instead.
 */
export const modelVersion = 'hand-4';

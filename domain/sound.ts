// The life of one sound as a small pure state machine. The workflow decides when to act, activities act,
// and this file decides what it means.
//
//   submitted ─▶ matched | review | waiting | unmatchable          (machine, after an attempt)
//   any state ─▶ matched | dismissed | abandoned                    (a person, at any time; always wins)
//   waiting   ─▶ expired                                            (its horizon passed)
//   settled   ─▶ waiting, due at once                               (reopened by a person)
//   matched   ─▶ waiting, due at once                               (by a rule, which had taken two recordings for one: store/catalogue/twins.ts)

import type { Link, Verdict } from './decision.ts';
import type { RecordingId, SoundId } from './naming.ts';

export const soundStatuses = [
  'submitted',
  'matched',
  'review',
  'waiting',
  'unmatchable',
  'dismissed',
  'abandoned',
  'expired',
] as const;
/**
 * submitted: no attempt has ended yet · matched: linked · review: a person should decide · waiting: nothing matches yet ·
 * unmatchable: neither audio nor words can ever identify it (silence, speech, a corrupt file) · dismissed: a person said
 * "not music" or "no such recording" · abandoned: a person stopped it · expired: nothing matched within its horizon.
 */
export type SoundStatus = (typeof soundStatuses)[number];

export type DecidedBy = 'rule' | 'person';

export interface SoundLink extends Link {
  readonly probability: number;
  readonly decidedBy: DecidedBy;
}

/** What a person hands in before the release is in the catalogue. */
export interface PrereleaseMetadata {
  readonly title: string;
  readonly artists: readonly string[];
  readonly isrc: string | null;
  /** yyyy-mm-dd */
  readonly releaseDate: string | null;
  /** SHA-256 of reference audio in the blob store. */
  readonly audioHash: string | null;
}

export type PersonDecision =
  | { readonly kind: 'match'; readonly recordingId: RecordingId }
  | { readonly kind: 'reject'; readonly recordingId: RecordingId }
  | { readonly kind: 'notMusic' }
  | { readonly kind: 'noSuchRecording' }
  | { readonly kind: 'abandon' }
  | { readonly kind: 'reopen' };

/** Everything one run hands to the next; plain JSON. The truth is the row in Postgres, from which a new run begins. */
export interface SoundState {
  readonly soundId: SoundId;
  /** Counts the changes that the database accepted; of two states the higher one holds. */
  readonly revision: number;
  readonly status: SoundStatus;
  /** Why it is in this state, one sentence for people. */
  readonly why: string;
  readonly link: SoundLink | null;
  /** Attempts begun. */
  readonly attempts: number;
  readonly submittedAtMs: number;
  readonly expiresAtMs: number;
  readonly nextAttemptAtMs: number | null;
  /** yyyy-mm-dd; from prerelease metadata. */
  readonly releaseDate: string | null;
  /** Why the next attempt is due at once ("new recording in the catalogue"), null when its time has not come. */
  readonly due: string | null;
}

/** What an attempt came to, as the database accepted it. */
export type Conclusion =
  | { readonly kind: 'matched'; readonly link: SoundLink; readonly why: string }
  | { readonly kind: 'review' | 'waiting' | 'unmatchable'; readonly why: string };

export type SoundEvent =
  | { readonly kind: 'attemptStarted' }
  /** The database accepted a change: its state holds, unless a newer one is known already. */
  | { readonly kind: 'stored'; readonly state: SoundState }
  | { readonly kind: 'concluded'; readonly conclusion: Conclusion }
  | { readonly kind: 'scheduled'; readonly atMs: number }
  | {
      readonly kind: 'decided';
      readonly decision: PersonDecision;
      readonly link: SoundLink | null;
      readonly why: string;
    }
  | { readonly kind: 'prereleaseAdded'; readonly releaseDate: string | null; readonly why: string }
  | { readonly kind: 'woken'; readonly why: string }
  | { readonly kind: 'expired' };

const settled: ReadonlySet<SoundStatus> = new Set(['matched', 'unmatchable', 'dismissed', 'abandoned', 'expired']);
/** A settled sound's run completes; any later message starts the next run. */
export const isSettled = (state: Pick<SoundState, 'status'>): boolean => settled.has(state.status);

/** True for states that only a person made, which no machine outcome may change. */
export const isPersonsWord = (state: Pick<SoundState, 'status' | 'link'>): boolean =>
  state.status === 'dismissed' || state.status === 'abandoned' || state.link?.decidedBy === 'person';

export function apply(state: SoundState, event: SoundEvent): SoundState {
  switch (event.kind) {
    case 'attemptStarted':
      return { ...state, attempts: state.attempts + 1, nextAttemptAtMs: null, due: null };
    case 'stored':
      if (event.state.revision < state.revision) return state;
      return {
        ...event.state,
        attempts: Math.max(state.attempts, event.state.attempts),
        // The change may have been read before a date that came meanwhile; a known date is never taken back.
        releaseDate: event.state.releaseDate ?? state.releaseDate,
        // A wake-up that came while the change was being written is still to be honoured.
        due: isSettled(event.state) ? null : (event.state.due ?? state.due),
      };
    case 'concluded': {
      if (isPersonsWord(state)) return state;
      const { conclusion } = event;
      if (conclusion.kind === 'matched') {
        return {
          ...state,
          status: 'matched',
          link: conclusion.link,
          why: conclusion.why,
          nextAttemptAtMs: null,
          due: null,
        };
      }
      return {
        ...state,
        status: conclusion.kind,
        link: null,
        why: conclusion.why,
        // Nothing is due any more for what can never be identified.
        ...(settled.has(conclusion.kind) ? { nextAttemptAtMs: null, due: null } : {}),
      };
    }
    case 'scheduled':
      return isSettled(state) ? state : { ...state, nextAttemptAtMs: event.atMs };
    case 'decided':
      return afterDecision(state, event.decision, event.link, event.why);
    case 'prereleaseAdded':
      if (isSettled(state)) return state;
      return { ...state, releaseDate: event.releaseDate ?? state.releaseDate, due: event.why };
    case 'woken':
      return isSettled(state) ? state : { ...state, due: event.why };
    case 'expired':
      if (isSettled(state)) return state;
      return {
        ...state,
        status: 'expired',
        why: 'Nothing matched within its horizon.',
        nextAttemptAtMs: null,
        due: null,
      };
    default:
      return assertNever(event);
  }
}

function afterDecision(state: SoundState, decision: PersonDecision, link: SoundLink | null, why: string): SoundState {
  const rest = { nextAttemptAtMs: null, due: null };
  switch (decision.kind) {
    case 'match':
      return { ...state, ...rest, status: 'matched', link, why };
    case 'reject':
      // Only a rejection of what is linked or proposed changes the state; the next attempt leaves the candidate out.
      if (state.status === 'dismissed' || state.status === 'abandoned') return state;
      if (state.link !== null && state.link.recordingId !== decision.recordingId) return state;
      return { ...state, ...rest, status: 'waiting', link: null, why, due: why };
    case 'notMusic':
    case 'noSuchRecording':
      return { ...state, ...rest, status: 'dismissed', link: null, why };
    case 'abandon':
      return { ...state, ...rest, status: 'abandoned', link: null, why };
    case 'reopen':
      return { ...state, ...rest, status: 'waiting', link: null, why, due: why };
    default:
      return assertNever(decision);
  }
}

/**
 * Why a person's decision cannot be taken in this state, or null when it can. Only what makes no sense is refused:
 * a person may always change their mind.
 */
export function refusal(state: Pick<SoundState, 'status'>, decision: PersonDecision): string | null {
  switch (decision.kind) {
    case 'match':
    case 'reject':
      if (decision.recordingId.trim() === '') return 'no recording was named';
      return null;
    case 'reopen':
      return isSettled(state) ? null : `it is not settled (it is ${state.status}): "retry" makes it try again now`;
    case 'abandon':
      return isSettled(state) ? `it is already settled (${state.status})` : null;
    case 'notMusic':
    case 'noSuchRecording':
      return null;
    default:
      return assertNever(decision);
  }
}

/** The state that a verdict leads to, before the database has had its say. */
export function conclude(verdict: Verdict): Conclusion {
  switch (verdict.kind) {
    case 'sure':
      return {
        kind: 'matched',
        link: { ...verdict.best.link, probability: verdict.best.probability, decidedBy: 'rule' },
        why: verdict.why,
      };
    case 'undecided':
      return { kind: 'review', why: verdict.why };
    case 'nothing':
      return { kind: 'waiting', why: [verdict.why, ...verdict.unavailable].join(' ') };
    case 'unusable':
      return { kind: 'unmatchable', why: verdict.why };
    default:
      return assertNever(verdict);
  }
}

/** What a list of workflows shows for a sound: `"Title" by author, tiktok`. */
export const soundSummary = (sound: {
  readonly title: string;
  readonly author: string;
  readonly platform: string;
}): string =>
  `"${sound.title.slice(0, 100)}"${sound.author === '' ? '' : ` by ${sound.author.slice(0, 60)}`}, ${sound.platform}`;

export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}

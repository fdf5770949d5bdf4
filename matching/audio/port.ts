// What the audio search is asked and what it answers, wherever it runs: in this thread, in other threads of the process, or one day on
// machines that hold a share of the catalogue each.

import type { AudioCandidate } from '../../domain/evidence.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { IndexedReference, ReferencePrint } from './reference.ts';
import type { SoundPrint } from './soundPrint.ts';
import type { Standing } from './standing.ts';

/** A sound: mono samples at 8 kHz, or its stored print. */
export type SoundQuery = Float32Array | SoundPrint;

/**
 * What a place has to stand out against. It is the whole catalogue's: with it, a part of the catalogue that is searched alone gives a place
 * the same bits as the whole would.
 */
export interface Background {
  /** Frames of all references, of which each might be where the sound begins. */
  readonly places: number;
  /** Drawn from all references by `drawSample` (overlay.ts), repetitions included. */
  readonly sample: readonly SampledReference[];
}

/** The peaks of a reference, and whose they are: a recording is no null for itself. */
export type SampledReference = Omit<IndexedReference, 'referenceId'>;

interface AskedOfAll {
  /** Default: taken from what is searched. */
  readonly background?: Background;
  /** Ends the search, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface SearchOptions extends AskedOfAll {
  /** At most this many recordings come back. Default 5. */
  readonly maxCandidates?: number;
  /** Walk the whole grid even when an early hypothesis explains the sound. Default false. */
  readonly exhaustive?: boolean;
  /** Candidates below this many bits against chance are not worth mentioning: it reaches them. Default 10. */
  readonly minBits?: number;
  /** Only these references are searched, by their ids; more places of each are looked at then. Default: all. */
  readonly among?: ReadonlySet<number>;
  /** Receives one line for each stage; for `fermata listen` and for tuning. */
  readonly trace?: (line: string) => void;
}

export interface JudgeOptions extends AskedOfAll {
  /** How many hypotheses were tried to find the places: they pay for them, as for the places. */
  readonly hypothesesTried: number;
  /** Looks for each place's recording under all tempi at the place's pitch: both may have been changed by different amounts. Default false. */
  readonly anyTempo?: boolean;
}

/** A place that another cue, or another stage, proposes: the reference at `offsetMs` at the sound's first sample. */
export interface SuggestedPlace {
  readonly referenceId: number;
  readonly hypothesis: Hypothesis;
  readonly offsetMs: number;
  /** Which of the sound's `listeningWindows` it was heard in. */
  readonly window: number;
}

/** A candidate with what its bits are made of, which another cue adds to. */
export interface PlacedCandidate extends AudioCandidate {
  /** Against chance, by the peaks. `logLikelihoodRatio` is that it is this recording and neither chance nor music that resembles it. */
  readonly peakBits: number;
  readonly standing: Standing;
}

/** What is kept of a candidate. */
export const evidenceOf = ({ referenceId, recordingId, relation, ...rest }: PlacedCandidate): AudioCandidate => ({
  recordingId,
  referenceId,
  relation,
  speedRatio: rest.speedRatio,
  pitchSemitones: rest.pitchSemitones,
  offsetMs: rest.offsetMs,
  coverage: rest.coverage,
  ...(rest.parts === undefined ? {} : { parts: rest.parts }),
  logLikelihoodRatio: rest.logLikelihoodRatio,
});

export interface SearchAnswer {
  /** Best first; empty when nothing fits. */
  readonly candidates: readonly PlacedCandidate[];
  /** How many references were searched. */
  readonly references: number;
}

/** Recordings' audio, searched with sounds. */
export interface ReferenceSearch {
  /** Which recordings the sound contains. Everything that was in the catalogue when it is called is searched. */
  search(query: SoundQuery, options?: SearchOptions): Promise<SearchAnswer>;
  /**
   * What the peaks say of places that were proposed elsewhere, however little: the best six are refined, best first. References that are not
   * here are passed over: whoever has them judges them.
   */
  judge(
    query: SoundQuery,
    places: readonly SuggestedPlace[],
    options: JudgeOptions,
  ): Promise<readonly PlacedCandidate[]>;
}

/** A sound in which the asked recording may be, and how it would have been altered. */
export interface SoundProposal {
  readonly id: string;
  readonly hypothesis: Hypothesis;
  /** Frames of the recording at the sound's first sample. */
  readonly offset: number;
  /** Of the best place over all others of this pair, in bits; what random pairs reach is paid for. Right ones lie above 0 with few exceptions. */
  readonly bits: number;
  /** Share of the sound's seconds that speak for it. */
  readonly coverage: number;
}

export interface WaitingSearchOptions {
  /** Places that are compared peak by peak, of all sounds together; 0.4 ms each. Default 1000. */
  readonly maxCompared?: number;
  /** Default 0. */
  readonly minBits?: number;
  /** Sounds that are not of interest. */
  readonly except?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/** The audio of waiting sounds, searched with recordings: the search turned round. */
export interface WaitingSearch {
  /**
   * The sounds that may contain what `print` is of, the likeliest first. Everything that waited when it is called is searched. What is said of a
   * sound does not depend on the others, so shards need nothing of each other.
   */
  search(print: ReferencePrint, options?: WaitingSearchOptions): Promise<readonly SoundProposal[]>;
}

/** The index is still being read: this says nothing about the sound, and is worth another try. */
export class NotReadyYet extends Error {
  override readonly name = 'NotReadyYet';
}

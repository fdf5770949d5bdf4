// A witness knows one thing about a sound, and says of each recording what that speaks for or against it: `(sound, recording) → reasons`.
// It hears the whole sound first, once: what depends on all candidates together ("another recording explains the audio at its own
// speed") is found there. Then it is asked about one recording after the other.
// A new witness is a file in this folder and a line in `witnesses.ts`; its evidence is a row of a source of its own.

import type { Evidence, Reason, Relation, SoundPart, SourceEvidence, Twins } from '../../domain/evidence.ts';
import type { RecordingId } from '../../domain/naming.ts';
import type { SoundWords } from '../metadata/soundText.ts';

/** All that is known of a sound: what its words are, and what every source came to. */
export interface SoundEvidence {
  readonly words: SoundWords;
  /** One entry a source; none for a source that was not asked. */
  readonly evidence: readonly SourceEvidence[];
  /** Recordings that a person has rejected for this sound: no witness proposes them. */
  readonly rejected: readonly RecordingId[];
  /** Recordings whose own audio is in the index that was searched. */
  readonly searched: readonly RecordingId[];
}

export interface Witness {
  readonly name: string;
  /**
   * How it knows. `words` tell a name, which any recording of the world may bear; an `ear` can only confuse what is indexed. So the
   * two start from different priors (fusion.ts).
   */
  readonly by: 'words' | 'ear';
  /** Of its reasons. A stored decision is read again by these (fit.ts). */
  readonly features: readonly string[];
  readonly hear: (sound: SoundEvidence) => Statement;
}

export interface Statement {
  /** Recordings that should be weighed because of it. */
  readonly proposes: readonly RecordingId[];
  /** Of any recording that is weighed, whoever proposed it; null when it has nothing to say. */
  readonly about: (id: RecordingId) => Testimony | null;
}

export interface Testimony {
  readonly reasons: readonly Reason[];
  /** What the recording is in the sound; it is believed before the witnesses above it in the list. */
  readonly relation?: Relation;
  /** A fact that no agreement outweighs: a machine must not link the two. */
  readonly blockedBy?: string | null;
  readonly named?: Named;
  readonly heard?: Heard;
  readonly objections?: readonly Objection[];
  /** Recordings that it is, delivered again. */
  readonly twins?: Twins;
}

/** What is said about a recording by name. */
export interface Named {
  /** The credits agree at least on the lead artist, or the platform itself names the recording. */
  readonly artistAgrees: boolean;
  /** What all that is said comes to, by the hand weights. */
  readonly bits: number;
  /** Only audio can confirm it, for a reason that is among the reasons: a person may want to see it however few its bits are. */
  readonly needsEar: boolean;
}

/** How a recording is heard. */
export interface Heard {
  /** How clearly. */
  readonly bits: number;
  /** It is found in an index, so that its rivals are what is indexed; a hummed melody or one that is heard hardly at all is not. */
  readonly found: boolean;
  /** Share of the sound in which it is heard, and where; null and empty when the witness cannot tell. */
  readonly coverage: number | null;
  readonly parts: readonly SoundPart[];
  readonly speedRatio: number | null;
  readonly pitchSemitones: number | null;
  /** Where in the recording the sound begins. */
  readonly offsetMs: number | null;
}

/** Why a person should look at a recording that is otherwise sure. */
export interface Objection {
  readonly why: string;
  /** It falls when the recording is heard with at least so many bits; `Infinity`: it stands. */
  readonly fallsAtBits: number;
}

type EvidenceFrom<Source> = Extract<SourceEvidence, { source: Source }>['evidence'];

/** What the source came to; that it was not asked, when it has no entry. */
export function evidenceOf<Source extends SourceEvidence['source']>(
  { evidence }: Pick<SoundEvidence, 'evidence'>,
  source: Source,
): EvidenceFrom<Source> {
  const entry = evidence.find((each) => each.source === source);
  return (entry?.evidence ?? notAsked) as EvidenceFrom<Source>;
}

const notAsked: Evidence<never> = { kind: 'unavailable', reason: 'it was not asked', untilMs: null };

/** One candidate a recording, the strongest of several (two releases of it, two references); none that was rejected. */
export function strongestOf<Candidate extends { readonly recordingId: RecordingId }>(
  candidates: readonly Candidate[],
  rejected: readonly RecordingId[],
  compare: (a: Candidate, b: Candidate) => number,
): ReadonlyMap<RecordingId, Candidate> {
  const strongest = new Map<RecordingId, Candidate>();
  for (const candidate of candidates) {
    if (rejected.includes(candidate.recordingId)) continue;
    const known = strongest.get(candidate.recordingId);
    if (known === undefined || compare(candidate, known) < 0) strongest.set(candidate.recordingId, candidate);
  }
  return strongest;
}

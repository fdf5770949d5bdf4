// What speaks for or against a recording, and how a source reports that it has nothing to say.
// "No match" is data; "could not find out" is `unavailable`; the two never share a code path.

import type { RecordingId } from './naming.ts';
import type { ProviderName, RecogniserName } from './providers.ts';

/** How the recording stands in the sound. `same` is the recording as released; `effects`: at its speed and pitch, with reverb, bass or 8D on top. */
export type Relation = 'same' | 'sped_up' | 'slowed' | 'pitched' | 'effects' | 'contains' | 'remix_of' | 'covers';

/** One scored reason. `root` names where the knowledge comes from: reasons with the same root are counted once. */
export interface Reason {
  /** Log-likelihood ratio in bits; positive speaks for the candidate. */
  readonly bits: number;
  /** For example `title`, `artist`, `version`, `audio`, `platform-id`. */
  readonly feature: string;
  readonly root: string;
  /** One sentence a person understands. */
  readonly text: string;
  /**
   * Odds that another recording is meant, which shares the title and the artist and is not in the catalogue, against this one: what the
   * reason leaves open, however many bits speak for the title. Absent: nothing.
   */
  readonly elsewhere?: number;
}

export interface TextCandidate {
  readonly recordingId: RecordingId;
  readonly reasons: readonly Reason[];
  /** The relation that the words claim ("sped up" in the sound's title, not in the recording's). */
  readonly relation: Relation;
  /** Why this candidate must never be linked by a machine, or null: "sound says live, recording does not". */
  readonly blockedBy: string | null;
  /** True when the credits agree at least on the lead artist, or the platform itself names the recording. */
  readonly artistAgrees: boolean;
  /** Absent: no other candidate is this recording. */
  readonly twins?: Twins;
}

/** Recordings that are one, delivered more than once: on the single, on the album, by two labels. */
export interface Twins {
  /** The others, in the order of their ids. */
  readonly ids: readonly RecordingId[];
  /** Which of them stands for all where nothing that is known of the sound tells: the one with the lowest. */
  readonly rank: number;
}

/** A stretch of a sound, in milliseconds of the sound. */
export interface SoundPart {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One place in one reference where the sound's audio was found. */
export interface AudioCandidate {
  readonly recordingId: RecordingId;
  readonly referenceId: number;
  readonly relation: Relation;
  /** Sound's tempo over the recording's tempo: 1.25 is sped up by a quarter. */
  readonly speedRatio: number;
  /** Pitch of the sound against the recording, in semitones; 12·log2(speedRatio) for a plain speed change. */
  readonly pitchSemitones: number;
  /** Where in the recording the sound begins; negative when the music starts later than the sound. Of a preview: where in that. */
  readonly offsetMs: number;
  /** The reference is a preview, half a minute from anywhere in the recording; absent otherwise. */
  readonly inPreview?: true;
  /** Share of the sound that the recording explains, 0–1. */
  readonly coverage: number;
  /** The stretches of the sound in which the recording is heard, in order; absent in evidence stored before they were told. */
  readonly parts?: readonly SoundPart[];
  /** Binary logarithm of the likelihood ratio against "this recording is not in the sound": bits. */
  readonly logLikelihoodRatio: number;
}

/** A recording that a catalogue service knows, and that is in our catalogue now. What it is worth, its words say. */
export interface ServiceCandidate {
  readonly recordingId: RecordingId;
  /** The service's own id. */
  readonly serviceId: string;
  /** "Title by Artist" as the service has it. */
  readonly text: string;
}

/** A recording that a recogniser heard in two pieces of the sound. */
export interface RecognisedCandidate extends ServiceCandidate {
  readonly provider: RecogniserName;
  /** `humming`: the melody only, a cover at best. */
  readonly list: 'music' | 'custom' | 'humming';
  /** Sound's tempo over the recording's, as the pieces were played to be recognised. */
  readonly speedRatio: number;
  /** Where in the recording the sound begins; null when the service does not say. */
  readonly offsetMs: number | null;
  /** The pieces lie in the recording as they lie in the sound. */
  readonly inPlace: boolean;
}

export type Evidence<Candidate> =
  | { readonly kind: 'match'; readonly candidates: readonly Candidate[] }
  /** Looked properly and found nothing. `reason` says what was looked at. */
  | { readonly kind: 'none'; readonly reason: string }
  /** The input itself can never say anything: silence, speech, a corrupt file, no usable title. */
  | { readonly kind: 'unusable'; readonly code: UnusableCode; readonly reason: string }
  /** Could not find out: try again, at `untilMs` if it is known (epoch milliseconds). `tries`: in so many attempts in a row by now, where it is kept; absent: one. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly untilMs: number | null; readonly tries?: number };

export type UnusableCode =
  'silence' | 'speech' | 'noise' | 'too_short' | 'unreadable' | 'refused' | 'no_audio' | 'no_text';

export type MetadataEvidence = Evidence<TextCandidate>;
export type AudioEvidence = Evidence<AudioCandidate>;
export type ServiceEvidence = Evidence<ServiceCandidate>;
export type RecogniserEvidence = Evidence<RecognisedCandidate>;

/** What one source came to about a sound; `preview`: those of recordings that there was no audio of. */
export type SourceEvidence =
  | { readonly source: 'metadata'; readonly evidence: MetadataEvidence }
  | { readonly source: 'audio'; readonly evidence: AudioEvidence }
  | { readonly source: 'preview' | ProviderName; readonly evidence: ServiceEvidence };

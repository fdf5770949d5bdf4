// How a comparison reports: bits with a sentence, and facts that forbid a link.

import type { Reason } from '../../../domain/evidence.ts';

/** The words alone must not link a candidate that carries a reason of this feature; audio has to agree. */
export const needsAudioFeature = 'needs-audio';

export function reason(feature: string, root: string, bits: number, text: string): Reason {
  return { feature, root, bits: Math.round(bits * 100) / 100, text };
}

/** Says nothing for or against the title and the artist, but that another recording of theirs may be meant. */
export const mayBeAnother = (feature: string, elsewhere: number, text: string): Reason => ({
  feature,
  root: `${feature}: ${text}`,
  bits: 0,
  text,
  elsewhere,
});

/** Says nothing for or against, but that only audio can tell. */
export const onlyAudioCanTell = (text: string): Reason => reason(needsAudioFeature, needsAudioFeature, 0, text);

/** What one comparison comes to. */
export interface Agreement {
  readonly reason: Reason;
  /** Why no amount of other agreement may link the two, or null. */
  readonly block: string | null;
}

/** A fact told as a sentence: "the sound says live" → "The sound says live." */
export const sentence = (fact: string): string => `${fact.charAt(0).toUpperCase()}${fact.slice(1)}.`;

/** The features that tell versions of one song apart. */
export const versionFeatures: ReadonlySet<string> = new Set(['version', 'part', 'speed', 'edition']);

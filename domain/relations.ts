// How two recordings of the catalogue stand to each other, and what makes that known.
//   same recording  one performance, mix and speed, delivered twice
//   family          the same master at another speed, remastered, clean or explicit
//   work            the same song: another performance (live), another mix (remix), somebody else's (cover)
//   sibling         named alike, and nothing tells whether they are the same: never merged
//   different       a person said that they are two, whatever else speaks for one
// One kind of evidence proposes, two different kinds confirm: labels reuse ISRCs, titles are shared by live takes and edits, one file is
// delivered under two names. Equal words and equal lengths are two kinds: real catalogues hold most songs on a single, an album and a
// compilation. Only confirmed edges join recordings into groups.

import type { RecordingId } from './naming.ts';

export type RelationEvidenceKind = 'id' | 'text' | 'length' | 'audio' | 'person';

export interface RelationEvidence {
  readonly kind: RelationEvidenceKind;
  /** One sentence a person understands. */
  readonly text: string;
}

export type EdgeKind =
  | { readonly level: 'same_recording' }
  /** `ratio`: tempo of the altered one over the other's; null when nothing tells. */
  | { readonly level: 'family'; readonly how: 'speed'; readonly ratio: number | null }
  | { readonly level: 'family'; readonly how: 'remaster' | 'clean_explicit' }
  | { readonly level: 'work'; readonly how: 'live' | 'remix' | 'cover' }
  | { readonly level: 'sibling' }
  | { readonly level: 'different' };

/** `recordingId` is the live take, the remix, the altered release of `otherId`; where neither is the original, in the order of the ids. */
export interface RecordingEdge {
  readonly recordingId: RecordingId;
  readonly otherId: RecordingId;
  readonly kind: EdgeKind;
  readonly evidence: readonly RelationEvidence[];
}

/** Two recordings claim one identifier and cannot both be right. */
export interface RecordingConflict {
  readonly recordingId: RecordingId;
  readonly otherId: RecordingId;
  readonly isrc: string;
  readonly over: 'title' | 'duration' | 'version';
  readonly why: string;
}

export type RecordingRelation =
  | { readonly kind: 'edge'; readonly edge: RecordingEdge }
  | { readonly kind: 'conflict'; readonly conflict: RecordingConflict }
  | { readonly kind: 'unrelated' };

/** What is known of some recordings from elsewhere than their words: pairs that are one recording, and pairs that are not. */
export interface Known {
  readonly joined: readonly (readonly [RecordingId, RecordingId])[];
  readonly apart: readonly (readonly [RecordingId, RecordingId])[];
}

/** True when two different kinds of evidence agree, or a person said so; a sibling is never more than named alike. */
export function isConfirmed({ kind, evidence }: Pick<RecordingEdge, 'kind' | 'evidence'>): boolean {
  if (kind.level === 'different') return true;
  return kind.level !== 'sibling' && new Set(evidence.map((each) => each.kind)).size >= 2;
}

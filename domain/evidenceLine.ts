// One line for people from one source's evidence.

import type { AudioCandidate, Evidence, ServiceCandidate, SourceEvidence, TextCandidate } from './evidence.ts';

/** Who found something: our two matchers, previews of recordings that there was no audio of, or an outside provider. */
export type EvidenceSource = SourceEvidence['source'];

export interface EvidenceLine {
  readonly source: EvidenceSource;
  readonly kind: 'match' | 'none' | 'unusable' | 'unavailable';
  readonly text: string;
  /** When an unavailable source said that it will answer again; null when it did not say, or did answer. */
  readonly untilMs: number | null;
}

export function lineOf(
  source: EvidenceSource,
  evidence: Evidence<TextCandidate | AudioCandidate | ServiceCandidate>,
): EvidenceLine {
  const line = (text: string, untilMs: number | null = null): EvidenceLine => ({
    source,
    kind: evidence.kind,
    text,
    untilMs,
  });
  switch (evidence.kind) {
    case 'match':
      return line(evidence.candidates.slice(0, 3).map(describe).join('; '));
    case 'none':
    case 'unusable':
      return line(evidence.reason);
    case 'unavailable':
      return line(evidence.reason, evidence.untilMs);
  }
}

function describe(candidate: TextCandidate | AudioCandidate | ServiceCandidate): string {
  if ('serviceId' in candidate) return `${candidate.recordingId}: ${candidate.text}`;
  if ('speedRatio' in candidate) {
    return `${candidate.recordingId} at speed ${candidate.speedRatio.toFixed(3)}, ${candidate.logLikelihoodRatio.toFixed(0)} bits${candidate.inPreview === true ? ', in its preview' : ''}`;
  }
  const bits = candidate.reasons.reduce((sum, reason) => sum + reason.bits, 0);
  return `${candidate.recordingId}, ${bits.toFixed(0)} bits${candidate.blockedBy === null ? '' : ` (${candidate.blockedBy})`}`;
}

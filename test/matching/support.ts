// Weighing in tests: only what a test is about needs to be said.

import type { AudioEvidence, MetadataEvidence, RecognisedCandidate, SourceEvidence } from '../../domain/evidence.ts';
import type { ScoredCandidate, Verdict } from '../../domain/decision.ts';
import { weigh, type Weighed, type Weighing } from '../../matching/weigh.ts';
import { handWeights } from '../../matching/weights.ts';
import { official } from './metadata/support.ts';

export interface Given extends Partial<Omit<Weighing, 'evidence' | 'words'>> {
  readonly text: MetadataEvidence;
  readonly audio: AudioEvidence;
  readonly recognised?: readonly RecognisedCandidate[];
  readonly userMade?: boolean;
}

export function weighing({ text, audio, recognised = [], userMade = false, ...more }: Given): Weighing {
  const services = Map.groupBy(recognised, ({ provider }) => provider);
  return {
    words: official('', null, { original: userMade }),
    evidence: [
      { source: 'metadata', evidence: text },
      { source: 'audio', evidence: audio },
      ...[...services].map(([source, candidates]): SourceEvidence => ({
        source,
        evidence: { kind: 'match', candidates },
      })),
    ],
    rejected: [],
    searched: [],
    catalogueSize: 1000,
    group: { words: [], place: null },
    weights: handWeights,
    ...more,
  };
}

export const weighed = (given: Given): Weighed => weigh(weighing(given));
export const verdictOn = (given: Given): Verdict => weighed(given).verdict;
export const ranked = (given: Given): readonly ScoredCandidate[] => weighed(given).ranked;

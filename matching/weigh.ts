// Weighing all that is known of a sound: the one way from stored evidence to ranked candidates and a verdict. Pure.
// An attempt, an explanation, a list and a page all call this; what it takes is read by `readWeighing` (usecases/weighing.ts).

import type { ScoredCandidate, Verdict } from '../domain/decision.ts';
import { type GroupPlace, type GroupWord, withGroup } from '../domain/group.ts';
import { addUp, normalise } from './fusion.ts';
import { oneForTwins } from './twins.ts';
import { verdictOn } from './verdict.ts';
import type { Weights } from './weights.ts';
import type { SoundEvidence } from './witnesses/witness.ts';
import { witnesses } from './witnesses/witnesses.ts';

export interface Weighing extends SoundEvidence {
  /** Recordings in the catalogue. */
  readonly catalogueSize: number;
  /** What was decided about other sounds with the same audio, and how this one stands to them. */
  readonly group: { readonly words: readonly GroupWord[]; readonly place: GroupPlace | null };
  readonly weights: Weights;
}

export interface Weighed {
  /** Every candidate with its bits and probability, the likeliest first, whether or not anybody needs to see it; of twins one. */
  readonly ranked: readonly ScoredCandidate[];
  readonly verdict: Verdict;
}

/** Total: any evidence has a verdict. */
export function weigh(sound: Weighing): Weighed {
  const { catalogueSize, weights, group, rejected } = sound;
  const statements = witnesses.map(({ by, hear }) => ({ by, ...hear(sound) }));
  const ids = new Set(statements.flatMap(({ proposes }) => proposes));
  const weighed = [...ids]
    .filter((id) => !rejected.includes(id))
    .sort()
    .map((id) => {
      const said = statements.flatMap(({ by, about }) => {
        const testimony = about(id);
        return testimony === null ? [] : [{ by, testimony }];
      });
      return addUp(id, said, catalogueSize, weights);
    });
  // Whoever rejects a recording rejects it on every release.
  const sums = oneForTwins(weighed.filter(({ twins }) => !twins?.ids.some((id) => rejected.includes(id))));
  const ranked = normalise(sums, weights);
  const verdict = verdictOn(sound, sums, ranked, catalogueSize);
  return { ranked, verdict: withGroup(verdict, group.words, group.place, rejected) };
}

// Adding up what the witnesses say.
//   log-odds of a candidate = prior + sum of its reasons, one reason per root
//   elsewhere of a candidate = odds · 2^(prior + what words say)     another recording of that title and artist, not in the catalogue
//   probability = 2^log-odds / (1 + Σ 2^log-odds + Σ elsewhere)      the 1 is "none of these"
// Two priors, because two mistakes are possible. Words compare a sound with every recording in the world, catalogued or not: a
// namesake outside the catalogue is the usual false link, so words start from 1 in 10^8 however small the catalogue is. An ear can
// only confuse what is indexed, so it starts from 1 in the catalogue's size. A candidate takes the better of both routes,
// where on the ear's route words may only speak against it.
// However well title and artist agree, the catalogue may lack the very recording: its live take, its other guest, the cut of the single. What
// the words leave open (`elsewhere` of a reason) stands against each candidate beside "none of these", and no bits for the title wear it
// down; being heard does, for an ear would have to have been wrong as well.
// Candidates compete: a sound is one recording or another. Two that are plainly heard in different parts of the sound do not; neither takes
// anything from the other. The one that covers most of the sound is linked when the other is a snippet beside it; else a person
// sees both, each with its part (verdict.ts).
// Everything here is independent of the order of the candidates.

import type { Reason, Relation, Twins } from '../domain/evidence.ts';
import type { Link, ScoredCandidate } from '../domain/decision.ts';
import type { RecordingId } from '../domain/naming.ts';
import { versionFeatures } from './metadata/score/reason.ts';
import { lieBeside } from './parts.ts';
import { compareStrings, oncePerRoot, totalBits } from './reasons.ts';
import { thresholds } from './thresholds.ts';
import { calibrated, scaled, type Weights } from './weights.ts';
import type { Heard, Named, Objection, Testimony, Witness } from './witnesses/witness.ts';

/** What one witness says of a candidate. */
export interface Said {
  readonly by: Witness['by'];
  readonly testimony: Testimony;
}

/** A candidate with all that is said of it, added up. */
export interface Sum {
  readonly id: RecordingId;
  readonly reasons: readonly Reason[];
  readonly bits: number;
  /** Log-odds of another recording that the words may mean, not in the catalogue. */
  readonly elsewhereBits: number;
  /** Log-odds if nothing about versions spoke against it: how much a person would like to see it. */
  readonly bitsWithoutVersion: number;
  readonly relation: Relation;
  readonly blockedBy: string | null;
  readonly named: Named | null;
  readonly heard: readonly Heard[];
  readonly objections: readonly Objection[];
  readonly twins: Twins | null;
  /** The twins that it stands for (twins.ts). */
  readonly same: readonly RecordingId[];
}

/** @param said by the witnesses in their order. */
export function addUp(id: RecordingId, said: readonly Said[], catalogueSize: number, weights: Weights): Sum {
  const senses = new Map<Reason, Witness['by']>();
  for (const { by, testimony } of said) for (const reason of testimony.reasons) senses.set(reason, by);
  const words: Reason[] = [];
  const ears: Reason[] = [];
  for (const reason of oncePerRoot([...senses.keys()]))
    (senses.get(reason) === 'words' ? words : ears).push(scaled(weights, reason));
  const heard: Heard[] = [];
  const objections: Objection[] = [];
  let relation: Relation = 'same';
  let [blockedBy, named, twins]: [string | null, Named | null, Twins | null] = [null, null, null];
  for (const { testimony } of said) {
    if (testimony.heard !== undefined) heard.push(testimony.heard);
    if (testimony.objections !== undefined) objections.push(...testimony.objections);
    relation = testimony.relation ?? relation;
    blockedBy ??= testimony.blockedBy ?? null;
    named ??= testimony.named ?? null;
    twins ??= testimony.twins ?? null;
  }
  const wordBits = totalBits(words);
  const prior = priorBits(
    wordBits,
    heard.some(({ found }) => found),
    catalogueSize,
  );
  const bits = prior + wordBits + totalBits(ears) + weights.offsetBits;
  let elsewhere = named === null ? 0 : thresholds.wordsAlike;
  let againstVersion = 0;
  for (const reason of words) {
    elsewhere += reason.elsewhere ?? 0;
    if (reason.bits < 0 && versionFeatures.has(reason.feature)) againstVersion += reason.bits;
  }
  return {
    id,
    reasons: [
      { feature: 'prior', root: 'prior', bits: prior, text: 'Before any evidence: one recording among very many.' },
      ...(weights.offsetBits === 0
        ? []
        : [{ feature: 'offset', root: 'offset', bits: weights.offsetBits, text: 'As people have decided so far.' }]),
      ...words,
      ...ears,
    ],
    bits,
    elsewhereBits:
      elsewhere === 0 ? Number.NEGATIVE_INFINITY : Math.log2(elsewhere) + worldBits(catalogueSize) + wordBits,
    bitsWithoutVersion: bits - againstVersion,
    relation,
    blockedBy,
    named,
    heard,
    objections,
    twins,
    same: [],
  };
}

/** The better of the two routes (see the head of this file), as one prior so that the bits of a waterfall add up. */
function priorBits(wordBits: number, isFound: boolean, catalogueSize: number): number {
  const world = worldBits(catalogueSize);
  if (!isFound) return world;
  return Math.max(world, -indexBits(catalogueSize) - Math.max(0, wordBits));
}

const worldBits = (catalogueSize: number): number => -Math.log2(Math.max(thresholds.world, catalogueSize));

/** What being in the index at all is worth: one of so many. */
export function indexBits(catalogueSize: number): number {
  return Math.log2(Math.min(Math.max(thresholds.smallestIndex, catalogueSize), thresholds.world));
}

/** Every candidate with its probability, the likeliest first, whether or not anybody needs to see it. */
export function normalise(sums: readonly Sum[], weights: Weights): readonly ScoredCandidate[] {
  const most = Math.max(0, ...sums.map((each) => Math.max(each.bits, each.elsewhereBits)));
  // Summed from small to large in a fixed order, so that rounding does not depend on the input's order.
  const ascending = sums.toSorted((a, b) => a.bits - b.bits);
  let none = 2 ** -most;
  for (const bits of sums.map(({ elsewhereBits }) => elsewhereBits).sort((a, b) => a - b)) none += 2 ** (bits - most);
  const massOf = ({ bits }: Sum): number => 2 ** (bits - most);
  let all = none;
  for (const each of ascending) all += massOf(each);
  // Only what is heard can lie beside something.
  const massAgainst = (one: Sum): number => {
    if (one.heard.length === 0) return all;
    let against = none;
    for (const each of ascending) if (!areBeside(one, each)) against += massOf(each);
    return against;
  };
  const scored = sums
    .toSorted((a, b) => b.bits - a.bits || coverageOf(b) - coverageOf(a) || compareStrings(a.id, b.id))
    .map((each) => ({
      link: linkOf(each),
      probability: calibrated(weights, massOf(each) / massAgainst(each)),
      bits: each.bits,
      reasons: each.reasons,
      blockedBy: each.blockedBy,
      twins: each.same,
    }));
  // Corrected one by one, they might claim more than all there is. Those that are heard side by side may both be right.
  const claimed = scored.reduce((sum, { probability }) => sum + probability, 0);
  const mayBothBe = sums.some((one) => one.heard.length > 0 && sums.some((other) => areBeside(one, other)));
  return claimed <= 1 + 1e-9 || mayBothBe
    ? scored
    : scored.map((each) => ({ ...each, probability: each.probability / claimed }));
}

/** Whether the two are plainly heard, each in a part of the sound of its own. */
export function areBeside(one: Sum, other: Sum): boolean {
  return (
    one.id !== other.id && one.heard.some((heard) => other.heard.some((otherHeard) => lieBeside(heard, otherHeard)))
  );
}

/** Share of the sound in which it is heard. */
export function coverageOf({ heard }: Sum): number {
  return heard.find(({ coverage }) => coverage !== null)?.coverage ?? 0;
}

/** How clearly it is heard, by whichever ear is surest. */
export function heardBits({ heard }: Sum): number {
  return Math.max(0, ...heard.map(({ bits }) => bits));
}

const unheard = { speedRatio: null, pitchSemitones: null, offsetMs: null, coverage: null } as const;

function linkOf({ id, relation, heard }: Sum): Link {
  if (heard.length === 0) return { recordingId: id, relation, ...unheard };
  const found = heard.filter((each) => each.found);
  const first = <Key extends 'speedRatio' | 'pitchSemitones' | 'offsetMs' | 'coverage'>(key: Key): number | null =>
    found.find((each) => each[key] !== null)?.[key] ?? null;
  return {
    recordingId: id,
    relation,
    speedRatio: first('speedRatio'),
    pitchSemitones: first('pitchSemitones'),
    offsetMs: first('offsetMs'),
    coverage: first('coverage'),
  };
}

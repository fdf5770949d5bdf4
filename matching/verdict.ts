// From weighed candidates to a verdict: what a machine may link, what a person should see, and what neither needs to.

import type { Relation } from '../domain/evidence.ts';
import type { ScoredCandidate, Verdict } from '../domain/decision.ts';
import type { RecordingId } from '../domain/naming.ts';
import { areBeside, coverageOf, heardBits, indexBits, type Sum } from './fusion.ts';
import { compareStrings } from './reasons.ts';
import { nothingSaid } from './silence.ts';
import { thresholds } from './thresholds.ts';
import type { SoundEvidence } from './witnesses/witness.ts';

/** @param ranked the sums with their probabilities, the likeliest first. */
export function verdictOn(
  sound: SoundEvidence,
  sums: readonly Sum[],
  ranked: readonly ScoredCandidate[],
  catalogueSize: number,
): Verdict {
  const [best] = ranked;
  if (best === undefined) return nothingSaid(sound);
  const byId = new Map<RecordingId, Sum>(sums.map((sum) => [sum.id, sum]));
  const sumOf = (candidate: ScoredCandidate): Sum => byId.get(candidate.link.recordingId)!;
  const objection = whyNotSure(best, sumOf(best), sums, sound);
  if (objection === null)
    return { kind: 'sure', best, others: ranked.slice(1), why: sentenceFor(best, sumOf(best).relation) };
  const candidates = ranked.filter((candidate) => isWorthSeeing(candidate, sumOf(candidate), catalogueSize));
  // When nobody needs to see any of them, it is as if none had been found.
  return candidates.length > 0 ? { kind: 'undecided', candidates, why: objection } : nothingSaid(sound);
}

/** Null when the best candidate may be linked by a machine; else the reason why a person must look. */
function whyNotSure(
  { blockedBy, probability }: ScoredCandidate,
  best: Sum,
  all: readonly Sum[],
  sound: SoundEvidence,
): string | null {
  if (blockedBy !== null) return `Held back: ${blockedBy}.`;
  const beside = anotherBeside(best, all);
  if (beside !== null) return beside;
  if (probability < thresholds.sure) {
    const rival = all.find((each) => each.id !== best.id && best.bits - each.bits < 5);
    if (rival !== undefined && best.bits > 4) return 'Several recordings fit equally well.';
    const open = leftOpen(best);
    if (open !== null) return open;
    return `The best recording has a probability of ${Math.round(probability * 100)} % only.`;
  }
  const objection = best.objections.find(({ fallsAtBits }) => heardBits(best) < fallsAtBits);
  return objection?.why ?? wordsAgainstEar(best, all, sound.words.userMade === true);
}

/** What the words leave open above all, when that alone would keep a machine from linking; null otherwise. */
function leftOpen({ reasons }: Sum): string | null {
  const [most] = reasons
    .filter(({ elsewhere = 0 }) => elsewhere / (1 + elsewhere) > 1 - thresholds.sure)
    .sort((a, b) => b.elsewhere! - a.elsewhere! || compareStrings(a.text, b.text));
  return most?.text ?? null;
}

/** Null unless another recording is heard beside this one in so much of the sound that a person should say which one it is about. */
function anotherBeside(best: Sum, all: readonly Sum[]): string | null {
  const beside = all
    .filter((each) => areBeside(best, each))
    .sort((a, b) => coverageOf(b) - coverageOf(a) || compareStrings(a.id, b.id));
  const rival = beside.find(
    (each) =>
      coverageOf(best) < thresholds.mainCoverage ||
      coverageOf(best) < thresholds.mainOverOther * coverageOf(each) ||
      (wordsPointAt(each) && !wordsPointAt(best)),
  );
  // The title says which of them it is about.
  if (rival === undefined || (wordsPointAt(best) && !beside.some(wordsPointAt))) return null;
  const places = [best, ...beside].map((each) => Math.round(coverageOf(each) * 100));
  return `${beside.length === 1 ? 'Two' : 'Several'} recordings are heard in different parts of the sound, in ${places.slice(0, -1).join(', ')} and ${places.at(-1)!} % of it.`;
}

/** Words and ear that each point at a recording of their own. */
function wordsAgainstEar(best: Sum, all: readonly Sum[], userMade: boolean): string | null {
  const why = 'The title and the audio name different recordings.';
  const rivalHeard = all.find(
    (each) =>
      each.id !== best.id && heardBits(each) >= thresholds.heardClearlyBits && heardBits(each) > heardBits(best) + 6,
  );
  if (rivalHeard !== undefined) return why;
  const rivalNamed = all.find((each) => each.id !== best.id && wordsPointAt(each) && !wordsPointAt(best));
  if (rivalNamed === undefined) return null;
  // A person names an upload as they like. Elsewhere an altered release shares its song's words up to the version, and only a person knows
  // which of the two is meant.
  const overrules =
    userMade && heardBits(best) >= thresholds.heardPlainlyBits && coverageOf(best) >= thresholds.heardPlainlyCoverage;
  return overrules ? null : why;
}

/** Words that alone would be enough to show a person this recording. */
function wordsPointAt({ named }: Sum): boolean {
  return named !== null && named.artistAgrees && named.bits - Math.log2(thresholds.world) > -2;
}

function isWorthSeeing(candidate: ScoredCandidate, sum: Sum, catalogueSize: number): boolean {
  if (candidate.probability >= thresholds.review) return true;
  // Equal siblings share the probability between them; each is worth seeing for what it would be alone.
  if (oddsToProbability(sum.bits) >= thresholds.review) return true;
  // Heard clearly enough to ask about, whatever the words say against it.
  if (oddsToProbability(heardBits(sum) - indexBits(catalogueSize)) >= thresholds.review) return true;
  const isHeld = sum.blockedBy !== null || sum.named?.needsEar === true;
  return isHeld && oddsToProbability(sum.bitsWithoutVersion) >= thresholds.review;
}

function oddsToProbability(bits: number): number {
  return 1 / (1 + 2 ** -bits);
}

function sentenceFor(best: ScoredCandidate, relation: Relation): string {
  const top = best.reasons
    .filter((reason) => reason.bits > 0 && reason.feature !== 'prior')
    .sort((a, b) => b.bits - a.bits || compareStrings(a.text, b.text));
  const how = relation === 'same' ? '' : ` It is ${relationWords[relation]}.`;
  return `${top
    .slice(0, 2)
    .map((reason) => reason.text)
    .join(' ')}${how}`;
}

const relationWords: Readonly<Record<Relation, string>> = {
  same: 'the recording as released',
  sped_up: 'sped up',
  slowed: 'slowed',
  pitched: 'pitched',
  effects: 'the recording with effects on top',
  contains: 'contained in the sound',
  remix_of: 'a remix of it',
  covers: 'a cover of it',
};

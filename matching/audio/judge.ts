// Judging a refined place: how many bits the comparison is worth against chance over every place and hypothesis looked at, and what the
// recording is to the sound.

import type { Peaks } from '../../audio/peaks.ts';
import type { Relation, SoundPart } from '../../domain/evidence.ts';
import { correlate, peakWeights } from './constellation.ts';
import type { Hypothesis } from './hypotheses.ts';
import { certaintyOf, lookalikeBits, peakTraitsOf, priorBits } from './lookalikes.ts';
import { overlay, type Overlay, type Picture } from './overlay.ts';
import type { PlacedCandidate, SampledReference } from './port.ts';
import { joined, peaksOf, type Reading } from './reading.ts';
import { framesPerSecond, type IndexedReference } from './reference.ts';
import { standingOf, standsNowhere, type Standing } from './standing.ts';
import { unmetAt } from './unmet.ts';
import { chanceBits, explain, type Chances, type Fit } from './verify.ts';

/** A fit that ends the search: nothing random came near it (see the folder's README). */
export const decisiveBits = 50;
/** More than this says nothing more. */
const mostBits = 500;
const decisiveCoverage = 0.7;
/** Two that hold at least this share of each other's bits both fit. */
export const comparableShare = 0.4;

export interface Judged extends Fit {
  /** Null where nothing hung on it. */
  readonly laid: Overlay | null;
  /** The sound's, at exactly this place. */
  readonly peaks: Peaks;
  readonly pictures: readonly Picture[];
}

/** Judged, and held against what resembles it. */
export interface Stood extends Judged {
  readonly standing: Standing;
  /** That it is this recording and neither chance nor music that resembles it, by the peaks alone. */
  readonly certainty: number;
  /** More likely this recording than music that resembles it. */
  readonly isLikely: boolean;
}

/** Judges the sound upon a reference, frame 0 of it at `offset`. */
export type Judge = (reference: IndexedReference, hypothesis: Hypothesis, offset: number) => Judged;

/** @param sample of all references, what the overlay is compared with; drawn when it is first needed. */
export function createJudge(reading: Reading, chances: Chances, sample: () => readonly SampledReference[]): Judge {
  return (reference, hypothesis, offset) => {
    const pictures = reading.pictures(hypothesis, offset);
    const peaks = joined(pictures.map(peaksOf));
    const found = correlate(reference, peaks, peakWeights(reference, peaks), 1, offset);
    const seen = explain(reference, peaks, offset, 1, hypothesis.time);
    // Two views of the same partners, which fail differently. The tail over the recording's other offsets belittles repetitive
    // music, whose other offsets nearly fit as well; the seconds' gains know nothing of it, but trust that peaks are independent, hence
    // 0.6. Of recordings that are not in the sound the best had tails of up to 26 bits or gains of up to 50, never both.
    const tailBits = found.tailBits - chanceBits(chances);
    let bits = (Math.min(mostBits, tailBits) + Math.min(mostBits, 0.6 * seen.gainBits - 25)) / 2;
    bits = Math.min(mostBits, bits + 0.6 * precisionBits(seen.distances)) - improbability(hypothesis) + calibrationBits;
    bits -= scarcityBits * Math.max(0, 1 - seen.coverage / scarceCoverage);
    // What is decided, or further from it than this has ever brought anybody, is not laid upon the spectrogram: it costs as much as the rest of a judgement.
    const isOpen = bits > beyondHelpBits && bits < decidedBits;
    const laid = isOpen ? overlay(pictures, reference, offset, sample()) : null;
    if (laid !== null) bits = Math.min(decidedBits, bits + overlayBits(laid));
    // A burst of agreement in one or two seconds is how chance looks.
    if (seen.supportSeconds < 3) bits = Math.min(bits, weakBits);
    return { reference, hypothesis, offset, bits, tailBits, laid, peaks, pictures, ...seen };
  };
}

/** What a judged place is worth beside music that resembles it, in an index of so many references. What chance explains is not asked. */
export function stand(fit: Judged, references: number): Stood {
  const { reference, peaks, offset, explained, hypothesis, bits } = fit;
  if (bits < beyondHelpBits) return { ...fit, standing: standsNowhere, certainty: bits, isLikely: false };
  const at = { offset, explained, time: hypothesis.time };
  const standing: Standing = {
    ...standingOf(reference, peaks, at),
    ...unmetAt(fit.pictures, peaks, reference, at),
  };
  const traits = peakTraitsOf({ peakBits: bits, standing, ...alterationOf(hypothesis) });
  const lookalikes = lookalikeBits(traits, references);
  const isLikely = lookalikes >= priorBits(references);
  return { ...fit, standing, certainty: certaintyOf(bits, lookalikes), isLikely };
}

/** Ends the search; whether it is sure, the other cue says. */
export const isAnswer = (fit: Stood): boolean => fit.bits >= decisiveBits && fit.isLikely;
export const isDecisive = (fit: Stood): boolean => isAnswer(fit) && fit.coverage >= decisiveCoverage;

/** The bar of the decision. */
const certainBits = 18;

/** What an order needs to know of a candidate. */
type Ranked = Pick<PlacedCandidate, 'peakBits' | 'logLikelihoodRatio' | 'coverage' | 'speedRatio' | 'pitchSemitones'>;

/** Surest first; of two that both explain the sound (an original and its sped-up release) the one whose speed is nearer 1. */
export function preferred(one: Ranked, other: Ranked): number {
  const [bits, others] = [one.peakBits, other.peakBits];
  const comparable =
    Math.min(bits, others) >= Math.max(decisiveBits / 2, comparableShare * Math.max(bits, others)) &&
    Math.min(one.logLikelihoodRatio, other.logLikelihoodRatio) >= certainBits &&
    Math.abs(one.coverage - other.coverage) < 0.25;
  if (comparable) {
    const difference = distanceFromUntouched(one) - distanceFromUntouched(other);
    if (Math.abs(difference) > 0.01) return difference;
  }
  return strengthOf(other) - strengthOf(one);
}

/** Two that are both certain are told apart by how much more of the sound's peaks the one explains: 20 of these bits are one of certainty. */
const strengthOf = ({ logLikelihoodRatio, peakBits }: Ranked): number => logLikelihoodRatio + peakBits / 20;

const distanceFromUntouched = ({ speedRatio, pitchSemitones }: Ranked): number =>
  Math.abs(Math.log(speedRatio)) + Math.abs((pitchSemitones * Math.LN2) / 12);

/**
 * How much more the partners' distances in time look like a true place than like chance. Partners by chance lie anywhere within the
 * tolerance (24, 22, 20, 18 and 15 % in quarters of a frame); of true ones 99 % lie within the first quarter in a clean copy, 84–88 %
 * under a voice as loud as the music, 69 % in a crowd, but only 23 % under a heavy reverb, which smears every onset.
 * So nearness proves, and its absence proves nothing.
 */
export function precisionBits(distances: Int32Array): number {
  let bits = 0;
  for (let bin = 0; bin < distances.length; bin++) bits += distances[bin]! * nearnessBits[bin]!;
  return Math.max(0, bits);
}

/** Twice what ends a search. */
const decidedBits = 100;
/** The lowest that it has brought over the bar began at −4, under reverb. */
const beyondHelpBits = -25;

/** What the recording's peaks on the sound's spectrogram add; see `overlay.ts`. Chance seldom reaches the zero of either. */
function overlayBits({ level, onset }: Overlay): number {
  const part = (deviations: number, zero: number): number => Math.max(-5, Math.min(25, 2.5 * (deviations - zero)));
  return part(level, 4.2) + part(onset, 2.3);
}

const nearnessBits = [0.72, 0.12, 0.08, 0.05, 0.03].map((share, bin) =>
  Math.log2(share / [0.24, 0.22, 0.2, 0.18, 0.16][bin]!),
);

/**
 * People change speed, or tempo, or pitch, seldom two of them by different amounts: a place that needs an odd pair was usually found by
 * chance. Right answers lie within 0.2 % of one of the three lines, under heavy reverb within 2 %.
 */
function improbability({ time, frequency }: Hypothesis): number {
  const [a, b] = [Math.log(time), Math.log(frequency)];
  const distance = Math.min(Math.abs(a - b), Math.abs(a), Math.abs(b));
  return 8 * Math.max(0, Math.min(1, (distance - 0.004) / 0.02));
}

/**
 * Makes the sum a likelihood ratio for one recording among ten thousand, the least that the decision's prior counts with: places and
 * hypotheses are paid for above, and would be paid for a second time there.
 */
const calibrationBits = 7.5;
/** Most sounds hold their music for most of their length: a place that explains next to nothing must explain it well. */
const scarcityBits = 4;
const scarceCoverage = 0.3;
/** Agreement in fewer than three seconds comes to no more: not enough to ask a person. */
const weakBits = 9;

/** Within these a sound counts as played at the recording's own speed and pitch. */
const sameSpeed = 0.006;
/** A reverb's smear moves the fitted speed by up to 1.1 %, and leaves the pitch. */
const sameSpeedSmeared = 0.013;
const samePitchSemitones = 0.3;

const alterationOf = ({ time, frequency }: Hypothesis): { speedRatio: number; pitchSemitones: number } => ({
  speedRatio: time,
  pitchSemitones: 12 * Math.log2(frequency),
});

export function toCandidate(fit: Stood): PlacedCandidate {
  const { speedRatio, pitchSemitones } = alterationOf(fit.hypothesis);
  return {
    recordingId: fit.reference.recordingId,
    referenceId: fit.reference.referenceId,
    relation: relationOf(speedRatio, pitchSemitones, fit.coverage, { ...fit, ...fit.standing }),
    speedRatio,
    pitchSemitones,
    offsetMs: (fit.offset * 1000) / framesPerSecond,
    coverage: fit.coverage,
    parts: partsOf(fit.explained),
    logLikelihoodRatio: fit.certainty,
    peakBits: fit.bits,
    standing: fit.standing,
  };
}

/** Runs of explained seconds. A single second between two of them is a breath, a loud word or a weak bar, not an end. */
export function partsOf(explained: Uint8Array): SoundPart[] {
  const parts: { fromMs: number; toMs: number }[] = [];
  explained.forEach((flag, second) => {
    if (flag === 0) return;
    const last = parts.at(-1);
    if (last && second * 1000 - last.toMs <= 1000) last.toMs = (second + 1) * 1000;
    else parts.push({ fromMs: second * 1000, toMs: (second + 1) * 1000 });
  });
  return parts;
}

/**
 * Of the recording's peaks that the sound lacks, so many are not there at all: another mix. Of copies 1 % and less, under a crowd or a voice up to 12 %; of
 * instrumentals of sung recordings 6 to 27 %.
 */
const mostMissing = 0.05;
/** Below this share of its seconds a sound at the recording's own speed only contains it. */
const wholeCoverage = 0.8;

export function relationOf(
  speedRatio: number,
  pitchSemitones: number,
  coverage: number,
  {
    talkedOver,
    smeared,
    missing,
  }: { readonly talkedOver: boolean; readonly smeared: boolean; readonly missing: number },
): Relation {
  if (Math.abs(speedRatio - 1) > (smeared ? sameSpeedSmeared : sameSpeed)) return speedRatio > 1 ? 'sped_up' : 'slowed';
  if (Math.abs(pitchSemitones) > samePitchSemitones) return 'pitched';
  // A reverb hides the prominent peaks as a voice does.
  const isWhole = coverage >= wholeCoverage && missing <= mostMissing && (!talkedOver || smeared);
  return isWhole ? 'same' : 'contains';
}

// Fitting the weights to people's decisions.
//   bits of a candidate   b_c = fixed_c + offset + Σ_f scale_f · x_cf            x_cf: bits of its reasons of feature f
//   posterior             p_c = 2^b_c / (1 + Σ 2^b)                              the 1 is "none of these", as in fusion.ts
//   maximised             Σ log p(what the person said) − Σ (scale_f − 1)² / 2σ² − offset² / 2σ₀²
// A conditional logistic regression whose Gaussian prior is the hand weights: with no decisions they stand, with many the decisions
// speak. "It is this one" fits p_c, "it is none" fits the 1, "it is not this one" fits 1 − p_c. Then the probabilities are calibrated by
// isotonic regression (pool adjacent violators), and everything is judged on recordings that the fit has not seen.
// Which sounds people decide is no fair sample: of links made by rule they mostly touch the wrong ones, and what a block holds back is
// stated as probable though it is mostly wrong. So the factors learn from every decision, but probabilities are calibrated only on
// what the rules had left open without a block, and that correction fades out towards the probabilities nobody was asked about.

import type { DecidedSound } from '../domain/decision.ts';
import type { Reason } from '../domain/evidence.ts';
import { needsAudioFeature } from './metadata/score/reason.ts';
import { calibrated, calibrationAnchor, handWeights, logOdds, scaleName, type Weights } from './weights.ts';
import { witnesses } from './witnesses/witnesses.ts';

export const fitDefaults = {
  /** σ of a factor: hand weights are trusted to about a quarter. */
  scaleSd: 0.25,
  /** σ₀ of the offset, bits. */
  offsetSd: 2,
  /** Decisions below which nothing is fitted: a third of 200 for checking bounds an error rate to about ±0.1. */
  leastDecisions: 200,
  /** Of these, how many must say "it is this one", and how many "it is not". */
  leastOfEach: 30,
  /** Share of the recordings kept for judging. */
  validationShare: 0.3,
  /** What the stated probability itself weighs in each of the bins that are calibrated, in decisions. */
  pseudoDecisions: 8,
  /** How many right and how many wrong answers a bin must let expect. */
  leastInBin: 8,
} as const;

interface Row {
  readonly fixed: number;
  /** Bits by factor name. */
  readonly features: ReadonlyMap<string, number>;
}

interface Prepared {
  readonly group: string;
  readonly open: boolean;
  readonly rows: readonly Row[];
  readonly truth:
    | { readonly kind: 'is'; readonly index: number }
    | { readonly kind: 'isNot'; readonly index: number }
    | { readonly kind: 'none' };
}

const heardFeatures: ReadonlySet<string> = new Set(
  witnesses.filter(({ by }) => by === 'ear').flatMap(({ features }) => features),
);
/** The prior of the route by words: 1 in 10^8. A higher one means that an ear proposed the candidate, which words can only speak against. */
const wordsPrior = -Math.log2(1e8) + 1e-6;

function prepareRow(reasons: readonly Reason[], base: Weights): Row {
  const prior = reasons.find((reason) => reason.feature === 'prior')?.bits ?? -Math.log2(1e8);
  const words = reasons.filter((reason) => reason.feature !== 'prior' && !heardFeatures.has(reason.feature));
  const wordBits = words.reduce((sum, reason) => sum + (reason.feature === 'offset' ? 0 : reason.bits), 0);
  const byEar = prior > wordsPrior;
  // On the ear's route the prior takes back what words say in favour, whatever their weights are.
  const silent = byEar && wordBits > 0;
  const features = new Map<string, number>();
  for (const reason of reasons) {
    const name = scaleName(reason);
    if (name === null || (silent && !heardFeatures.has(reason.feature))) continue;
    features.set(name, (features.get(name) ?? 0) + reason.bits / (base.scales[name] ?? 1));
  }
  return { fixed: silent ? prior + wordBits : prior, features };
}

/**
 * A block, or words that only audio can confirm: not the bits decided there, so nothing is learned about them. With such candidates
 * left in, people's rejections of well-blocked near titles took the title's factor to its lower bound.
 */
const isHeld = ({ reasons, blockedBy }: DecidedSound['candidates'][number]): boolean =>
  (blockedBy ?? null) !== null || reasons.some((reason) => reason.feature === needsAudioFeature);

/** Null for what cannot be learned from: unknown weights, and decisions about what was not weighed or was held back. */
function prepare(sound: DecidedSound, base: Weights): Prepared | null {
  const known = sound.weights === base.basedOn || sound.weights === base.set;
  const candidates = sound.candidates.filter((candidate) => !isHeld(candidate));
  if (!known || candidates.length === 0) return null;
  const decidedHeld = sound.candidates.some(
    (candidate) => candidate.link.recordingId === sound.recordingId && isHeld(candidate),
  );
  if (decidedHeld) return null;
  const byBase = sound.weights === base.set ? base : handWeights;
  const rows = candidates.map((candidate) => prepareRow(candidate.reasons, byBase));
  const index = candidates.findIndex((candidate) => candidate.link.recordingId === sound.recordingId);
  const group = sound.recordingId ?? candidates[0]!.link.recordingId;
  const open = (sound.ruled ?? 'review') === 'review';
  switch (sound.kind) {
    case 'match':
      return { group, open, rows, truth: index < 0 ? { kind: 'none' } : { kind: 'is', index } };
    case 'reject':
      return index < 0 ? null : { group, open, rows, truth: { kind: 'isNot', index } };
    case 'noSuchRecording':
    case 'notMusic':
      return { group, open, rows, truth: { kind: 'none' } };
  }
}

type Factors = Pick<Weights, 'offsetBits' | 'scales'>;

function posterior(rows: readonly Row[], { offsetBits, scales }: Factors): readonly number[] {
  const bits = rows.map((row) => {
    let sum = row.fixed + offsetBits;
    for (const [name, value] of row.features) sum += (scales[name] ?? 1) * value;
    return sum;
  });
  const most = Math.max(0, ...bits);
  const mass = bits.reduce((sum, each) => sum + 2 ** (each - most), 2 ** -most);
  return bits.map((each) => 2 ** (each - most) / mass);
}

/** Smallest probability that a log may see: one wrong decision must not outweigh all others. */
const least = 1e-9;

function logLikelihood({ rows, truth }: Prepared, factors: Factors): number {
  const p = posterior(rows, factors);
  const none = Math.max(0, 1 - p.reduce((sum, each) => sum + each, 0));
  const said = truth.kind === 'is' ? p[truth.index]! : truth.kind === 'isNot' ? 1 - p[truth.index]! : none;
  return Math.log(Math.max(least, said));
}

/** Fits offset and factors by Newton steps (Fisher's information plus the prior's, always solvable), halved until they improve. */
function fitFactors(
  sounds: readonly Prepared[],
  { scaleSd, offsetSd }: { readonly scaleSd: number; readonly offsetSd: number },
): Factors {
  const names = [...new Set(sounds.flatMap(({ rows }) => rows.flatMap((row) => [...row.features.keys()])))].sort();
  const at = new Map(names.map((name, i) => [name, i + 1]));
  const size = names.length + 1;
  const start = [0, ...names.map(() => 1)];
  const precision = [1 / offsetSd ** 2, ...names.map(() => 1 / scaleSd ** 2)];
  const factorsOf = (theta: readonly number[]): Factors => ({
    offsetBits: theta[0]!,
    scales: Object.fromEntries(names.map((name, i) => [name, theta[i + 1]!])),
  });
  const objective = (theta: readonly number[]): number => {
    const factors = factorsOf(theta);
    let sum = 0;
    for (const sound of sounds) sum += logLikelihood(sound, factors);
    for (let i = 0; i < size; i += 1) sum -= (precision[i]! * (theta[i]! - start[i]!) ** 2) / 2;
    return sum;
  };
  let theta = start;
  let best = objective(theta);
  for (let round = 0; round < 50; round += 1) {
    const gradient = theta.map((value, i) => -precision[i]! * (value - start[i]!));
    const information = precision.map((value, i) => precision.map((_, j) => (i === j ? value : 0)));
    const factors = factorsOf(theta);
    for (const { rows, truth } of sounds) {
      const p = posterior(rows, factors);
      const mean = Array.from({ length: size }, () => 0);
      const dense = rows.map((row) => {
        const x = Array.from({ length: size }, () => 0);
        x[0] = 1;
        for (const [name, value] of row.features) x[at.get(name)!] = value;
        return x;
      });
      dense.forEach((x, c) => {
        for (let i = 0; i < size; i += 1) mean[i]! += p[c]! * x[i]!;
      });
      dense.forEach((x, c) => {
        const rest = truth.kind === 'isNot' ? Math.max(least, 1 - p[truth.index]!) : 1;
        const wanted =
          truth.kind === 'none'
            ? 0
            : truth.kind === 'is'
              ? Number(c === truth.index)
              : c === truth.index
                ? 0
                : p[c]! / rest;
        for (let i = 0; i < size; i += 1) {
          gradient[i]! += Math.LN2 * (wanted - p[c]!) * x[i]!;
          for (let j = 0; j <= i; j += 1) information[i]![j]! += Math.LN2 ** 2 * p[c]! * x[i]! * x[j]!;
        }
      });
      for (let i = 0; i < size; i += 1)
        for (let j = 0; j <= i; j += 1) information[i]![j]! -= Math.LN2 ** 2 * mean[i]! * mean[j]!;
    }
    const step = solve(information, gradient);
    let share = 1;
    let next = theta;
    let value = best;
    for (; share > 1e-4; share /= 2) {
      next = theta.map((each, i) => each + share * step[i]!);
      // A factor that changes its sign would turn evidence around: no number of decisions makes that believable.
      next = next.map((each, i) => (i === 0 ? Math.max(-20, Math.min(20, each)) : Math.max(0.05, Math.min(5, each))));
      value = objective(next);
      if (value > best) break;
    }
    if (value <= best + 1e-9) break;
    [theta, best] = [next, value];
  }
  return factorsOf(theta);
}

/** Solves A·x = b for a symmetric positive definite A given by its lower triangle (Cholesky). */
export function solve(a: readonly (readonly number[])[], b: readonly number[]): readonly number[] {
  const n = b.length;
  const l = a.map((row) => [...row]);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = l[i]![j]!;
      for (let k = 0; k < j; k += 1) sum -= l[i]![k]! * l[j]![k]!;
      l[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / l[j]![j]!;
    }
  }
  const x = [...b];
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < i; k += 1) x[i]! -= l[i]![k]! * x[k]!;
    x[i]! /= l[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) x[i]! -= l[k]![i]! * x[k]!;
    x[i]! /= l[i]![i]!;
  }
  return x;
}

// ---- calibration -----------------------------------------------------------------------------------------------------

/** A stated probability and what turned out. */
export interface Outcome {
  readonly stated: number;
  readonly right: boolean;
}

export interface Block {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** Isotonic regression by pooling adjacent violators: the closest values that never fall. Points come sorted by `x`. */
export function isotonic(points: readonly Block[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const point of points) {
    let block = point;
    for (let before = blocks.at(-1); before !== undefined && before.y >= block.y; before = blocks.at(-1)) {
      const weight = before.weight + block.weight;
      block = {
        x: (before.x * before.weight + block.x * block.weight) / weight,
        y: (before.y * before.weight + block.y * block.weight) / weight,
        weight,
      };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks;
}

const withinAnchors = (bits: number): number => Math.max(1 - calibrationAnchor, Math.min(calibrationAnchor - 1, bits));

/**
 * Points of a calibration; none for too few outcomes. A bin is closed when both outcomes were to be expected in it (or were seen) often
 * enough: that none of 50 candidates stated at .001 was right says nothing. Each bin is drawn towards what was stated in it.
 */
export function calibrate(outcomes: readonly Outcome[]): Weights['calibration'] {
  const { pseudoDecisions, leastInBin } = fitDefaults;
  const bins: { n: number; stated: number; right: number }[] = [];
  let open = { n: 0, stated: 0, right: 0 };
  for (const { stated, right } of outcomes.toSorted((a, b) => a.stated - b.stated)) {
    open = { n: open.n + 1, stated: open.stated + stated, right: open.right + Number(right) };
    const rights = Math.max(open.stated, open.right);
    const wrongs = Math.max(open.n - open.stated, open.n - open.right);
    if (Math.min(rights, wrongs) < leastInBin || open.n < 2 * leastInBin) continue;
    bins.push(open);
    open = { n: 0, stated: 0, right: 0 };
  }
  const last = bins.at(-1);
  if (last !== undefined) {
    last.n += open.n;
    last.stated += open.stated;
    last.right += open.right;
  }
  // Means of probabilities, not of log-odds: only those compare with a share of right answers.
  const points = bins.map(({ n, stated, right }): Block => {
    const x = stated / n;
    return { x, y: (right + pseudoDecisions * x) / (n + pseudoDecisions), weight: n };
  });
  const knots: [number, number][] = [];
  for (const { x, y } of isotonic(points)) {
    const [summed, observed] = [withinAnchors(logOdds(x)), withinAnchors(logOdds(y))];
    const before = knots.at(-1);
    if (before === undefined || (summed > before[0] + 1e-3 && observed >= before[1])) knots.push([summed, observed]);
  }
  return knots;
}

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly meanStated: number;
  readonly observed: number;
}

const edges = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 1];

/** How often candidates turned out right, by what was stated. Empty bins are left out. */
export function reliability(outcomes: readonly Outcome[]): readonly ReliabilityBin[] {
  return edges.slice(0, -1).flatMap((from, i) => {
    const to = edges[i + 1]!;
    const inBin = outcomes.filter(({ stated }) => stated >= from && (stated < to || to === 1));
    if (inBin.length === 0) return [];
    const meanStated = inBin.reduce((sum, { stated }) => sum + stated, 0) / inBin.length;
    return [
      { from, to, n: inBin.length, meanStated, observed: inBin.filter(({ right }) => right).length / inBin.length },
    ];
  });
}

/** Mean squared error of the stated probabilities. */
export const brierScore = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce((sum, { stated, right }) => sum + (stated - Number(right)) ** 2, 0) / Math.max(1, outcomes.length);

function outcomesOf(sounds: readonly Prepared[], weights: Weights): readonly Outcome[] {
  return sounds.flatMap(({ open, rows, truth }) =>
    posterior(rows, weights).flatMap((p, c) => {
      if (!open) return [];
      // A rejection says nothing about the others.
      if (truth.kind === 'isNot' && c !== truth.index) return [];
      return [{ stated: calibrated(weights, p), right: truth.kind === 'is' && c === truth.index }];
    }),
  );
}

// ---- the whole fit ---------------------------------------------------------------------------------------------------

/** True for the recordings that judge: decided by the recording's name, so that no recording is on both sides. */
export function judges(group: string, share: number = fitDefaults.validationShare): boolean {
  let h = 0x811c9dc5;
  for (let i = 0; i < group.length; i += 1) h = Math.imul(h ^ group.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32 < share;
}

export interface Judged {
  readonly bins: readonly ReliabilityBin[];
  /** Mean −log of the probability given to what the person said, over sounds. */
  readonly logLoss: number;
  readonly brier: number;
}

export type FitResult =
  | { readonly kind: 'too few'; readonly why: string; readonly usable: number; readonly ignored: number }
  | {
      readonly kind: 'fitted';
      /** Without its name, which the caller makes from its content. */
      readonly weights: Omit<Weights, 'set'>;
      readonly usable: number;
      readonly ignored: number;
      readonly judgedOn: number;
      readonly before: Judged;
      readonly after: Judged;
      /** False when the decisions kept aside speak for the weights that are in force: then these must not be used. */
      readonly better: boolean;
    };

/** Pure. `base` are the weights in force, whose decisions are understood as well as those of the hand weights under it. */
export function fitWeights(
  decided: readonly DecidedSound[],
  base: Weights = handWeights,
  options: Partial<Record<keyof typeof fitDefaults, number>> = {},
): FitResult {
  const settings = { ...fitDefaults, ...options };
  const prepared = decided.map((sound) => prepare(sound, base)).filter((each) => each !== null);
  const ignored = decided.length - prepared.length;
  const positive = prepared.filter(({ truth }) => truth.kind === 'is').length;
  const negative = prepared.length - positive;
  if (prepared.length < settings.leastDecisions || Math.min(positive, negative) < settings.leastOfEach) {
    const why = `${prepared.length} decisions can be learned from (${positive} name a recording that was weighed, ${negative} say that it is none or not this one); ${settings.leastDecisions} are needed, at least ${settings.leastOfEach} of each`;
    return { kind: 'too few', why, usable: prepared.length, ignored };
  }
  const training = prepared.filter(({ group }) => !judges(group, settings.validationShare));
  const validation = prepared.filter(({ group }) => judges(group, settings.validationShare));
  const factors = fitFactors(training, settings);
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  const uncalibrated: Weights = {
    ...handWeights,
    offsetBits: round(factors.offsetBits),
    scales: Object.fromEntries(Object.entries(factors.scales).map(([name, value]) => [name, round(value)])),
  };
  const calibration = calibrate(outcomesOf(training, uncalibrated)).map(([x, y]) => [round(x), round(y)] as const);
  const { set: _unnamed, ...weights } = { ...uncalibrated, calibration };
  const before = judge(validation, base);
  const after = judge(validation, { ...uncalibrated, calibration });
  return {
    kind: 'fitted',
    weights,
    usable: prepared.length,
    ignored,
    judgedOn: validation.length,
    before,
    after,
    better: validation.length > 0 && after.logLoss < before.logLoss,
  };
}

function judge(sounds: readonly Prepared[], weights: Weights): Judged {
  const outcomes = outcomesOf(sounds, weights);
  let loss = 0;
  for (const { rows, truth } of sounds) {
    const p = posterior(rows, weights).map((each) => calibrated(weights, each));
    const none = Math.max(0, 1 - p.reduce((sum, each) => sum + each, 0));
    const said = truth.kind === 'is' ? p[truth.index]! : truth.kind === 'isNot' ? 1 - p[truth.index]! : none;
    loss -= Math.log(Math.max(1e-4, said));
  }
  return { bins: reliability(outcomes), logLoss: loss / Math.max(1, sounds.length), brier: brierScore(outcomes) };
}

// Finding recordings inside a sound whose speed and pitch are unknown.
//
// 1. Propose: under each hypothesis (time ratio a, frequency ratio b) the sound is read so that its frequencies are divided by b and
//    analysed with a hop of 256·b/a samples; if the hypothesis is right its peaks equal the recording's, pairs of them hit the
//    inverted list, and votes for "place in the index minus place in the sound" pile up.
// 2. Verify: the best places are compared peak by peak (`constellation.ts`), at time scales between the grid's steps.
// 3. Refine: line fit through the partners' times gives speed and offset, the median of their bands the pitch; the sound is
//    analysed once more at exactly that speed and with its frames on the recording's frames.
// 4. Judge: bits against chance over every place and hypothesis looked at, and the seconds of the sound that are explained.
//
// Likely hypotheses come first and a clear answer ends the search.

import { findPeaks, type Peaks } from '../../audio/peaks.ts';
import { warp } from '../../audio/resample.ts';
import { analysisRateHz, bandPower, binPower, spectrogram, type BinPower } from '../../audio/spectrum.ts';
import type { AudioCandidate, Relation, SoundPart } from '../../domain/evidence.ts';
import type { IndexedReference, IndexView } from './audioIndex.ts';
import { alignNear, correlate, frameTolerance, partnerChance, partners, peakWeights } from './constellation.ts';
import { soundFanOut, visitHashes } from './hashes.ts';
import { grid, presets, untouched, type Hypothesis } from './hypotheses.ts';
import { overlay, type Overlay, type Picture } from './overlay.ts';
import { choosePassages, type Passage } from './passages.ts';
import { framesPerSecond, hopSamples } from './reference.ts';
import { unpackSoundPrint, type SoundPrint } from './soundPrint.ts';

export interface SearchOptions {
  /** At most this many recordings come back. Default 5. */
  readonly maxCandidates?: number;
  /** Walk the whole grid even when an early hypothesis explains the sound. Default false. */
  readonly exhaustive?: boolean;
  /** Candidates below this many bits are not worth mentioning: chance reaches them. Default 10. */
  readonly minBits?: number;
  /** Receives one line for each stage; for `fermata listen` and for tuning. */
  readonly trace?: (line: string) => void;
}

/** Places that each hypothesis may propose, and how many of all are verified. */
const proposalsPerHypothesis = 12;
const verifiedProposals = 48;
const refinedFits = 6;
const soundPeaksPerSecond = 30;
const windowMs = 15_000;
const longestMs = 120_000;
/** A fit this good ends the search: nothing random came near it (see the folder's README). */
const decisiveBits = 50;
/** More than this says nothing more. */
const mostBits = 500;
const decisiveCoverage = 0.7;
/** Two that hold at least this share of each other's bits both fit. */
const comparableShare = 0.4;
/** How many windows still see the whole grid when another part of the sound has its answer. */
const unexplainedWindows = 2;

interface Proposal {
  readonly reference: IndexedReference;
  readonly hypothesis: Hypothesis;
  readonly passage: number;
  /** Frames of the recording at the sound's first sample. */
  readonly offset: number;
  readonly surprise: number;
}

/** A verified alignment: reference frame = offset + (sound's time in recording frames under `hypothesis`). */
interface Fit {
  readonly reference: IndexedReference;
  readonly hypothesis: Hypothesis;
  readonly offset: number;
  readonly bits: number;
  /** Over the recording's other offsets, less chance over every place and hypothesis looked at. */
  readonly tailBits: number;
  readonly coverage: number;
  /** Seconds of the sound with support of their own. */
  readonly supportSeconds: number;
  /** Share of the sound's peaks that have a partner. */
  readonly hitShare: number;
  readonly talkedOver: boolean;
  /** The partners are spread in time, as a heavy reverb spreads them. */
  readonly smeared: boolean;
  /**
   * Sum over the best stretch of seconds of what each says for the recording by the peaks' chances alone; a second counts −4 to 12,
   * so that none decides by itself.
   */
  readonly gainBits: number;
  /** Partners by their distance in time: five bins of a quarter frame. Chance spreads them, a true place gathers them in the first. */
  readonly distances: Int32Array;
  /** Seconds of the sound that are explained, one flag each; only meaningful for refined fits. */
  readonly explained: Uint8Array;
  /** Null before refinement, and where nothing hung on it. */
  readonly laid: Overlay | null;
}

export function searchIndex(
  view: IndexView,
  query: Float32Array | SoundPrint,
  options: SearchOptions,
  among: ReadonlySet<number> | null,
): AudioCandidate[] {
  const { whole, windows } = listeningWindows(query);
  if (windows.length === 0 || view.references.length === 0) return [];

  const search = createSearch(view, whole, windows, among, options.trace ?? (() => undefined));
  const thorough = options.exhaustive === true;
  let fits = search.explore([untouched]);
  // An answer at the recording's own speed and pitch ends it: a sibling at another speed would only stand behind it, and looking for
  // one took three quarters of the time.
  if (thorough || !fits.some(isDecisive)) fits = search.explore(presets);
  if (thorough) fits = search.explore(grid);
  // The rest of a sound that is explained in part may hold another recording, but is no longer worth the whole price.
  else if (!fits.some(isDecisive))
    fits = search.explore(grid, fits.some(isAnswer) ? unexplainedWindows : windows.length);

  return bestOfEach(fits)
    .filter((fit) => fit.bits >= (options.minBits ?? 10))
    .map(toCandidate)
    .sort(preferred)
    .slice(0, options.maxCandidates ?? 5);
}

/** A place that another cue proposes: the reference at `offsetMs` at the sound's first sample, as heard in one window. */
export interface SuggestedPlace {
  readonly referenceId: number;
  readonly hypothesis: Hypothesis;
  readonly offsetMs: number;
  /** Of `listeningWindows`. */
  readonly window: number;
}

/**
 * Compares the sound with suggested places peak by peak and refines the best six, however little the peaks say for them. They pay for `hypothesesTried` beside the places, like what the search finds itself.
 */
export function judgePlaces(
  view: IndexView,
  query: Float32Array | SoundPrint,
  places: readonly SuggestedPlace[],
  hypothesesTried: number,
): AudioCandidate[] {
  const { whole, windows } = listeningWindows(query);
  const search = createSearch(view, whole, windows, null, () => undefined);
  const byId = new Map(view.references.map((reference) => [reference.referenceId, reference]));
  for (const { referenceId, hypothesis, offsetMs, window } of places) {
    const reference = byId.get(referenceId);
    if (reference && window < windows.length)
      search.suggest(reference, hypothesis, window, (offsetMs * framesPerSecond) / 1000);
  }
  return search.explore([], windows.length, hypothesesTried, true).map(toCandidate);
}

/** The passages of a sound that are looked at, and the windows of up to 22 s in which places are proposed. */
export function listeningWindows(query: Float32Array | SoundPrint): {
  readonly whole: readonly Passage[];
  readonly windows: readonly Passage[];
} {
  const whole = query instanceof Float32Array ? choosePassages(query, longestMs) : unpackSoundPrint(query).passages;
  const windows = audible(whole.flatMap(splitIntoWindows).filter((window) => window.pcm.length >= analysisRateHz));
  return { whole, windows };
}

function bestOfEach(fits: readonly Fit[]): Fit[] {
  const best = new Map<string, Fit>();
  for (const fit of fits) {
    const known = best.get(fit.reference.recordingId);
    if (!known || fit.bits > known.bits) best.set(fit.reference.recordingId, fit);
  }
  return [...best.values()];
}

const isAnswer = (fit: Fit): boolean => fit.bits >= decisiveBits;
const isDecisive = (fit: Fit): boolean => isAnswer(fit) && fit.coverage >= decisiveCoverage;

/** Strongest first; of two that both explain the sound (an original and its sped-up release) the one whose speed is nearer 1. */
export function preferred(one: AudioCandidate, other: AudioCandidate): number {
  const [bits, others] = [one.logLikelihoodRatio, other.logLikelihoodRatio];
  const comparable =
    Math.min(bits, others) >= Math.max(decisiveBits / 2, comparableShare * Math.max(bits, others)) &&
    Math.abs(one.coverage - other.coverage) < 0.25;
  if (comparable) {
    const difference = distanceFromUntouched(one) - distanceFromUntouched(other);
    if (Math.abs(difference) > 0.01) return difference;
  }
  return others - bits;
}

const distanceFromUntouched = ({ speedRatio, pitchSemitones }: AudioCandidate): number =>
  Math.abs(Math.log(speedRatio)) + Math.abs((pitchSemitones * Math.LN2) / 12);

/** Windows within 30 dB of the loudest: between the music of a long upload there is hiss, which costs as much to search. */
function audible(windows: readonly Passage[]): Passage[] {
  const powers = windows.map(({ pcm }) => pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length);
  const loudest = Math.max(0, ...powers);
  return windows.filter((_, i) => powers[i]! > loudest / 1000);
}

function splitIntoWindows(passage: Passage): Passage[] {
  const window = (windowMs / 1000) * analysisRateHz;
  // Up to a window and a half stays whole: a short remainder would add little.
  const pieces = Math.max(1, Math.round(passage.pcm.length / window));
  const length = Math.ceil(passage.pcm.length / pieces);
  return Array.from({ length: pieces }, (_, i) => ({
    fromSample: passage.fromSample + i * length,
    pcm: passage.pcm.subarray(i * length, (i + 1) * length),
  }));
}

/**
 * The sound under a hypothesis, in frames of the recording counted from the sound's first sample. With `phase`, frames
 * fall on places whose fraction it is, so that they can be laid exactly on the recording's.
 */
function picture(passage: Passage, hypothesis: Hypothesis, phase: number): Picture {
  const { time, frequency } = hypothesis;
  const read = warp(passage.pcm, 1 / frequency);
  const hop = (hopSamples * frequency) / time;
  const start = (passage.fromSample * time) / hopSamples;
  const lead = (((phase - start) % 1) + 1) % 1;
  return { from: start + lead, spectrogram: spectrogram(read, hop, lead * hop) };
}

const peaksOf = ({ spectrogram: seen, from }: Picture): Peaks => placed(findPeaks(seen, peakOptions), from);

/** The sound's peaks under a hypothesis; see `picture`. */
export function analyse(passage: Passage, hypothesis: Hypothesis, phase: number): Peaks {
  return peaksOf(picture(passage, hypothesis, phase));
}

const peakOptions = { framesPerSecond, peaksPerSecond: soundPeaksPerSecond };

function placed(peaks: Peaks, from: number): Peaks {
  const { frame } = peaks;
  for (let i = 0; i < peaks.count; i++) frame[i]! += from;
  return peaks;
}

/**
 * The same for many hypotheses over one window, for a fraction of the cost. Hypotheses whose frequency ratios lie within 8 % share one
 * transform with a window of the middle one's length, taken at half the hop; each picks the nearest frames (at most 8 ms off) and
 * moves its bands by the rest of its ratio. That is 7 transforms of a window instead of 75, and loses no proposal
 * that could be measured; fits are refined with `analyse`, which is exact.
 */
function createSharedAnalysis(passage: Passage): (hypothesis: Hypothesis) => Peaks {
  const groups = new Map<number, BinPower>();
  return ({ time, frequency }) => {
    const group = Math.round(Math.log(frequency) / Math.log(groupStep));
    const middle = groupStep ** group;
    let bins = groups.get(group);
    if (!bins) {
      bins = binPower(warp(passage.pcm, 1 / middle), sharedHop * middle);
      groups.set(group, bins);
    }
    const last = bins.frames - 1;
    const stride = hopSamples / sharedHop / time;
    const frames = Math.floor(last / stride) + 1;
    const spectrum = bandPower(bins, frames, (t) => Math.min(last, Math.round(t * stride)), frequency / middle);
    return placed(findPeaks(spectrum, peakOptions), (passage.fromSample * time) / hopSamples);
  };
}

const groupStep = 1.16;
const sharedHop = hopSamples / 2;

function joined(parts: readonly Peaks[]): Peaks {
  if (parts.length === 1) return parts[0]!;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const join = (pick: (peaks: Peaks) => Float32Array): Float32Array => {
    const all = new Float32Array(count);
    let at = 0;
    for (const part of parts) {
      all.set(pick(part), at);
      at += part.count;
    }
    return all;
  };
  return { count, frame: join((p) => p.frame), band: join((p) => p.band), rise: join((p) => p.rise) };
}

function createSearch(
  view: IndexView,
  whole: readonly Passage[],
  windows: readonly Passage[],
  among: ReadonlySet<number> | null,
  trace: (line: string) => void,
) {
  let hypothesesTried = 0;
  const proposals: Proposal[] = [];
  const peaksUnder = new Map<string, Peaks>();
  let fits: Fit[] = [];
  const places = among
    ? view.references.reduce((sum, r) => sum + (among.has(r.referenceId) ? r.frames : 0), 0)
    : view.references.reduce((sum, r) => sum + r.frames, 0);
  /** Bits that the best of everything looked at reaches by chance. */
  const chanceBits = (): number => Math.log2(Math.max(1000, places)) + Math.log2(Math.max(1, hypothesesTried)) + 4;
  const shared = windows.map(createSharedAnalysis);
  const lastPassage = whole.at(-1)!;
  const passageMiddle = (whole[0]!.fromSample + lastPassage.fromSample + lastPassage.pcm.length) / 2;
  const votes = createVotes((view.lineFrames >>> voteShift) + ((2 * voteBias) >>> voteShift) + 2);

  const propose = (hypothesis: Hypothesis, window: number): void => {
    const peaks = shared[window]!(hypothesis);
    peaksUnder.set(`${window}/${hypothesis.time}/${hypothesis.frequency}`, peaks);
    votes.clear();
    let hits = 0;
    const { counts } = votes;
    const { bucketFrom, places: postings } = view;
    // Places are voted for by the window's beginning: the sound's may lie ten minutes before the line's.
    const start = Math.floor((windows[window]!.fromSample * hypothesis.time) / hopSamples);
    visitHashes(peaks, soundFanOut, (hash, frame) => {
      const from = bucketFrom[hash]!;
      const to = bucketFrom[hash + 1]!;
      const shift = voteBias + start - frame;
      for (let k = from; k < to; k++) counts[(postings[k]! + shift) >>> voteShift]!++;
      hits += to - from;
    });
    const expected = (2 * hits) / Math.max(1, view.lineFrames >> voteShift);
    for (const { slot, count } of votes.best(proposalsPerHypothesis * (among ? 20 : 1), expected)) {
      const place = ((slot + 1) << voteShift) - voteBias - start;
      const middle = place + peaks.frame[peaks.count >> 1]!;
      const reference = view.referenceAt(Math.max(0, Math.min(view.lineFrames, Math.round(middle))));
      if (!reference || (among && !among.has(reference.referenceId))) continue;
      const surprise = count * Math.log(count / Math.max(0.05, expected)) - (count - expected);
      proposals.push({ reference, hypothesis, passage: window, offset: place - reference.lineFrom, surprise });
    }
  };

  const verify = (proposal: Proposal): Fit => {
    const { reference, hypothesis } = proposal;
    const key = `${proposal.passage}/${hypothesis.time}/${hypothesis.frequency}`;
    const peaks = peaksUnder.get(key)!;
    const weights = peakWeights(reference, peaks);
    // Within the window, scaling turns about its beginning; the offset is carried to the sound's first sample below.
    const start = (windows[proposal.passage]!.fromSample * hypothesis.time) / hopSamples;
    const local: Peaks = { ...peaks, frame: peaks.frame.map((frame) => frame - start) };
    const near = alignNear(reference, local, weights, proposal.offset + start, 24, coarseScales);
    const found = correlate(reference, local, weights, near.scale, near.offset);
    const scaled = { time: hypothesis.time * near.scale, frequency: hypothesis.frequency };
    const seen = explain(reference, local, found.offset, near.scale, hypothesis.time);
    return {
      reference,
      hypothesis: scaled,
      offset: found.offset - start * near.scale,
      bits: found.tailBits - chanceBits(),
      tailBits: found.tailBits - chanceBits(),
      laid: null,
      ...seen,
    };
  };

  const refine = (rough: Fit): Fit => {
    let { hypothesis, offset } = rough;
    const { reference } = rough;
    // One analysis at the rough alignment is enough for up to a window; over a longer sound the window's error has grown.
    const rounds = windows.length > 1 ? 2 : 1;
    for (let round = 0; round < rounds; round++) {
      const peaks = joined(whole.map((passage) => analyse(passage, hypothesis, -offset)));
      const weights = peakWeights(reference, peaks);
      const near = alignNear(reference, peaks, weights, offset, round === 0 ? 12 : 4, fineScales);
      const line = fitLine(reference, peaks, near.offset, near.scale);
      hypothesis = {
        time: hypothesis.time * line.scale,
        frequency: hypothesis.frequency * 2 ** (-line.bandError / 24),
      };
      offset = line.offset;
      // Nothing plays at 1.0003: the difference is the fit's own error, which an offset read 6 minutes before the music would multiply to
      // 100 ms. The line turns about the middle of what it was fitted to.
      if (Math.abs(hypothesis.time - 1) < untouchedError) {
        const middle = line.middle * line.scale;
        offset += middle - middle / hypothesis.time;
        hypothesis = { time: 1, frequency: hypothesis.frequency };
      }
      // And a hundredth of a semitone off is the bands' error: what is not resampled is exact, and costs half.
      if (Math.abs(hypothesis.frequency - 1) < untouchedError) hypothesis = { time: hypothesis.time, frequency: 1 };
    }
    return judge(reference, hypothesis, offset);
  };

  /** People change speed, tempo or pitch: where a smeared fit lies near one of these three lines, it is tried upon the line too. */
  const refineUponLines = (rough: Fit): Fit => {
    let best = refine(rough);
    if (best.bits < hopelessBits || precisionBits(best.distances) > preciseBits) return best;
    const { time, frequency } = best.hypothesis;
    const lines: Hypothesis[] = [
      { time: frequency, frequency },
      { time: 1, frequency },
      { time, frequency: 1 },
    ];
    for (const hypothesis of lines) {
      const distance =
        Math.abs(Math.log(hypothesis.time / time)) + Math.abs(Math.log(hypothesis.frequency / frequency));
      if (distance < 1e-6 || distance > nearLine) continue;
      const { reference } = best;
      // Turned about the middle of the sound, where the fit is surest.
      const middle = (passageMiddle * time) / hopSamples;
      let offset = best.offset + middle - (passageMiddle * hypothesis.time) / hopSamples;
      const peaks = joined(whole.map((passage) => analyse(passage, hypothesis, -offset)));
      offset = alignNear(reference, peaks, peakWeights(reference, peaks), offset, 12, [1]).offset;
      const errors = partners(reference, peaks, offset, 1, 1.8).map(({ frameError }) => frameError);
      offset += errors.sort((a, b) => a - b)[errors.length >> 1] ?? 0;
      const tried = judge(reference, hypothesis, offset);
      if (tried.bits > best.bits) best = tried;
    }
    return best;
  };

  const judge = (reference: IndexedReference, hypothesis: Hypothesis, offset: number): Fit => {
    const pictures = whole.map((passage) => picture(passage, hypothesis, -offset));
    const peaks = joined(pictures.map(peaksOf));
    const found = correlate(reference, peaks, peakWeights(reference, peaks), 1, offset);
    const seen = explain(reference, peaks, offset, 1, hypothesis.time);
    // Two views of the same partners, which fail differently. The tail over the recording's other offsets belittles repetitive
    // music, whose other offsets nearly fit as well; the seconds' gains know nothing of it, but trust that peaks are independent, hence
    // 0.6. Of recordings that are not in the sound the best had tails of up to 26 bits or gains of up to 50, never both.
    const tailBits = found.tailBits - chanceBits();
    let bits = (Math.min(mostBits, tailBits) + Math.min(mostBits, 0.6 * seen.gainBits - 25)) / 2;
    bits = Math.min(mostBits, bits + 0.6 * precisionBits(seen.distances)) - improbability(hypothesis) + calibrationBits;
    bits -= scarcityBits * Math.max(0, 1 - seen.coverage / scarceCoverage);
    // What is decided, or further from it than this has ever brought anybody, is not laid upon the spectrogram: it costs as much as the rest of a judgement.
    const isOpen = bits > beyondHelpBits && bits < decidedBits;
    const laid = isOpen ? overlay(pictures, reference, offset, view.references) : null;
    if (laid !== null) bits = Math.min(decidedBits, bits + overlayBits(laid));
    // A burst of agreement in one or two seconds is how chance looks.
    if (seen.supportSeconds < 3) bits = Math.min(bits, weakBits);
    return { reference, hypothesis, offset, bits, tailBits, laid, ...seen };
  };

  const explainedShare = (window: number): number => {
    const { fromSample, pcm } = windows[window]!;
    const from = Math.floor(fromSample / analysisRateHz);
    const to = Math.ceil((fromSample + pcm.length) / analysisRateHz);
    let share = 0;
    for (const fit of fits.filter(isAnswer)) {
      let explained = 0;
      for (let s = from; s < to; s++) explained += fit.explained[s] ?? 0;
      share = Math.max(share, explained / (to - from));
    }
    return share;
  };

  return {
    /** Adds a place that another cue proposes to those that `explore` verifies next; `offset` in frames at the sound's first sample. */
    suggest(reference: IndexedReference, hypothesis: Hypothesis, window: number, offset: number): void {
      const key = `${window}/${hypothesis.time}/${hypothesis.frequency}`;
      if (!peaksUnder.has(key)) peaksUnder.set(key, shared[window]!(hypothesis));
      proposals.push({ reference, hypothesis, passage: window, offset, surprise: Number.MAX_VALUE });
    },
    /**
     * Tries these hypotheses on up to `maxWindows` windows, unexplained ones first; returns all refined fits so far, the best first.
     * `tried` is how many hypotheses chance has been given; `lenient` refines also what the peaks alone would drop.
     */
    explore(
      hypotheses: readonly Hypothesis[],
      maxWindows = windows.length,
      tried = hypotheses.length,
      lenient = false,
    ): Fit[] {
      const order = windows.map((_, window) => window).sort((a, b) => explainedShare(a) - explainedShare(b));
      for (const window of order.slice(0, maxWindows)) {
        for (const hypothesis of hypotheses) propose(hypothesis, window);
      }
      hypothesesTried += tried;
      const rough = spread(proposals, verifiedProposals * Math.ceil(windows.length / 2)).map(verify);
      proposals.length = 0;
      peaksUnder.clear();
      rough.sort((a, b) => b.bits - a.bits);
      const answered = fits.some(isDecisive);
      const chosen: Fit[] = [];
      for (const fit of rough) {
        if (chosen.length >= refinedFits) break;
        // With an answer in hand only a plain sibling is of interest; without, whatever three seconds speak for.
        const isWeak = answered ? fit.bits < 10 || fit.supportSeconds < 3 : fit.bits < 0 && fit.supportSeconds < 3;
        if (isWeak && !lenient) continue;
        if (chosen.some((other) => isSamePlace(other, fit))) continue;
        if (fits.some((other) => other.bits > 20 && isSamePlace(other, fit))) continue;
        if (chosen.filter((other) => other.reference === fit.reference).length >= 2) continue;
        chosen.push(fit);
      }
      let decided: Fit | undefined;
      for (const fit of chosen) {
        // Far behind what is decided already it could not come before it.
        if (decided !== undefined && fit.bits < comparableShare * decided.bits) continue;
        const refined = refineUponLines(fit);
        trace(
          `${refined.reference.recordingId} rough ${fit.bits.toFixed(1)} bits ${refined.bits.toFixed(1)} a ${refined.hypothesis.time.toFixed(4)} b ${refined.hypothesis.frequency.toFixed(4)} offset ${((refined.offset * 1000) / framesPerSecond).toFixed(0)} ms coverage ${refined.coverage.toFixed(2)} support ${refined.supportSeconds} hits ${refined.hitShare.toFixed(2)} gain ${refined.gainBits.toFixed(1)} roughgain ${fit.gainBits.toFixed(1)} roughsupport ${fit.supportSeconds} tail ${refined.tailBits.toFixed(1)} level ${refined.laid?.level.toFixed(1) ?? '-'} onset ${refined.laid?.onset.toFixed(1) ?? '-'} distances ${refined.distances.join(',')}`,
        );
        fits.push(refined);
        if (decided === undefined && isDecisive(refined)) decided = fit;
      }
      fits = fits.sort((a, b) => b.bits - a.bits);
      return fits;
    },
  };
}

/**
 * How much more the partners' distances in time look like a true place than like chance. Partners by chance lie anywhere within the
 * tolerance (24, 22, 20, 18 and 15 % in quarters of a frame); of true ones 99 % lie within the first quarter in a clean copy, 84–88 %
 * under a voice as loud as the music, 69 % in a crowd, but only 23 % under a heavy reverb, which smears every onset.
 * So nearness proves, and its absence proves nothing.
 */
function precisionBits(distances: Int32Array): number {
  let bits = 0;
  for (let bin = 0; bin < distances.length; bin++) bits += distances[bin]! * nearnessBits[bin]!;
  return Math.max(0, bits);
}

/** With so many the times are known well; nothing is smeared. */
const preciseBits = 10;
/** What is this far below chance is not saved by a better line: the most that one gained was 13 bits. */
const hopelessBits = -10;
/** How far a smeared fit strays from its line: fits under heavy reverb were up to 2 % off. */
const nearLine = 0.025;

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

/** The median error of a fitted speed is 0.01 %, the largest seen on right answers 0.06 %. */
const untouchedError = 0.0006;

const coarseScales = Array.from({ length: 17 }, (_, i) => 1 + (i - 8) * 0.0025);
const fineScales = Array.from({ length: 9 }, (_, i) => 1 + (i - 4) * 0.0008);

/** The best proposals, but no recording more than a quarter of them, so that one repetitive recording does not crowd out the rest. */
function spread(proposals: Proposal[], limit: number): Proposal[] {
  const sorted = [...proposals].sort((a, b) => b.surprise - a.surprise);
  const taken = new Map<number, number>();
  const chosen: Proposal[] = [];
  for (const proposal of sorted) {
    if (chosen.length >= limit) break;
    const count = taken.get(proposal.reference.referenceId) ?? 0;
    if (count >= limit / 4) continue;
    taken.set(proposal.reference.referenceId, count + 1);
    chosen.push(proposal);
  }
  return chosen;
}

function isSamePlace(one: Fit, other: Fit): boolean {
  return (
    one.reference === other.reference &&
    Math.abs(one.offset - other.offset) < 24 &&
    Math.abs(one.hypothesis.time / other.hypothesis.time - 1) < 0.02 &&
    Math.abs(one.hypothesis.frequency / other.hypothesis.frequency - 1) < 0.02
  );
}

/** Least squares through the partners' times, three times over with outliers trimmed; and the median of the bands. */
function fitLine(
  reference: IndexedReference,
  peaks: Peaks,
  offset: number,
  scale: number,
): { readonly offset: number; readonly scale: number; readonly bandError: number; readonly middle: number } {
  let currentOffset = offset;
  let middleFrame = 0;
  let currentScale = scale;
  let bandError = 0;
  for (const reach of [2.5, 1.8, 1.25]) {
    const found = partners(reference, peaks, currentOffset, currentScale, reach);
    if (found.length < 6) break;
    let x = 0;
    let y = 0;
    for (const { peak, frameError } of found) {
      x += peaks.frame[peak]!;
      y += frameError;
    }
    x /= found.length;
    y /= found.length;
    middleFrame = x;
    let xx = 0;
    let xy = 0;
    for (const { peak, frameError } of found) {
      const dx = peaks.frame[peak]! - x;
      xx += dx * dx;
      xy += dx * (frameError - y);
    }
    const slope = xx > 0 ? Math.max(-0.004, Math.min(0.004, xy / xx)) : 0;
    currentOffset += y - slope * x;
    currentScale += slope;
    const errors = found.map((partner) => partner.bandError).sort((a, b) => a - b);
    const quarter = errors.length >> 2;
    const middle = errors.slice(quarter, errors.length - quarter);
    bandError = middle.reduce((sum, error) => sum + error, 0) / middle.length;
  }
  return { offset: currentOffset, scale: currentScale, bandError, middle: middleFrame };
}

/** Which seconds of the sound the recording explains at an alignment, and how well. `time` turns frames into the sound's time. */
export function explain(
  reference: IndexedReference,
  peaks: Peaks,
  offset: number,
  scale: number,
  time: number,
): {
  readonly coverage: number;
  readonly supportSeconds: number;
  readonly hitShare: number;
  readonly smeared: boolean;
  readonly talkedOver: boolean;
  readonly gainBits: number;
  readonly distances: Int32Array;
  readonly explained: Uint8Array;
} {
  let last = 0;
  for (let i = 0; i < peaks.count; i++) last = Math.max(last, peaks.frame[i]!);
  const seconds = Math.floor(last / time / framesPerSecond) + 1;
  const secondOf = new Int32Array(peaks.count);
  const total = new Float64Array(seconds);
  const met = new Float64Array(seconds);
  const gain = new Float64Array(seconds);
  const isMet = new Uint8Array(peaks.count);
  const found = partners(reference, peaks, offset, scale, frameTolerance);
  const distances = new Int32Array(5);
  for (const partner of found) {
    isMet[partner.peak] = 1;
    distances[Math.min(4, Math.floor(Math.abs(partner.frameError) * 4))]!++;
  }
  for (let i = 0; i < peaks.count; i++) {
    const second = Math.max(0, Math.min(seconds - 1, Math.floor(peaks.frame[i]! / time / framesPerSecond)));
    const chance = partnerChance(reference, peaks.band[i]!);
    // Under "this recording is here" at least every third peak finds its partner, or twice what chance gives.
    const present = Math.max(0.35, Math.min(0.8, 2 * chance));
    gain[second]! += isMet[i] ? Math.log2(present / chance) : Math.log2((1 - present) / (1 - chance));
    total[second]! += 1;
    secondOf[i] = second;
    met[second]! += isMet[i]!;
  }
  // A second is explained when it and its neighbours together speak for the recording.
  const explained = new Uint8Array(seconds);
  let covered = 0;
  let heard = 0;
  let support = 0;
  let gainBits = 0;
  let running = 0;
  for (let s = 0; s < seconds; s++) {
    if (total[s]! < 3) continue;
    heard++;
    const around = 0.5 * (gain[s - 1] ?? 0) + gain[s]! + 0.5 * (gain[s + 1] ?? 0);
    if (around > 4) {
      covered++;
      explained[s] = 1;
    }
    if (gain[s]! > 3 && met[s]! >= 3) support++;
    running = Math.max(0, running + Math.max(-4, Math.min(12, gain[s]!)));
    gainBits = Math.max(gainBits, running);
  }
  return {
    coverage: heard === 0 ? 0 : covered / heard,
    supportSeconds: support,
    hitShare: peaks.count === 0 ? 0 : found.length / peaks.count,
    smeared: distances[0]! < clearPartners * found.length,
    talkedOver: isTalkedOver(peaks.rise, secondOf, isMet, seconds),
    gainBits,
    distances,
    explained,
  };
}

/** Of the partners 84–88 % lie within a quarter of a frame under a voice, less those by chance, 69 % in a crowd and 23 % under a heavy reverb. */
const clearPartners = 0.45;

/** Votes fall into slots of 8 frames (256 ms); the best are sums of two neighbours, so no place sits on an edge. */
const voteShift = 3;
/** The top bit of each of four bytes. */
const topBits = 0x80808080 | 0;
/** Keeps places before the line's beginning positive: more than the 1,100 frames of the longest window at the highest speed. */
const voteBias = 2048;

/** One counter for each slot of the time line: 1 byte per 256 ms of reference. */
function createVotes(slots: number) {
  // Four more, so that the last word of four slots can be read whole.
  const counts = new Uint8ClampedArray((slots + 7) & ~3);
  const words = new Int32Array(counts.buffer);
  return {
    counts,
    clear(): void {
      words.fill(0);
    },
    /** The fullest pairs of neighbouring slots; none that hold no more than `expected`. */
    best(limit: number, expected: number): { readonly slot: number; readonly count: number }[] {
      const top: { slot: number; count: number }[] = [];
      let bar = Math.min(250, Math.max(2, Math.floor(expected)));
      let next = 0;
      // Of a pair above the bar one slot holds at least half. Four slots are asked at once: adding 128 − half sets the top bit of those that do.
      let toTopBit = Math.imul(128 - Math.min(127, (bar >> 1) + 1), 0x01010101);
      for (let word = 0; word < words.length - 1; word++) {
        const four = words[word]!;
        if (((((four & 0x7f7f7f7f) + toTopBit) | four) & topBits) === 0) continue;
        for (let slot = Math.max(next, 4 * word - 1); slot < 4 * word + 4; slot++) {
          const count = counts[slot]! + counts[slot + 1]!;
          if (count <= bar) continue;
          top.push({ slot, count });
          if (top.length >= 4 * limit) {
            top.sort((a, b) => b.count - a.count);
            top.length = limit;
            bar = top[limit - 1]!.count;
            toTopBit = Math.imul(128 - Math.min(127, (bar >> 1) + 1), 0x01010101);
          }
        }
        next = 4 * word + 4;
      }
      return top.sort((a, b) => b.count - a.count).slice(0, limit);
    },
  };
}

/** Within these a sound counts as played at the recording's own speed and pitch. */
const sameSpeed = 0.006;
/** A reverb's smear moves the fitted speed by up to 1.1 %, and leaves the pitch. */
const sameSpeedSmeared = 0.013;
const samePitchSemitones = 0.3;

function toCandidate(fit: Fit): AudioCandidate {
  const speedRatio = fit.hypothesis.time;
  const pitchSemitones = 12 * Math.log2(fit.hypothesis.frequency);
  return {
    recordingId: fit.reference.recordingId,
    referenceId: fit.reference.referenceId,
    relation: relationOf(speedRatio, pitchSemitones, fit.coverage, fit),
    speedRatio,
    pitchSemitones,
    offsetMs: (fit.offset * 1000) / framesPerSecond,
    coverage: fit.coverage,
    parts: partsOf(fit.explained),
    logLikelihoodRatio: fit.bits,
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

/** Below this share of its seconds a sound at the recording's own speed only contains it. */
const wholeCoverage = 0.8;

export function relationOf(
  speedRatio: number,
  pitchSemitones: number,
  coverage: number,
  { talkedOver, smeared }: { readonly talkedOver: boolean; readonly smeared: boolean },
): Relation {
  if (Math.abs(speedRatio - 1) > (smeared ? sameSpeedSmeared : sameSpeed)) return speedRatio > 1 ? 'sped_up' : 'slowed';
  if (Math.abs(pitchSemitones) > samePitchSemitones) return 'pitched';
  // A reverb hides the prominent peaks as a voice does.
  return coverage < wholeCoverage || (talkedOver && !smeared) ? 'contains' : 'same';
}

/**
 * A voice makes the most prominent peaks of every second its own. Of the five most prominent ones the recording explains 0.67–1.0 in copies of
 * any codec or filter, 0.57–0.80 in a crowd, 0.41 under a heavy reverb, 0–0.6 under a voice from −6 to +6 dB; and codecs, crowds and reverbs
 * spare the prominent ones more than the rest, which a voice does not. Four seconds in a row tell, as people pause and stop talking.
 */
const steadyVoice = { prominent: 5, seconds: 4, share: 0.65, overOthers: 1.3 } as const;
/**
 * A quiet voice takes too little for that, but it comes and goes, and what a codec or a panning takes it takes all along. Of the eight most
 * prominent peaks over eight seconds the least and the greatest share that is explained were 0.62 and 0.98 for a voice 6 dB below the music; of
 * 80 clean copies those with a least share under 0.7 were opus at 16 kb/s and panned ones, 0.58–0.66, and their greatest at most 0.17 above it.
 */
const comingVoice = { prominent: 8, seconds: 8, share: 0.7, contrast: 0.25 } as const;

/** `second` and `isMet` say for each peak of the sound in which second it lies and whether it has a partner. */
export function isTalkedOver(rise: Float32Array, second: Int32Array, isMet: Uint8Array, seconds: number): boolean {
  const bySecond: number[][] = Array.from({ length: seconds }, () => []);
  second.forEach((s, i) => bySecond[s]!.push(i));
  const ranked = bySecond.map((peaks) => peaks.sort((i, j) => rise[j]! - rise[i]!));
  const steady = stretches(ranked, isMet, steadyVoice);
  if (steady.some(({ share, overall }) => share < steadyVoice.share && share < steadyVoice.overOthers * overall)) {
    return true;
  }
  const shares = stretches(ranked, isMet, comingVoice).map(({ share }) => share);
  const least = Math.min(1, ...shares);
  return least < comingVoice.share && Math.max(0, ...shares) - least >= comingVoice.contrast;
}

/** Shares of the peaks that have a partner, of the prominent ones of each second and of all, over every stretch of seconds. */
function stretches(
  ranked: readonly (readonly number[])[],
  isMet: Uint8Array,
  { prominent, seconds }: { readonly prominent: number; readonly seconds: number },
): { readonly share: number; readonly overall: number }[] {
  const metOf = (list: readonly number[]): number => list.reduce((sum, i) => sum + isMet[i]!, 0);
  const counted = ranked.map((peaks) => {
    const first = peaks.slice(0, prominent);
    return { peaks: peaks.length, met: metOf(peaks), prominent: first.length, prominentMet: metOf(first) };
  });
  const found: { share: number; overall: number }[] = [];
  for (let from = 0; from + seconds <= ranked.length; from++) {
    const stretch = counted.slice(from, from + seconds);
    // Between words and at the end of a fade there is little to compare.
    if (stretch.some(({ peaks }) => peaks < fewPeaks)) continue;
    const sum = (pick: (one: (typeof counted)[number]) => number): number =>
      stretch.reduce((n, one) => n + pick(one), 0);
    found.push({
      share: sum((one) => one.prominentMet) / sum((one) => one.prominent),
      overall: sum((one) => one.met) / sum((one) => one.peaks),
    });
  }
  return found;
}

const fewPeaks = 10;

// Finding recordings inside a sound whose speed and pitch are unknown.
//
// 1. Propose (`propose.ts`): under each hypothesis (time ratio a, frequency ratio b) the sound is read so that its frequencies are divided by b
//    and analysed with a hop of 256·b/a samples (`reading.ts`); if the hypothesis is right its peaks equal the recording's, pairs of them hit
//    the inverted list, and votes for "place in the index minus place in the sound" pile up.
// 2. Verify (`verify.ts`): the best places are compared peak by peak, at time scales between the grid's steps.
// 3. Refine (`refine.ts`): speed, pitch and offset exactly.
// 4. Judge (`judge.ts`): bits against chance over every place and hypothesis looked at, and the seconds of the sound that are explained.
//
// Likely hypotheses come first and a clear answer ends the search. What is told apart by stage can be done by shard: proposals need the index,
// which each has its own of, and a place is verified, refined and judged where its recording's peaks are.

import { farGrid, grid, presets, tempi, untouched, type Hypothesis } from './hypotheses.ts';
import { correlate, peakWeights } from './constellation.ts';
import {
  comparableShare,
  createJudge,
  isAnswer,
  isDecisive,
  preferred,
  stand,
  toCandidate,
  type Stood,
} from './judge.ts';
import { drawSample } from './overlay.ts';
import type { JudgeOptions, PlacedCandidate, SearchOptions, SoundQuery, SuggestedPlace } from './port.ts';
import { createProposer, spread, type Proposal, type Propose } from './propose.ts';
import { createReading, listeningWindows, type Reading } from './reading.ts';
import { framesPerSecond } from './reference.ts';
import type { IndexView } from './referenceSegment.ts';
import { refine } from './refine.ts';
import type { Standing } from './standing.ts';
import { isSamePlace, verify, type Fit } from './verify.ts';
import { analysisRateHz } from '../../audio/spectrum.ts';
import type { Peaks } from '../../audio/peaks.ts';

/** How many of all proposals are verified, for every two windows of the sound, and of these refined. */
const verifiedProposals = 48;
const refinedFits = 6;
/** How many windows still see the whole grid when another part of the sound has its answer. */
const unexplainedWindows = 2;
/** How many windows of a sound that nothing explains see what people seldom do. */
const farWindows = 1;

/** What a computation that nothing can interrupt asks now and then: whether it should end. It ends by throwing. */
export type Checkpoint = () => void;

export function searchIndex(
  view: IndexView,
  query: SoundQuery,
  options: Omit<SearchOptions, 'signal'> = {},
  checkpoint: Checkpoint = () => {},
): PlacedCandidate[] {
  const listened = listeningWindows(query);
  const { windows } = listened;
  if (windows.length === 0 || view.references === 0) return [];

  const among = options.among ?? null;
  const reading = createReading(listened, checkpoint);
  const propose = createProposer(view, windows, among);
  const search = createSearch(view, reading, propose, options, options.trace);
  const thorough = options.exhaustive === true;
  let fits = search.explore([untouched]);
  // An answer at the recording's own speed and pitch ends it: a sibling at another speed would only stand behind it, and looking for
  // one took three quarters of the time.
  if (thorough || !fits.some(isDecisive)) fits = search.explore(presets);
  if (thorough) fits = search.explore([...grid, ...farGrid]);
  // The rest of a sound that is explained in part may hold another recording, but is no longer worth the whole price.
  else if (!fits.some(isDecisive))
    fits = search.explore(grid, fits.some(isAnswer) ? unexplainedWindows : windows.length);
  if (!thorough && !fits.some(isAnswer)) fits = search.explore(farGrid, farWindows);

  return bestOfEach(fits)
    .filter((fit) => fit.bits >= (options.minBits ?? 10))
    .map(toCandidate)
    .sort(preferred)
    .slice(0, options.maxCandidates ?? 5);
}

/** See `ReferenceSearch.judge`. */
export function judgePlaces(
  view: IndexView,
  query: SoundQuery,
  places: readonly SuggestedPlace[],
  options: Omit<JudgeOptions, 'signal'>,
  checkpoint: Checkpoint = () => {},
): PlacedCandidate[] {
  const listened = listeningWindows(query);
  const proposals = places.flatMap(({ referenceId, hypothesis, offsetMs, window }): Proposal[] => {
    const reference = window < listened.windows.length ? view.referenceOf(referenceId) : null;
    const offset = (offsetMs * framesPerSecond) / 1000;
    return reference === null ? [] : [{ reference, hypothesis, window, offset, surprise: Number.MAX_VALUE }];
  });
  if (proposals.length === 0) return [];
  const reading = createReading(listened, checkpoint);
  const search = createSearch(view, reading, () => [], options);
  const aligned = options.anyTempo === true ? proposals.map((place) => atBestTempo(place, reading)) : proposals;
  return search.judgeAll(aligned, options.hypothesesTried).map(toCandidate);
}

/** Where the window lies best in the recording under any tempo, at the place's pitch. */
function atBestTempo(place: Proposal, reading: Reading): Proposal {
  const { reference, window } = place;
  const { frequency } = place.hypothesis;
  let best = place;
  let most = -Infinity;
  for (const pitch of pitchErrors) {
    for (const time of tempi) {
      const hypothesis = { time, frequency: frequency * pitch };
      const peaks = reading.window(window, hypothesis);
      const found = correlate(reference, peaks, peakWeights(reference, peaks), 1, null);
      if (found.tailBits <= most) continue;
      most = found.tailBits;
      best = { ...place, hypothesis, offset: found.offset };
    }
  }
  return best;
}

/** A pitch that vectors or a wrong tempo told is a quarter of a semitone off. */
const pitchErrors = [-1, 0, 1].map((step) => 2 ** (step / 48));

function bestOfEach(fits: readonly Stood[]): Stood[] {
  const best = new Map<string, Stood>();
  for (const fit of fits) {
    const known = best.get(fit.reference.recordingId);
    if (!known || isStronger(fit, known)) best.set(fit.reference.recordingId, fit);
  }
  return [...best.values()];
}

/** Of two places in one recording. */
const isStronger = (one: Stood, other: Stood): boolean =>
  one.certainty === other.certainty ? one.bits > other.bits : one.certainty > other.certainty;

function createSearch(
  view: IndexView,
  reading: Reading,
  propose: Propose,
  { background, among }: Pick<SearchOptions, 'background' | 'among'>,
  trace: (line: string) => void = () => {},
) {
  const { windows } = reading;
  const chances = { places: background?.places ?? view.placesAmong(among ?? null), hypothesesTried: 0 };
  let sample = background?.sample;
  const judge = createJudge(reading, chances, () => (sample ??= drawSample(view.references, view.nth)));
  let fits: Stood[] = [];

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

  /** The best verified places that are worth refining, each once. `lenient` takes also what the peaks alone would drop. */
  const choose = (rough: readonly Fit[], lenient: boolean): Fit[] => {
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
    return chosen;
  };

  /** Verifies what was proposed, refines and judges the best of it. @returns all fits so far, the best first. */
  const settle = (
    proposals: readonly Proposal[],
    peaksUnder: (window: number, hypothesis: Hypothesis) => Peaks,
    tried: number,
    lenient: boolean,
  ): Stood[] => {
    chances.hypothesesTried += tried;
    const rough = spread(proposals, verifiedProposals * Math.ceil(windows.length / 2)).map((proposal) => {
      reading.checkpoint();
      return verify(proposal, peaksUnder(proposal.window, proposal.hypothesis), reading, chances);
    });
    rough.sort((a, b) => b.bits - a.bits);
    let decided: Fit | undefined;
    for (const fit of choose(rough, lenient)) {
      // Far behind what is decided already it could not come before it.
      if (decided !== undefined && fit.bits < comparableShare * decided.bits) continue;
      const refined = stand(refine(fit, reading, judge), view.references);
      trace(traceOf(fit, refined));
      fits.push(refined);
      if (decided === undefined && isDecisive(refined)) decided = fit;
    }
    fits = fits.sort((a, b) => b.bits - a.bits);
    return fits;
  };

  return {
    /** Tries these hypotheses on up to `maxWindows` windows, unexplained ones first. */
    explore(hypotheses: readonly Hypothesis[], maxWindows = windows.length): Stood[] {
      const peaksUnder = rememberPeaks(reading);
      const order = windows.map((_, window) => window).sort((a, b) => explainedShare(a) - explainedShare(b));
      const proposals: Proposal[] = [];
      for (const window of order.slice(0, maxWindows))
        for (const hypothesis of hypotheses)
          proposals.push(...propose(peaksUnder(window, hypothesis), hypothesis, window));
      return settle(proposals, peaksUnder, hypotheses.length, false);
    },
    /** Judges places that were proposed elsewhere, under so many hypotheses. */
    judgeAll: (proposals: readonly Proposal[], tried: number): Stood[] =>
      settle(proposals, rememberPeaks(reading), tried, true),
  };
}

/** A window's peaks under a hypothesis are looked for once, by whoever needs them first. */
function rememberPeaks(reading: Reading): (window: number, hypothesis: Hypothesis) => Peaks {
  const known = new Map<string, Peaks>();
  return (window, hypothesis) => {
    const key = `${window}/${hypothesis.time}/${hypothesis.frequency}`;
    let peaks = known.get(key);
    if (peaks === undefined) known.set(key, (peaks = reading.window(window, hypothesis)));
    return peaks;
  };
}

const traceOf = (fit: Fit, refined: Stood): string =>
  `${refined.reference.recordingId} rough ${fit.bits.toFixed(1)} bits ${refined.bits.toFixed(1)} a ${refined.hypothesis.time.toFixed(4)} b ${refined.hypothesis.frequency.toFixed(4)} offset ${((refined.offset * 1000) / framesPerSecond).toFixed(0)} ms coverage ${refined.coverage.toFixed(2)} support ${refined.supportSeconds} hits ${refined.hitShare.toFixed(2)} gain ${refined.gainBits.toFixed(1)} roughgain ${fit.gainBits.toFixed(1)} roughsupport ${fit.supportSeconds} tail ${refined.tailBits.toFixed(1)} level ${refined.laid?.level.toFixed(1) ?? '-'} onset ${refined.laid?.onset.toFixed(1) ?? '-'} distances ${refined.distances.join(',')} ${standingText(refined.standing)} certainty ${refined.certainty.toFixed(1)}`;

const standingText = ({ overPlaces, overPitches, near, hidden, missing }: Standing): string =>
  `over places ${overPlaces.toFixed(1)} over pitches ${overPitches.toFixed(1)} near ${near.toFixed(2)} hidden ${hidden.toFixed(1)} missing ${missing.toFixed(2)}`;

// The two cues together: peaks first, vectors of the trained network where the peaks leave a doubt, each verifying the other.
//
// 1. Peaks (`ReferenceSearch`). A decisive answer ends it: vectors would only cost time.
// 2. The peaks' doubtful candidates are verified by vectors: the sound is embedded at exactly the place, speed and pitch that the peaks
//    found, and its windows are compared with the recording's, one by one (`vectorBits`).
// 3. If none is sure, vectors propose: the sound is embedded under a coarse grid of hypotheses, each window's nearest
//    neighbours vote for recording, hypothesis and offset, the best are compared as a line, and the peaks judge what stands out.
//    What they make of it is verified as in 2.
//
// Everything about the network and its index is behind `VectorCue`, the index of the peaks behind `ReferenceSearch`: this file is pure.

import { analysisRateHz } from '../../audio/spectrum.ts';
import type { SoundPart } from '../../domain/evidence.ts';
import { tempi, type Hypothesis } from './hypotheses.ts';
import { sharedMs } from '../parts.ts';
import { thresholds } from '../thresholds.ts';
import { comparableShare, decisiveBits, preferred } from './judge.ts';
import type { Passage } from './passages.ts';
import type { PlacedCandidate, ReferenceSearch, SearchOptions, SoundQuery, SuggestedPlace } from './port.ts';
import { listeningWindows } from './reading.ts';
import type { Checkpoint } from './search.ts';
import { bestPlace, dimensions, stepMs, windowsIn, type VectorSequence } from './vectorSequences.ts';
import { createVerifier, type HeardAnswer, type HeardCandidate } from './vectorsAtPlace.ts';

/** One of the windows of a reference that are nearest to a vector. */
export interface Neighbour {
  /** Number of the vector among those asked for. */
  readonly query: number;
  readonly referenceId: number;
  /** Number of the window in the reference. */
  readonly place: number;
  readonly similarity: number;
}

/** What this search needs of the network and of the index of vectors. */
export interface VectorCue {
  /** Vectors of mono samples at 8 kHz read under a hypothesis: window k begins 512·k ms of the recording's time after the first. */
  embed(pcm: Float32Array, hypothesis: Hypothesis): Promise<VectorSequence>;
  /** The same for many hypotheses over one signal, where a few milliseconds and a few per cent of a band do not matter. */
  reader(pcm: Float32Array): (hypothesis: Hypothesis) => Promise<VectorSequence>;
  /** Of these references, those that have vectors. */
  sequencesOf(referenceIds: readonly number[]): Promise<ReadonlyMap<number, VectorSequence>>;
  /** Empty when there is nothing to search in. */
  nearest(vectors: VectorSequence, perVector: number): Promise<readonly Neighbour[]>;
}

/** Below, a candidate of the peaks is chance, and no vector makes it worth a look. */
const doubtfulBits = -25;
const verified = 4;
/** With this many bits (the decision's bar is at 17.5) nothing better is looked for. */
const sureBits = 20;
export const mentionedBits = 10;

/**
 * The net tolerates ±3 %, in time and in frequency: steps of 5.6 % leave no speed out. The exact ones are the peaks' business.
 */
const coarseGrid: readonly Hypothesis[] = [
  { time: 1, frequency: 1 },
  ...steps(0.66, 1.6, 1.056).map((ratio) => ({ time: ratio, frequency: ratio })),
  ...steps(0.74, 1.37, 1.056).map((time) => ({ time, frequency: 1 })),
  ...steps(2 ** (-5.2 / 12), 2 ** (5.2 / 12), 1.056).map((frequency) => ({ time: 1, frequency })),
];

function steps(from: number, to: number, step: number): number[] {
  const ratios: number[] = [];
  for (let ratio = step; ratio <= to * Math.sqrt(step); ratio *= step) ratios.push(ratio);
  for (let ratio = 1 / step; ratio >= from / Math.sqrt(step); ratio /= step) ratios.push(ratio);
  return ratios;
}

/** Windows of a long sound in which vectors propose. */
const proposingWindows = 2;
const askedWindows = 14;
const neighboursEach = 8;
/** Similarity from which a neighbour votes, with what is above. */
const voteFrom = 0.35;
const comparedLines = 24;
const judgedPlaces = 4;
/** Lines below this mean similarity are not worth the peaks' time. */
const leastLine = 0.36;

/**
 * Searches with both cues; with the peaks alone when `cue` is null. Candidates, their order and the options mean what they do in
 * `ReferenceSearch.search`; the bits are those of both cues together.
 */
export async function searchWithBothCues(
  peaks: ReferenceSearch,
  cue: VectorCue | null,
  query: SoundQuery,
  options: SearchOptions = {},
): Promise<HeardAnswer> {
  const { trace = () => undefined, minBits = mentionedBits, signal } = options;
  const checkpoint: Checkpoint = () => signal?.throwIfAborted();
  const answer = await peaks.search(query, { ...options, maxCandidates: 8, minBits: Math.min(minBits, doubtfulBits) });
  const found = answer.candidates.map(unheard);
  const finish = (candidates: readonly HeardCandidate[]): HeardAnswer => ({
    ...answer,
    candidates: apart(candidates.toSorted(preferred))
      .filter((candidate) => candidate.logLikelihoodRatio >= minBits)
      .slice(0, options.maxCandidates ?? 5),
  });
  const { whole, windows } = listeningWindows(query);
  if (cue === null || windows.length === 0) return finish(found);

  const verify = createVerifier(cue, whole, answer.references, trace, checkpoint);
  const [first, ...behind] = found;
  let candidates: HeardCandidate[] = [];
  if (first !== undefined) {
    candidates = [...(await verify([first])), ...behind];
    const isAlone = behind.every(({ peakBits }) => peakBits < comparableShare * first.peakBits);
    if (isAlone && candidates[0]!.logLikelihoodRatio >= sureBits && first.peakBits >= decisiveBits)
      return finish(candidates);
    candidates = [candidates[0]!, ...(await verify(behind.slice(0, verified - 1))), ...behind.slice(verified - 1)];
  }
  if (candidates.some((candidate) => candidate.logLikelihoodRatio >= sureBits)) return finish(candidates);

  const places = await proposePlaces(cue, windows.slice(0, proposingWindows), trace, checkpoint);
  if (places.length > 0) {
    const judged = await peaks.judge(query, places, { ...options, hypothesesTried: coarseGrid.length });
    candidates = better(candidates, await verify(judged.map(unheard)));
  }
  if (candidates.some((candidate) => candidate.logLikelihoodRatio >= sureBits)) return finish(candidates);

  // Heard, and not sharply: tempo and pitch may have been changed by different amounts, which the grid does not hold.
  const blurred = candidates
    .filter(({ support, standing }) => support >= heardSupport && standing.near < sharp)
    .toSorted((a, b) => b.support - a.support)
    .slice(0, retimed);
  if (blurred.length > 0) {
    const again = blurred.map((candidate) => placeOf(candidate, windows));
    const hypothesesTried = coarseGrid.length + anyTempoHypotheses;
    const judged = await peaks.judge(query, again, { ...options, hypothesesTried, anyTempo: true });
    candidates = better(candidates, await verify(judged.map(unheard)));
  }
  return finish(candidates);
}

/** A stretch of the same music read at a wrong tempo is supported by so much; by chance one place of many is. */
const heardSupport = 0.5;
/** Of a copy at its own tempo so many partners lie within a quarter of a frame; reverbs blur too. */
const sharp = 0.6;
const retimed = 2;
/** Tempi times pitches that a place may have under both. */
const anyTempoHypotheses = 30 * tempi.length;

/** Each recording's surer candidate. */
function better(known: readonly HeardCandidate[], found: readonly HeardCandidate[]): HeardCandidate[] {
  const best = new Map(known.map((candidate) => [candidate.recordingId, candidate]));
  for (const candidate of found) {
    const other = best.get(candidate.recordingId);
    if (other === undefined || candidate.logLikelihoodRatio > other.logLikelihoodRatio)
      best.set(candidate.recordingId, candidate);
  }
  return [...best.values()];
}

/** The candidate's place, in the window in which most of it is heard. */
function placeOf(candidate: HeardCandidate, windows: readonly Passage[]): SuggestedPlace {
  const { referenceId, speedRatio, pitchSemitones, offsetMs, parts = [] } = candidate;
  const heard = windows.map(({ fromSample, pcm }) => {
    const span = {
      fromMs: (fromSample / analysisRateHz) * 1000,
      toMs: ((fromSample + pcm.length) / analysisRateHz) * 1000,
    };
    return sharedMs(parts, [span]);
  });
  const window = heard.indexOf(Math.max(...heard));
  return { referenceId, hypothesis: { time: speedRatio, frequency: 2 ** (pitchSemitones / 12) }, offsetMs, window };
}

const unheard = (candidate: PlacedCandidate): HeardCandidate => ({
  ...candidate,
  vectors: null,
  support: 0,
  chanceBits: candidate.peakBits,
});

/**
 * The first explains the same seconds better than those behind it: beside it each is at most as certain as the first, less what it explains
 * worse. Who has seconds of its own loses nothing.
 */
function apart(sorted: readonly HeardCandidate[]): HeardCandidate[] {
  return sorted.map((candidate, rank) => {
    let bits = candidate.logLikelihoodRatio;
    for (const better of sorted.slice(0, rank)) {
      if (better.recordingId === candidate.recordingId || share(candidate, better) <= thresholds.besideOverlap)
        continue;
      bits = Math.min(bits, better.logLikelihoodRatio - Math.max(0, better.peakBits - candidate.peakBits));
    }
    return { ...candidate, logLikelihoodRatio: bits };
  });
}

/** Share of the shorter one's seconds that the other explains too. */
function share(one: HeardCandidate, other: HeardCandidate): number {
  const length = (parts: readonly SoundPart[]): number =>
    parts.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const [a, b] = [one.parts ?? [], other.parts ?? []];
  const shorter = Math.min(length(a), length(b));
  return shorter === 0 ? 1 : sharedMs(a, b) / shorter;
}

interface Line {
  readonly referenceId: number;
  readonly hypothesis: Hypothesis;
  readonly window: number;
  readonly votes: number;
}

async function proposePlaces(
  cue: VectorCue,
  windows: readonly Passage[],
  trace: (line: string) => void,
  checkpoint: Checkpoint,
): Promise<SuggestedPlace[]> {
  const lines: Line[] = [];
  const soundOf = new Map<string, VectorSequence>();
  for (const [window, { pcm }] of windows.entries()) {
    const read = cue.reader(pcm);
    const sounds: VectorSequence[] = [];
    for (const hypothesis of coarseGrid) {
      checkpoint();
      const sound = await read(hypothesis);
      soundOf.set(keyOf(window, hypothesis), sound);
      sounds.push(sound);
    }
    // All hypotheses in one question: a round trip for each would cost more than the search.
    const asked = sounds.map((sound, h) => ({ hypothesis: coarseGrid[h]!, ...thinned(sound) }));
    const neighbours = await cue.nearest(joined(asked.map(({ vectors }) => vectors)), neighboursEach);
    lines.push(...voted(neighbours, asked, window));
  }
  lines.sort((a, b) => b.votes - a.votes);
  const chosen = lines.slice(0, comparedLines);
  const sequences = await cue.sequencesOf([...new Set(chosen.map(({ referenceId }) => referenceId))]);
  const compared = chosen.flatMap((line) => {
    checkpoint();
    const reference = sequences.get(line.referenceId);
    const sound = soundOf.get(keyOf(line.window, line.hypothesis))!;
    const best = reference === undefined ? null : bestPlace(sound, reference);
    return best === null || best.mean < leastLine ? [] : [{ line, ...best }];
  });
  compared.sort((a, b) => b.mean - a.mean);
  const perReference = new Map<number, number>();
  const places: SuggestedPlace[] = [];
  for (const { line, place, mean: alike } of compared) {
    if (places.length >= judgedPlaces) break;
    // Neighbouring hypotheses find the same place; two of them bridge what lies between.
    const count = perReference.get(line.referenceId) ?? 0;
    if (count >= 3) continue;
    perReference.set(line.referenceId, count + 1);
    const { hypothesis, referenceId, window } = line;
    const beforeMs = ((windows[window]!.fromSample * 1000) / analysisRateHz) * hypothesis.time;
    places.push({ referenceId, hypothesis, window, offsetMs: place * stepMs - beforeMs });
    trace(
      `vectors propose reference ${referenceId} a ${hypothesis.time.toFixed(3)} b ${hypothesis.frequency.toFixed(3)} at ${place * stepMs} ms, alike ${alike.toFixed(2)}, ${windowsIn(soundOf.get(keyOf(window, hypothesis))!)} windows`,
    );
  }
  return places;
}

const keyOf = (window: number, { time, frequency }: Hypothesis): string => `${window}/${time}/${frequency}`;

function joined(sounds: readonly VectorSequence[]): VectorSequence {
  const all = new Int8Array(sounds.reduce((sum, sound) => sum + sound.length, 0));
  let at = 0;
  for (const sound of sounds) {
    all.set(sound, at);
    at += sound.length;
  }
  return all;
}

interface Asked {
  readonly hypothesis: Hypothesis;
  readonly vectors: VectorSequence;
  /** Windows of the sound from one vector to the next. */
  readonly stride: number;
}

/** At most about `askedWindows` of a sound's windows, evenly: more votes for the same place change nothing. */
function thinned(sound: VectorSequence): Omit<Asked, 'hypothesis'> {
  const stride = Math.ceil(windowsIn(sound) / askedWindows);
  if (stride <= 1) return { vectors: sound, stride: 1 };
  const vectors = new Int8Array(Math.ceil(windowsIn(sound) / stride) * dimensions);
  for (let i = 0; i * dimensions < vectors.length; i++)
    vectors.set(sound.subarray(i * stride * dimensions, (i * stride + 1) * dimensions), i * dimensions);
  return { vectors, stride };
}

/**
 * Adds the neighbours up by hypothesis, reference and place of the sound's first window, two places wide. `asked` are the coarse grid's
 * sequences as they were joined. @returns the best place of each reference under each hypothesis.
 */
function voted(neighbours: readonly Neighbour[], asked: readonly Asked[], window: number): Line[] {
  const hypothesisOf = Int32Array.from(
    asked.flatMap(({ vectors }, h) => Array.from<number>({ length: windowsIn(vectors) }).fill(h)),
  );
  const firstOf = asked.map(() => 0);
  for (let h = 1; h < asked.length; h++) firstOf[h] = firstOf[h - 1]! + windowsIn(asked[h - 1]!.vectors);
  const votes = new Map<string, Line>();
  for (const { query, referenceId, place, similarity } of neighbours) {
    if (similarity < voteFrom) continue;
    const h = hypothesisOf[query]!;
    const first = place - (query - firstOf[h]!) * asked[h]!.stride;
    // Two grids of slots of two places, half a slot apart: no place sits on an edge of both.
    for (const slot of [`e${Math.floor(first / 2)}`, `o${Math.floor((first + 1) / 2)}`]) {
      const key = `${h}/${referenceId}/${slot}`;
      const sum = (votes.get(key)?.votes ?? 0) + similarity - voteFrom;
      votes.set(key, { referenceId, hypothesis: asked[h]!.hypothesis, window, votes: sum });
    }
  }
  const best = new Map<string, Line>();
  for (const [key, line] of votes) {
    const group = key.slice(0, key.lastIndexOf('/'));
    const known = best.get(group);
    if (known === undefined || line.votes > known.votes) best.set(group, line);
  }
  return [...best.values()];
}

// What one candidate rests on: the figures behind its bits, for finding out why something was named or missed.
//
//   score, tail    weighted agreement at the place, and how far it stands out among the recording's other offsets, before chance over all
//                  places and hypotheses is paid for
//   eleventh       the eleventh-best other place of the same recording, as a share of the score: near 1 the place is one of many
//   columns        share of the agreeing peaks that stand in columns of three and more within one frame: drum hits
//   support, mean  of the second cue's vectors at the place

import type { AudioCandidate } from '../../domain/evidence.ts';
import type { VectorCue } from '../../matching/audio/bothCues.ts';
import { correlate, frameTolerance, partners, peakWeights } from '../../matching/audio/constellation.ts';
import { analyse, joined, listeningWindows } from '../../matching/audio/reading.ts';
import {
  byBand,
  framesPerSecond,
  unpackPeaks,
  type IndexedReference,
  type ReferencePrint,
} from '../../matching/audio/reference.ts';
import { bestOtherPlaces } from '../../matching/audio/standing.ts';
import { similaritiesAt, vectorBits } from '../../matching/audio/vectorsAtPlace.ts';
import { explain } from '../../matching/audio/verify.ts';
import { lineSupport, type VectorSequence } from '../../matching/audio/vectorSequences.ts';

export interface Autopsy {
  readonly peaks: number;
  readonly hits: number;
  readonly score: number;
  readonly tail_bits: number;
  readonly gain_bits: number;
  readonly support_seconds: number;
  readonly columns: number;
  readonly eleventh: number;
  readonly second_place: number;
  /** Partners by their distance in time, in quarters of a frame. */
  readonly distances: readonly number[];
  readonly vector_support: number | null;
  readonly vector_mean: number | null;
  readonly vector_bits: number | null;
}

export async function autopsyOf(
  pcm: Float32Array,
  candidate: Pick<AudioCandidate, 'referenceId' | 'recordingId' | 'speedRatio' | 'pitchSemitones' | 'offsetMs'>,
  reference: { readonly print: ReferencePrint; readonly vectors: VectorSequence | null },
  cue: Pick<VectorCue, 'embed'> | null,
): Promise<Autopsy> {
  const { whole } = listeningWindows(pcm);
  const { referenceId, recordingId, speedRatio: time, pitchSemitones, offsetMs } = candidate;
  const hypothesis = { time, frequency: 2 ** (pitchSemitones / 12) };
  const offset = (offsetMs * framesPerSecond) / 1000;
  const indexed: IndexedReference = {
    referenceId,
    recordingId,
    ...byBand(unpackPeaks(reference.print).peaks),
  };
  const peaks = joined(whole.map((passage) => analyse(passage, hypothesis, -offset)));
  const weights = peakWeights(indexed, peaks);
  const found = correlate(indexed, peaks, weights, 1, offset);
  const seen = explain(indexed, peaks, offset, 1, time);
  const met = partners(indexed, peaks, offset, 1, frameTolerance).map(({ peak }) => peaks.frame[peak]!);
  const others = bestOtherPlaces(indexed, peaks, weights, offset, 11).map(({ score }) => score);
  const alike =
    cue === null || reference.vectors === null ? null : await similaritiesAt(cue, whole, candidate, reference.vectors);
  const sum = alike?.reduce((total, value) => total + value, 0) ?? 0;
  return {
    peaks: peaks.count,
    hits: met.length,
    score: rounded(found.score, 1),
    tail_bits: rounded(found.tailBits, 1),
    gain_bits: rounded(seen.gainBits, 1),
    support_seconds: seen.supportSeconds,
    columns: rounded(columnShare(met), 3),
    eleventh: rounded((others[10] ?? 0) / Math.max(1e-6, found.score), 3),
    second_place: rounded((others[0] ?? 0) / Math.max(1e-6, found.score), 3),
    distances: [...seen.distances],
    vector_support: alike === null ? null : rounded(lineSupport(alike), 3),
    vector_mean: alike === null || alike.length === 0 ? null : rounded(sum / alike.length, 3),
    vector_bits: alike === null ? null : rounded(vectorBits(alike), 2),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Share of these times that have at least two others within half a frame. */
function columnShare(frames: readonly number[]): number {
  const sorted = [...frames].sort((a, b) => a - b);
  let inColumns = 0;
  for (const frame of sorted) {
    let count = 0;
    for (const other of sorted) if (Math.abs(other - frame) <= 0.5) count++;
    if (count >= 3) inColumns++;
  }
  return sorted.length === 0 ? 0 : inColumns / sorted.length;
}

// What the vectors say of a place that the peaks have found: how alike the sound's windows are to the recording's there, one by one, and how much
// more than at the recording's other places.

import { analysisRateHz } from '../../audio/spectrum.ts';
import type { AudioCandidate, SoundPart } from '../../domain/evidence.ts';
import type { VectorCue } from './bothCues.ts';
import type { Hypothesis } from './hypotheses.ts';
import { decisiveBits } from './judge.ts';
import { certaintyOf, lookalikeBits, peakTraitsOf, type VectorStanding } from './lookalikes.ts';
import type { Passage } from './passages.ts';
import type { PlacedCandidate, SearchAnswer } from './port.ts';
import type { Checkpoint } from './search.ts';
import {
  alongLine,
  isSilent,
  lineSupport,
  similarity,
  stepMs,
  windowMs,
  windowsIn,
  type VectorSequence,
} from './vectorSequences.ts';

/** A candidate that both cues have looked at; `vectors` is null where there are none. */
export interface HeardCandidate extends PlacedCandidate {
  /** Against chance, by both cues. */
  readonly chanceBits: number;
  /** Of the vectors, over their best stretch; 0 where there are none. */
  readonly support: number;
  readonly vectors: VectorStanding | null;
}

export interface HeardAnswer extends Omit<SearchAnswer, 'candidates'> {
  readonly candidates: readonly HeardCandidate[];
}

/** Adds to what the peaks say what the vectors say of the same place. Candidates whose reference has no vectors stay as they are. */
export function createVerifier(
  cue: VectorCue,
  whole: readonly Passage[],
  references: number,
  trace: (line: string) => void,
  checkpoint: Checkpoint,
): (candidates: readonly HeardCandidate[]) => Promise<HeardCandidate[]> {
  return async (candidates) => {
    if (candidates.length === 0) return [];
    const sequences = await cue.sequencesOf(candidates.map(({ referenceId }) => referenceId));
    const verifiedCandidates: HeardCandidate[] = [];
    for (const candidate of candidates) {
      const reference = sequences.get(candidate.referenceId);
      if (reference === undefined) {
        verifiedCandidates.push(candidate);
        continue;
      }
      checkpoint();
      const laid = await lay(cue, whole, candidate);
      const similarities = similaritiesOf(laid, reference);
      const bits = vectorBits(similarities);
      const support = lineSupport(similarities);
      const vectors = vectorStanding(laid, reference, candidate.parts ?? []);
      const { peakBits } = candidate;
      const chanceBits = peakBits >= decisiveBits ? peakBits : peakBits + bits;
      const certainty =
        vectors === null
          ? candidate.logLikelihoodRatio
          : certaintyOf(chanceBits, lookalikeBits(peakTraitsOf(candidate), references, vectors));
      trace(
        `${candidate.recordingId} vectors ${bits.toFixed(1)} bits to ${peakBits.toFixed(1)} of the peaks, ${similarities.length} windows, alike ${vectors?.alike.toFixed(3) ?? '-'}, least ${vectors?.least.toFixed(3) ?? '-'}, own ${vectors?.own.toFixed(2) ?? '-'}, lead ${vectors?.lead.toFixed(2) ?? '-'}, support ${support.toFixed(2)}, certainty ${certainty.toFixed(1)}`,
      );
      const isOther = candidate.relation === 'same' && vectors !== null && vectors.alike < sameMaster;
      const relation = isOther ? 'contains' : candidate.relation;
      verifiedCandidates.push({ ...candidate, relation, vectors, support, chanceBits, logLikelihoodRatio: certainty });
    }
    return verifiedCandidates;
  };
}

/** Less alike is played on other instruments or heard through something. Copies by any codec or filter are 0.9 and more. */
const sameMaster = 0.8;

/** A passage of the sound, read so that its windows begin together with the recording's, the first one with window `place`. */
interface Laid {
  readonly sound: VectorSequence;
  readonly place: number;
  /** Of the sound, in the middle of its first window. */
  readonly middleMs: number;
  /** Of the sound, from one window to the next. */
  readonly strideMs: number;
}

type Place = Pick<AudioCandidate, 'speedRatio' | 'pitchSemitones' | 'offsetMs'>;

async function lay(cue: Pick<VectorCue, 'embed'>, whole: readonly Passage[], at: Place): Promise<Laid[]> {
  const hypothesis: Hypothesis = { time: at.speedRatio, frequency: 2 ** (at.pitchSemitones / 12) };
  const laid: Laid[] = [];
  for (const { fromSample, pcm } of whole) {
    const beginsMs = at.offsetMs + ((fromSample * 1000) / analysisRateHz) * hypothesis.time;
    const place = Math.ceil(beginsMs / stepMs);
    const leadMs = (place * stepMs - beginsMs) / hypothesis.time;
    const sound = await cue.embed(pcm.subarray(Math.round((leadMs / 1000) * analysisRateHz)), hypothesis);
    const middleMs = (fromSample * 1000) / analysisRateHz + leadMs + windowMs / 2 / hypothesis.time;
    laid.push({ sound, place, middleMs, strideMs: stepMs / hypothesis.time });
  }
  return laid;
}

const similaritiesOf = (laid: readonly Laid[], reference: VectorSequence): number[] =>
  laid.flatMap(({ sound, place }) => [...alongLine(sound, reference, place)].filter((value) => !Number.isNaN(value)));

/** How alike the sound's windows are to the recording's at a place. */
export async function similaritiesAt(
  cue: Pick<VectorCue, 'embed'>,
  whole: readonly Passage[],
  at: Place,
  reference: VectorSequence,
): Promise<number[]> {
  return similaritiesOf(await lay(cue, whole, at), reference);
}

/** Nearer than this, in windows, a place is the same place: two seconds, what a window spans. */
const samePlaceWindows = 4;
/** More windows of a long sound than these say nothing more. */
const mostWindows = 60;

/** Of the seconds that the recording explains, or of all where it explains none. Null where no window can be compared. */
function vectorStanding(
  laid: readonly Laid[],
  reference: VectorSequence,
  parts: readonly SoundPart[],
): VectorStanding | null {
  const length = windowsIn(reference);
  const heard = laid.flatMap(({ sound, place, middleMs, strideMs }) =>
    Array.from({ length: windowsIn(sound) }, (_, i) => ({ sound, i, at: place + i, ms: middleMs + i * strideMs })),
  );
  const compared = heard.filter(
    ({ sound, i, at }) => at >= 0 && at < length && !isSilent(sound, i) && !isSilent(reference, at),
  );
  const explained = compared.filter(({ ms }) => parts.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs));
  const chosen = explained.length > 0 ? explained : compared;
  if (chosen.length === 0) return null;
  const step = Math.ceil(chosen.length / mostWindows);
  let sum = 0;
  let least = 1;
  let own = 0;
  let lead = 0;
  const windows = chosen.filter((_, k) => k % step === 0);
  for (const { sound, i, at } of windows) {
    const here = similarity(sound, i, reference, at);
    let elsewhere = -1;
    for (let j = 0; j < length; j++)
      if (Math.abs(j - at) >= samePlaceWindows) elsewhere = Math.max(elsewhere, similarity(sound, i, reference, j));
    sum += here;
    least = Math.min(least, here);
    if (here > elsewhere) own++;
    lead += Math.max(0, here - elsewhere);
  }
  return { alike: sum / windows.length, least, own: own / windows.length, lead: lead * step };
}

/**
 * What the vectors say for a place, as a log-likelihood ratio in bits. Measured on the validation part. At 267 places that the peaks had found
 * by chance (weights of step 900) the support passed 0 at 12 %, 0.05 at 3 %, 0.1 at 0.7 % and never 0.17: a tail that falls by 39 bits a unit; at
 * 56 with the weights that ship never 0.4. At right places in doubt (heavy reverb, crowds, voices, 7 and 15 s) it was 0.7 to 14. The
 * tail is trusted for a good half of its slope, and the whole is capped: a recording that shares a loop or a theme supports a place
 * as well as the right one. Places that the vectors proposed by chance reached 0.55, one of them 1.2; there the peaks said −27 bits
 * and less.
 */
export function vectorBits(similarities: readonly number[]): number {
  if (similarities.length === 0) return 0;
  const support = lineSupport(similarities);
  return Math.min(supportBits * support - withoutSupport, clearBits + furtherBits * (support - clearSupport), mostFor);
}

const supportBits = 24;
const withoutSupport = 6;
/** What two seconds of agreement come to; every further one adds little, since a shared theme would too. */
const clearBits = 14;
const clearSupport = (clearBits + withoutSupport) / supportBits;
const furtherBits = 1.5;
const mostFor = 22;

// Verifying a proposed place: the sound's peaks are compared with the recording's one by one, and each second of the sound is asked whether
// they speak for it.

import type { Peaks } from '../../audio/peaks.ts';
import { alignNear, correlate, frameTolerance, partnerChance, partners, peakWeights } from './constellation.ts';
import type { Hypothesis } from './hypotheses.ts';
import { framesPerSecond, hopSamples, type IndexedReference, type PeaksByBand } from './reference.ts';
import type { Proposal } from './propose.ts';
import type { Reading } from './reading.ts';

/** What the seconds of a sound say of an alignment. */
export interface Explanation {
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
  /** Seconds of the sound that are explained, one flag each; only meaningful where the whole sound was compared. */
  readonly explained: Uint8Array;
}

/** A verified alignment: reference frame = offset + (sound's time in recording frames under `hypothesis`). */
export interface Fit extends Explanation {
  readonly reference: IndexedReference;
  readonly hypothesis: Hypothesis;
  readonly offset: number;
  readonly bits: number;
  /** Over the recording's other offsets, less chance over every place and hypothesis looked at. */
  readonly tailBits: number;
}

/** What chance has been given: frames of all references, and hypotheses. */
export interface Chances {
  readonly places: number;
  readonly hypothesesTried: number;
}

/** Bits that the best of everything looked at reaches by chance. */
export const chanceBits = ({ places, hypothesesTried }: Chances): number =>
  Math.log2(Math.max(1000, places)) + Math.log2(Math.max(1, hypothesesTried)) + 4;

const coarseScales = Array.from({ length: 17 }, (_, i) => 1 + (i - 8) * 0.0025);

/** Compares the window that a place was proposed for, at time scales between the grid's steps. `peaks` are the window's under the hypothesis. */
export function verify(
  { reference, hypothesis, offset, window }: Proposal,
  peaks: Peaks,
  { windows }: Pick<Reading, 'windows'>,
  chances: Chances,
): Fit {
  const weights = peakWeights(reference, peaks);
  // Within the window, scaling turns about its beginning; the offset is carried to the sound's first sample below.
  const start = (windows[window]!.fromSample * hypothesis.time) / hopSamples;
  const local: Peaks = { ...peaks, frame: peaks.frame.map((frame) => frame - start) };
  const near = alignNear(reference, local, weights, offset + start, 24, coarseScales);
  const found = correlate(reference, local, weights, near.scale, near.offset);
  const tailBits = found.tailBits - chanceBits(chances);
  return {
    reference,
    hypothesis: { time: hypothesis.time * near.scale, frequency: hypothesis.frequency },
    offset: found.offset - start * near.scale,
    bits: tailBits,
    tailBits,
    ...explain(reference, local, found.offset, near.scale, hypothesis.time),
  };
}

export function isSamePlace(one: Fit, other: Fit): boolean {
  return (
    one.reference === other.reference &&
    Math.abs(one.offset - other.offset) < 24 &&
    Math.abs(one.hypothesis.time / other.hypothesis.time - 1) < 0.02 &&
    Math.abs(one.hypothesis.frequency / other.hypothesis.frequency - 1) < 0.02
  );
}

/** Which seconds of the sound the recording explains at an alignment, and how well. `time` turns frames into the sound's time. */
export function explain(
  reference: PeaksByBand,
  peaks: Peaks,
  offset: number,
  scale: number,
  time: number,
): Explanation {
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

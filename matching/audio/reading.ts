// A sound as the search reads it: its passages, the windows in which places are proposed, and its peaks under a hypothesis.

import { findPeaks, type Peaks } from '../../audio/peaks.ts';
import { warp } from '../../audio/resample.ts';
import { analysisRateHz, bandPower, binPower, spectrogram, type BinPower } from '../../audio/spectrum.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { Picture } from './overlay.ts';
import { choosePassages, type Passage } from './passages.ts';
import type { SoundQuery } from './port.ts';
import { framesPerSecond, hopSamples } from './reference.ts';
import { unpackSoundPrint } from './soundPrint.ts';

const soundPeaksPerSecond = 30;
const windowMs = 15_000;
const longestMs = 120_000;

/** The passages of a sound that are looked at, and the windows of up to 22 s in which places are proposed. */
export interface Listened {
  readonly whole: readonly Passage[];
  readonly windows: readonly Passage[];
}

export function listeningWindows(query: SoundQuery): Listened {
  const whole = query instanceof Float32Array ? choosePassages(query, longestMs) : unpackSoundPrint(query).passages;
  const windows = audible(whole.flatMap(splitIntoWindows).filter((window) => window.pcm.length >= analysisRateHz));
  return { whole, windows };
}

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

/** One sound, read under as many hypotheses as it takes. */
export interface Reading extends Listened {
  /** Sample in the middle of what is looked at. */
  readonly middle: number;
  /** Peaks of one window, for proposing and comparing: see `createSharedAnalysis`. */
  window(window: number, hypothesis: Hypothesis): Peaks;
  /** Peaks of all passages, exactly, with their frames upon the recording's frames. */
  exactly(hypothesis: Hypothesis, offset: number): Peaks;
  /** What `exactly` finds its peaks in. */
  pictures(hypothesis: Hypothesis, offset: number): Picture[];
  /** Throws when the search was given up. Each analysis asks it first; so should whatever else takes long. */
  readonly checkpoint: () => void;
}

export function createReading({ whole, windows }: Listened, checkpoint: () => void): Reading {
  const shared = windows.map(createSharedAnalysis);
  const last = whole.at(-1);
  return {
    whole,
    windows,
    middle: last === undefined ? 0 : (whole[0]!.fromSample + last.fromSample + last.pcm.length) / 2,
    window(window, hypothesis) {
      checkpoint();
      return shared[window]!(hypothesis);
    },
    exactly(hypothesis, offset) {
      return joined(
        whole.map((passage) => {
          checkpoint();
          return analyse(passage, hypothesis, -offset);
        }),
      );
    },
    pictures(hypothesis, offset) {
      return whole.map((passage) => {
        checkpoint();
        return picture(passage, hypothesis, -offset);
      });
    },
    checkpoint,
  };
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

export const peaksOf = ({ spectrogram: seen, from }: Picture): Peaks => placed(findPeaks(seen, peakOptions), from);

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

export function joined(parts: readonly Peaks[]): Peaks {
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

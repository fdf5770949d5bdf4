// A sound laid upon a recording at a candidate's speed, pitch and offset: what a picture of the match shows.

import { bandsPerOctave, lowestBandHz, spectrogram, bandCount } from '../../audio/spectrum.ts';
import type { AudioCandidate } from '../../domain/evidence.ts';
import { frameTolerance, partners } from './constellation.ts';
import { analyse } from './reading.ts';
import { byBand, framesPerSecond, hopSamples, unpackPeaks, type ReferencePrint } from './reference.ts';
import { explain } from './verify.ts';

export interface AlignedPeak {
  /** Seconds of the sound. */
  readonly second: number;
  /** As heard in the sound. */
  readonly hz: number;
  readonly matched: boolean;
}

export interface Alignment {
  readonly seconds: number;
  readonly sound: readonly AlignedPeak[];
  /** The recording's peaks, carried to the sound's time and pitch; only those that fall into the sound. */
  readonly recording: readonly AlignedPeak[];
  /** One flag for each second of the sound that the recording explains. */
  readonly explained: Uint8Array;
}

/** `pcm` is the whole sound, mono at 8 kHz. */
export function alignmentOf(pcm: Float32Array, print: ReferencePrint, candidate: AudioCandidate): Alignment {
  const time = candidate.speedRatio;
  const frequency = 2 ** (candidate.pitchSemitones / 12);
  const offset = (candidate.offsetMs * framesPerSecond) / 1000;
  const { peaks: own } = unpackPeaks(print);
  const reference = byBand(own);
  const peaks = analyse({ fromSample: 0, pcm }, { time, frequency }, -offset);
  const met = new Uint8Array(peaks.count);
  for (const { peak } of partners(reference, peaks, offset, 1, frameTolerance)) met[peak] = 1;

  const hzOf = (band: number): number => lowestBandHz * 2 ** (band / bandsPerOctave) * frequency;
  const seconds = pcm.length / (framesPerSecond * hopSamples);
  const sound: AlignedPeak[] = [];
  for (let i = 0; i < peaks.count; i++) {
    sound.push({
      second: peaks.frame[i]! / framesPerSecond / time,
      hz: hzOf(peaks.band[i]!),
      matched: met[i] === 1,
    });
  }
  // The other way round: which of the recording's peaks are met. The sound's peaks stand in for the reference.
  const shifted = { ...own, frame: own.frame.map((frame) => frame - offset) };
  const inside: number[] = [];
  for (let i = 0; i < own.count; i++) {
    const second = shifted.frame[i]! / framesPerSecond / time;
    if (second >= 0 && second < seconds) inside.push(i);
  }
  const here = {
    count: inside.length,
    frame: Float32Array.from(inside, (i) => shifted.frame[i]!),
    band: Float32Array.from(inside, (i) => own.band[i]!),
    rise: Float32Array.from(inside, (i) => own.rise[i]!),
  };
  const found = new Set(partners(byBand(peaks), here, 0, 1, frameTolerance).map(({ peak }) => peak));
  const recording = inside.map((i, k) => ({
    second: shifted.frame[i]! / framesPerSecond / time,
    hz: hzOf(own.band[i]!),
    matched: found.has(k),
  }));
  return { seconds, sound, recording, explained: explain(reference, peaks, offset, 1, time).explained };
}

/** The sound's log-frequency picture as levels 0–255, lowest band last, for a background; at most `columns` wide. */
export function soundLevels(
  pcm: Float32Array,
  columns: number,
): { readonly width: number; readonly height: number; readonly levels: Uint8Array } {
  const hop = Math.max(hopSamples, Math.ceil(pcm.length / columns));
  const { frames, power } = spectrogram(pcm, hop);
  let loudest = 1e-12;
  for (const value of power) if (value > loudest) loudest = value;
  const levels = new Uint8Array(frames * bandCount);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < bandCount; band++) {
      const db = 10 * Math.log10(power[frame * bandCount + band]! / loudest + 1e-12);
      // 60 dB from black to white.
      levels[(bandCount - 1 - band) * frames + frame] = Math.max(0, Math.min(255, Math.round(((db + 60) / 60) * 255)));
    }
  }
  return { width: frames, height: bandCount, levels };
}

// Is there any music to look for? Decided from the sound alone, before any search, and only where it is plain: a song with a
// voice over it must pass, so both verdicts "speech" and "noise" ask for several signs at once.
//
//   pauses       share of 64 ms blocks more than 30 dB below the loud ones: speech stops between words, mixes do not
//   steadiness   share of the strongest spectral peaks that are still there, in the same half-semitone band, 190 ms later: notes
//                hold, the harmonics of a voice glide, noise has no memory
//   evenness     standard deviation of the block levels in dB: noise is flat in time

import { bandCount, spectrogram } from './spectrum.ts';

export interface SoundFeatures {
  readonly durationMs: number;
  /** Level of the loud parts (95th percentile of blocks), dB below full scale. */
  readonly loudDb: number;
  readonly pauses: number;
  readonly steadiness: number;
  readonly evennessDb: number;
  /** The same of the signal's differences: a rumble's slow swell does not count. */
  readonly brightEvennessDb: number;
}

export type SoundVerdict =
  | { readonly kind: 'ok'; readonly reason: string; readonly features: SoundFeatures }
  | {
      readonly kind: 'silence' | 'speech' | 'noise' | 'too_short';
      /** One sentence a person understands. */
      readonly reason: string;
      readonly features: SoundFeatures;
    };

const sampleRateHz = 8000;
const blockSamples = 512;
/** Below this nothing can be told apart: three seconds of support are needed for any match. */
export const shortestMs = 3000;
const silentDb = -58;

/** `pcm` is mono at 8 kHz. Sounds of more than two minutes are judged by four half minutes spread over them. */
export function judgeSound(pcm: Float32Array): SoundVerdict {
  const features = soundFeatures(pcm);
  const seconds = (features.durationMs / 1000).toFixed(1);
  if (features.durationMs > 0 && features.loudDb < silentDb) {
    return { kind: 'silence', reason: 'The sound is silent.', features };
  }
  if (features.durationMs < shortestMs) {
    return { kind: 'too_short', reason: `The sound has only ${seconds} s; at least 3 s are needed.`, features };
  }
  if (isNoise(features)) return { kind: 'noise', reason: 'The sound is noise without notes.', features };
  if (isSpeech(features)) return { kind: 'speech', reason: 'Only speech is heard, no music.', features };
  return { kind: 'ok', reason: 'Music may be in it.', features };
}

// Measured on 8–15 s pieces. Steadiness, median and 5th–95th percentile: music 0.40 (0.13–0.64), music with a voice at the same
// level 0.20 (0.08–0.36), human speech 0.05 (0.03–0.08), synthetic speech 0.05 (0.04–0.09), white noise 0.23, brown noise 0.08. Pauses: human
// speech 0.05–0.21, music with voice at most 0.06. Evenness (the lesser of the two): white and brown noise 0.2 dB, all music above 0.5 dB; of
// levels alone: human speech 16–24 dB, with hiss 40 dB below it 10–13 dB, synthetic speech 26–35 dB, a voice 6 dB above music 4–9 dB.
const isNoise = (f: SoundFeatures): boolean => Math.min(f.evennessDb, f.brightEvennessDb) < 0.5 && f.steadiness < 0.3;
const isSpeech = (f: SoundFeatures): boolean => f.pauses > 0.03 && f.steadiness < 0.09 && f.evennessDb > 10;

export function soundFeatures(pcm: Float32Array): SoundFeatures {
  const durationMs = Math.round((pcm.length * 1000) / sampleRateHz);
  const looked = excerpt(pcm);
  const blocks = Math.floor(looked.length / blockSamples);
  const levels = new Float32Array(blocks);
  const brightLevels = new Float32Array(blocks);
  for (let b = 0; b < blocks; b++) {
    let power = 0;
    let brightPower = 0;
    for (let i = b * blockSamples; i < (b + 1) * blockSamples; i++) {
      power += looked[i]! * looked[i]!;
      const step = i === 0 ? 0 : looked[i]! - looked[i - 1]!;
      brightPower += step * step;
    }
    levels[b] = 10 * Math.log10(power / blockSamples + 1e-12);
    brightLevels[b] = 10 * Math.log10(brightPower / blockSamples + 1e-12);
  }
  const sorted = levels.slice().sort();
  const loudDb = blocks === 0 ? -120 : sorted[Math.min(blocks - 1, Math.floor(blocks * 0.95))]!;
  let pauses = 0;
  for (const level of levels) if (level < loudDb - 30) pauses++;
  return {
    durationMs,
    loudDb,
    pauses: blocks === 0 ? 0 : pauses / blocks,
    steadiness: steadiness(looked),
    evennessDb: deviation(levels),
    brightEvennessDb: deviation(brightLevels),
  };
}

function deviation(values: Float32Array): number {
  if (values.length === 0) return 0;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

function excerpt(pcm: Float32Array): Float32Array {
  const part = 30 * sampleRateHz;
  if (pcm.length <= 4 * part) return pcm;
  const joined = new Float32Array(4 * part);
  for (let k = 0; k < 4; k++) {
    const from = Math.floor(((pcm.length - part) * k) / 3);
    joined.set(pcm.subarray(from, from + part), k * part);
  }
  return joined;
}

/** 190 ms at a hop of 32 ms. */
const lagFrames = 6;
const strongest = 4;

function steadiness(pcm: Float32Array): number {
  const { frames, power } = spectrogram(pcm, 256);
  const tops = new Int16Array(frames * strongest).fill(-1);
  let loudest = 0;
  const levels = new Float64Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const row = frame * bandCount;
    for (let band = 0; band < bandCount; band++) levels[frame]! += power[row + band]!;
    loudest = Math.max(loudest, levels[frame]!);
    for (let rank = 0; rank < strongest; rank++) {
      let best = 0;
      for (let band = 1; band < bandCount - 1; band++) {
        const value = power[row + band]!;
        if (value <= best || value <= power[row + band - 1]! || value < power[row + band + 1]!) continue;
        let taken = false;
        for (let r = 0; r < rank; r++) taken ||= tops[frame * strongest + r] === band;
        if (taken) continue;
        best = value;
        tops[frame * strongest + rank] = band;
      }
    }
  }
  let held = 0;
  let asked = 0;
  for (let frame = 0; frame + lagFrames < frames; frame++) {
    if (levels[frame]! < loudest * 1e-3) continue;
    for (let rank = 0; rank < strongest; rank++) {
      const band = tops[frame * strongest + rank]!;
      if (band < 0) continue;
      asked++;
      let all = true;
      for (const lag of [lagFrames / 2, lagFrames]) {
        let found = false;
        for (let other = 0; other < strongest; other++) {
          const there = tops[(frame + lag) * strongest + other]!;
          found ||= there >= 0 && Math.abs(there - band) <= 1;
        }
        all &&= found;
      }
      if (all) held++;
    }
  }
  return asked === 0 ? 0 : held / asked;
}

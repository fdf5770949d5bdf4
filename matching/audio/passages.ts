// Which parts of a sound to look at: all of a short one, the liveliest windows of a long one.

import { analysisRateHz } from '../../audio/spectrum.ts';

export interface Passage {
  readonly fromSample: number;
  /** Mono at 8 kHz. */
  readonly pcm: Float32Array;
}

const windowMs = 15_000;

/**
 * Passages of a sound that together last at most `longestMs`. Windows are spread over the sound: one from each equal part, the
 * one with the most steady energy (the sum of the square roots of each second's power, so that one bang does not win).
 */
export function choosePassages(pcm: Float32Array, longestMs: number): Passage[] {
  const longest = Math.round((longestMs / 1000) * analysisRateHz);
  if (pcm.length <= longest) return [{ fromSample: 0, pcm }];
  const window = Math.round((windowMs / 1000) * analysisRateHz);
  const parts = Math.max(1, Math.floor(longest / window));
  const seconds = Math.floor(pcm.length / analysisRateHz);
  const energy = new Float64Array(seconds);
  for (let s = 0; s < seconds; s++) {
    let sum = 0;
    for (let i = s * analysisRateHz; i < (s + 1) * analysisRateHz; i++) sum += pcm[i]! * pcm[i]!;
    energy[s] = Math.sqrt(Math.sqrt(sum / analysisRateHz));
  }
  const perWindow = windowMs / 1000;
  const passages: Passage[] = [];
  for (let part = 0; part < parts; part++) {
    const first = Math.floor((part * seconds) / parts);
    const last = Math.max(first, Math.floor(((part + 1) * seconds) / parts) - perWindow);
    let best = first;
    let bestEnergy = -1;
    for (let from = first; from <= last; from++) {
      let sum = 0;
      for (let s = from; s < Math.min(seconds, from + perWindow); s++) sum += energy[s]!;
      if (sum > bestEnergy) {
        bestEnergy = sum;
        best = from;
      }
    }
    const fromSample = best * analysisRateHz;
    passages.push({ fromSample, pcm: pcm.subarray(fromSample, fromSample + window) });
  }
  return passages;
}

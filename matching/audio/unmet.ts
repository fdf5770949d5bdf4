// The recording's peaks that the sound has none for: hidden, or not there?
//
// A voice, a crowd or a reverb hides a peak, but where the recording plays the sound then still has energy: what is added to music takes
// nothing away. Music that only resembles the recording has nothing there. With the levels of `overlay.ts`, the best of three frames, over the recording's
// unmet peaks in the seconds that it explains:
//   hidden   how many deviations more of them lie on energy (level above 1) than of the same peaks moved in time, in pitch or in both
//   missing  share of them that lie in a valley (level below −0.5)

import type { Peaks } from '../../audio/peaks.ts';
import { bandCount } from '../../audio/spectrum.ts';
import { bandTolerance, firstFrom, frameTolerance } from './constellation.ts';
import { relief, type Picture } from './overlay.ts';
import { byBand, framesPerSecond, type PeaksByBand } from './reference.ts';

export interface Unmet {
  readonly hidden: number;
  readonly missing: number;
}

const plain = 1;
const valley = -0.5;
/** In frames and half semitones; none is a beat or an octave. */
const moves: readonly (readonly [frames: number, bands: number])[] = [
  ...[9, 13, 19].flatMap((frames) => [-frames, frames].map((by) => [by, 0] as const)),
  ...[5, 7, 9].flatMap((bands) => [-bands, bands].map((by) => [0, by] as const)),
  [-11, -6],
  [11, 6],
  [-15, 6],
  [15, -6],
];
/** Deviations are not below this share: few peaks, or none that vary, are no proof. */
const leastDeviation = 0.03;
/** Of fewer, some that are missing prove little: a whole copy lacks one or two peaks of two hundred, and they may be the only unmet ones. */
const fewestUnmet = 60;

/** @param explained see `standingOf`; `peaks` are those of the pictures. */
export function unmetAt(
  pictures: readonly Picture[],
  peaks: Peaks,
  reference: PeaksByBand,
  { offset, explained, time }: { readonly offset: number; readonly explained: Uint8Array; readonly time: number },
): Unmet {
  const sound = byBand(inOrder(peaks));
  const all = !explained.includes(1);
  const places = [[0, 0] as const, ...moves];
  const plainly = new Float64Array(places.length);
  const counted = new Float64Array(places.length);
  let missing = 0;
  for (const picture of pictures) {
    const { from, frames, level } = relief(picture);
    const levelAt = (row: number, band: number): number => {
      let best = -Infinity;
      for (let r = Math.max(0, row - 1); r <= Math.min(frames - 1, row + 1); r++)
        best = Math.max(best, level[r * bandCount + band]!);
      return best;
    };
    for (let band = 0; band < bandCount; band++) {
      const end = reference.bandFrom[band + 1]!;
      const first = firstFrom(reference.frame, reference.bandFrom[band]!, end, offset + from - 0.5);
      for (let k = first; k < end; k++) {
        const at = reference.frame[k]! - offset;
        const row = Math.round(at - from);
        if (row >= frames) break;
        if (row < 0) continue;
        if (!all && explained[Math.max(0, Math.floor(at / time / framesPerSecond))] !== 1) continue;
        if (isMet(sound, at, reference.band[k]!)) continue;
        for (const [p, [byFrames, byBands]] of places.entries()) {
          const [r, b] = [row + byFrames, band + byBands];
          if (r < 0 || r >= frames || b < 0 || b >= bandCount) continue;
          const here = levelAt(r, b);
          counted[p]!++;
          if (here > plain) plainly[p]!++;
          if (p === 0 && here < valley) missing++;
        }
      }
    }
  }
  if (counted[0] === 0) return { hidden: 0, missing: 0 };
  const [here, ...elsewhere] = Array.from(plainly, (count, p) => count / Math.max(1, counted[p]!));
  const mean = elsewhere.reduce((sum, share) => sum + share, 0) / elsewhere.length;
  const variance = elsewhere.reduce((sum, share) => sum + (share - mean) ** 2, 0) / elsewhere.length;
  return {
    hidden: (here! - mean) / Math.max(leastDeviation, Math.sqrt(variance)),
    missing: missing / Math.max(fewestUnmet, counted[0]!),
  };
}

function isMet(sound: PeaksByBand, at: number, own: number): boolean {
  const low = Math.max(0, Math.round(own - bandTolerance));
  const high = Math.min(bandCount - 1, Math.round(own + bandTolerance));
  for (let b = low; b <= high; b++) {
    const end = sound.bandFrom[b + 1]!;
    for (let k = firstFrom(sound.frame, sound.bandFrom[b]!, end, at - frameTolerance); k < end; k++) {
      if (sound.frame[k]! > at + frameTolerance) break;
      if (Math.abs(sound.band[k]! - own) <= bandTolerance) return true;
    }
  }
  return false;
}

/** A sound's peaks come sorted passage by passage; within each band they must ascend. */
function inOrder(peaks: Peaks): Peaks {
  const order = Array.from({ length: peaks.count }, (_, i) => i).sort((a, b) => peaks.frame[a]! - peaks.frame[b]!);
  const pick = (from: Float32Array): Float32Array => Float32Array.from(order, (i) => from[i]!);
  return { count: peaks.count, frame: pick(peaks.frame), band: pick(peaks.band), rise: pick(peaks.rise) };
}

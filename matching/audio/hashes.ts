// Pairs of peaks as 20-bit numbers: band of the first (7 bits), step in bands (6 bits), step in frames (6 bits; 1–63).
// A pair survives when both peaks do, which is why the sound, whose peaks are disturbed, gets the larger fan-out.

import type { Peaks } from '../../audio/peaks.ts';

export const hashCount = 1 << 19;
export const referenceFanOut = 5;
export const soundFanOut = 12;

const largestBandStep = 31;
const largestFrameStep = 40;
const smallestFrameStep = 2;

/** Calls `visit` with each pair's hash and the frame of its first peak. `peaks` must be ascending in time. */
export function visitHashes(peaks: Peaks, fanOut: number, visit: (hash: number, frame: number) => void): void {
  const { count, frame, band } = peaks;
  for (let i = 0; i < count; i++) {
    const from = Math.round(frame[i]!);
    const low = Math.round(band[i]!);
    let pairs = 0;
    for (let j = i + 1; j < count && pairs < fanOut; j++) {
      const frameStep = Math.round(frame[j]!) - from;
      if (frameStep > largestFrameStep) break;
      const bandStep = Math.round(band[j]!) - low;
      if (frameStep < smallestFrameStep || bandStep > largestBandStep || bandStep < -largestBandStep) continue;
      visit((low << 12) | ((bandStep + 32) << 6) | frameStep, from);
      pairs++;
    }
  }
}

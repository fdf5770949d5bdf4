// Reading one sound under many hypotheses for a fraction of the price: hypotheses whose frequency ratios lie within 8 % share a transform.

import { warp } from '../../audio/resample.ts';
import { bandPower, binPower, type BinPower } from '../../audio/spectrum.ts';
import { embeddingHopSamples, finite, frameMs, referenceEveryFrames, windowsOf, type Windows } from './frontEnd.ts';

const groupStep = 1.16;
/** Half a frame of the network's: the nearest one is at most 16 ms off, of windows that last two seconds. */
const sharedHop = embeddingHopSamples / 2;

/** `soundWindows` every 512 ms of the recording's time, nearly: for proposing places, not for verifying them. */
export function createSoundReader(
  pcm: Float32Array,
): (hypothesis: { readonly time: number; readonly frequency: number }) => Windows {
  const clean = finite(pcm);
  const groups = new Map<number, BinPower>();
  return ({ time, frequency }) => {
    const group = Math.round(Math.log(frequency) / Math.log(groupStep));
    const middle = groupStep ** group;
    let bins = groups.get(group);
    if (bins === undefined) {
      bins = binPower(warp(clean, 1 / middle), sharedHop * middle);
      groups.set(group, bins);
    }
    const shared = bins;
    const last = shared.frames - 1;
    const stride = embeddingHopSamples / sharedHop / time;
    const frames = last < 0 ? 0 : Math.floor(last / stride) + 1;
    const frameAt = (frame: number): number => Math.min(last, Math.round(frame * stride));
    return windowsOf(bandPower(shared, frames, frameAt, frequency / middle), referenceEveryFrames, 0, frameMs / time);
  };
}

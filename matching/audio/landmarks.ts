// A sound's peaks in its own time, under no hypothesis: what the index of waiting sounds is made of. They are packed as a reference's are
// (reference.ts), so that a sound can also stand where a recording stands when two sounds are compared.

import { findPeaks, type Peaks } from '../../audio/peaks.ts';
import { spectrogram } from '../../audio/spectrum.ts';
import { framesPerSecond, hopSamples, packPeaks } from './reference.ts';
import { unpackSoundPrint, type SoundPrint } from './soundPrint.ts';

/** Packed peaks of a sound, 1.4 KB for 15 s. Stored as `bytea`. */
export type Landmarks = Uint8Array;

/** Raise it when the analysis changes: sounds that wait are then analysed anew from their prints. */
export const landmarksVersion = 1;

/** As many as the search takes of a sound: what a voice or a crowd covers must leave enough. */
const peaksPerSecond = 30;

/** Analyses a stored print: 15 ms for 15 s. Throws a `RangeError` when the bytes are not a print. */
export function soundLandmarks(print: SoundPrint): Landmarks {
  const { passages, durationMs } = unpackSoundPrint(print);
  const parts = passages.map(({ fromSample, pcm }): Peaks => {
    const peaks = findPeaks(spectrogram(pcm, hopSamples), { framesPerSecond, peaksPerSecond });
    const from = fromSample / hopSamples;
    return { ...peaks, frame: peaks.frame.map((frame) => frame + from) };
  });
  const join = (pick: (peaks: Peaks) => Float32Array): Float32Array =>
    Float32Array.from(parts.flatMap((part) => [...pick(part)]));
  return packPeaks(
    {
      count: parts.reduce((sum, part) => sum + part.count, 0),
      frame: join((peaks) => peaks.frame),
      band: join((peaks) => peaks.band),
      rise: join((peaks) => peaks.rise),
    },
    Math.round(durationMs),
  );
}

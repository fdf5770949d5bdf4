// Whole recordings and sounds as sequences of vectors: one every 512 ms, of signed bytes.
//
// A byte a number is a quarter of what the network gives and moves no dot product by more than 0.005; a vector of zeros is silence.

import { spectrogram } from '../../audio/spectrum.ts';
import type { Embedder } from './embedder.ts';
import {
  embeddingHopSamples,
  finite,
  referenceEveryFrames,
  soundWindows,
  windowFrames,
  windowsOf,
  type Windows,
} from './frontEnd.ts';
import { createSoundReader } from './soundReader.ts';

/** Numbers in a vector of the segment head. */
export const segmentDimensions = 128;

/** 64 windows are 33 s and 1 MB of network input: a reference of hours takes no more memory than one of minutes. */
const windowsAtOnce = 64;
const stepSamples = referenceEveryFrames * embeddingHopSamples;
/** Half of the transform's window, which reaches so far before a frame's centre. */
const reach = 512;

/**
 * Vectors of a recording's windows, window k from 512·k ms on. `pcm` is mono at 8 kHz; shorter than 2.05 s gives none.
 * @returns windows × 128 signed bytes.
 */
export async function embedReference(embedder: Embedder, pcm: Float32Array): Promise<Int8Array> {
  const frames = pcm.length === 0 ? 0 : Math.floor((pcm.length - 1) / embeddingHopSamples) + 1;
  const count = frames < windowFrames ? 0 : Math.floor((frames - windowFrames) / referenceEveryFrames) + 1;
  const packed = new Int8Array(count * segmentDimensions);
  for (let first = 0; first < count; first += windowsAtOnce) {
    const some = Math.min(windowsAtOnce, count - first);
    const from = first * stepSamples - reach;
    const to = from + (some - 1) * stepSamples + (windowFrames - 1) * embeddingHopSamples + 2 * reach;
    const lead = Math.max(0, -from);
    const piece = finite(pcm.subarray(Math.max(0, from), Math.min(pcm.length, to)));
    // The frames that this piece's windows need, centred where the whole recording's would be.
    const windows = windowsOf(spectrogram(piece, embeddingHopSamples, reach - lead), referenceEveryFrames);
    packed.set((await packedOf(embedder, windows)).subarray(0, some * segmentDimensions), first * segmentDimensions);
  }
  return packed;
}

export interface SoundEmbedder {
  /**
   * The vectors of a sound read under a hypothesis: window k begins 512·k ms of the *recording's* time after the first sample. Meant for up
   * to a minute at once.
   */
  embed(pcm: Float32Array, hypothesis: Hypothesis): Promise<Int8Array>;
  /** The same under many hypotheses, some milliseconds and per cent of a band less exact, for a third of the cost. */
  reader(pcm: Float32Array): (hypothesis: Hypothesis) => Promise<Int8Array>;
}

interface Hypothesis {
  readonly time: number;
  readonly frequency: number;
}

export function createSoundEmbedder(embedder: Embedder): SoundEmbedder {
  return {
    embed: (pcm, hypothesis) => packedOf(embedder, soundWindows(pcm, hypothesis, referenceEveryFrames)),
    reader(pcm) {
      const read = createSoundReader(pcm);
      return (hypothesis) => packedOf(embedder, read(hypothesis));
    },
  };
}

async function packedOf(embedder: Embedder, windows: Windows): Promise<Int8Array> {
  const { segment } = await embedder.embed(windows.input, windows.count);
  return Int8Array.from(segment, (value) => Math.round(value * 127));
}

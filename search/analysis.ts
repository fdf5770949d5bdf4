// What is computed of a piece of audio by itself. Samples are mono at 8 kHz, and are handed over: they cannot be used afterwards.

import type { AudioCandidate } from '../domain/evidence.ts';
import type { Landmarks } from '../matching/audio/landmarks.ts';
import type { Reference } from '../matching/audio/referenceSegment.ts';
import type { SoundPrint } from '../matching/audio/soundPrint.ts';
import type { Runner } from './threads.ts';
import type { Fingerprint, HeardSound, SearchWork } from './work.ts';

export interface AudioAnalysis {
  /** Gates a sound, and makes what is kept of it. */
  hear(pcm: Float32Array, signal: AbortSignal): Promise<HeardSound>;
  landmarks(print: SoundPrint, signal: AbortSignal): Promise<Landmarks>;
  /** What is kept of a recording; `vectors` is null where there is no second cue. */
  fingerprint(pcm: Float32Array, signal: AbortSignal): Promise<Fingerprint>;
  /** The same, with what the gates say; of silence and of what is too short there are no vectors. */
  gateAndFingerprint(pcm: Float32Array, signal: AbortSignal): Promise<Fingerprint>;
  /** The best of a few recordings that are in no index, by their peaks alone; null when none fits. */
  compare(references: readonly Reference[], pcm: Float32Array, signal: AbortSignal): Promise<AudioCandidate | null>;
}

export function createAnalysis(
  runner: Runner<SearchWork>,
  { withVectors }: { readonly withVectors: boolean },
): AudioAnalysis {
  const handedOver = (pcm: Float32Array, signal: AbortSignal) => ({ signal, transfer: [pcm.buffer as ArrayBuffer] });
  return {
    hear: (pcm, signal) => runner.run('hear', { pcm }, handedOver(pcm, signal)),
    landmarks: (print, signal) => runner.run('landmarks', { print }, { signal }),
    fingerprint: (pcm, signal) => runner.run('fingerprint', { pcm, withVectors, gate: false }, handedOver(pcm, signal)),
    gateAndFingerprint: (pcm, signal) =>
      runner.run('fingerprint', { pcm, withVectors, gate: true }, handedOver(pcm, signal)),
    compare: (references, pcm, signal) => runner.run('compare', { references, pcm }, handedOver(pcm, signal)),
  };
}

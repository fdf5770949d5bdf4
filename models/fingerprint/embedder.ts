// The network as the search uses it: windows in, unit vectors out, silence without a vector.

import type { EngineName, OpenOptions, Session } from '../runtime/model.ts';
import { openModel } from '../runtime/open.ts';
import { windowFrames, windowSize } from './frontEnd.ts';
import { fingerprintModel, type FingerprintManifest } from './model.ts';
import { bandCount } from '../../audio/spectrum.ts';

/** Windows by vectors, one after the other; every vector has length 1, or is all zeros for a silent window. */
export interface Embeddings {
  readonly count: number;
  /** count × 128: the same moment of the same recording lies close. */
  readonly segment: Float32Array;
  /** count × 64: any moment of the same recording lies close. */
  readonly track: Float32Array;
}

export interface Embedder {
  readonly name: EngineName;
  /** Version of the weights; vectors of different versions must never meet. */
  readonly modelVersion: string;
  /** What runs it, for a person: "onnxruntime-node 1.30.0, CPU". */
  readonly description: string;
  /**
   * `windows` holds `count` network inputs of frames × bands, as `frontEnd.ts` makes them. Numbers that are not finite count
   * as zero: a bad window must not spoil the batch it is in. Throws RangeError when the length is not count × frames × bands.
   */
  embed(windows: Float32Array, count: number): Promise<Embeddings>;
  close(): Promise<void>;
}

/** The embedder, or the reason why the engine cannot run here. */
export type EmbedderOutcome =
  | { readonly kind: 'ready'; readonly embedder: Embedder }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly fix: string };

/** Opens the weights that ship on the engine of that name. Loads nothing of the other one. Throws ModelError when they are damaged. */
export async function openEmbedder(
  engine: EngineName,
  options: Omit<OpenOptions, 'engine'> = {},
): Promise<EmbedderOutcome> {
  const outcome = await openModel(fingerprintModel, { engine, ...options });
  return outcome.kind === 'ready'
    ? { kind: 'ready', embedder: embedderOf(outcome.session, outcome.manifest) }
    : outcome;
}

function embedderOf(session: Session<'windows', 'segment' | 'track'>, manifest: FingerprintManifest): Embedder {
  return {
    name: session.engine,
    modelVersion: manifest.version,
    description: session.description,
    async embed(windows, count) {
      const input = finite(windows);
      const { segment, track } = await session.run({
        windows: { shape: [count, windowFrames, bandCount], data: input },
      });
      clearSilent(input, segment.data, segment.shape[1]!);
      clearSilent(input, track.data, track.shape[1]!);
      return { count, segment: segment.data, track: track.data };
    },
    close: () => session.close(),
  };
}

/** The windows, with what is not finite as zero; copied only when there is something to mend. */
function finite(windows: Float32Array): Float32Array {
  for (let i = 0; i < windows.length; i++) {
    if (!Number.isFinite(windows[i]!)) return windows.map((value) => (Number.isFinite(value) ? value : 0));
  }
  return windows;
}

/** The network's answer to a window of zeros is the same vector for every silence: it would match all of them. */
function clearSilent(windows: Float32Array, vectors: Float32Array, vectorSize: number): void {
  for (let window = 0; window * windowSize < windows.length; window++) {
    let i = window * windowSize;
    const end = i + windowSize;
    while (i < end && windows[i] === 0) i++;
    if (i === end) vectors.fill(0, window * vectorSize, (window + 1) * vectorSize);
  }
}

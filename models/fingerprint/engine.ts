// One interface over the programs that can run the embedding network.

/** Windows by vectors, one after the other; every vector has length 1, or is all zeros for a silent window. */
export interface Embeddings {
  readonly count: number;
  /** count × manifest.network.segment: the same moment of the same recording lies close. */
  readonly segment: Float32Array;
  /** count × manifest.network.track: any moment of the same recording lies close. */
  readonly track: Float32Array;
}

export type EngineName = 'onnx' | 'tensorflow';

export interface EmbeddingEngine {
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

/** Any engine, or the reason why it cannot run here. */
export type EngineOutcome =
  | { readonly kind: 'ready'; readonly engine: EmbeddingEngine }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly fix: string };

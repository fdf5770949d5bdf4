// The second audio cue as activities use it: the network and the index of its vectors, wired together.

import { openVectorIndex, type VectorIndex } from '../store/catalogue/vectors.ts';
import type { Database } from '../store/database.ts';
import type { VectorCue } from '../matching/audio/bothCues.ts';
import { searchedPlaces } from '../matching/audio/vectorSequences.ts';
import { createSoundEmbedder, embedReference, segmentDimensions } from '../models/fingerprint/embedAudio.ts';
import type { Embedder } from '../models/fingerprint/embedder.ts';

export interface AudioVectors {
  readonly index: VectorIndex;
  readonly cue: VectorCue;
  /** Vectors of a whole reference, mono at 8 kHz, as the index takes them. */
  embed(pcm: Float32Array): Promise<Int8Array>;
}

/** Opens the index for the engine's weights; see `openVectorIndex` for what it makes in the database. */
export async function openAudioVectors(database: Database, embedder: Embedder): Promise<AudioVectors> {
  const index = await openVectorIndex(database, {
    modelVersion: embedder.modelVersion,
    dimensions: segmentDimensions,
    places: searchedPlaces,
  });
  return {
    index,
    embed: (pcm) => embedReference(embedder, pcm),
    cue: { ...createSoundEmbedder(embedder), sequencesOf: index.sequencesOf, nearest: index.nearest },
  };
}

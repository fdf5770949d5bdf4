// The second audio cue of a process: the index of vectors in Postgres, for the network that its threads run.

import { searchedPlaces } from '../matching/audio/vectorSequences.ts';
import { segmentDimensions } from '../models/fingerprint/embedAudio.ts';
import { openVectorIndex, type VectorIndex } from '../store/catalogue/vectors.ts';
import type { Database } from '../store/database.ts';
import type { Answers, Runner } from './threads.ts';
import type { Network, SearchWork, VectorQuestions } from './work.ts';

export type OpenedVectors =
  { readonly kind: 'ready'; readonly index: VectorIndex } | Extract<Network, { kind: 'unavailable' }>;

/** Opens the index for the network's weights; see `openVectorIndex` for what it makes in the database. */
export async function openVectors(database: Database, runner: Runner<SearchWork>): Promise<OpenedVectors> {
  const network = await runner.run('network', undefined as never);
  if (network.kind === 'unavailable') return network;
  const index = await openVectorIndex(database, {
    modelVersion: network.modelVersion,
    dimensions: segmentDimensions,
    places: searchedPlaces,
  });
  return { kind: 'ready', index };
}

/** What searching threads ask of the index. */
export function answersOf({ sequencesOf, nearest }: VectorIndex): Answers {
  const answers: VectorQuestions = {
    sequencesOf,
    nearest: ({ vectors, perVector }) => nearest(vectors, perVector),
  };
  return { ...answers };
}

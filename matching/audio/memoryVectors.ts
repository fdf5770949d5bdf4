// Vectors of references in memory, searched without an extension: for one folder, one file, an evaluation. Postgres with pgvector does
// the same for a catalogue (store/catalogue/vectors.ts).
//
// Nearest neighbours are found through the signs of their numbers: two vectors with a similarity of 0.5 differ in a third of their signs,
// two by chance in half, ±6 of 128. Whoever differs in few enough is compared exactly. That is a scan, but of 16 bytes a vector:
// 3 ms a query over 200,000 of them (58 hours of music), exact above the bar but for what the signs hide, and nothing to build.

import { dimensions, isSilent, searchedPlaces, similarity, type VectorSequence } from './vectorSequences.ts';
import type { Neighbour, VectorCue } from './bothCues.ts';

/** At a similarity of 0.6 the signs of 38 numbers differ on average, with a deviation of 5; by chance of 64. */
const mostDifferent = 44;
const leastSimilar = 0.4;

/** With a network's embedder this is a `VectorCue`. */
export interface MemoryVectors extends Pick<VectorCue, 'sequencesOf' | 'nearest'> {
  add(referenceId: number, sequence: VectorSequence): void;
  remove(referenceId: number): void;
}

export function createMemoryVectors(): MemoryVectors {
  const sequences = new Map<number, VectorSequence>();
  let built: Built | null = null;
  return {
    add(referenceId, sequence) {
      sequences.set(referenceId, sequence);
      built = null;
    },
    remove(referenceId) {
      if (sequences.delete(referenceId)) built = null;
    },
    sequencesOf: (referenceIds) =>
      Promise.resolve(
        new Map(
          referenceIds.flatMap((id) => {
            const sequence = sequences.get(id);
            return sequence === undefined ? [] : [[id, sequence] as const];
          }),
        ),
      ),
    nearest(vectors, perVector) {
      built ??= build(sequences);
      const found: Neighbour[] = [];
      for (let query = 0; query * dimensions < vectors.length; query++)
        if (!isSilent(vectors, query)) found.push(...nearestOf(built, sequences, vectors, query, perVector));
      return Promise.resolve(found);
    },
  };
}

interface Built {
  /** Four words of signs for each searched window. */
  readonly signs: Uint32Array;
  readonly referenceId: Float64Array;
  readonly place: Int32Array;
}

function build(sequences: ReadonlyMap<number, VectorSequence>): Built {
  const chosen = [...sequences].map(([id, sequence]) => ({ id, sequence, places: searchedPlaces(sequence) }));
  const count = chosen.reduce((sum, { places }) => sum + places.length, 0);
  const signs = new Uint32Array(4 * count);
  const referenceId = new Float64Array(count);
  const place = new Int32Array(count);
  let at = 0;
  for (const { id, sequence, places } of chosen) {
    for (const window of places) {
      writeSigns(sequence, window, signs, 4 * at);
      referenceId[at] = id;
      place[at++] = window;
    }
  }
  return { signs, referenceId, place };
}

function nearestOf(
  { signs, referenceId, place }: Built,
  sequences: ReadonlyMap<number, VectorSequence>,
  vectors: VectorSequence,
  query: number,
  perVector: number,
): Neighbour[] {
  const own = new Uint32Array(4);
  writeSigns(vectors, query, own, 0);
  const [a, b, c, d] = [own[0]!, own[1]!, own[2]!, own[3]!];
  const close: Neighbour[] = [];
  for (let at = 0; at < place.length; at++) {
    const word = 4 * at;
    // Half of the signs first: most are ruled out by them.
    const half = ones(signs[word]! ^ a) + ones(signs[word + 1]! ^ b);
    if (half > mostDifferent - 14) continue;
    if (half + ones(signs[word + 2]! ^ c) + ones(signs[word + 3]! ^ d) > mostDifferent) continue;
    const exact = similarity(vectors, query, sequences.get(referenceId[at]!)!, place[at]!);
    if (exact >= leastSimilar)
      close.push({ query, referenceId: referenceId[at]!, place: place[at]!, similarity: exact });
  }
  return close.sort((x, y) => y.similarity - x.similarity).slice(0, perVector);
}

function writeSigns(sequence: VectorSequence, window: number, into: Uint32Array, at: number): void {
  const from = window * dimensions;
  for (let word = 0; word < 4; word++) {
    let bits = 0;
    for (let k = 0; k < 32; k++) if (sequence[from + 32 * word + k]! > 0) bits |= 1 << k;
    into[at + word] = bits;
  }
}

/** Number of ones in a word. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

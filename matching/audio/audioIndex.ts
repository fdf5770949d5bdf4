// The index of reference peaks: an inverted list from pair hashes to places on one long time line.
//
// All references lie one behind the other on that line, with gaps, so that a posting is a single number and a vote for
// "recording and offset" is a single subtraction. Postings lie together by hash (4 bytes each): a search that followed a chain of them
// through memory spent a third of its time waiting. What is added waits in a list of its own and is merged before the next search,
// by counting: 1.4 million postings take about 30 ms. Removal marks the reference and forgets the postings when a
// quarter of them is dead.

import type { AudioCandidate } from '../../domain/evidence.ts';
import type { Peaks } from '../../audio/peaks.ts';
import { bandCount } from '../../audio/spectrum.ts';
import { hashCount, referenceFanOut, visitHashes } from './hashes.ts';
import { unpackPeaks, type ReferencePrint } from './reference.ts';
import { judgePlaces, searchIndex } from './search.ts';
import type { SearchOptions, SuggestedPlace } from './search.ts';
import type { SoundPrint } from './soundPrint.ts';

export interface Reference {
  readonly referenceId: number;
  readonly recordingId: string;
  readonly durationMs: number;
  readonly print: ReferencePrint;
}

export interface AudioIndex {
  /** Adds a reference; one with the same id is replaced. */
  add(reference: Reference): void;
  /** Returns whether it was there. */
  remove(referenceId: number): boolean;
  /** Number of references. */
  readonly size: number;
  /** `query` is mono samples at 8 kHz, or a stored print of the sound. Best candidate first; empty when nothing fits. */
  search(query: Float32Array | SoundPrint, options?: SearchOptions): AudioCandidate[];
  /** The same over some references only: a new delivery against a waiting sound. */
  searchAmong(
    query: Float32Array | SoundPrint,
    referenceIds: ReadonlySet<number>,
    options?: SearchOptions,
  ): AudioCandidate[];
  /** What the peaks say of places that another cue proposes, however little; at most six places, best first. */
  judge(query: Float32Array | SoundPrint, places: readonly SuggestedPlace[], hypothesesTried: number): AudioCandidate[];
}

/** A reference's peaks sorted by band, the form in which constellations are compared. */
export interface IndexedReference {
  readonly referenceId: number;
  readonly recordingId: string;
  readonly durationMs: number;
  /** Where it begins on the index's time line, in frames. */
  readonly lineFrom: number;
  readonly frames: number;
  /** Peaks of band b are bandFrom[b] to bandFrom[b + 1] in the two lists, ascending in time. */
  readonly bandFrom: Int32Array;
  readonly frame: Float32Array;
  readonly band: Float32Array;
}

/** What the search needs to see of the index. */
export interface IndexView {
  readonly lineFrames: number;
  readonly references: readonly IndexedReference[];
  /** Postings of hash h are places[bucketFrom[h]] to places[bucketFrom[h + 1]]. */
  readonly bucketFrom: Uint32Array;
  readonly places: Uint32Array;
  /** The reference under a place of the time line, or null in a gap or where one was removed. */
  referenceAt(place: number): IndexedReference | null;
}

/**
 * A window of a sound may begin before or end after a reference without touching the next one: more than the 1,100 frames of the longest
 * window at the highest speed. Votes fall into gaps too, so wide ones are paid for at every hypothesis.
 */
const gapFrames = 1280;

export function createAudioIndex(): AudioIndex {
  let bucketFrom = new Uint32Array(hashCount + 1);
  let places = new Uint32Array(0);
  let addedHash = new Uint32Array(1 << 14);
  let addedPlace = new Uint32Array(1 << 14);
  let added = 0;
  let deadPostings = 0;
  let lineFrames = gapFrames;
  let line: IndexedReference[] = [];
  const byId = new Map<
    number,
    { readonly indexed: IndexedReference; readonly reference: Reference; postings: number }
  >();

  const referenceAt = (place: number): IndexedReference | null => {
    let low = 0;
    let high = line.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (line[middle]!.lineFrom - gapFrames / 2 <= place) low = middle;
      else high = middle - 1;
    }
    const found = line[low];
    if (!found || place < found.lineFrom - gapFrames / 2 || place > found.lineFrom + found.frames + gapFrames / 2) {
      return null;
    }
    return byId.get(found.referenceId)?.indexed === found ? found : null;
  };

  const put = (reference: Reference): void => {
    const { peaks } = unpackPeaks(reference.print);
    const indexed: IndexedReference = {
      referenceId: reference.referenceId,
      recordingId: reference.recordingId,
      durationMs: reference.durationMs,
      lineFrom: lineFrames,
      ...byBand(peaks),
    };
    const before = added;
    visitHashes(peaks, referenceFanOut, (hash, at) => {
      if (added === addedHash.length) {
        addedHash = grow(addedHash);
        addedPlace = grow(addedPlace);
      }
      addedHash[added] = hash;
      addedPlace[added++] = lineFrames + at;
    });
    lineFrames += indexed.frames + gapFrames;
    line.push(indexed);
    byId.set(reference.referenceId, { indexed, reference, postings: added - before });
  };

  /** Sorts what was added into the buckets. */
  const merge = (): void => {
    if (added === 0) return;
    const from = new Uint32Array(hashCount + 1);
    for (let i = 0; i < added; i++) from[addedHash[i]! + 1]!++;
    for (let hash = 0; hash < hashCount; hash++) {
      from[hash + 1]! += from[hash]! + bucketFrom[hash + 1]! - bucketFrom[hash]!;
    }
    const merged = new Uint32Array(places.length + added);
    const fill = from.slice(0, hashCount);
    for (let hash = 0; hash < hashCount; hash++) {
      for (let k = bucketFrom[hash]!; k < bucketFrom[hash + 1]!; k++) merged[fill[hash]!++] = places[k]!;
    }
    for (let i = 0; i < added; i++) merged[fill[addedHash[i]!]!++] = addedPlace[i]!;
    bucketFrom = from;
    places = merged;
    added = 0;
    addedHash = new Uint32Array(1 << 14);
    addedPlace = new Uint32Array(1 << 14);
  };

  const rebuild = (): void => {
    const kept = [...byId.values()].map((entry) => entry.reference);
    bucketFrom = new Uint32Array(hashCount + 1);
    places = new Uint32Array(0);
    added = 0;
    deadPostings = 0;
    lineFrames = gapFrames;
    line = [];
    byId.clear();
    kept.forEach(put);
  };

  const remove = (referenceId: number): boolean => {
    const entry = byId.get(referenceId);
    if (!entry) return false;
    byId.delete(referenceId);
    deadPostings += entry.postings;
    if (deadPostings * 4 > places.length + added && deadPostings > 4096) rebuild();
    return true;
  };

  const view = (): IndexView => {
    merge();
    return {
      lineFrames,
      references: [...byId.values()].map((entry) => entry.indexed),
      bucketFrom,
      places,
      referenceAt,
    };
  };

  return {
    add(reference) {
      remove(reference.referenceId);
      put(reference);
    },
    remove,
    get size() {
      return byId.size;
    },
    search: (query, options = {}) => searchIndex(view(), query, options, null),
    searchAmong: (query, referenceIds, options = {}) => searchIndex(view(), query, options, referenceIds),
    judge: (query, places, hypothesesTried) => judgePlaces(view(), query, places, hypothesesTried),
  };
}

/** Peaks sorted by band, and by time within each. */
export function byBand(peaks: Peaks): Pick<IndexedReference, 'frames' | 'bandFrom' | 'frame' | 'band'> {
  const frames = peaks.count === 0 ? 1 : Math.ceil(peaks.frame[peaks.count - 1]!) + 1;
  const bandFrom = new Int32Array(bandCount + 1);
  for (let i = 0; i < peaks.count; i++) bandFrom[Math.min(bandCount - 1, Math.round(peaks.band[i]!)) + 1]!++;
  for (let b = 0; b < bandCount; b++) bandFrom[b + 1]! += bandFrom[b]!;
  const fill = bandFrom.slice();
  const frame = new Float32Array(peaks.count);
  const band = new Float32Array(peaks.count);
  for (let i = 0; i < peaks.count; i++) {
    const place = fill[Math.min(bandCount - 1, Math.round(peaks.band[i]!))]!++;
    frame[place] = peaks.frame[i]!;
    band[place] = peaks.band[i]!;
  }
  return { frames, bandFrom, frame, band };
}

function grow(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const into = new Uint32Array(2 * from.length);
  into.set(from);
  return into;
}

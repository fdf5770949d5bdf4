// A stretch of the index of references: immutable, and in one buffer, so that threads can share it and a file could hold it.
//
// All references lie one behind the other on one long time line, with gaps, so that a posting is a single number and a vote for "recording
// and offset" is a single subtraction. A segment holds a stretch of that line: its references' peaks by band, and the postings of their pair
// hashes, which lie together by hash (4 bytes each): a search that followed a chain of them through memory spent a third of its time
// waiting. What is added becomes a segment of its own; neighbouring segments are joined now and then (`referenceIndex.ts`).
//
// Removal marks a reference as dead, beside the segment. Its postings go on voting for nobody until all is compacted.

import { bandCount } from '../../audio/spectrum.ts';
import { hashCount, referenceFanOut, visitHashes } from './hashes.ts';
import { framesIn, sortByBand, unpackPeaks, type IndexedReference, type ReferencePrint } from './reference.ts';

export interface Reference {
  readonly referenceId: number;
  readonly recordingId: string;
  readonly print: ReferencePrint;
}

/** Sizes say where everything lies in the buffer; see `columnsOf`. Plain data: it can be sent to another thread. */
export interface Segment {
  readonly buffer: ArrayBufferLike;
  readonly references: number;
  readonly peaks: number;
  readonly postings: number;
  readonly nameBytes: number;
  /** Its stretch of the line, in frames. */
  readonly lineFrom: number;
  readonly lineTo: number;
}

/** The index at one moment. A search keeps to the one that it began with, whatever is added or removed meanwhile. */
export interface IndexVersion {
  /** In the order of the line. */
  readonly segments: readonly Segment[];
  /** For each segment one flag a reference: 1 unless it was removed. */
  readonly alive: readonly Uint8Array[];
  readonly lineFrames: number;
  /** Live ones. */
  readonly references: number;
}

/** Makes the buffer of a segment: memory of this thread, or shared with others. */
export type Allocate = (bytes: number) => ArrayBufferLike;

/**
 * A window of a sound may begin before or end after a reference without touching the next one: more than the 1,100 frames of the longest
 * window at the highest speed. Votes fall into gaps too, so wide ones are paid for at every hypothesis.
 */
export const gapFrames = 1280;
const bandsEach = bandCount + 1;

type Sizes = Pick<Segment, 'references' | 'peaks' | 'postings' | 'nameBytes'>;

export interface Columns {
  readonly referenceId: Float64Array;
  readonly lineFrom: Uint32Array;
  readonly frames: Uint32Array;
  /** Postings of each reference. */
  readonly postingsOf: Uint32Array;
  /** Where each reference's peaks and name begin; one more than there are references. */
  readonly peakFrom: Uint32Array;
  readonly nameFrom: Uint32Array;
  /** `bandCount` + 1 of each reference, counted from its first peak. */
  readonly bandFrom: Int32Array;
  readonly frame: Float32Array;
  readonly band: Float32Array;
  /** Postings of hash h are places[bucketFrom[h]] to places[bucketFrom[h + 1]], ascending. */
  readonly bucketFrom: Uint32Array;
  readonly places: Uint32Array;
  /** UTF-8. */
  readonly names: Uint8Array;
}

export function columnsOf({ buffer, ...sizes }: Sizes & { readonly buffer: ArrayBufferLike }): Columns {
  const { references: n, peaks, postings, nameBytes } = sizes;
  let at = 0;
  // The only column of eight bytes a number comes first, so that all are aligned.
  const next = <T>(
    make: new (buffer: ArrayBufferLike, from: number, length: number) => T,
    bytes: number,
    length: number,
  ): T => {
    const column = new make(buffer, at, length);
    at += bytes * length;
    return column;
  };
  return {
    referenceId: next(Float64Array, 8, n),
    lineFrom: next(Uint32Array, 4, n),
    frames: next(Uint32Array, 4, n),
    postingsOf: next(Uint32Array, 4, n),
    peakFrom: next(Uint32Array, 4, n + 1),
    nameFrom: next(Uint32Array, 4, n + 1),
    bandFrom: next(Int32Array, 4, n * bandsEach),
    frame: next(Float32Array, 4, peaks),
    band: next(Float32Array, 4, peaks),
    bucketFrom: next(Uint32Array, 4, hashCount + 1),
    places: next(Uint32Array, 4, postings),
    names: next(Uint8Array, 1, nameBytes),
  };
}

const bytesOf = ({ references: n, peaks, postings, nameBytes }: Sizes): number =>
  8 * n + 4 * (3 * n + 2 * (n + 1) + n * bandsEach + 2 * peaks + hashCount + 1 + postings) + nameBytes;

/** Throws a `RangeError` when a print is none. */
export function buildSegment(references: readonly Reference[], lineFrom: number, allocate: Allocate): Segment {
  const peaksOf = references.map(({ print }) => unpackPeaks(print).peaks);
  const names = references.map(({ recordingId }) => new TextEncoder().encode(recordingId));
  let hashes = new Uint32Array(1 << 14);
  let placed = new Uint32Array(1 << 14);
  let postings = 0;
  let line = lineFrom;
  const postingsOf: number[] = [];
  for (const peaks of peaksOf) {
    const before = postings;
    visitHashes(peaks, referenceFanOut, (hash, frame) => {
      if (postings === hashes.length) {
        hashes = doubled(hashes);
        placed = doubled(placed);
      }
      hashes[postings] = hash;
      placed[postings++] = line + frame;
    });
    postingsOf.push(postings - before);
    line += framesIn(peaks) + gapFrames;
  }
  const sizes: Sizes = {
    references: references.length,
    peaks: sum(peaksOf, (peaks) => peaks.count),
    postings,
    nameBytes: sum(names, (name) => name.length),
  };
  const buffer = allocate(bytesOf(sizes));
  const columns = columnsOf({ buffer, ...sizes });
  line = lineFrom;
  let peakFrom = 0;
  let nameFrom = 0;
  references.forEach(({ referenceId }, slot) => {
    const peaks = peaksOf[slot]!;
    columns.referenceId[slot] = referenceId;
    columns.lineFrom[slot] = line;
    columns.postingsOf[slot] = postingsOf[slot]!;
    columns.peakFrom[slot] = peakFrom;
    columns.nameFrom[slot] = nameFrom;
    columns.names.set(names[slot]!, nameFrom);
    const to = peakFrom + peaks.count;
    const bands = columns.bandFrom.subarray(slot * bandsEach, (slot + 1) * bandsEach);
    sortByBand(peaks, bands, columns.frame.subarray(peakFrom, to), columns.band.subarray(peakFrom, to));
    columns.frames[slot] = framesIn(peaks);
    line += framesIn(peaks) + gapFrames;
    peakFrom = to;
    nameFrom += names[slot]!.length;
  });
  columns.peakFrom[references.length] = peakFrom;
  columns.nameFrom[references.length] = nameFrom;

  const { bucketFrom, places } = columns;
  for (let i = 0; i < postings; i++) bucketFrom[hashes[i]! + 1]!++;
  for (let hash = 0; hash < hashCount; hash++) bucketFrom[hash + 1]! += bucketFrom[hash]!;
  const fill = bucketFrom.slice(0, hashCount);
  for (let i = 0; i < postings; i++) places[fill[hashes[i]!]!++] = placed[i]!;
  return { buffer, ...sizes, lineFrom, lineTo: line };
}

/**
 * One segment of several neighbours.
 * @param alive null keeps everything where it is on the line; flags leave the dead out, and the rest moves together from the line's beginning.
 */
export function joinSegments(
  parts: readonly Segment[],
  alive: readonly Uint8Array[] | null,
  allocate: Allocate,
): Segment {
  const opened = parts.map((part, p) => {
    const columns = columnsOf(part);
    const flags = alive?.[p];
    const kept = Array.from({ length: part.references }, (_, slot) => slot).filter((slot) => flags?.[slot] !== 0);
    return { columns, kept };
  });
  const sizeOf = (from: Uint32Array, slot: number): number => from[slot + 1]! - from[slot]!;
  const total = (pick: (columns: Columns, slot: number) => number): number =>
    sum(opened, ({ columns, kept }) => sum(kept, (slot) => pick(columns, slot)));
  const sizes: Sizes = {
    references: sum(opened, ({ kept }) => kept.length),
    peaks: total(({ peakFrom }, slot) => sizeOf(peakFrom, slot)),
    postings: total(({ postingsOf }, slot) => postingsOf[slot]!),
    nameBytes: total(({ nameFrom }, slot) => sizeOf(nameFrom, slot)),
  };
  const buffer = allocate(bytesOf(sizes));
  const to = columnsOf({ buffer, ...sizes });
  const lineFrom = alive === null ? (parts[0]?.lineFrom ?? gapFrames) : gapFrames;
  let line = lineFrom;
  let at = 0;
  let peakFrom = 0;
  let nameFrom = 0;
  // Frames that each reference moves on the line, NaN for the dead.
  const moves = opened.map(({ columns }) => new Float64Array(columns.referenceId.length).fill(NaN));
  opened.forEach(({ columns: from, kept }, p) => {
    for (const slot of kept) {
      const place = alive === null ? from.lineFrom[slot]! : line;
      moves[p]![slot] = place - from.lineFrom[slot]!;
      to.referenceId[at] = from.referenceId[slot]!;
      to.lineFrom[at] = place;
      to.frames[at] = from.frames[slot]!;
      to.postingsOf[at] = from.postingsOf[slot]!;
      to.peakFrom[at] = peakFrom;
      to.nameFrom[at] = nameFrom;
      to.bandFrom.set(from.bandFrom.subarray(slot * bandsEach, (slot + 1) * bandsEach), at * bandsEach);
      to.frame.set(from.frame.subarray(from.peakFrom[slot]!, from.peakFrom[slot + 1]!), peakFrom);
      to.band.set(from.band.subarray(from.peakFrom[slot]!, from.peakFrom[slot + 1]!), peakFrom);
      to.names.set(from.names.subarray(from.nameFrom[slot]!, from.nameFrom[slot + 1]!), nameFrom);
      peakFrom += sizeOf(from.peakFrom, slot);
      nameFrom += sizeOf(from.nameFrom, slot);
      line += from.frames[slot]! + gapFrames;
      at++;
    }
  });
  to.peakFrom[at] = peakFrom;
  to.nameFrom[at] = nameFrom;
  joinPostings(
    opened.map(({ columns }, p) => ({ columns, moves: alive === null ? null : moves[p]! })),
    to,
  );
  return { buffer, ...sizes, lineFrom, lineTo: alive === null ? (parts.at(-1)?.lineTo ?? lineFrom) : line };
}

function joinPostings(
  parts: readonly { readonly columns: Columns; readonly moves: Float64Array | null }[],
  { bucketFrom, places }: Columns,
): void {
  const slotsAt = parts.map(({ columns, moves }) => (moves === null ? null : slotTable(columns)));
  let at = 0;
  for (let hash = 0; hash < hashCount; hash++) {
    bucketFrom[hash] = at;
    for (let p = 0; p < parts.length; p++) {
      const { columns, moves } = parts[p]!;
      const end = columns.bucketFrom[hash + 1]!;
      for (let k = columns.bucketFrom[hash]!; k < end; k++) {
        const place = columns.places[k]!;
        if (moves === null) places[at++] = place;
        else {
          const move = moves[slotsAt[p]!(place)]!;
          if (move === move) places[at++] = place + move;
        }
      }
    }
  }
  bucketFrom[hashCount] = at;
}

/** Frames in a block of the table below: fewer than from the beginning of one reference to that of the next. */
const blockShift = 10;

/** Which reference a posting's place lies in: from a table of blocks, of which each holds the beginning of one reference at most. */
function slotTable({ lineFrom }: Columns): (place: number) => number {
  const first = lineFrom[0] ?? 0;
  const blocks = new Uint32Array((((lineFrom.at(-1) ?? 0) - first) >>> blockShift) + 2);
  let slot = 0;
  for (let block = 0; block < blocks.length; block++) {
    while (slot + 1 < lineFrom.length && lineFrom[slot + 1]! <= first + block * (1 << blockShift)) slot++;
    blocks[block] = slot;
  }
  return (place) => {
    const found = blocks[Math.min(blocks.length - 1, (place - first) >>> blockShift)]!;
    return found + 1 < lineFrom.length && lineFrom[found + 1]! <= place ? found + 1 : found;
  };
}

/** A reference with its place on the line. */
export interface PlacedReference extends IndexedReference {
  readonly lineFrom: number;
}

/** What a search sees of a version. */
export interface IndexView {
  readonly lineFrames: number;
  /** Number of live references. */
  readonly references: number;
  readonly postings: readonly Pick<Columns, 'bucketFrom' | 'places'>[];
  /** Frames of the live references, or of those of them with these ids. */
  placesAmong(among: ReadonlySet<number> | null): number;
  /** The reference under a place of the line, or null in a gap or where one was removed. */
  referenceAt(place: number): PlacedReference | null;
  referenceOf(referenceId: number): PlacedReference | null;
  /** The live references in the order of the line. */
  readonly nth: (n: number) => PlacedReference;
}

/** For one search: what it looks at of a reference is read once, and the same reference is the same object. */
export function openVersion({ segments, alive, lineFrames, references }: IndexVersion): IndexView {
  const opened = segments.map(columnsOf);
  const known = new Map<number, PlacedReference>();
  const firstOf = segments.map(() => 0);
  for (let p = 1; p < segments.length; p++) firstOf[p] = firstOf[p - 1]! + segments[p - 1]!.references;
  let live: Uint32Array | null = null;

  const placed = (part: number, slot: number): PlacedReference => {
    const key = firstOf[part]! + slot;
    let reference = known.get(key);
    if (reference === undefined) known.set(key, (reference = read(opened[part]!, slot)));
    return reference;
  };
  /** Calls `visit` with the live references until it returns true. */
  const someLive = (visit: (part: number, slot: number) => boolean): void => {
    for (let part = 0; part < segments.length; part++)
      for (let slot = 0; slot < segments[part]!.references; slot++)
        if (alive[part]![slot] === 1 && visit(part, slot)) return;
  };

  return {
    lineFrames,
    references,
    postings: opened,
    placesAmong(among) {
      let frames = 0;
      someLive((part, slot) => {
        const { referenceId, frames: framesOf } = opened[part]!;
        if (among === null || among.has(referenceId[slot]!)) frames += framesOf[slot]!;
        return false;
      });
      return frames;
    },
    referenceAt(place) {
      let part = segments.length - 1;
      while (part > 0 && opened[part]!.lineFrom[0]! - gapFrames / 2 > place) part--;
      const columns = opened[part];
      if (columns === undefined) return null;
      const { lineFrom, frames } = columns;
      let low = 0;
      let high = lineFrom.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (lineFrom[middle]! - gapFrames / 2 <= place) low = middle;
        else high = middle - 1;
      }
      const isNear = place >= lineFrom[low]! - gapFrames / 2 && place <= lineFrom[low]! + frames[low]! + gapFrames / 2;
      return isNear && alive[part]![low] === 1 ? placed(part, low) : null;
    },
    referenceOf(referenceId) {
      let found: PlacedReference | null = null;
      someLive((part, slot) => {
        if (opened[part]!.referenceId[slot] !== referenceId) return false;
        found = placed(part, slot);
        return true;
      });
      return found;
    },
    nth(n) {
      if (live === null) {
        const list = new Uint32Array(references);
        let count = 0;
        someLive((part, slot) => {
          list[count++] = firstOf[part]! + slot;
          return false;
        });
        live = list;
      }
      const key = live[n]!;
      let part = segments.length - 1;
      while (firstOf[part]! > key) part--;
      return placed(part, key - firstOf[part]!);
    },
  };
}

function read(columns: Columns, slot: number): PlacedReference {
  const { referenceId, lineFrom, frames, peakFrom, nameFrom, bandFrom, frame, band, names } = columns;
  const [from, to] = [peakFrom[slot]!, peakFrom[slot + 1]!];
  return {
    referenceId: referenceId[slot]!,
    // A copy: text is not decoded from shared memory.
    recordingId: new TextDecoder().decode(names.slice(nameFrom[slot], nameFrom[slot + 1])),
    lineFrom: lineFrom[slot]!,
    frames: frames[slot]!,
    bandFrom: bandFrom.subarray(slot * bandsEach, (slot + 1) * bandsEach),
    frame: frame.subarray(from, to),
    band: band.subarray(from, to),
  };
}

const sum = <T>(list: readonly T[], pick: (item: T) => number): number =>
  list.reduce((total, item) => total + pick(item), 0);

function doubled(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * list.length);
  larger.set(list);
  return larger;
}

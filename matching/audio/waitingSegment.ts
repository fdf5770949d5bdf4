// Two thousand waiting sounds: their landmarks, and their triples sorted into lists; immutable, and in one buffer, so that threads can share it.
//
// A segment's votes fit the processor's cache, and adding a sound makes only the last segment anew. A sound of 15 s has 750 triples and takes
// 5 to 7 KB.

import type { Landmarks } from './landmarks.ts';
import { unpackPeaks } from './reference.ts';
import type { Allocate } from './referenceSegment.ts';
import { grown, listCount, timeStep, visitKept } from './triples.ts';

export const segmentSize = 2048;

/** Sizes say where everything lies in the buffer. Plain data: it can be sent to another thread. */
export interface WaitingSegment {
  readonly buffer: ArrayBufferLike;
  /** Places for sounds; a removed one's stays empty until the segment is compacted. */
  readonly sounds: number;
  readonly triples: number;
  readonly landmarkBytes: number;
}

export interface WaitingColumns {
  /** Triples of list l are from listFrom[l] to listFrom[l + 1]. */
  readonly listFrom: Uint32Array;
  /** Sound in the segment (11 bits), time of the first peak in steps of 4 frames (13), its band in halves (8). */
  readonly word: Uint32Array;
  /** Where each sound's landmarks begin; one more than there are sounds. */
  readonly landmarksFrom: Uint32Array;
  /** Span in eighths of a frame. */
  readonly span: Uint8Array;
  readonly landmarks: Uint8Array;
}

type Sizes = Omit<WaitingSegment, 'buffer'>;

export function waitingColumns({ buffer, sounds, triples, landmarkBytes }: WaitingSegment): WaitingColumns {
  const wordAt = 4 * (listCount + 1);
  const fromAt = wordAt + 4 * triples;
  const spanAt = fromAt + 4 * (sounds + 1);
  return {
    listFrom: new Uint32Array(buffer, 0, listCount + 1),
    word: new Uint32Array(buffer, wordAt, triples),
    landmarksFrom: new Uint32Array(buffer, fromAt, sounds + 1),
    span: new Uint8Array(buffer, spanAt, triples),
    landmarks: new Uint8Array(buffer, spanAt + triples, landmarkBytes),
  };
}

const bytesOf = ({ sounds, triples, landmarkBytes }: Sizes): number =>
  4 * (listCount + 1 + triples + sounds + 1) + triples + landmarkBytes;

/**
 * A segment of what is kept of another one and of what is added.
 * @param kept sounds of `old` in their order; null leaves a place empty.
 */
export function buildWaiting(
  old: WaitingSegment | null,
  kept: readonly (number | null)[],
  added: readonly Landmarks[],
  allocate: Allocate,
): WaitingSegment {
  const columns = old === null ? null : waitingColumns(old);
  const all = [...kept.map((sound) => (sound === null ? null : landmarksOf(columns!, sound))), ...added];
  let lists = new Uint32Array(1 << 16);
  let words = new Uint32Array(1 << 16);
  let spans = new Uint8Array(1 << 16);
  let triples = 0;
  all.forEach((landmarks, sound) => {
    if (landmarks === null) return;
    visitKept(unpackPeaks(landmarks).peaks, (list, frame, band, span) => {
      const time = Math.round(frame / timeStep);
      if (time >= 1 << 13) return;
      if (triples === lists.length) {
        lists = grown(lists, Uint32Array);
        words = grown(words, Uint32Array);
        spans = grown(spans, Uint8Array);
      }
      lists[triples] = list;
      words[triples] = (sound << 21) | (time << 8) | Math.max(0, Math.min(255, Math.round(2 * band)));
      spans[triples++] = span;
    });
  });
  const landmarkBytes = all.reduce((total, landmarks) => total + (landmarks?.length ?? 0), 0);
  const sizes: Sizes = { sounds: all.length, triples, landmarkBytes };
  const segment: WaitingSegment = { buffer: allocate(bytesOf(sizes)), ...sizes };
  const to = waitingColumns(segment);
  let at = 0;
  all.forEach((landmarks, sound) => {
    to.landmarksFrom[sound] = at;
    if (landmarks !== null) to.landmarks.set(landmarks, at);
    at += landmarks?.length ?? 0;
  });
  to.landmarksFrom[all.length] = at;
  sortIntoLists(to, lists.subarray(0, triples), words, spans);
  return segment;
}

/** By counting. */
function sortIntoLists(
  { listFrom, word, span }: WaitingColumns,
  lists: Uint32Array,
  words: Uint32Array,
  spans: Uint8Array,
): void {
  for (const list of lists) listFrom[list + 1]!++;
  for (let list = 0; list < listCount; list++) listFrom[list + 1]! += listFrom[list]!;
  const fill = listFrom.slice();
  lists.forEach((list, i) => {
    const at = fill[list]!++;
    word[at] = words[i]!;
    span[at] = spans[i]!;
  });
}

export const landmarksOf = ({ landmarksFrom, landmarks }: WaitingColumns, sound: number): Landmarks =>
  landmarks.subarray(landmarksFrom[sound], landmarksFrom[sound + 1]);

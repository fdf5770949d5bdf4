// Streams of frames that each say where the next one begins: MPEG audio (mp3) and ADTS (AAC).
//
// A header is a few bits that also occur by chance, so a frame counts only when another one follows it. Where that chain is broken,
// the next place is looked for from which it goes on, and what was skipped is reckoned in frames of the mean length around it, so that
// time stays true.

import type { Lookahead } from './source.ts';

export interface FrameHeader {
  readonly bytes: number;
  readonly samples: number;
  readonly sampleRateHz: number;
  /** What does not change inside a stream: version, layer, rate. */
  readonly key: number;
}

export type Frame =
  | { readonly kind: 'frame'; readonly header: FrameHeader; readonly bytes: Uint8Array }
  | { readonly kind: 'lost'; readonly frames: number; readonly header: FrameHeader };

export type ParseFrame = (bytes: Uint8Array, at: number) => FrameHeader | null;

/** Most bytes that a first frame is looked for in, and that are looked through at once. */
const searchBytes = 256 * 1024;
/** Headers that must follow each other before a place counts as one where the stream begins or goes on. */
const chainLength = 3;
const longestFrame = 16 * 1024;

/** Where a chain of frames begins, at or after `from` and before `until`; null when none does. `key` 0 takes any stream. */
async function findChain(
  look: Lookahead,
  size: number,
  from: number,
  until: number,
  parse: ParseFrame,
  key: number,
): Promise<number | null> {
  for (let base = from; base < Math.min(until, size); base += searchBytes) {
    const bytes = await look(base, searchBytes + chainLength * longestFrame);
    const candidates = Math.min(searchBytes, bytes.length, until - base);
    for (let at = 0; at < candidates; at++) {
      if (bytes[at] === 0xff && isChain(bytes, at, base + bytes.length >= size, parse, key)) return base + at;
    }
  }
  return null;
}

function isChain(bytes: Uint8Array, from: number, isEnd: boolean, parse: ParseFrame, key: number): boolean {
  let at = from;
  let expected = key;
  for (let n = 0; n < chainLength; n++) {
    // A chain that runs into the end of the file is one, once it has two links.
    if (isEnd && n > 1 && at >= bytes.length - 3) return true;
    const header = parse(bytes, at);
    if (header === null || (expected !== 0 && header.key !== expected)) return isEnd && n > 1 && isTail(bytes, at);
    expected = header.key;
    at += header.bytes;
  }
  return true;
}

/** Tags that stand after the last frame. */
const isTail = (bytes: Uint8Array, at: number): boolean =>
  ['TAG', 'APETAGEX', 'LYRICSBEGIN'].some((name) => startsWith(bytes, at, name));

export const startsWith = (bytes: Uint8Array, at: number, text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

/** Bytes of the ID3v2 tag that begins there, or 0. */
export function id3Bytes(bytes: Uint8Array, at: number): number {
  if (!startsWith(bytes, at, 'ID3') || bytes.length < at + 10) return 0;
  let size = 0;
  for (let i = 6; i < 10; i++) size = size * 128 + (bytes[at + i]! & 127);
  return 10 + size + ((bytes[at + 5]! & 16) === 0 ? 0 : 10);
}

/** Where the frames begin, behind tags and whatever stands before them; null when there are none. */
export async function firstFrame(look: Lookahead, size: number, parse: ParseFrame): Promise<number | null> {
  let from = 0;
  for (let tag = id3Bytes(await look(0, 10), 0); tag > 0; tag = id3Bytes(await look(from, 10), 0)) from += tag;
  return findChain(look, size, from, from + searchBytes, parse, 0);
}

/** Frames on each side of a gap whose mean length says how many are in it: their length changes with the music. */
const neighbours = 24;

/** @param from as `firstFrame` said. */
export async function* readFrames(
  look: Lookahead,
  size: number,
  from: number,
  parse: ParseFrame,
): AsyncGenerator<Frame, void, undefined> {
  let at = from;
  const lengths: number[] = [];
  let last: FrameHeader | null = null;
  /** @param bytes that were skipped; the stream goes on at `next`. */
  const lostIn = async (bytes: number, next: number): Promise<number> => {
    // The first may be longer, with a note in place of audio.
    const before = lengths.length > 4 ? lengths.slice(1) : lengths;
    const around = [...before, ...(await lengthsFrom(look, next, parse))];
    return Math.round((bytes * around.length) / around.reduce((sum, length) => sum + length, 0));
  };
  while (at < size) {
    const bytes = await look(at, 2 * longestFrame);
    const header = parse(bytes, 0);
    const tag = id3Bytes(bytes, 0);
    // Files that were joined may go on at another rate.
    const goesOn = header !== null && (last === null || header.key === last.key || isChain(bytes, 0, false, parse, 0));
    if (!goesOn) {
      // Another tag, as where files were joined; or the tags at the end.
      if (tag > 0) {
        at += tag;
        continue;
      }
      if (last === null || isTail(bytes, 0)) return;
      const next = await findChain(look, size, at + 1, size, parse, last.key);
      if (next === null) return;
      const frames = await lostIn(next - at, next);
      if (frames > 0) yield { kind: 'lost', frames, header: last };
      at = next;
      continue;
    }
    const end = at + header.bytes;
    const follower = end < size ? parse(bytes, header.bytes) : null;
    if (follower === null || follower.key !== header.key) {
      // The last frame may be cut; one in the middle may say a wrong length, and then the next one begins inside it.
      if (end > size) return;
      const isLast = size - end < 4 || isTail(bytes, header.bytes) || id3Bytes(bytes, header.bytes) > 0;
      const inside = isLast ? null : await findChain(look, size, at + 1, Math.min(size, end), parse, header.key);
      if (inside !== null) {
        yield { kind: 'lost', frames: Math.max(1, await lostIn(inside - at, inside)), header };
        at = inside;
        continue;
      }
    }
    const kept = await look(at, header.bytes);
    yield { kind: 'frame', header, bytes: kept.subarray(0, header.bytes) };
    lengths.push(header.bytes);
    if (lengths.length > neighbours) lengths.shift();
    last = header;
    at = end;
  }
}

async function lengthsFrom(look: Lookahead, from: number, parse: ParseFrame): Promise<number[]> {
  const bytes = await look(from, neighbours * longestFrame);
  const lengths: number[] = [];
  let at = 0;
  for (let header = parse(bytes, 0); header !== null && lengths.length < neighbours; header = parse(bytes, at)) {
    lengths.push(header.bytes);
    at += header.bytes;
  }
  return lengths;
}

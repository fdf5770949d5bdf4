// The file as the confined child sees it: bytes that it asks its parent for, some at a time and from any place.

import { mostRead } from './protocol.ts';

export interface ByteSource {
  readonly size: number;
  /** Shorter than asked only where the file ends. The bytes are the caller's. */
  read(at: number, length: number): Promise<Uint8Array>;
}

/** Sound lies in small pieces between pictures, and an index may lie at the end: 16 blocks are 2 MB. */
const blockBytes = 128 * 1024;
const mostBlocks = 16;

/** @param fetch asks for at most `mostRead` bytes; gives less only at the end of the file. */
export function createByteSource(size: number, fetch: (at: number, length: number) => Promise<Uint8Array>): ByteSource {
  /** In the order of their last use. */
  const blocks = new Map<number, Uint8Array>();

  const blockAt = async (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index);
    const block = known ?? (await fetch(index * blockBytes, blockBytes));
    blocks.delete(index);
    blocks.set(index, block);
    if (blocks.size > mostBlocks) blocks.delete(blocks.keys().next().value!);
    return block;
  };

  return {
    size,
    async read(at, length) {
      const end = Math.min(size, at + length);
      const bytes = new Uint8Array(Math.max(0, end - at));
      let filled = 0;
      while (filled < bytes.length) {
        const from = at + filled;
        const rest = bytes.length - filled;
        let piece: Uint8Array;
        if (rest >= mostRead) {
          // What is so long is read once: it would only push everything else out.
          piece = await fetch(from, mostRead);
        } else {
          const block = await blockAt(Math.floor(from / blockBytes));
          piece = block.subarray(from % blockBytes, (from % blockBytes) + rest);
        }
        // The file became shorter while it was read.
        if (piece.length === 0) return bytes.subarray(0, filled);
        bytes.set(piece, filled);
        filled += piece.length;
      }
      return bytes;
    },
  };
}

/** A view of the bytes from `at` on that reaches at least `length` far, or to the end of the file. It is never written to again. */
export type Lookahead = (at: number, length: number) => Promise<Uint8Array>;

/** For readers that walk through the file: a step that stays inside what is there costs nothing. */
export function createLookahead(source: ByteSource): Lookahead {
  let from = 0;
  let held: Uint8Array = new Uint8Array(0);
  return async (at, length) => {
    const wanted = Math.max(0, Math.min(length, source.size - at));
    const offset = at - from;
    if (offset < 0 || offset + wanted > held.length) {
      held = await source.read(at, Math.max(wanted, blockBytes));
      from = at;
      return held;
    }
    return held.subarray(offset);
  };
}

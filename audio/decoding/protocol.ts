// What the parent and the confined decoder say to each other: frames over two pipes, [1 byte kind][4 bytes length][payload].
// Raw frames rather than Node's own channel, because whatever breaks out of a decoder must not get to hand objects to a
// deserialiser in the parent.

import type { UnreadableCode } from '../decode.ts';

/** `bytes` answers a `read`; it is shorter than asked where the file ends. */
export const toChild = { begin: 1, bytes: 2 } as const;
export const fromChild = { ready: 1, read: 2, pcm: 3, done: 4, unreadable: 5 } as const;

export interface BeginMessage {
  readonly bytes: number;
  readonly sampleRateHz: number;
  readonly channels: 'mono' | 'stereo';
  readonly maxDurationMs: number;
  readonly memoryMb: number;
}

/** How the child says that it was about to need more memory than it may. */
export const memoryExitCode = 77;

export interface DoneMessage {
  readonly source: {
    readonly format: string;
    readonly sampleRateHz: number;
    readonly channels: number;
    readonly durationMs: number | null;
  };
  readonly cut: boolean;
  readonly missing: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly stoppedBy: string | null;
  /** True when a decoder threw what it should not: this child is not used again. */
  readonly worn: boolean;
}

export interface UnreadableMessage {
  readonly code: UnreadableCode;
  readonly detail: string;
  readonly worn: boolean;
}

const headerBytes = 5;
/** More than any honest frame: PCM leaves in pieces of 1 MB, file bytes in pieces of `mostRead`. */
const largestPayload = 16 * 1024 * 1024;
/** Most bytes of the file that one read may ask for. */
export const mostRead = 1024 * 1024;

export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  frame[0] = kind;
  frame.writeUInt32LE(payload.length, 1);
  frame.set(payload, headerBytes);
  return frame;
}

export const encodeJson = (kind: number, value: unknown): Buffer =>
  encodeFrame(kind, Buffer.from(JSON.stringify(value)));

export function encodeRead(at: number, length: number): Buffer {
  const payload = Buffer.alloc(12);
  payload.writeDoubleLE(at, 0);
  payload.writeUInt32LE(length, 8);
  return encodeFrame(fromChild.read, payload);
}

/** Throws RangeError on a place or a length that no honest child asks for. */
export function decodeRead(payload: Buffer): { readonly at: number; readonly length: number } {
  const at = payload.length === 12 ? payload.readDoubleLE(0) : NaN;
  const length = payload.length === 12 ? payload.readUInt32LE(8) : 0;
  if (!Number.isSafeInteger(at) || at < 0 || length > mostRead) throw new RangeError('an impossible read');
  return { at, length };
}

/** Returns a function that takes what a pipe delivers and calls `visit` for each complete frame; throws on an absurd length. */
export function createFrameReader(visit: (kind: number, payload: Buffer) => void): (piece: Buffer) => void {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let wanted = headerBytes;
  return (piece) => {
    pending.push(piece);
    pendingBytes += piece.length;
    if (pendingBytes < wanted) return;
    let buffer = pending.length === 1 ? pending[0]! : Buffer.concat(pending, pendingBytes);
    while (buffer.length >= headerBytes) {
      const length = buffer.readUInt32LE(1);
      if (length > largestPayload) throw new RangeError(`frame of ${length} bytes`);
      wanted = headerBytes + length;
      if (buffer.length < wanted) break;
      visit(buffer[0]!, buffer.subarray(headerBytes, wanted));
      buffer = buffer.subarray(wanted);
      wanted = headerBytes;
    }
    pending = buffer.length === 0 ? [] : [buffer];
    pendingBytes = buffer.length;
  };
}

// What the parent and the confined decoder say to each other: frames over two pipes, [1 byte kind][4 bytes length][payload].
// Raw frames rather than Node's own channel, because whatever breaks out of a decoder must not get to hand objects to a
// deserialiser in the parent.

export const toChild = { begin: 1, bytes: 2, end: 3 } as const;
export const fromChild = { ready: 1, wantMore: 2, pcm: 3, done: 4, failed: 5 } as const;

export interface BeginMessage {
  readonly sampleRateHz: number;
  readonly maxDurationMs: number;
  readonly memoryMb: number;
}

/** How the child says that it was about to need more memory than it may. */
export const memoryExitCode = 77;

export interface DoneMessage {
  readonly format: string;
  readonly sourceSampleRateHz: number;
  readonly channels: number;
  /** Why decoding stopped early, or null: what came before was kept. */
  readonly stoppedBy: string | null;
}

export interface FailedMessage {
  readonly code: 'empty' | 'corrupt' | 'not_audio' | 'too_long';
  readonly detail: string;
}

const headerBytes = 5;
/** More than any honest frame: PCM leaves in pieces of 1 MB, file bytes in pieces of 64 KB. */
const largestPayload = 16 * 1024 * 1024;

export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  frame[0] = kind;
  frame.writeUInt32LE(payload.length, 1);
  frame.set(payload, headerBytes);
  return frame;
}

export const encodeJson = (kind: number, value: unknown): Buffer =>
  encodeFrame(kind, Buffer.from(JSON.stringify(value)));

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

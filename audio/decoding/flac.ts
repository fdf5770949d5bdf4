// FLAC frame by frame: each one says which sample it begins with and carries two checksums, so what is damaged is known to the sample.

import { id3Bytes, startsWith } from './frames.ts';
import { createTimeline, samplesIn, Unreadable, type Decoded, type Opened, type Piece } from './pieces.ts';
import { createLookahead, type ByteSource, type Lookahead } from './source.ts';

export interface StreamInfo {
  /** The block as it stands in the file, 34 bytes. */
  readonly bytes: Uint8Array;
  readonly blockSamples: number;
  readonly sampleRateHz: number;
  readonly samples: number | null;
}

interface FlacFrame {
  readonly bytes: Uint8Array;
  readonly firstSample: number;
  readonly samples: number;
}

/** Larger than any frame that is written: 8 channels of 16,384 samples of 24 bits take 400 KB. */
const longestFrame = 1024 * 1024;

const crc8 = new Uint8Array(256);
for (let i = 0; i < 256; i++) {
  let crc = i;
  for (let k = 0; k < 8; k++) crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  crc8[i] = crc;
}
/** Two bytes a step: with one, checking takes as long as half of the decoding. */
const crc16 = new Uint16Array(65_536);
for (let i = 0; i < 65_536; i++) {
  let crc = i;
  for (let k = 0; k < 16; k++) crc = (crc & 0x8000) !== 0 ? ((crc << 1) ^ 0x8005) & 0xffff : (crc << 1) & 0xffff;
  crc16[i] = crc;
}

function isWhole(bytes: Uint8Array, from: number, to: number): boolean {
  let crc = 0;
  let at = from;
  for (; at + 1 < to; at += 2) crc = crc16[crc ^ ((bytes[at]! << 8) | bytes[at + 1]!)]!;
  if (at < to) crc = ((crc << 8) & 0xffff) ^ crc16[((crc >> 8) ^ bytes[at]!) & 0xff]!;
  return crc === 0;
}

export function parseStreamInfo(bytes: Uint8Array): StreamInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 34);
  const samples = (bytes[13]! & 15) * 2 ** 32 + view.getUint32(14);
  return {
    bytes: bytes.slice(0, 34),
    blockSamples: view.getUint16(0),
    sampleRateHz: (bytes[10]! << 12) | (bytes[11]! << 4) | (bytes[12]! >> 4),
    samples: samples === 0 ? null : samples,
  };
}

interface Header {
  readonly length: number;
  readonly firstSample: number;
  readonly samples: number;
}

/** The frame header at `at`, or null when its checksum or a field says that it is none. */
function parseFrameHeader(bytes: Uint8Array, at: number, info: StreamInfo): Header | null {
  if (at + 6 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8) return null;
  const sizeBits = bytes[at + 2]! >> 4;
  const rateBits = bytes[at + 2]! & 15;
  if (sizeBits === 0 || rateBits === 15 || bytes[at + 3]! >> 4 > 10 || (bytes[at + 3]! & 1) !== 0) return null;
  // The number is coded as in UTF-8, up to 36 bits.
  const lead = bytes[at + 4]!;
  const more =
    lead < 0x80
      ? 0
      : lead < 0xc0
        ? -1
        : lead < 0xe0
          ? 1
          : lead < 0xf0
            ? 2
            : lead < 0xf8
              ? 3
              : lead < 0xfc
                ? 4
                : lead < 0xfe
                  ? 5
                  : 6;
  if (more < 0) return null;
  let number = more === 0 ? lead : lead & (0x3f >> more);
  for (let i = 1; i <= more; i++) number = number * 64 + (bytes[at + 4 + i]! & 0x3f);
  let end = at + 5 + more;
  let samples = sizeBits === 1 ? 192 : sizeBits <= 5 ? 576 << (sizeBits - 2) : 256 << (sizeBits - 8);
  if (sizeBits === 6) samples = bytes[end++]! + 1;
  if (sizeBits === 7) {
    samples = ((bytes[end]! << 8) | bytes[end + 1]!) + 1;
    end += 2;
  }
  end += rateBits === 12 ? 1 : rateBits === 13 || rateBits === 14 ? 2 : 0;
  if (end >= bytes.length) return null;
  let crc = 0;
  for (let i = at; i < end; i++) crc = crc8[crc ^ bytes[i]!]!;
  if (crc !== bytes[end]) return null;
  const counted = (bytes[at + 1]! & 1) === 0;
  return { length: end + 1 - at, firstSample: counted ? number * info.blockSamples : number, samples };
}

/** The whole frames among the packets of a container. */
export async function* framesOf(
  packets: AsyncIterable<Uint8Array>,
  info: StreamInfo,
): AsyncGenerator<FlacFrame, void, undefined> {
  for await (const bytes of packets) {
    const header = parseFrameHeader(bytes, 0, info);
    if (header !== null && isWhole(bytes, 0, bytes.length))
      yield { bytes, firstSample: header.firstSample, samples: header.samples };
  }
}

/** Puts whole frames through libFLAC and their audio where it belongs. */
export async function* decodeFrames(
  frames: AsyncIterable<FlacFrame>,
  info: StreamInfo,
): AsyncGenerator<Piece, void, undefined> {
  const libFlac = await (await import('@audio/decode-flac')).decoder();
  const timeline = createTimeline(info.sampleRateHz, 0);
  /** The package gives a frame's audio when it has seen the next one. */
  const fed: FlacFrame[] = [];
  const placed = function* (decoded: Decoded): Generator<Piece, void, undefined> {
    let at = 0;
    while (at < samplesIn(decoded)) {
      const frame = fed.shift();
      if (frame === undefined) return;
      const channels = decoded.channelData.map((channel) => channel.subarray(at, at + frame.samples));
      yield* timeline.place(frame.firstSample, channels);
      at += frame.samples;
    }
  };
  try {
    // A length that no stream reaches: the package handles a whole file at once in another way.
    const head = Buffer.alloc(42);
    head.write('fLaC\x80\x00\x00\x22', 0, 'latin1');
    head.set(info.bytes, 8);
    head[21]! |= 15;
    head.fill(0xff, 22, 26);
    libFlac.decode(head);
    for await (const frame of frames) {
      fed.push(frame);
      yield* placed(libFlac.decode(frame.bytes));
    }
    yield* placed(libFlac.flush());
    if (info.samples !== null) yield* timeline.pass(info.samples);
  } finally {
    libFlac.free();
  }
}

export async function openFlac(source: ByteSource): Promise<Opened> {
  const look = createLookahead(source);
  let at = id3Bytes(await look(0, 10), 0);
  if (!startsWith(await look(at, 4), 0, 'fLaC')) throw new Unreadable('corrupt', 'no FLAC marker');
  at += 4;
  let info: StreamInfo | null = null;
  for (;;) {
    const block = await look(at, 38);
    if (block.length < 4) break;
    const length = (block[1]! << 16) | (block[2]! << 8) | block[3]!;
    // A damaged list of blocks may point anywhere: frames are then looked for from where it stops making sense.
    if ((block[0]! & 0x7f) === 0 && length === 34 && block.length >= 38) info = parseStreamInfo(block.subarray(4));
    else if (info === null || (block[0]! & 0x7f) > 6 || at + 4 + length > source.size) break;
    at += 4 + length;
    if ((block[0]! & 0x80) !== 0) break;
  }
  if (info === null || info.sampleRateHz === 0) throw new Unreadable('corrupt', 'no description of its samples');
  const known = info;
  return {
    format: 'flac',
    durationMs: known.samples === null ? null : (known.samples * 1000) / known.sampleRateHz,
    pieces: decodeFrames(cutFrames(look, source.size, at, known), known),
  };
}

/** The whole frames of the file; what lies between them is damaged and left out. */
async function* cutFrames(
  look: Lookahead,
  size: number,
  from: number,
  info: StreamInfo,
): AsyncGenerator<FlacFrame, void, undefined> {
  let at = from;
  /** A recording of a broadcast begins with a number of its own. */
  let origin: number | null = null;
  let expected = 0;
  while (at < size) {
    let bytes = await look(at, 64 * 1024);
    const header = parseFrameHeader(bytes, 0, info);
    if (header === null || header.firstSample < expected) {
      at += nextSync(bytes, 1);
      continue;
    }
    // The frame ends where its checksum is right and another header or nothing follows; a later frame's header says that it is damaged.
    let end = 0;
    for (let next = header.length; ;) {
      next = nextSync(bytes, next);
      if (next >= bytes.length - 16 && at + bytes.length < size && bytes.length < longestFrame) {
        bytes = await look(at, Math.min(longestFrame, 4 * bytes.length));
        continue;
      }
      if (isWhole(bytes, 0, next)) end = next;
      const later = next < bytes.length ? parseFrameHeader(bytes, next, info) : null;
      const isPast =
        next >= bytes.length || (later !== null && later.firstSample >= header.firstSample + header.samples);
      if (end > 0 || isPast) break;
      next++;
    }
    if (end === 0) {
      at += nextSync(bytes, 1);
      continue;
    }
    origin ??= at === from ? header.firstSample : 0;
    yield { bytes: bytes.subarray(0, end), firstSample: header.firstSample - origin, samples: header.samples };
    expected = header.firstSample + header.samples;
    at += end;
  }
}

/** The next place at or after `from` where a header could begin, or the end. */
function nextSync(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (at + 1 >= bytes.length || (bytes[at + 1]! & 0xfe) === 0xf8) return at;
  }
  return bytes.length;
}

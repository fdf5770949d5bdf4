// MPEG audio: mp3 and its older layers, frame by frame through mpg123.
//
// Frames are cut out here (`frames.ts`), because mpg123 finds its way past damage by itself but does not say how much it left out.

import { firstFrame, readFrames, startsWith, type FrameHeader } from './frames.ts';
import { samplesIn, Unreadable, type Decoded, type Opened, type Piece } from './pieces.ts';
import { createLookahead, type ByteSource } from './source.ts';

const rates = [44_100, 48_000, 32_000];
/** kbit/s by layer, MPEG-1 and then the lower sample rates (ISO/IEC 11172-3, 13818-3). */
const bitRates: Readonly<Record<number, readonly [readonly number[], readonly number[]]>> = {
  1: [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  ],
  2: [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
  3: [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
};

export function parseMpegHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return null;
  const versionBits = (bytes[at + 1]! >> 3) & 3;
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const rateIndex = (bytes[at + 2]! >> 2) & 3;
  const bitRateIndex = bytes[at + 2]! >> 4;
  // Index 0 is "free format", which nobody writes.
  if (versionBits === 1 || layer === 4 || rateIndex === 3 || bitRateIndex === 0 || bitRateIndex === 15) return null;
  const low = versionBits === 3 ? 0 : 1;
  const sampleRateHz = rates[rateIndex]! >> (versionBits === 3 ? 0 : versionBits === 2 ? 1 : 2);
  const bitRate = bitRates[layer]![low][bitRateIndex]! * 1000;
  const samples = layer === 1 ? 384 : layer === 2 || low === 0 ? 1152 : 576;
  const padding = (bytes[at + 2]! >> 1) & 1;
  const size =
    layer === 1
      ? (Math.floor((12 * bitRate) / sampleRateHz) + padding) * 4
      : Math.floor(((samples / 8) * bitRate) / sampleRateHz) + padding;
  return { bytes: size, samples, sampleRateHz, key: (versionBits << 8) | (layer << 4) | (rateIndex << 2) | 1 };
}

const isMono = (frame: Uint8Array): boolean => frame[3]! >> 6 === 3;

/** What the first frame may hold in place of audio: how many frames follow, and how much silence the encoder put around. */
interface Info {
  readonly frames: number | null;
  /** Bytes from this frame to the end of the last one. */
  readonly bytes: number | null;
  /** Samples of the audio itself; null without an encoder's note. */
  readonly samples: number | null;
}

/** The tag of Xing and LAME, or Fraunhofer's; null when the frame is audio. */
function parseInfo(frame: Uint8Array, header: FrameHeader): Info | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const low = header.key >> 8 !== 3;
  const at = 4 + (isMono(frame) ? (low ? 9 : 17) : low ? 17 : 32);
  if ((startsWith(frame, at, 'Xing') || startsWith(frame, at, 'Info')) && at + 8 <= frame.length) {
    const flags = view.getUint32(at + 4);
    const hasFrames = (flags & 1) !== 0 && at + 12 <= frame.length;
    const frames = hasFrames ? view.getUint32(at + 8) : null;
    const bytesAt = at + (hasFrames ? 12 : 8);
    const bytes = (flags & 2) !== 0 && bytesAt + 4 <= frame.length ? view.getUint32(bytesAt) : null;
    const lame =
      at + 8 + ((flags & 1) * 4 + ((flags >> 1) & 1) * 4 + ((flags >> 2) & 1) * 100 + ((flags >> 3) & 1) * 4);
    if (frames === null || lame + 24 > frame.length) return { frames, bytes, samples: null };
    const delays = (frame[lame + 21]! << 16) | (frame[lame + 22]! << 8) | frame[lame + 23]!;
    const samples = frames * header.samples - (delays >> 12) - (delays & 0xfff);
    return { frames, bytes, samples: delays === 0 || samples <= 0 ? null : samples };
  }
  if (startsWith(frame, 36, 'VBRI') && frame.length >= 54)
    return { frames: view.getUint32(50), bytes: view.getUint32(46), samples: null };
  return null;
}

/** About a second at a time. */
const framesAtOnce = 32;

export async function openMpeg(source: ByteSource): Promise<Opened> {
  const look = createLookahead(source);
  const from = await firstFrame(look, source.size, parseMpegHeader);
  if (from === null) throw new Unreadable('corrupt', 'no mp3 frame');
  const begins = await look(from, 2048);
  const header = parseMpegHeader(begins, 0)!;
  const info = parseInfo(begins.subarray(0, header.bytes), header);
  const counted = info?.frames ?? null;
  const samples = info?.samples ?? (counted === null ? null : counted * header.samples);
  return {
    format: 'mp3',
    durationMs: samples === null ? null : (samples * 1000) / header.sampleRateHz,
    pieces: readPieces(from),
  };

  /**
   * How many frames are missing altogether, as against those that their lengths suggest: the file says how many it has. Null when it does not, or
   * when its end is missing too.
   */
  async function correction(first: number): Promise<number | null> {
    if (info === null || info.frames === null || info.bytes === null || first + info.bytes > source.size) return null;
    let found = 0;
    let lost = 0;
    for await (const frame of readFrames(createLookahead(source), source.size, first, parseMpegHeader)) {
      if (frame.kind === 'frame') found++;
      else lost += frame.frames;
    }
    // The note itself is a frame that it does not count.
    const missing = info.frames + 1 - found;
    return lost === 0 || missing <= 0 ? null : missing / lost;
  }

  async function* readPieces(first: number): AsyncGenerator<Piece, void, undefined> {
    const mpg123 = await (await import('@audio/decode-mp3')).decoder();
    let position = 0;
    let pending: Uint8Array[] = [];
    let mono = true;
    let hz = header.sampleRateHz;
    let scale: number | null = null;
    const decode = (): Piece[] => {
      if (pending.length === 0) return [];
      const decoded = mpg123.decode(Buffer.concat(pending));
      pending = [];
      const count = samplesIn(decoded);
      if (count === 0) return [];
      position += count;
      // mpg123 gives two channels of everything.
      const channels = mono ? decoded.channelData.slice(0, 1) : decoded.channelData;
      return [{ kind: 'audio', channels, sampleRateHz: decoded.sampleRate }];
    };
    try {
      for await (const frame of readFrames(look, source.size, first, parseMpegHeader)) {
        if (frame.kind === 'lost') {
          yield* decode();
          scale ??= (await correction(first)) ?? 1;
          const lost = Math.round(frame.frames * scale) * frame.header.samples;
          position += lost;
          yield { kind: 'missing', samples: lost, sampleRateHz: frame.header.sampleRateHz };
          continue;
        }
        if (mono && !isMono(frame.bytes)) mono = false;
        if (frame.header.sampleRateHz !== hz) yield* decode();
        hz = frame.header.sampleRateHz;
        pending.push(frame.bytes);
        if (pending.length >= framesAtOnce) yield* decode();
      }
      yield* decode();
      if (samples !== null && samples - position >= header.samples)
        yield { kind: 'missing', samples: samples - position, sampleRateHz: hz };
    } finally {
      mpg123.free();
    }
  }
}

/** Frames that a container has cut out already; mpg123 gives each one's audio at once. */
export async function openMpegFrames(): Promise<{
  decode(frame: Uint8Array): Decoded;
  lengthOf(frame: Uint8Array): number | null;
  free(): void;
}> {
  const mpg123 = await (await import('@audio/decode-mp3')).decoder();
  return {
    decode(frame) {
      const decoded = mpg123.decode(frame);
      return frame.length > 3 && isMono(frame) ? { ...decoded, channelData: decoded.channelData.slice(0, 1) } : decoded;
    },
    lengthOf: (frame) => parseMpegHeader(frame, 0)?.samples ?? null,
    free: () => mpg123.free(),
  };
}

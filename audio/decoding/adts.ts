// AAC as a bare stream of ADTS frames.

import { aacRate, openAacDecoder } from './aac.ts';
import { firstFrame, readFrames, type FrameHeader } from './frames.ts';
import { createTimeline, samplesIn, Unreadable, type Opened, type Piece, type Timeline } from './pieces.ts';
import { createLookahead, type ByteSource } from './source.ts';

/** ISO/IEC 13818-7: sync word, then what the decoder needs, the frame's length and how many blocks of 1024 samples are in it. */
export function parseAdtsHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return null;
  const rateIndex = (bytes[at + 2]! >> 2) & 15;
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  const sampleRateHz = aacRate(rateIndex);
  if (sampleRateHz === 0 || length < 8) return null;
  const samples = 1024 * (1 + (bytes[at + 6]! & 3));
  const profile = bytes[at + 2]! >> 6;
  return { bytes: length, samples, sampleRateHz, key: (profile << 8) | (rateIndex << 4) | 1 };
}

export async function openAdts(source: ByteSource): Promise<Opened> {
  const look = createLookahead(source);
  const from = await firstFrame(look, source.size, parseAdtsHeader);
  if (from === null) throw new Unreadable('corrupt', 'no AAC frame');
  return { format: 'aac', durationMs: null, pieces: readPieces(from) };

  async function* readPieces(first: number): AsyncGenerator<Piece, void, undefined> {
    const faad = await openAacDecoder(null);
    let timeline: Timeline | null = null;
    /** Place of the next frame, in samples of the header's rate: the output has twice as many with spectral band replication. */
    let place = 0;
    try {
      for await (const frame of readFrames(look, source.size, first, parseAdtsHeader)) {
        if (frame.kind === 'lost') {
          place += frame.frames * frame.header.samples;
          continue;
        }
        const decoded = await faad.decode(frame.bytes);
        const at = place;
        place += frame.header.samples;
        const samples = samplesIn(decoded);
        if (samples === 0) continue;
        const scale = Math.max(1, Math.round(decoded.sampleRate / frame.header.sampleRateHz));
        // What comes first begins with the second frame.
        timeline ??= createTimeline(decoded.sampleRate, Math.min(at, 1024) * scale);
        yield* timeline.place(at * scale, decoded.channelData);
      }
    } finally {
      faad.free();
    }
  }
}

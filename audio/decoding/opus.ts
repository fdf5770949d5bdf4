// Opus packet by packet through libopus. Each packet says how long it is, so what cannot be decoded is known.

import type { OpusOptions } from '@audio/decode-opus/core';
import { startsWith } from './frames.ts';
import { createPacketReader, type Page } from './oggPages.ts';
import { createTimeline, type Decoded, type Piece } from './pieces.ts';

export const opusRateHz = 48_000;

export interface OpusHead {
  readonly preSkip: number;
  readonly options: OpusOptions;
}

/** Vorbis' order of 3 to 8 channels (RFC 7845 §5.1.1.2) as that of a WAV file. */
const wavOrder: Readonly<Record<number, readonly number[]>> = {
  3: [0, 2, 1],
  5: [0, 2, 1, 3, 4],
  6: [0, 2, 1, 5, 3, 4],
  7: [0, 2, 1, 6, 5, 3, 4],
  8: [0, 2, 1, 7, 5, 6, 3, 4],
};

/** @param bytes the header from its version on, numbers little-endian as in Ogg, or big-endian as in MP4. */
export function parseOpusHead(bytes: Uint8Array, littleEndian = true): OpusHead | null {
  if (bytes.length < 11) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = bytes[1]!;
  const family = bytes[10]!;
  if (channels === 0 || (family === 0 && channels > 2) || (family !== 0 && bytes.length < 13 + channels)) return null;
  const options: OpusOptions = {
    channels,
    sampleRate: opusRateHz,
    preSkip: 0,
    outputGain: view.getInt16(8, littleEndian),
  };
  if (family !== 0) {
    const table = Array.from(bytes.subarray(13, 13 + channels));
    const order = family === 1 ? wavOrder[channels] : undefined;
    options.streamCount = bytes[11]!;
    options.coupledStreamCount = bytes[12]!;
    options.channelMappingTable = order === undefined ? table : order.map((i) => table[i]!);
  }
  return { preSkip: view.getUint16(2, littleEndian), options };
}

/** Samples in a packet at 48 kHz, from its first two bytes (RFC 6716 §3.1); 0 when it is none. */
export function opusSamples(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const config = packet[0]! >> 3;
  const frame =
    config < 12 ? [480, 960, 1920, 2880][config & 3]! : config < 16 ? [480, 960][config & 1]! : 120 << (config & 3);
  const code = packet[0]! & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63;
  return frame * frames;
}

export interface OpusStream {
  /** Null when the packet cannot be decoded. */
  decode(packet: Uint8Array): Decoded | null;
  free(): void;
}

export async function openOpusStream(head: OpusHead): Promise<OpusStream> {
  const decoder = await (await import('@audio/decode-opus/core')).createOpusDecoder();
  decoder.configure(head.options);
  return {
    decode(packet) {
      const decoded = decoder.decodeFrames([packet]);
      return decoded.samplesDecoded === 0 ? null : decoded;
    },
    free: () => decoder.free(),
  };
}

export async function* readOpus(pages: AsyncIterable<Page>, head: OpusHead): AsyncGenerator<Piece, void, undefined> {
  const opus = await openOpusStream(head);
  const packetsOf = createPacketReader();
  const timeline = createTimeline(opusRateHz, head.preSkip);
  let place = 0;
  let lastGranule = 0;
  /** A broadcast that was joined late does not begin at zero. */
  let origin = 0;
  /** Whether a gap or a damaged page lies behind the last place that the stream itself gave. */
  let isUncertain = false;
  try {
    for await (const page of pages) {
      const packets = packetsOf(page).filter(
        (packet) => !startsWith(packet, 0, 'OpusHead') && !startsWith(packet, 0, 'OpusTags'),
      );
      if (page.afterGap) isUncertain = true;
      if (packets.length === 0) continue;
      const samples = packets.reduce((sum, packet) => sum + opusSamples(packet), 0);
      const { granule } = page;
      // Between neighbouring pages the lengths of the packets count; over a gap, the places that the pages say.
      if (isUncertain && granule !== null) place = origin + granule - samples;
      // The last page may end inside its last packet.
      const end = page.isLast && granule !== null ? origin + granule : Infinity;
      for (const packet of packets) {
        const decoded = opus.decode(packet);
        if (decoded !== null) {
          const kept = Math.max(0, Math.min(decoded.channelData[0]!.length, end - place));
          yield* timeline.place(
            place,
            decoded.channelData.map((channel) => channel.subarray(0, kept)),
          );
        }
        place += opusSamples(packet);
      }
      if (granule !== null) {
        if (!isUncertain && !page.isLast) origin = place - granule;
        isUncertain = false;
      } else if (page.isDamaged) {
        isUncertain = true;
      }
      lastGranule = granule ?? lastGranule + samples;
    }
    yield* timeline.pass(Math.min(place, origin + lastGranule));
  } finally {
    opus.free();
  }
}

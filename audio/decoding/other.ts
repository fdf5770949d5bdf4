// Every other format, through the package's own streaming reader: AIFF, CAF, WebM, WMA, AC-3, AMR, tracker modules and more. Where bytes are
// damaged it says nothing: such a file loses time. How much of a file is held at once is the reader's choice.

import decode from 'audio-decode';
import { samplesIn, Unreadable, type Decoded, type Opened, type Piece } from './pieces.ts';
import type { ByteSource } from './source.ts';

interface StreamDecoder {
  (chunk?: Uint8Array): Promise<Decoded>;
  free(): void;
}
const decoders = decode as unknown as Readonly<Record<string, (() => Promise<StreamDecoder>) | undefined>>;

/** A few bytes may hold minutes of silence: pieces grow and shrink so that a call gives about this much. */
const samplesAtOnce = 262_144;
const leastBytes = 1024;
const mostBytes = 128 * 1024;

export const isKnown = (format: string): boolean => decoders[format] !== undefined;

export async function openOther(source: ByteSource, format: string): Promise<Opened> {
  const open = decoders[format];
  if (open === undefined) throw new Unreadable('unsupported', `no decoder for ${format}`);
  const decoder = await open();
  return { format, durationMs: null, pieces: readPieces() };

  async function* readPieces(): AsyncGenerator<Piece, void, undefined> {
    let bytesAtOnce = 4096;
    try {
      for (let at = 0; at < source.size;) {
        const bytes = await source.read(at, bytesAtOnce);
        if (bytes.length === 0) break;
        at += bytes.length;
        const decoded = await decoder(bytes).catch(named);
        const samples = samplesIn(decoded);
        if (samples > samplesAtOnce) bytesAtOnce = Math.max(leastBytes, bytesAtOnce / 2);
        else if (samples < samplesAtOnce / 4) bytesAtOnce = Math.min(mostBytes, bytesAtOnce * 2);
        if (samples > 0) yield { kind: 'audio', channels: decoded.channelData, sampleRateHz: decoded.sampleRate };
      }
      const rest = await decoder().catch(named);
      if (samplesIn(rest) > 0) yield { kind: 'audio', channels: rest.channelData, sampleRateHz: rest.sampleRate };
    } finally {
      decoder.free();
    }
  }
}

/** The package's readers say what is wrong in words. */
function named(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  if (/unsupported/i.test(message)) throw new Unreadable('unsupported', message);
  if (/no audio (track|stream)/i.test(message)) throw new Unreadable('no_audio', message);
  throw error;
}

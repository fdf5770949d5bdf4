// WAV: plain samples, or blocks of ADPCM. Nothing in it can be found to be damaged but its beginning and its length.

import { decoder as openWavDecoder } from '@audio/decode-wav';
import { samplesIn, Unreadable, type Opened, type Piece } from './pieces.ts';
import type { ByteSource } from './source.ts';

/** A second of CD quality. */
const bytesAtOnce = 176_400;
const mostHeaderBytes = 1024 * 1024;

export async function openWav(source: ByteSource): Promise<Opened> {
  let format: { readonly sampleRateHz: number; readonly blockBytes: number; readonly samplesPerBlock: number } | null =
    null;
  let at = 12;
  let bytes = 0;
  for (;;) {
    const head = await source.read(at, 64);
    if (head.length < 8) throw new Unreadable(format === null ? 'corrupt' : 'empty', 'no samples');
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const type = Buffer.from(head.subarray(0, 4)).toString('latin1');
    const size = view.getUint32(4, true);
    if (type === 'data') {
      bytes = size;
      at += 8;
      break;
    }
    if (type === 'fmt ' && head.length >= 24) {
      const channels = view.getUint16(10, true);
      // At least half a byte of each: the package makes as many arrays as there are channels.
      if (channels === 0 || channels > 2 * view.getUint16(20, true))
        throw new Unreadable('corrupt', `${channels} channels in ${view.getUint16(20, true)} bytes`);
      const isAdpcm = [2, 0x11].includes(view.getUint16(8, true));
      format = {
        sampleRateHz: view.getUint32(12, true),
        blockBytes: view.getUint16(20, true),
        samplesPerBlock: isAdpcm && head.length >= 28 ? view.getUint16(26, true) : 1,
      };
    }
    at += 8 + size;
  }
  // A header that stands far inside is left to the package, which wants to see it from its beginning.
  if (format === null || at > mostHeaderBytes) return (await import('./other.ts')).openOther(source, 'wav');
  const { sampleRateHz, blockBytes, samplesPerBlock } = format;
  // 0 and the largest number are placeholders of programs that did not know.
  const promised = bytes > 0 && bytes < 0xffffffff ? bytes : source.size - at;
  const samplesOf = (length: number): number => Math.floor(length / Math.max(1, blockBytes)) * samplesPerBlock;
  if (promised === 0) throw new Unreadable('empty', 'no samples');
  const first = at;
  return {
    format: 'wav',
    durationMs: sampleRateHz === 0 ? null : (samplesOf(promised) * 1000) / sampleRateHz,
    pieces: readPieces(),
  };

  async function* readPieces(): AsyncGenerator<Piece, void, undefined> {
    const wav = openWavDecoder();
    let samples = 0;
    try {
      wav.decode(await source.read(0, first));
      const end = Math.min(source.size, first + promised);
      for (let from = first; from < end; from += bytesAtOnce) {
        const decoded = wav.decode(await source.read(from, Math.min(bytesAtOnce, end - from)));
        if (samplesIn(decoded) === 0) continue;
        samples += samplesIn(decoded);
        yield { kind: 'audio', channels: decoded.channelData, sampleRateHz: decoded.sampleRate };
      }
    } finally {
      wav.free();
    }
    const absent = samplesOf(promised) - samples;
    if (absent > 0 && sampleRateHz > 0) yield { kind: 'missing', samples: absent, sampleRateHz };
  }
}

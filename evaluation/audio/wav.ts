// 16-bit WAV files, as far as making queries needs them: where the samples lie, and how loud a stretch is.

import { closeSync, openSync, readSync, statSync } from 'node:fs';

export interface Wav {
  readonly file: string;
  readonly dataAt: number;
  readonly channels: number;
  readonly rateHz: number;
  readonly seconds: number;
}

/** @throws when it is no WAV file of 16 bits a sample. */
export function openWav(file: string): Wav {
  const handle = openSync(file, 'r');
  const head = Buffer.alloc(4096);
  readSync(handle, head, 0, head.length, 0);
  closeSync(handle);
  let at = 12;
  let channels = 0;
  let rateHz = 0;
  while (head.toString('latin1', at, at + 4) !== 'data') {
    if (head.toString('latin1', at, at + 4) === 'fmt ') {
      channels = head.readUInt16LE(at + 10);
      rateHz = head.readUInt32LE(at + 12);
    }
    at += 8 + head.readUInt32LE(at + 4);
    if (at > head.length - 8) throw new Error(`${file} is not the WAV it should be`);
  }
  if (channels === 0 || rateHz === 0) throw new Error(`${file} does not say its rate`);
  const bytes = statSync(file).size - at - 8;
  return { file, dataAt: at + 8, channels, rateHz, seconds: bytes / 2 / channels / rateHz };
}

/** Root mean square of a stretch, full scale being 1. */
export function rmsOf(wav: Wav, from: number, seconds: number): number {
  const frame = 2 * wav.channels;
  const bytes = Math.floor(seconds * wav.rateHz) * frame;
  const buffer = Buffer.alloc(bytes);
  const handle = openSync(wav.file, 'r');
  const read = readSync(handle, buffer, 0, bytes, wav.dataAt + Math.floor(from * wav.rateHz) * frame);
  closeSync(handle);
  let sum = 0;
  // Every seventh sample says enough about a level.
  let count = 0;
  for (let i = 0; i + 1 < read; i += 14) {
    sum += (buffer.readInt16LE(i) / 32768) ** 2;
    count++;
  }
  return Math.sqrt(sum / Math.max(1, count));
}

/** Samples of each channel. */
export function readWav(wav: Wav, from: number, seconds: number): Float32Array[] {
  const frame = 2 * wav.channels;
  const buffer = Buffer.alloc(Math.floor(seconds * wav.rateHz) * frame);
  const handle = openSync(wav.file, 'r');
  const read = readSync(handle, buffer, 0, buffer.length, wav.dataAt + Math.floor(from * wav.rateHz) * frame);
  closeSync(handle);
  return Array.from({ length: wav.channels }, (_, channel) =>
    Float32Array.from(
      { length: Math.floor(read / frame) },
      (_, i) => buffer.readInt16LE(i * frame + 2 * channel) / 32768,
    ),
  );
}

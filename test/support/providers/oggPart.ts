// Half a minute of a recording, as services offer it: some pages of an Ogg Vorbis file (RFC 3533), which play by themselves.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const headBytes = 27;

/** The pages that end between two moments, seconds, after those that a decoder needs first. */
export function oggPart(file: Buffer, fromSeconds: number, toSeconds: number): Buffer {
  const pages: Buffer[] = [];
  let sampleRateHz = 0;
  for (let at = 0; at + headBytes <= file.length;) {
    const segments = file[at + 26]!;
    const body = file.subarray(at + headBytes, at + headBytes + segments).reduce((sum, bytes) => sum + bytes, 0);
    const page = file.subarray(at, at + headBytes + segments + body);
    // The identification header: 7 bytes of type and name, 4 of version, 1 of channels.
    if (at === 0) sampleRateHz = page.readUInt32LE(headBytes + segments + 12);
    const seconds = Number(page.readBigInt64LE(6)) / sampleRateHz;
    if (seconds <= 0 || (seconds > fromSeconds && seconds <= toSeconds)) pages.push(page);
    at += page.length;
  }
  return Buffer.concat(pages);
}

/** From a track in `examples/catalogue`, by its file's name. */
export const exampleTrack = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../../../examples/catalogue', name));

// A sound's own compact analysis, kept so that it can be searched again when new recordings arrive, without its audio.
//
// What is kept is the 8 kHz signal at 4 bits a sample (IMA ADPCM, as in the DVI/IMA recommendation of 1992). It looks wasteful and is the
// smallest thing that loses nothing: the search analyses the sound anew under some 75 hypotheses, each with its own window length, so
// that its peaks under all of them would take 75 × 25 peaks × 3 bytes = 5.6 KB a second against 4 KB here, and could not be
// refined afterwards; a spectrogram fine enough to be warped is larger still. A quantisation noise 20 dB down is less than
// any lossy codec adds.
//
// Layout: byte 0 version (1); bytes 1–4 number of samples, little endian; bytes 5–8 the sound's own length in samples; then
// one passage after the other: 4 bytes start sample, 4 bytes number of samples, 2 bytes first predictor, 1 byte first step, 1 byte
// gain exponent, samples two to a byte.

import { analysisRateHz } from '../../audio/spectrum.ts';
import { choosePassages, type Passage } from './passages.ts';

/** Bytes that stand for a sound in the index's searches. */
export type SoundPrint = Uint8Array;

export const soundPrintVersion = 1;
const headerBytes = 9;
const passageHeaderBytes = 12;
/** 4 KB a second; longer sounds keep their liveliest passages. */
const longestMs = 60_000;

const stepSizes = Int32Array.from({ length: 89 }, (_, i) => Math.floor(7 * 1.1 ** i));
const indexSteps = [-1, -1, -1, -1, 2, 4, 6, 8];

/** Packs mono samples at 8 kHz: 60 KB for 15 s, at most 240 KB. */
export function soundPrint(pcm: Float32Array): SoundPrint {
  const passages = choosePassages(pcm, longestMs);
  const bytes = passages.reduce((sum, p) => sum + passageHeaderBytes + Math.ceil(p.pcm.length / 2), headerBytes);
  const print = new Uint8Array(bytes);
  const view = new DataView(print.buffer);
  print[0] = soundPrintVersion;
  view.setUint32(1, passages.length, true);
  view.setUint32(5, pcm.length, true);
  let at = headerBytes;
  for (const passage of passages) {
    const { pcm: samples } = passage;
    let peak = 0;
    for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i]!));
    // A power of two that brings the loudest sample near full scale: quiet sounds keep their 4 bits.
    const exponent = peak > 0 ? Math.max(-20, Math.min(20, Math.floor(Math.log2(0.9 / peak)))) : 0;
    const gain = 32767 * 2 ** exponent;
    view.setUint32(at, passage.fromSample, true);
    view.setUint32(at + 4, samples.length, true);
    view.setInt16(at + 8, 0, true);
    print[at + 10] = 0;
    view.setInt8(at + 11, exponent);
    at += passageHeaderBytes;
    let predicted = 0;
    let index = 0;
    for (let i = 0; i < samples.length; i++) {
      const step = stepSizes[index]!;
      const difference = Math.round(samples[i]! * gain) - predicted;
      const magnitude = Math.min(7, Math.floor((Math.abs(difference) * 4) / step));
      const code = difference < 0 ? magnitude | 8 : magnitude;
      predicted = next(predicted, code, step);
      index = Math.max(0, Math.min(88, index + indexSteps[magnitude]!));
      print[at + (i >> 1)]! |= i & 1 ? code << 4 : code;
    }
    at += Math.ceil(samples.length / 2);
  }
  return print;
}

function next(predicted: number, code: number, step: number): number {
  const change = ((2 * (code & 7) + 1) * step) / 8;
  return Math.max(-32768, Math.min(32767, Math.round(predicted + (code & 8 ? -change : change))));
}

/** How long the sound is, of which a longer print keeps the liveliest passages only. */
export const printedDurationMs = (print: SoundPrint): number =>
  (new DataView(print.buffer, print.byteOffset, print.byteLength).getUint32(5, true) * 1000) / analysisRateHz;

/** Throws a `RangeError` when the bytes are not a sound print of this version. */
export function unpackSoundPrint(print: SoundPrint): { readonly passages: Passage[]; readonly durationMs: number } {
  if (print.length < headerBytes || print[0] !== soundPrintVersion) {
    throw new RangeError(`not a sound print of version ${soundPrintVersion}: ${print.length} bytes`);
  }
  const view = new DataView(print.buffer, print.byteOffset, print.byteLength);
  const count = view.getUint32(1, true);
  const passages: Passage[] = [];
  let at = headerBytes;
  for (let p = 0; p < count; p++) {
    if (at + passageHeaderBytes > print.length) throw new RangeError('sound print ends early');
    const fromSample = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    const gain = 32767 * 2 ** view.getInt8(at + 11);
    at += passageHeaderBytes;
    if (at + Math.ceil(length / 2) > print.length) throw new RangeError('sound print ends early');
    const pcm = new Float32Array(length);
    let predicted = 0;
    let index = 0;
    for (let i = 0; i < length; i++) {
      const byte = print[at + (i >> 1)]!;
      const code = i & 1 ? byte >> 4 : byte & 15;
      predicted = next(predicted, code, stepSizes[index]!);
      index = Math.max(0, Math.min(88, index + indexSteps[code & 7]!));
      pcm[i] = predicted / gain;
    }
    at += Math.ceil(length / 2);
    passages.push({ fromSample, pcm });
  }
  return { passages, durationMs: printedDurationMs(print) };
}

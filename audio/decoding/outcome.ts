// What decoding came to, in words; and samples put together from the pieces in which they come.

import type {
  DecodedAudio,
  DecodeFailure,
  DecoderLimits,
  FailureCode,
  StereoPcm,
  UnreadableAudio,
  UnreadableCode,
} from '../decode.ts';

export const unreadable = (code: UnreadableCode, reason: string): UnreadableAudio => ({
  kind: 'unreadable',
  code,
  reason,
});
export const failed = (code: FailureCode, reason: string): DecodeFailure => ({ kind: 'failed', code, reason });

export const timeoutFailure = ({ timeoutMs }: DecoderLimits): DecodeFailure =>
  failed('timeout', `Decoding took longer than the ${Math.round(timeoutMs / 1000)} s that are allowed.`);
export const memoryFailure = ({ memoryMb }: DecoderLimits): DecodeFailure =>
  failed('memory', `Decoding needed more than the ${memoryMb} MB of memory that are allowed.`);

/** @param detail what a decoder says about a hostile file: it may hold anything. */
export function unreadableBecause(code: UnreadableCode, detail: string): UnreadableAudio {
  const said = printable(detail);
  switch (code) {
    case 'empty':
      return unreadable(code, `There is no audio in the file (${said}).`);
    case 'not_audio':
      return unreadable(code, `The file is not audio in a known format (${said}).`);
    case 'corrupt':
      return unreadable(code, `The audio file is damaged (${said}).`);
    case 'unsupported':
      return unreadable(code, `The audio is in a format that cannot be decoded (${said}).`);
    case 'encrypted':
      return unreadable(code, `The audio is protected against copying (${said}).`);
    case 'no_audio':
      return unreadable(code, `The file has no sound (${said}).`);
  }
}

export const printable = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, ' ')
    .trim()
    .slice(0, 120);

export interface Pieces {
  /** One array a channel. */
  push(parts: readonly Float32Array[]): void;
  finish(facts: Omit<DecodedAudio, 'kind' | 'pcm' | 'durationMs'>): DecodedAudio<Float32Array | StereoPcm>;
}

export function createPieces(channels: 'mono' | 'stereo'): Pieces {
  const pieces: (readonly Float32Array[])[] = [];
  let samples = 0;
  const joined = (channel: number): Float32Array => {
    const pcm = new Float32Array(samples);
    let at = 0;
    for (const piece of pieces) {
      pcm.set(piece[channel]!, at);
      at += piece[channel]!.length;
    }
    return pcm;
  };
  return {
    push(parts) {
      pieces.push(parts);
      samples += parts[0]!.length;
    },
    finish(facts) {
      const pcm = channels === 'mono' ? joined(0) : ([joined(0), joined(1)] as const);
      pieces.length = 0;
      return { kind: 'audio', pcm, durationMs: Math.round((samples * 1000) / facts.sampleRateHz), ...facts };
    },
  };
}

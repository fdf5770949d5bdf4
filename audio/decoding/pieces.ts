// What every reader of a format hands on: audio in the file's own rate and channels, in order, and where some of it is missing.

import type { UnreadableCode } from '../decode.ts';

export interface Audio {
  readonly kind: 'audio';
  readonly channels: readonly Float32Array[];
  readonly sampleRateHz: number;
}

/** So much of the file's time has no audio, because its bytes are damaged or not there. */
export interface Missing {
  readonly kind: 'missing';
  readonly samples: number;
  readonly sampleRateHz: number;
}

export type Piece = Audio | Missing;

export interface Opened {
  /** `mp3`, `m4a`, `oga`, …: what `audio-type` calls it. */
  readonly format: string;
  /** How long the file itself says it lasts; null when it does not say. */
  readonly durationMs: number | null;
  /** At most a second or two at once, however little the file spends on it. Ending it early frees the decoder. */
  readonly pieces: AsyncGenerator<Piece, void, undefined>;
}

/** What is wrong with the audio itself. */
export class Unreadable extends Error {
  readonly code: UnreadableCode;
  constructor(code: UnreadableCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** What the packages' decoders return. */
export interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

export const samplesIn = ({ channelData }: Decoded): number => channelData[0]?.length ?? 0;

/**
 * Puts decoded samples where they belong in the file's time. What lies before `from` or after `until` is cut off, what comes twice is
 * dropped, and a place that is passed without audio becomes a missing piece.
 */
export interface Timeline {
  readonly position: number;
  place(at: number, channels: readonly Float32Array[]): Piece[];
  /** Nothing more comes before this place. */
  pass(to: number): Piece[];
}

export function createTimeline(sampleRateHz: number, from: number, until = Infinity): Timeline {
  let position = from;
  const pass = (to: number): Piece[] => {
    const samples = Math.min(to, until) - position;
    if (!(samples > 0)) return [];
    position += samples;
    return [{ kind: 'missing', samples, sampleRateHz }];
  };
  return {
    get position() {
      return position;
    },
    pass,
    place(at, channels) {
      const end = Math.min(until, at + (channels[0]?.length ?? 0));
      if (end <= position) return [];
      const pieces = pass(at);
      const skipped = position - at;
      position = end;
      const whole = skipped === 0 && end - at === channels[0]!.length;
      const kept = whole ? channels : channels.map((channel) => channel.subarray(skipped, end - at));
      return [...pieces, { kind: 'audio', channels: kept, sampleRateHz }];
    },
  };
}

// AAC through FAAD2 and Apple Lossless, one frame at a time: a frame that cannot be decoded gives nothing, and whoever counts the frames
// knows which time is missing.

import type { RawOptions } from '@audio/decode-aac';
import { samplesIn, type Decoded } from './pieces.ts';

export interface FrameDecoder {
  /** Empty when the frame could not be decoded. FAAD2 keeps the first frame to itself: it is the overlap of the second. */
  decode(frame: Uint8Array): Promise<Decoded>;
  free(): void;
}

const nothing: Decoded = { channelData: [], sampleRate: 0 };
/** Opening takes 1 ms: a track of an hour in which no frame is whole must not open 150,000 decoders. */
const mostFramesBetweenOpenings = 64;

/** @param config the track's own, or null for ADTS frames, which carry theirs. */
export async function openAacDecoder(config: RawOptions | null): Promise<FrameDecoder> {
  const { decoder } = await import('@audio/decode-aac');
  const open = (): ReturnType<typeof decoder> => (config === null ? decoder() : decoder(config));
  let inner = await open();
  /** Frames without audio since the decoder was opened or gave some, and how many are borne before another one is opened. */
  let fruitless = 0;
  let patience = 1;
  /** FAAD2 gives two equal channels of a mono stream (it may hold parametric stereo), until they differ for the first time. */
  let alike = true;

  const tryDecode = (frame: Uint8Array): Decoded => {
    try {
      return inner.decode(frame);
    } catch {
      return nothing;
    }
  };
  return {
    async decode(frame) {
      let decoded = tryDecode(frame);
      if (samplesIn(decoded) === 0 && config?.alac === undefined && ++fruitless > patience) {
        // FAAD2 does not recover when its first frame is damaged, nor from some damage in later ones.
        patience = Math.min(mostFramesBetweenOpenings, 2 * patience);
        fruitless = 1;
        inner.free();
        inner = await open();
        decoded = tryDecode(frame);
      }
      if (samplesIn(decoded) === 0) return nothing;
      fruitless = 0;
      patience = 2;
      if (!alike || decoded.channelData.length !== 2) return decoded;
      alike = areAlike(decoded.channelData[0]!, decoded.channelData[1]!);
      return alike ? { ...decoded, channelData: decoded.channelData.slice(0, 1) } : decoded;
    },
    free: () => inner.free(),
  };
}

function areAlike(left: Float32Array, right: Float32Array): boolean {
  for (let i = 0; i < left.length; i += 37) if (left[i] !== right[i]) return false;
  return true;
}

/** How late FAAD2's output is with spectral band replication: the delay of its filter banks, in samples of the output. */
export const sbrDelay = 962;

const rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
export const aacRate = (index: number): number => rates[index] ?? 0;

/** The rate that an AudioSpecificConfig names: the core's, half of the output's with spectral band replication. */
export function configRate(asc: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = asc;
  // An object type above 30 takes six bits more.
  const index = a >> 3 === 31 ? (b >> 1) & 15 : ((a & 7) << 1) | (b >> 7);
  if (index !== 15) return aacRate(index);
  return ((b & 0x7f) << 17) | (c << 9) | (d << 1) | (e >> 7);
}

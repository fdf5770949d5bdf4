// From a reader's pieces to samples at the asked rate, up to the asked length, with silence where audio is missing.

import { createMixer, type Mixer } from '../mix.ts';
import { Unreadable, type Opened, type Piece } from './pieces.ts';
import type { DoneMessage } from './protocol.ts';

export interface Wanted {
  readonly sampleRateHz: number;
  readonly channels: 'mono' | 'stereo';
  readonly maxDurationMs: number;
}

/** More places than an honest accident leaves; each costs its reader a new start. */
const mostGaps = 1000;
/** Silence is made in such pieces: a gap of hours takes no more memory than one of seconds. */
const silenceSamples = 65_536;

/** Calls `emit` with pieces of one array a channel, at the wanted rate. Throws Unreadable when there is nothing worth keeping. */
export async function drain(
  opened: Opened,
  wanted: Wanted,
  emit: (channels: readonly Float32Array[]) => Promise<void>,
): Promise<DoneMessage> {
  const most = Math.round((wanted.maxDurationMs * wanted.sampleRateHz) / 1000);
  const missing: { fromMs: number; toMs: number }[] = [];
  let mixer: Mixer | null = null;
  let mixerHz = 0;
  let firstHz = 0;
  let channels = 0;
  let samplesOut = 0;
  let cut = false;
  let stoppedBy: string | null = null;
  let worn = false;
  /** Milliseconds of the file's time that went in, and of those with audio in them. */
  let passedMs = 0;
  let heardMs = 0;
  /** A gap becomes silence only when audio follows: what is missing at the end is told, not filled. */
  let gapMs = 0;

  const give = async (parts: readonly Float32Array[]): Promise<void> => {
    const room = most - samplesOut;
    const length = parts[0]!.length;
    if (length > room) cut = true;
    const kept = Math.min(length, room);
    samplesOut += kept;
    if (kept > 0) await emit(kept === length ? parts : parts.map((part) => part.subarray(0, kept)));
  };
  const mixerFor = async (sampleRateHz: number): Promise<Mixer> => {
    if (mixer !== null && mixerHz === sampleRateHz) return mixer;
    if (mixer !== null) await give(mixer.finish());
    mixer = createMixer(sampleRateHz, wanted.sampleRateHz, wanted.channels);
    mixerHz = sampleRateHz;
    firstHz ||= sampleRateHz;
    return mixer;
  };
  const fillGap = async (sampleRateHz: number): Promise<void> => {
    missing.push({ fromMs: passedMs, toMs: passedMs + gapMs });
    passedMs += gapMs;
    const current = await mixerFor(sampleRateHz);
    let samples = Math.round((gapMs * sampleRateHz) / 1000);
    gapMs = 0;
    while (samples > 0 && !cut) {
      const silence = new Float32Array(Math.min(samples, silenceSamples));
      samples -= silence.length;
      await give(current.push([silence]));
    }
  };
  const take = async (piece: Piece): Promise<void> => {
    const { sampleRateHz } = piece;
    if (!(sampleRateHz >= 1000 && sampleRateHz <= 768_000))
      throw new Unreadable('corrupt', `a sample rate of ${sampleRateHz} Hz`);
    if (piece.kind === 'missing') {
      gapMs += (piece.samples * 1000) / sampleRateHz;
      return;
    }
    const samples = piece.channels[0]?.length ?? 0;
    if (samples === 0) return;
    if (gapMs > 0) await fillGap(sampleRateHz);
    if (cut) return;
    const current = await mixerFor(sampleRateHz);
    channels = Math.max(channels, piece.channels.length);
    const ms = (samples * 1000) / sampleRateHz;
    passedMs += ms;
    heardMs += ms;
    await give(current.push(piece.channels));
  };

  try {
    for await (const piece of opened.pieces) {
      await take(piece);
      if (cut) break;
      if (missing.length > mostGaps) throw new Unreadable('corrupt', `damaged in more than ${mostGaps} places`);
    }
  } catch (error) {
    // What came before a fault is worth keeping.
    if (heardMs < leastHeardMs || isOutOfMemory(error)) throw error;
    stoppedBy = error instanceof Error ? error.message : String(error);
    worn = !(error instanceof Unreadable);
  }
  if (mixer !== null && !cut) await give((mixer as Mixer).finish());
  if (!cut && gapMs > 0) missing.push({ fromMs: passedMs, toMs: passedMs + gapMs });
  if (heardMs === 0 && opened.durationMs === 0) throw new Unreadable('empty', 'no samples');
  if (heardMs === 0) throw new Unreadable('corrupt', 'nothing could be decoded');
  if (heardMs < leastHeardMs && missing.length > 0) throw new Unreadable('corrupt', 'almost nothing could be decoded');
  const endMs = cut ? wanted.maxDurationMs : Infinity;
  return {
    source: { format: opened.format, sampleRateHz: firstHz, channels, durationMs: opened.durationMs },
    cut,
    missing: missing
      .filter(({ fromMs }) => fromMs < endMs)
      .map(({ fromMs, toMs }) => ({ fromMs: Math.round(fromMs), toMs: Math.round(Math.min(toMs, endMs)) })),
    stoppedBy,
    worn,
  };
}

/** What V8 throws where it could not get memory that the file asked for. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && /allocation failed|out of memory|could not allocate/i.test(error.message);

/** Of a damaged file less than this is not called audio. */
const leastHeardMs = 1000;

// Decoding files from outside. A child process that can do nothing but compute (`decoding/child.ts`) asks for the bytes it wants and gives
// samples back; what it cannot read goes to ffmpeg when there is one, in the same way. A fault of any kind costs the child, never the
// caller: the next file gets a fresh one.
//
// There are three outcomes. `audio`, also of a damaged file: as far as it goes, with silence where some is missing. `unreadable`: something is
// wrong with the audio, and asking again will not help. `failed`: something is wrong with us (no memory, no time, no process, no file);
// nothing is known about the audio, and another try may succeed.

import { mkdtempSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConfined, type Confined } from './decoding/confined.ts';
import { runFfmpeg } from './decoding/ffmpeg.ts';
import { failed, unreadable } from './decoding/outcome.ts';

export interface DecoderLimits {
  /** Resident memory of the child. Default 700. */
  readonly memoryMb: number;
  /** Wall time for one file. Default 120 000. */
  readonly timeoutMs: number;
  /** Decoding goes no further into any file. Default three hours. */
  readonly maxDurationMs: number;
  /** Where to look for ffmpeg: a path, `null` for never. Default: the PATH. */
  readonly ffmpeg: string | null;
}

/** What is wrong with the audio itself. */
export type UnreadableCode =
  /** No bytes, or a file of a known format without a sample in it. */
  | 'empty'
  /** Nothing that we know. */
  | 'not_audio'
  /** A known format, so damaged that less than a second could be decoded. */
  | 'corrupt'
  /** A known format or codec that we have no decoder for. */
  | 'unsupported'
  /** Protected against copying. */
  | 'encrypted'
  /** A video or a container without sound. */
  | 'no_audio';

/** What is wrong with us. */
export type FailureCode =
  /** There is no such file. */
  | 'missing'
  /** It may not be read. */
  | 'not_permitted'
  /** Reading it failed, or it is no file. */
  | 'not_readable'
  /** The decoding process could not be started. */
  | 'not_started'
  /** It ended in the middle, as when somebody kills it. */
  | 'crashed'
  /** It needed more memory than it may have. */
  | 'memory'
  /** It took longer than it may. */
  | 'timeout';

export interface UnreadableAudio {
  readonly kind: 'unreadable';
  readonly code: UnreadableCode;
  /** One sentence a person understands. */
  readonly reason: string;
}

export interface DecodeFailure {
  readonly kind: 'failed';
  readonly code: FailureCode;
  /** One sentence a person understands. */
  readonly reason: string;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export type StereoPcm = readonly [left: Float32Array, right: Float32Array];

export interface DecodedAudio<Pcm = Float32Array> {
  readonly kind: 'audio';
  /** At `sampleRateHz`, −1 to 1. */
  readonly pcm: Pcm;
  readonly sampleRateHz: number;
  /** Of the samples that are here. */
  readonly durationMs: number;
  /** The file as it is. */
  readonly source: {
    /** `mp3`, `oga`, `m4a`, …; `ffmpeg` when it had to help. */
    readonly format: string;
    readonly sampleRateHz: number;
    readonly channels: number;
    /** How long it says that it lasts, or null when it does not say. */
    readonly durationMs: number | null;
  };
  /** True when the file goes on: only as much as was wanted has been decoded. */
  readonly cut: boolean;
  /**
   * Where audio is missing, because the file is damaged there. Silence stands in its place, so that time stays true; a span that begins
   * where the samples end is what the file promised and does not hold.
   */
  readonly missing: readonly Span[];
  /** Why decoding stopped before the end of the file, or null. */
  readonly stoppedBy: string | null;
}

export type DecodeResult<Pcm = Float32Array> = DecodedAudio<Pcm> | UnreadableAudio | DecodeFailure;

interface SharedOptions {
  /** Any rate from 1,000 to 192,000. */
  readonly sampleRateHz: number;
  /** Less than the decoder's own limit, when not so much is wanted. */
  readonly maxDurationMs?: number;
  /** Aborting kills the decode and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
export interface MonoOptions extends SharedOptions {
  /** Default mono: the mid signal, or the left channel where the two cancel each other. */
  readonly channels?: 'mono';
}
export interface StereoOptions extends SharedOptions {
  /** Mono sources give the same samples on both sides, surround sources are mixed down. */
  readonly channels: 'stereo';
}
export type DecodeOptions = MonoOptions | StereoOptions;

export interface Decoder {
  /** Never rejects because of the file; one file at a time, others wait their turn. */
  decode(file: string, options: MonoOptions): Promise<DecodeResult>;
  decode(file: string, options: StereoOptions): Promise<DecodeResult<StereoPcm>>;
  close(): void;
}

export const defaultLimits: DecoderLimits = {
  memoryMb: 700,
  timeoutMs: 120_000,
  maxDurationMs: 3 * 3_600_000,
  ffmpeg: 'ffmpeg',
};

/** A leak in a decoder stays small when the child is replaced now and then; a start costs about 0.15 s. */
const filesPerChild = 100;

export function createDecoder(limits: Partial<DecoderLimits> = {}): Decoder {
  const settings = { ...defaultLimits, ...limits };
  const emptyFolder = mkdtempSync(path.join(tmpdir(), 'fermata-decode-'));
  let child: Confined | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  const retire = (): void => {
    child?.kill();
    child = null;
  };

  const runIn = async (running: Confined, handle: FileHandle, bytes: number, options: DecodeOptions) => {
    const { outcome, isWorn } = await running.decode(handle, bytes, options).catch((reason: unknown) => {
      retire();
      throw reason;
    });
    if (isWorn) retire();
    return outcome;
  };

  const decodeNow = async (file: string, options: DecodeOptions): Promise<DecodeResult<Float32Array | StereoPcm>> => {
    options.signal?.throwIfAborted();
    if (closed) throw new Error('the decoder is closed');
    if (!(options.sampleRateHz >= 1000 && options.sampleRateHz <= 192_000))
      throw new RangeError(`a sample rate of ${options.sampleRateHz} Hz`);
    let handle: FileHandle;
    try {
      handle = await open(file, 'r');
    } catch (error) {
      return openingFailure(error);
    }
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) return failed('not_readable', 'What should be the audio file is no file.');
      if (facts.size === 0) return unreadable('empty', 'The audio file is empty.');
      if (child === null || child.filesTaken >= filesPerChild || child.hasEnded()) {
        retire();
        child = createConfined(settings, emptyFolder);
      }
      const wasWarm = child.filesTaken > 0;
      let outcome = await runIn(child, handle, facts.size, options);
      // A warm child still holds memory of the files before: what it could not do is asked once more of a fresh one, so that a
      // file is never judged by its neighbours.
      if (wasWarm && outcome.kind === 'failed' && outcome.code !== 'not_readable') {
        retire();
        child = createConfined(settings, emptyFolder);
        outcome = await runIn(child, handle, facts.size, options);
      }
      if (settings.ffmpeg === null || !mayBeReadByOthers(outcome)) return outcome;
      return (await runFfmpeg(settings.ffmpeg, handle, options, settings, emptyFolder)) ?? outcome;
    } finally {
      await handle.close();
    }
  };

  return {
    decode(file: string, options: DecodeOptions) {
      const result = turn.then(
        () => decodeNow(file, options),
        () => decodeNow(file, options),
      );
      turn = result.catch(() => undefined);
      // The pieces were put together as the options ask.
      return result as Promise<DecodeResult & DecodeResult<StereoPcm>>;
    },
    close() {
      closed = true;
      retire();
      rmSync(emptyFolder, { recursive: true, force: true });
    },
  };
}

/** Formats that we do not know, and files that our decoders give up on or break on. */
const mayBeReadByOthers = (outcome: DecodeResult<unknown>): boolean =>
  (outcome.kind === 'unreadable' && ['not_audio', 'corrupt', 'unsupported'].includes(outcome.code)) ||
  (outcome.kind === 'failed' && outcome.code === 'crashed');

function openingFailure(error: unknown): DecodeFailure {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return failed('missing', 'The audio file is missing.');
  if (code === 'EACCES' || code === 'EPERM') return failed('not_permitted', 'The audio file may not be read.');
  return failed('not_readable', `The audio file cannot be opened (${code ?? String(error)}).`);
}

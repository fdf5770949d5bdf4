// The parent's side of the confined child: starts it, hands it the bytes it asks for, collects the samples, and says how it ended.

import type { ChildProcess } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DecodeFailure, DecodeOptions, DecodeResult, DecoderLimits, StereoPcm } from '../decode.ts';
import { createPieces, failed, memoryFailure, printable, timeoutFailure, unreadableBecause } from './outcome.ts';
import { hasEnded, spawnLimited, watchProcess } from './process.ts';
import {
  createFrameReader,
  decodeRead,
  encodeFrame,
  encodeJson,
  fromChild,
  memoryExitCode,
  toChild,
} from './protocol.ts';
import type { BeginMessage, DoneMessage, UnreadableMessage } from './protocol.ts';

interface Ended {
  readonly outcome: DecodeResult<Float32Array | StereoPcm>;
  /** True when the child must not be used again. */
  readonly isWorn: boolean;
}

export interface Confined {
  readonly filesTaken: number;
  hasEnded(): boolean;
  /** Rejects only with the reason of the options' signal. */
  decode(handle: FileHandle, bytes: number, options: DecodeOptions): Promise<Ended>;
  kill(): void;
}

/** Enough for the line in which V8 or Node says why it ended. */
const mostTalk = 8192;

export function createConfined(settings: DecoderLimits, cwd: string): Confined {
  const running = spawnLimited(process.execPath, confinedArguments(settings), cwd);
  let filesTaken = 0;
  let isReady = false;
  let startError: Error | null = null;
  let talk = '';
  running.on('error', (error) => (startError ??= error));
  running.stderr!.on('data', (piece: Buffer) => {
    talk = (talk + piece.toString('latin1')).slice(-mostTalk);
  });

  /** What the end of the process means. It is asked when both pipes are closed, so that all has been heard that was said. */
  const endOf = (code: number | null, signal: NodeJS.Signals | null): DecodeFailure => {
    if (code === memoryExitCode || /heap out of memory|allocation failed/i.test(talk)) return memoryFailure(settings);
    if (signal === 'SIGXCPU') return timeoutFailure(settings);
    if (startError !== null || !isReady) {
      const said = printable(startError === null ? (talk.trim().split('\n')[0] ?? '') : startError.message);
      const how = signal === null ? (code === null ? '' : `exit code ${code}`) : `ended by ${signal}`;
      const detail = [how, said].filter((part) => part !== '').join(': ');
      // A process that was killed before it could say that it is ready was started.
      if (signal === null || startError !== null)
        return failed('not_started', `The decoding process could not be started (${detail}).`);
    }
    return failed('crashed', `The decoding process ended in the middle (${signal ?? `exit code ${code}`}).`);
  };

  return {
    get filesTaken() {
      return filesTaken;
    },
    hasEnded: () => hasEnded(running) || startError !== null,
    kill: () => void running.kill('SIGKILL'),
    decode(handle, bytes, options) {
      filesTaken++;
      return run(running, handle, bytes, options, settings, endOf, () => (isReady = true));
    },
  };
}

function confinedArguments(settings: DecoderLimits): string[] {
  const audio = path.join(import.meta.dirname, '..');
  const root = path.join(audio, '..');
  // By the name under which Node finds it and by its own, where it is a link.
  const readable = [audio, path.join(root, 'package.json'), path.join(root, 'node_modules'), nodeModulesFolder()];
  return [
    '--permission',
    ...readable.map((each) => `--allow-fs-read=${each}`),
    '--no-addons',
    '--disable-warning=ExperimentalWarning',
    // The heap holds little (samples live outside it), so a quarter of the allowance is ample.
    `--max-old-space-size=${Math.max(32, Math.round(settings.memoryMb / 4))}`,
    path.join(import.meta.dirname, 'child.ts'),
  ];
}

function nodeModulesFolder(): string {
  const found = fileURLToPath(import.meta.resolve('audio-decode'));
  const marker = `${path.sep}node_modules${path.sep}`;
  return found.slice(0, found.lastIndexOf(marker) + marker.length - 1);
}

function run(
  running: ChildProcess,
  handle: FileHandle,
  bytes: number,
  options: DecodeOptions,
  settings: DecoderLimits,
  endOf: (code: number | null, signal: NodeJS.Signals | null) => DecodeFailure,
  onReady: () => void,
): Promise<Ended> {
  const channels = options.channels ?? 'mono';
  const pieces = createPieces(channels);
  return new Promise<Ended>((resolve, reject) => {
    let settled = false;

    const settle = (outcome: Ended['outcome'], isWorn: boolean): void => {
      if (settled) return;
      settled = true;
      stop();
      resolve({ outcome, isWorn });
    };
    const answer = async (payload: Buffer): Promise<void> => {
      const { at, length } = decodeRead(payload);
      const buffer = Buffer.allocUnsafe(length);
      let filled = 0;
      try {
        // A read may give less than is there.
        while (filled < length) {
          const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? String(error);
        return settle(failed('not_readable', `The audio file cannot be read (${code}).`), true);
      }
      if (!settled) running.stdin!.write(encodeFrame(toChild.bytes, buffer.subarray(0, filled)));
    };
    /** It sent what it never sends: whatever it is now, it is no decoder of ours. */
    const distrust = (): void => settle(failed('crashed', 'The decoding process broke its protocol.'), true);
    const read = createFrameReader((kind, payload) => {
      if (kind === fromChild.ready) onReady();
      else if (kind === fromChild.read) answer(payload).catch(distrust);
      else if (kind === fromChild.pcm) pieces.push(partsOf(payload, channels));
      else if (kind === fromChild.done) {
        const { source, cut, missing, stoppedBy, worn } = JSON.parse(payload.toString()) as DoneMessage;
        const said = stoppedBy === null ? null : printable(stoppedBy);
        const { sampleRateHz } = options;
        settle(pieces.finish({ sampleRateHz, source, cut, missing, stoppedBy: said }), worn);
      } else if (kind === fromChild.unreadable) {
        const { code, detail, worn } = JSON.parse(payload.toString()) as UnreadableMessage;
        settle(unreadableBecause(code, detail), worn);
      }
    });
    const onData = (piece: Buffer): void => {
      try {
        read(piece);
      } catch {
        distrust();
      }
    };
    const onClose = (code: number | null, signal: NodeJS.Signals | null): void => settle(endOf(code, signal), true);
    const onError = (): void => settle(endOf(null, null), true);
    const watch = watchProcess(running, settings, (failure) => settle(failure, true));
    const onAbort = (): void => {
      if (settled) return;
      settled = true;
      stop();
      running.kill('SIGKILL');
      reject(options.signal!.reason as Error);
    };
    const stop = (): void => {
      watch.stop();
      running.stdout!.off('data', onData);
      running.off('close', onClose);
      running.off('error', onError);
      options.signal?.removeEventListener('abort', onAbort);
    };

    running.stdout!.on('data', onData);
    running.on('close', onClose);
    running.on('error', onError);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (hasEnded(running)) return onClose(running.exitCode, running.signalCode);
    // It may have been given up while the file was opened: a signal tells only those who listened by then.
    if (options.signal?.aborted === true) return onAbort();
    const begin: BeginMessage = {
      bytes,
      sampleRateHz: options.sampleRateHz,
      channels,
      maxDurationMs: Math.min(settings.maxDurationMs, options.maxDurationMs ?? Infinity),
      memoryMb: settings.memoryMb,
    };
    running.stdin!.write(encodeJson(toChild.begin, begin));
  });
}

/** One array a channel: the frame holds one after the other. */
function partsOf(payload: Buffer, channels: 'mono' | 'stereo'): Float32Array[] {
  const copy = new Uint8Array(payload);
  const samples = Math.floor(copy.length / 4);
  if (channels === 'mono') return [new Float32Array(copy.buffer, 0, samples)];
  const half = samples >> 1;
  return [new Float32Array(copy.buffer, 0, half), new Float32Array(copy.buffer, half * 4, half)];
}

// Decoding files from outside. The bytes are read here, within a size limit, and streamed to a child process that can do
// nothing but compute (`decodeProcess.ts`); what it cannot read goes to ffmpeg when there is one, in the same way.
// A fault of any kind costs the child, never the caller: the next file gets a fresh one.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFrameReader, encodeFrame, encodeJson, fromChild, memoryExitCode, toChild } from './decodeProtocol.ts';
import type { BeginMessage, DoneMessage, FailedMessage } from './decodeProtocol.ts';
import { createMonoMixer } from './mono.ts';

export interface DecoderLimits {
  /** Resident memory of the child. Default 700. */
  readonly memoryMb: number;
  /** Wall time for one file. Default 120 000. */
  readonly timeoutMs: number;
  /** Default three hours. */
  readonly maxDurationMs: number;
  /** Default 512 MB. */
  readonly maxBytes: number;
  /** Where to look for ffmpeg: a path, `null` for never. Default: the PATH. */
  readonly ffmpeg: string | null;
}

export type UnreadableCode =
  'missing' | 'empty' | 'not_audio' | 'corrupt' | 'too_long' | 'too_large' | 'timeout' | 'memory' | 'crashed';

export interface DecodedAudio {
  readonly kind: 'audio';
  /** Mono, at `sampleRateHz`. */
  readonly pcm: Float32Array;
  readonly sampleRateHz: number;
  readonly durationMs: number;
  readonly sourceSampleRateHz: number;
  readonly channels: number;
  /** `mp3`, `oga`, `m4a`, …; `ffmpeg` when it had to help. */
  readonly format: string;
  /** Why decoding stopped before the end of the file, or null. */
  readonly stoppedBy: string | null;
}

export interface UnreadableAudio {
  readonly kind: 'unreadable';
  readonly code: UnreadableCode;
  /** One sentence a person understands. */
  readonly reason: string;
}

export type DecodeResult = DecodedAudio | UnreadableAudio;

export interface DecodeOptions {
  readonly sampleRateHz: 8000 | 16000;
  /** Aborting kills the decode and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Decoder {
  /** Never rejects because of the file; one file at a time, others wait their turn. */
  decode(file: string, options: DecodeOptions): Promise<DecodeResult>;
  close(): void;
}

export const defaultLimits: DecoderLimits = {
  memoryMb: 700,
  timeoutMs: 120_000,
  maxDurationMs: 3 * 3_600_000,
  maxBytes: 512 * 1024 * 1024,
  ffmpeg: 'ffmpeg',
};

/** A leak in a decoder stays small when the child is replaced now and then; a start costs about 0.15 s. */
const filesPerChild = 100;
/** A child that spins after its parent was killed outright is ended by the kernel after this much CPU time. */
const childCpuSeconds = 3600;
const pieceBytes = 64 * 1024;
const memoryPollMs = 100;

export function createDecoder(limits: Partial<DecoderLimits> = {}): Decoder {
  const settings = { ...defaultLimits, ...limits };
  const emptyFolder = mkdtempSync(path.join(tmpdir(), 'fermata-decode-'));
  let child: Confined | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  const retire = (): void => {
    child?.process.kill('SIGKILL');
    child = null;
  };

  const runIn = async (running: Confined, handle: FileHandle, options: DecodeOptions) => {
    running.files++;
    const result = await runConfined(running, handle, options, settings).catch((reason: unknown) => {
      retire();
      throw reason;
    });
    if (result.broken) retire();
    return result;
  };

  const decodeNow = async (file: string, options: DecodeOptions): Promise<DecodeResult> => {
    options.signal?.throwIfAborted();
    if (closed) throw new Error('the decoder is closed');
    let handle: FileHandle;
    try {
      handle = await open(file, 'r');
    } catch {
      return unreadable('missing', 'The audio file is missing or may not be read.');
    }
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) return unreadable('not_audio', 'This is not a file.');
      if (facts.size === 0) return unreadable('empty', 'The audio file is empty.');
      if (facts.size > settings.maxBytes) {
        return unreadable(
          'too_large',
          `The file has ${megabytes(facts.size)} MB; ${megabytes(settings.maxBytes)} are allowed.`,
        );
      }
      if (child === null || child.files >= filesPerChild || hasEnded(child.process)) {
        retire();
        child = startConfined(settings, emptyFolder);
      }
      const wasWarm = child.files > 0;
      let result = await runIn(child, handle, options);
      // A warm child still holds memory of the files before: what it could not do is asked once more of a fresh one, so that a
      // file is never judged by its neighbours. (A ten-minute m4a takes 513 MB.)
      if (result.broken && wasWarm) {
        child = startConfined(settings, emptyFolder);
        result = await runIn(child, handle, options);
      }
      const { outcome } = result;
      if (outcome.kind === 'audio' || settings.ffmpeg === null) return outcome;
      if (outcome.code !== 'not_audio' && outcome.code !== 'corrupt' && outcome.code !== 'crashed') return outcome;
      return (await runFfmpeg(settings.ffmpeg, handle, options, settings, emptyFolder)) ?? outcome;
    } finally {
      await handle.close();
    }
  };

  return {
    decode(file, options) {
      const result = turn.then(
        () => decodeNow(file, options),
        () => decodeNow(file, options),
      );
      turn = result.catch(() => undefined);
      return result;
    },
    close() {
      closed = true;
      retire();
      rmSync(emptyFolder, { recursive: true, force: true });
    },
  };
}

/** A process ended by a signal has no exit code. */
const hasEnded = (running: ChildProcess): boolean => running.exitCode !== null || running.signalCode !== null;

interface Confined {
  readonly process: ChildProcess;
  files: number;
}

function startConfined(settings: DecoderLimits, cwd: string): Confined {
  const here = import.meta.dirname;
  const modules = nodeModulesFolder();
  const args = [
    '--permission',
    `--allow-fs-read=${here}`,
    `--allow-fs-read=${path.join(here, '..', 'package.json')}`,
    `--allow-fs-read=${modules}`,
    '--no-addons',
    '--disable-warning=ExperimentalWarning',
    // The heap holds little (samples live outside it), so a quarter of the allowance is ample.
    `--max-old-space-size=${Math.max(32, Math.round(settings.memoryMb / 4))}`,
    path.join(here, 'decodeProcess.ts'),
  ];
  const started = spawnLimited(process.execPath, args, cwd);
  return { process: started, files: 0 };
}

/** Starts a program with an empty environment and, where there is a POSIX shell, a limit on its CPU time. */
function spawnLimited(program: string, args: readonly string[], cwd: string): ChildProcess {
  const options = { cwd, env: {}, stdio: ['pipe', 'pipe', 'ignore'] as ['pipe', 'pipe', 'ignore'] };
  const started = existsSync('/bin/sh')
    ? spawn('/bin/sh', ['-c', `ulimit -t ${childCpuSeconds}; exec "$0" "$@"`, program, ...args], options)
    : spawn(program, args, options);
  // Writing to a child that is gone raises EPIPE here; its exit says all there is to say.
  started.stdin!.on('error', () => undefined);
  started.on('error', () => undefined);
  // A waiting child must not keep the program alive.
  started.unref();
  (started.stdin as unknown as { unref?: () => void }).unref?.();
  (started.stdout as unknown as { unref?: () => void }).unref?.();
  return started;
}

function nodeModulesFolder(): string {
  const found = fileURLToPath(import.meta.resolve('audio-decode'));
  const marker = `${path.sep}node_modules${path.sep}`;
  return found.slice(0, found.lastIndexOf(marker) + marker.length - 1);
}

interface Outcome {
  readonly outcome: DecodeResult;
  /** True when the child must not be used again. */
  readonly broken: boolean;
}

async function runConfined(
  child: Confined,
  handle: FileHandle,
  options: DecodeOptions,
  settings: DecoderLimits,
): Promise<Outcome> {
  const { process: running } = child;
  const pieces = createPieces();
  return await new Promise<Outcome>((resolve, reject) => {
    let position = 0;
    let settled = false;

    const settle = (outcome: DecodeResult, broken: boolean): void => {
      if (settled) return;
      settled = true;
      stop();
      resolve({ outcome, broken });
    };
    const sendNext = async (): Promise<void> => {
      const buffer = Buffer.allocUnsafe(pieceBytes);
      const { bytesRead } = await handle.read(buffer, 0, pieceBytes, position);
      position += bytesRead;
      if (settled) return;
      const frame =
        bytesRead === 0 || position > settings.maxBytes
          ? encodeFrame(toChild.end, new Uint8Array(0))
          : encodeFrame(toChild.bytes, buffer.subarray(0, bytesRead));
      running.stdin!.write(frame);
    };
    const broke = (): void => settle(unreadable('crashed', 'The decoder broke on this file.'), true);
    const read = createFrameReader((kind, payload) => {
      if (kind === fromChild.wantMore) sendNext().catch(broke);
      else if (kind === fromChild.pcm) pieces.push(payload);
      else if (kind === fromChild.done) {
        const done = JSON.parse(payload.toString()) as DoneMessage;
        settle(pieces.finish(done, options.sampleRateHz), false);
      } else if (kind === fromChild.failed) {
        const failed = JSON.parse(payload.toString()) as FailedMessage;
        settle(unreadable(failed.code, sentence(failed, settings)), false);
      }
    });
    const onData = (piece: Buffer): void => {
      try {
        read(piece);
      } catch {
        broke();
      }
    };
    const onExit = (code: number | null): void =>
      code === memoryExitCode ? settle(memoryFault(settings), true) : broke();
    const watch = watchProcess(running, settings, (fault) => settle(fault, true));
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
      running.off('exit', onExit);
      options.signal?.removeEventListener('abort', onAbort);
    };

    running.stdout!.on('data', onData);
    running.on('exit', onExit);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (hasEnded(running)) broke();
    // It may have been given up while the file was opened: a signal tells only those who listened by then.
    if (options.signal?.aborted === true) return onAbort();
    const begin: BeginMessage = {
      sampleRateHz: options.sampleRateHz,
      maxDurationMs: settings.maxDurationMs,
      memoryMb: settings.memoryMb,
    };
    running.stdin!.write(encodeJson(toChild.begin, begin));
  });
}

/** Containers only: ffmpeg takes text for subtitles, noise for raw mp3, and a playlist for an order to fetch files. */
const ffmpegFormats =
  'matroska,webm,mov,avi,flv,asf,mpegts,mpeg,ogg,aiff,au,caf,amr,wav,w64,mp3,flac,aac,ac3,eac3,ape,wv,tta,mpc,mpc8,dsf';

/** Null when ffmpeg is not there or does not know better. */
async function runFfmpeg(
  ffmpeg: string,
  handle: FileHandle,
  options: DecodeOptions,
  settings: DecoderLimits,
  cwd: string,
): Promise<DecodeResult | null> {
  const program = findProgram(ffmpeg);
  if (program === null) return null;
  const args = ['-v', 'quiet', '-nostdin', '-threads', '1', '-protocol_whitelist', 'pipe'];
  args.push('-format_whitelist', ffmpegFormats, '-i', 'pipe:0', '-map', '0:a:0', '-vn', '-sn', '-dn');
  args.push('-t', String(settings.maxDurationMs / 1000 + 1), '-ac', '2', '-ar', String(options.sampleRateHz));
  args.push('-f', 'f32le', 'pipe:1');
  const running = spawnLimited(program, args, cwd);
  const pieces = createPieces();
  const mixer = createMonoMixer(options.sampleRateHz, options.sampleRateHz);
  let fault: UnreadableAudio | null = null;
  let leftover = Buffer.alloc(0);
  let samples = 0;
  running.stdout!.on('data', (piece: Buffer) => {
    const bytes = leftover.length === 0 ? piece : Buffer.concat([leftover, piece]);
    const whole = Math.floor(bytes.length / 8);
    leftover = Buffer.from(bytes.subarray(whole * 8));
    const left = new Float32Array(whole);
    const right = new Float32Array(whole);
    for (let i = 0; i < whole; i++) {
      left[i] = bytes.readFloatLE(8 * i);
      right[i] = bytes.readFloatLE(8 * i + 4);
    }
    samples += whole;
    pieces.pushSamples(mixer.push([left, right]));
  });
  const watch = watchProcess(running, settings, (found) => {
    fault = found;
    running.kill('SIGKILL');
  });
  const onAbort = (): void => void running.kill('SIGKILL');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted === true) onAbort();
  // `close` comes after the last of the output, `exit` may come before it.
  const ended = once(running, 'close').catch(() => undefined);
  try {
    for (let position = 0; running.exitCode === null && running.pid !== undefined;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const room = running.stdin!.write(buffer.subarray(0, bytesRead));
      if (!room) await Promise.race([once(running.stdin!, 'drain').catch(() => undefined), ended]);
    }
    running.stdin!.end();
    if (running.pid !== undefined) await ended;
  } finally {
    watch.stop();
    options.signal?.removeEventListener('abort', onAbort);
  }
  options.signal?.throwIfAborted();
  if (fault) return fault;
  const durationMs = (samples * 1000) / options.sampleRateHz;
  if (durationMs > settings.maxDurationMs) return tooLong(settings);
  if (durationMs < 1000) return null;
  return pieces.finish(
    { format: 'ffmpeg', sourceSampleRateHz: options.sampleRateHz, channels: 2, stoppedBy: null },
    options.sampleRateHz,
  );
}

function findProgram(name: string): string | null {
  if (path.isAbsolute(name)) return existsSync(name) ? name : null;
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    if (folder !== '' && existsSync(path.join(folder, name))) return path.join(folder, name);
  }
  return null;
}

/** Kills by the clock and by resident memory (where /proc tells it; the child also looks at itself between pieces). */
function watchProcess(
  running: ChildProcess,
  settings: DecoderLimits,
  onFault: (fault: UnreadableAudio) => void,
): { stop(): void } {
  const startedAt = performance.now();
  const timer = setInterval(
    () => {
      if (performance.now() - startedAt > settings.timeoutMs) {
        running.kill('SIGKILL');
        const seconds = Math.round(settings.timeoutMs / 1000);
        onFault(unreadable('timeout', `Decoding took longer than the ${seconds} s that are allowed.`));
      } else if (residentMb(running.pid) > settings.memoryMb) {
        running.kill('SIGKILL');
        onFault(memoryFault(settings));
      }
    },
    Math.min(memoryPollMs, Math.max(10, settings.timeoutMs / 4)),
  );
  return { stop: () => clearInterval(timer) };
}

function residentMb(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * 4096) / 1024 / 1024;
  } catch {
    return 0;
  }
}

function createPieces() {
  const pieces: Float32Array[] = [];
  let samples = 0;
  const pushSamples = (piece: Float32Array): void => {
    pieces.push(piece);
    samples += piece.length;
  };
  return {
    pushSamples,
    push(payload: Buffer): void {
      const copy = new Uint8Array(payload);
      pushSamples(new Float32Array(copy.buffer, 0, Math.floor(copy.length / 4)));
    },
    finish(done: DoneMessage, sampleRateHz: number): DecodeResult {
      const pcm = new Float32Array(samples);
      let at = 0;
      for (const piece of pieces) {
        pcm.set(piece, at);
        at += piece.length;
      }
      pieces.length = 0;
      const durationMs = Math.round((pcm.length * 1000) / sampleRateHz);
      return { kind: 'audio', pcm, sampleRateHz, durationMs, ...done };
    },
  };
}

const unreadable = (code: UnreadableCode, reason: string): UnreadableAudio => ({ kind: 'unreadable', code, reason });
const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
const memoryFault = (settings: DecoderLimits): UnreadableAudio =>
  unreadable('memory', `Decoding needed more than the ${settings.memoryMb} MB of memory that are allowed.`);
const tooLong = (settings: DecoderLimits): UnreadableAudio =>
  unreadable(
    'too_long',
    `The audio is longer than the ${Math.round(settings.maxDurationMs / 60_000)} minutes that are allowed.`,
  );

function sentence(failed: FailedMessage, settings: DecoderLimits): string {
  switch (failed.code) {
    case 'empty':
      return 'The audio file is empty.';
    case 'not_audio':
      return `The file is not audio in a known format (${printable(failed.detail)}).`;
    case 'too_long':
      return tooLong(settings).reason;
    case 'corrupt':
      return `The audio file is damaged (${printable(failed.detail)}).`;
  }
}

/** What a decoder says about a hostile file may hold anything. */
const printable = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, ' ')
    .trim()
    .slice(0, 120);

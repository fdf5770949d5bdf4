// ffmpeg, for what our own decoders do not read: over pipes, with only container formats allowed.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { DecodeFailure, DecodeOptions, DecodeResult, DecoderLimits, StereoPcm } from '../decode.ts';
import { createMixer, type Mixer } from '../mix.ts';
import { createPieces } from './outcome.ts';
import { spawnLimited, watchProcess } from './process.ts';

/** Containers only: ffmpeg takes text for subtitles, noise for raw mp3, and a playlist for an order to fetch files. */
const formats =
  'matroska,webm,mov,avi,flv,asf,mpegts,mpeg,ogg,aiff,au,caf,amr,wav,w64,mp3,flac,aac,ac3,eac3,ape,wv,tta,mpc,mpc8,dsf';
const pieceBytes = 64 * 1024;
/** Less than a second is what ffmpeg makes of anything. */
const leastMs = 1000;

/** Null when ffmpeg is not there or does not know better. */
export async function runFfmpeg(
  ffmpeg: string,
  handle: FileHandle,
  options: DecodeOptions,
  settings: DecoderLimits,
  cwd: string,
): Promise<DecodeResult<Float32Array | StereoPcm> | null> {
  const program = findProgram(ffmpeg);
  if (program === null) return null;
  const maxDurationMs = Math.min(settings.maxDurationMs, options.maxDurationMs ?? Infinity);
  const args = ['-v', 'quiet', '-nostdin', '-threads', '1', '-protocol_whitelist', 'pipe'];
  args.push('-format_whitelist', formats, '-i', 'pipe:0', '-map', '0:a:0', '-vn', '-sn', '-dn');
  // AU: its head of 24 bytes says the rate and the channels, and needs no length.
  args.push('-t', String(maxDurationMs / 1000 + 1), '-c:a', 'pcm_f32be', '-f', 'au', 'pipe:1');
  const running = spawnLimited(program, args, cwd);
  running.stderr!.resume();
  const reader = createAuReader(options, maxDurationMs);
  let failure: DecodeFailure | null = null;
  running.stdout!.on('data', (piece: Buffer) => reader.push(piece));
  const watch = watchProcess(running, settings, (found) => {
    failure = found;
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
  return failure ?? reader.finish();
}

interface AuReader {
  push(piece: Buffer): void;
  finish(): DecodeResult<Float32Array | StereoPcm> | null;
}

function createAuReader(options: DecodeOptions, maxDurationMs: number): AuReader {
  const channels = options.channels ?? 'mono';
  const { sampleRateHz } = options;
  const most = Math.round((maxDurationMs * sampleRateHz) / 1000);
  const pieces = createPieces(channels);
  let rest: Buffer = Buffer.alloc(0);
  let source: { sampleRateHz: number; channels: number } | null = null;
  let mixer: Mixer | null = null;
  let samples = 0;
  let cut = false;

  const give = (parts: readonly Float32Array[]): void => {
    const room = most - samples;
    if (parts[0]!.length > room) cut = true;
    const kept = parts.map((part) => part.subarray(0, room));
    samples += kept[0]!.length;
    pieces.push(kept);
  };
  const begin = (): void => {
    if (rest.length < 24) return;
    const head = rest.readUInt32BE(4);
    if (rest.length < head) return;
    source = { sampleRateHz: rest.readUInt32BE(16), channels: Math.max(1, rest.readUInt32BE(20)) };
    mixer = createMixer(source.sampleRateHz, sampleRateHz, channels);
    rest = rest.subarray(head);
  };
  return {
    push(piece) {
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      if (source === null) begin();
      if (source === null || mixer === null || cut) return;
      const width = source.channels;
      const whole = Math.floor(rest.length / (4 * width));
      const parts = Array.from({ length: width }, () => new Float32Array(whole));
      for (let i = 0; i < whole; i++) {
        for (let c = 0; c < width; c++) parts[c]![i] = rest.readFloatBE(4 * (i * width + c));
      }
      rest = Buffer.from(rest.subarray(4 * whole * width));
      give(mixer.push(parts));
    },
    finish() {
      if (source === null || mixer === null) return null;
      if (!cut) give(mixer.finish());
      if ((samples * 1000) / sampleRateHz < leastMs) return null;
      const facts = { format: 'ffmpeg', durationMs: null, ...source };
      return pieces.finish({ sampleRateHz, source: facts, cut, missing: [], stoppedBy: null });
    },
  };
}

function findProgram(name: string): string | null {
  if (path.isAbsolute(name)) return existsSync(name) ? name : null;
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    if (folder !== '' && existsSync(path.join(folder, name))) return path.join(folder, name);
  }
  return null;
}

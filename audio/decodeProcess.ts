// The confined child: takes a file's bytes on standard input, gives mono samples on standard output. It is started without
// the right to read files (but the decoders' own code), write, spawn or load native code, and with an empty environment.

import decode from 'audio-decode';
import getType from 'audio-type';
import { createFrameReader, encodeFrame, encodeJson, fromChild, memoryExitCode, toChild } from './decodeProtocol.ts';
import type { BeginMessage, DoneMessage, FailedMessage } from './decodeProtocol.ts';
import { createMonoMixer, type MonoMixer } from './mono.ts';

interface StreamDecoder {
  (chunk?: Uint8Array): Promise<{ readonly channelData: readonly Float32Array[]; readonly sampleRate: number }>;
  free(): void;
}
const decoders = decode as unknown as Readonly<Record<string, (() => Promise<StreamDecoder>) | undefined>>;

/** Enough to recognise every container: an ID3 tag with a cover before an mp3 still begins with its magic. */
const sniffBytes = 4096;
/** One decode call's output must stay small: 256 KB of mp3 become 5 MB of samples. */
const chunkBytes = 256 * 1024;

class Unreadable extends Error {
  readonly code: FailedMessage['code'];
  constructor(code: FailedMessage['code'], detail: string) {
    super(detail);
    this.code = code;
  }
}

interface Job {
  readonly begin: BeginMessage;
  head: Buffer[];
  headBytes: number;
  bytes: number;
  format: string;
  decoder: StreamDecoder | null;
  mixer: MonoMixer | null;
  samplesOut: number;
  sourceSampleRateHz: number;
  channels: number;
}

let job: Job | null = null;
let work: Promise<void> = Promise.resolve();

async function startDecoder(current: Job): Promise<Buffer> {
  const head = Buffer.concat(current.head, current.headBytes);
  current.head = [];
  const format = getType(head);
  const open = format === undefined ? undefined : decoders[format];
  if (format === undefined || open === undefined) {
    throw new Unreadable('not_audio', format === undefined ? 'no known audio format' : `no decoder for ${format}`);
  }
  current.format = format;
  current.decoder = await open();
  return head;
}

async function feed(current: Job, bytes: Buffer | null): Promise<void> {
  const decoder = current.decoder!;
  // A copy: several decoders keep a reference to what they were given.
  const audio = bytes === null ? await decoder() : await decoder(new Uint8Array(bytes));
  if (process.memoryUsage.rss() > current.begin.memoryMb * 1024 * 1024) process.exit(memoryExitCode);
  const first = audio.channelData[0];
  if (!first || first.length === 0) return;
  if (!(audio.sampleRate >= 1000 && audio.sampleRate <= 768_000)) {
    throw new Unreadable('corrupt', `a sample rate of ${audio.sampleRate} Hz`);
  }
  if (current.mixer === null || current.sourceSampleRateHz !== audio.sampleRate) {
    if (current.mixer) send(current, current.mixer.finish());
    current.mixer = createMonoMixer(audio.sampleRate, current.begin.sampleRateHz);
    current.sourceSampleRateHz = audio.sampleRate;
  }
  current.channels = Math.max(current.channels, audio.channelData.length);
  send(current, current.mixer.push(audio.channelData));
}

function send(current: Job, pcm: Float32Array): void {
  current.samplesOut += pcm.length;
  if ((current.samplesOut / current.begin.sampleRateHz) * 1000 > current.begin.maxDurationMs) {
    throw new Unreadable('too_long', 'longer than allowed');
  }
  for (let at = 0; at < pcm.length; at += 262_144) {
    const piece = pcm.subarray(at, at + 262_144);
    process.stdout.write(encodeFrame(fromChild.pcm, new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)));
  }
}

async function takeBytes(bytes: Buffer): Promise<void> {
  const current = job;
  if (current === null) return;
  current.bytes += bytes.length;
  let ready: Buffer = bytes;
  if (current.decoder === null) {
    current.head.push(bytes);
    current.headBytes += bytes.length;
    if (current.headBytes < sniffBytes) return;
    ready = await startDecoder(current);
  }
  for (let at = 0; at < ready.length; at += chunkBytes) await feed(current, ready.subarray(at, at + chunkBytes));
}

async function finish(): Promise<void> {
  const current = job;
  if (current === null) return;
  if (current.bytes === 0) throw new Unreadable('empty', 'no bytes');
  if (current.decoder === null) {
    const head = await startDecoder(current);
    await feed(current, head);
  }
  await feed(current, null);
  if (current.mixer) send(current, current.mixer.finish());
  if (current.samplesOut === 0) throw new Unreadable('corrupt', 'no sample could be decoded');
  done(current, null);
}

function done(current: Job, stoppedBy: string | null): void {
  const message: DoneMessage = {
    format: current.format,
    sourceSampleRateHz: current.sourceSampleRateHz,
    channels: current.channels,
    stoppedBy,
  };
  job = null;
  process.stdout.write(encodeJson(fromChild.done, message));
}

function fail(error: unknown): void {
  const current = job;
  if (current === null) return;
  const detail = error instanceof Error ? error.message : String(error);
  // A file cut in the middle is worth what came before the cut.
  if (current.samplesOut >= current.begin.sampleRateHz && !(error instanceof Unreadable && error.code === 'too_long')) {
    done(current, detail);
    return;
  }
  job = null;
  const message: FailedMessage = { code: error instanceof Unreadable ? error.code : 'corrupt', detail };
  process.stdout.write(encodeJson(fromChild.failed, message));
}

const read = createFrameReader((kind, payload) => {
  // One frame at a time, in order; the parent waits for `wantMore` before it sends the next piece.
  const copy = Buffer.from(payload);
  work = work.then(async () => {
    try {
      if (kind === toChild.begin) {
        job = {
          begin: JSON.parse(copy.toString()) as BeginMessage,
          head: [],
          headBytes: 0,
          bytes: 0,
          format: '',
          decoder: null,
          mixer: null,
          samplesOut: 0,
          sourceSampleRateHz: 0,
          channels: 0,
        };
      } else if (kind === toChild.bytes) await takeBytes(copy);
      else await finish();
    } catch (error) {
      fail(error);
    }
    if (kind !== toChild.end) process.stdout.write(encodeFrame(fromChild.wantMore, new Uint8Array(0)));
  });
});

process.stdin.on('data', read);
// The parent died or closed the pipe.
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
process.stdout.write(encodeFrame(fromChild.ready, new Uint8Array(0)));

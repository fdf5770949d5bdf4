// The confined child: asks its parent for a file's bytes, gives samples back. It is started without the right to read files (but the
// decoders' own code), write, spawn or load native code, and with an empty environment.

import { openAudio } from './open.ts';
import { Unreadable } from './pieces.ts';
import {
  createFrameReader,
  encodeFrame,
  encodeJson,
  encodeRead,
  fromChild,
  memoryExitCode,
  toChild,
} from './protocol.ts';
import type { BeginMessage, UnreadableMessage } from './protocol.ts';
import { drain, isOutOfMemory } from './sink.ts';
import { createByteSource } from './source.ts';

/** Pieces of one array a channel leave in frames of at most so many samples a channel. */
const samplesAtOnce = 131_072;

let answer: ((bytes: Uint8Array) => void) | null = null;

const fetch = (at: number, length: number): Promise<Uint8Array> =>
  new Promise((resolve) => {
    answer = resolve;
    process.stdout.write(encodeRead(at, length));
  });

/** Waits while the parent is behind: what it has not taken yet would pile up here. */
async function write(frame: Buffer): Promise<void> {
  if (!process.stdout.write(frame)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

async function emit(channels: readonly Float32Array[], memoryMb: number): Promise<void> {
  if (process.memoryUsage.rss() > memoryMb * 1024 * 1024) process.exit(memoryExitCode);
  const length = channels[0]!.length;
  for (let at = 0; at < length; at += samplesAtOnce) {
    const parts = channels.map((channel) => {
      const part = channel.subarray(at, at + samplesAtOnce);
      return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    });
    await write(encodeFrame(fromChild.pcm, parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
  }
}

async function run(begin: BeginMessage): Promise<void> {
  try {
    const opened = await openAudio(createByteSource(begin.bytes, fetch));
    const done = await drain(opened, begin, (channels) => emit(channels, begin.memoryMb));
    await write(encodeJson(fromChild.done, done));
  } catch (error) {
    if (isOutOfMemory(error)) process.exit(memoryExitCode);
    const message: UnreadableMessage = {
      code: error instanceof Unreadable ? error.code : 'corrupt',
      detail: error instanceof Error ? error.message : String(error),
      worn: !(error instanceof Unreadable),
    };
    await write(encodeJson(fromChild.unreadable, message));
  }
}

const read = createFrameReader((kind, payload) => {
  if (kind === toChild.begin) void run(JSON.parse(payload.toString()) as BeginMessage);
  else if (kind === toChild.bytes) {
    const waiting = answer;
    answer = null;
    // A copy: several decoders keep a reference to what they were given.
    waiting?.(new Uint8Array(payload));
  }
});

process.stdin.on('data', read);
// The parent died or closed the pipe.
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
process.stdout.write(encodeFrame(fromChild.ready, new Uint8Array(0)));

// Damaged audio for the fuzzer and its test: seeds of each format, ways to break them, and a corpus of files that were made to be unpleasant.

import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

/** 16-bit samples, or 32-bit floats, as a WAV whose header may promise anything. */
export function wavFile(
  channels: readonly Float32Array[],
  sampleRateHz: number,
  options: { readonly float?: boolean; readonly promisedBytes?: number; readonly promisedChannels?: number } = {},
): Buffer {
  const width = options.float === true ? 4 : 2;
  const frames = channels[0]?.length ?? 0;
  const bytes = frames * channels.length * width;
  const file = Buffer.alloc(44 + bytes);
  file.write('RIFF', 0);
  file.writeUInt32LE(Math.min(0xffffffff, options.promisedBytes ?? 36 + bytes), 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(options.float === true ? 3 : 1, 20);
  file.writeUInt16LE(options.promisedChannels ?? channels.length, 22);
  file.writeUInt32LE(sampleRateHz, 24);
  file.writeUInt32LE((sampleRateHz * channels.length * width) % 2 ** 32, 28);
  file.writeUInt16LE(channels.length * width, 32);
  file.writeUInt16LE(8 * width, 34);
  file.write('data', 36);
  file.writeUInt32LE(options.promisedBytes ?? bytes, 40);
  for (let i = 0; i < frames; i++) {
    channels.forEach((channel, c) => {
      const at = 44 + (i * channels.length + c) * width;
      if (width === 4) file.writeFloatLE(channel[i]!, at);
      else file.writeInt16LE(Math.round(Math.max(-1, Math.min(1, channel[i]!)) * 32767), at);
    });
  }
  return file;
}

/** One second of a chord in every format that is read; needs ffmpeg for all but WAV. */
export function makeSeeds(folder: string, formats: readonly string[] = seedFormats): Map<string, Buffer> {
  mkdirSync(folder, { recursive: true });
  const tone = Float32Array.from({ length: 16_000 }, (_, i) =>
    [220, 330, 495].reduce((sum, hz) => sum + 0.2 * Math.sin((2 * Math.PI * hz * i) / 16_000), 0),
  );
  const source = path.join(folder, 'seed.wav');
  writeFileSync(source, wavFile([tone, tone], 16_000));
  const seeds = new Map([['wav', readFileSync(source)]]);
  for (const format of formats) {
    if (format === 'wav') continue;
    const file = path.join(folder, `seed.${format}`);
    const codec = format === 'ogg' ? ['-c:a', 'libvorbis'] : [];
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', source, ...codec, file]);
    seeds.set(format, readFileSync(file));
  }
  return seeds;
}

export const seedFormats = [
  'wav',
  'mp3',
  'flac',
  'opus',
  'ogg',
  'm4a',
  'aac',
  'aiff',
  'webm',
  'wma',
  'ac3',
  'caf',
] as const;

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One to four injuries of a file, from a random source: flipped bits, noise, cuts, repeats, extreme numbers, parts of another file. */
export function mutate(seed: Buffer, other: Buffer, random: () => number): Buffer {
  let file = Buffer.from(seed);
  const injuries = 1 + Math.floor(random() * 4);
  for (let n = 0; n < injuries && file.length > 0; n++) {
    // Half of them near the beginning, where the headers are.
    const at = Math.floor(random() * (random() < 0.5 ? Math.min(file.length, 256) : file.length));
    const length = 1 + Math.floor(random() * random() * (file.length - at));
    switch (Math.floor(random() * 8)) {
      case 0:
        file[at]! ^= 1 << Math.floor(random() * 8);
        break;
      case 1:
        for (let i = at; i < at + length; i++) file[i] = Math.floor(random() * 256);
        break;
      case 2:
        file = file.subarray(0, at);
        break;
      case 3:
        file = Buffer.concat([file.subarray(0, at), file.subarray(at + length)]);
        break;
      case 4:
        file = Buffer.concat([file.subarray(0, at + length), file.subarray(at)]);
        break;
      case 5: {
        const value = extremes[Math.floor(random() * extremes.length)]!;
        if (at + 4 > file.length) break;
        if (random() < 0.5) file.writeUInt32LE(value, at);
        else file.writeUInt32BE(value, at);
        break;
      }
      case 6: {
        const from = Math.floor(random() * other.length);
        file = Buffer.concat([file.subarray(0, at), other.subarray(from, from + length), file.subarray(at)]);
        break;
      }
      case 7:
        file.fill(random() < 0.5 ? 0 : 255, at, at + length);
        break;
    }
  }
  return file;
}

export interface Damaged {
  readonly name: string;
  readonly file: string;
  /** What the decoder must come to; `any` where a good decoder may rescue something. */
  readonly expected: 'audio' | 'unreadable' | 'any';
}

/** The unpleasant files, written into a folder. The eight hours are a sparse file: they take no room. */
export function damagedCorpus(folder: string, seeds: ReadonlyMap<string, Buffer>): Damaged[] {
  mkdirSync(folder, { recursive: true });
  const corpus: Damaged[] = [];
  const add = (name: string, bytes: Buffer | string, expected: Damaged['expected']): void => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    corpus.push({ name, file, expected });
  };
  const tone = (samples: number, rateHz: number): Float32Array =>
    Float32Array.from({ length: samples }, (_, i) => 0.3 * Math.sin((2 * Math.PI * 440 * i) / rateHz));

  add('nothing.wav', '', 'unreadable');
  add('one-sample.wav', wavFile([tone(1, 8000)], 8000), 'any');
  add('header-only.wav', wavFile([new Float32Array(0)], 8000), 'unreadable');
  add('promises-4-gb.wav', wavFile([tone(8000, 8000)], 8000, { promisedBytes: 0xffffffff }), 'any');
  add('promises-65535-channels.wav', wavFile([tone(8000, 8000)], 8000, { promisedChannels: 65_535 }), 'any');
  add('no-channels.wav', wavFile([tone(8000, 8000)], 8000, { promisedChannels: 0 }), 'any');
  add('rate-0.wav', wavFile([tone(8000, 8000)], 0), 'any');
  add('192-khz.wav', wavFile([tone(192_000, 192_000)], 192_000), 'audio');
  add(
    '7.1.wav',
    wavFile(
      Array.from({ length: 8 }, () => tone(48_000, 48_000)),
      48_000,
    ),
    'audio',
  );
  const broken = tone(16_000, 8000);
  broken.fill(NaN, 100, 900);
  broken.fill(Infinity, 2000, 2100);
  broken.fill(-1e38, 3000, 3100);
  add('nan-floats.wav', wavFile([broken], 8000, { float: true }), 'audio');
  add('playlist.mp3', '#EXTM3U\n#EXTINF:1,x\nfile:///etc/passwd\nhttp://127.0.0.1:1/x.mp3\n', 'unreadable');
  add('concat.m4a', "ffconcat version 1.0\nfile '/etc/passwd'\n", 'unreadable');
  add(
    'picture.svg.ogg',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    'unreadable',
  );

  const wav = seeds.get('wav')!;
  add('riff-of-another-kind.wav', Buffer.concat([wav.subarray(0, 8), Buffer.from('AVI '), wav.subarray(12)]), 'any');
  for (const [format, seed] of seeds) {
    add(`half.${format}`, seed.subarray(0, seed.length >> 1), 'any');
    add(`first-100-bytes.${format}`, seed.subarray(0, 100), 'any');
    add(`without-beginning.${format}`, seed.subarray(64), 'any');
    add(`under-another-name-${format}.bin`, seed, 'audio');
    add(`zeros-inside.${format}`, Buffer.from(seed).fill(0, seed.length >> 2, seed.length >> 1), 'any');
  }
  const mp3 = seeds.get('mp3');
  if (mp3) {
    // An ID3v2 tag whose picture has 9 MB (sizes there have seven bits a byte).
    const picture = 9 * 1024 * 1024;
    const tag = Buffer.alloc(10 + 10 + picture);
    tag.write('ID3\x03\x00\x00', 0, 'latin1');
    const size = 10 + picture;
    for (let i = 0; i < 4; i++) tag[6 + i] = (size >> (21 - 7 * i)) & 127;
    tag.write('APIC', 10);
    tag.writeUInt32BE(picture, 14);
    add('huge-art.mp3', Buffer.concat([tag, mp3]), 'audio');
    add('polyglot-html.mp3', Buffer.concat([Buffer.from('<html><script>alert(1)</script></html>\n'), mp3]), 'any');
    add('polyglot-zip.mp3', Buffer.concat([mp3, Buffer.from('PK\x03\x04'), Buffer.alloc(500)]), 'audio');
    add('polyglot-wav.mp3', Buffer.concat([wav.subarray(0, 44), mp3]), 'any');
  }
  const long = path.join(folder, 'eight-hours.wav');
  const handle = openSync(long, 'w');
  const bytes = 8 * 3600 * 8000 * 2;
  const head = wavFile([new Float32Array(0)], 8000, { promisedBytes: bytes });
  writeSync(handle, head);
  ftruncateSync(handle, 44 + bytes);
  closeSync(handle);
  corpus.push({ name: 'eight-hours.wav', file: long, expected: 'audio' });
  return corpus;
}

/**
 * A whole file damaged as files are on their way: cut short at three fifths, or 40 bytes changed. The first tenth is
 * spared, where the head is: without it there is nothing to read.
 */
export function damaged(file: Buffer, how: 'cut short' | 'holes', random: () => number): Buffer {
  if (how === 'cut short') return file.subarray(0, Math.floor(file.length * 0.6));
  const changed = Buffer.from(file);
  for (let i = 0; i < 40; i++) {
    const at = Math.floor(file.length * (0.1 + 0.85 * random()));
    changed[at] = changed[at]! ^ (1 + Math.floor(255 * random()));
  }
  return changed;
}

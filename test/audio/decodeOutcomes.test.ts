// What is wrong with the audio, and what is wrong with us: every cause as it really comes about, and never one taken for the other.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDecoder, type Decoder, type DecodeResult } from '../../audio/decode.ts';
import { childrenOf, isZombie } from './children.ts';
import { asf, flv, programStream, transportStream, box, mp4, silentM4a, u32, webmWithoutSound } from './containers.ts';
import { noise, tune, wav } from './signals.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(path.join(tmpdir(), 'fermata-test-outcomes-'));
const file = (name: string, bytes: Uint8Array | string): string => {
  const at = path.join(folder, name.replaceAll(' ', '-'));
  writeFileSync(at, bytes);
  return at;
};
const told = (result: DecodeResult): string => (result.kind === 'audio' ? 'audio' : `${result.kind}: ${result.code}`);
const options = { sampleRateHz: 8000 } as const;

let decoder: Decoder;
beforeAll(() => {
  decoder = createDecoder({ ffmpeg: null });
});
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true, force: true });
});

const silence = silentM4a(3);

describe('the audio is unreadable', () => {
  it.each([
    ['no bytes', '', 'empty'],
    ['a wav header and nothing else', wav([new Float32Array(0)], 8000), 'empty'],
    ['an m4a without samples', mp4({ count: 0, sampleBytes: 4, media: Buffer.alloc(0) }), 'empty'],
    ['text', 'This is a letter, not a song.\n'.repeat(50), 'not_audio'],
    ['a playlist', '#EXTM3U\n#EXTINF:1,x\nfile:///etc/passwd\n', 'not_audio'],
    ['random bytes', Buffer.from(noise(5, 5).buffer), 'not_audio'],
    ['zeros', Buffer.alloc(1_000_000), 'not_audio'],
    ['a header that promises a sample rate of 4 GHz', badRate(), 'corrupt'],
    ['a header that promises 65535 channels', manyChannels(), 'corrupt'],
    ['an m4a that ends in its first box', m4aStub(), 'corrupt'],
    ['an m4a whose index was never written', withoutIndex(), 'corrupt'],
    ['an m4a of noise', silentM4a(3, { media: Buffer.from(noise(6, 2).buffer) }), 'corrupt'],
    ['an m4a protected by common encryption', silentM4a(3, { codec: 'enca', inside: [protection()] }), 'encrypted'],
    ['an m4a protected by FairPlay', silentM4a(3, { codec: 'drms' }), 'encrypted'],
    ['a QuickTime codec of 1999', silentM4a(3, { codec: 'QDM2' }), 'unsupported'],
    [
      'a MIDI file',
      Buffer.concat([Buffer.from('MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk'), Buffer.alloc(99)]),
      'unsupported',
    ],
    ['a video without sound', silentM4a(3, { handler: 'vide', codec: 'avc1' }), 'no_audio'],
    ['a WebM without sound', webmWithoutSound(), 'no_audio'],
    ['an Ogg file without sound', theora(), 'no_audio'],
    ['an FLV without sound', flv(false), 'no_audio'],
    ['an FLV with sound', flv(true), 'unsupported'],
    ['a WMV without sound', asf('video'), 'no_audio'],
    ['a WMA that is protected', asf('sound', true), 'encrypted'],
    ['an MPEG program stream without sound', programStream(0xe0), 'no_audio'],
    ['an MPEG program stream with sound', programStream(0xc0), 'unsupported'],
    ['an MPEG transport stream without sound', transportStream(0x1b), 'no_audio'],
    ['an MPEG transport stream with sound', transportStream(0x0f), 'unsupported'],
  ])('%s', async (name, bytes, code) => {
    const result = await decoder.decode(file(name, bytes), options);
    expect(told(result)).toBe(`unreadable: ${code}`);
    expect(result.kind === 'unreadable' && result.reason).toMatch(/^[A-Z][\x20-\x7e]{10,}\.$/);
  });

  it('but not where the same bytes are left as they were', async () => {
    expect(told(await decoder.decode(file('whole.m4a', silence), options))).toBe('audio');
  });
});

describe('we failed', () => {
  it('because the file is missing, or no file', async () => {
    expect(told(await decoder.decode(path.join(folder, 'none.wav'), options))).toBe('failed: missing');
    const inFile = path.join(file('a.wav', wav([tune(1, 1)], 8000)), 'b.wav');
    expect(told(await decoder.decode(inFile, options))).toBe('failed: missing');
    expect(told(await decoder.decode(folder, options))).toBe('failed: not_readable');
  });

  it('because the file may not be read', async () => {
    const secret = file('secret.wav', wav([tune(1, 1)], 8000));
    chmodSync(secret, 0);
    // The superuser may read everything: for a moment we are nobody.
    const wasRoot = process.geteuid!() === 0;
    if (wasRoot) {
      chmodSync(folder, 0o755);
      process.seteuid!(65_534);
    }
    try {
      expect(told(await decoder.decode(secret, options))).toBe('failed: not_permitted');
    } finally {
      if (wasRoot) process.seteuid!(0);
    }
    chmodSync(secret, 0o600);
    expect(told(await decoder.decode(secret, options))).toBe('audio');
  });

  it('because the time was up, and the next file gets a fresh child', async () => {
    const impatient = createDecoder({ ffmpeg: null, timeoutMs: 1 });
    const bytes = file('slow.wav', wav([tune(7, 1)], 8000));
    expect(told(await impatient.decode(bytes, options))).toBe('failed: timeout');
    impatient.close();
    expect(told(await decoder.decode(bytes, options))).toBe('audio');
  });

  it('because memory was short: the whole of the process', async () => {
    const tight = createDecoder({ ffmpeg: null, memoryMb: 40 });
    const result = await tight.decode(file('any.wav', wav([tune(8, 60, 44_100)], 44_100)), options);
    expect(told(result)).toBe('failed: memory');
    expect(result.kind === 'failed' && result.reason).toContain('40 MB');
    tight.close();
  });

  it('because memory was short: the heap of JavaScript alone', async () => {
    // Two hundred bytes that promise a hundred million samples, in a codec whose reader makes a list of them.
    const greedy = mp4({ codec: 'sowt', count: 100_000_000, sampleBytes: 2, media: Buffer.alloc(64) });
    const own = createDecoder({ ffmpeg: null });
    expect(told(await own.decode(file('greedy.mov', greedy), options))).toBe('failed: memory');
    expect(told(await own.decode(file('after.m4a', silence), options))).toBe('audio');
    own.close();
  });

  it('because somebody killed the decoder in the middle', async () => {
    const own = createDecoder({ ffmpeg: null });
    const long = file('killed.wav', wav([noise(9, 600)], 8000));
    const before = childrenOf(process.pid);
    const going = own.decode(long, options);
    let started: number[] = [];
    for (let i = 0; i < 200 && started.length === 0; i++) {
      await sleep(5);
      started = childrenOf(process.pid).filter((pid) => !before.includes(pid));
    }
    for (const pid of started) process.kill(pid, 'SIGKILL');
    expect(told(await going)).toBe('failed: crashed');
    expect(told(await own.decode(long, options))).toBe('audio');
    own.close();
  });

  it('because the decoder could not be started, and starts it for the next file', async () => {
    const own = createDecoder({ ffmpeg: null });
    const source = file('fine.m4a', silence);
    const program = process.execPath;
    process.execPath = path.join(folder, 'no-such-node');
    const result = await own.decode(source, options);
    process.execPath = program;
    expect(told(result)).toBe('failed: not_started');
    expect(result.kind === 'failed' && result.reason).toMatch(/could not be started \(.+\)\.$/);
    expect(told(await own.decode(source, options))).toBe('audio');
    own.close();
  });
});

describe('a decoder', () => {
  it('asks a fresh child once more where a warm one dies', async () => {
    const own = createDecoder({ ffmpeg: null });
    const source = file('warm.wav', wav([noise(10, 300)], 8000));
    const before = childrenOf(process.pid);
    expect(told(await own.decode(source, options))).toBe('audio');
    const [warm] = childrenOf(process.pid).filter((pid) => !before.includes(pid));
    const going = own.decode(source, options);
    process.kill(warm!, 'SIGKILL');
    expect(told(await going)).toBe('audio');
    own.close();
  });

  it('does without its temporary folder when somebody has swept it', async () => {
    const before = new Set(readdirSync(tmpdir()));
    const own = createDecoder({ ffmpeg: null });
    const made = readdirSync(tmpdir()).filter((name) => name.startsWith('fermata-decode-') && !before.has(name));
    for (const name of made) rmSync(path.join(tmpdir(), name), { recursive: true });
    expect(told(await own.decode(file('swept.m4a', silence), options))).toBe('audio');
    own.close();
  });

  it('rejects with the reason of its signal, and goes on with the next file', async () => {
    const bytes = file('abort.wav', wav([noise(10, 300)], 8000));
    // In its first steps, while the file is opened and looked at, and when the child has it.
    for (const turns of [0, 1, 2, 3, 5, 8]) {
      const stop = new AbortController();
      const going = decoder.decode(bytes, { sampleRateHz: 8000, signal: stop.signal });
      const given = expect(going).rejects.toThrow('enough');
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      stop.abort(new Error('enough'));
      await given;
    }
    expect(told(await decoder.decode(bytes, options))).toBe('audio');
  });

  it('leaves no child behind when its parent is killed', async () => {
    const script = `
      import { createDecoder } from ${JSON.stringify(path.resolve('audio/decode.ts'))};
      const decoder = createDecoder({ ffmpeg: null });
      await decoder.decode(${JSON.stringify(file('orphan.wav', wav([tune(11, 1)], 8000)))}, { sampleRateHz: 8000 });
      console.log('decoded');
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(parent.stdout, 'data');
    const [child] = childrenOf(parent.pid!);
    expect(child).toBeDefined();
    parent.kill('SIGKILL');
    for (let i = 0; i < 100 && existsSync(`/proc/${child}`) && !isZombie(child!); i++) await sleep(20);
    expect(existsSync(`/proc/${child}`) && !isZombie(child!)).toBe(false);
  });
});

function badRate(): Buffer {
  const bytes = wav([tune(14, 1)], 8000);
  bytes.writeUInt32LE(0xffffffff, 24);
  return bytes;
}

function manyChannels(): Buffer {
  const bytes = wav([tune(14, 1)], 8000);
  bytes.writeUInt16LE(0xffff, 22);
  return bytes;
}

function m4aStub(): Buffer {
  const bytes = Buffer.alloc(200);
  bytes.writeUInt32BE(32, 0);
  bytes.write('ftypM4A ', 4);
  bytes.writeUInt32BE(0x7fffffff, 32);
  bytes.write('moov', 36);
  return bytes;
}

/** As a phone leaves it that was switched off while it recorded. */
const withoutIndex = (): Buffer =>
  Buffer.concat([box('ftyp', Buffer.from('M4A \0\0\0\0M4A ')), box('mdat', Buffer.alloc(50_000, 7))]);

/** What common encryption puts into the sample description: the codec that it hides, and its scheme. */
const protection = (): Buffer =>
  box('sinf', box('frma', Buffer.from('mp4a')), box('schm', u32(0), Buffer.from('cenc'), u32(0x10000)));

/** One page that announces pictures. */
function theora(): Buffer {
  const packet = Buffer.concat([Buffer.from('\x80theora\x03\x02\x01', 'latin1'), Buffer.alloc(32)]);
  const page = Buffer.alloc(28 + packet.length);
  page.write('OggS\0\x02', 0, 'latin1');
  page.writeUInt32LE(77, 14);
  page[26] = 1;
  page[27] = packet.length;
  packet.copy(page, 28);
  let crc = 0;
  for (const byte of page) {
    crc ^= byte << 24;
    for (let k = 0; k < 8; k++) crc = (crc & 0x80000000) === 0 ? crc << 1 : (crc << 1) ^ 0x04c11db7;
  }
  page.writeUInt32LE(crc >>> 0, 22);
  return page;
}

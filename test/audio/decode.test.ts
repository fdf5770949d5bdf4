import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDecoder, type Decoder, type DecodeResult } from '../../audio/decode.ts';
import { noise, tune, wav } from './signals.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(path.join(tmpdir(), 'fermata-test-decode-'));
const file = (name: string, bytes: Uint8Array | string): string => {
  const at = path.join(folder, name);
  writeFileSync(at, bytes);
  return at;
};
const rms = (pcm: Float32Array): number => Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length);
const codeOf = (result: DecodeResult): string => (result.kind === 'audio' ? 'audio' : result.code);
const hasFfmpeg = (process.env['PATH'] ?? '').split(path.delimiter).some((f) => existsSync(path.join(f, 'ffmpeg')));

let decoder: Decoder;
beforeAll(() => {
  decoder = createDecoder({ ffmpeg: null });
});
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('decode', () => {
  it('gives mono samples at the asked rate', async () => {
    const pcm = tune(1, 3, 44_100);
    const result = await decoder.decode(file('a.wav', wav([pcm, pcm], 44_100)), { sampleRateHz: 8000 });
    expect(result).toMatchObject({ kind: 'audio', sampleRateHz: 8000, durationMs: 3000, sourceSampleRateHz: 44_100 });
    expect(result).toMatchObject({ channels: 2, format: 'wav', stoppedBy: null });
  });

  it('hears the left channel when the two cancel each other', async () => {
    const pcm = tune(2, 2, 16_000);
    const opposite = wav([pcm, pcm.map((x) => -x)], 16_000);
    const result = await decoder.decode(file('opposite.wav', opposite), { sampleRateHz: 16_000 });
    expect(result.kind === 'audio' && rms(result.pcm)).toBeGreaterThan(0.8 * rms(pcm));
  });

  it('cleans not-a-number and infinite samples', async () => {
    const bytes = wav([tune(3, 2)], 8000);
    const samples = Float32Array.from(tune(3, 2), (x, i) => (i % 100 === 0 ? NaN : i % 100 === 1 ? Infinity : x));
    const float = Buffer.concat([bytes.subarray(0, 44), Buffer.from(samples.buffer)]);
    float.writeUInt16LE(3, 20);
    float.writeUInt32LE(32_000, 28);
    float.writeUInt16LE(4, 32);
    float.writeUInt16LE(32, 34);
    float.writeUInt32LE(samples.byteLength, 40);
    const result = await decoder.decode(file('nan.wav', float), { sampleRateHz: 8000 });
    expect(result.kind === 'audio' && result.pcm.every((x) => Number.isFinite(x))).toBe(true);
  });

  it('keeps what came before a cut', async () => {
    const bytes = wav([tune(4, 10)], 8000);
    const result = await decoder.decode(file('cut.wav', bytes.subarray(0, bytes.length / 2)), { sampleRateHz: 8000 });
    expect(result.kind === 'audio' && result.durationMs).toBeGreaterThan(4800);
  });

  it.each([
    ['empty', '', 'empty'],
    ['text', 'This is a letter, not a song.\n'.repeat(50), 'not_audio'],
    ['a playlist', '#EXTM3U\n#EXTINF:1,x\nfile:///etc/passwd\n', 'not_audio'],
    ['random bytes', Buffer.from(noise(5, 5).buffer), 'not_audio'],
    ['a header and nothing else', wav([new Float32Array(0)], 8000), 'not_audio'],
    ['a header that promises a sample rate of 4 GHz', badRate(), 'corrupt'],
    ['an m4a that ends in its first box', m4aStub(), 'not_audio'],
  ])('names what is wrong with %s', async (name, bytes, code) => {
    const result = await decoder.decode(file(name, bytes), { sampleRateHz: 8000 });
    expect(codeOf(result)).toBe(code);
    expect(result.kind === 'unreadable' && result.reason).toMatch(/^[A-Z].*\.$/);
  });

  it('names a missing file, a folder, one too large and one too long', async () => {
    const options = { sampleRateHz: 8000 } as const;
    expect(codeOf(await decoder.decode(path.join(folder, 'none.wav'), options))).toBe('missing');
    expect(codeOf(await decoder.decode(folder, options))).toBe('not_audio');
    const small = createDecoder({ ffmpeg: null, maxBytes: 50_000, maxDurationMs: 2000 });
    expect(codeOf(await small.decode(file('large.wav', wav([tune(6, 9)], 8000)), options))).toBe('too_large');
    expect(codeOf(await small.decode(file('long.wav', wav([tune(6, 3)], 8000)), options))).toBe('too_long');
    expect(codeOf(await small.decode(file('fine.wav', wav([tune(6, 1)], 8000)), options))).toBe('audio');
    small.close();
  });

  it('gives up after its time, and the next file gets a fresh child', async () => {
    const impatient = createDecoder({ ffmpeg: null, timeoutMs: 1 });
    const bytes = file('slow.wav', wav([tune(7, 1)], 8000));
    expect(codeOf(await impatient.decode(bytes, { sampleRateHz: 8000 }))).toBe('timeout');
    impatient.close();
    expect(codeOf(await decoder.decode(bytes, { sampleRateHz: 8000 }))).toBe('audio');
  });

  it('stops a child that needs too much memory', async () => {
    const tight = createDecoder({ ffmpeg: null, memoryMb: 40 });
    const result = await tight.decode(file('any.wav', wav([tune(8, 60, 44_100)], 44_100)), { sampleRateHz: 8000 });
    expect(codeOf(result)).toBe('memory');
    tight.close();
  });

  it('stands a child that is killed in the middle', async () => {
    const own = createDecoder({ ffmpeg: null });
    const long = file('killed.wav', wav([noise(9, 600)], 8000));
    const before = childrenOfThisProcess();
    const going = own.decode(long, { sampleRateHz: 8000 });
    let started: number[] = [];
    for (let i = 0; i < 200 && started.length === 0; i++) {
      await sleep(5);
      started = childrenOfThisProcess().filter((pid) => !before.includes(pid));
    }
    for (const pid of started) process.kill(pid, 'SIGKILL');
    expect(codeOf(await going)).toBe('crashed');
    expect(codeOf(await own.decode(long, { sampleRateHz: 8000 }))).toBe('audio');
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
    expect(codeOf(await decoder.decode(bytes, { sampleRateHz: 8000 }))).toBe('audio');
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

  it.skipIf(!hasFfmpeg)('reads every common format by itself, and the rest through ffmpeg', async () => {
    const source = file('source.wav', wav([tune(12, 4, 44_100), tune(13, 4, 44_100)], 44_100));
    const helped = createDecoder();
    for (const [extension, format] of [
      ['mp3', 'mp3'],
      ['flac', 'flac'],
      ['opus', 'opus'],
      ['ogg', 'oga'],
      ['m4a', 'm4a'],
      ['aac', 'aac'],
      ['aiff', 'aiff'],
      ['au', 'ffmpeg'],
    ] as const) {
      const made = path.join(folder, `made.${extension}`);
      execFileSync('ffmpeg', [
        '-v',
        'error',
        '-nostdin',
        '-y',
        '-i',
        source,
        ...(extension === 'ogg' ? ['-c:a', 'libvorbis'] : []),
        made,
      ]);
      const result = await helped.decode(made, { sampleRateHz: 8000 });
      expect(result).toMatchObject({ kind: 'audio', format });
      expect(result.kind === 'audio' && Math.abs(result.durationMs - 4000)).toBeLessThan(120);
    }
    helped.close();
  });
});

function badRate(): Buffer {
  const bytes = wav([tune(14, 1)], 8000);
  bytes.writeUInt32LE(0xffffffff, 24);
  return bytes;
}

function m4aStub(): Buffer {
  const box = Buffer.alloc(200);
  box.writeUInt32BE(32, 0);
  box.write('ftypM4A ', 4);
  box.writeUInt32BE(0x7fffffff, 32);
  box.write('moov', 36);
  return box;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}
const childrenOfThisProcess = (): number[] => childrenOf(process.pid);
const isZombie = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.startsWith('Z');
  } catch {
    return true;
  }
};

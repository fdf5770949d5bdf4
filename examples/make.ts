// Makes examples/sounds, sounds.jsonl and truth.jsonl from the list in sounds.ts and the tracks beside it.
// Run: node examples/make.ts [SLUG…]      (all clips, or only the named ones; the two lists are always written whole)
//
// Deterministic: the same ffmpeg and eSpeak NG give the same bytes. Samples are cut and mixed here, in float at 44.1 kHz stereo, so that
// every offset in truth.jsonl is exact to the sample; ffmpeg only decodes, filters and encodes.
// Encoder delay: AAC and MP3 put 1024 and 1105 samples (23 and 25 ms at 44.1 kHz) before the first one and say so in the file (edit list,
// LAME header). A decoder that honours it, as ffmpeg does, meets the offsets; one that does not hears everything that much later.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import FFT from 'fft.js';
import { requirePrograms, runProgram } from './programs.ts';
import { sounds, type Alteration, type Audio, type Encoding, type ExampleSound, type Scene } from './sounds.ts';
import { tracks, type Track } from './tracks.ts';

const examples = import.meta.dirname;
const sampleRateHz = 44100;
const scratch = mkdtempSync(join(tmpdir(), 'fermata-sounds-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** Stereo samples, left and right in turn, at 44.1 kHz. */
type Samples = Float32Array;

const rawFormat = ['-f', 'f32le', '-ac', '2', '-ar', `${sampleRateHz}`] as const;
const sampleCount = (seconds: number): number => 2 * Math.round(seconds * sampleRateHz);

function asSamples(bytes: Buffer): Samples {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~7)));
}
const asBytes = (samples: Samples): Buffer => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);

const decoded = new Map<string, Samples>();
function decode(path: string): Samples {
  let samples = decoded.get(path);
  if (samples === undefined) {
    samples = asSamples(runProgram('ffmpeg', ['-nostdin', '-v', 'error', '-i', path, ...rawFormat, 'pipe:1']));
    decoded.set(path, samples);
  }
  return samples;
}

function filtered(samples: Samples, graph: string): Samples {
  const args = ['-v', 'error', ...rawFormat, '-i', 'pipe:0', '-af', graph, ...rawFormat, 'pipe:1'];
  return asSamples(runProgram('ffmpeg', args, asBytes(samples)));
}

function trackOf(file: string): Track {
  const track = tracks.find((candidate) => candidate.file === file);
  if (track === undefined) throw new Error(`sounds.ts names the track ${file}, which tracks.ts does not have`);
  return track;
}

function speech(voice: string, text: string): Samples {
  const path = join(scratch, 'speech.wav');
  runProgram('espeak-ng', ['-v', voice, '-s', '165', '-w', path, text]);
  const samples = asSamples(runProgram('ffmpeg', ['-nostdin', '-v', 'error', '-i', path, ...rawFormat, 'pipe:1']));
  return samples;
}

function renderScene(scene: Scene): Samples {
  switch (scene.kind) {
    case 'silence':
      return new Float32Array(sampleCount(scene.lengthS));
    case 'speech': {
      const spoken = speech(scene.voice, scene.text);
      if (scene.lengthS === null) return spoken;
      const filled = new Float32Array(sampleCount(scene.lengthS));
      filled.set(spoken.subarray(0, filled.length));
      return filled;
    }
    case 'track': {
      const whole = decode(join(examples, trackOf(scene.file).shelf, `${scene.file}.ogg`));
      const start = sampleCount(scene.startS);
      const end = start + sampleCount(scene.lengthS);
      if (end > whole.length) throw new Error(`${scene.file} is shorter than ${scene.startS + scene.lengthS} s`);
      return whole.slice(start, end);
    }
  }
}

function concatenated(parts: readonly Samples[]): Samples {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Root mean square of the samples above `floor`: pauses between words do not make a voice quieter. */
function level(samples: Samples, floor: number): number {
  let sum = 0;
  let count = 0;
  for (const sample of samples) {
    if (Math.abs(sample) <= floor) continue;
    sum += sample * sample;
    count += 1;
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

/** `base` with `added` on top from `startS` on, multiplied by `gain`. */
function mixed(base: Samples, added: Samples, gain: number, startS: number): Samples {
  const out = base.slice();
  const start = sampleCount(startS);
  for (let i = 0; i < added.length && start + i < out.length; i++) out[start + i]! += gain * added[i]!;
  return out;
}

/** The impulse response of a synthetic room: decorrelated noise in both channels after 12 ms, falling by 60 dB in `decayS`. */
function roomResponse(decayS: number): Samples {
  const response = new Float32Array(sampleCount(decayS));
  let state = 0x2545f491;
  const smooth = [0, 0];
  for (let i = sampleCount(0.012); i < response.length; i++) {
    // xorshift32: the same noise on every machine.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const noise = (state >>> 0) / 2 ** 31 - 1;
    const channel = i & 1;
    // One pole at about 4 kHz: rooms swallow the treble first.
    smooth[channel] = smooth[channel]! + 0.43 * (noise - smooth[channel]!);
    response[i] = smooth[channel]! * 10 ** ((-3 * i) / 2 / sampleRateHz / decayS);
  }
  return response;
}

/** Every channel of `dry` convolved with the same channel of `response`, as long as `dry`. */
function convolved(dry: Samples, response: Samples): Samples {
  const frames = (dry.length + response.length) / 2;
  const fft = new FFT(2 ** Math.ceil(Math.log2(frames)));
  const spectrumOf = (samples: Samples, channel: number): number[] => {
    const padded = Array.from({ length: fft.size }, () => 0);
    for (let i = channel; i < samples.length; i += 2) padded[i >> 1] = samples[i]!;
    const spectrum: number[] = fft.createComplexArray();
    fft.realTransform(spectrum, padded);
    fft.completeSpectrum(spectrum);
    return spectrum;
  };
  const wet = new Float32Array(dry.length);
  for (const channel of [0, 1]) {
    const a = spectrumOf(dry, channel);
    const b = spectrumOf(response, channel);
    for (let i = 0; i < a.length; i += 2) {
      const real = a[i]! * b[i]! - a[i + 1]! * b[i + 1]!;
      a[i + 1] = a[i]! * b[i + 1]! + a[i + 1]! * b[i]!;
      a[i] = real;
    }
    const out: number[] = fft.createComplexArray();
    fft.inverseTransform(out, a);
    for (let i = channel; i < wet.length; i += 2) wet[i] = out[i - channel]!;
  }
  return wet;
}

function withReverb(dry: Samples, decayS: number, wetDb: number): Samples {
  const wet = convolved(dry, roomResponse(decayS));
  return mixed(dry, wet, (level(dry, 0) / level(wet, 0)) * 10 ** (wetDb / 20), 0);
}

const playedAt = (ratio: number): string => `asetrate=${Math.round(sampleRateHz * ratio)},aresample=${sampleRateHz}`;

function altered(samples: Samples, alteration: Alteration): Samples {
  switch (alteration.kind) {
    case 'speed':
      return filtered(samples, playedAt(alteration.ratio));
    case 'tempo':
      return filtered(samples, `atempo=${alteration.ratio}`);
    case 'pitch': {
      const ratio = Math.round(sampleRateHz * 2 ** (alteration.semitones / 12)) / sampleRateHz;
      return filtered(samples, `${playedAt(ratio)},atempo=${1 / ratio}`);
    }
    case 'filter':
      return filtered(samples, alteration.graph);
    case 'reverb':
      return withReverb(samples, alteration.decayS, alteration.wetDb);
    case 'voice': {
      const voice = speech(alteration.voice, alteration.text);
      const start = sampleCount(alteration.startS);
      const under = level(samples.subarray(start, start + voice.length), 0);
      const gain = under / (level(voice, 0.01) * 10 ** (alteration.musicToVoiceDb / 20));
      return mixed(samples, voice, gain, alteration.startS);
    }
  }
}

/** Brings the peak down to just below full scale where an alteration went over it; never makes anything louder. */
function unclipped(samples: Samples): Samples {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak <= 0.97 ? samples : samples.map((sample) => (sample * 0.97) / peak);
}

function encode(samples: Samples, encoding: Encoding, path: string): void {
  const codec = encoding.format === 'mp3' ? 'libmp3lame' : 'aac';
  const rate = ['-b:a', `${encoding.kbps}k`, '-ac', `${encoding.channels}`, '-ar', `${encoding.sampleRateHz}`];
  const exact = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'];
  const args = ['-v', 'error', '-y', ...rawFormat, '-i', 'pipe:0', '-c:a', codec, ...rate, ...exact, path];
  runProgram('ffmpeg', args, asBytes(unclipped(samples)));
}

function makeClip(audio: Audio, path: string): void {
  switch (audio.kind) {
    case 'none':
      return;
    case 'clip': {
      const scenes = concatenated(audio.scenes.map(renderScene));
      encode(audio.alterations.reduce(altered, scenes), audio.encoding, path);
      return;
    }
    case 'broken':
      writeFileSync(path, brokenBytes(audio.how));
  }
}

function brokenBytes(how: 'truncated' | 'empty' | 'text'): Buffer {
  switch (how) {
    case 'empty':
      return Buffer.alloc(0);
    case 'text':
      return Buffer.from('404 Not Found\n\nThe sound that you asked for is not here any more.\n');
    case 'truncated': {
      // The index of an MP4 written in one go lies at its end, so half a file has the marks of one and nothing to play.
      const whole = join(scratch, 'whole.m4a');
      const encoding: Encoding = { format: 'm4a', kbps: 64, channels: 2, sampleRateHz };
      encode(roomResponse(8), encoding, whole);
      const bytes = readFileSync(whole);
      return bytes.subarray(0, bytes.length >> 1);
    }
  }
}

const extension = (audio: Audio): string | null =>
  audio.kind === 'clip' ? audio.encoding.format : audio.kind === 'broken' ? audio.format : null;

const clipName = (sound: ExampleSound): string | null =>
  sound.audio.kind === 'none' ? null : `sounds/${sound.slug}.${extension(sound.audio)}`;

function measuredMs(sound: ExampleSound): number {
  if (sound.audio.kind !== 'clip') return sound.audio.claimedMs;
  const probe = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', join(examples, clipName(sound)!)];
  return Math.round(Number(runProgram('ffprobe', probe).toString()) * 1000);
}

function soundLine(sound: ExampleSound): object {
  return {
    platform: sound.platform,
    id: sound.id,
    title: sound.title,
    author: sound.author,
    handle: sound.handle,
    original: sound.original,
    duration_ms: measuredMs(sound),
    audio: clipName(sound),
    payload: sound.payload,
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** What the recipe says about the one recording in it that a catalogue has or will have; null when there is none. */
function linkOf(sound: ExampleSound): object | null {
  if (sound.audio.kind !== 'clip') return null;
  let leadS = 0;
  let found: { track: Track; offsetS: number } | null = null;
  for (const scene of sound.audio.scenes) {
    if (scene.kind === 'track') {
      const track = trackOf(scene.file);
      if (track.shelf !== 'outside') found = { track, offsetS: scene.startS - leadS };
      leadS += scene.lengthS;
    } else leadS += scene.lengthS ?? 0;
  }
  if (found === null) return null;
  let speedRatio = 1;
  let pitchSemitones = 0;
  let covered = sound.audio.scenes.length > 1;
  for (const alteration of sound.audio.alterations) {
    if (alteration.kind === 'speed' || alteration.kind === 'tempo') speedRatio *= alteration.ratio;
    if (alteration.kind === 'speed') pitchSemitones += 12 * Math.log2(alteration.ratio);
    if (alteration.kind === 'pitch') pitchSemitones += alteration.semitones;
    if (alteration.kind === 'voice') covered = true;
  }
  const relation =
    speedRatio > 1
      ? 'sped_up'
      : speedRatio < 1
        ? 'slowed'
        : pitchSemitones !== 0
          ? 'pitched'
          : covered
            ? 'contains'
            : 'same';
  return {
    recording: found.track.isrc,
    relation,
    speed_ratio: round(speedRatio, 4),
    pitch_semitones: round(pitchSemitones, 2),
    offset_ms: Math.round(found.offsetS * 1000),
  };
}

const noLink = { recording: null, relation: null, speed_ratio: null, pitch_semitones: null, offset_ms: null };

function truthLine(sound: ExampleSound): object {
  const { verdict } = sound;
  const head = { platform: sound.platform, id: sound.id, state: verdict.state };
  const tail = { kind: sound.kind, why: sound.why };
  switch (verdict.state) {
    case 'matched': {
      const link =
        verdict.isrc === null ? linkOf(sound) : { ...noLink, recording: verdict.isrc, relation: verdict.relation };
      if (link === null) throw new Error(`${sound.slug} should be matched, but its recipe contains no recording`);
      return { ...head, ...link, ...tail };
    }
    case 'review':
      return { ...head, ...noLink, ...tail, ...(verdict.decide === null ? {} : { decide: verdict.decide }) };
    case 'waiting':
      return {
        ...head,
        ...noLink,
        ...tail,
        ...(verdict.afterRelease ? { after_release: { state: 'matched', ...linkOf(sound) } } : {}),
      };
    case 'unmatchable':
      return { ...head, ...noLink, ...tail };
  }
}

const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

requirePrograms(['ffmpeg', 'espeak-ng']);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((slug) => !sounds.some((sound) => sound.slug === slug));
if (unknown.length > 0) {
  process.stderr.write(`No such sound in sounds.ts: ${unknown.join(', ')}\n`);
  process.exit(2);
}
mkdirSync(join(examples, 'sounds'), { recursive: true });
for (const sound of sounds) {
  const name = clipName(sound);
  if (name === null) continue;
  const path = join(examples, name);
  if (wanted.length > 0 && !wanted.includes(sound.slug) && existsSync(path)) continue;
  makeClip(sound.audio, path);
  process.stderr.write(`${name}  ${(statSync(path).size / 1000).toFixed(0)} kB\n`);
}
writeFileSync(join(examples, 'sounds.jsonl'), lines(sounds.map(soundLine)));
writeFileSync(join(examples, 'truth.jsonl'), lines(sounds.map(truthLine)));

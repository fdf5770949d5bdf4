// What lies over music: streams of talk, crowds, rooms. Made of synthesised and recorded voices and of decaying noise, seeded.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rateHz } from './alterations.ts';
import { seeded } from './random.ts';
import { sentences } from './sentences.ts';
import { openWav, type Wav } from './wav.ts';

export const voiceSeconds = 90;

const ffmpeg = (args: readonly string[]): void =>
  void execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-threads', '1', ...args]);

/** Every sentence by one voice of espeak-ng, as files in `dir`. */
export function spokenByEspeak(dir: string, voice: string): string[] {
  return sentences.map((text, i) => {
    const wav = path.join(dir, `espeak-${voice}-${i}.wav`);
    if (!existsSync(wav)) execFileSync('espeak-ng', ['-v', voice, '-s', `${140 + 10 * (i % 4)}`, '-w', wav, text]);
    return wav;
  });
}

/** Streams of talk with short pauses, one for each list of utterances. */
export function makeStreams(dir: string, utterances: readonly (readonly string[])[], prefix = 'stream'): Wav[] {
  mkdirSync(dir, { recursive: true });
  return utterances.map((spoken, k) => {
    const wav = path.join(dir, `${prefix}-${k}.wav`);
    if (!existsSync(wav)) {
      const files = spoken.slice(0, 40);
      const parts = files.map(
        (_, i) => `[${i}:a]aresample=${rateHz},aformat=channel_layouts=mono,apad=pad_dur=0.25[p${i}]`,
      );
      const joined = `${parts.join(';')};${parts.map((_, i) => `[p${i}]`).join('')}concat=n=${files.length}:v=0:a=1,aloop=-1:2e9,atrim=0:${voiceSeconds}[out]`;
      const inputs = files.flatMap((file) => ['-i', file]);
      ffmpeg([...inputs, '-filter_complex', joined, '-map', '[out]', '-c:a', 'pcm_s16le', wav]);
    }
    return openWav(wav);
  });
}

/** Three crowds, each of fourteen streams from anywhere. */
export function makeCrowds(dir: string, voices: readonly Wav[]): Wav[] {
  return [0, 1, 2].map((k) => {
    const wav = path.join(dir, `crowd-${k}.wav`);
    if (!existsSync(wav)) {
      const random = seeded(4711 + k);
      const inputs = Array.from({ length: 14 }, () => {
        const from = random() * (voiceSeconds - 10);
        return ['-stream_loop', '-1', '-ss', from.toFixed(3), '-i', voices[Math.floor(random() * voices.length)]!.file];
      }).flat();
      const mixed = `amix=inputs=14:normalize=1,atrim=0:${voiceSeconds},volume=4[out]`;
      ffmpeg([...inputs, '-filter_complex', mixed, '-map', '[out]', '-c:a', 'pcm_s16le', wav]);
    }
    return openWav(wav);
  });
}

/** Writes an impulse response of unit energy, so that the wet signal is about as loud as the dry one. */
export function writeImpulse(dir: string, name: string, left: Float32Array, right: Float32Array): string {
  mkdirSync(dir, { recursive: true });
  let energy = 0;
  for (const x of left) energy += x * x;
  for (const x of right) energy += x * x;
  const gain = 1 / Math.sqrt(energy / 2);
  const bytes = Buffer.alloc(left.length * 8);
  left.forEach((x, i) => {
    bytes.writeFloatLE(x * gain, 8 * i);
    bytes.writeFloatLE(right[i]! * gain, 8 * i + 4);
  });
  const raw = path.join(dir, `${name}.f32`);
  writeFileSync(raw, bytes);
  const wav = path.join(dir, `${name}.wav`);
  ffmpeg(['-f', 'f32le', '-ac', '2', '-ar', `${rateHz}`, '-i', raw, '-c:a', 'pcm_f32le', wav]);
  return wav;
}

/** A room of noise that decays by 60 dB in so many seconds; highs die twice as fast: a one-pole filter whose cut-off falls with time. */
export function makeRoom(dir: string, decay: number): string {
  const random = seeded(Math.round(decay * 1000));
  const count = Math.floor(decay * rateHz);
  const side = (): Float32Array => {
    let low = 0;
    return Float32Array.from({ length: count }, (_, i) => {
      const t = i / rateHz;
      const noise = (random() + random() + random() - 1.5) * 10 ** ((-3 * t) / decay);
      const keep = Math.exp((-2 * Math.PI * (9000 * 10 ** (-t / decay) + 400)) / rateHz);
      low = keep * low + (1 - keep) * noise;
      return low;
    });
  };
  return writeImpulse(dir, `room-${decay}`, side(), side());
}

/** Every sentence by one voice of flite. */
export function spokenByFlite(dir: string, voice: string): string[] {
  return sentences.map((text, i) => {
    const wav = path.join(dir, `flite-${voice}-${i}.wav`);
    if (!existsSync(wav)) execFileSync('flite', ['-voice', voice, '-t', text, '-o', wav]);
    return wav;
  });
}

/** White noise. */
export function makeNoise(dir: string): Wav {
  mkdirSync(dir, { recursive: true });
  const wav = path.join(dir, 'white-noise.wav');
  const source = `anoisesrc=color=white:amplitude=0.3:seed=4711:sample_rate=${rateHz}:duration=${voiceSeconds}`;
  if (!existsSync(wav)) ffmpeg(['-f', 'lavfi', '-i', source, '-c:a', 'pcm_s16le', wav]);
  return openWav(wav);
}

import { describe, expect, it } from 'vitest';
import { judgeSound, notMusic } from '../../audio/gates.ts';
import { noise, seeded, tune } from './signals.ts';

/** A voice as far as the gate cares: harmonics gliding about 120 Hz in syllables with silences between words. */
function babble(seed: number, seconds: number): Float32Array {
  const random = seeded(seed);
  const pcm = new Float32Array(seconds * 8000);
  let at = 0;
  while (at < pcm.length) {
    const length = Math.min(pcm.length - at, Math.round((0.12 + 0.15 * random()) * 8000));
    const fromHz = 90 + 90 * random();
    const toHz = fromHz * (0.6 + 0.9 * random());
    let phase = 0;
    for (let i = 0; i < length; i++) {
      phase += (2 * Math.PI * (fromHz + ((toHz - fromHz) * i) / length)) / 8000;
      const envelope = Math.sin((Math.PI * i) / length);
      for (let h = 1; h <= 20; h++) pcm[at + i]! += (0.05 / Math.sqrt(h)) * envelope * Math.sin(h * phase);
    }
    at += length + (random() < 0.3 ? Math.round(0.3 * 8000) : 300);
  }
  return pcm;
}

const mix = (one: Float32Array, other: Float32Array): Float32Array => one.map((x, i) => x + other[i]!);

const clipped = (pcm: Float32Array): Float32Array => pcm.map((x) => Math.max(-0.02, Math.min(0.02, x)));

/** Bursts of noise that die away, a half second apart: drums alone have pauses and no notes, as speech has. */
function drums(seed: number, seconds: number): Float32Array {
  const hiss = noise(seed, seconds);
  return hiss.map((x, i) => x * Math.exp(-(i % 4000) / 250));
}

describe('judgeSound', () => {
  it.each([
    ['nothing at all', new Float32Array(0), 'too_short'],
    ['one second of music', tune(1, 1), 'too_short'],
    ['a short silence', new Float32Array(8000), 'silence'],
    ['digital silence', new Float32Array(80_000), 'silence'],
    ['hiss far below hearing', noise(1, 10).map((x) => x * 1e-4), 'silence'],
  ])('does not have %s searched', (_, pcm, kind) => {
    const verdict = judgeSound(pcm);
    expect(verdict).toMatchObject({ kind, reason: expect.stringMatching(/^[A-Z].*\.$/) as string });
  });

  it.each([
    ['white noise', noise(2, 10), 'noise'],
    ['speech', babble(3, 12), 'speech'],
    ['music', tune(4, 12), null],
    ['faint music', tune(5, 12).map((x) => x * 0.002), null],
    ['music with a voice over it', mix(tune(6, 12), babble(7, 12)), null],
    ['music in a second half after silence', Float32Array.from([...new Float32Array(48_000), ...tune(8, 6)]), null],
    ['hard-clipped music', clipped(tune(9, 12)), null],
    [
      'music under noise as loud',
      mix(
        tune(10, 12),
        noise(11, 12).map((x) => x * 0.2),
      ),
      null,
    ],
    ['drums alone', drums(12, 12), null],
  ])('has %s searched, and knows what it is if nothing is found', (_, pcm, called) => {
    const verdict = judgeSound(pcm);
    expect(verdict.kind).toBe('ok');
    expect(notMusic(verdict.features)?.kind ?? null, JSON.stringify(verdict.features)).toBe(called);
  });
});

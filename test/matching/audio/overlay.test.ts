import { describe, expect, it } from 'vitest';
import { spectrogram } from '../../../audio/spectrum.ts';
import { drawSample, overlay, type Picture } from '../../../matching/audio/overlay.ts';
import type { SampledReference } from '../../../matching/audio/port.ts';
import {
  byBand,
  fingerprintReference,
  framesPerSecond,
  hopSamples,
  unpackPeaks,
} from '../../../matching/audio/reference.ts';
import { tune } from '../../audio/signals.ts';

const music = Array.from({ length: 4 }, (_, n) => tune(300 + n, 40));
const references = music.map((pcm, n): SampledReference => ({
  recordingId: `recording-${n}`,
  ...byBand(unpackPeaks(fingerprintReference(pcm, 8000)).peaks),
}));
const sample = drawSample(references.length, (n) => references[n]!);
const own = references[0]!;
const excerpt = music[0]!.subarray(10 * 8000, 20 * 8000);
const place = 10 * framesPerSecond;
const pictureOf = (pcm: Float32Array): Picture[] => [{ from: 0, spectrogram: spectrogram(pcm, hopSamples) }];

/** Four hundred echoes within a second and a half, each weaker than the one before; the direct sound is one of them. */
function reverberated(pcm: Float32Array): Float32Array {
  const wet = new Float32Array(pcm.length);
  let state = 7;
  for (let echo = 0; echo < 400; echo++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const delay = Math.floor((echo / 400) * 12_000 + (state % 30));
    const gain = (state & 65536 ? 1 : -1) * 10 ** ((-3 * echo) / 400);
    for (let i = delay; i < pcm.length; i++) wet[i]! += gain * pcm[i - delay]!;
  }
  return wet;
}

describe('the overlay', () => {
  it.each([
    ['a clean copy', excerpt],
    ['a reverb', reverberated(excerpt)],
  ])('tells the place of %s from others', (_, pcm) => {
    const here = overlay(pictureOf(pcm), own, place, sample);
    expect(here.level).toBeGreaterThan(4.2);
    expect(here.onset).toBeGreaterThan(2.3);
    for (const [reference, offset] of [
      [own, place + 90],
      [references[1]!, place],
      [references[2]!, 5 * framesPerSecond],
    ] as const) {
      const there = overlay(pictureOf(pcm), reference, offset, sample);
      expect(there.level).toBeLessThan(here.level - 2);
      expect(there.onset).toBeLessThan(here.onset - 1);
    }
  });

  it('does with one null where the catalogue holds nothing else', () => {
    expect(
      overlay(
        pictureOf(excerpt),
        own,
        place,
        drawSample(1, () => own),
      ).level,
    ).toBeGreaterThan(3);
  });

  it('says nothing where there is nothing to compare', () => {
    expect(overlay(pictureOf(excerpt), own, 100_000, sample)).toEqual({ level: 0, onset: 0 });
    expect(overlay(pictureOf(new Float32Array(80_000)), own, place, sample).level).toBeCloseTo(0, 3);
  });
});

// Landmarks of a spectrogram: its local maxima in time and frequency, thinned to a given number per second.
//
// A peak is kept for how far it rises above its surroundings (a second of time, an octave of frequency), not for its level:
// a bass boost, a telephone or a quieter copy then keep the same peaks (the idea of Wang 2003, "An Industrial-Strength Audio
// Search Algorithm").

import { bandCount, type Spectrogram } from './spectrum.ts';

export interface Peaks {
  readonly count: number;
  /** In frames, ascending; with a fraction from a parabola over the neighbouring frames. */
  readonly frame: Float32Array;
  /** In bands, with a fraction from a parabola over the neighbouring bands. */
  readonly band: Float32Array;
  /** Natural logarithm of the rise above the surroundings. */
  readonly rise: Float32Array;
}

export interface PeakOptions {
  readonly framesPerSecond: number;
  readonly peaksPerSecond: number;
}

/** Neighbourhood in which a peak must be the largest: ± this many frames and bands. */
const frameReach = 4;
const bandReach = 3;
/** Half sizes of the box over which the surroundings are averaged. */
const surroundingFrames = 16;
const surroundingBands = 12;

/** Vertex of the parabola through three log powers, within ±0.5. */
function vertex(before: number, at: number, after: number): number {
  const a = Math.log(before + 1e-20);
  const b = Math.log(at + 1e-20);
  const c = Math.log(after + 1e-20);
  const curve = a - 2 * b + c;
  return curve >= -1e-9 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / curve));
}

export function findPeaks(spectrogram: Spectrogram, options: PeakOptions): Peaks {
  const { frames, power } = spectrogram;
  const surroundings = boxMean(power, frames);

  // One block is about a second: it gets its share of peaks however loud its neighbours are.
  const blockFrames = Math.max(8, Math.round(options.framesPerSecond));
  const perBlock = Math.max(1, Math.round((options.peaksPerSecond * blockFrames) / options.framesPerSecond));
  const at: number[] = [];
  let blockAt: number[] = [];
  let blockRise: number[] = [];
  const rises: number[] = [];

  const closeBlock = (): void => {
    if (blockAt.length <= perBlock) {
      for (let i = 0; i < blockAt.length; i++) {
        at.push(blockAt[i]!);
        rises.push(blockRise[i]!);
      }
    } else {
      const threshold = Float32Array.from(blockRise).sort()[blockRise.length - perBlock]!;
      for (let i = 0; i < blockAt.length; i++) {
        if (Math.fround(blockRise[i]!) < threshold) continue;
        at.push(blockAt[i]!);
        rises.push(blockRise[i]!);
      }
    }
    blockAt = [];
    blockRise = [];
  };

  for (let frame = 0; frame < frames; frame++) {
    if (frame > 0 && frame % blockFrames === 0) closeBlock();
    const row = frame * bandCount;
    for (let band = 1; band < bandCount - 1; band++) {
      const value = power[row + band]!;
      if (value <= power[row + band - 1]! || value < power[row + band + 1]!) continue;
      if (value <= 1e-12 || !isLargest(power, frames, frame, band, value)) continue;
      const rise = Math.log(value / (surroundings[row + band]! + 1e-12));
      if (rise <= 0) continue;
      blockAt.push(row + band);
      blockRise.push(rise);
    }
  }
  closeBlock();

  const count = at.length;
  const frameOf = new Float32Array(count);
  const bandOf = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const place = at[i]!;
    const band = place % bandCount;
    const frame = (place - band) / bandCount;
    const value = power[place]!;
    bandOf[i] = band + vertex(power[place - 1]!, value, power[place + 1]!);
    const before = frame > 0 ? power[place - bandCount]! : 0;
    const after = frame < frames - 1 ? power[place + bandCount]! : 0;
    frameOf[i] = frame + (before > 0 && after > 0 ? vertex(before, value, after) : 0);
  }
  return { count, frame: frameOf, band: bandOf, rise: Float32Array.from(rises) };
}

function isLargest(power: Float32Array, frames: number, frame: number, band: number, value: number): boolean {
  const fromBand = Math.max(0, band - bandReach);
  const toBand = Math.min(bandCount - 1, band + bandReach);
  // Nearest frames first: most candidates fail there.
  for (let distance = 0; distance <= frameReach; distance++) {
    if (frame - distance >= 0) {
      const row = (frame - distance) * bandCount;
      for (let b = fromBand; b <= toBand; b++) if (power[row + b]! > value) return false;
    }
    if (distance > 0 && frame + distance < frames) {
      const row = (frame + distance) * bandCount;
      for (let b = fromBand; b <= toBand; b++) if (power[row + b]! > value) return false;
    }
  }
  return true;
}

/** Mean power over the surrounding box, by running sums along both axes. */
function boxMean(power: Float32Array, frames: number): Float32Array {
  const mean = new Float32Array(power.length);
  const column = new Float64Array(bandCount);
  for (let frame = 0; frame < Math.min(surroundingFrames, frames); frame++) {
    for (let band = 0; band < bandCount; band++) column[band]! += power[frame * bandCount + band]!;
  }
  for (let frame = 0; frame < frames; frame++) {
    const entering = frame + surroundingFrames;
    const leaving = frame - surroundingFrames - 1;
    if (entering < frames) for (let b = 0; b < bandCount; b++) column[b]! += power[entering * bandCount + b]!;
    if (leaving >= 0) for (let b = 0; b < bandCount; b++) column[b]! -= power[leaving * bandCount + b]!;
    const height = Math.min(entering, frames - 1) - Math.max(leaving + 1, 0) + 1;
    let sum = 0;
    for (let b = 0; b < surroundingBands; b++) sum += column[b]!;
    for (let b = 0; b < bandCount; b++) {
      if (b + surroundingBands < bandCount) sum += column[b + surroundingBands]!;
      if (b - surroundingBands - 1 >= 0) sum -= column[b - surroundingBands - 1]!;
      const width = Math.min(b + surroundingBands, bandCount - 1) - Math.max(b - surroundingBands, 0) + 1;
      mean[frame * bandCount + b] = Math.max(0, sum / (height * width));
    }
  }
  return mean;
}

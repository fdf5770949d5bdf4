// What may have been done to a recording before it became the sound, as a pair of ratios over one grid.

export interface Hypothesis {
  /** Sound's tempo over the recording's. */
  readonly time: number;
  /** Sound's frequencies over the recording's. */
  readonly frequency: number;
}

const speed = (ratio: number): Hypothesis => ({ time: ratio, frequency: ratio });
const semitones = (n: number): number => 2 ** (n / 12);

export const untouched: Hypothesis = speed(1);

/** What the common apps and channels offer, the most usual first. */
export const presets: readonly Hypothesis[] = [1.25, 1.2, 1.15, 1.1, 1.3, 0.9, 0.85, 0.8, 1.05, 0.95, 1.35, 0.75].map(
  speed,
);

/**
 * The rest of the grid. Steps are what a pair of peaks survives: ±1.4 % in frequency is half a band and, over the longest
 * pair, half a frame; ±2.2 % in time alone is under a frame; ±0.19 semitones alone is 0.4 of a band.
 */
export const grid: readonly Hypothesis[] = [
  ...geometric(0.66, 1.6, 1.028).map(speed),
  ...geometric(0.7, 1.42, 1.045)
    .filter((time) => Math.abs(time - 1) > 0.015)
    .map((time) => ({ time, frequency: 1 })),
  ...range(-5, 5, 0.375)
    .filter((pitch) => Math.abs(pitch) > 0.18)
    .map((pitch) => ({ time: 1, frequency: semitones(pitch) })),
];

/** Further than people usually go, asked when nothing else explains the sound; in steps a quarter larger. */
export const farGrid: readonly Hypothesis[] = [
  ...geometric(0.5, 2, 1.036)
    .filter((ratio) => ratio < 0.645 || ratio > 1.66)
    .map(speed),
  ...geometric(0.65, 1.6, 1.045)
    .filter((time) => time < 0.66 || time > 1.45)
    .map((time) => ({ time, frequency: 1 })),
];

/** Tempi of a place whose pitch is known, where both were changed by different amounts: too many together with all pitches for a search in the index. */
export const tempi: readonly number[] = [1, ...geometric(0.6, 1.65, 1.045)];

function geometric(from: number, to: number, step: number): number[] {
  // Through 1.0, so that the grid's neighbours of "untouched" are one step away.
  const below = Math.ceil(Math.log(1 / from) / Math.log(step));
  const above = Math.ceil(Math.log(to) / Math.log(step));
  const values: number[] = [];
  for (let k = -below; k <= above; k++) if (k !== 0) values.push(step ** k);
  return values.filter((value) => value >= from / step && value <= to * step);
}

function range(from: number, to: number, step: number): number[] {
  const values: number[] = [];
  const half = Math.ceil(Math.max(-from, to) / step);
  for (let k = -half; k <= half; k++) values.push(k * step);
  return values;
}

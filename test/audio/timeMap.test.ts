// Sounds whose speed is not constant: the truth says which place of the track each moment comes from, and the samples do come from there.

import { describe, expect, it } from 'vitest';
import {
  chopped,
  jumpCuts,
  ramp,
  reachOf,
  readAlong,
  wobble,
  written,
  type TimeMap,
} from '../../evaluation/audio/timeMap.ts';
import { seeded } from '../../evaluation/audio/random.ts';

const rateHz = 8000;
const maps: readonly (readonly [string, TimeMap])[] = [
  ['chopped', chopped(15, 2, 0.5)],
  ['jump cuts', jumpCuts(15, 22, seeded(3))],
  ['a ramp', ramp(15, 0.94, 1.06)],
  ['a wobble', wobble(15, 0.03, 4)],
];

describe.each(maps)('%s', (_, map) => {
  it('says of every moment of the sound where it comes from', () => {
    expect(map[0]!.from).toBe(0);
    for (let i = 1; i < map.length; i++) expect(map[i]!.from).toBeCloseTo(map[i - 1]!.to, 9);
    expect(map.at(-1)!.to).toBeCloseTo(15, 9);
    for (const { trackFrom, trackTo } of map) expect(trackTo).toBeGreaterThan(trackFrom);
  });

  it('reads the track there', () => {
    // A slow sweep says by its value where it was read.
    const track = Float32Array.from({ length: Math.ceil((reachOf(map) + 1) * rateHz) }, (_v, i) => i / rateHz / 30);
    const sound = readAlong(track, rateHz, map);
    expect(sound.length).toBe(15 * rateHz);
    for (const { from, to, trackFrom, trackTo } of map) {
      const middle = Math.round(((from + to) / 2) * rateHz);
      const share = (middle / rateHz - from) / (to - from);
      expect(sound[middle]! * 30).toBeCloseTo(trackFrom + share * (trackTo - trackFrom), 3);
    }
  });
});

describe('speeds', () => {
  const speeds = (map: TimeMap): number[] =>
    map.map(({ from, to, trackFrom, trackTo }) => (trackTo - trackFrom) / (to - from));

  it('go from the first to the last on a ramp', () => {
    const all = speeds(ramp(15, 0.94, 1.06));
    expect(all[0]).toBeCloseTo(0.94, 2);
    expect(all.at(-1)).toBeCloseTo(1.06, 2);
  });

  it('swing by as much as a wobble says', () => {
    const all = speeds(wobble(16, 0.03, 4));
    expect(Math.max(...all)).toBeCloseTo(1.03, 3);
    expect(Math.min(...all)).toBeCloseTo(0.97, 3);
  });
});

it('is written in milliseconds of the sound and of the track', () => {
  expect(written(chopped(4, 2, 0.5), 10)).toEqual([
    [
      [0, 10_000],
      [2000, 12_000],
    ],
    [
      [2000, 12_500],
      [4000, 14_500],
    ],
  ]);
});

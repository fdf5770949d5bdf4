// Where in the track each moment of a sound comes from, when speed is not constant: runs of straight lines, with jumps between them.

export interface Stretch {
  /** In the sound, in seconds. */
  readonly from: number;
  readonly to: number;
  /** In the track, in seconds after the excerpt's beginning. */
  readonly trackFrom: number;
  readonly trackTo: number;
}

export type TimeMap = readonly Stretch[];

/** Pieces of `keep` seconds with `skip` seconds of the track left out between them. */
export function chopped(seconds: number, keep: number, skip: number): TimeMap {
  const map: Stretch[] = [];
  for (let from = 0, track = 0; from < seconds; from += keep, track += keep + skip) {
    const to = Math.min(seconds, from + keep);
    map.push({ from, to, trackFrom: track, trackTo: track + to - from });
  }
  return map;
}

/** Pieces of 2 to 5 s, each from another place within `reach` seconds of the track, forwards and backwards. */
export function jumpCuts(seconds: number, reach: number, random: () => number): TimeMap {
  const map: Stretch[] = [];
  for (let from = 0; from < seconds;) {
    const to = Math.min(seconds, from + 2 + 3 * random());
    const trackFrom = random() * Math.max(0, reach - (to - from));
    map.push({ from, to, trackFrom, trackTo: trackFrom + to - from });
    from = to;
  }
  return map;
}

/** Speed goes evenly from `first` to `last`. */
export const ramp = (seconds: number, first: number, last: number): TimeMap =>
  drawn(seconds, (t) => first * t + ((last - first) * t * t) / (2 * seconds));

/** Speed swings about 1 by `depth`, every `period` seconds. */
export const wobble = (seconds: number, depth: number, period: number): TimeMap =>
  drawn(seconds, (t) => t + ((depth * period) / (2 * Math.PI)) * (1 - Math.cos((2 * Math.PI * t) / period)));

/** A curve in straight pieces of 50 ms: at most 20 µs beside one of those above. */
function drawn(seconds: number, place: (t: number) => number): TimeMap {
  const pieces = Math.ceil(seconds / 0.05);
  const edge = (i: number): number => (i * seconds) / pieces;
  return Array.from({ length: pieces }, (_, i) => ({
    from: edge(i),
    to: edge(i + 1),
    trackFrom: place(edge(i)),
    trackTo: place(edge(i + 1)),
  }));
}

/** Seconds of the track that a map reads, from the excerpt's beginning on. */
export const reachOf = (map: TimeMap): number => map.reduce((most, { trackTo }) => Math.max(most, trackTo), 0);

/** Samples of one channel read along a map: cubic between four samples (Catmull and Rom), so that a swing of speed leaves no steps. */
export function readAlong(pcm: Float32Array, rateHz: number, map: TimeMap): Float32Array {
  const seconds = map.at(-1)?.to ?? 0;
  const read = new Float32Array(Math.round(seconds * rateHz));
  for (const { from, to, trackFrom, trackTo } of map) {
    const slope = (trackTo - trackFrom) / Math.max(1e-9, to - from);
    const end = Math.min(read.length, Math.round(to * rateHz));
    for (let i = Math.round(from * rateHz); i < end; i++) {
      const at = (trackFrom + (i / rateHz - from) * slope) * rateHz;
      const k = Math.floor(at);
      const x = at - k;
      const [a, b, c, d] = [pcm[k - 1] ?? 0, pcm[k] ?? 0, pcm[k + 1] ?? 0, pcm[k + 2] ?? 0];
      read[i] = b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)));
    }
  }
  return read;
}

/** The map as a truth is written: `[sound, track]` in milliseconds at both ends of every straight run, the track from its own beginning. */
export function written(map: TimeMap, offsetSeconds: number): [number, number][][] {
  const ms = (seconds: number): number => Math.round(seconds * 10_000) / 10;
  return map.map(({ from, to, trackFrom, trackTo }) => [
    [ms(from), ms(offsetSeconds + trackFrom)],
    [ms(to), ms(offsetSeconds + trackTo)],
  ]);
}

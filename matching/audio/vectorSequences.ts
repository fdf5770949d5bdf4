// Sequences of vectors: which of a reference's are worth searching in, and how a sound's lie on a reference's.
//
// A sequence holds a vector every 512 ms, of signed bytes; their dot product over 127² is a similarity of at most 1. Window k spans the
// 2.05 s from 512·k ms on. A vector of zeros is silence.

export const dimensions = 128;
/** Distance of two windows, in milliseconds of the recording. */
export const stepMs = 512;
/** What a window spans. */
export const windowMs = 2048;
const scale = 1 / (127 * 127);

export type VectorSequence = Int8Array;

export const windowsIn = (sequence: VectorSequence): number => sequence.length / dimensions;

export function similarity(one: VectorSequence, i: number, other: VectorSequence, j: number): number {
  let sum = 0;
  const a = i * dimensions;
  const b = j * dimensions;
  for (let k = 0; k < dimensions; k++) sum += one[a + k]! * other[b + k]!;
  return sum * scale;
}

export function isSilent(sequence: VectorSequence, window: number): boolean {
  const from = window * dimensions;
  for (let k = 0; k < dimensions; k++) if (sequence[from + k] !== 0) return false;
  return true;
}

/** Every third window: of a sound’s windows a third then lie within a quarter second of one that can be found, which is enough to vote. */
const everyWindows = 3;
/**
 * A window this close to one of the last two minutes' that is already searched in says nothing new: a loop or a drone. What it would have
 * voted for is found through the other one, and compared place by place.
 */
const alike = 0.97;
const rememberedWindows = 120;

/** The windows of a reference that can be found by themselves, ascending: no silence, and each loop once. */
export function searchedPlaces(sequence: VectorSequence): Int32Array {
  const chosen: number[] = [];
  for (let window = 0; window < windowsIn(sequence); window += everyWindows) {
    if (isSilent(sequence, window)) continue;
    let known = false;
    for (let c = chosen.length - 1; c >= Math.max(0, chosen.length - rememberedWindows) && !known; c--)
      known = similarity(sequence, window, sequence, chosen[c]!) > alike;
    if (!known) chosen.push(window);
  }
  return Int32Array.from(chosen);
}

/** Similarity of the sound's window i and the reference's window `place + i`; NaN where either is silent or not there. */
export function alongLine(sound: VectorSequence, reference: VectorSequence, place: number): Float32Array {
  const windows = windowsIn(reference);
  return Float32Array.from({ length: windowsIn(sound) }, (_, i) => {
    const j = place + i;
    if (j < 0 || j >= windows || isSilent(sound, i) || isSilent(reference, j)) return NaN;
    return similarity(sound, i, reference, j);
  });
}

/**
 * The most that a stretch of windows says for the place: each one's similarity less what chance seldom exceeds, summed over the best
 * stretch. Talk and other music before or after do not count against it, a gap of some windows in between does.
 */
export function lineSupport(similarities: Iterable<number>): number {
  let running = 0;
  let best = 0;
  for (const value of similarities) {
    if (Number.isNaN(value)) continue;
    running = Math.max(0, running + Math.max(-mostAgainst, value - chanceSimilarity));
    best = Math.max(best, running);
  }
  return best;
}

/**
 * Of 2,000 windows at places where the peaks found something by chance 99 % were less alike than 0.43; at right places under a heavy
 * reverb, a crowd or a voice as loud as the music 99 % were more alike than 0.6.
 */
const chanceSimilarity = 0.42;
const mostAgainst = 0.3;

/** The place on a reference at which the sound's vectors lie best, at least half of them on it: by the mean similarity. */
export function bestPlace(
  sound: VectorSequence,
  reference: VectorSequence,
): { readonly place: number; readonly mean: number } | null {
  const [n, windows] = [windowsIn(sound), windowsIn(reference)];
  const half = Math.ceil(n / 2);
  let best: { place: number; mean: number } | null = null;
  for (let place = half - n; place <= windows - half; place++) {
    let sum = 0;
    let count = 0;
    for (let i = Math.max(0, -place); i < n && place + i < windows; i++) {
      sum += similarity(sound, i, reference, place + i);
      count++;
    }
    // What hangs over the end is missing, not silent: it counts against the place a little.
    const mean = sum / (0.5 * count + 0.5 * n);
    if (count > 0 && (best === null || mean > best.mean)) best = { place, mean };
  }
  return best;
}

// The index of sounds that wait: the search turned round. One new recording is one query, whatever was done to the sounds.
//
// The forward search analyses the sound under 75 hypotheses. Nobody can do that for every waiting sound each time a recording comes in, so here
// the landmarks are triples of peaks, described by what no change of speed, tempo or pitch touches: the two intervals in bands, and
// where the middle peak lies between the outer two (the idea of invariant hashes is that of Six & Leman's Panako and Sonnleitner & Widmer's
// quads; triples survive noise better than quads, and a voice over is our usual noise). Each sound keeps a few triples of each peak; the
// recording asks for all of its own that a sound played 0.62 to 1.64 times as fast could have kept. What the triples lost, the
// speed and the pitch, each meeting gives back: spans and bands must differ by the same ratio (speed), or only one of them (tempo, pitch),
// which refuses 97 of 100 meetings by chance. Those that agree vote for sound, ratio and place.
//
// Then the best are compared peak by peak (`compare`), which is what decides. Measured on the validation part of the audio benchmark (372 queries of 15 s,
// 244 of which the forward search finds among 68 recordings), among 3,000 more sounds: of speeds from 0.8 to 1.3, voices from +6 to −6 dB over the
// music and both, 71 of 72 that the forward search finds are found; of everything 226 of 244, what is missed being reverbs and crowds, which are left to
// the sounds' own full looks. A recording of 200 s costs 0.7 s of CPU then, most of it for comparing; 10,000 sounds cost 0.3 to 0.9 s for voting.
// A sound of 15 s has 750 triples and takes 5 to 7 KB.
//
// Sounds lie in segments of 2,048, each with lists of its own: adding rebuilds the last segment only, and a segment's votes fit the processor's
// cache.

import type { Peaks } from '../../audio/peaks.ts';
import { bandCount, bandsPerOctave } from '../../audio/spectrum.ts';
import { byBand, type IndexedReference } from './audioIndex.ts';
import { alignNear, correlate, peakWeights } from './constellation.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { Landmarks } from './landmarks.ts';
import { unpackPeaks, type ReferencePrint } from './reference.ts';
import { explain } from './search.ts';

/** A sound in which the asked recording may be, and how it would have been altered. */
export interface SoundProposal {
  readonly id: string;
  readonly hypothesis: Hypothesis;
  /** Frames of the recording at the sound's first sample. */
  readonly offset: number;
  /** Of the best place over all others of this pair, in bits; what random pairs reach is paid for. Right ones lie above 0 with few exceptions. */
  readonly bits: number;
  /** Share of the sound's seconds that speak for it. */
  readonly coverage: number;
}

export interface SoundIndex {
  /** Adds a sound's audio under a name; one of the same name is replaced. */
  add(id: string, landmarks: Landmarks): void;
  /** Returns whether it was there. */
  remove(id: string): boolean;
  has(id: string): boolean;
  ids(): IterableIterator<string>;
  readonly size: number;
  /** Bytes of its lists and peaks. */
  readonly bytes: number;
  /**
   * The sounds that may contain what `print` is of, the likeliest first. Takes about a second of CPU for a recording of 200 s and 10,000 sounds;
   * yields between segments, so that a caller can let others run.
   */
  search(print: ReferencePrint, options?: SoundSearchOptions): Generator<void, SoundProposal[]>;
}

export interface SoundSearchOptions {
  /** Places that are compared peak by peak, of all sounds together; 0.4 ms each. Default 1000. */
  readonly maxCompared?: number;
  /** Default 0. */
  readonly minBits?: number;
  /** Sounds that are not of interest. */
  readonly except?: ReadonlySet<string>;
}

// A triple: the outer two at most this many frames apart, all within this many bands of the first. Short and tall: the number of triples
// that a recording has to ask for grows with the square of both, but tall ones are also told apart better.
const longestSpan = 14;
const shortestSpan = 5;
const shortestStep = 1.5;
const farthestBand = 36;
const triplesPerPeak = 2;
/** Where the middle peak lies, in tenths of the span. */
const middles = 10;
const intervals = 2 * farthestBand + 3;
/** Lists are kept apart by the first peak's band, a dozen together: an alteration moves it by 17 at most, so that a third of a list is read. */
const registers = Math.ceil(bandCount / 12);
const keyCount = intervals * intervals * middles;
const listCount = keyCount * registers;
const registerOf = (band: number): number => Math.max(0, Math.min(registers - 1, Math.floor(band / 12)));
/** A value this near to the edge of its step is asked for on both sides. */
const edge = 0.25;

const slowest = 0.62;
const fastest = 1.64;
const farthestPitch = 11;
/** Frames in a slot of places, and in a step of a posting's time. */
const slotFrames = 16;
const timeStep = 4;
const segmentSize = 2048;
const spanSteps = 8;

/** Slots of alterations: 35 speeds, 25 tempos, 23 pitches, each a step of a band or of 4 %. */
const alterations = 96;
const tempoFrom = 40;
const pitchFrom = 70;

const tableBits = 22;
const fewestVotes = 3;
const fewestInPlace = 5;

interface Entry {
  readonly id: string;
  readonly landmarks: Landmarks;
  segment: Segment;
}

interface Segment {
  entries: (Entry | null)[];
  dead: number;
  isStale: boolean;
  listFrom: Uint32Array;
  /** Sound in the segment (11 bits), time of the first peak in steps of 4 frames (13), its band in halves (8). */
  word: Uint32Array;
  /** Span in eighths of a frame. */
  span: Uint8Array;
}

/** Triples that a recording asks for: every reading of each. */
interface Asked {
  readonly count: number;
  readonly key: Uint32Array;
  readonly frame: Float32Array;
  readonly band: Float32Array;
  readonly logSpan: Float32Array;
  readonly tolerance: Float32Array;
}

const octaveBands = (ratio: number): number => bandsPerOctave * Math.log2(ratio);
const logSpanOf = Float32Array.from({ length: 256 }, (_, i) => octaveBands(Math.max(1, i) / spanSteps));

const newSegment = (): Segment => ({
  entries: [],
  dead: 0,
  isStale: true,
  listFrom: new Uint32Array(0),
  word: new Uint32Array(0),
  span: new Uint8Array(0),
});

export function createSoundIndex(): SoundIndex {
  const byId = new Map<string, Entry>();
  const segments: Segment[] = [];
  let table: Uint8Array | null = null;

  const remove = (id: string): boolean => {
    const entry = byId.get(id);
    if (entry === undefined) return false;
    byId.delete(id);
    const { segment } = entry;
    segment.entries[segment.entries.indexOf(entry)] = null;
    segment.dead += 1;
    if (segment.dead * 4 > segment.entries.length) {
      segment.entries = segment.entries.filter((kept) => kept !== null);
      segment.dead = 0;
      segment.isStale = true;
    }
    return true;
  };

  return {
    add(id, landmarks) {
      remove(id);
      let segment = segments.at(-1);
      if (segment === undefined || segment.entries.length >= segmentSize) segments.push((segment = newSegment()));
      const entry: Entry = { id, landmarks, segment };
      segment.entries.push(entry);
      segment.isStale = true;
      byId.set(id, entry);
    },
    remove,
    has: (id) => byId.has(id),
    ids: () => byId.keys(),
    get size() {
      return byId.size;
    },
    get bytes() {
      let sum = 0;
      for (const { listFrom, word, span } of segments) sum += listFrom.byteLength + word.byteLength + span.byteLength;
      for (const { landmarks } of byId.values()) sum += landmarks.length;
      return sum;
    },
    *search(print, options = {}) {
      const { peaks } = unpackPeaks(print);
      const asked = askFor(peaks);
      table ??= new Uint8Array(1 << tableBits);
      const places: Place[] = [];
      for (const segment of segments) {
        if (segment.isStale) build(segment);
        for (const place of vote(segment, asked, table)) {
          if (options.except?.has(place.entry.id) !== true) places.push(place);
        }
        yield;
      }
      places.sort((a, b) => b.surprise - a.surprise);
      const reference: IndexedReference = {
        referenceId: 0,
        recordingId: '',
        durationMs: 0,
        lineFrom: 0,
        ...byBand(peaks),
      };
      const best = new Map<string, SoundProposal>();
      let compared = 0;
      for (const place of places.slice(0, options.maxCompared ?? 1000)) {
        const found = compare(reference, place, options.minBits ?? 0);
        if (found !== null && found.bits > (best.get(found.id)?.bits ?? -Infinity)) best.set(found.id, found);
        if (++compared % 50 === 0) yield;
      }
      return [...best.values()].sort((a, b) => b.bits - a.bits);
    },
  };
}

/** Calls `visit` with the peaks of each triple: first, middle, last. */
function visitTriples(
  peaks: Peaks,
  zone: { readonly longest: number; readonly shortest: number; readonly step: number; readonly perPeak: number },
  visit: (first: number, middle: number, last: number) => void,
): void {
  const { count, frame, band } = peaks;
  const near = new Int32Array(512);
  for (let i = 0; i < count; i++) {
    let found = 0;
    for (let j = i + 1; j < count && found < near.length; j++) {
      const step = frame[j]! - frame[i]!;
      if (step > zone.longest) break;
      if (step >= zone.step && Math.abs(band[j]! - band[i]!) <= farthestBand) near[found++] = j;
    }
    let taken = 0;
    for (let last = 1; last < found && taken < zone.perPeak; last++) {
      const end = frame[near[last]!]!;
      if (end - frame[i]! < zone.shortest) continue;
      for (let middle = 0; middle < last && taken < zone.perPeak; middle++) {
        if (end - frame[near[middle]!]! < zone.step) continue;
        visit(i, near[middle]!, near[last]!);
        taken++;
      }
    }
  }
}

const kept = { longest: longestSpan, shortest: shortestSpan, step: shortestStep, perPeak: triplesPerPeak };
const wanted = {
  longest: longestSpan * fastest,
  shortest: shortestSpan * slowest,
  step: shortestStep * slowest,
  perPeak: Infinity,
};

const keyOf = (one: number, other: number, middle: number): number => (one * intervals + other) * middles + middle;
const middleOf = (peaks: Peaks, first: number, middle: number, last: number): number =>
  ((peaks.frame[middle]! - peaks.frame[first]!) / (peaks.frame[last]! - peaks.frame[first]!)) * middles;
const intervalOf = (peaks: Peaks, first: number, other: number): number =>
  peaks.band[other]! - peaks.band[first]! + farthestBand + 1;

/** Sorts the triples of a segment's sounds into lists, by counting. */
function build(segment: Segment): void {
  let keys = new Uint32Array(1 << 16);
  let words = new Uint32Array(1 << 16);
  let spans = new Uint8Array(1 << 16);
  let count = 0;
  segment.entries.forEach((entry, sound) => {
    if (entry === null) return;
    const { peaks } = unpackPeaks(entry.landmarks);
    visitTriples(peaks, kept, (first, middle, last) => {
      const time = Math.round(peaks.frame[first]! / timeStep);
      if (time >= 1 << 13) return;
      if (count === keys.length) {
        keys = grown(keys, Uint32Array);
        words = grown(words, Uint32Array);
        spans = grown(spans, Uint8Array);
      }
      const key = keyOf(
        Math.round(intervalOf(peaks, first, middle)),
        Math.round(intervalOf(peaks, first, last)),
        Math.min(middles - 1, Math.floor(middleOf(peaks, first, middle, last))),
      );
      keys[count] = key * registers + registerOf(peaks.band[first]!);
      words[count] = (sound << 21) | (time << 8) | Math.max(0, Math.min(255, Math.round(2 * peaks.band[first]!)));
      spans[count++] = Math.round((peaks.frame[last]! - peaks.frame[first]!) * spanSteps);
    });
  });
  const from = new Uint32Array(listCount + 1);
  for (let i = 0; i < count; i++) from[keys[i]! + 1]!++;
  for (let list = 0; list < listCount; list++) from[list + 1]! += from[list]!;
  const fill = from.slice();
  const word = new Uint32Array(count);
  const span = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = fill[keys[i]!]!++;
    word[at] = words[i]!;
    span[at] = spans[i]!;
  }
  segment.listFrom = from;
  segment.word = word;
  segment.span = span;
  segment.isStale = false;
}

function grown<T extends Uint32Array | Uint8Array>(list: T, make: new (length: number) => T): T {
  const larger = new make(2 * list.length);
  larger.set(list);
  return larger;
}

function askFor(peaks: Peaks): Asked {
  let size = 1 << 16;
  let key = new Uint32Array(size);
  let first = new Uint32Array(size);
  let span = new Float32Array(size);
  let count = 0;
  const readings = (value: number, whole: number): readonly number[] => {
    const rest = value - whole;
    return rest > 0.5 - edge ? [whole, whole + 1] : rest < edge - 0.5 ? [whole, whole - 1] : [whole];
  };
  visitTriples(peaks, wanted, (i, j, k) => {
    const one = intervalOf(peaks, i, j);
    const other = intervalOf(peaks, i, k);
    const middle = middleOf(peaks, i, j, k);
    for (const a of readings(one, Math.round(one))) {
      for (const b of readings(other, Math.round(other))) {
        for (const m of readings(middle - 0.5, Math.floor(middle))) {
          if (a < 0 || b < 0 || m < 0 || a >= intervals || b >= intervals || m >= middles) continue;
          if (count === size) {
            size *= 2;
            key = grown(key, Uint32Array);
            first = grown(first, Uint32Array);
            const longer = new Float32Array(size);
            longer.set(span);
            span = longer;
          }
          key[count] = keyOf(a, b, m);
          first[count] = i;
          span[count++] = peaks.frame[k]! - peaks.frame[i]!;
        }
      }
    }
  });
  // In the order of the keys, so that the lists are read from front to back.
  const order = sortedBy(key, count);
  const asked: Asked = {
    count,
    key: new Uint32Array(count),
    frame: new Float32Array(count),
    band: new Float32Array(count),
    logSpan: new Float32Array(count),
    tolerance: new Float32Array(count),
  };
  for (let i = 0; i < count; i++) {
    const from = order[i]!;
    asked.key[i] = key[from]!;
    asked.frame[i] = peaks.frame[first[from]!]!;
    asked.band[i] = peaks.band[first[from]!]!;
    asked.logSpan[i] = octaveBands(span[from]!);
    // Two peaks' times are each off by about a fifth of a frame, the span by 0.3: at twice that few right ones are refused.
    asked.tolerance[i] = octaveBands(1 + 0.45 / Math.min(span[from]!, longestSpan));
  }
  return asked;
}

/** Indices in ascending order of key: counting sort. */
function sortedBy(key: Uint32Array, count: number): Uint32Array {
  const from = new Uint32Array(keyCount + 1);
  for (let i = 0; i < count; i++) from[key[i]! + 1]!++;
  for (let k = 0; k < keyCount; k++) from[k + 1]! += from[k]!;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[from[key[i]!]!++] = i;
  return order;
}

interface Place {
  readonly entry: Entry;
  readonly hypothesis: Hypothesis;
  readonly offset: number;
  readonly surprise: number;
}

const placeBias = 1 << 13;
const slots = 1 << 12;

/** One byte for each cell that (sound, alteration, place) falls into; two may share one, which costs a comparison at worst. */
const cellOf = (sound: number, alteration: number, slot: number): number =>
  Math.imul((sound * alterations + alteration) * slots + (slot & (slots - 1)), 0x9e3779b1) >>> (32 - tableBits);

const lowestLog = octaveBands(slowest);
const highestLog = octaveBands(fastest);
const lowestPitch = Math.ceil(lowestLog);
const speedOf = Float64Array.from({ length: 512 }, (_, i) => 2 ** ((i / 8 - 32) / bandsPerOctave));
const ratioOf = (bands: number): number => speedOf[Math.round((bands + 32) * 8)]!;

/** All places of a segment's sounds that enough triples agree on. */
function vote(segment: Segment, asked: Asked, cells: Uint8Array): Place[] {
  cells.fill(0);
  const { listFrom, word, span, entries } = segment;
  const votes = new Float64Array(entries.length);
  const risen: number[] = [];
  const add = (sound: number, alteration: number, slot: number): void => {
    const cell = cellOf(sound, alteration, slot);
    const n = cells[cell]!;
    if (n === 255) return;
    cells[cell] = n + 1;
    if (n + 1 === fewestVotes) risen.push(sound, alteration, slot);
  };
  for (let i = 0; i < asked.count; i++) {
    const list = asked.key[i]! * registers;
    const logSpan = asked.logSpan[i]!;
    const band = asked.band[i]!;
    const tolerance = asked.tolerance[i]!;
    const frame = asked.frame[i]! + placeBias * slotFrames;
    const end = listFrom[list + registerOf(band + highestLog) + 1]!;
    for (let k = listFrom[list + registerOf(band + lowestLog)]!; k < end; k++) {
      const stretch = logSpan - logSpanOf[span[k]!]!;
      if (stretch < lowestLog || stretch > highestLog) continue;
      const posting = word[k]!;
      const pitch = (posting & 255) / 2 - band;
      const apart = stretch - pitch;
      const isSpeed = apart < tolerance + 0.5 && apart > -tolerance - 0.5;
      const isTempo = pitch < 0.8 && pitch > -0.8;
      const isPitch = stretch < tolerance && stretch > -tolerance && pitch < farthestPitch && pitch > -farthestPitch;
      if (!isSpeed && !isTempo && !isPitch) continue;
      const sound = posting >>> 21;
      const at = ((posting >>> 8) & 8191) * timeStep;
      votes[sound]! += 1;
      // Of pitch and span the pitch tells a speed more exactly.
      if (isSpeed && pitch < highestLog && pitch > lowestPitch)
        add(sound, Math.round(pitch) - lowestPitch, Math.round((frame - at * ratioOf(pitch)) / slotFrames));
      if (isTempo)
        add(
          sound,
          tempoFrom + Math.round((stretch - lowestLog) / 1.5),
          Math.round((frame - at * ratioOf(stretch)) / slotFrames),
        );
      if (isPitch && (pitch > 1 || pitch < -1))
        add(sound, pitchFrom + Math.round(pitch) + farthestPitch, Math.round((frame - at) / slotFrames));
    }
  }
  const places: Place[] = [];
  for (let r = 0; r < risen.length; r += 3) {
    const [sound, alteration, slot] = [risen[r]!, risen[r + 1]!, risen[r + 2]!];
    const entry = entries[sound];
    if (entry === undefined || entry === null) continue;
    const own = cells[cellOf(sound, alteration, slot)]!;
    const before = cells[cellOf(sound, alteration, slot - 1)]!;
    const after = cells[cellOf(sound, alteration, slot + 1)]!;
    const n = own + Math.max(before, after);
    if (n < fewestInPlace || before > own || after > own) continue;
    // What two neighbouring cells would hold if the sound's votes were spread evenly; chance is lumpier, which comparing sorts out.
    const expected = Math.max(0.05, (2 * votes[sound]!) / 20_000);
    places.push({
      entry,
      hypothesis: hypothesisOf(alteration),
      offset: (slot - placeBias) * slotFrames,
      surprise: n * Math.log(n / expected) - (n - expected),
    });
  }
  return places;
}

function hypothesisOf(alteration: number): Hypothesis {
  if (alteration >= pitchFrom) return { time: 1, frequency: ratioOf(alteration - pitchFrom - farthestPitch) };
  if (alteration >= tempoFrom) return { time: ratioOf((alteration - tempoFrom) * 1.5 + lowestLog), frequency: 1 };
  const ratio = ratioOf(alteration + lowestPitch);
  return { time: ratio, frequency: ratio };
}

/** A slot of alterations is 3 % to 4 % wide: these scales between its edges are tried. */
const scales = Array.from({ length: 15 }, (_, i) => 1 + (i - 7) * 0.003);

/** Lays the sound's peaks, moved by the hypothesis, upon the recording's; null below `minBits`. */
function compare(
  reference: IndexedReference,
  { entry, hypothesis, offset }: Place,
  minBits: number,
): SoundProposal | null {
  const { peaks } = unpackPeaks(entry.landmarks);
  const bands = octaveBands(hypothesis.frequency);
  const moved: number[] = [];
  for (let i = 0; i < peaks.count; i++) {
    const band = peaks.band[i]! - bands;
    if (band >= 0 && band <= bandCount - 1) moved.push(i);
  }
  const local: Peaks = {
    count: moved.length,
    frame: Float32Array.from(moved, (i) => peaks.frame[i]! * hypothesis.time),
    band: Float32Array.from(moved, (i) => peaks.band[i]! - bands),
    rise: Float32Array.from(moved, (i) => peaks.rise[i]!),
  };
  const weights = peakWeights(reference, local);
  const near = alignNear(reference, local, weights, offset, 2 * slotFrames, scales);
  const found = correlate(reference, local, weights, near.scale, near.offset);
  const bits = found.tailBits - chanceBits;
  if (bits < minBits) return null;
  const seen = explain(reference, local, found.offset, near.scale, hypothesis.time);
  return {
    id: entry.id,
    hypothesis: { time: hypothesis.time * near.scale, frequency: hypothesis.frequency },
    offset: found.offset,
    bits,
    coverage: seen.coverage,
  };
}

/** Bits that the best of a pair's places reaches by chance. */
const chanceBits = 16;

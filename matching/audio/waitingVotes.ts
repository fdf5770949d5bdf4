// Which waiting sounds contain a recording: the search turned round. One new recording is one query, whatever was done to the sounds.
//
// The forward search analyses the sound under 75 hypotheses. Nobody can do that for every waiting sound each time a recording comes in, so here
// the landmarks are triples of peaks that no change of speed, tempo or pitch touches (`triples.ts`). What the triples lost, the speed and the
// pitch, each meeting gives back: spans and bands must differ by the same ratio (speed), or only one of them (tempo, pitch), which refuses 97
// of 100 meetings by chance. Those that agree vote for sound, ratio and place.
//
// Then the best are compared peak by peak (`compare`), which is what decides. Measured on the validation part of the audio benchmark (372 queries of 15 s,
// 244 of which the forward search finds among 68 recordings), among 3,000 more sounds: of speeds from 0.8 to 1.3, voices from +6 to −6 dB over the
// music and both, 71 of 72 that the forward search finds are found; of everything 226 of 244, what is missed being reverbs and crowds, which are left to
// the sounds' own full looks. A recording of 200 s costs 0.7 s of CPU then, most of it for comparing; 10,000 sounds cost 0.3 to 0.9 s for voting.

import type { Peaks } from '../../audio/peaks.ts';
import { bandCount, bandsPerOctave } from '../../audio/spectrum.ts';
import { alignNear, correlate, peakWeights } from './constellation.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { SoundProposal } from './port.ts';
import { byBand, unpackPeaks, type PeaksByBand, type ReferencePrint } from './reference.ts';
import type { Checkpoint } from './search.ts';
import {
  askFor,
  fastest,
  octaveBands,
  registerOf,
  registers,
  slowest,
  spanSteps,
  timeStep,
  type Asked,
} from './triples.ts';
import { explain } from './verify.ts';
import { landmarksOf, waitingColumns, type WaitingColumns, type WaitingSegment } from './waitingSegment.ts';

/** The waiting sounds at one moment. */
export interface WaitingVersion {
  readonly segments: readonly WaitingSegment[];
  /** For each segment one flag a sound: 1 unless it was removed, or is not asked about. */
  readonly alive: readonly Uint8Array[];
}

export interface WaitingLimits {
  readonly maxCompared: number;
  readonly minBits: number;
}

/** A sound by its place: the name is known to whoever keeps the index. */
export interface FoundSound extends Omit<SoundProposal, 'id'> {
  readonly segment: number;
  readonly sound: number;
}

export function searchWaiting(
  { segments, alive }: WaitingVersion,
  print: ReferencePrint,
  { maxCompared, minBits }: WaitingLimits,
  checkpoint: Checkpoint = () => {},
): FoundSound[] {
  const { peaks } = unpackPeaks(print);
  const asked = askFor(peaks);
  const cells = new Uint8Array(1 << tableBits);
  const opened = segments.map(waitingColumns);
  const places: Place[] = [];
  for (const [segment, columns] of opened.entries()) {
    checkpoint();
    places.push(...vote(segment, columns, alive[segment]!, asked, cells));
  }
  places.sort((a, b) => b.surprise - a.surprise);
  const reference = byBand(peaks);
  const best = new Map<number, FoundSound>();
  for (const place of places.slice(0, maxCompared)) {
    checkpoint();
    const found = compare(reference, place, opened[place.segment]!, minBits);
    const key = place.segment * 2 ** 11 + place.sound;
    if (found !== null && found.bits > (best.get(key)?.bits ?? -Infinity)) best.set(key, found);
  }
  return [...best.values()].sort((a, b) => b.bits - a.bits);
}

/** Frames in a slot of places. */
const slotFrames = 16;
const farthestPitch = 11;
/** Slots of alterations: 35 speeds, 25 tempos, 23 pitches, each a step of a band or of 4 %. */
const alterations = 96;
const tempoFrom = 40;
const pitchFrom = 70;

const tableBits = 22;
const fewestVotes = 3;
const fewestInPlace = 5;

const logSpanOf = Float32Array.from({ length: 256 }, (_, i) => octaveBands(Math.max(1, i) / spanSteps));

interface Place {
  readonly segment: number;
  readonly sound: number;
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
function vote(
  segment: number,
  { listFrom, word, span }: WaitingColumns,
  alive: Uint8Array,
  asked: Asked,
  cells: Uint8Array,
): Place[] {
  cells.fill(0);
  const votes = new Float64Array(alive.length);
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
    if (alive[sound] !== 1) continue;
    const own = cells[cellOf(sound, alteration, slot)]!;
    const before = cells[cellOf(sound, alteration, slot - 1)]!;
    const after = cells[cellOf(sound, alteration, slot + 1)]!;
    const n = own + Math.max(before, after);
    if (n < fewestInPlace || before > own || after > own) continue;
    // What two neighbouring cells would hold if the sound's votes were spread evenly; chance is lumpier, which comparing sorts out.
    const expected = Math.max(0.05, (2 * votes[sound]!) / 20_000);
    places.push({
      segment,
      sound,
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
  reference: PeaksByBand,
  { segment, sound, hypothesis, offset }: Place,
  columns: WaitingColumns,
  minBits: number,
): FoundSound | null {
  const { peaks } = unpackPeaks(landmarksOf(columns, sound));
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
    segment,
    sound,
    hypothesis: { time: hypothesis.time * near.scale, frequency: hypothesis.frequency },
    offset: found.offset,
    bits,
    coverage: seen.coverage,
  };
}

/** Bits that the best of a pair's places reaches by chance. */
const chanceBits = 16;

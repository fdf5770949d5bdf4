// Proposing places: under a hypothesis the sound's pairs of peaks hit the inverted lists of the index, and votes for "place on the line minus
// place in the sound" pile up. The fullest slots are where the sound may lie, by how much they surprise.

import type { Peaks } from '../../audio/peaks.ts';
import { soundFanOut, visitHashes } from './hashes.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { Passage } from './passages.ts';
import { hopSamples, type IndexedReference } from './reference.ts';
import type { IndexView } from './referenceSegment.ts';

/** Places that each hypothesis may propose; more where they are looked for among a few references, whose places others crowd out. */
const proposalsPerHypothesis = 12;
const proposalsAmongFew = 20 * proposalsPerHypothesis;

export interface Proposal {
  readonly reference: IndexedReference;
  readonly hypothesis: Hypothesis;
  /** Of the sound's windows, the one that it was heard in. */
  readonly window: number;
  /** Frames of the recording at the sound's first sample. */
  readonly offset: number;
  readonly surprise: number;
}

/** Proposes places for one window's peaks under a hypothesis. */
export type Propose = (peaks: Peaks, hypothesis: Hypothesis, window: number) => Proposal[];

/** @param among only these references are proposed, by their ids; null: all. */
export function createProposer(
  view: IndexView,
  windows: readonly Passage[],
  among: ReadonlySet<number> | null,
): Propose {
  const votes = createVotes((view.lineFrames >>> voteShift) + ((2 * voteBias) >>> voteShift) + 2);
  let hashes = new Uint32Array(1 << 13);
  let shifts = new Int32Array(1 << 13);

  return (peaks, hypothesis, window) => {
    // Places are voted for by the window's beginning: the sound's may lie ten minutes before the line's.
    const start = Math.floor((windows[window]!.fromSample * hypothesis.time) / hopSamples);
    let asked = 0;
    visitHashes(peaks, soundFanOut, (hash, frame) => {
      if (asked === hashes.length) {
        hashes = doubled(hashes, Uint32Array);
        shifts = doubled(shifts, Int32Array);
      }
      hashes[asked] = hash;
      shifts[asked++] = voteBias + start - frame;
    });
    votes.clear();
    let hits = 0;
    for (const { bucketFrom, places } of view.postings) hits += votes.cast(hashes, shifts, asked, bucketFrom, places);

    const expected = (2 * hits) / Math.max(1, view.lineFrames >> voteShift);
    const found: Proposal[] = [];
    for (const { slot, count } of votes.best(among ? proposalsAmongFew : proposalsPerHypothesis, expected)) {
      const place = ((slot + 1) << voteShift) - voteBias - start;
      const middle = place + peaks.frame[peaks.count >> 1]!;
      const reference = view.referenceAt(Math.max(0, Math.min(view.lineFrames, Math.round(middle))));
      if (!reference || (among && !among.has(reference.referenceId))) continue;
      const surprise = count * Math.log(count / Math.max(0.05, expected)) - (count - expected);
      found.push({ reference, hypothesis, window, offset: place - reference.lineFrom, surprise });
    }
    return found;
  };
}

/**
 * The best proposals, but no recording more than a quarter of them, so that one repetitive recording does not crowd out the rest. Of several
 * shards the proposals are put together before.
 */
export function spread(proposals: readonly Proposal[], limit: number): Proposal[] {
  const sorted = [...proposals].sort((a, b) => b.surprise - a.surprise);
  const taken = new Map<number, number>();
  const chosen: Proposal[] = [];
  for (const proposal of sorted) {
    if (chosen.length >= limit) break;
    const count = taken.get(proposal.reference.referenceId) ?? 0;
    if (count >= limit / 4) continue;
    taken.set(proposal.reference.referenceId, count + 1);
    chosen.push(proposal);
  }
  return chosen;
}

/** Votes fall into slots of 8 frames (256 ms); the best are sums of two neighbours, so no place sits on an edge. */
const voteShift = 3;
/** The top bit of each of four bytes. */
const topBits = 0x80808080 | 0;
/** Keeps places before the line's beginning positive: more than the 1,100 frames of the longest window at the highest speed. */
const voteBias = 2048;

/** One counter for each slot of the time line: 1 byte per 256 ms of reference. */
function createVotes(slots: number) {
  // Four more, so that the last word of four slots can be read whole.
  const counts = new Uint8ClampedArray((slots + 7) & ~3);
  const words = new Int32Array(counts.buffer);
  return {
    clear(): void {
      words.fill(0);
    },
    /** Adds a vote for each posting of the hashes, moved by the hash's shift. @returns how many there were. */
    cast(hashes: Uint32Array, shifts: Int32Array, asked: number, bucketFrom: Uint32Array, places: Uint32Array): number {
      let hits = 0;
      for (let i = 0; i < asked; i++) {
        const hash = hashes[i]!;
        const from = bucketFrom[hash]!;
        const to = bucketFrom[hash + 1]!;
        const shift = shifts[i]!;
        for (let k = from; k < to; k++) counts[(places[k]! + shift) >>> voteShift]!++;
        hits += to - from;
      }
      return hits;
    },
    /** The fullest pairs of neighbouring slots; none that hold no more than `expected`. */
    best(limit: number, expected: number): { readonly slot: number; readonly count: number }[] {
      const top: { slot: number; count: number }[] = [];
      let bar = Math.min(250, Math.max(2, Math.floor(expected)));
      let next = 0;
      // Of a pair above the bar one slot holds at least half. Four slots are asked at once: adding 128 − half sets the top bit of those that do.
      let toTopBit = Math.imul(128 - Math.min(127, (bar >> 1) + 1), 0x01010101);
      for (let word = 0; word < words.length - 1; word++) {
        const four = words[word]!;
        if (((((four & 0x7f7f7f7f) + toTopBit) | four) & topBits) === 0) continue;
        for (let slot = Math.max(next, 4 * word - 1); slot < 4 * word + 4; slot++) {
          const count = counts[slot]! + counts[slot + 1]!;
          if (count <= bar) continue;
          top.push({ slot, count });
          if (top.length >= 4 * limit) {
            top.sort((a, b) => b.count - a.count);
            top.length = limit;
            bar = top[limit - 1]!.count;
            toTopBit = Math.imul(128 - Math.min(127, (bar >> 1) + 1), 0x01010101);
          }
        }
        next = 4 * word + 4;
      }
      return top.sort((a, b) => b.count - a.count).slice(0, limit);
    },
  };
}

function doubled<T extends Uint32Array | Int32Array>(list: T, make: new (length: number) => T): T {
  const larger = new make(2 * list.length);
  larger.set(list);
  return larger;
}

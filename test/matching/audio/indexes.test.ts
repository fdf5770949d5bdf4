// The books of both indexes, under any history of additions, removals, searches in between and threads that die: what is alive is searched, in one
// piece, and nothing else.

import { describe, expect, it, vi } from 'vitest';
import { referenceFanOut, visitHashes } from '../../../matching/audio/hashes.ts';
import { soundLandmarks } from '../../../matching/audio/landmarks.ts';
import { byBand, packPeaks, unpackPeaks, type ReferencePrint } from '../../../matching/audio/reference.ts';
import { createReferenceIndex, inThisThread, type ReferenceWork } from '../../../matching/audio/referenceIndex.ts';
import { openVersion, type IndexVersion } from '../../../matching/audio/referenceSegment.ts';
import { soundPrint } from '../../../matching/audio/soundPrint.ts';
import { createWaitingIndex, waitingInThisThread, type WaitingWork } from '../../../matching/audio/waitingIndex.ts';
import { seeded, tune } from '../../audio/signals.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Peaks at random: 4 to 40 s of them, up to 4,000 postings. */
function randomPrint(random: () => number): ReferencePrint {
  const count = Math.floor(80 + random() * 720);
  const frames = Array.from({ length: count }, () => random() * count * 1.6).sort((a, b) => a - b);
  const bands = Float32Array.from(frames, () => random() * 119);
  return packPeaks({ count, frame: Float32Array.from(frames), band: bands, rise: bands }, count * 50);
}

const dying =
  (random: () => number, often: number): (() => Promise<void>) =>
  async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (random() < often) throw new Error('the thread died');
  };

/** What was said before is being made now. */
const begun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Of each live reference its peaks and, from the lists, the frames in which each of its hashes begins. */
function contents(version: IndexVersion): Map<number, { readonly peaks: unknown; readonly postings: string[] }> {
  const view = openVersion(version);
  const found = new Map<number, { peaks: unknown; postings: string[] }>();
  for (let n = 0; n < view.references; n++) {
    const { referenceId, recordingId, frames, bandFrom, frame, band, lineFrom } = view.nth(n);
    expect(view.referenceOf(referenceId)).toBe(view.nth(n));
    expect(view.referenceAt(lineFrom + 3)).toBe(view.nth(n));
    found.set(referenceId, { peaks: { recordingId, frames, bandFrom, frame, band }, postings: [] });
  }
  for (const { bucketFrom, places } of view.postings)
    for (let hash = 0; hash + 1 < bucketFrom.length; hash++)
      for (let k = bucketFrom[hash]!; k < bucketFrom[hash + 1]!; k++) {
        const owner = view.referenceAt(places[k]!);
        if (owner !== null) found.get(owner.referenceId)!.postings.push(`${hash}@${places[k]! - owner.lineFrom}`);
      }
  for (const { postings } of found.values()) postings.sort();
  return found;
}

function expected(
  recordingId: string,
  print: ReferencePrint,
): { readonly peaks: unknown; readonly postings: string[] } {
  const { peaks } = unpackPeaks(print);
  const postings: string[] = [];
  visitHashes(peaks, referenceFanOut, (hash, frame) => postings.push(`${hash}@${frame}`));
  return { peaks: { recordingId, ...byBand(peaks) }, postings: postings.sort() };
}

describe('the index of references', () => {
  it.each([1, 2, 3, 4, 5, 6])('holds what is alive and nothing else (history %i)', async (seed) => {
    const random = seeded(seed);
    const die = dying(random, seed % 2 === 0 ? 0.3 : 0);
    let seen: IndexVersion | null = null;
    const work: ReferenceWork = {
      ...inThisThread,
      build: (...given) => die().then(() => inThisThread.build(...given)),
      join: (...given) => die().then(() => inThisThread.join(...given)),
      search: (version) => {
        seen = version;
        return Promise.resolve([]);
      },
    };
    const index = createReferenceIndex(work, { smallSegment: 0 });
    const alive = new Map<number, { name: string; print: ReferencePrint }>();
    const segments = new Set<number>();
    let compactions = 0;
    let line = 0;
    for (let step = 0; step < 120; step++) {
      const id = Math.floor(random() * 25);
      if (random() < 0.6) {
        const reference = { name: `recording ${id}, ${step}`, print: randomPrint(random) };
        index.add({ referenceId: id, recordingId: reference.name, print: reference.print });
        alive.set(id, reference);
      } else {
        index.remove(id);
        alive.delete(id);
      }
      if (random() < 0.5) continue;
      // While this is made, more may be said; it is seen by the next.
      const searching = index.search(new Float32Array(0)).then(
        () => true,
        () => false,
      );
      const whole = new Map(alive);
      await begun();
      if (random() < 0.5) {
        index.remove(id);
        alive.delete(id);
      }
      if (!(await searching)) continue;
      const version: IndexVersion = seen!;
      segments.add(version.segments.length);
      if (version.lineFrames < line) compactions++;
      line = version.lineFrames;
      const found = contents(version);
      expect([...found.keys()].sort((a, b) => a - b)).toEqual([...whole.keys()].sort((a, b) => a - b));
      for (const [key, { name, print }] of whole) expect(found.get(key)).toEqual(expected(name, print));
    }
    // Otherwise this would have shown little.
    expect(Math.max(...segments)).toBeGreaterThan(1);
    expect(compactions).toBeGreaterThan(0);
  });

  it('keeps few segments, however many pages it is read in', async () => {
    const random = seeded(11);
    let version: IndexVersion | null = null;
    const work: ReferenceWork = {
      ...inThisThread,
      search: (searched) => {
        version = searched;
        return Promise.resolve([]);
      },
    };
    const index = createReferenceIndex(work, { smallSegment: 0 });
    const segments: number[] = [];
    for (let id = 0; id < 100; id++) {
      index.add({ referenceId: id, recordingId: `r${id}`, print: randomPrint(random) });
      await index.settle();
      await index.search(new Float32Array(0));
      segments.push(version!.segments.length);
    }
    expect(Math.max(...segments)).toBeGreaterThan(1);
    expect(Math.max(...segments)).toBeLessThanOrEqual(8);
    // Searches that nobody disturbs come to have one segment, with the same in it.
    const before = contents(version!);
    for (let search = 0; search < 3; search++) await index.search(new Float32Array(0));
    await begun();
    await index.search(new Float32Array(0));
    expect(version!.segments.length).toBe(1);
    expect(contents(version!)).toEqual(before);
  });
});

describe('the index of waiting sounds', () => {
  const pieces = Array.from({ length: 12 }, (_, n) => {
    const pcm = tune(400 + n, 10);
    return soundLandmarks(soundPrint(pcm));
  });

  it.each([1, 2])('finds each sound that waits, and none that does not (history %i)', async (seed) => {
    const random = seeded(seed);
    const die = dying(random, seed === 2 ? 0.3 : 0);
    const work: WaitingWork = {
      ...waitingInThisThread,
      build: (...given) => die().then(() => waitingInThisThread.build(...given)),
    };
    const index = createWaitingIndex(work);
    const alive = new Map<string, number>();
    for (let step = 0; step < 60; step++) {
      const id = `sound ${Math.floor(random() * 10)}`;
      if (random() < 0.6) {
        const piece = Math.floor(random() * pieces.length);
        index.add(id, pieces[piece]!);
        alive.delete(id);
        alive.set(id, piece);
      } else {
        index.remove(id);
        alive.delete(id);
      }
      if (random() < 0.5) continue;
      const asked = Math.floor(random() * pieces.length);
      const searching = index.search(pieces[asked]!, { minBits: 20 }).catch(() => null);
      const whole = new Map(alive);
      await begun();
      if (random() < 0.5) {
        index.add(id, pieces[0]!);
        alive.delete(id);
        alive.set(id, 0);
      }
      const found = await searching;
      if (found === null) continue;
      expect(found.map((one) => one.id).sort()).toEqual(
        [...whole]
          .filter(([, piece]) => piece === asked)
          .map(([name]) => name)
          .sort(),
      );
    }
    expect([...index.ids()]).toEqual([...alive.keys()]);
    expect(index.size).toBe(alive.size);
  });
});

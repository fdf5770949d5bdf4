// The index of the audio that waits, in memory: which segments there are and which sounds in them. Where the segments are made and searched is
// somebody else's business (`WaitingWork`), as with references (`referenceIndex.ts`).
//
// What is added waits until the next search begins. It fills the last segment up, which is made anew, and then further ones.

import type { Landmarks } from './landmarks.ts';
import type { WaitingSearch } from './port.ts';
import type { ReferencePrint } from './reference.ts';
import { searchWaiting, type FoundSound, type WaitingLimits, type WaitingVersion } from './waitingVotes.ts';
import { buildWaiting, segmentSize, type WaitingSegment } from './waitingSegment.ts';

/** The computations over an index: all of what takes time. */
export interface WaitingWork {
  /** See `buildWaiting`. */
  build(
    old: WaitingSegment | null,
    kept: readonly (number | null)[],
    added: readonly Landmarks[],
  ): Promise<WaitingSegment>;
  search(
    version: WaitingVersion,
    print: ReferencePrint,
    limits: WaitingLimits,
    signal: AbortSignal | undefined,
  ): Promise<readonly FoundSound[]>;
}

export interface WaitingIndex extends WaitingSearch {
  /** Adds a sound's audio under a name; one of the same name is replaced. Searches that begin from now on see it. */
  add(id: string, landmarks: Landmarks): void;
  remove(id: string): void;
  has(id: string): boolean;
  /** In the order in which they came. */
  ids(): IterableIterator<string>;
  readonly size: number;
  /** Makes of what was added what is searched in, as the next search would. */
  settle(): Promise<void>;
}

export const waitingInThisThread: WaitingWork = {
  build: async (old, kept, added) => buildWaiting(old, kept, added, (bytes) => new ArrayBuffer(bytes)),
  search: async (version, print, limits, signal) =>
    searchWaiting(version, print, limits, () => signal?.throwIfAborted()),
};

/** A sound and where it lies; the place is that of the version in force. */
interface Spot {
  readonly id: string;
  /** Until a segment holds them. */
  landmarks: Landmarks | null;
  part: number;
  sound: number;
}

/** A segment and whose its places are; null where one was removed. Immutable, so that a search can name what it found. */
interface Part {
  readonly segment: WaitingSegment;
  readonly spots: readonly (Spot | null)[];
  readonly alive: Uint8Array;
}

export function createWaitingIndex(work: WaitingWork = waitingInThisThread): WaitingIndex {
  const byId = new Map<string, Spot>();
  let parts: readonly Part[] = [];
  /** What the next version has, and has no more. */
  let pending = new Set<Spot>();
  let stale = new Set<Spot>();
  let running: Promise<void> = Promise.resolve();

  const apply = async (): Promise<void> => {
    if (pending.size === 0 && stale.size === 0) return;
    const [coming, gone] = [pending, stale];
    pending = new Set();
    stale = new Set();
    try {
      await publish([...coming], gone);
    } catch (error) {
      // Nothing was published: it is done with the next attempt, but for what was removed meanwhile.
      for (const spot of coming) if (!stale.delete(spot)) pending.add(spot);
      for (const spot of gone) stale.add(spot);
      throw error;
    }
  };

  /** Everything is made first and shown at once. */
  const publish = async (coming: readonly Spot[], gone: ReadonlySet<Spot>): Promise<void> => {
    const next = [...parts];
    const last = parts.length - 1;
    let taken = 0;
    // Only these change: there may be hundreds.
    const touched = new Set([...gone].map(({ part }) => part));
    if (last >= 0 && coming.length > 0) touched.add(last);
    for (const p of touched) {
      const part = without(parts[p]!, gone);
      const isSparse = part.spots.filter((spot) => spot === null).length * 4 > part.spots.length;
      const kept = part.spots.flatMap((spot, sound) => (spot === null ? (isSparse ? [] : [null]) : [{ spot, sound }]));
      const added = p === last ? coming.slice(0, Math.max(0, segmentSize - kept.length)) : [];
      taken += added.length;
      next[p] = isSparse || added.length > 0 ? await make(part.segment, kept, added) : part;
    }
    for (; taken < coming.length; taken += segmentSize)
      next.push(await make(null, [], coming.slice(taken, taken + segmentSize)));

    parts = next;
    for (const [p, { spots }] of next.entries()) {
      if (!touched.has(p) && p <= last) continue;
      for (const [sound, spot] of spots.entries())
        if (spot !== null) Object.assign(spot, { landmarks: null, part: p, sound });
    }
  };

  const make = async (
    old: WaitingSegment | null,
    kept: readonly ({ readonly spot: Spot; readonly sound: number } | null)[],
    added: readonly Spot[],
  ): Promise<Part> => {
    const segment = await work.build(
      old,
      kept.map((one) => one?.sound ?? null),
      added.map(({ landmarks }) => landmarks!),
    );
    const spots = [...kept.map((one) => one?.spot ?? null), ...added];
    return { segment, spots, alive: flagsOf(segment, spots) };
  };

  return {
    add(id, landmarks) {
      remove(id);
      const spot = { id, landmarks, part: -1, sound: -1 };
      byId.set(id, spot);
      pending.add(spot);
    },
    remove,
    has: (id) => byId.has(id),
    ids: () => byId.keys(),
    get size() {
      return byId.size;
    },
    settle,
    async search(print, { signal, except, maxCompared = 1000, minBits = 0 } = {}) {
      signal?.throwIfAborted();
      await settle();
      signal?.throwIfAborted();
      const searched = parts;
      const uninteresting = new Set([...(except ?? [])].flatMap((id) => byId.get(id) ?? []));
      const asked = searched.map((part, p) =>
        [...uninteresting].some((spot) => spot.part === p) ? without(part, uninteresting) : part,
      );
      const version = { segments: asked.map(({ segment }) => segment), alive: asked.map(({ alive }) => alive) };
      const found = await work.search(version, print, { maxCompared, minBits }, signal);
      return found.map(({ segment, sound, ...rest }) => ({ id: searched[segment]!.spots[sound]!.id, ...rest }));
    },
  };

  async function settle(): Promise<void> {
    // One after the other, and none stops at another's failure.
    running = running.catch(() => {}).then(apply);
    await running;
  }

  function remove(id: string): void {
    const spot = byId.get(id);
    if (spot === undefined) return;
    byId.delete(id);
    if (!pending.delete(spot)) stale.add(spot);
  }
}

function without({ segment, spots }: Part, gone: ReadonlySet<Spot>): Part {
  const left = spots.map((spot) => (spot === null || gone.has(spot) ? null : spot));
  return { segment, spots: left, alive: flagsOf(segment, left) };
}

/** In the segment's kind of memory: what is shared is not copied into every search's message. */
function flagsOf({ buffer }: WaitingSegment, spots: readonly (Spot | null)[]): Uint8Array {
  const shared = !(buffer instanceof ArrayBuffer);
  const flags = new Uint8Array(shared ? new SharedArrayBuffer(spots.length) : new ArrayBuffer(spots.length));
  spots.forEach((spot, sound) => (flags[sound] = spot === null ? 0 : 1));
  return flags;
}

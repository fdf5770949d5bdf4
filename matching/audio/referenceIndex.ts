// The index of references in memory: which segments there are, what is alive in them, and when they are joined. Where the segments are made
// and searched is somebody else's business (`ReferenceWork`): this thread's, or that of threads that share them.
//
// What is added waits until the next search begins; it then becomes a segment, and is joined with the ones before it as long as these are
// small, or not more than twice as large: a posting is copied as often as the index has doubled since it came. Each further segment costs a
// search of 31 hours a tenth more (two looks into memory for every hash); when that has cost as much as joining them all would, they are joined,
// beside the searches. When a quarter of all postings is dead everything is compacted.

import type {
  JudgeOptions,
  ReferenceSearch,
  SearchOptions,
  SoundQuery,
  SuggestedPlace,
  PlacedCandidate,
} from './port.ts';
import { isReferencePrint } from './reference.ts';
import {
  buildSegment,
  columnsOf,
  gapFrames,
  joinSegments,
  openVersion,
  type IndexVersion,
  type Reference,
  type Segment,
} from './referenceSegment.ts';
import { judgePlaces, searchIndex } from './search.ts';

/** The computations over an index: all of what takes time. */
export interface ReferenceWork {
  build(references: readonly Reference[], lineFrom: number): Promise<Segment>;
  /** See `joinSegments`. */
  join(parts: readonly Segment[], alive: readonly Uint8Array[] | null): Promise<Segment>;
  search(version: IndexVersion, query: SoundQuery, options: SearchOptions): Promise<readonly PlacedCandidate[]>;
  judge(
    version: IndexVersion,
    query: SoundQuery,
    places: readonly SuggestedPlace[],
    options: JudgeOptions,
  ): Promise<readonly PlacedCandidate[]>;
}

export interface ReferenceIndex extends ReferenceSearch {
  /** Adds a reference; one with the same id is replaced. Searches that begin from now on see it. Throws a `RangeError` when its print is none. */
  add(reference: Reference): void;
  remove(referenceId: number): void;
  /** References that are searched in, as of the last search, and bytes of the segments. */
  readonly size: number;
  readonly bytes: number;
  /** Makes of what was added what is searched in, as the next search would. */
  settle(): Promise<void>;
}

/** In this thread: for a few recordings, one sound, a test. A search blocks it, and is given up between two turns of it only. */
export const inThisThread: ReferenceWork = {
  build: async (references, lineFrom) => buildSegment(references, lineFrom, allocate),
  join: async (parts, alive) => joinSegments(parts, alive, allocate),
  search: async (version, query, { signal, ...options }) =>
    searchIndex(openVersion(version), query, options, () => signal?.throwIfAborted()),
  judge: async (version, query, places, { signal, ...options }) =>
    judgePlaces(openVersion(version), query, places, options, () => signal?.throwIfAborted()),
};
const allocate = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);

/** Fewer dead postings than these do not matter: forty seconds of music. */
const fewPostings = 4096;
/** What a further segment costs a search, some 10 ms, in postings that are joined in that time. (0.5 ms at a known speed, 40 ms over the whole grid.) */
const slowedPostings = 5e5;

export interface IndexSettings {
  /** Segments that have fewer postings together are always joined. Default 4 million: eleven hours of music, joined in 70 ms. */
  readonly smallSegment?: number;
}

interface Where {
  readonly segment: Segment;
  readonly slot: number;
}

const empty: IndexVersion = { segments: [], alive: [], lineFrames: gapFrames, references: 0 };

export function createReferenceIndex(
  work: ReferenceWork = inThisThread,
  { smallSegment = 4e6 }: IndexSettings = {},
): ReferenceIndex {
  let version = empty;
  let deadPostings = 0;
  const where = new Map<number, Where>();
  /** What the next version has and has not. */
  let added = new Map<number, Reference>();
  let removed = new Set<number>();
  let running: Promise<void> = Promise.resolve();

  const apply = async (): Promise<void> => {
    if (added.size === 0 && removed.size === 0) return;
    const [coming, going] = [added, removed];
    added = new Map();
    removed = new Set();
    try {
      await publish(coming, going);
    } catch (error) {
      // Nothing was published: it is done with the next attempt, but for what has been said since.
      for (const [id, reference] of coming) if (!added.has(id) && !removed.has(id)) added.set(id, reference);
      // Removals come before additions.
      for (const id of going) removed.add(id);
      throw error;
    }
  };

  /** Everything is made first and shown at once. */
  const publish = async (coming: ReadonlyMap<number, Reference>, going: ReadonlySet<number>): Promise<void> => {
    let segments = [...version.segments];
    let alive = version.alive.map((flags) => flags);
    let dead = deadPostings;
    const killed = new Set<Where>();
    const copied = new Set<number>();
    for (const id of [...going, ...coming.keys()]) {
      const found = where.get(id);
      if (found === undefined || killed.has(found)) continue;
      killed.add(found);
      const part = segments.indexOf(found.segment);
      // Once for each segment: a search may be reading the flags that are in force.
      if (!copied.has(part)) alive[part] = copyOf(alive[part]!);
      copied.add(part);
      alive[part]![found.slot] = 0;
      dead += columnsOf(found.segment).postingsOf[found.slot]!;
    }
    let lineFrames = version.lineFrames;
    if (coming.size > 0) {
      const segment = await work.build([...coming.values()], lineFrames);
      segments.push(segment);
      alive.push(allAlive(segment));
      lineFrames = segment.lineTo;
    }
    if (dead > fewPostings && dead * 4 > postingsIn(segments)) {
      const compacted = await work.join(segments, alive);
      segments = [compacted];
      alive = [allAlive(compacted)];
      lineFrames = compacted.lineTo;
      dead = 0;
    } else {
      const from = firstToJoin(segments, smallSegment);
      if (from < segments.length - 1) {
        const joined = await work.join(segments.slice(from), null);
        alive = [...alive.slice(0, from), joinedFlags(joined, alive.slice(from))];
        segments = [...segments.slice(0, from), joined];
      }
    }

    for (const id of going) where.delete(id);
    deadPostings = dead;
    show({ segments, alive, lineFrames });
  };

  const show = (next: Pick<IndexVersion, 'segments' | 'alive' | 'lineFrames'>): void => {
    for (const [part, segment] of next.segments.entries()) {
      if (version.segments.includes(segment)) continue;
      const flags = next.alive[part]!;
      columnsOf(segment).referenceId.forEach((id, slot) => {
        if (flags[slot] === 1) where.set(id, { segment, slot });
      });
    }
    version = { ...next, references: where.size };
  };

  /** Joins all segments when searches have paid for it. Nobody waits for it; what is added meanwhile stays a segment of its own. */
  let slowed = 0;
  let isTidying = false;
  const tidy = async (): Promise<void> => {
    const { segments } = version;
    slowed += (segments.length - 1) * slowedPostings;
    if (isTidying || segments.length < 2 || slowed < postingsIn(segments)) return;
    isTidying = true;
    try {
      const joined = await work.join(segments, null);
      running = running
        .catch(() => {})
        .then(() => {
          // Unless they were joined or compacted otherwise.
          if (segments.every((segment, part) => version.segments[part] === segment)) {
            const after = version.alive.slice(segments.length);
            show({
              segments: [joined, ...version.segments.slice(segments.length)],
              alive: [joinedFlags(joined, version.alive.slice(0, segments.length)), ...after],
              lineFrames: version.lineFrames,
            });
          }
        });
      await running;
      slowed = 0;
    } finally {
      isTidying = false;
    }
  };

  const settle = async (): Promise<void> => {
    // One after the other, and none stops at another's failure.
    running = running.catch(() => {}).then(apply);
    await running;
  };

  const current = async (signal: AbortSignal | undefined): Promise<IndexVersion> => {
    signal?.throwIfAborted();
    await settle();
    signal?.throwIfAborted();
    return version;
  };

  return {
    add(reference) {
      if (!isReferencePrint(reference.print)) throw new RangeError(`no print of reference ${reference.referenceId}`);
      // Once more at the end: what is replaced gives up its place.
      added.delete(reference.referenceId);
      added.set(reference.referenceId, reference);
    },
    remove(referenceId) {
      added.delete(referenceId);
      // Also when it is not known: it may be in the version that is being made.
      removed.add(referenceId);
    },
    get size() {
      return version.references;
    },
    get bytes() {
      return version.segments.reduce((total, { buffer }) => total + buffer.byteLength, 0);
    },
    settle,
    async search(query, options = {}) {
      const searched = await current(options.signal);
      // What becomes of it is no concern of this search's; it is tried again by a later one.
      tidy().catch(() => {});
      return { candidates: await work.search(searched, query, options), references: searched.references };
    },
    async judge(query, places, options) {
      return work.judge(await current(options.signal), query, places, options);
    },
  };
}

const postingsIn = (segments: readonly Segment[]): number =>
  segments.reduce((total, { postings }) => total + postings, 0);

/** The first of those that become one, counted backwards from the last as long as it pays. */
function firstToJoin(segments: readonly Segment[], smallSegment: number): number {
  let from = segments.length - 1;
  let size = segments[from]?.postings ?? 0;
  while (from > 0) {
    const before = segments[from - 1]!.postings;
    if (before > 2 * size && before + size > smallSegment) break;
    size += before;
    from--;
  }
  return from;
}

function joinedFlags(joined: Segment, parts: readonly Uint8Array[]): Uint8Array {
  const flags = allAlive(joined);
  let at = 0;
  for (const part of parts) {
    flags.set(part, at);
    at += part.length;
  }
  return flags;
}

function allAlive({ buffer, references }: Segment): Uint8Array {
  return sharedLike(buffer, references).fill(1);
}

function copyOf(flags: Uint8Array): Uint8Array {
  const copy = sharedLike(flags.buffer, flags.length);
  copy.set(flags);
  return copy;
}

/** Of the same kind of memory: what is shared is not copied into every search's message. */
const sharedLike = (buffer: ArrayBufferLike, length: number): Uint8Array =>
  new Uint8Array(buffer instanceof ArrayBuffer ? new ArrayBuffer(length) : new SharedArrayBuffer(length));

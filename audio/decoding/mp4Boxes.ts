// The boxes of an MP4, MOV or M4A file (ISO/IEC 14496-12), as far as its first audio track needs them.

import type { GaplessBoxes } from '@audio/decode-aac';
import { Unreadable } from './pieces.ts';
import type { ByteSource } from './source.ts';

export interface Box {
  readonly type: string;
  /** Where the box and what is in it begin, and where both end. */
  readonly at: number;
  readonly body: number;
  readonly end: number;
}

/** The index of ten hours takes 6 MB a table; one that claims more is damaged. */
const largestTable = 64 * 1024 * 1024;

const fourCc = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The box at `at`, or null where none can begin. One that ends after `limit` is cut there. */
export async function boxAt(source: ByteSource, at: number, limit: number): Promise<Box | null> {
  const head = await source.read(at, 16);
  if (head.length < 8) return null;
  const view = viewOf(head);
  const type = fourCc(head, 4);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  let size = view.getUint32(0);
  let body = at + 8;
  if (size === 1) {
    if (head.length < 16) return null;
    size = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
    body = at + 16;
  } else if (size === 0) {
    // To the end of the file.
    size = limit - at;
  }
  return size < body - at ? null : { type, at, body, end: Math.min(limit, at + size) };
}

export async function* boxesIn(source: ByteSource, from: number, to: number): AsyncGenerator<Box, void, undefined> {
  for (let at = from; at + 8 <= to;) {
    const box = await boxAt(source, at, to);
    if (box === null) return;
    yield box;
    at = box.end;
  }
}

const bodyOf = async (source: ByteSource, box: Box): Promise<Uint8Array> => {
  if (box.end - box.body > largestTable) throw new Unreadable('corrupt', `an index of ${box.end - box.body} bytes`);
  return source.read(box.body, box.end - box.body);
};

/** Where the media data ends that `at` lies in. */
export async function mediaEnd(source: ByteSource, at: number): Promise<number> {
  for await (const box of boxesIn(source, 0, source.size))
    if (box.type === 'mdat' && box.body <= at && at < box.end) return box.end;
  return source.size;
}

/** Where the index is, also in a file whose boxes no longer lead there; null when it is not in the file. */
export async function findMovie(source: ByteSource): Promise<Box | null> {
  for await (const box of boxesIn(source, 0, source.size)) if (box.type === 'moov') return box;
  const step = 256 * 1024;
  for (let from = 0; from < source.size; from += step) {
    const bytes = await source.read(from, step + 16);
    for (let at = bytes.indexOf(0x6d); at >= 4; at = bytes.indexOf(0x6d, at + 1)) {
      // "moov", and the movie's own header as its first child.
      if (fourCc(bytes, at) !== 'moov' || at + 12 > bytes.length || fourCc(bytes, at + 8) !== 'mvhd') continue;
      const box = await boxAt(source, from + at - 4, source.size);
      if (box !== null) return box;
    }
  }
  return null;
}

export interface AudioTrack {
  readonly id: number;
  /** Of the sample description: `mp4a`, `alac`, `Opus`, … */
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Boxes inside the sample description and beside it, by type: `esds`, `alac`, `dOps`, `dfLa`, … */
  readonly config: ReadonlyMap<string, Uint8Array>;
  readonly durationMs: number | null;
  /** Those that say what of the media is to be heard, without what encoders put before and behind. */
  readonly windowBoxes: GaplessBoxes;
  readonly timescale: number;
  /** Its chunks then lie one behind the other. */
  readonly isAlone: boolean;
  readonly samples: SampleTable | null;
  /** Size of a sample of a file in fragments that does not say it itself. */
  readonly defaultSampleBytes: number;
}

export interface SampleTable {
  readonly count: number;
  bytesOf(sample: number): number;
  /** In units of the track, of a sample at or behind the one asked for before; null when the table does not say. */
  durationOf(sample: number): number | null;
  /** Chunks of neighbouring samples, in order. */
  chunks(): Generator<{ readonly at: number; readonly from: number; readonly to: number }, void, undefined>;
}

/** One sample of the track. Numbers that are left out are samples that are not there. */
export interface Packet {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** In units of the track; null when the file does not say. */
  readonly duration: number | null;
  /** Where else it may lie, when the index and the file do not agree. */
  readonly elsewhere?: Elsewhere;
}

export interface Elsewhere {
  read(): Promise<Uint8Array>;
  /** It was there, and so are those behind it. */
  confirm(): void;
}

/** Larger than a second of anything: a larger one is a damaged number. */
export const largestPacket = 1024 * 1024;

interface Track {
  id: number;
  handler: string;
  readonly boxes: Map<string, Uint8Array>;
}

const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'udta', 'mvex']);
/** Boxes inside a movie nest six deep. */
const deepest = 12;

/** The first audio track of the movie. Throws Unreadable with what is wrong: no audio, encrypted, damaged. */
export async function readAudioTrack(source: ByteSource, movie: Box): Promise<AudioTrack> {
  const tracks: Track[] = [];
  const shared = new Map<string, Uint8Array>();
  const extends_ = new Map<number, number>();

  const walk = async (box: Box, track: Track | null, depth: number): Promise<void> => {
    for await (const child of boxesIn(source, box.body, box.end)) {
      if (child.type === 'trak') {
        const own: Track = { id: 0, handler: '', boxes: new Map() };
        tracks.push(own);
        await walk(child, own, depth + 1);
      } else if (containers.has(child.type) && depth < deepest) {
        await walk(child, track, depth + 1);
      } else if (child.type === 'meta' && depth < deepest) {
        // A full box: four bytes of version stand before its children.
        await walk({ ...child, body: child.body + 4 }, track, depth + 1);
      } else if (track !== null || ['mvhd', 'ilst', 'trex'].includes(child.type)) {
        const body = await bodyOf(source, child);
        if (child.type === 'trex' && body.length >= 20)
          extends_.set(viewOf(body).getUint32(4), viewOf(body).getUint32(16));
        const boxes = track?.boxes ?? shared;
        if (!boxes.has(child.type)) boxes.set(child.type, body);
      }
    }
  };
  await walk(movie, null, 0);
  for (const track of tracks) {
    const header = track.boxes.get('tkhd');
    if (header !== undefined && header.length >= 24) track.id = viewOf(header).getUint32(header[0] === 1 ? 20 : 12);
    const handler = track.boxes.get('hdlr');
    if (handler !== undefined && handler.length >= 12) track.handler = fourCc(handler, 8);
  }
  const audio = tracks.find(({ handler, boxes }) => handler === 'soun' && boxes.has('stsd'));
  if (audio === undefined) {
    if (tracks.some(({ handler }) => handler === 'vide')) throw new Unreadable('no_audio', 'a video without sound');
    throw new Unreadable(tracks.length === 0 ? 'corrupt' : 'no_audio', 'no audio track');
  }
  return describe(audio, shared, extends_.get(audio.id) ?? null, tracks.length === 1);
}

function describe(
  track: Track,
  shared: ReadonlyMap<string, Uint8Array>,
  extended: number | null,
  isAlone: boolean,
): AudioTrack {
  const { boxes } = track;
  const entry = sampleEntry(boxes.get('stsd')!);
  if (entry === null) throw new Unreadable('corrupt', 'its description of the audio is damaged');
  // Common encryption renames the codec, FairPlay has a name of its own; both say so in a box as well.
  if (entry.codec === 'enca' || entry.codec === 'drms' || entry.config.has('sinf'))
    throw new Unreadable('encrypted', `protected audio, ${entry.codec}`);
  const mdhd = boxes.get('mdhd');
  const isLong = mdhd?.[0] === 1;
  const timescale = mdhd === undefined || mdhd.length < 20 ? 0 : viewOf(mdhd).getUint32(isLong ? 20 : 12);
  const media =
    mdhd === undefined || mdhd.length < (isLong ? 32 : 20)
      ? 0
      : isLong
        ? viewOf(mdhd).getUint32(24) * 2 ** 32 + viewOf(mdhd).getUint32(28)
        : viewOf(mdhd).getUint32(16);
  const samples = sampleTable(boxes);
  const isInFragments = extended !== null && (samples === null || samples.count === 0);
  if (samples === null && !isInFragments) throw new Unreadable('corrupt', 'its index of the audio is damaged');
  const pick = (name: string, from: ReadonlyMap<string, Uint8Array> = boxes): Record<string, Uint8Array> => {
    const found = from.get(name);
    return found === undefined ? {} : { [name]: found };
  };
  return {
    id: track.id,
    ...entry,
    sampleRateHz: entry.sampleRateHz || timescale,
    durationMs: timescale === 0 || media === 0 || media >= 2 ** 32 - 1 ? null : (media * 1000) / timescale,
    timescale,
    isAlone,
    samples: isInFragments ? null : samples,
    defaultSampleBytes: extended ?? 0,
    windowBoxes: {
      ...pick('elst'),
      ...pick('mdhd'),
      ...pick('stts'),
      ...pick('mvhd', shared),
      ...pick('ilst', shared),
    },
  };
}

/** The first entry of a sample description: its codec, what it says of the sound, and the boxes inside. */
function sampleEntry(stsd: Uint8Array): Pick<AudioTrack, 'codec' | 'sampleRateHz' | 'channels' | 'config'> | null {
  if (stsd.length < 8 + 36) return null;
  const entry = stsd.subarray(8);
  const view = viewOf(entry);
  const size = Math.min(view.getUint32(0), entry.length);
  const codec = fourCc(entry, 4);
  const version = view.getUint16(16);
  // QuickTime: version 1 adds 16 bytes, version 2 says how many.
  const isSecond = version === 2 && size >= 72;
  const head = version === 1 ? 52 : isSecond ? Math.max(72, view.getUint32(36)) : 36;
  const config = new Map<string, Uint8Array>();
  collect(entry.subarray(0, size), head, config, 0);
  return {
    codec,
    channels: isSecond ? view.getUint32(48) : view.getUint16(24),
    sampleRateHz: isSecond ? view.getFloat64(40) : view.getUint16(32),
    config,
  };
}

function collect(bytes: Uint8Array, from: number, found: Map<string, Uint8Array>, depth: number): void {
  const view = viewOf(bytes);
  for (let at = from; at + 8 <= bytes.length;) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > bytes.length) return;
    const type = fourCc(bytes, at + 4);
    const body = bytes.subarray(at + 8, at + size);
    // QuickTime puts the codec's own boxes into a `wave`.
    if (type === 'wave' && depth < deepest) collect(body, 0, found, depth + 1);
    else if (!found.has(type)) found.set(type, body);
    at += size;
  }
}

function sampleTable(boxes: ReadonlyMap<string, Uint8Array>): SampleTable | null {
  const sizes = boxes.get('stsz');
  const runs = boxes.get('stsc');
  const offsets = boxes.get('stco') ?? boxes.get('co64');
  if (sizes === undefined || runs === undefined || offsets === undefined) return null;
  if (sizes.length < 12 || runs.length < 8 || offsets.length < 8) return null;
  const sizeView = viewOf(sizes);
  const same = sizeView.getUint32(4);
  // What a damaged number promises must be there.
  const stored = same === 0 ? Math.floor((sizes.length - 12) / 4) : Infinity;
  const count = Math.min(sizeView.getUint32(8), stored);
  const runView = viewOf(runs);
  const runCount = Math.min(runView.getUint32(4), Math.floor((runs.length - 8) / 12));
  const offsetView = viewOf(offsets);
  const width = boxes.has('stco') ? 4 : 8;
  const chunkCount = Math.min(offsetView.getUint32(4), Math.floor((offsets.length - 8) / width));
  if (runCount === 0 && count > 0) return null;
  const times = boxes.get('stts') ?? new Uint8Array(0);
  const timeView = viewOf(times);
  let timeRun = 0;
  let timeRunEnd = 0;
  let duration: number | null = null;
  return {
    count,
    bytesOf: (sample) => (same === 0 ? sizeView.getUint32(12 + 4 * sample) : same),
    durationOf(sample) {
      for (; sample >= timeRunEnd && 16 + 8 * timeRun <= times.length; timeRun++) {
        timeRunEnd += timeView.getUint32(8 + 8 * timeRun);
        duration = timeView.getUint32(12 + 8 * timeRun);
      }
      return duration;
    },
    *chunks() {
      let run = 0;
      let from = 0;
      for (let chunk = 0; chunk < chunkCount && from < count; chunk++) {
        while (run + 1 < runCount && runView.getUint32(8 + 12 * (run + 1)) <= chunk + 1) run++;
        const to = Math.min(count, from + runView.getUint32(12 + 12 * run));
        const place = 8 + width * chunk;
        const at =
          width === 4
            ? offsetView.getUint32(place)
            : offsetView.getUint32(place) * 2 ** 32 + offsetView.getUint32(place + 4);
        yield { at, from, to };
        from = to;
      }
    },
  };
}

/** What an `esds` box says of the codec: its object type and its own configuration. */
export function parseEsds(esds: Uint8Array): { readonly objectType: number; readonly config: Uint8Array | null } {
  let objectType = 0;
  for (let at = 4; at + 2 < esds.length;) {
    const tag = esds[at++]!;
    let length = 0;
    for (let more = true; more && at < esds.length;) {
      const byte = esds[at++]!;
      length = (length << 7) | (byte & 0x7f);
      more = (byte & 0x80) !== 0;
    }
    if (tag === 3) at += 3;
    else if (tag === 4) {
      objectType = esds[at] ?? 0;
      at += 13;
    } else if (tag === 5) return { objectType, config: esds.subarray(at, at + length) };
    else at += length;
  }
  return { objectType, config: null };
}

// MP4, MOV and M4A: the samples of the first audio track, read from wherever they lie in the file, each put where it belongs in time.

import type { GaplessWindow } from '@audio/decode-aac';
import { configRate, openAacDecoder, sbrDelay } from './aac.ts';
import { findMovie, largestPacket, mediaEnd, parseEsds, readAudioTrack } from './mp4Boxes.ts';
import type { AudioTrack, Packet, SampleTable } from './mp4Boxes.ts';
import {
  createTimeline,
  samplesIn,
  Unreadable,
  type Decoded,
  type Opened,
  type Piece,
  type Timeline,
} from './pieces.ts';
import { createLookahead, type ByteSource, type Lookahead } from './source.ts';

interface Codec {
  decode(packet: Uint8Array, seconds: number | null): Promise<Decoded> | Decoded;
  /** Samples that the packet stands for, when it or its duration says so; null when only its audio does. */
  lengthOf(packet: Uint8Array, seconds: number | null): number | null;
  /** What part of the output is to be heard, once its rate and the length of a packet are known. */
  heard(sampleRateHz: number, packetSamples: number): { readonly from: number; readonly until: number };
  free(): void;
}

export async function openMp4(source: ByteSource): Promise<Opened> {
  const movie = await findMovie(source);
  if (movie === null) throw new Unreadable('corrupt', 'its index is missing: the file was cut, or never finished');
  if (movie.end - movie.body < 8) throw new Unreadable('corrupt', 'its index is damaged');
  const track = await readAudioTrack(source, movie);
  const look = createLookahead(source);
  const packets =
    track.samples === null
      ? (await import('./mp4Fragments.ts')).fragmentPackets(source, look, movie.end, track)
      : tablePackets(source, look, track.samples, track.isAlone);
  const count = track.samples?.count ?? null;
  if (count === 0) throw new Unreadable('empty', 'an audio track without samples');

  const flac = track.config.get('dfLa');
  if (track.codec === 'fLaC' && flac !== undefined && flac.length >= 42) {
    const { decodeFrames, framesOf, parseStreamInfo } = await import('./flac.ts');
    const info = parseStreamInfo(flac.subarray(8));
    return {
      format: 'm4a',
      durationMs: track.durationMs,
      pieces: decodeFrames(framesOf(bytesOf(packets), info), info),
    };
  }
  const chosen = codecOf(track);
  // AC-3, AMR, plain samples in QuickTime: what the package's own reader of these files knows besides.
  if (chosen === null) return (await import('./other.ts')).openOther(source, 'm4a');
  const { gapless } = await import('@audio/decode-aac');
  const window = gapless({ ...track.windowBoxes, ...chosen.config });
  return {
    format: 'm4a',
    durationMs: window?.duration === undefined ? track.durationMs : window.duration * 1000,
    pieces: decodePackets(packets, count, track.timescale, () => chosen.open(window)),
  };
}

interface Chosen {
  readonly config: { readonly asc?: Uint8Array; readonly alac?: Uint8Array };
  open(window: GaplessWindow | null): Promise<Codec>;
}

const aacTypes = new Set([0, 0x40, 0x66, 0x67, 0x68]);
const mp3Types = new Set([0x69, 0x6b]);

function codecOf(track: AudioTrack): Chosen | null {
  const esds = track.config.get('esds');
  const { objectType, config: asc } = esds === undefined ? { objectType: 0, config: null } : parseEsds(esds);
  const alac = track.config.get('alac');
  const dOps = track.config.get('dOps');
  if (track.codec === 'mp4a' && aacTypes.has(objectType)) {
    if (asc === null) throw new Unreadable('corrupt', 'its AAC has no configuration');
    return { config: { asc }, open: (window) => openAac({ asc }, window) };
  }
  if (track.codec === 'alac' && alac !== undefined && alac.length >= 24)
    return { config: { alac }, open: (window) => openAac({ alac }, window) };
  if (track.codec === '.mp3' || (track.codec === 'mp4a' && mp3Types.has(objectType)))
    return { config: {}, open: openMp3 };
  if (track.codec === 'Opus' && dOps !== undefined) return { config: {}, open: (window) => openOpus(dOps, window) };
  return null;
}

async function openAac(config: Chosen['config'], window: GaplessWindow | null): Promise<Codec> {
  const decoder = await openAacDecoder(config).catch((error: unknown) => {
    throw new Unreadable('corrupt', error instanceof Error ? error.message : String(error));
  });
  return {
    decode: (packet) => decoder.decode(packet),
    lengthOf: () => null,
    heard(sampleRateHz, packetSamples) {
      const hasSbr = config.asc !== undefined && sampleRateHz > 1.5 * configRate(config.asc);
      // FAAD2's output begins with the second frame; Apple Lossless has no such delay.
      const first = config.alac === undefined ? packetSamples : 0;
      if (window === null) return { from: first, until: Infinity };
      const from = Math.max(first, Math.round(window.start * sampleRateHz) + (hasSbr ? sbrDelay : 0));
      return { from, until: endOf(window, from, sampleRateHz) };
    },
    free: () => decoder.free(),
  };
}

async function openMp3(window: GaplessWindow | null): Promise<Codec> {
  const mpg123 = await (await import('./mpeg.ts')).openMpegFrames();
  return {
    decode: (packet) => mpg123.decode(packet),
    lengthOf: (packet) => mpg123.lengthOf(packet),
    heard(sampleRateHz) {
      const from = Math.round((window?.start ?? 0) * sampleRateHz);
      return { from, until: endOf(window, from, sampleRateHz) };
    },
    free: () => mpg123.free(),
  };
}

async function openOpus(dOps: Uint8Array, window: GaplessWindow | null): Promise<Codec> {
  const { openOpusStream, opusRateHz, opusSamples, parseOpusHead } = await import('./opus.ts');
  const head = parseOpusHead(dOps, false);
  if (head === null) throw new Unreadable('corrupt', 'its description of the Opus audio is damaged');
  const opus = await openOpusStream(head);
  return {
    decode(packet, seconds) {
      // Bytes of zero are a packet of 10 ms: one that says less than the track has for it is damaged. (The last may be longer.)
      const isShort = seconds !== null && opusSamples(packet) < Math.round(seconds * opusRateHz);
      return (isShort ? null : opus.decode(packet)) ?? { channelData: [], sampleRate: opusRateHz };
    },
    lengthOf: (packet, seconds) => (seconds === null ? opusSamples(packet) : Math.round(seconds * opusRateHz)),
    heard() {
      // An edit list covers what a decoder is to skip.
      const from = window === null ? head.preSkip : Math.round(window.start * opusRateHz);
      return { from, until: endOf(window, from, opusRateHz) };
    },
    free: () => opus.free(),
  };
}

const endOf = (window: GaplessWindow | null, from: number, sampleRateHz: number): number =>
  window?.duration === undefined ? Infinity : from + Math.round(window.duration * sampleRateHz);

/** @param count packets that the track should have, when it says so. */
async function* decodePackets(
  packets: AsyncIterable<Packet>,
  count: number | null,
  timescale: number,
  open: () => Promise<Codec>,
): AsyncGenerator<Piece, void, undefined> {
  const codec = await open();
  let timeline: Timeline | null = null;
  let place = 0;
  let packetSamples = 0;
  let next = 0;
  const skip = (packetsLeftOut: number): void => void (place += packetsLeftOut * packetSamples);
  /** Packets that passed before it was known how long one is. */
  let unmeasured = 0;
  try {
    for await (const { index, bytes, duration, elsewhere } of packets) {
      if (packetSamples === 0) unmeasured += index - next;
      else skip(index - next);
      next = index + 1;
      const seconds = duration === null || timescale === 0 ? null : duration / timescale;
      let decoded = await codec.decode(bytes, seconds);
      // The very first one gives nothing even when it is whole.
      if (elsewhere !== undefined && timeline !== null && samplesIn(decoded) === 0) {
        decoded = await codec.decode(await elsewhere.read(), seconds);
        if (samplesIn(decoded) > 0) elsewhere.confirm();
      }
      const samples = samplesIn(decoded);
      const length = codec.lengthOf(bytes, seconds) ?? samples;
      if (length === 0) {
        if (packetSamples === 0) unmeasured++;
        else skip(1);
        continue;
      }
      if (packetSamples === 0) place = unmeasured * length;
      packetSamples = length;
      if (samples > 0) {
        if (timeline === null) {
          const { from, until } = codec.heard(decoded.sampleRate, length);
          timeline = createTimeline(decoded.sampleRate, from, until);
        }
        yield* timeline.place(place, decoded.channelData);
      }
      place += length;
    }
    if (timeline === null) throw new Unreadable('corrupt', 'none of its audio could be decoded');
    if (count !== null) skip(count - next);
    yield* timeline.pass(place);
  } finally {
    codec.free();
  }
}

/**
 * The track's samples by its index; those beyond the end of the file are left out. Inside a chunk the index holds only lengths, and a chunk may be
 * the whole file: where the sum of the lengths does not lead to the chunk's end, one of them is damaged, and what lies behind it is that
 * much further on. (Between pictures a chunk ends somewhere before the next one.)
 */
async function* tablePackets(
  source: ByteSource,
  look: Lookahead,
  table: SampleTable,
  isAlone: boolean,
): AsyncGenerator<Packet, void, undefined> {
  const { size } = source;
  const chunks = table.chunks();
  let next = chunks.next();
  while (next.done !== true) {
    const { at: chunkAt, from, to } = next.value;
    next = chunks.next();
    let sum = 0;
    for (let index = from; index < to; index++) sum += table.bytesOf(index);
    const follower = next.done === true ? 0 : next.value.at;
    const end = follower > chunkAt ? follower : await mediaEnd(source, chunkAt);
    const slip = isAlone ? end - chunkAt - sum : 0;
    let at = chunkAt;
    let slipped = 0;
    for (let index = from; index < to; index++) {
      const length = table.bytesOf(index);
      const place = at + slipped;
      at += length;
      if (length === 0 || length > largestPacket) continue;
      const isHere = place >= 0 && place + length <= size;
      const other = place + slip;
      const elsewhere =
        slip === 0 || slipped !== 0 || other < 0 || other + length > size
          ? undefined
          : {
              read: async () => (await look(other, length)).subarray(0, length),
              confirm: () => void (slipped = slip),
            };
      if (!isHere && elsewhere === undefined) continue;
      const bytes = isHere ? (await look(place, length)).subarray(0, length) : new Uint8Array(0);
      const packet = { index, bytes, duration: table.durationOf(index) };
      yield elsewhere === undefined ? packet : { ...packet, elsewhere };
    }
  }
}

async function* bytesOf(packets: AsyncIterable<Packet>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of packets) yield bytes;
}

// An MP4 in fragments (ISO/IEC 14496-12 §8.8), as streaming sites and phones write it: every fragment has an index of its own.

import { boxAt, boxesIn, largestPacket, type AudioTrack, type Box, type Packet } from './mp4Boxes.ts';
import type { ByteSource, Lookahead } from './source.ts';

interface Sample {
  readonly at: number;
  readonly bytes: number;
  readonly duration: number;
}

/** An index of a fragment of an hour takes 2 MB. */
const largestFragmentIndex = 16 * 1024 * 1024;

export async function* fragmentPackets(
  source: ByteSource,
  look: Lookahead,
  from: number,
  track: AudioTrack,
): AsyncGenerator<Packet, void, undefined> {
  let index = 0;
  /** In units of the track: where the next fragment should begin; null before the first. */
  let expected: number | null = null;
  for await (const fragment of fragments(source, from)) {
    const { samples, beginsAt, duration, packetDuration } = await readFragment(source, fragment, track);
    if (samples.length === 0) continue;
    if (beginsAt !== null && expected !== null && packetDuration > 0)
      index += Math.max(0, Math.round((beginsAt - expected) / packetDuration));
    expected = beginsAt === null && expected === null ? null : (beginsAt ?? expected!) + duration;
    for (const { at, bytes, duration: lasts } of samples) {
      if (bytes > 0 && bytes <= largestPacket && at + bytes <= source.size) {
        const piece = await look(at, bytes);
        yield { index, bytes: piece.subarray(0, bytes), duration: lasts === 0 ? null : lasts };
      }
      index++;
    }
  }
}

/** The `moof` boxes; where the boxes no longer lead on, the next one is searched for. */
async function* fragments(source: ByteSource, from: number): AsyncGenerator<Box, void, undefined> {
  for (let at = from; at + 8 <= source.size;) {
    const box = await boxAt(source, at, source.size);
    // Of a damaged length nothing can be told but that no other box begins behind it.
    const follower = box === null || box.end >= source.size ? null : await boxAt(source, box.end, source.size);
    if (box === null || (box.end < source.size - 8 && follower === null)) {
      const next = await findFragment(source, at + 1);
      if (next === null) return;
      at = next;
      continue;
    }
    if (box.type === 'moof') yield box;
    at = box.end;
  }
}

async function findFragment(source: ByteSource, from: number): Promise<number | null> {
  const step = 256 * 1024;
  for (let base = from; base < source.size; base += step) {
    const bytes = await source.read(base, step + 16);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = text.indexOf('moof', 4, 'latin1'); at >= 0; at = text.indexOf('moof', at + 1, 'latin1'))
      if (text.toString('latin1', at + 8, at + 12) === 'mfhd') return base + at - 4;
  }
  return null;
}

async function readFragment(
  source: ByteSource,
  fragment: Box,
  track: AudioTrack,
): Promise<{ samples: Sample[]; beginsAt: number | null; duration: number; packetDuration: number }> {
  const samples: Sample[] = [];
  let beginsAt: number | null = null;
  let duration = 0;
  let packetDuration = 0;
  if (fragment.end - fragment.at > largestFragmentIndex) return { samples, beginsAt, duration, packetDuration };
  for await (const traf of boxesIn(source, fragment.body, fragment.end)) {
    if (traf.type !== 'traf') continue;
    let isOwn = false;
    let base = fragment.at;
    let size = track.defaultSampleBytes;
    let each = 0;
    for await (const box of boxesIn(source, traf.body, traf.end)) {
      const body = await source.read(box.body, box.end - box.body);
      const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
      if (body.length < 8) continue;
      const flags = view.getUint32(0) & 0xffffff;
      if (box.type === 'tfhd') {
        isOwn = view.getUint32(4) === track.id;
        let at = 8;
        if ((flags & 1) !== 0 && at + 8 <= body.length) {
          base = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
          at += 8;
        }
        if ((flags & 2) !== 0) at += 4;
        if ((flags & 8) !== 0 && at + 4 <= body.length) {
          each = view.getUint32(at);
          at += 4;
        }
        if ((flags & 16) !== 0 && at + 4 <= body.length) size = view.getUint32(at);
        if (each > 0 && isOwn) packetDuration = each;
      } else if (box.type === 'tfdt' && isOwn) {
        beginsAt =
          body[0] === 1 && body.length >= 12 ? view.getUint32(4) * 2 ** 32 + view.getUint32(8) : view.getUint32(4);
      } else if (box.type === 'trun' && isOwn) {
        const width = [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length * 4;
        let at = 8;
        const last = samples.at(-1);
        let place = last === undefined ? base : last.at + last.bytes;
        if ((flags & 1) !== 0 && at + 4 <= body.length) {
          place = base + view.getInt32(at);
          at += 4;
        }
        if ((flags & 4) !== 0) at += 4;
        // What a damaged number promises must be there.
        const most = width === 0 ? 1_000_000 : Math.max(0, Math.floor((body.length - at) / width));
        for (let n = Math.min(view.getUint32(4), most); n > 0; n--) {
          let field = at;
          let lasts = each;
          if ((flags & 0x100) !== 0) {
            lasts = view.getUint32(field);
            field += 4;
          }
          const bytes = (flags & 0x200) !== 0 ? view.getUint32(field) : size;
          samples.push({ at: place, bytes, duration: lasts });
          place += bytes;
          duration += lasts;
          if (packetDuration === 0) packetDuration = lasts;
          at += width;
        }
      }
    }
  }
  return { samples, beginsAt, duration, packetDuration };
}

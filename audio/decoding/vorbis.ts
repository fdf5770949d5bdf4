// Vorbis in Ogg through libvorbis. Its packets do not say how long they are, only their pages do; so each run of neighbouring pages goes
// through a decoder of its own, and the places in time of the pages on both sides of a gap say how long it is. (What ffmpeg writes is off by up
// to 448 samples, 10 ms, where long and short blocks meet.)

import type * as Package from '@audio/decode-vorbis';
import { pageFrom, type Page } from './oggPages.ts';
import { samplesIn, Unreadable, type Decoded, type Piece } from './pieces.ts';

type LibVorbis = Awaited<ReturnType<typeof Package.decoder>>;

/** The stream's description is in its first three packets, which end a page. */
const headerPackets = 3;
/** A difference up to this is the writer's, not lost audio. */
const tolerance = 1024;

export async function* readVorbis(
  pages: AsyncIterable<Page>,
  sampleRateHz: number,
): AsyncGenerator<Piece, void, undefined> {
  const headers: Uint8Array[] = [];
  let packetsSeen = 0;
  let libVorbis: LibVorbis | null = null;
  /** Samples handed on, silence included, and the place that the stream gave to their end; their difference is the same all the way. */
  let place = 0;
  let trusted = 0;
  /** The last page fed, whose audio comes with the next one. */
  let fed: Page | null = null;
  /** Whether a gap or a damaged page lies between the place that is trusted and the next one. */
  let isUncertain = false;
  let held: Decoded[] = [];

  const open = async (): Promise<LibVorbis> => {
    const opened = await (await import('@audio/decode-vorbis')).decoder();
    for (const bytes of headers) opened.decode(bytes);
    return opened;
  };
  /** @param granule where the page ends whose audio this is, when that can be believed. */
  const take = function* (decoded: Decoded, granule: number | null): Generator<Piece, void, undefined> {
    if (samplesIn(decoded) > 0) held.push(decoded);
    let samples = held.reduce((sum, each) => sum + samplesIn(each), 0);
    if (isUncertain && (granule === null || samples === 0)) return;
    if (isUncertain) {
      const missing = granule! - trusted - samples;
      if (missing > tolerance) {
        yield { kind: 'missing', samples: missing, sampleRateHz };
        place += missing;
      } else if (missing < -tolerance) {
        // A damaged packet may be taken for a longer one.
        samples += missing;
        held = [lastOf(held, Math.max(0, samples))];
      }
      isUncertain = false;
    }
    for (const each of held) yield { kind: 'audio', channels: each.channelData, sampleRateHz: each.sampleRate };
    held = [];
    place += samples;
    if (granule !== null) trusted = granule;
  };
  const endRun = function* (): Generator<Piece, void, undefined> {
    if (libVorbis === null) return;
    yield* take(libVorbis.flush(), fed?.granule ?? null);
    libVorbis.free();
    libVorbis = null;
    fed = null;
  };

  try {
    for await (const page of pages) {
      if (packetsSeen < headerPackets) {
        if (page.afterGap || page.isDamaged)
          throw new Unreadable('corrupt', 'the description of its Vorbis stream is damaged');
        headers.push(page.bytes);
        for (const length of page.segments) if (length < 255) packetsSeen++;
        continue;
      }
      let whole: Page | null = page;
      if (page.afterGap) {
        yield* endRun();
        isUncertain = true;
        if (page.isContinued) {
          // What is left of a packet whose beginning is lost goes too.
          const rest = page.segments.findIndex((length) => length < 255);
          whole = rest < 0 ? null : pageFrom(page, rest + 1);
        }
      }
      if (whole === null) continue;
      libVorbis ??= await open();
      yield* take(libVorbis.decode(whole.bytes), fed?.granule ?? null);
      if (whole.isDamaged) isUncertain = true;
      fed = whole;
    }
    yield* endRun();
    // Nothing behind it could be believed: it is given as it came.
    for (const each of held) yield { kind: 'audio', channels: each.channelData, sampleRateHz: each.sampleRate };
  } finally {
    (libVorbis as LibVorbis | null)?.free();
  }
}

/** The last `samples` of what was decoded. */
function lastOf(decoded: readonly Decoded[], samples: number): Decoded {
  const channels = decoded[0]?.channelData.length ?? 0;
  const channelData = Array.from({ length: channels }, (_, c) => {
    const all = Buffer.concat(
      decoded.map(({ channelData: data }) => new Uint8Array(data[c]!.buffer, data[c]!.byteOffset, data[c]!.byteLength)),
    );
    const whole = new Float32Array(all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength));
    return whole.subarray(whole.length - samples);
  });
  return { channelData, sampleRate: decoded[0]?.sampleRate ?? 0 };
}

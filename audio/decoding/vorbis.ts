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
/** Where every page is damaged, what was decoded is not kept for ever. */
const mostHeldSeconds = 20;

export async function* readVorbis(
  pages: AsyncIterable<Page>,
  sampleRateHz: number,
): AsyncGenerator<Piece, void, undefined> {
  const headers: Uint8Array[] = [];
  let packetsSeen = 0;
  let libVorbis: LibVorbis | null = null;
  /** The last place that the stream itself gave, and how many samples have been handed on since. */
  let trusted = 0;
  let since = 0;
  /** The last page fed, whose audio comes with the next one. */
  let fed: Page | null = null;
  /** Whether a gap or a damaged page lies between the place that is trusted and the next one. */
  let isUncertain = false;
  /** What is not handed on before its place is known. */
  let held: Decoded[] = [];

  const open = async (): Promise<LibVorbis> => {
    const opened = await (await import('@audio/decode-vorbis')).decoder();
    for (const bytes of headers) opened.decode(bytes);
    return opened;
  };
  const release = function* (): Generator<Piece, void, undefined> {
    for (const each of held) {
      since += samplesIn(each);
      yield { kind: 'audio', channels: each.channelData, sampleRateHz: each.sampleRate };
    }
    held = [];
  };
  /** @param granule where the page ends whose audio this is, when that can be believed. */
  const take = function* (decoded: Decoded, granule: number | null): Generator<Piece, void, undefined> {
    if (samplesIn(decoded) > 0) held.push(decoded);
    const waiting = held.reduce((sum, each) => sum + samplesIn(each), 0);
    if (isUncertain && (granule === null || waiting === 0)) {
      if (waiting > mostHeldSeconds * sampleRateHz) yield* release();
      return;
    }
    if (isUncertain) {
      const missing = granule! - trusted - since - waiting;
      if (missing > tolerance) yield { kind: 'missing', samples: missing, sampleRateHz };
      // A damaged packet may be taken for a longer one.
      else if (missing < -tolerance) held = withoutFirst(held, -missing);
      isUncertain = false;
    }
    yield* release();
    if (granule === null) return;
    trusted = granule;
    since = 0;
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
    // Nothing behind it could be believed.
    yield* release();
  } finally {
    (libVorbis as LibVorbis | null)?.free();
  }
}

/** What is left of it behind the first `samples`. */
function withoutFirst(decoded: readonly Decoded[], samples: number): Decoded[] {
  let left = samples;
  return decoded.flatMap((each) => {
    const skipped = Math.min(left, samplesIn(each));
    left -= skipped;
    if (skipped === samplesIn(each)) return [];
    return [{ ...each, channelData: each.channelData.map((channel) => channel.subarray(skipped)) }];
  });
}

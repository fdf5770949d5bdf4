// Ogg: one or more streams in pages (`oggPages.ts`) that hold Vorbis, Opus or FLAC.

import type { StreamInfo } from './flac.ts';
import { startsWith } from './frames.ts';
import { createPacketReader, lastPlace, readPages, type Page } from './oggPages.ts';
import type { OpusHead } from './opus.ts';
import { Unreadable, type Opened, type Piece } from './pieces.ts';
import { createLookahead, type ByteSource, type Lookahead } from './source.ts';

type Codec =
  | { readonly kind: 'vorbis'; readonly format: 'oga'; readonly sampleRateHz: number }
  | { readonly kind: 'opus'; readonly format: 'opus'; readonly sampleRateHz: 48_000; readonly head: OpusHead }
  | { readonly kind: 'flac'; readonly format: 'flac'; readonly sampleRateHz: number; readonly info: StreamInfo };

/** What the first packet of a stream announces; null when it is no audio that we know. */
async function codecOf(packet: Uint8Array): Promise<Codec | null> {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (startsWith(packet, 0, '\x01vorbis') && packet.length >= 30)
    return { kind: 'vorbis', format: 'oga', sampleRateHz: view.getUint32(12, true) };
  if (startsWith(packet, 0, 'OpusHead')) {
    const { parseOpusHead } = await import('./opus.ts');
    const head = parseOpusHead(packet.subarray(8));
    return head === null ? null : { kind: 'opus', format: 'opus', sampleRateHz: 48_000, head };
  }
  // The mapping's own header, then "fLaC" and the description as in a bare file.
  if (startsWith(packet, 0, '\x7fFLAC') && packet.length >= 51) {
    const { parseStreamInfo } = await import('./flac.ts');
    const info = parseStreamInfo(packet.subarray(17));
    return { kind: 'flac', format: 'flac', sampleRateHz: info.sampleRateHz, info };
  }
  return null;
}

export async function openOgg(source: ByteSource): Promise<Opened> {
  const look = createLookahead(source);
  let codec: Codec | null = null;
  let serial = 0;
  let isDamaged = true;
  for await (const page of readPages(look, source.size)) {
    // Every stream that runs beside another one is announced before the first of them goes on.
    if (!page.isFirst) break;
    isDamaged = false;
    codec = await codecOf(page.body);
    serial = page.serial;
    if (codec !== null) break;
  }
  if (codec === null) {
    if (isDamaged) throw new Unreadable('corrupt', 'the first page of the Ogg file is damaged');
    throw new Unreadable('no_audio', 'an Ogg file without Vorbis, Opus or FLAC');
  }
  if (codec.sampleRateHz === 0) throw new Unreadable('corrupt', 'a sample rate of 0 Hz');
  const last = await lastPlace(source, serial);
  const preSkip = codec.kind === 'opus' ? codec.head.preSkip : 0;
  return {
    format: codec.format,
    durationMs: last === null ? null : (Math.max(0, last - preSkip) * 1000) / codec.sampleRateHz,
    pieces: readStreams(look, source.size),
  };
}

/** One stream after the other: files that were joined are a chain of them. Of several that run side by side the first with audio is taken. */
async function* readStreams(look: Lookahead, size: number): AsyncGenerator<Piece, void, undefined> {
  const pages = readPages(look, size);
  let next: Page | null = null;

  const nextPage = async (): Promise<Page | null> => {
    const { value, done } = await pages.next();
    return done === true ? null : value;
  };
  const stream = async function* (first: Page): AsyncGenerator<Page, void, undefined> {
    yield first;
    let hasBegun = false;
    for (let page = await nextPage(); page !== null; page = await nextPage()) {
      if (page.isFirst && hasBegun) {
        next = page;
        return;
      }
      if (!page.isFirst) hasBegun = true;
      if (!page.isFirst && page.serial === first.serial) yield page;
    }
  };

  for (let first = await nextPage(); first !== null; first = next ?? (await nextPage())) {
    next = null;
    const codec = first.isFirst ? await codecOf(first.body) : null;
    if (codec === null) continue;
    if (codec.kind === 'vorbis') {
      const { readVorbis } = await import('./vorbis.ts');
      yield* readVorbis(stream(first), codec.sampleRateHz);
    } else if (codec.kind === 'opus') {
      const { readOpus } = await import('./opus.ts');
      yield* readOpus(stream(first), codec.head);
    } else {
      const { decodeFrames, framesOf } = await import('./flac.ts');
      yield* decodeFrames(framesOf(packetsIn(stream(first)), codec.info), codec.info);
    }
  }
}

async function* packetsIn(pages: AsyncIterable<Page>): AsyncGenerator<Uint8Array, void, undefined> {
  const packetsOf = createPacketReader();
  for await (const page of pages) yield* packetsOf(page);
}

// Ogg pages: each has a checksum, a number and its end's place in time.
//
// A page holds up to a second, a packet in it a fiftieth: where a page's checksum is wrong but another page begins right behind it, its
// packets are still where they were, and only what its header says is not believed. Otherwise it is left out, and the next page says so.

import { startsWith } from './frames.ts';
import type { ByteSource, Lookahead } from './source.ts';

export interface Page {
  /** The whole page, header and all. */
  readonly bytes: Uint8Array;
  readonly serial: number;
  /** Place in time of the last packet that ends here; null when none does, or when the page is damaged. */
  readonly granule: number | null;
  readonly isDamaged: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** It begins with the rest of a packet of the page before. */
  readonly isContinued: boolean;
  readonly segments: Uint8Array;
  readonly body: Uint8Array;
  /** True when pages of this stream are missing before this one. */
  readonly afterGap: boolean;
}

const crcTable = new Uint32Array(256);
for (let i = 0; i < 256; i++) {
  let crc = i << 24;
  for (let k = 0; k < 8; k++) crc = (crc & 0x80000000) !== 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  crcTable[i] = crc >>> 0;
}

function pageChecksum(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) {
    // Its own four bytes count as zero.
    const byte = i >= 22 && i < 26 ? 0 : bytes[i]!;
    crc = ((crc << 8) ^ crcTable[(crc >>> 24) ^ byte]!) >>> 0;
  }
  return crc;
}

const headerBytes = 27;
const longestPage = headerBytes + 255 + 255 * 255;

export async function* readPages(look: Lookahead, size: number): AsyncGenerator<Page, void, undefined> {
  /** Of each stream: the number that its next page should have, and whether a packet goes on there. */
  const expected = new Map<number, { readonly number: number; readonly goesOn: boolean }>();
  let lastSerial = 0;
  let at = 0;
  while (at + headerBytes <= size) {
    const bytes = await look(at, longestPage + 4);
    const length = pageLength(bytes);
    const isWhole = length !== null && isTrue(bytes.subarray(0, length));
    const isFollowed = length !== null && (at + length >= size || startsWith(bytes, length, 'OggS'));
    if (length === null || (!isWhole && (!isFollowed || expected.size === 0))) {
      const next = nextCapture(bytes, 1);
      // Three bytes stay: a capture pattern may lie across the end of what is there.
      at += next < 0 ? Math.max(1, bytes.length - 3) : next;
      continue;
    }
    const page = isWhole ? parsePage(bytes.subarray(0, length)) : repairedPage(bytes.slice(0, length));
    const known = expected.get(page.serial);
    yield { ...page, afterGap: isWhole && !page.isFirst && page.number !== known?.number };
    expected.set(page.serial, { number: page.number + 1, goesOn: page.segments.at(-1) === 255 });
    lastSerial = page.serial;
    at += length;
  }

  /** What its header says, as it must have been. */
  function repairedPage(bytes: Uint8Array): Omit<Page, 'afterGap'> & { readonly number: number } {
    const view = new DataView(bytes.buffer);
    const serial = expected.has(view.getUint32(14, true)) ? view.getUint32(14, true) : lastSerial;
    const { number, goesOn } = expected.get(serial)!;
    bytes[4] = 0;
    bytes[5] = goesOn ? 1 : 0;
    view.setBigInt64(6, -1n, true);
    view.setUint32(14, serial, true);
    view.setUint32(18, number, true);
    view.setUint32(22, pageChecksum(bytes), true);
    return { ...parsePage(bytes), isDamaged: true };
  }
}

/** By its table of segments; null where no page begins, or its end is not in the file. */
function pageLength(bytes: Uint8Array): number | null {
  if (bytes.length < headerBytes || !startsWith(bytes, 0, 'OggS')) return null;
  const body = headerBytes + bytes[26]!;
  if (body > bytes.length) return null;
  let end = body;
  for (let i = headerBytes; i < body; i++) end += bytes[i]!;
  return end > bytes.length ? null : end;
}

const isTrue = (page: Uint8Array): boolean =>
  pageChecksum(page) === new DataView(page.buffer, page.byteOffset).getUint32(22, true);

function parsePage(bytes: Uint8Array): Omit<Page, 'afterGap'> & { readonly number: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const granule = view.getBigInt64(6, true);
  const body = headerBytes + bytes[26]!;
  return {
    bytes,
    serial: view.getUint32(14, true),
    number: view.getUint32(18, true),
    granule: granule < 0n || granule > 2n ** 52n ? null : Number(granule),
    isContinued: (bytes[5]! & 1) !== 0,
    isFirst: (bytes[5]! & 2) !== 0,
    isLast: (bytes[5]! & 4) !== 0,
    isDamaged: false,
    segments: bytes.subarray(headerBytes, body),
    body: bytes.subarray(body),
  };
}

function nextCapture(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x4f, from); at >= 0; at = bytes.indexOf(0x4f, at + 1))
    if (startsWith(bytes, at, 'OggS')) return at;
  return -1;
}

/** Packets that end on a page. What was begun before a gap is thrown away with what the gap took. */
export function createPacketReader(): (page: Page) => Uint8Array[] {
  let begun: Uint8Array[] = [];
  return ({ segments, body, isContinued, afterGap }) => {
    const packets: Uint8Array[] = [];
    if (afterGap || !isContinued) begun = [];
    let skipping = isContinued && begun.length === 0;
    let from = 0;
    let at = 0;
    for (const length of segments) {
      at += length;
      if (length === 255) continue;
      begun.push(body.subarray(from, at));
      if (!skipping) packets.push(begun.length === 1 ? begun[0]! : Buffer.concat(begun));
      begun = [];
      skipping = false;
      from = at;
    }
    if (from < at && !skipping) begun.push(body.subarray(from, at));
    return packets;
  };
}

/** Where the last whole page of the file says that it ends, in the stream's own units; null when none says so, or only headers are there. */
export async function lastPlace(source: ByteSource, serial: number): Promise<number | null> {
  const from = Math.max(0, source.size - 2 * longestPage);
  const bytes = await source.read(from, source.size - from);
  let found: Pick<Page, 'granule' | 'isLast'> | null = null;
  for (let at = nextCapture(bytes, 0); at >= 0; at = nextCapture(bytes, at + 1)) {
    const length = pageLength(bytes.subarray(at));
    if (length === null || !isTrue(bytes.subarray(at, at + length))) continue;
    const page = parsePage(bytes.subarray(at, at + length));
    if (page.serial === serial && page.granule !== null) found = page;
  }
  return found === null || (found.granule === 0 && !found.isLast) ? null : found.granule;
}

/** The page from its n-th segment on, as a page of its own. */
export function pageFrom(page: Page, segment: number): Page {
  const skipped = page.segments.subarray(0, segment).reduce((sum, length) => sum + length, 0);
  const segments = page.segments.slice(segment);
  const body = page.body.subarray(skipped);
  const bytes = new Uint8Array(headerBytes + segments.length + body.length);
  bytes.set(page.bytes.subarray(0, headerBytes));
  bytes[5]! &= ~1;
  bytes[26] = segments.length;
  bytes.set(segments, headerBytes);
  bytes.set(body, headerBytes + segments.length);
  new DataView(bytes.buffer).setUint32(22, pageChecksum(bytes), true);
  return { ...page, bytes, segments, body, isContinued: false };
}

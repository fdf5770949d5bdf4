// Videos in containers that we have no reader for, told apart by their heads: without sound, encrypted, or only for others to read.
//
// FLV (Adobe, version 10.1, E.2), ASF with WMA and WMV (Microsoft, 2.0, chapter 10), MPEG program and transport streams (ISO/IEC 13818-1, 2.4 and 2.5).

import { Unreadable } from './pieces.ts';
import type { ByteSource } from './source.ts';

/** The tables and headers of real files lie in the first few kilobytes; program streams interleave sound within a second. */
const headBytes = 1024 * 1024;

/** Throws what such a file is; returns for everything else, and for ASF with sound in the clear, which has a reader. */
export async function refuseVideo(source: ByteSource): Promise<void> {
  const head = await source.read(0, Math.min(headBytes, source.size));
  const container = kinds.find(({ begins }) => begins(head));
  if (container === undefined) return;
  if (container.isEncrypted?.(head) === true) throw new Unreadable('encrypted', `protected ${container.name}`);
  if (!container.hasSound(head)) throw new Unreadable('no_audio', `a video without sound, ${container.name}`);
  if (!container.isRead) throw new Unreadable('unsupported', `no decoder for ${container.name}`);
}

interface Container {
  readonly name: string;
  readonly isRead: boolean;
  readonly begins: (head: Uint8Array) => boolean;
  readonly hasSound: (head: Uint8Array) => boolean;
  readonly isEncrypted?: (head: Uint8Array) => boolean;
}

const has = (head: Uint8Array, hex: string): boolean =>
  Buffer.from(head.buffer, head.byteOffset, head.length).includes(Buffer.from(hex, 'hex'));
const starts = (head: Uint8Array, hex: string): boolean =>
  Buffer.from(head.subarray(0, hex.length / 2)).toString('hex') === hex;

const kinds: readonly Container[] = [
  {
    name: 'FLV',
    isRead: false,
    begins: (head) => starts(head, '464c5601'),
    hasSound: (head) => (head[4]! & 0x04) !== 0,
  },
  {
    name: 'ASF',
    isRead: true,
    begins: (head) => starts(head, '3026b2758e66cf11a6d900aa0062ce6c'),
    // The type of a stream, and the objects of content encryption, plain and extended.
    hasSound: (head) => has(head, '409e69f84d5bcf11a8fd00805f5c442b'),
    isEncrypted: (head) =>
      has(head, 'fbb3112223bdd211b4b700a0c955fc6e') || has(head, '14e68a292226174cb935dae07ee9289c'),
  },
  {
    name: 'MPEG program stream',
    isRead: false,
    begins: (head) => starts(head, '000001ba'),
    // Packets of MPEG audio, or of a private stream (AC-3, DTS).
    hasSound: (head) => {
      for (let at = 0; at + 3 < head.length; at += 1)
        if (
          head[at] === 0 &&
          head[at + 1] === 0 &&
          head[at + 2] === 1 &&
          ((head[at + 3]! & 0xe0) === 0xc0 || head[at + 3] === 0xbd)
        )
          return true;
      return false;
    },
  },
  {
    name: 'MPEG transport stream',
    isRead: false,
    begins: (head) => [0, 188, 376].every((at) => head[at] === 0x47),
    hasSound: (head) => streamTypes(head).some((type) => soundTypes.has(type)),
  },
];

/** MPEG-1 and -2, AAC in both wrappings, private data (which may be AC-3), Blu-ray's own. */
const soundTypes = new Set([0x03, 0x04, 0x06, 0x0f, 0x11, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87]);

/** What the first program map lists; a stream without one says nothing, and is taken to have sound. */
function streamTypes(head: Uint8Array): number[] {
  let map: number | null = null;
  for (let at = 0; at + 188 <= head.length; at += 188) {
    const pid = ((head[at + 1]! & 0x1f) << 8) | head[at + 2]!;
    const isStart = (head[at + 1]! & 0x40) !== 0;
    if (!isStart || (pid !== 0 && pid !== map)) continue;
    const packet = head.subarray(at, at + 188);
    const payload = packet.subarray((packet[3]! & 0x20) === 0 ? 4 : 5 + packet[4]!);
    const section = payload.subarray(1 + (payload[0] ?? 0));
    const end = 3 + (((section[1] ?? 0) & 0x0f) << 8) + (section[2] ?? 0) - 4;
    if (pid === 0) map = (((section[10] ?? 0) & 0x1f) << 8) | (section[11] ?? 0);
    else {
      const types: number[] = [];
      const first = 12 + (((section[10] ?? 0) & 0x0f) << 8) + (section[11] ?? 0);
      for (let place = first; place + 5 <= Math.min(end, section.length);) {
        types.push(section[place]!);
        place += 5 + ((section[place + 3]! & 0x0f) << 8) + section[place + 4]!;
      }
      return types;
    }
  }
  return [...soundTypes];
}

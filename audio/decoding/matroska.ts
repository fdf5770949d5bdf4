// The tracks that a Matroska or WebM file announces (RFC 9559): the package's reader calls one without sound damaged.

import type { ByteSource } from './source.ts';

const audioType = 2;
const ids = { segment: 0x18538067, cluster: 0x1f43b675, tracks: 0x1654ae6b, entry: 0xae, type: 0x83 } as const;
const containers: ReadonlySet<number> = new Set([ids.segment, ids.tracks, ids.entry]);
/** A type is in an entry, in the tracks, in a segment. */
const deepest = 3;

interface Element {
  readonly id: number;
  readonly body: number;
  readonly end: number;
}

async function elementAt(source: ByteSource, at: number, limit: number): Promise<Element | null> {
  const head = await source.read(at, 12);
  const idBytes = Math.clz32(head[0] ?? 0) - 23;
  if (idBytes > 4 || head.length < idBytes + 1) return null;
  let id = 0;
  for (let i = 0; i < idBytes; i++) id = id * 256 + head[i]!;
  const first = head[idBytes]!;
  const sizeBytes = Math.clz32(first) - 23;
  if (sizeBytes > 8 || head.length < idBytes + sizeBytes) return null;
  let size = first & (0xff >> sizeBytes);
  let isUnknown = size === 0xff >> sizeBytes;
  for (let i = 1; i < sizeBytes; i++) {
    const byte = head[idBytes + i]!;
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  const body = at + idBytes + sizeBytes;
  return { id, body, end: isUnknown ? limit : Math.min(limit, body + size) };
}

/** False when the file announces tracks and none of them is sound; true also where it cannot be told. */
export async function mayHaveSound(source: ByteSource): Promise<boolean> {
  let tracks = 0;
  const walk = async (from: number, to: number, depth: number): Promise<boolean> => {
    for (let at = from; at < to;) {
      const element = await elementAt(source, at, to);
      if (element === null || element.id === ids.cluster) return false;
      if (element.id === ids.type) {
        tracks++;
        if ((await source.read(element.end - 1, 1))[0] === audioType) return true;
      } else if (depth < deepest && containers.has(element.id)) {
        if (await walk(element.body, element.end, depth + 1)) return true;
      }
      at = element.end;
    }
    return false;
  };
  return (await walk(0, source.size, 0)) || tracks === 0;
}

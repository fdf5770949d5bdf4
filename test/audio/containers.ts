// Containers made by hand, box by box, for what no encoder writes on request.

export const box = (type: string, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};
export const u32 = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => bytes.writeUInt32BE(number, 4 * i));
  return bytes;
};
const u16 = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(2 * numbers.length);
  numbers.forEach((number, i) => bytes.writeUInt16BE(number, 2 * i));
  return bytes;
};

/** AAC-LC, one channel of 44.1 kHz: its configuration, and the frame that an encoder makes of 1,024 samples of silence. */
export const silentConfig = Buffer.from([0x12, 0x08]);
export const silentFrame = Buffer.from([0x01, 0x18, 0x20, 0x07]);

export interface Mp4Options {
  /** Of the track: `soun`, `vide`. Default `soun`. */
  readonly handler?: string;
  /** Of the sample description. Default `mp4a`. */
  readonly codec?: string;
  /** More boxes inside the sample description. */
  readonly inside?: readonly Buffer[];
  /** Samples that the index promises, all of one size. */
  readonly count: number;
  readonly sampleBytes: number;
  readonly media: Uint8Array;
}

/** An MP4 whose index comes before its media. */
export function mp4(options: Mp4Options): Buffer {
  const { handler = 'soun', codec = 'mp4a', inside = [], count, sampleBytes, media } = options;
  const elementary = Buffer.from([
    3,
    23,
    0,
    0,
    0,
    4,
    15,
    0x40,
    0x15,
    ...Array<number>(11).fill(0),
    5,
    2,
    ...silentConfig,
  ]);
  const entry = box(
    codec,
    Buffer.alloc(6),
    u16(1),
    Buffer.alloc(8),
    u16(1, 16, 0, 0),
    u32((44_100 << 16) >>> 0),
    box('esds', u32(0), elementary),
    ...inside,
  );
  const type = box('ftyp', Buffer.from('M4A \0\0\0\0M4A '));
  const indexAt = (offset: number): Buffer =>
    box(
      'moov',
      box('mvhd', u32(0, 0, 0, 1000, 0), Buffer.alloc(80)),
      box(
        'trak',
        box('tkhd', u32(0, 0, 0, 1), Buffer.alloc(68)),
        box(
          'mdia',
          box('mdhd', u32(0, 0, 0, 44_100, Math.min(count * 1024, 0xffffffff), 0)),
          box('hdlr', u32(0, 0), Buffer.from(handler), Buffer.alloc(13)),
          box(
            'minf',
            box(
              'stbl',
              box('stsd', u32(0, 1), entry),
              box('stts', u32(0, 1, count, 1024)),
              box('stsc', u32(0, 1, 1, count, 1)),
              box('stsz', u32(0, sampleBytes, count)),
              box('stco', u32(0, 1, offset)),
            ),
          ),
        ),
      ),
    );
  const offset = type.length + indexAt(0).length + 8;
  return Buffer.concat([type, indexAt(offset), box('mdat', media)]);
}

/** Seconds of silence as AAC: four bytes a frame. */
export function silentM4a(seconds: number, options: Partial<Mp4Options> = {}): Buffer {
  const count = Math.ceil((seconds * 44_100) / 1024);
  return mp4({ count, sampleBytes: 4, media: Buffer.alloc(4 * count, silentFrame), ...options });
}

/** Matroska's element: an id, a length in eight bytes, what is in it. */
const element = (id: string, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(8);
  length.writeUInt32BE(0x01000000, 0);
  length.writeUInt32BE(body.length, 4);
  return Buffer.concat([Buffer.from(id, 'hex'), length, body]);
};

/** A WebM that holds pictures only. */
export const webmWithoutSound = (): Buffer =>
  Buffer.concat([
    element('1a45dfa3', element('4282', Buffer.from('webm'))),
    element(
      '18538067',
      element(
        '1654ae6b',
        element(
          'ae',
          element('d7', Buffer.from([1])),
          element('83', Buffer.from([1])),
          element('86', Buffer.from('V_VP9')),
        ),
      ),
      Buffer.alloc(9000),
    ),
  ]);

/** The head of an FLV, with or without sound in its flags, and a tag of video behind it. */
export const flv = (hasSound: boolean): Buffer =>
  Buffer.concat([
    Buffer.from('FLV\x01', 'latin1'),
    Buffer.from([hasSound ? 5 : 1, 0, 0, 0, 9, 0, 0, 0, 0, 9]),
    Buffer.alloc(400),
  ]);

const guid = (hex: string): Buffer => Buffer.from(hex, 'hex');
/** An ASF header with one stream, of video or of sound, and with an object of encryption when asked. */
export const asf = (stream: 'video' | 'sound', isEncrypted = false): Buffer =>
  Buffer.concat([
    guid('3026b2758e66cf11a6d900aa0062ce6c'),
    Buffer.alloc(14),
    guid('9107dcb7b7a9cf118ee600c00c205365'),
    Buffer.alloc(8),
    guid(stream === 'sound' ? '409e69f84d5bcf11a8fd00805f5c442b' : 'c0ef19bc4d5bcf11a8fd00805f5c442b'),
    ...(isEncrypted ? [guid('fbb3112223bdd211b4b700a0c955fc6e')] : []),
    Buffer.alloc(400),
  ]);

/** A pack of an MPEG program stream with packets of one stream: 0xe0 is video, 0xc0 sound. */
export const programStream = (streamId: number): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 1, 0xba, 0x44]),
    Buffer.alloc(9, 0xff),
    Buffer.from([0, 0, 1, streamId, 0, 100]),
    Buffer.alloc(100, 0xff),
  ]);

/** Packets of an MPEG transport stream: the table of programs, the program's map with one stream, and empty ones. */
export function transportStream(streamType: number): Buffer {
  const packet = (pid: number, section: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(188, 0xff);
    Buffer.from([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10, 0, ...section]).copy(bytes);
    return bytes;
  };
  return Buffer.concat([
    packet(0, [0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe1, 0x00, 0, 0, 0, 0]),
    packet(0x100, [2, 0xb0, 18, 0, 1, 0xc1, 0, 0, 0xe1, 0x01, 0xf0, 0, streamType, 0xe1, 0x01, 0xf0, 0, 0, 0, 0, 0]),
    packet(0x1fff, []),
    packet(0x1fff, []),
  ]);
}

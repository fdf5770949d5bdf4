// Standard MIDI files, as far as the sets need them: read, picked apart by track and channel, changed, joined, written.
// Times are in beats, so that files of different resolution lie upon each other; tempo is one number, set when written.

export interface MidiEvent {
  readonly beat: number;
  /** Status byte and data; no meta events but a track's name, no system messages. */
  readonly bytes: readonly number[];
}

export interface MidiTrack {
  readonly name: string;
  readonly events: readonly MidiEvent[];
}

export interface Midi {
  readonly tracks: readonly MidiTrack[];
  /** Of the first tempo event; 120 without one. */
  readonly beatsPerMinute: number;
}

/** General MIDI keeps percussion on the tenth channel. */
export const drumChannel = 9;
const ticksPerBeat = 480;

/** @throws on what is no standard MIDI file, or counts in SMPTE frames. */
export function readMidi(file: Uint8Array): Midi {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tag = (at: number): string => String.fromCharCode(...file.subarray(at, at + 4));
  if (file.length < 14 || tag(0) !== 'MThd') throw new Error('not a MIDI file');
  const division = view.getUint16(12);
  if ((division & 0x8000) !== 0) throw new Error('a MIDI file in SMPTE time');
  const tracks: MidiTrack[] = [];
  let microseconds: number | null = null;
  for (let at = 8 + view.getUint32(4); at + 8 <= file.length;) {
    const length = view.getUint32(at + 4);
    if (tag(at) === 'MTrk') {
      const track = readTrack(file.subarray(at + 8, at + 8 + length), division);
      microseconds ??= track.microsecondsPerBeat;
      tracks.push({ name: track.name, events: track.events });
    }
    at += 8 + length;
  }
  return { tracks, beatsPerMinute: 60e6 / (microseconds ?? 500_000) };
}

function readTrack(
  bytes: Uint8Array,
  division: number,
): { name: string; events: MidiEvent[]; microsecondsPerBeat: number | null } {
  let at = 0;
  const length = (): number => {
    let value = 0;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  };
  const events: MidiEvent[] = [];
  let name = '';
  let microsecondsPerBeat: number | null = null;
  let tick = 0;
  let running = 0;
  while (at < bytes.length) {
    tick += length();
    let status = bytes[at]!;
    if (status >= 0x80) at++;
    else status = running;
    if (status === 0xff) {
      const kind = bytes[at++]!;
      const size = length();
      const data = bytes.subarray(at, at + size);
      at += size;
      if (kind === 3 && name === '') name = Buffer.from(data).toString('latin1');
      if (kind === 0x51) microsecondsPerBeat ??= (data[0]! << 16) | (data[1]! << 8) | data[2]!;
    } else if (status >= 0xf0) {
      at += length();
    } else {
      running = status;
      const size = (status & 0xf0) === 0xc0 || (status & 0xf0) === 0xd0 ? 1 : 2;
      events.push({ beat: tick / division, bytes: [status, ...bytes.subarray(at, at + size)] });
      at += size;
    }
  }
  return { name, events, microsecondsPerBeat };
}

export function writeMidi(tracks: readonly MidiTrack[], beatsPerMinute: number): Buffer {
  const micros = Math.round(60e6 / beatsPerMinute);
  const tempo = [0, 0xff, 0x51, 3, (micros >> 16) & 255, (micros >> 8) & 255, micros & 255, 0, 0xff, 0x2f, 0];
  const chunks = [chunk('MTrk', Buffer.from(tempo)), ...tracks.map((track) => chunk('MTrk', trackBytes(track)))];
  const head = Buffer.alloc(6);
  head.writeUInt16BE(1, 0);
  head.writeUInt16BE(chunks.length, 2);
  head.writeUInt16BE(ticksPerBeat, 4);
  return Buffer.concat([chunk('MThd', head), ...chunks]);
}

function chunk(tag: string, body: Buffer): Buffer {
  const head = Buffer.from(`${tag}0000`, 'latin1');
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

function trackBytes({ events }: MidiTrack): Buffer {
  const bytes: number[] = [];
  // Stable: what ends a note stays before what begins the next one.
  const sorted = [...events].sort((a, b) => a.beat - b.beat);
  let last = 0;
  for (const event of sorted) {
    const tick = Math.max(last, Math.round(event.beat * ticksPerBeat));
    bytes.push(...variableLength(tick - last), ...event.bytes);
    last = tick;
  }
  bytes.push(0, 0xff, 0x2f, 0);
  return Buffer.from(bytes);
}

function variableLength(value: number): number[] {
  const bytes = [value & 127];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}

// ---- changes ---------------------------------------------------------------------------------------------------------

export const channelOf = (event: MidiEvent): number => event.bytes[0]! & 15;
const kindOf = (event: MidiEvent): number => event.bytes[0]! & 0xf0;
const isNote = (event: MidiEvent): boolean => kindOf(event) === 0x90 || kindOf(event) === 0x80;

export function keepEvents(midi: Midi, keep: (event: MidiEvent, track: MidiTrack) => boolean): Midi {
  const tracks = midi.tracks
    .map((track) => ({ ...track, events: track.events.filter((event) => keep(event, track)) }))
    .filter((track) => track.events.length > 0);
  return { ...midi, tracks };
}

export const onlyDrums = (midi: Midi): Midi => keepEvents(midi, (event) => channelOf(event) === drumChannel);
export const withoutDrums = (midi: Midi): Midi => keepEvents(midi, (event) => channelOf(event) !== drumChannel);

function mapEvents(midi: Midi, change: (event: MidiEvent) => MidiEvent): Midi {
  return { ...midi, tracks: midi.tracks.map((track) => ({ ...track, events: track.events.map(change) })) };
}

/** Moves all notes but the drums'; what would leave the range is folded back by octaves. */
export function transposed(midi: Midi, semitones: number): Midi {
  return mapEvents(midi, (event) => {
    if (!isNote(event) || channelOf(event) === drumChannel) return event;
    let key = event.bytes[1]! + semitones;
    while (key > 127) key -= 12;
    while (key < 0) key += 12;
    return { beat: event.beat, bytes: [event.bytes[0]!, key, event.bytes[2]!] };
  });
}

/** Every instrument replaced by what `choose` says of it; drums stay. */
export function withInstruments(midi: Midi, choose: (program: number, channel: number) => number): Midi {
  return mapEvents(midi, (event) =>
    kindOf(event) === 0xc0 && channelOf(event) !== drumChannel
      ? { beat: event.beat, bytes: [event.bytes[0]!, choose(event.bytes[1]!, channelOf(event)) & 127] }
      : event,
  );
}

/** Notes louder or softer by a factor. */
export function scaledVelocity(midi: Midi, factor: number): Midi {
  return mapEvents(midi, (event) =>
    kindOf(event) === 0x90 && event.bytes[2]! > 0
      ? {
          beat: event.beat,
          bytes: [event.bytes[0]!, event.bytes[1]!, Math.max(1, Math.min(127, Math.round(event.bytes[2]! * factor)))],
        }
      : event,
  );
}

/**
 * Beats `from` to `to`, moved to begin at 0. Programs and controllers set before are kept at the beginning; notes that sound across the
 * end are ended there.
 */
export function cutBeats(midi: Midi, from: number, to: number): Midi {
  const tracks = midi.tracks.map((track) => {
    const before = track.events.filter((event) => event.beat < from && !isNote(event));
    const inside = track.events.filter((event) => event.beat >= from && event.beat < to);
    const sounding = new Map<string, MidiEvent>();
    for (const event of inside) {
      const key = `${channelOf(event)}/${event.bytes[1]}`;
      if (kindOf(event) === 0x90 && event.bytes[2]! > 0) sounding.set(key, event);
      else if (isNote(event)) sounding.delete(key);
    }
    const ends = [...sounding.values()].map(({ bytes }) => ({
      beat: to - from,
      bytes: [0x80 | (bytes[0]! & 15), bytes[1]!, 0],
    }));
    const moved = inside.map(({ beat, bytes }) => ({ beat: beat - from, bytes }));
    return { ...track, events: [...before.map(({ bytes }) => ({ beat: 0, bytes })), ...moved, ...ends] };
  });
  return { ...midi, tracks: tracks.filter((track) => track.events.length > 0) };
}

/** Everything `beats` later. */
export const delayed = (midi: Midi, beats: number): Midi =>
  mapEvents(midi, ({ beat, bytes }) => ({ beat: beat + beats, bytes }));

/** Moves channels that are not drums to these, in the order in which they come, so that files can be joined. */
export function ontoChannels(midi: Midi, channels: readonly number[]): Midi {
  const map = new Map<number, number>();
  return mapEvents(midi, (event) => {
    const channel = channelOf(event);
    if (channel === drumChannel) return event;
    const to = map.get(channel) ?? channels[map.size % channels.length]!;
    map.set(channel, to);
    return { beat: event.beat, bytes: [(event.bytes[0]! & 0xf0) | to, ...event.bytes.slice(1)] };
  });
}

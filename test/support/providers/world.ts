// What the loopback services know: ten recordings made up by hand, each with something that trips a client, and as many more as a load run
// wants, made by rule. Ids on each service follow from a recording's place.

import { encodeWav } from '../../../audio/wav.ts';

export interface FakeRecording {
  readonly at: number;
  readonly isrc: string | null;
  readonly title: string;
  readonly version: string | null;
  readonly artists: readonly string[];
  readonly album: string;
  readonly upc: string;
  readonly label: string;
  readonly durationMs: number;
  /** A day, or a year where the service knows no more. */
  readonly releaseDate: string;
  readonly territories: Readonly<Record<string, string>>;
}

type Given = Partial<Omit<FakeRecording, 'at' | 'upc'>> & { readonly title: string; readonly release?: number };

/** A GTIN-12 with its check digit. */
export function upcAt(place: number): string {
  const digits = `0199${String(place).padStart(7, '0')}`;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

const isrcAt = (place: number): string => `ZZFPR26${String(place).padStart(5, '0')}`;

const byHand: readonly Given[] = [
  {
    title: 'Harbour Lights',
    artists: ['Nora Vale'],
    album: 'Harbour Lights',
    releaseDate: '2024-03-15',
    territories: { NZ: '2024-03-14', US: '2024-03-15' },
  },
  { title: 'Harbour Lights', version: 'Sped Up', artists: ['Nora Vale'], durationMs: 161_000 },
  // The same ISRC again, on a compilation.
  {
    title: 'Harbour Lights',
    artists: ['Nora Vale'],
    isrc: isrcAt(0),
    album: 'Coastal Sounds 4',
    releaseDate: '2025-01-31',
  },
  // Two artists, letters that do not fold by themselves, a date that is only a year.
  { title: 'Paper Møøns', artists: ['Nora Vale', 'Ø. Krogh'], releaseDate: '2019' },
  { title: '夜の灯', artists: ['田辺ミカ'] },
  { title: 'Untitled (Demo)', artists: ['Nora Vale'], isrc: null },
  // An album of four: longer than a single.
  { title: 'Kitchen', artists: ['Four Rooms'], album: 'The House', release: 6 },
  { title: 'Hall', artists: ['Four Rooms'], album: 'The House', release: 6 },
  { title: 'Attic', artists: ['Four Rooms'], album: 'The House', release: 6 },
  { title: 'Cellar', artists: ['Four Rooms'], album: 'The House', release: 6 },
];

function recordingAt(at: number): FakeRecording {
  const given: Given = byHand[at] ?? { title: `Study No. ${at}`, artists: [`Ensemble ${at % 997}`] };
  const releaseDate = given.releaseDate ?? `2023-0${(at % 9) + 1}-1${at % 10}`;
  return {
    at,
    isrc: given.isrc === undefined ? isrcAt(at) : given.isrc,
    title: given.title,
    version: given.version ?? null,
    artists: given.artists ?? [],
    album: given.album ?? given.title,
    upc: upcAt(given.release ?? at),
    label: 'Fixture Records',
    durationMs: given.durationMs ?? 180_000 + (at % 60) * 1000,
    releaseDate,
    territories: given.territories ?? (releaseDate.length === 10 ? { US: releaseDate } : {}),
  };
}

export const ids = {
  spotify: (at: number): string => `4FaKe${String(at).padStart(17, '0')}`,
  spotifyAlbum: (upc: string): string => `4ALbm${upc.padStart(17, '0')}`,
  deezer: (at: number): number => 900_000_000 + at,
  deezerAlbum: (upc: string): number => Number(upc.slice(2, 11)),
  apple: (at: number): string => String(1_700_000_000 + at),
  musicbrainz: (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  musicbrainzRelease: (upc: string): string => `00000000-0000-4000-9000-${upc}`,
  acrcloud: (at: number): string => `f${String(at).padStart(31, '0')}`,
};

/** "Song (Sped Up)": how services without a field for it write a version. */
export const fullTitle = ({ title, version }: FakeRecording): string =>
  version === null ? title : `${title} (${version})`;

export interface World {
  readonly recordings: readonly FakeRecording[];
  /** By the id that one of `ids` gives it. */
  readonly byId: (make: (at: number) => string | number, id: string) => FakeRecording | undefined;
  readonly byIsrc: (isrc: string) => readonly FakeRecording[];
  /** All recordings of one release, leading zeros aside. */
  readonly byUpc: (upc: string) => readonly FakeRecording[];
  readonly byName: (title: string, artist: string | null) => readonly FakeRecording[];
  /** "title artist" in one text. */
  readonly byTerm: (term: string) => readonly FakeRecording[];
  /** What is heard in a sample: the place that `markedWav` wrote into it, else one by its content. Every seventh holds nothing. */
  readonly heardIn: (wav: Uint8Array) => FakeRecording | null;
  /** The audio of a preview; null for a recording without one. Absent: previews are named as the service does, and lie elsewhere. */
  readonly previewOf?: (recording: FakeRecording) => Uint8Array | null;
}

/**
 * `knows`: of all recordings, those that a service has; all when left out. What is heard does not ask it. `editions`: on so many releases each
 * of them is, with an id of its own and the same code.
 */
export function createWorld(
  size: number = byHand.length,
  knows: (at: number) => boolean = () => true,
  editions = 1,
): World {
  const all = Array.from({ length: Math.max(size, byHand.length) }, (_, at) => recordingAt(at));
  const recordings = all
    .filter(({ at }) => knows(at))
    .flatMap((one) =>
      Array.from({ length: editions }, (_, n) => {
        const at = one.at + n * 1_000_000;
        return n === 0 ? one : { ...one, at, album: `${one.title} and Others ${n}`, upc: upcAt(at) };
      }),
    );
  const index = (keyOf: (recording: FakeRecording) => string | null): Map<string, FakeRecording[]> => {
    const map = new Map<string, FakeRecording[]>();
    for (const recording of recordings) {
      const key = keyOf(recording);
      if (key !== null) map.set(key, [...(map.get(key) ?? []), recording]);
    }
    return map;
  };
  const fold = (words: string): string => words.toLowerCase().normalize('NFC').replace(/\s+/g, ' ').trim();
  const isrcs = index(({ isrc }) => isrc);
  const upcs = index(({ upc }) => upc.replace(/^0+/, ''));
  const titles = index(({ title }) => fold(title));
  const fullTitles = index((recording) => (recording.version === null ? null : fold(fullTitle(recording))));
  const byName = (title: string, artist: string | null): readonly FakeRecording[] =>
    [...(titles.get(fold(title)) ?? []), ...(fullTitles.get(fold(title)) ?? [])].filter(
      ({ artists }) => artist === null || artists.some((name) => fold(name) === fold(artist)),
    );
  const places = new Map<(at: number) => string | number, Map<string, FakeRecording>>();
  return {
    recordings,
    byId: (make, id) => {
      const known =
        places.get(make) ?? new Map(recordings.map((recording) => [String(make(recording.at)), recording] as const));
      places.set(make, known);
      return known.get(id);
    },
    byIsrc: (isrc) => isrcs.get(isrc) ?? [],
    byUpc: (upc) => upcs.get(upc.replace(/^0+/, '')) ?? [],
    byName,
    byTerm: (term) => {
      const words = term.split(/\s+/);
      for (let length = words.length; length > 0; length -= 1) {
        const rest = words.slice(length).join(' ');
        const found = byName(words.slice(0, length).join(' '), rest === '' ? null : rest);
        if (found.length > 0) return found;
      }
      return [];
    },
    heardIn: (wav) => {
      const mark = markIn(wav);
      const place = mark ?? wav.reduce((hash, byte) => (Math.imul(hash, 31) + byte) >>> 0, 7);
      if (mark === null && place % 7 === 0) return null;
      return mark !== null && mark >= all.length ? null : (all[place % all.length] ?? null);
    },
  };
}

const magic = 'FAKE';

/** A WAV (mono, 16 bit) whose first frames say which recording is heard in it; -1 for none. */
export function markedWav(at: number, durationMs = 100): Uint8Array {
  const sampleRateHz = 8000;
  const frames = Math.max(8, Math.round((durationMs / 1000) * sampleRateHz));
  const wav = Buffer.from(encodeWav(new Float32Array(frames), sampleRateHz));
  wav.write(`${magic}${(at < 0 ? 0xff_ff_ff : at).toString(16).padStart(6, '0')}`, 44, 'latin1');
  return wav;
}

/** The mark as it stands in a WAV, or in anything made from its bytes. */
export function markIn(bytes: Uint8Array): number | null {
  const mark = /FAKE([0-9a-f]{6})/.exec(Buffer.from(bytes.subarray(0, 128)).toString('latin1'))?.[1];
  return mark === undefined ? null : Number.parseInt(mark, 16);
}

// What people do to music, as ffmpeg filter graphs, and what is then true of speed and pitch. Input 0 is the excerpt, input 1 a voice, a crowd
// or an impulse response (of unit energy, so that the wet signal is about as loud as the dry one).

export interface Alteration {
  readonly name: string;
  /** Heading under which the report adds it up. */
  readonly family: 'codecs' | 'speed' | 'tempo' | 'pitch' | 'filters' | 'reverb' | 'crowd' | 'voice' | 'chains';
  readonly speedRatio: number;
  readonly pitchSemitones: number;
  /** Filters on the excerpt alone. */
  readonly first: string;
  /** Wet share of a reverb, then music over voice or crowd in dB; null without. */
  readonly wet: number | null;
  readonly over: { readonly what: 'voice' | 'crowd'; readonly musicDb: number } | null;
  readonly encoder: 'mp3' | 'aac' | 'opus';
  readonly kbps: number;
}

/** Sample rate of everything before the encoder. */
export const rateHz = 44_100;

const plain: Omit<Alteration, 'name' | 'family'> = {
  speedRatio: 1,
  pitchSemitones: 0,
  first: 'anull',
  wet: null,
  over: null,
  encoder: 'aac',
  kbps: 96,
};
const semitones = (ratio: number): number => 12 * Math.log2(ratio);
const speedFilter = (ratio: number): string => `asetrate=${Math.round(rateHz * ratio)},aresample=${rateHz}`;
const pitchFilter = (steps: number): string => {
  const ratio = 2 ** (steps / 12);
  return `${speedFilter(ratio)},atempo=${(1 / ratio).toFixed(6)}`;
};
const speed = (ratio: number): Alteration => ({
  ...plain,
  name: `speed ${ratio}`,
  family: 'speed',
  speedRatio: ratio,
  pitchSemitones: semitones(ratio),
  first: speedFilter(ratio),
});
const tempo = (ratio: number): Alteration => ({
  ...plain,
  name: `tempo ${ratio}`,
  family: 'tempo',
  speedRatio: ratio,
  first: `atempo=${ratio}`,
});
const pitch = (steps: number): Alteration => ({
  ...plain,
  name: `pitch ${steps > 0 ? '+' : ''}${steps}`,
  family: 'pitch',
  pitchSemitones: steps,
  first: pitchFilter(steps),
});

export const alterations: readonly Alteration[] = [
  { ...plain, name: 'aac 96', family: 'codecs' },
  { ...plain, name: 'aac 32', family: 'codecs', kbps: 32 },
  { ...plain, name: 'mp3 24', family: 'codecs', encoder: 'mp3', kbps: 24 },
  { ...plain, name: 'opus 16', family: 'codecs', encoder: 'opus', kbps: 16 },
  ...[0.66, 0.8, 0.9, 1.1, 1.25, 1.4, 1.6].map(speed),
  ...[0.75, 0.9, 1.15, 1.35].map(tempo),
  ...[-5, -2, 2, 5].map(pitch),
  { ...plain, name: 'phone', family: 'filters', first: 'highpass=f=300,lowpass=f=3400,aresample=8000,aresample=44100' },
  { ...plain, name: 'bass boost', family: 'filters', first: 'bass=g=15,alimiter' },
  { ...plain, name: 'low-pass 1 kHz', family: 'filters', first: 'lowpass=f=1000,lowpass=f=1000' },
  { ...plain, name: '8D', family: 'filters', first: 'apulsator=hz=0.1:amount=0.9' },
  { ...plain, name: 'reverb 85 %', family: 'reverb', wet: 0.85 },
  { ...plain, name: 'crowd +6 dB', family: 'crowd', over: { what: 'crowd', musicDb: 6 } },
  { ...plain, name: 'crowd 0 dB', family: 'crowd', over: { what: 'crowd', musicDb: 0 } },
  { ...plain, name: 'voice +6 dB', family: 'voice', over: { what: 'voice', musicDb: 6 } },
  { ...plain, name: 'voice 0 dB', family: 'voice', over: { what: 'voice', musicDb: 0 } },
  { ...plain, name: 'voice -6 dB', family: 'voice', over: { what: 'voice', musicDb: -6 } },
  { ...speed(0.85), name: 'slowed + reverb', family: 'chains', wet: 0.6 },
  { ...speed(1.28), name: 'nightcore', family: 'chains', first: `${speedFilter(1.28)},bass=g=8,alimiter`, kbps: 64 },
  { ...speed(1.2), name: 'sped up + voice 0 dB', family: 'chains', over: { what: 'voice', musicDb: 0 } },
];

/** The filter graph from [0:a] (and [1:a]) to [out]. Levels are root mean squares, measured by the caller. */
export function graphOf(alteration: Alteration, musicRms: number, secondRms: number, seconds: number): string {
  const end = `aformat=channel_layouts=stereo,atrim=0:${seconds},alimiter=limit=0.95[out]`;
  const start = `[0:a]volume=${(0.1 / Math.max(1e-4, musicRms)).toFixed(5)},${alteration.first}`;
  if (alteration.wet !== null) {
    const { wet } = alteration;
    return `${start},asplit=2[d][w0];[w0][1:a]afir=dry=1:wet=1:gtype=none[w];[d][w]amix=inputs=2:weights=${1 - wet} ${wet}:duration=first:normalize=0,${end}`;
  }
  if (alteration.over !== null) {
    const level = (0.1 * 10 ** (-alteration.over.musicDb / 20)) / Math.max(1e-4, secondRms);
    return `${start}[m];[1:a]volume=${level.toFixed(5)},aformat=channel_layouts=stereo[v];[m][v]amix=inputs=2:duration=first:normalize=0,${end}`;
  }
  return `${start},${end}`;
}

/** @throws when there is none of that name. */
export function alterationNamed(name: string): Alteration {
  const found = alterations.find((alteration) => alteration.name === name);
  if (found === undefined) throw new Error(`no alteration is called ${name}`);
  return found;
}

export const suffixOf = (encoder: Alteration['encoder']): string => ({ mp3: 'mp3', aac: 'm4a', opus: 'opus' })[encoder];

export const encoderArgs = ({ encoder, kbps }: Pick<Alteration, 'encoder' | 'kbps'>): string[] => [
  '-c:a',
  { mp3: 'libmp3lame', aac: 'aac', opus: 'libopus' }[encoder],
  '-b:a',
  `${kbps}k`,
];

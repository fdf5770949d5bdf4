// What people do to music, as ffmpeg filter graphs, and what is then true of speed and pitch. Input 0 is the excerpt, input 1 a voice, a crowd, noise,
// another track or an impulse response (of unit energy, so that the wet signal is about as loud as the dry one).

import { chopped, jumpCuts, ramp, wobble, type TimeMap } from './timeMap.ts';

export interface Alteration {
  readonly name: string;
  /** Heading under which the report adds it up. */
  readonly family: (typeof alterationFamilies)[number];
  /** `usual` is what REPORT.md counts; `further` what was asked for later and is made with `--set further`. */
  readonly set: 'usual' | 'further';
  readonly speedRatio: number;
  readonly pitchSemitones: number;
  /** Filters on the excerpt alone. */
  readonly first: string;
  /** Wet share of a reverb, then music over what lies under or over it in dB; null without. */
  readonly wet: number | null;
  readonly over: { readonly what: Over; readonly musicDb: number } | null;
  /** Where speed is not constant: which place of the excerpt each moment of a sound of so many seconds comes from. */
  readonly map: ((seconds: number, random: () => number) => TimeMap) | null;
  /** What happens to the encoded file. */
  readonly damage: 'cut short' | 'holes' | null;
  /** Recordings in it: one after the other, in equal parts; null where there is one. */
  readonly medleyOf: number | null;
  /** Lengths in seconds at which it is asked; null for all that are wanted. */
  readonly lengths: readonly number[] | null;
  readonly encoder: 'mp3' | 'aac' | 'opus' | 'flac';
  readonly kbps: number;
}

/** `natural` is a neural voice, `track` another recording that is indexed. */
export type Over = 'voice' | 'natural' | 'crowd' | 'noise' | 'track';

export const alterationFamilies = [
  'codecs',
  'speed',
  'tempo',
  'pitch',
  'tempo and pitch',
  'filters',
  'reverb',
  'crowd',
  'voice',
  'natural voice',
  'chains',
  'cuts',
  'drift',
  'states',
  'damage',
  'several',
] as const;

/** Sample rate of everything before the encoder. */
export const rateHz = 44_100;

const plain: Omit<Alteration, 'name' | 'family'> = {
  set: 'usual',
  speedRatio: 1,
  pitchSemitones: 0,
  first: 'anull',
  wet: null,
  over: null,
  map: null,
  damage: null,
  medleyOf: null,
  lengths: null,
  encoder: 'aac',
  kbps: 96,
};
const further: typeof plain = { ...plain, set: 'further' };
const semitones = (ratio: number): number => 12 * Math.log2(ratio);
const speedFilter = (ratio: number): string => `asetrate=${Math.round(rateHz * ratio)},aresample=${rateHz}`;
const pitchFilter = (steps: number, tempo = 1): string => {
  const ratio = 2 ** (steps / 12);
  return `${speedFilter(ratio)},atempo=${(tempo / ratio).toFixed(6)}`;
};
const signed = (steps: number): string => `${steps > 0 ? '+' : ''}${steps}`;
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
  name: `pitch ${signed(steps)}`,
  family: 'pitch',
  pitchSemitones: steps,
  first: pitchFilter(steps),
});
const tempoAndPitch = (ratio: number, steps: number): Alteration => ({
  ...further,
  name: `tempo ${ratio} pitch ${signed(steps)}`,
  family: 'tempo and pitch',
  speedRatio: ratio,
  pitchSemitones: steps,
  first: pitchFilter(steps, ratio),
});
const asFurther = (alteration: Alteration): Alteration => ({ ...alteration, set: 'further' });
const voiceOver = (what: 'voice' | 'natural', musicDb: number): Alteration => ({
  ...plain,
  name: `${what === 'natural' ? 'natural voice' : 'voice'} ${musicDb > 0 ? '+' : ''}${musicDb} dB`,
  family: what === 'natural' ? 'natural voice' : 'voice',
  over: { what, musicDb },
});

const usual: readonly Alteration[] = [
  { ...plain, name: 'aac 96', family: 'codecs' },
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
  ...[6, 0, -6].map((musicDb) => voiceOver('voice', musicDb)),
  { ...speed(0.85), name: 'slowed + reverb', family: 'chains', wet: 0.6 },
  { ...speed(1.28), name: 'nightcore', family: 'chains', first: `${speedFilter(1.28)},bass=g=8,alimiter`, kbps: 64 },
  { ...speed(1.2), name: 'sped up + voice 0 dB', family: 'chains', over: { what: 'voice', musicDb: 0 } },
];

const longer = [15, 30] as const;

/** What the usual ones left out: reported by those who tried. */
const later: readonly Alteration[] = (
  [
    { ...further, name: 'aac 32', family: 'codecs', kbps: 32 },
    ...[0.5, 0.6, 0.7, 1.75, 2].map(speed).map(asFurther),
    ...[0.7, 1.5, 1.6].map(tempo).map(asFurther),
    tempoAndPitch(0.7, -6),
    tempoAndPitch(0.7, 4),
    tempoAndPitch(0.8, 6),
    tempoAndPitch(0.85, -3),
    tempoAndPitch(0.9, 2),
    tempoAndPitch(1.1, 3),
    tempoAndPitch(1.15, -2),
    tempoAndPitch(1.2, -5),
    tempoAndPitch(1.3, 6),
    tempoAndPitch(1.4, -6),
    tempoAndPitch(1.5, 3),
    tempoAndPitch(1.5, -4),
    voiceOver('voice', -10),
    ...[0, -6, -10].map((musicDb) => voiceOver('natural', musicDb)),
    // Half a second out of every two and a half, as apps cut pauses and clips are shortened.
    { ...further, name: 'chopped', family: 'cuts', lengths: longer, map: (seconds) => chopped(seconds, 2, 0.5) },
    {
      ...further,
      name: 'jump cuts',
      family: 'cuts',
      lengths: longer,
      map: (seconds, random) => jumpCuts(seconds, 1.5 * seconds, random),
    },
    { ...further, name: 'ramp 0.94 to 1.06', family: 'drift', map: (seconds) => ramp(seconds, 0.94, 1.06) },
    { ...further, name: 'ramp 1 to 1.25', family: 'drift', map: (seconds) => ramp(seconds, 1, 1.25) },
    { ...further, name: 'wobble 1 %', family: 'drift', map: (seconds) => wobble(seconds, 0.01, 2) },
    { ...further, name: 'wobble 3 %', family: 'drift', map: (seconds) => wobble(seconds, 0.03, 4) },
    { ...further, name: 'hard clip', family: 'states', first: 'volume=26dB,asoftclip=type=hard,volume=-10dB' },
    { ...further, name: 'white noise 0 dB', family: 'states', over: { what: 'noise', musicDb: 0 } },
    { ...further, name: 'gaps', family: 'states', first: `volume=volume=0:enable='lt(mod(t,1.6),0.5)'` },
    { ...further, name: 'cut short, mp3', family: 'damage', damage: 'cut short', encoder: 'mp3', lengths: longer },
    { ...further, name: 'cut short, aac', family: 'damage', damage: 'cut short', lengths: longer },
    { ...further, name: 'holes, mp3', family: 'damage', damage: 'holes', encoder: 'mp3', lengths: longer },
    { ...further, name: 'holes, aac', family: 'damage', damage: 'holes', lengths: longer },
    { ...further, name: 'holes, flac', family: 'damage', damage: 'holes', encoder: 'flac', lengths: longer },
    { ...further, name: 'mash-up 0 dB', family: 'several', over: { what: 'track', musicDb: 0 }, lengths: longer },
    { ...further, name: 'medley of 2', family: 'several', medleyOf: 2, lengths: [120] },
    { ...further, name: 'medley of 6', family: 'several', medleyOf: 6, lengths: [120] },
  ] satisfies Alteration[]
).map(asFurther);

export const alterations: readonly Alteration[] = [...usual, ...later];

/** @throws when there is none of that name. */
export function alterationNamed(name: string): Alteration {
  const found = alterations.find((alteration) => alteration.name === name);
  if (found === undefined) throw new Error(`no alteration is called ${name}`);
  return found;
}

export const suffixOf = (encoder: Alteration['encoder']): string =>
  ({ mp3: 'mp3', aac: 'm4a', opus: 'opus', flac: 'flac' })[encoder];

/** The index of an MP4 file stands first, as servers send it: cut short, it can still be read. */
export const encoderArgs = ({ encoder, kbps }: Pick<Alteration, 'encoder' | 'kbps'>): string[] => [
  '-c:a',
  { mp3: 'libmp3lame', aac: 'aac', opus: 'libopus', flac: 'flac' }[encoder],
  ...(encoder === 'flac' ? ['-sample_fmt', 's16'] : ['-b:a', `${kbps}k`]),
  ...(encoder === 'aac' ? ['-movflags', '+faststart'] : []),
];

/** The filter graph from [0:a] (and [1:a]) to [out]. Levels are root mean squares, measured by the caller. */
export function graphOf(alteration: Alteration, musicRms: number, secondRms: number, seconds: number): string {
  const end = `aformat=channel_layouts=stereo,atrim=0:${seconds},alimiter=limit=0.95[out]`;
  // A filter that sets the rate anew counts on the usual one.
  const start = `[0:a]aresample=${rateHz},volume=${(0.1 / Math.max(1e-4, musicRms)).toFixed(5)},${alteration.first}`;
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

// The ways in which people alter music, as ffmpeg filter graphs. Each takes input 0 (the excerpt) and, where needed, input 1 (a
// voice, or a crowd made of voices) or an impulse response, and says what is then true of speed and pitch.

export interface Alteration {
  readonly name: string;
  readonly speedRatio: number;
  readonly pitchSemitones: number;
  /** Filter graph from [0:a] (and [1:a] the second input) to [out]; sample rate in and out is 44.1 kHz stereo. */
  readonly graph: string;
  readonly second: 'voice' | 'crowd' | 'impulse' | null;
  /** Bit rate of the lossy copy made last, kb/s. */
  readonly kbps: number;
}

const rate = 44_100;
const speedFilter = (ratio: number): string => `asetrate=${Math.round(rate * ratio)},aresample=${rate}`;
const pitchFilter = (semitones: number): string => {
  const ratio = 2 ** (semitones / 12);
  return `asetrate=${Math.round(rate * ratio)},aresample=${rate},atempo=${(1 / ratio).toFixed(6)}`;
};
const reverb = (wet: number): string =>
  `[a]asplit=2[d0][w0];[w0][1:a]afir=dry=10:wet=10[w1];[w1]loudnorm=I=-16[w];[d0]loudnorm=I=-16[d];[d][w]amix=inputs=2:weights=${1 - wet} ${wet}:duration=first`;
/** `musicDb` above the second input, both brought to the same loudness first. */
const over = (musicDb: number): string =>
  `[a]loudnorm=I=-20[m];[1:a]loudnorm=I=-20,volume=${-musicDb}dB[v];[m][v]amix=inputs=2:duration=first:normalize=0`;

const plain = (name: string, filter: string, speedRatio = 1, pitchSemitones = 0, kbps = 96): Alteration => ({
  name,
  speedRatio,
  pitchSemitones,
  graph: `[0:a]${filter}[out]`,
  second: null,
  kbps,
});
const mixed = (
  name: string,
  first: string,
  rest: string,
  second: 'voice' | 'crowd' | 'impulse',
  speedRatio = 1,
): Alteration => ({
  name,
  speedRatio,
  pitchSemitones: 12 * Math.log2(speedRatio),
  graph: `[0:a]${first}[a];${rest}[out]`,
  second,
  kbps: 96,
});

const speedOf = (ratio: number): Alteration =>
  plain(`speed-${ratio}`, speedFilter(ratio), ratio, 12 * Math.log2(ratio));

export const alterations: readonly Alteration[] = [
  plain('mp3-24', 'anull', 1, 0, 24),
  ...[0.68, 0.8, 0.87, 1.07, 1.25, 1.4, 1.55].map(speedOf),
  plain('tempo-0.8', 'atempo=0.8', 0.8),
  plain('tempo-1.25', 'atempo=1.25', 1.25),
  plain('pitch-3', pitchFilter(-3), 1, -3),
  plain('pitch+4', pitchFilter(4), 1, 4),
  plain('phone', 'highpass=f=300,lowpass=f=3400,aresample=8000,aresample=44100'),
  plain('bass', 'bass=g=15,alimiter'),
  mixed('reverb-85', 'anull', reverb(0.85), 'impulse'),
  mixed('crowd-0', 'anull', over(0), 'crowd'),
  mixed('voice+0', 'anull', over(0), 'voice'),
  mixed('voice-6', 'anull', over(-6), 'voice'),
  mixed('slowed-reverb', speedFilter(0.85), reverb(0.6), 'impulse', 0.85),
  mixed('nightcore', `${speedFilter(1.28)},bass=g=8,alimiter`, over(12), 'crowd', 1.28),
  mixed('fast-voice', speedFilter(1.2), over(0), 'voice', 1.2),
];

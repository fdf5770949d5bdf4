// Three hundred clips of what arrives as a sound, and what each of them is: speech, ambience, silence, tones, noise, and music in states in which it is
// still music. Made with ffmpeg from free packages; seeded.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { filesUnder, secondsOf, unpackPackage } from '../audio/packages.ts';
import { seeded } from '../audio/random.ts';
import { makeStreams, spokenByEspeak } from '../audio/surroundings.ts';

export interface Clip {
  readonly id: string;
  readonly kind: 'speech' | 'ambience' | 'silence' | 'tones' | 'noise' | 'music';
  /** What was done to it, or by what it was made. */
  readonly state: string;
  readonly file: string;
}

interface Plan extends Clip {
  readonly args: readonly string[];
}

const clipSeconds = 12;
const musicPackages = [
  'ardentryst',
  'asc-music',
  'btanks-data',
  'colobot-common-sounds',
  'fillets-ng-data',
  'flare-game',
  'freecol',
  'frozen-bubble-data',
  'hedgewars-data',
  'lordsawar-data',
  'lugaru-data',
  'warzone2100-music',
];
const ambiences: Readonly<Record<string, RegExp>> = {
  'flare-game': /(rain|wind_loop|cave_wind_loop|wind_ambient|cave_ambient|dungeon_ambient)\.ogg$/,
  'lugaru-data': /(Wind|DesertAmbient|Stream|Fire\w*)\.ogg$/,
  'unknown-horizons': /(lumberjack_long|windmill|chapel|warehouse|waves|market_place|fire)\.ogg$/,
};
const espeakVoices = ['en', 'en-us', 'de', 'fr', 'es', 'pt-br', 'it', 'pl', 'tr', 'ru', 'vi', 'hi'];
const spokenPackages = ['asterisk-core-sounds-en-wav', 'asterisk-core-sounds-es-wav', 'asterisk-core-sounds-fr-wav'];
const musicTracks = 20;

/** Music as ffmpeg filters from [0:a] (and a voice, [1:a]) to [out]. All of it is to be searched. */
const states: readonly { readonly name: string; readonly graph: string; readonly voiceDb?: number }[] = [
  { name: 'untouched', graph: '[0:a]anull[out]' },
  { name: 'hard clipped', graph: '[0:a]volume=26dB,asoftclip=type=hard,volume=-10dB[out]' },
  {
    name: 'under white noise, 0 dB',
    graph:
      '[0:a]anull[m];anoisesrc=color=white:amplitude=0.18:seed=7:sample_rate=44100[n];[m][n]amix=inputs=2:duration=first:normalize=0[out]',
  },
  { name: 'with gaps', graph: `[0:a]volume=volume=0:enable='lt(mod(t,1.6),0.5)'[out]` },
  { name: '5 s in hush', graph: `[0:a]volume=volume=0.002:enable='gt(t,5)'[out]` },
  { name: 'low-pass 1 kHz', graph: '[0:a]lowpass=f=1000,lowpass=f=1000[out]' },
  { name: 'phone', graph: '[0:a]highpass=f=300,lowpass=f=3400[out]' },
  { name: 'faint, −45 dB', graph: '[0:a]volume=-25dB[out]' },
  { name: 'voice over, 0 dB', graph: '', voiceDb: 0 },
  { name: 'voice over, −6 dB', graph: '', voiceDb: 6 },
];

/** `naturalVoices` is a folder of WAV files of people or of a neural voice; null without. */
export function makeClips(folder: string, packages: string, naturalVoices: string | null): Clip[] {
  mkdirSync(folder, { recursive: true });
  const voicesFolder = path.join(folder, 'voices');
  mkdirSync(voicesFolder, { recursive: true });
  const spoken = espeakVoices.map((voice) => spokenByEspeak(voicesFolder, voice));
  const human = spokenPackages.flatMap((name) => {
    const files = filesUnder(unpackPackage(packages, name), /\.wav$/).filter((file) => statSync(file).size > 30_000);
    return [0, 1, 2, 3].map((k) => files.filter((_, i) => i % 4 === k).slice(0, 30));
  });
  const streams = makeStreams(voicesFolder, [...spoken, ...human]);
  const random = seeded(20_261_130);
  const plans: Plan[] = [];
  const add = (kind: Clip['kind'], state: string, args: readonly string[]): void => {
    // Called by what it is made of: a clip that is planned otherwise is made anew.
    const made = createHash('sha256').update(JSON.stringify(args)).digest('hex').slice(0, 8);
    const id = `${kind}-${made}`;
    plans.push({ id, kind, state, file: path.join(folder, `${id}.mp3`), args });
  };
  const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', `${source}`, '-t', `${clipSeconds}`];
  const cut = (file: string, from: number): string[] => ['-ss', from.toFixed(3), '-t', `${clipSeconds}`, '-i', file];

  streams.forEach((stream, i) => {
    const state = i < spoken.length ? 'synthetic' : 'human';
    add('speech', state, cut(stream.file, 2));
    if (i % 2 === 0)
      add('speech', `${state}, with hiss`, [
        ...cut(stream.file, 30),
        '-filter_complex',
        'anoisesrc=color=pink:amplitude=0.004:seed=3[n];[0:a][n]amix=inputs=2:duration=first:normalize=0',
      ]);
  });
  const natural = naturalVoices === null ? [] : filesUnder(naturalVoices, /-0\.wav$/);
  for (const file of natural) add('speech', 'neural', cut(file, 0));
  for (const [name, pattern] of Object.entries(ambiences)) {
    for (const file of filesUnder(unpackPackage(packages, name), pattern)) {
      const seconds = secondsOf(file);
      if (!(seconds >= 4)) continue;
      add('ambience', path.basename(file, '.ogg'), cut(file, 0));
      if (seconds > 30) add('ambience', path.basename(file, '.ogg'), cut(file, seconds / 2));
    }
  }
  for (const level of [0, 0.00003, 0.0001, 0.0003])
    for (const color of ['white', 'brown'])
      add('silence', `${color} ${level}`, lavfi(`anoisesrc=color=${color}:amplitude=${level}:seed=5`));
  add('silence', 'hum', lavfi('sine=frequency=50:sample_rate=44100,volume=-50dB'));
  for (const hz of [110, 220, 440, 1000, 2500])
    add('tones', `sine ${hz} Hz`, lavfi(`sine=frequency=${hz}:sample_rate=44100`));
  for (const hz of [440, 1000])
    add(
      'tones',
      `beeps ${hz} Hz`,
      lavfi(`sine=frequency=${hz}:sample_rate=44100,volume=volume=0:enable='gt(mod(t,1),0.5)'`),
    );
  add('tones', 'dial tone', lavfi(`aevalsrc='0.2*sin(2*PI*350*t)+0.2*sin(2*PI*440*t)'`));
  add('tones', 'busy tone', lavfi(`aevalsrc='(0.2*sin(2*PI*480*t)+0.2*sin(2*PI*620*t))*lt(mod(t,1),0.5)'`));
  add('tones', 'sweep', lavfi(`aevalsrc='0.3*sin(2*PI*(100*t+120*t*t))'`));
  add('tones', 'siren', lavfi(`aevalsrc='0.3*sin(2*PI*700*t+250*sin(2*PI*0.4*t))'`));
  for (const color of ['white', 'pink', 'brown', 'blue', 'violet', 'velvet'])
    for (const amplitude of [0.05, 0.3])
      add('noise', color, lavfi(`anoisesrc=color=${color}:amplitude=${amplitude}:seed=11`));
  for (const color of ['white', 'pink']) {
    add('noise', `${color}, swelling`, lavfi(`anoisesrc=color=${color}:amplitude=0.3:seed=12,tremolo=f=0.2:d=0.8`));
    add(
      'noise',
      `${color}, through a phone`,
      lavfi(`anoisesrc=color=${color}:amplitude=0.3:seed=13,highpass=f=300,lowpass=f=3400`),
    );
  }

  const tracks = musicPackages.flatMap((name) => {
    const found = filesUnder(unpackPackage(packages, name), /\.(ogg|opus|mp3)$/).filter(
      (file) =>
        statSync(file).size > 400 * 1024 &&
        !Object.values(ambiences).some((pattern) => pattern.test(file)) &&
        secondsOf(file) >= 60,
    );
    return found.slice(0, 2);
  });
  for (const file of tracks.slice(0, musicTracks)) {
    const from = 10 + 30 * random();
    for (const { name, graph, voiceDb } of states) {
      const leveled = '[0:a]aresample=44100,aformat=channel_layouts=mono,dynaudnorm=f=500:m=20:p=0.4[l]';
      const inputs = cut(file, from);
      if (voiceDb === undefined) {
        add('music', name, [
          ...inputs,
          '-filter_complex',
          `${leveled};${graph.replace('[0:a]', '[l]')}`,
          '-map',
          '[out]',
        ]);
        continue;
      }
      const stream = streams[Math.floor(random() * streams.length)]!;
      const over = `[1:a]aresample=44100,dynaudnorm=f=500:m=20:p=0.4,volume=${voiceDb}dB[v];[l][v]amix=inputs=2:duration=first:normalize=0,alimiter=limit=0.95[out]`;
      add('music', name, [
        ...inputs,
        ...cut(stream.file, 60 * random()),
        '-filter_complex',
        `${leveled};${over}`,
        '-map',
        '[out]',
      ]);
    }
  }
  for (const { file, args } of plans) {
    if (existsSync(file)) continue;
    const half = `${file}.part.mp3`;
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-nostdin',
      '-y',
      '-threads',
      '1',
      ...args,
      '-t',
      `${clipSeconds}`,
      '-ac',
      '1',
      '-b:a',
      '96k',
      half,
    ]);
    renameSync(half, file);
  }
  return plans.map(({ id, kind, state, file }) => ({ id, kind, state, file }));
}

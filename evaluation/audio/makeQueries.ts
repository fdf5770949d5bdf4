// Makes the benchmark's queries: excerpts of free music, altered, encoded. Seeded: the same on every machine that has the same ffmpeg and voices.
//
//   node evaluation/audio/makeQueries.ts --part validation --work DIR --impulses DIR [--packages DIR] [--per 24] [--seconds 7,15,30]
//     [--set usual|further|all] [--natural-voices DIR]
//
// --per takes one number for all lengths or one for each, as in `--seconds 7,15,30 --per 12,12,6`; --hard the same for what is hard to find:
// reverbs, crowds, voices and chains. --set further are the conditions that were added later; those of one length only, as medleys, are asked at it
// whatever --seconds says. --natural-voices is a folder of WAV files of people or of a neural voice (naturalVoices.py); without it conditions with
// a natural voice are left out.
//
// DIR/PART/references holds what is indexed, DIR/PART/queries.jsonl what is asked, DIR/PART/truth.jsonl what is right. Packages that
// are not under --packages are fetched with apt-get and unpacked, not installed. What is there already is not made again.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { alterations, encoderArgs, graphOf, rateHz, suffixOf, type Alteration } from './alterations.ts';
import { damaged, wavFile } from './mutations.ts';
import { filesUnder, secondsOf, unpackPackage } from './packages.ts';
import { seeded } from './random.ts';
import split from './split.json' with { type: 'json' };
import {
  makeCrowds,
  makeNoise,
  makeRoom,
  makeStreams,
  spokenByEspeak,
  spokenByFlite,
  voiceSeconds,
  writeImpulse,
} from './surroundings.ts';
import { reachOf, readAlong, written, type TimeMap } from './timeMap.ts';
import { openWav, readWav, rmsOf, type Wav } from './wav.ts';

type Part = keyof typeof split.packages;

export interface Truth {
  readonly id: string;
  readonly condition: string;
  readonly seconds: number;
  /** Name of the reference, null for music that is not indexed. */
  readonly recording: string | null;
  /** The track that was cut, whether indexed or not: what the bootstrap draws. */
  readonly track: string;
  readonly offset_ms: number;
  /** 1 where `time_map` says more. */
  readonly speed_ratio: number;
  readonly pitch_semitones: number;
  /** Runs of constant speed, each `[[sound, track], [sound, track]]` in milliseconds, where one speed and offset do not say it. */
  readonly time_map?: readonly (readonly (readonly [number, number])[])[];
  /** All recordings that are in it, where there are several: in milliseconds of the sound and of the recording. */
  readonly parts?: readonly TruthPart[];
}

export interface TruthPart {
  readonly recording: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly offset_ms: number;
}

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    work: { type: 'string' },
    packages: { type: 'string' },
    impulses: { type: 'string' },
    per: { type: 'string', default: '24' },
    hard: { type: 'string' },
    seconds: { type: 'string', default: '15' },
    set: { type: 'string', default: 'usual' },
    'natural-voices': { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
});
const { work, impulses } = values;
const part = values.part as Part;
if (!work || !impulses || !(part in split.packages) || !['usual', 'further', 'all'].includes(values.set)) {
  process.stderr.write(
    'needs --part tune|validation|test, --work DIR and --impulses DIR; --set is usual, further or all\n',
  );
  process.exit(2);
}
const folder = path.join(work, part);
const packages = values.packages ?? path.join(work, 'packages');
const tracksPerPackage = 10;
const longestSeconds = 200;
const shortestSeconds = 60;

const run = promisify(execFile);
const ffmpeg = (args: readonly string[]): Promise<unknown> =>
  run('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-threads', '1', ...args]);

// ---- music, voices, rooms ----------------------------------------------------------------------------------------------

/** The first minutes of up to ten tracks of a package, as 16-bit stereo WAV. */
async function tracksOf(which: Part): Promise<string[]> {
  const dir = path.join(work!, 'tracks', which);
  mkdirSync(dir, { recursive: true });
  const made: string[] = [];
  for (const name of split.packages[which]) {
    let count = 0;
    for (const file of filesUnder(unpackPackage(packages, name), /\.(ogg|opus|mp3)$/)) {
      if (count >= tracksPerPackage) break;
      if (statSync(file).size < 400 * 1024 || !(secondsOf(file) >= shortestSeconds)) continue;
      count++;
      const stem = path
        .basename(file)
        .replace(/\.[^.]*$/, '')
        .replace(/[^A-Za-z0-9]/g, '_');
      const wav = path.join(dir, `${name}--${stem}.wav`);
      if (!existsSync(wav)) {
        await ffmpeg(['-i', file, '-t', `${longestSeconds}`, '-ac', '2', '-ar', `${rateHz}`, `${wav}.part.wav`]);
        renameSync(`${wav}.part.wav`, wav);
      }
      made.push(wav);
    }
  }
  return made;
}

function voicesOf(dir: string): Wav[] {
  mkdirSync(dir, { recursive: true });
  const settings = split.voices[part] as {
    readonly 'espeak-ng'?: readonly string[];
    readonly flite?: readonly string[];
    readonly packages: readonly string[];
  };
  const utterances: string[][] = [
    ...(settings['espeak-ng'] ?? []).map((voice) => spokenByEspeak(dir, voice)),
    ...(settings.flite ?? []).map((voice) => spokenByFlite(dir, voice)),
  ];
  for (const name of settings.packages) {
    const spoken = filesUnder(unpackPackage(packages, name), /\.wav$/).filter((file) => statSync(file).size > 30_000);
    // Two people's worth: every other message.
    utterances.push(
      spoken.filter((_, i) => i % 2 === 0).slice(0, 60),
      spoken.filter((_, i) => i % 2 === 1).slice(0, 60),
    );
  }
  return makeStreams(dir, utterances);
}

/** One stream a voice: files of a voice are called after it, `NAME-NUMBER.wav`. */
function naturalVoicesOf(dir: string): Wav[] {
  const given = values['natural-voices'];
  if (given === undefined) return [];
  const byVoice = new Map<string, string[]>();
  for (const file of filesUnder(given, /\.wav$/)) {
    const voice = path.basename(file).replace(/-\d+\.wav$/, '');
    byVoice.set(voice, [...(byVoice.get(voice) ?? []), file]);
  }
  return makeStreams(dir, [...byVoice.values()], 'natural');
}

/** Impulse responses scaled to unit energy; for the test part rooms of decaying noise, whose like nothing was tuned on. */
function roomsOf(dir: string): string[] {
  const settings = split.impulses[part] as {
    readonly files?: readonly string[];
    readonly decaySeconds?: readonly number[];
  };
  const recorded = (settings.files ?? []).map((name) => {
    const raw = execFileSync(
      'ffmpeg',
      ['-v', 'error', '-i', path.join(impulses!, `${name}.wav`), '-f', 'f32le', '-ac', '2', '-ar', `${rateHz}`, '-'],
      { maxBuffer: 1 << 28 },
    );
    const samples = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
    const left = Float32Array.from({ length: samples.length >> 1 }, (_, i) => samples[2 * i]!);
    const right = Float32Array.from({ length: samples.length >> 1 }, (_, i) => samples[2 * i + 1]!);
    return writeImpulse(dir, name, left, right);
  });
  return [...recorded, ...(settings.decaySeconds ?? []).map((decay) => makeRoom(dir, decay))];
}

// ---- queries ---------------------------------------------------------------------------------------------------------

interface Plan {
  readonly truth: Truth;
  readonly file: string;
  readonly make: () => Promise<void>;
}

interface Surroundings {
  readonly tracks: readonly Wav[];
  readonly absent: ReadonlySet<number>;
  readonly voices: readonly Wav[];
  readonly natural: readonly Wav[];
  readonly crowds: readonly Wav[];
  readonly noise: Wav;
  readonly rooms: readonly string[];
}

function planQuery(alteration: Alteration, seconds: number, n: number, draw: () => number, all: Surroundings): Plan {
  const { tracks, absent } = all;
  const wantAbsent = n % 3 === 2;
  const choices = tracks.filter((_, i) => absent.has(i) === wantAbsent);
  const wav = choices[Math.floor(draw() * choices.length)]!;
  const random = seeded(hash(`${part} ${alteration.name} ${seconds} ${n}`));
  const map = alteration.map?.(seconds, random) ?? null;
  const needed = (map === null ? seconds * alteration.speedRatio : reachOf(map)) + 0.5;
  const from = 2 + draw() * Math.max(0, wav.seconds - needed - 4);
  const pick = draw();
  const secondFrom = draw() * (voiceSeconds - Math.min(seconds, 60) - 1);
  const id = `${part}-${seconds}-${alteration.name.replace(/[^a-z0-9.+-]+/gi, '_')}-${n}`;
  const file = path.join(folder, 'queries', `${id}.${suffixOf(alteration.encoder)}`);
  const truth: Truth = {
    id,
    condition: alteration.name,
    seconds,
    recording: wantAbsent ? null : path.basename(wav.file),
    track: path.basename(wav.file),
    offset_ms: Math.round(from * 1000 * 10) / 10,
    speed_ratio: alteration.speedRatio,
    pitch_semitones: alteration.pitchSemitones,
  };
  const { medleyOf } = alteration;
  if (medleyOf !== null) return planMedley(truth, file, { alteration, medleyOf, choices, first: wav, random });

  const make = async (): Promise<void> => {
    const inputs = ['-ss', from.toFixed(4), '-t', needed.toFixed(4), '-i', wav.file];
    const along = map === null ? null : `${file}.map.wav`;
    if (along !== null) {
      alongMap(wav, from, needed, map!, along);
      inputs.splice(0, inputs.length, '-i', along);
    }
    let secondRms = 1;
    if (alteration.wet !== null) inputs.push('-i', all.rooms[Math.floor(pick * all.rooms.length)]!);
    else if (alteration.over !== null) {
      const over = overOf(alteration.over.what, pick, wav, choices, all);
      const at = alteration.over.what === 'track' ? placeOfSecond(over, seconds, pick) : secondFrom;
      secondRms = rmsOf(over, at, seconds);
      inputs.push('-ss', at.toFixed(4), '-t', `${seconds + 1}`, '-i', over.file);
    }
    const graph = graphOf(alteration, rmsOf(wav, from, needed), secondRms, seconds);
    await encode([...inputs, '-filter_complex', graph, '-map', '[out]'], alteration, file, random);
    if (along !== null) rmSync(along);
  };
  const withMap: Truth = map === null ? truth : { ...truth, time_map: written(map, from) };
  if (alteration.over?.what !== 'track' || wantAbsent) return { truth: withMap, file, make };
  const over = overOf('track', pick, wav, choices, all);
  const whole = { from_ms: 0, to_ms: seconds * 1000 };
  const parts: TruthPart[] = [
    { recording: path.basename(wav.file), ...whole, offset_ms: truth.offset_ms },
    {
      recording: path.basename(over.file),
      ...whole,
      offset_ms: Math.round(placeOfSecond(over, seconds, pick) * 1e4) / 10,
    },
  ];
  return { truth: { ...withMap, parts }, file, make };
}

const placeOfSecond = (over: Wav, seconds: number, pick: number): number =>
  2 + ((pick * 7919) % 1) * Math.max(0, over.seconds - seconds - 4);

function overOf(
  what: NonNullable<Alteration['over']>['what'],
  pick: number,
  wav: Wav,
  choices: readonly Wav[],
  { voices, natural, crowds, noise }: Surroundings,
): Wav {
  const from = (list: readonly Wav[]): Wav => list[Math.floor(pick * list.length)]!;
  switch (what) {
    case 'voice':
      return from(voices);
    case 'natural':
      return from(natural);
    case 'crowd':
      return from(crowds);
    case 'noise':
      return noise;
    case 'track':
      return from(choices.filter((other) => other !== wav));
  }
}

/** Equal parts of several recordings, one after the other: all indexed, or none. */
function planMedley(
  truth: Truth,
  file: string,
  {
    alteration,
    medleyOf,
    choices,
    first,
    random,
  }: { alteration: Alteration; medleyOf: number; choices: readonly Wav[]; first: Wav; random: () => number },
): Plan {
  const others = choices
    .filter((wav) => wav !== first)
    .map((wav) => [random(), wav] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, wav]) => wav);
  const length = truth.seconds / medleyOf;
  const pieces = [first, ...others].slice(0, medleyOf).map((wav) => ({
    wav,
    from: 2 + random() * Math.max(0, wav.seconds - length - 4),
  }));
  const make = async (): Promise<void> => {
    const inputs = pieces.flatMap(({ wav, from }) => ['-ss', from.toFixed(4), '-t', length.toFixed(4), '-i', wav.file]);
    const leveled = pieces.map(({ wav, from }, i) => {
      const level = (0.1 / Math.max(1e-4, rmsOf(wav, from, length))).toFixed(5);
      return `[${i}:a]volume=${level},aformat=channel_layouts=stereo,apad=whole_dur=${length}[p${i}]`;
    });
    const joined = `${pieces.map((_, i) => `[p${i}]`).join('')}concat=n=${pieces.length}:v=0:a=1,alimiter=limit=0.95[out]`;
    await encode(
      [...inputs, '-filter_complex', `${leveled.join(';')};${joined}`, '-map', '[out]'],
      alteration,
      file,
      random,
    );
  };
  if (truth.recording === null) return { truth, file, make };
  const parts = pieces.map(({ wav, from }, i) => ({
    recording: path.basename(wav.file),
    from_ms: Math.round(i * length * 1000),
    to_ms: Math.round((i + 1) * length * 1000),
    offset_ms: Math.round(from * 10_000) / 10,
  }));
  return { truth: { ...truth, offset_ms: parts[0]!.offset_ms, parts }, file, make };
}

function alongMap(wav: Wav, from: number, needed: number, map: TimeMap, into: string): void {
  const channels = readWav(wav, from, needed).map((pcm) => readAlong(pcm, wav.rateHz, map));
  writeFileSync(into, wavFile(channels, wav.rateHz));
}

async function encode(
  args: readonly string[],
  alteration: Alteration,
  file: string,
  random: () => number,
): Promise<void> {
  const half = file.replace(/\.([^.]+)$/, '.part.$1');
  await ffmpeg([...args, ...encoderArgs(alteration), half]);
  if (alteration.damage !== null) writeFileSync(half, damaged(readFileSync(half), alteration.damage, random));
  renameSync(half, file);
}

async function main(): Promise<void> {
  mkdirSync(path.join(folder, 'references'), { recursive: true });
  mkdirSync(path.join(folder, 'queries'), { recursive: true });
  const tracks = (await tracksOf(part)).map(openWav);
  const random = seeded(20261122);
  const order = tracks.map((_, i) => [random(), i] as const).sort((a, b) => a[0] - b[0]);
  const absent = new Set(order.slice(0, Math.round(tracks.length / 3)).map(([, i]) => i));
  // The other parts' music is in the index too, so that there is something to be mistaken for.
  const others = (Object.keys(split.packages) as Part[]).filter((other) => other !== part && other !== 'test');
  for (const other of others) for (const file of await tracksOf(other)) link(file);
  tracks.forEach((wav, i) => {
    if (!absent.has(i)) link(wav.file);
  });
  const voicesFolder = path.join(folder, 'voices');
  const voices = voicesOf(voicesFolder);
  const all: Surroundings = {
    tracks,
    absent,
    voices,
    natural: naturalVoicesOf(voicesFolder),
    crowds: makeCrowds(voicesFolder, voices),
    noise: makeNoise(voicesFolder),
    rooms: roomsOf(path.join(folder, 'impulses')),
  };

  const plans: Plan[] = [];
  const easy = values.per.split(',').map(Number);
  const hard = values.hard?.split(',').map(Number) ?? easy;
  const wanted = values.seconds.split(',').map(Number);
  const asked = alterations.filter(
    ({ set, over }) =>
      (values.set === 'all' || set === values.set) && (over?.what !== 'natural' || all.natural.length > 0),
  );
  for (const alteration of asked) {
    const per = ['reverb', 'crowd', 'voice', 'chains'].includes(alteration.family) ? hard : easy;
    const { lengths } = alteration;
    // What is only asked at lengths of its own is asked at them.
    const common = wanted.filter((one) => lengths === null || lengths.includes(one));
    for (const seconds of common.length > 0 || lengths === null ? common : lengths) {
      const draw = seeded(hash(`${part} ${alteration.name} ${seconds}`));
      const count = per[wanted.indexOf(seconds)] ?? per[0]!;
      for (let n = 0; n < count; n++) plans.push(planQuery(alteration, seconds, n, draw, all));
    }
  }
  const missing = plans.filter((plan) => !existsSync(plan.file));
  let next = 0;
  await Promise.all(
    Array.from({ length: Number(values.jobs) }, async () => {
      while (next < missing.length) {
        await missing[next++]!.make();
        if (next % 100 === 0) process.stderr.write(`${next}/${missing.length}\n`);
      }
    }),
  );
  const jsonl = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(path.join(folder, 'truth.jsonl'), jsonl(plans.map((plan) => plan.truth)));
  writeFileSync(
    path.join(folder, 'queries.jsonl'),
    jsonl(plans.map(({ truth, file }) => ({ id: truth.id, file, condition: truth.condition }))),
  );
  process.stderr.write(`${plans.length} queries; ${tracks.length - absent.size} of ${tracks.length} tracks indexed\n`);
}

function link(file: string): void {
  const at = path.join(folder, 'references', path.basename(file));
  if (!existsSync(at)) symlinkSync(path.resolve(file), at);
}

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of Buffer.from(text)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h;
}

await main();

// What is asked of a half: excerpts of its absent songs, of its indexed ones and of versions, untouched and altered, encoded.

import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { alterationNamed, encoderArgs, graphOf, suffixOf } from '../audio/alterations.ts';
import { jsonLines } from '../audio/lines.ts';
import { seeded } from '../audio/random.ts';
import { voiceSeconds } from '../audio/surroundings.ts';
import { rmsOf, type Wav } from '../audio/wav.ts';
import type { Family, Part, Song } from './songs.ts';

export interface LookalikeTruth {
  readonly id: string;
  readonly family: Family;
  readonly group: string;
  readonly variant: string;
  readonly role: 'absent' | 'present' | 'version';
  /** The song that was cut. */
  readonly song: string;
  /** The reference that it is; null for absent music and versions. */
  readonly recording: string | null;
  /** The reference that it is a version of; null for others. */
  readonly version_of: string | null;
  readonly condition: string;
  readonly seconds: number;
  readonly offset_ms: number;
  readonly speed_ratio: number;
  readonly pitch_semitones: number;
}

export interface Plan {
  readonly id: string;
  readonly song: Song;
  readonly condition: string;
  readonly seconds: number;
  /** In [0, 1): where in the song, which voice or room, where in the voice. */
  readonly draws: readonly number[];
}

/** Excerpts of absent and of indexed songs in each family; versions are asked once each. */
const asked: Readonly<Record<Exclude<Family, 'version'>, readonly [absent: number, present: number]>> = {
  groove: [360, 120],
  drums: [320, 80],
  hybrid: [320, 80],
  loop: [300, 96],
  drone: [250, 80],
  stems: [280, 60],
  melody: [220, 60],
  real: [370, 160],
};

/** Three in ten untouched, which is what a false link is seen in first; the rest by what people do. */
const conditions: readonly (readonly [name: string, weight: number])[] = [
  ['aac 96', 18],
  ['speed 0.8', 2],
  ['speed 0.9', 2],
  ['speed 1.1', 2],
  ['speed 1.25', 3],
  ['speed 1.4', 1],
  ['tempo 0.75', 2],
  ['tempo 0.9', 2],
  ['tempo 1.15', 2],
  ['tempo 1.35', 2],
  ['pitch -5', 1],
  ['pitch -2', 2],
  ['pitch +2', 2],
  ['pitch +5', 1],
  ['slowed + reverb', 3],
  ['nightcore', 2],
  ['low-pass 1 kHz', 3],
  ['mp3 24', 3],
  ['aac 32', 2],
  ['voice 0 dB', 4],
];
const lengths: readonly (readonly [seconds: number, weight: number])[] = [
  [7, 9],
  [15, 8],
  [30, 3],
];

/** Queries in a drawn order, so that what a stopped run has answered is a fair part of it. `share` of the counts above. */
export function planQueries(part: Part, songs: readonly Song[], share: number): Plan[] {
  const random = seeded(part === 'tuning' ? 7_000_001 : 7_000_002);
  const deckOf = <Item>(weighted: readonly (readonly [Item, number])[]): (() => Item) => {
    const whole = weighted.flatMap(([item, weight]) => Array.from<Item>({ length: weight }).fill(item));
    let deck: Item[] = [];
    return () => {
      if (deck.length === 0) deck = shuffled(whole, random);
      return deck.pop()!;
    };
  };
  const condition = deckOf(conditions);
  const length = deckOf(lengths);
  const plans: Plan[] = [];
  const ask = (song: Song, n: number, seconds: number): void => {
    const draws = Array.from({ length: 12 }, () => random());
    const plan = { song, condition: condition(), seconds, draws };
    // An answer to a query that was made otherwise before must not pass for an answer to this one.
    const made = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 6);
    plans.push({ id: `${song.id}-${n}-${made}`, ...plan });
  };
  for (const [family, [absent, present]] of Object.entries(asked)) {
    for (const [role, wanted] of [
      ['absent', absent],
      ['indexed', present],
    ] as const) {
      const choices = songs.filter((song) => song.family === family && song.role === role);
      const count = choices.length === 0 ? 0 : Math.ceil(wanted * share);
      for (let n = 0; n < count; n++) ask(choices[n % choices.length]!, Math.floor(n / choices.length), length());
    }
  }
  // Of an extended version 7 s could be all old or all new.
  for (const song of songs.filter(({ role }) => role === 'version'))
    ask(song, 0, song.variant === 'extended' ? 15 : length());
  return shuffled(plans, random);
}

function shuffled<Item>(list: readonly Item[], random: () => number): Item[] {
  return list
    .map((item) => [random(), item] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item);
}

export interface Making {
  readonly folder: string;
  readonly fileOf: (song: string) => string;
  readonly voices: readonly Wav[];
  readonly rooms: readonly string[];
}

const run = promisify(execFile);
/** An excerpt below this share of the song's own level is a pause: another place is drawn. */
const quietShare = 0.2;

export async function makeQueries(plans: readonly Plan[], { folder, fileOf, voices, rooms }: Making): Promise<void> {
  mkdirSync(path.join(folder, 'queries'), { recursive: true });
  const levels = new Map<string, Float32Array>();
  const truths: LookalikeTruth[] = [];
  const rows: { id: string; file: string; condition: string }[] = [];
  const startedAt = performance.now();
  let made = 0;
  const jsonl = (list: readonly unknown[]): string => list.map((row) => `${JSON.stringify(row)}\n`).join('');
  const writeRows = (): void => {
    writeFileSync(path.join(folder, 'truth.jsonl'), jsonl(truths));
    writeFileSync(path.join(folder, 'queries.jsonl'), jsonl(rows.slice(0, truths.length)));
  };
  const known = new Map<string, LookalikeTruth>();
  for await (const row of jsonLines(path.join(folder, 'truth.jsonl')))
    known.set(String(row['id']), row as unknown as LookalikeTruth);
  for (const plan of plans) {
    const { song, condition, seconds, draws } = plan;
    const alteration = alterationNamed(condition);
    const source = fileOf(song.id);
    if (!existsSync(source)) continue;
    const file = path.join(folder, 'queries', `${plan.id}.${suffixOf(alteration.encoder)}`);
    rows.push({ id: plan.id, file, condition });
    const before = known.get(plan.id);
    if (before !== undefined && existsSync(file)) {
      truths.push(before);
      continue;
    }
    const loud = levels.get(song.id) ?? levelsOf(source);
    levels.set(song.id, loud);
    const needed = seconds * alteration.speedRatio + 0.5;
    const from = placeIn(plan, loud, needed);
    truths.push({
      id: plan.id,
      family: song.family,
      group: song.group,
      variant: song.variant,
      role: song.role === 'indexed' ? 'present' : song.role,
      song: song.id,
      recording: song.role === 'indexed' ? `${song.id}.flac` : null,
      version_of: song.of === null ? null : `${song.of}.flac`,
      condition,
      seconds,
      offset_ms: Math.round(from * 1000),
      speed_ratio: alteration.speedRatio,
      pitch_semitones: alteration.pitchSemitones,
    });
    if (existsSync(file)) continue;
    const inputs = ['-ss', from.toFixed(4), '-t', needed.toFixed(4), '-i', source];
    let secondRms = 1;
    if (alteration.wet !== null) inputs.push('-i', rooms[Math.floor(draws[8]! * rooms.length)]!);
    else if (alteration.over !== null) {
      const voice = voices[Math.floor(draws[8]! * voices.length)]!;
      const voiceFrom = draws[9]! * (voiceSeconds - seconds - 1);
      secondRms = rmsOf(voice, voiceFrom, seconds);
      inputs.push('-ss', voiceFrom.toFixed(4), '-t', `${seconds + 1}`, '-i', voice.file);
    }
    const graph = graphOf(alteration, meanLevel(loud, from, needed), secondRms, seconds);
    const half = file.replace(/\.([^.]+)$/, '.part.$1');
    inputs.push('-filter_complex', graph, '-map', '[out]', ...encoderArgs(alteration), half);
    await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-threads', '1', ...inputs]);
    renameSync(half, file);
    // What is made can be asked while the rest is made.
    if (++made % 100 === 0) {
      writeRows();
      const spent = ((performance.now() - startedAt) / 1000).toFixed(0);
      process.stderr.write(`${rows.length} of ${plans.length} queries, ${made} made in ${spent} s\n`);
    }
  }
  writeRows();
  process.stderr.write(`${plans.length} queries\n`);
}

/** Second of the song at which the excerpt begins: drawn, and drawn again where there is a pause. */
function placeIn({ song, draws }: Plan, levels: Float32Array, needed: number): number {
  const { recipe } = song;
  const last = Math.max(0, levels.length - needed - 1);
  if (recipe.kind === 'rendered' && recipe.introBeats !== undefined) {
    // Half of what was added and half of the song, give or take.
    const joint = (recipe.introBeats * 60) / recipe.tempo;
    return Math.max(0, Math.min(last, joint - needed * (0.4 + 0.2 * draws[0]!)));
  }
  const usual = meanLevel(levels, 0, levels.length);
  let loudest = 0;
  let best = 0;
  for (const draw of draws.slice(0, 8)) {
    const from = draw * last;
    const quietest = Math.min(meanLevel(levels, from, needed / 2), meanLevel(levels, from + needed / 2, needed / 2));
    if (quietest > quietShare * usual) return from;
    if (quietest > loudest) [loudest, best] = [quietest, from];
  }
  return best;
}

/** Root mean square of each second. */
function levelsOf(file: string): Float32Array {
  const rate = 4000;
  const args = ['-v', 'error', '-nostdin', '-i', file, '-f', 's16le', '-ac', '1', '-ar', `${rate}`, '-'];
  const pcm = execFileSync('ffmpeg', args, { maxBuffer: 1 << 28 });
  return Float32Array.from({ length: Math.floor(pcm.length / 2 / rate) }, (_, second) => {
    let sum = 0;
    for (let i = second * rate; i < (second + 1) * rate; i++) sum += (pcm.readInt16LE(2 * i) / 32768) ** 2;
    return Math.sqrt(sum / rate);
  });
}

function meanLevel(levels: Float32Array, from: number, seconds: number): number {
  const within = levels.subarray(Math.floor(from), Math.max(Math.floor(from) + 1, Math.ceil(from + seconds)));
  let sum = 0;
  for (const level of within) sum += level * level;
  return Math.sqrt(sum / Math.max(1, within.length));
}

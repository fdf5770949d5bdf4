// Development benchmark: makes altered queries from a folder of whole recordings (seeded), searches them, prints a table per
// alteration. Needs ffmpeg. One third of the queries come from recordings that are not indexed.
//
//   node evaluation/audio/develop.ts --music DIR --voices DIR --impulses DIR --work DIR [--seconds 15] [--per 8] [--only NAME]

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createAudioIndex } from '../../matching/audio/audioIndex.ts';
import { fingerprintReference } from '../../matching/audio/reference.ts';
import { alterations } from './alterations.ts';

const { values } = parseArgs({
  options: {
    music: { type: 'string' },
    voices: { type: 'string' },
    impulses: { type: 'string' },
    work: { type: 'string' },
    seconds: { type: 'string', default: '15' },
    per: { type: 'string', default: '8' },
    only: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const { music, voices, impulses, work } = values;
if (!music || !voices || !impulses || !work) {
  console.error('needs --music, --voices, --impulses and --work');
  process.exit(2);
}
mkdirSync(work, { recursive: true });
const seconds = Number(values.seconds);

/** mulberry32: the same queries on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ffmpeg = (args: readonly string[]): Buffer =>
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { maxBuffer: 1 << 30 });
const listOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => /\.(wav|ogg|flac|mp3)$/.test(file))
    .sort()
    .map((file) => path.join(folder, file));
const samplesOf = (file: string): Float32Array => {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

const tracks = listOf(music);
const voiceFiles = listOf(voices);
const impulseFiles = listOf(impulses);
const isIndexed = (track: number): boolean => track % 3 !== 2;

const index = createAudioIndex();
let indexedSeconds = 0;
let indexBytes = 0;
let indexMs = 0;
tracks.forEach((file, track) => {
  const raw = path.join(work, `${path.basename(file)}.f32`);
  if (!existsSync(raw)) ffmpeg(['-i', file, '-ac', '1', '-ar', '8000', '-f', 'f32le', raw]);
  if (!isIndexed(track)) return;
  const pcm = samplesOf(raw);
  const startedAt = performance.now();
  const print = fingerprintReference(pcm, 8000);
  index.add({ referenceId: track, recordingId: path.basename(file), durationMs: pcm.length / 8, print });
  indexMs += performance.now() - startedAt;
  indexedSeconds += pcm.length / 8000;
  indexBytes += print.length;
});
console.log(
  `${index.size} references, ${(indexedSeconds / 60).toFixed(0)} min, indexing ${((indexedSeconds * 1000) / indexMs).toFixed(0)} x real time, ${((indexBytes / indexedSeconds) * 60).toFixed(0)} bytes a minute`,
);

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN;
const lengthOf = new Map<number, number>();
const absentBits: number[] = [];
const rows: string[] = [];
let all = 0;
let allTop = 0;
let allSure = 0;
for (const alteration of alterations) {
  if (values.only && !alteration.name.startsWith(values.only)) continue;
  const random = seeded(alteration.name.length * 7919 + seconds);
  let asked = 0;
  let top = 0;
  let sure = 0;
  const bits: number[] = [];
  const speedErrors: number[] = [];
  const pitchErrors: number[] = [];
  const offsetErrors: number[] = [];
  const times: number[] = [];
  for (let n = 0; n < Number(values.per) * 1.5; n++) {
    const present = n % 3 !== 2;
    const choices = tracks.map((_, track) => track).filter((track) => isIndexed(track) === present);
    const track = choices[Math.floor(random() * choices.length)]!;
    const raw = path.join(work, `${path.basename(tracks[track]!)}.f32`);
    if (!lengthOf.has(track)) lengthOf.set(track, readFileSync(raw).length / 4 / 8000);
    const needed = seconds * alteration.speedRatio;
    const from = 5 + random() * Math.max(0, lengthOf.get(track)! - needed - 10);
    const pick = random();
    const id = `${alteration.name}-${seconds}-${n}`;
    const query = path.join(work, `q-${id}.f32`);
    if (!existsSync(query)) {
      const inputs = ['-ss', from.toFixed(4), '-t', needed.toFixed(4), '-i', tracks[track]!];
      let second: string[] = [];
      if (alteration.second === 'impulse') second = ['-i', impulseFiles[Math.floor(pick * impulseFiles.length)]!];
      else if (alteration.second !== null) {
        const count = alteration.second === 'voice' ? 8 : 24;
        const parts = Array.from(
          { length: count },
          (_, k) => voiceFiles[(Math.floor(pick * 997) + k * 13) % voiceFiles.length]!,
        );
        const voice = path.join(work, 'second.wav');
        const graph =
          alteration.second === 'voice'
            ? `${parts.map((_, k) => `[${k}:a]`).join('')}concat=n=${count}:v=0:a=1,aloop=-1:2e9`
            : `${parts.map((_, k) => `[${k}:a]aloop=-1:2e9,atrim=start=${k * 0.4}[l${k}]`).join(';')};${parts.map((_, k) => `[l${k}]`).join('')}amix=inputs=${count}`;
        const filters = `${graph},aresample=44100,aformat=channel_layouts=stereo,atrim=0:${seconds}[v]`;
        ffmpeg([...parts.flatMap((part) => ['-i', part]), '-filter_complex', filters, '-map', '[v]', voice]);
        second = ['-i', voice];
      }
      const lossy = path.join(work, 'lossy.mp3');
      const graph = `${alteration.graph.replace('[out]', `,aresample=44100,atrim=0:${seconds}[out]`)}`;
      ffmpeg([...inputs, ...second, '-filter_complex', graph, '-map', '[out]', '-b:a', `${alteration.kbps}k`, lossy]);
      ffmpeg(['-i', lossy, '-ac', '1', '-ar', '8000', '-f', 'f32le', query]);
    }
    const pcm = samplesOf(query);
    const startedAt = performance.now();
    const found = index.search(pcm, { minBits: -100, ...(values.trace ? { trace: console.log } : {}) });
    times.push(performance.now() - startedAt);
    const best = found[0];
    if (!present) {
      absentBits.push(best?.logLikelihoodRatio ?? -100);
      if ((best?.logLikelihoodRatio ?? 0) > 8)
        rows.push(`  ABSENT ${id} ${path.basename(tracks[track]!)} ${JSON.stringify(best)}`);
      continue;
    }
    asked++;
    if (best?.recordingId === path.basename(tracks[track]!)) {
      top++;
      bits.push(best.logLikelihoodRatio);
      if (best.logLikelihoodRatio >= 20) sure++;
      speedErrors.push(Math.abs(best.speedRatio / alteration.speedRatio - 1) * 100);
      pitchErrors.push(Math.abs(best.pitchSemitones - alteration.pitchSemitones));
      offsetErrors.push(Math.abs(best.offsetMs - from * 1000));
    } else {
      bits.push(-99);
      rows.push(
        `  MISSED ${id} ${path.basename(tracks[track]!)} ${from.toFixed(1)} s: ${best ? `${best.recordingId} ${best.logLikelihoodRatio.toFixed(1)}` : 'nothing'}`,
      );
    }
  }
  all += asked;
  allTop += top;
  allSure += sure;
  const sorted = [...bits].sort((a, b) => a - b).map((b) => b.toFixed(0));
  console.log(
    `${alteration.name.padEnd(14)} top ${top}/${asked} sure ${sure}  speed ${median(speedErrors).toFixed(3)} %  pitch ${median(pitchErrors).toFixed(3)}  offset ${median(offsetErrors).toFixed(0)} ms  ${median(times).toFixed(0)} ms  bits ${sorted.join(' ')}`,
  );
}
absentBits.sort((a, b) => b - a);
console.log(rows.join('\n'));
console.log(
  `all: top ${allTop}/${all}, sure (20 bits) ${allSure}/${all}; absent n=${absentBits.length}, highest ${absentBits
    .slice(0, 8)
    .map((b) => b.toFixed(1))
    .join(' ')}`,
);
writeFileSync(path.join(work, 'absent.json'), JSON.stringify(absentBits));

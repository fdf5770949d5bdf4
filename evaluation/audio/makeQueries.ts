// Makes the benchmark's queries: excerpts of free music, altered, encoded. Seeded: the same on every machine that has the same ffmpeg and voices.
//
//   node evaluation/audio/makeQueries.ts --part validation --work DIR --impulses DIR [--packages DIR] [--per 24] [--seconds 7,15,30]
//
// --per takes one number for all lengths or one for each, as in `--seconds 7,15,30 --per 12,12,6`; --hard the same for what is hard to find:
// reverbs, crowds, voices and chains.
//
// DIR/PART/references holds what is indexed, DIR/PART/queries.jsonl what is asked, DIR/PART/truth.jsonl what is right. Packages that
// are not under --packages are fetched with apt-get and unpacked, not installed. What is there already is not made again.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readSync, closeSync, statSync } from 'node:fs';
import { symlinkSync, writeFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { alterations, graphOf, rateHz } from './alterations.ts';
import { seeded } from './random.ts';
import split from './split.json' with { type: 'json' };
import { sentences } from './sentences.ts';

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
  readonly speed_ratio: number;
  readonly pitch_semitones: number;
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
    jobs: { type: 'string', default: '2' },
  },
});
const { work, impulses } = values;
const part = values.part as Part;
if (!work || !impulses || !(part in split.packages)) {
  process.stderr.write('needs --part tune|validation|test, --work DIR and --impulses DIR\n');
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

// ---- music -----------------------------------------------------------------------------------------------------------

function unpack(name: string): string {
  const into = path.join(packages, name);
  if (existsSync(into)) return into;
  mkdirSync(packages, { recursive: true });
  execFileSync('apt-get', ['download', name], { cwd: packages, stdio: 'ignore' });
  const deb = readdirSync(packages).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
  if (deb === undefined) throw new Error(`${name} could not be fetched`);
  execFileSync('dpkg', ['-x', path.join(packages, deb), into]);
  return into;
}

const under = (dir: string, pattern: RegExp): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

const secondsOf = (file: string): number =>
  Number(
    execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file], {
      encoding: 'utf8',
    }).trim(),
  );

/** The first minutes of up to ten tracks of a package, as 16-bit stereo WAV. */
async function tracksOf(which: Part): Promise<string[]> {
  const dir = path.join(work!, 'tracks', which);
  mkdirSync(dir, { recursive: true });
  const made: string[] = [];
  for (const name of split.packages[which]) {
    let count = 0;
    for (const file of under(unpack(name), /\.(ogg|opus|mp3)$/)) {
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

interface Wav {
  readonly file: string;
  readonly dataAt: number;
  readonly channels: number;
  readonly seconds: number;
}

/** Where the samples of a 16-bit WAV lie. */
function openWav(file: string): Wav {
  const handle = openSync(file, 'r');
  const head = Buffer.alloc(4096);
  readSync(handle, head, 0, head.length, 0);
  closeSync(handle);
  let at = 12;
  let channels = 2;
  while (head.toString('latin1', at, at + 4) !== 'data') {
    if (head.toString('latin1', at, at + 4) === 'fmt ') channels = head.readUInt16LE(at + 10);
    at += 8 + head.readUInt32LE(at + 4);
    if (at > head.length - 8) throw new Error(`${file} is not the WAV it should be`);
  }
  const bytes = statSync(file).size - at - 8;
  return { file, dataAt: at + 8, channels, seconds: bytes / 2 / channels / rateHz };
}

function rmsOf(wav: Wav, from: number, seconds: number): number {
  const bytes = Math.floor(seconds * rateHz) * 2 * wav.channels;
  const buffer = Buffer.alloc(bytes);
  const handle = openSync(wav.file, 'r');
  const read = readSync(handle, buffer, 0, bytes, wav.dataAt + Math.floor(from * rateHz) * 2 * wav.channels);
  closeSync(handle);
  let sum = 0;
  // Every seventh sample says enough about a level.
  let count = 0;
  for (let i = 0; i + 1 < read; i += 14) {
    sum += (buffer.readInt16LE(i) / 32768) ** 2;
    count++;
  }
  return Math.sqrt(sum / Math.max(1, count));
}

// ---- voices, crowds, rooms -------------------------------------------------------------------------------------------

const voiceSeconds = 90;

/** Streams of talk with short pauses; and crowds: a dozen of them over each other. */
async function makeVoices(): Promise<{ voices: Wav[]; crowds: Wav[] }> {
  const dir = path.join(folder, 'voices');
  mkdirSync(dir, { recursive: true });
  const settings = split.voices[part] as {
    readonly 'espeak-ng'?: readonly string[];
    readonly flite?: readonly string[];
    readonly packages: readonly string[];
  };
  const utterances: string[][] = [];
  for (const voice of settings['espeak-ng'] ?? []) {
    utterances.push(
      sentences.map((text, i) => {
        const wav = path.join(dir, `espeak-${voice}-${i}.wav`);
        if (!existsSync(wav)) execFileSync('espeak-ng', ['-v', voice, '-s', `${140 + 10 * (i % 4)}`, '-w', wav, text]);
        return wav;
      }),
    );
  }
  for (const voice of settings.flite ?? []) {
    utterances.push(
      sentences.map((text, i) => {
        const wav = path.join(dir, `flite-${voice}-${i}.wav`);
        if (!existsSync(wav)) execFileSync('flite', ['-voice', voice, '-t', text, '-o', wav]);
        return wav;
      }),
    );
  }
  for (const name of settings.packages) {
    const spoken = under(unpack(name), /\.wav$/).filter((file) => statSync(file).size > 30_000);
    // Two people's worth: every other message.
    utterances.push(
      spoken.filter((_, i) => i % 2 === 0).slice(0, 60),
      spoken.filter((_, i) => i % 2 === 1).slice(0, 60),
    );
  }
  const voices: Wav[] = [];
  for (const [k, spoken] of utterances.entries()) {
    const wav = path.join(dir, `stream-${k}.wav`);
    if (!existsSync(wav)) {
      const inputs = spoken.slice(0, 40).flatMap((file) => ['-i', file]);
      const count = inputs.length / 2;
      const parts = Array.from(
        { length: count },
        (_, i) => `[${i}:a]aresample=${rateHz},aformat=channel_layouts=mono,apad=pad_dur=0.25[p${i}]`,
      );
      const joined = `${parts.join(';')};${parts.map((_, i) => `[p${i}]`).join('')}concat=n=${count}:v=0:a=1,aloop=-1:2e9,atrim=0:${voiceSeconds}[out]`;
      await ffmpeg([...inputs, '-filter_complex', joined, '-map', '[out]', '-c:a', 'pcm_s16le', wav]);
    }
    voices.push(openWav(wav));
  }
  const crowds: Wav[] = [];
  for (let k = 0; k < 3; k++) {
    const wav = path.join(dir, `crowd-${k}.wav`);
    if (!existsSync(wav)) {
      const random = seeded(4711 + k);
      const inputs = Array.from({ length: 14 }, () => {
        const from = random() * (voiceSeconds - 10);
        return ['-stream_loop', '-1', '-ss', from.toFixed(3), '-i', voices[Math.floor(random() * voices.length)]!.file];
      }).flat();
      await ffmpeg([
        ...inputs,
        '-filter_complex',
        `amix=inputs=14:normalize=1,atrim=0:${voiceSeconds},volume=4[out]`,
        '-map',
        '[out]',
        '-c:a',
        'pcm_s16le',
        wav,
      ]);
    }
    crowds.push(openWav(wav));
  }
  return { voices, crowds };
}

/** Impulse responses scaled to unit energy; for the test part rooms of decaying noise, whose like nothing was tuned on. */
async function makeImpulses(): Promise<string[]> {
  const dir = path.join(folder, 'impulses');
  mkdirSync(dir, { recursive: true });
  const settings = split.impulses[part] as {
    readonly files?: readonly string[];
    readonly decaySeconds?: readonly number[];
  };
  const made: string[] = [];
  const write = (name: string, left: Float32Array, right: Float32Array): void => {
    let energy = 0;
    for (const x of left) energy += x * x;
    for (const x of right) energy += x * x;
    const gain = 1 / Math.sqrt(energy / 2);
    const bytes = Buffer.alloc(left.length * 8);
    left.forEach((x, i) => {
      bytes.writeFloatLE(x * gain, 8 * i);
      bytes.writeFloatLE(right[i]! * gain, 8 * i + 4);
    });
    const raw = path.join(dir, `${name}.f32`);
    writeFileSync(raw, bytes);
    const wav = path.join(dir, `${name}.wav`);
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-f',
      'f32le',
      '-ac',
      '2',
      '-ar',
      `${rateHz}`,
      '-i',
      raw,
      '-c:a',
      'pcm_f32le',
      wav,
    ]);
    made.push(wav);
  };
  for (const name of settings.files ?? []) {
    const raw = execFileSync(
      'ffmpeg',
      ['-v', 'error', '-i', path.join(impulses!, `${name}.wav`), '-ac', '2', '-ar', `${rateHz}`, '-f', 'f32le', '-'],
      { maxBuffer: 1 << 28 },
    );
    const count = Math.min(Math.floor(raw.length / 8), 5 * rateHz);
    const left = Float32Array.from({ length: count }, (_, i) => raw.readFloatLE(8 * i));
    const right = Float32Array.from({ length: count }, (_, i) => raw.readFloatLE(8 * i + 4));
    write(name, left, right);
  }
  for (const decay of settings.decaySeconds ?? []) {
    const random = seeded(Math.round(decay * 1000));
    const count = Math.floor(decay * rateHz);
    // 60 dB in `decay` seconds; highs die twice as fast: a one-pole filter whose cut-off falls with time.
    const side = (): Float32Array => {
      let low = 0;
      return Float32Array.from({ length: count }, (_, i) => {
        const t = i / rateHz;
        const noise = (random() + random() + random() - 1.5) * 10 ** ((-3 * t) / decay);
        const keep = Math.exp((-2 * Math.PI * (9000 * 10 ** (-t / decay) + 400)) / rateHz);
        low = keep * low + (1 - keep) * noise;
        return low;
      });
    };
    write(`room-${decay}`, side(), side());
  }
  return made;
}

// ---- queries ---------------------------------------------------------------------------------------------------------

interface Plan {
  readonly truth: Truth;
  readonly file: string;
  readonly args: readonly string[];
}

const suffix = { mp3: 'mp3', aac: 'm4a', opus: 'opus' } as const;
const encoderArgs = { mp3: ['-c:a', 'libmp3lame'], aac: ['-c:a', 'aac'], opus: ['-c:a', 'libopus'] } as const;

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
  const { voices, crowds } = await makeVoices();
  const rooms = await makeImpulses();

  const plans: Plan[] = [];
  const easy = values.per.split(',').map(Number);
  const hard = values.hard?.split(',').map(Number) ?? easy;
  for (const [at, seconds] of values.seconds.split(',').map(Number).entries()) {
    for (const alteration of alterations) {
      const per = ['reverb', 'crowd', 'voice', 'chains'].includes(alteration.family) ? hard : easy;
      const draw = seeded(hash(`${part} ${alteration.name} ${seconds}`));
      for (let n = 0; n < (per[at] ?? per[0]!); n++) {
        const wantAbsent = n % 3 === 2;
        const choices = tracks.map((_, i) => i).filter((i) => absent.has(i) === wantAbsent);
        const wav = tracks[choices[Math.floor(draw() * choices.length)]!]!;
        const needed = seconds * alteration.speedRatio + 0.5;
        const from = 2 + draw() * Math.max(0, wav.seconds - needed - 4);
        const pick = draw();
        const second =
          alteration.wet !== null
            ? null
            : alteration.over === null
              ? null
              : (alteration.over.what === 'voice' ? voices : crowds)[
                  Math.floor(pick * (alteration.over.what === 'voice' ? voices : crowds).length)
                ]!;
        const secondFrom = draw() * (voiceSeconds - seconds - 1);
        const room = rooms[Math.floor(pick * rooms.length)]!;
        const id = `${part}-${seconds}-${alteration.name.replace(/[^a-z0-9.+-]+/gi, '_')}-${n}`;
        const file = path.join(folder, 'queries', `${id}.${suffix[alteration.encoder]}`);
        const inputs = ['-ss', from.toFixed(4), '-t', needed.toFixed(4), '-i', wav.file];
        if (alteration.wet !== null) inputs.push('-i', room);
        else if (second !== null) inputs.push('-ss', secondFrom.toFixed(4), '-t', `${seconds + 1}`, '-i', second.file);
        const graph = existsSync(file)
          ? ''
          : graphOf(alteration, rmsOf(wav, from, needed), second ? rmsOf(second, secondFrom, seconds) : 1, seconds);
        plans.push({
          file,
          args: [
            ...inputs,
            '-filter_complex',
            graph,
            '-map',
            '[out]',
            ...encoderArgs[alteration.encoder],
            '-b:a',
            `${alteration.kbps}k`,
          ],
          truth: {
            id,
            condition: alteration.name,
            seconds,
            recording: wantAbsent ? null : path.basename(wav.file),
            track: path.basename(wav.file),
            offset_ms: Math.round(from * 1000 * 10) / 10,
            speed_ratio: alteration.speedRatio,
            pitch_semitones: alteration.pitchSemitones,
          },
        });
      }
    }
  }
  const missing = plans.filter((plan) => !existsSync(plan.file));
  let next = 0;
  await Promise.all(
    Array.from({ length: Number(values.jobs) }, async () => {
      while (next < missing.length) {
        const plan = missing[next++]!;
        const half = plan.file.replace(/\.([^.]+)$/, '.part.$1');
        await ffmpeg([...plan.args, half]);
        renameSync(half, plan.file);
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

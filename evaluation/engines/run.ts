// What the embedding costs, for both engines side by side, and whether they agree.
//
//   npm run evaluate -- engines [--seconds 120] [--clips DATA/validation [--each 40]] [--out FILE.md]
//
// Needs no audio: the cost does not depend on what is heard. With --clips (what training/fingerprint/ prepared) it also says how many
// altered clips the embedding and the peak cue find. Times are process CPU time of one thread, so that a busy machine
// changes them less than a clock would; each is the least of several rounds.

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openEmbedder, type Embedder } from '../../models/fingerprint/embedder.ts';
import { referenceWindows, soundWindows, type Windows } from '../../models/fingerprint/frontEnd.ts';
import { readManifest } from '../../models/fingerprint/model.ts';
import { compareOnClips } from './clips.ts';

const rounds = 4;
const soundSeconds = 15;
/** Hypotheses of speed, tempo and pitch that the search may have to walk through. */
const hypotheses = 75;

export const usage = `usage: npm run evaluate -- engines [options]
  --seconds S      length of the recording that is embedded, 10 to 3600; 120 when not given
  --clips DIR      also says how many altered clips of it are found; training/fingerprint/ prepares them
  --each N         clips of each alteration; 40 when not given
  --out FILE.md    where the report is written
  --help           this`;

export async function main(argv: string[]): Promise<number> {
  let seconds: number;
  let out: string | undefined;
  let clips: string | undefined;
  let each: number;
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        seconds: { type: 'string', default: '120' },
        clips: { type: 'string' },
        each: { type: 'string', default: '40' },
        out: { type: 'string' },
      },
    });
    seconds = Number(values.seconds);
    out = values.out;
    clips = values.clips;
    each = Number(values.each);
    if (!(each >= 1)) throw new Error('--each must be at least 1');
    if (!(seconds >= 10 && seconds <= 3600)) throw new Error('--seconds must be from 10 to 3600');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return 2;
  }

  const manifest = await readManifest();
  const recording = music(seconds);
  const sound = music(soundSeconds);
  const minutes = seconds / 60;

  const reference = await cost(() => Promise.resolve(referenceWindows(recording)));
  const plain = await cost(() => Promise.resolve(soundWindows(sound)));
  const warped = await cost(() => Promise.resolve(soundWindows(sound, { time: 1.25, frequency: 1.25 })));

  const rows: string[] = [];
  const vectors: { name: string; segment: Float32Array }[] = [];
  for (const outcome of [
    await openEmbedder('onnx'),
    await openEmbedder('tensorflow', { backend: 'node' }),
    await openEmbedder('tensorflow', { backend: 'wasm' }),
  ]) {
    if (outcome.kind === 'unavailable') {
      process.stderr.write(`left out: ${outcome.reason}\n`);
      continue;
    }
    const { embedder } = outcome;
    const before = process.memoryUsage().rss;
    const byReference = await cost(() => embed(embedder, reference.value));
    const bySound = await cost(() => embed(embedder, plain.value));
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    vectors.push({ name: embedder.description, segment: byReference.value });
    const minute = (reference.ms + byReference.ms) / minutes;
    rows.push(
      `| ${embedder.description} | ${(byReference.ms / reference.value.count).toFixed(2)} | ${minute.toFixed(0)} | ${(60_000 / minute).toFixed(0)} | ${(plain.ms + bySound.ms).toFixed(0)} | ${(((warped.ms + bySound.ms) * hypotheses) / 1000).toFixed(1)} | ${grown.toFixed(0)} |`,
    );
    await embedder.close();
  }

  let found: readonly string[] = [];
  if (clips !== undefined) {
    const outcome = await openEmbedder('onnx');
    if (outcome.kind === 'unavailable') throw new Error(outcome.reason);
    const table = await compareOnClips(clips, outcome.embedder, each, (text) => process.stderr.write(`${text}\n`));
    await outcome.embedder.close();
    found = ['## Altered clips', '', table, ''];
  }

  const report = [
    '# Engines of the audio embedding',
    '',
    `Made by \`npm run evaluate -- engines\`; weights ${manifest.name} ${manifest.version}, ${manifest.network.parameters} parameters, ` +
      `${(manifest.network.multiplicationsPerWindow / 1e6).toFixed(1)} M multiplications a window of 2.05 s; Node ${process.versions.node}; one thread, CPU time.`,
    '',
    `The front end alone: ${(reference.ms / minutes).toFixed(0)} ms a minute of recording (${((60_000 * minutes) / reference.ms).toFixed(0)} × real time), ` +
      `${plain.ms.toFixed(0)} ms for a sound of ${soundSeconds} s at its own speed, ${warped.ms.toFixed(0)} ms under another hypothesis.`,
    '',
    '| engine | ms a window | ms a minute of recording | × real time | ms a sound of 15 s, own speed | s, whole grid without early stop | memory grown, MB |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'The front end is in all but the first and the last column. A recording has a window every 512 ms, a sound one every 256 ms; the whole grid has ' +
      `${hypotheses} hypotheses. ${agreement(vectors)}`,
    '',
    ...found,
  ].join('\n');
  process.stdout.write(report);
  if (out !== undefined) await writeFile(out, report);
  return rows.length > 0 ? 0 : 1;
}

async function embed(embedder: Embedder, windows: Windows): Promise<Float32Array> {
  return (await embedder.embed(windows.input, windows.count)).segment;
}

/** Least CPU time of the rounds, after one that warms up. */
async function cost<Value>(work: () => Promise<Value>): Promise<{ readonly ms: number; readonly value: Value }> {
  let value = await work();
  let ms = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    value = await work();
    const used = process.cpuUsage(before);
    ms = Math.min(ms, (used.user + used.system) / 1000);
  }
  return { ms, value };
}

function agreement(vectors: readonly { readonly name: string; readonly segment: Float32Array }[]): string {
  const [first, ...others] = vectors;
  if (first === undefined || others.length === 0) return '';
  const largest = others.map(({ segment }) =>
    segment.reduce((most, value, i) => Math.max(most, Math.abs(value - first.segment[i]!)), 0),
  );
  return `Largest difference between the engines' vectors: ${Math.max(...largest).toExponential(1)}.`;
}

/** Chords that change twice a second over noise; seeded. */
function music(seconds: number): Float32Array {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 4294967296;
  };
  const pcm = new Float32Array(seconds * 8000);
  for (let beat = 0; beat < seconds * 2; beat++) {
    const tones = Array.from({ length: 4 }, () => 110 * 2 ** (Math.floor(random() * 48) / 12));
    for (let i = 0; i < 4000; i++) {
      let sample = (random() - 0.5) * 0.05;
      for (const hz of tones) sample += 0.1 * Math.exp(-i / 3000) * Math.sin((2 * Math.PI * hz * i) / 8000);
      pcm[beat * 4000 + i] = sample;
    }
  }
  return pcm;
}

// Top-1 of altered clips through the TypeScript chain: the embedding beside the peak cue, on training's validation part.
//
// The embedding is asked at the clip's true hypothesis and at "untouched"; the peak cue runs its own whole search. What the
// embedding would find by itself over the grid lies between its two columns.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintReference } from '../../matching/audio/reference.ts';
import type { Embedder } from '../../models/fingerprint/embedder.ts';
import { createReferenceIndex } from '../../matching/audio/referenceIndex.ts';
import { referenceWindows, soundWindows } from '../../models/fingerprint/frontEnd.ts';

interface Track {
  readonly name: string;
}

interface Clip {
  readonly name: string;
  readonly condition: string;
  readonly track: string;
  readonly time: number;
  readonly frequency: number;
}

interface Outcome {
  readonly condition: string;
  readonly track: string;
  readonly untouched: boolean;
  readonly hypothesis: boolean;
  readonly peaks: boolean;
}

/** Samples of a one-dimensional int16 array as numpy writes it, at full scale 1. */
async function readPcm(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  const headerBytes = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + headerBytes);
  if (!header.includes("'<i2'")) throw new Error(`${path} does not hold int16 samples`);
  const count = (bytes.length - 10 - headerBytes) / 2;
  return Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(10 + headerBytes + 2 * i) / 32768);
}

async function readList<Entry>(path: string): Promise<readonly Entry[]> {
  return JSON.parse(await readFile(path, 'utf8')) as readonly Entry[];
}

/** `folder` is DATA/validation of training; `each` clips of every condition are asked. @returns a Markdown table. */
export async function compareOnClips(
  folder: string,
  embedder: Embedder,
  each: number,
  onProgress: (text: string) => void,
): Promise<string> {
  const tracks = await readList<Track>(join(folder, 'music', 'tracks.json'));
  const index = createReferenceIndex();
  const references: { readonly segment: Float32Array; readonly count: number }[] = [];
  let seconds = 0;
  for (const [number, { name }] of tracks.entries()) {
    const pcm = await readPcm(join(folder, 'music', `${name}.npy`));
    seconds += pcm.length / 8000;
    const windows = referenceWindows(pcm);
    references.push(await embedder.embed(windows.input, windows.count));
    const print = fingerprintReference(pcm, 8000);
    index.add({ referenceId: number, recordingId: name, print });
  }
  onProgress(`${tracks.length} recordings, ${(seconds / 3600).toFixed(1)} h`);

  const size = references[0]!.segment.length / references[0]!.count;
  const nearest = async (pcm: Float32Array, hypothesis: { time: number; frequency: number }): Promise<string> => {
    const windows = soundWindows(pcm, hypothesis);
    const { segment } = await embedder.embed(windows.input, windows.count);
    let best = -Infinity;
    let answer = '';
    for (const [number, reference] of references.entries()) {
      const score = bestDiagonal(segment, windows.count, reference.segment, reference.count, size);
      if (score > best) {
        best = score;
        answer = tracks[number]!.name;
      }
    }
    return answer;
  };

  const outcomes: Outcome[] = [];
  const asked = new Map<string, number>();
  for (const { name, condition, track, time, frequency } of await readList<Clip>(join(folder, 'clips', 'clips.json'))) {
    const before = asked.get(condition) ?? 0;
    if (before >= each) continue;
    asked.set(condition, before + 1);
    const pcm = await readPcm(join(folder, 'clips', `${name}.npy`));
    const atTruth = await nearest(pcm, { time, frequency });
    const changed = time !== 1 || frequency !== 1;
    outcomes.push({
      condition,
      track,
      hypothesis: atTruth === track,
      untouched: (changed ? await nearest(pcm, { time: 1, frequency: 1 }) : atTruth) === track,
      peaks: (await index.search(pcm, { minBits: -100 })).candidates[0]?.recordingId === track,
    });
    if (outcomes.length % 20 === 0) onProgress(`${outcomes.length} clips`);
  }

  const rows = [...asked.keys(), 'all'].map((condition) => {
    const of = outcomes.filter((outcome) => condition === 'all' || outcome.condition === condition);
    const cells = (['peaks', 'untouched', 'hypothesis'] as const).map((column) =>
      shareWithInterval(of.map((outcome) => ({ track: outcome.track, hit: outcome[column] }))),
    );
    return `| ${condition} | ${of.length} | ${cells.join(' | ')} |`;
  });
  return [
    `${tracks.length} recordings (${(seconds / 3600).toFixed(1)} h) of validation packages, clips of 10 s, top-1 in %, 95 % interval by bootstrap over recordings.`,
    '',
    '| alteration | clips | peak cue, whole search | embedding, as if untouched | embedding, right hypothesis |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Largest mean over the windows of query[i] · reference[offset + i / 2]: sounds have two windows for each of a recording's. */
function bestDiagonal(
  query: Float32Array,
  queryCount: number,
  reference: Float32Array,
  referenceCount: number,
  size: number,
): number {
  const reach = (queryCount - 1) >> 1;
  if (queryCount === 0 || referenceCount <= reach) return -Infinity;
  const total = new Float32Array(referenceCount - reach);
  for (let i = 0; i < queryCount; i++) {
    for (let offset = 0; offset < total.length; offset++) {
      const at = (offset + (i >> 1)) * size;
      let dot = 0;
      for (let k = 0; k < size; k++) dot += query[i * size + k]! * reference[at + k]!;
      total[offset]! += dot;
    }
  }
  return total.reduce((most, score) => Math.max(most, score), -Infinity) / queryCount;
}

function shareWithInterval(hits: readonly { readonly track: string; readonly hit: boolean }[]): string {
  const byTrack = [...Map.groupBy(hits, ({ track }) => track).values()];
  let state = 12345;
  const shares: number[] = [];
  for (let round = 0; round < 1000; round++) {
    let right = 0;
    let all = 0;
    for (let i = 0; i < byTrack.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const drawn = byTrack[Math.floor((state / 4294967296) * byTrack.length)]!;
      right += drawn.filter(({ hit }) => hit).length;
      all += drawn.length;
    }
    shares.push((100 * right) / all);
  }
  shares.sort((a, b) => a - b);
  const share = (100 * hits.filter(({ hit }) => hit).length) / hits.length;
  return `${share.toFixed(1)} (${shares[25]!.toFixed(0)}–${shares[974]!.toFixed(0)})`;
}

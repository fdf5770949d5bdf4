// What the search costs, in CPU time of one core (the machine may be busy): written to DIR/PART/cost.json for the report.
//
//   node evaluation/audio/cost.ts --work DIR --part test [--copies 1,10,50] [--searches 10000]
//
// --searches asks the largest index so many times and tells how much memory was held on the way.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDecoder } from '../../audio/decode.ts';
import { fingerprintReference } from '../../matching/audio/reference.ts';
import { createReferenceIndex, type ReferenceIndex } from '../../matching/audio/referenceIndex.ts';
import { soundPrint } from '../../matching/audio/soundPrint.ts';
import type { Truth } from './makeQueries.ts';

const { values } = parseArgs({
  options: {
    work: { type: 'string' },
    part: { type: 'string', default: 'test' },
    copies: { type: 'string', default: '1,10,50' },
    references: { type: 'string', default: '20' },
    searches: { type: 'string', default: '0' },
  },
});
if (values.work === undefined) {
  process.stderr.write('needs --work DIR\n');
  process.exit(2);
}
const folder = path.join(values.work, values.part);
const cpuMs = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
};
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN;

setFlagsFromString('--expose-gc');
/** Memory is only comparable after a full collection. */
const collect = runInNewContext('gc') as () => void;

const decoder = createDecoder();
const pcmOf = async (file: string): Promise<Float32Array> => {
  const decoded = await decoder.decode(file, { sampleRateHz: 8000 });
  if (decoded.kind !== 'audio') throw new Error(`${file}: ${decoded.reason}`);
  return decoded.pcm;
};

const truths = readFileSync(path.join(folder, 'truth.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Truth);
/** Some of the split's own tracks, so that there is something to find. */
const chosen = [...new Set(truths.flatMap((truth) => truth.recording ?? []))]
  .sort()
  .slice(0, Number(values.references));
const prints: { durationMs: number; print: Uint8Array }[] = [];
let fingerprintMs = 0;
for (const name of chosen) {
  const pcm = await pcmOf(path.join(folder, 'references', name));
  let print = new Uint8Array(0);
  fingerprintMs += await cpuMs(() => {
    print = Uint8Array.from(fingerprintReference(pcm, 8000));
  });
  prints.push({ durationMs: pcm.length / 8, print });
}
const minutes = prints.reduce((sum, { durationMs }) => sum + durationMs / 60_000, 0);
const bytes = prints.reduce((sum, { print }) => sum + print.length, 0);
const cost: Record<string, string> = {
  fingerprinting: `${((minutes * 60_000) / fingerprintMs).toFixed(0)} × real time on one core, from samples at 8 kHz`,
  stored: `${(bytes / minutes / 1024).toFixed(1)} KB a minute of reference`,
};

const indexed = new Set(chosen);
const files = new Map(
  readFileSync(path.join(folder, 'queries.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string; file: string })
    .map(({ id, file }) => [id, file]),
);
const sounds = async (wanted: (truth: Truth) => boolean): Promise<Float32Array[]> =>
  Promise.all(
    truths
      .filter((truth) => truth.seconds === 15 && wanted(truth))
      .slice(0, 8)
      .map((truth) => pcmOf(files.get(truth.id)!)),
  );
const present = await sounds(
  (truth) =>
    truth.recording !== null && indexed.has(truth.recording) && /^(aac|mp3|opus|phone|bass)/.test(truth.condition),
);
const absent = await sounds((truth) => truth.recording === null);
decoder.close();

const sizes = values.copies.split(',').map(Number);
/** Small indexes weigh less than what the collector leaves behind. */
const largest = Math.max(...sizes);
for (const copies of sizes) await measure(copies);
writeFileSync(path.join(folder, 'cost.json'), `${JSON.stringify(cost, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(cost, null, 2)}\n`);

/** A function of its own, so that one index is gone before the next is weighed. */
async function measure(copies: number): Promise<void> {
  const index = createReferenceIndex();
  collect();
  const before = process.memoryUsage();
  const addMs = await cpuMs(() => {
    for (let copy = 0; copy < copies; copy++) {
      prints.forEach(({ print }, i) => {
        // Copies lie elsewhere on the spectrogram's axes, so that they crowd the index without being the same music.
        index.add({
          referenceId: copy * prints.length + i,
          recordingId: `${copy}/${i}`,
          print: copy === 0 ? print : shifted(print, copy),
        });
      });
    }
    return index.settle();
  });
  collect();
  const after = process.memoryUsage();
  const mb = (after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed) / 1024 / 1024;
  const timed = async (list: readonly Float32Array[]): Promise<number> => {
    const times: number[] = [];
    for (const pcm of list) times.push(await cpuMs(() => index.search(pcm, { minBits: -100 })));
    return median(times);
  };
  // Once to warm up: a worker searches thousands.
  await timed(present);
  if (copies === largest) {
    const tenMinutes = Float32Array.from({ length: 600 * 8000 }, (_, i) => {
      const pcm = absent[Math.floor(i / (15 * 8000)) % absent.length]!;
      return pcm[i % (15 * 8000)] ?? 0;
    });
    const print = soundPrint(tenMinutes);
    const longMs = await cpuMs(() => index.search(print, { minBits: -100 }));
    cost['ten minutes of music that is not indexed'] =
      `${(longMs / 1000).toFixed(1)} s of CPU from the stored print, in the largest index`;
    const searches = Number(values.searches);
    if (searches > 0) cost[`memory over ${searches} searches`] = await memoryOver(searches, index);
  }
  cost[`index of ${Math.round((minutes * copies) / 60)} h, ${prints.length * copies} references`] =
    `a 15 s sound at its own speed ${(await timed(present)).toFixed(0)} ms, the whole grid ${(await timed(absent)).toFixed(0)} ms, of CPU${copies === largest ? `; ${mb.toFixed(0)} MB in memory` : ''}; added at ${((minutes * copies * 60_000) / addMs).toFixed(0)} × real time`;
}
/** Heap and buffers after full collections, at ten times spread over the searches; the first tenth warms up. */
async function memoryOver(searches: number, index: ReferenceIndex): Promise<string> {
  const held: number[] = [];
  for (let n = 1; n <= searches; n++) {
    await index.search(present[n % present.length]!, { minBits: -100 });
    if (n % Math.ceil(searches / 10) !== 0) continue;
    collect();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    held.push((arrayBuffers + heapUsed) / 1024 / 1024);
  }
  return `${Math.min(...held).toFixed(1)} to ${Math.max(...held).toFixed(1)} MB held, ${held[0]!.toFixed(1)} after a tenth and ${held.at(-1)!.toFixed(1)} at the end`;
}

/** The print with every peak moved by some quarter bands and its time steps shuffled a little. */
function shifted(print: Uint8Array, copy: number): Uint8Array {
  const moved = Uint8Array.from(print);
  for (let at = 5; at + 2 < moved.length; at += 3) {
    const word = moved[at]! | (moved[at + 1]! << 8) | (moved[at + 2]! << 16);
    const band = (word >> 6) & 1023;
    if (band === 1023) continue;
    const step = ((word & 63) + ((at * copy) % 3)) % 63;
    const next = (word & ~1048575 & 0xffffff) | (word & 0xf0000) | ((((band + 7 * copy) % 470) & 1023) << 6) | step;
    moved[at] = next & 255;
    moved[at + 1] = (next >> 8) & 255;
    moved[at + 2] = (next >> 16) & 255;
  }
  return moved;
}

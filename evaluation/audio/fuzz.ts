// Throws damaged files at the decoder, the gates and the fingerprints: no crash, no hang, no growth, and a named reason for each.
//
//   node evaluation/audio/fuzz.ts [--count 10000] [--seed 1] [--log FILE]

import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDecoder, type Decoder } from '../../audio/decode.ts';
import { judgeSound } from '../../audio/gates.ts';
import { fingerprintReference, unpackPeaks } from '../../matching/audio/reference.ts';
import { soundPrint, unpackSoundPrint } from '../../matching/audio/soundPrint.ts';
import { damagedCorpus, makeSeeds, mutate } from './mutations.ts';
import { seeded } from './random.ts';

export interface FuzzResult {
  readonly files: number;
  /** `audio`, or the code of what was unreadable, with how often. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What must not happen, one line each. */
  readonly faults: readonly string[];
  readonly slowestMs: number;
}

/** As in operation: the first quarter of an hour, in half of the memory. */
export const fuzzLimits = { timeoutMs: 20_000, memoryMb: 350, maxDurationMs: 900_000 } as const;

/** Decodes `count` mutated files one after the other. Files that break a rule are kept in `folder`. */
export async function fuzz(
  folder: string,
  seeds: ReadonlyMap<string, Buffer>,
  count: number,
  seed: number,
  decoder: Decoder,
  onProgress: (done: number, outcomes: Readonly<Record<string, number>>) => void = () => undefined,
): Promise<FuzzResult> {
  const random = seeded(seed);
  const formats = [...seeds.keys()];
  const outcomes: Record<string, number> = {};
  const faults: string[] = [];
  let slowestMs = 0;
  for (let n = 0; n < count; n++) {
    const format = formats[n % formats.length]!;
    const other = seeds.get(formats[Math.floor(random() * formats.length)]!)!;
    const bytes = mutate(seeds.get(format)!, other, random);
    const file = path.join(folder, `mutant.${format}`);
    writeFileSync(file, bytes);
    const startedAt = performance.now();
    const { outcome, fault } = await listen(file, decoder);
    const ms = performance.now() - startedAt;
    slowestMs = Math.max(slowestMs, ms);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const late = ms > fuzzLimits.timeoutMs + 10_000 ? `took ${Math.round(ms)} ms` : null;
    for (const wrong of [fault, late]) {
      if (wrong === null) continue;
      faults.push(`mutant ${n} of seed ${seed} (${format}): ${wrong}`);
      writeFileSync(path.join(folder, `fault-${seed}-${n}.${format}`), bytes);
    }
    if ((n + 1) % 250 === 0) onProgress(n + 1, outcomes);
  }
  return { files: count, outcomes, faults, slowestMs };
}

/** What becomes of one file, and which rule it broke. */
export async function listen(file: string, decoder: Decoder): Promise<{ outcome: string; fault: string | null }> {
  try {
    const decoded = await decoder.decode(file, { sampleRateHz: 8000 });
    // Whatever is in a file, it must not become trouble of ours.
    if (decoded.kind === 'failed') return { outcome: `failed: ${decoded.code}`, fault: decoded.reason };
    if (decoded.kind === 'unreadable') {
      const named = decoded.reason.length > 10 && /^[\x20-\x7e]+\.$/.test(decoded.reason);
      return { outcome: decoded.code, fault: named ? null : `its reason is ${JSON.stringify(decoded.reason)}` };
    }
    if (!decoded.pcm.every(Number.isFinite)) return { outcome: 'audio', fault: 'samples that are no numbers' };
    // A header may promise hours of what takes a second: the first minute says what the rest would do.
    const pcm = decoded.pcm.subarray(0, 60 * 8000);
    judgeSound(pcm);
    unpackPeaks(fingerprintReference(pcm, 8000));
    unpackSoundPrint(soundPrint(pcm));
    return { outcome: 'audio', fault: null };
  } catch (error) {
    return { outcome: 'thrown', fault: `it threw ${String(error)}` };
  }
}

/** Resident megabytes of this process. */
const residentMb = (): number => process.memoryUsage.rss() / 1024 / 1024;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      log: { type: 'string' },
    },
  });
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`);
    if (values.log !== undefined) appendFileSync(values.log, `${text}\n`);
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'fermata-fuzz-'));
  const decoder = createDecoder(fuzzLimits);
  let kept = false;
  try {
    const seeds = makeSeeds(path.join(folder, 'seeds'));
    let wrong = 0;
    for (const { name, file, expected } of damagedCorpus(path.join(folder, 'corpus'), seeds)) {
      const { outcome, fault } = await listen(file, decoder);
      const kind = outcome === 'audio' ? 'audio' : 'unreadable';
      const unexpected = fault !== null || (expected !== 'any' && expected !== kind);
      if (unexpected) wrong++;
      say(`${unexpected ? 'FAULT ' : ''}${name}: ${outcome}${fault === null ? '' : `, ${fault}`}`);
    }
    const memory: number[] = [];
    const result = await fuzz(folder, seeds, Number(values.count), Number(values.seed), decoder, (done, outcomes) => {
      memory.push(residentMb());
      say(`${done}: ${JSON.stringify(outcomes)}, ${memory.at(-1)!.toFixed(0)} MB`);
    });
    for (const fault of result.faults) say(`FAULT ${fault}`);
    const third = Math.max(1, Math.floor(memory.length / 3));
    const mean = (list: readonly number[]): number => list.reduce((sum, mb) => sum + mb, 0) / Math.max(1, list.length);
    say(
      `${result.files} mutated files, seed ${values.seed}: ${JSON.stringify(result.outcomes)}, ${result.faults.length} faults, slowest ${Math.round(result.slowestMs)} ms, ` +
        `resident memory ${mean(memory.slice(0, third)).toFixed(0)} MB in the first third, ${mean(memory.slice(-third)).toFixed(0)} MB in the last`,
    );
    kept = readdirSync(folder).some((name) => name.startsWith('fault-'));
    if (kept) say(`the files are in ${folder}`);
    return result.faults.length + wrong === 0 ? 0 : 1;
  } finally {
    decoder.close();
    if (!kept) rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.filename === process.argv[1]) {
  process.exitCode = await main();
}

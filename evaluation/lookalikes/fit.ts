// Fits what speaks against look-alikes (matching/audio/lookalikes.ts): a logistic model of ramps that never fall.
//
//   node evaluation/lookalikes/fit.ts [--write]                       from traits.jsonl, which lies beside it
//   node evaluation/lookalikes/fit.ts --set DIR [--set DIR …] [--write]   from answers, which become traits.jsonl
//
// A set is a folder with answers.jsonl and truth.jsonl, of evaluation/lookalikes or of evaluation/audio (`--detail`): candidates of all answers
// count, but those of versions and those beside a right one. log odds = intercept + Σ over traits of a ramp through seven quantiles of all candidates, whose steps are at least 0:
//   minimise −Σ log likelihood + λ/2 Σ step²
// by projected gradients. Fifths of the groups and tracks are then left out in turn: what the models without them say of them is the head of
// lookalikeWeights.ts.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { climbed, type LookalikeModel, type Trait } from '../../matching/audio/lookalikes.ts';
import { jsonLines } from '../audio/lines.ts';
import type { DetailedCandidate } from '../audio/run.ts';

export interface Row {
  readonly set: string;
  /** Of the look-alikes; of other music the set. */
  readonly family: string;
  /** Left out together. */
  readonly fold: number;
  readonly right: boolean;
  readonly traits: Readonly<Partial<Record<Trait, number>>>;
}

const traitsFile = fileURLToPath(new URL('traits.jsonl', import.meta.url));

const ofPeaks: readonly Trait[] = ['peakBits', 'overPlaces', 'overPitches', 'near', 'hidden', 'there', 'usual'];
const ofBoth: readonly Trait[] = [...ofPeaks, 'alike', 'least', 'own', 'lead'];
const quantiles = [0.03, 0.15, 0.3, 0.5, 0.7, 0.85, 0.97];
/** Of 0.3 to 8 the one that held out best. */
const penalty = 2;
const rounds = 1500;

export function fit(rows: readonly Row[], traits: readonly Trait[]): LookalikeModel {
  const knots = traits.map((trait) => knotsOf(rows.map((row) => row.traits[trait]!)));
  const places = traits.flatMap((_, t) => knots[t]!.slice(1).map((__, k) => [t, k] as const));
  const heights = rows.map((row) =>
    Float64Array.from(places, ([t, k]) => {
      const [from, to] = [knots[t]![k]!, knots[t]![k + 1]!];
      return Math.max(0, Math.min(1, (row.traits[traits[t]!]! - from) / (to - from)));
    }),
  );
  // Adam, with steps held at 0 and above.
  const count = places.length;
  const weights = new Float64Array(count + 1).fill(0.3);
  weights[count] = -3;
  const first = new Float64Array(count + 1);
  const second = new Float64Array(count + 1);
  for (let round = 1; round <= rounds; round++) {
    const gradient = new Float64Array(count + 1);
    for (const [i, height] of heights.entries()) {
      let logit = weights[count]!;
      for (let k = 0; k < count; k++) logit += weights[k]! * height[k]!;
      const error = 1 / (1 + Math.exp(-logit)) - Number(rows[i]!.right);
      gradient[count]! += error;
      for (let k = 0; k < count; k++) gradient[k]! += error * height[k]!;
    }
    const rate = round < 0.7 * rounds ? 0.05 : 0.01;
    for (let k = 0; k <= count; k++) {
      const g = gradient[k]! + (k < count ? penalty * weights[k]! : 0);
      first[k] = 0.9 * first[k]! + 0.1 * g;
      second[k] = 0.999 * second[k]! + 0.001 * g * g;
      const step = (rate * first[k]!) / (1 - 0.9 ** round) / (Math.sqrt(second[k]! / (1 - 0.999 ** round)) + 1e-8);
      weights[k] = k < count ? Math.max(0, weights[k]! - step) : weights[k]! - step;
    }
  }
  let at = 0;
  const ramps = traits.map((trait, t) => {
    const steps = knots[t]!.slice(1).map(() => rounded(weights[at++]!));
    return { trait, knots: knots[t]!.map(rounded), steps };
  });
  return { intercept: rounded(weights[count]!), ramps };
}

function knotsOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const knots = quantiles.map((q) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!));
  return knots.filter((knot, k) => k === 0 || knot > knots[k - 1]!);
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export const logitOf = (model: LookalikeModel, { traits }: Pick<Row, 'traits'>): number =>
  model.ramps.reduce((sum, ramp) => sum + climbed(ramp, traits[ramp.trait]!), model.intercept);

const folds = 5;

/** Every row's log odds by a model that has not seen its group or track. */
export function leftOut(rows: readonly Row[], traits: readonly Trait[]): number[] {
  const models = Array.from({ length: folds }, (_, left) =>
    fit(
      rows.filter(({ fold }) => fold !== left),
      traits,
    ),
  );
  return rows.map((row) => logitOf(models[row.fold]!, row));
}

/** Of rows and their log odds: what the head of the weights says. */
export function quality(rows: readonly Row[], logits: readonly number[]): string {
  const bar = Math.log(0.95 / 0.05);
  const right = rows.filter((row) => row.right).length;
  const passed = rows.filter((_, i) => logits[i]! >= bar);
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inside = rows
      .map((row, i) => ({ row, p: 1 / (1 + Math.exp(-logits[i]!)) }))
      .filter(({ p }) => Math.min(9, Math.floor(p * 10)) === bin);
    const gap = inside.reduce((sum, { row, p }) => sum + p - Number(row.right), 0);
    error += Math.abs(gap) / rows.length;
  }
  const wrongPassed = passed.filter((row) => !row.right).length;
  return `${wrongPassed} of ${rows.length - right} wrong places and of ${passed.length - wrongPassed} of ${right} right ones; calibration error ${error.toFixed(3)}`;
}

const foldOf = (name: string): number => createHash('sha256').update(name).digest()[0]! % folds;

/** Candidates of a set's answers. */
async function rowsOf(folder: string): Promise<Row[]> {
  const truths = new Map<string, Known>();
  for await (const row of jsonLines(path.join(folder, 'truth.jsonl')))
    truths.set(String(row['id']), row as unknown as Known);
  const rows: Row[] = [];
  for await (const row of jsonLines(path.join(folder, 'answers.jsonl'))) {
    const { id, candidates } = row as unknown as { id: string; candidates: readonly DetailedCandidate[] };
    const truth = truths.get(id);
    if (truth === undefined || truth.role === 'version') continue;
    const heardIn = new Set([truth.recording, ...(truth.parts ?? []).map(({ recording }) => recording)]);
    const isFound = candidates.some(({ recording }) => heardIn.has(recording));
    for (const { recording, traits } of candidates)
      // Behind the right one come its own versions: what the set calls wrong there may not be.
      if (traits.chanceBits > fewestBits && (!isFound || heardIn.has(recording)))
        rows.push({
          set: path.basename(folder),
          family: truth.family ?? 'music',
          fold: foldOf(truth.group ?? truth.track ?? id),
          right: heardIn.has(recording),
          traits: Object.fromEntries(ofBoth.map((trait) => [trait, traits[trait]])),
        });
  }
  return rows;
}

/** Below this chance is explanation enough. */
const fewestBits = 8;

interface Known {
  readonly recording: string | null;
  readonly role?: string;
  readonly family?: string;
  readonly group?: string;
  readonly track?: string;
  readonly parts?: readonly { readonly recording: string }[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { set: { type: 'string', multiple: true }, write: { type: 'boolean', default: false } },
  });
  const rows: Row[] = [];
  if (values.set === undefined) for await (const row of jsonLines(traitsFile)) rows.push(row as unknown as Row);
  else {
    for (const folder of values.set) rows.push(...(await rowsOf(folder)));
    if (values.write) writeFileSync(traitsFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
  const heard = rows.filter(({ traits }) => traits.alike !== undefined);
  const report = [
    `${rows.length} candidates, of ${[...new Set(rows.map(({ set, family }) => `${set} ${family}`))]
      .map((name) => [name, rows.filter(({ set, family }) => `${set} ${family}` === name).length].join(' '))
      .join(', ')}.`,
    `On groups and tracks that were left out, 0.95 and more is said of`,
    `  with both cues       ${quality(heard, leftOut(heard, ofBoth))}`,
    `  with the peaks alone ${quality(rows, leftOut(rows, ofPeaks))}`,
  ];
  process.stdout.write(`${report.join('\n')}\n`);
  if (!values.write) return;
  const file = fileURLToPath(new URL('../../matching/audio/lookalikeWeights.ts', import.meta.url));
  writeFileSync(
    file,
    `// Written by evaluation/lookalikes/fit.ts: do not edit.\n//\n${report.map((line) => `// ${line}\n`).join('')}\nimport type { LookalikeModel } from './lookalikes.ts';\n\nexport const withVectors: LookalikeModel = ${JSON.stringify(fit(heard, ofBoth))};\n\nexport const withoutVectors: LookalikeModel = ${JSON.stringify(fit(rows, ofPeaks))};\n`,
  );
  execFileSync('npx', ['prettier', '--write', file]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

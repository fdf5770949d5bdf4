// `npm run evaluate -- lookalikes --work DIR --part tuning|reporting`: music that sounds like what is indexed and is not.
// Indexes DIR/PART/references, asks DIR/PART/queries.jsonl (both made by make.ts) with both cues on all cores, and writes DIR/PART/answers.jsonl, appended to
// as answers come, so that a run that was stopped goes on where it was; then DIR/PART/report.md, and DIR/PART/errors.jsonl of tuning. Queries lie in a drawn
// order: what is answered so far is a fair part of them.

import { existsSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createPool, type Heard, type Task } from '../audio/jobs.ts';
import { createProgress, jsonLines, readAnswered, talk } from '../audio/lines.ts';
import { indexReferences, modelInUse } from '../audio/references.ts';
import { detailed, namedFrom } from '../audio/run.ts';
import { readOrSay, wholeNumber } from '../options.ts';
import type { LookalikeTruth } from './queries.ts';
import { hypothesisOf, isWrong, isWrongVersion, report, type Judged, type LookalikeAnswer } from './report.ts';

export const usage = `usage: npm run evaluate -- lookalikes --work DIR --part NAME [options]
  --work DIR       where evaluation/lookalikes/make.ts has put the sets
  --part NAME      tuning or reporting; NAME-slice for a small set
  --jobs N         threads, 1 to 256; as many as there are cores when not given
  --limit N        at most N queries more in this run
  --report         answers nothing more: only writes the report of what is answered
  --help           this`;

interface Asked {
  readonly folder: string;
  readonly isReporting: boolean;
  readonly jobs: number;
  readonly limit: number;
  readonly onlyReport: boolean;
}

/** Exit code 0 done, 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => readOptions(argv));
  if (asked === null) return 2;
  for (const needed of ['references', 'queries.jsonl', 'truth.jsonl']) {
    if (existsSync(path.join(asked.folder, needed))) continue;
    talk(`${asked.folder} holds no ${needed}: make the set first, see evaluation/lookalikes/README.md`);
    return 1;
  }
  try {
    if (!asked.onlyReport) await answerAll(asked);
    await writeReport(asked);
    return 0;
  } catch (error) {
    talk(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function readOptions(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: {
      work: { type: 'string' },
      part: { type: 'string' },
      jobs: { type: 'string' },
      limit: { type: 'string' },
      report: { type: 'boolean' },
    },
  });
  const { work, part } = values;
  if (work === undefined || part === undefined) throw new Error('--work and --part are needed');
  if (!/^(tuning|reporting)(-slice)?$/.test(part)) throw new Error('--part is tuning or reporting');
  const cores = String(Math.min(os.availableParallelism(), 16));
  return {
    folder: path.join(work, part),
    isReporting: part.startsWith('reporting'),
    jobs: wholeNumber('jobs', values.jobs ?? cores, 1, 256),
    limit: wholeNumber('limit', values.limit ?? '1000000', 1, 1_000_000),
    onlyReport: values.report === true,
  };
}

async function answerAll({ folder, jobs, limit }: Asked): Promise<void> {
  const out = path.join(folder, 'answers.jsonl');
  const answered = await readAnswered(out);
  const queries: { id: string; file: string }[] = [];
  for await (const row of jsonLines(path.join(folder, 'queries.jsonl')))
    queries.push({ id: String(row['id']), file: String(row['file']) });
  const open = queries.filter(({ id }) => !answered.has(id)).slice(0, limit);
  talk(`${queries.length} queries, ${answered.size} answered before`);
  const pool = createPool(jobs);
  try {
    const indexed = await indexReferences(
      pool,
      path.join(folder, 'references'),
      path.join(folder, 'references.prints'),
      await modelInUse(),
    );
    for (const problem of indexed.problems) talk(`  not indexed: ${problem}`);
    talk(`${indexed.files.length} references, ${(indexed.seconds / 3600).toFixed(1)} h`);
    await pool.index(indexed.files);
    const progress = createProgress('queries', open.length);
    let done = 0;
    let writing: Promise<void> = Promise.resolve();
    const tasks = open.map(({ file }): Task => ({ kind: 'answer', file, autopsy: true }));
    await pool.run(tasks, (task, outcome) => {
      const { id } = open[task]!;
      progress(++done);
      if (outcome.kind !== 'heard') {
        // Not written: it is asked again by the next run.
        talk(`  ${id} not answered: ${outcome.kind === 'trouble' ? outcome.reason : 'no answer'}`);
        return;
      }
      const line = JSON.stringify(toAnswer(id, outcome, indexed.files.length, jobs === 1));
      writing = writing.then(() => appendFile(out, `${line}\n`));
    });
    await writing;
  } finally {
    await pool.close();
  }
}

function toAnswer(id: string, heard: Heard, references: number, isAlone: boolean): LookalikeAnswer {
  const [first, second] = heard.candidates;
  const probability = first?.probability ?? 0;
  return {
    id,
    recording: first !== undefined && probability >= namedFrom ? first.name : null,
    best: first?.name ?? null,
    relation: first?.relation ?? null,
    speed_ratio: rounded(first?.speedRatio, 6),
    pitch_semitones: rounded(first?.pitchSemitones, 4),
    offset_ms: rounded(first?.offsetMs, 1),
    coverage: rounded(first?.coverage, 4),
    bits: rounded(first?.bits, 2),
    probability: rounded(probability, 6) ?? 0,
    second: second?.name ?? null,
    second_bits: rounded(second?.bits, 2),
    gate: heard.gate,
    candidates: heard.candidates.map(detailed),
    autopsy: heard.autopsy,
    references,
    ms: Math.round(heard.ms),
    search_ms: Math.round(heard.searchMs),
    cpu_ms: isAlone ? Math.round(heard.cpuMs) : null,
  };
}

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits));

async function writeReport({ folder, isReporting }: Asked): Promise<void> {
  const answers = new Map<string, LookalikeAnswer>();
  for await (const row of jsonLines(path.join(folder, 'answers.jsonl'))) {
    const answer = row as unknown as LookalikeAnswer;
    answers.set(answer.id, answer);
  }
  const judged: Judged[] = [];
  for await (const row of jsonLines(path.join(folder, 'truth.jsonl'))) {
    const truth = row as unknown as LookalikeTruth;
    const answer = answers.get(truth.id);
    if (answer !== undefined) judged.push({ truth, answer });
  }
  const text = report(judged, isReporting);
  await writeFile(path.join(folder, 'report.md'), text);
  process.stdout.write(text);
  // The reporting half's errors are not to be studied: whoever does has one half less.
  if (isReporting) return;
  const errors = judged
    .filter((row) => isWrong(row) || isWrongVersion(row))
    .map(({ truth, answer }) => ({ ...answer, hypothesis: hypothesisOf(answer), truth }));
  await writeFile(path.join(folder, 'errors.jsonl'), errors.map((row) => `${JSON.stringify(row)}\n`).join(''));
  talk(`${errors.length} errors in ${path.join(folder, 'errors.jsonl')}`);
}

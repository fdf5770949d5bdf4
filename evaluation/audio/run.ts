// `npm run evaluate -- audio --references DIR --queries FILE.jsonl --out FILE.jsonl`: which recording of DIR is in each query?
// One line of FILE.jsonl is {"id","file","condition"}; one line of the output is an `Answer`, appended as answers come, so that a run that was stopped
// goes on where it was. A query's file is looked for beside FILE.jsonl, then from the current folder.

import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { thresholds } from '../../matching/thresholds.ts';
import { createPool, type Heard, type HeardCandidate, type Task, type Traits } from './jobs.ts';
import { createProgress, parsedLine, readAnswered, talk } from './lines.ts';
import { indexReferences, modelInUse } from './references.ts';

/**
 * A recording is named from this probability on: the decision's own bar. The bits were calibrated on the validation part (`calibrationBits`
 * in `matching/audio/judge.ts`) so that it stands where the tail of absent music, continued, comes to one false link in a thousand.
 */
export const namedFrom = thresholds.sure;

export interface Query {
  readonly id: string;
  readonly file: string;
}

export interface Answer {
  readonly id: string;
  /** File name of the reference, relative to the folder; null below the threshold. */
  readonly recording: string | null;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  /** That the best candidate, named or not, is right. */
  readonly probability: number;
  /** "ok" when it was searched and may hold music; else what it is. */
  readonly gate: string;
  /** Everything that is named, the best first: of a medley each part has one. */
  readonly named: readonly NamedRecording[];
  /** Decoding, gates and search. */
  readonly ms: number;
}

export interface NamedRecording {
  readonly recording: string;
  readonly probability: number;
  readonly relation: string;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  /** Milliseconds of the sound, from and to. */
  readonly parts: readonly (readonly [from: number, to: number])[];
  readonly reasons: readonly string[];
}

/** Answers with what `--detail` adds: the best candidate whatever its probability. */
export interface DetailedAnswer extends Answer {
  readonly best: string | null;
  readonly bits: number | null;
  readonly relation: string | null;
  readonly second_bits: number | null;
  /** All candidates, the best first: of a medley each part has one. */
  readonly candidates: readonly DetailedCandidate[];
  readonly search_ms: number;
}

export interface DetailedCandidate {
  readonly recording: string;
  readonly bits: number;
  readonly coverage: number;
  readonly traits: Traits;
}

/** What is written of every candidate, with what its bits are made of. */
export const detailed = ({ name, bits, coverage, traits }: HeardCandidate): DetailedCandidate => ({
  recording: name,
  bits: rounded(bits, 2) ?? 0,
  coverage: rounded(coverage, 3) ?? 0,
  traits: Object.fromEntries(
    Object.entries(traits).map(([trait, value]) => [trait, rounded(value, 4)]),
  ) as unknown as Traits,
});

export const usage = `usage: npm run evaluate -- audio --references DIR --queries FILE.jsonl --out FILE.jsonl [options]
  --references DIR     audio files of the recordings; their prints are kept in OUT.prints
  --queries FILE       a line each: {"id","file","condition"}
  --out FILE           answers, a line each; those that are there are not asked again
  --jobs N             threads, 1 to 256; as many as there are cores, at most 16, when not given
  --threshold P        a recording is named from this probability on; ${namedFrom} when not given
  --detail             also the best candidate where it is not named, and all candidates with what their bits are made of
  --help               this`;

/** Exit code 0 done (also when some files were unreadable: they are named), 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        references: { type: 'string' },
        queries: { type: 'string' },
        out: { type: 'string' },
        jobs: { type: 'string' },
        threshold: { type: 'string' },
        detail: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
  const { references, queries, out } = values;
  if (references === undefined || queries === undefined || out === undefined) {
    return misuse('--references, --queries and --out are needed');
  }
  const jobs = Number(values.jobs ?? Math.min(os.availableParallelism(), 16));
  const threshold = Number(values.threshold ?? namedFrom);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) return misuse('--jobs takes a whole number from 1 to 256');
  if (!(threshold >= 0 && threshold <= 1)) return misuse('--threshold takes a probability');
  for (const needed of [references, queries]) {
    if (existsSync(needed)) continue;
    talk(`there is no ${needed}`);
    return 1;
  }
  try {
    return await answerAll({ references, queries, out, jobs, threshold, detail: values.detail === true });
  } catch (error) {
    talk(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

interface Settings {
  readonly references: string;
  readonly queries: string;
  readonly out: string;
  readonly jobs: number;
  readonly threshold: number;
  readonly detail: boolean;
}

async function answerAll(settings: Settings): Promise<number> {
  const asked = await readQueries(settings.queries);
  const answered = await readAnswered(settings.out);
  const open = asked.queries.filter((query) => !answered.has(query.id));
  const pool = createPool(Math.max(1, settings.jobs));
  try {
    const startedAt = performance.now();
    const model = await modelInUse();
    const indexed = await indexReferences(pool, settings.references, `${settings.out}.prints`, model);
    if (indexed.files.length === 0) {
      talk(`there is no readable audio in ${settings.references}`);
      return 1;
    }
    await pool.index(indexed.files);
    const indexedAt = performance.now();

    const times: number[] = [];
    const unreadable: string[] = [];
    let named = 0;
    let done = 0;
    let writing: Promise<void> = Promise.resolve();
    const progress = createProgress('queries', open.length);
    const tasks = open.map((query): Task => ({ kind: 'answer', file: fileOf(query, settings.queries) }));
    await pool.run(tasks, (task, outcome) => {
      const query = open[task]!;
      let line: Answer;
      if (outcome.kind === 'heard') {
        times.push(outcome.searchMs);
        line = toAnswer(query, outcome, settings);
      } else {
        const reason = outcome.kind === 'trouble' ? outcome.reason : 'no answer';
        unreadable.push(`${query.id} (${query.file}): ${reason}`);
        line = toAnswer(query, unheard, settings);
      }
      if (line.recording !== null) named++;
      writing = writing.then(() => appendFile(settings.out, `${JSON.stringify(line)}\n`));
      progress(++done);
    });
    await writing;

    times.sort((a, b) => a - b);
    const minutes = indexed.seconds / 60;
    talk(
      `references: ${indexed.files.length} of ${indexed.listed} files, ${minutes.toFixed(0)} min, ${(indexed.bytes / 1024 / Math.max(minutes, 1e-9)).toFixed(1)} KB a minute stored, ready after ${((indexedAt - startedAt) / 1000).toFixed(1)} s`,
    );
    for (const problem of indexed.problems) talk(`  not indexed: ${problem}`);
    talk(
      `queries: ${asked.queries.length}, of which ${asked.queries.length - open.length} were answered before; now ${named} named, ${open.length - named} not` +
        (times.length === 0
          ? ''
          : `; search ${quantile(times, 0.5).toFixed(0)} ms median, ${quantile(times, 0.95).toFixed(0)} ms 95th percentile`),
    );
    for (const problem of [...asked.problems, ...unreadable]) talk(`  not answered: ${problem}`);
    talk(`answers in ${settings.out}`);
    return 0;
  } finally {
    await pool.close();
  }
}

const unheard: Heard = {
  kind: 'heard',
  gate: 'unreadable',
  candidates: [],
  autopsy: null,
  ms: 0,
  searchMs: 0,
  cpuMs: 0,
};

/** The answer of one query, as written. */
function toAnswer(query: Query, heard: Heard, settings: Pick<Settings, 'threshold' | 'detail'>): Answer {
  const best = heard.candidates[0] ?? null;
  const probability = best?.probability ?? 0;
  const named = best !== null && probability >= settings.threshold ? best : null;
  const answer: Answer = {
    id: query.id,
    recording: named?.name ?? null,
    speed_ratio: rounded(named?.speedRatio, 6),
    pitch_semitones: rounded(named?.pitchSemitones, 4),
    offset_ms: rounded(named?.offsetMs, 1),
    coverage: rounded(named?.coverage, 4),
    probability: rounded(probability, 6) ?? 0,
    gate: heard.gate,
    named: heard.candidates.filter((candidate) => candidate.probability >= settings.threshold).map(toNamed),
    ms: rounded(heard.ms, 1) ?? 0,
  };
  if (!settings.detail) return answer;
  const withDetail: DetailedAnswer = {
    ...answer,
    speed_ratio: rounded(best?.speedRatio, 6),
    pitch_semitones: rounded(best?.pitchSemitones, 4),
    offset_ms: rounded(best?.offsetMs, 1),
    coverage: rounded(best?.coverage, 4),
    best: best?.name ?? null,
    bits: rounded(best?.bits, 2),
    relation: best?.relation ?? null,
    second_bits: rounded(heard.candidates[1]?.bits, 2),
    candidates: heard.candidates.map(detailed),
    search_ms: rounded(heard.searchMs, 1) ?? 0,
  };
  return withDetail;
}

const toNamed = (candidate: HeardCandidate): NamedRecording => ({
  recording: candidate.name,
  probability: rounded(candidate.probability, 6) ?? 0,
  relation: candidate.relation,
  speed_ratio: rounded(candidate.speedRatio, 6),
  pitch_semitones: rounded(candidate.pitchSemitones, 4),
  offset_ms: rounded(candidate.offsetMs, 1),
  coverage: rounded(candidate.coverage, 4),
  parts: candidate.parts.map(({ fromMs, toMs }) => [fromMs, toMs] as const),
  reasons: [
    `${candidate.traits.chanceBits.toFixed(0)} bits that chance did not put it there, ${candidate.bits.toFixed(1)} that music which only resembles it did not either`,
  ],
});

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits));

// ---- queries and answers ---------------------------------------------------------------------------------------------

async function readQueries(file: string): Promise<{ queries: Query[]; problems: string[] }> {
  const queries: Query[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  const text = await readFile(file, 'utf8');
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const row = parsedLine(line);
    const id = row?.['id'];
    const audio = row?.['file'];
    if ((typeof id !== 'string' && typeof id !== 'number') || typeof audio !== 'string') {
      problems.push(`line ${i + 1} has no "id" and "file"`);
    } else if (seen.has(String(id))) problems.push(`line ${i + 1}: the id ${id} is there twice`);
    else {
      seen.add(String(id));
      queries.push({ id: id as string, file: audio });
    }
  });
  return { queries, problems };
}

function fileOf(query: Query, queriesFile: string): string {
  if (path.isAbsolute(query.file)) return query.file;
  const beside = path.join(path.dirname(queriesFile), query.file);
  return existsSync(beside) ? beside : path.resolve(query.file);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

function misuse(message: string): number {
  talk(`${message}\n${usage}`);
  return 2;
}

// `npm run evaluate -- metadata --help` says what there is. Reports hold both halves of a set; the words of the reporting half are
// never shown, they are only counted.

import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { handWeightsName } from '../../domain/decision.ts';
import { answer, verdictOn } from './answer.ts';
import { wholeNumber } from '../options.ts';
import { benchmark } from './benchmark.ts';
import type { Answer, Case, Truth } from './case.ts';
import { openCatalogue, type SearchedCatalogue } from './catalogue.ts';
import { cleaningReport, judgePair, ownPairs, readPairs } from './cleaning.ts';
import {
  answersOnly,
  fullDraw,
  guestsOnly,
  leaveOneOut,
  type RealOptions,
  reportReal,
  subtitlesOnly,
  wordingsOnly,
} from './real/run.ts';
import { judge, linkRates, reliability, sumOf, table, tally } from './report.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export const usage = `usage: npm run evaluate -- metadata OPTIONS

  --cases FILE.jsonl --out FILE.jsonl [--catalogue FILE.csv]
                      one answer a line for one case a line; with a catalogue the candidates come from its rows
  --report            the project's own two halves, written to REPORT.md
  --half tuning       the misses of the half that rules may be tuned on
  --decisions FILE.jsonl [--cases FILE.jsonl --truth FILE.jsonl]
                      cases as if a person had decided each, for a dry run of a fit
  --cleaning FOLDER   the title pairs of another project's tests, written to CLEANING.md
  --speed             how many sounds a second are scored

On a real catalogue (id,title,artists,album,duration_ms,isrc; artists separated by ";"):

  --real --catalogue FILE.csv --answers FILE.jsonl [--draw N]
                      all of the following for both halves, written to REAL.md and GUESTS.md unless N is given
  --leave-one-out --catalogue FILE.csv [--half tuning|reporting] [--draw N] [--errors FILE.jsonl]
                      each recording asked for by the names that platforms and uploads give it, there and taken out; N recordings are
                      drawn (${fullDraw}) for all but the official form, which is asked of every one
  --wordings [--half tuning|reporting] [--errors FILE.jsonl]
                      what stands behind titles in 15 languages, on the sound's side, the recording's and both
  --guests            who is credited beside whom, written to GUESTS.md
  --subtitles [--catalogue FILE.csv] [--half tuning|reporting]
  --answers FILE.jsonl [--errors FILE.jsonl]
                      cases that carry their answer: right, sent to a person, missed, falsely linked, by kind
  --kinds             the same for the kinds of names that a test holds

  The errors of the reporting half are written without their words.

For example: npm run evaluate -- metadata --leave-one-out --catalogue sample.csv --draw 500 --errors errors.jsonl
`;

/** Exit code 0 done, 1 failed or a goal missed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  let values;
  let real: RealOptions;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        cases: { type: 'string' },
        out: { type: 'string' },
        catalogue: { type: 'string' },
        report: { type: 'boolean' },
        half: { type: 'string' },
        speed: { type: 'boolean' },
        cleaning: { type: 'string' },
        decisions: { type: 'string' },
        truth: { type: 'string' },
        real: { type: 'boolean' },
        'leave-one-out': { type: 'boolean' },
        wordings: { type: 'boolean' },
        guests: { type: 'boolean' },
        subtitles: { type: 'boolean' },
        answers: { type: 'string' },
        kinds: { type: 'boolean' },
        draw: { type: 'string' },
        errors: { type: 'string' },
      },
    }));
    if (values.half !== undefined && values.half !== 'tuning' && values.half !== 'reporting')
      throw new Error('--half is tuning or reporting');
    real = {
      half: values.half ?? 'tuning',
      drawn: values.draw === undefined ? fullDraw : wholeNumber('draw', values.draw, 1, 1_000_000),
      errors: values.errors ?? null,
    };
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
  if (values.real) {
    if (values.catalogue === undefined || values.answers === undefined)
      return misuse('--catalogue and --answers are needed');
    return reportReal(values.catalogue, values.answers, real.drawn);
  }
  if (values['leave-one-out'])
    return values.catalogue === undefined ? misuse('--catalogue is needed') : leaveOneOut(values.catalogue, real);
  if (values.wordings) return wordingsOnly(real);
  if (values.guests) return guestsOnly();
  if (values.subtitles) return subtitlesOnly(values.catalogue ?? null, real);
  if (values.answers !== undefined || values.kinds) return answersOnly(values.answers ?? null, real);
  if (values.report) return report();
  if (values.speed) {
    process.stdout.write(`${JSON.stringify(benchmark())}\n`);
    return 0;
  }
  if (values.decisions !== undefined)
    return asDecisions(
      values.cases ?? `${here}cases/tuning.jsonl`,
      values.truth ?? `${here}cases/tuning.truth.jsonl`,
      values.decisions,
    );
  if (values.cleaning !== undefined) {
    const made = cleaningReport(await readPairs(values.cleaning));
    await writeFile(`${here}CLEANING.md`, made);
    process.stdout.write(made);
    return 0;
  }
  if (values.half === 'tuning') return showTuning();
  if (values.cases === undefined || values.out === undefined) return misuse('--cases and --out are needed');
  const catalogue = values.catalogue === undefined ? null : await openCatalogue(values.catalogue);
  try {
    return await answerAll(values.cases, values.out, catalogue);
  } finally {
    await catalogue?.close();
  }
}

async function answerAll(casesFile: string, outFile: string, catalogue: SearchedCatalogue | null): Promise<number> {
  const answers: string[] = [];
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(casesFile, 'utf8'), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === '') continue;
    let parsed: Case;
    try {
      parsed = JSON.parse(text) as Case;
    } catch {
      process.stderr.write(`${casesFile}:${line}: not JSON\n`);
      return 1;
    }
    answers.push(JSON.stringify(await answerOne(parsed, catalogue)));
  }
  await writeFile(outFile, answers.map((each) => `${each}\n`).join(''));
  process.stderr.write(`${answers.length} answers in ${outFile}\n`);
  return 0;
}

async function answerOne(given: Case, catalogue: SearchedCatalogue | null): Promise<Answer> {
  if (catalogue === null) return answer({ ...given, cands: given.cands ?? [] });
  const { cands, rarity } = await catalogue.candidatesFor(given.sound);
  return answer({ ...given, cands }, rarity);
}

function misuse(message: string): number {
  process.stderr.write(`${message}\n\n${usage}`);
  return 2;
}

async function readJsonl<T>(path: string): Promise<readonly T[]> {
  return (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

async function half(name: string): Promise<{
  readonly truths: readonly Truth[];
  readonly cases: readonly Case[];
  readonly answers: ReadonlyMap<string, Answer>;
}> {
  const cases = await readJsonl<Case>(`${here}cases/${name}.jsonl`);
  const truths = await readJsonl<Truth>(`${here}cases/${name}.truth.jsonl`);
  return { cases, truths, answers: new Map(cases.map((each) => [each.id, answer(each)])) };
}

/** Cases as if a person had decided each by its truth: for a dry run of `fermata fit --decisions`. */
async function asDecisions(casesFile: string, truthFile: string, out: string): Promise<number> {
  const truths = new Map((await readJsonl<Truth>(truthFile)).map((truth) => [truth.id, truth]));
  const lines: string[] = [];
  for (const each of await readJsonl<Case>(casesFile)) {
    const truth = truths.get(each.id);
    // What only a person can know has no known decision.
    if (truth === undefined || truth.expect === 'review') continue;
    const verdict = verdictOn(each);
    const candidates =
      verdict.kind === 'sure'
        ? [verdict.best, ...verdict.others]
        : verdict.kind === 'undecided'
          ? verdict.candidates
          : [];
    if (candidates.length === 0) continue;
    const none = truth.expect === 'none' || truth.expect === 'pending';
    lines.push(
      JSON.stringify({
        soundId: each.id,
        kind: none ? 'noSuchRecording' : 'match',
        recordingId: none ? null : truth.recording,
        ruled: verdict.kind === 'sure' ? 'matched' : 'review',
        weights: handWeightsName,
        candidates: candidates.slice(0, 5),
      }),
    );
  }
  await writeFile(out, lines.map((line) => `${line}\n`).join(''));
  process.stderr.write(`${lines.length} decisions in ${out}\n`);
  return 0;
}

async function showTuning(): Promise<number> {
  const { truths, cases, answers } = await half('tuning');
  for (const truth of truths) {
    const given = answers.get(truth.id)!;
    const outcome = judge(truth, given);
    if (outcome === 'right') continue;
    const { sound } = cases.find((each) => each.id === truth.id)!;
    process.stdout.write(
      `${outcome} [${truth.kind}] ${truth.id} "${sound.title}" by ${sound.author} wants ${truth.expect} ${truth.recording}; got ${given.decision} ${given.ids.join(' ')} p=${given.probability.toFixed(3)}\n    ${given.reasons.join('\n    ')}\n`,
    );
  }
  process.stdout.write(`${table(tally(truths, answers))}\n`);
  return 0;
}

async function report(): Promise<number> {
  const sections: string[] = [];
  let failed = false;
  for (const name of ['reporting', 'tuning']) {
    const { truths, answers } = await half(name);
    const tallies = tally(truths, answers);
    // Slips of the hand are many and hard: they have a line of their own, so that neither hides the other.
    const isSlip = (truth: Truth): boolean => truth.kind.startsWith('slip: ');
    const rates = linkRates(
      truths.filter((truth) => !isSlip(truth)),
      answers,
    );
    const slips = linkRates(truths.filter(isSlip), answers);
    const swaps = linkRates(
      truths.filter((truth) => truth.kind === 'slip: neighbours swapped'),
      answers,
    );
    const total = sumOf(tallies);
    const percent = (n: number, of: number): string => `${((100 * n) / of).toFixed(1)} %`;
    sections.push(
      `## ${name} half (${truths.length} cases)\n`,
      `Of ${rates.linkable} linkable sounds ${percent(rates.linked, rates.linkable)} were linked and ${percent(rates.reached, rates.linkable)} linked or sent to review. Of ${slips.linkable} titles with one wrong letter ${percent(slips.linked, slips.linkable)} were linked and ${percent(slips.reached, slips.linkable)} linked or sent to review; of the ${swaps.linkable} with two neighbours swapped ${percent(swaps.linked, swaps.linkable)} were linked. ${total['wrong link']} wrong and ${total['false link']} false links in all.\n`,
      `${table(tallies)}\n`,
      `${reliability(truths, answers)}\n`,
    );
    if (total['wrong link'] + total['false link'] > 0) failed = true;
  }
  const asMeant = ownPairs.filter(
    ([input, cleaned, outcome]) => judgePair({ group: 'own', input, cleaned }).kind === outcome,
  ).length;
  sections.push(
    `## Titles and their cleaned form\n`,
    `Of ${ownPairs.length} pairs of our own ${asMeant} come out as meant (\`cleaning.ts\`); \`CLEANING.md\` holds the count on the pairs of another project.\n`,
  );
  const head =
    '# Metadata: what the words alone decide\n\nMade by `npm run evaluate -- metadata --report`; do not edit. Rules and weights were tuned on one half; of the other only these counts are looked at.\n' +
    'Wrong link: another recording, or the wrong relation. False link: a link where none belongs. Review: a person gets to see the right recording. Cases that expect a review or nothing count as right when nothing is linked.\n';
  await writeFile(`${here}REPORT.md`, `${head}\n${sections.join('\n')}`);
  process.stdout.write(`${sections.join('\n')}\n`);
  return failed ? 1 : 0;
}

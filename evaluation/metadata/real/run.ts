// The parts of the report on real names, one by one and together. `evaluation/metadata/run.ts` reads the command line.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runBattery } from './battery.ts';
import { acrossTable, BatterySummary, batteryTable } from './batterySummary.ts';
import { Calibration } from './calibration.ts';
import { officialForms } from './forms.ts';
import { kindCases } from './kinds.ts';
import { type JudgedCase } from './judged.ts';
import { guestsTable, judgeAll, readAnswers, sentence } from './judgedTables.ts';
import { askAll, type Asked, type Setting } from './leaveOneOut.ts';
import { memoryCatalogue } from './memoryCatalogue.ts';
import { realReport } from './report.ts';
import { type Half, readSample } from './sample.ts';
import { askSubtitles, subtitleCases } from './subtitles.ts';
import { formsTable, kindsTable, Summary } from './summary.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

export interface RealOptions {
  readonly half: Half;
  /** Recordings drawn for the forms that are not asked of all. */
  readonly drawn: number;
  readonly errors: string | null;
}

export const fullDraw = 2500;

/** @throws when there is no such file. */
async function setting(path: string): Promise<Setting> {
  const sample = await readSample(path);
  return { sample, catalogue: memoryCatalogue(sample.rows) };
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** REAL.md and GUESTS.md, of both halves. Exit code 1 when a goal is missed. */
export async function reportReal(catalogue: string, answers: string, drawn: RealOptions['drawn']): Promise<number> {
  const { text, missed } = realReport(await setting(catalogue), await readAnswers(answers), drawn);
  if (drawn === fullDraw) {
    await writeFile(`${folder}REAL.md`, text);
    await writeFile(`${folder}GUESTS.md`, guestsTable());
  }
  say(text);
  return missed.length === 0 ? 0 : 1;
}

/** One half of the catalogue; errors of the reporting half are written without their words, for that half is only counted. */
export async function leaveOneOut(catalogue: string, options: RealOptions): Promise<number> {
  const asking = await setting(catalogue);
  const summary = new Summary();
  const calibration = new Calibration();
  const errors: string[] = [];
  for (const one of askAll(asking, options.half, options.drawn)) {
    summary.add(one, calibration);
    if (one.kind !== null && options.errors !== null)
      errors.push(JSON.stringify(errorLine(asking, one, options.half === 'tuning')));
  }
  if (options.errors !== null) await writeLines(options.errors, errors);
  say(formsTable(summary, 'present'));
  say(formsTable(summary, 'absent'));
  say(kindsTable('present', summary, null));
  say(kindsTable('absent', summary, null));
  say(calibration.linksTable());
  say(calibration.reliabilityTable());
  const main = summary.of(officialForms[0]!.name, 'present');
  return main.another + main['another within 3 s'] === 0 ? 0 : 1;
}

function errorLine({ sample }: Setting, one: Asked, withWords: boolean): object {
  const line = {
    id: one.row.id,
    form: one.form,
    condition: one.condition,
    outcome: one.outcome,
    kind: one.kind,
    decidable: one.decidable,
    probability: one.probability,
    first: one.first,
  };
  if (!withWords) return line;
  const words = (id: string): object => {
    const row = sample.byId.get(id)!;
    return { title: row.title, artists: row.artists, album: row.album, seconds: (row.durationMs ?? 0) / 1000 };
  };
  return {
    ...line,
    sound: { title: one.sound.title, author: one.sound.author },
    recording: words(one.row.id),
    instead: one.first === null || one.firstIsRight ? null : words(one.first),
    why: one.why,
  };
}

export async function wordingsOnly(options: RealOptions): Promise<number> {
  const summary = new BatterySummary();
  const calibration = new Calibration();
  const errors: string[] = [];
  for (const one of runBattery(options.half)) {
    summary.add(one, calibration);
    if (one.outcome === 'right' || one.outcome === 'not shown' || options.errors === null) continue;
    const { wording, placement, side, outcome, sound, why } = one;
    errors.push(
      JSON.stringify({
        outcome,
        class: wording.class,
        kind: wording.kind,
        language: wording.language,
        placement,
        side,
        ...(options.half === 'tuning' ? { wording: wording.text, sound: sound.title, why } : {}),
      }),
    );
  }
  if (options.errors !== null) await writeLines(options.errors, errors);
  say(batteryTable(summary));
  say(acrossTable(summary, summary));
  return summary.linkedAcross('version') === 0 ? 0 : 1;
}

export async function guestsOnly(): Promise<number> {
  const text = guestsTable();
  await writeFile(`${folder}GUESTS.md`, text);
  say(text);
  return 0;
}

export async function subtitlesOnly(path: string | null, options: RealOptions): Promise<number> {
  const judged = judgeAll(subtitleCases);
  say(judged.table);
  if (path !== null) {
    const { sample, catalogue } = await setting(path);
    for (const row of askSubtitles(sample, catalogue, options.half)) say(JSON.stringify(row));
  }
  return judged.counts.false + judged.counts.wrong === 0 ? 0 : 1;
}

/** Cases that carry their answer: those of a file, or the kinds of names that the project holds. */
export async function answersOnly(path: string | null, options: RealOptions): Promise<number> {
  const cases: readonly JudgedCase[] = path === null ? kindCases : await readAnswers(path);
  const judged = judgeAll(cases);
  const wrong = judged.each.filter(({ judgement }) => judgement !== 'right');
  if (options.errors !== null)
    await writeLines(
      options.errors,
      wrong.map(({ case: { id, kind, sound, answer }, judgement, why }) =>
        JSON.stringify({ id, kind, judgement, sound, answer, why }),
      ),
    );
  say(judged.table);
  say(sentence(judged));
  return judged.counts.false + judged.counts.wrong === 0 ? 0 : 1;
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  process.stderr.write(`${lines.length} errors in ${path}\n`);
}

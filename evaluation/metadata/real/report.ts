// The report on real names: what is asked for, what is reached, and what is wrong, the weak first.

import { benchmark, type Speed } from '../benchmark.ts';
import { runBattery, wordings } from './battery.ts';
import { acrossTable, BatterySummary, batteryTable } from './batterySummary.ts';
import { Calibration } from './calibration.ts';
import { guestCases } from './guests.ts';
import { type JudgedCase } from './judged.ts';
import { judgeAll, type JudgedSet, sentence } from './judgedTables.ts';
import { kindCases } from './kinds.ts';
import { askAll, type Setting, wholeAlbumForm } from './leaveOneOut.ts';
import type { Half } from './sample.ts';
import { askSubtitles, countGroups, subtitleCases, type SubtitleRow } from './subtitles.ts';
import { officialForms, uploadForms } from './forms.ts';
import { allForms, asked, decidableForms, formsTable, kindsTable, percent, Summary } from './summary.ts';

interface HalfRun {
  readonly forms: Summary;
  readonly battery: BatterySummary;
  readonly calibration: Calibration;
  readonly subtitles: readonly SubtitleRow[];
}

function runHalf(setting: Setting, half: Half, drawn: number): HalfRun {
  const calibration = new Calibration();
  const forms = new Summary();
  const battery = new BatterySummary();
  for (const one of askAll(setting, half, drawn)) forms.add(one, calibration);
  for (const one of runBattery(half)) battery.add(one, calibration);
  return { forms, battery, calibration, subtitles: askSubtitles(setting.sample, setting.catalogue, half) };
}

interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly reporting: string;
  readonly tuning: string;
  readonly met: boolean;
}

export interface RealReport {
  readonly text: string;
  readonly missed: readonly string[];
}

export function realReport(setting: Setting, answers: readonly JudgedCase[], drawn: number): RealReport {
  const reporting = runHalf(setting, 'reporting', drawn);
  const tuning = runHalf(setting, 'tuning', drawn);
  const guests = judgeAll(guestCases);
  const given = judgeAll(answers);
  const kinds = judgeAll(kindCases);
  const subtitles = judgeAll(subtitleCases);
  const speed = benchmark();
  const goals = goalsOf(reporting, tuning, guests, given, speed);
  const { recordings, tuning: tuningRows, reporting: reportingRows, digest } = setting.sample.describe();
  const count = (n: number): string => n.toLocaleString('en');
  const text = `# Words on a real catalogue

Made by \`npm run evaluate -- metadata --real --catalogue FILE --answers FILE\`; do not edit. The catalogue has ${count(recordings)} real recordings (digest
${digest}), split by lead artist into ${count(tuningRows)} to tune rules on and ${count(reportingRows)} to report on; wordings are split likewise. The official form and swear words are
asked of every recording, the other forms of ${count(drawn)} drawn ones. Examples are made up: no titles of the catalogue stand here.

Twins: the same title, version and artists as sets, at most 3 s apart, or one ISRC; a link to a twin is as good. Absent: the recording and its twins
are taken out of the catalogue. "Where words decide" leaves out what nothing but luck tells apart: another recording by the same lead artist bears all that the sound says (song, version,
everybody whom it names; its length where the sound is longer than a clip), and nothing more than what platforms and uploads leave out, a guest or an edition.

The wordings of the reporting half were counted unseen twice (6 and 5 of 885 versions linked across, 24 others to a person); the kinds of those few were then looked at and mended,
so that the count below is no longer a blind one.

## Goals

| | wanted | reporting half | tuning half | |
| --- | --- | --- | --- | --- |
${goals
  .toSorted((a, b) => Number(a.met) - Number(b.met))
  .map(
    ({ what, wanted, reporting: ours, tuning: theirs, met }) =>
      `| ${what} | ${wanted} | ${ours} | ${theirs} | ${met ? 'met' : '**missed**'} |`,
  )
  .join('\n')}

## The recording is there (reporting half)

${formsTable(reporting.forms, 'present')}

## The recording and its twins are not there (reporting half)

${formsTable(reporting.forms, 'absent')}

${albumSentence(reporting.forms)}

## What went wrong, by kind

The reporting half's count, the tuning half's in brackets. The recording is there:

${kindsTable('present', reporting.forms, tuning.forms)}

The recording and its twins are not there:

${kindsTable('absent', reporting.forms, tuning.forms)}

## Wordings behind a title

${count(wordings.length)} wordings in ${new Set(wordings.map(({ language }) => language)).size} languages, in brackets, behind a dash and (versions and relations) bare. Version: names another recording. Edition: another
cut of the same take, linked or shown, but where both are known the words decide. Neutral: says nothing. Relation: what was done to it.
"Not shown" is no mistake: nothing was linked, nobody was asked. Reporting half:

${batteryTable(reporting.battery)}

Wordings of versions that are linked across somewhere behind a bracket or a dash:

${acrossTable(reporting.battery, tuning.battery)}

## Guests

\`GUESTS.md\` holds every case. Of ${guests.n} ${guests.counts.right} are right.

${guests.table}

## Subtitles

Groups of the catalogue (brackets and dash parts that name no guest, edition or film), by the number of different titles behind which they stand:

| titles | groups | with a word that makes them a version |
| --- | --- | --- |
${countGroups(setting.sample)
  .map(({ titles, groups, withVersionWord }) => `| ${titles} | ${count(groups)} | ${count(withVersionWord)} |`)
  .join('\n')}

| asked of the reporting half | right | n | linked | to a person | neither | wrong |
| --- | --- | --- | --- | --- | --- | --- |
${reporting.subtitles
  .map(
    (row) =>
      `| ${row.question} | ${row.right} | ${row.n} | ${row.linked} | ${row.review} | ${row.neither} | ${row.wrong} |`,
  )
  .join('\n')}

Made-up cases:

${subtitles.table}

## Names that led other tools astray

${sentence(given)} By kind (titles are in the file that was given):

${given.table}

The same kinds with made-up names (\`kinds.ts\`, held by a test): ${sentence(kinds)}

## How far a stated probability can be believed

${reporting.calibration.linksTable()}

Everything asked of the reporting half, by the probability that was stated for the first candidate:

${reporting.calibration.reliabilityTable()}

## Speed

Scoring of ${speed.candidates} candidates: ${count(speed.soundsPerSecond)} sounds a second of one core's time, which is ${speed.soundsPerReference} for each piece of a fixed string work; of that the core did
${speed.referencePerSecond} a second at the same time, so the wanted 2,500 are ${(2500 / speed.referencePerSecond).toFixed(0)} for each piece here. On a busy machine compare these.
`;
  return { text, missed: goals.filter(({ met }) => !met).map(({ what }) => what) };
}

function goalsOf(
  reporting: HalfRun,
  tuning: HalfRun,
  guests: JudgedSet,
  given: JudgedSet,
  speed: Speed,
): readonly Goal[] {
  const goals: Goal[] = [];
  const halves = (
    read: (run: HalfRun) => { readonly value: number; readonly text: string },
    ok: (value: number) => boolean,
    what: string,
    wanted: string,
  ): void => {
    const [ours, theirs] = [read(reporting), read(tuning)];
    goals.push({ what, wanted, reporting: ours.text, tuning: theirs.text, met: ok(ours.value) });
  };
  const share = (n: number, of: number, digits = 1) => ({
    value: of === 0 ? 0 : n / of,
    text: `${percent(n, of, digits)} (${n} of ${of})`,
  });
  const plainCount = (n: number) => ({ value: n, text: String(n) });
  for (const { name, goal } of officialForms) {
    if (goal === null) continue;
    halves(
      ({ forms }) => share(forms.of(name, 'present').linked, asked(forms.of(name, 'present'))),
      (value) => value >= goal,
      `${name}, recording there: linked`,
      `≥ ${percent(goal, 1, 0)}`,
    );
    halves(
      ({ forms }) => share(forms.of(name, 'present').review, asked(forms.of(name, 'present'))),
      (value) => value <= 0.03,
      `${name}, recording there: sent to a person`,
      '≤ 3 %',
    );
    halves(
      ({ forms }) => plainCount(toAnother(forms.of(name, 'present'))),
      (value) => value === 0,
      `${name}, recording there: linked to another`,
      '0',
    );
    halves(
      ({ forms }) => share(forms.of(name, 'absent').another, asked(forms.of(name, 'absent')), 2),
      (value) => value <= 0.0005,
      `${name}, recording gone: linked to one more than 3 s away`,
      '≤ 0.05 %',
    );
    halves(
      ({ forms }) => share(forms.of(name, 'absent', true).another, asked(forms.of(name, 'absent', true)), 2),
      (value) => value <= 0.0005,
      `${name}, recording gone, where words decide: the same`,
      '≤ 0.05 %',
    );
    halves(
      ({ forms }) => plainCount(forms.of(name, 'absent')['another within 3 s']),
      (value) => value === 0,
      `${name}, recording gone: linked to one within 3 s that is no twin`,
      '0',
    );
  }
  for (const form of uploadForms) {
    const { goal } = form;
    if (goal === null) continue;
    halves(
      ({ forms }) => share(forms.of(form.name, 'present').linked, asked(forms.of(form.name, 'present'))),
      (value) => value >= goal,
      `"${form.name}": linked${form.relation === 'same' ? '' : ' with the relation'}`,
      `≥ ${percent(goal, 1, 0)}`,
    );
  }
  halves(
    ({ forms }) =>
      plainCount(uploadForms.reduce((sum, { name }) => sum + toAnother(forms.of(name, 'present', true)), 0)),
    (value) => value === 0,
    'all upload forms, recording there, where words decide: linked to another',
    '0',
  );
  halves(
    ({ battery }) => share(battery.wordingsOf('class version').across, battery.wordingsOf('class version').n, 0),
    (value) => value === 0,
    'wordings of versions: linked across',
    '0',
  );
  for (const [set, what] of [
    [allForms, 'leave-one-out, recordings there and gone in equal parts'],
    [decidableForms, 'the same, where words decide'],
    [undefined, 'with wordings and whole albums'],
  ] as const)
    halves(
      ({ calibration }) => {
        const { n, wrong } = calibration.links(set);
        return { value: wrong / Math.max(1, n), text: `${((1000 * wrong) / Math.max(1, n)).toFixed(1)} in 1,000` };
      },
      (value) => value <= 0.001,
      `links of 0.95 and above that are wrong: ${what}`,
      '≤ 1 in 1,000',
    );
  const whole = (what: string, wanted: string, text: string, met: boolean): void => {
    goals.push({ what, wanted, reporting: text, tuning: '', met });
  };
  const falselyLinked = guests.counts.false + guests.counts.wrong;
  whole('guests: linked falsely', '0', String(falselyLinked), falselyLinked === 0);
  whole(
    'names that led others astray: right',
    '≥ 95 %',
    `${percent(given.counts.right, given.n)} (${given.counts.right} of ${given.n})`,
    given.counts.right >= 0.95 * given.n,
  );
  const givenFalse = given.counts.false + given.counts.wrong;
  whole('names that led others astray: linked wrongly or falsely', '0', String(givenFalse), givenFalse === 0);
  whole(
    'scoring of 20 candidates, sounds a second of one core',
    '≥ 2,500',
    speed.soundsPerSecond.toLocaleString('en'),
    speed.soundsPerSecond >= 2500,
  );
  return goals;
}

const toAnother = (outcomes: ReturnType<Summary['of']>): number => outcomes.another + outcomes['another within 3 s'];

function albumSentence(forms: Summary): string {
  const outcomes = forms.of(wholeAlbumForm, 'absent');
  return `Uploads of a whole album, "${wholeAlbumForm}" of 41 minutes, whose title track is in the catalogue: ${outcomes.another} of ${asked(outcomes)} are linked to it.`;
}

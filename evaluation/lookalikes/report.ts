// From truths and answers to numbers by family.
//
//   named wrongly   absent music in which something is named; of indexed music, something else than the song
//   recall          indexed music that is named, and rightly
//   as "same"       a version that is linked to its original as the same recording
//   calibration     mean over ten bins of |what the probability says − how often the first candidate is right|, weighted by the bins' sizes

import type { Autopsy } from '../audio/autopsy.ts';
import type { DetailedCandidate } from '../audio/run.ts';
import { clopperPearson, wilson, type Interval } from './intervals.ts';
import type { LookalikeTruth } from './queries.ts';
import { families } from './songs.ts';

export interface LookalikeAnswer {
  readonly id: string;
  /** Null where nothing is named. */
  readonly recording: string | null;
  /** The first candidate, named or not, and what is said of it. */
  readonly best: string | null;
  readonly relation: string | null;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  readonly bits: number | null;
  readonly probability: number;
  readonly second: string | null;
  readonly second_bits: number | null;
  readonly gate: string;
  readonly candidates: readonly DetailedCandidate[];
  readonly autopsy: Autopsy | null;
  /** In the index when it was asked. */
  readonly references: number;
  readonly ms: number;
  readonly search_ms: number;
  /** Search and second cue without decoding; null where several threads worked at once. */
  readonly cpu_ms: number | null;
}

export interface Judged {
  readonly truth: LookalikeTruth;
  readonly answer: LookalikeAnswer;
}

const percent = (share: number): string =>
  (share * 100).toFixed(share !== 0 && share < 0.01 ? 2 : 1).replace(/\.0$/, '');
const within = ({ low, high }: Interval): string => `${percent(low)}–${percent(high)}`;
const shown = (hits: number, count: number): string =>
  count === 0 ? '–' : `${percent(hits / count)} (${within(clopperPearson(hits, count))})`;
const middling = (hits: number, count: number): string =>
  count === 0 ? '–' : `${percent(hits / count)} (${within(wilson(hits, count))})`;
const count = <Item>(list: readonly Item[], is: (item: Item) => boolean): number => list.filter(is).length;
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN;
const songs = (rows: readonly Judged[]): number => new Set(rows.map(({ truth }) => truth.song)).size;

const isNamed = ({ answer }: Judged): boolean => answer.recording !== null;
const isRight = ({ truth, answer }: Judged): boolean =>
  truth.recording !== null && answer.recording === truth.recording;
const isFirst = ({ truth, answer }: Judged): boolean => truth.recording !== null && answer.best === truth.recording;
/** Something is named that is not the song: an error, whatever the family. */
export const isWrong = (row: Judged): boolean => row.truth.role !== 'version' && isNamed(row) && !isRight(row);
/** A version that goes to its original as the same recording, or to anything else. */
export const isWrongVersion = ({ truth, answer }: Judged): boolean =>
  truth.role === 'version' &&
  answer.recording !== null &&
  (answer.recording !== truth.version_of || answer.relation === 'same');

/** What was done to the recording, as the answer has it. */
export function hypothesisOf({ speed_ratio: time, pitch_semitones: pitch }: LookalikeAnswer): string {
  if (time === null || pitch === null) return 'none';
  const isTempo = Math.abs(time - 1) > 0.006;
  const isPitch = Math.abs(pitch) > 0.3;
  if (!isTempo && !isPitch) return 'untouched';
  if (Math.abs(12 * Math.log2(time) - pitch) < 0.3) return 'speed';
  if (isTempo && isPitch) return 'tempo and pitch';
  return isTempo ? 'tempo alone' : 'pitch alone';
}

export function calibrationError(rows: readonly Judged[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inside = rows.filter(({ answer }) => Math.min(9, Math.floor(answer.probability * 10)) === bin);
    if (inside.length === 0) continue;
    const said = inside.reduce((sum, { answer }) => sum + answer.probability, 0) / inside.length;
    error += (inside.length / rows.length) * Math.abs(said - count(inside, isFirst) / inside.length);
  }
  return error;
}

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function absentTable(all: readonly Judged[]): string {
  const line = (name: string, rows: readonly Judged[]): (string | number)[] => {
    const named = rows.filter(isNamed);
    const untouched = rows.filter(({ truth }) => truth.condition === 'aac 96');
    return [
      name,
      rows.length,
      songs(rows),
      named.length,
      shown(named.length, rows.length),
      `${count(untouched, isNamed)} of ${untouched.length}`,
      count(named, ({ answer }) => (answer.bits ?? 0) >= 50),
      count(named, ({ answer }) => answer.relation === 'same' || answer.relation === 'contains'),
      songs(named),
      new Set(named.map(({ answer }) => answer.recording)).size,
    ];
  };
  const absent = all.filter(({ truth }) => truth.role === 'absent');
  return table(
    [
      'family',
      'absent',
      'songs',
      'named',
      '% (95 %)',
      'untouched',
      '≥ 50 bits',
      'same or contains',
      'songs named',
      'recordings they go to',
    ],
    [
      ...families.flatMap((family) => {
        const rows = absent.filter(({ truth }) => truth.family === family);
        return rows.length === 0 ? [] : [line(family, rows)];
      }),
      line('all', absent),
    ],
  );
}

function presentTable(all: readonly Judged[]): string {
  const present = all.filter(({ truth }) => truth.role === 'present');
  const line = (name: string, rows: readonly Judged[]): (string | number)[] => [
    name,
    rows.length,
    middling(count(rows, isFirst), rows.length),
    middling(count(rows, isRight), rows.length),
    shown(count(rows, isWrong), rows.length),
  ];
  return table(
    ['family', 'present', 'first %', 'named rightly %', 'named as another %'],
    [
      ...families.flatMap((family) => {
        const rows = present.filter(({ truth }) => truth.family === family);
        return rows.length === 0 ? [] : [line(family, rows)];
      }),
      line('all', present),
    ],
  );
}

function versionTable(all: readonly Judged[]): string {
  const versions = all.filter(({ truth }) => truth.role === 'version');
  const line = (name: string, rows: readonly Judged[]): (string | number)[] => {
    const toOriginal = rows.filter(
      ({ truth, answer }) => answer.recording !== null && answer.recording === truth.version_of,
    );
    const as = (relation: string): number => count(toOriginal, ({ answer }) => answer.relation === relation);
    return [
      name,
      rows.length,
      as('same'),
      as('contains'),
      as('sped_up') + as('slowed'),
      as('pitched'),
      count(rows, isNamed) - toOriginal.length,
      rows.length - count(rows, isNamed),
    ];
  };
  const variants = [...new Set(versions.map(({ truth }) => truth.variant))].sort();
  return table(
    ['version', 'asked', 'as "same"', 'contains', 'other speed', 'pitched', 'another song', 'nothing named'],
    [
      ...variants.map((variant) =>
        line(
          variant,
          versions.filter(({ truth }) => truth.variant === variant),
        ),
      ),
      line('all', versions),
    ],
  );
}

function conditionTable(all: readonly Judged[]): string {
  const names = [...new Set(all.map(({ truth }) => truth.condition))].sort();
  return table(
    ['condition', 'absent', 'named', 'present', 'named rightly %', 'named as another'],
    names.map((name) => {
      const rows = all.filter(({ truth }) => truth.condition === name);
      const absent = rows.filter(({ truth }) => truth.role === 'absent');
      const present = rows.filter(({ truth }) => truth.role === 'present');
      return [
        name,
        absent.length,
        count(absent, isNamed),
        present.length,
        middling(count(present, isRight), present.length),
        count(present, isWrong),
      ];
    }),
  );
}

/** Medians of what wrong and right answers rest on, by family: where the two can be told apart. */
function autopsyTable(all: readonly Judged[]): string {
  const line = (name: string, rows: readonly Judged[]): (string | number)[] => {
    const of = (pick: (row: Judged) => number | null | undefined, digits: number): string => {
      const values = rows.map(pick).filter((value): value is number => typeof value === 'number');
      return values.length === 0 ? '–' : median(values).toFixed(digits);
    };
    return [
      name,
      rows.length,
      of(({ answer }) => answer.bits, 0),
      of(({ answer }) => answer.autopsy?.tail_bits, 0),
      of(({ answer }) => answer.autopsy?.gain_bits, 0),
      of(({ answer }) => answer.autopsy?.eleventh, 2),
      of(({ answer }) => answer.autopsy?.columns, 2),
      of(({ answer }) => answer.autopsy?.vector_support, 2),
    ];
  };
  const named = all.filter(isNamed);
  return table(
    ['answers', 'count', 'bits', 'tail', 'gain', 'eleventh place', 'in columns', 'vector support'],
    families.flatMap((family) => {
      const rows = named.filter(({ truth }) => truth.family === family);
      const right = rows.filter(isRight);
      const wrong = rows.filter(isWrong);
      return [
        ...(right.length > 0 ? [line(`${family}, right`, right)] : []),
        ...(wrong.length > 0 ? [line(`${family}, wrong`, wrong)] : []),
      ];
    }),
  );
}

/** The report of one half. `counts` gives numbers by family only, as the reporting half is to be looked at. */
export function report(all: readonly Judged[], counts: boolean): string {
  const known = all.filter(({ truth }) => truth.role !== 'version');
  const sure = known.filter(({ answer }) => answer.probability >= 0.99);
  const cpu = all.map(({ answer }) => answer.cpu_ms).filter((ms): ms is number => ms !== null);
  const meanCpu = cpu.reduce((sum, ms) => sum + ms, 0) / Math.max(1, cpu.length) / 1000;
  const gates = [...new Set(all.map(({ answer }) => answer.gate))].filter((gate) => gate !== 'ok').sort();
  const sizes = [...new Set(all.map(({ answer }) => answer.references))].sort((a, b) => a - b);
  const sections = [
    `${all.length} answers, ${sizes.join(' and ')} references${sizes.length > 1 ? ': the index grew between them, ask anew' : ''}.`,
    absentTable(all),
    presentTable(all),
    versionTable(all),
    [
      `- calibration error of the probability: ${calibrationError(known).toFixed(3)} over all, ${families
        .flatMap((family) => {
          const rows = known.filter(({ truth }) => truth.family === family);
          return rows.length === 0 ? [] : [`${family} ${calibrationError(rows).toFixed(3)}`];
        })
        .join(', ')}`,
      `- of ${sure.length} first candidates with a probability of 0.99 and more ${count(sure, isFirst)} are right`,
      `- gates: ${gates.map((gate) => `${count(all, ({ answer }) => answer.gate === gate)} "${gate}"`).join(', ') || 'all searched'} of ${all.length}`,
      cpu.length === 0
        ? `- search, elapsed: ${median(all.map(({ answer }) => answer.search_ms)).toFixed(0)} ms median`
        : `- CPU of search and second cue, decoding not counted: ${meanCpu.toFixed(2)} s a sound`,
    ].join('\n'),
  ];
  if (!counts) {
    const wrong = all.filter((row) => isWrong(row));
    const kinds = [...new Set(wrong.map(({ answer }) => hypothesisOf(answer)))].sort();
    sections.push(
      conditionTable(all),
      `- wrong answers by what they say was done: ${kinds.map((kind) => `${kind} ${count(wrong, ({ answer }) => hypothesisOf(answer) === kind)}`).join(', ')}`,
      autopsyTable(all),
    );
  }
  return `${sections.join('\n\n')}\n`;
}

import { table } from '../../cli/terminal.ts';
import type { Conditions } from '../throughput/conditions.ts';
import type { Measured } from './measure.ts';

export interface Report {
  readonly measured: readonly Measured[];
  readonly rows: number;
  readonly conditions: Conditions;
}

const heads = ['recordings there', 'workers', 'rows/s', 'rows/s on one core', 'CPU ms a row', 'of it Postgres'];

const cellsOf = ({ recordings, workers, seconds, workerMs, postgresMs }: Measured, rows: number): string[] => [
  recordings.toLocaleString('en'),
  String(workers),
  (rows / seconds).toFixed(0),
  (1000 / (workerMs + postgresMs)).toFixed(0),
  (workerMs + postgresMs).toFixed(2),
  postgresMs.toFixed(2),
];

export const asTable = ({ measured, rows }: Report): string =>
  table(
    heads,
    measured.map((each) => cellsOf(each, rows)),
  );

export function asMarkdown({ measured, rows, conditions }: Report): string {
  const { cores, processor, load, date, versions } = conditions;
  return `# Taking rows in

Made by \`npm run evaluate -- intake\`; do not edit. ${rows.toLocaleString('en')} rows of a listing without audio, all of them new, one in twenty with title and artist of another; a release
of twelve each, with a date. Workers are processes, each with a delivery of its own. ${date}; ${cores} cores (${processor}); load ${load} at the end; Postgres ${versions['postgres']} as shipped, but for fsync.

| ${heads.join(' | ')} |
| ${heads.map(() => '---').join(' | ')} |
${measured.map((each) => `| ${cellsOf(each, rows).join(' | ')} |`).join('\n')}

*On one core*: of the CPU time that workers and Postgres used together, on whichever core; where other programs share the machine, rows/s on the clock say less.
`;
}

// The measured numbers, for a terminal and for REPORT.md.

import { table } from '../../cli/terminal.ts';
import type { Conditions } from './conditions.ts';
import type { EndToEnd } from './endToEnd.ts';
import type { Overhead } from './overhead.ts';

export interface Measured {
  readonly conditions: Conditions;
  readonly overhead: Overhead;
  readonly endToEnd: EndToEnd;
  readonly seconds: number;
}

type Row = readonly [what: string, value: string];

const kb = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
const ms = (value: number | null): string => (value === null ? 'not measured here' : `${value.toFixed(0)} ms`);

function rowsOf({ overhead, endToEnd }: Measured): Row[] {
  const states = Object.entries(endToEnd.states).map(([state, n]) => `${n} ${state}`);
  return [
    ['sounds a minute, end to end', endToEnd.perMinute.toFixed(0)],
    [
      '… of',
      `${endToEnd.sounds} short sounds with music, ${endToEnd.recordings} recordings in the catalogue, ${endToEnd.audioWorkers} audio worker${endToEnd.audioWorkers === 1 ? '' : 's'}`,
    ],
    ['… which became', states.join(', ')],
    ...Object.entries(endToEnd.cpuMs ?? {}).map(([name, value]): Row => [`CPU a sound, ${name}`, ms(value)]),
    ['workflows a minute, activities that do nothing', overhead.perMinute.toFixed(0)],
    [`CPU a workflow, Temporal's server`, ms(overhead.serverCpuMs)],
    ['CPU a workflow, worker and client', ms(overhead.workerCpuMs)],
    ...Object.entries(endToEnd.memoryMb).map(([name, value]): Row => [`memory, ${name}`, `${value.toFixed(0)} MB`]),
    ['memory, all together', `${sum(Object.values(endToEnd.memoryMb)).toFixed(0)} MB`],
    ...endToEnd.waiting.flatMap((cost): Row[] => {
      const what = cost.kind === 'audio' ? 'with 18 s of audio' : 'words only';
      return [
        [`a waiting sound, ${what}: history`, `${cost.historyEvents.toFixed(0)} events, ${kb(cost.historyBytes)}`],
        [`a waiting sound, ${what}: Postgres`, kb(cost.postgresBytes)],
        ...(cost.temporalBytes === null
          ? []
          : [[`a waiting sound, ${what}: Temporal's SQLite`, kb(cost.temporalBytes)] as const]),
      ];
    }),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function conditionsOf({ conditions, seconds }: Measured): string {
  const { cores, processor, memoryGb, load, date, versions } = conditions;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${date}; ${cores} cores (${processor}), ${memoryGb} GB; load ${load} at the end; ${programs.join(', ')}; the run took ${seconds.toFixed(0)} s.`;
}

export const asTable = (measured: Measured): string =>
  `${table(['what', 'measured'], rowsOf(measured))}\n\n${conditionsOf(measured)}`;

export function asMarkdown(measured: Measured): string {
  return [
    '# Throughput: what one machine does',
    '',
    'Made by `npm run evaluate -- throughput`; do not edit.',
    '',
    conditionsOf(measured),
    '',
    '| what | measured |',
    '| --- | --- |',
    ...rowsOf(measured).map(([what, value]) => `| ${what} | ${value} |`),
    '',
    'All processes share these cores, and a load above their number means that something else wanted them too: then the CPU times',
    'say more than the sounds a minute. Memory is the most of each process (with what it started), so the sum is an upper bound.',
    '',
  ].join('\n');
}

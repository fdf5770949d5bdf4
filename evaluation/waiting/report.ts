// The measured numbers, for a terminal and for REPORT.md.

import { table } from '../../cli/terminal.ts';
import type { Conditions } from '../throughput/conditions.ts';
import type { WaitingMeasured } from './measure.ts';

export interface Report extends WaitingMeasured {
  readonly conditions: Conditions;
  readonly seconds: number;
}

type Row = readonly [what: string, value: string];

const kb = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

function rowsOf(report: Report): Row[] {
  const { sounds, days, factor, firstAttempts, meanwhile, deliveries, waiting, attempts, looks, linked, history } =
    report;
  const skipped = attempts - looks;
  const cpu = (spent: Report['waiting'], n: number): Row[] =>
    Object.entries(spent.cpu ?? {}).map(([name, s]) => [`… CPU each, ${name}`, `${((1000 * s) / n).toFixed(1)} ms`]);
  return [
    ['sounds that waited', String(sounds)],
    [
      'simulated days of waiting, mean',
      `${days}, at ${factor} times the speed; the last ${deliveries} with a delivery each`,
    ],
    [
      'until each had been tried once',
      `${firstAttempts.seconds.toFixed(0)} s, with ${meanwhile.retries} retries of the earlier ones`,
    ],
    ...cpu(firstAttempts, sounds),
    ['attempts after the first', `${attempts}, ${(attempts / sounds).toFixed(1)} a sound`],
    ['… skipped: a row and no search', `${skipped} (${((100 * skipped) / Math.max(1, attempts)).toFixed(1)} %)`],
    ['… full looks', String(looks)],
    ['… linked, woken by a delivery', String(linked)],
    ['attempts in the days of deliveries', String(attempts - meanwhile.retries)],
    ...cpu(waiting, Math.max(1, attempts - meanwhile.retries)),
    ['… a second', ((attempts - meanwhile.retries) / waiting.seconds).toFixed(1)],
    ['farthest that a timer was behind', `${report.lateHours.toFixed(1)} simulated hours`],
    ...Object.entries(report.memoryMb).map(([name, mb]): Row => [`memory, ${name}`, `${mb.toFixed(0)} MB`]),
    ['a waiting sound in Postgres, after its first attempt', kb(report.bytesBefore.postgres)],
    [`… after ${days} days`, kb(report.bytesAfter.postgres)],
    ["a waiting sound in Temporal's SQLite, after its first attempt", kb(report.bytesBefore.temporal)],
    [`… after ${days} days`, kb(report.bytesAfter.temporal)],
    ['history, mean', `${history.mean.toFixed(0)} events`],
    ['history, longest', `${history.most} events (of ${history.sampled} looked at)`],
  ];
}

function conditionsOf({ conditions, seconds }: Report): string {
  const { cores, processor, memoryGb, load, date, versions } = conditions;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${date}; ${cores} cores (${processor}), ${memoryGb} GB; load ${load} at the end; ${programs.join(', ')}; ${seconds.toFixed(0)} s.`;
}

export const asTable = (report: Report): string =>
  `${table(['what', 'measured'], rowsOf(report))}\n\n${conditionsOf(report)}`;

export function asMarkdown(report: Report): string {
  return [
    '# Waiting: what a month of it costs',
    '',
    'Made by `npm run evaluate -- waiting`; do not edit.',
    '',
    conditionsOf(report),
    '',
    '| what | measured |',
    '| --- | --- |',
    ...rowsOf(report).map(([what, value]) => `| ${what} | ${value} |`),
    '',
    'CPU each is of a sound until all had been tried once (those retries included), then of an attempt; everything around it is counted: deliveries, timers, the list',
    'of workflows, what idle servers take. A load far above the number of cores means that something else wanted them too; then timers run behind, and CPU times say more than rates.',
    '',
  ].join('\n');
}

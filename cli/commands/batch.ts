// Bulk runs: start, watch, pause, resume, cancel.

import { batchReport, countTriedAgain, type BatchReport } from '../../store/batches.ts';
import { batchWorkflowId } from '../../domain/naming.ts';
import type { SoundStatus } from '../../domain/sound.ts';
import { flagNumber, flagText, type Call, type Command, type Terminal } from '../command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import {
  batchIdOf,
  batchNamed,
  defaultConcurrency,
  isBatchName,
  steerBatch,
  tryAllAgain,
  type BatchVerb,
} from '../../app/batches.ts';
import { pageOf, withConnections, type Connections } from '../../app/connection.ts';
import { readSubmission } from '../../app/submission.ts';
import { bar } from '../terminal.ts';
import { soundLineFormat } from './submit.ts';

const day = 24 * 3600 * 1000;

export interface BatchStart {
  readonly file: string;
  readonly name: string;
  readonly concurrency: number;
  readonly horizonDays: number;
}

/** Stores the lines and starts the run. @returns the batch's id. */
export async function startBatch(connections: Connections, start: BatchStart, terminal: Terminal): Promise<string> {
  const { file, name } = start;
  const batchId = batchIdOf(name);
  const pages = readSubmission({ file, horizonMs: start.horizonDays * day });
  const fresh = await connections.reconciliation.startBatch(batchId, name, pages, { concurrency: start.concurrency });
  if (!fresh) terminal.talk(`the bulk run ${batchId} exists: new lines are added to it, the others are known`);
  return batchId;
}

const tried = (report: BatchReport): number =>
  Object.entries(report.states).reduce((sum, [state, n]) => sum + (state === 'submitted' ? 0 : n), 0);
const sounds = (report: BatchReport): number => Object.values(report.states).reduce((sum, n) => sum + n, 0);

/** Shows progress until every sound has had its first outcome, or the run is cancelled. */
export async function followBatch(connections: Connections, batchId: string, terminal: Terminal): Promise<BatchReport> {
  for (;;) {
    const report = await batchReport(connections.database, batchId);
    if (report === null) throw new Failed(`there is no bulk run ${batchId}`);
    terminal.progress(`${batchId}  ${bar(tried(report), sounds(report))}  ${counts(report.states)}`);
    if (report.state === 'done' || report.state === 'cancelled') {
      terminal.settle();
      return report;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The same for sounds that had an outcome before: what counts is that they were tried since. */
async function followAgain(connections: Connections, batchId: string, n: number, terminal: Terminal): Promise<void> {
  for (;;) {
    const report = await batchReport(connections.database, batchId);
    terminal.progress(`${batchId}  ${bar(await countTriedAgain(connections.database, batchId), n)}`);
    if (report === null || report.state === 'done' || report.state === 'cancelled') break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  terminal.settle();
}

const counts = (states: Readonly<Partial<Record<SoundStatus, number>>>): string =>
  Object.entries(states)
    .filter(([state]) => state !== 'submitted')
    .map(([state, n]) => `${n} ${state}`)
    .join(', ');

function print(call: Call, connections: Connections, report: BatchReport): void {
  if (call.json) {
    const { id, state, total, refused, states, problems, startedAt, finishedAt } = report;
    call.terminal.out(
      JSON.stringify({
        batch: id,
        state,
        total,
        refused,
        states,
        problems,
        started_at: startedAt,
        finished_at: finishedAt,
      }),
    );
    return;
  }
  const seconds = ((report.finishedAt ?? new Date()).getTime() - report.startedAt.getTime()) / 1000;
  call.terminal.out(
    `${report.id}: ${report.state}, ${tried(report)} of ${sounds(report)} sounds tried in ${seconds.toFixed(0)} s (${counts(report.states) || 'no outcome yet'}), ${report.refused} of ${report.total} lines refused`,
  );
  for (const { line, problem } of report.problems.slice(0, 50)) call.terminal.out(`  line ${line}: ${problem}`);
  if (report.problems.length > 50) call.terminal.out(`  … and ${report.problems.length - 50} more (--json lists all)`);
  const page = pageOf(connections, batchWorkflowId(report.id));
  if (page !== null) call.terminal.talk(`in Temporal: ${page}`);
}

export const batch: Command = {
  name: 'batch',
  summary: 'Bulk runs: start FILE --name N | status N | pause N | resume N | cancel N',
  words: 'start FILE.jsonl | start --waiting | status NAME | pause NAME | resume NAME | cancel NAME',
  options: {
    name: { type: 'string', value: 'NAME', help: 'name of the run to start; with the date it makes its id' },
    concurrency: {
      type: 'string',
      value: 'N',
      help: `sounds in their first attempt at once (default ${defaultConcurrency})`,
    },
    waiting: {
      type: 'boolean',
      help: 'with start and no file: try all sounds again that wait or are undecided, after a change of model, rules or index',
    },
    wait: { type: 'boolean', help: 'with start: show progress and end when every sound has had its first outcome' },
  },
  notes: `With --waiting the biggest and newest groups of equal sounds come first, and people's decisions are not touched; repeating the\ncommand goes on with a run that was cut off.\nA run ends when each sound has had its first outcome; sounds that wait go on waiting by themselves. Cancelling starts no further\nsounds. ${soundLineFormat}`,
  examples: [
    'fermata batch start back-catalogue.jsonl --name back-catalogue --wait',
    'fermata batch start --waiting --wait',
    'fermata batch status back-catalogue',
    'fermata batch pause back-catalogue',
  ],
  async run(call) {
    const isAgain = call.flags.waiting === true;
    if (isAgain && (call.words.length !== 1 || call.words[0] !== 'start'))
      throw new Misuse('--waiting goes with "batch start" and takes no file: the sounds are those that wait');
    const [verb, word, ...more] = isAgain ? ['start', ''] : call.words;
    if (verb === undefined || word === undefined || more.length > 0)
      throw new Misuse('batch takes a verb and one word: start FILE, or status, pause, resume or cancel NAME');
    if (!['start', 'status', 'pause', 'resume', 'cancel'].includes(verb))
      throw new Misuse(`batch does not know "${verb}"`);
    const name = flagText(call, 'name') ?? (isAgain ? 'waiting' : '');
    if (verb === 'start' && !isBatchName(name))
      throw new Misuse(
        name === '' ? '--name is missing' : `--name takes letters, digits, dots and dashes, not "${name}"`,
      );
    return withConnections(call.config, async (connections) => {
      const { database } = connections;
      if (verb === 'start') {
        const concurrency = flagNumber(call, 'concurrency', defaultConcurrency, 1, 10_000);
        if (isAgain) {
          const run = await tryAllAgain(connections, name, concurrency);
          if (run === null) {
            call.terminal.out(
              call.json
                ? JSON.stringify({ batch: null, state: null, total: 0 })
                : 'no sound waits or is undecided: there is nothing to try again, and no run was started',
            );
            return 0;
          }
          const { id: batchId, sounds: n } = run;
          call.terminal.talk(`${batchId}: ${n} sounds that wait or are undecided are tried again`);
          if (call.flags.wait === true) await followAgain(connections, batchId, n, call.terminal);
          print(call, connections, (await batchReport(database, batchId))!);
          return 0;
        }
        const id = await startBatch(
          connections,
          { file: word, name, concurrency, horizonDays: call.config.horizonDays },
          call.terminal,
        );
        const report =
          call.flags.wait === true
            ? await followBatch(connections, id, call.terminal)
            : await batchReport(database, id);
        print(call, connections, report!);
        return 0;
      }
      const { id } = await batchNamed(database, word);
      if (verb !== 'status') await steerBatch(connections, id, verb as BatchVerb);
      print(call, connections, (await batchReport(database, id))!);
      return 0;
    });
  },
};

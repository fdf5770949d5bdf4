// Bulk runs: started, watched, paused, resumed, cancelled.

import * as z from 'zod';
import {
  batchIdOf,
  batchNamed,
  batchVerbs,
  defaultConcurrency,
  requireBatchName,
  steerBatch,
  tryAllAgain,
} from '../../app/batches.ts';
import { readBytes, readSound } from '../../app/submission.ts';
import type { BatchLine } from '../../client/reconciliation.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import type { BatchReport } from '../../store/batches.ts';
import { endpoint, rawEndpoint, type Needs } from '../endpoint.ts';
import { bytesOf } from '../body.ts';
import { batch, newBatch } from '../shapes.ts';
import { snake } from '../snake.ts';

const dayMs = 24 * 3600 * 1000;
/** Problems that an answer lists. */
const mostProblems = 1_000;

const shown = ({ states, problems, ...report }: BatchReport): z.input<typeof batch> => ({
  ...snake(report),
  states: { ...states },
  problems: problems.slice(0, mostProblems).map((one) => ({ ...one })),
});

async function start(
  needs: Needs,
  name: string,
  concurrency: number,
  lines: AsyncIterable<readonly BatchLine[]>,
): Promise<z.input<typeof batch>> {
  requireBatchName(name);
  const id = batchIdOf(name);
  await needs.reconciliation.startBatch(id, name, lines, { concurrency });
  return shown(await batchNamed(needs.database, id));
}

async function* inPages(lines: readonly BatchLine[]): AsyncGenerator<readonly BatchLine[]> {
  for (let from = 0; from < lines.length; from += 500) yield lines.slice(from, from + 500);
}

export const startBatch = endpoint({
  id: 'startBatch',
  method: 'post',
  path: '/batches',
  role: 'operator',
  summary: 'Start a bulk run over sounds, or over all sounds that wait or are undecided',
  notes:
    'A run of the same name and day goes on: lines that are new are added. For more sounds than one request takes there is POST /batches/lines.',
  body: newBatch,
  answer: batch,
  async run({ body }, needs) {
    const { name, sounds, waiting, concurrency = defaultConcurrency } = body;
    if ((sounds === undefined) === (waiting === undefined))
      throw new Misuse('a bulk run needs either sounds, or "waiting": true');
    if (sounds !== undefined) {
      const lines = sounds.map((given, i): BatchLine => {
        const read = readSound(given, null, needs.config.horizonDays * dayMs);
        return typeof read === 'string'
          ? { line: i + 1, sound: null, problem: read }
          : { line: i + 1, sound: read, problem: null };
      });
      return start(needs, name, concurrency, inPages(lines));
    }
    requireBatchName(name);
    const run = await tryAllAgain(needs, name, concurrency);
    if (run === null) throw new Failed('no sound waits or is undecided: there is nothing to try again');
    return shown(await batchNamed(needs.database, run.id));
  },
});

export const startBatchOfLines = rawEndpoint({
  id: 'startBatchOfLines',
  method: 'post',
  path: '/batches/lines',
  role: 'operator',
  summary: 'Start a bulk run over sounds, one JSON object a line',
  notes: 'Lines are stored as they come, in bounded memory. Sent again, a run that was cut off goes on.',
  query: z.strictObject({
    name: z.string().min(1).max(80),
    concurrency: z.coerce.number().int().min(1).max(10_000).default(defaultConcurrency),
  }),
  bytes: { type: 'application/x-ndjson', limit: ({ config }) => 64 * config.apiBodyBytes },
  answers: { 'application/json': batch },
  async run({ query }, needs, context) {
    const bytes = bytesOf(context, 64 * needs.config.apiBodyBytes);
    return start(needs, query.name, query.concurrency, readBytes(bytes, null, needs.config.horizonDays * dayMs));
  },
});

const batchParam = z.strictObject({
  batch: z.string().min(1).max(200).meta({ description: 'its id, or the name of the newest' }),
});

export const getBatch = endpoint({
  id: 'getBatch',
  method: 'get',
  path: '/batches/{batch}',
  role: 'viewer',
  summary: 'How far a bulk run is, and which of its lines were refused',
  params: batchParam,
  answer: batch,
  run: async ({ params }, { database }) => shown(await batchNamed(database, params.batch)),
});

const summaries = {
  pause: 'Hold the further sounds of a bulk run back',
  resume: 'Let a paused bulk run go on',
  cancel: 'End a bulk run; sounds that it has not begun are abandoned',
} as const;

export const steering = batchVerbs.map((verb) =>
  endpoint({
    id: `${verb}Batch`,
    method: 'post',
    path: `/batches/{batch}/${verb}`,
    role: 'operator',
    summary: summaries[verb],
    params: batchParam,
    answer: batch,
    async run({ params }, needs) {
      const { id } = await batchNamed(needs.database, params.batch);
      await steerBatch(needs, id, verb);
      return shown(await batchNamed(needs.database, id));
    },
  }),
);

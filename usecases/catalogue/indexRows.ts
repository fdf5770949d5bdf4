// Takes the rows of a delivery into the catalogue, in line order, many in one transaction.

import {
  finishDelivery,
  finishRows,
  leftOf,
  readDelivery,
  rowsAfter,
  type StagedRow,
} from '../../store/catalogue/deliveries.ts';
import { failureOf, isAway, outcomeOf, unlessAway } from '../../store/failures.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { assertNever } from '../../domain/sound.ts';
import { NotFound } from '../failures.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { recordingIdOf } from './deliveredRecording.ts';
import { isRecording, takeRecordings } from './takeRecordings.ts';
import { takeRelease, takeTakedown } from './takeReleases.ts';
import type { Taking } from './taking.ts';

/** Rows of one transaction. */
const mostTogether = 100;
/** After this the rest is left to the next call, so that who watches sees it move. */
const atOnceMs = 20_000;

export interface Indexed {
  /** New or changed. */
  readonly recordingIds: RecordingId[];
  /** The last line that was looked at. */
  readonly lastLine: number;
  /** Rows that come after it; 0: there are none. */
  readonly remaining: number;
  /** Rows so far whose audio is still to be heard. */
  readonly unheard: number;
}

/**
 * Takes the rows after `afterLine` in. Rows are finished with what they come to, in one transaction, so that a crash repeats what was not; rows finished
 * before a crash are reported like those finished now.
 */
export async function indexRows(
  deps: Taking['deps'],
  input: { readonly deliveryId: string; readonly afterLine: number; readonly limit: number },
  task: Task,
): Promise<Indexed> {
  const { deliveryId } = input;
  const { signal } = task;
  const delivery = await readDelivery(deps.database, deliveryId);
  if (delivery === null) throw new NotFound(`there is no delivery ${deliveryId}`);
  const taking: Taking = { deps, deliveryId, folder: delivery.folder, signal };
  const recordingIds: RecordingId[] = [];
  const read = await rowsAfter(deps.database, deliveryId, input.afterLine, input.limit + 1);
  const rows = read.slice(0, input.limit);
  const untilMs = performance.now() + atOnceMs;
  let lastLine = input.afterLine;
  await beating(task, deliveryId, async () => {
    for (const together of batchesOf(rows)) {
      signal.throwIfAborted();
      if (performance.now() > untilMs) break;
      const done = together.flatMap(({ state, recordingId }) =>
        (state === 'added' || state === 'changed') && recordingId !== null ? [recordingId] : [],
      );
      const pending = together.filter(({ state }) => state === 'pending');
      recordingIds.push(...done, ...(pending.length === 0 ? [] : await settleRows(taking, pending)));
      lastLine = together.at(-1)!.line;
      task.beat(lastLine);
    }
  });
  const { pending, unheard } = await leftOf(deps.database, deliveryId);
  const isDone = read.every(({ line }) => line <= lastLine);
  // New weights take over once everything that the old ones knew has been listened to again.
  if (isDone) await deps.vectors?.activateWhenComplete();
  return { recordingIds, lastLine, remaining: isDone ? 0 : Math.max(1, pending), unheard };
}

/**
 * Rows that may be taken together, in line order: recordings without audio, each another one. Audio is decoded for seconds, and its vectors are
 * written for as long; releases and takedowns count on what was taken before them.
 */
function* batchesOf(rows: readonly StagedRow[]): Generator<StagedRow[]> {
  let together: StagedRow[] = [];
  let ids = new Set<RecordingId>();
  for (const row of rows) {
    const id = isRecording(row) && row.row.file === null ? recordingIdOf(row.row) : null;
    const fits = row.state !== 'pending' || (id !== null && !ids.has(id));
    if (together.length > 0 && (!fits || together.length >= mostTogether)) {
      yield together;
      together = [];
      ids = new Set();
    }
    together.push(row);
    if (id !== null) ids.add(id);
    else if (row.state === 'pending') {
      yield together;
      together = [];
      ids = new Set();
    }
  }
  if (together.length > 0) yield together;
}

/** Times that a row is tried which fails for a reason of ours, and how long between them. */
const mostTries = 3;
const pauseMs = 500;

/**
 * Takes rows, and refuses those with the reason that the database will never hold, or that fail again and again through a fault of ours: neither
 * must keep the rest of the delivery out. One among many is found by halves. @throws DatabaseAway
 */
async function settleRows(taking: Taking, rows: readonly StagedRow[]): Promise<RecordingId[]> {
  const { deps, deliveryId, signal } = taking;
  let reason = '';
  for (let tries = 1; reason === ''; tries += 1) {
    try {
      const written = unlessAway(await outcomeOf(() => takeRows(taking, rows)));
      if (written.kind === 'written') return written.value;
      reason = written.reason;
    } catch (error) {
      signal.throwIfAborted();
      if (isAway(error)) throw error;
      if (rows.length > 1 || tries === mostTries)
        reason = `it was not taken, through a fault of Fermata's: ${failureOf(error).reason}`;
      else await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  if (rows.length === 1) {
    await finishRows(deps.database, deliveryId, [{ line: rows[0]!.line, state: 'refused', recordingId: null, reason }]);
    return [];
  }
  const half = Math.ceil(rows.length / 2);
  return [...(await settleRows(taking, rows.slice(0, half))), ...(await settleRows(taking, rows.slice(half)))];
}

/** Rows of one batch. */
async function takeRows(taking: Taking, rows: readonly StagedRow[]): Promise<RecordingId[]> {
  const recordings = rows.filter(isRecording);
  if (recordings.length === rows.length) return takeRecordings(taking, recordings);
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error('rows of several kinds cannot be taken together');
  const item = row.row;
  if (item === null || typeof item === 'string') {
    const refused = { line: row.line, state: 'refused', recordingId: null, reason: item } as const;
    await finishRows(taking.deps.database, taking.deliveryId, [refused]);
    return [];
  }
  switch (item.kind) {
    case 'recording':
      break;
    case 'release':
      await takeRelease(taking, row, item);
      break;
    case 'takedown':
      await takeTakedown(taking, row, item);
      break;
    default:
      return assertNever(item);
  }
  return [];
}

export async function endDelivery(
  deps: Needs<'database'>,
  input: { readonly deliveryId: string; readonly problem: string | null },
): Promise<void> {
  await finishDelivery(deps.database, input.deliveryId, input.problem);
}

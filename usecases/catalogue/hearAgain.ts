// Audio of delivered rows that could not be heard for a reason of ours: the decoder was killed, ran out of memory or time. It is tried again.

import { recordChanges, type Source } from '../../store/catalogue/changes.ts';
import {
  finishRows,
  leftOf,
  readDelivery,
  unheardAfter,
  type FinishedRow,
  type StagedRow,
} from '../../store/catalogue/deliveries.ts';
import { anyProvisional } from '../../store/catalogue/provisional.ts';
import { claimsOf } from '../../store/catalogue/recordings.ts';
import { failureOf, isAway, outcomeOf, unlessAway } from '../../store/failures.ts';
import { NotFound } from '../failures.ts';
import { beating, type Task } from '../task.ts';
import { printFile, type Printed } from './printFile.ts';
import { relateRecordings } from './relateRecording.ts';
import { compareAudio, settleProvisional } from './settleProvisional.ts';
import { isRecording, putAudio, type RecordingRow } from './takeRecordings.ts';
import { joined, type Taking } from './taking.ts';

/** Rows read at a time. */
const page = 50;

/**
 * Tries each file once. `isLast`: what cannot be heard now either stays without, and its row says why.
 * @returns how many are left to be tried.
 */
export async function hearAgain(
  deps: Taking['deps'],
  { deliveryId, isLast }: { readonly deliveryId: string; readonly isLast: boolean },
  task: Task,
): Promise<{ unheard: number }> {
  const delivery = await readDelivery(deps.database, deliveryId);
  if (delivery === null) throw new NotFound(`there is no delivery ${deliveryId}`);
  const taking: Taking = { deps, deliveryId, folder: delivery.folder, signal: task.signal };
  await beating(task, deliveryId, async () => {
    for (let line = 0; ;) {
      const rows = await unheardAfter(deps.database, deliveryId, line, page);
      for (const row of rows) {
        task.signal.throwIfAborted();
        await hearRow(taking, row, isLast);
        line = row.line;
        task.beat(line);
      }
      if (rows.length < page) return;
    }
  });
  return { unheard: (await leftOf(deps.database, deliveryId)).unheard };
}

async function hearRow(taking: Taking, row: StagedRow, isLast: boolean): Promise<void> {
  const { deps, deliveryId, signal } = taking;
  const { line, recordingId } = row;
  const state = row.state as FinishedRow['state'];
  const finish = (remark: string | null, unheard: string | null = null): Promise<void> => {
    const remarks = [row.remark, remark].filter((each) => each !== null);
    return finishRows(deps.database, deliveryId, [{ line, state, recordingId, remark: joined(remarks), unheard }]);
  };
  if (!isRecording(row)) return finish(typeof row.row === 'string' ? row.row : null);
  const audio = await printFile(taking, row.row.file!, recordingId!);
  if (audio.kind === 'known') return finish(null);
  if (audio.kind === 'unreadable') return finish(`taken without audio: ${audio.reason}`);
  if (audio.kind === 'unheard')
    return isLast
      ? finish(`taken without audio, which was tried again and again: ${audio.reason}`)
      : finish(null, audio.reason);
  try {
    const written = unlessAway(await outcomeOf(() => addAudio(taking, row, audio)));
    if (written.kind === 'refused') await finish(`taken without audio: ${written.reason}`);
  } catch (error) {
    signal.throwIfAborted();
    if (isAway(error)) throw error;
    await finish(`taken without audio, through a fault of Fermata's: ${failureOf(error).reason}`);
  }
}

/** Adds what was heard to the recording as it is now: only its words may have been said anew. */
async function addAudio(
  { deps, deliveryId, signal }: Taking,
  { line, state, recordingId, remark, row: entry }: RecordingRow,
  audio: Extract<Printed, { kind: 'print' }>,
): Promise<void> {
  const id = recordingId!;
  const known = (await claimsOf(deps.database, [id])).get(id);
  const compared =
    known !== undefined && (await anyProvisional(deps.database))
      ? await compareAudio(deps, known.recording, audio.print, signal)
      : new Map<string, never>();
  await deps.database.transaction(async (client) => {
    const claim = (await claimsOf(client, [id], { lock: true })).get(id);
    const source: Source = { saidBy: entry.said.by, deliveryId, line };
    if (claim?.deliveryId !== deliveryId) {
      const why = 'taken without audio, which could not be heard before another delivery came';
      const said = [remark, why].filter((each) => each !== null);
      await finishRows(client, deliveryId, [
        { line, state: state as FinishedRow['state'], recordingId, remark: joined(said) },
      ]);
      return;
    }
    const { added, changes } = await putAudio(client, deps, id, entry.file!, audio);
    await recordChanges(
      client,
      changes.map((change) => ({ ...change, source })),
    );
    await relateRecordings(client, [claim.recording]);
    await settleProvisional(client, claim.recording, compared, source);
    const now = state === 'unchanged' && added ? 'changed' : (state as FinishedRow['state']);
    await finishRows(client, deliveryId, [{ line, state: now, recordingId, remark }]);
  });
}

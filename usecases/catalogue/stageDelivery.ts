// Reads what was delivered and stages its rows: nothing of the catalogue is touched yet.

import { beginStaging, endStaging, readDelivery, stageRows } from '../../store/catalogue/deliveries.ts';
import { failureOf, isAway } from '../../store/failures.ts';
import type { DeliveryRow } from '../../domain/delivery.ts';
import { NotFound } from '../failures.ts';
import type { Needs } from '../needs.ts';
import type { Task } from '../task.ts';
import { readDelivered } from './catalogueFile.ts';
import { recordingIdOf } from './deliveredRecording.ts';

/** Rows staged with one statement. */
const page = 1000;

/** Reads what was delivered and stages its rows anew. @returns the problem when there is nothing to read. */
export async function stageDelivery(
  deps: Needs<'database'>,
  { deliveryId }: { readonly deliveryId: string },
  task: Task,
): Promise<{ problem: string | null }> {
  const delivery = await readDelivery(deps.database, deliveryId);
  if (delivery === null) throw new NotFound(`there is no delivery ${deliveryId}`);
  const { options, folder } = delivery;
  if (typeof options === 'string') return { problem: options };
  let what = folder;
  try {
    const delivered = await readDelivered({ ...delivery, options });
    if ('problem' in delivered) return { problem: delivered.problem };
    what = delivered.listing;
    await deps.database.transaction(async (client) => {
      await beginStaging(client, deliveryId, delivered.listing);
      let rows: DeliveryRow[] = [];
      const flush = async (): Promise<void> => {
        await stageRows(client, deliveryId, rows);
        rows = [];
      };
      const seen = new Map<string, number>();
      for await (const row of delivered.rows) {
        rows.push(withoutRepeats(row, seen));
        if (rows.length >= page) await flush();
        if (row.line % page === 0) task.beat(row.line);
      }
      await flush();
      await endStaging(client, deliveryId, delivered.notes());
    });
  } catch (error) {
    // Our own database in trouble is no fault of the delivery.
    if (isAway(error)) throw error;
    return { problem: `${what} cannot be read: ${failureOf(error).reason}` };
  }
  return { problem: null };
}

/** A listing names a recording once for each release; messages look after that themselves. */
function withoutRepeats(row: DeliveryRow, seen: Map<string, number>): DeliveryRow {
  if (row.row?.kind !== 'recording' || row.place !== null) return row;
  const id = recordingIdOf(row.row);
  const key = `${id} ${row.row.offers[0]?.release.id ?? ''}`;
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, row.line);
    return row;
  }
  return { ...row, row: null, reason: `the same recording (${id}) is on line ${first} already` };
}

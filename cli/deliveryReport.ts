// What a delivery came to, for people and for programs.

import { changesOfDelivery, type RecordedChange } from '../store/catalogue/changes.ts';
import { remarks, type DeliveryProgress, type Remark } from '../store/catalogue/deliveries.ts';
import type { Queryable } from '../store/database.ts';
import type { Call } from './command.ts';
import { table } from './terminal.ts';

/** Changes shown at most; the rest is in `recording_changes`. */
const mostChanges = 10_000;

/** What a delivery came to, as JSON or as tables. */
export async function reportDelivery(database: Queryable, delivery: DeliveryProgress, call: Call): Promise<void> {
  const [said, changed] = await Promise.all([
    remarks(database, delivery.id),
    changesOfDelivery(database, delivery.id, mostChanges),
  ]);
  const {
    id,
    state,
    added,
    changed: changes,
    unchanged,
    withdrawn,
    refused,
    total,
    listing,
    notes,
    problem,
  } = delivery;
  if (call.json) {
    call.terminal.out(
      JSON.stringify({
        id,
        state,
        problem,
        listing,
        total,
        added,
        changed: changes,
        unchanged,
        withdrawn,
        refused,
        notes,
        remarks: said,
        changes: changed.map(({ deliveryId: _, ...change }) => change),
      }),
    );
    return;
  }
  call.terminal.out(
    `${total} rows of ${listing ?? delivery.folder}: ${added} added, ${changes} changed, ${unchanged} unchanged, ${withdrawn === 0 ? '' : `${withdrawn} withdrawn, `}${refused} refused`,
  );
  for (const note of notes) call.terminal.out(note);
  if (changed.length > 0) call.terminal.out(changeTable(changed));
  if (said.length > 0) call.terminal.out(remarkTable(said));
}

const changeTable = (changes: readonly RecordedChange[]): string =>
  table(
    ['recording', 'what', 'before → after'],
    changes.map(({ recordingId, what, before, after }) => [recordingId, what, `${before ?? '–'} → ${after ?? '–'}`]),
  );

const remarkTable = (said: readonly Remark[]): string =>
  table(
    ['where', 'state', 'reason'],
    said.map((row) => [row.place ?? `line ${row.line}`, row.state, row.reason]),
  );

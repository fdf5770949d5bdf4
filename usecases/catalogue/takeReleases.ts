// Takes what a delivery says of releases as a whole, and takedowns.

import type { Source } from '../../store/catalogue/changes.ts';
import { finishRows, takenFor, type StagedRow } from '../../store/catalogue/deliveries.ts';
import { claimOf } from '../../store/catalogue/recordings.ts';
import { dropOthers, listedAlone, offersOf, putOffers, takeDown, whyStale } from '../../store/catalogue/releases.ts';
import type { DeliveredRelease, Takedown } from '../../domain/delivery.ts';
import { joined, restand, type Taking } from './taking.ts';

export async function takeRelease(
  { deps, deliveryId }: Taking,
  { line, remark }: StagedRow,
  entry: DeliveredRelease,
): Promise<void> {
  const { release, said } = entry;
  await deps.database.transaction(async (client) => {
    const [stale] = await whyStale(client, [{ releaseId: release.id, said }]);
    if (typeof stale === 'string') {
      await finishRows(client, deliveryId, [{ line, state: 'refused', recordingId: null, reason: stale }]);
      return;
    }
    const source: Source = { saidBy: said.by, deliveryId, line };
    const taken = await takenFor(client, deliveryId, line - entry.rowsBefore, line, release.id);
    const remarks = remark === null ? [] : [remark];
    // A recording that was refused is not one that was taken out of the release.
    const isWhole = taken.length >= entry.recordings;
    const dropped = isWhole ? await dropOthers(client, release, taken, said) : [];
    if (!isWhole)
      remarks.push(
        `${entry.recordings - taken.length} of its recordings were refused: what it offered before and does not name now stays`,
      );
    await restand(client, new Map(dropped.map((id) => [id, source])));
    if (dropped.length > 0) remarks.push(`no longer in it: ${dropped.join(', ')}`);
    const state = dropped.length > 0 ? 'changed' : 'unchanged';
    await finishRows(client, deliveryId, [{ line, state, recordingId: null, remark: joined(remarks) }]);
  });
}

export async function takeTakedown({ deps, deliveryId }: Taking, { line }: StagedRow, entry: Takedown): Promise<void> {
  const { releaseId, isrc, said, from } = entry;
  await deps.database.transaction(async (client) => {
    const [stale] = releaseId === null ? [null] : await whyStale(client, [{ releaseId, said }]);
    if (typeof stale === 'string') {
      await finishRows(client, deliveryId, [{ line, state: 'refused', recordingId: null, reason: stale }]);
      return;
    }
    // A recording that came without any date has no terms to end yet.
    if (
      isrc !== null &&
      releaseId === null &&
      (await claimOf(client, isrc)) !== null &&
      (await offersOf(client, [isrc])).get(isrc)!.length === 0
    )
      await putOffers(client, [{ recordingId: isrc, offer: { release: listedAlone(isrc), moments: [] }, said }]);
    const ids = await takeDown(client, { releaseId, recordingIds: isrc === null ? null : [isrc] }, from, said);
    const source: Source = { saidBy: said.by, deliveryId, line };
    const moved = await restand(client, new Map(ids.map((id) => [id, source])));
    const named = [releaseId, isrc].filter((part) => part !== null).join(' ');
    await finishRows(client, deliveryId, [
      {
        line,
        state: ids.length === 0 && isrc !== null ? 'refused' : moved.size > 0 ? 'withdrawn' : 'unchanged',
        recordingId: ids.length === 1 ? ids[0]! : null,
        ...(ids.length === 0
          ? isrc !== null
            ? { reason: `there is no ${named} in the catalogue to take down` }
            : {
                remark: `nothing of ${named} is in the catalogue; should an older message about it come, it is refused`,
              }
          : { remark: `withdrawn: ${ids.length === 1 ? ids[0] : `${ids.length} recordings of ${named}`}` }),
      },
    ]);
  });
}

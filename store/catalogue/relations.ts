// The tables `recording_edges` and `recording_conflicts`: recording, family and work kept apart.

import type { RecordingId } from '../../domain/naming.ts';
import {
  isConfirmed,
  type EdgeKind,
  type RecordingConflict,
  type RecordingEdge,
  type RecordingRelation,
} from '../../domain/relations.ts';
import type { Queryable } from '../database.ts';
import { toJson } from '../json/column.ts';
import { edgeEvidenceColumn } from '../json/recording.ts';
import { recordingsById, type CatalogueRecording } from './recordings.ts';

/** A recording that another may be related to, and what they share besides words. */
export interface Relative {
  readonly recording: CatalogueRecording;
  readonly externalId: boolean;
  readonly sameFile: boolean;
}

/**
 * Lets one writer after the other find relatives: of two that come at the same moment neither would see the other. Held until the transaction ends, so
 * everything that takes long is written before.
 */
export async function relateInTurn(client: Queryable): Promise<void> {
  await client.query(`select pg_advisory_xact_lock($1)`, [relationLock]);
}
const relationLock = 7_031_005;

/** The recordings that share an identifier, an audio file, or title and artist with these; at most about 200 for each. */
export async function relativesOf(
  client: Queryable,
  ids: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, readonly Relative[]>> {
  const { rows } = await client.query<{ nth: number; id: string; external_id: boolean; same_file: boolean }>(
    `select nth, found.* from unnest($1::text[]) with ordinality as asked(subject, nth) cross join lateral find_relatives(subject) found`,
    [ids],
  );
  const recordings = new Map(
    rows.length === 0
      ? []
      : (await recordingsById(client, [...new Set(rows.map(({ id }) => id))])).map((each) => [each.id, each]),
  );
  const relatives = new Map<RecordingId, Relative[]>(ids.map((id) => [id, []]));
  for (const { nth, id, external_id, same_file } of rows) {
    const recording = recordings.get(id);
    if (recording !== undefined)
      relatives.get(ids[nth - 1]!)!.push({ recording, externalId: external_id, sameFile: same_file });
  }
  return relatives;
}

/** Replaces what was known of recordings' relations, but for a person's word. A conflict that is over keeps its row, with its end. */
export async function saveRelations(
  client: Queryable,
  ids: readonly RecordingId[],
  relations: readonly RecordingRelation[],
): Promise<void> {
  // Two that are related to each other are found from both sides.
  const edges = new Map<string, RecordingEdge>();
  const conflicts = new Map<string, RecordingConflict>();
  for (const each of relations) {
    if (each.kind === 'edge') edges.set([each.edge.recordingId, each.edge.otherId].sort().join('\n'), each.edge);
    if (each.kind === 'conflict')
      conflicts.set(`${each.conflict.recordingId}\n${each.conflict.otherId}`, each.conflict);
  }
  await client.query(
    `delete from recording_edges where (recording_id = any($1) or other_id = any($1)) and level <> 'different'`,
    [ids],
  );
  if (edges.size > 0) {
    await client.query(
      `insert into recording_edges (recording_id, other_id, level, how, ratio, evidence, confirmed)
       select * from jsonb_to_recordset($1::jsonb)
         as edge(recording_id text, other_id text, level text, how text, ratio double precision, evidence jsonb, confirmed boolean)
       on conflict do nothing`,
      [toJson([...edges.values()].map(rowOf))],
    );
  }
  const found = [...conflicts.values()];
  await client.query(
    `update recording_conflicts set resolved_at = now()
      where (recording_id = any($1) or other_id = any($1)) and resolved_at is null
        and (recording_id, other_id) not in (select * from unnest($2::text[], $3::text[]))`,
    [ids, found.map((each) => each.recordingId), found.map((each) => each.otherId)],
  );
  for (const { recordingId, otherId, isrc, over, why } of found) {
    await client.query(
      `insert into recording_conflicts as known (recording_id, other_id, isrc, over, why) values ($1, $2, $3, $4, $5)
       on conflict (recording_id, other_id) do update set
         isrc = excluded.isrc, over = excluded.over, why = excluded.why, resolved_at = null,
         found_at = case when known.resolved_at is null then known.found_at else now() end`,
      [recordingId, otherId, isrc, over, why],
    );
  }
}

function rowOf({ recordingId, otherId, kind, evidence }: RecordingEdge): object {
  return {
    recording_id: recordingId,
    other_id: otherId,
    level: kind.level,
    how: 'how' in kind ? kind.how : null,
    ratio: 'ratio' in kind ? kind.ratio : null,
    evidence: edgeEvidenceColumn.wrap(evidence),
    confirmed: isConfirmed({ kind, evidence }),
  };
}

export interface StoredEdge extends RecordingEdge {
  readonly confirmed: boolean;
}

/** Every edge of a recording, proposed or confirmed, those of the closest kind first. */
export async function edgesOf(client: Queryable, id: RecordingId): Promise<StoredEdge[]> {
  const { rows } = await client.query<{
    recording_id: string;
    other_id: string;
    kind: EdgeKind;
    evidence: unknown;
    confirmed: boolean;
  }>(
    `select recording_id, other_id, confirmed, evidence,
            jsonb_strip_nulls(jsonb_build_object('level', level, 'how', how))
              || case when how = 'speed' then jsonb_build_object('ratio', ratio) else '{}' end as kind
       from recording_edges where recording_id = $1 or other_id = $1
      order by array_position(array['same_recording', 'different', 'family', 'work', 'sibling'], level), confirmed desc, recording_id, other_id`,
    [id],
  );
  return rows.map((row) => ({
    recordingId: row.recording_id,
    otherId: row.other_id,
    kind: row.kind,
    evidence: edgeEvidenceColumn.read(row.evidence, `${row.recording_id} and ${row.other_id}`),
    confirmed: row.confirmed,
  }));
}

/** Over confirmed edges only, the recording itself included: what is one recording, and what is one family with it. */
export async function familyOf(
  client: Queryable,
  id: RecordingId,
): Promise<{ readonly same: readonly RecordingId[]; readonly family: readonly RecordingId[] }> {
  const reach = async (levels: readonly string[]): Promise<RecordingId[]> => {
    const { rows } = await client.query<{ id: string }>(
      `with recursive reached (id) as (
         select $1::text
         union
         select case when e.recording_id = r.id then e.other_id else e.recording_id end
           from reached r join recording_edges e on (e.recording_id = r.id or e.other_id = r.id)
          where e.confirmed and e.level = any($2)
       ) select id from reached order by id`,
      [id, levels],
    );
    return rows.map((row) => row.id);
  };
  return { same: await reach(['same_recording']), family: await reach(['same_recording', 'family']) };
}

/** Conflicts that nobody has settled yet, the oldest first. */
export async function openConflicts(client: Queryable, limit: number): Promise<RecordingConflict[]> {
  const { rows } = await client.query<{
    recording_id: string;
    other_id: string;
    isrc: string;
    over: RecordingConflict['over'];
    why: string;
  }>(
    `select recording_id, other_id, isrc, over, why from recording_conflicts
      where resolved_at is null order by found_at, recording_id limit $1`,
    [limit],
  );
  return rows.map((row) => ({
    recordingId: row.recording_id,
    otherId: row.other_id,
    isrc: row.isrc,
    over: row.over,
    why: row.why,
  }));
}

// What each source found about a sound, the newest only: history is in `decisions`.

import type { AudioEvidence, MetadataEvidence, ServiceEvidence, SourceEvidence } from '../../domain/evidence.ts';
import type { EvidenceSource } from '../../domain/evidenceLine.ts';
import type { SoundId } from '../../domain/naming.ts';
import type { Queryable } from '../database.ts';
import { fittingOr } from '../json/column.ts';
import { audioColumn, serviceColumn, wordsColumn } from '../json/evidence.ts';

/** Replaces what the source found before. Attempts in a row that could not find out are counted. */
export async function saveEvidence(
  client: Queryable,
  id: SoundId,
  source: EvidenceSource,
  attempt: number,
  evidence: MetadataEvidence | AudioEvidence | ServiceEvidence,
): Promise<void> {
  await client.query(
    `insert into evidence as kept (sound_id, source, attempt, evidence) values ($1, $2, $3, $4)
     on conflict (sound_id, source) do update set attempt = excluded.attempt, at = now(), evidence =
         case when excluded.evidence->>'kind' = 'unavailable' and kept.evidence->>'kind' = 'unavailable'
              then excluded.evidence || jsonb_build_object('tries',
                     coalesce((kept.evidence->>'tries')::integer, 1) + (excluded.attempt > kept.attempt)::integer)
              else excluded.evidence end
       where kept.attempt <= excluded.attempt`,
    [id, source, attempt, columnOf(source).write(evidence as never)],
  );
}

export type StoredEvidence = SourceEvidence & { readonly attempt: number; readonly at: Date };

/** What another version of this program has written counts as not found out: the source is asked again, and the sound goes on. */
export async function readEvidence(client: Queryable, id: SoundId): Promise<StoredEvidence[]> {
  const { rows } = await client.query<Omit<StoredEvidence, 'evidence'> & { evidence: unknown }>(
    `select source, attempt, evidence, at from evidence where sound_id = $1 order by source`,
    [id],
  );
  return rows.map((row) => ({ ...row, evidence: fitting(id, row.source, row.evidence) }) as StoredEvidence);
}

/** What was heard in its audio when it was last listened to; null: it was not. */
export async function readAudioEvidence(client: Queryable, id: SoundId): Promise<AudioEvidence | null> {
  const { rows } = await client.query<{ evidence: unknown }>(
    `select evidence from evidence where sound_id = $1 and source = 'audio'`,
    [id],
  );
  return rows[0] === undefined ? null : (fitting(id, 'audio', rows[0].evidence) as AudioEvidence);
}

function fitting(id: SoundId, source: EvidenceSource, stored: unknown): SourceEvidence['evidence'] {
  return fittingOr(
    () => columnOf(source).read(stored, `${id} from ${source}`),
    ({ message }) => ({ kind: 'unavailable', reason: message, untilMs: null }),
  );
}

function columnOf(source: EvidenceSource) {
  switch (source) {
    case 'metadata':
      return wordsColumn;
    case 'audio':
      return audioColumn;
    default:
      return serviceColumn(source);
  }
}

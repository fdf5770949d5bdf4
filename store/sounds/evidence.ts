// What each source found about a sound, the newest only: history is in `decisions`.

import type { AudioEvidence, MetadataEvidence, ServiceEvidence, SourceEvidence } from '../../domain/evidence.ts';
import type { EvidenceSource } from '../../domain/evidenceLine.ts';
import type { SoundId } from '../../domain/naming.ts';
import type { Queryable } from '../database.ts';
import { toJson } from '../json.ts';

export async function saveEvidence(
  client: Queryable,
  id: SoundId,
  source: EvidenceSource,
  attempt: number,
  evidence: MetadataEvidence | AudioEvidence | ServiceEvidence,
): Promise<void> {
  await client.query(
    `insert into evidence (sound_id, source, attempt, evidence) values ($1, $2, $3, $4)
     on conflict (sound_id, source) do update set attempt = excluded.attempt, evidence = excluded.evidence, at = now()
       where evidence.attempt <= excluded.attempt`,
    [id, source, attempt, toJson(evidence)],
  );
}

export type StoredEvidence = SourceEvidence & { readonly attempt: number; readonly at: Date };

export async function readEvidence(client: Queryable, id: SoundId): Promise<StoredEvidence[]> {
  const { rows } = await client.query<StoredEvidence>(
    `select source, attempt, evidence, at from evidence where sound_id = $1 order by source`,
    [id],
  );
  return rows;
}

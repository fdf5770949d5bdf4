// Reading the table `decisions` across sounds: what people said, beside what the rules had weighed before.

import type { DecidedSound } from '../../domain/decision.ts';
import type { Queryable } from '../database.ts';
import { detailColumn } from '../json/decision.ts';

/** The last word of a person on each sound, with the last weighing before it; sounds for which nothing was weighed are left out. */
export async function decidedSounds(client: Queryable): Promise<DecidedSound[]> {
  const { rows } = await client.query<Omit<DecidedSound, 'candidates'> & { weighed: string; detail: unknown }>(
    `select p.sound_id as "soundId", p.kind, p.recording_id as "recordingId", r.kind as ruled,
            r.model_version as weights, r.id as weighed, r.detail
       from (select distinct on (sound_id) sound_id, kind, recording_id, n from decisions
              where decided_by = 'person' and accepted and kind in ('match', 'reject', 'noSuchRecording', 'notMusic')
              order by sound_id, n desc) p
       join lateral (select d.id, d.kind, d.model_version, d.detail from decisions d
                      where d.sound_id = p.sound_id and d.decided_by = 'rule' and d.n < p.n
                      order by d.n desc limit 1) r on jsonb_array_length(r.detail->'candidates') > 0
      order by p.sound_id`,
  );
  return rows.map(({ weighed, detail, ...row }) => ({
    ...row,
    candidates: detailColumn.read(detail, weighed).candidates ?? [],
  }));
}

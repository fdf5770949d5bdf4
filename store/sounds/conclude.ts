// Writing what an attempt came to.

import { handWeightsName, type Verdict } from '../../domain/decision.ts';
import type { SoundId } from '../../domain/naming.ts';
import { apply, conclude, isPersonsWord, type Conclusion, type SoundState } from '../../domain/sound.ts';
import { contestedWhy } from '../catalogue/provisional.ts';
import type { Database, Queryable } from '../database.ts';
import { detailColumn } from '../json/decision.ts';
import { tellGroup } from './groups.ts';
import { putLink, putState, stateRow, toState } from './state.ts';

export interface Attempt {
  readonly soundId: SoundId;
  readonly attempt: number;
  /** What made this attempt due, when it was not the timer. */
  readonly due: string | null;
}

/**
 * Writes what an attempt came to: decision, link and state in one transaction. Repeating it is harmless. A person's word
 * that came in the meantime stands. `weights` names those that the verdict was reached with. @returns the state that really holds, null for an unknown sound.
 */
export async function recordConclusion(
  database: Database,
  attempt: Attempt,
  verdict: Verdict,
  weights: string = handWeightsName,
): Promise<SoundState | null> {
  return database.transaction(async (client) => {
    const row = await stateRow(client, attempt.soundId, true);
    if (row === null) return null;
    const state = toState(row);
    if (isPersonsWord(state)) return state;
    let conclusion = await afterDeliveries(client, attempt.soundId, conclude(verdict));
    // The person may have rejected this very candidate while the attempt was running.
    if (conclusion.kind === 'matched' && row.rejected.includes(conclusion.link.recordingId)) {
      conclusion = {
        kind: 'waiting',
        why: 'The recording that matched was rejected by a person.',
      };
    }
    const next = apply(state, { kind: 'concluded', conclusion });
    const decisionId = `${attempt.soundId}#${attempt.attempt}`;
    const candidates =
      verdict.kind === 'sure'
        ? [verdict.best, ...verdict.others]
        : verdict.kind === 'undecided'
          ? verdict.candidates
          : [];
    const inserted = await client.query(
      `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why, detail, model_version)
       values ($1, $2, 'rule', $3, $4, true, $5, $6, $7) on conflict (id) do nothing`,
      [
        decisionId,
        attempt.soundId,
        conclusion.kind,
        next.link?.recordingId ?? null,
        next.why,
        detailColumn.write({ candidates: candidates.slice(0, 5) }),
        weights,
      ],
    );
    // The same attempt was written before (its answer got lost in a crash): what holds is what was written then.
    if (inserted.rowCount === 0) return state;
    await putLink(client, attempt.soundId, next.link, decisionId);
    await client.query(
      `update sounds set attempts = greatest(attempts, $2), model_seen = $3,
              woken_by = case when $4 = 'matched' then $5 else woken_by end where id = $1`,
      [attempt.soundId, attempt.attempt, weights, next.status, attempt.due],
    );
    const stored = await putState(client, next);
    if (next.link !== null) await tellGroup(client, stored.soundId, `match ${next.link.recordingId}`, stored.why);
    return stored;
  });
}

/**
 * What deliveries have made of provisional recordings since the evidence was found: a merged one stands for what it was merged into, and
 * one that is contested, linked or waited for, is for a person to decide.
 */
async function afterDeliveries(client: Queryable, soundId: SoundId, conclusion: Conclusion): Promise<Conclusion> {
  if (conclusion.kind !== 'matched' && conclusion.kind !== 'waiting') return conclusion;
  const { rows } = await client.query<{ id: string; stands: string; contested: string | null }>(
    conclusion.kind === 'matched'
      ? `select id, coalesce(merged_into, id) as stands, contested from recordings where id = $1 and provisional`
      : `select r.id, r.id as stands, r.contested from sounds s join recordings r on r.id = s.waits_for where s.id = $1 and r.provisional`,
    [conclusion.kind === 'matched' ? conclusion.link.recordingId : soundId],
  );
  const provisional = rows[0];
  if (provisional === undefined) return conclusion;
  if (provisional.contested !== null)
    return { kind: 'review', why: contestedWhy(provisional.id, provisional.contested) };
  return conclusion.kind === 'matched'
    ? { ...conclusion, link: { ...conclusion.link, recordingId: provisional.stands } }
    : conclusion;
}

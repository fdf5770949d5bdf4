// When a waiting sound tries again, and whether that is worth a look: rows, no searches.

import { catalogueSeq } from '../../store/database.ts';
import { nothingNew, saveSchedule, type SkipTerms } from '../../store/sounds/turn.ts';
import type { SoundId } from '../../domain/naming.ts';
import { nextAttemptAtMs, type Turn } from '../../domain/schedule.ts';
import { landmarksVersion } from '../../matching/audio/landmarks.ts';
import { previewsFrom } from '../../providers/desk.ts';
import type { Needs } from '../needs.ts';
import { standingSince } from './nextQuestion.ts';

/** A sound that has tried `attempts` times, at the moment `nowMs` of its own clock. */
export interface TurnOf extends Omit<Turn, 'schedule' | 'seed'> {
  readonly soundId: SoundId;
}

/** Writes when the sound tries again. @returns that instant, epoch milliseconds. */
export async function planTurn(
  { database, schedule }: Needs<'database' | 'schedule'>,
  { soundId, ...turn }: TurnOf,
): Promise<number> {
  const atMs = nextAttemptAtMs({ ...turn, schedule, seed: soundId });
  await saveSchedule(database, soundId, turn.attempts, atMs);
  return atMs;
}

type Skips = Needs<'database' | 'weights' | 'schedule' | 'providers'>;

/** Counts a retry as made and plans the next, when looking again would find nothing new. @returns null when it would. */
export async function skipTurn(deps: Skips, turn: TurnOf): Promise<number | null> {
  return (await nothingNew(deps.database, turn.soundId, await skipTerms(deps))) ? planTurn(deps, turn) : null;
}

const skipTerms = async ({ database, weights, schedule, providers }: Skips): Promise<SkipTerms> => ({
  seq: await catalogueSeq(database),
  landmarksVersion,
  recheckMs: schedule.recheckMs,
  services: providers === undefined ? [] : standingSince(providers),
  previews: providers !== undefined && previewsFrom(providers) !== null,
  ...(weights === undefined ? {} : { weights: weights.set }),
});

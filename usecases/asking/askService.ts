// What asking an outside service is like, whichever kind it is: its answer or its trouble becomes evidence under its own name.

import type { Queryable } from '../../store/database.ts';
import { readEvidence, saveEvidence } from '../../store/sounds/evidence.ts';
import { readSound, type Sound } from '../../store/sounds/sounds.ts';
import { readState } from '../../store/sounds/state.ts';
import type { RequestPriority } from '../../domain/asking.ts';
import type { ServiceEvidence } from '../../domain/evidence.ts';
import type { ProviderName } from '../../domain/providers.ts';
import type { ProviderDesk } from '../../providers/desk.ts';
import { ProviderError } from '../../providers/provider.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import { NotFound, TryAgain } from '../failures.ts';
import type { AttemptOf } from '../attempt/fetchSound.ts';
import type { Needs } from '../needs.ts';
import type { Task } from '../task.ts';

export interface AskInput extends AttemptOf {
  readonly provider: string;
  readonly priority: RequestPriority;
  readonly fresh: boolean;
}

/** Asks with `client`, absent when the service is off here, and keeps what came of it. @throws for short trouble, so that the server asks again. */
export async function askService<Client>(
  deps: Needs<'database' | 'providers'>,
  input: AskInput,
  task: Task,
  client: Client | undefined,
  ask: (desk: ProviderDesk, client: Client, sound: Sound) => Promise<ServiceEvidence>,
): Promise<EvidenceLine> {
  const sound = await readSound(deps.database, input.soundId);
  if (sound === null) throw new NotFound(`there is no sound ${input.soundId}`);
  const name = input.provider as ProviderName;
  const desk = deps.providers;
  const evidence =
    desk === undefined || client === undefined
      ? switchedOff
      : ((await placeInLine(deps.database, input, desk.now())) ??
        (await ask(desk, client, sound).catch((error: unknown) => inTrouble(error, desk.now(), task))));
  await saveEvidence(deps.database, sound.id, name, input.attempt, evidence);
  return lineOf(name, evidence);
}

/**
 * What the service said when it was asked before its time: to come back at an instant that has not come yet. The sound woke up for another
 * service. Asking again would give it a second place in the line: with places taken at each waking, sounds that needed iTunes slept until long after
 * it had nothing to do (55 % of its rate used).
 */
async function placeInLine(
  database: Queryable,
  { soundId, attempt, provider, fresh }: AskInput,
  nowMs: number,
): Promise<Exclude<ServiceEvidence, { kind: 'match' }> | null> {
  // A person who asks, or a release date that is near, is worth a question.
  if (fresh) return null;
  const said = (await readEvidence(database, soundId)).find(({ source }) => source === provider);
  if (said === undefined || said.attempt >= attempt || said.evidence.kind !== 'unavailable') return null;
  const { untilMs } = said.evidence;
  // Instants of the sound's own clock, by which it has woken: where that is ahead of ours, its time has come all the same.
  const wokeMs = (await readState(database, soundId))?.nextAttemptAtMs ?? 0;
  return untilMs !== null && untilMs > Math.max(nowMs, wokeMs) + aboutNowMs ? said.evidence : null;
}
/** Timers are that exact. */
const aboutNowMs = 1_000;

/** Asked for while it was on, answered by a worker that has it off: the next attempt knows. */
const switchedOff = { kind: 'unavailable', reason: 'it is switched off', untilMs: null } as const;

/** Longer than this a question is not kept waiting: the sound sleeps until then, and says so. */
const patienceMs = 60_000;
export const mostTries = 5;

/** What an error of a service means for the sound. @throws for short trouble, so that the server asks again. */
function inTrouble(error: unknown, nowMs: number, task: Task): Exclude<ServiceEvidence, { kind: 'match' }> {
  if (!(error instanceof ProviderError)) throw error;
  const reason = error.message.replace(`${error.provider}: `, '');
  if (error.kind === 'refused') return { kind: 'unusable', code: 'refused', reason: `It ${reason}.` };
  retryWhileShort(error, nowMs, task);
  return { kind: 'unavailable', reason, untilMs: error.untilMs };
}

/** @throws for trouble that is short, or may be, so that the server asks again; not for ever. */
export function retryWhileShort(error: ProviderError, nowMs: number, { attempt }: Pick<Task, 'attempt'>): void {
  const inMs = error.untilMs === null ? null : Math.max(0, error.untilMs - nowMs);
  const isShort = inMs === null ? error.kind === 'unavailable' || error.kind === 'malformed' : inMs <= patienceMs;
  if (isShort && error.kind !== 'credentials_rejected' && attempt < mostTries)
    throw new TryAgain(error.kind, error.message, inMs, { cause: error });
}

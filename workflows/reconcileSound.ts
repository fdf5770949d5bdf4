// The entity: one workflow per sound, open while something can still happen to it. It tries, waits and tries again; what people say is taken at
// any time (soundEntity.ts). All state is a row in Postgres and a small JSON object here.

import { allHandlersFinished, condition, isCancellation } from '@temporalio/workflow';
import type { SoundStatus } from '../domain/sound.ts';
import type { ReconcileSoundInput } from './messages.ts';
import { SoundEntity } from './soundEntity.ts';

export interface SoundOutcome {
  readonly status: SoundStatus | 'unknown';
  readonly recording: string | null;
  readonly why: string;
}

export async function reconcileSound(input: ReconcileSoundInput): Promise<SoundOutcome> {
  const sound = new SoundEntity(input);
  try {
    await sound.load();
    await sound.takeUp();
    do {
      while (sound.isOpen) {
        await sound.act();
        if (sound.isOpen && sound.state?.due === null) await sound.waitForTurn();
        if (sound.isOpen) await sound.continueAsNewIfLong();
      }
      // A message that started this run of a settled sound, or came last, is still being taken: it may have reopened it.
      // Nothing may be awaited between this and the end of the run.
      await condition(allHandlersFinished);
      sound.show();
    } while (sound.isOpen);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await sound.abandonAsCancelled();
    throw error;
  }
  const { state } = sound;
  return state === null
    ? { status: 'unknown', recording: null, why: `there is no sound ${input.soundId}` }
    : { status: state.status, recording: state.link?.recordingId ?? null, why: state.why };
}

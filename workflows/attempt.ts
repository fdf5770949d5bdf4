// One attempt: words, audio, what they come to; and as long as that is not sure, the next outside provider that may know more.

import { CancellationScope } from '@temporalio/workflow';
import type { NextQuestion } from '../domain/asking.ts';
import type { EvidenceLine } from '../domain/evidenceLine.ts';
import type { SoundId } from '../domain/naming.ts';
import type { SoundState } from '../domain/sound.ts';
import {
  askCatalogue,
  askRecogniser,
  fetchSound,
  hasFailed,
  matchAudio,
  reasonOf,
  rows,
  takePreviews,
} from './activities.ts';

export interface AttemptInput {
  readonly soundId: SoundId;
  /** From 1. */
  readonly number: number;
  /** What made it due, when it was not the timer. */
  readonly due: string | null;
  readonly bulk: boolean;
  /** What earlier attempts found. */
  readonly evidence: readonly EvidenceLine[];
}

/** What an attempt hands over while it goes on. */
export interface AttemptWitness {
  /** Its scope: whoever cancels that ends the attempt, and nothing else. */
  readonly begun: (scope: CancellationScope) => void;
  readonly found: (evidence: readonly EvidenceLine[]) => void;
  readonly concluded: (state: SoundState) => void;
}

/** @throws a failure (`hasFailed`) when something of ours fails for good; a cancellation when it was ended. */
export async function attempt(input: AttemptInput, witness: AttemptWitness): Promise<void> {
  const { soundId, number, due } = input;
  await CancellationScope.cancellable(async () => {
    witness.begun(CancellationScope.current());
    const { audio, ...words } = await rows.matchMetadata({ soundId, attempt: number });
    // What providers have said stands until they are asked again; that one could not be asked does not.
    const kept = input.evidence.filter((line) => isOutside(line) && line.kind !== 'unavailable');
    let evidence: readonly EvidenceLine[] = [words, await listen(soundId, number, audio), ...kept];
    const note = (line: EvidenceLine): void => {
      evidence = [...evidence.filter((other) => other.source !== line.source), line];
      witness.found(evidence);
    };
    witness.found(evidence);
    for (;;) {
      const outcome = await rows.concludeAttempt({ soundId, attempt: number, due });
      if (outcome === null) return;
      if ('ask' in outcome) {
        const said = await ask(input, outcome.ask);
        note(said);
        // There is audio now of what the sound may be: it is listened to again.
        if (outcome.ask.kind === 'preview' && said.kind === 'match') note(await listen(soundId, number, audio));
        continue;
      }
      const { missing, ...state } = outcome;
      if (missing !== undefined) note(missing);
      witness.concluded(state);
      return;
    }
  });
}

/** Fetches the sound's audio and looks for it in the index. Trouble is evidence "unavailable", never a failed sound. */
async function listen(
  soundId: SoundId,
  attemptNumber: number,
  atHand: EvidenceLine | 'fetched' | undefined,
): Promise<EvidenceLine> {
  if (typeof atHand === 'object') return atHand;
  const input = { soundId, attempt: attemptNumber };
  return orUnavailable(input, 'audio', async () => {
    const fetched = atHand === 'fetched' ? null : await fetchSound(input);
    return fetched ?? (await matchAudio(input));
  });
}

/** Asks one outside provider. Trouble is evidence "unavailable", never a failed sound and never "no match". */
async function ask(input: AttemptInput, next: NextQuestion): Promise<EvidenceLine> {
  const { soundId, number, due } = input;
  const priority = number > 1 ? (due === null ? 'retry' : 'urgent') : input.bulk ? 'backlog' : 'new';
  const of = { soundId, attempt: number };
  return orUnavailable(of, next.kind === 'preview' ? 'preview' : next.provider, async () => {
    if (next.kind === 'preview') {
      const { recordingIds, provider } = next;
      const summary = `previews of ${recordingIds.join(', ')}, attempt ${number}`.slice(0, 200);
      return takePreviews.executeWithOptions({ summary }, [{ ...of, provider, recordingIds, priority }]);
    }
    const asks = next.kind === 'catalogue' ? askCatalogue : askRecogniser;
    return asks.executeWithOptions({ summary: `asks ${next.provider}, attempt ${number}` }, [
      { ...of, provider: next.provider, priority, fresh: next.fresh },
    ]);
  });
}

async function orUnavailable(
  of: { readonly soundId: SoundId; readonly attempt: number },
  source: EvidenceLine['source'],
  work: () => Promise<EvidenceLine>,
): Promise<EvidenceLine> {
  try {
    return await work();
  } catch (error) {
    if (!hasFailed(error)) throw error;
    const reason = reasonOf(error).replace(`${source}: `, '');
    return rows.noteUnavailable({ ...of, source, reason });
  }
}

export const isOutside = ({ source }: EvidenceLine): boolean => source !== 'metadata' && source !== 'audio';

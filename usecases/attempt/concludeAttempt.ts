// Weighs what the sources found in an attempt and writes what it comes to.

import { leaveLines } from '../../store/providers/limits.ts';
import { recordConclusion } from '../../store/sounds/conclude.ts';
import { readEvidence, saveEvidence } from '../../store/sounds/evidence.ts';
import { readSound } from '../../store/sounds/sounds.ts';
import type { NextQuestion } from '../../domain/asking.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { isSettled, type SoundState } from '../../domain/sound.ts';
import { wordsOf } from '../../matching/soundWords.ts';
import { weigh } from '../../matching/weigh.ts';
import { evidenceOf } from '../../matching/witnesses/witness.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import type { AttemptOf } from './fetchSound.ts';
import type { Needs } from '../needs.ts';
import { readWeighing } from '../weighing.ts';
import { weighWords } from './matchMetadata.ts';
import { nextQuestion, serviceRows } from './nextQuestion.ts';
import { previewsFor } from './previewsFor.ts';

/** `missing`: what was not asked for because an earlier attempt could not have it; the sound tries again when it can be had. */
export type Concluded = SoundState & { readonly missing?: EvidenceLine };

/**
 * @returns the state that holds afterwards; null for an unknown sound; or what to ask before there can be one, when it is not sure and
 * an outside service may know more.
 */
export async function concludeAttempt(
  { database, weights, providers }: Needs<'database' | 'weights' | 'providers'>,
  input: AttemptOf & { readonly due: string | null },
): Promise<Concluded | { readonly ask: NextQuestion } | null> {
  const sound = await readSound(database, input.soundId);
  if (sound === null) return null;
  const words = wordsOf(sound);
  const stored = await readEvidence(database, sound.id);
  const services = providers === undefined ? [] : serviceRows(providers, stored);
  const audio = evidenceOf({ evidence: stored }, 'audio');
  let text = evidenceOf({ evidence: stored }, 'metadata');
  const heard = [audio, ...services.map(({ evidence }) => evidence)].flatMap((evidence) =>
    evidence.kind === 'match' ? evidence.candidates.map(({ recordingId }) => recordingId) : [],
  );
  if (audio.kind === 'match' || heard.length > 0) {
    text = await weighWords(database, words, [...new Set(heard)]);
    await saveEvidence(database, sound.id, 'metadata', input.attempt, text);
  }
  const evidence = [{ source: 'metadata', evidence: text }, { source: 'audio', evidence: audio }, ...services] as const;
  // What was decided about the same audio is known before anybody outside is asked, who may want to be paid.
  const weighing = await readWeighing(database, sound, { words, evidence, weights });
  const weighed = weigh(weighing);
  let { verdict } = weighed;
  let missing: EvidenceLine | null = null;
  if (providers !== undefined && verdict.kind !== 'sure' && verdict.kind !== 'unusable') {
    const asking = { sound, words, stored, attempt: input.attempt, due: input.due };
    const listened = audio.kind === 'match' || audio.kind === 'none';
    const previews = listened
      ? await previewsFor(database, providers, { ...asking, ranked: weighed.ranked })
      : { ask: null, missing: null };
    const ask = await nextQuestion(database, providers, { ...asking, previews: previews.ask });
    if (ask !== null) return { ask };
    if (previews.missing !== null) {
      ({ verdict } = weigh({
        ...weighing,
        evidence: [...evidence, { source: 'preview', evidence: previews.missing }],
      }));
      missing = lineOf('preview', previews.missing);
    }
  }
  const attempt = { soundId: sound.id, attempt: input.attempt, due: input.due };
  const state = await recordConclusion(database, attempt, verdict, weights?.set);
  if (state !== null && isSettled(state)) await leaveLines(database, linesOf(services, providers?.now() ?? 0));
  return state === null || missing === null ? state : { ...state, missing };
}

/** Services that the sound was to come back to, and need not any more. */
const linesOf = (services: ReturnType<typeof serviceRows>, nowMs: number): ProviderName[] =>
  services.flatMap(({ source, evidence }) =>
    evidence.kind === 'unavailable' && evidence.untilMs !== null && evidence.untilMs > nowMs ? [source] : [],
  );

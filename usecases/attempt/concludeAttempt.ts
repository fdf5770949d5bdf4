// Weighs what the sources found in an attempt and writes what it comes to.

import { readGroupWords } from '../../store/sounds/groups.ts';
import { leaveLines } from '../../store/providers/limits.ts';
import { countRecordings } from '../../store/catalogue/recordings.ts';
import { recordingsWithAudio } from '../../store/catalogue/references.ts';
import { recordConclusion } from '../../store/sounds/conclude.ts';
import { readEvidence, saveEvidence } from '../../store/sounds/evidence.ts';
import { readSound } from '../../store/sounds/sounds.ts';
import type { NextQuestion } from '../../domain/asking.ts';
import type { AudioEvidence, MetadataEvidence } from '../../domain/evidence.ts';
import type { Verdict } from '../../domain/decision.ts';
import { withGroup } from '../../domain/group.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { isSettled, type SoundState } from '../../domain/sound.ts';
import { fuse, rank, type FusionInput } from '../../matching/fusion.ts';
import { recognisedIn } from '../../matching/recognition.ts';
import { wordsOf } from '../../matching/soundWords.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import type { AttemptOf } from './fetchSound.ts';
import type { Needs } from '../needs.ts';
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
  const stored = await readEvidence(database, sound.id);
  const notAsked = { kind: 'unavailable', reason: 'it was not asked', untilMs: null } as const;
  const audio = (stored.find((row) => row.source === 'audio')?.evidence ?? notAsked) as AudioEvidence;
  let text = (stored.find((row) => row.source === 'metadata')?.evidence ?? notAsked) as MetadataEvidence;
  const services = providers === undefined ? [] : serviceRows(providers, stored);
  const known = services.flatMap(({ evidence }) =>
    evidence.kind === 'match' ? evidence.candidates.map((candidate) => candidate.recordingId) : [],
  );
  if (audio.kind === 'match' || known.length > 0) {
    const heard = audio.kind === 'match' ? audio.candidates.map((candidate) => candidate.recordingId) : [];
    text = await weighWords(database, sound, [...new Set([...heard, ...known])]);
    await saveEvidence(database, sound.id, 'metadata', input.attempt, text);
  }
  const proposed = text.kind === 'match' ? text.candidates.map((candidate) => candidate.recordingId) : [];
  const listened = audio.kind === 'match' || audio.kind === 'none';
  const weighing: FusionInput = {
    text,
    audio,
    rejected: sound.rejected,
    catalogueSize: await countRecordings(database),
    userMade: wordsOf(sound).userMade === true,
    services,
    recognised: recognisedIn(services.map(({ evidence }) => evidence)),
    searched: listened ? await recordingsWithAudio(database, proposed) : [],
    ...(weights === undefined ? {} : { weights }),
  };
  // What was decided about the same audio is known before anybody outside is asked, who may want to be paid.
  const { words, place } = await readGroupWords(database, sound.id);
  const conclude = (all: FusionInput): Verdict => withGroup(fuse(all), words, place, sound.rejected);
  let verdict = conclude(weighing);
  let missing: EvidenceLine | null = null;
  if (providers !== undefined && verdict.kind !== 'sure' && verdict.kind !== 'unusable') {
    const previews = listened
      ? await previewsFor(database, providers, { sound, stored, ranked: () => rank(weighing), attempt: input.attempt })
      : { ask: null, missing: null };
    const ask = await nextQuestion(database, providers, sound, stored, input, previews.ask);
    if (ask !== null) return { ask };
    if (previews.missing !== null) {
      verdict = conclude({ ...weighing, services: [...services, { source: 'preview', evidence: previews.missing }] });
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

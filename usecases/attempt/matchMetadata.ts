// What a sound's words say: candidates from the catalogue, each scored in bits.

import { catalogueSeq, type Queryable } from '../../store/database.ts';
import { findCandidates, recordingsById, type FoundRecording } from '../../store/catalogue/recordings.ts';
import { recordingsWithAudio } from '../../store/catalogue/references.ts';
import { knownTwins } from '../../store/catalogue/twins.ts';
import { endCallsOf } from '../../store/outbox.ts';
import { saveEvidence } from '../../store/sounds/evidence.ts';
import { readSound } from '../../store/sounds/sounds.ts';
import { markSeen } from '../../store/sounds/turn.ts';
import type { MetadataEvidence, TextCandidate } from '../../domain/evidence.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { candidateKeys } from '../../matching/metadata/keys.ts';
import { textEvidence } from '../../matching/metadata/score.ts';
import type { SoundWords } from '../../matching/metadata/soundText.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import { NotFound } from '../failures.ts';
import { audioAtHand, type AttemptOf, type AudioAtHand } from './fetchSound.ts';
import type { Needs } from '../needs.ts';
import { wordsOf } from '../../matching/soundWords.ts';
import { readRarity } from './readRarity.ts';

/** Kept with the evidence: more siblings than this help nobody, and a generic title has hundreds. */
const mostCandidates = 20;

/** `audio` is absent when it is to be fetched, and in what was recorded before there was such a field. */
export type WordsLine = EvidenceLine & { readonly audio?: Exclude<AudioAtHand, undefined> };

export async function matchMetadata(deps: Needs<'database'>, input: AttemptOf): Promise<WordsLine> {
  const { database } = deps;
  const sound = await readSound(database, input.soundId);
  if (sound === null) throw new NotFound(`there is no sound ${input.soundId}`);
  // Before anything is looked up: what enters the catalogue from here on is worth another attempt.
  await markSeen(database, sound.id, await catalogueSeq(database));
  // Nor is it to be called for what its row says by now.
  await endCallsOf(database, sound.id);
  const evidence = await weighWords(database, wordsOf(sound), []);
  await saveEvidence(database, sound.id, 'metadata', input.attempt, evidence);
  const audio = await audioAtHand(deps, sound, input.attempt);
  return { ...lineOf('metadata', evidence), ...(audio === undefined ? {} : { audio }) };
}

/** Scores what the words propose, and the recordings that audio found: their words may speak for or against them. */
export async function weighWords(
  database: Queryable,
  words: SoundWords,
  heard: readonly RecordingId[],
): Promise<MetadataEvidence> {
  const keys = candidateKeys(words);
  const proposed = await withoutRumours(database, await findCandidates(database, { ...keys, externalIds: keys.ids }));
  const known = new Set(proposed.map((candidate) => candidate.id));
  const candidates = [
    ...proposed,
    ...(await recordingsById(
      database,
      heard.filter((id) => !known.has(id)),
    )),
  ];
  const evidence = textEvidence(
    words,
    candidates.map(({ externalIds, credits: _, ...recording }) => ({
      ...recording,
      externalIds: Object.entries(externalIds).flatMap(([platform, ids]) => ids.map((id) => ({ platform, id }))),
    })),
    await readRarity(database, words, keys, candidates),
    await knownTwins(
      database,
      candidates.map(({ id }) => id),
    ),
  );
  if (evidence.kind !== 'match') return evidence;
  const bits = (candidate: TextCandidate): number => candidate.reasons.reduce((sum, reason) => sum + reason.bits, 0);
  const best = evidence.candidates.toSorted((a, b) => bits(b) - bits(a));
  return {
    ...evidence,
    candidates: best.filter((candidate, i) => i < mostCandidates || heard.includes(candidate.recordingId)),
  };
}

/**
 * A provisional recording without audio is one person's word about one sound: others are not linked to it, and the sound itself waits
 * for what it announces.
 */
async function withoutRumours(database: Queryable, found: readonly FoundRecording[]): Promise<FoundRecording[]> {
  const provisional = found.filter((recording) => recording.provisional).map((recording) => recording.id);
  if (provisional.length === 0) return [...found];
  const heard = await recordingsWithAudio(database, provisional);
  return found.filter((recording) => !recording.provisional || heard.includes(recording.id));
}

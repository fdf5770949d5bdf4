// What weighing a sound reads from the database: the same for an attempt that decides and for an explanation that only looks.

import { countRecordings } from '../store/catalogue/recordings.ts';
import { recordingsWithAudio } from '../store/catalogue/references.ts';
import type { Queryable } from '../store/database.ts';
import { readGroupWords } from '../store/sounds/groups.ts';
import type { Sound } from '../store/sounds/sounds.ts';
import type { SourceEvidence } from '../domain/evidence.ts';
import type { SoundWords } from '../matching/metadata/soundText.ts';
import type { Weighing } from '../matching/weigh.ts';
import { handWeights, type Weights } from '../matching/weights.ts';
import { evidenceOf } from '../matching/witnesses/witness.ts';

/** @param evidence what each source came to, of those that should count. */
export async function readWeighing(
  database: Queryable,
  sound: Sound,
  given: {
    readonly words: SoundWords;
    readonly evidence: readonly SourceEvidence[];
    readonly weights?: Weights | undefined;
  },
): Promise<Weighing> {
  const { words, evidence, weights = handWeights } = given;
  const [text, audio] = [evidenceOf(given, 'metadata'), evidenceOf(given, 'audio')];
  const proposed = text.kind === 'match' ? text.candidates.map(({ recordingId }) => recordingId) : [];
  const listened = audio.kind === 'match' || audio.kind === 'none';
  return {
    words,
    evidence,
    rejected: sound.rejected,
    searched: listened ? await recordingsWithAudio(database, proposed) : [],
    catalogueSize: await countRecordings(database),
    group: await readGroupWords(database, sound.id),
    weights,
  };
}

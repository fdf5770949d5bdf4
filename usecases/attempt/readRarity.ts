// How rare a sound's words are, by what the catalogue itself counts.

import {
  countRecordings,
  titleFrequencies,
  titlesBehind,
  type FoundRecording,
} from '../../store/catalogue/recordings.ts';
import type { Queryable } from '../../store/database.ts';
import { type CandidateKeys, groupsToCount } from '../../matching/metadata/keys.ts';
import type { Rarity } from '../../matching/metadata/rarity.ts';
import type { SoundWords } from '../../matching/metadata/soundText.ts';

/** All counts that scoring these recordings against this sound may ask for. */
export async function readRarity(
  database: Queryable,
  words: SoundWords,
  keys: Pick<CandidateKeys, 'exact' | 'counted'>,
  candidates: readonly FoundRecording[],
): Promise<Rarity> {
  const frequencies = await titleFrequencies(database, [
    ...keys.exact,
    ...keys.counted,
    ...candidates.map((candidate) => candidate.baseKey),
  ]);
  const groups = groupsToCount(
    words,
    candidates.map(({ title }) => title),
  );
  const behind = await titlesBehind(database, groups);
  return {
    titleFrequency: (key) => frequencies.get(key) ?? 0,
    titlesBehind: (group) => behind.get(group) ?? 0,
    catalogueSize: await countRecordings(database),
  };
}

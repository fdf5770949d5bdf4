// Why a sound stands where it stands: what is stored about it, weighed as an attempt would and explained.

import type { SoundId } from '../domain/naming.ts';
import { explain, type Explanation } from '../matching/explain.ts';
import { wordsOf } from '../matching/soundWords.ts';
import { weigh } from '../matching/weigh.ts';
import type { Weights } from '../matching/weights.ts';
import { recordingsById } from '../store/catalogue/recordings.ts';
import type { Queryable } from '../store/database.ts';
import { readEvidence } from '../store/sounds/evidence.ts';
import { readDecisions } from '../store/sounds/records.ts';
import { readSound } from '../store/sounds/sounds.ts';
import { readState } from '../store/sounds/state.ts';
import { readWeighing } from '../usecases/weighing.ts';

/** Of a sound that is known. */
export async function readExplanation(database: Queryable, id: SoundId, weights: Weights): Promise<Explanation> {
  const [sound, state] = [(await readSound(database, id))!, (await readState(database, id))!];
  // What a service said before it was switched off is weighed too: it may be what was decided on.
  const evidence = (await readEvidence(database, id)).filter(({ source }) => source !== 'preview');
  const weighing = await readWeighing(database, sound, { words: wordsOf(sound), evidence, weights });
  const { ranked } = weigh(weighing);
  const decisions = await readDecisions(database, id);
  const named = [
    ...[...ranked, ...decisions.flatMap(({ detail }) => detail.candidates ?? [])].flatMap(({ link, twins }) => [
      link.recordingId,
      ...twins,
    ]),
    ...sound.rejected,
    ...(state.link === null ? [] : [state.link.recordingId]),
  ];
  const recordings = await recordingsById(database, [...new Set(named)]);
  return explain({
    ...weighing,
    id,
    status: state.status,
    why: state.why,
    link: state.link,
    decisions,
    ranked,
    recordings: new Map(recordings.map(({ externalIds: _ids, ...recording }) => [recording.id, recording])),
  });
}

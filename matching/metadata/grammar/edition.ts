// Wording of releases and uploads, and of what is only announced.

import type { Tag } from '../tags.ts';
import { cuts, editionMarks, neutralWordings } from '../words/editions.ts';
import {
  monthStarts,
  newSongs,
  outWhen,
  teaserPieceOf,
  teaserPieces,
  teaserWordings,
  weekdays,
} from '../words/teasers.ts';
import { anyOf, whole } from '../words/wordings.ts';

const day = '[0-9]{1,2}(?:th|st|nd|rd)?';
const month = `${anyOf(monthStarts)}[a-z]*`;
const date = anyOf(['[0-9]{1,2} [0-9]{1,2}', `${month} ${day}`, `${day} ${month}`]);
const teaser = whole(
  anyOf(
    [
      `(?:new ${anyOf(newSongs)} )?${anyOf(teaserPieces)}(?: ${anyOf(teaserPieceOf)})?`,
      `out ${anyOf(outWhen, weekdays, [date])}(?: (?:midnight|everywhere|now))?`,
      `new ${anyOf(newSongs)}(?: soon| coming| out now)?`,
    ],
    teaserWordings,
  ),
);
const marks = editionMarks.map(({ soft, wordings }) => ({ soft, pattern: whole(anyOf(wordings)) }));
const cutPatterns = Object.entries(cuts).map(([wording, wordings]) => ({ wording, pattern: whole(anyOf(wordings)) }));
const neutral = whole(anyOf(neutralWordings));

export function readTeaser(key: string): readonly Tag[] | null {
  return teaser.test(key) ? [{ kind: 'teaser' }] : null;
}

export function readEdition(key: string): readonly Tag[] | null {
  const announced = readTeaser(key);
  if (announced) return announced;
  const mark = marks.find(({ pattern }) => pattern.test(key));
  if (mark) return [{ kind: 'neutral', soft: mark.soft, wording: key }];
  const cut = cutPatterns.find(({ pattern }) => pattern.test(key));
  if (cut) return [{ kind: 'neutral', soft: 'cut', wording: cut.wording }];
  if (key === '') return null;
  return neutral.test(key) ? [{ kind: 'neutral', soft: null, wording: key }] : null;
}

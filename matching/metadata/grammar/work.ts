// Works that many play: "Prelude in C-Sharp Minor, Op. 3 No. 2", "BWV 1007", "K. 467: II. Andante".

import { fold } from '../fold.ts';
import { catalogues, keyWords } from '../words/works.ts';
import { anyOf } from '../words/wordings.ts';

const numbered = new RegExp(`(?:^| )(?:${anyOf(catalogues)} ?[0-9]+[a-z]?|${anyOf(keyWords)})(?= |$)`, 'u');

/** Whether a title is a composer's work by its catalogue number or its key. */
export const isWork = (title: string): boolean => numbered.test(fold(title));

/** A movement's title is by itself unmistakable, so that any letters will do ("RV 297"); only "No. 4" counts the composer's concertos. */
const catalogueNumber = /(?:^| )(?!no |nr |pt |part )([a-z]{1,5}) ([0-9]+[a-z]?)(?: no ([0-9]+))?(?= |$)/u;
const movement = /[:\-–]\s*([IVX]{1,5}|\d{1,2})\.\s/u;

/** Whether two titles name one movement by the work's catalogue number, however they word the rest. */
export function isSameMovement(a: string, b: string): boolean {
  if (!a.includes('. ') || !b.includes('. ')) return false;
  const [ours, theirs] = [movementOf(a), movementOf(b)];
  return ours !== null && ours === theirs;
}

function movementOf(title: string): string | null {
  const part = movement.exec(title)?.[1];
  if (part === undefined) return null;
  const work = catalogueNumber.exec(fold(title));
  return work === null ? null : `${work[1]!} ${work[2]!} ${work[3] ?? ''} ${part}`;
}

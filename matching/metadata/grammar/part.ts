// "Pt. 2", "Interlude": one part of a work.

import type { Tag } from '../tags.ts';
import { namedParts, numerals, partWords } from '../words/parts.ts';
import { anyOf, whole } from '../words/wordings.ts';

const numbered = whole(`${anyOf(partWords)} ?([0-9]{1,3}|[ivx]{1,5}|one|two|three|four|five)`);
const named = whole(anyOf(namedParts));

export function readPart(key: string): readonly Tag[] | null {
  const found = numbered.exec(key);
  if (found) return [{ kind: 'part', part: numerals[found[1] ?? ''] ?? String(Number(found[1])) }];
  return named.test(key) ? [{ kind: 'part', part: key }] : null;
}

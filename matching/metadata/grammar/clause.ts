// What one bracket group or dash segment says: which readers are asked, and in which order.
//   clause := context | part | edition | upload words | speed | version          the first that reads all of it
//   group  := credit | clause credit | clause | clause (", " clause)*

import { fold } from '../fold.ts';
import type { Tag } from '../tags.ts';
import { readContext } from './context.ts';
import { readCredit, splitCredit } from './credit.ts';
import { readEdition } from './edition.ts';
import { readPart } from './part.ts';
import { readSpeed } from './speed.ts';
import { readUploadWords } from './upload.ts';
import { readVersion } from './version.ts';

const remembered = new Map<string, readonly Tag[] | null>();
const rememberedLimit = 4096;

/** The tags of one group or dash segment, or null when it is a name and no tag. Remembered: "Live" and "Remastered" come in thousands. */
export function readTags(text: string): readonly Tag[] | null {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const tags = readAnew(text);
  if (remembered.size >= rememberedLimit) remembered.clear();
  remembered.set(text, tags);
  return tags;
}

function readAnew(text: string): readonly Tag[] | null {
  const trimmed = joinSpacedLetters(text.trim());
  if (trimmed === '') return [];
  const credit = readCredit(trimmed);
  if (credit)
    return credit.role === 'original artist' ? [credit, { kind: 'version', version: 'cover', who: [] }] : [credit];
  const split = splitCredit(trimmed);
  if (split) {
    const before = readTags(split[0]);
    const after = readCredit(split[1]);
    if (before && after) return [...before, after];
  }
  const whole = readClause(trimmed);
  if (whole) return whole;
  if (/[,;/|]|\s[-–—+&]\s/.test(trimmed)) {
    const clauses = trimmed.split(/\s*[,;/|]+\s*|\s+[-–—+&]\s+/u).filter((clause) => clause.trim() !== '');
    if (clauses.length > 1 && clauses.length <= 6) {
      const each = clauses.map((clause) => readCreditOrClause(clause));
      if (each.every((tags) => tags !== null)) return each.flat();
    }
  }
  return null;
}

function readCreditOrClause(clause: string): readonly Tag[] | null {
  const credit = readCredit(clause);
  return credit ? [credit] : readClause(clause);
}

export function readClause(text: string): readonly Tag[] | null {
  const key = fold(text);
  return (
    readContext(text, key) ??
    readPart(key) ??
    readEdition(key) ??
    readUploadWords(key) ??
    readSpeed(key) ??
    readVersion(key)
  );
}

const spacedLetters = /(?<![\p{L}\p{M}\p{N}])\p{L}(?: \p{L}){3,}(?![\p{L}\p{M}\p{N}])/gu;

/** "s l o w e d  +  r e v e r b": a single space stands between letters, two between words. */
function joinSpacedLetters(text: string): string {
  if (text.charAt(1) !== ' ') return text;
  return text.replace(spacedLetters, (run) => run.replaceAll(' ', '')).replace(/\s+/gu, ' ');
}

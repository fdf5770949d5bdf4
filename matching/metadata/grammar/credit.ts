// Credits inside a title: "feat. X", "prod. by X", "originally performed by X". Read on the text as written, as names keep their letters.

import { fold } from '../fold.ts';
import type { CreditRole, Tag } from '../tags.ts';
import { bareCreditWords, creditWords, creditWordsBehind, nobodysParts } from '../words/credits.ts';
import { anyOf } from '../words/wordings.ts';
import { speaksOfVersion } from './vocabulary.ts';

const roles = Object.keys(creditWords) as readonly CreditRole[];
const credit = new RegExp(
  `^\\s*(?:${roles.map((role) => `(${creditWords[role].join('|')})`).join('|')})(?![\\p{L}\\p{N}])\\s*[.:]*\\s*(.+)$`,
  'isu',
);
const behind = new RegExp(`^(.+\\S)\\s+${anyOf(creditWordsBehind)}$`, 'isu');
const nobody = new RegExp(`^(?:an? |the |full |live )*${anyOf(nobodysParts)}(?![\\p{L}\\p{N}])`, 'iu');
const bare = `${anyOf(bareCreditWords)}(?![\\p{L}\\p{N}])`;
const inside = new RegExp(`^(.+?)\\s+[(]?(${anyOf(bareCreditWords, ['produced by'])}(?![\\p{L}\\p{N}]).+)$`, 'isu');
const atEnd = new RegExp(`^(.*?[\\p{L}\\p{N}\\p{P}\\p{S}])(\\s+${bare}[.:]*\\s*\\S.*)$`, 'isu');

/** A text that is nothing but a credit. */
export function readCredit(text: string): Extract<Tag, { kind: 'credit' }> | null {
  const found = credit.exec(text);
  if (!found) return creditBehind(text);
  const names = (found[roles.length + 1] ?? '').replace(/^by\s+/iu, '').trim();
  if (!/[\p{L}\p{N}]/u.test(names) || nobody.test(names)) return null;
  const role = roles.find((_, i) => found[i + 1] !== undefined)!;
  // "with The Harbour Philharmonic" is an arrangement, "feat. The Harbour Philharmonic" a guest.
  if (role === 'with' && speaksOfVersion(names)) return null;
  return { kind: 'credit', role, names };
}

function creditBehind(text: string): ReturnType<typeof readCredit> {
  const names = behind.exec(text)?.[1];
  return names === undefined || speaksOfVersion(names) || nobody.test(fold(names))
    ? null
    : { kind: 'credit', role: 'with', names };
}

/** "Remix feat. Someone": what stands before the credit, and the credit. */
export function splitCredit(text: string): readonly [before: string, credit: string] | null {
  const found = inside.exec(text);
  return found === null ? null : [found[1] ?? '', found[2] ?? ''];
}

/** "Song feat. Someone" in running words: the same, where nothing but a name stands before it. */
export function splitCreditAtEnd(text: string): readonly [before: string, credit: string] | null {
  const found = atEnd.exec(text);
  return found === null ? null : [found[1] ?? '', (found[2] ?? '').trim()];
}

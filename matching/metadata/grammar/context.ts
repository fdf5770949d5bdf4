// What a song was made for: 'From "Dangerous Minds"', "Titanic Soundtrack".

import { fold } from '../fold.ts';
import type { Tag } from '../tags.ts';
import { fromWords, productions, quotedProductions, soundtracks, themesOf } from '../words/contexts.ts';
import { anyOf, whole } from '../words/wordings.ts';

const quote = '["“”«»„\'‘’]';
const quoted = new RegExp(
  `^\\s*(?:theme\\s+)?${anyOf(fromWords)}\\s+(?:the\\s+${anyOf(quotedProductions)}\\s+)?${quote}(.+?)${quote}`,
  'iu',
);
const named = [
  whole(`(?:music |theme |song |songs )?from (?:the )?(?:original )?${anyOf(productions)}(?: soundtrack)?(?: (.+))?`),
  whole(`from (.+?)(?: (?:original )?(?:motion picture )?${anyOf(soundtracks, ['score'])})`),
  whole(`(.+?) (?:original )?(?:motion picture )?${anyOf(soundtracks)}`),
  ...themesOf.map((wording) => whole(wording)),
  whole('(?:ost|original soundtrack|soundtrack)(?: from| of)?(?: (.+))?'),
];

/** @param key `text`, folded. */
export function readContext(text: string, key: string): readonly Tag[] | null {
  const inQuotes = quoted.exec(text);
  if (inQuotes) return [{ kind: 'context', of: fold(inQuotes[1] ?? '') }];
  for (const pattern of named) {
    const found = pattern.exec(key);
    if (found) return [{ kind: 'context', of: (found[1] ?? '').trim() }];
  }
  return null;
}

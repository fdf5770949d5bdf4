// How much a title says: −log2 of the share of the world's recordings that bear it.
//   share ≈ (others of that title in the catalogue + k · guess) / (catalogue size + k)
// The guess comes from the words alone, so that a catalogue of fifty songs does not call "Home" rare or "Blinding Lights" common.

import { titleStartBits, weights } from './weights.ts';
import { titleWordBits } from './words/titleWords.ts';

/** The catalogue's own counts; `titleFrequency` answers for a folded base title. */
export interface Rarity {
  titleFrequency(foldedBase: string): number;
  /** Behind how many different titles a group stands (folded, without spaces): one that stands behind many is a version. */
  titlesBehind?(group: string): number;
  readonly catalogueSize: number;
}

const wordBits: ReadonlyMap<string, number> = new Map(
  Object.entries(titleWordBits).flatMap(([bits, words]) =>
    words.split(' ').map((word): [string, number] => [word, Number(bits)]),
  ),
);
const han = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** Whether thousands of titles hold this folded word. */
export function isTitleWord(word: string): boolean {
  return wordBits.has(word);
}

/** Bits that the words alone promise: "home" 13, "i love you" 12, "levitating" 17, "blinding lights" 20; never above the cap. */
export function guessedTitleBits(foldedBase: string): number {
  let bits: number = titleStartBits.start;
  for (const word of foldedBase.split(' ')) {
    if (word === '') continue;
    const known = wordBits.get(word);
    if (known !== undefined)
      bits += known + (bits === titleStartBits.start && known === 4 ? titleStartBits.firstCommonWord : 0);
    else if (han.test(word)) bits += Math.min(16, 3 * [...word].length);
    else bits += Math.min(11, 4 + word.length * 0.75);
  }
  return Math.min(weights.title.cap, bits);
}

/** Bits of an exact title. `catalogueSize` 0 means that nothing has been counted. */
export function titleBits(foldedBase: string, rarity: Rarity): number {
  const k = weights.rarity.pseudoRows;
  const others = Math.max(0, rarity.titleFrequency(foldedBase) - 1);
  const share = (others + k * 2 ** -guessedTitleBits(foldedBase)) / (Math.max(0, rarity.catalogueSize) + k);
  return Math.max(1, Math.min(weights.title.cap, -Math.log2(share)));
}

// Groups that the grammar cannot read, one slip away from a version, a speed or a part: "(Acoustik)", "- Spde Up", "(Tiesto Remux)".
// A person is told what they may be, and no catalogue makes another name of the song of them. A slip counts only where the mended group is
// read as such a tag as a whole, and never where the slipped word is a word itself: "(Love)" is no "(Live)".

import { editDistance, fold, squeeze } from './fold.ts';
import { readTags } from './grammar/clause.ts';
import { isTitleWord } from './rarity.ts';
import type { Tag } from './tags.ts';
import { longTag, oneSlipAway, tagPhrases, tagWords, twoSlipsAway, wordingWords } from './words/slips.ts';

export interface MisspelledTag {
  /** The group as written. */
  readonly written: string;
  /** The same with the slip mended, folded. */
  readonly meant: string;
}

/** Longest group looked at; tags are short, and subtitles of a whole sentence hold every word. */
const mostWords = 6;

/**
 * What an unread group may have been meant as; null when it is far from every tag, or when mending it yields only wording that says
 * nothing about the recording ("Album Verison").
 */
export function misspelledTag(group: string): MisspelledTag | null {
  const key = fold(group);
  const words = key.split(' ');
  if (!/[a-z]/.test(key) || words.length > mostWords) return null;
  if (words.length > 1 && words.length <= 3) {
    const phrase = [...tagPhrases, ...tagWords].find((each) => squeeze(each) === squeeze(key));
    if (phrase !== undefined && namesVersion(readTags(phrase))) return { written: group, meant: phrase };
  }
  for (const [index, word] of words.entries()) {
    if (word.length < 2 || tagWords.includes(word) || isTitleWord(word) || oneSlipAway.has(word)) continue;
    for (const right of tagWords) {
      if (!isSlip(word, right)) continue;
      const meant = words.with(index, right).join(' ');
      if (namesVersion(readTags(meant))) return { written: group, meant };
    }
  }
  // Two slips: in one long word ("Acuostik"), or one in each of two words that make a tag ("Lvie Vresion", "Spde Pu").
  for (const [index, word] of words.entries()) {
    if (tagWords.includes(word) || isTitleWord(word) || oneSlipAway.has(word) || twoSlipsAway.has(word)) continue;
    for (const right of tagWords) {
      if (right.length < longTag || editDistance(word, right, 2) !== 2) continue;
      const meant = words.with(index, right).join(' ');
      if (namesVersion(readTags(meant))) return { written: group, meant };
    }
  }
  if (words.length === 2 && !words.some((word) => isTitleWord(word) || oneSlipAway.has(word))) {
    const [first, second] = words as [string, string];
    const phrase = tagPhrases.find((each) => {
      const [one, other] = each.split(' ');
      return one !== undefined && other !== undefined && isSlip(first, one) && isSlip(second, other);
    });
    if (phrase !== undefined && namesVersion(readTags(phrase))) return { written: group, meant: phrase };
  }
  // "Spdeup", "SlowedReverb": the space went with the slip or is the slip.
  if (words.length <= 2) {
    const phrase = tagPhrases.find((each) => each.includes(' ') && editDistance(squeeze(key), squeeze(each), 1) <= 1);
    if (phrase !== undefined && !words.every((word) => isTitleWord(word) || oneSlipAway.has(word)))
      return { written: group, meant: phrase };
  }
  return null;
}

/** One swap, or one letter more, less or changed. In two letters only the swap: any other slip is a word of its own. */
function isSlip(word: string, right: string): boolean {
  if (right.length <= 2)
    return word.length === right.length && word !== right && [...word].reverse().join('') === right;
  return editDistance(word, right, 1) === 1;
}

/** Effects alone ("reverb") are left out: a recording with reverb is linked as itself when the word is spelled right, too. */
function namesVersion(tags: readonly Tag[] | null): boolean {
  return (tags ?? []).some(
    (tag) => tag.kind === 'version' || tag.kind === 'part' || (tag.kind === 'speed' && tag.effect !== 'effect'),
  );
}

/** "Offical Video", "TikTok Verison": a slip in wording that says nothing about the recording. */
export function isMisspelledWording(group: string): boolean {
  const words = fold(group).split(' ');
  if (words.length > mostWords) return false;
  return words.some((word, index) =>
    wordingWords.some(
      (right) =>
        word.length >= 5 &&
        isSlip(word, right) &&
        // "(Aversion)" is no "(Version)".
        (words.length > 1 || !oneSlipAway.has(word)) &&
        (readTags(words.with(index, right).join(' ')) ?? [{ kind: 'none', soft: '' }]).every(
          (tag) => tag.kind === 'neutral' && tag.soft === null,
        ),
    ),
  );
}

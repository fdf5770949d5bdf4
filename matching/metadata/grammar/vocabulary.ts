// What a group that no reader knows is likely to be, by its words: a version, or another name of the song.

import { fold } from '../fold.ts';
import { byWords } from '../words/credits.ts';
import { joinedVersionWords, versionPhrases, versionWords } from '../words/vocabulary.ts';
import { anyOf } from '../words/wordings.ts';

const joined = new RegExp(anyOf(joinedVersionWords), 'u');
const phrase = new RegExp(`(?:^| )${anyOf(versionPhrases)}(?= |$)`, 'u');
/** "Par Jules Renaud": who made it. */
const by = new RegExp(`^${anyOf(byWords)} `, 'u');
/** "Nghe 1 tiếng": how long it goes on. */
const hours =
  /(?:^|\D)\d{1,3} ?(?:h|hours?|hrs?|min|minutes?|heures?|horas?|ore|stunden?|uur|saat|jam|tieng|gio|час[а-я]*|घंट.|分鐘|分钟)(?= |$)/u;
const year = /(?:^|\D)(?:19|20)\d\d(?:\D|$)/u;

/** Whether a word of it speaks of how, where or by whom a recording was made: "Recorded at the Mill", "Piano-Voix", "弾き語り". */
export function speaksOfVersion(group: string): boolean {
  const key = fold(group);
  return (
    by.test(key) ||
    hours.test(key) ||
    key.split(' ').some((word) => versionWords.has(word)) ||
    year.test(key) ||
    joined.test(key) ||
    phrase.test(key)
  );
}

/** A name of a song says something: three words and more. "chilled", "Side A" and "angrier" say how it is played. */
export function readsLikeName(group: string): boolean {
  return fold(group).split(' ').length >= 3;
}

// Groups of nothing but upload and release words, in whatever language and order: "Letra Oficial da Música", "官方完整版MV".

import type { Tag } from '../tags.ts';
import { besideUploadWords, joinedUploadWords, remasterWords, uploadPhrases, uploadWords } from '../words/uploads.ts';
import { anyOf, whole } from '../words/wordings.ts';

const phrases = new RegExp(`(?:^| )${anyOf(uploadPhrases)}(?= |$)`, 'gu');
// The longer first: "リマスタリング" begins with "リマスター" but for a letter.
const longestFirst = joinedUploadWords.toSorted((a, b) => b.length - a.length);
const joined = whole(`(?:${anyOf(longestFirst)}| |mv|hd|hq|4k)+(?:版|버전|バージョン)?`);
const joinedRemaster = /リマスタ|리마스터/u;
const year = /^(?:19|20)\d\d$/;
const wholeAlbum =
  /(?:^| )(?:full|complete|entire|whole)(?: .*)? (?:album|ep|lp)(?: |$)|album complet|(?:disco|album) completo/u;
const mostWords = 8;

/** @param key folded. */
export function readUploadWords(key: string): readonly Tag[] | null {
  // A year belongs to a new master; "2023 버전" is another recording.
  if (/[^a-z0-9 ]/u.test(key) && joined.test(joinedRemaster.test(key) ? key.replace(/(?:19|20)\d\d/u, '') : key))
    return [{ kind: 'neutral', soft: joinedRemaster.test(key) ? 'remaster' : null, wording: key }];
  // Of a whole album no track is the recording.
  if (wholeAlbum.test(key)) return null;
  const rest = key.replace(phrases, ' video').trim().split(' ');
  if (rest.length > mostWords) return null;
  let says = false;
  let remaster = false;
  for (const word of rest) {
    if (remasterWords.has(word)) remaster = true;
    else if (uploadWords.has(word)) says = true;
    else if (!besideUploadWords.has(word) && !year.test(word)) return null;
  }
  if (!says && !remaster) return null;
  return [{ kind: 'neutral', soft: remaster ? 'remaster' : null, wording: key }];
}

// In what two recordings differ, by the judge's own reading: the kinds by which errors are grouped. Each has a made-up example, because
// a report holds no titles of a real catalogue.

import { editDistance } from '../../../matching/metadata/fold.ts';
import type { CatalogueRow } from '../catalogueDatabase.ts';
import { areTwins, bearsVersionWord, everybody, lead, plain, plainWords, songAndVersion } from './words.ts';

export const differences = {
  twin: [
    'the same words, at most 3 s apart, so that either is right',
    '"Paper Lanterns" on the single and on the album',
  ],
  duration: ['the same words, more than 3 s apart', '"Paper Lanterns", 3:20 and 3:41'],
  'neutral tag': [
    'the same but for a remaster, a film or an edition, more than 3 s apart',
    '"Paper Lanterns" and "Paper Lanterns - 2011 Remaster", 3:20 and 3:28',
  ],
  'cut tag': ['a single, album or radio version', '"Paper Lanterns" and "Paper Lanterns - Radio Edit"'],
  guests: ['the same lead artist with other guests', '"Paper Lanterns" by Ada Quill and by Ada Quill & Tess Okoro'],
  'second artist leads': [
    'a shared artist, another lead',
    '"Paper Lanterns" by Ada Quill & Tess Okoro and by Tess Okoro',
  ],
  artist: ['the same title by somebody else', '"Paper Lanterns" by Ada Quill and by Ines Rook'],
  'subtitle on the sound': [
    'a group without a word of versions that only the sound has',
    '"Paper Lanterns (Of Tin and Glass)" and "Paper Lanterns"',
  ],
  'subtitle on the other': [
    'a group without a word of versions that only the other recording has',
    '"Paper Lanterns" and "Paper Lanterns (Of Tin and Glass)"',
  ],
  'version on the sound': ['a version that only the sound has', '"Paper Lanterns (Velvet Mix)" and "Paper Lanterns"'],
  'version on the other': [
    'a version that only the other recording has',
    '"Paper Lanterns" and "Paper Lanterns (Velvet Mix)"',
  ],
  version: ['different groups', '"Paper Lanterns (Velvet Hour)" and "Paper Lanterns (Morning Hour)"'],
  'shared group': ['different titles with the same group', '"Paper Lanterns (Side A)" and "Tin Boats (Side A)"'],
  'title in the group': ['one’s title is the other’s group', '"Tin Boats" and "Paper Lanterns (Tin Boats)"'],
  'part of the title': ['one title inside the other', '"Lanterns" and "Paper Lanterns"'],
  spelling: ['titles that differ in one or two letters', '"Paper Lantern" and "Paper Lanterns"'],
  'title is an artist': ['one’s title is the other’s artist', '"Ada Quill" and "Paper Lanterns" by Ada Quill'],
  other: ['nothing in common that the judge sees', '"Paper Lanterns" and "Tin Boats"'],
} as const;

export type Difference = keyof typeof differences;

/** Another cut or master of the same take: "Radio Edit", "Mono". */
export const isCut = (group: string): boolean => cut.test(group);
const cut =
  /^(?:(?:original )?(?:single|album|lp|ep|radio|short|extended|full length|main|club|video|7|12) (?:version|mix|edit|cut)|edit|mono|clean)(?: (?:version|edit|mix))*$/u;

/** `meant` is what the sound is, `other` what it was taken for. */
export function differenceOf(meant: CatalogueRow, other: CatalogueRow): Difference {
  if (areTwins(meant, other)) return 'twin';
  const ours = plainWords(meant.title);
  const theirs = plainWords(other.title);
  if (songAndVersion(meant.title) === songAndVersion(other.title)) {
    if (everybody(meant) === everybody(other))
      return ours.neutral.join() === theirs.neutral.join() ? 'duration' : 'neutral tag';
    if (lead(meant) === lead(other)) return 'guests';
    const names = new Set(everybody(meant).split('\n'));
    return everybody(other)
      .split('\n')
      .some((name) => names.has(name))
      ? 'second artist leads'
      : 'artist';
  }
  if (ours.base === theirs.base) {
    const onlyOurs = ours.versions.filter((each) => !theirs.versions.includes(each));
    const onlyTheirs = theirs.versions.filter((each) => !ours.versions.includes(each));
    if ([...onlyOurs, ...onlyTheirs].every(isCut)) return 'cut tag';
    if (onlyOurs.length > 0 && onlyTheirs.length > 0) return 'version';
    const where = onlyTheirs.length === 0 ? 'on the sound' : 'on the other';
    return [...onlyOurs, ...onlyTheirs].some(bearsVersionWord) ? `version ${where}` : `subtitle ${where}`;
  }
  const groups = [...ours.versions, ...ours.neutral];
  const otherGroups = [...theirs.versions, ...theirs.neutral];
  if (groups.includes(theirs.base) || otherGroups.includes(ours.base)) return 'title in the group';
  if (groups.some((group) => otherGroups.includes(group))) return 'shared group';
  if (` ${ours.base} `.includes(` ${theirs.base} `) || ` ${theirs.base} `.includes(` ${ours.base} `))
    return 'part of the title';
  if (editDistance(ours.base, theirs.base, 2) <= 2) return 'spelling';
  const artists = new Set([...meant.artists, ...other.artists].map(plain));
  return artists.has(ours.base) || artists.has(theirs.base) ? 'title is an artist' : 'other';
}

// The judge's own reading of a catalogue's titles, made apart from the matcher's grammar: a judge that read titles with it would
// call right whatever it fails to read. It need not be clever: catalogues write "Title (feat. Guest) [Version]" and "Title - Version".
//   twins: equal base, equal versions, equal artists as sets (guests in the title included), at most 3 s apart; or one ISRC

import type { CatalogueRow } from '../catalogueDatabase.ts';

export interface PlainWords {
  /** The title without its groups. */
  readonly base: string;
  /** Bracket groups and dash parts that may name another recording, in order. */
  readonly versions: readonly string[];
  /** Groups that name no other recording: "Remastered 2011", "Explicit", "From the film …". A single or album version may be another cut. */
  readonly neutral: readonly string[];
  /** Who is named in "(feat. …)" and "(with …)". */
  readonly guests: readonly string[];
}

/** Lower case, without accents and signs; the text itself when nothing else remains. */
export function plain(text: string): string {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/['’‘`´ʼ]/g, '')
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
  return words === '' ? text.trim().toLowerCase() : words;
}

const guest = /^(?:feat|ft|featuring|with)(?![\p{L}\p{N}])\.?\s*(.+)$/iu;
/** "With Strings" and "With Orchestra" are no guests. */
const players =
  /^(?:an? |the )?(?:strings?|orchestra|choir|piano|band|lyrics|intro|vocals?|guitar|commentary|horns|drums)\b/iu;
const neutral =
  /^(?:(?:(?:19|20)\d\d )?(?:digital(?:ly)? )?re ?master(?:ed)?(?: (?:version|(?:in )?(?:19|20)\d\d|edition))*|original(?: version| mix| recording)?|bonus(?: track)?|(?:[a-z]+ )?deluxe(?: edition| version)?|expanded edition|explicit(?: version)?|official(?: (?:audio|video|music video|lyric video|visuali[sz]er))?|lyric video|lyrics|audio|visuali[sz]er|(?:(?:\d+(?:th|st|nd|rd)|\d+ year) )?anniversary(?: edition)?|(?:music |theme |song )?from .+|.+ (?:original )?(?:motion picture )?soundtrack|stereo|stereo version)$/u;

/** Whether a group is a version by one of its words, however rare the others are: "Ines Rook Remix". */
export const bearsVersionWord = (group: string): boolean => versionWords.test(group);
const versionWords =
  /\b(?:remix|rmx|mix|mixed|edit|version|ver|live|acoustic|dub|vip|bootleg|flip|rework|demo|instrumental|karaoke|cover|sped|slowed|nightcore|reprise|interlude|intro|outro|pts?|parts?|vol|ch|chapter|session|sessions|take|extended|radio|club|unplugged|orchestra|piano|recorded|recording|vivo|directo|freestyle|remake|arr|op|no|act|track|soundtrack|theme|song)\b|\d{4}|版|バージョン/u;

const groupPattern = /[([{（【［]([^()[\]{}（）【】［］]*)[)\]}）】］]/gu;

/** A title as a catalogue writes it. */
export function plainWords(title: string): PlainWords {
  const { base, groups } = split(title);
  const versions: string[] = [];
  const neutralGroups: string[] = [];
  const guests: string[] = [];
  for (const group of groups) {
    const read = readGroup(group);
    if (read.kind === 'guests') guests.push(...read.names);
    else
      for (const part of group.split(/\s*\/\s*/u))
        (neutral.test(plain(part)) ? neutralGroups : versions).push(plain(part));
  }
  return { base: plain(base), versions, neutral: neutralGroups, guests };
}

/** The title as a person would say it: without guests and without what names no recording; versions in brackets. */
export function spokenTitle(title: string): string {
  const { base, groups } = split(title);
  const kept = groups.filter((group) => readGroup(group).kind === 'version');
  return [base, ...kept.map((group) => `(${group})`)].join(' ');
}

function split(title: string): { readonly base: string; readonly groups: readonly string[] } {
  const groups: string[] = [];
  const bare = title.replace(groupPattern, (_, inner: string) => {
    groups.push(inner.trim());
    return ' ';
  });
  const [first = '', ...parts] = bare.split(/\s[-‐–—~]\s/u).map((part) => part.replace(/\s+/gu, ' ').trim());
  // A title that is nothing but a group is its inside.
  if (!/[\p{L}\p{N}]/u.test(bare)) return { base: title, groups: [] };
  // "Song feat. Guest" without brackets.
  const trailing = /^(.*\S)\s+((?:feat|ft|featuring)(?![\p{L}\p{N}])\.?\s.+)$/iu.exec(first);
  return {
    base: trailing ? trailing[1]! : first,
    groups: [...groups, ...parts, ...(trailing ? [trailing[2]!] : [])].filter((group) => /[\p{L}\p{N}]/u.test(group)),
  };
}

function readGroup(
  group: string,
): { readonly kind: 'guests'; readonly names: readonly string[] } | { readonly kind: 'neutral' | 'version' } {
  const named = guest.exec(group);
  if (named && !players.test(named[1]!)) return { kind: 'guests', names: names(named[1]!) };
  return { kind: group.split(/\s*\/\s*/u).every((part) => neutral.test(plain(part))) ? 'neutral' : 'version' };
}

function names(credit: string): readonly string[] {
  return credit
    .split(/\s*,\s*|\s+(?:&|and|x|\+)\s+|\s*&\s*/iu)
    .map(plain)
    .filter((name) => name !== '');
}

/** Everybody who is credited, as a set in one string. A duo may be one entry or two, so its parts are what counts. */
export function everybody(row: Pick<CatalogueRow, 'title' | 'artists'>): string {
  return [...new Set([...row.artists.flatMap(names), ...plainWords(row.title).guests])].sort().join('\n');
}

export const lead = (row: Pick<CatalogueRow, 'artists'>): string => plain(row.artists[0] ?? '');

/** The song and its version in words, whoever sings it and with whatever signs and in whatever order the groups are written. */
export function songAndVersion(title: string): string {
  const { base, versions } = plainWords(title);
  return [base, ...versions].join(' ').split(' ').sort().join(' ');
}

/** Recordings that bear one such key are told apart by durations and identifiers only. */
export function sameWords(row: Pick<CatalogueRow, 'title' | 'artists'>): string {
  return `${songAndVersion(row.title)}\n\n${everybody(row)}`;
}

export const twinSlackMs = 3000;

/** Null when one of the durations is unknown. */
export function apartMs(a: CatalogueRow, b: CatalogueRow): number | null {
  return a.durationMs === null || b.durationMs === null ? null : Math.abs(a.durationMs - b.durationMs);
}

export function areTwins(a: CatalogueRow, b: CatalogueRow): boolean {
  if (a.isrc !== null && a.isrc === b.isrc) return true;
  const apart = apartMs(a, b);
  return apart !== null && apart <= twinSlackMs && sameWords(a) === sameWords(b);
}

/** At which speed a title says that it was released; null: at its own. */
export function alteredHow(title: string): 'sped_up' | 'slowed' | null {
  const words = plain(title);
  if (/\b(?:sped up|spedup|nightcore)\b/u.test(words)) return 'sped_up';
  return /\bslowed\b/u.test(words) ? 'slowed' : null;
}

// How two titles agree: by the song's name, and by what stands beside it and was read as nothing ("(Are Made of Paper)", "- chilled").
//   name     equal; spelled together; without its article; in other letters
//   beside   the same groups on both sides count for it, a group on one side only may be another recording
// What two titles share in brackets alone is no agreement: "Andando (Side A)" is not "Dear Autumn (Side A)".

import { editDistance, fold, squeeze, withoutArticle } from './fold.ts';
import type { ParsedTitle } from './title.ts';
import { transliterate } from './transliterate.ts';
import { weights } from './weights.ts';

/** What stands beside a song's name in brackets or behind a dash, and the grammar could not read. */
export interface Group {
  readonly raw: string;
  /** Folded, without spaces. */
  readonly key: string;
}

/** One way to take a title apart into a name and what stands beside it. */
export interface Name {
  readonly raw: string;
  /** Folded. */
  readonly key: string;
  readonly squeezed: string;
  /** Squeezed, without a leading article. */
  readonly bare: string;
  /** In Latin letters, squeezed; null when it is Latin or has letters that nobody can read alone. */
  readonly roman: string | null;
  readonly groups: readonly Group[];
  /** Name and groups run together, in either order; null when there are no groups. */
  readonly whole: readonly [string, string] | null;
}

export function nameOf(raw: string, groups: readonly string[]): Name {
  const key = fold(raw);
  const squeezed = squeeze(key);
  const roman = transliterate(key);
  const beside = groups.map(groupOf).filter((group) => group.key !== '');
  const joined = beside.map((group) => group.key).join('');
  return {
    raw,
    key,
    squeezed,
    bare: squeeze(withoutArticle(key)),
    roman: roman === null ? null : squeeze(roman),
    groups: beside,
    whole: beside.length === 0 ? null : [squeezed + joined, joined + squeezed],
  };
}

const groupOf = (raw: string): Group => ({ raw: raw.trim(), key: squeeze(fold(raw)) });

const remembered = new Map<string, readonly Name[]>();
const rememberedLimit = 4096;

/** The ways in which a recording's title names it: "A - B" may be one name, or "A" with something beside it. */
export function namesOf(parsed: ParsedTitle): readonly Name[] {
  const known = remembered.get(parsed.raw);
  if (known !== undefined) return known;
  const { bases, subtitles } = parsed;
  const names =
    bases.length === 0
      ? [nameOf(parsed.raw, [])]
      : [
          nameOf(bases.join(' '), subtitles),
          ...(bases.length > 1 ? [nameOf(bases[0]!, [...bases.slice(1), ...subtitles])] : []),
        ];
  if (remembered.size >= rememberedLimit) remembered.clear();
  if (parsed.note === null) remembered.set(parsed.raw, names);
  return names;
}

export interface NameAgreement {
  /** Bits, 0 or below. */
  readonly cost: number;
  /** Folded: what really agrees, whose rarity counts. */
  readonly matched: string;
  readonly onlyOurs: readonly Group[];
  readonly onlyTheirs: readonly Group[];
  /** Groups that both have. */
  readonly shared: readonly Group[];
  /** One's name is only the other's group: it may be a translation, or another song. */
  readonly crossed: Group | null;
}

/** The best agreement of any of our names with any of theirs; null when they are two titles. */
export function compareNames(ours: readonly Name[], theirs: readonly Name[]): NameAgreement | null {
  let best: NameAgreement | null = null;
  for (const our of ours)
    for (const their of theirs) {
      const agreement = agreementOf(our, their);
      if (agreement !== null && (best === null || rankOf(agreement) > rankOf(best))) best = agreement;
    }
  return best;
}

/** Fewer words on one side only go before a better spelling. */
const rankOf = ({ cost, onlyOurs, onlyTheirs, crossed }: NameAgreement): number =>
  cost - 10 * (onlyOurs.length + onlyTheirs.length) - (crossed === null ? 0 : 15);

function agreementOf(our: Name, their: Name): NameAgreement | null {
  const cost = spellingCost(our, their);
  if (cost !== null) {
    if (our.groups.length === 0 && their.groups.length === 0) return plainly(cost, their.key);
    return { cost, matched: their.key, crossed: null, ...besides(our.groups, their.groups) };
  }
  if (our.whole === null && their.whole === null) return null;
  if (our.squeezed.length > 0 && wholesMeet(our, their)) return plainly(0, their.key);
  return crossing(our, their);
}

const noGroups: readonly Group[] = [];
const plainly = (cost: number, matched: string): NameAgreement => ({
  cost,
  matched,
  onlyOurs: noGroups,
  onlyTheirs: noGroups,
  shared: noGroups,
  crossed: null,
});

function spellingCost(our: Name, their: Name): number | null {
  if (our.key === their.key) return 0;
  if (our.squeezed === their.squeezed || our.bare === their.bare)
    return our.bare === '' ? null : weights.title.squeezed;
  if (our.roman === null && their.roman === null) return null;
  return (our.roman ?? our.squeezed) === (their.roman ?? their.squeezed) ? weights.title.viaRomanised : null;
}

/** What both have beside the name, and what one has only. */
export function besides(
  ours: readonly Group[],
  theirs: readonly Group[],
): Pick<NameAgreement, 'onlyOurs' | 'onlyTheirs' | 'shared'> {
  const shared = ours.filter((our) => theirs.some((their) => isSameGroup(our, their)));
  return {
    shared,
    onlyOurs: ours.filter((our) => !shared.includes(our)),
    onlyTheirs: theirs.filter((their) => !ours.some((our) => isSameGroup(our, their))),
  };
}

/** A slip of the hand in a long group is no other group. */
function isSameGroup(a: Group, b: Group): boolean {
  if (a.key === b.key) return true;
  if (Math.min(a.key.length, b.key.length) < 8 || /\d/.test(a.key + b.key)) return false;
  return editDistance(a.key, b.key, 1) <= 1;
}

/** The same words with brackets and without: "Sweet Lanterns Are Made of Paper". */
function wholesMeet(our: Name, their: Name): boolean {
  const theirs = their.whole ?? [their.squeezed, their.squeezed];
  const ours = our.whole ?? [our.squeezed, our.squeezed];
  return ours[0] === theirs[0] || ours[0] === theirs[1] || ours[1] === theirs[0];
}

/** "Gangnam Style" and "강남스타일 (Gangnam Style)": one's name among the other's groups. */
function crossing(our: Name, their: Name): NameAgreement | null {
  const inTheirs = their.groups.find(({ key }) => key === our.squeezed);
  const inOurs = our.groups.find(({ key }) => key === their.squeezed);
  const crossed = inTheirs ?? inOurs;
  if (crossed === undefined) return null;
  const both = inTheirs !== undefined && inOurs !== undefined;
  const onlyOurs = our.groups.filter((group) => group !== inOurs);
  const onlyTheirs = their.groups.filter((group) => group !== inTheirs);
  return {
    cost: weights.title.viaSubtitle,
    matched: inTheirs === undefined ? their.key : our.key,
    ...besides(onlyOurs, onlyTheirs),
    crossed: both ? null : crossed,
  };
}

const latin = /\p{Script=Latin}/u;
const notLatin = /[^\p{Script=Latin}\P{L}]/u;

/**
 * Two names in different scripts are one name twice more often than two names. A short Latin word beside others ("MR", "Live") is none,
 * and neither is a text of both scripts ("周年記念ver.").
 */
export function inOtherScript(a: string, b: string): boolean {
  const [latinA, otherA, latinB, otherB] = [latin.test(a), notLatin.test(a), latin.test(b), notLatin.test(b)];
  if (latinA === otherA || latinB === otherB || latinA === latinB) return false;
  return (latinA ? a : b).replace(/\P{L}/gu, '').length >= 4;
}

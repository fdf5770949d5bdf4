// Parts and editions of both.

import type { Reason } from '../../../domain/evidence.ts';
import { ofKind, type Tag, type TagOf } from '../tags.ts';
import { weights } from '../weights.ts';
import { type Agreement, mayBeAnother, reason, sentence } from './reason.ts';

export function compareParts(soundTags: readonly Tag[], theirTags: readonly Tag[]): Agreement | null {
  const ours = ofKind(soundTags, 'part')
    .map((tag) => tag.part)
    .sort()
    .join(', ');
  const theirs = ofKind(theirTags, 'part')
    .map((tag) => tag.part)
    .sort()
    .join(', ');
  if (ours === theirs)
    return ours === ''
      ? null
      : { reason: reason('part', 'part', weights.version.partEqual, `Both are part ${ours}.`), block: null };
  const why =
    ours === ''
      ? `the recording is part ${theirs}, the sound does not say so`
      : theirs === ''
        ? `the sound says part ${ours}, the recording does not`
        : `the sound is part ${ours}, the recording part ${theirs}`;
  const bits = ours === '' || theirs === '' ? weights.version.partOnlyInOne : weights.version.partDiffers;
  return { reason: reason('part', 'part', bits, sentence(why)), block: why };
}

export interface EditionAgreement {
  readonly reasons: readonly Reason[];
  readonly apart: number;
}

type Neutral = TagOf<'neutral'>;

/** What each mark says when only one side has it: bits, odds of another recording, and how far apart that puts the two. */
const oneSided: Readonly<
  Record<NonNullable<Neutral['soft']>, readonly [bits: number, elsewhere: number, apart: number]>
> = {
  cut: [weights.version.softSaysLittle, weights.elsewhere.cut, 2],
  mono: [weights.version.softSaysLittle, weights.elsewhere.cut, 2],
  clean: [weights.version.softDiffers, weights.elsewhere.cut, 2],
  remaster: [weights.version.softSaysLittle, weights.elsewhere.edition, 1],
  explicit: [weights.version.softSaysLittle, weights.elsewhere.edition, 1],
};

export function compareEditions(soundTags: readonly Tag[], theirTags: readonly Tag[]): EditionAgreement {
  const ours = ofKind(soundTags, 'neutral');
  const theirs = ofKind(theirTags, 'neutral');
  if (ours.length === 0 && theirs.length === 0) return { reasons: [], apart: 0 };
  let bits = 0;
  let elsewhere = 0;
  let apart = 0;
  const marks = [...markOf(ours), ...markOf(theirs)].filter((mark, i, all) => all.indexOf(mark) === i);
  const different: string[] = [];
  for (const mark of marks) {
    if (markOf(ours).includes(mark) && markOf(theirs).includes(mark)) {
      bits += weights.version.softEqual;
      continue;
    }
    const [less, odds, far] = oneSided[mark.split(' ')[0] as keyof typeof oneSided];
    bits += less;
    elsewhere = Math.max(elsewhere, odds);
    apart += far;
    different.push(nameOf(mark));
  }
  // The wording still tells two releases apart where the sound has the one's and not the other's: "2009 Remaster" and "Remastered 2011".
  if (!sameWordings(ours, theirs)) apart += 0.25;
  const reasons: Reason[] = [];
  if (marks.length > 0)
    reasons.push(
      reason(
        'edition',
        'edition',
        bits,
        different.length > 0 ? `Only one of them is marked ${different.join(', ')}.` : 'The edition marks agree.',
      ),
    );
  if (elsewhere > 0)
    reasons.push(mayBeAnother('edition', elsewhere, `${different.join(' and ')} on one side may be another edition.`));
  return { reasons, apart };
}

/** "remaster", "cut radio". */
const markOf = (tags: readonly Neutral[]): readonly string[] => [
  ...new Set(tags.flatMap(({ soft, wording }) => (soft === null ? [] : [soft === 'cut' ? `cut ${wording}` : soft]))),
];

const nameOf = (mark: string): string => (mark.startsWith('cut ') ? `${mark.slice(4)} cut` : mark);

function sameWordings(ours: readonly Neutral[], theirs: readonly Neutral[]): boolean {
  const texts = (tags: readonly Neutral[]): string =>
    tags
      .map(({ wording }) => wording)
      .sort()
      .join('\n');
  return texts(ours) === texts(theirs);
}

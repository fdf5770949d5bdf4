// Parts and editions of both.

import type { Reason } from '../../../domain/evidence.ts';
import { ofKind, type SoftVersion, type Tag } from '../tags.ts';
import { weights } from '../weights.ts';
import { type Agreement, reason, sentence } from './reason.ts';

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

export function compareEditions(soundTags: readonly Tag[], theirTags: readonly Tag[]): Reason | null {
  const ours = softOf(soundTags);
  const theirs = softOf(theirTags);
  let bits = 0;
  const apart: string[] = [];
  for (const soft of new Set([...ours, ...theirs])) {
    if (ours.has(soft) && theirs.has(soft)) bits += weights.version.softEqual;
    else if (soft === 'explicit' && !ours.has('clean') && !theirs.has('clean')) bits += weights.version.softDiffers / 6;
    else {
      bits += weights.version.softDiffers;
      apart.push(soft);
    }
  }
  if (bits === 0) return null;
  return reason(
    'edition',
    'edition',
    bits,
    apart.length > 0 ? `Only one of them is marked ${apart.join(', ')}.` : 'The edition marks agree.',
  );
}

function softOf(tags: readonly Tag[]): ReadonlySet<SoftVersion> {
  return new Set(ofKind(tags, 'neutral').flatMap((tag) => (tag.soft === null ? [] : [tag.soft])));
}

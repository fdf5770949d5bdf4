// Versions of both: another performance, cut or mix is another recording.

import type { Reason, Relation } from '../../../domain/evidence.ts';
import { editDistance, fold } from '../fold.ts';
import { speaksOfVersion } from '../grammar/vocabulary.ts';
import type { RecordingSide } from '../recordingText.ts';
import type { Reading } from '../soundText.ts';
import { describeVersion, ofKind, type Tag, type TagOf } from '../tags.ts';
import { weights } from '../weights.ts';
import { byWords } from '../words/credits.ts';
import { anyOf, whole } from '../words/wordings.ts';
import { compareEditions, compareParts } from './edition.ts';
import { reason, sentence } from './reason.ts';
import { compareSpeed } from './speed.ts';

type VersionTag = TagOf<'version'>;

export interface VersionAgreement {
  readonly reasons: readonly Reason[];
  readonly blocks: readonly string[];
  readonly relation: Relation;
  readonly apart: number;
}

export function compareVersions(
  soundTags: readonly Tag[],
  theirTags: readonly Tag[],
  { recording: { artists } }: RecordingSide,
  { artists: soundArtists, title: { raw } }: Pick<Reading, 'artists' | 'title'>,
  isOfficial: boolean,
): VersionAgreement {
  const reasons: Reason[] = [];
  const blocks: string[] = [];
  const ours = ofKind(soundTags, 'version');
  const theirs = ofKind(theirTags, 'version');
  const isOwnCover =
    isOfficial && theirs.length === 0 && ours.length > 0 && ours.every((tag) => coversAWork(tag, raw, artists));
  const hard = isOwnCover ? ownCover : compareHard(ours, theirs, soundArtists, artists);
  if (hard.reason) reasons.push(hard.reason);
  if (hard.block !== null) blocks.push(hard.block);
  const speed = compareSpeed(ofKind(soundTags, 'speed'), ofKind(theirTags, 'speed'));
  reasons.push(...speed.reasons);
  if (speed.block !== null) blocks.push(speed.block);
  const parts = compareParts(soundTags, theirTags);
  if (parts) {
    reasons.push(parts.reason);
    if (parts.block !== null) blocks.push(parts.block);
  }
  const editions = compareEditions(soundTags, theirTags);
  reasons.push(...editions.reasons);
  if (hard.plain && ofKind(soundTags, 'speed').length === 0 && ofKind(theirTags, 'speed').length === 0) {
    reasons.push(reason('version', 'version', weights.version.bothPlain, 'Neither names a version.'));
  }
  return { reasons, blocks, relation: speed.relation, apart: editions.apart };
}

/** An artist's own "(Lantern Quest Cover)": what the bracket names is what is covered, and the recording is the cover. */
const ownCover: HardAgreement = {
  reason: {
    ...reason('version', 'version', -1, 'The sound is a cover of something, by the artist of the recording.'),
    elsewhere: weights.elsewhere.ownCover,
  },
  block: null,
  plain: false,
};

const by = whole(anyOf(byWords));
const coveredBy = new RegExp(`(?:^| )cover(?:ed)? ${anyOf(byWords)}(?= |$)`, 'u');

function coversAWork({ version, who }: VersionTag, raw: string, artists: readonly string[]): boolean {
  // "Cover by", "Cover oleh": behind it stands who covers.
  if (version !== 'cover' || who.length === 0 || coveredBy.test(fold(raw)) || by.test(who[0]!)) return false;
  const names = new Set(artists.flatMap((artist) => fold(artist).split(' ')));
  return !who.some((word) => names.has(word)) && !speaksOfVersion(who.join(' '));
}

interface HardAgreement {
  readonly reason: Reason | null;
  readonly block: string | null;
  readonly plain: boolean;
}

function compareHard(
  ours: readonly VersionTag[],
  theirs: readonly VersionTag[],
  soundArtists: readonly string[],
  artists: readonly string[],
): HardAgreement {
  if (ours.length === 0 && theirs.length === 0) return { reason: null, block: null, plain: true };
  const ourText = ours.map(describeVersion).join(', ');
  const theirText = theirs.map(describeVersion).join(', ');
  const w = weights.version;
  if (theirs.length === 0) return blocked(w.onlyInSound, `the sound says ${ourText}, the recording does not`);
  if (ours.length === 0) {
    // "Song" by Artist and Remixer may well be the remix, but a machine cannot know.
    return blocked(w.onlyInRecording, `the recording is "${theirText}", the sound does not say so`);
  }
  const unmatchedOurs = ours.filter((our) => !theirs.some((their) => their.version === our.version));
  const unmatchedTheirs = theirs.filter((their) => !ours.some((our) => our.version === their.version));
  if (unmatchedOurs.length > 0 || unmatchedTheirs.length > 0)
    return blocked(w.differ, `the sound says ${ourText}, the recording says ${theirText}`);
  let lessDetail = false;
  for (const our of ours) {
    const details = theirs
      .filter((their) => their.version === our.version)
      .map((their) => compareWho(our, their, soundArtists, artists));
    if (details.includes('equal')) continue;
    if (details.includes('less')) lessDetail = true;
    else return blocked(w.differ, `the sound says ${ourText}, the recording says ${theirText}`);
  }
  return {
    reason: lessDetail
      ? reason(
          'version',
          'version',
          w.sameKindLessDetail,
          `Both are ${ours[0]!.version}, one says more: "${ourText}", "${theirText}".`,
        )
      : reason('version', 'version', w.equal, `Both are "${theirText}".`),
    block: null,
    plain: false,
  };
}

function blocked(bits: number, why: string): HardAgreement {
  return {
    reason: reason('version', 'version', bits, sentence(why)),
    block: why,
    plain: false,
  };
}

function compareWho(
  our: VersionTag,
  their: VersionTag,
  soundArtists: readonly string[],
  artists: readonly string[],
): 'equal' | 'less' | 'differ' {
  const ours = our.who;
  const theirs = their.who;
  const missingTheirs = theirs.filter((word) => !ours.some((other) => sameWord(word, other)));
  const missingOurs = ours.filter((word) => !theirs.some((other) => sameWord(word, other)));
  if (missingTheirs.length === 0 && missingOurs.length === 0) return 'equal';
  if (our.version === 'remix' || our.version === 'own' || our.version === 'language' || our.version === 'version') {
    // The remixer may stand in the credits instead: "Song (Remix)" by A & Tiësto.
    const ourCredits = new Set(soundArtists.flatMap((artist) => fold(artist).split(' ')));
    const theirCredits = new Set(artists.flatMap((artist) => fold(artist).split(' ')));
    if (ours.length === 0 && missingTheirs.every((word) => ourCredits.has(word))) return 'equal';
    if (theirs.length === 0 && missingOurs.every((word) => theirCredits.has(word))) return 'equal';
    return 'differ';
  }
  // A place or a year more on one side: "live" and "live at Wembley" are compatible, two places are not.
  if (ours.length === 0 || theirs.length === 0) return 'less';
  return missingTheirs.length === 0 || missingOurs.length === 0 ? 'less' : 'differ';
}

function sameWord(a: string, b: string): boolean {
  if (a === b) return true;
  return a.length >= 5 && b.length >= 5 && !/\d/.test(a + b) && editDistance(a, b, 1) <= 1;
}

// Words beside the title on one side only, which the grammar cannot read: "(MyJoy)", "- chilled", "(Are Made of Paper)". They are not
// harmless. A group that stands behind many titles is a version, and so is one that speaks of how it was made; one behind a single title
// may be another name of the song, which is no reason to hold back where the recording has it and the sound leaves it out.

import type { Reason } from '../../../domain/evidence.ts';
import { fold, squeeze } from '../fold.ts';
import { type Group, inOtherScript, type NameAgreement } from '../names.ts';
import { isMisspelledWording, misspelledTag } from '../misspelledTag.ts';
import type { Rarity } from '../rarity.ts';
import { transliterate } from '../transliterate.ts';
import type { RecordingSide } from '../recordingText.ts';
import { baseOf, type Reading, type SoundText } from '../soundText.ts';
import { weights } from '../weights.ts';
import { readsLikeName, speaksOfVersion } from '../grammar/vocabulary.ts';
import { mayBeAnother } from './reason.ts';

/** From so many titles on a group is no subtitle. */
const manyTitles = 3;
/** A smaller catalogue has too few titles for a group that stands behind one of them to be a subtitle. */
const leastCatalogue = 10_000;

export interface Unread {
  readonly reasons: readonly Reason[];
  /** How far the recording is from what the sound says (reading.ts). */
  readonly apart: number;
}

const nothing: Unread = { reasons: [], apart: 0 };

export function unreadWords(
  sound: SoundText,
  reading: Reading,
  side: RecordingSide,
  beside: Pick<NameAgreement, 'onlyOurs' | 'onlyTheirs'>,
  rarity: Rarity,
): Unread {
  if (beside.onlyOurs.length === 0 && beside.onlyTheirs.length === 0) return nothing;
  const ours = unexplained(beside.onlyOurs, recordingNames(side));
  const theirs = unexplained(beside.onlyTheirs, soundNames(sound, reading));
  const reasons = [
    ...ours.map((group) =>
      mayBeAnother(
        'unread',
        oddsOf(group, baseOf(reading), rarity),
        `The sound's ${named(group)}, which the recording does not have.`,
      ),
    ),
    ...theirs.map((group) => {
      const odds = oddsOf(group, side.title.base, rarity);
      return mayBeAnother(
        'unread',
        odds === weights.elsewhere.unread && isSubtitle(group, rarity) ? weights.elsewhere.subtitle : odds,
        `The recording's ${named(group)}, which the sound does not have.`,
      );
    }),
  ];
  return { reasons, apart: 3 * reasons.length };
}

/** Groups that neither name somebody or something of the other side nor are a slip in what says nothing ("Offical Video"). */
const unexplained = (groups: readonly Group[], names: readonly string[]): readonly Group[] =>
  groups.filter((group) => !isNamedBy(group, names) && !isMisspelledWording(group.raw));

function named({ raw }: Group): string {
  const slip = misspelledTag(raw);
  return slip === null ? `title has "${raw}" beside it` : `"${slip.written}" may be a misspelled "${slip.meant}"`;
}

/** What can be said of a group on whichever side it stands. */
function oddsOf(group: Group, title: string, rarity: Rarity): number {
  const isVersion =
    speaksOfVersion(group.raw) ||
    misspelledTag(group.raw) !== null ||
    (rarity.titlesBehind?.(group.key) ?? 0) >= manyTitles;
  if (isVersion) return weights.elsewhere.version;
  return isTranslation(group, title) ? weights.elsewhere.otherScript : weights.elsewhere.unread;
}

/**
 * English names stand beside titles of every script. The other way round only the same in other letters is safe: the words for versions are
 * endless, and those that nobody has read yet are in such scripts.
 */
function isTranslation(group: Group, title: string): boolean {
  if (!inOtherScript(group.raw, title)) return false;
  return latin.test(group.raw) || transliterate(fold(group.raw)) === fold(title);
}

const latin = /\p{Script=Latin}/u;

/**
 * Whether a recording's group is another name of the song: in a catalogue of some size it stands behind this title alone. Of 402 such
 * groups without a word of versions 8 had a sibling without the group that lasted longer or shorter. Where nothing was counted, its length tells.
 */
function isSubtitle(group: Group, rarity: Rarity): boolean {
  if (rarity.titlesBehind === undefined || rarity.catalogueSize < leastCatalogue) return readsLikeName(group.raw);
  return rarity.titlesBehind(group.key) <= 1;
}

const keyOf = (text: string): string => squeeze(fold(text));

function recordingNames({ recording, furtherArtists, aliases }: RecordingSide): readonly string[] {
  return [
    ...recording.artists,
    ...furtherArtists,
    ...(recording.album ? [recording.album] : []),
    ...aliases.map(({ title }) => title.raw),
  ].map(keyOf);
}

function soundNames(sound: SoundText, reading: Reading): readonly string[] {
  return [
    ...reading.artists,
    ...(sound.author === null ? [] : [sound.author]),
    ...(sound.album === null ? [] : [sound.album]),
    ...reading.title.hashtags.map((tag) => tag.slice(1)),
  ].map(keyOf);
}

const isNamedBy = (group: Group, names: readonly string[]): boolean =>
  names.some((name) => name === group.key || (group.key.length >= 4 && name.includes(group.key)));

// One reading of a sound's words against one recording: each comparison is one root, so that nothing is counted twice.

import type { Reason, Relation } from '../../../domain/evidence.ts';
import type { CreditAgreement } from '../credits.ts';
import type { Rarity } from '../rarity.ts';
import type { RecordingSide } from '../recordingText.ts';
import { isFromUploader, type Reading, type SoundWords } from '../soundText.ts';
import { weights } from '../weights.ts';
import { compareArtists } from './artist.ts';
import { compareContext, compareDuration } from './context.ts';
import { compareGuests } from './guests.ts';
import { reason } from './reason.ts';
import { compareTitles, type TitleAgreement } from './title.ts';
import { unreadWords } from './unread.ts';
import { compareVersions } from './version.ts';

export interface ReadingScore {
  readonly reading: Reading;
  readonly total: number;
  readonly reasons: readonly Reason[];
  readonly relation: Relation;
  readonly blockedBy: string | null;
  readonly artistAgrees: boolean;
  readonly titleAgrees: boolean;
  readonly artistLevel: CreditAgreement['level'];
  /** How much one side says and the other does not: 0 where the two say the same. Of candidates with one title the nearest is meant. */
  readonly apart: number;
}

export function scoreReading(sound: SoundWords, reading: Reading, side: RecordingSide, rarity: Rarity): ReadingScore {
  const reasons: Reason[] = [];
  const blocks: string[] = [];
  const title = compareTitles(reading, side, rarity, isFromUploader(reading) && sound.userMade === true);
  let { apart } = title;
  const artist = compareArtists(sound, reading, side, title.artistsInTitle, title.reasons[0]);
  reasons.push(...(artist.exact && title.exact ? rareForOne(title.reasons) : title.reasons));
  if (artist.reason) reasons.push(artist.reason);
  let relation: Relation = reading.kind === 'contains' ? 'contains' : 'same';
  if (title.agrees) {
    const take = (agreement: { readonly reasons: readonly Reason[]; readonly apart: number }): void => {
      reasons.push(...agreement.reasons);
      apart += agreement.apart;
    };
    if (artist.agrees) take(compareGuests(sound, reading, side, artist));
    take(unreadWords(sound, reading, side, title.beside, rarity));
    // A hint names the song; what was done to it still stands in the sound's own title.
    const soundTags =
      reading.title === sound.parsed
        ? reading.tags
        : [...reading.tags, ...sound.parsed.tags.filter((tag) => tag.kind === 'speed')];
    const theirTags = title.furtherTags.length === 0 ? side.tags : [...side.tags, ...title.furtherTags];
    const version = compareVersions(soundTags, theirTags, side, reading, sound.userMade === false);
    take(version);
    blocks.push(...version.blocks);
    if (version.relation !== 'same') relation = version.relation;
    take(compareContext(sound, soundTags, side));
    const duration = compareDuration(sound, side.recording, relation);
    take(duration);
    if (duration.block !== null) blocks.push(duration.block);
    if (reading.kind === 'mashup') blocks.push('the title names several songs');
    if (reading.kind === 'caption')
      reasons.push(reason('named-by', 'caption', weights.named.caption, 'Only the caption names this song.'));
  }
  let total = 0;
  for (const each of reasons) total += each.bits;
  return {
    reading,
    total,
    reasons,
    relation,
    blockedBy: blocks[0] ?? null,
    artistAgrees: artist.agrees,
    titleAgrees: title.agrees,
    artistLevel: artist.level,
    apart,
  };
}

/** A short title is rare given its exact artist: there are many songs called "You", and few by one name. */
function rareForOne([title, ...rest]: TitleAgreement['reasons']): readonly Reason[] {
  const bits = Math.max(title.bits, weights.title.besideArtist);
  return [{ ...title, bits }, ...rest];
}

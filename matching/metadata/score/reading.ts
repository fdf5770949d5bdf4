// One reading of a sound's words against one recording: each comparison is one root, so that nothing is counted twice.

import type { Reason, Relation } from '../../../domain/evidence.ts';
import type { CreditAgreement } from '../credits.ts';
import type { Rarity } from '../rarity.ts';
import type { RecordingSide } from '../recordingText.ts';
import { isFromUploader, type Reading, type SoundWords } from '../soundText.ts';
import { weights } from '../weights.ts';
import { compareArtists, guestUnnamed } from './artist.ts';
import { compareContext, compareDuration } from './context.ts';
import { reason } from './reason.ts';
import { slippedTag } from './slip.ts';
import { compareTitles } from './title.ts';
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
}

export function scoreReading(sound: SoundWords, reading: Reading, side: RecordingSide, rarity: Rarity): ReadingScore {
  const reasons: Reason[] = [];
  const blocks: string[] = [];
  const title = compareTitles(reading, side, rarity, isFromUploader(reading) && sound.userMade === true);
  reasons.push(title.reason);
  if (title.doubt) reasons.push(title.doubt);
  const artist = compareArtists(sound, reading, side, title);
  if (artist.reason) reasons.push(artist.reason);
  if (artist.agrees && guestUnnamed(reading, side)) {
    reasons.push(
      reason('guest', 'guest', weights.artist.guestUnnamed, 'The recording names a guest that the sound does not.'),
    );
  }
  // A hint names the song; what was done to it still stands in the sound's own title.
  const soundTags =
    reading.title === sound.parsed
      ? reading.title.tags
      : [...reading.title.tags, ...sound.parsed.tags.filter((tag) => tag.kind === 'speed')];
  let relation: Relation = reading.kind === 'contains' ? 'contains' : 'same';
  if (title.agrees) {
    const version = compareVersions(soundTags, side, reading.artists);
    reasons.push(...version.reasons);
    blocks.push(...version.blocks);
    const slip = slippedTag(reading, side);
    if (slip) reasons.push(slip);
    if (version.relation !== 'same') relation = version.relation;
    reasons.push(...compareContext(sound, soundTags, side));
    const duration = compareDuration(sound, side.recording, relation);
    if (duration) {
      reasons.push(duration.reason);
      if (duration.block !== null) blocks.push(duration.block);
    }
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
  };
}

// Guests as sets: whom the sound names and the recording lacks, and the reverse.
//   named by the sound only       recorded again with a guest, a remix by him, other players of a composer's work: a person decides
//   named by the recording only   platforms and uploads often leave guests out: it costs nothing, but its sibling without the guest goes before it

import type { Reason } from '../../../domain/evidence.ts';
import type { RecordingSide } from '../recordingText.ts';
import type { Reading, SoundWords } from '../soundText.ts';
import { weights } from '../weights.ts';
import { compareCredits } from '../credits.ts';
import { isWork } from '../grammar/work.ts';
import { type ArtistAgreement, namedIn } from './artist.ts';
import { mayBeAnother } from './reason.ts';

export interface GuestAgreement {
  readonly reasons: readonly Reason[];
  readonly apart: number;
}

const nothing: GuestAgreement = { reasons: [], apart: 0 };

export function compareGuests(
  sound: SoundWords,
  reading: Reading,
  side: RecordingSide,
  { unknown: ofReading, unnamed }: Pick<ArtistAgreement, 'unknown' | 'unnamed'>,
): GuestAgreement {
  const unknown = [...ofReading, ...performerBeside(sound, reading, side)];
  if (unknown.length === 0 && unnamed.length === 0) return nothing;
  const { recording } = side;
  const inRecording = namedIn([recording.title, recording.version ?? '', ...(recording.aliases ?? [])]);
  const inSound = namedIn([sound.title, sound.author ?? '', reading.title.raw]);
  const leftOut = unnamed.filter((name) => !inSound(name));
  const work = isWork(recording.title);
  // Whom a work's players lack is its composer.
  const lacked = work && leftOut.length === 0 ? [] : unknown.filter((name) => !inRecording(name));
  const [, ...players] = recording.artists;
  const namesPlayer = players.length === 0 || players.some((name) => !unnamed.includes(name));
  const reasons: Reason[] = [];
  if (lacked.length > 0)
    reasons.push(
      mayBeAnother(
        'guest',
        weights.elsewhere.nameUnknown,
        `The sound names ${lacked.join(', ')}, the recording does not.`,
      ),
    );
  if (leftOut.length > 0) {
    const names = leftOut.join(', ');
    reasons.push(
      work && !namesPlayer
        ? mayBeAnother(
            'guest',
            weights.elsewhere.otherPlayers,
            `Many play this work; the sound does not name ${names}.`,
          )
        : mayBeAnother('guest', weights.elsewhere.guestUnnamed, `The recording names ${names}, the sound does not.`),
    );
  }
  // Who stands in the title instead of among the artists is named, but not as the other has it.
  const elsewhere = unknown.length + unnamed.length - lacked.length - leftOut.length;
  // One guest or two whom the sound leaves out: neither is nearer.
  return { reasons, apart: 2 * lacked.length + (leftOut.length > 0 ? 1 : 0) + 0.5 * elsewhere };
}

/** "Tin Boats - Ada Quill & Tess Okoro", an official sound by somebody else: the title names whose song it is, and its author plays it. */
function performerBeside(
  { userMade, author }: SoundWords,
  { kind }: Reading,
  { recording, furtherArtists, aliases }: RecordingSide,
): readonly string[] {
  if (userMade !== false || kind !== 'split' || author === null) return [];
  const names = [...recording.artists, ...aliases.map(({ title }) => title.raw)];
  return compareCredits([author], names, furtherArtists).level === 'none' ? [author] : [];
}

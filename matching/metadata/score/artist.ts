// Who is named beside the sound against who made the recording.

import type { Reason } from '../../../domain/evidence.ts';
import { compareCredits, type CreditAgreement, nameKey } from '../credits.ts';
import { fold, squeeze } from '../fold.ts';
import type { RecordingSide } from '../recordingText.ts';
import { isFromUploader, type Reading, type SoundWords } from '../soundText.ts';
import { weights } from '../weights.ts';
import { accountEndings } from '../words/credits.ts';
import { anyOf } from '../words/wordings.ts';
import { reason } from './reason.ts';
import { scriptsApart } from './spelling.ts';
import type { TitleAgreement } from './title.ts';

const accountEnding = new RegExp(`${anyOf(accountEndings)}$`);

export interface ArtistAgreement {
  readonly reason: Reason | null;
  readonly agrees: boolean;
  readonly level: CreditAgreement['level'];
}

export function compareArtists(
  { handle: account, userMade }: SoundWords,
  reading: Reading,
  side: RecordingSide,
  title: Pick<TitleAgreement, 'artistInTitle' | 'reason'>,
): ArtistAgreement {
  const { artistInTitle } = title;
  const fromUploader = isFromUploader(reading);
  const { artists } = side.recording;
  const all = artists.join(', ');
  const agreement = compareCredits(reading.artists, artists, side.furtherArtists);
  const viaAlias = agreement.level === 'none' && aliasNamed(reading.artists, side);
  if (agreement.level === 'equal' || agreement.level === 'lead' || agreement.level === 'some') {
    const w = weights.artist;
    const further = Math.min(w.furtherCreditCap, w.furtherCredit * Math.max(0, agreement.shared - 1));
    const base =
      agreement.level === 'equal'
        ? w.equal + further
        : agreement.level === 'lead'
          ? (agreement.alone ? w.leadAlone : w.lead) + further
          : w.some;
    const bits = base + (agreement.fuzzy ? w.fuzzy : 0);
    const sentence = { equal: 'Artists agree', lead: 'The lead artist agrees', some: 'One of the artists agrees' }[
      agreement.level
    ];
    return {
      reason: reason('artist', 'artist', bits, `${sentence}: ${all}.`),
      // A guest's name alone does not make the credit agree, unless the title leaves no doubt.
      agrees:
        agreement.level !== 'some' ||
        artistInTitle ||
        (agreement.alone && artists.length > 1 && title.reason.bits >= w.someSufficesTitleBits),
      level: agreement.level,
    };
  }
  if (viaAlias)
    return {
      reason: reason('artist', 'artist', weights.artist.lead, `The artist is named by another spelling of ${all}.`),
      agrees: true,
      level: 'lead',
    };
  if (artistInTitle)
    return {
      reason: reason('artist', 'artist', weights.artist.lead, `The title names the artist ${all}.`),
      agrees: true,
      level: 'lead',
    };
  const handle = account === null ? '' : squeeze(fold(account)).replace(accountEnding, '');
  const lead = handle.length >= 5 ? nameKey(artists[0] ?? '') : '';
  if (handle.length >= 5 && handle === lead && fromUploader) {
    return {
      reason: reason(
        'artist',
        'artist',
        weights.artist.handle,
        `The account is named like the artist ${artists[0] ?? ''}.`,
      ),
      agrees: true,
      level: 'some',
    };
  }
  if (agreement.level === 'unstated') return { reason: null, agrees: false, level: 'unstated' };
  const bits =
    userMade === true && fromUploader
      ? weights.artist.noneUserMade
      : scriptsApart(reading.artists[0] ?? '', all)
        ? weights.artist.noneOtherScript
        : userMade === null && fromUploader
          ? weights.artist.noneUnknownMaker
          : weights.artist.none;
  const text =
    userMade === true && fromUploader
      ? `The uploader is not ${all}, which says little.`
      : `Artists differ: "${reading.artists[0] ?? ''}" and ${all}.`;
  return { reason: reason('artist', 'artist', bits, text), agrees: false, level: 'none' };
}

/** Only a guest in the recording's own title counts; services list guests among the artists of plain recordings too. */
export function guestUnnamed(reading: Reading, side: RecordingSide): boolean {
  if (side.furtherArtists.length === 0) return false;
  return compareCredits(reading.artists, side.furtherArtists, []).level === 'none';
}

function aliasNamed(credits: readonly string[], side: RecordingSide): boolean {
  if (side.aliases.length === 0) return false;
  const named = new Set(credits.map((credit) => nameKey(credit)));
  return side.aliases.some((alias) => named.has(nameKey(alias.raw)));
}

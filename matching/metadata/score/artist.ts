// Who is named beside the sound against who made the recording.

import type { Reason } from '../../../domain/evidence.ts';
import { compareCredits, type CreditAgreement, nameKey } from '../credits.ts';
import { fold, squeeze } from '../fold.ts';
import { isWork } from '../grammar/work.ts';
import { inOtherScript } from '../names.ts';
import type { RecordingSide } from '../recordingText.ts';
import { isFromUploader, type Reading, type SoundWords } from '../soundText.ts';
import { weights } from '../weights.ts';
import { accountEndings } from '../words/credits.ts';
import { anyOf } from '../words/wordings.ts';
import { isOnAlbum } from './context.ts';
import { reason } from './reason.ts';
import { scriptsApart } from './spelling.ts';

const accountEnding = new RegExp(`${anyOf(accountEndings)}$`);

export interface ArtistAgreement {
  readonly reason: Reason | null;
  readonly agrees: boolean;
  readonly level: CreditAgreement['level'];
  /** The lead artist is named, to the letter. */
  readonly exact: boolean;
  /** Whom the sound names and the recording does not, and the reverse. */
  readonly unknown: readonly string[];
  readonly unnamed: readonly string[];
}

const nobody: readonly string[] = [];
const notAgreeing = { agrees: false, exact: false, unknown: nobody, unnamed: nobody } as const;

/**
 * @param inTitle names that stood inside the sound's title, run together with the song's.
 * @param titleReason what the title is worth.
 */
export function compareArtists(
  sound: SoundWords,
  reading: Reading,
  side: RecordingSide,
  inTitle: readonly string[],
  titleReason: Reason,
): ArtistAgreement {
  const { handle: account, userMade } = sound;
  const fromUploader = isFromUploader(reading);
  const { artists } = side.recording;
  const all = artists.join(', ');
  const credits = inTitle.length === 0 ? reading.artists : [...inTitle, ...withoutUploader(reading.artists, sound)];
  const agreement = withAliases(compareCredits(credits, artists, side.furtherArtists), credits, side);
  if (agreement.level === 'equal' || agreement.level === 'lead' || agreement.level === 'some') {
    const w = weights.artist;
    const further = Math.min(w.furtherCreditCap, w.furtherCredit * Math.max(0, agreement.shared - 1));
    const base =
      agreement.level === 'equal'
        ? w.equal + further
        : agreement.level === 'lead'
          ? (agreement.alone ? w.leadAlone : w.lead) + further
          : w.some;
    const bits = base + (agreement.fuzzy ? w.fuzzy : 0) + (agreement.turned ? w.turned : 0);
    const sentence = { equal: 'Artists agree', lead: 'The lead artist agrees', some: 'One of the artists agrees' }[
      agreement.level
    ];
    return {
      reason: reason('artist', 'artist', bits, `${sentence}: ${all}.`),
      // A guest's name alone does not make the credit agree, unless the title leaves no doubt.
      agrees:
        agreement.level !== 'some' ||
        (agreement.alone &&
          artists.length + side.furtherArtists.length > 1 &&
          (titleReason.bits >= w.someSufficesTitleBits || isWork(side.recording.title))),
      level: agreement.level,
      exact: agreement.level !== 'some' && !agreement.fuzzy,
      unknown: withoutUploader(agreement.unknown, sound).filter((name) => !isOtherSpelling(name, credits, artists)),
      unnamed: agreement.unnamed,
    };
  }
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
      exact: false,
      unknown: nobody,
      unnamed: nobody,
    };
  }
  const { album } = side.recording;
  if (reading.artists.length === 0 && sound.author !== null && album && isOnAlbum(sound, [], album)) {
    const text = `"${sound.author}" names nobody, but the album is "${album}".`;
    return {
      ...notAgreeing,
      reason: reason('artist', 'artist', weights.artist.byAlbum, text),
      agrees: true,
      level: 'some',
    };
  }
  if (agreement.level === 'unstated') return { reason: null, ...notAgreeing, level: 'unstated' };
  const bits =
    userMade === true && fromUploader
      ? weights.artist.noneUserMade
      : scriptsApart(credits[0] ?? '', all)
        ? weights.artist.noneOtherScript
        : userMade === null && fromUploader
          ? weights.artist.noneUnknownMaker
          : weights.artist.none;
  const text =
    userMade === true && fromUploader
      ? `The uploader is not ${all}, which says little.`
      : `Artists differ: "${credits[0] ?? ''}" and ${all}.`;
  return { reason: reason('artist', 'artist', bits, text), ...notAgreeing, level: 'none' };
}

/** Who uploads something is no artist of it by that. */
function withoutUploader(names: readonly string[], { userMade, author, handle }: SoundWords): readonly string[] {
  if (names.length === 0 || userMade === false) return names;
  const uploader = new Set([author, handle].flatMap((name) => (name === null ? [] : [nameKey(name)])));
  return names.filter((name) => !uploader.has(nameKey(name)));
}

/** "비보 (BIBO)": the name in the bracket or the one before it is the other in another script. */
function isOtherSpelling(name: string, credits: readonly string[], artists: readonly string[]): boolean {
  return (
    artists.every((artist) => inOtherScript(name, artist)) &&
    credits.some(
      (credit) => credit.includes(`(${name})`) || credit.includes(`${name} (`) || credit.includes(`（${name}）`),
    )
  );
}

/** Another name of the recording or its artists, beside whom others may be named as well. */
function withAliases(agreement: CreditAgreement, credits: readonly string[], side: RecordingSide): CreditAgreement {
  if (side.aliases.length === 0 || (agreement.level !== 'none' && agreement.level !== 'some')) return agreement;
  const viaAlias = side.aliases
    .map(({ title }) => compareCredits(credits, [title.raw, ...side.recording.artists.slice(1)], side.furtherArtists))
    .find(({ level }) => level === 'equal' || level === 'lead');
  return viaAlias ?? agreement;
}

/** Names of the recording that stand somewhere in the sound's words all the same, and the reverse: a remixer in the version, a film. */
export function namedIn(texts: readonly string[]): (name: string) => boolean {
  const all = squeeze(fold(texts.join(' ')));
  return (name) => {
    const key = nameKey(name);
    return key.length >= 3 && all.includes(key);
  };
}

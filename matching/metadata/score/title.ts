// The sound's title against the recording's, in every form that either has.

import type { Reason } from '../../../domain/evidence.ts';
import { fold, squeeze } from '../fold.ts';
import { type Rarity, titleBits } from '../rarity.ts';
import type { RecordingSide } from '../recordingText.ts';
import { baseKeyOf, type Reading, titleKeys } from '../soundText.ts';
import type { ParsedTitle } from '../title.ts';
import { weights } from '../weights.ts';
import { onlyAudioCanTell, reason } from './reason.ts';
import { closeSpelling, scriptsApart } from './spelling.ts';

export interface TitleAgreement {
  readonly reason: Reason;
  readonly agrees: boolean;
  /** The artist's name stood inside the sound's title, beside the song's. */
  readonly artistInTitle: boolean;
  /** Set when the spelling is close, but may be another word. */
  readonly doubt?: Reason | null;
}

const viaCost = {
  plain: 0,
  subtitle: weights.title.viaSubtitle,
  squeezed: weights.title.squeezed,
  romanised: weights.title.viaRomanised,
} as const;

export function compareTitles(
  reading: Reading,
  side: RecordingSide,
  rarity: Rarity,
  userMade: boolean,
): TitleAgreement {
  const ours = soundKeys(reading);
  const theirs = titleKeys(side.title);
  const readingCost = reading.kind === 'split' || reading.kind === 'swapped' ? weights.title.viaSplit : 0;
  const shownBase = reading.baseIndex === null ? reading.title.base : (reading.title.bases[reading.baseIndex] ?? '');
  const theirBase = side.title.base;
  let cost = Number.NEGATIVE_INFINITY;
  let matched = '';
  for (const our of ours) {
    for (const their of theirs) {
      if (our.key !== their.key) continue;
      const here = viaCost[our.via] + viaCost[their.via];
      if (here > cost) {
        cost = here;
        matched = their.via === 'plain' ? their.key : our.key;
      }
    }
  }
  if (cost > Number.NEGATIVE_INFINITY) {
    const clash = subtitlesClash(reading.title, side.title) ? weights.title.viaSubtitle * 4 : 0;
    // The rarity of what was really compared: a rare recording found through its common subtitle is a common match.
    const bits = Math.max(0, titleBits(rarityKey(matched, side), rarity) + cost + readingCost + clash);
    const text =
      cost === 0 && readingCost === 0
        ? `Title "${theirBase}" agrees.`
        : `Title "${theirBase}" agrees with "${shownBase}".`;
    return { reason: reason('title', 'title', bits, text), agrees: true, artistInTitle: false };
  }
  for (const alias of side.aliases) {
    if (!titleKeys(alias).some((their) => ours.some((our) => our.key === their.key))) continue;
    const bits = Math.max(0, titleBits(alias.baseKey, rarity) + weights.title.viaAlias + readingCost);
    return {
      reason: reason('title', 'title', bits, `Title agrees with the other name "${alias.base}" of "${theirBase}".`),
      agrees: true,
      artistInTitle: false,
    };
  }
  const inTitle = titleWithArtist(ours, side);
  if (inTitle !== null) {
    const bits = Math.max(0, titleBits(inTitle, rarity) + weights.title.viaArtistInTitle + readingCost);
    return {
      reason: reason('title', 'title', bits, `"${shownBase}" names both the title "${theirBase}" and the artist.`),
      agrees: true,
      artistInTitle: true,
    };
  }
  const close = closeSpelling(ours, theirs, rarity);
  if (close !== null) {
    const bits = Math.max(0, (titleBits(side.title.baseKey, rarity) + readingCost) * close.share);
    const doubt = close.doubtful ? onlyAudioCanTell(`"${shownBase}" may be another title than "${theirBase}".`) : null;
    return {
      reason: reason('title', 'title', bits, `Title "${shownBase}" is spelled almost like "${theirBase}".`),
      agrees: true,
      artistInTitle: false,
      doubt,
    };
  }
  const bits = userMade
    ? weights.title.noneUserMade
    : scriptsApart(shownBase, theirBase)
      ? weights.title.noneOtherScript
      : weights.title.none;
  return {
    reason: reason('title', 'title', bits, `Titles differ: "${shownBase}" and "${theirBase}".`),
    agrees: false,
    artistInTitle: false,
  };
}

function soundKeys(reading: Reading): readonly { readonly key: string; readonly via: keyof typeof viaCost }[] {
  if (reading.baseIndex === null) return titleKeys(reading.title);
  const key = baseKeyOf(reading);
  return squeeze(key) === key
    ? [{ key, via: 'plain' }]
    : [
        { key, via: 'plain' },
        { key: squeeze(key), via: 'squeezed' },
      ];
}

/** The frequency table holds folded base titles, so a squeezed or joined key is looked up as the recording's own base. */
function rarityKey(matched: string, side: RecordingSide): string {
  return squeeze(matched) === squeeze(side.title.baseKey) ? side.title.baseKey : matched;
}

function subtitlesClash(a: ParsedTitle, b: ParsedTitle): boolean {
  if (a.subtitles.length === 0 || b.subtitles.length === 0) return false;
  const ours = new Set(a.subtitles.map((subtitle) => squeeze(fold(subtitle))));
  return !b.subtitles.some((subtitle) => ours.has(squeeze(fold(subtitle))));
}

/** "harry styles as it was" for "As It Was" by Harry Styles: the key that remains, or null. */
function titleWithArtist(ours: readonly { readonly key: string }[], side: RecordingSide): string | null {
  const first = ours[0]?.key ?? '';
  // Cheap look first: some title of the recording must stand inside ours.
  if (
    !titleKeys(side.title).some(
      (their) => their.via === 'plain' && first.length > their.key.length && first.includes(their.key),
    )
  )
    return null;
  for (const artist of side.recording.artists.flatMap(artistSpellings)) {
    if (artist.length < 3) continue;
    for (const their of titleKeys(side.title)) {
      if (their.via !== 'plain' || their.key.length + artist.length + 1 > first.length) continue;
      const joined = [`${artist} ${their.key}`, `${their.key} ${artist}`, `${their.key} by ${artist}`];
      if (joined.includes(first)) return their.key;
    }
  }
  return null;
}

function artistSpellings(artist: string): readonly string[] {
  const key = fold(artist);
  return key.startsWith('the ') && key.length > 6 ? [key, key.slice(4)] : [key];
}
